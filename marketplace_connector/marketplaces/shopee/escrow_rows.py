"""An order's escrow (v2.payment.get_escrow_detail) as rows of a payout: every term of the documented formula by itself.

The terms are those of one release. What Shopee corrects later comes as movements of their own, and stands in the
detail as `order_adjustment` beside terms that stay as they were.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..payouts import PayoutRow
from ..types import ZERO
from . import reading
from .fee_types import DIFFERENCE, FEE_NAMES, TERMS, adjustment_key


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A correction of the order's income, at `at` in unix seconds, 0 where that is not told."""

    amount: Decimal
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Escrow:
    """What an order's income is made of. `terms` are (field, fee key, signed amount), `told` is Shopee's own sum."""

    order_ref: str
    terms: tuple[tuple[str, str, Decimal], ...]
    told: Decimal | None
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def total(self):
        return sum((value for _field, _key, value in self.terms), ZERO)

    def adjustments_in(self, amount: Decimal, at: int) -> tuple[Adjustment, ...] | None:
        """The adjustments that were part of a release of the amount; None where it is no release of this escrow."""
        sums = {self.total, self.total if self.told is None else self.told}
        early = tuple(each for each in self.adjustments if each.at <= at)
        for some in ((), early, self.adjustments):
            if amount - sum((each.amount for each in some), ZERO) in sums:
                return some
        return None


def read_escrow(detail) -> Escrow:
    """The terms of the detail that are not 0. Raises UnexpectedResponse naming what cannot be understood, and the
    order."""
    order_ref = reading.text(detail, "order_sn")
    try:
        income = reading.section(detail, "order_income")
        return Escrow(
            order_ref=order_ref,
            terms=_terms(income, _goods_of_buyer(detail)),
            told=_optional(income, "escrow_amount"),
            adjustments=_adjustments(income),
        )
    except reading.UnexpectedResponse as error:
        raise reading.unexpected(f"{error.where} of order {order_ref}") from None


def escrow_rows(
    escrow: Escrow | None,
    order_ref: str,
    ref: str,
    amount: Decimal,
    day: date,
    at: int = 0,
    advances: Iterable[tuple[str, Decimal]] = (),
) -> list[PayoutRow]:
    """The rows of the release `ref` of the order's amount, which they sum to; `escrow` is None where Shopee has none.

    `advances` are what had been paid before, as (fee key, amount): taken off again. What terms and advances leave
    unexplained is a row of its own, of the fee type `escrow_difference`, which names both sums.
    """
    facts = {"order_ref": order_ref, "happened_on": day}
    if escrow is None:
        return [_difference(ref, amount, "Shopee gives no escrow of this order.", facts)]
    rows = [
        PayoutRow(ref=f"{ref}:{field}", fee_key=key, fee_name=FEE_NAMES[key], amount=value, **facts)
        for field, key, value in escrow.terms
    ]
    seen = Counter()
    paid_before = [(key, value) for key, value in advances if value]
    for each in escrow.adjustments_in(amount + sum((value for _key, value in paid_before), ZERO), at) or ():
        key = adjustment_key(each.reason)
        own = f"{ref}:adjustment:{each.at}:{each.amount.normalize():f}"
        seen[own] += 1
        own = own if seen[own] == 1 else f"{own}:{seen[own]}"
        rows.append(
            PayoutRow(ref=own, fee_key=key, fee_name=FEE_NAMES[key], amount=each.amount, details=each.reason, **facts)
        )
    for key, value in paid_before:
        rows.append(PayoutRow(ref=f"{ref}:{key}", fee_key=key, fee_name=FEE_NAMES[key], amount=-value, **facts))
    rest = amount - sum((row.amount for row in rows), ZERO)
    return [*rows, _difference(ref, rest, _sums(escrow, amount), facts)] if rest else rows


def _sums(escrow, amount):
    told = "does not tell escrow_amount" if escrow.told is None else f"tells escrow_amount {escrow.told:f}"
    return f"Shopee paid {amount:f} and {told}; the order's terms sum to {escrow.total:f}."


def _difference(ref, amount, details, facts):
    own = {"ref": f"{ref}:{DIFFERENCE}", "fee_key": DIFFERENCE, "fee_name": FEE_NAMES[DIFFERENCE]}
    return PayoutRow(**own, amount=amount, details=details, **facts)


def _terms(income, goods_of_buyer):
    found = []
    for term in TERMS:
        value = term.sign * (_optional(income, term.key) or ZERO)
        if value:
            found.append((term.key, term.key, value))
    return tuple(_with_discount_beside_goods(found, goods_of_buyer))


def _with_discount_beside_goods(terms, goods_of_buyer):
    """Whether `original_cost_of_goods_sold` contains the item discounts that Shopee pays is not documented.

    The buyer's goods at checkout tell: where they are the same, it does not, and the discount that is taken off again
    goes against the one that Shopee pays.
    """
    values = {field: value for field, _key, value in terms}
    if goods_of_buyer is not None and goods_of_buyer == values.get("original_cost_of_goods_sold"):
        return [
            (field, "shopee_discount" if field == "original_shopee_discount" else key, value)
            for field, key, value in terms
        ]
    return terms


def _goods_of_buyer(detail):
    info = detail.get("buyer_payment_info")
    return _optional(info, "merchant_subtotal") if isinstance(info, dict) else None


def _adjustments(income):
    entries = income.get("order_adjustment") or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise reading.unexpected("order_adjustment")
    found = []
    for entry in entries:
        at = reading.moment(entry, "date")
        found.append(
            Adjustment(
                amount=reading.amount(entry, "amount", "order_adjustment.amount"),
                at=int(at.timestamp()) if at else 0,
                reason=reading.text(entry, "adjustment_reason"),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.at, each.reason, each.amount)))


def _optional(raw, key):
    """The amount, None where the country has no such field."""
    return None if raw.get(key) is None else reading.amount(raw, key)
