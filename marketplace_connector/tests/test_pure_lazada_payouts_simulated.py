"""The Lazada client reads what the simulated Lazada has settled: two readings of one contract."""

import contextlib
import random
import unittest
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.lazada.fee_types import FEE_TYPES
from ..marketplaces.types import OrderStub
from ..simulator.lazada import Lazada, Line
from .lazada_fake import PATIENT
from .settled_shop import OTHER, SKU, SettledShop
from .test_pure_lazada_simulator import Connection

KINDS = {fee_type.key: fee_type.kind for fee_type in FEE_TYPES}
FBL = "TEE-WHT-L"
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MONDAY = date(2026, 11, 16)


class Settled(SettledShop):
    begin = MONDAY - WEEK

    def open(self, country):
        platform = Lazada(countries=(country,))
        platform.access_lifetime = 3650 * 86400
        self.shop = platform.shop(country)
        return platform

    def connect(self, country):
        return Connection(self.platform, self.shop).authorise(self.platform.accounts[0])

    def happen(self):
        self.platform.tend()

    def read(self, order):
        (read,) = self.client.fetch_orders([OrderStub(ref=str(order.order_id))])
        return read

    def deliver(self, *lines, **facts):
        order = self.order(*lines, **facts)
        self.platform.advance(order, "delivered")
        return order


class SettledCase(unittest.TestCase):
    def settled(self, country="SG", **switches):
        shop = Settled(country, **switches)
        self.addCleanup(shop.close)
        return shop

    def assert_adds_up(self, shop):
        """Every closed statement without difference, as the platform has it, with each row once."""
        payouts = shop.payouts()
        closed = [payout for payout in payouts if payout.is_final]
        self.assertEqual([payout.difference for payout in closed], [0] * len(closed))
        self.assertEqual(
            [(each.ref, each.start, each.end, each.opening, each.paid_out, each.held_back) for each in closed],
            [(e.number, e.start, e.end, e.opening, e.payout, e.deposit) for e in shop.shop.statements],
        )
        rows = [row for payout in payouts for row in payout.rows]
        self.assertEqual(len({row.ref for row in rows}), len(rows))
        self.assertEqual(sorted(row.amount for row in rows), sorted(row.amount for row in shop.shop.rows))
        return payouts


