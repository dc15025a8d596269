"""Acts that must wait: while the shop does not process orders, before their time, while a buyer wants to cancel."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_flow_shipping import ShippingCase


@tagged("post_install", "-at_install")
class TestHeld(ShippingCase):
    def acts(self, act):
        return self.env["marketplace.job"].search([("act", "=", act), ("state", "=", "open")])

    def test_switched_off_while_queued(self):
        """R117 R118: what was queued before is not sent while the shop does not process orders; Start sends it."""
        placed = self.place_lazada([(self.sku, 1)])
        self.import_now(placed).picking_ids.action_marketplace_arrange()
        self.lazada_shop.process_orders = False
        self.act()
        self.later(30)
        self.act()
        self.assertEqual(placed.state, "ready_to_ship")
        self.assertNotIn("/rest/order/fulfill/pack", self.lazada.calls)
        act = self.acts("arrange")
        act.write({"next_try": False, "reason": "refused"})
        with self.assertRaisesRegex(UserError, "does not process orders"):
            act.action_retry()
        act.write({"next_try": "2026-03-04 00:00:00", "reason": "queued"})
        self.lazada_shop.with_user(self.manager).action_start()
        self.act()
        self.assertEqual(placed.state, "processed")

    def test_archived_shop(self):
        """Nothing is sent for a shop that was put away."""
        placed = self.place_lazada([(self.sku, 1)])
        self.import_now(placed).picking_ids.action_marketplace_arrange()
        self.lazada_shop.active = False
        self.act()
        self.assertEqual(placed.state, "ready_to_ship")

    def test_retry_does_not_shorten_the_wait(self):
        """*Not before (minutes)* holds: what waits for its time is not sent by Retry."""
        self.stock_up()
        self.shopee_shop.arrange_delay = 600
        placed = self.place_shopee([(self.sku, 1)])
        self.import_now(placed).picking_ids.button_validate()
        act = self.acts("arrange")
        with self.assertRaisesRegex(UserError, "nothing to retry"):
            act.action_retry()
        self.act()
        self.assertEqual(placed.order_status, "READY_TO_SHIP")

    def test_only_what_has_left_is_validated(self):
        """*Validate* of another problem, or of an act, neither validates nor closes it."""
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        order.picking_ids.action_marketplace_arrange()
        act = self.acts("arrange")
        with self.assertRaisesRegex(UserError, "nothing to validate"):
            act.action_validate_deliveries()
        self.assertEqual((act.state, order.picking_ids.state == "done"), ("open", False))

    def test_not_handed_over_while_the_buyer_cancels(self):
        """The courier is not called for a parcel that the buyer wants to cancel."""
        self.stock_up()
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        order.picking_ids.action_marketplace_arrange()
        self.act()
        self.act()
        order.picking_ids.button_validate()
        self.lazada.ask_to_cancel(placed)
        self.later(2)
        self.sync()
        self.assertEqual(order.marketplace_status, "in_cancel")
        self.act()
        self.assertNotIn("/rest/order/package/rts", self.lazada.calls)
        order.action_marketplace_refuse_cancellation()
        self.act()
        self.later(2)
        self.act()
        self.assertEqual(self.lazada.calls["/rest/order/package/rts"], 1)

    def test_ready_to_ship_without_a_number(self):
        """A parcel that is ready before its number came is asked about later and later, by one act."""
        self.lazada.tracking_delay = 7 * 3600
        self.lazada_shop.require_tracking = False
        self.stock_up()
        placed = self.place_lazada([(self.sku, 1)])
        picking = self.import_now(placed).picking_ids
        picking.action_marketplace_arrange()
        self.act()
        picking.button_validate()
        for _ in range(6):
            self.act()
            self.later(2)
        self.assertEqual(picking.marketplace_status, "ready_to_ship")
        self.assertFalse(picking.carrier_tracking_ref)
        told = self.env["marketplace.job"].search([("act", "=", "tracking")])
        self.assertEqual((len(told), told.state), (1, "open"))

    def test_no_labels_of_other_transfers(self):
        with self.assertRaisesRegex(UserError, "no labels to print"):
            self.env["stock.picking"].action_marketplace_label()
