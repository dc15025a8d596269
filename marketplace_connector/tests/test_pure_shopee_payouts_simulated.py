"""The Shopee client reads what the simulated Shopee has settled: two readings of one contract."""

import random
import unittest
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.shopee.fee_types import FEE_TYPES
from ..marketplaces.types import OrderStub
from ..simulator.shopee.app import Shopee
from .lazada_fake import PATIENT
from .settled_shop import OTHER, SKU, SettledShop
from .test_pure_shopee_simulator import Connection

KINDS = {fee_type.key: fee_type.kind for fee_type in FEE_TYPES}
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 16)
WIRE = (
    {},
    {"wallet_type_is_number": True, "wallet_amounts_are_positive": True, "wallet_newest_first": False},
    {"wallet_shows_transaction_id": True, "wallet_page_no_is_offset": True, "open_withdrawals_are_pending": True},
    {"wallet_shift": 1, "completed_withdrawals_have_amount": False, "goods_sold_include_shopee_discount": False},
)


class Settled(SettledShop):
    begin = MONDAY

    def open(self, country):
        platform = Shopee(countries=(country,))
        (self.shop,) = platform.shops.values()
        return platform

    def connect(self, country):
        connection = Connection(self.platform, self.shop).authorise()
        connection.client.shop = replace(connection.client.shop, site=country)
        return connection

    def happen(self):
        self.platform.catch_up()

    def read(self, order):
        fetched = self.client.fetch_orders([OrderStub(ref=order.order_sn)])
        (read,) = self.client.add_amounts(fetched)
        return read

    def deliver(self, *lines, **facts):
        order = self.order(*lines, **facts)
        self.platform.advance(order, "COMPLETED")
        return order


class SettledCase(unittest.TestCase):
    def settled(self, region="SG", **switches):
        shop = Settled(region, **switches)
        self.addCleanup(shop.close)
        return shop

    def assert_adds_up(self, shop):
        """Every day of the wallet without difference, as the platform has it, with each row once, explained."""
        payouts = shop.payouts()
        days = shop.platform.wallet_days(shop.shop)
        self.assertEqual([payout.difference for payout in payouts], [0] * len(payouts))
        self.assertEqual(
            [(payout.start, payout.opening, payout.closing) for payout in payouts],
            [(day, each.opening, each.closing) for day, each in sorted(days.items()) if each.sums],
        )
        rows = [row for payout in payouts for row in payout.rows]
        self.assertEqual(len({row.ref for row in rows}), len(rows))
        self.assertNotIn("escrow_difference", {row.fee_key for row in rows})
        return payouts


class TestWeeks(SettledCase):
    def test_a_life(self):
        """R82, R87, R88, D2: weeks with all that happens to orders, in five currencies, however Shopee writes it."""
        for region, wire in (("SG", WIRE[1]), ("TH", WIRE[2]), ("VN", WIRE[3]), ("PH", WIRE[0]), ("ID", WIRE[2])):
            with self.subTest(region, **wire):
                shop = self.settled(region, withholds_tax=True, release_delay=3 * 86400, **wire)
                shopee, unit = shop.platform, shop.unit
                shopee.withdrawal_weekday, shopee.failing_withdrawals = 3, 1
                whole = shop.deliver((SKU, 2), (OTHER, 1), seller_voucher=Decimal(2), shipping_fee=Decimal(3))
                shared = shop.order((SKU, 3), platform_discount=Decimal(2), shipping_fee=Decimal(1))
                ahead = shop.order((OTHER, 4), coins=Decimal(1))
                shopee.advance(ahead, "SHIPPED")
                shopee.pay_ahead(ahead, 7 * unit)
                early = shop.order((SKU, 3), shipping_fee=Decimal(2))
                shopee.advance(early, "SHIPPED")
                returned = shopee.return_order(early, [(early.items[0], 1)], reverse_shipping_fee=unit)
                shop.pass_time(4 * DAY)
                shopee.advance(shared, "COMPLETED")
                shopee.advance(ahead, "COMPLETED")
                late = shop.deliver((SKU, 2), shipping_fee=Decimal(2))
                shop.pass_time(7 * DAY)
                shopee.add_movement(shop.shop, "PAID_ADS_CHARGE", -3 * unit)
                shopee.adjust(whole, -unit, "Logistic issue deduction")
                after = shopee.return_order(late, [(late.items[0], 1)])
                shopee.cancel(shop.order())
                shop.pass_time(5 * DAY)
                payouts = self.assert_adds_up(shop)
                kinds = {KINDS[row.fee_key] for payout in payouts for row in payout.rows}
                self.assertLessEqual({"order_amount", "commission", "marketing", "bank", "adjustment"}, kinds)
                totals = shop.totals()
                for order, back in (
                    (whole, 0),
                    (shared, 0),
                    (ahead, 0),
                    (early, returned.refund_amount),
                    (late, after.refund_amount),
                ):
                    self.assertEqual(totals[order.order_sn], shop.live_total(order) - back)

    def test_refs_last(self):
        """D2: what comes after the release changes no row of a day that is over, and no ref."""
        shop = self.settled()
        order = shop.deliver((SKU, 2), shipping_fee=Decimal(2))
        shop.pass_time(DAY)
        (before,) = shop.payouts()
        self.assertTrue(before.is_final)
        shop.pass_time(DAY)
        shop.platform.return_order(order)
        shop.platform.adjust(order, 2, "Return Refund compensation")
        first, second = self.assert_adds_up(shop)
        self.assertEqual((first, second.is_final), (before, False))
        (alone,) = shop.payouts(MONDAY + DAY)
        self.assertEqual(alone.rows, second.rows)

    def test_busy_day(self):
        """Many orders released in one second, more than a page of them; 20 orders a call."""
        shop = self.settled(release_delay=86400, **WIRE[1])
        orders = [shop.order((SKU, 1)) for _number in range(130)]
        for order in orders:
            shop.platform.advance(order, "COMPLETED")
        shop.pass_time(2 * DAY)
        shop.client.get_shop()  # with a new token
        asked = []
        shop.connection.http.session.hooks["response"].append(lambda response, **_: asked.append(response.url))
        (payout,) = self.assert_adds_up(shop)
        self.assertEqual(len({row.order_ref for row in payout.rows}), 130)
        self.assertEqual(sum("get_escrow_detail_batch" in url for url in asked), 7)
        self.assertEqual(sum("get_wallet_transaction_list" in url for url in asked), 2)

    @settings(max_examples=15, **PATIENT)
    @given(st.integers(0, 2**32), st.sampled_from(WIRE), st.sampled_from(["SG", "VN", "ID"]))
    def test_any_life(self, seed, wire, region):
        """R88, D2: whatever happens in whatever order, all days add up and orders come to what was invoiced."""
        shop = Settled(region, release_delay=86400, **wire)
        try:
            chance, shopee = random.Random(seed), shop.platform
            orders, back = [], defaultdict(Decimal)
            shopee.add_movement(shop.shop, "ADJUSTMENT_ADD", 10 * shop.unit)  # alone in its second: tells the opening
            shop.pass_time(timedelta(hours=1))
            for _step in range(25):
                happening = chance.choice(("order", "order", "complete", "return", "ads", "withdraw", "ahead", "wait"))
                order = chance.choice(orders) if orders else None
                happen(shop, happening, order, chance, orders, back)
            for order in orders:
                if order.order_status != "COMPLETED":
                    shopee.advance(order, "COMPLETED")
            shop.pass_time(3 * DAY)
            self.assert_adds_up(shop)
            totals = shop.totals()
            for order in orders:
                if totals[order.order_sn] or order.released_amount:
                    self.assertEqual(totals[order.order_sn], shop.live_total(order) - back[order.order_sn])
        finally:
            shop.close()