class TestWeeks(SettledCase):
    def test_a_life(self):
        """R87, R88, D2: weeks with all that happens to orders, in four currencies, some of them without cents."""
        for country in ("SG", "TH", "VN", "ID"):
            with self.subTest(country):
                shop = self.settled(country, guarantee_deposit=Decimal(5), return_fee=Decimal("0.5"))
                lazada = shop.platform
                shop.platform.receive(shop.shop, OTHER, 5)
                kept = shop.deliver((SKU, 3), (OTHER, 1), seller_voucher=Decimal(2), shipping_fee=Decimal(3))
                cut = shop.order(
                    (SKU, 3), seller_voucher=Decimal(1), platform_voucher=Decimal(1), shipping_fee=Decimal(2)
                )
                lazada.cancel(cut, units=cut.units[:1])
                stored = shop.order((OTHER, 2), fulfilled_by_lazada=True, shipping_fee=Decimal(2))
                shop.pass_time(WEEK)
                lazada.advance(cut, "delivered")
                lazada.advance(kept, "returned", kept.units[:1])
                lazada.refund(cut, cut.units[1:2], Decimal("0.5"))
                lazada.advertise(shop.shop, 3 * shop.unit)
                lazada.store_at_lazada(shop.shop, 500 * shop.unit)
                lazada.charge(shop.shop, "9001", -2 * shop.unit, name="Mega Day", times=3)
                lazada.charge(shop.shop, "236", 4 * shop.unit, days_ago=9)
                shop.pass_time(WEEK)
                lazada.advance(shop.order(Line(SKU, 1, shipping="express")), "lost_by_3pl")
                mixed = shop.deliver((SKU, 1), (OTHER, 2), platform_voucher=Decimal(2))
                shop.pass_time(WEEK)
                lazada.penalise(shop.shop, 1 * shop.unit, mixed)
                payouts = self.assert_adds_up(shop)
                self.assertEqual([payout.is_final for payout in payouts], [True, True, True, False])
                self.assertLess(payouts[1].closing, 0)
                self.assertEqual(payouts[2].opening, payouts[1].closing)
                unknown = [row for payout in payouts for row in payout.rows if row.fee_key not in KINDS]
                self.assertEqual([(row.fee_key, row.fee_name) for row in unknown], [("9001", "Mega Day")] * 3)
                totals = shop.totals()
                for order, back in (
                    (kept, kept.units[0].item_price - kept.units[0].voucher_seller),
                    (stored, 0),
                    (mixed, 0),
                ):
                    self.assertEqual(totals[str(order.order_id)], shop.live_total(order) - back)

    def test_refs_last(self):
        """A row's ref is the same before and after its statement is closed, and paid; its payout tells its name."""
        for names in (True, False):
            shop = self.settled(rows_name_units=names)
            shop.deliver((SKU, 3), shipping_fee=2)
            shop.platform.charge(shop.shop, "112", -1, times=2)
            (running,) = shop.payouts()
            shop.pass_time(WEEK)
            (closed,) = shop.payouts()
            shop.pass_time(3 * DAY)
            (paid,) = shop.payouts()
            self.assertEqual([running.rows, closed.rows], [paid.rows] * 2)
            self.assertEqual((running.ref, running.is_final), (closed.open_ref, False))
            self.assertEqual((closed.ref, closed.is_final, closed.is_paid), (paid.ref, True, False))
            self.assertEqual((paid.is_paid, paid.bank_reference), (True, "SG1LAZ001-20261126"))
            (moved,) = shop.client.list_bank_movements(MONDAY, MONDAY + 2 * WEEK)
            self.assertEqual((moved.amount, moved.kind), (-paid.paid_out, "withdrawal"))
            self.assertIn(paid.bank_reference, moved.bank_reference)

    def test_bank_in_another_language(self):
        """Words of the shop's language are no matter: what left the account is a withdrawal."""
        shop = self.settled("ID")
        for _week in range(2):
            shop.deliver()
            shop.pass_time(WEEK)
        shop.pass_time(3 * DAY)
        moved = shop.client.list_bank_movements(MONDAY, MONDAY + 3 * WEEK)
        self.assertEqual([each.amount for each in moved], [-each.payout for each in shop.shop.statements])
        self.assertEqual(
            {(each.kind, each.name) for each in moved}, {("withdrawal", "Penarikan Dana - Penarikan Dana Otomatis")}
        )

    def test_running_rows_without_period(self):
        """Rows that name no statement yet are a week of their own, and then on their statement."""
        shop = self.settled(open_rows_name_period=False)
        shop.deliver()
        (running,) = shop.payouts()
        shop.pass_time(WEEK)
        (closed,) = self.assert_adds_up(shop)
        self.assertEqual((running.is_final, running.rows), (False, closed.rows))

    def test_late_rows(self):
        """One is on the running statement, one on the last, one is shown late: each is there once."""
        shop = self.settled()
        shop.deliver()
        shop.pass_time(6 * DAY)
        shop.platform.row_delay = 2 * 86400
        shop.platform.charge(shop.shop, "37", -1)
        shop.pass_time(DAY)
        (payout,) = shop.payouts()
        self.assertEqual(payout.difference, 1)
        shop.pass_time(DAY)
        (payout,) = self.assert_adds_up(shop)
        shop.platform.row_delay = 0
        shop.platform.charge(shop.shop, "37", -2, days_ago=5)
        shop.platform.add_late(shop.shop, "20", -3)
        before, running = self.assert_adds_up(shop)
        self.assertEqual(before.paid_out, payout.paid_out - 3)
        self.assertLessEqual(set(payout.rows), set(before.rows))
        self.assertEqual([(row.amount, row.happened_on) for row in running.rows], [(-2, MONDAY + 3 * DAY)])

    def test_missing_or_altered(self):
        """R88: a row that is dropped or altered is the difference, to the cent."""
        shop = self.settled()
        shop.deliver()
        shop.pass_time(WEEK)
        for row in list(shop.shop.rows):
            row.hidden = True
            (payout,) = shop.payouts()
            self.assertEqual(payout.difference, -row.amount)
            row.hidden, row.overrides = False, {"amount": f"{row.amount + 1:.2f}"}
            (payout,) = shop.payouts()
            self.assertEqual(payout.difference, 1)
            row.overrides = {}
        self.assert_adds_up(shop)

    def test_closed_in_the_week(self):
        """Statements of some days, one after the other, and the one of the rest of the week."""
        shop = self.settled()
        shop.deliver()
        shop.pass_time(WEEK)
        for _day in range(3):
            shop.deliver()
            shop.platform.close_tonight(shop.shop)
            (*_, payout) = self.assert_adds_up(shop)
            self.assertEqual((payout.end, payout.is_final), (shop.shop.statements[-1].end, True))
            shop.pass_time(DAY / 12)
        shop.deliver()
        shop.pass_time(WEEK)
        payouts = self.assert_adds_up(shop)
        self.assertEqual([len(payout.rows) for payout in payouts], [len(e.rows) for e in shop.shop.statements])

    def test_taxes(self):
        """VAT is in the amounts; withheld tax is, or goes off beside them."""
        for apart in (False, True):
            rates = {"vat_rate": Decimal("0.07"), "withholding_rate": Decimal("0.03"), "withholding_is_apart": apart}
            shop = self.settled("TH", **rates)
            shop.deliver((SKU, 2), shipping_fee=38)
            shop.pass_time(WEEK)
            (payout,) = self.assert_adds_up(shop)
            told = {(row.fee_key, row.tax, row.withheld) for row in payout.rows if row.fee_key == "16"}
            kept = {(row.fee_type, row.vat, row.wht) for row in shop.shop.rows if row.fee_type == "16"}
            self.assertEqual(told, kept)
            self.assertTrue(all(tax < 0 and withheld < 0 for _key, tax, withheld in told))

    def test_fees_with_cents(self):
        """Recorded statements in VND have them."""
        shop = self.settled("VN", fees_have_cents=True)
        order = shop.deliver((SKU, 1, 159_333), shipping_fee=16500)
        shop.pass_time(WEEK)
        (payout,) = self.assert_adds_up(shop)
        self.assertNotEqual(payout.paid_out, int(payout.paid_out))
        self.assertEqual(shop.totals()[str(order.order_id)], shop.live_total(order))

    def test_many_rows(self):
        """A statement of some thousand rows, some of them equal in all; one call for 500, and one for the overlap."""
        shop = self.settled(rows_name_units=False)
        shop.deliver((SKU, 400))
        shop.deliver((SKU, 200), (OTHER, 150))
        shop.pass_time(WEEK)
        shop.platform.calls.clear()
        (payout,) = self.assert_adds_up(shop)
        self.assertGreater(len(payout.rows), 2200)
        self.assertLessEqual(shop.platform.calls["/rest/finance/transaction/details/get"], 6)

    def test_list_moves(self):
        """A row that comes while the pages are read pushes no other out of them."""
        for newest_first in (True, False):
            shop = self.settled(newest_rows_first=newest_first)
            shop.deliver((SKU, 250))
            there = len(shop.shop.rows)
            coming = iter(range(2))

            def book(response, *_arguments, shop=shop, coming=coming, **_facts):
                if "transaction/details" in response.url and next(coming, None) is not None:
                    shop.platform.advertise(shop.shop, 1)

            shop.connection.http.session.hooks["response"].append(book)
            (running,) = shop.payouts()
            self.assertGreaterEqual(len({row.ref for row in running.rows}), there)
            self.assertEqual(len(shop.shop.rows), there + 2)
            shop.pass_time(WEEK)
            self.assert_adds_up(shop)

    def test_other_readings(self):
        """However Lazada counts days, orders its list and tells its closing balance, it adds up."""
        for switches in (
            {"end_day_is_included": False},
            {"newest_rows_first": False},
            {"closing_before_payout": False},
        ):
            shop = self.settled(**switches)
            shop.platform.advertise(shop.shop, 100)
            shop.pass_time(WEEK)
            for _week in range(2):
                shop.deliver((SKU, 40))
                shop.pass_time(WEEK)
            payouts = self.assert_adds_up(shop)
            self.assertEqual([payout.is_paid for payout in payouts], [False, True, False])


