"""The simulated Shopee's orders and packages, through their whole life."""

from ..simulator.catalogue import Buyer
from ..simulator.overrides import ABSENT
from .test_pure_simulator_shopee import DAY, DETAIL, LIST, ShopeeCase

PACKAGE = "/api/v2/order/get_package_detail"
ALWAYS = {
    *("order_sn", "region", "currency", "cod", "order_status", "message_to_seller", "create_time", "update_time"),
    *("days_to_ship", "ship_by_date", "reverse_shipping_fee", "advance_package"),
}


class TestOrderList(ShopeeCase):
    def numbers(self, **query):
        return [row["order_sn"] for row in self.list_orders(**query)["order_list"]]

    def test_pages(self):
        """Every order once, on pages of any size (D3)."""
        made = [self.order().order_sn for _ in range(23)]
        found, cursor, pages = [], "", 0
        while True:
            page = self.list_orders(page_size=5, cursor=cursor)
            found += [row["order_sn"] for row in page["order_list"]]
            cursor, pages = page["next_cursor"], pages + 1
            if not page["more"]:
                break
        self.assertEqual((sorted(found), pages, cursor), (sorted(made), 5, ""))

    def test_newest_first_or_last(self):
        old = self.order()
        self.shopee.clock.move(60)
        new = self.order()
        self.assertEqual(self.numbers(), [new.order_sn, old.order_sn])
        self.shopee.list_newest_first = False
        self.assertEqual(self.numbers(), [old.order_sn, new.order_sn])
        first = self.list_orders(page_size=1)
        self.assertEqual(self.numbers(page_size=1, cursor=first["next_cursor"]), [new.order_sn])

    def test_positions_as_cursors_skip_what_moves(self):
        """The switch for the worse of two readings: an order that changes lets another one slip through (D3)."""
        orders = [self.order() for _ in range(3)]
        end = self.shopee.clock.seconds()
        for is_position, missed in ((False, 0), (True, 1)):
            self.shopee.list_cursor_is_position = is_position
            page = self.list_orders(page_size=1, time_to=end)
            changed = next(order for order in orders if order.order_sn == page["order_list"][0]["order_sn"])
            changed.update_time = end + 5
            rest = self.numbers(cursor=page["next_cursor"], time_to=end)
            self.assertEqual(len(rest), 2 - missed)
            changed.update_time = end

    def test_time_field_and_inclusive_bounds(self):
        order = self.order()
        created = order.create_time
        self.shopee.clock.move(3600)
        self.shopee.advance(order, "PROCESSED")
        bounds = {"time_from": created, "time_to": created + 1}
        self.assertEqual(self.numbers(time_range_field="create_time", **bounds), [order.order_sn])
        self.assertEqual(self.numbers(time_range_field="update_time", **bounds), [])
        bounds = {"time_from": order.update_time - 1, "time_to": order.update_time}
        self.assertEqual(self.numbers(time_range_field="update_time", **bounds), [order.order_sn])

    def test_status_only_on_request_and_as_filter(self):
        order = self.order()
        self.assertEqual(self.list_orders()["order_list"], [{"order_sn": order.order_sn}])
        row = self.list_orders(response_optional_fields="order_status")["order_list"][0]
        self.assertEqual(row["order_status"], "READY_TO_SHIP")
        self.assertEqual(self.numbers(order_status="CANCELLED"), [])

    def test_pending_is_seen_only_by_who_knows_it(self):
        order = self.order(paid=False)
        self.shopee.advance(order, "PENDING")
        self.assertEqual(self.numbers(), [])
        self.assertEqual(self.numbers(request_order_status_pending="true"), [order.order_sn])
        self.assertEqual(self.detail(order, "")["order_status"], "UNPAID")
        seen = self.detail(order, "", request_order_status_pending="true")
        self.assertEqual((seen["order_status"], seen["pending_terms"]), ("PENDING", ["SYSTEM_PENDING"]))

    def test_other_shops_orders_are_not_there(self):
        self.order(shop=self.other_shop)
        self.assertEqual(self.numbers(), [])

    def test_limits(self):
        good = {"time_range_field": "create_time", "time_from": 1000, "time_to": 2000, "page_size": 100}
        window = ("order.order_list_invalid_time", "Start time must be earlier than end time and diff in 15days.")
        detail = "Wrong parameters, detail: "
        statuses = "UNPAID, READY_TO_SHIP, PROCESSED, SHIPPED, COMPLETED, IN_CANCEL, CANCELLED, INVOICE_PENDING."
        for changes, error, message in (
            ({"time_to": 1000}, *window),
            ({"time_to": 1001 + 15 * DAY}, *window),
            ({"page_size": 101}, "error_param", f"{detail}page_size must be 100 or less."),
            ({"page_size": 0}, "error_param", f"{detail}page_size must be 1 or greater."),
            ({"page_size": ""}, "error_param", f"{detail}page_size is a required field."),
            ({"time_from": "x"}, "error_param", f"{detail}time_from must be an integer."),
            ({"time_range_field": "pay_time"}, "error_param", None),
            ({"order_status": "RETRY_SHIP"}, "error_param", f"{detail}order_status must be one of {statuses}"),
            ({"cursor": "nonsense"}, "error_param", f"{detail}cursor is invalid."),
        ):
            with self.subTest(changes=changes):
                answer = self.send_shop(LIST, **{**good, **changes}).json()
                self.assertEqual((answer["error"], answer["message"]), (error, message or answer["message"]))
        self.call(LIST, **{**good, "time_to": 1000 + 15 * DAY})


