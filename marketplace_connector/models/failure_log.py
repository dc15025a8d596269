"""What the log says of the unforeseen: which shop and which order, what kind of error, and where in the code."""

import traceback


def log_unforeseen(logger, error, message, *args):
    """Log the error with the way to it, and without its text: databases and addons quote what was being written, which
    may be personal."""
    way = "".join(traceback.format_tb(error.__traceback__))
    logger.error(message + ": %s\n%s", *args, type(error).__name__, way)
