"""Which of an order's wallet movements the Shopee client tells by the terms of its escrow: each term once."""

import unittest
from datetime import date
from decimal import Decimal

from .shopee_finance_fake import DAY, Finance, Wallet, escrow, finance_client, income

START, END = date(2025, 10, 1), date(2025, 10, 9)
RR = "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED"
ADD, MINUS, ADVANCE, REST = (
    "ESCROW_VERIFIED_ADD",
    "ESCROW_VERIFIED_MINUS",
    "FAST_ESCROW_DISBURSE",
    "FAST_ESCROW_DISBURSE_REMAIN",
)


def read(finance, start=START, end=END):
    client, session = finance_client(finance)
    return list(client.list_payouts(start, end)), session


def keys(payout):
    return [row.fee_key for row in payout.rows]


class TestReleases(unittest.TestCase):
    def assert_whole(self, found):
        rows = [row for payout in found for row in payout.rows]
        self.assertEqual({payout.difference for payout in found}, {0})
        self.assertEqual(len({row.ref for row in rows}), len(rows))

    def test_taken_back_later(self):
        """D2: what is taken back later is told by its type, whichever days are read, with the same refs."""
        wallet = Wallet()
        wallet.move("29.59", order_sn="A")
        wallet.move("-9.00", MINUS, 4 * DAY, order_sn="A")
        finance = Finance(wallet.entries, [escrow("A")])
        found, session = read(finance)
        self.assert_whole(found)
        self.assertEqual([len(keys(payout)) for payout in found], [3, 1])
        self.assertEqual(session.count("get_escrow_list"), 0)
        (alone,), session = read(finance, date(2025, 10, 4))
        self.assertEqual(alone, found[1])
        self.assertEqual(session.count("get_escrow_list"), 1)

    def test_same_day(self):
        """Both on one day, in any order."""
        for amounts in (("29.59", "-9.00"), ("-9.00", "29.59")):
            wallet = Wallet("100")
            for number, amount in enumerate(amounts):
                wallet.move(amount, MINUS if amount.startswith("-") else ADD, number * 60, order_sn="A")
            found, session = read(Finance(wallet.entries, [escrow("A")]))
            self.assert_whole(found)
            self.assertEqual(sorted(keys(found[0]))[0], MINUS)
            self.assertEqual(len(keys(found[0])), 4)
            self.assertEqual(session.count("get_escrow_list"), 0)

    def test_changed_escrow(self):
        """D2: where Shopee's terms are not those of the release any more, that is seen; their refs stay."""
        wallet = Wallet()
        wallet.move("29.59", order_sn="A")
        (before,), _session = read(Finance(wallet.entries, [escrow("A")]))
        later = escrow("A", income("30", "1.99", "1.60", seller_return_refund="-10", escrow_amount="20.39"))
        (after,), _session = read(Finance(wallet.entries, [later]))
        self.assert_whole([after])
        told = {row.ref: row.amount for row in after.rows}
        self.assertLessEqual({row.ref for row in before.rows}, set(told))
        self.assertEqual(after.rows[-1].fee_key, "escrow_difference")
        self.assertEqual(after.rows[-1].amount, Decimal("9.20"))

    def test_negative_release(self):
        """An order that costs the seller money has its terms too."""
        wallet = Wallet("100")
        wallet.move("-4.00", MINUS, order_sn="A")
        told = income("30", "0", "0", seller_return_refund="-30", reverse_shipping_fee="4", escrow_amount="-4")
        found, session = read(Finance(wallet.entries, [escrow("A", told)]))
        self.assert_whole(found)
        terms = ["original_cost_of_goods_sold", "seller_return_refund", "reverse_shipping_fee"]
        self.assertEqual(keys(found[0]), terms)
        self.assertEqual(session.count("get_escrow_list"), 0)

    def test_list_is_refused(self):
        """Where Shopee does not say when escrows were released, the terms are told, and what they leave is seen."""
        wallet = Wallet()
        wallet.move("30.00", order_sn="A")
        finance = Finance(wallet.entries, [escrow("A")])
        finance.refused.add("get_escrow_list")
        found, _session = read(finance)
        self.assert_whole(found)
        self.assertEqual(keys(found[0])[-1], "escrow_difference")

    def test_long_list_of_releases(self):
        """Pages of the list of releases, of which none is asked for without need."""
        wallet = Wallet()
        for number in range(30):
            wallet.move("30.00", at=number * 60, order_sn=f"O{number}")
        escrows = [escrow(f"O{number}") for number in range(30)]
        found, session = read(Finance(wallet.entries, escrows, page=7))
        self.assert_whole(found)
        self.assertEqual(keys(found[0]).count("escrow_difference"), 30)
        self.assertEqual(session.count("get_escrow_list"), 5)


