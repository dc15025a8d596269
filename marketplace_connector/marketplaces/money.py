"""Arithmetic with amounts, exact."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction


def spread(total: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Divide the total in proportion to the weights, each part with at most `digits` decimals; their sum is exact.

    What rounding leaves over goes, one smallest unit each, to the parts that lost most by it, the first of equals
    first. A total with more decimals than `digits` leaves the rest with the first of those. Weights are ≥ 0; where all
    are 0, or there are none, only a total of 0 can be divided: anything else raises ValueError.
    """
    whole = sum(map(Fraction, weights), Fraction(0))
    if not whole:
        if total:
            raise ValueError("an amount cannot be spread over nothing")
        return [Decimal(0)] * len(weights)
    unit = Decimal(1).scaleb(-digits)
    units = int(total.scaleb(digits).to_integral_value(ROUND_FLOOR))
    exact = [units * Fraction(weight) / whole for weight in weights]
    parts = [share.__floor__() for share in exact]
    receivers = sorted(
        (index for index, weight in enumerate(weights) if weight), key=lambda index: parts[index] - exact[index]
    )
    for index in receivers[: units - sum(parts)]:
        parts[index] += 1
    result = [part * unit for part in parts]
    result[receivers[0]] += total - units * unit
    return result


def in_units(amounts: Sequence[Decimal], total: Decimal, unit: Decimal) -> list[Decimal]:
    """The amounts in whole units, so that they sum to the total as far as a part of a unit each can do that.

    Those that are whole stay as they are; the others lose what is above a unit, or gain what is missing to it, the
    ones that lack least first. `total` is in whole units.
    """
    floors = [(amount / unit).to_integral_value(ROUND_FLOOR) * unit for amount in amounts]
    broken = [index for index, amount in enumerate(amounts) if amount != floors[index]]
    missing = max(int((total - sum(floors, Decimal(0))) / unit), 0)
    for index in sorted(broken, key=lambda index: floors[index] - amounts[index])[:missing]:
        floors[index] += unit
    return floors
