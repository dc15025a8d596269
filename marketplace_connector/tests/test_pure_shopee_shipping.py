"""How Shopee parcels can be handed over, and what is sent to arrange them, against a scripted platform."""

import unittest

from ..marketplaces.errors import NotAuthorized, Rejected, ServerError
from ..marketplaces.shipping import Outcome
from .shopee_fake import make_client, ok, refusal, utc
from .shopee_shipping_fake import ArrangeCase, Parcels, bodies, numbered, shipment

PARAMETER = "/api/v2/logistics/get_shipping_parameter"


class TestHandoverOptions(unittest.TestCase):
    def options(self, response, **values):
        client = make_client(lambda call: ok(response))
        found = client.handover_options("order-1", **values)
        self.assertEqual(len(client.session.calls), 1)
        self.assertEqual((client.session.calls[0].method, client.session.calls[0].path), ("GET", PARAMETER))
        return found, client.session.calls[0].params

    def test_pickup(self):
        """Addresses, times, and which Shopee would choose."""
        addresses = [
            {
                "address_id": 123,
                "region": "SG",
                "zipcode": "40009",
                "address_flag": ["default_address", "return_address"],
            },
            {
                "address_id": 234,
                "address": "hhh, #34",
                "town": "",
                "city": "Singapore",
                "state": "Singapore",
                "zipcode": "50003",
                "address_flag": ["pickup_address"],
                "time_slot_list": [
                    {"date": 1639472400, "time_text": "", "pickup_time_id": "1639472400"},
                    {"date": 1639558800, "time_text": "9-12", "pickup_time_id": "77", "flags": ["recommended"]},
                ],
            },
        ]
        response = {
            "info_needed": {"pickup": ["address_id", "pickup_time_id"]},
            "pickup": {"address_list": addresses},
            "dropoff": None,
        }
        (option,), params = self.options(response, package_ref="OFG1")
        self.assertEqual((params["order_sn"], params["package_number"]), ("order-1", "OFG1"))
        self.assertEqual((option.handover, option.needs_place, option.needs_slot), ("pickup", True, True))
        self.assertFalse(option.needs_tracking_number or option.needs_sender_name)
        first, second = option.places
        self.assertEqual((first.ref, first.is_default, first.slots), ("123", False, ()))
        self.assertEqual((second.ref, second.text, second.is_default), ("234", "hhh, #34, Singapore, 50003", True))
        self.assertEqual([slot.ref for slot in second.slots], ["1639472400", "77"])
        self.assertEqual([slot.recommended for slot in second.slots], [False, True])
        self.assertEqual((second.slots[1].text, second.slots[1].starts_at), ("9-12", utc(1639558800)))

    def test_without_package_number(self):
        """An empty number is never sent."""
        _options, params = self.options({"info_needed": {"dropoff": []}, "dropoff": None})
        self.assertNotIn("package_number", params)

    def test_courier_without_times(self):
        """Some name none: then Shopee finds one."""
        for slots in (None, []):
            pickup = {"address_list": [{"address_id": 5, "time_slot_list": slots}]}
            (option,), _params = self.options(
                {"info_needed": {"pickup": ["address_id", "pickup_time_id"]}, "pickup": pickup}
            )
            self.assertEqual((option.needs_place, option.needs_slot), (True, False))
            self.assertTrue(option.places[0].is_default)

    def test_dropoff(self):
        branches = [{"branch_id": 9, "city": "Asajaya", "district": "Sarawak"}]
        dropoff = {"branch_list": branches, "slug_list": [{"slug": "okmart", "slug_name": "OK Mart"}]}
        (option,), _params = self.options({"info_needed": {"dropoff": ["branch_id"]}, "dropoff": dropoff})
        self.assertEqual(
            [(place.ref, place.text) for place in option.places],
            [("9", "Sarawak, Asajaya"), ("slug:okmart", "OK Mart")],
        )
        self.assertTrue(option.needs_place)
        (option,), _params = self.options(
            {"info_needed": {"dropoff": ["sender_real_name"]}, "dropoff": {"branch_list": None}}
        )
        self.assertEqual(
            (option.needs_sender_name, option.needs_tracking_number, option.needs_place), (True, False, False)
        )

    def test_either_number_or_name(self):
        """Couriers 80003 and 80004 take one of the two, so there are two ways."""
        options, _params = self.options({"info_needed": {"dropoff": ["tracking_no", "sender_real_name"]}})
        wants = [(option.needs_tracking_number, option.needs_sender_name) for option in options]
        self.assertEqual(wants, [(True, False), (False, True)])

    def test_own_courier(self):
        for spelling in ("non_integrated", "non-integrated"):
            (option,), _params = self.options({"info_needed": {spelling: ["tracking_no"]}})
            self.assertEqual((option.handover, option.needs_tracking_number), ("own_courier", True))
            (option,), _params = self.options({"info_needed": {spelling: []}})
            self.assertFalse(option.needs_tracking_number)

    def test_several_ways(self):
        options, _params = self.options({"info_needed": {"pickup": [], "dropoff": [], "teleport": []}})
        self.assertEqual([option.handover for option in options], ["pickup", "dropoff"])

    def test_no_way(self):
        for needed in ({}, {"teleport": []}):
            client = make_client(lambda call, needed=needed: ok({"info_needed": needed}))
            with self.assertRaises(Rejected) as caught:
                client.handover_options("order-1")
            self.assertEqual(caught.exception.code, "no_handover")

    def test_refusals(self):
        """The reason in words stops the validation of the delivery. # R138"""
        not_ready = "Shipping parameters can only be obtained when package is ready to be shipped"
        for code, message, words in [
            ("error_param", not_ready, "not ready to be arranged"),
            ("error_param", "OFG list type is not TO_PROCESS", "arranged already"),
            ("error_status", "The order has been cancelled.", "is cancelled"),
            ("logistics.no_available_time_slot", "No slot.", "no free pick-up time"),
            ("logistics.no_valid_shipping_parameters", "None.", "no way to hand"),
            ("error_not_found", "Wrong parameters, detail: the order is not found.", "does not have"),
            ("logistics.package_number_not_exist", "Please request with package_number for this split order.", "split"),
        ]:
            client = make_client(lambda call, code=code, message=message: refusal(code, message))
            with self.subTest(code, message=message), self.assertRaisesRegex(Rejected, words) as caught:
                client.handover_options("order-1")
            self.assertEqual((caught.exception.code, len(client.session.calls)), (code, 1))
            self.assertIn(message, caught.exception.message)

    def test_being_allocated(self):
        """Shopee is still choosing a warehouse: that passes."""
        message = "The order is being allocated, please wait until the allocate is completed."
        client = make_client(lambda call: refusal("logistics.error_param", message))
        with self.assertRaises(ServerError):
            client.handover_options("order-1")

    def test_number_not_wanted(self):
        def answer(call):
            if "package_number" in call.params:
                return refusal("logistics.ship_order_not_need_pacakge_number", "Don't.")
            return ok({"info_needed": {"pickup": []}})

        client = make_client(answer)
        self.assertEqual(len(client.handover_options("order-1", "OFG1")), 1)
        self.assertEqual(len(client.session.calls), 2)

    def test_call_not_permitted(self):
        """An app without this right goes on pulling orders. # D4"""
        client = make_client(lambda call: refusal("error_api_permission", "No."))
        with self.assertRaises(Rejected):
            client.handover_options("order-1")
        client = make_client(lambda call: refusal("shop_no_linked", "No."))
        with self.assertRaises(NotAuthorized):
            client.handover_options("order-1")


