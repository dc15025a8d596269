"""The simulated Shopee's settlements."""

from decimal import Decimal
from random import Random

from ..simulator.catalogue import skus
from ..simulator.shopee.escrow_terms import ADDED, TAKEN_OFF
from .test_pure_simulator_shopee import ESCROW, ESCROWS, ShopeeCase


def decimal(amount):
    return Decimal(str(amount))


class TestEscrow(ShopeeCase):
    def test_formula_and_buyer_total(self):
        """What the buyer paid and what the seller gets add up, in money with and without cents (R107, D9)."""
        chance, good = Random(7), list(skus())
        for place in range(150):
            shop = chance.choice([self.shop, self.other_shop])
            unit = 1 if shop is self.shop else 1000
            lines = [(chance.choice(good), chance.randint(1, 4)) for _ in range(chance.randint(1, 5))]
            amounts = {
                name: unit * chance.choice((Decimal(0), Decimal(chance.randint(1, 300)) / 100))
                for name in ("seller_discount", "platform_discount", "seller_voucher", "platform_voucher", "coins")
            }
            order = self.order(
                *lines, shop=shop, shipping_fee=unit * chance.randint(0, 3), bundle=place % 5 == 0, **amounts
            )
            self.shopee.advance(order, chance.choice(("READY_TO_SHIP", "PROCESSED", "SHIPPED", "COMPLETED")))
            self.check(self.shopee_escrow(order))

    def shopee_escrow(self, order):
        token = self.shopee.issue_tokens(order.shop)[0]
        return self.call(ESCROW, order_sn=order.order_sn, shop=order.shop, token=token)["response"]

    def check(self, escrow):
        income, paid = escrow["order_income"], escrow["buyer_payment_info"]
        terms = [decimal(income[name]) for name in ADDED] + [-decimal(income[name]) for name in TAKEN_OFF]
        self.assertEqual(sum(terms), decimal(income["escrow_amount"]))
        names = ("shipping_fee", "seller_voucher", "shopee_voucher", "shopee_coins_redeemed")
        names += ("merchant_subtotal", "buyer_service_fee", "buyer_tax_amount")
        self.assertEqual(sum(decimal(paid[name]) for name in names), decimal(paid["buyer_total_amount"]))
        items = income["items"]
        self.assertEqual(sum(decimal(item["discounted_price"]) for item in items), decimal(paid["merchant_subtotal"]))
        shares = sum(decimal(item["discount_from_voucher_seller"]) for item in items)
        self.assertEqual(shares, -decimal(paid["seller_voucher"]))

    def test_known_settlement(self):
        self.shopee.fee_rates = {"commission_fee": "0.05"}
        order = self.order(("TEE-BLK-M", 2), seller_voucher="1.80", platform_voucher="2", coins="0.50", shipping_fee=1)
        escrow = self.escrow(order)
        self.assertEqual(escrow["order_income"]["escrow_amount"], 23.71)  # 25.80 - 1.80 + 1.00 - 1.29
        self.assertEqual(escrow["buyer_payment_info"]["buyer_total_amount"], 22.5)
        self.assertEqual(escrow["buyer_payment_info"]["shopee_coins_redeemed"], -0.5)
        self.shopee.cancel(order)
        cancelled = self.escrow(order)
        self.assertEqual(cancelled["order_income"]["escrow_amount"], 0)
        self.assertEqual(cancelled["buyer_payment_info"], escrow["buyer_payment_info"])

    def test_whose_the_shopee_discount_is(self):
        order = self.order(("TEE-BLK-M", 1), platform_discount=2)
        for included, amount in ((True, 12.9), (False, 10.9)):
            self.shopee.goods_sold_include_shopee_discount = included
            escrow = self.escrow(order)
            self.assertEqual(escrow["order_income"]["original_cost_of_goods_sold"], amount)
            self.assertEqual(escrow["buyer_payment_info"]["merchant_subtotal"], 10.9)
            self.check(escrow)

    def test_batch(self):
        orders = [self.order() for _ in range(3)]
        numbers = [order.order_sn for order in orders]
        for query in ({"body": {"order_sn_list": numbers}}, {"order_sn_list": ",".join(numbers)}):
            details = self.call(ESCROWS, **query)["response"]
            self.assertEqual([row["escrow_detail"]["order_sn"] for row in details], numbers)
        self.shopee.escrow_batch_verbs = ("GET",)
        self.assertEqual(self.send_shop(ESCROWS, body={"order_sn_list": numbers}).json()["error"], "error_param")

    def test_not_there_yet(self):
        order, other = self.order(), self.order()
        order.escrow_ready = False
        message = "Order SN provided is invalid or does not belong to you. Please enter a valid Order SN."
        self.assert_error(self.send_shop(ESCROW, order_sn=order.order_sn), "order_not_found", message)
        body = {"order_sn_list": [order.order_sn, other.order_sn]}
        self.assertEqual(len(self.call(ESCROWS, body=body)["response"]), 1)
        self.shopee.escrow_batch_names_failures = True
        failed = self.call(ESCROWS, body=body)["escrow_detail_list"]
        self.assertEqual([row["escrow_detail"]["order_sn"] for row in failed], [order.order_sn])
        self.shopee.escrow_delay = 60
        self.assertEqual(self.call(ESCROWS, body=body)["response"], [])
        self.shopee.clock.move(60)
        self.assertEqual(len(self.call(ESCROWS, body=body)["response"]), 1)

    def test_limits(self):
        message = "Missing order_sn. Please include a valid order_sn to get escrow details."
        self.assert_error(self.send_shop(ESCROW), "error_param", message)
        message = "order_sn_list is required, format should be string[]"
        self.assert_error(self.send_shop(ESCROWS, body={"order_sn_list": []}), "error_param", message)
        message = "Your request exceeds the max limit of 50 orders."
        self.assert_error(self.send_shop(ESCROWS, body={"order_sn_list": ["x"] * 51}), "exceed_max_limit", message)
        message = "The request body is not a valid json format"
        self.assert_error(self.send_shop(ESCROWS, body=[]), "error_param", message)
