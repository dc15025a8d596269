"""Lazada's list of orders: each order of the window once, none lost, in as few calls as possible."""

import math
import unittest
from collections import Counter
from datetime import datetime, timedelta, timezone

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ..marketplaces.base import WindowTooWide
from ..marketplaces.errors import ServerError, TransportError, UnexpectedResponse
from ..marketplaces.lazada.listing import Page, Walk
from ..marketplaces.types import OrderStub
from .lazada_fake import NOW, PATIENT, make_client, moment, ok, refusal, shop_text

PAGE = 3
CEILING = 9
REACH = CEILING + PAGE  # orders that paging reaches from one end


class SmallWalk(Walk):
    page_size = PAGE
    offset_ceiling = CEILING


class Shelf:
    """Orders at a platform, by number and second of their last change; `between(shelf)` runs after each page."""

    def __init__(self, orders, *, inclusive=True, ties_turn=True, now=1000, counts=True, between=None):
        self.orders = dict(orders)
        self.inclusive = inclusive
        self.ties_turn = ties_turn
        self.now = now
        self.counts = counts
        self.between = between
        self.calls = 0
        self.changed = set()

    def matches(self, after, before, direction):
        edge = 0 if self.inclusive else 1
        found = [(second, number) for number, second in self.orders.items() if after + edge <= second <= before - edge]
        if direction == "ASC":
            return sorted(found)
        sign = -1 if self.ties_turn else 1
        return sorted(found, key=lambda row: (-row[0], sign * row[1]))

    def change(self, number):
        self.orders[number] = self.now
        self.changed.add(number)

    def answer(self, after, before, direction, offset):
        after, before = (int((value - moment(0)).total_seconds()) for value in (after, before))
        self.calls += 1
        found = self.matches(after, before, direction)
        stubs = tuple(
            OrderStub(ref=str(number), updated_at=moment(second), header={"second": second})
            for second, number in found[offset : offset + PAGE]
        )
        page = Page(stubs=stubs, total=len(found) if self.counts else None, date=moment(self.now))
        self.now += 1
        if self.between:
            self.between(self)
        return page

    def walk(self, start, end, most=None):
        return SmallWalk(self.answer, moment(start), moment(end), most)


def numbers(stubs):
    return [int(stub.ref) for stub in stubs]


orders_in_seconds = st.lists(st.integers(0, 12), max_size=40).map(lambda seconds: dict(enumerate(seconds)))


