"""The log names each request with its whole address: ours hold what nobody should find there."""

import logging
import re

from ..models.marketplace_account import CALLBACK_PATH
from ..models.marketplace_account_pushes import PUSH_PATH

SECRET_PARTS = re.compile(rf"(?<={re.escape(PUSH_PATH)})[^\s\"?]+|(?<={re.escape(CALLBACK_PATH)})\?[^\s\"]*")


def hide_secret_parts(record):
    """Cut the token of push addresses, and the code and state that a consent page sends back."""
    if isinstance(record.args, tuple):
        record.args = tuple(SECRET_PARTS.sub("…", arg) if isinstance(arg, str) else arg for arg in record.args)
    return True


logging.getLogger("werkzeug").addFilter(hide_secret_parts)
