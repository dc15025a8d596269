"""The simulated Lazada cancels: for the seller, for the buyer, and what that does to the stock."""

import json

from ..simulator.lazada import Line
from .test_pure_simulator_lazada_packages import DAY, HOUR, OTHER, SKU, PackageCase

VALIDATE, CREATE = "/order/reverse/cancel/validate", "/order/reverse/cancel/create"
DECIDE = "/order/reverse/cancel/seller/decide"
OUT_OF_STOCK, SOURCING_DELAY = "10000021", "10000019"


class CancelCase(PackageCase):
    def named(self, order, units=None, **more):
        ids = [str(unit.order_item_id) for unit in units or order.units]
        return {"order_id": str(order.order_id), "order_item_id_list": json.dumps(ids), **more}

    def validate(self, order, units=None):
        return self.data(VALIDATE, **self.named(order, units))

    def create(self, order, units=None, reason_id=SOURCING_DELAY):
        return self.data(CREATE, **self.named(order, units, reason_id=reason_id))


class TestSellersCancel(CancelCase):
    countries = ("SG", "MY", "ID")

    def test_reasons(self):
        """Contract 3.8: asked for per order, ids as text."""
        data = self.validate(self.place())
        self.assertEqual((data["tip_type"], set(data)), ("warn", {"tip_type", "tip_content", "reason_options"}))
        self.assertIn({"reason_id": OUT_OF_STOCK, "reason_name": "Out of Stock"}, data["reason_options"])

    def test_reasons_differ_by_country(self):
        ids = []
        for account in self.lazada.accounts:
            self.shop, self.authorisation = account.shops[0], self.lazada.authorise(account)
            ids.append({reason["reason_id"] for reason in self.validate(self.place())["reason_options"]})
        self.assertFalse(ids[0] & ids[1] or ids[1] & ids[2])
        self.assert_refused(self.call(CREATE, **self.named(self.place(), reason_id=OUT_OF_STOCK)), "104", "E0104")

    def test_a_part_before_packing(self):
        order = self.place((SKU, 3))
        self.assertEqual(self.create(order, order.units[:1])["tip_type"], "success")
        self.assertEqual(self.statuses(order), ["canceled", "pending", "pending"])
        item = self.data("/order/items/get", order_id=str(order.order_id))[0]
        self.assertEqual((item["reason"], item["cancel_return_initiator"]), ("Sourcing Delay", "cancellation-seller"))

    def test_package_mates_go_too(self):
        order = self.place((SKU, 2), Line(OTHER, shipping="express"))
        self.lazada.pack(order)
        self.assertIn("same package", self.validate(order, order.units[:1])["tip_content"])
        self.create(order, order.units[:1])
        self.assertEqual(self.statuses(order), ["canceled", "canceled", "packed"])

    def test_code_0_and_nothing_cancelled(self):
        order = self.place()
        self.lazada.advance(order, "shipped")
        self.assertEqual(self.validate(order)["tip_type"], "error")
        self.assertEqual(self.validate(order)["reason_options"], [])
        self.assertEqual(self.create(order)["tip_type"], "error")
        self.assertEqual(self.statuses(order), ["shipped"])
        gone = self.place()
        self.create(gone)
        self.assertEqual(self.create(gone)["tip_type"], "error", "a second time")
        self.assertEqual(self.create(self.place(paid=False))["tip_type"], "error", "only from pending on")

    def test_refused_once(self):
        self.lazada.refuse_next(CREATE, "700000")
        order = self.place()
        self.assertEqual(self.create(order)["tip_content"], "current package status not allow to operation")
        self.assertEqual(self.create(order)["tip_type"], "success")

    def test_not_what_lazada_ships(self):
        self.assertEqual(self.create(self.place(fulfilled_by_lazada=True))["tip_type"], "error")

    def test_mistakes(self):
        order, other = self.place(), self.place()
        abroad = self.lazada.place_order(self.lazada.shop("MY"), [(SKU, 1)])
        for changes, code in (
            ({"order_id": ""}, "115"),
            ({"order_id": "1"}, "122"),
            ({"order_item_id_list": "[]"}, "102"),
            ({"order_item_id_list": "x"}, "102"),
            ({"order_item_id_list": f"[{other.units[0].order_item_id}]"}, "123"),
            ({"order_item_id_list": f"[{abroad.units[0].order_item_id}]"}, "124"),
        ):
            for path in (VALIDATE, CREATE):
                with self.subTest(path=path, changes=changes):
                    parameters = {**self.named(order, reason_id=SOURCING_DELAY), **changes}
                    self.assert_refused(self.call(path, **parameters), code, f"E0{code}")
        self.assert_refused(self.call(CREATE, **self.named(order)), "104")
        self.assertEqual(self.statuses(order), ["pending"])

    def test_ids_as_numbers(self):
        order = self.place()
        numbers = str([unit.order_item_id for unit in order.units])
        self.data(CREATE, order_id=str(order.order_id), order_item_id_list=numbers, reason_id=SOURCING_DELAY)
        self.assertEqual(order.state, "cancelled")


