"""The simulated Lazada's orders: placing and moving them, reading them by API."""

import json
import random
from dataclasses import replace
from decimal import Decimal

from ..simulator.catalogue import COUNTRIES, buyer
from ..simulator.lazada import Line
from ..simulator.overrides import ABSENT
from ..simulator.seed import random_plan
from .test_pure_simulator_lazada import LONG_AGO, LazadaCase

SKU = "TEE-BLK-M"


def amount(value):
    """The exact amount that a JSON number or text stands for."""
    return Decimal(str(value))


class TestReading(LazadaCase):
    def place(self, count, **arguments):
        return [self.lazada.place_order(self.shop, [(SKU, 1)], **arguments) for _ in range(count)]

    def ids(self, **parameters):
        return [order["order_id"] for order in self.orders(**parameters)["orders"]]

    def test_one_item_per_unit(self):
        order = self.lazada.place_order(self.shop, [(SKU, 3), ("CABLE-C-1M", 2)])
        items = self.data("/order/items/get", order_id=str(order.order_id))
        self.assertEqual([item["sku"] for item in items], [SKU] * 3 + ["CABLE-C-1M"] * 2)
        self.assertEqual(len({item["order_item_id"] for item in items}), 5)
        self.assertEqual(self.orders()["orders"][0]["items_count"], 5)

    def test_real_types(self):
        order = self.lazada.place_order(self.shop, [(SKU, 1)], shipping_fee="1.99", seller_voucher="0.50")
        header = self.data("/order/get", order_id=str(order.order_id))
        self.assertIsInstance(header["order_id"], int)
        self.assertGreaterEqual(len(str(header["order_id"])), 15)
        self.assertRegex(header["created_at"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0800$")
        self.assertEqual((header["price"], header["shipping_fee"], header["voucher"]), ("12.90", 1.99, 0.5))
        self.assertEqual(header["statuses"], ["pending"])
        item = self.data("/order/items/get", order_id=str(order.order_id))[0]
        self.assertRegex(item["shop_sku"], rf"^{item['product_id']}_SG-{item['sku_id']}$")
        self.assertRegex(item["sla_time_stamp"], r"^\d{4}-\d\d-\d\dT23:59:59\+08:00$")
        self.assertEqual((item["is_fbl"], item["is_digital"], item["shipping_type"]), (0, 0, "Dropshipping"))
        self.assertEqual(
            (item["item_price"], item["paid_price"], item["variation"]), (12.9, 12.4, "Color:Black, Size:M")
        )
        self.assertEqual((item["currency"], item["shop_id"]), ("SGD", self.shop.name))

    def test_the_two_spellings(self):
        order = self.place(1)[0]
        in_list, alone = self.orders()["orders"][0], self.data("/order/get", order_id=str(order.order_id))
        self.assertIn("addressDsitrict", in_list["address_shipping"])
        self.assertIn("addressDistrict", alone["address_shipping"])
        self.assertIn("show_giftwrapping_tag", self.data("/order/items/get", order_id=str(order.order_id))[0])
        several = self.data("/orders/items/get", order_ids=f"[{order.order_id}]")[0]["order_items"][0]
        self.assertIn("show_gift_wrapping_tag", several)
        self.assertFalse({"order_number", "product_id"} & set(several))

    def test_buyers_are_masked(self):
        """Requirements D12: names, streets and phones are hidden, city and country are not."""
        person = replace(buyer(random.Random(1), "SG"), name="Tan Wei Ming", phone="6591234567")
        order = self.lazada.place_order(self.shop, [(SKU, 1)], buyer=person)
        header = self.data("/order/get", order_id=str(order.order_id))
        self.assertEqual(header["customer_first_name"], "T**********g")
        self.assertEqual(header["address_shipping"]["phone"], "65******67")
        self.assertEqual(header["address_shipping"]["country"], "Singapore")
        text = json.dumps(header)
        for secret in (person.name, person.phone, person.street, person.district):
            self.assertNotIn(secret, text)
        self.lazada.masks_buyers = False
        self.assertEqual(self.data("/order/get", order_id=str(order.order_id))["customer_first_name"], "Tan Wei Ming")

    def test_pages(self):
        placed = [order.order_id for order in self.place(7)]
        first = self.orders(limit="3", sort_by="created_at", sort_direction="ASC")
        self.assertEqual((first["count"], first["countTotal"]), (3, 7))
        pages = [
            self.ids(limit="3", offset=str(offset), sort_by="created_at", sort_direction="ASC") for offset in (0, 3, 6)
        ]
        self.assertEqual(sum(pages, []), placed)
        self.assertEqual(self.ids(sort_direction="DESC"), placed[::-1])
        self.assertEqual(self.ids(offset="4500"), [])

    def test_windows(self):
        """R25: what changed is found by its update time, with both ends included."""
        with self.lazada.clock.ago(3600):
            old, older = self.place(2)
        new = self.place(1)[0]
        self.lazada.advance(old, "packed")
        changed, created = (moment.isoformat() for moment in (old.updated_at, older.created_at))
        self.assertEqual(set(self.ids(update_after=changed, created_after="")), {old.order_id, new.order_id})
        self.assertEqual(set(self.ids(created_after=created, created_before=created)), {old.order_id, older.order_id})
        self.lazada.after_is_inclusive = False
        self.assertEqual(self.ids(created_after=created, created_before=created), [])
        self.lazada.after_is_inclusive, self.lazada.before_is_inclusive = True, False
        self.assertEqual(self.ids(created_after=created, created_before=created), [])

    def test_status_filter(self):
        pending, packed, mixed = (self.lazada.place_order(self.shop, [(SKU, 2)]) for _ in range(3))
        self.lazada.advance(packed, "packed")
        self.lazada.cancel(mixed, units=mixed.units[:1])
        for status, found in (("pending", (pending, mixed)), ("packed", (packed,)), ("canceled", (mixed,))):
            with self.subTest(status):
                self.assertEqual(set(self.ids(status=status)), {order.order_id for order in found})
        self.assertEqual(len(self.ids(status="all")), 3)
        self.assertEqual(set(self.ids(status="toship")), {packed.order_id})

    def test_refused_lists(self):
        for parameters, code in (
            ({"created_after": ""}, "MissingParameter"),
            ({"created_after": "2020-01-01"}, "17"),
            ({"created_after": "2020-01-01T00:00:00"}, "17"),
            ({"created_after": "2020-13-01T00:00:00+08:00"}, "17"),
            ({"update_before": "now"}, "17"),
            ({"status": "nonsense"}, "36"),
            ({"sort_direction": "UP"}, "74"),
            ({"sort_by": "price"}, "75"),
            ({"offset": "4501"}, "14"),
            ({"offset": "-1"}, "14"),
            ({"limit": "101"}, "19"),
            ({"limit": "0"}, "19"),
            ({"limit": "ten"}, "19"),
        ):
            with self.subTest(parameters):
                self.assert_refused(self.call("/orders/get", **{"created_after": LONG_AGO, **parameters}), code)

    def test_refused_orders(self):
        stranger = self.lazada.add_account("other@example.com", ("SG",)).shops[0]
        theirs = self.lazada.place_order(stranger, [(SKU, 1)])
        for order_id in (str(theirs.order_id), "1", "abc", "1.5"):
            for path in ("/order/get", "/order/items/get"):
                self.assert_refused(self.call(path, order_id=order_id), "16", f'E016: "{order_id}" Invalid Order ID')

    def test_units_of_several_orders(self):
        placed = [order.order_id for order in self.place(51)]
        answer = self.data("/orders/items/get", order_ids=json.dumps(placed[:50]))
        self.assertEqual([one["order_id"] for one in answer], placed[:50])
        for order_ids, code in (
            (json.dumps(placed), "38"),
            (json.dumps([placed[0], 1]), "37"),
            ("[1,2]", "39"),
            ("[]", "39"),
            ("1,2", "56"),
            ('{"a": 1}', "56"),
            ('["a"]', "56"),
        ):
            self.assert_refused(self.call("/orders/items/get", order_ids=order_ids), code)

    def test_sellers_that_are_not_verified(self):
        self.shop.verified = False
        self.assert_refused(self.call("/orders/get", created_after=LONG_AGO), "SellerNotVerified")

    def test_late_visibility(self):
        self.lazada.late_visibility = 60
        order = self.place(1)[0]
        self.assertEqual(self.ids(), [])
        self.lazada.clock.move(61)
        self.assertEqual(self.ids(), [order.order_id])

    def test_the_same_order_id_in_two_shops(self):
        other = self.lazada.add_account("other@example.com", ("SG",))
        order = self.place(1)[0]
        twin = self.lazada.place_order(other.shops[0], [("KEYB75-RED", 1)], order_id=order.order_id)
        mine = self.data("/order/items/get", order_id=str(order.order_id))
        token = self.lazada.authorise(other).access_token
        theirs = self.data("/order/items/get", order_id=str(twin.order_id), access_token=token)
        self.assertEqual((mine[0]["sku"], theirs[0]["sku"]), (SKU, "KEYB75-RED"))
        self.assertEqual(mine[0]["order_id"], theirs[0]["order_id"])

    def test_absurd_answers_on_request(self):
        order = self.lazada.place_order(
            self.shop,
            [("รหัสสินค้า 😀", 500, Decimal("-1.00"))],
            overrides={"price": "-5.00", "address_shipping": {"first_name": "Nguyễn 😀"}, "statuses": ABSENT},
            item_overrides={"status": "teleported", "currency": "XXX"},
        )
        header = self.data("/order/get", order_id=str(order.order_id))
        self.assertEqual((header["price"], header["address_shipping"]["first_name"]), ("-5.00", "Nguyễn 😀"))
        self.assertNotIn("statuses", header)
        items = self.data("/order/items/get", order_id=str(order.order_id))
        self.assertEqual(len(items), 500)
        self.assertEqual({(i["sku"], i["status"], i["currency"]) for i in items}, {("รหัสสินค้า 😀", "teleported", "XXX")})
        empty = self.lazada.place_order(self.shop, [])
        self.assertEqual(self.data("/order/items/get", order_id=str(empty.order_id)), [])
        self.lazada.set_status(order, "beamed_up")
        self.assertEqual((order.statuses, order.state), (["beamed_up"], "unknown"))


class TestMoving(LazadaCase):
    def order(self, quantity=2, **arguments):
        with self.lazada.clock.ago(600):
            return self.lazada.place_order(self.shop, [(SKU, quantity)], **arguments)

    def test_the_whole_way(self):
        order = self.order(paid=False)
        states = [(order.state, order.statuses)]
        for status in ("pending", "packed", "ready_to_ship", "shipped", "delivered", "confirmed"):
            before = order.updated_at
            self.lazada.clock.move(60)
            self.lazada.advance(order, status)
            states.append((order.state, order.statuses))
            self.assertGreater(order.updated_at, before)
        self.assertEqual(
            [state for state, _ in states],
            ["unpaid", "ready_to_ship", "processed", "processed", "shipped", "completed", "completed"],
        )

    def test_packing_gives_a_package_and_a_number(self):
        order = self.order()
        self.lazada.advance(order, "delivered")
        items = self.data("/order/items/get", order_id=str(order.order_id))
        self.assertEqual(len({item["package_id"] for item in items}), 1)
        self.assertTrue(all(item["package_id"].startswith("FP") and item["tracking_code"] for item in items))

    def test_a_package_for_each_warehouse(self):
        order = self.order(3)
        order.units[2].warehouse_code = "dropshipping-2"
        self.lazada.advance(order, "packed")
        first, second, third = (unit.package_id for unit in order.units)
        self.assertEqual(first, second)
        self.assertNotEqual(first, third)

    def test_some_units_only(self):
        order = self.order(3)
        self.lazada.advance(order, "packed", order.units[:1])
        self.assertEqual((order.statuses, order.state), (["packed", "pending"], "ready_to_ship"))
        self.lazada.advance(order, "shipped")
        self.assertEqual(order.statuses, ["shipped"])
        self.assertEqual(len({unit.package_id for unit in order.units}), 2)

    def test_what_cannot_be(self):
        order = self.order()
        self.lazada.advance(order, "shipped")
        with self.assertRaises(ValueError):
            self.lazada.advance(order, "packed")
        with self.assertRaises(ValueError):
            self.lazada.cancel(order)
        with self.assertRaises(ValueError):
            self.lazada.advance(order, "on the moon")

    def test_cancelling(self):
        """R27, R28: who cancelled and why stands on the units."""
        order = self.order(2)
        self.lazada.cancel(order, "Change of mind", by="buyer", units=order.units[:1])
        self.assertEqual((order.state, order.statuses), ("ready_to_ship", ["canceled", "pending"]))
        item = self.data("/order/items/get", order_id=str(order.order_id))[0]
        self.assertEqual((item["reason"], item["cancel_return_initiator"]), ("Change of mind", "cancellation-customer"))
        self.lazada.cancel(order)
        self.assertEqual(order.state, "cancelled")
        with self.assertRaises(ValueError):
            self.lazada.cancel(order)

    def test_cancelling_a_packed_unit_takes_its_package_along(self):
        order = self.order(3)
        self.lazada.advance(order, "packed", order.units[:2])
        self.lazada.cancel(order, units=order.units[:1])
        self.assertEqual([unit.status for unit in order.units], ["canceled", "canceled", "pending"])

    def test_header_amounts_after_a_partial_cancellation(self):
        order = self.order(2)
        self.lazada.cancel(order, units=order.units[:1])
        self.assertEqual(self.orders()["orders"][0]["price"], "25.80")
        self.lazada.header_keeps_canceled_units = False
        self.assertEqual(self.orders()["orders"][0]["price"], "12.90")

    def test_payment(self):
        unpaid, paid, cash = self.order(paid=False), self.order(), self.order(payment_method="COD")
        self.assertEqual([order.state for order in (unpaid, paid, cash)], ["unpaid", "ready_to_ship", "ready_to_ship"])
        self.assertEqual([bool(order.payment_time) for order in (unpaid, paid, cash)], [False, True, False])
        self.lazada.advance(cash, "delivered")
        self.assertTrue(cash.payment_time)

    def test_fulfilled_by_lazada(self):
        order = self.order(fulfilled_by_lazada=True)
        item = self.data("/order/items/get", order_id=str(order.order_id))[0]
        self.assertEqual((item["is_fbl"], item["shipping_type"]), (1, "Warehouse"))


class TestAmounts(LazadaCase):
    countries = tuple(COUNTRIES)

    def test_totals_of_a_thousand_orders(self):
        """Requirements D9: the units add up to the header, the header to what the buyer pays, to the cent."""
        chance = random.Random(37)
        for shop in self.lazada.shops.values():
            plans = [random_plan(chance, shop.country.code) for _ in range(167)]
            planned = {self.lazada.carry_out(shop, plan).order_id: plan for plan in plans}
            self.authorisation = self.lazada.authorise(self.lazada.account_of(shop))
            for offset in range(0, 167, 50):
                headers = self.orders(offset=str(offset), limit="50")["orders"]
                order_ids = json.dumps([header["order_id"] for header in headers])
                for header, answer in zip(headers, self.data("/orders/items/get", order_ids=order_ids), strict=True):
                    self.check(header, answer["order_items"], planned.pop(header["order_id"]))
            self.assertFalse(planned)
            self.lazada.revoke()

    def check(self, header, items, plan):
        def total(field):
            return sum(amount(item[field]) for item in items)

        self.assertEqual(amount(header["price"]), total("item_price"))
        self.assertEqual(
            amount(header["voucher"]), amount(header["voucher_seller"]) + amount(header["voucher_platform"])
        )
        self.assertEqual(amount(header["voucher_seller"]), plan.seller_voucher)
        self.assertEqual(amount(header["shipping_fee"]), plan.shipping_fee)
        for field in ("voucher_seller", "voucher_platform"):
            self.assertEqual(amount(header[field]), total(field))
        pays = amount(header["price"]) - amount(header["voucher"]) + amount(header["shipping_fee"])
        self.assertEqual(pays, total("paid_price") + total("shipping_amount"))
        for item in items:
            self.assertEqual(
                amount(item["voucher_amount"]), amount(item["voucher_seller"]) + amount(item["voucher_platform"])
            )
            self.assertEqual(amount(item["paid_price"]), amount(item["item_price"]) - amount(item["voucher_amount"]))

    def test_item_discounts_lower_the_price(self):
        order = self.lazada.place_order(
            self.lazada.shop("SG"), [Line(SKU, 1, discount=Decimal("2.90"))], seller_discount="1"
        )
        self.assertEqual(order.units[0].item_price, Decimal("9.00"))
