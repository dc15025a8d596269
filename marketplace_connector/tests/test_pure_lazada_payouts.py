"""What the Lazada client makes of statements: each with its balances, and all rows in one payout."""

import unittest
from datetime import date
from decimal import Decimal

from ..marketplaces.errors import Rejected, ServerError, UnexpectedResponse
from ..marketplaces.lazada.fee_types import FEE_TYPES
from ..marketplaces.lazada.statements import read_statement
from ..marketplaces.payouts import FEE_KINDS
from .lazada_fake import make_client, refusal
from .lazada_finance_fake import SAMPLE_ROW, SAMPLE_STATEMENT, WEEK, Finance, finance_client, row, statement

START, END = date(2016, 5, 11), date(2016, 5, 17)


def payouts(finance, start=START, end=END, **values):
    client, _session = finance_client(finance, **values)
    return list(client.list_payouts(start, end))


def until_error(finance, **values):
    """What comes before the error, and the error."""
    client, _session = finance_client(finance, **values)
    given = []
    try:
        for payout in client.list_payouts(START, END):
            given.append(payout)
    except UnexpectedResponse as error:
        return given, error
    raise AssertionError("no error")


class TestSamples(unittest.TestCase):
    """Lazada's own samples."""

    def test_row(self):
        """R88, D9: VAT and withheld tax have the sign of the amount that they are a part of."""
        (payout,) = payouts(Finance(rows=[SAMPLE_ROW]))
        (found,) = payout.rows
        self.assertEqual(
            (found.amount, found.tax, found.withheld), tuple(map(Decimal, ("-0.62", "-0.0672", "-0.0112")))
        )
        self.assertFalse(found.withheld_apart)
        self.assertEqual((found.order_ref, found.unit_ref, found.seller_sku), ("123445666666", "1666666", "sellerSKU"))
        self.assertEqual((found.fee_key, found.fee_name, found.details), ("13", "feeName", "details; comment"))
        self.assertEqual(found.happened_on, date(2016, 5, 17))
        self.assertTrue(found.ref.startswith("SG103EF-1P9VK1A:"))
        self.assertEqual(
            (payout.start, payout.end, payout.is_final, payout.ref), (START, END, False, "20160511-20160517")
        )
        self.assertEqual((payout.currency, payout.bank_reference), ("SGD", "paymentRefId"))

    def test_statement(self):
        """D19: the statement's currency need not be the shop's; the closing balance is told before the payout left."""
        found = read_statement(SAMPLE_STATEMENT, "SG")
        self.assertEqual((found.number, found.currency, found.is_paid), ("EG100RT-20141228", "EUR", False))
        self.assertEqual((found.terms["closing"], found.terms["paid_out"]), (0, Decimal("3962.41")))
        figures = dict(found.figures)
        self.assertEqual((figures["closing_balance"], figures["fees_total"]), (Decimal("3962.41"), Decimal("51.20")))
        self.assertEqual(found.created_on, date(2018, 1, 4))


