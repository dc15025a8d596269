"""How many Shopee parcels can be handed over, asked together, against a scripted platform."""

import unittest

from ..marketplaces.errors import NotAuthorized, Rejected, ServerError
from ..marketplaces.types import Package, Progress, UnreadableOrder
from .shopee_fake import make_client, ok, refusal
from .shopee_shipping_fake import Parcels, bodies

OTHER_COURIER = "Package is not under the specified fulfilment channel"
OTHER_WAREHOUSE = "Package is not under the specified warehouse"
TOGETHER, ALONE = "get_mass_shipping_parameter", "get_shipping_parameter"


class Platform:
    """Parcels `OFG1`, `OFG2`, …, each with a group (courier and warehouse) of its own ways; `refused` has reasons."""

    def __init__(self, groups, refused=None, before=None):
        self.groups = {f"OFG{place}": group for place, group in enumerate(groups, 1)}
        self.refused = refused or {}
        self.before = before or (lambda call: None)

    def __call__(self, call):
        return self.before(call) or getattr(self, call.path.rpartition("/")[2])(call)

    def ways(self, group):
        return {"info_needed": {"dropoff": ["branch_id"]}, "dropoff": {"branch_list": [{"branch_id": group}]}}

    def get_mass_shipping_parameter(self, call):
        numbers = [entry["package_number"] for entry in call.body["package_list"]]
        assert call.method == "POST" and 1 <= len(numbers) <= 50 and len(set(numbers)) == len(numbers)
        group = self.groups[numbers[0]]
        failed = {number: OTHER_WAREHOUSE for number in numbers if self.groups[number] != group} | {
            number: self.refused[number] for number in numbers if number in self.refused
        }
        lists = {
            "success_list": [{"package_number": number} for number in numbers if number not in failed],
            "fail_list": [{"package_number": number, "fail_reason": reason} for number, reason in failed.items()],
        }
        return ok({**self.ways(group), **lists})

    def get_shipping_parameter(self, call):
        number = call.params.get("package_number")
        if number in self.refused:
            return refusal("logistics.error_param", self.refused[number])
        return ok(self.ways(self.groups.get(number, 9)))


class TestHandovers(unittest.TestCase):
    def ask(self, platform, couriers=None, **facts):
        """The answers for all parcels of the platform: a group's number, or the error."""
        couriers = couriers or ["SPX"] * len(platform.groups)
        packages = [
            Package(ref=number, status="pending", raw_status="LOGISTICS_READY", contents=(), courier=courier, **facts)
            for number, courier in zip(platform.groups, couriers, strict=True)
        ]
        self.client = make_client(platform)
        answers = self.client.handover_options_of([(f"order-{package.ref}", package) for package in packages])
        return [answer.error or answer.options[0].places[0].ref for answer in answers]

    def names(self):
        return self.client.session.names()

    def test_fifty_a_call(self):
        self.assertEqual(self.ask(Platform([1] * 120)), ["1"] * 120)
        self.assertEqual(self.names(), [TOGETHER] * 3)
        self.assertEqual([len(body["package_list"]) for body in bodies(self.client, TOGETHER)], [50, 50, 20])

    def test_couriers_apart(self):
        """A courier's parcels share a call, whatever the order they are asked for in."""
        self.assertEqual(self.ask(Platform([1, 2] * 3), ["SPX", "J&T"] * 3), ["1", "2"] * 3)
        self.assertEqual(self.names(), [TOGETHER] * 2)

    def test_warehouses(self):
        """Parcels of one courier in several warehouses: nobody gets the answer of another warehouse."""
        self.assertEqual(self.ask(Platform([1, 2, 1, 3, 2, 2])), ["1", "2", "1", "3", "2", "2"])
        self.assertEqual(self.names(), [TOGETHER, TOGETHER, ALONE])

    def test_one_alone(self):
        self.assertEqual(self.ask(Platform([1])), ["1"])
        self.assertEqual(self.names(), [ALONE])

    def test_courier_did_not_come(self):
        """What waits for another pick-up has other ways: it is asked for by itself."""
        self.assertEqual(self.ask(Platform([1, 1]), manual_reason="not_collected"), ["1", "1"])
        self.assertEqual(self.names(), [ALONE, ALONE])

    def test_refused_parcels(self):
        """A reason stays with its parcel, in plain words, and passes by itself where it does."""
        reasons = {"OFG2": "The order has been cancelled.", "OFG3": "The order is being allocated, please wait."}
        first, cancelled, allocated, last = self.ask(Platform([1] * 4, reasons))
        self.assertEqual((first, last), ("1", "1"))
        self.assertIsInstance(cancelled, Rejected)
        self.assertIn("The order is cancelled.", cancelled.message)
        self.assertIsInstance(allocated, ServerError)

    def test_refused_call(self):
        """Where the call is refused for one bad parcel, the others are asked for without it."""

        def refuse(call):
            numbers = [entry["package_number"] for entry in (call.body or {}).get("package_list", ())]
            if "OFG6" in numbers:
                return refusal("error_param", "Wrong parameters, detail: OFG6.")
            return None

        answers = self.ask(Platform([1] * 8, {"OFG6": "Package is odd."}, refuse))
        self.assertEqual(answers[:5] + answers[6:], ["1"] * 7)
        self.assertIsInstance(answers[5], Rejected)

    def test_no_permission(self):
        """An app without this call asks one by one, and tries it once only."""
        answers = self.ask(
            Platform([1] * 3, before=lambda call: refusal("error_permission", "No.") if TOGETHER in call.path else None)
        )
        self.assertEqual(answers, ["1"] * 3)
        self.assertEqual(self.names(), [TOGETHER] + [ALONE] * 3)

    def test_no_time_for_any(self):
        """What holds for the courier is not asked for each of its parcels."""
        answers = self.ask(Platform([1] * 9, before=lambda call: refusal("logistics.no_available_time_slot", "None.")))
        self.assertTrue(all("no free pick-up time" in answer.message for answer in answers))
        self.assertEqual(self.names(), [TOGETHER])

    def test_not_named(self):
        """A parcel that the answer does not name is asked for by itself, for ever together it is not."""

        def silent(call):
            return ok({"info_needed": {"dropoff": []}}) if TOGETHER in call.path else None

        self.assertEqual(self.ask(Platform([1, 2], before=silent)), ["1", "2"])
        self.assertEqual(self.names(), [TOGETHER, ALONE, ALONE])

    def test_not_let_in(self):
        """What goes wrong with the call as such is raised."""
        with self.assertRaises(NotAuthorized):
            self.ask(Platform([1] * 3, before=lambda call: refusal("error_sign", "Wrong sign.")))


class TestFollow(unittest.TestCase):
    def test_progress(self):
        """Status and packages with their numbers, in two calls and one for numbers that are not told yet."""
        shop = Parcels(3, status="LOGISTICS_REQUEST_CREATED")
        client = make_client(shop)
        told = client.follow(["order-2", "order-1", "order-7"])
        self.assertEqual([each.ref for each in told], ["order-2", "order-1", "order-7"])
        self.assertIsInstance(told[0], Progress)
        self.assertEqual([package.tracking_number for package in told[0].packages], ["TOFG2"])
        self.assertEqual(told[0].packages[0].status, "ready_to_ship")
        self.assertIsInstance(told[2], UnreadableOrder)
        self.assertEqual(client.session.names(), ["get_order_detail", "get_package_detail", "get_mass_tracking_number"])
