"""What is in the way of a payout is named with its amount, and solved by the button beside it."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .payout_case import PayoutCase


class CheckingCase(PayoutCase):
    def solve(self, payout):
        """Press the button of the first thing in the way."""
        action = payout.obstacle_ids[0].with_user(self.accountant).action_solve()
        self.env.invalidate_all()
        return action

    def refused(self, payout, *words):
        """Nothing is posted, and every word is said."""
        action = payout.with_user(self.accountant).action_post()
        self.assertEqual((payout.state, payout.move_id.id), ("draft", False))
        said = " ".join(payout.obstacle_ids.mapped("message"))
        for word in words:
            self.assertIn(word, said)
        self.assertIn("is not posted", action["params"]["message"])


class CheckingTests:
    def test_what_is_missing_is_done(self):
        """R83 D2: not in Odoo, not invoiced, not posted: each named, each solved by its button, then posted."""
        self.shop.invoice_orders = "manual"
        placed = self.place([(self.sku, 2)])
        ref = self.ref(placed)
        payout = self.payout(self.row("order_amount", self.total_there(placed), ref))
        self.assertEqual(self.reasons(payout), ["order_missing"])
        self.refused(payout, ref, payout.currency_id.format(self.total_there(placed)))
        self.solve(payout)
        order = self.order(ref)
        self.assertEqual((payout.settlement_ids.order_id, self.reasons(payout)), (order, ["not_invoiced"]))
        self.assertIn("nothing to invoice", self.solve(payout)["params"]["message"])
        self.deliver(order)
        self.shop.post_invoices = "draft"
        self.solve(payout)
        self.assertEqual((order.invoice_ids.state, self.reasons(payout)), ("draft", ["draft_invoice"]))
        self.solve(payout)
        self.assertEqual((order.invoice_ids.state, self.reasons(payout)), ("posted", []))
        self.post(payout)
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_fetched_in_between(self):
        """An order that comes in otherwise is found by the next check."""
        placed = self.place([(self.sku, 1)])
        payout = self.payout(self.row("order_amount", self.total_there(placed), self.ref(placed)))
        order = self.import_now(placed)
        self.deliver(order)
        self.invoice_all()
        self.post(payout)
        self.assertEqual(payout.settlement_ids.order_id, order)


@tagged("post_install", "-at_install")
class TestShopee(CheckingTests, AtShopee, CheckingCase):
    pass


@tagged("post_install", "-at_install")
class TestLazada(CheckingTests, AtLazada, CheckingCase):
    def test_of_the_statement(self):
        """D2 D9: what does not add up is refused by how much; so are unknown fees, open statements, closed periods."""
        order = self.invoiced_order()
        unknown = self.env["marketplace.fee.type"].create({"provider": "lazada", "key": "odd", "name": "Odd Fee"})
        payout = self.payout(
            self.sale(order), self.row("odd", -1.5), balanced=False, is_final=False, paid_out=order.amount_total
        )
        self.company.fiscalyear_lock_date = "2026-03-31"
        self.refused(payout, "has not closed it", "Odd Fee (unknown)", "closed period")
        self.assertEqual(self.reasons(payout), ["not_final", "fee_type", "locked"])
        payout.is_final = True
        self.refused(payout, payout.currency_id.format(-1.5), "unexplained")
        self.assertEqual(self.reasons(payout), ["difference", "fee_type", "locked"])
        self.company.fiscalyear_lock_date = False
        unknown.write({"kind": "penalty", "account_id": self.fee_type("penalty").account_id.id})
        payout.paid_out -= 1.5
        self.post(payout)

    def test_books_not_set_up(self):
        order = self.invoiced_order()
        payout = self.payout(self.sale(order), self.row("commission", -1))
        journal = self.shop.payout_journal_id
        self.shop.payout_journal_id = False
        self.refused(payout, "payout journal")
        self.solve(payout)
        self.assertNotEqual(self.shop.payout_journal_id, journal)
        self.post(payout)

    def test_amount_differs(self):
        """D2: by how much, against what; nothing is posted until the accountant decides, order by order."""
        less, more = self.invoiced_order(), self.invoiced_order()
        payout = self.payout(self.sale(less, less.amount_total - 5), self.sale(more, more.amount_total + 2))
        self.assertEqual(payout.settlement_ids.mapped("obstacle"), ["differs", "differs"])
        shown = payout.currency_id.format
        self.refused(payout, shown(-5), shown(2), shown(less.amount_total), less.marketplace_order_ref)
        first, second = (payout.settlement_ids.filtered(lambda each, o=o: each.order_id == o) for o in (less, more))
        first.with_user(self.accountant).action_leave_open()
        with self.assertRaisesRegex(UserError, "would stay open"):
            second.with_user(self.accountant).action_leave_open()
        with self.assertRaisesRegex(UserError, "Choose the account"):
            second.with_user(self.accountant).action_book_difference()
        second.accepted_account_id = self.fee_type("adjustment").account_id
        second.with_user(self.accountant).action_book_difference()
        self.assertEqual((first.outcome, second.outcome), ("rest_open", "on_account"))
        self.post(payout)
        self.assertEqual((less.invoice_ids.payment_state, more.invoice_ids.payment_state), ("partial", "paid"))
        self.assertAlmostEqual(less.invoice_ids.amount_residual, 5)
        difference = payout.move_id.line_ids.filtered(lambda item: item.account_id == second.accepted_account_id)
        self.assertAlmostEqual(difference.amount_currency, -2)
        self.assertIn(more.marketplace_order_ref, difference.name)

    def test_accepted_difference_lapses(self):
        """What was accepted is that difference, and no other one."""
        order = self.invoiced_order()
        payout = self.payout(self.sale(order, order.amount_total - 5))
        payout.settlement_ids.action_leave_open()
        self.assertEqual(self.reasons(payout), [])
        payout.line_ids.amount -= 1
        payout.paid_out -= 1
        payout._check()
        self.assertEqual((self.reasons(payout), payout.settlement_ids.accepted), (["differs"], False))

    def test_part_releases(self):
        """D19: an order that is paid piece by piece stays partly open, and ends with nothing open."""
        order = self.invoiced_order()
        units = [unit for line in order.order_line for unit in line.marketplace_unit_refs or ()]
        first = self.payout(self.sale(order, 3.0, unit_ref=units[0]))
        second = self.payout(self.sale(order, order.amount_total - 3 - 1, unit_ref=units[1]), ref="B")
        third = self.payout(self.sale(order, 1.0, unit_ref=units[2]), ref="C")
        self.post(first)
        self.assertEqual((first.settlement_ids.outcome, order.invoice_ids.payment_state), ("part", "partial"))
        self.post(second)
        self.assertAlmostEqual(order.invoice_ids.amount_residual, 1)
        self.post(third)
        self.assertEqual((third.settlement_ids.outcome, order.invoice_ids.payment_state), ("settled", "paid"))

    def test_all_pieces_paid_too_little(self):
        """D19: without a piece left to be paid it is a difference, not a part."""
        order = self.invoiced_order()
        units = [unit for line in order.order_line for unit in line.marketplace_unit_refs or ()]
        rows = [self.sale(order, 1.0, unit_ref=unit) for unit in units]
        self.assertEqual(self.reasons(self.payout(*rows)), ["differs"])

    def test_refunds(self):
        """D19: sale and refund in one payout, and in two; the refund waits for its credit note."""
        order = self.invoiced_order()
        sale, refund = self.sale(order), self.sale(order, -order.amount_total)
        both = self.payout(sale, refund, self.row("logistics", -2, order))
        self.assertEqual(self.reasons(both), ["not_credited"])
        self.credit(order)
        both._check()
        self.post(both)
        self.assertEqual(set(order.invoice_ids.mapped("amount_residual")), {0})
        other = self.invoiced_order()
        self.post(self.payout(self.sale(other)))
        later = self.payout(self.sale(other, -other.amount_total), self.row("commission", 4, other))
        self.assertEqual(self.reasons(later), ["not_credited"])
        self.credit(other)
        self.post(later)
        self.assertEqual(set(other.invoice_ids.mapped("amount_residual")), {0})

    def test_refund_follows(self):
        """D19: credited here before the marketplace took it back: the part stays open until then, by name."""
        order = self.invoiced_order()
        total = order.amount_total
        self.credit(order, reconcile=True)
        first = self.payout(self.row("order_amount", total, order))
        self.assertEqual((self.reasons(first), first.settlement_ids.outcome), ([], "refund_follows"))
        self.post(first)
        self.assertFalse(first.settlement_ids.move_line_id.reconciled)
        second = self.payout(self.row("order_amount", -total, order))
        self.post(second)
        self.assertTrue((first | second).settlement_ids.move_line_id.mapped("reconciled"))
        self.assertTrue(first.settlement_ids.move_line_id.reconciled)

    def credit(self, order, reconcile=False):
        """A posted credit note over all of the order's invoice."""
        invoice = order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        made = wizard.create({"journal_id": invoice.journal_id.id})
        made.reverse_moves()
        made.new_move_ids.action_post()
        order.invalidate_recordset()
        if reconcile:
            self.assertEqual(invoice.payment_state, "reversed")

    def test_orders_of_before(self):
        """D19: orders that never come to Odoo are booked on the account that the shop names, order by order."""
        account = self.fee_type("revenue").account_id
        payout = self.payout(self.row("order_amount", 9.5, "1234567"), self.row("order_amount", -1, ""))
        self.assertEqual(self.reasons(payout), ["no_order", "order_missing"])
        self.shop.stray_account_id = account
        payout._check()
        self.post(payout)
        items = payout.move_id.line_ids.filtered(lambda item: item.account_id == account)
        self.assertEqual(sorted(items.mapped("amount_currency")), [-9.5, 1.0])
        self.assertEqual(payout.settlement_ids.outcome, "stray")

    def test_other_currency(self):
        order = self.invoiced_order()
        payout = self.payout(self.sale(order), currency_id=self.env.ref("base.EUR").id)
        self.assertEqual(self.reasons(payout), ["currency"])

    def test_nothing_in_it(self):
        self.refused(self.payout(), "nothing in this payout")

    def test_batch(self):
        """Many at once: in order of date, and what cannot be posted stays without stopping the others."""
        order, other = self.invoiced_order(), self.invoiced_order()
        late = self.payout(self.sale(order), ref="late", date="2026-03-15")
        early = self.payout(self.sale(other), ref="early")
        bad = self.payout(self.row("order_amount", 1, "404"))
        action = (late | bad | early).with_user(self.accountant).action_post()
        self.assertEqual((late | early | bad).mapped("state"), ["posted", "posted", "draft"])
        self.assertLess(early.move_id.id, late.move_id.id)
        self.assertIn(bad.ref, action["params"]["message"])
        self.assertIn("2 payouts are posted", action["params"]["message"])
        self.assertIn("404", action["params"]["message"])

    def test_batch_with_one_that_odoo_refuses(self):
        """R83 D2: what Odoo itself objects to is said on that payout, nothing of it is written, the others are posted;
        its button tries again."""
        order, other = self.invoiced_order(), self.invoiced_order()
        refused = self.payout(self.sale(order), self.row("penalty", -1, order), ref="first", date="2026-03-01")
        good = self.payout(self.sale(other), ref="second")
        account = self.fee_type("penalty").account_id
        account.currency_id = self.env.ref("base.EUR")
        self.assertEqual((self.reasons(refused), self.reasons(good)), ([], []))
        action = (refused | good).with_user(self.accountant).action_post()
        self.env.invalidate_all()
        self.assertEqual((refused.state, refused.move_id.id, good.state), ("draft", False, "posted"))
        self.assertEqual((order.invoice_ids.payment_state, other.invoice_ids.payment_state), ("not_paid", "paid"))
        self.assertEqual((self.reasons(refused), refused.obstacle_count), (["refused"], 1))
        self.assertIn(refused.obstacle_ids.message, action["params"]["message"])
        account.currency_id = False
        self.solve(refused)
        self.assertEqual((refused.state, order.invoice_ids.payment_state), ("posted", "paid"))

    def moved_to_another_account(self, order):
        """Half of what the order's customer owes stands on another account: that account, and the amount."""
        invoice = order.invoice_ids
        invoice.button_draft()
        account = self.env["account.account"].create(
            {"name": "Other Customers", "code": "OTHCUST", "account_type": "asset_receivable", "reconcile": True}
        )
        halves = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        invoice.invoice_payment_term_id = halves
        customers = invoice.line_ids.filtered(lambda item: item.display_type == "payment_term").sorted("date_maturity")
        customers[1].account_id = account
        invoice.action_post()
        self.assertEqual(len(invoice.line_ids._open_receivables().account_id), 2)
        return account, customers[1].amount_currency

    def test_several_receivable_accounts(self):
        """R81 D2: invoices that are open on several accounts are settled on each of them."""
        order = self.invoiced_order()
        account, there = self.moved_to_another_account(order)
        payout = self.payout(self.sale(order), self.row("commission", -1, order))
        self.assertEqual((self.reasons(payout), payout.settlement_ids.outcome), ([], "settled"))
        self.post(payout)
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertAlmostEqual(self.booked(payout)[account], -there)
        payout.with_user(self.accountant).action_cancel()
        self.assertEqual(order.invoice_ids.payment_state, "not_paid")

    def test_several_receivable_accounts_paid_in_part(self):
        """R81 D2: what is paid less is left open on one of the accounts; what is paid more is booked apart."""
        less, more = self.invoiced_order(), self.invoiced_order()
        account, there = self.moved_to_another_account(less)
        payout = self.payout(self.sale(less, less.amount_total - 1), self.sale(more))
        payout.settlement_ids.filtered(lambda each: each.order_id == less).with_user(
            self.accountant
        ).action_leave_open()
        self.post(payout)
        self.assertAlmostEqual(less.invoice_ids.amount_residual, 1)
        self.assertEqual(more.invoice_ids.payment_state, "paid")
        left = less.invoice_ids.line_ids._open_receivables()
        self.assertEqual(len(left), 1)
        self.assertAlmostEqual(left.amount_residual_currency, 1)
