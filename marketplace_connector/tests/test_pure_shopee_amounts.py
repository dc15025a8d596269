"""What Shopee's escrow says of an order's money. All amounts are with tax, in the shop's currency."""

import json
import unittest
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from ..marketplaces.errors import NotAuthorized, Rejected, UnexpectedResponse
from ..marketplaces.shopee import const, escrow, parsing
from ..marketplaces.types import Order, UnreadableOrder
from .shopee_fake import (
    detail,
    escrow_detail,
    escrow_item,
    item,
    make_client,
    ok,
    refusal,
    without,
)

BATCH, SINGLE = "/get_escrow_detail_batch", "/get_escrow_detail"


def wire(raw):
    return json.loads(json.dumps(raw), parse_float=D)


def price(raw, escrow_raw):
    return escrow.with_amounts(parsing.order(wire(raw)), wire(escrow_raw))


def bundle(**values):
    return item(model_discounted_price=0, promotion_type="bundle_deal", **values)


class TestIdentity(unittest.TestCase):
    """order total = lines + shipping − seller voucher = what the buyer paid + what others funded − charges. # R107"""

    def test_plain_order(self):
        order = price(detail(), escrow_detail())
        self.assertEqual((order.total, order.amounts.total), (D("31.99"), D("31.99")))
        self.assertEqual((order.amounts.shipping_fee, order.amounts.buyer_paid), (D("1.99"), D("31.99")))
        self.assertEqual(order.amount_difference, 0)

    def test_digest_stays(self):
        before = parsing.order(wire(detail()))
        after = price(detail(), escrow_detail())
        self.assertEqual(after.digest, before.digest)
        self.assertEqual(after.raw, before.raw)

    def test_vouchers_and_coins(self):
        """Negative in Shopee's samples, and written without sign elsewhere: either way they lower what is paid."""
        for sign in (1, -1):
            payment = {
                "buyer_total_amount": 25.09,
                "seller_voucher": 3 * sign,
                "shopee_voucher": 2.4 * sign,
                "shopee_coins_redeemed": 0.5 * sign,
                "credit_card_promotion": 1 * sign,
            }
            order = price(detail(), escrow_detail(**payment))
            amounts = order.amounts
            self.assertEqual((amounts.seller_voucher, amounts.platform_voucher), (D(3), D("2.4")))
            self.assertEqual((amounts.coins, amounts.payment_promotion), (D("0.5"), D(1)))
            self.assertEqual((order.total, order.amount_difference), (D("28.99"), 0))

    def test_whole_numbers(self):
        """VND and IDR: 52600 + 2000 − 5260 − 900 = 48440."""
        goods = item(model_discounted_price=26300, model_original_price=37000)
        payment = {
            "buyer_total_amount": 48440,
            "merchant_subtotal": 52600,
            "shipping_fee": 2000,
            "shopee_voucher": -5260,
            "shopee_coins_redeemed": -900,
        }
        for currency in ("VND", "IDR"):
            raw = detail(currency=currency, item_list=[goods], total_amount=48440)
            order = price(raw, escrow_detail(**payment, items=[]))
            self.assertEqual((order.total, order.amount_difference), (D(54600), 0))
            self.assertEqual(order.lines[0].seller_discount, D(21400))

    def test_charges_to_the_buyer(self):
        """What Shopee takes from the buyer for itself or the state is no part of the order's total."""
        for term, names in const.OPTIONAL_AMOUNTS.items():
            for name in names:
                lowers = term == "payment_promotion"
                paid = 31.49 if lowers else 32.49
                order = price(detail(), escrow_detail(**{name: 0.5, "buyer_total_amount": paid}))
                expected = D("2.49") if term == "shipping_fee" else D("0.5")
                with self.subTest(name):
                    self.assertEqual(getattr(order.amounts, term), expected)
                    self.assertEqual(order.amount_difference, 0)

    def test_unpaid_cash_on_delivery(self):
        """The amounts are a snapshot of the checkout, so they are there before the buyer has paid."""
        raw = detail(cod=True, pay_time=None, total_amount=0, payment_method="Cash on Delivery")
        order = price(raw, escrow_detail())
        self.assertEqual((order.total, order.amount_difference), (D("31.99"), 0))

    def test_difference_is_told_not_plugged(self):
        """Lines that do not add up to the platform's goods, and sums that do not add up, show to the cent."""
        more_goods = price(detail(), escrow_detail(merchant_subtotal=32.5, buyer_total_amount=34.49))
        self.assertEqual(more_goods.amount_difference, D("-2.5"))
        less_paid = price(detail(), escrow_detail(buyer_total_amount=31.98))
        self.assertEqual(less_paid.amount_difference, D("0.01"))

    def test_income_is_not_read(self):
        """`order_income` changes with every return; the order's amounts do not."""
        raw = escrow_detail()
        raw["order_income"] |= {"buyer_total_amount": 5, "buyer_paid_shipping_fee": 9, "seller_return_refund": -30}
        self.assertEqual(price(detail(), raw), price(detail(), escrow_detail()))

    @given(st.data())
    def test_always(self, data):
        """Whatever is sold and given away: what adds up at Shopee adds up here, and shares add up to what is shared."""
        digits = data.draw(st.sampled_from([0, 2]))
        money = st.integers(0, 10**6).map(lambda number: D(number).scaleb(-digits))
        lines, entries = [], []
        for number in range(data.draw(st.integers(1, 4))):
            count, unit, is_bundle = data.draw(st.integers(1, 5)), data.draw(money), data.draw(st.booleans())
            total = data.draw(money) if is_bundle else unit * count
            cancelled = data.draw(st.integers(0, count))
            facts = {"model_id": data.draw(st.integers(0, 2)), "order_item_id": number, "cancelled_qty": cancelled}
            facts |= {"model_quantity_purchased": count, "model_original_price": unit + 1}
            lines.append(bundle(**facts) if is_bundle else item(**facts, model_discounted_price=unit))
            kind = {"activity_type": " bundle_deal"} if is_bundle else {}
            entries.append(escrow_item(model_id=facts["model_id"], discounted_price=total, **kind))
        goods = sum((entry["discounted_price"] for entry in entries), D(0))
        shipping, seller, platform, coins, promotion, charge, tax = (data.draw(money) for _ in range(7))
        raw = detail(currency="SGD" if digits else "VND", item_list=lines, package_list=[])
        payment = {"merchant_subtotal": goods, "shipping_fee": shipping, "buyer_service_fee": charge}
        payment |= {"seller_voucher": -seller, "shopee_voucher": -platform, "shopee_coins_redeemed": -coins}
        payment |= {"credit_card_promotion": -promotion, "buyer_tax_amount": tax}
        payment["buyer_total_amount"] = max(
            goods + shipping - seller - platform - coins - promotion + charge + tax, D(0)
        )
        order = escrow.with_amounts(parsing.order(raw), escrow_detail(items=entries, **payment))
        paid = goods + shipping - seller - platform - coins - promotion + charge + tax
        self.assertEqual(order.amount_difference, min(paid, D(0)))
        self.assertEqual(sum(line.total for line in order.lines), goods)
        self.assertEqual(sum(line.seller_voucher for line in order.lines), seller)
        for line in order.lines:
            self.assertGreaterEqual(line.cancelled_total, 0)
            self.assertLessEqual(line.cancelled_total, line.total)
            self.assertLessEqual(line.cancelled_seller_voucher, line.seller_voucher)
            if line.cancelled_quantity == line.quantity:
                self.assertEqual(line.cancelled_total, line.total)
                self.assertEqual(line.cancelled_seller_voucher, line.seller_voucher)
            self.assertEqual(line.seller_voucher, round(line.seller_voucher, digits))


