"""The simulated Shopee's returns, and what they do to escrows and wallets."""

from .test_pure_simulator_shopee import DAY, ESCROW
from .test_pure_simulator_shopee_wallet import WalletCase, decimal

RETURNS, RETURN = "/api/v2/returns/get_return_list", "/api/v2/returns/get_return_detail"


class TestReturns(WalletCase):
    def sent(self, *lines, status="SHIPPED", **facts):
        order = self.order(*lines, **facts)
        self.shopee.advance(order, status)
        return order

    def returns(self, **query):
        return self.call(RETURNS, **{"page_no": 0, "page_size": 50, **query})["response"]["return"]

    def test_before_the_release(self):
        """The refund is taken off what the seller gets, fees are those of the rest (R82)."""
        order = self.sent(("TEE-BLK-M", 2), ("TEE-BLK-L", 1))
        asked = self.shopee.return_order(order, [(order.items[0], 1)])
        income = self.escrow(order)["order_income"]
        self.assertEqual((asked.refund_amount, income["seller_return_refund"]), (decimal("12.90"), -12.9))
        left = decimal(income["original_cost_of_goods_sold"]) - asked.refund_amount
        self.assertEqual(decimal(income["escrow_amount"]), left - decimal(income["commission_fee"]))
        self.assertEqual(order.order_status, "COMPLETED")
        (entry,) = self.wallet()
        self.assertEqual(entry["amount"], income["escrow_amount_after_adjustment"])
        self.assertEqual(self.escrow(order)["return_order_sn_list"], [asked.return_sn])
        self.assertEqual([row["return_refund_type"] for row in self.returns()], ["RRBOC"])

    def test_after_the_release(self):
        """The refund is a movement of its own and an adjustment of the order (R82)."""
        order = self.completed(("TEE-BLK-M", 2))
        asked = self.shopee.return_order(order, [(order.items[0], 1)], reverse_shipping_fee="1.10")
        income = self.escrow(order)["order_income"]
        amounts = ("seller_return_refund", "escrow_amount", "total_adjustment_amount", "escrow_amount_after_adjustment")
        self.assertEqual([income[name] for name in amounts], [0, 24.51, -14, 10.51])
        entry = self.wallet()[-1]
        self.assertEqual(entry["transaction_type"], "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED")
        self.assertEqual((entry["amount"], entry["current_balance"]), (-14, 10.51))
        self.assertEqual((entry["refund_sn"], entry["order_sn"]), (asked.return_sn, order.order_sn))
        self.assertEqual([row["return_refund_type"] for row in self.returns()], ["RRAOC"])

    def test_completed_and_not_released(self):
        """An open return holds the release back until it is decided."""
        self.shopee.release_delay = DAY
        orders = [self.completed(("TEE-BLK-M", 2)) for _ in range(2)]
        asked = [self.shopee.return_order(order, accept=False) for order in orders]
        self.shopee.clock.move(3 * DAY)
        self.assertEqual(self.wallet(), [])
        self.shopee.cancel_return(asked[0])
        self.assertEqual([entry["amount"] for entry in self.wallet()], [24.51])
        self.shopee.accept_return(asked[1])
        self.assertEqual(len(self.wallet()), 1)
        token = self.shopee.issue_tokens(self.shop)[0]
        income = self.call(ESCROW, token=token, order_sn=orders[1].order_sn)["response"]["order_income"]
        self.assertEqual((income["seller_return_refund"], income["escrow_amount"]), (-25.8, 0))

    def test_seller_voucher_is_shared(self):
        order = self.sent(("TEE-BLK-M", 2), seller_voucher="1.80")
        asked = self.shopee.return_order(order, [(order.items[0], 1)])
        self.assertEqual(asked.refund_amount, decimal("12.00"))
        second = self.shopee.return_order(order, refund=5)
        self.assertEqual((second.pieces, second.refund_amount), ([(order.items[0], 1)], 5))
        self.assertEqual(len(self.escrow(order)["return_order_sn_list"]), 2)
        with self.assertRaises(ValueError):
            self.shopee.return_order(order)

    def test_refused(self):
        for order in (self.order(), self.sent(status="PROCESSED")):
            with self.assertRaises(ValueError):
                self.shopee.return_order(order)
        order = self.sent()
        with self.assertRaises(ValueError):
            self.shopee.return_order(order, [(order.items[0], 3)])
        for refund in (-1, "25.81"):
            with self.assertRaises(ValueError):
                self.shopee.return_order(order, refund=refund, goods_come_back=False)
        asked = self.shopee.return_order(order)
        with self.assertRaises(ValueError):
            self.shopee.accept_return(asked)

    def test_pieces_in_the_order(self):
        """What is asked back, and what came back."""
        order = self.sent(("TEE-BLK-M", 3))
        first = self.shopee.return_order(order, [(order.items[0], 1)], accept=False)
        self.shopee.return_order(order, [(order.items[0], 2)], accept=False)
        self.shopee.accept_return(first)
        (item,) = self.detail(order, "item_list")["item_list"]
        self.assertEqual((item["return_requested_qty"], item["returned_qty"]), (2, 1))
        self.assertEqual(order.order_status, "TO_RETURN")

    def test_detail(self):
        order = self.sent(("TEE-BLK-M", 2))
        facts = {"goods_come_back": False, "text_reason": "Torn", "accept": False}
        asked = self.shopee.return_order(order, refund="3.30", **facts)
        detail = self.call(RETURN, return_sn=asked.return_sn)["response"]
        wanted = {
            "return_sn": asked.return_sn,
            "order_sn": order.order_sn,
            "status": "REQUESTED",
            "refund_amount": 3.3,
            "amount_before_discount": 25.8,
            "currency": "SGD",
            "text_reason": "Torn",
            "needs_logistics": False,
            "return_solution": 1,
        }
        self.assertEqual({name: detail[name] for name in wanted}, wanted)
        self.assertEqual(detail["negotiation"]["negotiation_status"], "PENDING_RESPOND")
        self.assertEqual((detail["item"][0]["amount"], detail["item"][0]["variation_sku"]), (2, "TEE-BLK-M"))
        self.shopee.accept_return(asked)
        self.assertEqual(self.call(RETURN, return_sn=asked.return_sn)["response"]["status"], "ACCEPTED")
        other = self.sent(shop=self.other_shop)
        foreign = self.shopee.return_order(other)
        for return_sn, error, message in (
            ("1", "error_data", "The return you queried doesn't exist."),
            (foreign.return_sn, "error_permission", "Please link shop and partner on seller center."),
            ("", "error_param", "Wrong parameters, detail: return_sn is a required field."),
        ):
            self.assert_error(self.send_shop(RETURN, return_sn=return_sn), error, message)

    def test_list(self):
        asked = []
        for _ in range(3):
            asked.append(self.shopee.return_order(self.sent(), accept=False).return_sn)
            self.shopee.clock.move(60)
        now = self.shopee.clock.seconds()
        self.shopee.accept_return(self.shopee.find_return(self.shop, asked[0]))
        self.assertEqual([row["return_sn"] for row in self.returns()], asked[::-1])
        page = self.call(RETURNS, page_no=1, page_size=2)["response"]
        self.assertEqual(([row["return_sn"] for row in page["return"]], page["more"]), ([asked[0]], False))
        self.assertEqual([row["return_sn"] for row in self.returns(status="ACCEPTED")], asked[:1])
        self.assertEqual(len(self.returns(negotiation_status="PENDING_RESPOND")), 2)
        self.assertEqual(len(self.returns(seller_proof_status="PENDING")), 0)
        self.assertEqual(len(self.returns(update_time_from=now - 1, update_time_to=now + 9)), 1)
        created = "The period between create_time_from and created_time_of must not more than 15 days."
        updated = "The period between update_time_from and update_time_to must not more than 15 days."
        turned = "The create_time_to should be later than create_time_from."
        for changes, message in (
            ({"create_time_from": now - 15 * DAY - 1, "create_time_to": now}, created),
            ({"update_time_from": now - 15 * DAY - 1, "update_time_to": now}, updated),
            ({"create_time_from": now, "create_time_to": now - 1}, turned),
            ({"status": "GONE"}, "parameter invalid"),
            ({"page_size": 101}, "Wrong parameters, detail: page_size must be 1 to 100."),
            ({"page_no": ""}, "Wrong parameters, detail: page_no is a required field."),
        ):
            with self.subTest(changes=changes):
                query = {"page_no": 0, "page_size": 10, **changes}
                self.assert_error(self.send_shop(RETURNS, **query), "error_param", message)
