"""What the log says of the unforeseen: which shop and which order, what kind of error, and where in the code."""

import traceback

from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY


def kind_of(error):
    """The kind of error, with the marketplace's own code where it has one."""
    return " ".join(filter(None, (type(error).__name__, getattr(error, "code", ""))))


def log_unforeseen(logger, error, message, *args):
    """Log the error with the way to it, and without its text: databases and addons quote what was being written, which
    may be personal."""
    way = "".join(traceback.format_tb(error.__traceback__))
    logger.error(message + ": %s\n%s", *args, kind_of(error), way)


def why_not_done(env, work, logger, message, *args):
    """Do the work as a whole or not at all: "" once it is done, else why it was not, in words.

    What was not foreseen is logged with the message. Raises only what is tried again as a whole: somebody else has
    changed the same rows.
    """
    try:
        with env.cr.savepoint():
            work()
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise
    except UserError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001
        log_unforeseen(logger, error, message, *args)
        return env._("Unforeseen error: %(error)s", error=type(error).__name__)
    return ""
