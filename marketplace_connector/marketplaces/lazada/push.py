"""Lazada's pushes (docs 120164, 120168 and those of each message type)."""

from ..push import OF_LISTINGS, PushHint, is_signed, listing_ref, moment, ref
from ..push import read as read_message
from ..types import ShopKey
from . import const

TEST_SELLER = "9999"  # of the message that the console's Verify button sends
TEST_TEXT = "test message"
KINDS = {
    "0": "order",
    "1": "product",
    "3": "product",
    "4": "product",
    "5": "product",
    "6": "stock",
    "8": "access_ending",
    "10": "return",
    "14": "package",
}


def verify(app, url, headers, body):
    """Whether Lazada has signed the message: with the app's key and its bytes; the address is not part of it."""
    return bool(app.key) and is_signed(headers.get("Authorization"), app.secret, app.key.encode() + body)


def read(body):
    """What the message is about, as `PushHint`s."""
    return read_message(body, _hints)


def _hints(message):
    data = message.get("data")
    data = data if isinstance(data, dict) else {}
    kind = KINDS.get(str(message.get("message_type")).strip(), "other")
    seller = ref(message.get("seller_id")) or ref(data.get("seller_id"))
    if seller == TEST_SELLER or TEST_TEXT in str(data.get("order_status")).lower():
        return (PushHint(kind="test"),)
    if kind == "return" and str(data.get("reverse_status")).upper().startswith("CANCEL"):
        kind = "cancellation"
    shop = ShopKey(ref=seller, site=_site(message.get("site"))) if seller else None
    if kind == "access_ending":
        return (PushHint(kind=kind, shop=shop, ends_at=moment(data.get("auth_expiry_time"))),)
    if kind in OF_LISTINGS:
        item = data.get("item_id") or data.get("itemId")
        return (PushHint(kind=kind, shop=shop, listing_ref=listing_ref(item, data.get("sku_id"))),)
    order_ref = ref(data.get("trade_order_id")) if kind in ("order", "package", "cancellation", "return") else ""
    return (PushHint(kind=kind, shop=shop, order_ref=order_ref),)


def _site(value):
    """The country of `lazada_vn`, whose case and separator vary; '' for any other text."""
    code = value.strip()[-2:].upper() if isinstance(value, str) else ""
    return code if code in const.API_URLS else ""
