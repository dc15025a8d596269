"""The simulated Shopee's tracking numbers, the way of its parcels, channels and addresses."""

from ..simulator.shopee.channels import SELLERS_OWN
from .test_pure_simulator_shopee_shipping import LOGISTICS, ShippingCase

INFO = LOGISTICS + "get_tracking_info"
NUMBER, MASS_NUMBER = LOGISTICS + "get_tracking_number", LOGISTICS + "get_mass_tracking_number"


class TestTracking(ShippingCase):
    def number(self, order, **query):
        return self.call(NUMBER, order_sn=order.order_sn, **query)["response"]

    def test_number_comes_later(self):
        """Blank first, with a hint; then there (R138, R139, R142, R143, R144)."""
        self.shopee.tracking_delay = 300
        order = self.order()
        self.assertEqual(self.number(order), {"tracking_number": "", "hint": ""})
        self.ship(order, dropoff={})
        waiting = self.number(order)
        self.assertEqual((waiting["tracking_number"], bool(waiting["hint"])), ("", True))
        self.shopee.clock.move(300)
        number = order.packages[0].tracking_number
        self.assertEqual(self.number(order), {"tracking_number": number, "hint": ""})
        found = self.number(order, response_optional_fields="first_mile_tracking_number,x")
        self.assertEqual(found["first_mile_tracking_number"], "")

    def test_split_and_unknown(self):
        order = self.split_order()
        needed = ("logistics.package_number_not_exist", "Please request with package_number for this split order.")
        self.assert_error(self.send_shop(NUMBER, order_sn=order.order_sn), *needed)
        unknown = self.send_shop(NUMBER, order_sn=order.order_sn, package_number="OFG1")
        self.assert_error(unknown, "logistics.package_not_exist", "The package is not exist.")
        nowhere = self.send_shop(NUMBER, order_sn="1")
        self.assert_error(nowhere, "logistics.invalid_error", "The order is not exist.")

    def test_many_at_once(self):
        order, foreign = self.split_order(), self.order(shop=self.other_shop)
        self.shopee.arrange(order)
        packages = [*order.packages, *foreign.packages]
        body = {"package_list": [{"package_number": package.package_number} for package in packages]}
        found = self.call(MASS_NUMBER, body=body)["response"]
        numbers = {row["package_number"]: row["tracking_number"] for row in found["success_list"]}
        self.assertEqual(numbers, {one.package_number: one.tracking_number for one in order.packages})
        self.assertEqual(len(set(numbers.values())), 2)
        self.assertEqual(found["fail_list"][0]["fail_reason"], "The package is not exist.")

    def test_the_way_of_a_parcel(self):
        order, unpaid = self.order(), self.order(paid=False)
        self.assertEqual(self.call(INFO, order_sn=order.order_sn)["response"]["tracking_info"], [])
        for status in ("PROCESSED", "RETRY_SHIP", "PROCESSED", "SHIPPED", "TO_CONFIRM_RECEIVE"):
            self.shopee.clock.move(60)
            self.shopee.advance(order, status)
        found = self.call(INFO, order_sn=order.order_sn)["response"]
        self.assertEqual(found["logistics_status"], "LOGISTICS_DELIVERY_DONE")
        steps = [step["logistics_status"] for step in found["tracking_info"]]
        self.assertEqual(steps, ["ORDER_CREATED", "PICKUP_RETRY", "ORDER_CREATED", "PICKED_UP", "DELIVERED"])
        times = [step["update_time"] for step in found["tracking_info"]]
        self.assertEqual(times, sorted(set(times)))
        refused = self.send_shop(INFO, order_sn=unpaid.order_sn).json()
        self.assertEqual(refused["error"], "logistics.error_status_limit")

    def test_channels_and_addresses(self):
        channels = self.call(LOGISTICS + "get_channel_list")["response"]["logistics_channel_list"]
        own = next(channel for channel in channels if channel["logistics_channel_name"] == SELLERS_OWN)
        self.assertEqual((own["logistics_capability"], own["enabled"]), ({"seller_logistics": True}, True))
        order = self.order(courier="SingPost")
        self.assertIn(order.packages[0].logistics_channel_id, [one["logistics_channel_id"] for one in channels])
        addresses = self.call(LOGISTICS + "get_address_list")["response"]["address_list"]
        self.assertEqual(addresses[0]["address_type"], ["DEFAULT_ADDRESS", "PICK_UP_ADDRESS", "RETURN_ADDRESS"])
        offered = self.parameters(order)["pickup"]["address_list"]
        self.assertEqual([one["address_id"] for one in addresses], [one["address_id"] for one in offered])
