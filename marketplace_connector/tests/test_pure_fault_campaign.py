"""The campaign of faults sees what is wrong, and does what it says."""

import copy
import unittest
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from werkzeug.test import Client

from ..simulator.campaign.books import differences
from ..simulator.campaign.books_payouts import wrong_payouts
from ..simulator.campaign.books_stock import wrong_stock
from ..simulator.campaign.certificate import wrong_certificate
from ..simulator.campaign.expected import lazada_orders, shopee_orders
from ..simulator.campaign.expected_payouts import lazada_payouts, shopee_payouts
from ..simulator.campaign.life import LazadaLife, ShopeeLife
from ..simulator.campaign.mishaps import Killed, Mishaps
from ..simulator.campaign.mixture import Mixture
from ..simulator.campaign.past import sell_before
from ..simulator.faults import KINDS
from ..simulator.lazada.app import Lazada
from ..simulator.shopee.app import Shopee

SKU = "TEE-BLK-M"
EXPECTED = {
    "placed": 100,
    "must": True,
    "status": "shipped",
    "total": "12.89",
    "goods": "10.90",
    "pieces": {SKU: 2},
    "parcels": [{"ref": "P1", "number": "N1", "has_left": True, "pieces": {SKU: 2}}],
    "arranged": 1,
    "by_seller": False,
    "by_platform": False,
}
INVOICES = [{"type": "out_invoice", "state": "posted", "total": "12.89"}]
CREDITED = [{"type": "out_refund", "state": "posted", "total": "12.89"}]
BOOKED = {
    "state": "sale",
    "status": "shipped",
    "total": "12.89",
    "goods": "10.90",
    "pieces": {SKU: 2.0},
    "packages": [{"ref": "P1", "status": "shipped", "number": "N1", "delivery": "done", "labels": 1}],
    "moved": {SKU: 2.0},
    "returned": {},
    "deliveries": {"done": 1},
    "invoices": INVOICES,
    "credit_due": False,
}


class TestJudge(unittest.TestCase):
    def wrong(self, there=None, here=None, **more):
        """What is said of the order with these changes."""
        expected, booked = copy.deepcopy(EXPECTED) | (there or {}), copy.deepcopy(BOOKED) | (here or {})
        return differences({"1": expected}, {"1": [booked]} | more).get("1")

    def test_right(self):
        self.assertIsNone(self.wrong())
        self.assertIsNone(self.wrong(here={"moved": {SKU: 4.0}, "returned": {SKU: 2.0}}))

    def test_each_mistake_is_seen(self):
        package = BOOKED["packages"][0]
        for there, here in (
            ({"arranged": 2}, {}),
            ({"by_seller": True}, {}),
            ({"status": "completed"}, {}),
            ({}, {"total": "12.88"}),
            ({}, {"goods": "10.91"}),
            ({}, {"pieces": {SKU: 1.0}}),
            ({}, {"moved": {SKU: 4.0}}),
            ({}, {"moved": {SKU: 4.0}, "returned": {SKU: 1.0}}),
            ({}, {"moved": {}}),
            ({}, {"deliveries": {"done": 2}}),
            ({}, {"state": "cancel"}),
            ({}, {"packages": []}),
            ({}, {"packages": [package, {**package, "ref": "P2"}]}),
            ({}, {"packages": [{**package, "number": ""}]}),
            ({}, {"packages": [{**package, "delivery": "assigned"}]}),
            ({}, {"invoices": []}),
            ({}, {"invoices": [*INVOICES, *INVOICES]}),
            ({}, {"invoices": [{**INVOICES[0], "total": "12.90"}]}),
            ({}, {"invoices": [{**INVOICES[0], "state": "draft"}]}),
            ({}, {"invoices": [*INVOICES, *CREDITED, *CREDITED]}),
            ({"status": "cancelled"}, {"state": "cancel", "status": "cancelled"}),
            ({"parcels": [{**EXPECTED["parcels"][0], "has_left": False}]}, {"packages": [{**package, "labels": 0}]}),
        ):
            with self.subTest(there=there, here=here):
                self.assertTrue(self.wrong(there, here))

    def test_number_of_orders(self):
        """Missing, doubled, and one that nobody knows."""
        self.assertEqual(differences({"1": EXPECTED}, {}), {"1": ["missing, it is shipped"]})
        self.assertIn("2 sales orders", differences({"1": EXPECTED}, {"1": [BOOKED, BOOKED]})["1"])
        self.assertTrue(differences({}, {"1": [BOOKED]}))
        self.assertFalse(differences({"1": {**EXPECTED, "must": False, "status": "unpaid"}}, {}))


