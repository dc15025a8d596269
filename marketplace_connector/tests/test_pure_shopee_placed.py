"""Shopee's orders by when they were placed: whole, or an error."""

import unittest
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import ServerError, UnexpectedResponse
from .lazada_fake import PATIENT
from .shopee_fake import NOW, make_client, ok, utc
from .test_pure_shopee_simulator import LIST, SimulatorCase

DAY = 86400


class Platform:
    """Orders by second of placing, listed by position; `meddle(page number, answer)` changes an answer."""

    def __init__(self, seconds, status="READY_TO_SHIP"):
        self.orders = [(NOW + second, f"2510{number:06d}") for number, second in enumerate(seconds)]
        self.status, self.calls, self.field = status, [], "create_time"
        self.meddle = lambda number, answer: answer

    def __call__(self, call):
        params = call.params
        self.calls.append(params)
        assert params["time_range_field"] == self.field
        size = int(params["page_size"])
        assert size <= 100
        assert params["response_optional_fields"] == "order_status" and "order_status" not in params
        time_from, time_to = int(params["time_from"]), int(params["time_to"])
        assert 0 < time_to - time_from <= 15 * DAY
        found = [ref for second, ref in self.orders if time_from <= second <= time_to]
        first = int(params["cursor"] or 0)
        rows = [{"order_sn": ref, "order_status": self.status} for ref in found[first : first + size]]
        more = first + size < len(found)
        answer = {"more": more, "next_cursor": str(first + size) if more else "", "order_list": rows}
        return ok(self.meddle(len(self.calls), answer))


class TestPlaced(unittest.TestCase):
    def listed(self, platform, days=1):
        return make_client(platform).list_orders_placed(utc(NOW), utc(NOW + days * DAY))

    def test_fewest_calls(self):
        """Shopee does not count, so the list is read twice, with pages that end at other orders."""
        for number, calls in ((0, 2), (1, 2), (90, 2), (100, 3), (101, 4), (250, 6)):
            platform = Platform(range(number))
            self.assertEqual([order.ref for order in self.listed(platform)], [ref for _, ref in platform.orders])
            self.assertEqual(len(platform.calls), calls)

    def test_whole_seconds(self):
        """Whether Shopee's bounds belong to the window is not certain: the second before is asked for, too."""
        platform = Platform([])
        make_client(platform).list_orders_placed(utc(NOW + 0.5), utc(NOW + 9.5))
        self.assertEqual((platform.calls[0]["time_from"], platform.calls[0]["time_to"]), (str(NOW - 1), str(NOW + 10)))

    def test_long_ranges(self):
        platform = Platform(range(0, 40 * DAY, DAY))
        orders = self.listed(platform, days=40)
        self.assertEqual([order.ref for order in orders], [ref for _, ref in platform.orders])
        self.assertEqual(len(platform.calls), 6)

    def test_statuses(self):
        for told, status in (
            ("UNPAID", "unpaid"),
            ("PENDING", "on_hold"),
            ("CANCELLED", "cancelled"),
            ("TO_CONFIRM_RECEIVE", "shipped"),
            ("BRAND_NEW", "unknown"),
        ):
            (order,) = self.listed(Platform([5], told))
            self.assertEqual((order.status, order.raw_status, order.created_at), (status, told, None))

    def test_shifted_once(self):
        """An order on two pages: the list has moved and is read again."""
        platform = Platform(range(150))

        def shift(number, answer):
            if number == 2:
                answer["order_list"].insert(0, {"order_sn": platform.orders[99][1], "order_status": "UNPAID"})
            return answer

        platform.meddle = shift
        self.assertEqual(len(self.listed(platform)), 150)
        self.assertEqual(len(platform.calls), 6)

    def test_cut_short_once(self):
        """D3: a list that ends early says so by nothing: it is read until two readings name the same orders."""

        for cut in (1, 2, 3, 4):
            platform = Platform(range(150))
            platform.meddle = lambda number, answer, cut=cut: (
                {**answer, "more": False, "order_list": answer["order_list"][:40]} if number == cut else answer
            )
            self.assertEqual(len(self.listed(platform)), 150)

    def test_ends_at_each_page(self):
        """D3: nor does a list whose first page always says that it is the last one."""
        platform = Platform(range(150))
        platform.meddle = lambda _number, answer: {**answer, "more": False}
        with self.assertRaises(ServerError):
            self.listed(platform)

    def test_changed(self):
        platform = Platform(range(150))
        platform.field = "update_time"
        changed = make_client(platform).list_orders_changed(utc(NOW), utc(NOW + 20 * DAY))
        self.assertEqual(changed, {ref for _, ref in platform.orders})

    def test_never_passes_for_whole(self):
        """D3: pages that repeat, that are empty and go on, or that turn in a circle are errors."""

        def repeated(number, answer):
            return {**answer, "order_list": [{"order_sn": "1", "order_status": "UNPAID"}]}

        def empty(number, answer):
            return {**answer, "order_list": [], "more": True, "next_cursor": str(number)}

        def circle(number, answer):
            return {**answer, "more": True, "next_cursor": "100"}

        for meddle in (repeated, empty, circle):
            platform = Platform(range(150))
            platform.meddle = meddle
            with self.assertRaises(ServerError):
                self.listed(platform)

    def test_answers_that_break_off(self):
        for wrong in (
            {"more": True, "next_cursor": ""},
            {"more": None},
            {"order_list": None, "more": True, "next_cursor": "5"},
            {"order_list": [{"order_sn": "1"}]},
            {"order_list": [{"order_status": "UNPAID"}]},
        ):
            platform = Platform([1])
            platform.meddle = lambda _number, answer, wrong=wrong: {**answer, **wrong}
            with self.assertRaises(UnexpectedResponse):
                self.listed(platform)

    @settings(max_examples=30, **PATIENT)
    @given(st.lists(st.integers(0, DAY - 1), max_size=260))
    def test_any_crowd(self, seconds):
        platform = Platform(seconds)
        refs = [order.ref for order in self.listed(platform)]
        self.assertEqual(sorted(refs), sorted(ref for _, ref in platform.orders))


class TestPlacedAtTheSimulator(SimulatorCase):
    def test_days_add_up(self):
        placed = []
        for hours in (1, 23, 25, 47):
            with self.shopee.clock.ago(hours * 3600):
                placed.append(self.place())
        self.shopee.cancel(placed[1], "Out of Stock", "seller")
        now = self.shopee.clock.now()
        for newest_first in (True, False):
            self.shopee.list_newest_first = newest_first
            yesterday = self.client.list_orders_placed(now - timedelta(hours=48), now - timedelta(hours=24))
            today = self.client.list_orders_placed(now - timedelta(hours=24), now)
            self.assertEqual({order.ref for order in today}, {order.order_sn for order in placed[:2]})
            self.assertEqual({order.ref for order in yesterday}, {order.order_sn for order in placed[2:]})
            orders = self.client.fetch_orders([order.stub for order in today])
            self.assertEqual([order.status for order in orders], [order.status for order in today])

    def test_calls(self):
        for _ in range(130):
            self.place(paid=False)
        now = self.shopee.clock.now()
        self.shopee.calls.clear()
        self.assertEqual(len(self.client.list_orders_placed(now - timedelta(days=1), now)), 130)
        self.assertEqual(self.shopee.calls[LIST], 4)
