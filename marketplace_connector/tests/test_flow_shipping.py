from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MarketplaceCase


class ShippingCase(MarketplaceCase):
    """Shops that process orders."""

    def setUp(self):
        super().setUp()
        (self.lazada_shop | self.shopee_shop).process_orders = True

    def act(self):
        """Let the scheduled action do what is due."""
        with self.environment() as env:
            env["marketplace.job"]._cron_run_acts()

    def stock_up(self):
        """Have enough of everything."""
        for product in self.products:
            self.env["stock.quant"]._update_available_quantity(product, self.lazada_shop.warehouse_id.lot_stock_id, 100)


@tagged("post_install", "-at_install")
class TestLazada(ShippingCase):
    def test_pack_label_validate(self):
        """R51 to R55, R69 to R72: pack, then label and tracking number, then validate and ready to ship."""
        self.stock_up()
        placed = self.place_lazada([(self.sku, 2), (self.products[1].default_code, 1)], shipping_fee="1.99")
        order = self.import_now(placed)
        picking = order.picking_ids
        self.assertEqual(picking.marketplace_status, "pending")
        with self.assertRaisesRegex(UserError, "no tracking number yet"):
            picking.button_validate()
        picking.with_user(self.manager).action_marketplace_arrange()
        self.assertIn("sending", picking.marketplace_message)
        self.act()
        self.assertEqual(placed.state, "processed")
        self.assertEqual(picking.marketplace_status, "confirmed")
        self.assertEqual(picking.carrier_tracking_ref, placed.units[0].tracking_code)
        self.act()
        self.assertTrue(picking.marketplace_label_id.raw.startswith(b"%PDF"))
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.act()
        self.later(2)
        self.sync()
        self.assertEqual(picking.marketplace_status, "ready_to_ship")
        self.assertEqual(set(placed.statuses), {"ready_to_ship"})

    def test_packed_in_seller_center(self):
        """R56: packed outside Odoo; number and label come the same way."""
        placed = self.place_lazada([(self.sku, 2)])
        order = self.import_now(placed)
        self.later(5)
        self.lazada.advance(placed, "packed")
        self.sync()
        picking = order.picking_ids
        self.assertEqual(picking.marketplace_status, "confirmed")
        self.assertTrue(picking.carrier_tracking_ref)
        self.act()
        self.assertTrue(picking.marketplace_label_id)

    def test_shipped_outside(self):
        """R162: shipped outside Odoo; the delivery is validated once, dated by the platform."""
        placed = self.place_lazada([(self.sku, 2)])
        order = self.import_now(placed)
        self.later(5)
        self.lazada.advance(placed, "shipped")
        self.sync()
        self.sync()
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertEqual(order.order_line[0].qty_delivered, 2)

    def test_refused(self):
        """R64: a refusal stands on the delivery with its reason and waits for a person."""
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        self.lazada.refuse_next("/order/fulfill/pack", "1003")
        order.picking_ids.action_marketplace_arrange()
        self.act()
        job = self.env["marketplace.job"].search([("is_problem", "=", True)])
        self.assertEqual(job.act, "arrange")
        self.assertEqual(job.message, order.picking_ids.marketplace_message)
        job.action_retry()
        self.act()
        self.assertEqual(order.picking_ids.marketplace_status, "confirmed")

    def test_lost_answer_packs_once(self):
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        self.lazada.faults.order("lost_answer", "/order/fulfill/pack")
        order.picking_ids.action_marketplace_arrange()
        self.act()
        self.act()
        self.later(2)
        self.act()
        self.assertEqual(order.picking_ids.marketplace_status, "confirmed")
        self.assertEqual(self.lazada.calls["/rest/order/fulfill/pack"], 1)

    def test_off_sends_nothing(self):
        """R117 R118: with Process orders off nothing about shipping leaves Odoo, and the button says why."""
        self.lazada_shop.process_orders = False
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        with self.assertRaisesRegex(UserError, "does not process orders"):
            order.picking_ids.action_marketplace_arrange()
        order.picking_ids.move_ids.quantity = 1
        order.picking_ids.button_validate()
        self.act()
        self.assertEqual(placed.state, "ready_to_ship")


@tagged("post_install", "-at_install")
class TestShopee(ShippingCase):
    def test_arranged_on_validation(self):
        """R137 R138 R140 R142 R144 R145 R168 R169: validating arranges; the number comes later by itself."""
        self.stock_up()
        self.shopee.tracking_delay = 400
        placed = self.place_shopee([(self.sku, 2), (self.products[1].default_code, 1)], shipping_fee="1.99")
        order = self.import_now(placed)
        picking = order.picking_ids
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.act()
        self.assertEqual(placed.order_status, "READY_TO_SHIP")
        self.assertIn("waits until", picking.marketplace_message)
        self.later(61)
        self.act()
        self.assertEqual(placed.order_status, "PROCESSED")
        self.assertEqual(picking.marketplace_status, "confirmed")
        self.assertFalse(picking.carrier_tracking_ref)
        for _ in range(4):
            self.later(5)
            self.act()
        self.assertEqual(picking.carrier_tracking_ref, self.shopee.tracking_number(placed.packages[0]))
        self.assertEqual(picking.marketplace_status, "ready_to_ship")
        for _ in range(3):
            self.act()
            self.later(2)
        self.assertTrue(picking.marketplace_label_id.raw.startswith(b"%PDF"))

    def test_fulfilled_order_comes_delivered(self):
        """R119 R155 R156 R157 R161 R162 R170: Create fulfilled orders brings a processed order in delivered."""
        self.stock_up()
        self.shopee_shop.create_fulfilled = True
        placed = self.place_shopee([(self.sku, 2)], shipping_fee="1.99")
        self.shopee.arrange(placed)
        order = self.import_now(placed)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.carrier_tracking_ref, self.shopee.tracking_number(placed.packages[0]))
        self.sync()
        self.assertEqual(len(order.picking_ids), 1)


@tagged("post_install", "-at_install")
class TestCancel(ShippingCase):
    def test_cancelled_in_odoo(self):
        """R134 R135 R136 R166: cancelling in Odoo cancels at the platform first, with a reason."""
        placed = self.place_shopee([(self.sku, 2)])
        order = self.import_now(placed)
        action = order.action_marketplace_cancel()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertTrue(wizard.cancels_too)
        wizard.action_cancel_order()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.marketplace_cancelling)
        self.act()
        self.assertEqual(placed.order_status, "CANCELLED")
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.marketplace_cancelling)

    def test_policy_off_leaves_the_platform_alone(self):
        """R31 R32: Lazada's default."""
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        action = order.action_marketplace_cancel()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertFalse(wizard.cancels_too)
        wizard.action_cancel_order()
        self.act()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(placed.state, "ready_to_ship")

    def test_buyer_asks(self):
        """A buyer's request stops shipping until it is answered, which acts on the platform."""
        placed = self.place_shopee([(self.sku, 1)])
        order = self.import_now(placed)
        self.shopee.request_cancellation(placed)
        self.later(1)
        self.sync()
        self.assertEqual(order.marketplace_status, "in_cancel")
        with self.assertRaisesRegex(UserError, "asks to cancel"):
            order.picking_ids.action_marketplace_arrange()
        order.action_marketplace_refuse_cancellation()
        self.act()
        self.assertEqual(order.marketplace_status, "ready_to_ship")
