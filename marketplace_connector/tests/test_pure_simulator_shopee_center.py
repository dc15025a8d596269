"""The simulated Shopee's Seller Center, its seeded shop, and somebody else's client reading it over a socket."""

import asyncio
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import requests

from ..simulator.catalogue import Buyer
from ..simulator.seed import COUNT, seed
from ..simulator.server import make_platform_server
from ..simulator.shopee import Shopee, signing
from .test_pure_simulator_shopee import ADDRESS, DETAIL, LIST, ShopeeCase

try:
    from shopee_mcp import signing as their_signing
    from shopee_mcp.client import ShopeeClient, ShopeeError
    from shopee_mcp.config import Settings
except ImportError:
    their_signing = ShopeeClient = ShopeeError = Settings = None

CENTER = f"{ADDRESS}/seller-center"


class TestSellerCenter(ShopeeCase):
    def post(self, path, data=None, json=None):
        return self.session.post(CENTER + path, data=data, json=json)

    def test_test_order_by_hand(self):
        """Products, discount, vouchers, a courier's fee (R112, R114, R127, R129)."""
        form = {"shop_id": self.shop.shop_id, "sku_0": "TEE-BLK-M", "quantity_0": 2, "sku_1": "TOTE-NAT"}
        form |= {"item_discount": "10", "seller_voucher": "1.5", "platform_voucher": "2", "coins": "0.5"}
        form |= {"courier": "Ninja Van", "shipping_fee": "1.99", "cash_on_delivery": "on"}
        page = self.post("/new", form)
        order = self.shopee.orders()[0]
        self.assertIn(order.order_sn, page.text)
        self.assertEqual([item.quantity for item in order.items], [2, 1])
        self.assertEqual([str(item.discounted_price) for item in order.items], ["11.61", "14.31"])
        self.assertEqual(str(order.buyer_total_amount), "35.52")
        self.assertEqual((order.shipping_carrier, order.cod), ("Ninja Van", True))

    def test_nonsense_makes_no_order(self):
        good = {"shop_id": self.shop.shop_id, "sku_0": "TEE-BLK-M"}
        for changes in (
            {"sku_0": ""},
            {"quantity_0": "-1"},
            {"quantity_0": "many"},
            {"coins": "NaN"},
            {"coins": "-1"},
            {"shipping_fee": "1e99"},
            {"item_discount": "101"},
        ):
            self.assertEqual(self.post("/new", {**good, **changes}).status_code, 400, changes)
        self.assertEqual(self.post("/new", {**good, "shop_id": "1"}).status_code, 404)
        self.assertEqual(self.shopee.orders(), [])

    def test_buttons(self):
        """Arrange, pick up, deliver; cancel with a reason, not after the parcel has left (R150, R157)."""
        order, other = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 1)), self.order()
        path = f"/orders/{order.order_sn}"
        self.assertIn("Arrange Shipment", self.session.get(CENTER + path).text)
        for action in ("split", "arrange", "pickup", "deliver", "complete"):
            self.assertEqual(self.post(path, {"action": action}).status_code, 200, action)
        self.assertEqual((order.order_status, len(order.packages)), ("COMPLETED", 2))
        self.assertEqual(self.post(path, {"action": "cancel"}).status_code, 400)
        self.assertEqual(self.post(path, {"action": "dance"}).status_code, 400)
        self.post(f"/orders/{other.order_sn}", {"action": "cancel", "reason": "Out of Stock"})
        self.assertEqual((other.order_status, other.cancel_reason), ("CANCELLED", "Out of Stock"))
        self.assertEqual(self.session.get(f"{CENTER}/orders/1").status_code, 404)

    def test_everything_is_escaped(self):
        person = Buyer(1, "<script>1</script>", "1", "<b>", "", "", "", "", "SG")
        order = self.order(buyer=person, message_to_seller='"><script>', courier="<i>x")
        self.shopee.cancel(order, "<script>2")
        for path in ("", "?status=<script>", f"/orders/{order.order_sn}", "/new", "/settings"):
            page = self.session.get(CENTER + path)
            self.assertEqual(page.status_code, 200)
            for evil in ("<script>", "<i>x", "<b>,"):
                self.assertNotIn(evil, page.text)

    def test_counts_for_tools(self):
        for reached in ("READY_TO_SHIP", "PROCESSED", "RETRY_SHIP", "SHIPPED"):
            self.shopee.advance(self.order(), reached)
        self.order(("MOONCAKE-2026", 1))
        self.order(("CASE-15PRO", 1), shop=self.other_shop)
        counts = self.session.get(f"{CENTER}/counts").json()
        self.assertEqual(counts, {"importable": 5, "attention": 2})

    def test_many_test_orders_fast(self):
        """Thousands in seconds (D13)."""
        made = self.post("/test-orders", json={"count": 1000, "lines": 3, "seed": 5}).json()
        self.assertEqual(made["count"], len(set(made["order_sn_list"])))
        self.assertEqual({len(order.items) for order in self.shop.orders.values()}, {3})
        self.assertEqual({order.order_status for order in self.shop.orders.values()}, {"READY_TO_SHIP"})
        for given in ({"count": 0}, {"count": "x"}, {"count": 10**9}, {"lines": -1}, [1]):
            self.assertEqual(self.post("/test-orders", json=given).status_code, 400, given)

    def test_clock_calls_and_revocation(self):
        self.assertEqual(self.post("/clock", json={"ahead_seconds": 900}).json(), {"ahead_seconds": 900})
        self.assertAlmostEqual(self.shopee.clock.seconds(), time.time() + 900, delta=2)
        self.assertEqual(self.post("/clock", json={"ahead_seconds": "soon"}).status_code, 400)
        self.call("/api/v2/shop/get_shop_info")
        self.assertEqual(self.session.get(f"{CENTER}/calls").json(), {"/api/v2/shop/get_shop_info": 1})
        self.post("/authorisations", {"shop_id": self.shop.shop_id})
        self.assertEqual(self.send_shop(LIST).json()["error"], "invalid_acceess_token")


