"""The simulated Shopee arranging shipment: what is needed, what is refused, what becomes of it."""

from ..simulator.shopee.channels import COUNTER, JOB, SELLERS_OWN
from .test_pure_simulator_shopee import DAY, ShopeeCase

LOGISTICS = "/api/v2/logistics/"
PARAMETER, MASS_PARAMETER = LOGISTICS + "get_shipping_parameter", LOGISTICS + "get_mass_shipping_parameter"
SHIP = LOGISTICS + "ship_order"
PACKAGE = "/api/v2/order/get_package_detail"

ALREADY = (
    " logistics.package_already_shipped",
    "This package has already been arranged shipment and you can't call this API again.",
)
GONE = ("logistics.error_param", "Selected pickup timeslot is unavailable. Please reselect.")
ALLOCATED = ("logistics.error_param", "The order is being allocated, please wait until the allocate is completed.")
NO_ORDER = ("error_not_found", "Wrong parameters, detail: the order is not found.")


class ShippingCase(ShopeeCase):
    """Calls that arrange shipment, in short."""

    def parameters(self, order, **query):
        return self.call(PARAMETER, order_sn=order.order_sn, **query)["response"]

    def pickup(self, order, **changes):
        """The first address and slot, as they are offered."""
        address = self.parameters(order)["pickup"]["address_list"][0]
        slots = address["time_slot_list"]
        chosen = {"address_id": address["address_id"]}
        return {**chosen, **({"pickup_time_id": slots[0]["pickup_time_id"]} if slots else {}), **changes}

    def ship(self, order, **body):
        return self.call(SHIP, body={"order_sn": order.order_sn, **body})

    def refused(self, path, error, message, **body):
        self.assert_error(self.send_shop(path, body=body), error, message)

    def package(self, package):
        found = self.call(PACKAGE, package_number_list=package.package_number)
        return found["response"]["package_list"][0]

    def split_order(self, **facts):
        order = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2), **facts)
        self.shopee.split(order, [[item] for item in order.items])
        return order


