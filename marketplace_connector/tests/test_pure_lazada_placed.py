"""Lazada's orders by when they were placed: whole, or an error."""

import unittest
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import ServerError, UnexpectedResponse
from ..marketplaces.types import Order
from .lazada_fake import PATIENT, header, make_client, moment, ok, shop_text
from .test_pure_lazada_simulator import ORDERS, SimulatorCase


class Platform:
    """Orders by (number, seconds of placing); `before(call)` may meddle, `after(data)` change the answer."""

    def __init__(self, seconds):
        self.orders = [(number, second) for number, second in enumerate(sorted(seconds), 1)]
        self.before, self.after, self.tells_total = lambda call: None, lambda data: data, True

    def __call__(self, call):
        self.before(call)
        params = call.params
        assert call.api == "/orders/get" and params["sort_by"] == "created_at" and "update_after" not in params
        since, until = (datetime.fromisoformat(params[name]) for name in ("created_after", "created_before"))
        found = [(number, second) for number, second in self.orders if since < moment(second) < until]
        offset, limit = int(params["offset"]), int(params["limit"])
        assert offset <= 4500 and limit <= 100
        page = found[offset : offset + limit]
        headers = [header(number, created_at=shop_text(second)) for number, second in page]
        data = {"count": len(page), "countTotal": len(found), "orders": headers}
        if not self.tells_total:
            del data["countTotal"]
        return ok(data=self.after(data))


class CutNow:
    """Leaves out the last order of the second page, and of every so many pages after it."""

    def __init__(self, every):
        self.every, self.pages = every, 0

    def __call__(self, data):
        self.pages += 1
        return {**data, "orders": data["orders"][:-1]} if self.pages % self.every == 2 else data


