from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from ..simulator.catalogue import ambiguous_skus, good_skus
from ..simulator.lazada.state import Line
from ..simulator.seed import seed
from .tour_common import TourCase

TEST_ORDER = {
    "sku_0": "TEE-BLK-M",
    "quantity_0": "2",
    "sku_1": "LAMP-WHT",
    "quantity_1": "1",
    "item_discount": "10",
    "seller_voucher": "3",
    "shipping_fee": "1.99",
    "courier": "Ninja Van",
    "message_to_seller": "Please leave at the guard house",
}
UMBRELLA = Line("UMBRELLA-GOLF", price=Decimal("29.90"), name="Golf Umbrella Windproof 75 cm")  # not in Odoo


@tagged("post_install", "-at_install")
class TestTourOrders(TourCase):
    def test_pull_orders(self):
        """R101, R104, R112, R114, R122, R125, R129, R164, R165: a test order is found by its number."""
        self.connect("lazada")
        self.connect("shopee")
        seed(self.lazada, count=26)
        seed(self.shopee, count=26)
        ref = self.place_in_seller_center(self.shopee_url, TEST_ORDER, ("shopee-new-order", "shopee-order"))
        self.told = {"order": ref}
        self.tour("pull_orders")
        placed = self.shopee.find_order(ref)
        order = self.order(ref)
        self.assertEqual(order.marketplace_order_ref, placed.order_sn)
        self.assertEqual(order.currency_id.round(order.amount_total), float(placed.buyer_total_amount))
        self.assertEqual(sorted(order.order_line.mapped("marketplace_kind")), ["goods", "goods", "shipping", "voucher"])

    def test_pull_on_shop(self):
        """R101, R121: Pull Orders on the shop's page, by a marketplace user."""
        self.connect("lazada")
        form = {"sku": "LAMP-BLK", "quantity": "1", "shipping_fee": "1.99"}
        ref = self.place_in_seller_center(self.lazada_url, form, ("lazada-new-order", "lazada-order"))
        self.told = {"order": ref}
        self.tour("pull_on_shop", login="ravi")
        self.assertEqual(self.order(ref).picking_ids.state, "assigned")

    def test_link_sku(self):
        """An unknown SKU: the order says so, the listing is linked, Retry completes the order."""
        shop = self.connect("lazada")
        product = self.env["product.product"].create(
            {"name": "Golf Umbrella", "default_code": "UMB-09", "is_storable": True}
        )
        placed = self.lazada.place_order(self.lazada.shop("SG"), [UMBRELLA], shipping_fee=Decimal("1.99"))
        self.pull(shop)
        self.assertTrue(self.problem(placed.order_id))
        self.told = {"order": str(placed.order_id)}
        self.tour("link_sku", login="ravi")
        order = self.order(placed.order_id)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.filtered(lambda line: line.marketplace_kind == "goods").product_id, product)
        self.assertEqual(len(order.picking_ids), 1)
        self.assertFalse(self.problem(placed.order_id))

    def test_problems_and_listings(self):
        """The lists of problems and of listings: what is linked by itself, what is unknown, what fits two products."""
        shops = self.connect("lazada") | self.connect("shopee")
        self.lazada.place_order(self.lazada.shop("SG"), [UMBRELLA, Line("LAMP-WHT")])
        self.shopee.place_order(self.shopee.shop("SG"), [(ambiguous_skus()[0], 1), ("KEYB75-RED", 1)])
        self.shopee.place_order(self.shopee.shop("SG"), [("LAMP-WHT", 2), ("CABLE-C-1M", 1), ("TEE-BLK-M", 1)])
        self.pull(*shops)
        self.tour("problems", login="ravi")

    def test_reporting(self):
        """R89 to R92: the sales report by sales team tells the marketplaces apart."""
        shops = self.connect("lazada") | self.connect("shopee")
        seed(self.lazada, count=13)
        seed(self.shopee, count=13)
        self.pull(*shops)
        self.tour("reporting")

    def test_force_sync(self):
        """R39 to R47: an earlier Last Order Sync reads again, and nothing doubles."""
        shop = self.connect("shopee")
        placed = self.shopee.place_order(self.shopee.shop("SG"), [(good_skus()[0], 1)])
        self.pull(shop)
        begin = shop.last_order_sync
        earlier = fields.Datetime.context_timestamp(shop.with_context(tz="Asia/Singapore"), begin - timedelta(days=2))
        self.told = {"earlier": earlier.strftime("%m/%d/%Y %H:%M:%S")}
        cron = self.env.ref("marketplace_connector.ir_cron_orders")
        triggers = [("cron_id", "=", cron.id)]
        self.env["ir.cron.trigger"].search(triggers).unlink()
        self.tour("force_sync")
        self.assertLess(shop.last_order_sync, begin - timedelta(days=1))
        self.assertTrue(self.env["ir.cron.trigger"].search_count(triggers), "Saving starts the scheduled action")
        with self.subTest("Sync Orders in developer mode"):
            self.shopee.advance(placed, "PROCESSED")
            self.tour("sync_orders_debug", url="/odoo?debug=1")
            self.assertGreaterEqual(shop.last_order_sync, begin)
        order = self.order(placed.order_sn)
        self.assertEqual(len(order), 1)
        self.assertEqual(order.marketplace_status, "processed")
        self.assertEqual(len(order.picking_ids), 1)

    def test_fetch_order(self):
        """An order that does not come in by itself comes in by its number, after a question."""
        shop = self.connect("shopee")
        placed = self.shopee.place_order(self.shopee.shop("SG"), [(good_skus()[0], 1)])
        self.shopee.advance(placed, "SHIPPED")
        self.pull(shop)
        self.assertFalse(self.order(placed.order_sn))
        self.told = {"order": placed.order_sn}
        self.tour("fetch_order", login="ravi")
        self.assertEqual(self.order(placed.order_sn).marketplace_status, "shipped")

    def test_cancelled_meanwhile(self):
        """R149 to R154: the page of an order that a pull has just cancelled tells so, whatever the user does next."""
        shop = self.connect("shopee")
        placed = self.shopee.place_order(self.shopee.shop("SG"), [(good_skus()[0], 1)], shipping_fee="1.99")
        self.pull(shop)
        self.told = {"order": placed.order_sn, "shop": shop.id}
        self.tour("cancelled_meanwhile", login="ravi")
        order = self.order(placed.order_sn)
        self.assertEqual((order.state, order.marketplace_status), ("cancel", "cancelled"))
        self.assertEqual(order.marketplace_cancel_reason, "Out of Stock")
        self.assertEqual(order.picking_ids.mapped("state"), ["cancel"])