class TestShippingParameter(ShippingCase):
    def test_pickup_and_drop_off(self):
        """Addresses with the days' slots, the first one recommended; drop-off with nothing to supply (R137)."""
        found = self.parameters(self.order())
        self.assertEqual(found["info_needed"], {"pickup": ["address_id", "pickup_time_id"], "dropoff": []})
        self.assertEqual(found["dropoff"], {"branch_list": None, "slug_list": []})
        first, second = found["pickup"]["address_list"]
        self.assertEqual(first["address_flag"], ["default_address", "pickup_address", "return_address"])
        self.assertEqual((type(first["address_id"]), second["address_flag"]), (int, ["pickup_address"]))
        slots = first["time_slot_list"]
        self.assertEqual([slot["flags"] for slot in slots], [["recommended"]] + [[]] * (len(slots) - 1))
        for slot in slots:
            self.assertEqual((type(slot["date"]), slot["pickup_time_id"]), (int, str(slot["date"])))

    def test_slots_follow_the_clock(self):
        order = self.order()
        before = self.pickup(order)["pickup_time_id"]
        self.shopee.clock.move(DAY)
        self.access_token, _ = self.shopee.issue_tokens(self.shop)
        after = self.pickup(order)["pickup_time_id"]
        self.assertGreater(int(after), int(before))
        self.assertGreater(int(after), self.shopee.clock.seconds())

    def test_other_channels(self):
        """A courier without slots and with branches, one that only collects, the seller's own courier."""
        without, collects = (self.parameters(self.order(courier=name)) for name in ("J&T Express", "SingPost"))
        self.assertEqual([one["time_slot_list"] for one in without["pickup"]["address_list"]], [None, None])
        self.assertEqual(without["info_needed"]["dropoff"], ["branch_id"])
        self.assertEqual(type(without["dropoff"]["branch_list"][0]["branch_id"]), int)
        self.assertEqual((list(collects["info_needed"]), collects["dropoff"]), (["pickup"], None))
        own = self.parameters(self.order(courier=SELLERS_OWN))
        self.assertEqual(own["info_needed"], {"non_integrated": ["tracking_no"]})
        self.assertEqual((own["pickup"], own["dropoff"]), (None, None))
        self.shopee.missing_slots = []
        listed = self.parameters(self.order(courier="J&T Express"))["pickup"]["address_list"]
        self.assertEqual(listed[0]["time_slot_list"], [])

    def test_only_what_is_to_be_shipped(self):
        order, cancelled, asked = self.order(), self.order(), self.order()
        theirs = self.order(fulfilled_by_shopee=True)
        self.shopee.arrange(order)
        self.shopee.cancel(cancelled)
        self.shopee.request_cancellation(asked)
        ready = "Shipping parameters can only be obtained when package is ready to be shipped"
        for one, error, message in (
            (order, "error_param", ready),
            (cancelled, "error_status", "The order has been cancelled."),
            (asked, "error_param", "OFG list type is not TO_PROCESS"),
            (theirs, "error_param", "OFG list type is not TO_PROCESS"),
            (self.order(shop=self.other_shop), *NO_ORDER),
        ):
            self.assert_error(self.send_shop(PARAMETER, order_sn=one.order_sn), error, message)

    def test_split_order_needs_the_package(self):
        order = self.split_order()
        needed = ("logistics.package_number_not_exist", "Please request with package_number for this split order.")
        self.assert_error(self.send_shop(PARAMETER, order_sn=order.order_sn), *needed)
        self.assertTrue(self.parameters(order, package_number=order.packages[1].package_number)["pickup"])
        empty = self.send_shop(PARAMETER, order_sn=order.order_sn, package_number="")
        self.assert_error(empty, "error_param", "Wrong parameters, detail: package_number must not be an empty string.")

    def test_being_allocated(self):
        self.shopee.allocation_delay = 60
        order = self.order()
        self.assert_error(self.send_shop(PARAMETER, order_sn=order.order_sn), *ALLOCATED)
        self.refused(SHIP, *ALLOCATED, order_sn=order.order_sn, dropoff={})
        self.shopee.clock.move(60)
        self.ship(order, dropoff={})

    def test_no_slot_left(self):
        order = self.order()
        self.shopee.closed_slots |= {slot["pickup_time_id"] for slot in self.shopee.time_slots(self.shop)}
        answer = self.send_shop(PARAMETER, order_sn=order.order_sn).json()
        self.assertEqual(answer["error"], "logistics.no_available_time_slot")

    def test_many_at_once(self):
        orders = [self.order() for _ in range(3)]
        other = self.order(courier="SingPost")
        numbers = [order.packages[0].package_number for order in (*orders, other)]
        body = {"package_list": [{"package_number": number} for number in (*numbers, "OFG1")]}
        found = self.call(MASS_PARAMETER, body=body)["response"]
        self.assertEqual([row["package_number"] for row in found["success_list"]], numbers[:3])
        reasons = {row["package_number"]: row["fail_reason"] for row in found["fail_list"]}
        wrong = "Package is not under the specified fulfilment channel"
        self.assertEqual(reasons, {numbers[3]: wrong, "OFG1": "The package is not exist."})
        self.assertIn("pickup_time_id", found["info_needed"]["pickup"])
        self.refused(MASS_PARAMETER, "error_param", "Wrong parameters, detail: package_list is a required field.", x=1)


