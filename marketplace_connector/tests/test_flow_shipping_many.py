"""Many deliveries at once, orders in several parcels, and what stops a parcel."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_flow_shipping import ShippingCase

SHOPEE = "/api/v2/logistics"


@tagged("post_install", "-at_install")
class TestMany(ShippingCase):
    def setUp(self):
        super().setUp()
        self.stock_up()
        self.env["stock.quant"]._update_available_quantity(
            self.products[0], self.lazada_shop.warehouse_id.lot_stock_id, 500
        )
        self.shopee_shop.arrange_delay = 0

    def test_lazada(self):
        """60 orders: three calls pack them; each is packed, labelled, validated and handed over once."""
        placed = [self.place_lazada([(self.sku, 1)]) for _ in range(60)]
        pickings = self.import_now(*placed).picking_ids
        pickings.action_marketplace_arrange()
        self.act()
        self.assertEqual(self.lazada.calls["/rest/order/fulfill/pack"], 3)
        self.assertEqual(set(pickings.mapped("marketplace_status")), {"confirmed"})
        self.act()
        self.assertEqual(len(pickings.marketplace_package_ids.label_id), 60)
        pickings.button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.act()
        self.later(2)
        self.sync()
        self.assertEqual(set(pickings.mapped("marketplace_status")), {"ready_to_ship"})

    def test_shopee(self):
        """60 orders: the parameters are asked once at validation and once when they are arranged, 50 a mass call."""
        placed = [self.place_shopee([(self.sku, 1)], courier="SPX Express") for _ in range(60)]
        pickings = self.import_now(*placed).picking_ids
        pickings.button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.act()
        self.assertEqual(self.shopee.calls[f"{SHOPEE}/mass_ship_order"], 2)
        self.assertLessEqual(self.shopee.calls[f"{SHOPEE}/get_shipping_parameter"], 2)
        self.assertEqual({order.order_status for order in placed}, {"PROCESSED"})
        for _ in range(4):
            self.act()
            self.later(6)
        self.assertEqual(len(pickings.marketplace_package_ids.label_id), 60)

    def test_one_refused_parcel_stops_no_other(self):
        placed = [self.place_shopee([(self.sku, 1)]) for _ in range(3)]
        pickings = self.import_now(*placed).picking_ids
        self.shopee_shop.arrange_policy = "manual"
        pickings.action_marketplace_arrange()
        self.shopee.refuse("get_mass_shipping_parameter", "logistics.error_param", "parameter invalid")
        self.shopee.refuse("get_shipping_parameter", "logistics.error_status_limit", "not now")
        self.act()
        self.assertEqual(sorted(order.order_status for order in placed), ["PROCESSED", "PROCESSED", "READY_TO_SHIP"])
        problem = self.env["marketplace.job"].search([("is_problem", "=", True)])
        self.assertEqual((len(problem), problem.act), (1, "arrange"))
        problem.action_retry()
        self.act()
        self.assertEqual({order.order_status for order in placed}, {"PROCESSED"})

    def test_back_order_is_packed_later(self):
        """A part is packed and sent, the rest later: each with its own units, package, number."""
        placed = self.place_lazada([(self.sku, 3)])
        order = self.import_now(placed)
        self.lazada_shop.require_tracking = False
        first = order.picking_ids
        first.move_ids.quantity = 2
        action = first.button_validate()
        Form.from_action(self.env, action).save().process()
        self.act()
        self.act()
        rest = order.picking_ids - first
        self.assertEqual(len(first.marketplace_package_id.contents), 2)
        rest.action_marketplace_arrange()
        self.act()
        self.assertEqual(len(rest.marketplace_package_id.contents), 1)
        self.assertEqual(len({unit.package_id for unit in placed.units}), 2)
        self.assertNotEqual(first.carrier_tracking_ref, rest.carrier_tracking_ref)
        self.assertIn(placed.units[0].status, ("ready_to_ship", "ready_to_ship_pending"))
        self.assertEqual(placed.units[2].status, "packed")

    def test_cancelled_while_queued(self):
        """What is queued for an order is dropped with it; an order being cancelled cannot be sent."""
        lazada, shopee = self.place_lazada([(self.sku, 1)]), self.place_shopee([(self.sku, 1)])
        orders = self.import_now(lazada, shopee)
        self.shopee_shop.arrange_policy = "manual"
        orders.picking_ids.action_marketplace_arrange()
        orders.action_cancel()
        waiting = orders.filtered("marketplace_cancelling")
        self.assertEqual(waiting.marketplace_provider, "shopee")
        with self.assertRaisesRegex(UserError, "is being cancelled"):
            waiting.picking_ids.button_validate()
        self.act()
        self.assertEqual((lazada.state, shopee.order_status), ("ready_to_ship", "CANCELLED"))
        self.assertEqual(orders.mapped("state"), ["cancel", "cancel"])
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open")]))

    def test_two_steps(self):
        """Pick, then out: package, number and label go to the delivery when it appears."""
        self.lazada_shop.warehouse_id.delivery_steps = "pick_ship"
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        pick = order.picking_ids
        self.later(5)
        self.lazada.advance(placed, "packed")
        self.sync()
        self.act()
        self.assertEqual(pick.marketplace_status, "confirmed")
        self.assertTrue(pick.marketplace_label_id)
        pick.button_validate()
        out = order.picking_ids - pick
        self.assertEqual(out.carrier_tracking_ref, placed.units[0].tracking_code)
        self.assertEqual(out.marketplace_label_id.res_id, out.id)
        out.button_validate()
        self.act()
        self.later(2)
        self.sync()
        self.assertEqual(set(placed.statuses), {"ready_to_ship"})
