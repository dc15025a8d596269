"""The simulated Lazada's Seller Center, and the public SDK as an independent client."""

import importlib
import json
import os
import sys
import tempfile
import threading
import unittest
from datetime import datetime, timedelta
from unittest.mock import patch

from ..simulator.catalogue import ambiguous_skus, unknown_skus
from ..simulator.lazada import Lazada
from ..simulator.seed import seed
from ..simulator.server import make_platform_server
from .test_pure_simulator_lazada import LazadaCase

SKU = "TEE-BLK-M"


class TestSellerCenter(LazadaCase):
    def test_seeded_shop(self):
        """R25, R27: every status is there, what a seller works on is counted, problem orders are among it."""
        orders = seed(self.lazada, 1)
        self.assertTrue(40 <= len(orders) <= 60)
        self.assertEqual(
            {order.state for order in orders},
            {"unpaid", "ready_to_ship", "processed", "shipped", "completed", "cancelled"},
        )
        counts = self.web.get("/seller-center/counts").json
        importable = [order for order in orders if order.state in ("ready_to_ship", "processed")]
        bad = {*unknown_skus(), *ambiguous_skus()}
        problems = [order for order in importable if any(unit.sku in bad for unit in order.units)]
        self.assertEqual(counts, {"importable": len(importable), "attention": len(problems)})
        self.assertEqual(len(problems), 3)

    def test_seeds_repeat(self):
        def content(number):
            lazada = Lazada(countries=("SG", "VN"))
            return [
                (o.order_id, o.buyer, [(u.order_item_id, u.sku, u.item_price, u.status) for u in o.units])
                for o in seed(lazada, number)
            ]

        self.assertEqual(content(5), content(5))
        self.assertNotEqual(content(5), content(6))

    def test_test_orders_are_quick_to_make(self):
        answer = self.web.post("/seller-center/test-orders", json={"count": 500, "lines": 3, "seed": 1}).json
        self.assertEqual((answer["count"], len(self.shop.orders)), (500, 500))
        self.assertEqual({len({unit.sku for unit in order.units}) for order in self.shop.orders.values()}, {3})
        for wrong in ({"count": "many"}, [], {"lines": None, "count": None}):
            self.assertEqual(self.web.post("/seller-center/test-orders", json=wrong).status_code, 400)

    def test_clock(self):
        answer = self.web.post("/seller-center/clock", json={"ahead_seconds": 3600})
        self.assertEqual((answer.json["ahead_seconds"], self.lazada.clock.ahead), (3600, 3600))
        self.assertEqual(self.web.post("/seller-center/clock", data={"ahead_seconds": "60"}).status_code, 303)
        self.assertEqual(self.lazada.clock.ahead, 60)

    def test_a_person_walks_through(self):
        placed = self.web.post(
            "/seller-center/new",
            data={
                "shop": str(self.shop.seller_id),
                "sku": [SKU, "", "CABLE-C-1M"],
                "quantity": ["2", "1", "1"],
                "item_discount": "10",
                "seller_voucher": "1.50",
                "shipping_fee": "1.99",
                "payment_method": "COD",
                "courier": "Ninja Van",
                "note": "<script>alert(1)</script>",
            },
        )
        self.assertEqual(placed.status_code, 303)
        (order,) = self.shop.orders.values()
        self.assertEqual([str(unit.item_price) for unit in order.units], ["11.61", "11.61", "6.21"])
        shown = self.web.get(placed.location)
        self.assertIn("&lt;script&gt;", shown.text)
        self.assertNotIn("<script", shown.text)
        self.assertIn("Pack</button>", shown.text)
        self.web.post(f"{placed.location}/advance", data={"status": "packed"})
        self.assertEqual({unit.shipment_provider for unit in order.units}, {"Ninja Van"})
        first = order.units[0].order_item_id
        self.web.post(f"{placed.location}/cancel", data={"unit": [str(first)], "reason": "seller: Out of Stock"})
        self.assertEqual(order.state, "cancelled", "the whole package")
        refused = self.web.post(f"{placed.location}/advance", data={"status": "packed"})
        self.assertEqual((refused.status_code, order.state), (303, "cancelled"))

    def test_pages(self):
        orders = seed(self.lazada, 1)
        for path in (
            "",
            "?state=processed",
            "/new",
            "/settings",
            *(f"/orders/{o.shop.seller_id}/{o.order_id}" for o in orders),
        ):
            self.assertEqual(self.web.get(f"/seller-center{path}").status_code, 200)
        for path in ("/orders/1/1", "/nothing"):
            self.assertEqual(self.web.get(f"/seller-center{path}").status_code, 404)

    def test_revoking(self):
        account = {"account": self.lazada.accounts[0].email}
        self.web.post("/seller-center/authorisations", data={**account, "do": "revoke"})
        self.assert_refused(self.call("/seller/get"), "IllegalAccessToken")
        self.web.post("/seller-center/authorisations", data={**account, "do": "authorise"})
        self.assertEqual(len(self.lazada.authorisations), 1)


class TestPublicSdk(unittest.TestCase):
    """PyPI `lazop-sdk`, which nobody here wrote, talks to the simulator over a socket."""

    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        with patch.dict(os.environ, {"HOME": self.home.name}):  # it makes a folder for its log there
            try:
                self.sdk = importlib.import_module("lazop_sdk.base")
            except ImportError:
                self.skipTest("lazop-sdk is not installed")
        self.addCleanup(self.forget)
        self.lazada = Lazada()
        seed(self.lazada, 1)
        self.token = self.lazada.authorise(self.lazada.accounts[0]).access_token
        server = make_platform_server(self.lazada)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.client = self.sdk.LazopClient(
            f"http://127.0.0.1:{server.server_port}/rest", self.lazada.app_key, self.lazada.app_secret
        )

    def forget(self):
        self.sdk.handler.close()
        for name in [name for name in sys.modules if name.partition(".")[0] == "lazop_sdk"]:
            del sys.modules[name]

    def execute(self, path, verb="GET", token=None, **parameters):
        request = self.sdk.LazopRequest(path, verb)
        for name, value in parameters.items():
            request.add_api_param(name, value)
        return self.client.execute(request, token).body

    def test_lists_and_reads_orders(self):
        since = (datetime.now().astimezone() - timedelta(days=30)).isoformat(timespec="seconds")
        found, total = [], 1
        while len(found) < total:
            page = self.execute("/orders/get", token=self.token, created_after=since, offset=len(found), limit=20)[
                "data"
            ]
            found += page["orders"]
            total = page["countTotal"]
        shop = self.lazada.shop("SG")
        self.assertEqual({order["order_id"] for order in found}, set(shop.orders))
        some = [order["order_id"] for order in found[:50]]
        items = self.execute("/orders/items/get", token=self.token, order_ids=json.dumps(some))["data"]
        self.assertEqual([len(one["order_items"]) for one in items], [order["items_count"] for order in found[:50]])

    def test_gets_tokens_by_post(self):
        code = self.lazada.new_code(self.lazada.accounts[0])
        tokens = self.execute("/auth/token/create", "POST", code=code)
        newer = self.execute("/auth/token/refresh", "POST", refresh_token=tokens["refresh_token"])
        self.assertEqual(self.execute("/seller/get", token=newer["access_token"])["code"], "0")
        self.assertEqual(self.execute("/seller/get", token=tokens["access_token"])["code"], "IllegalAccessToken")
