"""Walks through `/orders/get` without losing an order.

Orders are read from the least to the most recently changed. While pages are read, orders change: they leave their place
(and the window, if that ends in the past), those behind them move up, and one can slip through between two pages. The
number of matches on each page tells; then reading begins again at the last moment that is surely read. The same is done
where the offset reaches its ceiling (doc 121327).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..base import WindowTooWide
from ..errors import ServerError, UnexpectedResponse
from ..types import OrderStub
from .const import OFFSET_CEILING, PAGE_SIZE

PASSES = 3
STALLS = 10
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; `total` counts all matches, None where Lazada does not tell."""

    stubs: tuple[OrderStub, ...]
    total: int | None
    date: datetime | None

    @property
    def refs(self):
        return {stub.ref for stub in self.stubs}

    @property
    def times(self):
        return [stub.updated_at for stub in self.stubs if stub.updated_at]


class Walk:
    """The reading of one window; `read(after, before, direction, offset)` gives a `Page`.

    Whether Lazada's bounds belong to the window is documented, not certain: a second more is asked for on both sides.
    """

    page_size = PAGE_SIZE
    offset_ceiling = OFFSET_CEILING

    def __init__(self, read: Callable[[datetime, datetime, str, int], Page], start, end, most=None):
        self.read = read
        self.start = start.replace(microsecond=0)
        self.end = end.replace(microsecond=0)
        self.most = most
        self.read_at = None
        self._stubs = {}
        self._inside = set()
        self._pages = 0  # all of these three: of the present pass
        self._began = None
        self._newest = None
        self._stalls = 0
        self._asked = False
        self._short = False

    def run(self):
        """All orders of the window. Raises WindowTooWide, or an error where the list cannot be read as a whole."""
        until = self.end
        for _ in range(PASSES):
            if self._pass(until):
                found = [self._stubs[ref] for ref in self._inside]
                return sorted(found, key=lambda stub: (stub.updated_at is None, stub.updated_at or self.end, stub.ref))
            # What changes from now on stays out of sight: it is not of the window or was seen already.
            if self.read_at:
                until = max(self.start, min(self.end, self.read_at))
        if self._short:
            raise UnexpectedResponse("Lazada announces more orders than it gives.", where="data.countTotal")
        raise ServerError("The list of orders kept changing while it was read.")

    def _pass(self, until):
        """Read the window once; tells whether nothing can have slipped through."""
        self._pages, self._began, self._newest, self._short = 0, None, None, False
        low, good = self.start, True
        while low is not None:
            low, run_good = self._run(low, until)
            good = good and run_good
        came_in = self._began and self._newest and self._newest > self._began + SECOND
        return good and not (came_in and self._pages > 1)

    def _run(self, low, until):
        """Read pages from `low` on. Gives where to go on, None if all was read, and whether all is in order."""
        seen, total, last, good, ascending = set(), None, None, True, True
        for offset in self._offsets():
            page = self._page(low - SECOND, until + SECOND, "ASC", offset)
            if None not in (total, page.total) and page.total < total:
                return self._again(low, last, ascending), good and self._only_leave(until)
            good = good and total in (None, page.total) and not seen & page.refs
            total = page.total
            seen |= page.refs
            if self._is_last(page, offset):
                self._short = total is not None and len(seen) < total and good
                return None, good and not self._short
            ascending = ascending and page.times == sorted(page.times)
            last = max(filter(None, [last, *page.times]), default=None)
        following = self._again(low, last, ascending)
        if following > low:
            return following, good
        self._whole_second(low)
        return low + SECOND, good

    def _only_leave(self, until):
        """Whether orders that change leave the window at once: else one that has left may first have moved in it, and
        let another slip through at a border that nobody looked at."""
        return bool(self._began) and until + SECOND < self._began

    def _again(self, low, last, ascending):
        """The moment up to which all is surely read."""
        if last is None or not ascending:
            raise UnexpectedResponse("Lazada's list of orders is not sorted by change.", where="data.orders.updated_at")
        if last <= low:
            self._stalls += 1
            if self._stalls > STALLS:
                raise ServerError("The list of orders kept changing while it was read.")
        return max(last, low)

    def _page(self, after, before, direction, offset):
        page = self.read(after, before, direction, offset)
        self._pages += 1
        self.read_at = self.read_at or (page.date if not self._asked else None)
        self._began = self._began or page.date
        self._newest = max(filter(None, [self._newest, *page.times]), default=None)
        for stub in page.stubs:
            known = self._stubs.get(stub.ref)
            if not (known and known.updated_at and stub.updated_at and known.updated_at > stub.updated_at):
                self._stubs[stub.ref] = stub
            if stub.updated_at is None or self.start <= stub.updated_at <= self.end:
                self._inside.add(stub.ref)
        self._check_size(page)
        self._asked = True
        return page

    def _check_size(self, page):
        """Raise WindowTooWide as soon as it is known, which is on the first page where Lazada counts."""
        if self.most is None:
            return
        outside = sum(1 for time in page.times if not self.start <= time <= self.end)
        announced = page.total - outside if page.total and not self._asked else 0
        if max(announced, len(self._inside)) > self.most:
            raise WindowTooWide(f"More than {self.most} orders changed.")

    def _whole_second(self, second):
        """Read a second in which more orders changed than paging reaches, from both ends."""
        known = {stub.ref for stub in self._stubs.values() if stub.updated_at == second}
        for margin in (timedelta(0), SECOND):
            seen, totals = set(), set()
            for direction in ("ASC", "DESC"):
                for offset in self._offsets():
                    page = self._page(second - margin, second + margin, direction, offset)
                    seen |= page.refs
                    totals.add(page.total)
                    if self._is_last(page, offset):
                        break
                if known <= seen and len(totals) == 1 and None not in totals and len(seen) >= max(totals):
                    return
        raise UnexpectedResponse(
            f"At {second.isoformat()} more orders changed at once than Lazada's paging can reach.",
            where="data.orders.updated_at",
        )

    def _offsets(self):
        return range(0, self.offset_ceiling + 1, self.page_size)

    def _is_last(self, page, offset):
        if page.total is None:
            return len(page.stubs) < self.page_size
        return offset + self.page_size >= page.total
