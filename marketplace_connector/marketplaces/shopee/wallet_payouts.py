"""The days of a local shop's wallet as payouts: Shopee has no payout batches of a local shop."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from ..errors import UnexpectedResponse
from ..payouts import Payout
from ..sites import SITES
from . import const
from .escrow_calls import EscrowCalls
from .escrow_rows import Escrow, read_escrow
from .releases import Releases, may_release
from .wallet import Movement
from .wallet_days import WalletDay, wallet_days
from .wallet_rows import day_rows

DAY = timedelta(days=1)
STRETCH = const.PAYMENT_WINDOW - DAY  # whole days that one listing spans with a margin at both ends


@dataclass(frozen=True, slots=True)
class Stretch:
    """The movements of some days. `closed_until` is when nothing can come any more, `broken` are days that lack an
    entry which cannot be understood."""

    movements: list[Movement]
    closed_until: datetime
    broken: set[date] = field(default_factory=set)
    errors: list[UnexpectedResponse] = field(default_factory=list)

    @property
    def is_empty(self):
        return not self.movements and not self.errors


class WalletPayouts(EscrowCalls, Releases):
    """Reads wallets. Nothing here changes anything at Shopee."""

    def _read_stretches(self, start: date, end: date, zone: tzinfo) -> Iterator[Stretch]:
        """The wallet of the days, and of the one before, which tells what they open with; in parts."""
        first = start - DAY
        while first <= end:
            last = min(end, first + STRETCH - DAY)
            yield self._read_stretch(midnight(first, zone), midnight(last + DAY, zone), zone)
            first += STRETCH

    def _read_stretch(self, begin, end, zone):
        asked_until = min(end, self._now()) + const.WINDOW_MARGIN
        if asked_until <= begin:
            return Stretch([], begin)
        movements, unreadable, clock = self._read_wallet(begin - const.WINDOW_MARGIN, asked_until)
        return Stretch(
            movements=[each for each in movements if begin <= each.happened_at < end],
            closed_until=min(clock, asked_until),
            broken={each.happened_at.astimezone(zone).date() for each in unreadable if each.happened_at},
            errors=[each.error for each in unreadable],
        )

    def _wallet_payouts(
        self, stretches: Iterable[Stretch], start: date, zone: tzinfo, errors: list[UnexpectedResponse]
    ) -> Iterator[Payout]:
        """A payout for each day since `start` with money moved; what cannot be understood is put into `errors`."""
        released: set[str] = set()
        balance = None
        for stretch in stretches:
            errors += stretch.errors
            days = wallet_days(stretch.movements, zone, balance)
            balance = days[-1].closing if days else balance
            wanted = [day for day in days if day.day >= start]
            escrows = self._read_escrows(wanted, errors)
            unreadable = {ref for ref, escrow in escrows.items() if escrow is None}
            releases = self._find_releases(_moving(days), escrows, released)
            for day in wanted:
                if day.day not in stretch.broken and not unreadable & _orders(day):
                    is_final = midnight(day.day + DAY, zone) <= stretch.closed_until
                    yield self._payout(day, day_rows(day, escrows, releases), is_final)

    def _read_escrows(self, days, errors) -> dict[str, Escrow | None]:
        """The escrows of the orders that may be released on the days; None for one that cannot be understood."""
        refs = [each.order_ref for each in _moving(days) if may_release(each)]
        found: dict[str, Escrow | None] = {}
        for ref, detail in self._escrow_details(refs).items():
            if detail is None:
                continue
            try:
                found[ref] = read_escrow(detail)
            except UnexpectedResponse as error:
                errors.append(error)
                found[ref] = None
        return found

    def _payout(self, day: WalletDay, rows, is_final) -> Payout:
        return Payout(
            ref=f"{day.day:%Y%m%d}",
            start=day.day,
            end=day.day,
            currency=SITES[self.shop.site].currency,
            opening=day.opening_in_cents,
            closing=day.closing_in_cents,
            rows=rows,
            is_final=is_final,
        )


def midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins."""
    return datetime.combine(day, time(), zone)


def _moving(days):
    return [moved.movement for day in days for moved in day.moved]


def _orders(day):
    return {each.order_ref for each in _moving([day]) if may_release(each)}
