"""The simulated Shopee's "My Balance": its page, its buttons, and the sums for tools."""

from decimal import Decimal

from werkzeug.test import Client

from ..simulator.shopee.balance_pages import CHARGES
from .test_pure_simulator_shopee import DAY
from .test_pure_simulator_shopee_wallet import WalletCase

PAGE, ORDERS = "/seller-center/balance", "/seller-center/orders"


class TestBalance(WalletCase):
    def setUp(self):
        super().setUp()
        self.web = Client(self.shopee)

    def press(self, action, **fields):
        """The page after pressing a button."""
        form = {"shop_id": self.shop.shop_id, "action": action, **fields}
        return self.web.post(PAGE, data=form, follow_redirects=True)

    def tell(self, action, shop=None, **fields):
        """The same by a tool."""
        return self.web.post(PAGE, json={"shop_id": (shop or self.shop).shop_id, "action": action, **fields})

    def types(self):
        return [one.transaction_type for one in self.shop.ledger.movements]

    def test_page(self):
        """Balance, what is pending, what is on its way, the movements (R82)."""
        order, pending = self.completed(), self.order(("TEE-BLK-M", 1))
        self.shopee.withdraw(self.shop, 10)
        page = self.web.get(PAGE).text
        for text in ("SGD 14.51", "SGD 10.00", "SGD 12.25", "ESCROW_VERIFIED_ADD", order.order_sn, "24.51", "2 of 2"):
            self.assertIn(text, page)
        self.assertNotIn(pending.order_sn, page)
        self.assertIn("VND 0", self.web.get(f"{PAGE}?shop_id={self.other_shop.shop_id}").text)
        self.assertEqual(self.web.get(f"{PAGE}?shop_id=1").status_code, 404)
        self.assertIn("My Balance", self.web.get("/seller-center").text)

    def test_release(self):
        self.shopee.release_delay = DAY
        first, second, third = (self.completed() for _ in range(3))
        self.assertIn("Completed, not released", self.web.get(PAGE).text)
        self.assertIn("SGD 24.51", self.press("release", order_sn=f" {first.order_sn} ").text)
        self.web.post(f"{ORDERS}/{second.order_sn}", data={"action": "release"})
        self.assertTrue(second.release_time)
        page = self.press("release_all").text
        self.assertTrue(third.release_time)
        self.assertNotIn("Completed, not released", page)
        self.assertIn("released already", self.press("release", order_sn=first.order_sn).text)
        self.assertIn("There is no such order", self.press("release", order_sn="x").text)

    def test_to_the_bank(self):
        self.completed()
        self.assertIn("WITHDRAWAL_CREATED", self.press("pay_out").text)
        self.assertIn("WITHDRAWAL_COMPLETED", self.press("end_withdrawals").text)
        page = self.press("pay_out")
        self.assertEqual((page.status_code, "There is not that much" in page.text), (400, True))

    def test_charges(self):
        """Paid or charged by the type; a type that nobody knows by the sign of the amount (R82)."""
        for name in CHARGES:
            self.assertEqual(self.tell("charge", transaction_type=name, amount="2").status_code, 200, name)
        self.assertEqual(self.types(), CHARGES)
        self.press("unknown", transaction_type="MYSTERY_FEE", amount="-1.25", reason="<b>Why</b>")
        self.assertEqual(self.shop.ledger.movements[-1].amount, Decimal("-1.25"))
        self.assertIn("&lt;b&gt;Why", self.web.get(PAGE).text)
        order = self.completed()
        self.press("charge", transaction_type="AFFILIATE_FEE_DEDUCT", amount=1, order_sn=order.order_sn)
        self.assertEqual(self.shop.ledger.movements[-1].order_sn, order.order_sn)

    def test_nonsense(self):
        before = self.types()
        for action, fields in (
            ("charge", {"transaction_type": "MYSTERY_FEE", "amount": 1}),
            ("charge", {"transaction_type": "PAID_ADS_CHARGE", "amount": ""}),
            ("charge", {"transaction_type": "PAID_ADS_CHARGE", "amount": "NaN"}),
            ("charge", {"transaction_type": "PAID_ADS_CHARGE", "amount": "1e99"}),
            ("unknown", {"transaction_type": "", "amount": 1}),
            ("adjust", {"order_sn": self.order().order_sn, "amount": 1}),
            ("rates", {"commission_fee": "101"}),
            ("rates", {"commission_fee": "x"}),
            ("burn", {}),
        ):
            with self.subTest(action=action, fields=fields):
                self.assertEqual(self.press(action, **fields).status_code, 400)
                self.assertEqual(self.tell(action, **fields).status_code, 400)
        self.assertEqual(self.types(), before)

    def test_money_of_an_order(self):
        order = self.order()
        self.shopee.advance(order, "SHIPPED")
        self.press("pay_ahead", order_sn=order.order_sn, amount=5)
        self.press("refund", order_sn=order.order_sn, amount=10)
        self.press("adjust", order_sn=order.order_sn, amount="-0.50", reason="Logistics")
        self.assertEqual(self.types(), ["FAST_ESCROW_DISBURSE", "FAST_ESCROW_DISBURSE_REMAIN", "ADJUSTMENT_MINUS"])
        self.assertEqual(self.shop.ledger.balance(), Decimal("14.51"))  # 25.80 - 10, 5 % off, - 0.50
        self.press("refund", order_sn=order.order_sn, amount=1)
        self.assertEqual(self.types()[-1], "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED")

    def test_return_on_the_page_of_the_order(self):
        orders = [self.order(("TEE-BLK-M", 1)) for _ in range(2)]
        for order in orders:
            self.shopee.advance(order, "TO_CONFIRM_RECEIVE")
            page = self.web.post(f"{ORDERS}/{order.order_sn}", data={"action": "return"}, follow_redirects=True)
            self.assertIn("Refund the buyer", page.text)
            self.assertEqual(order.order_status, "TO_RETURN")
        for order, action in zip(orders, ("refund", "close_return"), strict=True):
            self.web.post(f"{ORDERS}/{order.order_sn}", data={"action": action})
        self.assertEqual([order.order_status for order in orders], ["COMPLETED"] * 2)
        self.assertEqual([order.returns[0].status for order in orders], ["ACCEPTED", "CANCELLED"])
        self.assertEqual([one.order_sn for one in self.shop.ledger.movements], [orders[1].order_sn])
        page = self.web.post(f"{ORDERS}/{orders[1].order_sn}", data={"action": "return"}, follow_redirects=True)
        self.assertIn("REQUESTED 12.90", page.text)
        page = self.web.post(f"{ORDERS}/{orders[0].order_sn}", data={"action": "return"}, follow_redirects=True)
        self.assertEqual(page.status_code, 400)

    def test_rates(self):
        self.press("rates", commission_fee="10", seller_order_processing_fee="1")
        income = self.escrow(self.order(("TEE-BLK-M", 1)))["order_income"]
        self.assertEqual((income["commission_fee"], income["seller_order_processing_fee"]), (1.29, 0.13))

    def test_cross_border(self):
        self.completed()
        self.assertIn("Make it a local shop", self.press("cross_border").text)
        page = self.press("pay_out").text
        self.assertIn("<h3>Payouts</h3>", page)
        self.assertEqual(self.shop.ledger.payouts[0].amount, Decimal("24.51"))
        self.tell("cross_border", on=0)
        self.assertFalse(self.shop.is_cb)

    def test_days(self):
        """What each day comes to, in whole money where there is no other (R82)."""
        order = self.completed(("TEE-BLK-M", 2), shop=self.other_shop)
        self.tell("charge", self.other_shop, transaction_type="PAID_ADS_CHARGE", amount="1000")
        ((_, day),) = self.web.get(f"{PAGE}/days?shop_id={self.other_shop.shop_id}").json.items()
        released = int(order.released_amount)
        sums = {"ESCROW_VERIFIED_ADD": released, "PAID_ADS_CHARGE": -1000}
        self.assertEqual(day, {"opening": 0, "closing": released - 1000, "sums": sums})
