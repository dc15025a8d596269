"""Lazada: parcels packed. What must never happen is a second package for the same goods."""

import unittest

from ..marketplaces.errors import Rejected, ServerError
from ..marketplaces.shipping import Shipment
from ..marketplaces.types import Package
from .lazada_fake import item, make_client, ok, refusal
from .lazada_parcels_fake import ITEMS, PACK, PackingCase, Platform, failed, piece, shipment


class TestPacking(PackingCase):
    def test_as_documented(self):
        """The body of the example in doc 121328, by POST, and the package out of the answer. # R52 R55"""
        platform = Platform(item(711433089764242, order_id=711433089564242))
        wanted = Shipment(order_ref="711433089564242", unit_refs=("711433089764242",))
        (outcome,), session = self.arrange(platform, wanted)
        look, pack = session.calls
        self.assertEqual((look.api, look.method, pack.api, pack.method), (ITEMS, "GET", PACK, "POST"))
        self.assertEqual(
            pack.params["packReq"],
            '{"pack_order_list":[{"order_id":711433089564242,"order_item_list":[711433089764242]}],'
            '"delivery_type":"dropship","shipping_allocate_type":"TFS"}',
        )
        self.assertEqual(pack.query, {})
        self.assertIsNone(outcome.error)
        package = Package(
            ref="FP711433089564242",
            status="confirmed",
            raw_status="packed",
            contents=(("711433089764242", 1),),
            tracking_number="LEXFP711433089564242",
            courier="LEX SG",
        )
        self.assertEqual(outcome.packages, (package,))

    def test_fewest_calls(self):
        """500 orders: 10 calls to look and 25 to pack."""
        for number, looks, packs in ((0, 0, 0), (1, 1, 1), (20, 1, 1), (21, 1, 2), (51, 2, 3), (500, 10, 25)):
            platform = Platform(*(piece(order) for order in range(1, number + 1)))
            outcomes, session = self.arrange(platform, *(shipment(order) for order in range(1, number + 1)))
            self.assertEqual((session.count(ITEMS), session.count(PACK)), (looks, packs))
            self.assertEqual(len(session.calls), looks + packs)
            refs = [[package.ref for package in outcome.packages] for outcome in outcomes]
            self.assertEqual(refs, [[f"FP{order}"] for order in range(1, number + 1)])

    def test_what_is_packed_is_left_out(self):
        """A second click, or a click after a lost answer, packs nothing twice. # R56"""
        platform = Platform(piece(1), piece(2), piece(2, 1))
        self.arrange(platform, shipment(1), shipment(2))
        outcomes, session = self.arrange(platform, shipment(1), shipment(2, 0, 1))
        self.assertEqual(platform.packed, [[10, 20], [21]])
        self.assertEqual(session.count(PACK), 1)
        self.assertEqual([outcome.error for outcome in outcomes], [None, None])
        self.assertEqual([package.ref for package in outcomes[0].packages], ["FP1"])
        contents = [package.contents for package in outcomes[1].packages]
        self.assertEqual(contents, [(("20", 1),), (("21", 1),)])
        outcomes, session = self.arrange(platform, shipment(1), shipment(2, 0, 1))
        self.assertEqual(session.count(PACK), 0)
        self.assertEqual([outcome.error for outcome in outcomes], [None, None])

    def test_packed_or_later(self):
        for status in (
            "packed",
            "ready_to_ship_pending",
            "ready_to_ship",
            "toship",
            "shipped",
            "delivered",
            "returned",
        ):
            packed = piece(1, status=status, package_id="FP7", tracking_code="T7", shipment_provider="LEX")
            (outcome,), session = self.arrange(Platform(packed), shipment(1))
            self.assertEqual((outcome.error, session.count(PACK)), (None, 0), status)
            (package,) = outcome.packages
            self.assertEqual((package.ref, package.tracking_number, package.courier), ("FP7", "T7", "LEX"))

    def test_dissolved_packages_are_packed_anew(self):
        platform = Platform(piece(1, status="repacked", package_id="FP-old", tracking_code="old"))
        (outcome,), _session = self.arrange(platform, shipment(1))
        self.assertEqual([package.ref for package in outcome.packages], ["FP1"])

    def test_several_packages_of_one_shipment(self):
        """Lazada splits by warehouse and kind of shipping. # R63"""
        platform = Platform(piece(1), piece(1, 1, warehouse_code="B"), piece(1, 2))
        (outcome,), _session = self.arrange(platform, shipment(1, 0, 1, 2))
        found = {package.ref: package.contents for package in outcome.packages}
        self.assertEqual(found, {"FP1": (("10", 1), ("12", 1)), "FP1B": (("11", 1),)})
        self.assertEqual(len({package.tracking_number for package in outcome.packages}), 2)

    def test_some_units_only(self):
        """A back-order packs the rest later."""
        platform = Platform(piece(1), piece(1, 1), piece(1, 2))
        self.arrange(platform, shipment(1, 0, 2))
        self.assertEqual(platform.packed, [[10, 12]])

    def test_two_shipments_of_an_order_stay_apart(self):
        """In one call their units would share a package."""
        platform = Platform(piece(1), piece(1, 1), piece(2))
        outcomes, session = self.arrange(platform, shipment(1), shipment(1, 1), shipment(2), shipment(1))
        self.assertEqual(platform.packed, [[10, 20], [11]])
        self.assertEqual(outcomes[0], outcomes[3])
        self.assertEqual(session.count(ITEMS), 1)

    def test_never_packed_by_us(self):
        """# R50 R62"""
        for code, values in (
            ("fulfilled_by_platform", {"is_fbl": 1}),
            ("fulfilled_by_platform", {"is_fbl": "", "shipping_type": "Warehouse"}),
            ("digital", {"is_digital": 1}),
            ("digital", {"shipping_provider_type": "digital"}),
            ("pickup_in_store", {"shipping_provider_type": "pickup_in_store"}),
            ("own_fleet", {"shipping_provider_type": "seller_own_fleet"}),
            ("own_fleet", {"delivery_option_sof": "1"}),
            ("cancelled", {"status": "canceled"}),
            ("unpaid", {"status": "unpaid"}),
            ("in_cancel", {"need_cancel_confirm": True}),
            ("in_cancel", {"is_cancel_pending": "true"}),
            ("not_ready", {"status": "teleported"}),
        ):
            platform = Platform(piece(1), piece(1, 1, **values), piece(2))
            (bad, good), session = self.arrange(platform, shipment(1, 0, 1), shipment(2))
            self.assert_rejected(bad, code)
            self.assertEqual((good.error, platform.packed), (None, [[20]]), values)

    def test_what_does_not_exist(self):
        platform = Platform(piece(1), piece(2))
        wrong = Shipment(order_ref="1", unit_refs=("10", "99"))
        for bad, code in (
            (wrong, "no_such_unit"),
            (Shipment(order_ref="1", unit_refs=()), "no_such_unit"),
            (Shipment(order_ref="1],[2", unit_refs=("10",)), "16"),
            (Shipment(order_ref="", unit_refs=("10",)), "16"),
        ):
            platform.packed.clear()
            (outcome, good), _session = self.arrange(platform, bad, shipment(2))
            self.assert_rejected(outcome, code)
            self.assertIsNone(good.error)

    def test_unreadable_amounts_hold_up_no_parcel(self):
        (outcome,), _session = self.arrange(Platform(piece(1, item_price="gratis")), shipment(1))
        self.assertIsNone(outcome.error)

    def test_types_of_the_documentation(self):
        """Its samples write truth values and numbers as text."""
        line = {
            "order_item_id": "10",
            "msg": "success",
            "item_err_code": 0,
            "tracking_number": "TH1",
            "shipment_provider": "Flash Express",
            "package_id": "FP1",
            "retry": "false",
        }
        data = {"pack_order_list": [{"order_item_list": [line], "order_id": "1"}]}
        answer = ok(result={"success": "true", "error_code": "700100", "error_msg": "order not found", "data": data})
        (outcome,), _session = self.arrange(Platform(piece(1), whole={PACK: answer}), shipment(1))
        self.assertEqual((outcome.error, outcome.packages[0].courier), (None, "Flash Express"))


