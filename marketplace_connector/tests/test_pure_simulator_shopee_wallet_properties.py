"""The simulated Shopee's wallets, whatever happens in whatever order."""

import unittest
from collections import defaultdict
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ..simulator.shopee import Shopee
from ..simulator.shopee.escrow_terms import escrow_amount, escrow_terms
from ..simulator.shopee.orders import ZERO

EVENTS = (
    *("place", "place", "complete", "complete", "pay_ahead", "refund", "send_back", "adjust", "lose"),
    *("charge", "withdraw", "hours", "days"),
)


class Seller:
    """A shop that things happen to; what Shopee refuses leaves everything as it was."""

    def __init__(self, country):
        self.shopee = Shopee(countries=(country,))
        self.shop = self.shopee.shop(country)
        self.shopee.withdrawal_weekday = 4
        self.shopee.release_delay = 7200
        self.orders = []

    def happen(self, event, number):
        order = self.orders[number % len(self.orders)]
        self.shopee.catch_up()
        try:
            getattr(self, event)(order, number)
        except ValueError:
            return

    def amount(self, number):
        return Decimal(number % 9 + 1) * (1 if self.shop.country.decimals else 1000)

    def place(self, order, number):
        facts = {"shipping_fee": self.amount(number), "seller_voucher": self.amount(number // 3) / 10}
        self.orders.append(self.shopee.place_order(self.shop, [("TEE-BLK-M", number % 3 + 1)], **facts))

    def complete(self, order, number):
        self.shopee.advance(order, "COMPLETED")

    def pay_ahead(self, order, number):
        self.shopee.pay_ahead(order, self.amount(number))

    def refund(self, order, number):
        self.shopee.return_order(order, refund=self.amount(number), goods_come_back=False)

    def send_back(self, order, number):
        self.shopee.return_order(order, [(order.items[0], 1)], reverse_shipping_fee=self.amount(number))

    def adjust(self, order, number):
        self.shopee.adjust(order, self.amount(number) * (-1) ** number, "why")

    def lose(self, order, number):
        self.shopee.advance(order, "SHIPPED")
        self.shopee.fail(order)

    def charge(self, order, number):
        self.shopee.add_movement(self.shop, "PAID_ADS_CHARGE", -self.amount(number))

    def withdraw(self, order, number):
        self.shopee.failing_withdrawals = number % 2
        self.shopee.withdraw(self.shop)

    def hours(self, order, number):
        self.shopee.clock.move(3600)

    def days(self, order, number):
        self.shopee.clock.move(4 * 86400)


class TestWallet(unittest.TestCase):
    @settings(max_examples=30, deadline=None)
    @given(
        st.sampled_from(("SG", "VN")),
        st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 60)), min_size=5, max_size=40),
    )
    def test_it_adds_up(self, country, events):
        """Each order's movements are its settlement, each balance the sum before it, each day its parts (R82, D9)."""
        seller = Seller(country)
        seller.place(None, 1)
        for event, number in events:
            seller.happen(event, number)
        seller.shopee.clock.move(86400)
        seller.shopee.catch_up()
        ledger = seller.shop.ledger
        got = defaultdict(Decimal)
        for movement in ledger.movements:
            got[movement.order_sn] += movement.effect
        for order in seller.orders:
            terms = escrow_amount(escrow_terms(seller.shopee, order)) if order.release_time else order.paid_ahead
            self.assertEqual(got[order.order_sn], terms + sum((one.amount for one in order.adjustments), ZERO))
        balance = ZERO
        for movement, after in zip(ledger.movements, ledger.balances, strict=True):
            balance += movement.effect
            self.assertEqual((after, balance), (balance, balance.quantize(Decimal("0.01"))))
        days = list(seller.shopee.wallet_days(seller.shop).values())
        for before, day in zip(days, days[1:], strict=False):
            self.assertEqual(before.closing, day.opening)
        self.assertTrue(all(day.opening + sum(day.sums.values()) == day.closing for day in days))
