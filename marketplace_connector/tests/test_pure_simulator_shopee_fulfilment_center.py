"""Fulfilment by hand in the simulated Shopee's Seller Center, and by somebody else's client over a socket."""

import asyncio
import json
import re
import tempfile

from ..simulator.shopee.channels import COUNTER, JOB, SELLERS_OWN
from .test_pure_simulator_shopee_center import CENTER, ShopeeClient, TheirClientCase
from .test_pure_simulator_shopee_shipping import SHIP, ShippingCase

try:
    from shopee_mcp.tools import logistics as their_logistics
except ImportError:
    their_logistics = None


class CenterCase(ShippingCase):
    def page(self, order):
        return self.session.get(f"{CENTER}/orders/{order.order_sn}").text

    def press(self, order, action, status=200, **form):
        answer = self.session.post(f"{CENTER}/orders/{order.order_sn}", data={"action": action, **form})
        self.assertEqual(answer.status_code, status, answer.text)
        return answer.text

    def post(self, address, **given):
        return self.session.post(CENTER + address, json=given)


class TestArranging(CenterCase):
    def test_with_method_and_slot(self):
        """Arrange Shipment, wait, and the number is there (R157)."""
        self.post("/switches", tracking_delay=120)
        order = self.order()
        slot = self.shopee.time_slots(self.shop)[2]["pickup_time_id"]
        self.assertIn(f'value="{slot}"', self.page(order))
        package = order.packages[0].package_number
        self.press(
            order, "arrange", method="pickup", address_id="200000002", pickup_time_id=slot, package_number=package
        )
        chosen = order.packages[0].hand_over
        self.assertEqual((chosen.method, chosen.address_id, chosen.pickup_time_id), ("pickup", 200000002, slot))
        self.assertIn("being made", self.page(order))
        self.assertNotIn("Print label", self.page(order))
        self.shopee.clock.move(120)
        self.assertIn(order.packages[0].tracking_number, self.page(order))
        self.assertIn("Print label", self.page(order))

    def test_a_form_that_asks_for_everything(self):
        """Browsers send every field of the form; those of the other method are left out."""
        order = self.order()
        package = order.packages[0].package_number
        form = {"address_id": "200000001", "pickup_time_id": "1", "package_number": package}
        self.assertIn("pickup_time_id received is invalid", self.press(order, "arrange", 400, method="pickup", **form))
        self.press(order, "arrange", method="dropoff", **form)
        self.assertEqual(order.packages[0].hand_over.method, "dropoff")
        refused = self.press(order, "arrange", 400, method="dropoff", **form)
        self.assertIn("already been arranged", refused)

    def test_other_couriers(self):
        for courier, form in (
            (SELLERS_OWN, {"tracking_number": "OWN-9"}),
            (COUNTER, {"sender_real_name": "Tan"}),
            (JOB, {"tracking_number": " JNE-1 ", "sender_real_name": ""}),
        ):
            order = self.order(courier=courier)
            names = re.findall(r'name="(\w+)"', self.page(order))
            self.assertLessEqual(form.keys(), set(names))
            method = next(iter(self.shopee.info_needed(order, order.packages[0])))
            number = order.packages[0].package_number
            self.press(order, "arrange", method=method, package_number=number, **form)
            self.assertIn(order.packages[0].tracking_number.strip(), self.page(order))

    def test_pick_up_fails_and_is_tried_again(self):
        order = self.order()
        self.press(order, "arrange")
        missed = order.packages[0].hand_over
        self.press(order, "miss")
        self.assertEqual(order.order_status, "RETRY_SHIP")
        self.assertIn("Arrange Shipment again", self.page(order))
        self.press(order, "arrange")
        self.assertNotEqual(order.packages[0].hand_over, missed)
        self.press(order, "pickup")
        self.press(order, "deliver")
        self.press(order, "complete")
        self.assertEqual(order.order_status, "COMPLETED")

    def test_ways_that_end_badly(self):
        for actions, cash, reason in (
            (("arrange", "miss", "give_up"), False, "3PL pickup Fail"),
            (("arrange", "pickup", "undeliverable"), False, "Failed Delivery"),
            (("arrange", "pickup", "lose"), False, "Parcel is Lost"),
            (("arrange", "pickup", "refuse"), True, "COD Rejected"),
        ):
            order = self.order(cash_on_delivery=cash)
            for action in actions:
                self.assertIn(f'value="{action}"', self.page(order))
                self.press(order, action)
            self.assertEqual((order.order_status, order.cancel_reason), ("CANCELLED", reason))
        self.press(order, "deliver", 400)

    def test_parcels_of_their_own(self):
        order = self.order(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        self.press(order, "split")
        self.press(order, "unsplit")
        self.press(order, "split")
        first, second = order.packages
        self.press(order, "arrange", package_number=first.package_number)
        self.assertEqual((first.waits, second.waits), (False, True))
        self.press(order, "pickup", package_number=first.package_number)
        self.press(order, "pickup", 400, package_number=second.package_number)
        self.press(order, "arrange")
        self.assertEqual(order.order_status, "PROCESSED")
        self.press(order, "lose", package_number=first.package_number)
        self.press(order, "pickup")
        self.assertEqual(order.order_status, "SHIPPED")
        self.assertIn("no such package", self.press(order, "pickup", 400, package_number="OFG1"))

    def test_label(self):
        order, waiting = self.order(), self.order()
        self.press(order, "arrange")
        path = f"{CENTER}/orders/{order.order_sn}/label"
        label = self.session.get(path, params={"package_number": order.packages[0].package_number})
        self.assertEqual(label.headers["Content-Type"], "application/pdf")
        self.assertIn(order.packages[0].tracking_number.encode(), label.content)
        refused = self.session.get(f"{CENTER}/orders/{waiting.order_sn}/label")
        self.assertEqual(refused.status_code, 400)
        self.assertEqual(self.session.get(path, params={"package_number": "OFG1"}).status_code, 404)

    def test_shopees_warehouse(self):
        order = self.order(fulfilled_by_shopee=True)
        self.assertNotIn("Arrange Shipment", self.page(order))
        self.press(order, "warehouse")
        self.assertEqual(order.order_status, "PROCESSED")
        moved = self.post("/warehouse").json()
        self.assertEqual((moved["order_sn_list"], order.order_status), ([order.order_sn], "SHIPPED"))


class TestCancelling(CenterCase):
    def test_with_a_reason(self):
        """Cancel Order, Out of Stock, Cancel This Order; by way of the courier once it is arranged (R150)."""
        order, arranged = self.order(), self.order()
        self.assertIn("Cancel This Order", self.page(order))
        self.press(order, "cancel", reason="COD Unsupported")
        self.assertEqual((order.order_status, order.cancel_reason), ("CANCELLED", "COD Unsupported"))
        self.press(arranged, "arrange")
        self.press(arranged, "cancel", reason="Out of Stock")
        self.assertEqual(arranged.order_status, "IN_CANCEL")
        self.assertIn("courier is asked", self.page(arranged))
        self.shopee.clock.move(60)
        self.assertIn("CANCELLED", self.page(arranged))
        self.press(self.order(), "cancel", 400, reason="Boredom")

    def test_some_pieces(self):
        order = self.order(("TEE-BLK-M", 3), ("TOTE-NAT", 1))
        tee, tote = order.items
        field = f"pieces_{tee.line_item_id}"
        self.assertIn(field, self.page(order))
        self.press(order, "cancel_pieces", **{field: "2", f"pieces_{tote.line_item_id}": "0"})
        self.assertEqual((tee.active_quantity, tote.active_quantity, order.order_status), (1, 1, "READY_TO_SHIP"))
        for wrong in ("2", "-1", "x", "0"):
            self.press(order, "cancel_pieces", 400, **{field: wrong})

    def test_buyer(self):
        order, gone = self.order(), self.order()
        self.press(order, "ask", buyer_reason="Found a cheaper price")
        self.assertIn("Found a cheaper price", self.page(order))
        self.press(order, "reject")
        self.press(order, "ask")
        self.press(order, "accept")
        self.press(gone, "buyer_cancels", buyer_reason="Change of mind")
        self.assertEqual((order.order_status, order.cancel_by), ("CANCELLED", "buyer"))
        self.assertEqual((gone.order_status, gone.cancel_by), ("CANCELLED", "buyer"))


class TestSwitches(CenterCase):
    def test_behaviour(self):
        answer = self.post("/switches", tracking_delay="90", arranged_stays_ready=1).json()
        self.assertEqual((answer["tracking_delay"], answer["arranged_stays_ready"]), (90, 1))
        self.assertEqual((self.shopee.tracking_delay, self.shopee.arranged_stays_ready), (90, True))
        for wrong in ({"tracking_delay": "soon"}, {"tracking_delay": -1}):
            self.assertEqual(self.post("/switches", **wrong).status_code, 400)
        self.assertEqual(self.post("/switches", partner_id=7).json(), answer)
        self.assertEqual(self.shopee.partner_id, 2001887)
        self.assertIn('value="90"', self.session.get(f"{CENTER}/settings").text)

    def test_faults_and_refusals(self):
        order = self.order()
        body = {"order_sn": order.order_sn, "dropoff": {}}
        self.post("/faults", kind="busy", path="ship_order", times=2)
        for _ in range(2):
            self.assertEqual(self.send_shop(SHIP, body=body).json()["error"], "error_system_busy")
        self.post("/refusals", path="ship_order", error="logistics.error_booking_order", message="Booked")
        self.refused(SHIP, "logistics.error_booking_order", "Booked", **body)
        self.ship(order, dropoff={})
        self.assertEqual(self.session.get(f"{CENTER}/calls").json()[SHIP], 4)
        for address, wrong in (
            ("/faults", {"kind": "rain"}),
            ("/faults", {"kind": "busy", "times": "x"}),
            ("/refusals", {"path": "x"}),
            ("/refusals", {"error": "x", "times": "y"}),
        ):
            self.assertEqual(self.post(address, **wrong).status_code, 400)

    def test_slot_that_fills_up(self):
        order = self.order()
        pickup = self.pickup(order)
        closed = self.post("/closed-slots").json()
        self.assertEqual(closed, {"pickup_time_id": pickup["pickup_time_id"]})
        gone = "Selected pickup timeslot is unavailable. Please reselect."
        self.refused(SHIP, "logistics.error_param", gone, order_sn=order.order_sn, pickup=pickup)
        self.ship(order, pickup=self.pickup(order))


class TestSomebodyElseShips(TheirClientCase):
    """The public client arranges shipment with its own tools."""

    def test_arranges_and_tracks(self):
        picked, dropped = self.order(), self.order(courier=JOB)
        with tempfile.TemporaryDirectory() as folder:
            way = asyncio.run(self.arrange(folder, picked, dropped))
        self.assertEqual([order.order_status for order in (picked, dropped)], ["PROCESSED", "PROCESSED"])
        self.assertEqual(dropped.packages[0].tracking_number, "JNE-77")
        self.assertEqual(way["tracking_info"][0]["logistics_status"], "ORDER_CREATED")

    async def arrange(self, folder, picked, dropped):
        client = ShopeeClient(self.settings(folder))
        tools = self.tools(client)
        try:
            await client.fetch_token(self.shopee.authorise(shop_id=self.shop.shop_id), self.shop.shop_id)
            found = json.loads(await tools["get_shipping_parameter"](picked.order_sn))
            address = found["pickup"]["address_list"][0]
            slot = address["time_slot_list"][0]["pickup_time_id"]
            await tools["ship_order"](picked.order_sn, address["address_id"], slot)
            again = await tools["ship_order"](picked.order_sn, address["address_id"], slot)
            self.assertIn("logistics.package_already_shipped", again)
            await tools["ship_order"](dropped.order_sn, tracking_number="JNE-77")
            channels = json.loads(await tools["get_logistics_channels"]())["logistics_channel_list"]
            self.assertIn(JOB, [channel["logistics_channel_name"] for channel in channels])
            return json.loads(await tools["get_tracking_info"](picked.order_sn))
        finally:
            await client.aclose()

    def tools(self, client):
        """The client's tools by name."""
        found = {}

        class Collector:
            def tool(self, **_):
                return lambda function: found.setdefault(function.__name__, function)

        their_logistics.register(Collector(), lambda: client)
        return found
