"""What happens in a shop's wallet: charges, adjustments, and the way of the money to the seller's bank."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from itertools import count

from ..catalogue import money
from .ledger import Movement, Withdrawal
from .wallet_types import TYPES

FIRST_TRANSACTION, FIRST_WITHDRAWAL = 2998861709, 40010001


class Wallet:
    """The wallets of the shops. Needs `clock`, an Agenda and CrossBorder beside it."""

    # === SWITCHES === #

    # Day of the week (1 Monday … 7 Sunday) that begins with the withdrawal of what is there; 0: by the seller only.
    withdrawal_weekday = 0
    withdrawal_takes = 86400  # seconds until the bank has it
    failing_withdrawals = 0  # so many of the next withdrawals do not reach the bank
    most_withdrawn = 0  # of one withdrawal, more is divided; 0: any amount

    def __init__(self):
        self._transactions, self._withdrawals = count(FIRST_TRANSACTION), count(FIRST_WITHDRAWAL)

    def wallet_days(self, shop) -> dict:
        """What each day of the shop should come to: `WalletDay` by date."""
        return shop.ledger.days(shop.country.utc_offset)

    # === MOVEMENTS === #

    def add_movement(self, shop, transaction_type, amount, *, order=None, **facts) -> Movement:
        """Write a transaction of any type, known or not, into the shop's wallet.

        `amount` is negative for what goes out; ValueError if the type is known to go the other way. `facts` are fields
        of `Movement`: reason, refund_sn, description, status, moves_balance, …
        """
        amount = money(amount, shop.country.currency)
        direction = TYPES[transaction_type][1] if transaction_type in TYPES else 0
        if not transaction_type or amount * direction < 0:
            raise ValueError(f"{transaction_type or 'A movement without a type'} cannot be {amount}")
        if order:
            facts |= {"order_sn": order.order_sn, "buyer_name": f"user_{order.buyer.number:x}"}
        now = self.clock.seconds()
        movement = Movement(next(self._transactions), transaction_type, amount, now, **facts)
        shop.ledger.add(movement)
        self._plan_withdrawal(shop, now)
        return movement

    # === TO THE BANK === #

    def pay_out(self, shop, kind="MANUAL"):
        """Send the seller what the shop has: a withdrawal, of a cross-border shop a payout. ValueError for nothing."""
        return self.run_payout(shop) if shop.is_cb else self.withdraw(shop, kind=kind)

    def withdraw(self, shop, amount=None, kind="MANUAL") -> list[Withdrawal]:
        """Withdraw the amount, or all that is there: one withdrawal, or as many as `most_withdrawn` needs."""
        balance = shop.ledger.balance(self.clock.seconds())
        left = balance if amount is None else money(amount, shop.country.currency)
        if not 0 < left <= balance:
            raise ValueError("There is not that much to withdraw")
        made = []
        while left:
            part = min(left, Decimal(self.most_withdrawn)) if self.most_withdrawn else left
            made.append(self._create_withdrawal(shop, part, kind, made[0].number if made else 0))
            left -= part
        return made

    def _create_withdrawal(self, shop, amount, kind, root_number):
        number = next(self._withdrawals)
        withdrawal = Withdrawal(number, root_number or number, kind, amount)
        shop.ledger.withdrawals[number] = withdrawal
        withdrawal.created = self.add_movement(shop, "WITHDRAWAL_CREATED", -amount, withdrawal=withdrawal)
        fails, self.failing_withdrawals = self.failing_withdrawals > 0, max(self.failing_withdrawals - 1, 0)
        end = self.cancel_withdrawal if fails else self.complete_withdrawal
        self.later(self.withdrawal_takes, partial(self._end_withdrawal, end, shop, withdrawal))
        return withdrawal

    def _end_withdrawal(self, end, shop, withdrawal):
        if withdrawal.status == "CREATED":
            end(shop, withdrawal)

    def complete_withdrawal(self, shop, withdrawal):
        """The bank has the money: the balance stays what it was."""
        _close(withdrawal, "COMPLETED")
        facts = {"withdrawal": withdrawal, "moves_balance": False}
        self.add_movement(shop, "WITHDRAWAL_COMPLETED", -withdrawal.amount, **facts)

    def cancel_withdrawal(self, shop, withdrawal):
        """The money does not reach the bank and is in the wallet again."""
        _close(withdrawal, "CANCELLED")
        self.add_movement(shop, "WITHDRAWAL_CANCELLED", withdrawal.amount, withdrawal=withdrawal)

    # === BY THE CALENDAR === #

    def _plan_withdrawal(self, shop, now):
        """Withdraw on the next day for it; only a wallet that something happened in has one."""
        if not self.withdrawal_weekday:
            return
        due = self._next_withdrawal(shop, now)
        if due not in shop.ledger.planned_withdrawals:
            shop.ledger.planned_withdrawals.add(due)
            self.later(due - now, partial(self._withdraw_by_calendar, shop))

    def _next_withdrawal(self, shop, now) -> int:
        """The first midnight after now, on the shop's clock, that begins the day."""
        zone = timezone(timedelta(hours=shop.country.utc_offset))
        midnight = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        days = (self.withdrawal_weekday - midnight.isoweekday()) % 7 or 7
        return int((midnight + timedelta(days=days)).timestamp())

    def _withdraw_by_calendar(self, shop):
        if self.unpaid_movements(shop) if shop.is_cb else shop.ledger.balance(self.clock.seconds()) > 0:
            self.pay_out(shop, "AUTO")


def _close(withdrawal, status):
    if withdrawal.status != "CREATED":
        raise ValueError(f"The withdrawal is {withdrawal.status.lower()} already")
    withdrawal.status = status
