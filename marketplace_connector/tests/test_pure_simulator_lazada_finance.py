"""The simulated Lazada's money: rows that follow from orders, weekly statements, payments to the bank."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from freezegun import freeze_time

from ..simulator.lazada import Lazada, Line
from .test_pure_simulator_lazada import LazadaCase

DETAILS, STATEMENTS = "/finance/transaction/details/get", "/finance/payout/status/get"
BANK = "/finance/transaction/accountTransactions/query"
SKU, OTHER = "TEE-BLK-M", "TOTE-NAT"
DAY, WEEK = 86400, 7 * 86400
WEDNESDAY = "2026-11-18 04:00:00"


class FinanceCase(LazadaCase):
    """A shop on a Wednesday noon."""

    def setUp(self):
        frozen = freeze_time(WEDNESDAY)
        frozen.start()
        self.addCleanup(frozen.stop)
        super().setUp()
        self.lazada.access_lifetime = 366 * DAY
        self.authorisation = self.lazada.authorise(self.lazada.accounts[0])

    def deliver(self, *lines, shop=None, **facts):
        order = self.lazada.place_order(shop or self.shop, list(lines) or [(SKU, 1, "10.00")], **facts)
        self.lazada.advance(order, "delivered", [unit for unit in order.units if not unit.is_fbl])
        return order

    def details(self, **parameters):
        today = self.lazada.clock.now().date()
        days = {"start_time": f"{today - timedelta(days=60)}", "end_time": f"{today + timedelta(days=60)}"}
        return self.data(DETAILS, **{**days, "limit": "500", **parameters})

    def rows(self, order=None, **parameters):
        """(fee type, amount) of each row, oldest first."""
        chosen = {"trade_order_id": str(order.order_id)} if order else {}
        return [(each["fee_type"], each["amount"]) for each in reversed(self.details(**chosen, **parameters))]

    def statements(self):
        return self.data(STATEMENTS, created_after="2020-01-01")

    def bank(self, **parameters):
        now = self.lazada.clock.now()
        days = {"start_time": f"{now - timedelta(days=60):%Y%m%d}", "end_time": f"{now + timedelta(days=2):%Y%m%d}"}
        answer = self.call(BANK, post=True, **{**days, "page_num": "1", "page_size": "50", **parameters})
        self.assertEqual((answer["code"], answer["success"]), ("0", True), answer)
        return answer["data"]


class TestRowsOfOrders(FinanceCase):
    def test_delivered(self):
        """R87: one row a unit and fee; the sum of what the customer paid the seller is the order's total."""
        order = self.deliver((SKU, 2, "10.00"), seller_voucher="1.00", platform_voucher="2", shipping_fee="1.99")
        self.assertEqual(
            self.rows(order),
            [
                *[("13", "10.00")] * 2,
                *[("118", "-0.50")] * 2,
                *[("16", "-0.38")] * 2,
                *[("3", "-0.19")] * 2,
                ("7", "-1.99"),
                ("157", "0.50"),
                ("8", "1.00"),
                ("8", "0.99"),
            ],
        )
        first = self.details(trade_order_id=str(order.order_id), trans_type="13")[-1]
        unit = order.units[0]
        self.assertEqual(
            {key: first[key] for key in ("transaction_date", "statement", "paid_status", "fee_name", "order_no")},
            {
                "transaction_date": "18 Nov 2026",
                "statement": "16 Nov 2026 - 22 Nov 2026",
                "paid_status": "Not paid",
                "fee_name": "Item Price Credit",
                "order_no": str(order.order_id),
            },
        )
        self.assertEqual((first["orderItem_no"], first["seller_sku"]), (str(unit.order_item_id), SKU))
        self.assertTrue(all(isinstance(value, str) for value in first.values()))

    def test_nothing_before_delivery(self):
        order = self.lazada.place_order(self.shop, [(SKU, 1)], shipping_fee=2)
        for status in ("packed", "shipped", "failed_delivery", "shipped_back_success"):
            self.lazada.advance(order, status)
            self.assertEqual(self.rows(), [])

    def test_in_parts(self):
        """Each unit when it is delivered, each parcel's carriage once; nothing twice when the buyer confirms."""
        order = self.lazada.place_order(self.shop, [Line(SKU, 1, 10), Line(OTHER, 1, 5, shipping="express")])
        self.lazada.advance(order, "delivered", order.units[:1])
        self.assertEqual([row for row in self.rows() if row[0] in ("13", "7")], [("13", "10.00"), ("7", "-1.99")])
        self.lazada.advance(order, "delivered", order.units[1:])
        self.lazada.advance(order, "confirmed")
        self.assertEqual([amount for fee, amount in self.rows() if fee == "13"], ["10.00", "5.00"])
        self.assertEqual([amount for fee, amount in self.rows() if fee == "7"], ["-1.99", "-1.99"])

    def test_partly_cancelled(self):
        """Shipping that the order goes on counting is paid to the seller, whatever was cancelled, and when."""
        for keeps, shipping in ((True, "2.00"), (False, "1.34")):
            self.lazada.header_keeps_canceled_units = keeps
            order = self.lazada.place_order(self.shop, [(SKU, 3, "10.00")], shipping_fee=2)
            self.lazada.advance(order, "delivered", order.units[:1])
            self.lazada.cancel(order, units=order.units[1:2])
            self.lazada.advance(order, "delivered", order.units[2:])
            rows = self.rows(order)
            self.assertEqual(sum(Decimal(amount) for fee, amount in rows if fee == "8"), Decimal(shipping))
            self.assertEqual([amount for fee, amount in rows if fee == "13"], ["10.00"] * 2)

    def test_fulfilled_by_lazada(self):
        order = self.lazada.place_order(self.shop, [(SKU, 1, "10.00")], fulfilled_by_lazada=True)
        self.lazada.tend(4 * DAY)
        self.assertEqual(order.units[0].status, "delivered")
        self.assertEqual(
            [row for row in self.rows(order) if row[0] in ("13", "22")], [("13", "10.00"), ("22", "-1.00")]
        )

    def test_without_cents(self):
        lazada = Lazada(countries=("VN",))
        shop = lazada.shop("VN")
        order = lazada.place_order(shop, [(SKU, 3)], seller_voucher=1001, shipping_fee=16500)
        lazada.advance(order, "delivered")
        self.assertTrue(all(row.amount == int(row.amount) for row in shop.rows))
        self.assertEqual(sum(row.amount for row in shop.rows if row.fee_type == "118"), -1001)
        lazada.fees_have_cents = True
        order = lazada.place_order(shop, [(SKU, 1, 159333)])
        lazada.advance(order, "delivered")
        self.assertIn(Decimal("-6373.32"), [row.amount for row in shop.rows])


