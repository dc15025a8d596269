"""The simulated Shopee's wallets: released escrows, charges, withdrawals."""

from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from ..simulator.seed import seed
from ..simulator.shopee.wallet_types import TYPES
from .test_pure_simulator_shopee import DAY, ShopeeCase

WALLET, RELEASES = "/api/v2/payment/get_wallet_transaction_list", "/api/v2/payment/get_escrow_list"


def decimal(amount):
    return Decimal(str(amount))


class WalletCase(ShopeeCase):
    def setUp(self):
        super().setUp()
        self.shopee.fee_rates = {"commission_fee": "0.05"}

    def completed(self, *lines, **facts):
        order = self.order(*lines, **facts)
        self.shopee.advance(order, "COMPLETED")
        return order

    def wallet(self, shop=None, **query):
        """All entries of the last days, oldest first."""
        now = self.shopee.clock.seconds()
        window = {"create_time_from": now - 15 * DAY, "create_time_to": now}
        shop = shop or self.shop
        token = self.shopee.issue_tokens(shop)[0]  # the one before is too old when the clock was moved
        entries, place, more = [], 0, True
        while more:
            query = {"page_no": place, "page_size": 100, **window, **query}
            page = self.call(WALLET, shop=shop, token=token, **query)["response"]
            entries += page["transaction_list"]
            place, more = place + 1, page["more"]
        return entries[::-1]

    def assert_chain(self, entries, first=0):
        """Each balance is the one before and the amount; what says that a withdrawal is completed moves nothing."""
        balance = decimal(first)
        for entry in entries:
            if entry["transaction_type"] != "WITHDRAWAL_COMPLETED":
                balance += decimal(entry["amount"])
            self.assertEqual(decimal(entry["current_balance"]), balance, entry)
        return balance