class TestFastEscrow(unittest.TestCase):
    def wallet(self, rest="19.59", kind=REST):
        wallet = Wallet("100")
        wallet.move("10.00", ADVANCE, -30 * DAY, order_sn="A")
        wallet.move(rest, kind, DAY, order_sn="A")
        return wallet

    def test_rest(self):
        """D2: the terms come with the rest; what had been paid before is taken off again, whichever days are read."""
        for rest, kind, fee in (("19.59", REST, "2.40"), ("-1.00", MINUS, "22.99")):
            with self.subTest(kind):
                escrows = [escrow("A", income("30", "1.99", fee))]
                (payout,), _session = read(Finance(self.wallet(rest, kind).entries, escrows))
                self.assertEqual(payout.difference, 0)
                self.assertEqual((payout.rows[-1].fee_key, payout.rows[-1].amount), (ADVANCE, -10))
                self.assertEqual(len(payout.rows), 4)
                found, _session = read(Finance(self.wallet(rest, kind).entries, escrows), date(2025, 8, 25))
                self.assertEqual([found[-1], len(found)], [payout, 2])
                self.assertEqual((found[0].rows[0].fee_key, found[0].rows[0].amount), (ADVANCE, 10))

    def test_unknown_first_part(self):
        """A first part that is nowhere to be found is not made up."""
        wallet = self.wallet()
        del wallet.entries[0]
        (payout,), _session = read(Finance(wallet.entries, [escrow("A")]))
        self.assertEqual((payout.difference, payout.rows[-1].fee_key), (0, "escrow_difference"))

    def test_taken_back(self):
        """What was paid before and taken back again never was the order's income."""
        wallet = Wallet()
        wallet.move("10.00", ADVANCE, order_sn="A")
        wallet.move("-10.00", "FAST_ESCROW_DEDUCT", DAY, order_sn="A")
        found, session = read(Finance(wallet.entries))
        self.assertEqual([payout.difference for payout in found], [0, 0])
        self.assertEqual([keys(payout) for payout in found], [[ADVANCE], ["FAST_ESCROW_DEDUCT"]])
        self.assertEqual(session.names(), ["get_wallet_transaction_list", "get_escrow_detail_batch"])
        nothing = escrow("A", income(0, 0, 0))
        self.assertEqual(read(Finance(wallet.entries, [nothing]))[0], found)

    def test_too_much_paid_before(self):
        """D2: what an order with a return came to less is taken back: with the terms, and what was paid before."""
        wallet = Wallet()
        wallet.move("10.00", ADVANCE, order_sn="A")
        wallet.move("-1.00", "FAST_ESCROW_DEDUCT", DAY, order_sn="A")
        wallet.move("-2.00", "FAST_ESCROW_DEDUCT", 2 * DAY, order_sn="A")
        told = income("30", "1.99", "2.40", seller_return_refund="-22.59", escrow_amount="7")
        found, _session = read(Finance(wallet.entries, [escrow("A", told)]))
        self.assert_whole(found)
        self.assertEqual([len(payout.rows) for payout in found], [1, 1, 6])
        self.assertNotIn("escrow_difference", keys(found[2]))
        self.assertEqual({row.amount for row in found[2].rows if "FAST" in row.fee_key}, {-10, 1})

    def assert_whole(self, found):
        self.assertEqual({payout.difference for payout in found}, {0})
