"""What the Shopee client makes of a local shop's wallet: days with their balances, orders by their escrow's terms."""

import unittest
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from ..marketplaces.errors import UnexpectedResponse
from ..marketplaces.payouts import FEE_KINDS
from ..marketplaces.shopee.fee_types import FEE_TYPES, TERMS, TRANSACTION_TYPES
from ..marketplaces.types import OrderStub
from .shopee_fake import detail, escrow_detail, make_client, ok
from .shopee_finance_fake import DAY, SAMPLE_INCOME, Finance, Wallet, escrow, finance_client, income

START, END = date(2025, 10, 1), date(2025, 10, 9)  # the fake's today
KINDS = {fee_type.key: fee_type.kind for fee_type in FEE_TYPES}
HOUR = 3600


def payouts(finance, start=START, end=END, **values):
    client, _session = finance_client(finance, **values)
    return list(client.list_payouts(start, end))


def amounts(payout):
    return {row.fee_key: row.amount for row in payout.rows}


class TestSample(unittest.TestCase):
    def test_official_escrow(self):
        """R87, R88, D2: Shopee's sample of an order that is partly returned: every term, and their sum is 37719."""
        wallet = Wallet()
        wallet.move(37719, order_sn="2405017HD347PQ")
        finance = Finance(wallet.entries, [escrow("2405017HD347PQ", SAMPLE_INCOME, merchant_subtotal=52600)])
        (payout,) = payouts(finance, site="VN")
        self.assertEqual((payout.difference, payout.closing, payout.currency), (0, 37719, "VND"))
        terms = {
            "original_cost_of_goods_sold": 52600,
            "seller_return_refund": -28900,
            "buyer_paid_shipping_fee": 2000,
            "shopee_shipping_rebate": 15000,
            "service_fee": -2133,
            "seller_transaction_fee": -848,
        }
        self.assertEqual(amounts(payout), terms)
        self.assertEqual({row.order_ref for row in payout.rows}, {"2405017HD347PQ"})


