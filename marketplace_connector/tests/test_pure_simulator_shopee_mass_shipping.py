"""The simulated Shopee arranging shipment of many packages at once, and of one again."""

from ..simulator.shopee.channels import COUNTER, JOB, SELLERS_OWN, Channel
from .test_pure_simulator_shopee_shipping import ALREADY, LOGISTICS, SHIP, ShippingCase

MASS_SHIP, BATCH_SHIP = LOGISTICS + "mass_ship_order", LOGISTICS + "batch_ship_order"
UPDATE = LOGISTICS + "update_shipping_order"


class TestManyAndAgain(ShippingCase):
    def mass(self, orders, **body):
        packages = [{"package_number": package.package_number} for order in orders for package in order.packages]
        return {"package_list": packages, **body}

    def test_mass_ship_order(self):
        """Some go, some do not: the lists say which, under `response` or beside it."""
        orders, other = [self.order() for _ in range(3)], self.order(courier="SingPost")
        self.shopee.arrange(orders[1])
        pickup = self.pickup(orders[0])
        answer = self.call(MASS_SHIP, body=self.mass([*orders, other], pickup=pickup))
        lists = answer["response"]
        shipped = [orders[0].packages[0].package_number, orders[2].packages[0].package_number]
        self.assertEqual([row["package_number"] for row in lists["success_list"]], shipped)
        reasons = [row["fail_reason"] for row in lists["fail_list"]]
        self.assertEqual(sorted(reasons), ["Package is not under the specified fulfilment channel", ALREADY[1]])
        self.shopee.mass_lists_at_top = True
        again = self.call(MASS_SHIP, body=self.mass(orders, pickup=pickup))
        self.assertEqual((again["success_list"], len(again["fail_list"]), "response" in again), ([], 3, False))

    def test_mass_limits(self):
        order = self.order()
        number = {"package_number": order.packages[0].package_number}
        many = [{"package_number": f"OFG{place}"} for place in range(51)]
        for packages, error, message in (
            ([number, number], "logistics.error_param", "Duplicate package number"),
            (many, "logistics.error_param", "Package exceeds limit."),
            ([], "error_param", "Wrong parameters, detail: package_list is a required field."),
            ([{}], "error_param", "Wrong parameters, detail: package_number is a required field."),
        ):
            self.refused(MASS_SHIP, error, message, package_list=packages, dropoff={})

    def test_mass_with_the_sellers_own_numbers(self):
        first, second = (self.order(courier=SELLERS_OWN) for _ in range(2))
        numbers = [{"package_number": first.packages[0].package_number, "tracking_number": "OWN-1"}]
        body = self.mass([first, second], non_integrated={"tracking_number": numbers})
        lists = self.call(MASS_SHIP, body=body)["response"]
        self.assertEqual((len(lists["success_list"]), first.order_status), (1, "SHIPPED"))
        self.assertEqual(lists["fail_list"][0]["fail_reason"], "Parameter tracking_number can not be null.")

    def test_batch_ship_order_is_for_one_channel_only(self):
        order = self.order()
        entries = [{"order_sn": order.order_sn}]
        answer = self.send_shop(BATCH_SHIP, body={"order_list": entries, "dropoff": {}}).json()
        self.assertEqual(answer["error"], "error_permission")
        self.shop.channels[90003] = Channel(90003, "Padrão")
        allowed = self.order(courier="Padrão")
        answer = self.call(BATCH_SHIP, body={"order_list": [{"order_sn": allowed.order_sn}, *entries], "dropoff": {}})
        self.assertEqual(answer["response"]["result_list"][0], {"order_sn": allowed.order_sn})
        self.assertEqual((answer["warning"], order.order_status), (entries, "READY_TO_SHIP"))

    def test_courier_comes_again(self):
        """RETRY_SHIP is arranged again by the call for it; the number stays."""
        order = self.order()
        self.shopee.arrange(order)
        number, chosen = order.packages[0].tracking_number, order.packages[0].hand_over
        body = {"order_sn": order.order_sn, "pickup": {"address_id": chosen.address_id, "pickup_time_id": "1"}}
        wait = ("logistics.order_not_ready_to_update", "The order status is not ready to update.")
        self.refused(UPDATE, *wait, **body)
        self.shopee.advance(order, "RETRY_SHIP")
        self.assertEqual(self.parameters(order)["info_needed"], {"pickup": ["address_id", "pickup_time_id"]})
        self.refused(SHIP, *ALREADY, order_sn=order.order_sn, dropoff={})
        same = {**body["pickup"], "pickup_time_id": chosen.pickup_time_id}
        no_change = ("logistics.update_shipping_order_no_param_change",)
        no_change += ("You can’t update shipping with all the same parameters.",)
        self.refused(UPDATE, *no_change, order_sn=order.order_sn, pickup=same)
        later = self.shopee.time_slots(self.shop)[1]["pickup_time_id"]
        self.call(UPDATE, body={**body, "pickup": {**same, "pickup_time_id": later}})
        self.assertEqual((order.order_status, order.packages[0].tracking_number), ("PROCESSED", number))

    def test_what_a_seller_in_a_hurry_chooses(self):
        """`arrange` chooses what is not said, for each channel."""
        for courier in ("", "J&T Express", "SingPost", SELLERS_OWN, COUNTER, JOB, "Somebody Else"):
            order = self.order(courier=courier)
            self.shopee.arrange(order, **({"tracking_number": "OWN-7"} if courier == SELLERS_OWN else {}))
            self.assertEqual(order.order_status, "SHIPPED" if courier == SELLERS_OWN else "PROCESSED", courier)
            self.assertRaises(ValueError, self.shopee.arrange, order)
