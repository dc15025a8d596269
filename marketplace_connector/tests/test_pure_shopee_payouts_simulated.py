"""The Shopee client reads what the simulated Shopee has settled: two readings of one contract."""

import random
import unittest
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.shopee.fee_types import FEE_TYPES
from ..marketplaces.types import OrderStub
from ..simulator.shopee.app import Shopee
from .lazada_fake import PATIENT
from .test_pure_shopee_simulator import Connection

KINDS = {fee_type.key: fee_type.kind for fee_type in FEE_TYPES}
SKU, OTHER = "TEE-BLK-M", "TOTE-NAT"
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 16)
WIRE = (
    {},
    {"wallet_type_is_number": True, "wallet_amounts_are_positive": True, "wallet_newest_first": False},
    {"wallet_shows_transaction_id": True, "wallet_page_no_is_offset": True, "open_withdrawals_are_pending": True},
    {"wallet_shift": 1, "completed_withdrawals_have_amount": False, "goods_sold_include_shopee_discount": False},
)


class Settled:
    """A shop at the simulated Shopee whose clock is the machine's, frozen at a Monday; and a client for it."""

    def __init__(self, region="SG", **switches):
        self.frozen = freeze_time("2026-11-16 04:00:00")
        self.clock = self.frozen.start()
        self.shopee = Shopee(countries=(region,))
        for name, value in switches.items():
            assert hasattr(self.shopee, name), name
            setattr(self.shopee, name, value)
        (self.shop,) = self.shopee.shops.values()
        self.connection = Connection(self.shopee, self.shop).authorise()
        self.client = self.connection.client
        self.client.shop = replace(self.client.shop, site=region)
        self.unit = 1 if self.shop.country.decimals else 1000

    def close(self):
        self.connection.http.session.close()
        self.frozen.stop()

    def pass_time(self, delta):
        """Let time go by, for the platform and for the client."""
        self.clock.tick(delta)
        self.shopee.catch_up()

    def order(self, *lines, **facts):
        facts = {name: value * self.unit if isinstance(value, Decimal) else value for name, value in facts.items()}
        return self.shopee.place_order(self.shop, list(lines) or [(SKU, 2)], **facts)

    def deliver(self, *lines, **facts):
        order = self.order(*lines, **facts)
        self.shopee.advance(order, "COMPLETED")
        return order

    def payouts(self, start=MONDAY, end=None):
        return list(self.client.list_payouts(start, end or self.shopee.clock.now().date()))

    def totals(self):
        """The sum of the rows that the customer's invoice is over, by order."""
        found = defaultdict(Decimal)
        for payout in self.payouts():
            for row in payout.rows:
                if KINDS.get(row.fee_key) == "order_amount":
                    found[row.order_ref] += row.amount
        return found

    def live_total(self, order):
        fetched = self.client.fetch_orders([OrderStub(ref=order.order_sn)])
        (read,) = self.client.add_amounts(fetched)
        return read.live_total


class SettledCase(unittest.TestCase):
    def settled(self, region="SG", **switches):
        shop = Settled(region, **switches)
        self.addCleanup(shop.close)
        return shop

    def assert_adds_up(self, shop):
        """Every day of the wallet without difference, as the platform has it, with each row once, explained."""
        payouts = shop.payouts()
        days = shop.shopee.wallet_days(shop.shop)
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
                shopee, unit = shop.shopee, shop.unit
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
        shop.shopee.return_order(order)
        shop.shopee.adjust(order, 2, "Return Refund compensation")
        first, second = self.assert_adds_up(shop)
        self.assertEqual((first, second.is_final), (before, False))
        (alone,) = shop.payouts(MONDAY + DAY)
        self.assertEqual(alone.rows, second.rows)

    def test_busy_day(self):
        """Many orders released in one second, more than a page of them; 20 orders a call."""
        shop = self.settled(release_delay=86400, **WIRE[1])
        orders = [shop.order((SKU, 1)) for _number in range(130)]
        for order in orders:
            shop.shopee.advance(order, "COMPLETED")
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
            chance, shopee = random.Random(seed), shop.shopee
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
    shopee, unit = shop.shopee, shop.unit
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
        first = shop.shopee.run_payout(shop.shop)
        back = shop.shopee.return_order(orders[1], [(orders[1].items[0], 1)]).refund_amount
        shop.shopee.add_movement(shop.shop, "PAID_ADS_CHARGE", -1)
        shop.pass_time(7 * DAY)
        second = shop.shopee.run_payout(shop.shop)
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
