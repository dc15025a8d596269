"""Whichever row of whichever payout is missing or another amount: nothing is booked, and the amount is named."""

import random

from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .payout_season import SeasonCase

PAYOUTS = 8
ROWS = 4  # of each payout


class AlteredPayouts:
    def test_any_row(self):
        """D2 R88: dropped or altered, refused by exactly that much; put right, the payout is posted."""
        self.open_season(random.Random(f"altered {self.shop.site}"), PAYOUTS)
        for sale in self.fresh:
            sale.fate = "whole" if sale.fate in ("short", "more") else sale.fate
        for number in range(PAYOUTS):
            payout = self.told(self.next_statement(number), number == PAYOUTS - 1)
            for row in self.chance.sample(payout.line_ids, min(ROWS, len(payout.line_ids))):
                with self.subTest(payout=payout.ref, row=row.row_ref, kind=row.kind):
                    self.alter(payout, row)
                    self.pay_altered(payout, row)
                    self.drop(payout, row)
            self.assertEqual(self.reasons(payout), [])
            self.post(payout)

    def delta(self, row):
        """A difference of one unit up to some dollars, that leaves a sale a sale."""
        delta = self.chance.choice((self.unit, self.amount(5)))
        return -delta if delta < row.amount and self.chance.random() < 0.5 else delta

    def alter(self, payout, row):
        """Another amount on the row, under the statement's own sums."""
        right, delta = row.amount, self.delta(row)
        row.amount = right + delta
        self.refused(payout, "difference", payout.currency_id.format(delta), order=row.order_ref)
        row.amount = right
        payout._check()

    def drop(self, payout, row):
        """The row is not there."""
        values, moved, order = row.copy_data()[0], row.moved, row.order_ref
        row.unlink()
        self.refused(payout, "difference", payout.currency_id.format(-moved), order=order)
        row.create(values)
        payout._check()

    def pay_altered(self, payout, row):
        """Another amount on an order's row, and paid out like that: it is not what the order's invoice is over."""
        settlement = row.settlement_id
        if row.kind != "order_amount" or settlement.outcome != "settled" or len(row.order_id.invoice_ids) > 1:
            return
        right, paid_out, delta = row.amount, payout.paid_out, self.delta(row)
        row.amount, payout.paid_out = right + delta, paid_out + delta
        shown = payout.currency_id.format
        names = (row.order_ref, shown(delta), shown(settlement.open_amount), shown(settlement.open_amount + delta))
        self.refused(payout, "differs", *names)
        row.amount, payout.paid_out = right, paid_out
        payout._check()

    def refused(self, payout, reason, *words, order=""):
        """Nothing is posted: for that reason, in these words, and at most the one order is in the way beside it."""
        action = payout.with_user(self.accountant).action_post()
        self.assertEqual((payout.state, payout.move_id.id, self.reasons(payout)[0]), ("draft", False, reason))
        first, others = payout.obstacle_ids[0].message, payout.obstacle_ids[1:]
        for word in words:
            self.assertIn(word, first)
        self.assertIn(first, action["params"]["message"])
        self.assertLessEqual(set(others.mapped("reason")), {"differs", "not_credited"} if order else set())
        for other in others:
            self.assertIn(order, other.message)


@tagged("post_install", "-at_install")
class TestLazada(AlteredPayouts, AtLazada, SeasonCase):
    pass


@tagged("post_install", "-at_install")
class TestVietnam(AlteredPayouts, AtShopee, SeasonCase):
    countries = ("VN",)
