from odoo import fields
from odoo.tests import new_test_user, tagged

from ..simulator.seed import seed
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourShipping(TourCase):
    def act(self, times=1):
        """Let the scheduled action do what is queued, some minutes later each time."""
        for _ in range(times):
            with self.environment() as env:
                waiting = env["marketplace.job"].search([("kind", "=", "act"), ("next_try", "!=", False)])
                waiting.next_try = fields.Datetime.now()
                env["marketplace.job"]._cron_run_acts()
            self.lazada.clock.move(120)
            self.shopee.clock.move(120)

    def place(self, app, lines, **facts):
        """A buyer's order of two hours ago; what tours type to find it is its number."""
        with app.clock.ago(7200):
            placed = app.place_order(app.shop("SG"), lines, **facts)
        ref = str(getattr(placed, "order_sn", None) or placed.order_id)
        self.told = {**self.told, "order": ref}
        return placed, ref

    def test_lazada(self):
        """R51 to R55, R69 to R72, R117: Start, Pack Lazada Package, number and label, validate."""
        shop = self.connect("lazada")
        placed, ref = self.place(self.lazada, [("TEE-BLK-M", 2), ("LAMP-WHT", 1)], shipping_fee="1.99")
        self.pull(shop)
        self.assertFalse(shop.process_orders)
        self.tour("start_shop")
        self.assertTrue(shop.process_orders)
        self.tour("pack_lazada", login="ravi")
        self.act(3)
        picking = self.order(ref).picking_ids
        self.assertEqual(picking.marketplace_status, "confirmed")
        self.told |= {"tracking": picking.carrier_tracking_ref}
        self.tour("validate_lazada", login="ravi")
        self.assertEqual(picking.state, "done")
        self.act()
        self.assertEqual(placed.state, "processed")
        self.assertEqual({status.removesuffix("_pending") for status in placed.statuses}, {"ready_to_ship"})

    def test_shopee(self):
        """R137, R138, R142, R144, R145: validating arranges the shipment; number and label come later."""
        shop = self.connect("shopee")
        shop.process_orders = True
        self.shopee.tracking_delay = 300
        placed, ref = self.place(self.shopee, [("TEE-BLK-M", 2), ("LAMP-WHT", 1)], shipping_fee="1.99")
        self.pull(shop)
        self.tour("validate_shopee", login="ravi")
        self.act()
        self.assertEqual(placed.order_status, "PROCESSED")
        picking = self.order(ref).picking_ids
        self.assertEqual((picking.state, picking.carrier_tracking_ref), ("done", False))
        self.tour("waiting_shopee", login="ravi")
        self.act(6)
        self.assertTrue(picking.marketplace_label_id)
        self.told |= {"tracking": picking.carrier_tracking_ref}
        self.tour("number_shopee", login="ravi")

    def test_cancel(self):
        """R31, R32, R134 to R136, R166: Shopee is asked to cancel, with a reason; Lazada's order stays there."""
        shops = self.connect("lazada") | self.connect("shopee")
        shops.process_orders = True
        at_lazada, lazada_ref = self.place(self.lazada, [("LAMP-WHT", 1)])
        at_shopee, ref = self.place(self.shopee, [("TEE-BLK-M", 2)])
        self.pull(*shops)
        self.tour("cancel_shopee", login="ravi")
        order = self.order(ref)
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", True))
        self.act()
        self.assertEqual((order.state, at_shopee.order_status), ("cancel", "CANCELLED"))
        self.told |= {"order": lazada_ref}
        self.tour("cancel_lazada", login="ravi")
        self.act()
        self.assertEqual((self.order(lazada_ref).state, at_lazada.state), ("cancel", "ready_to_ship"))

    def test_buyer_asks(self):
        """A buyer's request is a bar on the order with both answers."""
        shop = self.connect("shopee")
        shop.process_orders = True
        placed, ref = self.place(self.shopee, [("TEE-BLK-M", 2)], shipping_fee="1.99")
        self.pull(shop)
        with self.shopee.clock.ago(300):
            self.shopee.request_cancellation(placed)
        self.pull(shop)
        self.assertEqual(self.order(ref).marketplace_status, "in_cancel")
        self.tour("refuse_request", login="ravi")
        self.act()
        self.assertEqual(self.order(ref).marketplace_status, "ready_to_ship")

    def test_deliveries(self):
        """R51, R54: a packer without sales rights packs many from the list, and follows the buttons of a delivery."""
        shop = self.connect("shopee")
        shop.process_orders = True
        refs = [self.place(self.shopee, [("TEE-BLK-M", 1)])[1] for _ in range(3)]
        self.pull(shop)
        new_test_user(self.env, "siti", "stock.group_stock_user", name="Siti Rahayu", tz="Asia/Singapore")
        self.tour("deliveries", login="siti")
        self.act(2)
        self.assertEqual({self.order(ref).picking_ids.marketplace_status for ref in refs}, {"ready_to_ship"})

    def test_smart_buttons(self):
        """From the order to its deliveries, packages and page, and back."""
        shop = self.connect("shopee")
        self.place(self.shopee, [("TEE-BLK-M", 1)])
        self.pull(shop)
        self.tour("smart_buttons", login="ravi")

    def test_packages(self):
        """The list of packages, some of them packed outside Odoo."""
        shops = self.connect("lazada") | self.connect("shopee")
        shops.process_orders = True
        seed(self.lazada, count=26)
        seed(self.shopee, count=26)
        self.pull(*shops)
        self.act(3)
        self.tour("packages", login="ravi")