class TestRefunds(FinanceCase):
    def test_returned(self):
        order = self.deliver((SKU, 2, "10.00"), seller_voucher="1.00", shipping_fee=2)
        self.lazada.advance(order, "returned", order.units[:1])
        self.assertEqual(self.rows(order)[-3:], [("14", "-10.00"), ("121", "0.50"), ("15", "0.38")])
        self.lazada.reversed_with_refund = ("13", "118", "8", "16", "3")
        self.lazada.return_fee = Decimal("0.5")
        self.lazada.advance(order, "returned", order.units[1:])
        self.assertEqual(
            self.rows(order)[-6:],
            [("14", "-10.00"), ("121", "0.50"), ("142", "-1.00"), ("15", "0.38"), ("4", "0.21"), ("26", "-1.00")],
        )

    def test_money_back_in_parts(self):
        """No more goes back than was paid, and all of it at the end."""
        order = self.deliver((SKU, 1, "9.99"))
        for share in ("0.3333", "0.5"):
            self.lazada.refund(order, share=share)
        self.lazada.refund(order)
        back = [Decimal(amount) for fee, amount in self.rows(order) if fee == "14"]
        self.assertEqual((back, sum(back)), ([Decimal("-3.33"), Decimal("-5.00"), Decimal("-1.66")], Decimal("-9.99")))
        self.assertRaisesRegex(ValueError, "Nothing", self.lazada.refund, order)
        self.assertRaises(ValueError, self.lazada.refund, self.lazada.place_order(self.shop, [(SKU, 1)]))

    def test_lost(self):
        for status, fee in (("lost_by_3pl", "85"), ("damaged_by_3pl", "206")):
            order = self.lazada.place_order(self.shop, [(SKU, 1, "10.00")], shipping_fee=2)
            self.lazada.advance(order, status)
            self.assertEqual(self.rows(order), [(fee, "10.00")])


