"""Where a Lazada order stands: its pieces, its parcels, its cancellations."""

import unittest

from ..marketplaces.types import BY_HAND, MANUAL_REASONS
from .lazada_fake import item
from .test_pure_lazada_parsing import parse


class TestStatus(unittest.TestCase):
    def status(self, *statuses, **values):
        return parse([item(number, status=status) for number, status in enumerate(statuses, 1)], **values).status

    def test_each_status(self):
        """# R25 R27"""
        expected = {
            "unpaid": "unpaid",
            "ready_to_ship": "pending repacked topack",
            "processed": "packed ready_to_ship_pending ready_to_ship toship",
            "shipped": "shipped shipping",
            "completed": "delivered confirmed",
            "cancelled": "canceled",
            "returned": "returned",
            "failed": "failed failed_delivery shipped_back shipped_back_success shipped_back_failed lost lost_by_3pl "
            "damaged_by_3pl package_scrapped",
            "unknown": "INFO_ST_NEW something_else",
        }
        for ours, theirs in expected.items():
            for word in theirs.split():
                order = parse([item(1, status=word)])
                self.assertEqual((order.lines[0].units[0].status, order.raw_status), (ours, word))
                self.assertEqual(order.status, {"returned": "shipped", "failed": "shipped"}.get(ours, ours), word)

    def test_missing_status(self):
        for word in ("", None, 7, ["pending"]):
            self.assertEqual(self.status(word), "unknown")

    def test_least_advanced_speaks(self):
        self.assertEqual(self.status("delivered", "shipped", "packed", "pending", "unpaid"), "unpaid")
        self.assertEqual(self.status("delivered", "shipped", "packed", "pending"), "ready_to_ship")
        self.assertEqual(self.status("delivered", "shipped", "packed"), "processed")
        self.assertEqual(self.status("delivered", "lost_by_3pl"), "shipped")
        self.assertEqual(self.status("delivered", "returned"), "shipped")
        self.assertEqual(self.status("delivered", "confirmed"), "completed")

    def test_cancelled_pieces_do_not_count(self):
        self.assertEqual(self.status("canceled", "packed"), "processed")
        self.assertEqual(self.status("canceled", "canceled"), "cancelled")

    def test_unknown_words_only_speak_alone(self):
        self.assertEqual(self.status("novel", "packed"), "processed")
        self.assertEqual(self.status("novel", "canceled"), "unknown")

    def test_open_request_to_cancel(self):
        for values in ({"need_cancel_confirm": True}, {"is_cancel_pending": "true"}):
            self.assertEqual(parse([item(1), item(2, **values)]).status, "in_cancel")
            self.assertEqual(parse([item(1), item(2, status="canceled", **values)]).status, "ready_to_ship")
            self.assertEqual(parse([item(1)], **values).status, "ready_to_ship", "The pieces know better.")
            silent = item(1, need_cancel_confirm=None, is_cancel_pending=None)
            self.assertEqual(parse([silent], **values).status, "in_cancel")

    def test_raw_status_does_not_depend_on_the_order_of_pieces(self):
        self.assertEqual(parse([item(1, status="shipped"), item(2, status="packed")]).raw_status, "packed, shipped")


class TestCancellation(unittest.TestCase):
    def test_reason_and_initiator(self):
        """# R151"""
        values = {"reason": "Out of Stock", "reason_detail": "", "cancel_return_initiator": "cancellation-seller"}
        order = parse([item(1, status="canceled", **values), item(2, status="canceled", **values), item(3)])
        self.assertEqual((order.cancel_reason, order.cancelled_by), ("Out of Stock", "seller"))

    def test_detail_and_several_reasons(self):
        order = parse(
            [
                item(1, status="canceled", reason="Change of mind", reason_detail="too late"),
                item(2, need_cancel_confirm=True, reason="Wrong size", reason_detail="Wrong size"),
                item(3, status="returned", reason="Broken"),
            ]
        )
        self.assertEqual(order.cancel_reason, "Change of mind - too late; Wrong size")

    def test_initiators(self):
        for theirs, ours in (
            ("cancellation-customer", "buyer"),
            ("buyer-cancel", "buyer"),
            ("cancellation-seller", "seller"),
            ("system-cancel", "system"),
            ("cancellation-internal", "system"),
            ("cancellation-failed Delivery", "system"),
            ("customer service-cancel", "platform"),
            ("null-null", ""),
            (None, ""),
            ("somebody-else", "somebody-else"),
        ):
            order = parse([item(1, status="canceled", cancel_return_initiator=theirs)])
            self.assertEqual(order.cancelled_by, ours)


