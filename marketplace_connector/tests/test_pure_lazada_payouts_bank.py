"""What the Lazada client makes of withdrawals and other movements between Lazada and the bank."""

import unittest
from datetime import date, datetime, timezone
from decimal import Decimal

from ..marketplaces.errors import ServerError, UnexpectedResponse
from .lazada_fake import ok
from .lazada_finance_fake import Finance, bank, finance_client

DAY = date(2016, 5, 18)
SAMPLE = {
    "pmt_reference": "Bank Ref. TH1JHIY41G-20230220",
    "payee_account": {"description": "description", "account": "1001"},
    "amount": "-0.01",  # Lazada's sample has the sign ± here
    "sub_type": "Penarikan Dana Otomatis",
    "transaction_number": "10000001",
    "transaction_time": "2022-01-01 00:00:00",
    "currency": "IDR",
    "tracking_list": [
        {
            "update_time": "2022-01-01 00:00:00",
            "name": "WITHDRAWAL_INITIATED",
            "remark": "remark",
            "status": "Penarikan Dana Dibuat",
        }
    ],
    "type": "Penarikan Dana",
    "remarks": " remarks",
}


def movements(finance, start=DAY, end=DAY, **values):
    client, session = finance_client(finance, **values)
    return client.list_bank_movements(start, end), session


class TestBankMovements(unittest.TestCase):
    def test_sample(self):
        """R85: Lazada's sample; a type in the shop's language is told by asking for each type."""
        day = date(2022, 1, 1)
        (found,), session = movements(Finance(movements=[SAMPLE | {"kind": "Withdrawal"}]), day, day, site="ID")
        self.assertEqual((found.kind, found.name), ("withdrawal", "Penarikan Dana - Penarikan Dana Otomatis"))
        self.assertEqual((found.amount, found.currency, found.number), (Decimal("-0.01"), "IDR", "10000001"))
        self.assertEqual(found.happened_at, datetime(2021, 12, 31, 17, tzinfo=timezone.utc))
        self.assertEqual((found.bank_account, found.bank_reference), ("1001", "Bank Ref. TH1JHIY41G-20230220"))
        self.assertEqual((found.status, found.details), ("Penarikan Dana Dibuat", "remarks"))
        self.assertEqual(len(session.calls), 4)

    def test_undocumented_sign(self):
        with self.assertRaises(UnexpectedResponse) as caught:
            movements(Finance(movements=[bank("1", "±0.01")]))
        self.assertEqual(caught.exception.where, "amount of the bank movement 1")

    def test_pages(self):
        """R85: all of them, once; English needs no more calls; equal numbers are told apart."""
        listed = [bank(str(1 + number // 2), f"-{number}.00") for number in range(250)]
        for last_day in (True, False):
            found, session = movements(Finance(movements=listed, last_day=last_day))
            self.assertEqual((len({each.ref for each in found}), len(session.calls)), (250, 3))
            self.assertEqual(sum(each.amount for each in found), -sum(range(250)))

    def test_repeated(self):
        """One that is there twice keeps its ref when it comes alone."""
        twice, _session = movements(Finance(movements=[bank("1", "-5.00"), bank("1", "-5.00")]))
        once, _session = movements(Finance(movements=[bank("1", "-5")]))
        self.assertEqual(len({each.ref for each in twice}), 2)
        self.assertIn(once[0].ref, {each.ref for each in twice})

    def test_year(self):
        listed = [
            bank(f"{month}", "+1,000.00", "Deposit", transaction_time=f"2015-{month:02}-01 00:00:00")
            for month in range(1, 13)
        ]
        found, _session = movements(Finance(movements=listed), date(2015, 1, 1), date(2015, 12, 31))
        self.assertEqual([(each.number, each.amount) for each in found], [(str(n), 1000) for n in range(1, 13)])

    def test_unknown(self):
        """A type that no filter finds is kept."""
        (found,), _session = movements(Finance(movements=[bank("1", "3.00", "Bonus")]))
        self.assertEqual((found.kind, found.name), ("unknown", "Bonus"))

    def test_errors(self):
        for key in ("transaction_number", "transaction_time", "currency"):
            with self.assertRaises(UnexpectedResponse) as caught:
                movements(lambda call, key=key: ok(data={"transactions": [bank("1", "1.00") | {key: ""}]}))
            self.assertTrue(caught.exception.where.startswith(key))
        info = {"total_count": "7"}
        with self.assertRaises(ServerError):
            movements(
                lambda call: ok(
                    data={
                        "page_info": info,
                        "transactions": [] if call.params["page_num"] == "2" else [bank("1", "1.00")],
                    }
                )
            )
        self.assertEqual(movements(lambda call: ok(data=None))[0], [])