class TestAnyLife(unittest.TestCase):
    events = st.lists(
        st.sampled_from(
            [*["order", "deliver"] * 3, "cancel", "return", "refund", "ads", "late", "amended", "twice"]
            + ["day", "week", "tonight"]
        ),
        min_size=5,
        max_size=25,
    )
    switches = st.fixed_dictionaries(
        {
            "header_keeps_canceled_units": st.booleans(),
            "rows_name_units": st.booleans(),
            "open_rows_name_period": st.booleans(),
            "end_day_is_included": st.booleans(),
            "newest_rows_first": st.booleans(),
            "withholding_is_apart": st.booleans(),
            "withholding_rate": st.sampled_from([Decimal(0), Decimal("0.03")]),
            "guarantee_deposit": st.sampled_from([Decimal(0), Decimal(50)]),
        }
    )

    @settings(max_examples=25, **PATIENT)
    @given(events, st.sampled_from(["SG", "ID"]), st.integers(0, 10**6), switches)
    def test_adds_up(self, events, country, number, switches):
        """D2, R88: whatever happens, statements add up, each row is there once, and orders' rows are their totals."""
        shop = Settled(country, **switches)
        try:
            orders, back = live(shop, events, random.Random(number))
            shop.pass_time(WEEK)
            SettledCase().assert_adds_up(shop)
            totals = shop.totals()
            for order in orders:
                done = {unit.status for unit in order.units} <= {"delivered", "returned", "canceled"}
                if done and any(unit.is_credited for unit in order.units):
                    expected = shop.live_total(order) - back[order.order_id]
                    self.assertEqual(totals[str(order.order_id)], expected)
        finally:
            shop.close()


