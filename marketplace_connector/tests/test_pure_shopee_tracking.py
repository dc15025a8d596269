"""Tracking numbers and states of Shopee parcels against a scripted platform."""

import unittest

from ..marketplaces.errors import RateLimited
from ..marketplaces.types import OrderStub
from .shopee_fake import make_client, ok, refusal
from .shopee_shipping_fake import Parcels

DETAIL, PACKAGES, NUMBERS = "get_order_detail", "get_package_detail", "get_mass_tracking_number"


class TestTracking(unittest.TestCase):
    def tracked(self, shop, *refs):
        client = make_client(shop)
        orders = client.fetch_orders([OrderStub(ref=ref) for ref in refs or shop.orders])
        client.session.calls.clear()
        tracked = client.add_tracking(orders)
        self.names = client.session.names()
        self.assertEqual([order.ref for order in tracked], [order.ref for order in orders])
        self.assertEqual([order.digest for order in tracked], [order.digest for order in orders])
        return tracked

    def package(self, shop):
        (order,) = self.tracked(shop)
        (package,) = order.packages
        return package

    def test_number_comes_later(self):
        """Arranged without a number, and nothing wrong with that; then with it. # R138 R142 R146"""
        shop = Parcels(status="LOGISTICS_REQUEST_CREATED")
        shop.before = lambda call: (
            ok({"success_list": [{"package_number": "OFG1", "tracking_number": "", "hint": "CVS closed"}]})
            if call.path.endswith(NUMBERS)
            else None
        )
        package = self.package(shop)
        self.assertEqual((package.status, package.tracking_number), ("confirmed", ""))
        self.assertEqual(self.names, [PACKAGES, NUMBERS])
        shop.packages["OFG1"] |= {"tracking_number": "SPX1", "shipping_carrier": "SPX Instant"}
        package = self.package(shop)
        self.assertEqual((package.status, package.tracking_number), ("ready_to_ship", "SPX1"))
        self.assertEqual((package.courier, package.raw_status), ("SPX Instant", "LOGISTICS_REQUEST_CREATED"))
        self.assertEqual(self.names, [PACKAGES])

    def test_number_where_the_detail_has_none(self):
        package = self.package(Parcels(status="LOGISTICS_REQUEST_CREATED"))
        self.assertEqual((package.status, package.tracking_number), ("ready_to_ship", "TOFG1"))

    def test_number_being_made(self):
        """Arranged, and Shopee's status does not say so yet."""
        package = self.package(Parcels(is_shipment_arranged=True))
        self.assertEqual((package.status, package.tracking_number, self.names), ("confirmed", "", [PACKAGES]))

    def test_status_is_the_newer_one(self):
        """What happened between the two calls is told."""
        shop = Parcels()
        shop.packages["OFG1"] |= {"fulfillment_status": "LOGISTICS_PICKUP_DONE", "tracking_number": "SPX1"}
        package = self.package(shop)
        self.assertEqual((package.status, package.raw_status), ("shipped", "LOGISTICS_PICKUP_DONE"))

    def test_five_hundred(self):
        shop = Parcels(500, status="LOGISTICS_REQUEST_CREATED")
        orders = self.tracked(shop)
        self.assertEqual((self.names.count(PACKAGES), self.names.count(NUMBERS), len(self.names)), (10, 10, 20))
        self.assertEqual({order.packages[0].status for order in orders}, {"ready_to_ship"})
        for ref in shop.packages:
            shop.packages[ref]["tracking_number"] = f"SPX-{ref}"
        self.tracked(shop)
        self.assertEqual(len(self.names), 10)

    def test_only_what_can_have_a_number(self):
        for status in (
            "LOGISTICS_NOT_START",
            "LOGISTICS_INVALID",
            "LOGISTICS_REQUEST_CANCELED",
            "LOGISTICS_COD_REJECTED",
        ):
            self.tracked(Parcels(3, status=status))
            self.assertEqual(self.names, [])

    def test_split_order(self):
        """Each parcel has its own number. # R63"""
        shop = Parcels(0)
        shop.add("order-1", "OFG1", "OFG2", status="LOGISTICS_REQUEST_CREATED")
        (order,) = self.tracked(shop)
        self.assertEqual([package.tracking_number for package in order.packages], ["TOFG1", "TOFG2"])
        self.assertEqual(self.names, [PACKAGES, NUMBERS])

    def test_parcel_not_told_of(self):
        """It stays as it was, and keeps no other from being told of."""
        for fails in (False, True):
            shop = Parcels(3, status="LOGISTICS_REQUEST_CREATED")
            del shop.packages["OFG2"]

            def unknown(call, fails=fails):
                if fails and "OFG2" in call.params.get("package_number_list", "").split(","):
                    return refusal("error_param", "The information you queried is not found.")
                return None

            shop.before = unknown
            orders = self.tracked(shop)
            self.assertEqual([order.packages[0].tracking_number for order in orders], ["TOFG1", "", "TOFG3"])
            self.assertEqual(orders[1].packages[0].status, "confirmed")

    def test_numbers_refused(self):
        """They come with the parcel's detail later on; what passes for all is told."""
        shop = Parcels(status="LOGISTICS_REQUEST_CREATED")
        shop.before = lambda call: refusal("error_api_permission", "No.") if call.path.endswith(NUMBERS) else None
        self.assertEqual(self.package(shop).status, "confirmed")
        shop.before = lambda call: refusal("error_rate_limit", "Slow.") if call.path.endswith(NUMBERS) else None
        with self.assertRaises(RateLimited):
            self.tracked(shop)

    def test_lists_at_the_top(self):
        shop = Parcels(status="LOGISTICS_REQUEST_CREATED")
        listed = [{"package_number": "OFG1", "tracking_number": "SPX1"}]
        shop.before = lambda call: ok(success_list=listed) if call.path.endswith(NUMBERS) else None
        self.assertEqual(self.package(shop).tracking_number, "SPX1")


if __name__ == "__main__":
    unittest.main()
