"""The simulated Shopee's cancellations, parcels that are split, lists of what is to be shipped, notes."""

from ..simulator.shopee.channels import SELLERS_OWN
from .test_pure_simulator_shopee_shipping import SHIP, ShippingCase

ORDER = "/api/v2/order/"
CANCEL, ANSWER, NOTE = ORDER + "cancel_order", ORDER + "handle_buyer_cancellation", ORDER + "set_note"
SPLIT, UNSPLIT = ORDER + "split_order", ORDER + "unsplit_order"
SHIPMENTS, SEARCH = ORDER + "get_shipment_list", ORDER + "search_package_list"
CANNOT = ("order.error_limit", "Can not cancel this order.")
NOT_IN_CANCEL = ("order.cancel_order_invalid_status", "Invalid order_status.The order status should be IN_CANCEL.")


def item_of(item, **more):
    return {"item_id": item.item_id, "model_id": item.model_id, **more}


class TestSellerCancels(ShippingCase):
    def cancel(self, order, reason="CUSTOMER_REQUEST", **body):
        body = {"order_sn": order.order_sn, "cancel_reason": reason, **body}
        return self.call(CANCEL, body=body)["response"]

    def reasons(self, order):
        content = self.detail(order, "cancel_by,cancel_reason")
        return content["order_status"], content["cancel_by"], content["cancel_reason"]

    def test_before_arranging(self):
        """Cancelled in the ERP, CANCELLED at Shopee at once, with the reason (R133 to R136)."""
        order = self.order()
        answer = self.cancel(order, "OUT_OF_STOCK", item_list=[item_of(order.items[0])])
        self.assertEqual(answer, {"update_time": order.update_time})
        self.assertEqual(self.reasons(order), ("CANCELLED", "seller", "Out of Stock"))
        self.assertEqual(order.packages[0].logistics_status, "LOGISTICS_INVALID")

    def test_after_arranging(self):
        """By way of IN_CANCEL: only reading the order tells what came of it."""
        order, stopped, at_once = self.order(), self.order(), self.order()
        for one in (order, stopped, at_once):
            self.shopee.arrange(one)
        self.cancel(order)
        self.assertEqual(self.reasons(order), ("IN_CANCEL", "", ""))
        body = {"order_sn": order.order_sn, "operation": "ACCEPT"}
        self.refused(ANSWER, *NOT_IN_CANCEL, **body)
        due = order.update_time + 60
        self.shopee.clock.move(90)
        self.assertEqual(self.reasons(order), ("CANCELLED", "seller", "Buyer Request to Cancel"))
        self.assertEqual((order.update_time, order.packages[0].logistics_status), (due, "LOGISTICS_REQUEST_CANCELED"))
        self.shopee.courier_refuses_cancelling = True
        self.cancel(stopped)
        self.shopee.clock.move(60)
        self.assertEqual(self.reasons(stopped), ("PROCESSED", "", ""))
        self.shopee.courier_refuses_cancelling, self.shopee.cancel_delay = False, 0
        self.cancel(at_once)
        self.assertEqual(self.reasons(at_once)[0], "CANCELLED")

    def test_reasons(self):
        order = self.order()
        detail = "Wrong parameters, detail: "
        known = "OUT_OF_STOCK, CUSTOMER_REQUEST, COD_NOT_SUPPORTED."
        for body, message in (
            ({}, "cancel_reason is a required field."),
            ({"cancel_reason": "BORED"}, f"cancel_reason must be one of {known}"),
            ({"cancel_reason": "UNDELIVERABLE_AREA"}, f"cancel_reason must be one of {known}"),
            ({"cancel_reason": "OUT_OF_STOCK"}, "item_list is a required field."),
            (
                {"cancel_reason": "OUT_OF_STOCK", "item_list": [{"item_id": 1, "model_id": 2}]},
                "the item is not in the order.",
            ),
        ):
            self.refused(CANCEL, "error_param", detail + message, order_sn=order.order_sn, **body)
        self.assertEqual(order.order_status, "READY_TO_SHIP")

    def test_too_late_or_not_the_sellers(self):
        shipped, asked, cancelled = self.order(), self.order(), self.order()
        self.shopee.advance(shipped, "SHIPPED")
        self.shopee.request_cancellation(asked)
        self.shopee.cancel(cancelled)
        warehouse = ("order. error_param", "You can not cancel warehouse order.")
        for order, error in (
            (shipped, CANNOT),
            (asked, CANNOT),
            (cancelled, CANNOT),
            (self.order(fulfilled_by_shopee=True), warehouse),
        ):
            self.refused(CANCEL, *error, order_sn=order.order_sn, cancel_reason="CUSTOMER_REQUEST")
        half = self.split_order(courier=SELLERS_OWN)
        self.shopee.arrange(half, package=half.packages[0], tracking_number="OWN-1")
        self.refused(CANCEL, *CANNOT, order_sn=half.order_sn, cancel_reason="CUSTOMER_REQUEST")

    def test_some_pieces(self):
        order = self.order(("TEE-BLK-M", 3), ("TOTE-NAT", 2))
        tee, tote = order.items
        pieces = [item_of(tee, model_quantity=1), item_of(tote, model_quantity=2)]
        self.cancel(order, "OUT_OF_STOCK", partial_cancel_item_list=pieces)
        items = self.detail(order, "item_list,package_list")
        self.assertEqual([one["cancelled_qty"] for one in items["item_list"]], [1, 2])
        packed = items["package_list"][0]["item_list"]
        self.assertEqual([(one["item_id"], one["model_quantity"]) for one in packed], [(tee.item_id, 2)])
        wrong = "Wrong parameters, detail: model_quantity is invalid."
        body = {"order_sn": order.order_sn, "cancel_reason": "OUT_OF_STOCK"}
        self.refused(CANCEL, "error_param", wrong, **body, partial_cancel_item_list=pieces)
        self.assertEqual(tee.cancelled_quantity, 1)
        self.cancel(order, "OUT_OF_STOCK", partial_cancel_item_list=[item_of(tee, model_quantity=2)])
        self.assertEqual(order.order_status, "CANCELLED")
        other = self.order()
        self.shopee.partial_cancel_allowed = False
        pieces = [item_of(other.items[0], model_quantity=1)]
        body["order_sn"] = other.order_sn
        self.refused(CANCEL, *CANNOT, **body, partial_cancel_item_list=pieces)

    def test_pieces_of_a_split_order(self):
        """A parcel that is left with nothing in it is no parcel any more."""
        order = self.split_order()
        self.shopee.cancel_pieces(order, order.items[0], 1)
        states = [package.logistics_status for package in order.packages]
        self.assertEqual(states, ["LOGISTICS_INVALID", "LOGISTICS_READY"])
        self.shopee.arrange(order)
        self.assertEqual(order.order_status, "PROCESSED")

    def test_shopee_cancels_pieces_of_what_it_fulfils(self):
        order = self.order(fulfilled_by_shopee=True)
        self.shopee.cancel_pieces(order, order.items[0], 1)
        self.assertEqual(order.items[0].active_quantity, 1)

    def test_lost_answer(self):
        order = self.order()
        self.shopee.faults.order("lost_answer", "cancel_order")
        body = {"order_sn": order.order_sn, "cancel_reason": "CUSTOMER_REQUEST"}
        with self.assertRaises(OSError):
            self.send_shop(CANCEL, body=body)
        self.assertEqual(self.reasons(order)[0], "CANCELLED")
        self.refused(CANCEL, *CANNOT, **body)


