"""A shop with parcels for the pure tests of shipping: what is asked for is checked against the documented limits, and
what is arranged is remembered, so that a test can see whether it was arranged twice."""

import unittest
from collections import Counter

from ..marketplaces.shipping import Outcome, Shipment
from .shopee_fake import ADDRESS, detail, make_client, ok, package, refusal


class Parcels:
    """Orders with one parcel each, `order-1` with `OFG1` and so on; `before(call)` may answer instead."""

    def __init__(self, count=1, **package_facts):
        self.orders, self.packages = {}, {}
        self.before = lambda call: None
        self.arranged = Counter()
        self.refused = {}  # package number: reason
        for number in range(1, count + 1):
            self.add(f"order-{number}", f"OFG{number}", **package_facts)

    def add(self, order_ref, *numbers, order=None, status="LOGISTICS_READY", **facts):
        listed = [package(package_number=number, logistics_status=status) for number in numbers]
        order = {"split_up": len(numbers) > 1} | (order or {})
        self.orders[order_ref] = detail(order_sn=order_ref, package_list=listed, **order)
        for number in numbers:
            self.packages[number] = {
                "order_sn": order_ref,
                "package_number": number,
                "fulfillment_status": status,
                "update_time": 1759990100,
                "logistics_channel_id": 18080,
                "shipping_carrier": "SPX Express",
                "tracking_number": "",
                "item_list": listed[0]["item_list"],
                "recipient_address": dict(ADDRESS),
                "is_shipment_arranged": False,
                **facts,
            }

    def __call__(self, call):
        return self.before(call) or getattr(self, call.path.rpartition("/")[2])(call)

    def get_order_detail(self, call):
        refs = call.params["order_sn_list"].split(",")
        assert call.method == "GET" and 1 <= len(refs) <= 50
        assert set(call.params["response_optional_fields"].split(",")) >= {"item_list", "package_list"}
        return ok({"order_list": [self.orders[ref] for ref in refs if ref in self.orders]})

    def get_package_detail(self, call):
        refs = call.params["package_number_list"].split(",")
        assert call.method == "GET" and 1 <= len(refs) <= 50 and len(set(refs)) == len(refs)
        return ok({"package_list": [self.packages[ref] for ref in refs if ref in self.packages]})

    def mass_ship_order(self, call):
        numbers = [entry["package_number"] for entry in call.body["package_list"]]
        assert 1 <= len(numbers) <= 50 and len(set(numbers)) == len(numbers)
        assert len({self.packages[number]["logistics_channel_id"] for number in numbers}) == 1
        assert len({"pickup", "dropoff", "non_integrated"} & set(call.body)) == 1
        failed = [
            {"package_number": number, "fail_reason": self.refused[number]}
            for number in numbers
            if number in self.refused
        ]
        done = [number for number in numbers if number not in self.refused]
        self.arranged.update(done)
        return ok({"success_list": [{"package_number": number} for number in done], "fail_list": failed})

    def ship_order(self, call):
        assert len({"pickup", "dropoff", "non_integrated"} & set(call.body)) == 1
        assert call.body.get("package_number") != ""
        order_ref = call.body["order_sn"]
        numbers = [number for number, facts in self.packages.items() if facts["order_sn"] == order_ref]
        if len(numbers) > 1 and "package_number" not in call.body:
            message = "Please request with package_number for this split order."
            return refusal("logistics.ship_order_need_pacakge_number", message)
        number = call.body.get("package_number", numbers[0])
        if number in self.refused:
            return refusal(*self.refused[number])
        self.arranged[number] += 1
        return ok()

    def update_shipping_order(self, call):
        assert set(call.body) - {"package_number"} == {"order_sn", "pickup"}
        return self.ship_order(call)

    def get_mass_tracking_number(self, call):
        numbers = [entry["package_number"] for entry in call.body["package_list"]]
        assert 1 <= len(numbers) <= 50 and call.body["response_optional_fields"]
        return ok({"success_list": [{"package_number": number, "tracking_number": f"T{number}"} for number in numbers]})


PICKUP = {"handover": "pickup", "place_ref": "234", "slot_ref": "1639472400"}


def shipment(number=1, **values):
    return Shipment(**{"order_ref": f"order-{number}", "unit_refs": ("u",), **PICKUP, **values})


def numbered(count, **values):
    return [shipment(number, package_ref=f"OFG{number}", **values) for number in range(1, count + 1)]


def bodies(client, name):
    return [call.body for call in client.session.calls if call.path.endswith(f"/{name}")]


class ArrangeCase(unittest.TestCase):
    def arrange(self, shop, shipments):
        self.client = make_client(shop)
        outcomes = self.client.arrange(shipments)
        self.assertEqual(len(outcomes), len(shipments))
        self.assertTrue(all(isinstance(outcome, Outcome) for outcome in outcomes))
        return outcomes

    def error(self, shop, shipments=None):
        """The error of the only outcome."""
        (outcome,) = self.arrange(shop, shipments or [shipment()])
        return outcome.error

    def names(self):
        return self.client.session.names()