class TestLines(unittest.TestCase):
    def test_bundle_deal(self):
        """The detail shows 0; escrow has the total of the line."""
        raw = detail(item_list=[bundle(model_quantity_purchased=3, cancelled_qty=1), item(model_id=4)], package_list=[])
        entries = [escrow_item(discounted_price=25, activity_type="bundle_deal"), escrow_item(model_id=4)]
        order = price(raw, escrow_detail(items=entries, merchant_subtotal=55, buyer_total_amount=56.99))
        first, second = order.lines
        self.assertEqual((first.total, first.cancelled_total), (D(25), D("8.33")))
        self.assertEqual(round(first.unit_price, 10), D("8.3333333333"))
        self.assertEqual(second.unit_price, D(15))
        self.assertEqual(order.amount_difference, 0)

    def test_same_item_in_a_bundle_and_outside(self):
        raw = detail(item_list=[item(), bundle(order_item_id=1)], package_list=[])
        entries = [escrow_item(discounted_price=20, activity_type=" bundle_deal"), escrow_item(discounted_price=30)]
        order = price(raw, escrow_detail(items=entries, merchant_subtotal=50, buyer_total_amount=51.99))
        self.assertEqual([line.total for line in order.lines], [D(30), D(20)])

    def test_lines_by_their_own_id(self):
        raw = detail(item_list=[bundle(line_item_id=1), bundle(line_item_id=2)], package_list=[])
        entries = [escrow_item(discounted_price=9, line_item_id=2), escrow_item(discounted_price=1, line_item_id=1)]
        order = price(raw, escrow_detail(items=entries, merchant_subtotal=10, buyer_total_amount=11.99))
        self.assertEqual([line.total for line in order.lines], [D(1), D(9)])

    def test_bundle_that_escrow_tells_in_one_entry(self):
        """Lines that cannot be told apart share the total by their pieces."""
        raw = detail(item_list=[bundle(order_item_id=1), bundle(order_item_id=2, model_quantity_purchased=1)])
        entries = [escrow_item(discounted_price=10, quantity_purchased=3, activity_type="bundle_deal")]
        raw["package_list"] = []
        order = price(raw, escrow_detail(items=entries, merchant_subtotal=10, buyer_total_amount=11.99))
        self.assertEqual([line.total for line in order.lines], [D("6.67"), D("3.33")])

    def test_bundle_without_price(self):
        """Escrow without items leaves the price open; the difference says by how much."""
        raw = detail(item_list=[bundle()])
        order = price(raw, escrow_detail(items=[]))
        self.assertEqual((order.lines[0].total, order.amount_difference), (D(0), D(-30)))

    def test_who_gives_the_discount(self):
        """Line totals of escrow where it has them, else all of it is the seller's."""
        line = price(detail(), escrow_detail()).lines[0]
        self.assertEqual((line.seller_discount, line.platform_discount), (D(5), D(2)))
        line = price(detail(), escrow_detail(items=[])).lines[0]
        self.assertEqual((line.seller_discount, line.platform_discount), (D(7), D(0)))
        partly = without(escrow_item(), "seller_discount")
        line = price(detail(), escrow_detail(items=[partly])).lines[0]
        self.assertEqual((line.seller_discount, line.platform_discount), (D(5), D(2)))

    def test_seller_voucher(self):
        """Shopee's own shares where they add up to the voucher, else in proportion to the lines."""
        raw = detail(item_list=[item(), item(model_id=4, model_discounted_price=7.5)], package_list=[])
        payment = {"seller_voucher": -4, "merchant_subtotal": 45, "buyer_total_amount": 42.99}
        own = [
            escrow_item(discount_from_voucher_seller=1),
            escrow_item(model_id=4, discounted_price=15, discount_from_voucher_seller=3),
        ]
        order = price(raw, escrow_detail(items=own, **payment))
        self.assertEqual([line.seller_voucher for line in order.lines], [D(1), D(3)])
        own[1]["discount_from_voucher_seller"] = 2
        order = price(raw, escrow_detail(items=own, **payment))
        self.assertEqual([line.seller_voucher for line in order.lines], [D("2.67"), D("1.33")])
        self.assertEqual(order.amount_difference, 0)

    def test_voucher_over_gifts(self):
        raw = detail(item_list=[item(model_discounted_price=0)])
        payment = {"seller_voucher": 1, "merchant_subtotal": 0, "buyer_total_amount": 0.99}
        self.assertEqual(price(raw, escrow_detail(items=[], **payment)).lines[0].seller_voucher, D(1))


