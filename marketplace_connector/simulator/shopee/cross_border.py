"""Payouts of cross-border shops: from time to time all that was released, in the money of the seller's bank."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from ..catalogue import money
from .ledger import Movement

PAYOUT = "PAYOUT"
FIRST_PAYOUT = 11796795500890875355
ROUNDED = Decimal("0.01")


@dataclass(frozen=True)
class Payout:
    """One payout. `amount` is in the shop's money, `paid_amount` in the bank's."""

    number: int
    time: int
    movements: tuple[Movement, ...]
    amount: Decimal
    rate: Decimal
    paid_currency: str
    paid_amount: Decimal


class CrossBorder:
    """The payouts of the shops whose `is_cb` is set. Needs a Wallet beside it."""

    payout_rate_is_rounded = False  # switch: exchange_rate with two decimals, which makes 0.00 of small ones

    def __init__(self):
        self._payouts = count(FIRST_PAYOUT)

    def unpaid_movements(self, shop) -> list[Movement]:
        """What came in and went out since the last payout."""
        paid = {movement.number for payout in shop.ledger.payouts for movement in payout.movements}
        return [one for one in shop.ledger.movements if one.transaction_type != PAYOUT and one.number not in paid]

    def run_payout(self, shop) -> Payout:
        """Pay out all that was released or adjusted since the last payout; negative sums too. ValueError for nothing.

        The rate and the money of the bank are `payout_rate` and `payout_currency` of the shop.
        """
        movements = self.unpaid_movements(shop)
        if not movements:
            raise ValueError("There is nothing to pay out")
        amount = sum(movement.effect for movement in movements)
        currency = shop.payout_currency or shop.country.currency
        payout = Payout(
            number=next(self._payouts),
            time=self.clock.seconds(),
            movements=tuple(movements),
            amount=amount,
            rate=Decimal(shop.payout_rate),
            paid_currency=currency,
            paid_amount=money(amount * Decimal(shop.payout_rate), currency),
        )
        shop.ledger.payouts.append(payout)
        self.add_movement(shop, PAYOUT, -amount)
        return payout

    def told_rate(self, payout) -> str:
        """The rate as Shopee's answers say it."""
        return str(payout.rate.quantize(ROUNDED) if self.payout_rate_is_rounded else payout.rate)