def live(shop, events, chance):
    """Let the events happen; gives the orders, and by order id what went back to the buyers."""
    orders, back = [], defaultdict(Decimal)
    lazada = shop.platform
    for event in events:
        order = chance.choice(orders) if orders else None
        units = [chance.choice(order.units)] if order else []
        rows = []
        if event == "order":
            lines = [(chance.choice((SKU, OTHER)), chance.randint(1, 3)) for _line in range(chance.randint(1, 2))]
            amounts = {
                name: Decimal(chance.randint(0, 300)) / 100 if shop.unit == 1 else Decimal(chance.randint(0, 300))
                for name in ("seller_voucher", "platform_voucher", "shipping_fee")
            }
            orders.append(shop.order(*lines, fulfilled_by_lazada=chance.random() < 0.2, **amounts))
        elif event == "day":
            shop.pass_time(DAY)
        elif event == "week":
            shop.pass_time(WEEK)
        elif event == "ads":
            lazada.advertise(shop.shop, chance.randint(1, 50) * shop.unit)
        elif event == "tonight":
            act(lazada.close_tonight, shop.shop)
            shop.pass_time(DAY)
        elif event == "amended":
            act(lazada.add_late, shop.shop, "20", -shop.unit)
        elif event == "late":
            lazada.charge(shop.shop, "37", -chance.randint(1, 5) * shop.unit, days_ago=chance.randint(1, 10))
        elif event == "twice":
            lazada.charge(shop.shop, "9001", -shop.unit, name="Mega Day", times=2)
        elif order:
            rows = act_on(lazada, order, units, event)
        for row in rows:
            back[order.order_id] -= row.amount
    return orders, back


def act_on(lazada, order, units, event):
    """Do it as far as it can be done; gives the rows of order amounts that went back."""
    before = len(order.shop.rows)
    if event == "deliver":
        act(lazada.advance, order, "delivered", units)
    elif event == "cancel":
        act(lazada.cancel, order, units=units)
    elif event == "return":
        act(lazada.advance, order, "returned", units)
    elif event == "refund":
        act(lazada.refund, order, units, Decimal("0.3"))
    return [row for row in order.shop.rows[before:] if row.fee_type in ("14", "121", "142")]


def act(deed, *arguments, **facts):
    """Do it, unless the platform does not."""
    with contextlib.suppress(ValueError):
        deed(*arguments, **facts)
