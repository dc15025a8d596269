"""What Shopee has settled. A local shop has no payout batches: a payout is a day of its wallet."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..errors import UnexpectedResponse
from ..payouts import Payout
from ..sites import SITES
from . import const, reading
from .escrow_calls import EscrowCalls
from .escrow_rows import Escrow, read_escrow
from .fee_types import ESCROW_ADD, ESCROW_MINUS, FAST_ESCROW_REST, FEE_TYPES
from .wallet import WalletList
from .wallet_days import WalletDay, wallet_days
from .wallet_rows import day_rows

DAY = timedelta(days=1)
STRETCH = const.PAYMENT_WINDOW - DAY  # whole days that one listing spans with a margin at both ends
RELEASES = frozenset({ESCROW_ADD, ESCROW_MINUS, FAST_ESCROW_REST})
MOST_NAMED = 5  # broken entries in the text of an error


class ShopeePayouts(EscrowCalls, WalletList):
    """Reads what was settled. Nothing here changes anything at Shopee."""

    fee_types = FEE_TYPES

    def list_payouts(self, start: date, end: date) -> Iterator[Payout]:
        """The days of the shop's wallet on which money moved, with all their rows; oldest first.

        The release of an order's money is told by the terms of its escrow. They are told as Shopee has them now: a
        correction that comes with a movement of its own leaves them as they were. Raises UnexpectedResponse after all
        others where entries or escrows cannot be understood, naming them: a day that lacks such an entry is not given.
        """
        zone = ZoneInfo(SITES[self.shop.site].time_zone)
        errors: list[UnexpectedResponse] = []
        released: set[str] = set()
        balance = None
        for first, last in _stretches(start - DAY, end):
            movements, broken, closed_until = self._read_stretch(first, last, zone, errors)
            days = wallet_days(movements, zone, balance)
            balance = days[-1].closing if days else balance
            wanted = [day for day in days if day.day >= start]
            escrows = self._read_escrows(wanted, errors)
            releases = _releases(days, escrows, released)
            for day in wanted:
                if day.day not in broken and not _is_unreadable(day, escrows):
                    yield self._payout(day, escrows, releases, _midnight(day.day + DAY, zone) <= closed_until)
        _raise(errors)

    def _read_stretch(self, first, last, zone, errors):
        """The movements of the days, the days that cannot be told whole, and until when nothing can come any more."""
        begin, end = _midnight(first, zone), _midnight(last + DAY, zone)
        asked_until = min(end + const.WINDOW_MARGIN, self._now() + const.WINDOW_MARGIN)
        if asked_until <= begin:
            return [], set(), begin
        movements, unreadable, clock = self._read_wallet(begin - const.WINDOW_MARGIN, asked_until)
        errors += [each.error for each in unreadable]
        broken = {each.happened_at.astimezone(zone).date() for each in unreadable if each.happened_at}
        return [each for each in movements if begin <= each.happened_at < end], broken, min(clock, asked_until)

    def _read_escrows(self, days, errors) -> dict[str, Escrow | None]:
        """The escrows of the orders that were released on the days; None for one that cannot be understood."""
        refs = [moved.movement.order_ref for day in days for moved in day.moved if _may_release(moved.movement)]
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

    def _payout(self, day: WalletDay, escrows, releases, is_final) -> Payout:
        return Payout(
            ref=f"{day.day:%Y%m%d}",
            start=day.day,
            end=day.day,
            currency=SITES[self.shop.site].currency,
            opening=day.opening_in_cents,
            closing=day.closing_in_cents,
            rows=day_rows(day, escrows, releases),
            is_final=is_final,
        )


def _stretches(first, last):
    """The days in parts that one listing may span."""
    while first <= last:
        yield first, min(last, first + STRETCH - DAY)
        first += STRETCH


def _midnight(day, zone):
    return datetime.combine(day, time(), zone)


def _may_release(movement):
    return movement.key in RELEASES and bool(movement.order_ref)


def _is_unreadable(day, escrows):
    return any(
        _may_release(moved.movement) and escrows.get(moved.movement.order_ref, ...) is None for moved in day.moved
    )


def _releases(days, escrows, released) -> set[str]:
    """The refs of the movements that are told by the terms of their order's escrow: one an order, which is then in
    `released`. That is the one of the amount that the escrow comes to, else the first."""
    candidates = defaultdict(list)
    for day in days:
        for moved in day.moved:
            if _may_release(moved.movement):
                candidates[moved.movement.order_ref].append(moved.movement)
    found = set()
    for order_ref, movements in candidates.items():
        if order_ref in released:
            continue
        released.add(order_ref)
        escrow = escrows.get(order_ref)
        exact = [each for each in movements if escrow and _is_exact(escrow, each)]
        found.add((exact or movements)[0].ref)
    return found


def _is_exact(escrow, movement):
    return escrow.adjustments_in(movement.amount, int(movement.happened_at.timestamp())) is not None


def _raise(errors: list[UnexpectedResponse]):
    if errors:
        named = [error.where for error in errors[:MOST_NAMED]]
        more = len(errors) - len(named)
        raise reading.unexpected("; ".join(named) + (f"; and {more} more" if more else ""))