class TestPlaced(unittest.TestCase):
    def listed(self, platform, start=0, end=86400, ceiling=None):
        client, session = make_client(platform)
        client.highest_placed_offset = ceiling or client.highest_placed_offset
        return client.list_orders_placed(moment(start), moment(end)), session

    def refs(self, platform, **window):
        return [order.ref for order in self.listed(platform, **window)[0]]

    def test_fewest_calls(self):
        for number, calls in ((0, 1), (1, 1), (100, 1), (101, 2), (250, 3)):
            orders, session = self.listed(Platform(range(number)))
            self.assertEqual([order.ref for order in orders], [str(each) for each in range(1, number + 1)])
            self.assertEqual(len(session.calls), calls)

    def test_the_day_and_nothing_else(self):
        """Bounds that may or may not belong to the list: the first second is of the day, the last one of the next."""
        self.assertEqual(self.refs(Platform([-1, 0, 86399, 86400])), ["2", "3"])

    def test_what_is_told(self):
        platform = Platform([5])
        (order,), _session = self.listed(platform)
        self.assertEqual((order.created_at, order.status), (moment(5), "ready_to_ship"))
        self.assertEqual(order.stub.header["order_id"], 1)

    def test_statuses(self):
        for told, status in (
            (["unpaid"], "unpaid"),
            (["canceled"], "cancelled"),
            (["canceled", "shipped"], "shipped"),
            (["pending", "delivered"], "ready_to_ship"),
            ([], "unknown"),
        ):
            platform = Platform([5])
            platform.after = lambda data, told=told: {**data, "orders": [{**data["orders"][0], "statuses": told}]}
            self.assertEqual(self.listed(platform)[0][0].status, status)

    def test_order_whose_time_cannot_be_read(self):
        """It may belong to the day, so it is named."""
        platform = Platform([5])
        platform.after = lambda data: {**data, "orders": [{**data["orders"][0], "created_at": "?"}]}
        self.assertEqual(self.refs(platform), ["1"])

    def test_without_count(self):
        """D3: without Lazada's own count nothing tells that a page was not cut short."""
        for number in (0, 1, 100):
            platform = Platform(range(number))
            platform.tells_total = False
            with self.assertRaises(UnexpectedResponse):
                self.listed(platform)

    def test_placed_at_another_time(self):
        """D3: an order that the day's list gives with another day's time is on no other list, so it is named."""
        platform = Platform([5])
        times = iter([shop_text(-7200), shop_text(90000), shop_text(-1), shop_text(86401)])
        platform.after = lambda data: {**data, "orders": [{**data["orders"][0], "created_at": next(times)}]}
        self.assertEqual([len(self.refs(platform)) for _ in range(4)], [1, 1, 0, 0])

    def test_short_pages_beyond_the_offset(self):
        """D3: where the offset does not reach all that Lazada counts, a page cut short is noticed too."""
        for share, fails in ((3, True), (100, False)):
            platform = Platform([second // 2 for second in range(1000)])
            platform.after = CutNow(share)
            if fails:
                with self.assertRaises(ServerError):
                    self.listed(platform, ceiling=200)
            else:
                self.assertEqual(len(self.refs(platform, ceiling=200)), 1000)

    def test_too_many_in_one_second(self):
        with self.assertRaises(UnexpectedResponse):
            self.listed(Platform([7] * 400), ceiling=200)

    def test_not_sorted(self):
        platform = Platform(range(400))
        platform.after = lambda data: {**data, "orders": data["orders"][::-1]}
        with self.assertRaises(UnexpectedResponse):
            self.listed(platform, ceiling=200)

    def test_list_that_moves_once(self):
        """An order that shows late moves those behind it to the next page: the list is read again."""
        platform = Platform(range(10, 210))
        calls = []

        def show_late(call):
            calls.append(call)
            if len(calls) == 2:
                platform.orders.insert(0, (999, 1))

        platform.before = show_late
        self.assertEqual(len(self.refs(platform)), 201)
        self.assertEqual(len(calls), 5)

    def test_list_that_keeps_moving(self):
        platform = Platform(range(10, 210))
        platform.before = lambda call: platform.orders.insert(0, (1000 + len(platform.orders), 1))
        with self.assertRaises(ServerError):
            self.listed(platform)

    def test_fewer_than_announced(self):
        """D3: a page that is cut short, or one that comes twice, never passes for the whole list."""
        cut, repeated = Platform(range(250)), Platform(range(250))
        cut.after = lambda data: {**data, "orders": data["orders"][:-1]}
        first = [header(number, created_at=shop_text(number)) for number in range(1, 101)]
        repeated.after = lambda data: {**data, "orders": first}
        for platform in (cut, repeated):
            with self.assertRaises(ServerError):
                self.listed(platform)

    def test_body_without_orders(self):
        """D3: an answer that says nothing does not say that there was no order."""
        for data in ({}, {"countTotal": 3}, {"countTotal": 1, "orders": [{"order_id": ""}]}, {"orders": "none"}):
            platform = Platform([5])
            platform.after = lambda _data, data=data: data
            with self.assertRaises(UnexpectedResponse):
                self.listed(platform)
        nothing = Platform([5])
        nothing.after = lambda _data: {"countTotal": 0, "orders": None}
        self.assertEqual(self.refs(nothing), [])

    @settings(max_examples=40, **PATIENT)
    @given(st.lists(st.integers(0, 50), max_size=260), st.sampled_from((100, 200)))
    def test_any_crowd(self, seconds, ceiling):
        """However orders crowd: each once, or an error."""
        platform = Platform(seconds)
        try:
            refs = self.refs(platform, ceiling=ceiling)
            self.assertEqual(sorted(map(int, refs)), [number for number, _ in platform.orders])
        except UnexpectedResponse:
            self.assertGreater(max(seconds.count(second) for second in seconds), 20)


class TestPlacedAtTheSimulator(SimulatorCase):
    def test_days_add_up(self):
        """Whatever the bounds mean: each order on one day, with a status that its detail confirms."""
        placed = []
        for hours in (1, 23, 24, 25, 47):
            with self.lazada.clock.ago(hours * 3600):
                placed.append(self.place())
        self.lazada.advance(placed[0], "shipped")
        self.lazada.cancel(placed[1])
        now = self.lazada.clock.now()
        for inclusive in (True, False):
            self.lazada.after_is_inclusive = self.lazada.before_is_inclusive = inclusive
            yesterday = self.client.list_orders_placed(now - timedelta(hours=48), now - timedelta(hours=24))
            today = self.client.list_orders_placed(now - timedelta(hours=24), now)
            self.assertEqual({order.ref for order in today + yesterday}, self.refs(placed))
            self.assertEqual(len(today) + len(yesterday), 5)
            orders = self.client.fetch_orders([order.stub for order in today])
            self.assertTrue(all(isinstance(order, Order) for order in orders))
            self.assertEqual([order.status for order in orders], [order.status for order in today])

    def test_calls(self):
        for _ in range(130):
            self.place(paid=False)
        now = self.lazada.clock.now()
        self.lazada.calls.clear()
        self.assertEqual(len(self.client.list_orders_placed(now - timedelta(days=1), now + timedelta(seconds=1))), 130)
        self.assertEqual(self.lazada.calls[ORDERS], 2)