class TestStatements(FinanceCase):
    def test_week(self):
        """Closed in the night after Sunday, in the shop's time; paid three days later; sums as recorded."""
        self.deliver((SKU, 1, "10.00"), shipping_fee="1.99")
        self.lazada.tend(
            (datetime(2026, 11, 22, 16, 30, tzinfo=timezone.utc) - self.lazada.clock.now()).total_seconds()
        )
        self.assertEqual(self.statements(), [])
        self.lazada.tend(60)
        (told,) = self.statements()
        expected = {
            "statement_number": "SG1LAZ001-2026-047",
            "created_at": "2026-11-23 00:30:15",
            "updated_at": "2026-11-23 00:30:15",
            "opening_balance": "0.00",
            "closing_balance": "9.86",
            "payout": "9.86 SGD",
            "paid": "0",
            "guarantee_deposit": "0",
            "item_revenue": "10.00",
            "other_revenue_total": "2.49",
            "fees_total": "-2.63",
            "refunds": "0.00",
            "fees_on_refunds_total": "0.00",
            "shipment_fee": "-1.49",
            "shipment_fee_credit": "1.99",
            "subtotal1": "15.12",
            "subtotal2": "15.12",
        }
        self.assertEqual(told, expected)
        self.assertEqual(self.bank()["transactions"], [])
        self.lazada.tend(3 * DAY)
        (told,) = self.statements()
        self.assertEqual(told, {**expected, "paid": "1", "updated_at": "2026-11-26 00:30:15"})
        paid = {(row["paid_status"], row["payment_ref_id"]) for row in self.details()}
        self.assertEqual(paid, {("paid", "SG1LAZ001-20261126")})
        (moved,) = self.bank()["transactions"]
        self.assertEqual((moved["amount"], moved["type"], moved["currency"]), ("-9.86", "Withdrawal", "SGD"))
        self.assertEqual(moved["pmt_reference"], "Bank Ref. SG1LAZ001-20261126")
        self.assertEqual(moved["transaction_time"], "2026-11-26 00:30:15")

    def test_debt_is_carried(self):
        """A week that costs more than it brings pays nothing, and opens the next one."""
        self.lazada.advertise(self.shop, 15)
        self.lazada.tend(WEEK)
        self.deliver((SKU, 1, "10.00"))
        self.lazada.tend(WEEK)
        self.deliver((SKU, 1, "10.00"))
        self.lazada.tend(WEEK)
        told = [(each["opening_balance"], each["payout"], each["closing_balance"]) for each in self.statements()]
        self.assertEqual(
            told, [("0.00", "0.00 SGD", "-15.00"), ("-15.00", "0.00 SGD", "-7.09"), ("-7.09", "0.82 SGD", "0.82")]
        )

    def test_deposit(self):
        self.lazada.guarantee_deposit = Decimal(10)
        for _week in range(3):
            self.deliver((SKU, 1, "10.00"))
            self.lazada.tend(WEEK)
            self.lazada.guarantee_deposit = 10 if _week < 1 else 4
        told = [(each["closing_balance"], each["guarantee_deposit"], each["payout"]) for each in self.statements()]
        self.assertEqual(
            told, [("7.91", "7.91", "0.00 SGD"), ("7.91", "2.09", "5.82 SGD"), ("7.91", "-6.00", "13.91 SGD")]
        )

    def test_closed_tonight(self):
        """What comes later is on the next statement, that starts the day after."""
        self.deliver((SKU, 1, "10.00"))
        first = self.lazada.close_tonight(self.shop)
        self.assertEqual((first.end.isoformat(), first.created_at.isoformat()[:16]), ("2026-11-18", "2026-11-19T00:30"))
        self.assertRaisesRegex(ValueError, "nothing", self.lazada.close_tonight, self.shop)
        self.deliver((SKU, 1, "20.00"))
        self.assertEqual(
            {row["statement"] for row in self.details()}, {"16 Nov 2026 - 18 Nov 2026", "19 Nov 2026 - 22 Nov 2026"}
        )
        second = self.lazada.run_payout(self.shop)
        self.assertEqual((first.number, second.number), ("SG1LAZ001-2026-047", "SG1LAZ001-20261122"))
        self.assertTrue(first.paid_at and second.paid_at)
        self.assertRaisesRegex(ValueError, "nothing", self.lazada.run_payout, self.shop)

    def test_expected_sums(self):
        order = self.deliver((SKU, 1, "10.00"), shipping_fee=2)
        self.lazada.store_at_lazada(self.shop, 3)
        statement = self.lazada.run_payout(self.shop)
        self.assertEqual(statement.by_fee["254"], -3)
        self.assertEqual(statement.by_order, {order.order_id: statement.balance + 3, None: -3})
        self.assertEqual(statement.payout, sum(row.amount for row in statement.rows))

    def test_late(self):
        """Late rows are on the running statement; or on the last one, as long as it is not paid."""
        self.deliver((SKU, 1, "10.00"))
        self.lazada.tend(5 * DAY)
        self.lazada.penalise(self.shop, 1)
        late = self.lazada.charge(self.shop, "37", "-2.00", days_ago=5)
        self.assertEqual((late[0].day.isoformat(), late[0].statement), ("2026-11-18", None))
        self.lazada.add_late(self.shop, "20", "-3.00")
        (told,) = self.statements()
        self.assertEqual((told["payout"], told["closing_balance"]), ("4.91 SGD", "4.91"))
        self.lazada.tend(3 * DAY)
        self.assertRaises(ValueError, self.lazada.add_late, self.shop, "20", "-1.00")

    def test_taxes(self):
        self.lazada.vat_rate, self.lazada.withholding_rate = Decimal("0.07"), Decimal("0.03")
        self.lazada.withholding_is_apart = True
        self.deliver((SKU, 1, "107.00"))
        (row,) = self.details(trans_type="16")
        self.assertEqual((row["amount"], row["VAT_in_amount"], row["WHT_amount"]), ("-4.28", "0.28", "0.13"))
        self.assertEqual(row["WHT_included_in_amount"], "No")
        statement = self.lazada.run_payout(self.shop)
        self.assertEqual(
            statement.payout, sum(row.amount for row in statement.rows) + Decimal("0.13") + Decimal("0.06")
        )