class TestOtherJudges(unittest.TestCase):
    """Each of the others sees what is wrong, too, and only that."""

    def test_cancelled_after_invoice(self):
        over = {**EXPECTED, "status": "cancelled"}
        booked = {**BOOKED, "state": "cancel", "status": "cancelled", "invoices": [*INVOICES, *CREDITED]}
        self.assertFalse(differences({"1": over}, {"1": [booked]}))
        booked = {**booked, "invoices": INVOICES, "credit_due": True}
        self.assertFalse(differences({"1": over}, {"1": [booked]}))

    def stock(self, pieces=8, rule=8, seen=8, **order):
        """What is said where 10 were there at first and the order of 2 has left."""
        told = {"orders": {"lazada": {"1": EXPECTED | order}}, "stock": {"lazada": {SKU: seen}}}
        kept = {"lazada": set()}
        stock = {"pieces": {SKU: pieces}, "shown": {"lazada": {SKU: rule}}, "kept_there": kept}
        stock |= {"states": {"lazada": {SKU: "accepted"}}, "named": set()}
        return wrong_stock(10, told, {"1": [BOOKED]}, stock).get(SKU)

    def stock_of_more(self):
        """One piece of the order has not left."""
        order = {**EXPECTED, "pieces": {SKU: 3}}
        told = {"orders": {"lazada": {"1": order}}, "stock": {"lazada": {SKU: 7}}}
        stock = {"pieces": {SKU: 8}, "shown": {"lazada": {SKU: 7}}, "kept_there": {"lazada": set()}, "named": ()}
        return wrong_stock(10, told, {"1": [BOOKED]}, stock).get(SKU)

    def test_stock(self):
        self.assertIsNone(self.stock())
        self.assertIsNone(self.stock_of_more())
        self.assertEqual(
            self.stock(pieces=10), ["10 pieces, not 8", "lazada: the rule says 8, 10 are there and 0 of them are sold"]
        )
        self.assertEqual(self.stock(seen=9), ["lazada shows 9, the rule says 8 (accepted)"])
        self.assertTrue(self.stock(rule=9, seen=9))
        self.assertTrue(self.stock(rule=None))

    def test_payouts(self):
        settled = {"opening": "0", "closing": "0", "paid_out": "9.00", "orders": {"1": "10", "": "-1"}, "rows": 2}
        booked = {**settled, "ref": "S1", "orders": {"1": Decimal(10), "": Decimal(-1)}, "difference": "0.00"}
        self.assertFalse(wrong_payouts({"S1": settled}, [booked]))
        for wrong in (
            [],
            [booked, booked],
            [booked, {**booked, "ref": "S2"}],
            [{**booked, "closing": "1"}],
            [{**booked, "difference": "1"}],
            [{**booked, "rows": 3}],
            [{**booked, "orders": {"1": Decimal(10)}}],
        ):
            with self.subTest(wrong=wrong):
                self.assertTrue(wrong_payouts({"S1": settled}, wrong))

    def certificate(self, books, until=200, **day):
        """What is said of a shop with one order, which was placed at 100."""
        counts = {"listed": 1, "known": len(books), "open": {}, "state": "complete", "why": ""}
        day = {"date": "2026-03-04", "start": 50, "until": 200, **counts, **day}
        shop = {
            "completeness": "complete" if day["state"] == "complete" else "incomplete",
            "until": until,
            "days": [day],
        }
        return wrong_certificate({"lazada": {"1": EXPECTED}}, books, {"lazada": shop})

    def test_certificate(self):
        books = {"1": [BOOKED]}
        self.assertFalse(self.certificate(books))
        self.assertFalse(self.certificate({}, open={"1": "missing"}, state="incomplete"))
        other = {"1": [{**BOOKED, "status": "processed"}]}
        self.assertFalse(self.certificate(other, open={"1": "differs"}, state="incomplete"))
        for wrong in (
            self.certificate({}),
            self.certificate(other),
            self.certificate(books, listed=2),
            self.certificate(books, known=0),
            self.certificate(books, until=150),
            self.certificate(books, until=50, start=150),
            self.certificate(books, state="unknown"),
            self.certificate(books, open={"1": "missing"}, state="incomplete"),
        ):
            self.assertTrue(wrong)


class TestWorld(unittest.TestCase):
    def live(self, seed):
        """A day's life of both platforms; what is expected at its end."""
        lives = LazadaLife(Lazada(), seed), ShopeeLife(Shopee(), seed)
        for life in lives:
            for _ in range(150):
                life.happen()
            life.settle()
            self.assertGreater(life.counts["collect"], 3)
        return *lives, lazada_orders(lives[0].app) | shopee_orders(lives[1].app)

    def test_same_seed_same_life(self):
        def gist(world):
            return [(order["status"], order["goods"]) for order in world[2].values()]

        self.assertEqual(gist(self.live(5)), gist(self.live(5)))
        self.assertNotEqual(gist(self.live(5)), gist(self.live(6)))

    def test_past(self):
        """Some weeks of sales: statements and days of a wallet, each with what follows from its rows."""
        lives = LazadaLife(Lazada(), 1), ShopeeLife(Shopee(), 1)
        for life in lives:
            sell_before(life, 1)
        for payouts in (lazada_payouts(lives[0].app), shopee_payouts(lives[1].app)):
            payouts.pop("running", None)
            self.assertGreater(len(payouts), 1)
            for payout in payouts.values():
                rows = sum(map(Decimal, payout["orders"].values()))
                moved = Decimal(payout["closing"]) + Decimal(payout["paid_out"]) - Decimal(payout["opening"])
                self.assertEqual(rows, moved)

    def test_mixture(self):
        self.assertEqual(Mixture.of(5), Mixture.of("5"))
        self.assertGreater(len({Mixture.of(seed) for seed in range(10)}), 8)

    def test_nothing_is_sent_twice(self):
        expected = self.live(5)[2]
        self.assertEqual(max(order["arranged"] for order in expected.values()), 1)
        self.assertTrue(any(parcel["has_left"] for order in expected.values() for parcel in order["parcels"]))

    def test_faults_are_counted_and_end(self):
        life = LazadaLife(Lazada(), 1)
        mishaps = Mishaps(life, 1, replace(Mixture.of(1), faults=0.5, kinds=KINDS), deaths=0.2)
        client = Client(mishaps)
        for _ in range(60):
            with suppress(Killed, ConnectionError):
                client.get("/rest/orders/get")
        injected = mishaps.injected()
        self.assertGreater(injected["killed_before_effect"] + injected["killed_after_effect"], 5)
        self.assertGreater(injected["lost_answer"] + injected["no_connection"], 5)
        mishaps.stop()
        for _ in range(20):
            self.assertEqual(client.get("/rest/orders/get").status_code, 200)
        self.assertEqual(mishaps.injected(), injected)
