"""The intermediary account has what the marketplace holds, payout by payout."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .either_platform import AtLazada
from .payout_case import PayoutCase


@tagged("post_install", "-at_install")
class TestBalance(AtLazada, PayoutCase):
    def assert_held(self, amount):
        """The amount stands on the intermediary account, and what the marketplace says is explained by it."""
        self.shop.invalidate_recordset()
        self.assertEqual((self.shop.held_in_books, self.shop.held_unexplained), (amount, 0))

    def test_brought_and_carried_forward(self):
        """R81: what one payout carries forward the next one takes up, in whatever order they are posted."""
        first = self.payout(self.row("commission", -2), self.row("revenue", 12), closing=6, held_back=1)
        second = self.payout(
            self.row("revenue", 1),
            opening=6,
            **dict.fromkeys(("date_start", "date_end", "date"), "2026-03-15"),
        )
        self.post(second)
        self.assert_held(1)
        self.assertTrue(second.opening_open)
        self.post(first)
        self.assertEqual((first.paid_out, second.paid_out), (3, 7))
        second.invalidate_recordset()
        self.assert_held(11)
        self.assertFalse(second.opening_open)
        carried = first.move_id.line_ids.filtered(lambda item: item.marketplace_part == "carried")
        brought = second.move_id.line_ids.filtered(lambda item: item.marketplace_part == "brought")
        self.assertTrue(carried.reconciled and brought.reconciled)
        first.action_cancel()
        self.assertFalse(brought.reconciled)
        first.action_reset()
        self.post(first)
        self.assertTrue(brought.reconciled)

    def test_opening_balance(self):
        """R81: what the marketplace held before Odoo is booked once, against the account that is asked for."""
        payout = self.payout(self.row("revenue", 1), opening=5)
        self.post(payout)
        self.assert_held(1)
        self.assertEqual(self.shop.held_before, 5)
        dialogue = self.env["marketplace.opening.balance"].with_user(self.accountant)
        wizard = Form(dialogue.with_context(default_payout_id=payout.id))
        wizard.account_id = self.fee_type("adjustment").account_id
        wizard.save().action_book()
        payout.invalidate_recordset()
        self.assert_held(6)
        self.assertFalse(payout.opening_open)
        with self.assertRaisesRegex(UserError, "booked already"):
            wizard.save().action_book()

    def test_movements_of_a_wallet(self):
        """R81 R85: each withdrawal waits for the bank by itself; withheld tax stands on its own account."""
        self.env["marketplace.fee.type"].create({"provider": "lazada", "key": "out", "name": "Out", "kind": "bank"})
        inside = self.row("commission", -10, withheld_amount=-1)
        apart = self.row("commission", -20, withheld_amount=-3, withheld_apart=True)
        rows = [self.row("revenue", 100), inside, apart, self.row("out", -30), self.row("out", -40)]
        payout = self.payout(*rows, balanced=False, closing=3)
        self.assertEqual((payout.difference, self.reasons(payout)), (0, []))
        self.post(payout)
        bank = payout.move_id.line_ids.filtered(lambda item: item.marketplace_part == "bank")
        self.assertEqual(sorted(bank.mapped("amount_currency")), [30, 40])
        self.assertEqual(payout.line_ids.filtered(lambda line: line.kind == "bank").move_line_id, bank)
        booked = self.booked(payout)
        self.assertEqual(booked[self.fee_type("commission").account_id], 29)
        self.assertEqual(booked[self.fee_type("withheld").account_id], -2)
        self.assert_held(73)

    def test_no_exchange_rate(self):
        """D19: a currency that Odoo has no rate of by the accounting date is warned about."""
        self.company.currency_id = self.env.ref("base.EUR")
        payout = self.payout(self.row("revenue", 1))
        payout.currency_id.rate_ids.unlink()
        payout.invalidate_recordset()
        self.assertTrue(payout.rate_missing)
        self.env["res.currency.rate"].create(
            {"currency_id": payout.currency_id.id, "name": payout.date, "rate": 1.5, "company_id": self.company.id}
        )
        payout.invalidate_recordset()
        self.assertFalse(payout.rate_missing)
        payout.currency_id.rate_ids.name = "2026-12-31"
        payout.invalidate_recordset()
        self.assertTrue(payout.rate_missing)
