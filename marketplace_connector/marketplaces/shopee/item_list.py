"""Walks through v2.product.get_item_list, which names a shop's items, and where that list is too long to be paged
through, does so by windows of their update time."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from ..errors import Rejected, UnexpectedResponse
from . import const, reading

_logger = logging.getLogger(__name__)

_OVER_LIMIT = "offset over limit"
_EARLIEST = 1  # seconds: before any item
_AHEAD = timedelta(days=1)  # items change while the list is read
_ROUNDS = 2  # an item can be missed when others go between two pages


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item as the list names it."""

    ref: str
    raw_status: str
    is_kit: bool

    @property
    def is_gone(self):
        """Deleted, by the seller or by Shopee; it is named for 90 days more."""
        return const.ITEM_STATUSES.get(self.raw_status) == "gone"


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of the list: its items, how many all pages hold, and where the next one begins, None if there is none."""

    items: tuple[ListedItem, ...]
    total: int
    following: int | None


def page_params(offset, start=None, end=None):
    """The parameters for one page of all items, whatever their status, that changed from `start` to `end`."""
    params = {"offset": offset, "page_size": const.ITEM_PAGE, "item_status": list(const.ITEM_STATUSES)}
    bounds = {"update_time_from": start, "update_time_to": end}
    return params | {key: bound for key, bound in bounds.items() if bound is not None}


def read_page(content):
    """The page in an answer."""
    response = reading.section(content, "response")
    more = response.get("has_next_page")
    if not isinstance(more, bool):
        raise reading.unexpected("response.has_next_page")
    nothing = not more and response.get("item") is None
    items = tuple(map(_item, [] if nothing else reading.sections(response, "item", "response.item")))
    total = response.get("total_count")
    return ItemPage(
        items=items,
        total=reading.quantity(response, "total_count", "response.total_count") if total is not None else 0,
        following=reading.quantity(response, "next_offset", "response.next_offset") if more else None,
    )


def _item(raw):
    ref = reading.ref(raw, "item_id")
    if not ref:
        raise reading.unexpected("response.item.item_id")
    tag = raw.get("tag")
    return ListedItem(
        ref=ref,
        raw_status=reading.text(raw, "item_status"),
        is_kit=isinstance(tag, dict) and tag.get("kit") is True,
    )


class ItemWalk:
    """One walk. `read(offset, start, end)` gives a page; `start` and `end` are unix seconds, None for no bound."""

    def __init__(self, read, now):
        self._read = read
        self._latest = int((now + _AHEAD).timestamp())
        self._longest = None  # items that can be paged through in one list, once that is known
        self._found = {}

    def items(self, changed_since=None):
        """All items, or those that changed since then, each once.

        N items cost ceil(N / 100) calls, at least one, and some more where the list has to be read in windows.
        """
        # Whether the bounds belong to the window is not documented: it begins a second earlier.
        self._walk(int(changed_since.timestamp()) - 1 if changed_since else None, None)
        return list(self._found.values())

    def _walk(self, start, end):
        listed = {}
        for _round in range(_ROUNDS):
            total = self._pages(listed, start, end)
            self._found.update(listed)
            if total is None:
                for window in _halves(start or _EARLIEST, end or self._latest):
                    self._walk(*window)
                return
            if len(listed) >= total:
                return
        _logger.info("Shopee counts %s items and lists %s.", total, len(listed))

    def _pages(self, listed, start, end):
        """Add the items of each page; gives how many Shopee counted at most, None where it lets nobody page so far."""
        offset, total = 0, 0
        while True:
            try:
                page = self._read(offset, start, end)
            except Rejected as error:
                if not offset or _OVER_LIMIT not in error.message.lower():
                    raise
                self._longest = offset
                return None
            listed.update((item.ref, item) for item in page.items)
            total = max(total, page.total)
            if page.following is None:
                return total
            if self._longest is not None and page.total > self._longest:
                return None
            if page.following <= offset:
                raise UnexpectedResponse("Shopee's list of items goes in a circle.", where="response.next_offset")
            offset = page.following


def _halves(start, end):
    """The older half first, so that an item that changes meanwhile is met again. They share a moment, since the bounds
    may not belong to the window."""
    if end - start <= 2:
        raise UnexpectedResponse("More items changed at one moment than Shopee lists.", where="response.item")
    middle = (start + end) // 2
    return (start, middle + 1), (middle, end)