class TestReleases(WalletCase):
    def test_completed_order(self):
        """Its escrow is in the wallet, in the release list, and no longer changes (R82)."""
        order = self.order(("TEE-BLK-M", 2))
        self.assertEqual(self.wallet(), [])
        self.shopee.advance(order, "COMPLETED")
        self.shopee.fee_rates = {"commission_fee": "0.50"}
        (entry,) = self.wallet()
        income = self.escrow(order)["order_income"]
        self.assertEqual(income["escrow_amount_after_adjustment"], 24.51)
        wanted = {
            "transaction_type": "ESCROW_VERIFIED_ADD",
            "status": "COMPLETED",
            "amount": 24.51,
            "current_balance": 24.51,
            "order_sn": order.order_sn,
            "create_time": order.release_time,
            "transaction_tab_type": "wallet_order_income",
            "money_flow": "MONEY_IN",
            "withdrawal_id": 0,
        }
        self.assertEqual({name: entry[name] for name in wanted}, wanted)
        self.assertNotIn("transaction_id", entry)
        window = {"release_time_from": order.release_time, "release_time_to": order.release_time}
        row = {"order_sn": order.order_sn, "payout_amount": 24.51, "escrow_release_time": order.release_time}
        self.assertEqual(self.call(RELEASES, **window)["response"], {"escrow_list": [row], "more": False})
        self.shopee.escrow_list_unit = 100
        self.assertEqual(self.call(RELEASES, **window)["response"]["escrow_list"][0]["payout_amount"], 2451)
        with self.assertRaises(ValueError):
            self.shopee.release(order)

    def test_delay(self):
        self.shopee.release_delay = 3 * DAY
        order = self.completed()
        done = self.shopee.clock.seconds()
        self.shopee.clock.move(3 * DAY - 60)
        self.assertEqual(self.wallet(), [])
        self.shopee.clock.move(DAY)
        (entry,) = self.wallet()
        self.assertAlmostEqual(entry["create_time"], done + 3 * DAY, delta=2)
        self.assertEqual(entry["order_sn"], order.order_sn)

    def test_released_by_hand_before_its_time(self):
        self.shopee.release_delay = DAY
        order = self.completed()
        self.shopee.release(order)
        self.shopee.clock.move(2 * DAY)
        self.assertEqual(len(self.wallet()), 1)
        with self.assertRaises(ValueError):
            self.shopee.release(self.order())

    def test_cancelled_order_is_not_released(self):
        self.shopee.cancel(self.order())
        self.shopee.fail(self.order())
        self.assertEqual(self.wallet(), [])

    def test_negative_escrow(self):
        order = self.order(("TEE-BLK-M", 1), shipping_fee=0)
        self.shopee.advance(order, "SHIPPED")
        self.shopee.return_order(order, reverse_shipping_fee="3.50")
        (entry,) = self.wallet()
        self.assertEqual((entry["transaction_type"], entry["amount"]), ("ESCROW_VERIFIED_MINUS", -3.5))
        self.assertEqual((entry["current_balance"], entry["money_flow"]), (-3.5, "MONEY_OUT"))
        self.assertEqual(self.escrow(order)["order_income"]["escrow_amount_after_adjustment"], -3.5)

    def test_nothing_to_release(self):
        order = self.order(("TEE-BLK-M", 1))
        self.shopee.advance(order, "SHIPPED")
        self.shopee.return_order(order)
        self.assertEqual((self.wallet(), order.release_time > 0), ([], True))

    def test_paid_in_two_parts(self):
        """A part before the order is completed, the rest after it; both are its escrow (R82)."""
        order = self.order(("TEE-BLK-M", 2))
        self.shopee.advance(order, "SHIPPED")
        self.shopee.pay_ahead(order, 20)
        self.shopee.advance(order, "COMPLETED")
        types = [(entry["transaction_type"], entry["amount"]) for entry in self.wallet()]
        self.assertEqual(types, [("FAST_ESCROW_DISBURSE", 20), ("FAST_ESCROW_DISBURSE_REMAIN", 4.51)])
        with self.assertRaises(ValueError):
            self.shopee.pay_ahead(order, 1)

    def test_paid_ahead_for_nothing(self):
        """Taken back when the parcel is lost, and as far as the buyer is refunded."""
        lost, returned = self.order(("TEE-BLK-M", 2)), self.order(("TEE-BLK-M", 2))
        for order in (lost, returned):
            self.shopee.advance(order, "SHIPPED")
            self.shopee.pay_ahead(order, 20)
        self.shopee.fail(lost)
        self.shopee.return_order(returned, [(returned.items[0], 1)])
        taken = [(entry["transaction_type"], entry["amount"]) for entry in self.wallet()[2:]]
        self.assertEqual(taken, [("FAST_ESCROW_DEDUCT", -20), ("FAST_ESCROW_DEDUCT", -7.75)])
        self.assertEqual(self.assert_chain(self.wallet()), returned.released_amount)

    def test_adjustment(self):
        """It is in the wallet and in the order's settlement; what was released stays what it was (R82)."""
        order = self.completed()
        self.shopee.adjust(order, "-1.20", "Logistic issue deduction")
        self.shopee.adjust(order, "0.35", "Marketing fee compensation")
        income = self.escrow(order)["order_income"]
        self.assertEqual([row["amount"] for row in income["order_adjustment"]], [-1.2, 0.35])
        self.assertEqual(income["order_adjustment"][0]["adjustment_reason"], "Logistic issue deduction")
        self.assertEqual(income["order_adjustment"][0]["currency"], "SGD")
        amounts = [income[name] for name in ("escrow_amount", "total_adjustment_amount")]
        self.assertEqual(amounts, [24.51, -0.85])
        entries = self.wallet()
        self.assertEqual(self.assert_chain(entries), decimal(income["escrow_amount_after_adjustment"]))
        types = [entry["transaction_type"] for entry in entries]
        self.assertEqual(types, ["ESCROW_VERIFIED_ADD", "ADJUSTMENT_MINUS", "ADJUSTMENT_ADD"])
        self.assertEqual(entries[1]["reason"], "Logistic issue deduction")
        self.assertNotIn("order_adjustment", self.escrow(self.completed())["order_income"])
        with self.assertRaises(ValueError):
            self.shopee.adjust(self.order(), 1, "too early")

    def test_withheld_tax(self):
        """By the country of the shop, in whole money where it has no smaller one."""
        self.shopee.withholds_tax = True
        order = self.completed(shop=self.other_shop)
        token = self.shopee.issue_tokens(self.other_shop)[0]
        query = {"shop": self.other_shop, "token": token, "order_sn": order.order_sn}
        income = self.call("/api/v2/payment/get_escrow_detail", **query)["response"]["order_income"]
        goods = income["original_cost_of_goods_sold"]
        self.assertEqual(income["withholding_vat_tax"], goods // 100)
        self.assertEqual(income["withholding_pit_tax"], (goods + 100) // 200)
        (entry,) = self.wallet(self.other_shop)
        self.assertEqual(entry["amount"], income["escrow_amount"])
        self.assertIsInstance(entry["amount"], int)


class TestMovements(WalletCase):
    def test_chain_of_a_seller(self):
        """Orders of the last days, written down one after the other: the balances follow the time (R82)."""
        seed(self.shopee, count=60)
        self.shopee.withdrawal_weekday = 1
        self.shopee.clock.move(10 * DAY)
        for shop in self.shopee.shops.values():
            entries = self.wallet(shop)
            released = [order for order in shop.orders.values() if order.release_time]
            self.assertGreater(len(released), 3)
            first = shop.ledger.balance(self.shopee.clock.seconds() - 15 * DAY - 1)
            self.assert_chain(entries, first)
            self.assertEqual([entry["create_time"] for entry in entries], sorted(e["create_time"] for e in entries))
            income = {entry["order_sn"]: entry["amount"] for entry in entries if entry["order_sn"]}
            for order in released:
                if order.order_sn in income:
                    self.assertEqual(decimal(income[order.order_sn]), order.released_amount)

    def test_days(self):
        """The sums that each day should come to are those of what the wallet tells (R82)."""
        self.shopee.withdrawal_weekday = 3
        for _ in range(12):
            self.completed()
            self.shopee.add_movement(self.shop, "PAID_ADS_CHARGE", "-2.50")
            self.shopee.clock.move(DAY)
            self.shopee.catch_up()
        sums, zone = defaultdict(Decimal), timezone(timedelta(hours=8))
        entries = self.wallet()
        for entry in entries:
            if entry["transaction_type"] != "WITHDRAWAL_COMPLETED":
                day = datetime.fromtimestamp(entry["create_time"], zone).date()
                sums[day, entry["transaction_type"]] += decimal(entry["amount"])
        days = self.shopee.wallet_days(self.shop)
        told = {(day, name): amount for day, one in days.items() for name, amount in one.sums.items()}
        self.assertEqual(told, sums)
        balance = 0
        for day in days.values():
            self.assertEqual(day.opening, balance)
            self.assertEqual(day.opening + sum(day.sums.values()), day.closing)
            balance = day.closing
        self.assertEqual(balance, decimal(entries[-1]["current_balance"]))

    def test_charges(self):
        """Each known type goes one way; one that is not known may go any."""
        for name, (_, direction, tab) in TYPES.items():
            self.shopee.add_movement(self.shop, name, direction * 3, reason="why")
            with self.assertRaises(ValueError):
                self.shopee.add_movement(self.shop, name, -direction)
            entry = self.wallet()[-1]
            self.assertEqual((entry["transaction_type"], entry["reason"]), (name, "why"))
            self.assertEqual(entry["transaction_tab_type"], tab)
        for amount in (1, -1):
            self.shopee.add_movement(self.shop, "MYSTERY_FEE", amount)
        with self.assertRaises(ValueError):
            self.shopee.add_movement(self.shop, "", 1)
        entry = self.wallet()[-1]
        self.assertEqual((entry["transaction_type"], entry["transaction_tab_type"]), ("MYSTERY_FEE", "Default"))

    def test_failed_movement_leaves_the_balance_alone(self):
        self.completed()
        self.shopee.add_movement(self.shop, "ADJUSTMENT_ADD", 5, status="FAILED", moves_balance=False)
        entry = self.wallet()[-1]
        self.assertEqual((entry["status"], entry["current_balance"]), ("FAILED", 24.51))

    def test_how_it_is_told(self):
        self.completed()
        self.shopee.withdraw(self.shop, 10)
        self.shopee.wallet_type_is_number = self.shopee.wallet_shows_transaction_id = True
        self.shopee.wallet_amounts_are_positive = True
        first, last = self.wallet()
        self.assertEqual((first["transaction_type"], last["transaction_type"]), ("101", "201"))
        self.assertEqual((last["amount"], last["money_flow"], last["current_balance"]), (10, "MONEY_OUT", 14.51))
        self.assertNotEqual(first["transaction_id"], last["transaction_id"])
        self.assertEqual(first["wallet_type"], "shopee_pay")
        self.shopee.add_movement(self.shop, "MYSTERY_FEE", -1)
        self.assertTrue(900 <= int(self.wallet()[-1]["transaction_type"]) < 1000)


class TestWithdrawals(WalletCase):
    def types(self):
        return [entry["transaction_type"] for entry in self.wallet()]

    def test_to_the_bank(self):
        """Taken from the balance when it is asked for; nothing moves when the bank has it (R82, R88)."""
        self.completed()
        (withdrawal,) = self.shopee.withdraw(self.shop)
        created = self.wallet()[-1]
        self.assertEqual((created["amount"], created["current_balance"]), (-24.51, 0))
        self.assertEqual((created["withdrawal_id"], created["withdrawal_type"]), (withdrawal.number, "MANUAL"))
        self.shopee.clock.move(DAY)
        self.assertEqual(self.types(), ["ESCROW_VERIFIED_ADD", "WITHDRAWAL_CREATED", "WITHDRAWAL_COMPLETED"])
        completed = self.wallet()[-1]
        self.assertEqual((completed["amount"], completed["current_balance"]), (-24.51, 0))
        self.assertEqual(completed["withdrawal_id"], withdrawal.number)
        self.shopee.completed_withdrawals_have_amount = False
        self.assertEqual(self.wallet()[-1]["amount"], 0)
        with self.assertRaises(ValueError):
            self.shopee.cancel_withdrawal(self.shop, withdrawal)
        with self.assertRaises(ValueError):
            self.shopee.withdraw(self.shop)

    def test_does_not_reach_the_bank(self):
        self.completed()
        self.shopee.failing_withdrawals = 1
        self.shopee.open_withdrawals_are_pending = True
        self.shopee.withdraw(self.shop)
        self.assertEqual(self.wallet()[-1]["status"], "PENDING")
        self.shopee.clock.move(DAY)
        entries = self.wallet()
        self.assertEqual([entry["status"] for entry in entries], ["COMPLETED", "FAILED", "COMPLETED"])
        cancelled = entries[-1]
        self.assertEqual((cancelled["transaction_type"], cancelled["amount"]), ("WITHDRAWAL_CANCELLED", 24.51))
        self.assert_chain(entries)
        (second,) = self.shopee.withdraw(self.shop)
        self.shopee.clock.move(DAY)
        self.assertEqual(self.wallet()[-1]["withdrawal_id"], second.number)

    def test_in_parts(self):
        self.completed()
        self.shopee.most_withdrawn = 10
        parts = self.shopee.withdraw(self.shop)
        self.assertEqual([part.amount for part in parts], [10, 10, decimal("4.51")])
        created = self.wallet()[1:]
        self.assertEqual({entry["root_withdrawal_id"] for entry in created}, {parts[0].number})
        self.assertEqual(len({entry["withdrawal_id"] for entry in created}), 3)

    def test_every_week(self):
        """On Wednesdays at midnight of the shop's clock, all that is there; nothing where there is nothing (R82)."""
        self.shopee.withdrawal_weekday = 3
        zone = timezone(timedelta(hours=8))
        self.completed()
        for _ in range(4):
            self.shopee.clock.move(7 * DAY)
            self.shopee.catch_up()
        created = [one for one in self.shop.ledger.movements if one.transaction_type == "WITHDRAWAL_CREATED"]
        self.assertEqual([one.amount for one in created], [decimal("-24.51")])
        moment = datetime.fromtimestamp(created[0].create_time, zone)
        self.assertEqual((moment.isoweekday(), moment.hour, moment.minute), (3, 0, 0))
        self.assertEqual(created[0].withdrawal.kind, "AUTO")
        self.completed()
        self.shopee.clock.move(8 * DAY)
        self.shopee.catch_up()
        self.assertEqual(self.shop.ledger.balance(), 0)
        statuses = [one.status for one in self.shop.ledger.withdrawals.values()]
        self.assertEqual(statuses, ["COMPLETED", "COMPLETED"])

    def test_debts_are_not_withdrawn(self):
        self.shopee.withdrawal_weekday = 3
        self.shopee.add_movement(self.shop, "PAID_ADS_CHARGE", -5)
        self.shopee.clock.move(8 * DAY)
        self.shopee.catch_up()
        self.assertEqual(self.shop.ledger.balance(), -5)
        self.completed()
        self.shopee.clock.move(8 * DAY)
        self.shopee.catch_up()
        self.assertEqual([one.amount for one in self.shop.ledger.withdrawals.values()], [decimal("19.51")])