class TestStock(CancelCase):
    def numbers(self, sku=SKU):
        stock = self.lazada.stock(self.shop, sku)
        return stock.sellable, stock.withhold, stock.occupy

    def test_buckets(self):
        """Contract 4.3."""
        stock = self.lazada.stock(self.shop, SKU)
        stock.sellable = 10
        order = self.place((SKU, 2), paid=False)
        self.assertEqual(self.numbers(), (8, 2, 0))
        self.lazada.advance(order, "pending")
        self.assertEqual((self.numbers(), stock.total), ((8, 0, 2), 10))
        (package,) = self.lazada.pack(order)
        self.assertEqual(self.numbers(), (8, 0, 2))
        self.lazada.ready_to_ship(package)
        self.assertEqual((self.numbers(), stock.total), ((8, 0, 0), 8))

    def test_a_cancelled_piece_can_be_bought_again(self):
        before = self.numbers()
        for paid in (False, True):
            self.lazada.cancel(self.place(paid=paid), "Sourcing Delay")
        self.assertEqual(self.numbers(), before)

    def test_out_of_stock_empties_it(self):
        order = self.place((SKU, 1), (OTHER, 1))
        self.assertEqual(self.create(order, order.units[:1], OUT_OF_STOCK)["tip_content"], "stock will be set as 0")
        self.assertEqual(self.numbers(), (0, 0, 0))
        self.assertTrue(self.numbers(OTHER)[0])

    def test_unless_it_does_not(self):
        self.lazada.cancelling_empties_stock = False
        self.create(self.place(), reason_id=OUT_OF_STOCK)
        self.assertTrue(self.numbers()[0])

    def test_buyers_do_not_empty_it(self):
        self.lazada.cancel(self.place(), "Out of Stock", "buyer")
        self.assertTrue(self.numbers()[0])

    def test_lazadas_warehouse_has_its_own(self):
        before = self.numbers()
        order = self.place(fulfilled_by_lazada=True)
        self.assertEqual(self.numbers(), before)
        self.assertEqual(self.lazada.stock(self.shop, SKU, order.units[0].warehouse_code).occupy, 1)