def happen(shop, happening, order, chance, orders, back):
    """Something happens to the shop; `back` are refunds by order."""
    shopee, unit = shop.platform, shop.unit
    if happening == "order" or order is None:
        facts = {"seller_voucher": Decimal(chance.choice((0, 1))), "shipping_fee": Decimal(chance.choice((0, 2)))}
        lines = [(chance.choice((SKU, OTHER)), chance.randint(1, 3))]
        orders.append(shop.order(*lines, platform_discount=Decimal(chance.choice((0, 1))), **facts))
    elif happening == "complete" and order.order_status == "READY_TO_SHIP":
        shopee.advance(order, chance.choice(("SHIPPED", "COMPLETED")))
    elif happening == "ahead" and order.order_status == "SHIPPED" and not order.paid_ahead:
        shopee.pay_ahead(order, unit)
    elif happening == "return" and order.order_status in ("SHIPPED", "COMPLETED") and not order.returns:
        back[order.order_sn] += shopee.return_order(order, [(order.items[0], 1)]).refund_amount
    elif happening == "ads":
        shopee.add_movement(shop.shop, "PAID_ADS_CHARGE", -unit)
    elif happening == "withdraw" and shop.shop.ledger.balance() > 0:
        shopee.withdraw(shop.shop)
    else:
        shop.pass_time(timedelta(hours=chance.randint(1, 40)))


class TestCrossBorder(SettledCase):
    def test_batches(self):
        """R88, D19: payouts in the bank's money; orders by their terms, later corrections by themselves."""
        shop = self.settled("MY")
        shop.shop.is_cb, shop.shop.payout_currency, shop.shop.payout_rate = True, "CNY", Decimal("1.62")
        orders = [shop.deliver((SKU, 2), seller_voucher=Decimal(1), shipping_fee=Decimal(2)), shop.deliver()]
        shop.pass_time(DAY)
        first = shop.platform.run_payout(shop.shop)
        back = shop.platform.return_order(orders[1], [(orders[1].items[0], 1)]).refund_amount
        shop.platform.add_movement(shop.shop, "PAID_ADS_CHARGE", -1)
        shop.pass_time(7 * DAY)
        second = shop.platform.run_payout(shop.shop)
        found = shop.payouts()
        self.assertEqual([payout.difference for payout in found], [0, 0])
        self.assertEqual([payout.paid_out for payout in found], [first.amount, second.amount])
        self.assertEqual([payout.bank_amount for payout in found], [first.paid_amount, second.paid_amount])
        self.assertEqual({(payout.currency, payout.bank_currency) for payout in found}, {("MYR", "CNY")})
        self.assertEqual({payout.rate for payout in found}, {Decimal("1.62")})
        totals = shop.totals()
        for order, refund in zip(orders, (0, back), strict=True):
            self.assertEqual(totals[order.order_sn], shop.live_total(order) - refund)
        self.assertEqual(shop.payouts(MONDAY + 3 * DAY), found[1:])