class TestStatements(unittest.TestCase):
    def test_adds_up(self):
        """R87, R88: what the rows say is what was paid out."""
        rows = [row("100.00"), row("-5.00", "16", VAT_in_amount="0.33"), row("-2.00", "3")]
        (payout,) = payouts(Finance([statement("93.00 SGD")], rows))
        self.assertEqual((payout.ref, payout.open_ref), ("SG103EF-20160517", "20160511-20160517"))
        self.assertEqual((payout.start, payout.end, payout.is_final, payout.is_paid), (START, END, True, True))
        self.assertEqual((payout.difference, payout.paid_out, len(payout.rows)), (0, Decimal(93), 3))

    def test_balances(self):
        """R88: what stayed from before, what stays, and what is held back."""
        balances = {"opening_balance": "-10.00", "closing_balance": "30.00", "guarantee_deposit": "5.00"}
        (payout,) = payouts(Finance([statement("55.00 SGD", **balances)], [row("100.00")]))
        self.assertEqual((payout.opening, payout.closing, payout.held_back), (-10, 30, 5))
        self.assertEqual(payout.difference, 0)

    def test_nothing_is_plugged(self):
        """D2: a row that is missing, and one that came late, show as difference."""
        (payout,) = payouts(Finance([statement("93.00 SGD")], [row("100.00")]))
        self.assertEqual(payout.difference, 7)
        late = row("-7.00", "16", transaction_date="2 May 2016")
        (payout,) = payouts(Finance([statement("93.00 SGD")], [row("100.00"), late]))
        self.assertEqual((payout.difference, len(payout.rows)), (0, 2))

    def test_very_late_row(self):
        """D2: a row of months before its period is looked for where the statement does not add up, and only then."""
        very_late = row("-7.00", "16", transaction_date="20 Jan 2016")
        (payout,) = payouts(Finance([statement("93.00 SGD")], [row("100.00"), very_late]))
        self.assertEqual((payout.difference, len(payout.rows)), (0, 2))
        (payout,) = payouts(Finance([statement("100.00 SGD")], [row("100.00"), very_late]))
        self.assertEqual((payout.difference, len(payout.rows)), (0, 1))

    def test_withheld_apart(self):
        """Tax that is withheld beside the amount is not paid out."""
        taxed = row("100.00", WHT_amount="0.50", WHT_included_in_amount="No")
        (payout,) = payouts(Finance([statement("99.50 SGD")], [taxed]))
        self.assertEqual(payout.difference, 0)
        self.assertTrue(payout.rows[0].withheld_apart)

    def test_whole_amounts(self):
        """D19: IDR and VND in thousands with commas."""
        balances = {"closing_balance": "1,521,950"}
        rows = [row("1,600,000"), row("-78,050", "16")]
        (payout,) = payouts(Finance([statement("1,521,950 IDR", **balances)], rows), site="ID")
        self.assertEqual((payout.currency, payout.paid_out, payout.difference), ("IDR", 1521950, 0))

    def test_owed(self):
        """What the shop owes stays as a negative balance, or is a negative payout."""
        for told in (statement("0.00 SGD", closing_balance="-7.00"), statement("-7.00 SGD")):
            (payout,) = payouts(Finance([told], [row("-7.00", "16")]))
            self.assertEqual(payout.difference, 0)

    def test_weeks(self):
        """Each statement has the rows of its period; one that is on its way is open, and keeps its rows' refs later."""
        before = row("10.00", transaction_date="2016-05-10", statement="04 May 2016 - 10 May 2016")
        after = row("30.00", transaction_date="18 May 2016", statement="18 May 2016 - 24 May 2016")
        first = statement("10.00 SGD", "S1", created_at="2016-05-11 00:20:00")
        finance = Finance([statement("20.00 SGD", "S2"), first], [after, row("20.00"), before])
        found = payouts(finance, date(2016, 5, 10), date(2016, 5, 18))
        self.assertEqual([payout.ref for payout in found], ["S1", "S2", "20160518-20160524"])
        self.assertEqual([payout.is_final for payout in found], [True, True, False])
        self.assertEqual([payout.rows[0].amount for payout in found], [10, 20, 30])
        finance.statements.append(statement("30.00 SGD", "S3", created_at="2016-05-25 00:20:00"))
        later = payouts(finance, date(2016, 5, 10), date(2016, 5, 18))
        self.assertEqual((later[2].ref, later[2].open_ref, later[2].is_final), ("S3", found[2].ref, True))
        self.assertEqual(later[2].rows, found[2].rows)
        self.assertEqual([payout.ref for payout in payouts(finance, date(2016, 5, 12), date(2016, 5, 12))], ["S2"])

    def test_each_day(self):
        """Statements of one day, created in the night after; one of a day without rows takes no other day's."""
        days = [row(f"{day}.00", transaction_date=f"{day} May 2016", statement=f"{day} May 2016") for day in (11, 13)]
        told = [
            statement(f"{paid}.00 SGD", f"D{day}", created_at=f"2016-05-{day + 1} 00:20:00")
            for day, paid in ((11, 11), (12, 0), (13, 13))
        ]
        found = payouts(Finance(told, days))
        self.assertEqual([(payout.ref, len(payout.rows)) for payout in found], [("D11", 1), ("D12", 0), ("D13", 1)])
        self.assertEqual([payout.difference for payout in found], [0, 0, 0])

    def test_empty_week(self):
        """A week without rows does not take the rows of the week before."""
        before = row("10.00", transaction_date="10 May 2016", statement="04 May 2016 - 10 May 2016")
        told = [statement("10.00 SGD", "S1", created_at="2016-05-11 00:20:00"), statement("0.00 SGD", "S2")]
        found = payouts(Finance(told, [before]), date(2016, 5, 4))
        self.assertEqual([(payout.ref, len(payout.rows)) for payout in found], [("S1", 1), ("S2", 0)])

    def test_named_by_number(self):
        """The API reference calls the row's `statement` an id: where it is one, it is believed."""
        (payout,) = payouts(Finance([statement("20.00 SGD")], [row("20.00", statement="SG103EF-20160517")]))
        self.assertEqual((payout.ref, payout.difference), ("SG103EF-20160517", 0))

    def test_no_statement(self):
        """Rows that name none, or one that nobody knows, are kept, by week."""
        rows = [row("20.00", statement=""), row("30.00", statement="Mai")]
        found = payouts(Finance(rows=rows))
        self.assertEqual(
            [(payout.ref, payout.is_final, payout.rows[0].amount) for payout in found],
            [("Mai-20160516", False, 30), ("no-statement-20160516", False, 20)],
        )

    def test_monthly(self):
        """A period that is longer than expected is read from its first day."""
        month = "01 Mar 2016 - 31 May 2016"
        rows = [row("1.00", transaction_date=f"{day} Mar 2016", statement=month) for day in (1, 2, 30)]
        (payout,) = payouts(Finance(rows=[*rows, row("1.00", statement=month)]))
        self.assertEqual(len(payout.rows), 4)

    def test_two_shops(self):
        """D19: one number in two shops is two payouts, each of its own shop's client."""
        found = [
            payouts(Finance([statement(f"20.00 {currency}")], [row("20.00")]), site=site)[0]
            for site, currency in (("SG", "SGD"), ("MY", "MYR"))
        ]
        self.assertEqual([payout.currency for payout in found], ["SGD", "MYR"])
        self.assertEqual(found[0].ref, found[1].ref)

    def test_nothing(self):
        self.assertEqual(payouts(Finance()), [])
        self.assertEqual(payouts(lambda call: {"code": "0", "data": None}), [])


