"""Walks through `/products/get` without losing a product.

In which order Lazada lists products is not documented, and offsets have a ceiling. So the span of time is halved until
its products are within reach, and a stretch is read page by page. While pages are read products come, go and change
places, and one can slip through between two pages: the number of matches on each page tells, and the stretch is read
again. Halves share a second, since many products may have been made in it; what was told is not told again.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone

from ..errors import ServerError, UnexpectedResponse
from . import const
from .decoding import DataRefused
from .reading import ref

PASSES = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Products by the `filter` of the call that were created, or updated, from `first` to `last` (seconds, UTC)."""

    filter: str
    by: str  # create or update
    first: int
    last: int

    @property
    def bounds(self):
        """The two moments, both included."""
        return tuple(datetime.fromtimestamp(second, timezone.utc) for second in (self.first, self.last))

    @property
    def is_smallest(self):
        """Whether halving it would not make it smaller."""
        return self.last - self.first <= 1

    @property
    def halves(self):
        middle = (self.first + self.last) // 2
        return replace(self, last=middle), replace(self, first=middle)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """One page; `total` counts all matches, None where Lazada does not tell."""

    products: tuple
    total: int | None


@dataclass(slots=True)
class State:
    """How far the walk is; what a later walk needs to go on."""

    stretches: list[Stretch]  # still to be read, the present one last
    offset: int = 0
    passes: int = 0
    total: int | None = None  # what the last page announced
    found: int = 0  # products of the present stretch so far
    shrunk: bool = False  # while the present pass was under way
    incomplete: str = ""  # why something may be missing


class ProductWalk:
    """The reading of some stretches of time; `read(stretch, offset)` gives a `ProductPage`."""

    page_size = const.PRODUCT_PAGE
    ceiling = const.PRODUCT_CEILING
    highest_offset = const.PRODUCT_HIGHEST_OFFSET

    def __init__(self, read: Callable[[Stretch, int], ProductPage], state: State):
        self.read = read
        self.state = state
        self._before = state.found  # told by an earlier walk: which they were is not known
        self._keys = set()
        self._told = set()

    @classmethod
    def over(cls, read, *stretches: Stretch):
        """A walk over the stretches, one after the other."""
        return cls(read, State(list(reversed(stretches))))

    @classmethod
    def from_position(cls, read, position: str):
        """A walk that goes on at the position; None where it is none of ours."""
        try:
            values = json.loads(position)
            stretches = [Stretch(**values) for values in values.pop("stretches")]
            return cls(read, State(stretches, **values)) if stretches else None
        except (AttributeError, KeyError, TypeError, ValueError):
            return None

    def portions(self) -> Iterator[tuple[Stretch, list, str]]:
        """Stretch, products not told before, and the position behind them, which is empty behind the last.

        Raises ServerError or UnexpectedResponse after all others, where products may be missing.
        """
        while self.state.stretches:
            stretch = self.state.stretches[-1]
            products = self._step(stretch)
            if products:
                yield stretch, products, self._position()
        if self.state.incomplete == "changing":
            raise ServerError("The list of products kept changing while it was read.")
        if self.state.incomplete:
            raise UnexpectedResponse("Lazada announces more products than it gives.", where="data.total_products")

    def _position(self):
        return json.dumps(asdict(self.state)) if self.state.stretches else ""

    def _step(self, stretch):
        """Read a page and move on."""
        state = self.state
        try:
            page = self.read(stretch, state.offset)
        except DataRefused:
            if state.offset <= self.ceiling:
                raise
            return self._give_up()
        fresh = self._fresh(stretch, page)
        if state.offset and page.total is not None and state.total is not None and page.total < state.total:
            state.shrunk = True
        state.total = page.total
        state.found = self._before + len(self._keys)
        following = state.offset + self.page_size
        if self._is_last(page, following):
            self._end_pass()
        elif not stretch.is_smallest and max(following, (page.total or 0) - self.page_size) > self.ceiling:
            self._next_stretch(*reversed(stretch.halves))
        elif following > self.highest_offset:
            self._give_up()
        else:
            state.offset = following
        return fresh

    def _give_up(self):
        """Leave a second with more products than offsets reach."""
        self.state.incomplete = self.state.incomplete or "short"
        self._next_stretch()
        return []

    def _fresh(self, stretch, page):
        fresh = []
        for place, product in enumerate(page.products, start=self.state.offset):
            key = isinstance(product, dict) and (ref(product, "item_id") or ref(product, "itemId")) or (stretch, place)
            self._keys.add(key)
            if (stretch.filter, key) not in self._told:
                self._told.add((stretch.filter, key))
                fresh.append(product)
        return fresh

    def _is_last(self, page, following):
        if page.total is None:
            return len(page.products) < self.page_size
        return following >= page.total or not page.products

    def _end_pass(self):
        state = self.state
        state.passes += 1
        short = state.total is not None and state.found < state.total
        if state.passes < PASSES and (short or state.shrunk):
            state.offset, state.total, state.shrunk = 0, None, False
            self._before = 0  # those are seen again
            return
        if short or state.shrunk:
            state.incomplete = state.incomplete or ("changing" if state.shrunk else "short")
        self._next_stretch()

    def _next_stretch(self, *halves):
        self.state = State([*self.state.stretches[:-1], *halves], incomplete=self.state.incomplete)
        self._before = 0
        self._keys.clear()