class TestSeededShop(ShopeeCase):
    def test_plans_become_orders(self):
        """Every state a seller meets in the morning, problem orders among them (R25, R27)."""
        orders = seed(self.shopee, 1, shops=[self.shop])
        states = Counter(order.order_status for order in orders)
        expected = {"UNPAID": 3, "READY_TO_SHIP": 22, "PROCESSED": 11, "RETRY_SHIP": 1, "SHIPPED": 6, "COMPLETED": 5}
        self.assertEqual((len(orders), states), (COUNT, expected | {"CANCELLED": 4}))
        self.assertEqual(sum(order.is_problem for order in orders), 3)
        self.assertEqual(sum(any(item.cancelled_quantity for item in o.items) and o.is_importable for o in orders), 3)
        now = self.shopee.clock.seconds()
        for order in orders:
            self.assertLessEqual(order.create_time, order.update_time)
            self.assertLessEqual(order.update_time, now)
            self.assertEqual(order.pay_time is None, order.order_status == "UNPAID" or self.waits_for_cash(order))

    def waits_for_cash(self, order):
        return order.cod and order.order_status != "COMPLETED"

    def test_same_number_same_shop(self):
        facts = []
        for shopee in (Shopee(number=3), Shopee(number=3)):
            shopee.clock.seconds = lambda: 1_760_000_000
            seed(shopee, 3)
            facts.append([(order.order_sn, order.buyer_total_amount) for order in shopee.orders()])
        self.assertEqual(*facts)


class TheirClientCase(ShopeeCase):
    """An unrelated public client over a socket: the contract was not only read by us."""

    def setUp(self):
        if their_signing is None:
            self.skipTest("mcp-shopee-seller is not installed")
        super().setUp()
        server = make_platform_server(self.shopee)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        self.address = f"http://127.0.0.1:{server.server_port}"

    def settings(self, folder):
        return Settings(
            partner_id=self.shopee.partner_id,
            partner_key=self.shopee.partner_key,
            broker_url="",
            license_key="",
            host=self.address,
            shop_id=None,
            redirect_url="",
            token_file=str(Path(folder) / "tokens.json"),
            auth_port=0,
            env="sandbox",
            ads_partner_id=0,
            ads_partner_key="",
            ads_token_file=str(Path(folder) / "ads.json"),
            ads_redirect_url="",
        )


class TestSomebodyElsesClient(TheirClientCase):
    """It signs, connects and reads."""

    def test_signatures_agree(self):
        key, now = self.shopee.partner_key, 1655714431
        for partner_id, token, shop_id in ((2001887, "a1b2", 14701711), (1, "", 0), (4294967295, "é", 727720655)):
            ours = signing.sign(key, signing.public_base(partner_id, LIST, now))
            self.assertEqual(ours, their_signing.sign_public(partner_id, LIST, key, now))
            ours = signing.sign(key, signing.shop_base(partner_id, LIST, now, token, shop_id))
            self.assertEqual(ours, their_signing.sign_shop(partner_id, LIST, key, now, token, shop_id))

    def test_connects_refreshes_and_reads(self):
        orders = [self.order() for _ in range(3)]
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(self.read_everything(folder))
        self.assertEqual({order["order_sn"] for order in found}, {order.order_sn for order in orders})
        self.assertEqual({order["total_amount"] for order in found}, {25.8})

    async def read_everything(self, folder):
        client = ShopeeClient(self.settings(folder))
        try:
            code = self.shopee.authorise(shop_id=self.shop.shop_id)
            tokens = await client.fetch_token(code, self.shop.shop_id)
            tokens.expires_at = 0  # makes it refresh before the next call
            now = self.shopee.clock.seconds()
            window = {"time_range_field": "create_time", "time_from": now - 900, "time_to": now + 900, "page_size": 50}
            listed = await client.call(LIST, params=window)
            numbers = ",".join(row["order_sn"] for row in listed["response"]["order_list"])
            query = {"order_sn_list": numbers, "response_optional_fields": "item_list,total_amount"}
            detail = await client.call(DETAIL, params=query)
            with self.assertRaisesRegex(ShopeeError, "page_size must be 100 or less"):
                await client.call(LIST, params={**window, "page_size": 101})
            return detail["response"]["order_list"]
        finally:
            await client.aclose()

    def test_many_calls_on_one_connection(self):
        base = (self.shopee.partner_id, "/api/v2/public/get_shops_by_partner")
        with requests.Session() as session:
            for _ in range(20):
                now = int(time.time())
                query = {"partner_id": base[0], "timestamp": now}
                query["sign"] = their_signing.sign_public(*base, self.shopee.partner_key, now)
                answer = session.get(self.address + base[1], params=query, timeout=5).json()
                self.assertEqual(answer["error"], "")