class TestErrors(unittest.TestCase):
    def test_broken_row(self):
        """D2: a payout that lacks a row is not given; the others are, and the row is named."""
        for broken in ({"amount": "12,3"}, {"amount": None}, {"transaction_date": "soon"}, {"VAT_in_amount": "x"}):
            other = row("10.00", transaction_date="10 May 2016", statement="11 May 2016 - 11 May 2016")
            given, error = until_error(Finance(rows=[row("5.00"), other, row("5.00", order_no="77") | broken]))
            self.assertEqual([payout.ref for payout in given], ["20160511-20160511"])
            key = next(iter(broken))
            self.assertEqual(error.where, f"{key} of the transaction SG103EF-1P9VK1A of order 77")
        _given, error = until_error(Finance(rows=["what"]))
        self.assertEqual(error.where, "data")
        _given, error = until_error(Finance(rows=[row("5.00", "", fee_name="", transaction_type="")]))
        self.assertIn("fee_type of the transaction", error.where)

    def test_many_broken_rows(self):
        rows = [row("x", transaction_number=f"T{number}") for number in range(8)]
        _given, error = until_error(Finance(rows=rows))
        self.assertIn("amount of the transaction T4 of order 123445666666; and 3 more", error.where)

    def test_broken_statement(self):
        """Its rows stay open."""
        for payout in ("", "20.00", "SGD", "20.00 SGD SGD", "20.00 EURO"):
            given, error = until_error(Finance([statement(payout)], [row("20.00")]))
            self.assertEqual([(each.ref, each.is_final) for each in given], [("20160511-20160517", False)])
            self.assertEqual(error.where, "payout of the statement SG103EF-20160517")
        _given, error = until_error(Finance([statement("20.00 SGD", fees_total="?")]))
        self.assertEqual(error.where, "fees_total of the statement SG103EF-20160517")

    def test_refused(self):
        client, _session = make_client(refusal("SellerNotVerified"))
        with self.assertRaises(Rejected):
            list(client.list_payouts(START, END))

    def test_no_data(self):
        for content in ({"code": "0"}, {"code": "0", "data": "x"}):
            with self.assertRaises(UnexpectedResponse):
                payouts(lambda call, content=content: content)

    def test_moving_list(self):
        """A row that comes while the pages are read is neither lost nor does it push one in twice."""
        finance = Finance(rows=[row(f"{number}.00", orderItem_no=str(number)) for number in range(1, 901)])

        def arrive(offset):
            if offset and len(finance.rows) < 902:
                finance.rows.insert(0, row("1.00", orderItem_no=f"new{len(finance.rows)}"))

        finance.before_page = arrive
        (payout,) = payouts(finance)
        self.assertEqual((len(payout.rows), len({each.ref for each in payout.rows})), (902, 902))
        finance.before_page = lambda offset: finance.rows.insert(0, row("1.00", orderItem_no=f"n{len(finance.rows)}"))
        with self.assertRaises(ServerError):
            payouts(finance)


class TestFeeTypes(unittest.TestCase):
    def test_table(self):
        """R74: each type once, of a kind that can be booked; a reversal is booked as what it reverses."""
        self.assertEqual(len({fee_type.key for fee_type in FEE_TYPES}), len(FEE_TYPES))
        self.assertLessEqual({fee_type.kind for fee_type in FEE_TYPES}, set(FEE_KINDS) - {"unknown", "bank"})
        kinds = {fee_type.key: fee_type.kind for fee_type in FEE_TYPES}
        pairs = (
            "13 14",
            "8 142",
            "118 121",
            "117 120",
            "209 210",
            "202 203",
            "16 15",
            "3 4",
            "7 143",
            "157 158",
            "44 45",
        )
        for pair in pairs:
            there, back = pair.split()
            self.assertEqual(kinds[there], kinds[back])

    def test_unknown(self):
        """A type that nobody documented comes with its name in any language; one without a number goes by its name."""
        rows = [row("-1.00", "9999", fee_name="技术服务费"), row("-1.00", "", fee_name="Biaya baru")]
        (payout,) = payouts(Finance(rows=rows))
        found = sorted((each.fee_key, each.fee_name) for each in payout.rows)
        self.assertEqual(found, [("9999", "技术服务费"), ("Biaya baru", "Biaya baru")])

    def test_nameless(self):
        (payout,) = payouts(Finance(rows=[row("-1.00", "16", fee_name="", transaction_type="", statement=WEEK)]))
        self.assertEqual(payout.rows[0].fee_name, "Commission")
