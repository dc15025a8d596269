"""Who may do what with parcels, what a person has to decide, and cancellations that the marketplace refuses."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_flow_shipping import ShippingCase


@tagged("post_install", "-at_install")
class TestPeople(ShippingCase):
    def test_packer(self):
        """R51: a packer without sales rights sees status, number, ship-by and label, packs and validates."""
        self.stock_up()
        packer = new_test_user(self.env, "marketplace_packer", "stock.group_stock_user")
        placed = self.place_lazada([(self.sku, 1)])
        picking = self.import_now(placed).picking_ids.with_user(packer)
        self.assertTrue(picking.marketplace_ship_by)
        picking.action_marketplace_arrange()
        self.act()
        self.act()
        self.assertEqual(picking.marketplace_status, "confirmed")
        self.assertTrue(picking.carrier_tracking_ref)
        self.assertIn("/marketplace/labels/", picking.action_marketplace_label()["url"])
        self.assertTrue(picking.marketplace_label_id.raw)
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_strangers(self):
        """Buttons called without the rights to the delivery do nothing."""
        stranger = new_test_user(self.env, "marketplace_stranger", "base.group_user")
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids.with_user(stranger)
        for method in ("action_marketplace_arrange", "action_marketplace_label"):
            with self.assertRaises(AccessError):
                getattr(picking, method)()

    def test_no_label_yet(self):
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        with self.assertRaisesRegex(UserError, "no label yet"):
            picking.action_marketplace_label()

    def test_serial_numbers(self):
        """Left at the marketplace, but a serial number is needed: a problem, the order is not held up."""
        self.products[0].tracking = "serial"
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        self.later(5)
        self.lazada.advance(placed, "shipped")
        self.sync()
        self.assertEqual((order.marketplace_status, order.picking_ids.state == "done"), ("shipped", False))
        problem = self.problem(placed.order_id)
        self.assertEqual(problem.reason, "shipped_outside")
        self.assertIn("Validate it by hand", problem.message)

    def test_cancelling_refused(self):
        """R136: a refusal leaves everything as it was, says why, and the delivery can be sent."""
        self.stock_up()
        placed = self.place_shopee([(self.sku, 1)])
        order = self.import_now(placed)
        self.shopee.refuse("cancel_order", "order.order_cancel_failed", "too late")
        order.action_cancel()
        self.act()
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", False))
        problem = self.env["marketplace.job"].search([("is_problem", "=", True)])
        self.assertIn("too late", problem.message)
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def test_units_cancelled_before_packing(self):
        """R164: what is left is packed, without the cancelled units."""
        placed = self.place_lazada([(self.sku, 3)])
        order = self.import_now(placed)
        self.lazada.cancel(placed, units=placed.units[:1])
        self.later(30)
        self.import_now()
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)
        order.picking_ids.action_marketplace_arrange()
        self.act()
        self.assertEqual(order.picking_ids.marketplace_status, "confirmed")
        self.assertEqual([unit.status for unit in placed.units], ["canceled", "packed", "packed"])

    def test_split_by_the_platform(self):
        """Two parcels of one order: two deliveries, each with its own number."""
        placed = self.place_shopee([(self.sku, 1), (self.products[1].default_code, 1)])
        order = self.import_now(placed)
        placed.shop.may_split = True
        self.shopee.split(placed, [[placed.items[0]], [placed.items[1]]])
        self.later(5)
        self.sync()
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(len(order.picking_ids.marketplace_package_ids), 2)
        self.assertEqual(order.picking_ids.mapped("move_ids.product_uom_qty"), [1, 1])
