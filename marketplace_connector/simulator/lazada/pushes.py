"""What Lazada pushes (docs 120164, 120168): a message for each unit, and about cancellations and packages."""

import hashlib
import hmac

from .. import push_console
from ..pushes import Pushes
from .console_frame import show

TRADE_ORDER, REVERSE_ORDER, PACKAGE = 0, 10, 14
PACKAGE_STATUSES = {
    "ready_to_ship": "READY_TO_SHIP",
    "shipped": "TRANSIT_TO_SHIP",
    "delivered": "DELIVERED",
    "canceled": "CANCELLED",
}


def register(app):
    """Serve the console's page."""
    push_console.register(app, show)


class LazadaPushes(Pushes):
    """Pushes of the app, signed with its secret. Sent only while the seller's authorisation lasts."""

    push_repeats = (1800,) * 12
    push_in_milliseconds = True
    push_ids_are_numbers = False  # both occur
    push_site_is_upper = False  # both occur

    @property
    def signing_key(self):
        """The key that signs: the app's own."""
        return self.app_secret

    def test_push(self):
        """What the console's *Verify* sends, as others have recorded it."""
        data = {"order_status": "unpaid", "trade_order_id": "123456", "trade_order_line_id": "12345"}
        message = {"seller_id": "9999", "message_type": 0, "data": {**data, "status_update_time": 1603698638}}
        return "test", {**message, "timestamp": 1603766859530, "site": "lazada_vn"}

    def _push_later(self, seconds, happen):
        self.after(seconds, happen)

    def _push_headers(self, body):
        text = self.app_key.encode() + body
        return {"Authorization": hmac.new(self.app_secret.encode(), text, hashlib.sha256).hexdigest()}

    def _push_state(self):
        return {
            (shop.seller_id, order.order_id): tuple(
                (unit.status, unit.need_cancel_confirm, unit.package_id) for unit in order.units
            )
            for shop in self.shops.values()
            for order in shop.orders.values()
        }

    def _push_news(self, before, after):
        authorised = {shop.seller_id for given in self.authorisations for shop in given.shops}
        for (seller_id, order_id), units in after.items():
            told = before.get((seller_id, order_id), ())
            if units == told or seller_id not in authorised:
                continue
            order = self.shops[seller_id].orders[order_id]
            for place, unit in enumerate(order.units):
                yield from self._unit_news(order, unit, told[place] if place < len(told) else ("", False, ""))
            yield from self._package_news(order, units, told)

    def _unit_news(self, order, unit, told):
        status, asked, _package = told
        line = {
            "trade_order_id": self._push_id(order.order_id),
            "trade_order_line_id": self._push_id(unit.order_item_id),
        }
        reverse = {"reverse_order_id": self._push_id(unit.reverse_order_id)} if unit.reverse_order_id else {}
        if unit.status != status:
            yield unit.status, self._message(order, TRADE_ORDER, {"order_status": unit.status, **line, **reverse})
        if reverse and unit.need_cancel_confirm and not asked:
            yield (
                "CANCEL_INIT",
                self._message(order, REVERSE_ORDER, {"reverse_status": "CANCEL_INIT", **line, **reverse}),
            )

    def _package_news(self, order, units, told):
        moved = {unit for unit in units if unit not in told and unit[2] and unit[0] in PACKAGE_STATUSES}
        for status, package_id in sorted({(status, package_id) for status, _asked, package_id in moved}):
            data = {"trade_order_id": self._push_id(order.order_id), "fulfillment_package_id": package_id}
            data["status"] = PACKAGE_STATUSES[status]
            yield data["status"], self._message(order, PACKAGE, data)

    def _message(self, order, number, data):
        country = order.shop.country.code
        return {
            "seller_id": self._push_id(order.shop.seller_id),
            "message_type": number,
            "data": {**data, "status_update_time": int(self.clock.now().timestamp())},
            "timestamp": self._push_time(),
            "site": f"LAZADA_{country}" if self.push_site_is_upper else f"lazada_{country.lower()}",
        }

    def _push_id(self, number):
        return number if self.push_ids_are_numbers else str(number)
