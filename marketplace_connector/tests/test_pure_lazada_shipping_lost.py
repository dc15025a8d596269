"""Lazada: parcels whose packing nobody knows of, and those of cross-border shops."""

import json

import requests

from ..marketplaces.errors import NotAuthorized, RateLimited, ServerError, TransportError
from .lazada_fake import TokenBox, ok, refusal
from .lazada_parcels_fake import ITEMS, LOST_ANSWERS, PACK, PROVIDERS, PackingCase, Platform, failed, piece, shipment


class TestPackingLost(PackingCase):
    """Answers that never came, or that say nothing."""

    def test_nobody_knows(self):
        """Each write is sent once; the other calls go on."""
        for lost in LOST_ANSWERS:

            def answer(call, lost=lost):
                return lost if "[10]" in call.params["packReq"] else None

            platform = Platform(*(piece(order) for order in range(1, 42)), whole={PACK: answer})
            outcomes, session = self.arrange(platform, *(shipment(order) for order in range(1, 42)))
            self.assertEqual(session.count(PACK), 3, lost)
            for outcome in outcomes[:20]:
                self.assertIsInstance(outcome.error, TransportError, lost)
                self.assertTrue(outcome.error.outcome_unknown)
            self.assertTrue(all(outcome.error is None for outcome in outcomes[20:]))

    def test_effect_without_answer(self):
        """Called again, it finds what was packed."""
        platform = Platform(piece(1))

        def lose(call):
            platform.line(10)
            return requests.ReadTimeout()

        platform.whole[PACK] = lose
        (outcome,), _session = self.arrange(platform, shipment(1))
        self.assertTrue(outcome.error.outcome_unknown)
        (outcome,), session = self.arrange(platform, shipment(1))
        self.assertEqual((outcome.error, outcome.packages[0].ref, session.count(PACK)), (None, "FP1", 0))

    def test_no_connection(self):
        """Then Lazada surely knows nothing of it."""
        (outcome,), session = self.arrange(Platform(piece(1), whole={PACK: requests.ConnectTimeout()}), shipment(1))
        self.assertIsInstance(outcome.error, TransportError)
        self.assertEqual((outcome.error.outcome_unknown, session.count(PACK)), (False, 1))

    def test_units_left_out_of_the_answer(self):
        for line in ({"order_item_id": 99}, {"item_err_code": None}, {"item_err_code": ""}):
            platform = Platform(piece(1), piece(2), lines={10: line})
            (bad, good), _session = self.arrange(platform, shipment(1), shipment(2))
            self.assertIsInstance(bad.error, TransportError)
            self.assertTrue(bad.error.outcome_unknown)
            self.assertIsNone(good.error)

    def test_lost_looks(self):
        """Nothing was sent yet: nothing to read back."""
        for lost, error in ((requests.ReadTimeout(), TransportError), (refusal("6"), ServerError)):
            (outcome,), session = self.arrange(Platform(piece(1), whole={ITEMS: lost}), shipment(1))
            self.assertIsInstance(outcome.error, error)
            self.assertFalse(getattr(outcome.error, "outcome_unknown", False))
            self.assertEqual((session.count(ITEMS), session.count(PACK)), (3, 0))

    def test_an_order_unknown_to_lazada(self):
        def unknown(call):
            return refusal("37") if 2 in json.loads(call.params["order_ids"]) else None

        platform = Platform(piece(1), piece(3), whole={ITEMS: unknown})
        outcomes, session = self.arrange(platform, shipment(1), shipment(2), shipment(3))
        self.assertEqual([outcome.error and outcome.error.code for outcome in outcomes], [None, "37", None])
        self.assertEqual(session.count(PACK), 1)

    def test_waiting(self):
        """Once the shop must wait, nothing more is asked; what was done stays told."""
        calls = []

        def limited(call):
            calls.append(call)
            return refusal("SellerCallLimit", "this ban will last 7 seconds") if len(calls) == 2 else None

        platform = Platform(*(piece(order) for order in range(1, 61)), whole={PACK: limited})
        outcomes, session = self.arrange(platform, *(shipment(order) for order in range(1, 61)))
        self.assertEqual(session.count(PACK), 2)
        self.assertTrue(all(outcome.packages and not outcome.error for outcome in outcomes[:20]))
        for outcome in outcomes[20:]:
            self.assertIsInstance(outcome.error, RateLimited)
            self.assertEqual(outcome.error.retry_after, 7)

    def test_not_let_in(self):
        platform = Platform(*(piece(order) for order in range(1, 61)), whole={ITEMS: refusal("InvalidAppKey")})
        outcomes, session = self.arrange(platform, *(shipment(order) for order in range(1, 61)))
        self.assertTrue(all(isinstance(outcome.error, NotAuthorized) for outcome in outcomes))
        self.assertEqual(len(session.calls), 1)

    def test_token_ends(self):
        """A refused token means that nothing was done: the same is sent with the next one."""
        tokens = TokenBox()

        def old(call):
            return refusal("IllegalAccessToken") if call.params["access_token"] == "access-token-1" else None

        (outcome,), session = self.arrange(Platform(piece(1), whole={PACK: old}), shipment(1), token=tokens)
        self.assertEqual((outcome.error, session.count(PACK), tokens.number), (None, 2, 2))


