"""What Lazada pushes (docs 120164, 120168): a message for each unit, and about cancellations and packages."""

import hashlib
import hmac

from .. import push_console
from ..pushes import Pushes
from .console_frame import show
from .product_pushes import product_news, product_state

TRADE_ORDER, TOKEN_ENDS, REVERSE_ORDER, PACKAGE = 0, 8, 10, 14
DAY, WARNED_DAYS = 86400, 2  # doc 120208: 48 hours ahead, once a day
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
        orders = {
            (shop.seller_id, order.order_id): tuple(
                (unit.status, unit.need_cancel_confirm, unit.package_id) for unit in order.units
            )
            for shop in self.shops.values()
            for order in shop.orders.values()
        }
        products = {shop.seller_id: product_state(shop) for shop in self.shops.values()}
        return {"orders": orders, "products": products, "ends": self._days_left()}

    def _days_left(self):
        """The days that are left of each shop's authorisation once it ends soon: a change a day."""
        left = {
            shop.seller_id: (int(given.refresh_end - self.clock.seconds()) // DAY, given.refresh_end)
            for given in self.authorisations
            for shop in given.shops
        }
        return {seller: days for seller, days in left.items() if 0 <= days[0] < WARNED_DAYS}

    def _push_news(self, before, after):
        authorised = {shop.seller_id for given in self.authorisations for shop in given.shops}
        for (seller_id, order_id), units in after["orders"].items():
            told = before["orders"].get((seller_id, order_id), ())
            if units == told or seller_id not in authorised:
                continue
            order = self.shops[seller_id].orders[order_id]
            for place, unit in enumerate(order.units):
                yield from self._unit_news(order, unit, told[place] if place < len(told) else ("", False, ""))
            yield from self._package_news(order, units, told)
        for seller_id in sorted(authorised):
            shop = self.shops[seller_id]
            told = before["products"].get(seller_id, after["products"][seller_id])
            for subject, number, data in product_news(shop, told, after["products"][seller_id]):
                yield subject, self._message(shop, number, data)
        for seller_id, days in after["ends"].items():
            if days != before["ends"].get(seller_id):
                yield "token expiration", self._end_message(self.shops[seller_id], days[1])

    def _end_message(self, shop, end):
        """The outer seller_id is the text `null`."""
        data = {
            "app_key": self.app_key,
            "auth_expiry_time": int(end * 1000),
            "seller_id": self._push_id(shop.seller_id),
        }
        return {**self._message(shop, TOKEN_ENDS, data), "seller_id": "null"}

    def _unit_news(self, order, unit, told):
        status, asked, _package = told
        line = {
            "trade_order_id": self._push_id(order.order_id),
            "trade_order_line_id": self._push_id(unit.order_item_id),
        }
        reverse = {"reverse_order_id": self._push_id(unit.reverse_order_id)} if unit.reverse_order_id else {}
        if unit.status != status:
            yield unit.status, self._message(order.shop, TRADE_ORDER, {"order_status": unit.status, **line, **reverse})
        if reverse and unit.need_cancel_confirm and not asked:
            yield (
                "CANCEL_INIT",
                self._message(order.shop, REVERSE_ORDER, {"reverse_status": "CANCEL_INIT", **line, **reverse}),
            )

    def _package_news(self, order, units, told):
        moved = {unit for unit in units if unit not in told and unit[2] and unit[0] in PACKAGE_STATUSES}
        for status, package_id in sorted({(status, package_id) for status, _asked, package_id in moved}):
            data = {"trade_order_id": self._push_id(order.order_id), "fulfillment_package_id": package_id}
            data["status"] = PACKAGE_STATUSES[status]
            yield data["status"], self._message(order.shop, PACKAGE, data)

    def _message(self, shop, number, data):
        country = shop.country.code
        return {
            "seller_id": self._push_id(shop.seller_id),
            "message_type": number,
            "data": {**data, "status_update_time": int(self.clock.now().timestamp())},
            "timestamp": self._push_time(),
            "site": f"LAZADA_{country}" if self.push_site_is_upper else f"lazada_{country.lower()}",
        }

    def _push_id(self, number):
        return number if self.push_ids_are_numbers else str(number)
