"""The simulated Shopee's payouts of cross-border shops, and its income lists."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .test_pure_simulator_shopee import DAY
from .test_pure_simulator_shopee_wallet import WalletCase, decimal

PAYOUTS, PAYOUT_INFO = "/api/v2/payment/get_payout_detail", "/api/v2/payment/get_payout_info"
BILLING = "/api/v2/payment/get_billing_transaction_info"
OVERVIEW, INCOME = "/api/v2/payment/get_income_overview", "/api/v2/payment/get_income_detail"


class TestPayouts(WalletCase):
    def setUp(self):
        super().setUp()
        self.shop.is_cb = True
        self.shop.payout_currency, self.shop.payout_rate = "USD", Decimal("0.7731")

    def window(self):
        now = self.shopee.clock.seconds()
        return {"payout_time_from": now - 14 * DAY, "payout_time_to": now + 1}

    def payouts(self, **query):
        return self.call(PAYOUTS, **{"page_no": 1, "page_size": 10, **self.window(), **query})["response"]

    def test_payout(self):
        """All that was released since the last one, with its rate (R82)."""
        orders = [self.completed(("TEE-BLK-M", 2)), self.completed(("TEE-BLK-M", 1))]
        self.shopee.adjust(orders[0], "-2.00", "Commission Fee Adjustment")
        self.shopee.add_movement(self.shop, "PAID_ADS_CHARGE", -1, reason="Ads")
        payout = self.shopee.run_payout(self.shop)
        with self.assertRaises(ValueError):
            self.shopee.run_payout(self.shop)
        (told,) = self.payouts()["payout_list"]
        info = told["payout_info"]
        self.assertEqual((info["from_amount"], info["payout_amount"], info["payout_time"]), (33.76, 26.1, payout.time))
        self.assertEqual((info["from_currency"], info["payout_currency"]), ("SGD", "USD"))
        self.assertEqual(info["exchange_rate"], "0.7731")
        self.assertEqual([row["order_sn"] for row in told["escrow_list"]], [order.order_sn for order in orders])
        adjustments = told["offline_adjustment_list"]
        self.assertEqual([row["adjustment_level"] for row in adjustments], ["order", "shop"])
        self.assertEqual(adjustments[0]["scenario"], "Commission Fee Adjustment")
        rows = [row["escrow_amount"] for row in told["escrow_list"]]
        rows += [row["adjustment_amount"] for row in adjustments]
        self.assertEqual(sum(map(decimal, rows)), decimal(info["from_amount"]))
        self.assertEqual(self.shop.ledger.balance(), 0)
        self.shopee.payout_rate_is_rounded = True
        self.assertEqual(self.payouts()["payout_list"][0]["payout_info"]["exchange_rate"], "0.77")

    def test_by_the_calendar_and_pages(self):
        """Each week, negative sums too; pages from 1, cursors from nothing (R82)."""
        self.shopee.withdrawal_weekday = 3
        for amount in (5, -3):
            self.shopee.add_movement(self.shop, "ADJUSTMENT_ADD" if amount > 0 else "ADJUSTMENT_MINUS", amount)
            self.shopee.clock.move(7 * DAY)
            self.shopee.catch_up()
        self.access_token = self.shopee.issue_tokens(self.shop)[0]
        now = self.shopee.clock.seconds()
        window = {"payout_time_from": now - 15 * DAY, "payout_time_to": now}
        self.assertEqual([self.shop.ledger.payouts[place].amount for place in (0, 1)], [5, -3])
        pages = [self.payouts(page_size=1, page_no=place, **window) for place in (1, 2)]
        told = [page["payout_list"][0]["payout_info"]["from_amount"] for page in pages]
        self.assertEqual((told, [page["more"] for page in pages]), ([-3, 5], [True, False]))
        first = self.call(PAYOUT_INFO, page_size=1, cursor="", **window)["response"]
        second = self.call(PAYOUT_INFO, page_size=1, cursor=first["next_cursor"], **window)["response"]
        self.assertEqual((first["more"], second["more"], second["next_cursor"]), (True, False, ""))
        self.assertEqual(second["payout_list"][0]["from_amount"], 5)
        number = second["payout_list"][0]["encrypted_payout_id"]
        body = {"billing_transaction_info_type": 2, "encrypted_payout_ids": [number], "cursor": "", "page_size": 100}
        (row,) = self.call(BILLING, body=body)["response"]["transactions"]
        self.assertEqual((row["amount"], row["billing_transaction_type"], row["level"]), (5, "ADJUSTMENT", "SHOP"))

    def test_what_is_not_paid_out_yet(self):
        order = self.completed()
        body = {"billing_transaction_info_type": 1, "cursor": "", "page_size": 100}
        (row,) = self.call(BILLING, body=body)["response"]["transactions"]
        self.assertEqual((row["order_sn"], row["billing_transaction_status"]), (order.order_sn, "TO_RELEASE"))
        self.assertEqual(self.call(OVERVIEW)["total_income"]["to_release_amount"], 24.51)
        self.shopee.run_payout(self.shop)
        self.assertEqual(self.call(BILLING, body=body)["response"]["transactions"], [])
        total = {"to_release_amount": 0, "released_amount": 24.51, "pending_amount": 0}
        self.assertEqual(self.call(OVERVIEW)["total_income"], total)

    def test_errors(self):
        """R82"""
        window = self.window()
        now = window["payout_time_to"]
        size = (
            "Invalid page_size parameter. Please provide a valid value between 1 and 100. "
            "If left empty, the default value of 40 will be applied."
        )
        info_size = "page_size is required, format should be correct and input within 1-100"
        early = (
            "The selected payout start time is not supported. Please choose a start time no earlier than May 1, 2022."
        )
        order = "invalid time range, please ensure payout_time_to is greater than payout_time_from but within 15 days"
        cursor = "cursor is required and format should be correct. Please check"
        for path, changes, message in (
            (PAYOUTS, {"page_size": ""}, size),
            (PAYOUTS, {"page_size": 101}, size),
            (PAYOUTS, {"page_no": 0}, "Wrong parameters, detail: page_no must be 1 or greater."),
            (PAYOUTS, {"payout_time_from": 1651334399}, early),
            (PAYOUTS, {"payout_time_from": now - 15 * DAY - 1}, order),
            (PAYOUT_INFO, {"payout_time_from": now}, order),
            (PAYOUT_INFO, {"payout_time_to": ""}, "payout_time_to is required"),
            (PAYOUT_INFO, {"payout_time_to": "x"}, "invalid payout_time format, please check"),
            (PAYOUT_INFO, {"page_size": 0}, info_size),
            (PAYOUT_INFO, {"cursor": "x"}, cursor),
            (PAYOUT_INFO, {"cursor": None}, cursor),
        ):
            with self.subTest(path=path, changes=changes):
                query = {"page_no": 1, "page_size": 10, "cursor": "", **window, **changes}
                self.assert_error(self.send_shop(path, **query), "error_param", message)

    def test_billing_errors(self):
        kind = (
            "billing_transaction_info_type provided is invalid, please use one of the support billing item type "
            "values: 1 - To Release, 2 - Released."
        )
        body = {"billing_transaction_info_type": 2, "encrypted_payout_ids": ["7"], "cursor": "", "page_size": 100}
        for changes, message in (
            ({}, "payout ids{7} not found, please recheck if the id is correct or not"),
            ({"encrypted_payout_ids": []}, "payout ids can not be empty when querying Released info"),
            ({"encrypted_payout_ids": ["7"] * 101}, "payout ids length exceed limit"),
            ({"billing_transaction_info_type": None}, "billing_transaction_info_type is required"),
            ({"billing_transaction_info_type": 3}, kind),
            ({"page_size": None}, "page_size is required, format should be correct and input within 1-100"),
            ({"cursor": None}, "cursor is required and format should be correct. Please check"),
        ):
            with self.subTest(changes=changes):
                self.assert_error(self.send_shop(BILLING, body={**body, **changes}), "error_param", message)

    def test_local_shops_have_none(self):
        self.shop.is_cb = False
        message = "This payment API is only applicable for cross boarder shop"
        for path, query in ((PAYOUTS, {}), (PAYOUT_INFO, {}), (BILLING, {"body": {}})):
            self.assert_error(self.send_shop(path, **query), "error_param", message)


class TestIncome(WalletCase):
    def detail(self, status, **query):
        today = datetime.fromtimestamp(self.shopee.clock.seconds(), timezone(timedelta(hours=8))).date()
        days = {"date_from": today.isoformat(), "date_to": (today + timedelta(days=1)).isoformat()}
        return self.call(INCOME, **{"income_status": status, "page_size": 100, **days, **query})

    def test_overview(self):
        self.completed(("TEE-BLK-M", 2))
        self.order(("TEE-BLK-M", 1))
        self.order(paid=False)
        self.shopee.cancel(self.order())
        total = {"released_amount": 24.51, "pending_amount": 12.25}
        self.assertEqual(self.call(OVERVIEW)["total_income"], total)
        self.assertEqual(self.call(OVERVIEW, income_status=2)["total_income"], {"pending_amount": 12.25})
        self.shopee.income_is_in_response = True
        self.assertEqual(self.call(OVERVIEW)["response"]["total_income"], total)
        message = (
            "The income_status provided is invalid or not applicable. Please use one of the supported values: "
            "0 - To Release, 1 - Released, 2 - Pending. Local shops do not have the “To Release” status."
        )
        for status in (0, 3, "x"):
            self.assert_error(self.send_shop(OVERVIEW, income_status=status), "error_param", message)
        self.assert_error(self.send_shop(INCOME), "error_param", message)

    def test_detail(self):
        order, pending = self.completed(), self.order()
        self.shopee.adjust(order, -1, "Logistics")
        found = self.detail(1)["income_detail_list"]
        self.assertEqual([row["released_amount"] for row in found["list"]], [-1, 24.51])
        self.assertEqual([row["description"] for row in found["list"]], ["Adjustment", "Order Income"])
        self.assertEqual(found["list"][1]["actual_payout_time"], order.release_time)
        self.assertEqual(found["next_page"], {"cursor": "", "page_size": 100})
        page = self.detail(1, page_size=1)["income_detail_list"]
        self.assertEqual((len(page["list"]), page["next_page"]["cursor"]), (1, "1"))
        page = self.detail(1, page_size=1, cursor="1")["income_detail_list"]
        self.assertEqual((page["list"][0]["released_amount"], page["next_page"]["cursor"]), (24.51, ""))
        self.assertEqual(self.detail(1, date_from="2024-02-01", date_to="2024-02-15")["income_detail_list"]["list"], [])
        self.shopee.income_rows_have_long_name = True
        (row,) = self.detail(2)["income_detail_list"]["income_detail_list_item"]
        self.assertEqual((row["order_sn"], row["estimated_escrow_amount"]), (pending.order_sn, 24.51))
        message = (
            "release_time_from and/or release_time_to parameter is missing or invalid. Please provide both a valid "
            "start date and end date to query, where the start date cannot be later than the end date, and the date "
            "range must not exceed 14 days."
        )
        for days in (
            {"date_from": ""},
            {"date_to": "x"},
            {"date_from": "2024-02-01", "date_to": "2024-02-16"},
            {"date_from": "2024-02-02", "date_to": "2024-02-01"},
        ):
            query = {"income_status": 1, "page_size": 9, "date_from": "2024-02-01", "date_to": "2024-02-02", **days}
            self.assert_error(self.send_shop(INCOME, **query), "error_param", message)
        for changes, message in (
            ({"page_size": 101}, "Wrong parameters, detail: page_size must be 1 to 100."),
            ({"cursor": "x"}, "parameter invalid"),
        ):
            query = {"income_status": 1, "page_size": 9, "date_from": "2024-02-01", "date_to": "2024-02-02", **changes}
            self.assert_error(self.send_shop(INCOME, **query), "error_param", message)
