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
from urllib.request import urlopen

from ..simulator.catalogue import ambiguous_skus, unknown_skus
from ..simulator.lazada import Lazada
from ..simulator.seed import BY_HAND, seed
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
        ways = sorted({unit.shipping for order in orders for unit in order.units} - {"standard"})
        self.assertEqual(ways, sorted(BY_HAND))

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
            "/stock",
            "/settings",
            *(f"/orders/{o.shop.seller_id}/{o.order_id}" for o in orders),
        ):
            self.assertEqual(self.web.get(f"/seller-center{path}").status_code, 200)
        for path in ("/orders/1/1", "/nothing"):
            self.assertEqual(self.web.get(f"/seller-center{path}").status_code, 404)

    def test_a_person_packs_prints_and_ships(self):
        """R52, R69 to R71: the parcel's whole life by hand."""
        order = self.lazada.place_order(self.shop, [(SKU, 2), ("CABLE-C-1M", 1)])
        home = f"/seller-center/orders/{self.shop.seller_id}/{order.order_id}"
        ticked = {"unit": [str(unit.order_item_id) for unit in order.units[:2]]}
        self.assertEqual(self.web.post(f"{home}/pack", data=ticked).status_code, 303)
        self.assertEqual(self.web.post(f"{home}/pack", data=ticked).status_code, 400, "packed already")
        package = self.shop.packages[order.units[0].package_id]
        self.assertEqual([unit.status for unit in order.units], ["packed", "packed", "pending"])
        label = self.web.get(f"/seller-center/labels/{self.shop.seller_id}/{package.package_id}")
        self.assertTrue(label.data.startswith(b"%PDF-"))
        address = f"/seller-center/packages/{self.shop.seller_id}/{package.package_id}"
        self.assertEqual(self.web.post(address, data={"do": "delivered"}).status_code, 400, "not shipped yet")
        for action, status in (
            ("ready_to_ship", "ready_to_ship_pending"),
            ("shipped", "ready_to_ship_pending"),  # the courier does not know yet
        ):
            self.web.post(address, data={"do": action})
            self.assertEqual(package.status, status)
        self.web.post("/seller-center/tend", data={"seconds": "600"})
        for status in ("shipped", "failed_delivery", "shipped_back", "shipped_back_success"):
            self.assertEqual(self.web.post(address, data={"do": status}).status_code, 303)
            self.assertEqual((package.status, order.units[2].status), (status, "pending"))
            self.assertEqual(self.web.get(home).status_code, 200)

    def test_a_person_repacks_and_types_a_number(self):
        self.lazada.gives_tracking = False
        order = self.lazada.place_order(self.shop, [(SKU, 1)])
        (package,) = self.lazada.pack(order)
        address = f"/seller-center/packages/{self.shop.seller_id}/{package.package_id}"
        self.web.post(address, data={"do": "type_tracking", "tracking_number": " NV123 "})
        self.assertEqual(order.units[0].tracking_code, "NV123")
        self.assertEqual(self.web.post(address, data={"do": "type_tracking"}).status_code, 400)
        self.web.post(address, data={"do": "repack"})
        self.assertEqual((order.units[0].status, package.status), ("repacked", "canceled"))
        self.assertIn("dissolved", self.web.get(f"/seller-center/orders/{self.shop.seller_id}/{order.order_id}").text)

    def test_a_buyer_asks_and_the_seller_answers(self):
        for answer, status in (("accept", "canceled"), ("refuse", "pending")):
            order = self.lazada.place_order(self.shop, [(SKU, 1)])
            home = f"/seller-center/orders/{self.shop.seller_id}/{order.order_id}"
            asked = {"unit": [str(order.units[0].order_item_id)], "reason": "buyer: Change of mind"}
            self.assertEqual(self.web.post(f"{home}/ask-to-cancel", data=asked).status_code, 303)
            self.assertIn("The buyer wants to cancel", self.web.get(home).text)
            number = order.units[0].reverse_order_id
            decide = f"/seller-center/cancel-requests/{self.shop.seller_id}/{number}"
            self.assertEqual(self.web.post(decide, data={"do": answer}).status_code, 303)
            self.assertEqual(self.web.post(decide, data={"do": answer}).status_code, 400, "answered already")
            self.assertEqual(order.units[0].status, status)

    def test_a_person_orders_a_fault(self):
        for kind, expected in (("700024", ["700024"]), ("busy", None)):
            self.web.post("/seller-center/faults", data={"path": "/order/fulfill/pack", "kind": kind})
            order = self.lazada.place_order(self.shop, [(SKU, 1)])
            request = {
                "pack_order_list": [{"order_id": order.order_id, "order_item_list": [order.units[0].order_item_id]}],
                "delivery_type": "dropship",
                "shipping_allocate_type": "TFS",
            }
            answer = self.call("/order/fulfill/pack", post=True, packReq=json.dumps(request))
            if expected is None:
                self.assertEqual(answer["code"], "901")
            else:
                (entry,) = answer["result"]["data"]["pack_order_list"]
                self.assertEqual([line["item_err_code"] for line in entry["order_item_list"]], expected)
        self.assertEqual(self.web.post("/seller-center/faults", data={"kind": "bad mood"}).status_code, 400)
        self.assertEqual(self.web.post("/seller-center/tend", data={"seconds": "-1"}).status_code, 400)

    def test_seeded_orders_wait_for_the_clock(self):
        """What Lazada fulfils goes on an hour after the start, not before: nothing moves under a first import."""
        orders = seed(self.lazada, 1, count=104)
        before = [order.statuses for order in orders]
        self.web.get("/seller-center/counts")
        self.assertEqual([order.statuses for order in orders], before)
        self.web.post("/seller-center/tend", data={"seconds": "3600"})
        moved = [order for order, statuses in zip(orders, before, strict=True) if order.statuses != statuses]
        self.assertTrue(moved)
        self.assertTrue(all(unit.is_fbl for order in moved for unit in order.units))

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
        # The logger outlives the module, and would go on writing to a folder that is gone.
        self.sdk.logger.removeHandler(self.sdk.handler)
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

    def test_packs_prints_and_ships(self):
        order = self.lazada.place_order(self.lazada.shop("SG"), [(SKU, 2)])
        request = {
            "pack_order_list": [
                {"order_id": order.order_id, "order_item_list": [unit.order_item_id for unit in order.units]}
            ],
            "delivery_type": "dropship",
            "shipping_allocate_type": "TFS",
        }
        packed = self.execute("/order/fulfill/pack", "POST", self.token, packReq=json.dumps(request))
        (entry,) = packed["result"]["data"]["pack_order_list"]
        (package_id,) = {line["package_id"] for line in entry["order_item_list"]}
        packages = {"packages": [{"package_id": package_id}]}
        request = json.dumps({"doc_type": "PDF", **packages})
        printed = self.execute("/order/package/document/get", token=self.token, getDocumentReq=request)
        with urlopen(printed["result"]["data"]["pdf_url"], timeout=10) as label:
            self.assertTrue(label.read().startswith(b"%PDF-"))
        request = json.dumps(packages)
        ready = self.execute("/order/package/rts", "POST", self.token, readyToShipReq=request)
        self.assertEqual(ready["result"]["data"]["packages"][0]["item_err_code"], "0")
        items = self.execute("/order/items/get", token=self.token, order_id=str(order.order_id))["data"]
        self.assertEqual({item["status"] for item in items}, {"ready_to_ship_pending"})

    def test_gets_tokens_by_post(self):
        code = self.lazada.new_code(self.lazada.accounts[0])
        tokens = self.execute("/auth/token/create", "POST", code=code)
        newer = self.execute("/auth/token/refresh", "POST", refresh_token=tokens["refresh_token"])
        self.assertEqual(self.execute("/seller/get", token=newer["access_token"])["code"], "0")
        self.assertEqual(self.execute("/seller/get", token=tokens["access_token"])["code"], "IllegalAccessToken")
