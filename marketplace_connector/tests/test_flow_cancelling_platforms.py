"""Cancelling from Odoo: what only one of the platforms does."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .cancelling_case import CancellingCase
from .either_platform import AtLazada, AtShopee


@tagged("post_install", "-at_install")
class TestCancellingAtLazada(AtLazada, CancellingCase):
    def test_warning(self):
        """Lazada's own warning stands in the dialogue; mates of a package, which it tells of then, are asked about."""
        placed, order = self.order_of([(self.sku, 3)])
        self.assertEqual(self.dialogue(order).warning, "stock will be set as 0")
        self.lazada.advance(placed, "packed")
        self.later_sync()
        wizard = self.dialogue(order)
        wizard.scope = "lines"
        wizard.line_ids.quantity = 1
        again = wizard.action_cancel_order()
        self.assertEqual((again["res_model"], again["res_id"]), ("marketplace.cancel.order", wizard.id))
        self.assertIn("same package will be cancelled too", wizard.warning)
        self.assertFalse(self.acts(order))
        wizard.action_cancel_order()
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))

    def test_no_reasons(self):
        """Lazada offers nothing to choose from: that is said, and nothing happens."""
        _placed, order = self.order_of()
        self.lazada.offers_cancel_reasons = False
        with self.assertRaisesRegex(UserError, "offers no reason"):
            order.action_marketplace_cancel()
        order._action_cancel()
        self.act()
        self.assertIn("offers no reason", self.problem(order.marketplace_order_ref).message)
        self.assertFalse(order.marketplace_cancelling)

    def test_shown_later(self):
        """R134: accepted, and shown as cancelled only later: waited for, not taken for a refusal, nothing leaves."""
        self.lazada.seller_cancel_delay = 30 * 60
        placed, order = self.order_of()
        self.dialogue(order).action_cancel_order()
        self.act_on(3, 6)
        self.assertTrue(order.marketplace_cancelling)
        self.assertFalse(self.problem(self.ref(placed)))
        self.assertIn("has accepted it", self.acts(order).message)
        with self.assertRaisesRegex(UserError, "Cancelling"):
            order.picking_ids.button_validate()
        self.act_on(3, 16)
        self.assertEqual((order.state, order.marketplace_cancelling), ("cancel", False))
        self.assertEqual(self.lazada.calls["/rest/order/reverse/cancel/create"], 1)

    def test_never_shown(self):
        """R136: what is not cancelled hours after it was accepted counts as refused."""
        self.lazada.seller_cancel_delay = 30 * 86400
        placed, order = self.order_of()
        self.dialogue(order).action_cancel_order()
        self.act_on(12, 61)
        self.assertFalse(order.marketplace_cancelling)
        self.assertIn("Cancelling was refused", self.problem(self.ref(placed)).message)

    def test_cancelled_units_are_not_named(self):
        """A unit that is cancelled already is not asked about again, which Lazada would refuse."""
        placed, order = self.order_of([(self.sku, 3)])
        self.lazada.cancel(placed, units=placed.units[:1])
        self.later_sync()
        self.dialogue(order).action_cancel_order()
        self.act()
        self.assertEqual(order.state, "cancel")

    def test_part_has_left(self):
        """One parcel is gone: the dialogue offers what is still here, and the whole order is refused."""
        placed, order = self.order_of([(self.sku, 3)])
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True, marketplace_follows=True)._action_done()
        self.assertEqual(len(order.picking_ids), 2)
        wizard = self.dialogue(order)
        self.assertEqual((wizard.scope, wizard.line_ids.open_quantity), ("lines", 2))
        wizard.line_ids.quantity = 2
        wizard.action_cancel_order()
        self.act()
        self.assertEqual(sum(self.cancelled_there(placed).values()), 2)
        self.assertEqual(self.lines(order).product_uom_qty, 1)
        self.assertEqual(sorted(order.picking_ids.mapped("state")), ["cancel", "done"])
        with self.assertRaisesRegex(UserError, "goods have left"):
            order._action_cancel()


@tagged("post_install", "-at_install")
class TestCancellingAtShopee(AtShopee, CancellingCase):
    def test_out_of_stock_names_the_items(self):
        """R136: the dialogue says which products Shopee is told to be out of stock."""
        _placed, order = self.order_of([(self.sku, 2), (self.products[1].default_code, 1)])
        wizard = self.dialogue(order)
        first, second = wizard.line_ids
        self.assertEqual(wizard.reason_id.ref, "OUT_OF_STOCK")
        self.assertIn(first.name, wizard.warning)
        self.assertIn(second.name, wizard.warning)
        wizard.scope = "lines"
        second.quantity = 1
        self.assertNotIn(first.name, wizard.warning)
        wizard.reason_id = wizard.reason_ids.filtered(lambda reason: reason.ref == "CUSTOMER_REQUEST")
        self.assertFalse(wizard.warning)

    def test_not_in_part(self):
        """Where Shopee does not offer it, the dialogue says so instead of the choice."""
        self.shopee.partial_cancel_allowed = False
        _placed, order = self.order_of([(self.sku, 2)])
        wizard = self.dialogue(order)
        self.assertIn("does not offer to cancel a part", wizard.partial_obstacle)
        self.assertFalse(wizard.can_choose)

    def test_courier_does_not_let_go(self):
        """The order goes back to where it was: that is a refusal, and it is not asked again by itself."""
        placed, order = self.order_of()
        self.shopee.courier_refuses_cancelling = True
        self.shopee.arrange(placed)
        self.later_sync()
        self.dialogue(order).action_cancel_order()
        self.act_on(4)
        self.assertEqual(self.shopee.calls["/api/v2/order/cancel_order"], 1)
        self.assertIn("The courier may have the parcel", self.problem(placed.order_sn).message)
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", False))

    def test_courier_takes_days(self):
        """As long as Shopee is cancelling it, Odoo waits, and the wish cannot be dropped."""
        placed, order = self.order_of()
        self.shopee.cancel_delay = 3 * 86400
        self.shopee.arrange(placed)
        self.later_sync()
        self.dialogue(order).action_cancel_order()
        self.act_on(12, 61)
        self.assertTrue(order.marketplace_cancelling)
        self.assertFalse(order.marketplace_can_answer)
        self.assertFalse(self.problem(placed.order_sn))
        with self.assertRaisesRegex(UserError, "cannot be called back"):
            order.action_marketplace_keep()
        self.later(3 * 1440)
        self.act()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.shopee.calls["/api/v2/order/cancel_order"], 1)

    def test_many(self):
        """Thirty orders cancelled from the list: one call each that cancels, reasons are not asked for."""
        placed = [self.place([(self.sku, 1)]) for _ in range(30)]
        orders = self.import_now(*placed)
        orders._action_cancel()
        self.act()
        self.assertEqual(set(orders.mapped("state")), {"cancel"})
        self.assertEqual(self.shopee.calls["/api/v2/order/cancel_order"], 30)