class TestStandingStill(unittest.TestCase):
    @settings(max_examples=300, **PATIENT)
    @given(orders_in_seconds, st.booleans(), st.booleans(), st.booleans(), st.integers(-1, 13), st.integers(0, 14))
    def test_each_order_once(self, orders, inclusive, ties_turn, counts, start, length):
        """Whatever the bounds mean and however many orders share a second: the whole window, or an error that says
        so. # R37"""
        shelf = Shelf(orders, inclusive=inclusive, ties_turn=ties_turn, counts=counts)
        inside = [number for number, second in orders.items() if start <= second <= start + length]
        largest = max(Counter(orders.values()).values(), default=0)
        try:
            found = numbers(shelf.walk(start, start + length).run())
        except UnexpectedResponse as error:
            self.assertEqual(error.where, "data.orders.updated_at")
            self.assertGreaterEqual(largest, REACH, "Only for more at once than paging reaches from one end.")
        else:
            self.assertEqual(sorted(found), sorted(inside))
            self.assertLessEqual(shelf.calls, 4 + 2 * len(orders))

    @settings(**PATIENT)
    @given(st.integers(0, REACH), st.booleans())
    def test_calls(self, number, inclusive):
        """N orders cost N / page size calls, rounded up; one where there are none."""
        shelf = Shelf({each: 10 + each for each in range(number)}, inclusive=inclusive)
        self.assertEqual(len(shelf.walk(5, 40).run()), number)
        self.assertEqual(shelf.calls, max(1, math.ceil(number / PAGE)))

    @settings(**PATIENT)
    @given(st.integers(0, REACH - 1))
    def test_calls_without_count(self, number):
        """Without a count the list ends with a page that is not full."""
        shelf = Shelf({each: 10 + each for each in range(number)}, counts=False)
        self.assertEqual(len(shelf.walk(5, 40).run()), number)
        self.assertEqual(shelf.calls, number // PAGE + 1)

    def test_many_in_one_second_are_read_from_both_ends(self):
        for inclusive in (True, False):
            orders = {number: 10 for number in range(2 * REACH)}
            shelf = Shelf({**orders, 90: 8, 91: 9, 92: 11, 93: 12}, inclusive=inclusive)
            self.assertEqual(len(shelf.walk(0, 40).run()), 2 * REACH + 4)

    def test_neighbouring_seconds_full_of_orders(self):
        orders = {100 * second + number: second for second in (9, 10, 11) for number in range(REACH + 2)}
        self.assertEqual(len(Shelf(orders).walk(0, 40).run()), len(orders))

    def test_more_in_one_second_than_can_be_reached(self):
        for ties_turn, number in ((True, 2 * REACH + 1), (False, REACH + 1)):
            shelf = Shelf({each: 10 for each in range(number)}, ties_turn=ties_turn)
            with self.assertRaises(UnexpectedResponse) as caught:
                shelf.walk(0, 40).run()
            self.assertIn(moment(10).isoformat(), str(caught.exception))

    def test_sorted_by_time_then_number(self):
        self.assertEqual(numbers(Shelf({3: 11, 2: 10, 1: 11}).walk(0, 40).run()), [2, 1, 3])


class TestChangesMeanwhile(unittest.TestCase):
    def walked(self, orders, changes, end, **kwargs):
        """Read the window up to `end` (the clock shows 20) while `changes` say which orders change after each page."""

        def between(shelf):
            for number in changes[shelf.calls - 1] if shelf.calls <= len(changes) else ():
                if number in shelf.orders or number > 100:
                    shelf.change(number)

        shelf = Shelf(orders, now=20, between=between, **kwargs)
        try:
            return shelf, set(numbers(shelf.walk(0, end).run()))
        except ServerError:
            return shelf, None

    @settings(max_examples=400, **PATIENT)
    @given(
        st.lists(st.integers(0, 12), max_size=10).map(lambda seconds: dict(enumerate(seconds))),
        st.lists(st.lists(st.integers(0, 10) | st.integers(101, 105), max_size=3), max_size=12),
        st.sampled_from((12, 19, 22, 1000)),
        st.booleans(),
    )
    @example(dict(enumerate([0] * 9 + [1])), [[], [1], [1]], 22, False)  # moves in the window unseen, then leaves it
    def test_what_stands_still_is_never_lost(self, orders, changes, end, inclusive):
        """Orders that change while pages are read move others over the border of two pages; none of those is lost,
        wherever the window ends. # R37"""
        shelf, found = self.walked(orders, changes, end, inclusive=inclusive)
        if found is not None:
            still = {number for number, second in orders.items() if second <= end} - shelf.changed
            self.assertLessEqual(still, found)

    @settings(max_examples=200, **PATIENT)
    @given(
        st.lists(st.integers(0, 300), min_size=20, max_size=80, unique=True),
        st.lists(st.lists(st.integers(0, 80), max_size=2), max_size=60),
    )
    def test_a_busy_shop_is_read_to_the_end(self, seconds, changes):
        """With the window in the past, changes only take orders out of it: reading always comes to an end."""
        shelf = Shelf(
            dict(enumerate(seconds)),
            now=400,
            between=lambda shelf: [
                shelf.change(number)
                for number in (changes[shelf.calls - 1] if shelf.calls <= len(changes) else ())
                if number in shelf.orders
            ],
        )
        found = set(numbers(shelf.walk(0, 300).run()))
        self.assertLessEqual(set(range(len(seconds))) - shelf.changed, found)
        self.assertLessEqual(shelf.calls, 2 * math.ceil(len(seconds) / PAGE) + 4)

    def test_an_order_moves_to_the_end(self):
        """It is there once, as it was seen last."""
        shelf = Shelf(dict(enumerate(range(7))), now=20)
        shelf.between = lambda shelf: shelf.change(0) if shelf.calls == 1 else None
        stubs = shelf.walk(0, 1000).run()
        self.assertEqual(sorted(numbers(stubs)), list(range(7)))
        self.assertEqual([stub.header["second"] for stub in stubs if stub.ref == "0"], [21])

    def test_one_order_leaves_while_another_comes(self):
        """The count stays the same, and yet an order has moved over the border of two pages."""
        shelf = Shelf(dict(enumerate(range(8))), now=20)
        shelf.between = lambda shelf: shelf.orders.update({0: 26, 99: 23}) if shelf.calls == 1 else None
        self.assertLessEqual(set(range(8)), set(numbers(shelf.walk(0, 23).run())))

    def test_window_with_an_end_to_come(self):
        """In a shop in which an order changes after each page."""
        shelf = Shelf(dict(enumerate(range(15))), now=20)
        shelf.between = lambda shelf: shelf.change(15 + shelf.calls % 5) if shelf.calls < 200 else None
        self.assertLessEqual(set(range(15)), set(numbers(shelf.walk(0, 1000).run())))
        self.assertLess(shelf.calls, 40)

    def test_an_old_copy_of_an_order_does_not_replace_the_new_one(self):
        class Lagging(Shelf):
            def answer(self, after, before, direction, offset):
                page = super().answer(after, before, direction, offset)
                old = OrderStub(ref="0", updated_at=moment(0), header={"second": 0})
                return Page(stubs=(*page.stubs[:2], old), total=page.total, date=page.date) if offset else page

        stubs = Lagging({0: 1, 1: 2, 2: 3, 3: 4, 4: 5}, counts=False).walk(0, 40)
        with self.assertRaises(ServerError):
            stubs.run()
        self.assertEqual(stubs._stubs["0"].updated_at, moment(1))

    def test_a_page_comes_twice(self):
        class Stutter(Shelf):
            def answer(self, after, before, direction, offset):
                page = super().answer(after, before, direction, offset)
                if self.calls == 2:
                    return Page(stubs=self.first, total=page.total, date=page.date)
                self.first = page.stubs
                return page

        for number in (8, REACH + 5):
            found = Stutter(dict(enumerate(range(number)))).walk(0, 40).run()
            self.assertEqual(sorted(numbers(found)), list(range(number)))

    def test_an_unsorted_list_cannot_be_walked(self):
        class Unsorted(Shelf):
            def matches(self, after, before, direction):
                return super().matches(after, before, "DESC")

        self.assertEqual(len(Unsorted(dict(enumerate(range(REACH)))).walk(0, 40).run()), REACH)
        with self.assertRaises(UnexpectedResponse) as caught:
            Unsorted(dict(enumerate(range(REACH + 1)))).walk(0, 40).run()
        self.assertEqual(caught.exception.where, "data.orders.updated_at")

    def test_an_order_becomes_visible_late(self):
        shelf = Shelf(dict(enumerate(range(7))))
        shelf.between = lambda shelf: shelf.orders.update({99: 0}) if shelf.calls == 2 else None
        self.assertIn(99, numbers(shelf.walk(0, 40).run()))

    def test_fewer_orders_than_announced(self):
        class Short(Shelf):
            def answer(self, after, before, direction, offset):
                page = super().answer(after, before, direction, offset)
                return Page(stubs=page.stubs, total=page.total + 1, date=page.date)

        with self.assertRaises(UnexpectedResponse) as caught:
            Short(dict(enumerate(range(7)))).walk(0, 40).run()
        self.assertEqual(caught.exception.where, "data.countTotal")

    def test_a_list_that_never_stands_still(self):
        shelf = Shelf(dict(enumerate(range(8))))
        shelf.between = lambda shelf: shelf.orders.update({100 + shelf.calls: shelf.calls % 8})
        with self.assertRaises(ServerError):
            shelf.walk(0, 40).run()
        self.assertLess(shelf.calls, 100)


class TestWindowTooWide(unittest.TestCase):
    def test_told_by_the_first_page(self):
        shelf = Shelf(dict(enumerate(range(7))))
        with self.assertRaises(WindowTooWide):
            shelf.walk(0, 40, most=6).run()
        self.assertEqual(shelf.calls, 1)

    def test_exactly_as_many(self):
        self.assertEqual(len(Shelf(dict(enumerate(range(7)))).walk(0, 40, most=7).run()), 7)

    def test_neighbours_of_the_window_do_not_count(self):
        self.assertEqual(len(Shelf({1: 9, 2: 10, 3: 11}).walk(10, 10, most=1).run()), 1)

    def test_without_count(self):
        shelf = Shelf(dict(enumerate(range(9))), counts=False)
        with self.assertRaises(WindowTooWide):
            shelf.walk(0, 40, most=4).run()
        self.assertEqual(shelf.calls, 2)


class Platform:
    """`/orders/get` itself, with the real page size, ceiling, words and types."""

    def __init__(self, seconds):
        self.rows = sorted((second, 491253082180001 + number) for number, second in enumerate(seconds))

    def __call__(self, call):
        params = call.params
        assert call.api == "/orders/get" and params["sort_by"] == "updated_at", params
        after, before = (datetime.fromisoformat(params[key]) for key in ("update_after", "update_before"))
        assert after.tzinfo and before.tzinfo
        offset, limit = int(params["offset"]), int(params["limit"])
        if offset > 4500:
            return refusal("14", f'E014: "{offset}" Invalid Offset')
        if limit > 100:
            return refusal("19", f'E019: "{limit}" Invalid Limit')
        found = [row for row in self.rows if after <= moment(row[0]) <= before]
        if params["sort_direction"] == "DESC":
            found.reverse()
        rows = found[offset : offset + limit]
        page = [{"order_id": number, "updated_at": shop_text(second)} for second, number in rows]
        return ok(data={"count": len(page), "countTotal": len(found), "orders": page})


class TestOverTheWire(unittest.TestCase):
    def list(self, seconds, start=0, end=100_000, **kwargs):
        client, session = make_client(Platform(seconds), date=NOW + 200_000)
        return client.list_orders(moment(start), moment(end), **kwargs), session

    def test_pages(self):
        for number, calls in ((0, 1), (1, 1), (100, 1), (101, 2), (250, 3)):
            found, session = self.list(range(number))
            self.assertEqual((len(found.stubs), len(session.calls)), (number, calls))

    def test_beyond_the_offset_ceiling(self):
        found, session = self.list(range(5000))
        self.assertEqual(len({stub.ref for stub in found.stubs}), 5000)
        self.assertEqual(len(session.calls), 51, "46 up to the ceiling, 5 for the 402 from there on")

    def test_five_thousand_in_one_second(self):
        found, _session = self.list([50] * 5000 + [51, 52])
        self.assertEqual(len({stub.ref for stub in found.stubs}), 5002)

    def test_stubs_carry_the_order_and_the_platform_time(self):
        found, session = self.list([7])
        self.assertEqual(found.stubs[0].ref, "491253082180001")
        self.assertEqual(found.stubs[0].updated_at, moment(7))
        self.assertEqual(found.stubs[0].header["updated_at"], shop_text(7))
        self.assertEqual(found.read_at, moment(200_000))
        self.assertEqual(session.calls[0].params["update_after"], moment(-1).isoformat())
        self.assertEqual(session.calls[0].params["update_before"], moment(100_001).isoformat())

    def test_both_ends_belong_to_the_window(self):
        found, _session = self.list([9, 10, 11, 19, 20, 21], 10, 20)
        self.assertEqual([stub.updated_at for stub in found.stubs], [moment(second) for second in (10, 11, 19, 20)])

    def test_window_in_another_time_zone(self):
        client, _session = make_client(Platform([10]))
        zone = timezone(timedelta(hours=-3))
        found = client.list_orders(moment(10).astimezone(zone), moment(10).astimezone(zone))
        self.assertEqual(len(found.stubs), 1)

    def test_without_platform_time_the_own_clock_counts(self):
        client, _session = make_client(Platform([10]), date=None)
        self.assertEqual(client.list_orders(moment(0), moment(20)).read_at, moment(0))

    def test_too_wide(self):
        with self.assertRaises(WindowTooWide):
            self.list(range(300), most=299)

    def test_counts_as_text_and_missing(self):
        for total in ("1", None):
            data = {"count": "1", "countTotal": total, "orders": [{"order_id": "7", "updated_at": shop_text(3)}]}
            client, session = make_client(ok(data=data))
            self.assertEqual([stub.ref for stub in client.list_orders(moment(0), moment(9)).stubs], ["7"])
            self.assertEqual(len(session.calls), 1)

    def test_an_order_with_unreadable_time_is_not_lost(self):
        data = {"countTotal": 1, "orders": [{"order_id": 7, "updated_at": "yesterday"}]}
        stubs = make_client(ok(data=data))[0].list_orders(moment(0), moment(9)).stubs
        self.assertEqual([(stub.ref, stub.updated_at) for stub in stubs], [("7", None)])

    def test_unusable_lists(self):
        for data, where in (
            (None, "data"),
            ([], "data"),
            ({}, "data.orders"),
            ({"countTotal": 1, "orders": None}, "data.orders"),
            ({"countTotal": 1, "orders": [[]]}, "data.orders"),
            ({"countTotal": "many", "orders": []}, "data.countTotal"),
            ({"countTotal": 1, "orders": [{"order_id": 0}]}, "data.orders[0].order_id"),
        ):
            with self.assertRaises(UnexpectedResponse) as caught:
                make_client(ok(data=data))[0].list_orders(moment(0), moment(9))
            self.assertEqual(caught.exception.where, where)

    def test_nothing_at_all(self):
        for data in ({"count": 0, "countTotal": 0, "orders": []}, {"countTotal": 0}):
            self.assertEqual(make_client(ok(data=data))[0].list_orders(moment(0), moment(9)).stubs, ())

    def test_failure_on_a_later_page_fails_the_whole(self):
        platform = Platform(range(250))

        def answer(call):
            return (500, b"") if call.params["offset"] == "200" else platform(call)

        client, session = make_client(answer)
        with self.assertRaises((ServerError, TransportError)):
            client.list_orders(moment(0), moment(1000))
        self.assertEqual(len(session.calls), 5, "two pages, and three attempts at the third")
