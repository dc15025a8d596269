"""Lazada's rows in any order and number of pages: the same refs and sums. Orders' rows add up to the orders."""

import unittest
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.lazada.fee_types import FEE_TYPES
from ..marketplaces.types import Amounts, OrderStub
from .lazada_fake import PATIENT, header, item, make_client, moment
from .lazada_finance_fake import Finance, finance_client, row, statement

START, END = date(2016, 5, 11), date(2016, 5, 17)
KINDS = {fee_type.key: fee_type.kind for fee_type in FEE_TYPES}
cents = st.integers(-99999, 99999).map(lambda number: f"{Decimal(number) / 100:.2f}")
rows_of_one_shop = st.lists(
    st.builds(
        lambda amount, kind, order, day, name: row(
            amount, kind, order_no=order, transaction_date=day, fee_name=name, statement="11 May 2016 - 17 May 2016"
        ),
        st.sampled_from(["1.00", "-0.62", "12.50"]),
        st.sampled_from(["13", "16", "9999"]),
        st.sampled_from(["1", "2", ""]),
        st.sampled_from(["11 May 2016", "2016-05-14", "17 May 2016"]),
        st.sampled_from(["Commission", "Komisi"]),
    ),
    min_size=1,
    max_size=25,
)


def read(rows, **values):
    client, _session = finance_client(Finance(rows=rows, **values))
    return [each for payout in client.list_payouts(START, END) for each in payout.rows]


class TestRefs(unittest.TestCase):
    @settings(max_examples=25, **PATIENT)
    @given(rows_of_one_shop, st.randoms(use_true_random=False), st.integers(480, 1010), st.booleans())
    def test_any_order(self, rows, random, others, last_day):
        """D2: however rows are ordered, paged and written, each has its ref, and no row is lost or there twice."""
        rows = rows + [row("2.00", orderItem_no=f"{number}") for number in range(others)]
        found = read(rows)
        shuffled = [each | {"amount": each["amount"] + "0", "paid_status": "paid"} for each in rows]
        random.shuffle(shuffled)
        again = read(shuffled, last_day=last_day)
        self.assertEqual(len({each.ref for each in found}), len(rows))
        self.assertEqual({each.ref: each.amount for each in found}, {each.ref: each.amount for each in again})
        self.assertEqual(sum(each.amount for each in found), sum(Decimal(each["amount"]) for each in rows))

    @settings(max_examples=40, **PATIENT)
    @given(rows_of_one_shop, rows_of_one_shop)
    def test_late_rows(self, rows, later):
        """D2: rows that come late change no ref that was given."""
        before, after = ({each.ref: each.amount for each in read(some)} for some in (rows, rows + later))
        self.assertEqual({ref: after.get(ref) for ref in before}, before)
        self.assertEqual(len(after), len(rows) + len(later))

    def test_any_stretch(self):
        """However many days are asked for, a row has one ref; a year is read in parts that Lazada accepts."""
        days = [date(2015, 6, 1) + timedelta(days=number) for number in range(0, 350, 7)]
        rows = [row("1.00", transaction_date=f"{day}", statement=f"{day}") for day in days for _copy in range(2)]
        for last_day in (True, False):
            client, _session = finance_client(Finance(rows=rows, last_day=last_day))
            year = {each.ref for payout in client.list_payouts(days[0], days[-1]) for each in payout.rows}
            weeks = {each.ref for day in days for payout in client.list_payouts(day, day) for each in payout.rows}
            self.assertEqual((len(year), year), (len(rows), weeks))


def order_with(prices, shipping, voucher):
    """The order and its rows, told by unit."""
    items = [
        {"order_item_id": number, "item_price": float(price), "voucher_seller": float(part)}
        for number, (price, part) in enumerate(zip(prices, voucher, strict=True), 1)
    ]
    rows = [row(str(price), "13", orderItem_no=str(number)) for number, price in enumerate(prices, 1)]
    rows += [row(f"-{part}", "118", orderItem_no=str(number)) for number, part in enumerate(voucher, 1) if part]
    rows += [row(str(shipping), "8", orderItem_no="1")] if shipping else []
    return items, rows


class TestOrders(unittest.TestCase):
    price = st.integers(100, 99999).map(lambda number: Decimal(number) / 100)

    @settings(max_examples=60, **PATIENT)
    @given(st.lists(price, min_size=1, max_size=5), price, st.data())
    def test_sum(self, prices, shipping, data):
        """R87, D2: Σ order amounts = the order's total, and 0 once all of it is reversed; fees are beside."""
        parts = [data.draw(st.integers(0, int(price * 100) // 2).map(lambda n: Decimal(n) / 100)) for price in prices]
        told, rows = order_with(prices, shipping, parts)
        total = sum(parts)
        head = header(
            price=str(sum(prices)),
            shipping_fee=str(shipping),
            voucher=str(total),
            voucher_seller=str(total),
            voucher_platform="0",
        )
        items = [
            item(each["order_item_id"], item_price=str(price), voucher_seller=str(part), voucher_platform="0")
            for each, price, part in zip(told, prices, parts, strict=True)
        ]
        order = self._order(head, items)
        fees = [row("-1.23", "16"), row("-0.45", "3"), row("2.00", "211"), row("-3.00", "7"), row("9.00", "59")]
        found = [each for each in read(rows + fees) if KINDS[each.fee_key] == "order_amount"]
        self.assertEqual(sum(each.amount for each in found), order.live_total)
        back = {"13": "14", "118": "121", "8": "142"}
        reversals = [
            each | {"fee_type": back[each["fee_type"]], "amount": str(-Decimal(each["amount"]))} for each in rows
        ]
        found = [each for each in read(rows + fees + reversals) if KINDS[each.fee_key] == "order_amount"]
        self.assertEqual(sum(each.amount for each in found), 0)

    def _order(self, head, items):
        client, _session = make_client(
            lambda call: {"code": "0", "data": [{"order_id": head["order_id"], "order_items": items}]}
        )
        (order,) = client.fetch_orders([OrderStub(ref=str(head["order_id"]), updated_at=moment(0), header=head)])
        self.assertIsInstance(order.amounts, Amounts)
        return order

    @settings(max_examples=60, **PATIENT)
    @given(st.lists(cents, min_size=1, max_size=20), st.integers(0, 5000))
    def test_statement(self, amounts, kept):
        """R88: a statement that adds up has no difference, and one row dropped shows its amount."""
        rows = [row(amount, orderItem_no=str(number)) for number, amount in enumerate(amounts)]
        closing = Decimal(kept) / 100
        paid = sum(map(Decimal, amounts)) - closing
        told = statement(f"{paid} SGD", closing_balance=str(closing))
        client, _session = finance_client(Finance([told], rows))
        (payout,) = client.list_payouts(START, END)
        if paid != closing:
            self.assertEqual(payout.difference, 0)
        if paid == closing or len(rows) == 1:
            return
        client, _session = finance_client(Finance([told], rows[1:]))
        (payout,) = client.list_payouts(START, END)
        self.assertEqual(payout.difference, -Decimal(amounts[0]))