class TestOrderDetail(ShopeeCase):
    def test_only_what_was_asked_for(self):
        order = self.order()
        self.assertEqual(set(self.detail(order, "")), ALWAYS)
        asked = self.detail(order, "item_list,total_amount,edt,no_such_field")
        self.assertEqual(set(asked) - ALWAYS, {"item_list", "total_amount", "edt_from", "edt_to"})

    def test_prices_of_one_piece_and_real_types(self):
        """Discounted lines, a courier's fee, several items (R105, R111-R115)."""
        lines = [("TEE-BLK-M", 2, "11.50"), ("MOONCAKE-2026", 1)]
        order = self.order(*lines, shipping_fee="1.99", courier="Ninja Van")
        content = self.detail(order, "item_list,total_amount,shipping_carrier,buyer_user_id,invoice_data,edt,pay_time")
        tee, cake = content["item_list"]
        self.assertEqual((tee["model_original_price"], tee["model_discounted_price"]), (12.9, 11.5))
        self.assertEqual((tee["model_sku"], tee["model_quantity_purchased"]), ("TEE-BLK-M", 2))
        self.assertEqual((cake["model_id"], cake["model_sku"], cake["item_sku"]), (0, "", "MOONCAKE-2026"))
        self.assertEqual(content["total_amount"], 63.89)
        self.assertEqual(content["shipping_carrier"], "Ninja Van")
        self.assertEqual((content["invoice_data"], content["edt_from"]), (None, 0))
        for value, kind in ((tee["item_id"], int), (content["buyer_user_id"], int), (content["cod"], bool)):
            self.assertIs(type(value), kind)
        self.assertEqual(tee["product_location_id"], ["SGZ"])

    def test_bundle_deal_has_no_price_in_the_detail(self):
        order = self.order(("TEE-BLK-M", 1, "10"), ("TOTE-NAT", 2, "12"), bundle=True)
        items = self.detail(order, "item_list")["item_list"]
        self.assertEqual([item["model_discounted_price"] for item in items], [0, 0])
        self.assertEqual({item["promotion_type"] for item in items}, {"bundle_deal"})
        settled = self.escrow(order)["order_income"]["items"]
        self.assertEqual(
            [(item["discounted_price"], item["selling_price"]) for item in settled], [(10, 12.9), (24, 31.8)]
        )

    def test_cash_on_delivery_is_paid_at_the_door(self):
        order = self.order(cash_on_delivery=True)
        fields = "total_amount,pay_time,payment_method"
        before = self.detail(order, fields)
        self.assertEqual(
            (before["order_status"], before["total_amount"], before["pay_time"]), ("READY_TO_SHIP", 0, None)
        )
        self.assertTrue(before["cod"])
        self.shopee.advance(order, "TO_CONFIRM_RECEIVE")
        after = self.detail(order, fields)
        self.assertEqual((after["total_amount"], after["pay_time"]), (25.8, order.update_time))

    def test_masks(self):
        """Masked field by field, in any script (D12)."""
        person = Buyer(7, "สมชาย ใจดี 🎁", "6591234567", "1 Orchard Road", "Orchard", "Singapore", "", "238801", "SG")
        order = self.order(buyer=person)
        address = self.detail(order, "recipient_address")["recipient_address"]
        self.assertEqual((address["name"], address["phone"], address["zipcode"]), ("****", "****", "238801"))
        self.shopee.masks_show_ends = True
        address = self.detail(order, "recipient_address")["recipient_address"]
        self.assertEqual((address["name"], address["phone"]), ("ส******🎁", "******67"))
        self.shopee.masked_fields = {"full_address", "buyer_username"}
        content = self.detail(order, "recipient_address,buyer_username")
        self.assertEqual(content["recipient_address"]["name"], person.name)
        self.assertIn("******", content["recipient_address"]["full_address"])
        self.assertIn("******", content["buyer_username"])

    def test_limits_and_unknown_numbers(self):
        mine, foreign = self.order(), self.order(shop=self.other_shop)
        many = ",".join(f"250101{place:08}" for place in range(51))
        answer = self.send_shop(DETAIL, order_sn_list=many)
        self.assert_error(answer, "error_param", "Wrong parameters, detail: order_sn_list must have 1 to 50 entries.")
        answer = self.send_shop(DETAIL)
        self.assert_error(answer, "error_param", "Wrong parameters, detail: order_sn_list is a required field.")
        both = f"{mine.order_sn},{foreign.order_sn}"
        not_found = ("error_not_found", "Wrong parameters, detail: the order is not found.")
        self.assert_error(self.send_shop(DETAIL, order_sn_list=both), *not_found)
        self.shopee.unknown_number_fails_call = False
        answer = self.call(DETAIL, order_sn_list=both)
        self.assertEqual(len(answer["response"]["order_list"]), 1)
        self.assertIn(foreign.order_sn, answer["warning"][0])
        self.assert_error(self.send_shop(DETAIL, order_sn_list=foreign.order_sn), *not_found)

    def test_overrides(self):
        order = self.order(*[("TEE-BLK-M", 1)] * 500)
        self.assertEqual(len(self.detail(order, "item_list")["item_list"]), 500)
        order.overrides = {
            "detail": {
                "order_status": "NEW_WORD",
                "currency": "XXX",
                "item_list": lambda items: items[:1],
                "cod": ABSENT,
            },
            "list": {"order_status": "OTHER"},
            "escrow": {"buyer_payment_info": {"buyer_total_amount": -5}},
        }
        content = self.detail(order, "item_list")
        self.assertEqual(
            (content["order_status"], content["currency"], len(content["item_list"])), ("NEW_WORD", "XXX", 1)
        )
        self.assertNotIn("cod", content)
        info = self.escrow(order)["buyer_payment_info"]
        self.assertEqual((info["buyer_total_amount"], info["seller_voucher"]), (-5, 0))


