"""Cancelling from Odoo: the dialogue, whole orders and single pieces, what is refused, and that nothing comes twice."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .cancelling_case import CancellingCase
from .either_platform import AtLazada, AtShopee


class Cancelling:
    """On either platform."""

    def test_single_items(self):
        """R134 R166: chosen pieces are cancelled there; line and delivery shrink, no receipt, the rest is shipped."""
        second = self.products[1].default_code
        placed, order = self.order_of([(self.sku, 3), (second, 1)], shipping_fee="1.99")
        self.cancel_items(order, 2, 0)
        self.assertTrue(order.marketplace_cancelling)
        with self.assertRaisesRegex(UserError, "Cancelling"):
            order.picking_ids.button_validate()
        self.act()
        self.assertEqual(sum(self.cancelled_there(placed).values()), 2)
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", False))
        self.assertEqual(self.lines(order).mapped("product_uom_qty"), [1, 1])
        self.assertEqual(order.picking_ids.move_ids.mapped("product_uom_qty"), [1, 1])
        self.assertEqual(order.picking_ids.picking_type_code, "outgoing")
        self.assertEqual(order.marketplace_amount_state, "exact")
        self.assertFalse(self.acts(order))
        self.later_sync()
        self.assertEqual(self.lines(order).mapped("product_uom_qty"), [1, 1])

    def test_all_pieces_are_the_whole_order(self):
        """Every piece chosen one by one cancels the order."""
        _placed, order = self.order_of([(self.sku, 2)])
        self.cancel_items(order, 2)
        self.act()
        self.assertEqual(order.state, "cancel")

    def test_too_many_pieces(self):
        """Quantities that make no sense are refused in the dialogue, and nothing is sent."""
        _placed, order = self.order_of([(self.sku, 2)])
        for count, message in ((0, "Type how many"), (3, "cannot be cancelled"), (-1, "cannot be cancelled")):
            with self.assertRaisesRegex(UserError, message):
                self.cancel_items(order, count)
        self.assertFalse(self.acts(order))

    def test_from_the_list(self):
        """R134: the list's own dialogue passes the hook: marketplace orders are asked for, ordinary ones cancelled."""
        _placed, order = self.order_of()
        other = self.env["sale.order"].create({"partner_id": self.env.user.partner_id.id})
        wizard = self.env["sale.mass.cancel.orders"].create({"sale_order_ids": (order | other).ids})
        self.assertIn("1 orders are cancelled at their marketplace too", wizard.marketplace_note)
        wizard.action_mass_cancel()
        self.assertEqual((order.state, other.state), ("sale", "cancel"))
        self.assertTrue(order.marketplace_cancelling)
        with self.assertRaisesRegex(UserError, "Cancelling"):
            order.picking_ids.button_validate()
        self.act()
        self.assertEqual((order.state, order.marketplace_cancelling), ("cancel", False))
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})

    def test_by_code_and_portal(self):
        """The hook is what every way passes, also as superuser, as the portal does."""
        placed, order = self.order_of()
        order.sudo()._action_cancel()
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", True))
        order._action_cancel()
        self.assertEqual(len(self.acts(order)), 1)
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))

    def test_deleting(self):
        """R154: what lives at the marketplace is not deleted, it would come in again."""
        placed, order = self.order_of([(self.unknown_sku, 1)])
        self.assertEqual((order.state, self.stage_there(placed)), ("draft", "ready_to_ship"))
        with self.assertRaisesRegex(UserError, "Cancel it"):
            order.unlink()

    def test_quotation(self):
        """An order that waits for its SKU is cancelled there too, and is not confirmed meanwhile."""
        placed, order = self.order_of([(self.unknown_sku, 1)])
        self.dialogue(order).action_cancel_order()
        self.assertEqual((order.state, order.marketplace_cancelling), ("draft", True))
        with self.assertRaisesRegex(UserError, "Cancelling"):
            order.action_confirm()
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open")]))

    def test_refused_and_kept(self):
        """R136: refused, all stays as it was; Keep the Order drops the wish, Retry asks again."""
        placed, order = self.order_of()
        self.refuse_cancelling()
        self.dialogue(order).action_cancel_order()
        self.act()
        problem = self.problem(self.ref(placed))
        self.assertIn("Cancelling was refused by the marketplace", problem.message)
        self.assertEqual(order.marketplace_problem, problem.message)
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", False))
        self.assertTrue(order.marketplace_can_keep)
        problem.action_retry()
        self.assertTrue(order.marketplace_cancelling)
        self.refuse_cancelling()
        self.act()
        self.assertFalse(order.marketplace_cancelling)
        problem.action_keep_order()
        self.assertEqual(problem.state, "done")
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("sale", "ready_to_ship"))
        self.dialogue(order).action_cancel_order()
        self.act()
        self.assertEqual(order.state, "cancel")

    def test_locked(self):
        """A locked order has its answer."""
        _placed, order = self.order_of()
        order.action_lock()
        with self.assertRaisesRegex(UserError, "unlock it"):
            order.action_marketplace_cancel()

    def test_asked_already(self):
        """Cancelling twice, and cancelling what is cancelled, say how it stands."""
        _placed, order = self.order_of()
        self.dialogue(order).action_cancel_order()
        with self.assertRaisesRegex(UserError, "asked to cancel .* already"):
            order.action_marketplace_cancel()
        self.act()
        self.assertIn("is cancelled at the marketplace", order.action_marketplace_cancel()["params"]["message"])

    def test_cancelled_there_meanwhile(self):
        """The dialogue was open while somebody cancelled there: nothing is asked twice, the order ends cancelled."""
        placed, order = self.order_of()
        wizard = self.dialogue(order)
        self.cancel_there(placed)
        wizard.action_cancel_order()
        self.act()
        self.assertEqual((order.state, order.marketplace_cancelling), ("cancel", False))
        self.assertFalse(self.acts(order))

    def test_completed(self):
        """What the buyer has is not cancelled there any more; the dialogue says so."""
        self.shop.follow_outside = False
        placed, order = self.order_of()
        self.move_there(placed, "completed")
        self.later_sync()
        wizard = self.dialogue(order)
        self.assertIn("“Completed”", wizard.odoo_only)
        wizard.action_cancel_order()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(self.acts(order))

    def test_goods_have_left(self):
        """What has left cannot be cancelled by any way: a return takes it back."""
        placed, order = self.order_of()
        self.move_there(placed, "shipped")
        self.later_sync()
        self.assertEqual(order.picking_ids.state, "done")
        for cancel in (order.action_marketplace_cancel, order._action_cancel):
            with self.assertRaisesRegex(UserError, "with a return"):
                cancel()
        self.assertEqual(order.state, "sale")

    def test_off(self):
        """R31 R32: without the policy the platform's order stays, and the dialogue says so."""
        self.shop.cancel_too = False
        placed, order = self.order_of([(self.sku, 2)])
        wizard = self.dialogue(order)
        self.assertIn("The order at the marketplace stays", wizard.odoo_only)
        self.assertFalse(wizard.can_choose)
        calls = sum(self.platform.calls.values())
        wizard.action_cancel_order()
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "ready_to_ship"))
        self.assertEqual(sum(self.platform.calls.values()), calls)

    def test_cancelled_there_sends_nothing(self):
        """R28 R148: a cancellation that came from the platform queues nothing back."""
        placed, order = self.order_of()
        self.cancel_there(placed)
        self.later_sync()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(self.env["marketplace.job"].search([("act", "!=", False)]))

    def test_cancelling_and_arranging_at_once(self):
        """Both queued: it is cancelled, and never arranged."""
        placed, order = self.order_of()
        order.picking_ids.sudo()._marketplace_queue_arranging()
        self.dialogue(order).action_cancel_order()
        self.later(61)
        self.act()
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))
        self.assertFalse(self.numbers_there(placed))
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open")]))

    def test_arranged_already(self):
        """R134: packed or arranged, not handed over: the platform cancels it, when its courier lets go."""
        placed, order = self.order_of()
        self.move_there(placed, "processed")
        self.later_sync()
        self.dialogue(order).action_cancel_order()
        self.act()
        with self.assertRaises(UserError):
            order.picking_ids.button_validate()
        self.act_on(3)
        self.assertEqual((order.state, order.marketplace_cancelling), ("cancel", False))
        self.assertFalse(self.problem(self.ref(placed)))

    def test_network_down_in_the_dialogue(self):
        """No answer when the dialogue opens: nothing is changed, and it says to press Cancel again."""
        placed, order = self.order_of([(self.sku, 2)])
        for kind in ("no_connection", "html", "server_error", "truncated", "rate_limited", "lost_answer"):
            self.platform.faults.order(kind, self.asks_at_first, times=9)
            with self.subTest(kind=kind):
                try:
                    said = self.dialogue(order).partial_obstacle
                except UserError as error:
                    said = str(error)
                self.assertRegex(said, "ress Cancel again|could not be understood")
                self.assertTrue(any(fault.times < 9 for fault in self.platform.faults.ordered), "never hit")
            self.platform.faults.ordered.clear()
            self.shop.wait_until = False
        self.assertEqual((order.state, self.stage_there(placed)), ("sale", "ready_to_ship"))

    def test_lost_answers(self):
        """R134: the network dies at the call that cancels: cancelled once, in whole and in part."""
        for kind in ("lost_answer", "no_connection", "html", "server_error", "truncated", "rate_limited"):
            whole, order = self.order_of()
            part, other = self.order_of([(self.sku, 3)])
            self.platform.faults.order(kind, self.cancels_at)
            self.dialogue(order).action_cancel_order()
            self.act()
            self.assertFalse([fault for fault in self.platform.faults.ordered if fault.times], f"{kind} never hit")
            self.platform.faults.order(kind, self.cancels_at)
            self.cancel_items(other, 1)
            self.act_on(8, 7)
            with self.subTest(kind=kind):
                self.assertFalse([fault for fault in self.platform.faults.ordered if fault.times])
                self.assertEqual((order.state, self.stage_there(whole)), ("cancel", "cancelled"))
                self.assertEqual(sum(self.cancelled_there(part).values()), 1)
                self.assertEqual(self.lines(other).product_uom_qty, 2)
                self.assertFalse(other.marketplace_cancelling)
                self.assertFalse(self.acts(order) | self.acts(other))
            self.platform.faults.ordered.clear()

    def test_who_may(self):
        """Sales users without the marketplace group cancel their own orders; those of another company cannot."""
        _placed, order = self.order_of()
        seller = new_test_user(self.env, "plain_seller", "sales_team.group_sale_salesman")
        order.user_id = seller
        self.dialogue(order.with_user(seller)).with_user(seller).action_cancel_order()
        self.assertTrue(order.marketplace_cancelling)
        self.act()
        self.assertEqual(order.state, "cancel")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "sales_team.group_sale_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        _placed, order = self.order_of()
        foreign = order.with_user(stranger)
        for act in (
            foreign.action_marketplace_cancel,
            foreign.action_marketplace_keep,
            foreign.action_marketplace_accept_cancellation,
            lambda: self.env["marketplace.cancel.order"].with_user(stranger).create({"order_id": order.id}),
        ):
            with self.assertRaises(AccessError):
                act()
        packer = new_test_user(self.env, "plain_packer", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            order.with_user(packer).action_marketplace_cancel()

    def test_open_record(self):
        """R152 R153: whoever has a record open that a sync has just cancelled gets a sentence from each button, and
        can still save."""
        placed, order = self.order_of()
        picking = order.picking_ids
        self.cancel_there(placed)
        self.later_sync()
        says = "is cancelled at the marketplace by the seller"
        for press in (
            order.action_confirm,
            order.action_marketplace_arrange,
            picking.action_marketplace_arrange,
            picking.button_validate,
            picking.action_marketplace_label,
        ):
            with self.assertRaisesRegex(UserError, says):
                press()
        self.assertIn("do not ship it", picking.marketplace_cancel_notice)
        self.assertRegex(order.action_marketplace_cancel()["params"]["message"], says)
        saved = order.web_save({"client_order_ref": "typed"}, {"state": {}, "marketplace_cancel_notice": {}})
        self.assertEqual(saved[0]["state"], "cancel")
        self.assertRegex(saved[0]["marketplace_cancel_notice"], says)
        saved = picking.web_save({"note": "typed"}, {"state": {}, "marketplace_cancel_notice": {}})
        self.assertEqual(saved[0]["state"], "cancel")
        self.assertRegex(saved[0]["marketplace_cancel_notice"], says)


@tagged("post_install", "-at_install")
class TestLazadaCancelling(AtLazada, Cancelling, CancellingCase):
    asks_at_first = "/cancel/validate"
    cancels_at = "/cancel/create"

    def refuse_cancelling(self):
        self.lazada.refuse_next("/order/reverse/cancel/create", "700013")


@tagged("post_install", "-at_install")
class TestShopeeCancelling(AtShopee, Cancelling, CancellingCase):
    asks_at_first = "/get_order_detail"
    cancels_at = "/cancel_order"

    def refuse_cancelling(self):
        self.shopee.refuse("cancel_order", "order.error_limit", "Can not cancel this order.")