class TestDays(unittest.TestCase):
    def test_balances(self):
        """R88, D19: one payout a day with movements, in the shop's time; the next opens with what the last closed."""
        wallet = Wallet("50")
        wallet.move("29.59", order_sn="A")
        wallet.move("-5.00", "PAID_ADS_CHARGE", HOUR)
        wallet.move("-74.59", "WITHDRAWAL_CREATED", 11 * HOUR + 59 * 60, withdrawal_id=77)
        wallet.move("7.00", "SELLER_COMPENSATE_ADD", 12 * HOUR, order_sn="A")
        first, second = payouts(Finance(wallet.entries, [escrow("A")]))
        self.assertEqual([first.ref, second.ref], ["20251001", "20251002"])
        self.assertEqual((first.start, first.end, first.opening, first.closing), (START, START, 50, 0))
        self.assertEqual((second.opening, second.closing, second.paid_out), (0, 7, 0))
        self.assertEqual((first.difference, second.difference), (0, 0))
        self.assertEqual(
            {KINDS[row.fee_key] for row in first.rows}, {"order_amount", "commission", "marketing", "bank"}
        )
        (bank,) = [row for row in first.rows if KINDS[row.fee_key] == "bank"]
        self.assertEqual((bank.amount, bank.details, bank.order_ref), (Decimal("-74.59"), "withdrawal 77", ""))
        self.assertTrue(first.is_final and second.is_final)

    def test_today_is_not_final(self):
        """A day is closed when it is over at the platform's clock."""
        wallet = Wallet()
        wallet.move("1.00", "ADJUSTMENT_ADD", 7 * DAY)
        wallet.move("2.00", "ADJUSTMENT_ADD", 8 * DAY)
        self.assertEqual([payout.is_final for payout in payouts(Finance(wallet.entries))], [True, False])
        self.assertEqual(payouts(Finance(wallet.entries), date(2025, 10, 10), date(2025, 10, 11)), [])

    def test_nothing_is_plugged(self):
        """D2: a movement that is missing is the difference, in a day and between two."""
        wallet = Wallet()
        wallet.move("10.00", "ADJUSTMENT_ADD")
        missing = wallet.move("-3.00", "ADJUSTMENT_MINUS", HOUR)
        wallet.move("1.00", "ADJUSTMENT_ADD", 2 * HOUR)
        overnight = wallet.move("5.00", "ADJUSTMENT_ADD", 3 * HOUR)
        wallet.move("1.00", "ADJUSTMENT_ADD", DAY)
        wallet.entries.remove(missing)
        first, second = payouts(Finance(wallet.entries))
        self.assertEqual((first.difference, second.difference), (3, 0))
        wallet.entries.remove(overnight)
        first, second = payouts(Finance(wallet.entries))
        self.assertEqual((first.difference, second.difference), (3, -5))
        (second,) = payouts(Finance(wallet.entries), date(2025, 10, 2))
        self.assertEqual((second.difference, second.opening), (-5, 8))

    def test_balances_finer_than_money(self):
        """Shopee's sample has a balance of five decimals: cents are told, what they leave is a row of its own."""
        wallet = Wallet("23546.68374")
        wallet.move("5.91", "ADJUSTMENT_ADD", effect="5.90800")
        wallet.move("5.91", "ADJUSTMENT_ADD", HOUR)
        (payout,) = payouts(Finance(wallet.entries))
        self.assertEqual((payout.opening, payout.closing), (Decimal("23546.68"), Decimal("23558.50")))
        self.assertEqual((payout.difference, len(payout.rows)), (0, 2))
        wallet.move("5.91", "ADJUSTMENT_ADD", 2 * HOUR, effect="5.9")
        (payout,) = payouts(Finance(wallet.entries))
        self.assertEqual((payout.difference, payout.rows[-1].amount), (0, Decimal("-0.01")))
        self.assertEqual(payout.rows[-1].fee_key, "balance_rounding")
        del wallet.entries[1]
        (payout,) = payouts(Finance(wallet.entries))
        self.assertGreater(abs(payout.difference), 5)

    def test_ends_as_it_began(self):
        """What came and went in one second tells no balance before it; what comes later does."""
        for days in (0, 1):
            for numbered in (False, True):
                wallet = Wallet("5")
                for amount, kind, at in (("1", "ADD", 0), ("-1", "MINUS", 0), ("2", "ADD", days * DAY + 60)):
                    wallet.move(amount, f"ADJUSTMENT_{kind}", at, number=numbered)
                for entries in (wallet.entries, wallet.entries[::-1]):
                    found = payouts(Finance(entries))
                    self.assertEqual([payout.difference for payout in found], [0] * (1 + days))
                    self.assertEqual((found[0].opening, found[-1].closing), (5, 7))

    def test_equal_movements(self):
        """Movements that are equal in all they say are still several; one that two pages have is one."""
        wallet = Wallet("5")
        for amount, kind in (("-1", "MINUS"), ("1", "ADD"), ("-1", "MINUS")):
            wallet.move(amount, f"ADJUSTMENT_{kind}", number=False)
        (payout,) = payouts(Finance(wallet.entries))
        self.assertEqual((payout.difference, len({row.ref for row in payout.rows})), (0, 3))
        (again,) = payouts(Finance(wallet.entries, first_page=1))
        self.assertEqual(again, payout)

    def test_long_time(self):
        """More days than one call gives are asked for in parts; each entry is there once, each day adds up."""
        wallet = Wallet("10")
        for number in range(40):
            wallet.move("1.00", "ADJUSTMENT_ADD", -number_of_days(40 - number), number=False)
        client, session = finance_client(Finance(wallet.entries))
        found = list(client.list_payouts(START - timedelta(days=45), START))
        self.assertEqual(([payout.difference for payout in found], len(found)), ([0] * 40, 40))
        self.assertEqual(session.count("get_wallet_transaction_list"), 4)
        self.assertEqual(session.count("get_escrow_detail_batch"), 0)


def number_of_days(count):
    return count * DAY