class TestBuyerAsks(ShippingCase):
    def answer(self, order, operation):
        return self.call(ANSWER, body={"order_sn": order.order_sn, "operation": operation})["response"]

    def test_accepted_or_rejected(self):
        for reached in ("READY_TO_SHIP", "PROCESSED"):
            accepted, rejected = self.order(), self.order()
            for order in (accepted, rejected):
                self.shopee.advance(order, reached)
                self.shopee.request_cancellation(order, "Change of mind")
            content = self.detail(accepted, "buyer_cancel_reason,item_list")
            self.assertEqual((content["order_status"], content["buyer_cancel_reason"]), ("IN_CANCEL", "Change of mind"))
            self.assertEqual(content["item_list"][0]["cancel_requested_qty"], 2)
            not_ready = "The order is not ready to ship."
            body = {"order_sn": accepted.order_sn, "dropoff": {}}
            self.refused(SHIP, "logistics.ship_order_not_ready_to_ship", not_ready, **body)
            self.assertEqual(self.answer(accepted, "ACCEPT"), {"update_time": accepted.update_time})
            self.answer(rejected, "REJECT")
            content = self.detail(accepted, "cancel_by,cancel_reason")
            self.assertEqual((content["order_status"], content["cancel_by"]), ("CANCELLED", "buyer"))
            self.assertEqual(rejected.order_status, reached)

    def test_refused(self):
        order, asked = self.order(), self.order()
        self.shopee.request_cancellation(asked)
        self.refused(ANSWER, *NOT_IN_CANCEL, order_sn=order.order_sn, operation="ACCEPT")
        operations = "Wrong parameters, detail: operation must be one of ACCEPT, REJECT."
        self.refused(ANSWER, "error_param", operations, order_sn=asked.order_sn, operation="MAYBE")
        self.shopee.courier_refuses_cancelling = True
        failed = ("logistics.cancel_forder_failed", "Cancel forder failed.")
        self.refused(ANSWER, *failed, order_sn=asked.order_sn, operation="ACCEPT")
        self.assertEqual(asked.order_status, "IN_CANCEL")

    def test_courier_is_faster(self):
        """A parcel collected while the request is open can only be let go."""
        order = self.order()
        self.shopee.arrange(order)
        self.shopee.request_cancellation(order)
        self.shopee.advance_package(order, order.packages[0], "LOGISTICS_PICKUP_DONE")
        self.assertEqual(order.order_status, "IN_CANCEL")
        failed = ("logistics.cancel_forder_failed", "Cancel forder failed.")
        self.refused(ANSWER, *failed, order_sn=order.order_sn, operation="ACCEPT")
        self.answer(order, "REJECT")
        self.assertEqual(order.order_status, "SHIPPED")

    def test_nobody_answers(self):
        self.shopee.buyer_request_lasts = 3600
        waiting, answered = self.order(), self.order()
        for order in (waiting, answered):
            self.shopee.request_cancellation(order)
        self.shopee.answer_cancellation(answered, False)
        self.shopee.clock.move(3600)
        self.shopee.catch_up()
        self.assertEqual((waiting.order_status, answered.order_status), ("CANCELLED", "READY_TO_SHIP"))


