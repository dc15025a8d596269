"""Pushes as values: what a platform's message to us is about. Never more than a hint, the fact comes from a fetch."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

from .types import ShopKey

OF_ORDERS = ("order", "package", "label", "cancellation", "return")
OF_LISTINGS = ("product", "stock")
HINT_KINDS = (*OF_ORDERS, *OF_LISTINGS, "access_ending", "access_ended", "test", "other")

LONGEST_REF = 64
_FIRST_MILLISECONDS = 10**11  # as seconds the year 5138, as milliseconds 1973


@dataclass(frozen=True, slots=True, kw_only=True)
class PushHint:
    """What a push is about: one of `HINT_KINDS`, the shop, and the order where it is one of `OF_ORDERS`.

    One of `OF_LISTINGS` names the platform's item or SKU, as far as it is told: `item:12` or `sku:34`.
    `shop` is None where the push is about the app, and has no site where the platform does not tell it. `ends_at` is
    the end of the access that is about to end, where the platform tells.
    """

    kind: str
    shop: ShopKey | None = None
    order_ref: str = ""
    listing_ref: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPushes:
    """Pushes that did not reach us, the earliest first; `position` is to be confirmed once they are safe."""

    hints: tuple[PushHint, ...] = ()
    position: str = ""
    has_more: bool = False


def is_signed(given, key: str, message: bytes) -> bool:
    """Whether `given` is the HMAC-SHA256 of the message in lower-case hex; never where the key is empty."""
    if not key or not isinstance(given, str) or not given.isascii():
        return False
    expected = hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, given)


def read(body: bytes, hints_of: Callable[[dict], tuple[PushHint, ...]]) -> tuple[PushHint, ...]:
    """The hints of a message, at least one; `other` for what is not understood."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        message = None
    return (hints_of(message) if isinstance(message, dict) else ()) or (PushHint(kind="other"),)


def ref(value) -> str:
    """An id as text, which comes as text or as a number; '' for anything that is none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**LONGEST_REF:
        return str(value)
    text = value.strip() if isinstance(value, str) else ""
    usable = text.isascii() and text.isalnum() and len(text) <= LONGEST_REF and text not in ("0", "null")
    return text if usable else ""


def listing_ref(item=None, sku=None) -> str:
    """`item:12` or `sku:34` for the id of either, the SKU where both are told; '' without a usable one."""
    if named := ref(sku):
        return f"sku:{named}"
    return f"item:{named}" if (named := ref(item)) else ""


def moment(value) -> datetime | None:
    """Seconds or milliseconds since 1970, as a number or text; None for anything else."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) < 16 and int(text)):
        return None
    seconds = int(text) / 1000 if int(text) >= _FIRST_MILLISECONDS else int(text)
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (ValueError, OverflowError, OSError):  # after the year 9999
        return None
