"""The amounts of Lazada's orders."""

import unittest
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import UnexpectedResponse
from ..marketplaces.money import spread
from .lazada_fake import PATIENT, item
from .test_pure_lazada_parsing import D, parse

VOUCHERS = ("voucher", "voucher_seller", "voucher_platform")


def shares(order):
    """Each line's part in the seller's vouchers."""
    return [line.seller_voucher for line in order.lines]


class TestAmounts(unittest.TestCase):
    def test_what_the_buyer_pays_for(self):
        """Sum of the pieces + shipping − seller's vouchers = paid by the buyer + Lazada's vouchers. # R105 R107 R112"""
        items = [item(1, voucher_seller=3, voucher_platform=1), item(2, voucher_seller=2), item(3, item_price=75)]
        order = parse(items, price="100.00", shipping_fee=1.99, voucher=6, voucher_seller=5, voucher_platform=1)
        self.assertEqual(order.amounts.shipping_fee, D("1.99"))
        self.assertEqual((order.amounts.seller_voucher, order.amounts.platform_voucher), (5, 1))
        self.assertEqual(order.amounts.buyer_paid, D("95.99"))
        self.assertEqual((order.total, order.amounts.total, order.amount_difference), (D("96.99"), D("96.99"), 0))
        self.assertEqual(shares(order), [5, 0])

    def test_figures_that_do_not_fit_show(self):
        for values in ({"price": "12.49"}, {"voucher": 1}, {"voucher_seller": 1}, {"voucher_platform": 1}):
            self.assertNotEqual(parse([item(1)], **values).amount_difference, 0, values)

    def test_thousands(self):
        order = parse([item(1, item_price="1,234,567.50")], price="1,234,567.50")
        self.assertEqual((order.lines[0].unit_price, order.amount_difference), (D("1234567.50"), 0))

    def test_absurd_prices_are_kept(self):
        """Test orders carry them; what to do about it is not the client's to say."""
        order = parse([item(1, item_price=-5)], price=-5)
        self.assertEqual((order.lines[0].unit_price, order.amount_difference), (-5, 0))
        self.assertEqual(parse([item(1, item_price=10**15)], price=10**15).amount_difference, 0)

    def test_no_amount_is_guessed(self):
        """# R107"""
        unreadable = (None, "", "free", "1.2.3", "12,34", "1 000", True, [], {}, "NaN", "1e3", 10**30)
        for value in unreadable:
            for key, where in (("price", "order.price"), ("shipping_fee", "order.shipping_fee")):
                with self.assertRaises(UnexpectedResponse) as caught:
                    parse([item(1)], **{key: value})
                self.assertEqual(caught.exception.where, where)
            with self.assertRaises(UnexpectedResponse) as caught:
                parse([item(1), item(2, item_price=value)])
            self.assertEqual(caught.exception.where, "order_items[1].item_price")
        for value in unreadable[2:]:
            for key in VOUCHERS:
                with self.assertRaises(UnexpectedResponse) as caught:
                    parse([item(1)], **{key: value})
                self.assertEqual(caught.exception.where, f"order.{key}")


class TestVouchersThatTheOrderDoesNotTellApart(unittest.TestCase):
    """The page of `/order/get` lists `voucher` alone."""

    def order(self, items, **values):
        return parse(items, **{**dict.fromkeys(VOUCHERS), "price": D("12.5") * len(items), **values})

    def test_the_pieces_tell(self):
        items = [item(1, voucher_seller=3, voucher_platform=1), item(2, voucher_seller=2, voucher_platform=0)]
        for values in ({"voucher": 6}, {}, {"voucher_seller": 5}, {"voucher_platform": 1}):
            order = self.order(items, **values)
            self.assertEqual((order.amounts.seller_voucher, order.amounts.platform_voucher), (5, 1))
            self.assertEqual((order.amounts.buyer_paid, order.amount_difference), (D("20.99"), 0))

    def test_one_tells_the_other(self):
        bare = item(1, voucher_seller=None, voucher_platform=None)
        for values in ({"voucher_seller": 4}, {"voucher_platform": 2}):
            order = self.order([bare], voucher=6, **values)
            self.assertEqual((order.amounts.seller_voucher, order.amounts.platform_voucher), (4, 2))

    def test_none_at_all(self):
        order = self.order([item(1, voucher_seller=None, voucher_platform=None)], voucher=0)
        self.assertEqual((order.amounts.seller_voucher, order.amounts.platform_voucher), (0, 0))

    def test_nobody_tells(self):
        for values in ({"voucher": 6}, {}):
            with self.assertRaises(UnexpectedResponse) as caught:
                self.order([item(1, voucher_seller=None)], **values)
            self.assertEqual(caught.exception.where, "order.voucher_seller")
        with self.assertRaises(UnexpectedResponse) as caught:
            self.order([item(1, voucher_platform=None)])
        self.assertEqual(caught.exception.where, "order.voucher_platform")

    def test_parts_greater_than_the_whole_show(self):
        self.assertNotEqual(self.order([item(1)], voucher=1, voucher_seller=4).amount_difference, 0)


