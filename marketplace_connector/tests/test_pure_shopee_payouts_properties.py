"""A wallet's entries in any order and number of pages: the same days, refs and sums; nothing missing is hidden."""

import unittest
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.shopee.fee_types import TERMS
from .lazada_fake import PATIENT
from .shopee_finance_fake import DAY, Finance, Wallet, escrow, finance_client

START, END = date(2025, 10, 1), date(2025, 10, 9)
cents = st.integers(-9999, 9999).map(lambda number: Decimal(number) / 100)
ADD, MINUS = "ADJUSTMENT_ADD", "ADJUSTMENT_MINUS"


@st.composite
def wallets(draw, least=1, seconds=(0, 0, 1, 60)):
    """Movements of some days, many of them in one second, of which some orders' releases."""
    wallet, at = Wallet(draw(cents)), 0
    numbered, escrows = draw(st.booleans()), []
    for number in range(draw(st.integers(least, 25))):
        at += draw(st.sampled_from((*seconds, DAY)))
        at = min(at, 6 * DAY)
        amount = draw(cents) or Decimal(1)
        if draw(st.booleans()):
            wallet.move(amount, ADD if amount > 0 else MINUS, at, number=numbered, refund_sn=f"R{number}")
            continue
        goods = amount + Decimal("2.40") - Decimal("1.99")
        kind = "ESCROW_VERIFIED_ADD" if amount > 0 else "ESCROW_VERIFIED_MINUS"
        wallet.move(amount, kind, at, number=numbered, order_sn=f"O{number}")
        told = {"original_cost_of_goods_sold": goods, "buyer_paid_shipping_fee": 1.99, "commission_fee": 2.4}
        escrows.append(escrow(f"O{number}", {key: float(value) for key, value in told.items()}))
    return wallet, escrows


def read(entries, escrows=(), start=START, **values):
    client, _session = finance_client(Finance(entries, escrows, **values))
    return list(client.list_payouts(start, END))


class TestAnyOrder(unittest.TestCase):
    @settings(max_examples=25, **PATIENT)
    @given(wallets(), st.randoms(use_true_random=False), st.integers(1, 30), st.integers(0, 1))
    def test_pages(self, made, random, page, first_page):
        """R88, D2: however entries are ordered and paged, each is there once, and every day adds up."""
        wallet, escrows = made
        found = read(wallet.entries, escrows)
        self.assertEqual({payout.difference for payout in found}, {0})
        rows = [row for payout in found for row in payout.rows]
        self.assertEqual(len({row.ref for row in rows}), len(rows))
        moved = sum(Decimal(str(entry["amount"])) for entry in wallet.entries)
        self.assertEqual(sum(row.amount for row in rows), moved)
        self.assertEqual((found[-1].closing - found[0].opening, found[-1].closing), (moved, wallet.balance))
        self.assertNotIn("escrow_difference", {row.fee_key for row in rows})
        shuffled = list(wallet.entries)
        random.shuffle(shuffled)
        again = read(shuffled, escrows, page=page, first_page=first_page)
        self.assertEqual([as_sets(payout) for payout in again], [as_sets(payout) for payout in found])
        self.assertEqual(
            [as_sets(payout) for payout in read(shuffled, escrows, page=page, offset=True)],
            [as_sets(payout) for payout in found],
        )

    @settings(max_examples=20, **PATIENT)
    @given(wallets(), st.integers(0, 6))
    def test_any_days(self, made, later):
        """D2: whichever days are read, a day has the same balances and rows."""
        wallet, escrows = made
        found = read(wallet.entries, escrows)
        start = date(2025, 10, 1 + later)
        some = read(wallet.entries, escrows, start)
        self.assertEqual(
            [as_sets(payout) for payout in some], [as_sets(payout) for payout in found if payout.start >= start]
        )


def as_sets(payout):
    return payout.ref, payout.opening, payout.closing, payout.is_final, frozenset(payout.rows)


class TestMissing(unittest.TestCase):
    @settings(max_examples=25, **PATIENT)
    @given(wallets(least=3, seconds=(1, 60)), st.data())
    def test_missing_movement(self, made, data):
        """D2: a movement that is missing between two others is the difference, whatever was rounded."""
        wallet, escrows = made
        place = data.draw(st.integers(1, len(wallet.entries) - 2))
        missing = wallet.entries.pop(place)
        found = read(wallet.entries, escrows)
        lost = sum(payout.difference for payout in found)
        self.assertEqual(lost, -Decimal(str(missing["amount"])))

    @settings(max_examples=25, **PATIENT)
    @given(st.lists(cents, min_size=2, max_size=20), st.integers(0, 99999))
    def test_fine_balances(self, moves, fraction):
        """Balances of five decimals: cents are told, and add up; a missing movement is no rounding."""
        moves = [amount or Decimal(1) for amount in moves]
        wallet = Wallet(Decimal(fraction) / 100000)
        for number, amount in enumerate(moves):
            wallet.move(amount, ADD if amount > 0 else MINUS, number * 60)
        (payout,) = read(wallet.entries)
        self.assertEqual((payout.difference, len(payout.rows)), (0, len(moves)))
        self.assertEqual(payout.closing, round(payout.closing, 2))
        if len(moves) > 2:
            missing = wallet.entries.pop(1)
            (payout,) = read(wallet.entries)
            lost = payout.difference or -sum(row.amount for row in payout.rows if row.fee_key == "balance_rounding")
            self.assertEqual(lost, -Decimal(str(missing["amount"])))


class TestTerms(unittest.TestCase):
    @settings(max_examples=25, **PATIENT)
    @given(
        st.dictionaries(st.sampled_from([term.key for term in TERMS]), cents, min_size=1),
        st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("-5")]),
    )
    def test_any_terms(self, values, rest):
        """D2: whatever the terms are, the rows sum to what was released, and what is left is named."""
        total = sum(term.sign * values.get(term.key, 0) for term in TERMS)
        amount = total + rest
        if not amount:
            return
        wallet = Wallet()
        kind = "ESCROW_VERIFIED_ADD" if amount > 0 else "ESCROW_VERIFIED_MINUS"
        wallet.move(amount, kind, order_sn="A")
        told = {key: float(value) for key, value in values.items()} | {"escrow_amount": float(total)}
        (payout,) = read(wallet.entries, [escrow("A", told)])
        self.assertEqual((payout.difference, sum(row.amount for row in payout.rows)), (0, amount))
        unknown = sum(row.amount for row in payout.rows if row.fee_key == "escrow_difference")
        self.assertEqual(unknown, rest)
