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

READINGS = 3
LONGEST = const.PLATFORM_WINDOW - timedelta(seconds=2)
MOST_PAGES = 10_000  # a million orders


class MovedList(Exception):
    """The pages of one reading contradict each other."""


class ShopeePlacedOrders(ShopeeCalls):
    def list_orders_placed(self, start, end):
        """Name every order placed from `start` on and before `end` (Shopee v2.order.get_order_list, `create_time`).

        Costs one call for 100 orders, at least one per 15 days. The list does not tell the time of creation: orders
        of the second before `start` and of `end` itself may be among them. Raises ServerError where an order stands on
        two pages in three readings, UnexpectedResponse for a list without end or one that breaks off.
        """
        found = {}
        while start < end:
            until = min(start + LONGEST, end)
            found |= {order.ref: order for order in self._orders_placed(start, until)}
            start = until
        return list(found.values())

    def _orders_placed(self, start, end):
        for _ in range(READINGS):
            try:
                return self._one_reading(math.floor(start.timestamp()) - 1, math.ceil(end.timestamp()))
            except MovedList:
                continue
        raise ServerError("The list of orders placed kept changing while it was read.")

    def _one_reading(self, time_from, time_to):
        found, cursor = {}, ""
        for _ in range(MOST_PAGES):
            orders, following = self._page_placed(time_from, time_to, cursor)
            refs = {order.ref for order in orders}
            if refs & found.keys() or len(refs) < len(orders) or (following and following == cursor):
                raise MovedList
            found |= {order.ref: order for order in orders}
            if not following:
                return found.values()
            if not orders:
                raise MovedList  # pages without orders need not end
            cursor = following
        raise UnexpectedResponse("Shopee's list of orders placed has no end.", where="next_cursor")

    def _page_placed(self, time_from, time_to, cursor):
        """A page, and the cursor of the next one, '' behind the last."""
        query = {
            "time_range_field": "create_time",
            "time_from": time_from,
            "time_to": time_to,
            "page_size": const.LIST_PAGE,
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


def _placed(entry):
    raw_status = required_text(entry, "order_status", "response.order_list.order_status")
    order_ref = required_text(entry, "order_sn", "response.order_list.order_sn")
    status = const.ORDER_STATUSES.get(raw_status, "unknown")
    return PlacedOrder(stub=OrderStub(ref=order_ref), status=status, raw_status=raw_status)
