"""Takes values out of Lazada's answers, which carry numbers as numbers or as text. What is missing or of the wrong kind
is named, never replaced by a guess."""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from ..errors import UnexpectedResponse
from .const import UTC_OFFSETS

_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")  # old orders have thousands commas
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(?:(Z)|([+-])(\d\d):?(\d\d))?", re.ASCII)
_LONGEST_AMOUNT = 18  # digits before the point; more is no amount of money in any currency
_FINEST_AMOUNT = 6  # digits after it
_FIRST_MILLISECONDS = 10**11  # as seconds the year 5138, as milliseconds 1973


def unexpected(where):
    """The error for a value that is missing or of the wrong kind; without the value, which may be personal."""
    return UnexpectedResponse(f"Lazada's answer has no usable {where}.", where=where)


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
    """The text under the key, '' where there is none; a number, as post codes may come, as its digits."""
    value = raw.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def ref(raw, key):
    """An id as text, '' where there is none, which Lazada also writes as 0 and null."""
    value = text(raw, key)
    return "" if value in ("0", "null") else value


def required_ref(raw, key, where=None):
    value = ref(raw, key)
    if not value:
        raise unexpected(where or key)
    return value


def flag(raw, key):
    """A yes or no, written as a truth value, 1 or 0, or text of either."""
    return text(raw, key).lower() in ("1", "true") or raw.get(key) is True


def amount(raw, key, where=None):
    """An amount, exact."""
    value = raw.get(key)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip().replace(",", ""))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise unexpected(where or key)
    value = Decimal(value)
    if not value.is_finite() or abs(value.adjusted()) >= _LONGEST_AMOUNT:
        raise unexpected(where or key)
    if value != round(value, _FINEST_AMOUNT):
        raise unexpected(where or key)
    return value


def optional_amount(raw, key, where=None):
    """An amount that Lazada need not send: None where it is missing, never where it is unreadable."""
    return None if raw.get(key) in (None, "", "null") else amount(raw, key, where)


def count(raw, key, where=None):
    """A number of things, None where it is missing."""
    value = optional_amount(raw, key, where)
    if value is not None and (value < 0 or value != int(value)):
        raise unexpected(where or key)
    return None if value is None else int(value)


def moment(raw, key, site):
    """A moment in UTC, None where there is none or none that can be read.

    Lazada writes `2021-07-29 11:02:19 +0700`, ISO 8601 and milliseconds; without an offset it means the site's time.
    """
    value = text(raw, key)
    try:
        if value.isdecimal():
            number = int(value)
            number = number / 1000 if number >= _FIRST_MILLISECONDS else number
            return datetime.fromtimestamp(number, timezone.utc) if number else None
        return _from_text(value, site)
    except (OverflowError, OSError, ValueError):
        return None


def required_moment(raw, key, site, where=None):
    value = moment(raw, key, site)
    if value is None:
        raise unexpected(where or key)
    return value


def _from_text(value, site):
    match = _MOMENT.fullmatch(value)
    if not match:
        return None
    day, clock, zulu, sign, hours, minutes = match.groups()
    if zulu:
        offset = timedelta(0)
    elif sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    elif site in UTC_OFFSETS:
        offset = timedelta(hours=UTC_OFFSETS[site])
    else:
        return None
    return (datetime.fromisoformat(f"{day}T{clock}") - offset).replace(tzinfo=timezone.utc)