class TestMalformed(unittest.TestCase):
    def test_missing_amount_is_named(self):
        """No amount is taken for 0 because it is not there."""
        for key in const.REQUIRED_AMOUNTS:
            for damage in (without, lambda raw, key: {**raw, key: None}, lambda raw, key: {**raw, key: "n/a"}):
                raw = escrow_detail()
                raw["buyer_payment_info"] = damage(raw["buyer_payment_info"], key)
                with self.subTest(key), self.assertRaises(UnexpectedResponse) as caught:
                    price(detail(), raw)
                self.assertEqual(caught.exception.where, f"buyer_payment_info.{key}")

    def test_nonsense(self):
        cases = [
            (escrow_detail(shipping_fee=-1), "buyer_payment_info.shipping_fee"),
            (escrow_detail(buyer_service_fee="free"), "buyer_payment_info.buyer_service_fee"),
            (escrow_detail(insurance_premium=-2), "buyer_payment_info.insurance_premium"),
            (without(escrow_detail(), "buyer_payment_info"), "buyer_payment_info"),
            (escrow_detail(items=[escrow_item(seller_discount="x")]), "order_income.items.seller_discount"),
        ]
        for raw, where in cases:
            with self.subTest(where), self.assertRaises(UnexpectedResponse) as caught:
                price(detail(), raw)
            self.assertEqual(caught.exception.where, where)

    def test_optional_amounts_may_be_missing(self):
        """Fees of other countries are not in every answer."""
        raw = escrow_detail()
        info = raw["buyer_payment_info"]
        raw["buyer_payment_info"] = {key: info[key] for key in const.REQUIRED_AMOUNTS} | {"vat": None}
        raw["order_income"] = None
        self.assertEqual(price(detail(), raw).amount_difference, 0)

    junk = st.sampled_from([None, "", "x", -1, 0, 1.5, 1e300, True, [], {}, [None], [{}], {"a": 1}, 10**30])

    @given(st.sampled_from(sorted(escrow_item())), junk, st.sampled_from(["item", "items", "income", "info"]))
    def test_any_field_replaced(self, key, value, place):
        raw = escrow_detail()
        if place == "item":
            raw["order_income"]["items"][0][key] = value
        elif place == "items":
            raw["order_income"]["items"] = value
        else:
            raw["order_income" if place == "income" else "buyer_payment_info"] = value
        try:
            self.assertIsInstance(price(detail(), raw), Order)
        except UnexpectedResponse as error:
            self.assertTrue(error.where)


