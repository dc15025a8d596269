"""A Lazada that packs, for the pure tests of parcels."""

import json
import unittest

import requests

from ..marketplaces.errors import Rejected
from ..marketplaces.shipping import Shipment
from .lazada_fake import item, make_client, ok, refusal

ITEMS, PACK, PROVIDERS = "/orders/items/get", "/order/fulfill/pack", "/order/shipment/providers/get"
LOST_ANSWERS = (
    requests.ReadTimeout(),
    requests.ConnectionError(),
    b'{"code":"0","result":{"succ',
    b"<html>maintenance</html>",
    (502, b"<html>Bad Gateway</html>"),
    (503, {"code": "0"}),
    {},
    refusal("ServiceTimeout"),
    refusal("15", "Remote service error"),
    ok(result=None),
    ok(result={"success": True}),
)


class Platform:
    """Knows the pieces of orders and packs them: one package for each order and warehouse.

    `lines` are answers for pieces, `whole` are answers for calls, both in place of its own.
    """

    def __init__(self, *items, lines=None, whole=None):
        self.items = {str(each["order_item_id"]): each for each in items}
        self.lines = lines or {}
        self.whole = whole or {}
        self.packed = []  # the pieces of each pack call

    def __call__(self, call):
        whole = self.whole.get(call.api)
        whole = whole(call) if callable(whole) else whole
        if whole is not None:
            return whole
        if call.api == ITEMS:
            asked = json.loads(call.params["order_ids"])
            assert len(asked) <= 50
            return ok(
                data=[
                    {"order_id": ref, "order_items": [each for each in self.items.values() if each["order_id"] == ref]}
                    for ref in asked
                ]
            )
        if call.api == PROVIDERS:
            return ok(result={"success": True, "data": {"platform_default": 1, "shipping_allocate_type": "TFS"}})
        assert call.api == PACK, call.api
        orders = json.loads(call.params["packReq"])["pack_order_list"]
        assert len(orders) <= 20
        self.packed.append([ref for order in orders for ref in order["order_item_list"]])
        return ok(
            result={
                "success": True,
                "data": {
                    "pack_order_list": [
                        {
                            "order_id": order["order_id"],
                            "order_item_list": [self.line(ref) for ref in order["order_item_list"]],
                        }
                        for order in reversed(orders)
                    ]
                },
            }
        )

    def line(self, ref):
        if ref in self.lines:
            return {"order_item_id": ref, **self.lines[ref]}
        piece = self.items[str(ref)]
        key = f"FP{piece['order_id']}{'' if piece['warehouse_code'] == 'dropshipping' else piece['warehouse_code']}"
        piece.update(status="packed", package_id=key, tracking_code=f"LEX{key}", shipment_provider="LEX SG")
        return {
            "order_item_id": ref,
            "msg": "success",
            "item_err_code": "0",
            "tracking_number": f"LEX{key}",
            "shipment_provider": "LEX SG",
            "package_id": key,
            "retry": False,
        }


def piece(order, number=0, **values):
    return item(order * 10 + number, order_id=order, **values)


def shipment(order, *numbers, **values):
    numbers = numbers or (0,)
    return Shipment(order_ref=str(order), unit_refs=tuple(str(order * 10 + number) for number in numbers), **values)


def failed(code, retry=False, msg="FAILED"):
    return {"msg": msg, "item_err_code": code, "retry": retry, "tracking_number": "", "package_id": ""}


class PackingCase(unittest.TestCase):
    def arrange(self, platform, *shipments, **client):
        client, session = make_client(platform, **client)
        outcomes = client.arrange(shipments)
        self.assertEqual(len(outcomes), len(shipments))
        return outcomes, session

    def assert_rejected(self, outcome, code):
        self.assertIsInstance(outcome.error, Rejected, code)
        self.assertEqual((outcome.error.code, outcome.packages), (code, ()))