class TestShares(unittest.TestCase):
    def test_order_and_pieces_disagree(self):
        """The order's own figure is what counts; its pieces' parts only say how to cut it."""
        items = [item(1, voucher_seller=1), item(2, sku_id="2", voucher_seller=2)]
        order = parse(items, price=25, voucher=10, voucher_seller=10)
        self.assertEqual(shares(order), [D("3.33"), D("6.67")])

    def test_pieces_tell_nothing(self):
        items = [item(1, item_price=10), item(2, sku_id="2", item_price=30)]
        self.assertEqual(shares(parse(items, price=40, voucher=1, voucher_seller=1)), [D("0.25"), D("0.75")])

    def test_whole_dong(self):
        items = [item(number, item_price=1000, currency="VND", sku_id=str(number)) for number in (1, 2, 3)]
        order = parse(items, site="VN", price=3000, voucher=100, voucher_seller=100)
        self.assertEqual(shares(order), [34, 33, 33])


prices = st.integers(0, 10**6).map(lambda cents: Decimal(cents) / 100)
pieces = st.lists(
    st.tuples(prices, st.sampled_from("0001235"), st.sampled_from("0012"), st.sampled_from(("canceled", "packed"))),
    min_size=1,
    max_size=6,
)


class TestAnyOrder(unittest.TestCase):
    @settings(max_examples=300, **PATIENT)
    @given(pieces, prices, st.booleans(), st.booleans(), st.sampled_from(("both", "sum", "parts")))
    def test_what_is_consistent_balances(self, rows, shipping, live_goods, live_vouchers, told):
        """To the cent: whether the order's figures go down when a piece is cancelled, or only the price does, or
        neither, and whether it tells vouchers in sum, in parts or both. # R107"""
        items = [
            item(number, item_price=price, voucher_seller=int(seller), voucher_platform=int(platform), status=status)
            for number, (price, seller, platform, status) in enumerate(rows, 1)
        ]
        live = [row for row in rows if row[3] != "canceled"]
        goods = sum(row[0] for row in (live if live_goods else rows))
        counted = live if live_vouchers else rows
        seller, platform = (sum(int(row[each]) for row in counted) for each in (1, 2))
        values = {"voucher": seller + platform, "voucher_seller": seller, "voucher_platform": platform}
        values = {
            key: value for key, value in values.items() if told == "both" or (key == "voucher") == (told == "sum")
        }
        order = parse(items, price=goods, shipping_fee=shipping, **{**dict.fromkeys(VOUCHERS), **values})
        self.assertEqual(order.amount_difference, 0)
        self.assertEqual(sum(shares(order)), order.amounts.seller_voucher)
        remaining = [line.total - line.cancelled_total for line in order.lines]
        self.assertEqual(sum(remaining), sum(row[0] for row in live))
        if live_goods and goods != sum(row[0] for row in rows):
            self.assertEqual(order.amounts.seller_voucher, sum(int(row[1]) for row in rows), "as it was ordered")
        if not live_goods and live_vouchers and goods != sum(row[0] for row in live) and told != "sum":
            self.assertEqual(order.amounts.seller_voucher, seller, "as Lazada tells it")

    def test_vouchers_of_cancelled_pieces_that_the_order_no_longer_counts(self):
        items = [item(1, voucher_seller=3), item(2, voucher_seller=2, status="canceled")]
        (line,) = parse(items, price=25, voucher=3, voucher_seller=3).lines
        self.assertEqual((line.seller_voucher, line.cancelled_seller_voucher), (3, 0))

    @settings(**PATIENT)
    @given(pieces, prices.filter(bool), st.sampled_from(("price", "voucher", "voucher_seller", "voucher_platform")))
    def test_what_is_not_consistent_shows(self, rows, wrong, key):
        items = [
            item(number, item_price=price, voucher_seller=int(seller), voucher_platform=int(platform))
            for number, (price, seller, platform, _status) in enumerate(rows, 1)
        ]
        seller, platform = (sum(int(row[each]) for row in rows) for each in (1, 2))
        values = {
            "price": sum(row[0] for row in rows),
            "voucher": seller + platform,
            "voucher_seller": seller,
            "voucher_platform": platform,
        }
        values[key] += wrong
        self.assertEqual(abs(parse(items, **values).amount_difference), wrong)


class TestSpread(unittest.TestCase):
    @settings(**PATIENT)
    @given(
        st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents) / 100),
        st.lists(prices, min_size=1, max_size=9).filter(any),
        st.sampled_from((0, 2)),
    )
    def test_adds_up_and_is_fair(self, total, weights, digits):
        parts = spread(total, weights, digits)
        self.assertEqual(sum(parts), total)
        step = Decimal(1).scaleb(-digits)
        for part, weight in zip(parts, weights, strict=True):
            self.assertLess(abs(part - total * weight / sum(weights)), 2 * step)

    def test_over_pieces_that_cost_nothing(self):
        """A voucher on free pieces is an inconsistent order, not one that cannot be read."""
        for price in (0, -1):
            order = parse([item(1, item_price=price), item(2, item_price=price, sku_id="2")], voucher_seller=1)
            self.assertEqual(shares(order), [D("0.5"), D("0.5")])
