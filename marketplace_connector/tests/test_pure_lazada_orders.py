"""Lazada: orders fetched in batches."""

import json
import unittest

from ..marketplaces.errors import NotAuthorized, RateLimited, Rejected, ServerError, UnexpectedResponse
from ..marketplaces.types import Order, OrderStub, UnreadableOrder
from .lazada_fake import header, item, make_client, ok, over_the_wire, refusal


class Platform:
    """Knows the orders; `poison` are ids that spoil the whole call, `missing` those it leaves out of the answer."""

    def __init__(self, numbers, poison=(), missing=(), code="37"):
        self.numbers, self.poison, self.missing, self.code = set(numbers), set(poison), set(missing), code
        self.batches = []

    def __call__(self, call):
        if call.api == "/order/get":
            number = int(call.params["order_id"])
            if number not in self.numbers:
                return refusal("16", f'E016: "{number}" Invalid Order ID')
            return ok(data=header(number))
        assert call.api == "/orders/items/get", call.api
        asked = json.loads(call.params["order_ids"])
        self.batches.append(len(asked))
        if len(asked) > 50:
            return refusal("38", "E038: Too many orders were requested")
        if self.poison & set(asked):
            return refusal(self.code, "E037: One or more order id in the list are incorrect")
        entries = [
            {"order_id": number, "order_number": number, "order_items": [item(number * 10, order_id=number)]}
            for number in reversed(asked)
            if number not in self.missing
        ]
        return ok(data=entries)


def stubs(numbers):
    return [OrderStub(ref=str(number), header=over_the_wire(header(number))) for number in numbers]


class TestFetch(unittest.TestCase):
    def test_fewest_calls(self):
        for number, calls in ((0, 0), (1, 1), (50, 1), (51, 2), (101, 3)):
            platform = Platform(range(1, number + 1))
            client, session = make_client(platform)
            orders = client.fetch_orders(stubs(range(1, number + 1)))
            self.assertEqual([order.ref for order in orders], [str(each) for each in range(1, number + 1)])
            self.assertTrue(all(isinstance(order, Order) for order in orders))
            self.assertEqual(len(session.calls), calls)

    def test_stub_without_header_costs_one_call(self):
        client, session = make_client(Platform([1, 2]))
        orders = client.fetch_orders([OrderStub(ref="1"), *stubs([2])])
        self.assertEqual([order.ref for order in orders], ["1", "2"])
        self.assertEqual((session.count("/order/get"), session.count("/orders/items/get")), (1, 1))

    def test_one_answer_a_stub_in_their_order(self):
        client, session = make_client(Platform([1, 2]))
        orders = client.fetch_orders(stubs([2, 1, 2]))
        self.assertEqual([order.ref for order in orders], ["2", "1", "2"])
        self.assertEqual(json.loads(session.calls[0].params["order_ids"]), [2, 1])

    def test_unknown_orders(self):
        client, session = make_client(Platform([1]))
        unknown, known, nonsense = client.fetch_orders([OrderStub(ref=ref) for ref in ("7", "1", "A-1],[2")])
        self.assertIsInstance(known, Order)
        for order, ref in ((unknown, "7"), (nonsense, "A-1],[2")):
            self.assertIsInstance(order, UnreadableOrder)
            self.assertIsInstance(order.error, Rejected)
            self.assertEqual((order.ref, order.error.code), (ref, "16"))
        self.assertEqual(session.count("/order/get"), 2, "What is no number is not asked for.")

    def test_one_bad_id_does_not_spoil_the_batch(self):
        for code in ("37", "39", "16"):
            platform = Platform(range(1, 51), poison=[17], code=code)
            client, _session = make_client(platform)
            orders = client.fetch_orders(stubs(range(1, 51)))
            bad = [order for order in orders if isinstance(order, UnreadableOrder)]
            self.assertEqual([order.ref for order in bad], ["17"])
            self.assertEqual((type(bad[0].error).__mro__[1], bad[0].error.code), (Rejected, code))
            self.assertEqual(bad[0].raw["order"]["order_id"], 17)
            self.assertLessEqual(len(platform.batches), 13, "halved, not asked one by one")

    def test_what_concerns_the_shop_is_not_put_down_to_orders(self):
        for answer, error in (
            (refusal("SellerNotVerified"), Rejected),
            (refusal("InsufficientPermission"), Rejected),
            (refusal("SellerCallLimit", "this ban will last 1 seconds"), RateLimited),
            (refusal("InvalidAppKey"), NotAuthorized),
            (refusal("6", "E006: System Error"), ServerError),
            (b"<html>maintenance</html>", UnexpectedResponse),
            (ok(data=None), UnexpectedResponse),
        ):
            client, _session = make_client(answer)
            with self.assertRaises(error):
                client.fetch_orders(stubs([1, 2, 3]))

    def test_orders_left_out_of_the_answer(self):
        client, _session = make_client(Platform([1, 2, 3], missing=[2]))
        first, second, third = client.fetch_orders(stubs([1, 2, 3]))
        self.assertIsInstance(second, UnreadableOrder)
        self.assertEqual(second.error.where, "data.order_items")
        self.assertTrue(isinstance(first, Order) and isinstance(third, Order))

    def test_an_order_that_cannot_be_read_leaves_the_others_alone(self):
        client, _session = make_client(Platform([1, 2, 3]))
        bad = OrderStub(ref="2", header=over_the_wire(header(2, price="gratis")))
        first, second, third = client.fetch_orders([*stubs([1]), bad, *stubs([3])])
        self.assertEqual((second.ref, second.error.where), ("2", "order.price"))
        self.assertEqual(second.raw["order"]["price"], "gratis")
        self.assertTrue(isinstance(first, Order) and isinstance(third, Order))

    def test_odd_entries(self):
        """Entries nobody asked for, of the wrong kind, without list, and one order in two pieces."""
        entries = [
            None,
            {"order_id": 99, "order_items": []},
            {"order_id": 1, "order_items": [item(11)]},
            {"order_id": "1", "order_items": [item(12)]},
            {"order_id": 2, "order_items": None},
            {"order_number": 3, "order_items": []},
        ]
        client, _session = make_client(ok(data=entries))
        first, second, third = client.fetch_orders(stubs([1, 2, 3]))
        self.assertEqual(first.lines[0].quantity, 2)
        self.assertEqual(second.error.where, "data.order_items")
        self.assertEqual(third.lines, ())

    def test_header_of_the_wrong_kind(self):
        client, _session = make_client(lambda call: ok(data=[]))
        (order,) = client.fetch_orders([OrderStub(ref="1")])
        self.assertIsInstance(order, UnreadableOrder)

    def test_amounts_come_with_the_order(self):
        client, session = make_client(Platform([1]))
        orders = client.fetch_orders(stubs([1]))
        self.assertEqual(client.add_amounts(orders), orders)
        self.assertEqual((orders[0].amount_difference, len(session.calls)), (0, 1))
