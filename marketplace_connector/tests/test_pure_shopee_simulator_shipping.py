"""Sending with the Shopee client against the simulated Shopee: two readings of one contract, real requests."""

import unittest

from ..marketplaces.errors import RateLimited, Rejected, ServerError, TransportError
from ..marketplaces.shipping import Shipment
from ..marketplaces.types import OrderStub
from ..simulator.shopee.channels import COUNTER, JOB, SELLERS_OWN
from .test_pure_shopee_simulator import SimulatorCase

LOGISTICS, ORDER = "/api/v2/logistics/", "/api/v2/order/"
SHIP, MASS_SHIP = LOGISTICS + "ship_order", LOGISTICS + "mass_ship_order"


class ShippingCase(SimulatorCase):
    def read(self, *made):
        """The orders as the client sees them now, with tracking."""
        return self.client.add_tracking(self.client.fetch_orders([OrderStub(ref=order.order_sn) for order in made]))

    def shipment(self, made, package=None, handover="pickup", **values):
        """Handed over the first way of its kind that is offered, at the default place and the recommended time."""
        package_ref = (package or made.packages[0]).package_number
        options = self.client.handover_options(made.order_sn, package_ref)
        option = next(option for option in options if option.handover == handover)
        if option.needs_place:
            place = next((place for place in option.places if place.is_default), option.places[0])
            values.setdefault("place_ref", place.ref)
            if option.needs_slot:
                slot = next((slot for slot in place.slots if slot.recommended), place.slots[0])
                values.setdefault("slot_ref", slot.ref)
        return Shipment(order_ref=made.order_sn, unit_refs=(), package_ref=package_ref, handover=handover, **values)

    def arrange(self, *shipments):
        """The errors of the outcomes."""
        self.shopee.calls.clear()
        return [outcome.error for outcome in self.client.arrange(shipments)]

    def calls(self, *names):
        return [self.shopee.calls[name] for name in names]

    def statuses(self, *made):
        return [package.status for order in self.read(*made) for package in order.packages]


class TestHandover(ShippingCase):
    def ways(self, **facts):
        return self.client.handover_options(self.place(**facts).order_sn)

    def test_pickup_and_dropoff(self):
        pickup, dropoff = self.ways()
        self.assertEqual((pickup.handover, dropoff.handover), ("pickup", "dropoff"))
        self.assertEqual((pickup.needs_place, pickup.needs_slot, dropoff.needs_place), (True, True, False))
        self.assertEqual(sum(place.is_default for place in pickup.places), 1)
        slots = pickup.places[0].slots
        self.assertTrue(slots[0].recommended and slots[0].starts_at and not slots[1].recommended)
        self.assertTrue(all(place.text for place in pickup.places))

    def test_other_couriers(self):
        """Without times, only collecting, the seller's own, with a name, with a number or a name."""
        pickup, dropoff = self.ways(courier="J&T Express")
        self.assertEqual((pickup.needs_slot, dropoff.needs_place, bool(dropoff.places)), (False, True, True))
        self.assertEqual([option.handover for option in self.ways(courier="SingPost")], ["pickup"])
        (own,) = self.ways(courier=SELLERS_OWN)
        self.assertEqual((own.handover, own.needs_tracking_number), ("own_courier", True))
        self.assertTrue(self.ways(courier=COUNTER)[-1].needs_sender_name)
        wants = [(option.needs_tracking_number, option.needs_sender_name) for option in self.ways(courier=JOB)]
        self.assertEqual(wants[-2:], [(True, False), (False, True)])

    def test_refusals(self):
        """R138: the reason before the delivery is validated."""
        arranged, cancelled, asked = (self.place() for _ in range(3))
        self.shopee.arrange(arranged)
        self.shopee.cancel(cancelled)
        self.shopee.request_cancellation(asked)
        for made in (arranged, cancelled, asked, self.place(fulfilled_by_shopee=True), self.place(paid=False)):
            with self.assertRaises(Rejected):
                self.client.handover_options(made.order_sn)
        self.shopee.allocation_delay = 60
        with self.assertRaises(ServerError):
            self.client.handover_options(self.place().order_sn)


