"""What Shopee pushes (guide "Push Mechanism"), and what it keeps of the pushes that got lost."""

import hashlib
import hmac
import json
from functools import partial
from itertools import count

from .. import push_console
from ..pushes import Pushes
from ..web import page
from .gateway import ApiError, public_api
from .item_pushes import item_news, item_state
from .widgets import COLOR, LINKS

AUTHORISED, WITHDRAWN, ORDER, TRACKING, ENDS_SOON, LABEL, RETURN, PACKAGE = 1, 2, 3, 4, 12, 15, 29, 30
WARNED_BEFORE = 7 * 86400
LOST_KEPT = 3 * 86400
LOST_PAGE = 100


def register(app):
    """Serve the calls about lost pushes, and the console's page."""
    push_console.register(app, partial(page, "Shopee", COLOR, links=LINKS))
    public_api(app, "/api/v2/push/get_lost_push_message", get_lost_push_message)
    public_api(app, "/api/v2/push/confirm_consumed_lost_push_message", confirm_consumed_lost_push_message, ("POST",))


class ShopeePushes(Pushes):
    """Pushes of the partner, signed with a key of their own."""

    push_repeats = (300, 1800, 10800)
    push_key = "4c697665507573684b65794f664b616d"  # the Live Push Partner Key; empty: the partner key signs
    lost_data_is_text = True  # its page says text, its sample shows an object; UNSURE
    lost_data_is_whole = True  # whether `data` of a lost push is the whole message; UNSURE
    order_keys = ("ordersn",)  # or order_sn: both occur

    def __init__(self, number=0):
        super().__init__(number)
        self.lost_pushes = {}  # by number: (when, message)
        self._lost_number = count(176611)

    @property
    def signing_key(self):
        """The key that signs."""
        return self.push_key or self.partner_key

    def test_push(self):
        """What *Push Test Data* sends: about an order and a shop that nobody has."""
        data = {"items": [], "ordersn": "220810QSK8S7BX", "status": "PROCESSED", "completed_scenario": ""}
        message = {"data": {**data, "update_time": 1660123127}, "shop_id": 727720655, "code": 3}
        return "test", {**message, "timestamp": 1660123127}

    def push_has_failed(self, push):
        """Keep it for get_lost_push_message."""
        self.lost_pushes[next(self._lost_number)] = (self.clock.seconds(), push.message)

    def _push_later(self, seconds, happen):
        self.later(seconds, happen)

    def _push_headers(self, body):
        text = self.push_url.encode() + b"|" + body
        return {"Authorization": hmac.new(self.signing_key.encode(), text, hashlib.sha256).hexdigest()}

    def _push_state(self):
        orders = {
            (shop.shop_id, order.order_sn): (
                order.order_status,
                {package.package_number: self._package_state(package) for package in order.packages},
                {asked.return_sn: asked.status for asked in order.returns},
            )
            for shop in self.shops.values()
            for order in shop.orders.values()
        }
        shops, now = self.shops.values(), self.clock.seconds()
        return {
            "orders": orders,
            "authorised": {shop.shop_id for shop in shops if shop.expire_time},
            "ending": {shop.shop_id for shop in shops if 0 < shop.expire_time <= now + WARNED_BEFORE},
            "items": {shop.shop_id: item_state(self, shop) for shop in shops},
        }

    def _package_state(self, package):
        labels = {self.document_status(document) for document in package.documents.values()}
        label = next((status for status in ("READY", "FAILED") if status in labels), "")
        return package.logistics_status, self.tracking_number(package), label

    def _push_news(self, before, after):
        yield from self._access_news(before, after)
        for (shop_id, order_sn), state in after["orders"].items():
            told = before["orders"].get((shop_id, order_sn), ("", {}, {}))
            if state != told and shop_id in after["authorised"]:
                yield from self._order_news(shop_id, order_sn, told, state)
        for shop_id in sorted(after["authorised"]):
            shop, state = self.shops[shop_id], after["items"][shop_id]
            for subject, code, data in item_news(self, shop, before["items"].get(shop_id, state), state):
                yield subject, self._message(code, data, shop_id)

    def _access_news(self, before, after):
        """Of the partner, without a shop at the top."""
        partner = {"partner_id": self.partner_id}
        for shop_id in sorted(after["authorised"] - before["authorised"]):
            data = {"shop_id_list": [shop_id], "authorize_type": "shop authorization by user"}
            yield "shop authorised", {**self._message(AUTHORISED, data), **partner}
        for shop_id in sorted(before["authorised"] - after["authorised"]):
            data = {"shop_id_list": [shop_id], "authorize_type": "cancel authorization by user"}
            yield "authorisation withdrawn", {**self._message(WITHDRAWN, data), **partner}
        if soon := sorted(after["ending"] - before["ending"]):
            data = {"shop_expire_soon": soon, "merchant_expire_soon": [], "user_expire_soon": []}
            data |= {"expire_before": self.clock.seconds() + WARNED_BEFORE, "page_no": 1, "total_page": 1}
            yield "authorisation ends soon", self._message(ENDS_SOON, data)

    def _order_news(self, shop_id, order_sn, told, state):
        now = self.clock.seconds()
        names = dict.fromkeys(self.order_keys, order_sn)
        if state[0] != told[0]:
            data = {"items": [], **names, "status": state[0], "completed_scenario": "", "update_time": now}
            yield state[0], self._message(ORDER, data, shop_id)
        for number, (status, tracking_number, label) in state[1].items():
            old_status, old_tracking_number, old_label = told[1].get(number, ("LOGISTICS_READY", "", ""))
            if status != old_status:
                data = {**names, "package_number": number, "fulfillment_status": status, "update_time": now}
                yield status, self._message(PACKAGE, data, shop_id)
            if tracking_number and tracking_number != old_tracking_number:
                data = {**names, "forder_id": number, "package_number": number, "tracking_no": tracking_number}
                yield "tracking number", self._message(TRACKING, data, shop_id)
            if label and label != old_label:
                data = {**names, "package_number": number, "status": label}
                yield "label", self._message(LABEL, data, shop_id)
        for return_sn, status in state[2].items():
            if status != (old := told[2].get(return_sn, "")):
                change = {"update_field": "return_status", "old_value": old, "new_value": status, "update_time": now}
                data = {"order_sn": order_sn, "return_sn": return_sn, "updated_values": [change]}
                yield "return", self._message(RETURN, data, shop_id)

    def _message(self, code, data, shop_id=None):
        shop = {"shop_id": shop_id} if shop_id else {}
        return {"data": data, **shop, "code": code, "timestamp": self._push_time()}