class TestPackingRefused(PackingCase):
    """What Lazada documents as refusals, on all three levels."""

    final = ("700000", "700001", "700004", "700013", "700017", "700018", "700019", "700020", "700021", "700022")
    final += ("700023", "700025", "700026", "700027", "700028", "700029", "700030", "700032", "1003", "700031")

    def test_of_a_unit(self):
        for code in self.final:
            platform = Platform(piece(1), piece(2), lines={10: failed(code, msg="WORDS")})
            (bad, good), session = self.arrange(platform, shipment(1), shipment(2))
            self.assert_rejected(bad, code)
            self.assertIn("WORDS", bad.error.message)
            self.assertEqual((good.error, good.packages[0].ref), (None, "FP2"))
            self.assertEqual(session.count(PACK), 1)

    def test_of_the_call(self):
        """One bad order does not hold up nineteen others: the call is halved until it stands alone."""
        for code in set(self.final) - {"700013", "700022", "700032"}:
            for refused in (refusal(code), ok(result={"success": False, "error_code": code})):

                def spoiled(call, refused=refused):
                    return refused if "170" in call.params["packReq"] else None

                platform = Platform(*(piece(order) for order in range(1, 21)), whole={PACK: spoiled})
                outcomes, session = self.arrange(platform, *(shipment(order) for order in range(1, 21)))
                self.assert_rejected(outcomes.pop(16), code)
                self.assertTrue(all(outcome.error is None for outcome in outcomes))
                self.assertLessEqual(session.count(PACK), 11)
                sent = [ref for call in platform.packed for ref in call]
                self.assertEqual(len(sent), len(set(sent)), "none is packed twice")

    def test_of_all(self):
        """What would be the same for each is not asked for each."""
        for answer in (refusal("700032"), refusal("700013"), refusal("InsufficientPermission"), refusal("B001")):
            platform = Platform(*(piece(order) for order in range(1, 21)), whole={PACK: answer})
            outcomes, session = self.arrange(platform, *(shipment(order) for order in range(1, 21)))
            self.assertEqual(session.count(PACK), 1)
            self.assertTrue(all(isinstance(outcome.error, Rejected) for outcome in outcomes))

    def test_busy(self):
        """The caller tries later; nothing is sent twice here."""
        for code in ("6", "40011", "700024"):
            for platform in (
                Platform(piece(1), whole={PACK: refusal(code)}),
                Platform(piece(1), whole={PACK: ok(result={"success": False, "errorCode": code})}),
                Platform(piece(1), lines={10: failed(code, retry=True)}),
            ):
                (outcome,), session = self.arrange(platform, shipment(1))
                self.assertIsInstance(outcome.error, ServerError)
                self.assertEqual((outcome.error.code, session.count(PACK)), (code, 1))

    def test_retry_flag(self):
        for code, error in (
            ("1003", ServerError),
            ("700031", ServerError),
            ("4711", ServerError),
            ("700026", Rejected),
        ):
            (outcome,), _session = self.arrange(Platform(piece(1), lines={10: failed(code, retry="true")}), shipment(1))
            self.assertIsInstance(outcome.error, error)

    def test_a_part_only(self):
        """What was packed is told beside the error."""
        for code, bad, good in (("700026", 11, "10"), ("700026", 10, "11"), ("700016", 10, "11")):
            platform = Platform(piece(1), piece(1, 1), lines={bad: failed(code)})
            (outcome,), session = self.arrange(platform, shipment(1, 0, 1))
            self.assertEqual((outcome.error.code, len(session.calls)), (code, 2))
            self.assertEqual([package.contents for package in outcome.packages], [((good, 1),)])


class TestWhatLazadaNeedsNot(unittest.TestCase):
    def test_no_call(self):
        client, session = make_client(refusal("6"))
        self.assertEqual(client.handover_options("1"), ())
        self.assertEqual(client.add_tracking(["an order"]), ["an order"])
        with self.assertRaises(Rejected):
            client.split("1", ())
        self.assertEqual(session.calls, [])

    def test_capabilities(self):
        able = make_client({})[0].capabilities
        self.assertTrue(able.makes_packages and able.hands_over and not able.cancels_from_erp)
        self.assertEqual((able.arrange_batch, able.earliest_arrange.total_seconds()), (100, 0))
