"""Weekly statements: closed in the night after their Sunday, paid some days later, by the platform's clock."""

from datetime import timedelta
from decimal import Decimal

from .ledger import ZERO, Movement, Row, Statement, midnight_after, period_of_day, shop_day
from .timetable import HOUR

CLOSING_TIME = timedelta(minutes=30, seconds=15)  # after midnight, as in recorded answers


class Settlement:
    """The part of the platform that closes statements and pays them."""

    pays_after = 3 * 24 * HOUR  # seconds from closing a statement to its payment
    guarantee_deposit = Decimal(0)  # that Lazada holds back from each shop's payouts until it has so much

    def settle(self):
        """Close every statement whose week has passed, and pay what is due."""
        for shop in self.shops.values():
            self._close_past_weeks(shop)
            for statement in shop.statements:
                due = statement.created_at + timedelta(seconds=self.pays_after)
                if due <= self._now():
                    self.pay(shop, statement, due)

    def _close_past_weeks(self, shop):
        while waiting := self._waiting(shop):
            start, end = period_of_day(shop, shop_day(shop, min(row.booked_at for row in waiting)))
            closing = midnight_after(shop, end) + CLOSING_TIME
            if closing > self._now():
                break
            self._close(shop, start, end, closing)

    def close_tonight(self, shop) -> Statement:
        """Let the clock run until midnight, and close the running statement then, whatever day it is.

        Raises ValueError where there is nothing on it.
        """
        self.tend()
        if not self._waiting(shop):
            raise ValueError("There is nothing to be settled.")
        today = shop_day(shop, self._now())
        closing, count = midnight_after(shop, today) + CLOSING_TIME, len(shop.statements)
        self.tend((closing - self._now()).total_seconds())
        if len(shop.statements) == count:
            self._close(shop, period_of_day(shop, today)[0], today, closing)
        return shop.statements[-1]

    def run_payout(self, shop) -> Statement:
        """Let the clock run until the running statement is closed and paid, or the last one where nothing is running.

        Raises ValueError where there is nothing to pay out.
        """
        self.tend()
        if self._waiting(shop):
            count, now = len(shop.statements), self._now()
            _, end = period_of_day(shop, shop_day(shop, now))
            self.tend((midnight_after(shop, end) + CLOSING_TIME - now).total_seconds())
            statement = shop.statements[count]
        else:
            statement = next((each for each in shop.statements if each.payout and not each.paid_at), None)
        if statement is None:
            raise ValueError("There is nothing to be settled.")
        paid_at = statement.created_at + timedelta(seconds=self.pays_after)
        self.tend(max((paid_at - self._now()).total_seconds(), 0))
        return statement

    def pay(self, shop, statement, moment=None):
        """Send the statement's payout to the bank; one that is 0 or paid already stays as it is."""
        if statement.payout <= 0 or statement.paid_at:
            return
        statement.paid_at = statement.updated_at = moment or self._now()
        statement.reference = f"{shop.short_code}-{shop_day(shop, statement.paid_at):%Y%m%d}"
        shop.movements.append(
            Movement(
                number=str(10_000_001 + len(shop.movements)),
                moment=statement.paid_at,
                kind="Withdrawal",
                sub_kind="Auto Withdrawal",
                amount=-statement.payout,
                reference=f"Bank Ref. {statement.reference}",
            )
        )

    def add_late(self, shop, fee_type, amount, **facts):
        """As `charge`, on the last statement that was closed, whose payout changes. Raises ValueError once it is paid.

        `facts` are those of `charge`.
        """
        statement = shop.statements[-1] if shop.statements else None
        if statement is None or statement.paid_at:
            raise ValueError("There is no statement that is closed and not paid.")
        rows = self.charge(shop, fee_type, amount, **facts)
        for row in rows:
            row.statement, row.day = statement, statement.end
        statement.rows += rows
        statement.payout = max(statement.balance - statement.deposit, ZERO)
        statement.updated_at = self._now()
        return rows

    # === HELPERS === #

    def _waiting(self, shop) -> list[Row]:
        closed = sum(len(statement.rows) for statement in shop.statements)
        return [row for row in shop.rows if row.statement is None] if len(shop.rows) > closed else []

    def _close(self, shop, start, end, moment):
        limit = midnight_after(shop, end)
        statement = Statement(
            number=_number(shop, end),
            start=start,
            end=end,
            created_at=moment,
            opening=shop.statements[-1].carried if shop.statements else ZERO,
            rows=[row for row in self._waiting(shop) if row.booked_at < limit],
            updated_at=moment,
        )
        for row in statement.rows:
            row.statement = statement
        held = sum((each.deposit for each in shop.statements), ZERO)
        if statement.balance > 0:
            statement.deposit = min(self.guarantee_deposit - held, statement.balance)
        statement.payout = max(statement.balance - statement.deposit, ZERO)
        shop.statements.append(statement)
        return statement


def _number(shop, end):
    """`VNJ2NI08-2020-048`, of the week; where that is taken `EG100RT-20141228`: both are recorded."""
    year, week, _ = end.isocalendar()
    number = f"{shop.short_code}-{year}-{week:03d}"
    taken = any(statement.number == number for statement in shop.statements)
    return f"{shop.short_code}-{end:%Y%m%d}" if taken else number
