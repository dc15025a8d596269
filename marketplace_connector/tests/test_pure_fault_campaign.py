"""The campaign of faults sees what is wrong, and does what it says."""

import copy
import unittest
from contextlib import suppress

from werkzeug.test import Client

from ..simulator.campaign.books import differences
from ..simulator.campaign.expected import lazada_orders, shopee_orders
from ..simulator.campaign.life import LazadaLife, ShopeeLife
from ..simulator.campaign.mishaps import Killed, Mishaps
from ..simulator.lazada.app import Lazada
from ..simulator.shopee.app import Shopee

SKU = "TEE-BLK-M"
EXPECTED = {
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
BOOKED = {
    "state": "sale",
    "status": "shipped",
    "total": "12.89",
    "goods": "10.90",
    "pieces": {SKU: 2.0},
    "packages": [{"ref": "P1", "status": "shipped", "number": "N1", "delivery": "done", "labels": 1}],
    "moved": {SKU: 2.0},
    "deliveries": {"done": 1},
}


class TestJudge(unittest.TestCase):
    def wrong(self, there=None, here=None, **more):
        """What is said of the order with these changes."""
        expected, booked = copy.deepcopy(EXPECTED) | (there or {}), copy.deepcopy(BOOKED) | (here or {})
        return differences({"1": expected}, {"1": [booked]} | more).get("1")

    def test_right(self):
        self.assertIsNone(self.wrong())

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
            ({}, {"moved": {}}),
            ({}, {"deliveries": {"done": 2}}),
            ({}, {"state": "cancel"}),
            ({}, {"packages": []}),
            ({}, {"packages": [package, {**package, "ref": "P2"}]}),
            ({}, {"packages": [{**package, "number": ""}]}),
            ({}, {"packages": [{**package, "delivery": "assigned"}]}),
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

    def test_nothing_is_sent_twice(self):
        expected = self.live(5)[2]
        self.assertEqual(max(order["arranged"] for order in expected.values()), 1)
        self.assertTrue(any(parcel["has_left"] for order in expected.values() for parcel in order["parcels"]))

    def test_faults_are_counted_and_end(self):
        life = LazadaLife(Lazada(), 1)
        mishaps = Mishaps(life, 1, faults=0.5, deaths=0.2)
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
