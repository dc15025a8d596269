"""Shopee's pushes (guide "Push Mechanism", and the pages of each push code), and those that got lost."""

import json
from collections.abc import Iterator

from ..push import OF_LISTINGS, LostPushes, PushHint, is_signed, listing_ref, moment, ref
from ..push import read as read_message
from ..types import ShopKey
from . import const, reading
from .calls import ShopeeCalls

KINDS = {
    "2": "access_ended",
    "3": "order",
    "4": "package",
    "6": "product",
    "7": "stock",
    "8": "stock",
    "9": "stock",
    "12": "access_ending",
    "15": "label",
    "16": "product",
    "22": "product",
    "27": "product",
    "29": "return",
    "30": "package",
    "47": "package",
}
OF_ACCESS = ("access_ended", "access_ending")
BY_ORDERS = ("place_order", "cancel_order")
CANCELLING = ("IN_CANCEL", "CANCELLED")
# Which keys hold shops in pushes about access is not documented: they differ between samples.
SHOP_KEYS = ("shop_id", "shopid", "shop_ids", "shop_id_list", "shop_list", "shops", "shop_expire_soon")


def verify(app, url, headers, body):
    """Whether Shopee has signed the message: the address as it is registered in the Console, and its bytes."""
    return bool(url) and is_signed(headers.get("Authorization"), app.secret, url.encode() + b"|" + body)


def read(body):
    """What the message is about, as `PushHint`s: one about access has one for each shop."""
    return read_message(body, _hints)


def _hints(message):
    data = message.get("data")
    data = data if isinstance(data, dict) else {}
    if "code" not in message:
        return (PushHint(kind="test"),)  # what saving the address sends is not documented
    kind = KINDS.get(str(message["code"]).strip(), "other")
    if kind in OF_ACCESS:
        refs = dict.fromkeys([*_shop_refs(message), *_shop_refs(data)])
        ends_at = moment(data.get("expire_before"))
        return tuple(PushHint(kind=kind, shop=ShopKey(ref=shop), ends_at=ends_at) for shop in refs)
    shop = ref(message.get("shop_id")) or ref(data.get("shop_id"))
    shop_key = ShopKey(ref=shop) if shop else None
    if kind == "stock" and data.get("action") in BY_ORDERS and not ref(data.get("promotion_id")):
        return (PushHint(kind="other", shop=shop_key),)  # an ordinary order, of which its own push tells
    if kind in OF_LISTINGS:
        return (PushHint(kind=kind, shop=shop_key, listing_ref=listing_ref(data.get("item_id"))),)
    if kind == "order" and data.get("status") in CANCELLING:
        kind = "cancellation"
    order_ref = ref(data.get("ordersn")) or ref(data.get("order_sn")) if kind != "other" else ""
    return (PushHint(kind=kind, shop=shop_key, order_ref=order_ref),)


def _shop_refs(holder) -> Iterator[str]:
    for key in SHOP_KEYS:
        values = holder.get(key)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, dict):
                value = value.get("shop_id") or value.get("shopid")
            if shop := ref(value):
                yield shop


class ShopeeLostPushes(ShopeeCalls):
    """What Shopee could not deliver in the last three days."""

    def lost_pushes(self):
        """The earliest 100 that were not confirmed (v2.push.get_lost_push_message)."""
        response = reading.section(self._send("GET", const.LOST_PUSHES, None, None)[0], "response")
        listed = response.get("push_message_list") or []
        entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
        hints = tuple(hint for entry in entries for hint in read(json.dumps(_envelope(entry)).encode()))
        position = reading.ref(response, "last_message_id") if entries else ""
        return LostPushes(hints=hints, position=position, has_more=response.get("has_next_page") is True)

    def confirm_lost_pushes(self, position):
        """Tell that the pushes up to there are safe (v2.push.confirm_consumed_lost_push_message)."""
        self._send("POST", const.CONFIRM_LOST_PUSHES, None, {"last_message_id": int(position)})


def _envelope(entry):
    """The push as it was: `data` may be its data or the whole of it, as an object or as text; its page has both."""
    data = entry.get("data")
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            data = None
    whole = isinstance(data, dict) and isinstance(data.get("data"), dict) and "code" in data
    return {**entry, **data} if whole else {**entry, "data": data}
