"""A posted payout is taken back, and posted again."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .either_platform import AtLazada, AtShopee
from .payout_case import PayoutCase


class UndoingTests:
    def posted(self):
        order = self.invoiced_order()
        payout = self.payout(self.sale(order), self.row("commission", -3.21, order))
        self.post(payout)
        return order, payout

    def test_cancel_and_post_again(self):
        """R79 R81: cancelled, the invoice is open; posted again under the old name with what the rows say now."""
        order, payout = self.posted()
        entry, name = payout.move_id, payout.move_id.name
        payout.with_user(self.accountant).action_cancel()
        self.assertEqual(
            (payout.state, entry.state, order.invoice_ids.payment_state), ("cancelled", "cancel", "not_paid")
        )
        self.assertFalse(payout.line_ids.move_line_id)
        payout.with_user(self.accountant).action_reset()
        self.assertEqual((payout.state, payout.obstacle_count), ("draft", 0))
        payout.line_ids.filtered(lambda line: line.kind == "commission").amount = -4.00
        payout.paid_out += payout.difference
        self.post(payout)
        self.assertEqual((payout.move_id, entry.name, order.invoice_ids.payment_state), (entry, name, "paid"))
        self.assertAlmostEqual(self.booked(payout)[self.fee_type("commission").account_id], 4)

    def test_in_a_closed_period(self):
        """The entry of a closed period stays: a reversal of today opens the invoice again."""
        order, payout = self.posted()
        entry = payout.move_id
        self.clock.move_to("2026-04-02 03:00:00")
        self.company.fiscalyear_lock_date = "2026-03-31"
        payout.with_user(self.accountant).action_cancel()
        self.assertEqual(
            (payout.state, entry.state, order.invoice_ids.payment_state), ("cancelled", "posted", "not_paid")
        )
        self.assertEqual(str(entry.reversal_move_ids.date), "2026-04-02")
        self.assertEqual(self.held(), 0)
        payout.with_user(self.accountant).action_reset()
        self.assertEqual(self.reasons(payout), ["locked"])
        payout.obstacle_ids.with_user(self.accountant).action_solve()
        self.assertEqual(str(payout.date), "2026-04-01")
        self.post(payout)
        self.assertNotEqual(payout.move_id, entry)
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_at_the_bank(self):
        """R85: what is matched with the bank is not cancelled before that is undone."""
        _order, payout = self.posted()
        waiting = payout.move_id.line_ids.filtered(lambda item: item.marketplace_part == "bank")
        other = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    (0, 0, {"account_id": waiting.account_id.id, "credit": waiting.debit}),
                    (0, 0, {"account_id": self.fee_type("marketing").account_id.id, "debit": waiting.debit}),
                ],
            }
        )
        other.action_post()
        (waiting | other.line_ids[0]).reconcile()
        with self.assertRaisesRegex(UserError, "Undo that match first"):
            payout.with_user(self.accountant).action_cancel()
        waiting.remove_move_reconcile()
        payout.with_user(self.accountant).action_cancel()
        self.assertEqual(payout.state, "cancelled")

    def test_not_behind_its_back(self):
        """Neither entry nor payout nor rows are changed or deleted while it is posted."""
        _order, payout = self.posted()
        for change in (
            payout.move_id.button_draft,
            payout.move_id.button_cancel,
            payout.unlink,
            lambda: payout.write({"date": "2026-03-09"}),
            lambda: payout.line_ids[0].write({"amount": 1}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        with self.assertRaises(AccessError):
            payout.with_user(self.accountant).state = "draft"

    def test_rights(self):
        """Only accountants book, also over RPC."""
        _order, payout = self.posted()
        other = self.payout(self.sale(self.invoiced_order()))
        reader = new_test_user(self.env, "auditor", "account.group_account_readonly")
        for user in (self.manager, self.user, reader):
            for record, name in (
                (other, "action_post"),
                (other, "action_check"),
                (payout, "action_cancel"),
                (payout, "action_reset"),
                (other.settlement_ids, "action_leave_open"),
                (other.settlement_ids, "action_book_difference"),
                (other.settlement_ids, "action_solve"),
            ):
                with self.assertRaises(AccessError, msg=f"{user.login} {name}"):
                    getattr(record.with_user(user), name)()
        self.assertEqual((payout.state, other.state), ("posted", "draft"))


@tagged("post_install", "-at_install")
class TestLazada(UndoingTests, AtLazada, PayoutCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(UndoingTests, AtShopee, PayoutCase):
    pass
