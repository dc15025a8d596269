"""The one place where a listing's number is reckoned."""

from decimal import Decimal
from fractions import Fraction
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ..marketplaces.stock_number import CAUSES, StockTerms

pieces = st.decimals(-10000, 10000, places=2)
few = st.integers(0, 50)
terms = st.builds(
    StockTerms,
    on_hand=pieces,
    outgoing=st.decimals(0, 10000, places=2),
    incoming=st.decimals(0, 10000, places=2),
    share=st.decimals(0, 100, places=1),
    buffer=few,
    sold_elsewhere=few,
    cap=st.none() | few,
    kept_for_another=st.booleans(),
)


def expected(one):
    """R46 in other words, over exact fractions."""
    share = Fraction(one.share) / 100
    shared = share * (Fraction(one.on_hand) - Fraction(one.outgoing) + Fraction(one.incoming))
    number = shared // 1 - one.buffer - one.sold_elsewhere
    limits = [one.cap] if one.cap is not None else []
    return 0 if one.kept_for_another or number < 0 else min([number, *limits])


class TestStockNumber(TestCase):
    @given(terms)
    def test_number(self, one):
        self.assertEqual(one.number, expected(one))
        self.assertIsInstance(one.number, int)
        self.assertGreaterEqual(one.number, 0)

    @given(terms)
    def test_never_above_what_is_free(self, one):
        self.assertLessEqual(one.number, max(0, one.free - one.buffer - one.sold_elsewhere))
        if one.cap is not None:
            self.assertLessEqual(one.number, one.cap)

    @given(terms)
    def test_cause_fits_the_number(self, one):
        self.assertIn(one.cause, CAUSES)
        if one.cause in ("none_left", "kept_for_another"):
            self.assertEqual(one.number, 0)
        if one.cause == "capped":
            self.assertEqual(one.number, one.cap)
        if one.cause == "free":
            self.assertGreater(one.number, 0)
        self.assertEqual(one.cause == "kept_for_another", one.kept_for_another)

    def test_example(self):
        """The sentence of the guide: 80 % of (12 on hand - 2 to deliver) - 1 kept back."""
        one = StockTerms(on_hand=Decimal(12), outgoing=Decimal(2), share=Decimal(80), buffer=1)
        self.assertEqual((one.number, one.cause), (7, "free"))

    def test_cap_of_zero(self):
        one = StockTerms(on_hand=Decimal(5), cap=0)
        self.assertEqual((one.number, one.cause), (0, "capped"))
