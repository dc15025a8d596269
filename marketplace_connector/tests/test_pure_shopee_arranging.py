"""Arranging many Shopee parcels against a scripted platform: batches, and the look before."""

import unittest

import requests

from ..marketplaces.errors import RateLimited, Rejected, ServerError, TransportError
from ..marketplaces.shipping import Outcome
from ..marketplaces.shopee import const
from .shopee_fake import make_client, ok, refusal
from .shopee_shipping_fake import ArrangeCase, Parcels, numbered, shipment

READ_TIMEOUT = requests.ReadTimeout("no answer")


class TestBatches(ArrangeCase):
    def test_five_hundred(self):
        """10 looks at orders, 10 at parcels, 10 calls that arrange 50 each. # R138 R171"""
        shop = Parcels(500)
        self.assertEqual(self.arrange(shop, numbered(500)), [Outcome()] * 500)
        names = self.names()
        self.assertEqual((names.count("get_order_detail"), names.count("get_package_detail")), (10, 10))
        self.assertEqual((names.count("mass_ship_order"), len(names)), (10, 30))
        self.assertEqual(set(shop.arranged.values()), {1})
        self.assertEqual(len(shop.arranged), 500)

    def test_all_looks_come_first(self):
        self.arrange(Parcels(120), numbered(120))
        names = self.names()
        self.assertEqual(names.index("mass_ship_order"), 6)

    def test_again_on_the_next_day(self):
        """What is arranged already costs no call but the looks. # R172"""
        shop = Parcels(100, status="LOGISTICS_REQUEST_CREATED")
        self.assertEqual(self.arrange(shop, numbered(100)), [Outcome()] * 100)
        self.assertEqual(len(self.names()), 4)

    def test_not_together(self):
        """Another courier, warehouse or time, or what the batch form has no field for: not in one call."""
        shop = Parcels(8)
        shop.packages["OFG2"]["logistics_channel_id"] = 1
        shop.packages["OFG3"]["item_list"] = [{"product_location_id": "VN1"}]
        shop.packages["OFG4"]["item_list"] = [{"product_location_id": "SGZ"}, {"product_location_id": "VN1"}]
        shop.packages["OFG5"].pop("logistics_channel_id")
        wanted = numbered(5)
        wanted.append(shipment(6, slot_ref="77"))
        wanted.append(shipment(7, tracking_number="T7"))
        wanted.append(shipment(8, handover="dropoff", place_ref="slug:okmart", slot_ref=""))
        self.assertEqual(self.arrange(shop, wanted), [Outcome()] * 8)
        self.assertEqual(self.names()[2:], ["ship_order"] * 8)

    def test_one_parcel_twice(self):
        """Two deliveries of one parcel arrange it once."""
        shop = Parcels()
        self.assertEqual(self.arrange(shop, [shipment(), shipment(package_ref="OFG1")]), [Outcome(), Outcome()])
        self.assertEqual(shop.arranged, {"OFG1": 1})

    def test_nothing(self):
        self.arrange(Parcels(), [])
        self.assertEqual(self.names(), [])

    def test_lists_at_the_top(self):
        """The page's table and its sample disagree on where the lists stand."""
        shop = Parcels(2)
        shop.before = lambda call: (
            ok(success_list=[{"package_number": "OFG1"}], fail_list=[{"package_number": "OFG2", "fail_reason": "No."}])
            if call.path.endswith("mass_ship_order")
            else None
        )
        first, second = self.arrange(shop, numbered(2))
        self.assertIsNone(first.error)
        self.assertIsInstance(second.error, Rejected)

    def test_partial_failure(self):
        """Each parcel gets its own reason, and one that was arranged meanwhile is done."""
        shop = Parcels(5)
        shop.refused = {
            "OFG2": "Selected pickup timeslot is unavailable. Please reselect.",
            "OFG3": "This package has already been arranged shipment and you can't call this API again.",
            "OFG4": "The order is being allocated, please wait until the allocate is completed.",
        }
        errors = [outcome.error for outcome in self.arrange(shop, numbered(5))]
        self.assertEqual([type(error) for error in errors], [type(None), Rejected, type(None), ServerError, type(None)])
        self.assertIn("The pick-up time is gone", errors[1].message)
        self.assertEqual(self.names().count("ship_order"), 0)

    def test_misfits_go_alone(self):
        """Who is refused only for the company it is in is arranged by itself."""
        shop = Parcels(3)
        answer = shop.mass_ship_order

        def mass(call):
            shop.refused = {"OFG2": "Package is not under the specified fulfilment channel"}
            content = answer(call)
            shop.refused = {}
            return content

        shop.mass_ship_order = mass
        self.assertEqual(self.arrange(shop, numbered(3)), [Outcome()] * 3)
        self.assertEqual(self.names()[2:], ["mass_ship_order", "ship_order"])
        self.assertEqual(shop.arranged, {"OFG1": 1, "OFG2": 1, "OFG3": 1})

    def test_batch_refused(self):
        """A refusal of the whole call arranges nothing, so each is tried alone and tells its own reason."""
        shop = Parcels(3)
        shop.refused = {"OFG2": ("logistics.ship_order_not_ready_to_ship", "The order is not ready to ship.")}
        shop.before = lambda call: (
            refusal("logistics.error_param", "Package exceeds limit.") if "mass_ship" in call.path else None
        )
        errors = [outcome.error for outcome in self.arrange(shop, numbered(3))]
        self.assertEqual(
            [error and error.code for error in errors], [None, "logistics.ship_order_not_ready_to_ship", None]
        )
        self.assertEqual(self.names()[2:], ["mass_ship_order"] + ["ship_order"] * 3)

    def test_app_without_batch_form(self):
        """It is asked for once."""
        for answer in (refusal("error_api_permission", "No."), (404, b"<html>not here</html>")):
            shop = Parcels(120)
            shop.before = lambda call, answer=answer: answer if "mass_ship" in call.path else None
            self.assertEqual(self.arrange(shop, numbered(120)), [Outcome()] * 120)
            self.assertEqual(self.names().count("mass_ship_order"), 1)
            self.assertEqual(self.names().count("ship_order"), 120)

    def test_not_named(self):
        """A parcel in neither list: nobody knows."""
        shop = Parcels(2)
        shop.before = lambda call: (
            ok({"success_list": [{"package_number": "OFG1"}]}) if "mass_ship" in call.path else None
        )
        first, second = self.arrange(shop, numbered(2))
        self.assertIsNone(first.error)
        self.assertTrue(isinstance(second.error, TransportError) and second.error.outcome_unknown)


