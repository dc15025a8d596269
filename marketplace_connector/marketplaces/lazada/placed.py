"""Which orders were placed when: a reading of the list of its own, by time of creation, that is whole or fails.

It shares nothing with the walk of the poll (`listing.py`), so that a mistake in one does not hide behind the same in
the other. An order never changes when it was placed: a list of the past stands still, and one that does not is read
again.
"""

from datetime import timedelta, timezone

from ..errors import ServerError, UnexpectedResponse
from ..types import PlacedOrder
from . import const
from .calls import LazadaCalls
from .parsing import parse_placed
from .reading import count, section, sections, unexpected

READINGS = 3
SECOND = timedelta(seconds=1)


class MovedList(Exception):
    """The pages of one reading contradict each other."""


class PlacedOrders(LazadaCalls):
    highest_placed_offset = const.OFFSET_CEILING

    def list_orders_placed(self, start, end):
        """Name every order placed from `start` on and before `end` (API reference getorders, sorted by `created_at`).

        Costs one call for 100 orders. Each page must announce the same number (`countTotal`), and so many orders must
        come. Raises ServerError where three readings do not agree with themselves, UnexpectedResponse for a list that
        is not sorted or has more orders in one second than its offset reaches.
        """
        start, end = start.astimezone(timezone.utc), end.astimezone(timezone.utc)
        for _ in range(READINGS):
            try:
                found = self._orders_placed(start, end)
            except MovedList:
                continue
            return [order for order in found if not _is_beside(order.created_at, start, end)]
        raise ServerError("The list of orders placed kept changing while it was read.")

    def _orders_placed(self, start, end):
        """One reading. Where the offset ends, the list goes on at the last time of creation (doc 121327)."""
        found, since, expected = {}, start - SECOND, None
        while True:
            stretch, announced = self._stretch_placed(since, end + SECOND)
            found |= {order.ref: order for order in stretch}
            expected = announced if expected is None else expected
            if len(stretch) == announced:
                if len(found) != expected:
                    raise MovedList
                return found.values()
            times = [order.created_at for order in stretch]
            if None in times or times != sorted(times):
                raise unexpected("data.orders.created_at")
            if times[-1] - SECOND <= since:
                raise UnexpectedResponse(
                    f"At {times[-1].isoformat()} more orders were placed than Lazada's paging can reach.",
                    where="data.orders.created_at",
                )
            since = times[-1] - SECOND  # whether the bound belongs to the list is not certain

    def _stretch_placed(self, since, until):
        """The orders as far as the offset reaches, and how many there are. Raises MovedList."""
        found, announced = {}, None
        for offset in range(0, self.highest_placed_offset + 1, const.PAGE_SIZE):
            orders, total = self._page_placed(since, until, offset)
            if (offset and total != announced) or found.keys() & {order.ref for order in orders}:
                raise MovedList
            announced = total
            found |= {order.ref: order for order in orders}
            if len(found) >= announced:
                break
            if len(orders) < const.PAGE_SIZE:
                raise MovedList
        if len(found) > announced:
            raise MovedList
        return list(found.values()), announced

    def _page_placed(self, since, until, offset):
        """A page, and the number of all orders, without which no list is surely whole."""
        query = {
            "created_after": since.isoformat(timespec="seconds"),
            "created_before": until.isoformat(timespec="seconds"),
            "sort_by": "created_at",
            "sort_direction": "ASC",
            "offset": str(offset),
            "limit": str(const.PAGE_SIZE),
        }
        data = section(self._call(const.ORDERS, query).content, "data")
        total = count(data, "countTotal", "data.countTotal")
        if total is None:
            raise unexpected("data.countTotal")
        nothing = total == 0 and not data.get("orders")
        headers = [] if nothing else sections(data, "orders", "data.orders")
        orders: list[PlacedOrder] = [
            parse_placed(header, self.shop.site, f"data.orders[{i}]") for i, header in enumerate(headers)
        ]
        return orders, total


def _is_beside(moment, start, end):
    """Whether the order is of the seconds that were asked for beside the range, and that the ranges beside it have.

    One that the list gives although it says to be placed at quite another time is kept: no other list may name it.
    """
    return moment is not None and (start - SECOND <= moment < start or end <= moment <= end + SECOND)