class TestLife(ShopeeCase):
    def state(self, order):
        content = self.detail(order, "package_list")
        return content["order_status"], [package["logistics_status"] for package in content["package_list"]]

    def test_order_and_package_move_together(self):
        order = self.order(paid=False)
        self.assertEqual(self.state(order), ("UNPAID", ["LOGISTICS_NOT_START"]))
        for status, package_status in (
            ("READY_TO_SHIP", "LOGISTICS_READY"),
            ("PROCESSED", "LOGISTICS_REQUEST_CREATED"),
            ("RETRY_SHIP", "LOGISTICS_PICKUP_RETRY"),
            ("PROCESSED", "LOGISTICS_REQUEST_CREATED"),
            ("SHIPPED", "LOGISTICS_PICKUP_DONE"),
            ("TO_CONFIRM_RECEIVE", "LOGISTICS_DELIVERY_DONE"),
            ("COMPLETED", "LOGISTICS_DELIVERY_DONE"),
        ):
            self.shopee.clock.move(60)
            before = order.update_time
            self.shopee.advance(order, status)
            self.assertEqual(self.state(order), (status, [package_status]))
            self.assertGreater(order.update_time, before)

    def test_ways_that_do_not_exist(self):
        order = self.order()
        self.shopee.advance(order, "COMPLETED")
        for move in (
            lambda: self.shopee.advance(order, "READY_TO_SHIP"),
            lambda: self.shopee.cancel(order),
            lambda: self.shopee.split(order, [order.items, []]),
            lambda: self.shopee.request_cancellation(order),
            lambda: self.shopee.answer_cancellation(order, True),
            lambda: self.shopee.cancel_pieces(order, order.items[0], 1),
        ):
            self.assertRaises(ValueError, move)
        self.assertEqual(order.order_status, "COMPLETED")

    def test_tracking_number_may_come_later(self):
        """Arranged, no number yet, then a number (R138, R139, R142, R143)."""
        self.shopee.tracking_delay = 300
        order = self.order()
        self.shopee.advance(order, "PROCESSED")
        number = order.packages[0].package_number
        ask = {"package_number_list": number}
        package = self.call(PACKAGE, **ask)["response"]["package_list"][0]
        self.assertEqual((package["tracking_number"], package["is_shipment_arranged"]), ("", True))
        self.shopee.clock.move(300)
        package = self.call(PACKAGE, **ask)["response"]["package_list"][0]
        self.assertEqual(package["tracking_number"], order.packages[0].tracking_number)
        not_found = ("error_not_found", "Wrong parameters, detail: the package is not found.")
        self.assert_error(self.send_shop(PACKAGE, package_number_list="OFG0"), *not_found)

    def test_split_order_follows_its_slowest_package(self):
        """One order, several packages (R63)."""
        order = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        self.shopee.split(order, [[order.items[0]], [order.items[1]]])
        content = self.detail(order, "package_list,split_up,shipping_carrier,item_list")
        self.assertEqual((content["split_up"], content["shipping_carrier"]), (True, ""))
        packed = [item["item_id"] for package in content["package_list"] for item in package["item_list"]]
        self.assertEqual(packed, [item["item_id"] for item in content["item_list"]])
        first, second = order.packages
        self.shopee.advance_package(order, first, "LOGISTICS_REQUEST_CREATED")
        self.assertEqual(order.order_status, "READY_TO_SHIP")
        number = first.tracking_number
        self.shopee.advance(order, "PROCESSED")
        self.assertEqual((first.tracking_number, second.logistics_status), (number, "LOGISTICS_REQUEST_CREATED"))
        self.shopee.advance_package(order, first, "LOGISTICS_LOST")
        self.shopee.advance_package(order, second, "LOGISTICS_DELIVERY_DONE")
        self.assertEqual(order.order_status, "TO_CONFIRM_RECEIVE")

    def test_cancelled_by_the_seller_with_a_reason(self):
        """Out of Stock, before and after arranging (R150, R151)."""
        for reached, package_status in (("READY_TO_SHIP", "INVALID"), ("PROCESSED", "REQUEST_CANCELED")):
            order = self.order()
            self.shopee.advance(order, reached)
            self.shopee.cancel(order, "Out of Stock", "seller")
            content = self.detail(order, "cancel_by,cancel_reason")
            self.assertEqual((content["cancel_by"], content["cancel_reason"]), ("seller", "Out of Stock"))
            self.assertEqual(self.state(order), ("CANCELLED", [f"LOGISTICS_{package_status}"]))

    def test_buyer_asks_to_cancel(self):
        order = self.order()
        self.shopee.request_cancellation(order, "Change of mind")
        self.assertEqual(self.state(order), ("IN_CANCEL", ["LOGISTICS_READY"]))
        self.shopee.answer_cancellation(order, False)
        self.assertEqual(order.order_status, "READY_TO_SHIP")
        self.shopee.request_cancellation(order)
        self.shopee.answer_cancellation(order, True)
        self.assertEqual((order.order_status, order.cancel_by), ("CANCELLED", "buyer"))

    def test_lost_parcel(self):
        order = self.order()
        self.shopee.advance(order, "SHIPPED")
        self.shopee.fail(order)
        self.assertEqual(self.state(order), ("CANCELLED", ["LOGISTICS_LOST"]))
        self.assertEqual(order.cancel_reason, "Parcel is Lost")

    def test_cancelled_pieces(self):
        order = self.order(("TEE-BLK-M", 3))
        self.shopee.cancel_pieces(order, order.items[0], 1)
        content = self.detail(order, "item_list,package_list")
        item = content["item_list"][0]
        self.assertEqual((item["model_quantity_purchased"], item["active_qty"], item["cancelled_qty"]), (3, 2, 1))
        self.assertEqual(content["package_list"][0]["item_list"][0]["model_quantity"], 2)
        self.assertEqual(self.escrow(order)["order_income"]["seller_return_refund"], -12.9)