class TestPackages(unittest.TestCase):
    def packed(self, number, package="FP1", status="packed", **values):
        values = {"tracking_code": f"LEX-{package}", "shipment_provider": "LEX SG", **values}
        return item(number, package_id=package, status=status, **values)

    def package(self, *items):
        (package,) = parse(list(items)).packages
        return package

    def test_two_parcels(self):
        """# R55 R63 R115 R124"""
        order = parse([self.packed(1), self.packed(2, "FP2", "shipped"), self.packed(3), item(4)])
        first, second = order.packages
        self.assertEqual((first.ref, first.status, first.raw_status), ("FP1", "confirmed", "packed"))
        self.assertEqual(first.contents, (("1", 1), ("3", 1)))
        self.assertEqual((first.tracking_number, first.courier), ("LEX-FP1", "LEX SG"))
        self.assertEqual((second.ref, second.status, second.contents), ("FP2", "shipped", (("2", 1),)))
        self.assertEqual(order.courier, "LEX SG")

    def test_each_status(self):
        """# R57 R58 R59 R60 R61 R62"""
        expected = {
            "confirmed": "packed toship",
            "ready_to_ship": "ready_to_ship_pending ready_to_ship",
            "shipped": "shipped shipping",
            "delivered": "delivered confirmed returned",
            "cancelled": "canceled",
            "manual": "failed failed_delivery shipped_back lost_by_3pl damaged_by_3pl package_scrapped novel",
        }
        for ours, theirs in expected.items():
            for word in theirs.split():
                self.assertEqual(self.package(self.packed(1, status=word)).status, ours, word)

    def test_dissolved_packages_are_none(self):
        for word in ("unpaid", "pending", "repacked", "topack"):
            order = parse([self.packed(1, status=word)])
            self.assertEqual((order.packages, order.lines[0].units[0].package_ref), ((), ""))

    def test_least_advanced_speaks_and_trouble_comes_first(self):
        self.assertEqual(self.package(self.packed(1, status="shipped"), self.packed(2)).status, "confirmed")
        self.assertEqual(self.package(self.packed(1), self.packed(2, status="lost")).status, "manual")

    def test_what_was_cancelled_is_not_in_a_parcel_that_goes(self):
        package = self.package(self.packed(1), self.packed(2, status="canceled"))
        self.assertEqual((package.status, package.contents), ("confirmed", (("1", 1),)))
        package = self.package(self.packed(1, status="canceled"), self.packed(2, status="canceled"))
        self.assertEqual((package.status, package.contents), ("cancelled", (("1", 1), ("2", 1))))

    def test_what_lazada_does_not_carry(self):
        for values in (
            {"delivery_option_sof": "1"},
            {"is_digital": 1},
            {"shipping_provider_type": "PICKUP_IN_STORE"},
            {"shipping_provider_type": "seller_own_fleet"},
        ):
            self.assertEqual(self.package(self.packed(1, **values)).status, "manual")
            self.assertEqual(self.package(self.packed(1, status="shipped", **values)).status, "shipped")
            self.assertEqual(self.package(self.packed(1, status="delivered", **values)).status, "delivered")

    def test_why_a_package_needs_a_person(self):
        """# R62 R64"""
        expected = {
            "undelivered": "failed failed_delivery",
            "coming_back": "shipped_back",
            "came_back": "shipped_back_success",
            "lost": "lost lost_by_3pl shipped_back_failed",
            "damaged": "damaged_by_3pl package_scrapped",
            "unknown_status": "novel",
            "": "packed ready_to_ship shipped delivered canceled",
        }
        for reason, words in expected.items():
            self.assertIn(reason, ("", *MANUAL_REASONS))
            for word in words.split():
                self.assertEqual(self.package(self.packed(1, status=word)).manual_reason, reason, word)
        self.assertEqual(self.package(self.packed(1), self.packed(2, status="lost")).manual_reason, "lost")

    def test_lines_that_go_by_hand(self):
        """Known from the order itself, before anything is packed. # R62"""
        expected = {
            "own_fleet": ({"delivery_option_sof": "1"}, {"shipping_provider_type": "seller_own_fleet"}),
            "digital": ({"is_digital": 1}, {"shipping_provider_type": "digital", "delivery_option_sof": 1}),
            "pickup_in_store": ({"shipping_provider_type": "PICKUP_IN_STORE"},),
            "": ({}, {"shipping_provider_type": "standard"}, {"is_fbl": 1, "delivery_option_sof": 1}),
        }
        for by_hand, kinds in expected.items():
            for values in kinds:
                order = parse([item(1, **values)])
                self.assertEqual((order.lines[0].by_hand, order.packages), (by_hand, ()))
                package = self.package(self.packed(1, **values))
                self.assertEqual(package.manual_reason, by_hand)
                self.assertIn(by_hand, ("", *BY_HAND))
        mixed = parse([item(1), item(2, is_digital=1), item(3)])
        self.assertEqual([(line.quantity, line.by_hand) for line in mixed.lines], [(2, ""), (1, "digital")])
        self.assertEqual(mixed.digest, parse([item(3), item(2, is_digital=1), item(1)]).digest)

    def test_without_number_yet(self):
        """# R142"""
        self.assertEqual(self.package(self.packed(1, tracking_code="")).tracking_number, "")
