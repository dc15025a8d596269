"""Takes values out of Shopee's answers. What is missing or of the wrong kind is named, never replaced by a guess."""

import re
from datetime import datetime, timezone
from decimal import Decimal

from ..errors import UnexpectedResponse

_DECIMAL_TEXT = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_LONGEST = 18  # digits before the point; more is no amount of money in any currency, and no number of anything else


def unexpected(where):
    """The error for a value that is missing or of the wrong kind; without the value, which may be personal."""
    return UnexpectedResponse(f"Shopee's answer has no usable {where}.", where=where)


def section(raw, key, where=None):
    """The object under the key."""
    value = raw.get(key)
    if not isinstance(value, dict):
        raise unexpected(where or key)
    return value


def sections(raw, key, where=None):
    """The objects in the list under the key."""
    value = raw.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise unexpected(where or key)
    return value


def text(raw, key):
    """The text under the key, '' where there is none."""
    value = raw.get(key)
    return value.strip() if isinstance(value, str) else ""


def required_text(raw, key, where=None):
    value = text(raw, key)
    if not value:
        raise unexpected(where or key)
    return value


def ref(raw, key):
    """An id as text; '' where there is none. Shopee's ids are numbers, 0 stands for none."""
    value = raw.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    value = str(value).strip()
    return "" if value == "0" else value


def amount(raw, key, where=None):
    """An amount, exact. Shopee sends numbers; the digits of one in quotes are as exact."""
    value = raw.get(key)
    if isinstance(value, str) and _DECIMAL_TEXT.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise unexpected(where or key)
    value = Decimal(value)
    if not value.is_finite() or abs(value.adjusted()) >= _LONGEST:
        raise unexpected(where or key)
    return value


def quantity(raw, key, where=None, least=0):
    """A number of pieces."""
    value = amount(raw, key, where)
    if value != int(value) or value < least:
        raise unexpected(where or key)
    return int(value)


def moment(raw, key):
    """A moment in UTC from unix seconds; None where there is none, which Shopee writes as 0 or null."""
    if not raw.get(key):
        return None
    try:
        return datetime.fromtimestamp(quantity(raw, key), timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise unexpected(key) from None


def required_moment(raw, key):
    value = moment(raw, key)
    if value is None:
        raise unexpected(key)
    return value
