"""Which orders were placed when: a reading of the list of its own, by time of creation, that is whole or fails.

It shares nothing with the pages that the poll reads (`client.py`), so that a mistake in one does not hide behind the
same in the other. An order never changes when it was placed: a list of the past stands still, and one that does not
is read again.
"""

import math
from datetime import timedelta

from ..errors import ServerError, UnexpectedResponse
from ..types import OrderStub, PlacedOrder
from . import const
from .calls import ShopeeCalls
from .reading import ref, required_text, section, sections, unexpected

READINGS = 4
PAGE_SIZES = (const.LIST_PAGE, const.LIST_PAGE - 10)  # of one reading and the next: pages end at other orders
LONGEST = const.PLATFORM_WINDOW - timedelta(seconds=2)
MOST_PAGES = 10_000  # a million orders


class MovedList(Exception):
    """The pages of one reading contradict each other."""


class ShopeePlacedOrders(ShopeeCalls):
    def list_orders_placed(self, start, end):
        """Name every order placed from `start` on and before `end` (Shopee v2.order.get_order_list, `create_time`).

        Shopee does not count: only a second reading with the same orders tells that none was left out of the first.
        So this costs two calls for 90 orders, at least two per 15 days. The list does not tell the time of creation:
        orders of the second before `start` and of `end` itself may be among them. Raises ServerError where no two
        of four readings agree, UnexpectedResponse for a list without end or one that breaks off.
        """
        found = {}
        for time_from, time_to in _stretches(start, end):
            found |= self._read_twice("create_time", time_from, time_to)
        return list(found.values())

    def list_orders_changed(self, start, end):
        """See `MarketplaceClient`. An order that changes while the list is read leaves it: the next list names it."""
        return {
            order_ref
            for time_from, time_to in _stretches(start, end)
            for order_ref in self._read_twice("update_time", time_from, time_to)
        }

    def _read_twice(self, field, time_from, time_to):
        """The orders by number, as two readings in a row name them."""
        before = None
        for number in range(READINGS):
            try:
                found = self._one_reading(field, time_from, time_to, PAGE_SIZES[number % 2])
            except MovedList:
                found = None
            if found is not None and before is not None and found.keys() == before.keys():
                return found
            before = found
        raise ServerError("The list of orders kept changing while it was read.")

    def _one_reading(self, field, time_from, time_to, page_size):
        found, cursor = {}, ""
        for _ in range(MOST_PAGES):
            orders, following = self._page_placed(field, time_from, time_to, page_size, cursor)
            refs = {order.ref for order in orders}
            if refs & found.keys() or len(refs) < len(orders) or (following and following == cursor):
                raise MovedList
            found |= {order.ref: order for order in orders}
            if not following:
                return found
            if not orders:
                raise MovedList  # pages without orders need not end
            cursor = following
        raise UnexpectedResponse("Shopee's list of orders placed has no end.", where="next_cursor")

    def _page_placed(self, field, time_from, time_to, page_size, cursor):
        """A page, and the cursor of the next one, '' behind the last."""
        query = {
            "time_range_field": field,
            "time_from": time_from,
            "time_to": time_to,
            "page_size": page_size,
            "cursor": cursor,
            "response_optional_fields": "order_status",
            "request_order_status_pending": "true",  # without it PENDING orders show as something else
        }
        response = section(self._read("GET", const.ORDER_LIST, query), "response")
        more, following = response.get("more"), ref(response, "next_cursor")
        if not isinstance(more, bool) or (more and not following):
            raise unexpected("response.more")
        nothing = not more and response.get("order_list", ...) is None  # an empty list may be written as null
        entries = [] if nothing else sections(response, "order_list", "response.order_list")
        return [_placed(entry) for entry in entries], following if more else ""


def _stretches(start, end):
    """From the second before `start` to `end`, as unix seconds, in pieces that Shopee allows."""
    while start < end:
        until = min(start + LONGEST, end)
        yield math.floor(start.timestamp()) - 1, math.ceil(until.timestamp())
        start = until


def _placed(entry):
    raw_status = required_text(entry, "order_status", "response.order_list.order_status")
    order_ref = required_text(entry, "order_sn", "response.order_list.order_sn")
    status = const.ORDER_STATUSES.get(raw_status, "unknown")
    return PlacedOrder(stub=OrderStub(ref=order_ref), status=status, raw_status=raw_status)
