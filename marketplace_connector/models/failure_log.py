"""What the log says of the unforeseen: which shop and which order, what kind of error, and where in the code."""

import traceback


def kind_of(error):
    """The kind of error, with the marketplace's own code where it has one."""
    return " ".join(filter(None, (type(error).__name__, getattr(error, "code", ""))))


def log_unforeseen(logger, error, message, *args):
    """Log the error with the way to it, and without its text: databases and addons quote what was being written, which
    may be personal."""
    way = "".join(traceback.format_tb(error.__traceback__))
    logger.error(message + ": %s\n%s", *args, kind_of(error), way)
