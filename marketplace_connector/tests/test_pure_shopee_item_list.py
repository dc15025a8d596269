"""Shopee's list of items is read to its end, also where it is too long to be paged through."""

import unittest
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import Rejected, UnexpectedResponse
from .shopee_fake import NOW, ok, refusal, utc
from .shopee_goods_fake import Goods, goods


def listed(shop, changed_since=None):
    client = shop.client()
    items = client._listed_items(changed_since)
    return [int(item.ref) for item in items], client


class TestItemList(unittest.TestCase):
    def test_calls(self):
        """100 a call, at least one. # R13"""
        for count, calls in [(0, 1), (1, 1), (100, 1), (101, 2), (350, 4)]:
            refs, client = listed(Goods(*(goods(number) for number in range(1, count + 1))))
            self.assertEqual(refs, list(range(1, count + 1)))
            self.assertEqual(client.session.names(), ["get_item_list"] * calls)

    def test_changed_since(self):
        """Shopee picks those out. The bound may not belong to the window."""
        shop = Goods(goods(1, update_time=NOW - 50), goods(2, update_time=NOW - 49), goods(3, update_time=NOW - 60))
        refs, client = listed(shop, utc(NOW - 50) + timedelta(milliseconds=500))
        self.assertEqual(refs, [1, 2])
        self.assertEqual(client.session.calls[0].params["update_time_from"], str(NOW - 51))
        self.assertNotIn("update_time_to", client.session.calls[0].params)

    def test_over_limit(self):
        """The list goes on by windows of time, without reading again what is known to be too long."""
        shop = Goods(*(goods(number, update_time=NOW - 40 * number) for number in range(1, 1001)), longest=300)
        refs, client = listed(shop)
        self.assertEqual(refs, list(range(1, 1001)))
        self.assertLess(len(client.session.calls), 60)

    @given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 3))
    @settings(max_examples=40, deadline=None)
    def test_any_times(self, ages, pages):
        """Each item once, whenever it changed."""
        shop = Goods(*(goods(number, update_time=NOW - age * 7) for number, age in enumerate(ages, 1)))
        shop.longest = 20 * pages
        most = max((ages.count(age) for age in ages), default=0)
        with small_pages(shop):
            if most > shop.longest:
                with self.assertRaises(UnexpectedResponse):
                    listed(shop)
            else:
                self.assertEqual(listed(shop)[0], list(range(1, len(ages) + 1)))

    def test_items_that_go_meanwhile(self):
        """An item that moves up a page when another one vanishes is found in a second round."""
        shop = Goods(*(goods(number) for number in range(1, 202)))

        def vanish(call):
            if call.params["offset"] == "100":
                shop.items.pop(1, None)

        shop.before = vanish
        refs, _client = listed(shop)
        self.assertLessEqual(set(range(2, 202)), set(refs))

    def test_circle(self):
        shop = Goods()
        row = {"item_id": 1, "item_status": "NORMAL"}
        shop.before = lambda call: ok({"item": [row], "total_count": 500, "has_next_page": True, "next_offset": 0})
        with self.assertRaises(UnexpectedResponse) as caught:
            listed(shop)
        self.assertEqual(caught.exception.where, "response.next_offset")

    def test_unusable(self):
        """What would lose items is an error."""
        for response in (
            {"item": []},
            {"item": None, "has_next_page": True, "next_offset": 100},
            {"item": [{}], "has_next_page": False},
            {"item": [], "has_next_page": True},
            {"item": [], "has_next_page": True, "next_offset": "-"},
        ):
            shop = Goods()
            shop.before = lambda call, response=response: ok(response)
            with self.subTest(response=response), self.assertRaises(UnexpectedResponse):
                listed(shop)
        shop = Goods()
        shop.before = lambda call: ok({"item": None, "has_next_page": False})
        self.assertEqual(listed(shop)[0], [])

    def test_other_refusals(self):
        shop = Goods()
        shop.before = lambda call: refusal("error_param_item_status", "Item status error.")
        with self.assertRaises(Rejected):
            listed(shop)


class small_pages:
    """Shopee gives pages of 20 items, however many are asked for."""

    def __init__(self, shop):
        self.shop, self.whole = shop, shop.get_item_list

    def __enter__(self):
        def short(call):
            call.params["page_size"] = "20"
            return self.whole(call)

        self.shop.get_item_list = short

    def __exit__(self, *exc_info):
        del self.shop.get_item_list