class TestMovements(unittest.TestCase):
    def test_withdrawals(self):
        """What is asked for leaves the wallet, whatever its status; what the bank refuses comes back; the bank's own
        word moves nothing."""
        wallet = Wallet("100")
        wallet.move("-100.00", "WITHDRAWAL_CREATED", status="FAILED", withdrawal_id=1)
        wallet.move("100.00", "WITHDRAWAL_CANCELLED", HOUR, withdrawal_id=1)
        wallet.move("-60.00", "WITHDRAWAL_CREATED", 2 * HOUR, status="PENDING", withdrawal_id=2)
        wallet.move("-60.00", "WITHDRAWAL_COMPLETED", 3 * HOUR, effect=0, withdrawal_id=2)
        wallet.move("9.00", "ADJUSTMENT_ADD", 4 * HOUR, effect=0, status="INITIAL")
        wallet.move("-9.00", "PAID_ADS_CHARGE", 5 * HOUR, effect=0, status="FAILED")
        wallet.move("-1.00", "SPM_DEDUCT", 6 * HOUR, status="PENDING")
        (payout,) = payouts(Finance(wallet.entries))
        self.assertEqual([row.amount for row in payout.rows], [-100, 100, -60, -1])
        self.assertEqual((payout.difference, payout.opening, payout.closing), (0, 100, 39))

    def test_withdrawal_fee(self):
        """A fee is a part of what leaves the wallet, or comes on top, as the balances tell."""
        wallet = Wallet("100")
        wallet.move("1.00", "ADJUSTMENT_ADD", -HOUR)
        wallet.move("-50.00", "WITHDRAWAL_CREATED", transaction_fee=0.5)
        wallet.move("-20.00", "WITHDRAWAL_CREATED", HOUR, transaction_fee=0.5, effect="-20.50")
        wallet.move("20.00", "WITHDRAWAL_CANCELLED", 2 * HOUR, transaction_fee=0.5)
        (payout,) = payouts(Finance(wallet.entries))
        told = [(row.fee_key, row.amount) for row in payout.rows[1:]]
        half, fee = Decimal("0.50"), "withdrawal_fee"
        self.assertEqual(
            told,
            [
                ("WITHDRAWAL_CREATED", half - 50),
                (fee, -half),
                ("WITHDRAWAL_CREATED", -20),
                (fee, -half),
                ("WITHDRAWAL_CANCELLED", 20 - half),
                (fee, half),
            ],
        )
        self.assertEqual((payout.difference, len({row.ref for row in payout.rows})), (0, 7))

    def test_fee_beside_income(self):
        """Integrators see balances that rise by 0.49 less than the amount: where the fee is told, it has a row."""
        wallet = Wallet("100")
        wallet.move("1.00", "ADJUSTMENT_ADD", -HOUR)
        wallet.move("31.00", order_sn="A", transaction_fee=0.49, effect="30.51")
        (payout,) = payouts(Finance(wallet.entries, [escrow("A", income("30", "1.99", "0.99"))]))
        self.assertEqual((payout.difference, amounts(payout)["transaction_fee"]), (0, Decimal("-0.49")))

    def test_names_and_numbers(self):
        """Types come by name or by number, amounts with or without their sign: the same rows by the same refs."""
        told = []
        for number in (False, True):
            wallet = Wallet("100")
            flows = {"money_flow": "MONEY_OUT"} if number else {}
            for known in TRANSACTION_TYPES:
                amount = known.direction * 5
                entry = wallet.move(amount, known.key, known.number, number=False)
                if number:
                    entry |= {"transaction_type": str(known.number), "amount": abs(amount)}
                    entry |= flows if amount < 0 else {}
            (payout,) = payouts(Finance(wallet.entries))
            self.assertEqual(payout.difference, 0)
            told.append({row.ref: (row.fee_key, row.amount) for row in payout.rows})
        self.assertEqual(told[0], told[1])
        self.assertEqual(len(told[0]), len(TRANSACTION_TYPES) - 1)

    def test_unknown_types(self):
        """Types that no page names come with their own name; one that Shopee leaves empty is told by its details."""
        wallet = Wallet()
        wallet.move("3.00", "RETURN_COMPENSATION_SERVICE_ADD", order_sn="A", reason="parcel lost")
        wallet.move("2.00", "", HOUR, description="Compensation")
        (payout,) = payouts(Finance(wallet.entries))
        first, second = payout.rows
        self.assertEqual((first.fee_key, first.fee_name), ("RETURN_COMPENSATION_SERVICE_ADD",) * 2)
        self.assertEqual((first.order_ref, first.details), ("A", "parcel lost"))
        self.assertEqual((second.fee_key, second.details), ("wallet_movement", "Compensation"))
        self.assertEqual(payout.difference, 0)

    def test_bad_entries(self):
        """What cannot be understood is named after all others; its day is not given."""
        wallet = Wallet()
        for day, broken in enumerate([{}, {"amount": "x"}, {"current_balance": None}, {"create_time": "soon"}]):
            wallet.move("1.00", "ADJUSTMENT_ADD", day * DAY)
            wallet.entries[-1] |= broken
        client, _session = finance_client(Finance(wallet.entries))
        given = []
        with self.assertRaises(UnexpectedResponse) as caught:
            for payout in client.list_payouts(START, END):
                given.append(payout)
        self.assertEqual([payout.ref for payout in given], ["20251001"])
        for field in ("amount", "current_balance", "create_time"):
            self.assertIn(f"{field} of the wallet movement 299886171", str(caught.exception))

    def test_page_that_goes_on(self):
        """A list without an end is an error, and no endless loop."""
        answer = {"transaction_list": Wallet().entries or [Wallet().move("1.00", "ADJUSTMENT_ADD")], "more": True}
        client = make_client(lambda _call: ok(answer))
        with self.assertRaises(UnexpectedResponse):
            list(client.list_payouts(START, END))