class TestCalls(FinanceCase):
    def test_pages(self):
        self.lazada.charge(self.shop, "112", "-1.00", times=230)
        rows = [self.details(limit="100", offset=str(offset)) for offset in (0, 100, 200)]
        self.assertEqual([len(page) for page in rows], [100, 100, 30])
        self.assertEqual(len({repr(row) for page in rows for row in page}), 1)
        self.lazada.highest_transaction_limit = 50
        self.assertEqual(len(self.details(limit="500")), 50)

    def test_refused(self):
        days = {"start_time": "2026-01-01", "end_time": "2026-06-30"}
        self.assert_refused(self.call(DETAILS, **days), "1000012", "less than 180 days")
        days["end_time"] = "2026-06-29"
        self.assertEqual(self.data(DETAILS, **days), [])
        self.assert_refused(self.call(DETAILS, **days, trans_type="77777"), "1000014", "transactionType")
        self.lazada.charge(self.shop, "77777", "-1.00", name="Mega Day")
        self.assertEqual(self.rows(trans_type="77777"), [("77777", "-1.00")])
        self.assert_refused(self.call(DETAILS, start_time="2026-01-01"), "MissingParameter", "end_time")
        self.assert_refused(self.call(DETAILS, start_time="01/01/2026", end_time="2026-01-02"), "17", "Date")
        self.assert_refused(self.call(STATEMENTS), "MissingParameter", "created_after")
        self.assert_refused(self.call(BANK), "UnsupportedHTTPMethod")
        self.assert_refused(self.call(BANK, post=True, start_time="20260101", end_time="20260102"), "MissingParameter")

    def test_days(self):
        self.lazada.penalise(self.shop, 1)
        self.assertEqual(len(self.details(start_time="2026-11-18", end_time="2026-11-18")), 1)
        self.lazada.end_day_is_included = False
        self.assertEqual(self.details(start_time="2026-11-18", end_time="2026-11-18"), [])
        self.lazada.row_delay = DAY
        self.assertEqual(self.details(), [])
        self.lazada.tend(DAY)
        self.assertEqual(len(self.details()), 1)

    def test_another_shop(self):
        self.lazada.add_account("other@example.com", ("SG",))
        other = list(self.lazada.shops.values())[1]
        self.deliver(shop=other)
        self.lazada.run_payout(other)
        self.assertEqual((self.details(), self.statements(), self.bank()["transactions"]), ([], [], []))

    def test_bank_pages(self):
        for _week in range(3):
            self.deliver()
            self.lazada.tend(WEEK)
        self.lazada.tend(3 * DAY)
        page = self.bank(page_size="2", page_num="2")
        self.assertEqual(page["page_info"], {"page_num": 2, "page_size": 2, "total_page": 2, "total_count": 3})
        self.assertEqual(len(page["transactions"]), 1)
        self.assertEqual(self.bank(transaction_type="Deposit")["transactions"], [])