class TestArrange(ShippingCase):
    def test_one(self):
        """Arranged, waiting for its number, and then with it. # R137 R138 R142 R144"""
        self.shopee.tracking_delay = 300
        made = self.place()
        self.assertEqual(self.statuses(made), ["pending"])
        self.assertEqual(self.arrange(self.shipment(made)), [None])
        self.assertEqual(self.statuses(made), ["confirmed"])
        self.shopee.clock.move(300)
        (order,) = self.read(made)
        package = order.packages[0]
        self.assertEqual((order.status, package.status), ("processed", "ready_to_ship"))
        self.assertEqual(package.tracking_number, made.packages[0].tracking_number)
        self.assertTrue(package.courier)

    def test_while_the_number_is_made(self):
        """READY still, and arranged: neither pending nor arranged twice."""
        self.shopee.tracking_delay, self.shopee.arranged_stays_ready = 300, True
        made = self.place()
        shipment = self.shipment(made)
        self.assertEqual(self.arrange(shipment), [None])
        self.assertEqual(self.statuses(made), ["confirmed"])
        self.assertEqual(self.arrange(shipment), [None])
        self.assertEqual(self.calls(SHIP, MASS_SHIP), [0, 0])

    def test_five_hundred(self):
        """10 looks of each kind and 10 calls; numbers and states in 10. # R171"""
        made = [self.place() for _ in range(500)]
        first = self.shipment(made[0])
        shipments = [
            Shipment(
                order_ref=order.order_sn,
                unit_refs=(),
                package_ref=order.packages[0].package_number,
                handover="pickup",
                place_ref=first.place_ref,
                slot_ref=first.slot_ref,
            )
            for order in made
        ]
        self.assertEqual(set(self.arrange(*shipments)), {None})
        looks = self.calls(ORDER + "get_order_detail", ORDER + "get_package_detail")
        self.assertEqual((looks, self.calls(MASS_SHIP, SHIP)), ([10, 10], [10, 0]))
        self.assertEqual(sum(self.shopee.calls.values()), 30)
        orders = self.client.fetch_orders([OrderStub(ref=order.order_sn) for order in made])
        self.shopee.calls.clear()
        tracked = self.client.add_tracking(orders)
        self.assertEqual(dict(self.shopee.calls), {ORDER + "get_package_detail": 10})
        numbers = [order.packages[0].tracking_number for order in tracked]
        self.assertEqual(numbers, [order.packages[0].tracking_number for order in made])

    def test_every_way(self):
        made = [self.place() for _ in range(3)]
        own = self.place(courier=SELLERS_OWN)
        branch, named = self.place(courier="J&T Express"), self.place(courier=COUNTER)
        self.shopee.mass_lists_at_top = True
        errors = self.arrange(
            *(self.shipment(order, handover="dropoff") for order in made),
            self.shipment(own, handover="own_courier", tracking_number="OWN-1"),
            self.shipment(branch, handover="dropoff"),
            self.shipment(named, handover="dropoff", sender_name="Tan"),
            self.shipment(self.place(courier="J&T Express")),
        )
        self.assertEqual(errors, [None] * 7)
        self.assertEqual(self.calls(MASS_SHIP, SHIP), [1, 4])
        self.assertEqual(self.statuses(own), ["shipped"])
        self.assertEqual(self.read(own)[0].packages[0].tracking_number, "OWN-1")

    def test_own_couriers_together(self):
        made = [self.place(courier=SELLERS_OWN) for _ in range(3)]
        shipments = [
            self.shipment(order, handover="own_courier", tracking_number=f"OWN-{place}")
            for place, order in enumerate(made)
        ]
        self.assertEqual(self.arrange(*shipments), [None] * 3)
        self.assertEqual(self.calls(MASS_SHIP, SHIP), [1, 0])
        self.assertEqual([order.packages[0].tracking_number for order in made], ["OWN-0", "OWN-1", "OWN-2"])

    def test_split_order(self):
        """Each parcel by itself, in any order. # R63"""
        made = self.place(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        self.shopee.split(made, [[item] for item in made.items])
        first, second = made.packages
        self.assertEqual(self.arrange(self.shipment(made, second)), [None])
        self.assertEqual(self.statuses(made), ["pending", "ready_to_ship"])
        self.assertEqual(self.arrange(self.shipment(made, first)), [None])
        self.assertEqual(self.statuses(made), ["ready_to_ship", "ready_to_ship"])

    def test_failures_stay_with_their_parcel(self):
        """Of six, one is to be sent, and one is."""
        good = self.place()
        asked, cancelled, unpaid = self.place(), self.place(), self.place(paid=False)
        theirs = self.place(fulfilled_by_shopee=True)
        arranged = self.place()
        shipments = [self.shipment(made) for made in (good, asked, cancelled, arranged)]
        for made in (unpaid, theirs):
            shipments.append(Shipment(order_ref=made.order_sn, unit_refs=(), handover="dropoff"))
        self.shopee.request_cancellation(asked)
        self.shopee.cancel(cancelled)
        self.shopee.arrange(arranged)
        errors = self.arrange(*shipments)
        codes = [error and error.code for error in errors]
        expected = [None, "in_cancel", "cancelled", None, "not_ready", "fulfilled_by_platform"]
        self.assertEqual(codes, expected)
        self.assertEqual(self.calls(SHIP, MASS_SHIP), [1, 0])

    def test_slot_gone(self):
        """Between the question and the validation; said in words, and another time is offered. # R138"""
        made = self.place()
        shipment = self.shipment(made)
        self.shopee.closed_slots.add(shipment.slot_ref)
        (error,) = self.arrange(shipment)
        self.assertIsInstance(error, Rejected)
        self.assertIn("The pick-up time is gone", error.message)
        self.assertEqual(self.arrange(self.shipment(made)), [None])

    def test_collected_in_vain(self):
        """RETRY_SHIP is arranged again with the platform's own call."""
        made = self.place()
        first = self.shipment(made)
        self.assertEqual(self.arrange(first), [None])
        self.shopee.advance(made, "RETRY_SHIP")
        self.assertEqual(self.statuses(made), ["manual"])
        (error,) = self.arrange(first)
        self.assertEqual(error.code, "pickup_retry")
        slots = self.client.handover_options(made.order_sn, made.packages[0].package_number)[0].places[0].slots
        other = next(slot.ref for slot in slots if slot.ref != first.slot_ref)
        self.assertEqual(self.arrange(self.shipment(made, slot_ref=other, again=True)), [None])
        self.assertEqual(self.calls(LOGISTICS + "update_shipping_order", SHIP), [1, 0])
        self.assertEqual(self.statuses(made), ["ready_to_ship"])

    def test_number_not_wanted(self):
        """Whether an only parcel's number is refused or not."""
        for refuses in (True, False):
            self.shopee.refuses_needless_package_number = refuses
            self.assertEqual(self.arrange(self.shipment(self.place())), [None])
            self.assertEqual(self.calls(SHIP), [1])


class TestFaults(ShippingCase):
    def test_lost_answer(self):
        """The parcel is arranged; asking again looks, and arranges nothing. # R138 R172"""
        made = self.place()
        shipment = self.shipment(made)
        self.shopee.faults.order("lost_answer", "ship_order")
        (error,) = self.arrange(shipment)
        self.assertTrue(isinstance(error, TransportError) and error.outcome_unknown)
        self.assertEqual(self.calls(SHIP), [1])
        number = made.packages[0].tracking_number
        self.assertTrue(number)
        self.assertEqual(self.arrange(shipment), [None])
        self.assertEqual(self.calls(SHIP, MASS_SHIP), [0, 0])
        self.assertEqual(made.packages[0].tracking_number, number)

    def test_lost_answer_of_a_batch(self):
        made = [self.place() for _ in range(60)]
        shipments = [self.shipment(order, handover="dropoff") for order in made]
        self.shopee.faults.order("lost_answer", "mass_ship_order")
        errors = self.arrange(*shipments)
        self.assertEqual([isinstance(error, TransportError) for error in errors], [True] * 50 + [False] * 10)
        self.assertEqual(self.calls(MASS_SHIP), [2])
        self.assertEqual(self.arrange(*shipments), [None] * 60)
        self.assertEqual(self.calls(MASS_SHIP, SHIP), [0, 0])

    def test_every_fault_of_every_call(self):
        """Whatever breaks wherever, the parcel is arranged once and the second attempt says so."""
        for kind in ("lost_answer", "no_connection", "server_error", "busy", "html", "truncated", "rate_limited"):
            for path in ("get_order_detail", "get_package_detail", "mass_ship_order"):
                made = [self.place(), self.place()]
                shipments = [self.shipment(order, handover="dropoff") for order in made]
                self.shopee.faults.order(kind, path)
                with self.subTest(kind, path=path):
                    try:
                        self.arrange(*shipments)
                    except Exception as error:
                        self.assertNotIn("mass", path)
                        self.assertTrue(isinstance(error, RateLimited) or kind in ("html", "truncated"), error)
                    self.assertLessEqual(self.shopee.calls[MASS_SHIP], 1)
                    self.assertEqual(self.arrange(*shipments), [None, None])
                    self.assertEqual(self.statuses(*made), ["ready_to_ship", "ready_to_ship"])

    def test_refused_on_order(self):
        """Any of Shopee's words reach the person."""
        shipment = self.shipment(self.place())
        self.shopee.refuse(
            "ship_order", "logistics.lack_of_invoice_data", "Pending invoice data, can not arrange shipment."
        )
        (error,) = self.arrange(shipment)
        self.assertIn("invoice data", error.message)
        self.assertEqual(self.arrange(shipment), [None])


if __name__ == "__main__":
    unittest.main()