class TestParcels(ShippingCase):
    def groups(self, *groups):
        return [{"item_list": [item_of(item) for item in group]} for group in groups]

    def test_split_and_unsplit(self):
        """Each parcel has its number, its items and its own way (R63)."""
        order = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        old = order.packages[0].package_number
        body = {"order_sn": order.order_sn, "package_list": self.groups(order.items[:1], order.items[1:])}
        answer = self.call(SPLIT, body=body)["response"]
        numbers = [package["package_number"] for package in answer["package_list"]]
        self.assertEqual(numbers, [package.package_number for package in order.packages])
        self.assertNotIn(old, numbers)
        quantities = [package["item_list"][0]["model_quantity"] for package in answer["package_list"]]
        self.assertEqual(quantities, [1, 2])
        has_been = ("order.order_has_been_split", "This order has already been split.")
        self.refused(SPLIT, *has_been, **body)
        self.assertTrue(self.package(order.packages[0])["can_unsplit_order"])
        self.assertEqual(set(self.call(UNSPLIT, body=body)), {"error", "message", "request_id"})
        self.assertEqual((len(order.packages), order.split_up), (1, False))
        undo = ("order.order_cannot_undo_split", "Cannot undo split this order.")
        self.refused(UNSPLIT, *undo, order_sn=order.order_sn)
        self.call(SPLIT, body=body)
        self.shopee.arrange(order, package=order.packages[0])
        self.refused(UNSPLIT, *undo, order_sn=order.order_sn)

    def test_what_cannot_be_split(self):
        order = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        tee, tote = order.items
        strange = [{"item_list": [{"item_id": 1, "model_id": 2}]}]
        for groups, error, message in (
            (self.groups([tee, tote]), "order_split_failed", "Split order failed, please try again."),
            (self.groups([tee], [tee, tote]), "order_split_duplicate_item", "Cannot split order with duplicate items."),
            (self.groups([tee], [tee]), "order_split_duplicate_item", "Cannot split order with duplicate items."),
            (self.groups([tee]) + strange, "order_split_item_not_exist", "Cannot split order with invalid items."),
            (self.groups([tee]) * 6, "", "The size of package list is over limit."),
        ):
            body = {"order_sn": order.order_sn, "package_list": groups}
            self.refused(SPLIT, f"order.{error}" if error else "error_param", message, **body)
        three = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2), ("CASE-15PRO", 1))
        missing = ("order.order_split_package_missing_item", "Cannot split order with missing items.")
        groups = self.groups(three.items[:1], three.items[1:2])
        self.refused(SPLIT, *missing, order_sn=three.order_sn, package_list=groups)

    def test_who_may_not_split(self):
        theirs = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2), fulfilled_by_shopee=True)
        bundle = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2), bundle=True)
        arranged, forbidden = (self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2)) for _ in range(2))
        self.shopee.arrange(arranged)
        torn = "Cannot split order with items in one bundle-deal or add-on deal into different packages."
        for order, error, message in (
            (theirs, "order_cannot_split_pff", "Cannot split this warehouse order."),
            (bundle, "order_split_wrong_item_position", torn),
            (arranged, "order_split_failed", "Split order failed, please try again."),
            (forbidden, "order_cannot_split", "You don’t have the permission to split order."),
        ):
            self.shop.may_split = order is not forbidden
            groups = self.groups(order.items[:1], order.items[1:])
            self.refused(SPLIT, f"order.{error}", message, order_sn=order.order_sn, package_list=groups)
        self.assertFalse(self.package(forbidden.packages[0])["can_split_order"])

    def test_pieces_of_one_line(self):
        """Only for shops that may, and only if every piece is somewhere."""
        order = self.order(("TEE-BLK-M", 3))
        tee = order.items[0]

        def body(*quantities):
            groups = [{"item_list": [item_of(tee, model_quantity=quantity)]} for quantity in quantities]
            return {"order_sn": order.order_sn, "package_list": groups}

        duplicate = ("order.order_split_duplicate_item", "Cannot split order with duplicate items.")
        self.refused(SPLIT, *duplicate, **body(1, 2))
        self.shop.may_split_quantity = True
        wrong = ("order.order_split_wrong_item_quantity", "Cannot split order with wrong item quantity.")
        for quantities in ((1, 1), (2, 2), (3, 0)):
            self.refused(SPLIT, *wrong, **body(*quantities))
        self.call(SPLIT, body=body(1, 2))
        packed = self.detail(order, "package_list")["package_list"]
        self.assertEqual([package["item_list"][0]["model_quantity"] for package in packed], [1, 2])
        self.shopee.cancel_pieces(order, tee, 1)
        self.assertEqual([sum(package.quantities.values()) for package in order.packages], [1, 1])


