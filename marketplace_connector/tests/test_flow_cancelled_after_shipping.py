"""Cancelled or failed after the goods have left: guidance, a return, and the end when the goods are back."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .cancelling_case import CancellingCase
from .either_platform import AtLazada, AtShopee


class AfterShipping:
    def left(self, lines=None, **facts):
        """An order whose delivery is done in Odoo, while the platform can still cancel it."""
        placed, order = self.order_of(lines, **facts)
        self.leave(order)
        return placed, order

    def leave(self, order):
        delivery = order.picking_ids.filtered(lambda picking: picking.state == "assigned")
        delivery.move_ids.picked = True
        delivery.with_context(marketplace_follows=True)._action_done()

    def on_hand(self):
        return self.products[0].with_context(warehouse_id=self.shop.warehouse_id.id).qty_available

    def receive(self, action):
        picking = self.env["stock.picking"].browse(action["res_id"])
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def returns(self, order):
        return order.picking_ids.filtered(lambda picking: picking.picking_type_code == "incoming")

    def test_whole_way(self):
        """R29 R149: cancelled after shipping, return prepared once, received, order cancelled, problem closed."""
        placed, order = self.left([(self.sku, 2)], shipping_fee="1.99")
        before = self.on_hand()
        self.cancel_there(placed)
        self.later_sync()
        problem = self.problem(self.ref(placed))
        self.assertIn("Prepare Return", problem.message)
        self.assertIn("must not be handed over", problem.message)
        self.assertIn("Out of Stock", problem.message)
        self.assertTrue(order.marketplace_return_due)
        self.assertTrue(order.picking_ids.marketplace_return_due)
        action = problem.action_prepare_return()
        again = order.action_marketplace_prepare_return()
        third = order.picking_ids.filtered(lambda picking: picking.state == "done").action_marketplace_prepare_return()
        self.assertEqual({action["res_id"], again["res_id"], third["res_id"]}, set(self.returns(order).ids))
        self.assertFalse(order.marketplace_return_due)
        self.later_sync()
        self.assertEqual((order.state, self.returns(order).state), ("sale", "assigned"))
        self.assertEqual(self.returns(order).move_ids.product_uom_qty, 2)
        self.receive(action)
        self.assertEqual(self.on_hand(), before + 2)
        self.assertEqual((order.state, problem.state), ("cancel", "done"))
        self.later_sync()
        self.assertEqual(len(order.picking_ids), 2)
        with self.assertRaisesRegex(UserError, "Nothing of these deliveries"):
            order.action_marketplace_prepare_return()

    def test_pieces(self):
        """Some pieces were cancelled after they had left: only these come back; the line is right afterwards."""
        placed, order = self.left([(self.sku, 3), (self.products[1].default_code, 1)])
        self.cancel_some_there(placed)
        self.later_sync()
        problem = self.problem(self.ref(placed))
        self.assertIn("Pieces were cancelled", problem.message)
        self.assertEqual(self.lines(order).mapped("product_uom_qty"), [3, 1])
        action = order.action_marketplace_prepare_return()
        moves = self.returns(order).move_ids.filtered("product_uom_qty")
        self.assertEqual((moves.product_id, moves.product_uom_qty), (self.products[0], 1))
        self.receive(action)
        self.assertEqual(self.lines(order).mapped("product_uom_qty"), [2, 1])
        self.assertEqual(self.lines(order).mapped("qty_delivered"), [2, 1])
        self.assertEqual((order.state, problem.state), ("sale", "done"))
        self.later_sync()
        self.assertFalse(self.problem(self.ref(placed)))
        self.assertEqual(self.lines(order).mapped("product_uom_qty"), [2, 1])

    def test_open_rest_stays(self):
        """A part has left, the rest waits: cancelled there, the rest stays here and only what left comes back."""
        placed, order = self.order_of([(self.sku, 3)])
        order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids.with_context(marketplace_follows=True, skip_backorder=True)._action_done()
        self.cancel_there(placed)
        self.later_sync()
        self.assertEqual(sorted(order.picking_ids.mapped("state")), ["cancel", "done"])
        action = order.action_marketplace_prepare_return()
        self.assertEqual(self.returns(order).move_ids.product_uom_qty, 1)
        self.receive(action)
        self.assertEqual(order.state, "cancel")

    def test_invoiced(self):
        """An invoice that is not credited keeps the order, and is said; the posted credit note ends it."""
        placed, order = self.left()
        invoice = order._create_invoices()
        invoice.action_post()
        self.cancel_there(placed)
        self.later_sync()
        problem = self.problem(self.ref(placed))
        self.assertIn("Credit what is invoiced", problem.message)
        self.receive(order.action_marketplace_prepare_return())
        self.assertEqual((order.state, problem.state), ("sale", "open"))
        self.assertNotIn("Prepare Return", problem.message)
        credit = self.env["account.move"].browse(order.action_marketplace_credit_note()["res_id"])
        credit.action_post()
        self.assertEqual((order.state, problem.state), ("cancel", "done"))

    def test_who_may(self):
        """A packer prepares and receives the return; sales users without Inventory are told whom to ask."""
        placed, order = self.left()
        self.cancel_there(placed)
        self.later_sync()
        problem = self.problem(self.ref(placed))
        with self.assertRaisesRegex(UserError, "Only users of Inventory"):
            problem.with_user(self.user).action_prepare_return()
        packer = new_test_user(self.env, "return_packer", "stock.group_stock_user")
        action = order.picking_ids.with_user(packer).action_marketplace_prepare_return()
        returned = self.env["stock.picking"].with_user(packer).browse(action["res_id"])
        returned.button_validate()
        self.assertEqual((returned.state, order.state), ("done", "cancel"))

    def test_nothing_to_return(self):
        """A delivery that nothing was cancelled of is not sent back."""
        _placed, order = self.left()
        with self.assertRaisesRegex(UserError, "Nothing of these deliveries"):
            order.action_marketplace_prepare_return()

    def test_cancelled_while_validating(self):
        """Cancelled there between the validation and what follows it: nothing is arranged, the goods come back."""
        placed, order = self.order_of()
        self.shop.require_tracking = False
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")
        self.cancel_there(placed)
        self.later(61)
        self.act()
        self.sync()
        self.act()
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open"), ("kind", "=", "act")]))
        self.assertEqual(self.problem(self.ref(placed)).reason, "cancelled_after_shipping")
        self.receive(order.action_marketplace_prepare_return())
        self.assertEqual(order.state, "cancel")


@tagged("post_install", "-at_install")
class TestLazadaAfterShipping(AtLazada, AfterShipping, CancellingCase):
    def test_failed_on_its_way(self):
        """The buyer was not there: the goods come back by a return, once, and the line is not sent again."""
        placed, order = self.order_of([(self.sku, 2)])
        before = self.on_hand()
        self.lazada.advance(placed, "shipped")
        self.later_sync()
        self.assertFalse(order.marketplace_return_due)
        self.lazada.advance(placed, "failed_delivery")
        self.later_sync()
        self.assertTrue(order.marketplace_return_due)
        self.receive(order.action_marketplace_prepare_return())
        self.assertEqual(self.on_hand(), before)
        self.later_sync()
        self.assertFalse(order.marketplace_return_due)
        self.assertEqual((order.state, len(order.picking_ids)), ("sale", 2))
        self.assertEqual(self.lines(order).qty_delivered, 0)


@tagged("post_install", "-at_install")
class TestShopeeAfterShipping(AtShopee, AfterShipping, CancellingCase):
    def test_failed_and_back(self):
        """Refused at the door, seen at the end only or at every step: delivered, then taken back, then cancelled."""
        for seen in (True, False):
            placed, order = self.order_of([(self.sku, 2)])
            before = self.on_hand()
            self.shopee.advance(placed, "SHIPPED")
            if seen:
                self.later_sync()
            self.shopee.fail(placed, "LOGISTICS_DELIVERY_FAILED")
            self.later_sync()
            problem = self.problem(placed.order_sn)
            with self.subTest(seen=seen):
                self.assertEqual((order.marketplace_status, order.picking_ids.state), ("failed", "done"))
                self.assertIn("If nothing comes back", problem.message)
                self.assertEqual(self.on_hand(), before - 2)
                self.receive(problem.action_prepare_return())
                self.assertEqual((order.state, problem.state), ("cancel", "done"))
                self.assertEqual(self.on_hand(), before)

    def test_lost(self):
        """Lost for good: nothing comes back, the order is cancelled by hand, and the problem ends with it."""
        placed, order = self.order_of()
        self.shopee.advance(placed, "SHIPPED")
        self.later_sync()
        self.shopee.fail(placed)
        self.later_sync()
        problem = self.problem(placed.order_sn)
        wizard = self.dialogue(order)
        self.assertIn("Delivery failed", wizard.odoo_only)
        wizard.action_cancel_order()
        self.assertEqual((order.state, problem.state), ("cancel", "done"))