class TestLook(ArrangeCase):
    def test_arranged_already(self):
        """By whomever, and however far it is. # R56"""
        for facts in [
            *({"status": status} for status in const.ARRANGED),
            {"is_shipment_arranged": True},
        ]:
            with self.subTest(facts):
                self.assertIsNone(self.error(Parcels(**facts)))
                self.assertEqual(self.names(), ["get_order_detail", "get_package_detail"])
        self.assertIsNone(self.error(Parcels(status="LOGISTICS_REQUEST_CREATED"), [shipment(again=True)]))

    def test_not_to_be_arranged(self):
        for order, package, code in [
            ({"advance_package": True, "booking_sn": "B1"}, {}, "booking"),
            ({"booking_sn": "B1"}, {}, "booking"),
            ({"fulfillment_flag": "fulfilled_by_shopee"}, {}, "fulfilled_by_platform"),
            (
                {"fulfillment_flag": "fulfilled_by_shopee"},
                {"status": "LOGISTICS_REQUEST_CREATED"},
                "fulfilled_by_platform",
            ),
            ({"order_status": "IN_CANCEL"}, {}, "in_cancel"),
            ({"order_status": "CANCELLED"}, {}, "cancelled"),
            ({}, {"status": "LOGISTICS_INVALID"}, "cancelled"),
            ({}, {"status": "LOGISTICS_REQUEST_CANCELED"}, "cancelled"),
            ({}, {"status": "LOGISTICS_NOT_START"}, "not_ready"),
            ({}, {"status": "LOGISTICS_LOST"}, "not_ready"),
            ({}, {"status": "LOGISTICS_OF_TOMORROW"}, "not_ready"),
            ({}, {"status": "LOGISTICS_PICKUP_RETRY"}, "pickup_retry"),
        ]:
            shop = Parcels(0)
            shop.add("order-1", "OFG1", order=order, **package)
            error = self.error(shop, [shipment(package_ref="OFG1")])
            with self.subTest(order=order, package=package):
                self.assertEqual((type(error), error.code), (Rejected, code))
                self.assertFalse(shop.arranged)

    def test_no_longer_so(self):
        """The order was split since, or the parcel is another order's."""
        shop = Parcels(2)
        shop.add("order-1", "OFG11", "OFG12")
        del shop.packages["OFG1"]
        self.assertEqual(self.error(shop, [shipment()]).code, "package_unknown")
        self.assertEqual(self.error(shop, [shipment(package_ref="OFG1")]).code, "not_found")
        self.assertEqual(self.error(shop, [shipment(package_ref="OFG2")]).code, "package_unknown")
        self.assertFalse(shop.arranged)

    def test_again_without_pickup(self):
        shop = Parcels(status="LOGISTICS_PICKUP_RETRY")
        error = self.error(shop, [shipment(again=True, handover="dropoff", place_ref="9")])
        self.assertEqual(error.code, "not_pickup")

    def test_again_though_never_arranged(self):
        """The platform's state says which call it is."""
        self.assertIsNone(self.error(Parcels(), [shipment(again=True)]))
        self.assertEqual(self.names()[-1], "ship_order")

    def test_one_unknown_order(self):
        """It keeps no other from being sent, whichever way Shopee says that it has none."""
        for fails in (False, True):
            shop = Parcels(3)
            del shop.orders["order-2"]

            def unknown(call, fails=fails):
                if fails and "order-2" in call.params.get("order_sn_list", "").split(","):
                    return refusal("error_not_found", "Wrong parameters, detail: the order is not found.")
                return None

            shop.before = unknown
            errors = [outcome.error for outcome in self.arrange(shop, numbered(3))]
            self.assertEqual([isinstance(error, Rejected) for error in errors], [False, True, False])
            self.assertEqual([error is None for error in errors], [True, False, True])

    def test_no_look_no_call(self):
        """What cannot be looked at is not sent."""
        for path in ("get_order_detail", "get_package_detail"):
            for answer, kind in [(READ_TIMEOUT, TransportError), (refusal("error_rate_limit", "Slow."), RateLimited)]:
                shop = Parcels()
                shop.before = lambda call, path=path, answer=answer: answer if path in call.path else None
                client = make_client(shop)
                with self.assertRaises(kind):
                    client.arrange([shipment()])
                self.assertFalse(shop.arranged)

    def test_unreadable_order(self):
        shop = Parcels(2)
        shop.orders["order-1"]["package_list"] = "none"
        shop.packages["OFG1"].pop("fulfillment_status")
        errors = [outcome.error for outcome in self.arrange(shop, [shipment(1), *numbered(2)])]
        self.assertEqual(errors[0].where, "package_list")
        self.assertEqual(errors[1].code, "not_ready")
        self.assertIsNone(errors[2])


if __name__ == "__main__":
    unittest.main()