class TestCrossBorder(PackingCase):
    """Shops whose parcels go through a warehouse that has to be named."""

    def platform(self, count=1, code="700016", whole=True, **data):
        def refuse(call):
            local = json.loads(call.params["packReq"])["shipping_allocate_type"] == "TFS"
            return ok(result={"success": False, "error_code": code}) if local and whole else None

        data = {
            "platform_default": 1,
            "shipment_providers": [{"name": "Cainiao", "provider_code": "FM50"}],
            "shipping_allocate_type": "NTFS",
            **data,
        }
        answers = {PACK: refuse, PROVIDERS: ok(result={"success": True, "data": data})}
        return Platform(*(piece(order) for order in range(1, count + 1)), whole=answers)

    def test_asks_and_packs(self):
        for code in ("700004", "700016", "700017", "700033"):
            (outcome,), session = self.arrange(self.platform(code=code), shipment(1))
            self.assertIsNone(outcome.error)
            ask = next(call for call in session.calls if call.api == PROVIDERS)
            self.assertEqual(
                (ask.method, ask.params["getShipmentProvidersReq"]),
                ("GET", '{"orders":[{"order_id":1,"order_item_ids":[10]}]}'),
            )
            self.assertEqual(
                session.calls[-1].params["packReq"],
                '{"pack_order_list":[{"order_id":1,"order_item_list":[10]}],"delivery_type":"dropship",'
                '"shipment_provider_code":"FM50","shipping_allocate_type":"NTFS"}',
            )

    def test_refused_for_each_unit(self):
        platform = self.platform(whole=False)
        original = platform.line
        lines = [failed("700016")]
        platform.line = lambda ref: {"order_item_id": ref, **lines.pop()} if lines else original(ref)
        (outcome,), session = self.arrange(platform, shipment(1))
        self.assertEqual((outcome.error, session.count(PACK)), (None, 2))

    def test_learns_once(self):
        outcomes, session = self.arrange(self.platform(60), *(shipment(order) for order in range(1, 61)))
        self.assertTrue(all(outcome.error is None for outcome in outcomes))
        self.assertEqual((session.count(PACK), session.count(PROVIDERS)), (4, 3))

    def test_local_after_all(self):
        """Where Lazada says that the shop is local, its refusal stands, and it is not asked again."""
        platform = self.platform(25, shipping_allocate_type="TFS")
        outcomes, session = self.arrange(platform, *(shipment(order) for order in range(1, 26)))
        for outcome in outcomes:
            self.assert_rejected(outcome, "700016")
        self.assertEqual((session.count(PACK), session.count(PROVIDERS)), (2, 1))

    def test_a_choice_for_a_person(self):
        providers = [{"name": "North", "provider_code": "N"}, {"name": "South", "provider_code": "S"}]
        (outcome,), session = self.arrange(
            self.platform(platform_default="0", shipment_providers=providers), shipment(1)
        )
        self.assert_rejected(outcome, "provider")
        self.assertIn("North (N), South (S)", outcome.error.message)
        platform = self.platform(2, platform_default="0", shipment_providers=providers)
        (north, south), session = self.arrange(platform, shipment(1, place_ref="N"), shipment(2, place_ref="S"))
        self.assertEqual((north.error, south.error, platform.packed), (None, None, [[10], [20]]))
        self.assertIn('"S"', session.calls[-1].params["packReq"])
        (outcome,), session = self.arrange(self.platform(platform_default=1, shipment_providers=providers), shipment(1))
        self.assertIsNone(outcome.error)
        self.assertIn('"N"', session.calls[-1].params["packReq"])

    def test_providers_that_cannot_be_asked(self):
        for lost in (requests.ReadTimeout(), ok(result=None), refusal("700032")):
            platform = self.platform()
            platform.whole[PROVIDERS] = lost
            (outcome,), session = self.arrange(platform, shipment(1))
            self.assert_rejected(outcome, "700016")
            self.assertEqual(session.count(PACK), 1)