class TestBuyersAsk(CancelCase):
    def item(self, order, place=0):
        return self.data("/order/items/get", order_id=str(order.order_id))[place]

    def decide(self, request, agree):
        return self.call(DECIDE, reverse_order_id=str(request.reverse_order_id), agree_cancel=agree)

    def test_what_the_seller_sees(self):
        order = self.place((SKU, 2))
        request = self.lazada.ask_to_cancel(order, units=order.units[:1])
        item = self.item(order)
        self.assertEqual((item["need_cancel_confirm"], item["is_cancel_pending"]), (True, False))
        self.assertEqual(item["reverse_order_id"], request.reverse_order_id)
        self.assertEqual(item["cancel_trigger_time"], int((order.updated_at.timestamp() + DAY) * 1000))
        self.assertEqual((item["status"], item["reason"]), ("pending", ""))
        self.assertIs(self.item(order, 1)["need_cancel_confirm"], False)
        self.assertIs(self.data("/order/get", order_id=str(order.order_id))["need_cancel_confirm"], True)

    def test_accepted(self):
        order = self.place((SKU, 2))
        request = self.lazada.ask_to_cancel(order, "Change of mind", order.units[:1])
        answer = self.decide(request, "true")
        self.assertEqual(set(answer), {"code", "request_id", "_trace_id_"})
        self.assertEqual(self.statuses(order), ["canceled", "pending"])
        item = self.item(order)
        self.assertEqual((item["reason"], item["cancel_return_initiator"]), ("Change of mind", "cancellation-customer"))
        self.assertEqual((item["need_cancel_confirm"], item["is_cancel_pending"]), (False, False))
        self.assert_refused(self.decide(request, "true"), "131", "E0131")

    def test_logistics_take_their_time(self):
        """The docs of is_cancel_pending: "seller agrees the cancellation request, waiting for logistic system"."""
        self.lazada.logistics_cancel_delay = HOUR
        order = self.place()
        self.lazada.pack(order)
        self.decide(self.lazada.ask_to_cancel(order), "true")
        item = self.item(order)
        self.assertEqual((item["need_cancel_confirm"], item["is_cancel_pending"]), (False, True))
        self.lazada.tend(HOUR)
        self.assertEqual(self.statuses(order), ["canceled"])

    def test_refused(self):
        order = self.place()
        self.assertEqual(self.decide(self.lazada.ask_to_cancel(order), "false")["code"], "0")
        item = self.item(order)
        self.assertEqual((item["status"], item["need_cancel_confirm"]), ("pending", False))
        self.assertIsNone(item["cancel_trigger_time"])
        self.lazada.tend(2 * DAY)
        self.assertEqual(self.statuses(order), ["pending"])

    def test_unanswered(self):
        order = self.place()
        self.lazada.ask_to_cancel(order)
        self.lazada.tend(DAY - 1)
        self.assertEqual(self.statuses(order), ["pending"])
        self.lazada.tend(1)
        self.assertEqual(self.statuses(order), ["canceled"])

    def test_nothing_goes_on_meanwhile(self):
        order, packed = self.place(), self.place()
        (package,) = self.lazada.pack(packed)
        for one in (order, packed):
            self.lazada.ask_to_cancel(one)
        self.assertEqual(self.codes(order), ["700026"])
        with self.assertRaises(ValueError):
            self.lazada.ready_to_ship(package)
        self.lazada.packs_what_buyers_cancel = True
        self.assertEqual(self.codes(order), ["0"])

    def test_too_late(self):
        order = self.place()
        (package,) = self.lazada.pack(order)
        self.lazada.advance(order, "ready_to_ship")
        request = self.lazada.ask_to_cancel(order)
        self.lazada.advance(order, "shipped", package.units)
        self.assertFalse(request.is_open)
        self.assert_refused(self.decide(request, "true"), "131")
        with self.assertRaises(ValueError):
            self.lazada.ask_to_cancel(order)

    def test_during_the_short_stage(self):
        order = self.place()
        (package,) = self.lazada.pack(order)
        self.lazada.ready_to_ship(package)
        self.decide(self.lazada.ask_to_cancel(order), "true")
        self.assertIs(order.units[0].is_cancel_pending, True)
        self.lazada.tend(120)
        self.assertEqual(self.statuses(order), ["canceled"])

    def test_mistakes(self):
        request = self.lazada.ask_to_cancel(self.place())
        self.assert_refused(self.call(DECIDE, reverse_order_id="1", agree_cancel="true"), "105", "E0105")
        self.assert_refused(self.decide(request, "perhaps"), "MissingParameter")
        self.assert_refused(self.call(DECIDE, reverse_order_id="1"), "MissingParameter", '"agree_cancel"')
        self.assertTrue(request.is_open)