class TestShipOrder(ShippingCase):
    def test_pickup(self):
        """Posting in the ERP arranges the shipment: the answer is the bare envelope, the order PROCESSED (R137)."""
        order = self.order()
        self.shopee.clock.move(60)
        before = order.update_time
        answer = self.ship(order, pickup=self.pickup(order))
        self.assertEqual(set(answer), {"error", "message", "request_id"})
        self.assertEqual(
            (order.order_status, order.packages[0].logistics_status[10:]), ("PROCESSED", "REQUEST_CREATED")
        )
        self.assertGreater(order.update_time, before)
        self.assertTrue(self.package(order.packages[0])["is_shipment_arranged"])

    def test_drop_off_needs_its_empty_object(self):
        order = self.order()
        one = "Please select just one way to ship order: pickup or dropoff or non_integrated."
        for body in ({}, {"dropoff": {}, "pickup": self.pickup(order)}):
            self.refused(SHIP, "logistics.ship_order_only_support_one_type", one, order_sn=order.order_sn, **body)
        self.ship(order, dropoff={})
        self.assertEqual(order.order_status, "PROCESSED")

    def test_never_twice(self):
        """The code that Shopee spells with a blank before it."""
        order = self.order()
        self.ship(order, dropoff={})
        number = order.packages[0].tracking_number
        self.refused(SHIP, *ALREADY, order_sn=order.order_sn, dropoff={})
        self.assertEqual(order.packages[0].tracking_number, number)

    def test_lost_answer(self):
        """The shipment is arranged all the same, and to be seen before anything is repeated."""
        order = self.order()
        self.shopee.faults.order("lost_answer", "ship_order")
        with self.assertRaises(OSError):
            self.send_shop(SHIP, body={"order_sn": order.order_sn, "dropoff": {}})
        self.assertTrue(self.package(order.packages[0])["is_shipment_arranged"])
        self.shopee.faults.order("no_connection", "ship_order")
        other = self.order()
        with self.assertRaises(OSError):
            self.send_shop(SHIP, body={"order_sn": other.order_sn, "dropoff": {}})
        self.assertFalse(self.package(other.packages[0])["is_shipment_arranged"])

    def test_what_pickup_needs(self):
        order = self.order()
        good, slots = self.pickup(order), self.shopee.time_slots(self.shop)
        need = (
            "logistics.ship_order_need_address_pickup_time",
            "Parameter address_id and pickup_time_id are required.",
        )
        unexpected = "The pickup_time_id received is invalid and not expected. "
        unexpected += "Please check and reselect one from the time_slot_list."
        late = str(slots[0]["date"] - 3 * DAY)
        for changes, error, message in (
            ({"address_id": 0}, *need),
            ({"pickup_time_id": ""}, *need),
            ({"address_id": 12}, "logistics.address_not_found", "Address is not found."),
            ({"address_id": "12"}, "error_param", "Wrong parameters, detail: address_id must be an integer."),
            ({"pickup_time_id": "12"}, "error_param", unexpected),
            ({"pickup_time_id": late}, *GONE),
        ):
            self.refused(SHIP, error, message, order_sn=order.order_sn, pickup={**good, **changes})
        self.shopee.closed_slots.add(good["pickup_time_id"])
        self.refused(SHIP, *GONE, order_sn=order.order_sn, pickup=good)
        self.assertEqual(order.order_status, "READY_TO_SHIP")
        self.ship(order, pickup=self.pickup(order))

    def test_channel_without_slots(self):
        wrong = (
            "logistics.ship_order_pickup_time_invalid",
            "Invalid pickup time id. Please check the pick up time id.",
        )
        for empty in ({}, {"pickup_time_id": ""}):
            order = self.order(courier="J&T Express")
            good = self.pickup(order)
            self.refused(SHIP, *wrong, order_sn=order.order_sn, pickup={**good, "pickup_time_id": "1"})
            self.ship(order, pickup={**good, **empty})

    def test_what_drop_off_needs(self):
        branch = self.parameters(self.order(courier="J&T Express"))["dropoff"]["branch_list"][0]["branch_id"]
        job = ("logistics.ship_order_invalid_job_param", "Parameter sender_real_name or tracking_number is required.")
        name = ("logistics.ship_order_need_sender_real_name", "Parameter sender_real_name can not be null.")
        long = ("ship_order_long_sender_real_name", "Parameter sender_real_name can not be longer than 64.")
        no_number = "Please do not request with tracking_no for this channel which does not require tracking_no."
        for courier, bad, good, error, message in (
            ("J&T Express", {}, {"branch_id": branch}, "ship_order_need_branch_id", "Parameter branch_id is required."),
            (COUNTER, {}, {"sender_real_name": "Tan"}, *name),
            (COUNTER, {"sender_real_name": "x" * 65}, {"sender_real_name": "x" * 64}, *long),
            (JOB, {}, {"tracking_number": "JNE1"}, *job),
            (JOB, {"tracking_number": "J", "sender_real_name": "T"}, {"sender_real_name": "Tan"}, *job),
            ("", {"tracking_number": "X1"}, {}, "error_param", no_number),
        ):
            order = self.order(courier=courier)
            if not error.startswith(("logistics", "error")):
                error = f"logistics.{error}"
            self.refused(SHIP, error, message, order_sn=order.order_sn, dropoff=bad)
            self.ship(order, dropoff=good)

    def test_sellers_own_courier(self):
        """The number is the seller's, and the parcel is on its way at once."""
        order, other = (self.order(courier=SELLERS_OWN) for _ in range(2))
        need = ("logistics.ship_order_need_tracking_number", "Parameter tracking_number can not be null.")
        self.refused(SHIP, *need, order_sn=order.order_sn, non_integrated={})
        self.ship(order, non_integrated={"tracking_number": "OWN-1"})
        self.assertEqual((order.order_status, order.packages[0].tracking_number), ("SHIPPED", "OWN-1"))
        used = "The tracking number has been used by other orders, please fill in a valid one."
        for number, error, message in (
            ("OWN-1", "logistics.error_param", used),
            (
                "x" * 65,
                "logistics.ship_order_long_tracking_number",
                "Parameter tracking_number can not be longer than 64.",
            ),
        ):
            self.refused(SHIP, error, message, order_sn=other.order_sn, non_integrated={"tracking_number": number})

    def test_methods_of_other_channels(self):
        for courier, method in (("SingPost", "dropoff"), (SELLERS_OWN, "pickup"), ("", "non_integrated")):
            message = f"This order does not support ship with {method}."
            body = {"order_sn": self.order(courier=courier).order_sn, method: {}}
            self.refused(SHIP, f"logistics.ship_order_unsupport_{method}", message, **body)

    def test_orders_that_cannot_be_shipped(self):
        unpaid, asked, cancelled = self.order(paid=False), self.order(), self.order()
        self.shopee.request_cancellation(asked)
        self.shopee.cancel(cancelled)
        not_ready = ("logistics.ship_order_not_ready_to_ship", "The order is not ready to ship.")
        for order, error, message in (
            (unpaid, *not_ready),
            (asked, *not_ready),
            (cancelled, *not_ready),
            (
                self.order(fulfilled_by_shopee=True),
                "logistics.ship_order_pff_init",
                "You can not ship warehouse order.",
            ),
            (self.order(shop=self.other_shop), *NO_ORDER),
        ):
            self.refused(SHIP, error, message, order_sn=order.order_sn, dropoff={})

    def test_package_numbers(self):
        """Needed for each parcel of a split order, refused for others, never empty, never a forder_id (R63)."""
        order, whole = self.split_order(), self.order()
        first, second = (package.package_number for package in order.packages)
        forder = "Invalid package number, please get package number from field `package_number` instead of `forder_id`."
        split_text = "Please request with package_number for this split order."
        whole_text = "Please don’t request with package_number for this unsplit order."
        for body, error, message in (
            ({}, "logistics.ship_order_need_pacakge_number", split_text),
            ({"package_number": "OFG1"}, "logistics.package_not_exist", "The package is not exist."),
            ({"package_number": "3877"}, "error_param", forder),
            (
                {"package_number": ""},
                "error_param",
                "Wrong parameters, detail: package_number must not be an empty string.",
            ),
        ):
            self.refused(SHIP, error, message, order_sn=order.order_sn, dropoff={}, **body)
        number = whole.packages[0].package_number
        needless = ("logistics.ship_order_not_need_pacakge_number", whole_text)
        self.refused(SHIP, *needless, order_sn=whole.order_sn, dropoff={}, package_number=number)
        self.ship(order, dropoff={}, package_number=first)
        self.assertEqual(order.order_status, "READY_TO_SHIP")
        self.ship(order, dropoff={}, package_number=second)
        self.assertEqual(order.order_status, "PROCESSED")
        self.shopee.refuses_needless_package_number = False
        self.ship(whole, dropoff={}, package_number=number)

    def test_refusal_on_order(self):
        """Any of Shopee's words, for what the simulator knows nothing of."""
        order = self.order()
        self.shopee.refuse("ship_order", "logistics.lack_of_invoice_data", "Pending invoice data")
        self.refused(
            SHIP, "logistics.lack_of_invoice_data", "Pending invoice data", order_sn=order.order_sn, dropoff={}
        )
        self.ship(order, dropoff={})

    def test_ready_until_the_number_is_made(self):
        """The other reading of is_shipment_arranged: LOGISTICS_READY still, and not to be shipped twice."""
        self.shopee.tracking_delay, self.shopee.arranged_stays_ready = 120, True
        order = self.order()
        self.ship(order, dropoff={})
        content = self.package(order.packages[0])
        self.assertEqual((content["fulfillment_status"], content["is_shipment_arranged"]), ("LOGISTICS_READY", True))
        answer = self.send_shop(PARAMETER, order_sn=order.order_sn)
        self.assert_error(answer, "error_param", "OFG list type is not TO_PROCESS")
        self.refused(SHIP, *ALREADY, order_sn=order.order_sn, dropoff={})
        self.shopee.clock.move(120)
        content = self.package(order.packages[0])
        self.assertEqual(
            (content["fulfillment_status"], order.order_status), ("LOGISTICS_REQUEST_CREATED", "PROCESSED")
        )
        self.assertTrue(content["tracking_number"])