class TestSellerCenter(FinanceCase):
    def test_a_person_runs_a_payout(self):
        order = self.deliver()
        address = f"/seller-center/finance/{self.shop.seller_id}"
        self.web.post(f"{address}/charge", data={"fee_type": "112", "amount": "2.50"})
        self.web.post(f"{address}/charge", data={"fee_type": "9001", "fee_name": "Mega <Day>", "amount": "1"})
        running = self.web.get(f"{address}/running").text
        self.assertIn("Sponsored Product Fee (112)", running)
        self.assertIn("Mega &lt;Day&gt; (9001)", running)
        self.assertEqual(self.web.post(f"{address}/run", data={"do": "close"}).status_code, 303)
        self.assertIn("not paid", self.web.get("/seller-center/finance").text)
        self.assertEqual(self.web.post(f"{address}/run", data={"do": "clock"}).status_code, 303)
        (statement,) = self.shop.statements
        self.assertTrue(statement.paid_at)
        self.assertIn(f"{statement.payout}", self.web.get(f"{address}/{statement.number}").text)
        self.web.post(f"{address}/charge", data={"fee_type": "54", "amount": "1"})
        self.lazada.charge(self.shop, "236", 5)
        second = self.lazada.close_tonight(self.shop)
        self.assertIn("Pay it now", self.web.get(f"{address}/{second.number}").text)
        self.web.post(f"{address}/{second.number}/pay")
        self.assertEqual((second.payout, second.paid_at), (4, self.lazada.clock.now()))
        self.assertIn("Paid on 23 Nov 2026", self.web.get(f"{address}/{second.number}").text)
        page = f"/seller-center/orders/{self.shop.seller_id}/{order.order_id}"
        self.assertIn("Refund this order", self.web.get(page).text)
        self.web.post(f"{page}/refund", data={"percent": "50"})
        self.assertEqual(self.rows(order)[-2:], [("14", "-5.00"), ("15", "0.20")])

    def test_what_makes_no_sense(self):
        address = f"/seller-center/finance/{self.shop.seller_id}"
        order = self.lazada.place_order(self.shop, [(SKU, 1)])
        page = f"/seller-center/orders/{self.shop.seller_id}/{order.order_id}"
        self.assertNotIn("Refund", self.web.get(page).text)
        for path, form in (
            (f"{address}/run", {"do": "close"}),
            (f"{address}/charge", {"fee_type": "112", "amount": "nan"}),
            (f"{address}/charge", {"fee_type": "ads", "amount": "1"}),
            ("/seller-center/finance/5/run", {}),
            (f"{address}/no-such/pay", {}),
            (f"{page}/refund", {"percent": "100"}),
            (f"{page}/refund", {"percent": "-1"}),
        ):
            self.assertEqual(self.web.post(path, data=form).status_code, 400, path)
        self.assertEqual(self.web.get(f"{address}/no-such").status_code, 404)

    def test_programs(self):
        order = self.deliver()
        told = self.web.post("/seller-center/payouts", json={"seller_id": self.shop.seller_id}).json
        self.assertEqual((told["paid"], told["by_order"]), ("1", {str(order.order_id): "7.91"}))
        self.assertEqual(self.web.get("/seller-center/statements").json, [told])
        self.assertEqual(self.web.post("/seller-center/payouts").status_code, 400)
