"""Buyers who ask to cancel, on both platforms: what is shown and stopped, the answers, and what happens meanwhile."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .cancelling_case import CancellingCase
from .either_platform import AtLazada, AtShopee

KINDS = ("lost_answer", "no_connection", "html", "server_error", "truncated", "rate_limited")


class Requests:
    def asked(self, lines=None):
        """An order that its buyer asks to cancel."""
        placed, order = self.order_of(lines)
        self.later(5)
        self.ask_there(placed)
        self.sync()
        self.assertEqual((order.marketplace_status, order.marketplace_can_answer), ("in_cancel", True))
        return placed, order

    def test_shown_and_stopped(self):
        """The request stands on the order and its delivery, with what the platform tells of its time; nothing is sent
        or validated, and the user is told to decide it."""
        _placed, order = self.asked()
        picking = order.picking_ids
        self.assertEqual(picking.marketplace_cancel_notice, order.marketplace_cancel_notice)
        self.assertRegex(order.marketplace_cancel_notice, self.says)
        self.assertIn("Nothing can be shipped before that is decided", order.marketplace_cancel_notice)
        for press in (picking.button_validate, picking.action_marketplace_arrange, order.action_marketplace_cancel):
            with self.assertRaisesRegex(UserError, "The buyer asks to cancel"):
                press()
        self.shop.process_orders = False
        with self.assertRaisesRegex(UserError, "The buyer asks to cancel"):
            picking.button_validate()

    def test_queued_arrangement_waits(self):
        """What was queued before the request is not sent before it is decided; refused, it goes on."""
        placed, order = self.order_of()
        order.picking_ids.sudo()._marketplace_queue_arranging()
        self.ask_there(placed)
        self.later(61)
        self.sync()
        self.act_on(2)
        self.assertFalse(self.numbers_there(placed))
        order.action_marketplace_refuse_cancellation()
        self.act_on(3)
        self.assertEqual(self.stage_there(placed), "processed")

    def test_accepted(self):
        """R28: the answer acts on the platform; cancelled there, then in Odoo."""
        placed, order = self.asked()
        order.action_marketplace_accept_cancellation()
        self.assertIn("Your answer is being sent", order.marketplace_cancel_notice)
        self.act()
        self.later_sync()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))
        self.assertEqual(order.marketplace_cancelled_by, "buyer")
        self.assertFalse(self.acts(order, "answer"))

    def test_refused(self):
        """The order goes on, and can be shipped."""
        _placed, order = self.asked()
        order.action_marketplace_refuse_cancellation()
        self.act()
        self.assertEqual((order.state, order.marketplace_status), ("sale", "ready_to_ship"))
        self.assertFalse(order.marketplace_cancel_notice)
        self.assertFalse(order.marketplace_asked_at)
        order.picking_ids._marketplace_check_open()

    def test_mind_changed(self):
        """Accept, then Refuse before it was sent: the last word counts, and is sent once."""
        _placed, order = self.asked()
        order.action_marketplace_accept_cancellation()
        order.action_marketplace_refuse_cancellation()
        self.assertEqual(len(self.acts(order, "answer")), 1)
        self.act()
        self.assertEqual((order.state, order.marketplace_status), ("sale", "ready_to_ship"))

    def test_answered_meanwhile(self):
        """Somebody was faster in Seller Center, or the buyer has withdrawn it: each is said, none is a problem."""
        placed, order = self.asked()
        order.action_marketplace_refuse_cancellation()
        self.answer_there(placed, True)
        self.act()
        self.later_sync()
        self.assertEqual(order.state, "cancel")
        self.assertTrue(any("too late" in body for body in order.message_ids.mapped("body")))
        placed, order = self.asked()
        order.action_marketplace_accept_cancellation()
        self.answer_there(placed, False)
        self.act()
        self.assertEqual((order.state, order.marketplace_status), ("sale", "ready_to_ship"))
        self.assertTrue(any("nothing to accept" in body for body in order.message_ids.mapped("body")))
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open"), ("act", "=", "answer")]))
        with self.assertRaisesRegex(UserError, "no request to cancel"):
            order.action_marketplace_accept_cancellation()

    def test_cancelled_by_us_too(self):
        """Cancelling such an order by code accepts what the buyer asks for."""
        placed, order = self.asked()
        order._action_cancel()
        self.act()
        self.later_sync()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))

    def test_off(self):
        """R117: with Process orders off nothing is answered from Odoo, and the button says why."""
        _placed, order = self.asked()
        self.shop.process_orders = False
        with self.assertRaisesRegex(UserError, "does not process orders"):
            order.action_marketplace_accept_cancellation()

    def test_delivery_is_done(self):
        """The delivery was validated before: what to do with the parcel is said."""
        placed, order = self.order_of()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.with_context(marketplace_follows=True)._action_done()
        self.ask_there(placed)
        self.later_sync()
        self.assertIn("do not hand it over", order.marketplace_cancel_notice)
        self.assertIn("do not hand it over", order.picking_ids.marketplace_cancel_notice)
        order.action_marketplace_accept_cancellation()
        self.act()
        self.later_sync()
        problem = self.problem(self.ref(placed))
        self.assertEqual((order.state, problem.reason), ("sale", "cancelled_after_shipping"))
        self.assertTrue(order.marketplace_return_due)

    def test_lost_answers(self):
        """The network dies at the call that answers: answered once, as was wanted."""
        for accept in (True, False):
            for kind in KINDS:
                placed, order = self.asked()
                self.platform.faults.order(kind, self.answers_at)
                order._marketplace_answer(accept)
                self.act_on(3, 7)
                self.sync()
                with self.subTest(kind=kind, accept=accept):
                    self.assertFalse([fault for fault in self.platform.faults.ordered if fault.times], "never hit")
                    self.assertEqual(order.state, "cancel" if accept else "sale")
                    self.assertEqual(self.stage_there(placed), "cancelled" if accept else "ready_to_ship")
                    self.assertFalse(self.acts(order, "answer"))
                self.platform.faults.ordered.clear()


@tagged("post_install", "-at_install")
class TestLazadaRequests(AtLazada, Requests, CancellingCase):
    answers_at = "/cancel/seller/decide"
    says = r"asks to cancel this order\. Answer by .*Asia/Singapore\): after that the marketplace cancels it by itself"

    def ask_there(self, placed):
        self.request = self.lazada.ask_to_cancel(placed)

    def answer_there(self, placed, accept):
        self.lazada.decide_cancel(self.request, accept)

    def test_deadline(self):
        """The deadline is Lazada's own, and what is not answered is cancelled by it."""
        placed, order = self.asked()
        told = placed.units[0].cancel_trigger_time
        self.assertEqual(order.marketplace_answer_by.timestamp(), told // 1000)
        self.later(25 * 60)
        self.sync()
        self.assertEqual(order.state, "cancel")

    def test_agreed_waits_for_the_courier(self):
        """Accepted, and Lazada still carries it out: there is nothing to answer, and nothing can be shipped."""
        self.lazada.logistics_cancel_delay = 3600
        _placed, order = self.asked()
        order.action_marketplace_accept_cancellation()
        self.act()
        self.assertEqual((order.marketplace_cancel_request, order.marketplace_can_answer), ("agreed", False))
        self.assertFalse(self.acts(order, "answer"))
        with self.assertRaisesRegex(UserError, "cancellation is agreed"):
            order.picking_ids.button_validate()
        with self.assertRaisesRegex(UserError, "no request to cancel"):
            order.action_marketplace_refuse_cancellation()
        self.later_sync(61)
        self.assertEqual(order.state, "cancel")

    def test_some_units(self):
        """The buyer wants some of the pieces cancelled: accepted, the rest is shipped."""
        placed, order = self.order_of([(self.sku, 3)])
        self.lazada.ask_to_cancel(placed, units=placed.units[:1])
        self.later_sync()
        self.assertTrue(order.marketplace_can_answer)
        order.action_marketplace_accept_cancellation()
        self.act()
        self.later_sync()
        self.assertEqual((order.state, order.marketplace_status), ("sale", "ready_to_ship"))
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)


@tagged("post_install", "-at_install")
class TestShopeeRequests(AtShopee, Requests, CancellingCase):
    answers_at = "/handle_buyer_cancellation"
    says = (
        r"asks to cancel this order: Change of mind\. "
        r"It waits since .*Asia/Singapore\)\. If it goes on, it is to be shipped by"
    )

    def ask_there(self, placed):
        self.shopee.request_cancellation(placed)

    def answer_there(self, placed, accept):
        self.shopee.answer_cancellation(placed, accept)

    def test_courier_has_it(self):
        """Shopee cannot cancel the parcel any more: its reason, Retry, and the other way out."""
        placed, order = self.asked()
        self.shopee.courier_refuses_cancelling = True
        order.action_marketplace_accept_cancellation()
        self.act()
        problem = self.problem(placed.order_sn)
        self.assertIn("could not cancel the parcel", problem.message)
        self.assertEqual((order.state, order.marketplace_can_answer), ("sale", True))
        problem.action_keep_order()
        self.assertEqual(problem.state, "done")
        order.action_marketplace_refuse_cancellation()
        self.act()
        self.assertEqual(order.marketplace_status, "ready_to_ship")
