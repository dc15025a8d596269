"""A shop's money at Shopee: each movement, and the balance after it. Amounts are decimals, times epoch seconds."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import accumulate

ZERO = Decimal(0)


@dataclass
class Withdrawal:
    """Money on its way to the seller's bank. `status` is CREATED, COMPLETED or CANCELLED."""

    number: int
    root_number: int  # of the first of several that one request was divided into
    kind: str  # AUTO by the cycle, MANUAL by the seller
    amount: Decimal
    created: "Movement | None" = None
    status: str = "CREATED"


@dataclass
class Movement:
    """One wallet transaction. `amount` is positive for what comes in."""

    number: int
    transaction_type: str
    amount: Decimal
    create_time: int
    order_sn: str = ""
    refund_sn: str = ""
    buyer_name: str = ""
    reason: str = ""
    description: str = ""
    withdrawal: Withdrawal | None = None
    status: str = "COMPLETED"
    moves_balance: bool = True

    @property
    def effect(self) -> Decimal:
        """What it does to the balance."""
        return self.amount if self.moves_balance else ZERO


@dataclass
class WalletDay:
    """One day of the shop's wallet, on the shop's calendar. `sums` are by transaction type, without those that leave
    the balance alone; opening + their sum = closing."""

    opening: Decimal
    closing: Decimal
    sums: dict[str, Decimal] = field(default_factory=dict)


class Ledger:
    """The movements in the order of time, whenever they were written down."""

    def __init__(self):
        self.movements: list[Movement] = []
        self.withdrawals: dict[int, Withdrawal] = {}
        self.payouts = []  # of cross-border shops
        self.planned_withdrawals = set()  # epoch seconds
        self._balances = None

    def add(self, movement):
        """Write the movement down, after all others of its second."""
        insort(self.movements, movement, key=lambda one: one.create_time)
        self._balances = None

    @property
    def balances(self) -> list[Decimal]:
        """The balance after each of `movements`."""
        if self._balances is None:
            self._balances = list(accumulate(movement.effect for movement in self.movements))
        return self._balances

    def balance(self, moment=None) -> Decimal:
        """What the wallet holds after the second, or at the end."""
        if moment is None:
            return self.balances[-1] if self.movements else ZERO
        place = bisect_right(self.movements, moment, key=lambda one: one.create_time)
        return self.balances[place - 1] if place else ZERO

    def days(self, utc_offset) -> dict[date, WalletDay]:
        """Each day with a movement, on a clock so many hours before UTC."""
        zone, days = timezone(timedelta(hours=utc_offset)), {}
        for movement, balance in zip(self.movements, self.balances, strict=True):
            day = datetime.fromtimestamp(movement.create_time, zone).date()
            if day not in days:
                days[day] = WalletDay(opening=balance - movement.effect, closing=balance)
            days[day].closing = balance
            if movement.effect:
                sums = days[day].sums
                sums[movement.transaction_type] = sums.get(movement.transaction_type, ZERO) + movement.effect
        return days
