"""The parts that both simulated platforms share: catalogue, plans, clock, faults, sockets, the command."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unittest
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path

import requests

from ..simulator import catalogue
from ..simulator.adapter import SimulatorAdapter
from ..simulator.clock import Clock
from ..simulator.faults import Faults
from ..simulator.lazada import Lazada
from ..simulator.overrides import ABSENT, override
from ..simulator.seed import BY_HAND, CANCELLERS, plans, random_plan
from ..simulator.server import make_platform_server

ROOT = Path(__file__).parents[2]


class TestCatalogue(unittest.TestCase):
    def test_is_the_same_each_time_and_large_enough(self):
        products = catalogue.catalogue()
        self.assertIs(products, catalogue.catalogue())
        self.assertGreaterEqual(len(products), 12)
        self.assertGreaterEqual(len(catalogue.skus()), 40)
        self.assertEqual(
            len(catalogue.skus()), sum(len(product.variants) for product in products), "a SKU stands twice"
        )

    def test_names_which_skus_the_erp_lacks_or_has_twice(self):
        self.assertTrue(catalogue.unknown_skus())
        self.assertTrue(catalogue.ambiguous_skus())
        self.assertFalse(set(catalogue.good_skus()) & {*catalogue.unknown_skus(), *catalogue.ambiguous_skus()})

    def test_prices_exist_in_their_currency(self):
        for _, variant in catalogue.skus().values():
            for country in catalogue.COUNTRIES.values():
                price = variant.prices[country.currency]
                self.assertGreater(price, 0)
                self.assertEqual(price, catalogue.money(price, country.currency))
                self.assertEqual(price.as_tuple().exponent, -country.decimals)

    def test_buyers_are_seeded_and_different(self):
        for country in catalogue.COUNTRIES:
            people = catalogue.buyers(random.Random(5), country, 200)
            self.assertEqual(people, catalogue.buyers(random.Random(5), country, 200))
            self.assertEqual(len({person.number for person in people}), 200)
            self.assertEqual({person.country for person in people}, {country})

    def test_spread_adds_up(self):
        chance = random.Random(9)
        for _ in range(500):
            currency = chance.choice(("SGD", "VND"))
            amount = catalogue.money(Decimal(chance.randint(-5000, 50000)) / 7, currency)
            weights = [Decimal(chance.randint(0, 900)) / 10 for _ in range(chance.randint(1, 40))]
            parts = catalogue.spread(amount, weights, currency)
            self.assertEqual(sum(parts), amount)
            self.assertEqual(parts, [catalogue.money(part, currency) for part in parts])

    def test_spread_over_nothing_is_nothing(self):
        self.assertEqual(catalogue.spread(Decimal(3), [], "SGD"), [])


class TestPlans(unittest.TestCase):
    def test_the_same_number_makes_the_same_plans(self):
        self.assertEqual(plans(1, "SG"), plans(1, "SG"))
        self.assertNotEqual(plans(1, "SG"), plans(2, "SG"))

    def test_a_sellers_days_have_everything(self):
        for number in range(20):
            made = plans(number, "TH")
            with self.subTest(number=number):
                self.assertEqual(
                    {plan.steps[-1][0] for plan in made},
                    {"placed", "paid", "partly_cancelled", "arranged", "missed", "shipped", "completed", "cancelled"},
                )
                self.assertEqual(sorted(filter(None, (plan.by_hand for plan in made))), sorted(BY_HAND))
                self.assertTrue(any(len(plan.lines) > 1 for plan in made))
                self.assertTrue(any(line.quantity > 1 for plan in made for line in plan.lines))
                self.assertTrue(any(line.discount for plan in made for line in plan.lines))
                self.assertTrue(any(plan.seller_voucher for plan in made))
                self.assertTrue(any(plan.platform_voucher for plan in made))
                self.assertTrue(any(plan.shipping_fee for plan in made))
                self.assertTrue(any(plan.cash_on_delivery for plan in made))
                self.assertTrue(any(plan.note for plan in made))
                skus = {line.sku for plan in made for line in plan.lines}
                self.assertTrue(skus & set(catalogue.unknown_skus()))
                self.assertTrue(skus & set(catalogue.ambiguous_skus()))

    def test_steps_follow_each_other(self):
        for plan in plans(3, "VN", 200):
            ages = [age for _, age in plan.steps]
            self.assertEqual(ages, sorted(ages, reverse=True))
            self.assertGreaterEqual(ages[-1], 0)
            self.assertIn(plan.cancel_reason, {"", *CANCELLERS})

    def test_test_orders_have_the_lines_asked_for(self):
        plan = random_plan(random.Random(1), "ID", 7)
        self.assertEqual(len(plan.lines), 7)
        self.assertEqual(plan.steps, (("placed", 0), ("paid", 0)))


class TestSmallParts(unittest.TestCase):
    def test_clock_moves(self):
        clock = Clock()
        before = clock.seconds()
        clock.move(3600)
        self.assertAlmostEqual(clock.seconds(), before + 3600, delta=2)
        with clock.ago(7200):
            self.assertAlmostEqual(clock.now().timestamp(), before - 3600, delta=2)
        self.assertEqual(clock.ahead, 3600)

    def test_ordered_faults_hit_the_calls_they_name(self):
        faults = Faults()
        faults.order("busy", "/orders", times=2)
        self.assertEqual(
            [faults.take(path) for path in ("/seller/get", "/orders/get", "/orders/get", "/orders/get")],
            [None, "busy", "busy", None],
        )
        with self.assertRaises(ValueError):
            faults.order("earthquake")

    def test_faults_by_chance_are_seeded(self):
        first, second = Faults(seed=4, chance=0.3), Faults(seed=4, chance=0.3)
        hits = [first.take("/x") for _ in range(200)]
        self.assertEqual(hits, [second.take("/x") for _ in range(200)])
        self.assertTrue(20 < sum(bool(hit) for hit in hits) < 100)

    def test_overrides(self):
        content = {"a": 1, "b": {"c": 2, "d": 3}, "e": 4}
        changed = override(content, {"a": lambda value: value + 1, "b": {"c": ABSENT}, "e": ABSENT, "f": None})
        self.assertEqual(changed, {"a": 2, "b": {"d": 3}, "f": None})
        self.assertEqual(content["b"], {"c": 2, "d": 3})


class TestTransport(unittest.TestCase):
    def setUp(self):
        self.app = Lazada()
        self.server = make_platform_server(self.app)
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.session = requests.Session()
        self.addCleanup(self.session.close)

    def get(self, path="/rest/seller/get", **arguments):
        return self.session.get(self.base + path, timeout=5, **arguments)

    def test_many_calls_on_one_connection(self):
        connection = HTTPConnection("127.0.0.1", self.server.server_port, timeout=5)
        self.addCleanup(connection.close)
        connection.connect()
        socket = connection.sock
        for verb, body in (("GET", None), ("POST", b"x" * 5000), ("GET", None)):
            connection.request(verb, "/rest/no/such/path", body)
            self.assertEqual(json.loads(connection.getresponse().read())["type"], "ISV")
            self.assertIs(connection.sock, socket)

    def test_the_platforms_date_stands_once_in_the_answer(self):
        self.app.clock.move(86400)
        date = parsedate_to_datetime(self.get().headers["Date"])
        self.assertAlmostEqual(date.timestamp(), time.time() + 86400, delta=5)

    def test_a_lost_connection_is_cut(self):
        for kind in ("no_connection", "lost_answer"):
            with self.subTest(kind):
                self.app.faults.order(kind)
                with self.assertRaises(requests.ConnectionError):
                    self.get()
                self.assertEqual(self.get().status_code, 200, "the next call is answered")

    def test_the_adapter_loses_connections_too(self):
        self.session.mount("https://api.lazada.sg", SimulatorAdapter(self.app))
        self.app.faults.order("no_connection")
        with self.assertRaises(requests.ReadTimeout):
            self.session.get("https://api.lazada.sg/rest/seller/get", timeout=5)
        self.assertEqual(self.session.get("https://api.lazada.sg/rest/seller/get", timeout=5).json()["type"], "ISV")

    def test_faults_of_the_http_side(self):
        for kind, status in (("server_error", 502), ("too_many_requests", 429), ("html", 200), ("truncated", 200)):
            with self.subTest(kind):
                self.app.faults.order(kind)
                response = self.get()
                self.assertEqual(response.status_code, status)
                with self.assertRaises(ValueError):
                    response.json()

    def test_calls_are_counted_pages_are_not(self):
        self.get()
        self.get()
        self.get("/seller-center")
        self.assertEqual(self.get("/seller-center/calls").json(), {"/rest/seller/get": 2})

    def test_calls_at_the_same_time(self):
        def order():
            requests.post(f"{self.base}/seller-center/test-orders", json={"count": 20}, timeout=20)

        threads = [threading.Thread(target=order) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.get("/seller-center/counts").json()["importable"], 160)


class TestCommand(unittest.TestCase):
    def test_starts_says_where_and_ends(self):
        process = subprocess.Popen(
            [sys.executable, "-m", "marketplace_connector.simulator", "--port", "0", "--seed", "1"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            started = json.loads(process.stdout.readline())
            lazada, shopee = started["lazada"], started["shopee"]
            self.assertEqual(set(lazada), {"base_url", "auth_url", "app_key", "app_secret", "access_token", "shops"})
            self.assertEqual(set(shopee), {"base_url", "auth_url", "partner_id", "partner_key", "push_key", "shops"})
            self.assertEqual([shop["country"] for shop in lazada["shops"]], ["SG"])
            self.assertEqual(set(shopee["shops"][0]), {"shop_id", "access_token", "region"})
            for address in (lazada["base_url"].removesuffix("/rest"), shopee["base_url"]):
                counts = requests.get(f"{address}/seller-center/counts", timeout=5).json()
                self.assertGreater(counts["importable"], 25)
                self.assertGreater(counts["attention"], 1)
        finally:
            process.send_signal(signal.SIGTERM)
            output, complaints = process.communicate(timeout=10)
        self.assertEqual((process.returncode, output, complaints), (0, "", ""))
