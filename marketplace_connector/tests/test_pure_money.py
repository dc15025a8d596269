"""Amounts with more decimals than a currency has."""

import unittest
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from ..marketplaces.money import in_units

AMOUNTS = st.lists(st.decimals(-1000, 1000, places=2), max_size=20)
UNITS = st.sampled_from([Decimal(1), Decimal("0.1"), Decimal("0.01")])


class TestInUnits(unittest.TestCase):
    @given(AMOUNTS, UNITS)
    def test_sum_and_parts(self, amounts, unit):
        """The rounded sum is kept exactly, each amount to less than a unit, and whole ones stay as they are."""
        total = (sum(amounts, Decimal(0)) / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
        parts = in_units(amounts, total, unit)
        self.assertEqual(sum(parts), total)
        for part, amount in zip(parts, amounts, strict=True):
            self.assertEqual(part % unit, 0)
            self.assertLess(abs(part - amount), unit)
            if amount % unit == 0:
                self.assertEqual(part, amount)

    @given(AMOUNTS, UNITS, st.decimals(-3000, 3000, places=0))
    def test_never_plugs(self, amounts, unit, total):
        """However far the total is, no amount is changed by a unit."""
        for part, amount in zip(in_units(amounts, total, unit), amounts, strict=True):
            self.assertLess(abs(part - amount), unit)