def get_lost_push_message(call):
    """v2.push.get_lost_push_message: the earliest hundred of three days that were not confirmed."""
    app = call.app
    since = app.clock.seconds() - LOST_KEPT
    kept = [(number, *lost) for number, lost in app.lost_pushes.items() if lost[0] >= since]
    page = kept[:LOST_PAGE]
    listed = [_lost(app, moment, message) for _number, moment, message in page]
    last = page[-1][0] if page else 0
    content = {"push_message_list": listed, "has_next_page": len(kept) > len(page), "last_message_id": last}
    return {"response": content}


def _lost(app, moment, message):
    data = message if app.lost_data_is_whole else message["data"]
    data = json.dumps(data) if app.lost_data_is_text else data
    shop = {"shop_id": message["shop_id"]} if "shop_id" in message else {}
    return {**shop, "code": message["code"], "timestamp": moment, "data": data}


def confirm_consumed_lost_push_message(call):
    """v2.push.confirm_consumed_lost_push_message: what comes up to there is not given again."""
    last = call.body().get("last_message_id")
    if not isinstance(last, int):
        raise ApiError("error_param", "Wrong parameters, detail: last_message_id.")
    if last not in call.app.lost_pushes:
        raise ApiError("error_data", "data not exist")
    call.app.lost_pushes = {number: lost for number, lost in call.app.lost_pushes.items() if number > last}
    return {}