def answer_of_order(order, settled, call):
    return ok([{"escrow_detail": settled}] if call.body else {"order_list": [order]})


class TestEscrows(unittest.TestCase):
    def test_order_amount(self):
        """R82, D2: the rows of the kind add up to the order's live total, whether Shopee's sum of goods contains the
        discount that Shopee pays or not."""
        order = detail()
        for goods in ("30", "32"):
            terms = {"original_shopee_discount": "2", "shopee_discount": "2", "voucher_from_seller": "1.50"}
            told = income(goods, "1.99", "2.40", escrow_amount="0", **terms)
            settled = escrow_detail(seller_voucher=-1.5, buyer_total_amount=30.49) | {"order_income": told}
            client = make_client(partial(answer_of_order, order, settled))
            (read,) = client.add_amounts(client.fetch_orders([OrderStub(ref="2510090ABCDEF1")]))
            wallet = Wallet()
            wallet.move(Decimal(goods) + Decimal("1.99") - Decimal("3.90"), order_sn=order["order_sn"])
            (payout,) = payouts(Finance(wallet.entries, [settled]))
            paid = sum(row.amount for row in payout.rows if KINDS[row.fee_key] == "order_amount")
            self.assertEqual((paid, payout.difference), (read.live_total, 0))
            revenue = sum(row.amount for row in payout.rows if KINDS[row.fee_key] == "revenue")
            self.assertEqual(revenue, Decimal(goods) - 30)

    def test_all_terms(self):
        """D2: every term of the documented formula has a row of its own, with its sign."""
        values = {term.key: number for number, term in enumerate(TERMS, 1)}
        total = sum(term.sign * values[term.key] for term in TERMS)
        wallet = Wallet()
        wallet.move(total, order_sn="A")
        finance = Finance(wallet.entries, [escrow("A", values | {"escrow_amount": total})])
        (payout,) = payouts(finance)
        self.assertEqual(amounts(payout), {term.key: term.sign * values[term.key] for term in TERMS})
        self.assertEqual((payout.difference, len({row.ref for row in payout.rows})), (0, len(TERMS)))

    def test_difference(self):
        """D2: what the terms leave unexplained is a row of an unknown type that names both sums."""
        for released, told in (("29.59", "29.50"), ("29.50", "29.59"), ("29.50", "29.50")):
            wallet = Wallet()
            wallet.move(released, order_sn="A")
            (payout,) = payouts(Finance(wallet.entries, [escrow("A", income(escrow_amount=told))]))
            rest = Decimal(released) - Decimal("29.59")
            self.assertEqual((payout.difference, amounts(payout).get("escrow_difference", 0)), (0, rest))
            if rest:
                self.assertEqual(KINDS["escrow_difference"], "unknown")
                self.assertIn(f"escrow_amount {told.rstrip('0')}", payout.rows[-1].details)
                self.assertIn("sum to 29.59", payout.rows[-1].details)

    def test_no_escrow(self):
        """An order that Shopee gives no escrow for: all of it is unexplained."""
        wallet = Wallet()
        wallet.move("29.59", order_sn="A")
        (payout,) = payouts(Finance(wallet.entries))
        self.assertEqual(amounts(payout), {"escrow_difference": Decimal("29.59")})
        self.assertEqual((payout.difference, payout.rows[0].order_ref), (0, "A"))

    def test_bad_escrow(self):
        """One that cannot be understood keeps its day back, and is named with its order."""
        wallet = Wallet()
        wallet.move("29.59", order_sn="A")
        wallet.move("29.59", order_sn="B", at=DAY)
        client, _session = finance_client(Finance(wallet.entries, [escrow("A") | {"order_income": None}, escrow("B")]))
        walk = client.list_payouts(START, END)
        self.assertEqual(next(walk).ref, "20251002")
        with self.assertRaises(UnexpectedResponse) as caught:
            next(walk)
        self.assertIn("order_income of order A", str(caught.exception))

    def test_adjustments_in_the_release(self):
        """What was corrected before the release is in its amount: a row each, by its reason."""
        wallet = Wallet()
        wallet.move("25.59", order_sn="A", at=HOUR)
        told = income() | {
            "total_adjustment_amount": -5,
            "escrow_amount_after_adjustment": 24.59,
            "order_adjustment": [
                {"amount": -4, "date": wallet.entries[0]["create_time"] - 60, "adjustment_reason": "Logistic issue"},
                {"amount": -1, "date": wallet.entries[0]["create_time"] + 60, "adjustment_reason": "Return Refund"},
            ],
        }
        (payout,) = payouts(Finance(wallet.entries, [escrow("A", told)]))
        self.assertEqual(amounts(payout)["order_adjustment_logistics"], -4)
        self.assertEqual((payout.difference, len(payout.rows)), (0, 4))
        wallet.entries[0] |= {"amount": 24.59, "current_balance": 24.59}
        (payout,) = payouts(Finance(wallet.entries, [escrow("A", told)]))
        self.assertEqual(amounts(payout)["order_adjustment_return"], -1)
        self.assertEqual((payout.difference, len(payout.rows), len({row.ref for row in payout.rows})), (0, 5, 5))

    def test_later_corrections(self):
        """D2: what comes after the release has its own movement; the release's rows stay what they were, ref by ref."""
        wallet = Wallet()
        wallet.move("29.59", order_sn="A")
        (before,) = payouts(Finance(wallet.entries, [escrow("A")]))
        late = wallet.move("-15.00", "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED", 3 * DAY, order_sn="A", refund_sn="R1")
        wallet.move("-4.00", "ESCROW_VERIFIED_MINUS", 4 * DAY, order_sn="A")
        told = income() | {
            "escrow_amount_after_adjustment": 14.59,
            "order_adjustment": [{"amount": -15, "date": late["create_time"], "adjustment_reason": "Return Refund"}],
        }
        first, second, third = payouts(Finance(wallet.entries, [escrow("A", told)]))
        self.assertEqual(first, before)
        self.assertEqual(
            [(row.fee_key, row.amount, row.details) for row in second.rows],
            [("ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED", -15, "return R1")],
        )
        self.assertEqual([(row.fee_key, row.amount) for row in third.rows], [("ESCROW_VERIFIED_MINUS", -4)])
        self.assertEqual([payout.difference for payout in (first, second, third)], [0, 0, 0])

    def test_fewest_calls(self):
        """20 orders a call; nothing is read of orders that are not released."""
        wallet = Wallet()
        for number in range(45):
            wallet.move("29.59", order_sn=f"O{number:02}", at=number * HOUR)
        wallet.move("1.00", "ADJUSTMENT_ADD", 50 * HOUR, order_sn="other")
        client, session = finance_client(Finance(wallet.entries, [escrow(f"O{number:02}") for number in range(45)]))
        self.assertEqual({payout.difference for payout in client.list_payouts(START, END)}, {0})
        self.assertEqual(sorted(session.names()), ["get_escrow_detail_batch"] * 3 + ["get_wallet_transaction_list"])


class TestFeeTypes(unittest.TestCase):
    def test_documented(self):
        """R82: each key once, with a kind that there is and a name."""
        self.assertEqual(len(KINDS), len(FEE_TYPES))
        self.assertLessEqual(set(KINDS.values()), set(FEE_KINDS))
        self.assertTrue(all(fee_type.name for fee_type in FEE_TYPES))
        self.assertEqual(len({known.number for known in TRANSACTION_TYPES}), len(TRANSACTION_TYPES))