class TestListsAndNotes(ShippingCase):
    def search(self, page_size=100, cursor="", **body):
        pagination = {"page_size": page_size, "cursor": cursor}
        return self.call(SEARCH, body={"pagination": pagination, **body})["response"]

    def found(self, **wanted):
        return [row["order_sn"] for row in self.search(filter=wanted)["packages_list"]]

    def test_search(self):
        """What is to be arranged, what is arranged, by whom and by which courier."""
        ready, arranged, missed = self.order(), self.order(), self.order(courier="SingPost")
        theirs, held = self.order(fulfilled_by_shopee=True), self.order(paid=False)
        self.order(paid=False)
        self.shopee.advance(held, "PENDING")
        self.shopee.advance(missed, "RETRY_SHIP")
        self.shopee.arrange(arranged)
        self.shopee.advance(self.order(), "SHIPPED")
        channel = missed.packages[0].logistics_channel_id
        for wanted, expected in (
            ({}, [ready, missed]),
            ({"package_status": 1}, [held]),
            ({"package_status": 3}, [arranged]),
            ({"fulfillment_type": 1}, [theirs]),
            ({"package_status": 0, "fulfillment_type": 0}, [ready, arranged, missed, theirs, held]),
            ({"logistics_channel_ids": [channel]}, [missed]),
            ({"product_location_ids": ["VNZ"]}, []),
        ):
            self.assertCountEqual(self.found(**wanted), [order.order_sn for order in expected], wanted)
        row = self.search(filter={"package_status": 3})["packages_list"][0]
        self.assertEqual((row["is_shipment_arranged"], row["product_location_id"]), (True, "SGZ"))
        empty = self.search(filter={"product_location_ids": ["X"]})
        self.assertEqual((empty["packages_list"], empty["pagination"]["total_count"]), ([], 0))

    def test_search_pages(self):
        made = []
        for _ in range(7):
            self.shopee.clock.move(60)
            made.append(self.order().order_sn)
        for ascending, expected in ((True, made), (False, made[::-1])):
            found, cursor, sort = [], "", {"sort_type": 1, "ascending": ascending}
            while True:
                page = self.search(3, cursor, sort=sort)
                found += [row["order_sn"] for row in page["packages_list"]]
                self.assertEqual((page["pagination"]["total_count"], page["sort"]), (7, sort))
                cursor = page["pagination"]["next_cursor"]
                if not page["pagination"]["more"]:
                    break
            self.assertEqual((found, cursor), (expected, ""))
        for pagination, text in (
            ({"page_size": 101}, "page_size must be 100 or less."),
            ({"page_size": 0}, "page_size must be 1 or greater."),
            ({}, "page_size is a required field."),
            ({"page_size": 1, "cursor": "x"}, "cursor is invalid."),
        ):
            self.refused(SEARCH, "error_param", f"Wrong parameters, detail: {text}", pagination=pagination)

    def test_shipment_list(self):
        split, retry = self.split_order(), self.order()
        self.shopee.advance(retry, "RETRY_SHIP")
        self.shopee.advance(self.order(), "PROCESSED")
        found, cursor = [], ""
        while True:
            page = self.call(SHIPMENTS, page_size=2, cursor=cursor)["response"]
            found += [row["package_number"] for row in page["order_list"]]
            cursor = page["next_cursor"]
            if not page["more"]:
                break
        expected = [package.package_number for order in (split, retry) for package in order.packages]
        self.assertCountEqual(found, expected)
        too_many = self.send_shop(SHIPMENTS, page_size=101)
        self.assert_error(too_many, "error_param", "Wrong parameters, detail: page_size must be 100 or less.")

    def test_note(self):
        order = self.order()
        self.call(NOTE, body={"order_sn": order.order_sn, "note": "Gift 🎁"})
        content = self.detail(order, "note,note_update_time")
        self.assertEqual((content["note"], content["note_update_time"] > 0), ("Gift 🎁", True))
        required = "Wrong parameters, detail: note is a required field."
        self.refused(NOTE, "error_param", required, order_sn=order.order_sn)
        order.create_time -= 91 * 86400
        self.refused(NOTE, "error_archived_order_update", "Cannot update old order", order_sn=order.order_sn, note="x")


