"""What the Shopee client makes of a cross-border shop's payout batches, and how it knows such a shop."""

import unittest
from datetime import date
from decimal import Decimal

from ..marketplaces.errors import Rejected, UnexpectedResponse
from .shopee_fake import utc
from .shopee_finance_fake import DAY, NOON, Finance, Wallet, escrow, finance_client, income

START, END = date(2025, 10, 1), date(2025, 10, 9)
WALLET, PAYOUTS = "get_wallet_transaction_list", "get_payout_detail"
SAMPLE = {
    "payout_info": {
        "from_currency": "VND",
        "payout_currency": "USD",
        "from_amount": 124456,
        "payout_amount": 5.4,
        "exchange_rate": "0.00",
        "payout_time": NOON,
        "pay_service": "Payoneer",
        "payee_id": "279016275538",
    },
    "escrow_list": [
        {"escrow_amount": 20865, "currency": "VND", "order_sn": "220404NF3CFFNY"},
        {"escrow_amount": 53122, "currency": "VND", "order_sn": "220411AQSDPW3U"},
        {"escrow_amount": 41451, "currency": "VND", "order_sn": "2204108JRAHQ1B"},
        {"escrow_amount": 9018, "currency": "VND", "order_sn": "220404MGU5BKPQ"},
    ],
    "offline_adjustment_list": [
        {
            "adjustment_amount": 2,
            "module": "Commission Fee",
            "remark": "DRC commission fee adjustment",
            "scenario": "Commission Fee Adjustment",
            "adjustment_level": "shop",
            "order_sn": "220322JUMMT0S0",
        },
        {"adjustment_amount": -2, "module": "PAID_ADS_CHARGE", "remark": "", "scenario": "Ads", "order_sn": ""},
    ],
}


def batch(at=0, orders=(), adjustments=(), **info):
    """A payout of the orders, (number, amount)."""
    total = sum(Decimal(amount) for _order_sn, amount in orders) + sum(map(Decimal, adjustments))
    info = {"from_currency": "SGD", "from_amount": float(total), "payout_time": NOON + at, **info}
    return {
        "payout_info": {**SAMPLE["payout_info"], "exchange_rate": "0.7731", **info},
        "escrow_list": [
            {"escrow_amount": float(amount), "currency": "SGD", "order_sn": order_sn} for order_sn, amount in orders
        ],
        "offline_adjustment_list": [{"adjustment_amount": float(amount), "module": "Other"} for amount in adjustments],
    }


def shop_of(payouts, escrows=(), **values):
    finance = Finance((), escrows, payouts, **values)
    finance.refused.add(WALLET)
    return finance


def read(finance, **values):
    client, session = finance_client(finance, **values)
    return list(client.list_payouts(START, END)), session


