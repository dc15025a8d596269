"""A payout becomes one exact entry that settles its orders' invoices."""

from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .payout_case import PayoutCase


class PostingTests:
    def test_posted(self):
        """R79 R81 R87 R88: invoices are paid, fees on their accounts, the net waits on the intermediary account."""
        order, other = self.invoiced_order(), self.invoiced_order()
        payout = self.payout(
            self.sale(order),
            self.sale(other),
            self.row("commission", -3.21, order),
            self.row("commission", -4.00, other),
            self.row("marketing", -10),
        )
        self.assertEqual(payout.obstacle_count, 0)
        entry = self.post(payout)
        self.assertEqual((order | other).invoice_ids.mapped("payment_state"), ["paid", "paid"])
        booked = self.booked(payout)
        account = self.shop.payout_journal_id.marketplace_account_id
        self.assertAlmostEqual(booked[account], payout.paid_out)
        self.assertAlmostEqual(booked[self.fee_type("commission").account_id], 7.21)
        self.assertAlmostEqual(booked[self.fee_type("marketing").account_id], 10)
        self.assertEqual((entry.move_type, entry.state, len(entry.line_ids)), ("entry", "posted", 5))
        self.assertTrue(all(payout.line_ids.mapped("move_line_id")))
        self.assertTrue(all(payout.settlement_ids.mapped("move_line_id.reconciled")))
        bank = entry.line_ids.filtered(lambda item: item.marketplace_part == "bank")
        self.assertEqual((bank.account_id, bank.reconciled, bank.amount_currency), (account, False, payout.paid_out))


@tagged("post_install", "-at_install")
class TestLazada(PostingTests, AtLazada, PayoutCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(PostingTests, AtShopee, PayoutCase):
    pass