class TestByThemselves(ShippingCase):
    def test_shopees_warehouse(self):
        """Orders that Shopee fulfils move without the seller: by the call, or by the clock."""
        order, own = self.order(fulfilled_by_shopee=True), self.order()
        for reached in ("PROCESSED", "SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED"):
            self.assertEqual(self.shopee.run_warehouse(), [order])
            self.assertEqual(order.order_status, reached)
        self.assertEqual((self.shopee.run_warehouse(), own.order_status), ([], "READY_TO_SHIP"))
        self.shopee.warehouse_pace = 600
        by_clock = self.order(fulfilled_by_shopee=True)
        placed = self.shopee.clock.seconds()
        self.shopee.clock.move(1300)
        self.assertEqual(self.detail(by_clock, "package_list")["order_status"], "SHIPPED")
        self.assertAlmostEqual(by_clock.update_time, placed + 1200, delta=1)

    def test_what_goes_wrong_on_the_way(self):
        for status, reason, reached in (
            ("LOGISTICS_PICKUP_FAILED", "3PL pickup Fail", "PROCESSED"),
            ("LOGISTICS_DELIVERY_FAILED", "Failed Delivery", "SHIPPED"),
            ("LOGISTICS_LOST", "Parcel is Lost", "SHIPPED"),
            ("LOGISTICS_COD_REJECTED", "COD Rejected", "SHIPPED"),
        ):
            order = self.order(cash_on_delivery=True)
            self.shopee.advance(order, reached)
            self.shopee.fail(order, status)
            content = self.detail(order, "cancel_by,cancel_reason,package_list")
            self.assertEqual((content["order_status"], content["cancel_by"]), ("CANCELLED", "system"))
            self.assertEqual(content["cancel_reason"], reason)
            self.assertEqual(content["package_list"][0]["logistics_status"], status)