class TestBatches(unittest.TestCase):
    def test_sample(self):
        """R88, D19: Shopee's sample: paid out in the shop's currency, and what the bank got; a rate of 0 is none."""
        escrows = [escrow(part["order_sn"], income(part["escrow_amount"], 0, 0)) for part in SAMPLE["escrow_list"]]
        ((payout,), session) = read(shop_of([SAMPLE], escrows), site="VN")
        self.assertEqual((payout.ref, payout.start, payout.end), (f"{NOON}-279016275538", START, START))
        self.assertEqual((payout.currency, payout.paid_out, payout.difference), ("VND", 124456, 0))
        self.assertEqual((payout.bank_currency, payout.bank_amount, payout.rate), ("USD", Decimal("5.4"), None))
        self.assertEqual((payout.is_final, payout.is_paid, payout.paid_at), (True, True, utc(NOON)))
        self.assertEqual(payout.bank_reference, "Payoneer 279016275538")
        told = [(row.fee_key, row.amount, row.order_ref, row.details) for row in payout.rows[-2:]]
        remark = "Commission Fee Adjustment; DRC commission fee adjustment"
        self.assertIn(("offline_adjustment:commission_fee", 2, "220322JUMMT0S0", remark), told)
        self.assertIn(("PAID_ADS_CHARGE", -2, "", "Ads"), told)
        self.assertEqual(session.names(), [WALLET, PAYOUTS, "get_escrow_detail_batch"])

    def test_terms(self):
        """D2: orders by the terms of their escrow; what they, or the batch, leave unexplained is seen."""
        batches = [
            batch(0, [("A", "29.59"), ("B", "20")], ["-4", "-4"]),
            batch(DAY, [("A", "-9.59")], from_amount=1.5, exchange_rate="1"),
        ]
        (first, second), _session = read(shop_of(batches, [escrow("A"), escrow("B")]))
        self.assertEqual((first.difference, first.rate), (0, Decimal("0.7731")))
        told = [(row.fee_key, row.amount) for row in first.rows if row.order_ref == "B"]
        self.assertEqual(told[-1], ("escrow_difference", Decimal("-9.59")))
        self.assertEqual(len({row.ref for payout in (first, second) for row in payout.rows}), 13)
        self.assertEqual((second.difference, second.rate), (Decimal("-11.09"), 1))

    def test_pages(self):
        """Batches once, though pages and windows repeat them; two at one moment to one account are two."""
        batches = [batch(number % 7 * DAY, [(f"O{number}", str(number + 5))]) for number in range(8)]
        batches += [batch(0, adjustments=["-3"]), batch(0, adjustments=["3"])]
        for page in (1, 3, 100):
            for stretch in ((START, END), (date(2025, 8, 1), END)):
                client, _session = finance_client(shop_of(batches, page=page))
                found = list(client.list_payouts(*stretch))
                self.assertEqual(len({payout.ref for payout in found}), 10)
                self.assertEqual([payout.difference for payout in found], [0] * 10)
                self.assertEqual([payout.paid_at for payout in found], sorted(payout.paid_at for payout in found))
                told = {payout.paid_out: [row.fee_key for row in payout.rows] for payout in found}
                self.assertEqual((told[-3], told[3]), (["offline_adjustment:other"],) * 2)

    def test_bad_batches(self):
        """What cannot be understood is named after all others; its batch is not given."""
        other = batch(DAY, [("A", "5")])
        other["escrow_list"][0]["currency"] = "MYR"
        batches = [batch(0, adjustments=["1"]), other, batch(2 * DAY, payout_amount="x"), batch(3 * DAY)]
        client, _session = finance_client(shop_of(batches))
        given = []
        with self.assertRaises(UnexpectedResponse) as caught:
            for payout in client.list_payouts(START, END):
                given.append(payout)
        self.assertEqual([payout.paid_out for payout in given], [1, 0])
        self.assertIn(f"currency of order A of the payout {NOON + DAY}-279016275538", str(caught.exception))
        self.assertIn(f"payout_amount of the payout {NOON + 2 * DAY}", str(caught.exception))


class TestWhichShop(unittest.TestCase):
    def test_local(self):
        """A wallet with anything in it is all that is asked."""
        wallet = Wallet()
        wallet.move("1.00", "ADJUSTMENT_ADD")
        found, session = read(Finance(wallet.entries))
        self.assertEqual((len(found), session.names()), (1, [WALLET]))

    def test_empty_wallet(self):
        """An empty one is a quiet local shop's, or a cross-border shop's."""
        found, session = read(Finance())
        self.assertEqual((found, session.names()), ([], [WALLET, PAYOUTS]))
        found, session = read(Finance(payouts=[batch(0, adjustments=["5"])]))
        self.assertEqual(([payout.paid_out for payout in found], session.names()), ([5], [WALLET, PAYOUTS]))

    def test_quiet_for_long(self):
        """A local shop whose first days are empty still has the others."""
        wallet = Wallet()
        wallet.move("1.00", "ADJUSTMENT_ADD")
        client, session = finance_client(Finance(wallet.entries))
        self.assertEqual([payout.closing for payout in client.list_payouts(date(2025, 9, 1), END)], [1])
        self.assertEqual(session.count(PAYOUTS), 1)

    def test_no_permission(self):
        """An app that may read neither is told so, and stays authorised for the rest."""
        client, _session = finance_client(shop_of(None))
        with self.assertRaises(Rejected) as caught:
            list(client.list_payouts(START, END))
        self.assertIn("No permission to current api", str(caught.exception))