class TestBodies(ArrangeCase):
    def body(self, shop=None, name="ship_order", **values):
        self.assertIsNone(self.error(shop or Parcels(), [shipment(**values)]))
        (body,) = bodies(self.client, name)
        return body

    def test_pickup(self):
        """Ids are numbers, the time is a text; what is not known is left out."""
        body = self.body()
        self.assertEqual(body, {"order_sn": "order-1", "pickup": {"address_id": 234, "pickup_time_id": "1639472400"}})
        self.assertEqual(self.body(slot_ref="")["pickup"], {"address_id": 234})
        facts = {"address_id": 234, "pickup_time_id": "1639472400", "tracking_number": "T1"}
        self.assertEqual(self.body(tracking_number="T1")["pickup"], facts)

    def test_empty_method_is_sent(self):
        for handover, name in [("pickup", "pickup"), ("dropoff", "dropoff"), ("own_courier", "non_integrated")]:
            body = self.body(handover=handover, place_ref="", slot_ref="")
            self.assertEqual(body, {"order_sn": "order-1", name: {}})

    def test_dropoff(self):
        facts = {"handover": "dropoff", "slot_ref": ""}
        self.assertEqual(self.body(**facts, place_ref="9")["dropoff"], {"branch_id": 9})
        self.assertEqual(self.body(**facts, place_ref="slug:okmart")["dropoff"], {"slug": "okmart"})
        body = self.body(**facts, place_ref="", sender_name="Lim Ah Kow")
        self.assertEqual(body["dropoff"], {"sender_real_name": "Lim Ah Kow"})
        body = self.body(**facts, place_ref="", tracking_number="T1")
        self.assertEqual(body["dropoff"], {"tracking_number": "T1"})

    def test_own_courier(self):
        body = self.body(handover="own_courier", place_ref="", slot_ref="", tracking_number="T1")
        self.assertEqual(body["non_integrated"], {"tracking_number": "T1"})

    def test_split_order(self):
        """The number of a split order's parcel is said, that of an only parcel is not."""
        shop = Parcels(0)
        shop.add("order-1", "OFG1", "OFG2")
        self.assertEqual(self.body(shop, package_ref="OFG2")["package_number"], "OFG2")
        self.assertEqual(shop.arranged, {"OFG2": 1})
        self.assertNotIn("package_number", self.body(package_ref="OFG1"))

    def test_parcel_without_number(self):
        shop = Parcels()
        shop.orders["order-1"]["package_list"] = [{"logistics_status": "LOGISTICS_READY"}]
        self.assertEqual(set(self.body(shop)), {"order_sn", "pickup"})
        self.assertEqual(self.names(), ["get_order_detail", "ship_order"])

    def test_again(self):
        """A parcel the courier failed to collect has a call of its own. # R138"""
        shop = Parcels(status="LOGISTICS_PICKUP_RETRY")
        body = self.body(shop, "update_shipping_order", again=True)
        self.assertEqual(body, {"order_sn": "order-1", "pickup": {"address_id": 234, "pickup_time_id": "1639472400"}})

    def test_mass(self):
        """One call for parcels that are alike, with their courier and warehouse."""
        self.assertEqual(self.arrange(Parcels(2), numbered(2)), [Outcome(), Outcome()])
        self.assertEqual(
            bodies(self.client, "mass_ship_order"),
            [
                {
                    "logistics_channel_id": 18080,
                    "product_location_id": "SGZ",
                    "package_list": [{"package_number": "OFG1"}, {"package_number": "OFG2"}],
                    "pickup": {"address_id": 234, "pickup_time_id": "1639472400"},
                }
            ],
        )

    def test_mass_own_courier(self):
        """Each parcel keeps its own number."""
        facts = {"handover": "own_courier", "place_ref": "", "slot_ref": ""}
        wanted = [shipment(number, **facts, tracking_number=f"T{number}") for number in (1, 2)]
        self.arrange(Parcels(2), wanted)
        (body,) = bodies(self.client, "mass_ship_order")
        numbers = [{"package_number": f"OFG{number}", "tracking_number": f"T{number}"} for number in (1, 2)]
        self.assertEqual(body["non_integrated"], {"tracking_number": numbers})
        self.arrange(Parcels(2), [shipment(number, **facts) for number in (1, 2)])
        self.assertEqual(bodies(self.client, "mass_ship_order")[0]["non_integrated"], {})

    def test_nowhere(self):
        for values, code in [
            ({"handover": ""}, "no_handover"),
            ({"place_ref": "Bedok"}, "no_such_place"),
            ({"handover": "dropoff", "place_ref": "Bedok"}, "no_such_place"),
        ]:
            error = self.error(Parcels(), [shipment(**values)])
            self.assertEqual((type(error), error.code), (Rejected, code))
            self.assertNotIn("ship_order", self.names())


class TestHandOver(unittest.TestCase):
    def test_no_such_step(self):
        client = make_client(None)
        self.assertEqual(client.hand_over(["OFG1", "OFG2"]), [Outcome(), Outcome()])
        self.assertFalse(client.capabilities.hands_over or client.capabilities.makes_packages)
        self.assertEqual(client.capabilities.arrange_batch, 200)
        self.assertEqual(client.capabilities.earliest_arrange.total_seconds(), 3600)


if __name__ == "__main__":
    unittest.main()