class TestCalls(unittest.TestCase):
    """Batches of 20, single calls where the batch form is refused."""

    def orders(self, count):
        return [parsing.order(wire(detail(order_sn=f"R{number:03d}"))) for number in range(count)]

    def client(self, batch, single=lambda ref: ok(escrow_detail(ref))):
        def answer(call):
            if call.path.endswith(BATCH):
                return batch(call.body["order_sn_list"])
            return single(call.params["order_sn"])

        return make_client(answer)

    def counts(self, client):
        return client.session.count(BATCH), client.session.count(SINGLE)

    def test_batches(self):
        client = self.client(lambda refs: ok([{"escrow_detail": escrow_detail(ref)} for ref in refs]))
        orders = self.orders(45)
        answers = client.add_amounts(orders)
        self.assertEqual([order.ref for order in answers], [order.ref for order in orders])
        self.assertTrue(all(order.amounts for order in answers))
        self.assertEqual(self.counts(client), (3, 0))
        self.assertEqual(client.add_amounts([]), [])

    def test_list_at_the_top(self):
        """The other shape of the answer, with failures of single orders in it."""

        def batch(refs):
            good = {"escrow_detail": escrow_detail(refs[0]), "fail_error": "", "fail_message": ""}
            bad = {
                "escrow_detail": {"order_sn": refs[1]},
                "fail_error": "order_not_found",
                "fail_message": "Not found.",
            }
            return {"request_id": "r", "escrow_detail_list": [good, bad]}

        first, second = self.client(batch).add_amounts(self.orders(2))
        self.assertIsNotNone(first.amounts)
        self.assertIsNone(second.amounts)

    def test_no_answer_yet(self):
        """An order that Shopee leaves out stays as it was."""
        orders = self.orders(2)
        client = self.client(lambda refs: ok([{"escrow_detail": escrow_detail(refs[1])}]))
        first, second = client.add_amounts(orders)
        self.assertIs(first, orders[0])
        self.assertIsNotNone(second.amounts)

    def test_malformed_answer_is_one_orders_own(self):
        damaged = escrow_detail("R000", shipping_fee=None)
        client = self.client(lambda refs: ok([{"escrow_detail": damaged}, {"escrow_detail": escrow_detail("R001")}]))
        first, second = client.add_amounts(self.orders(2))
        self.assertIsInstance(first, UnreadableOrder)
        self.assertEqual((first.ref, first.error.where), ("R000", "buyer_payment_info.shipping_fee"))
        self.assertIsNotNone(second.amounts)

    def test_refused_batch_form(self):
        """Single calls then, and the batch form is not tried again."""
        refusals = [
            refusal(
                "error_param", "Permission denied. This API is currently offline or the request path is incorrect."
            ),
            refusal("error_param", "order_sn_list is required, format should be string[]"),
            refusal("error_api_permission", "No."),
            (405, b"Method Not Allowed"),
        ]
        for answer in refusals:
            client = self.client(lambda refs, answer=answer: answer)
            answers = client.add_amounts(self.orders(45)) + client.add_amounts(self.orders(1))
            self.assertTrue(all(order.amounts for order in answers))
            self.assertEqual(self.counts(client), (1, 46))

    def test_unknown_order_refuses_one_batch(self):
        def batch(refs):
            if "R003" in refs:
                return refusal("order_not_found", "The order info not found.")
            return ok([{"escrow_detail": escrow_detail(ref)} for ref in refs])

        def single(ref):
            return (
                refusal("order_not_found", "Order SN provided is invalid.") if ref == "R003" else ok(escrow_detail(ref))
            )

        client = self.client(batch, single)
        answers = client.add_amounts(self.orders(60))
        self.assertEqual([order.ref for order in answers if order.amounts is None], ["R003"])
        self.assertEqual(self.counts(client), (3, 20))

    def test_other_errors_pass(self):
        client = self.client(lambda refs: refusal("shop_banned", "Banned."))
        with self.assertRaises(NotAuthorized):
            client.add_amounts(self.orders(1))
        client = self.client(
            lambda refs: refusal("error_param", "bad"), lambda ref: refusal("error_param", "Timestamp is expired.")
        )
        with self.assertRaises(Rejected):
            client.add_amounts(self.orders(1))
        client = self.client(lambda refs: ok())
        with self.assertRaises(UnexpectedResponse):
            client.add_amounts(self.orders(1))


if __name__ == "__main__":
    unittest.main()
