"""The Lazada client packs, prints, hands over and cancels at the simulated Lazada."""

from dataclasses import replace

from ..marketplaces.errors import RateLimited, Rejected, ServerError, TransportError
from ..marketplaces.shipping import Label, Shipment
from ..marketplaces.types import UnreadableOrder
from ..simulator.lazada import Line
from .test_pure_lazada_simulator import ITEMS, SimulatorCase

PACK, READY, DOCUMENT = "/rest/order/fulfill/pack", "/rest/order/package/rts", "/rest/order/package/document/get"
CREATE, DECIDE = "/rest/order/reverse/cancel/create", "/rest/order/reverse/cancel/seller/decide"
TEE, TOTE = "TEE-BLK-M", "TOTE-NAT"
HOUR = 3600


class ParcelCase(SimulatorCase):
    def shipment(self, order, units=None):
        units = order.units if units is None else units
        return Shipment(order_ref=str(order.order_id), unit_refs=tuple(str(unit.order_item_id) for unit in units))

    def arrange(self, *orders):
        self.lazada.calls.clear()
        outcomes = self.client.arrange([one if isinstance(one, Shipment) else self.shipment(one) for one in orders])
        self.assertEqual(len(outcomes), len(orders))
        return outcomes

    def statuses(self, order):
        return [unit.status for unit in order.units]

    def labels(self, *orders):
        return self.client.fetch_labels([(order.ref, each) for order in orders for each in order.packages])


class TestPacking(ParcelCase):
    def test_from_order_to_door(self):
        """# R52 R53 R55 R57 R58 R59 R61 R70 R72"""
        made = self.place((TEE, 2))
        (order,) = self.fetched(made)
        self.assertEqual((order.status, order.packages), ("ready_to_ship", ()))
        (outcome,) = self.arrange(made)
        self.assertIsNone(outcome.error)
        (package,) = outcome.packages
        self.assertEqual(package.tracking_number, made.units[0].tracking_code)
        self.assertEqual(dict(package.contents), {str(unit.order_item_id): 1 for unit in made.units})
        (order,) = self.fetched(made)
        self.assertEqual((order.status, order.packages), ("processed", (package,)), "read back, it is the same")
        (label,) = self.labels(order)
        self.assertIsNone(label.error)
        self.assertTrue(label.content.startswith(b"%PDF"))
        self.assertEqual([each.error for each in self.client.hand_over([package.ref])], [None])
        self.assertEqual(self.fetched(made)[0].packages[0].status, "ready_to_ship")
        for raw, status in (("ready_to_ship", "ready_to_ship"), ("shipped", "shipped"), ("delivered", "delivered")):
            self.lazada.advance(made, raw)
            self.assertEqual(self.fetched(made)[0].packages[0].status, status)

    def test_five_hundred(self):
        """10 calls to look, 25 to pack, 25 to hand over, one for each label and its download."""
        made = [self.place((TEE, 1 + number % 2)) for number in range(500)]
        outcomes = self.arrange(*made)
        self.assertTrue(all(outcome.error is None and outcome.packages for outcome in outcomes))
        self.assertEqual(dict(self.lazada.calls), {ITEMS: 10, PACK: 25})
        packages = [package for outcome in outcomes for package in outcome.packages]
        self.lazada.calls.clear()
        self.assertFalse(any(each.error for each in self.client.hand_over([package.ref for package in packages])))
        self.assertEqual(dict(self.lazada.calls), {READY: 25})
        labels = self.client.fetch_labels([("", package) for package in packages[:40]])
        self.assertEqual(len({label.content for label in labels}), 40, "they differ by number")
        self.assertEqual((self.lazada.calls[DOCUMENT], self.lazada.downloads), (40, 40))

    def test_follow(self):
        """How far orders are, fifty a call, as reading them whole tells it; one that is not there is said to be so."""
        made = [self.place((TEE, 2)) for _ in range(60)]
        self.arrange(*made[:30])
        self.lazada.advance(made[0], "shipped")
        whole = self.fetched(*made)
        self.lazada.calls.clear()
        told = self.client.follow([order.ref for order in whole])
        self.assertEqual(dict(self.lazada.calls), {ITEMS: 2})
        for each, order in zip(told, whole, strict=True):
            self.assertEqual((each.ref, each.status, each.raw_status), (order.ref, order.status, order.raw_status))
            self.assertEqual(each.packages, order.packages)
        self.assertEqual([each.status for each in told[:2]], ["shipped", "processed"])
        missing, found = self.client.follow(["999999999999999", whole[1].ref])
        self.assertIsInstance(missing, UnreadableOrder)
        self.assertEqual(found, told[1])

    def test_twice(self):
        """# R172"""
        made = self.place((TEE, 2))
        (first,) = self.arrange(made)
        (second,) = self.arrange(made)
        self.assertEqual(first, second)
        self.assertEqual(self.lazada.calls[PACK], 0)
        self.assertEqual(len(self.shop.packages), 1)

    def test_packed_in_seller_center(self):
        """# R56"""
        made = self.place((TEE, 2))
        (theirs,) = self.lazada.pack(made)
        (outcome,) = self.arrange(made)
        self.assertEqual([package.ref for package in outcome.packages], [theirs.package_id])
        self.assertEqual(self.lazada.calls[PACK], 0)

    def test_a_part_and_the_rest(self):
        made = self.place((TEE, 3))
        (first,) = self.arrange(self.shipment(made, made.units[:1]))
        self.assertEqual(self.statuses(made), ["packed", "pending", "pending"])
        (rest,) = self.arrange(self.shipment(made, made.units[1:]))
        (order,) = self.fetched(made)
        self.assertEqual(order.packages, (*first.packages, *rest.packages))

    def test_split_by_lazada(self):
        """# R63"""
        made = self.place((TEE, 1), Line(TOTE, shipping="express"), Line(TOTE, warehouse="SG-2"))
        (outcome,) = self.arrange(made)
        self.assertIsNone(outcome.error)
        self.assertEqual(len(outcome.packages), 3)
        self.assertEqual(set(outcome.packages), set(self.fetched(made)[0].packages))

    def test_refusing_to_split(self):
        """The order is refused; its neighbours in the call are not."""
        self.lazada.splits_warehouses = False
        made, good = self.place((TEE, 1), Line(TOTE, warehouse="SG-2")), self.place()
        bad, fine = self.arrange(made, good)
        self.assertEqual((type(bad.error).__mro__[1], bad.error.code, fine.error), (Rejected, "700029", None))

    def test_kinds_that_are_not_packed(self):
        """# R50 R62"""
        kinds = {
            "digital": Line(TEE, shipping="digital"),
            "pickup_in_store": Line(TEE, shipping="pickup_in_store"),
            "own_fleet": Line(TEE, shipping="seller_own_fleet"),
            "fulfilled_by_platform": Line(TEE, fulfilled_by_lazada=True),
        }
        outcomes = self.arrange(*(self.place(line) for line in kinds.values()))
        self.assertEqual([outcome.error.code for outcome in outcomes], list(kinds))
        self.assertEqual(self.lazada.calls[PACK], 0)

    def test_states_that_are_not_packed(self):
        unpaid, cancelled, asked = self.place(paid=False), self.place(), self.place()
        self.lazada.cancel(cancelled)
        self.lazada.ask_to_cancel(asked)
        outcomes = self.arrange(unpaid, cancelled, asked)
        self.assertEqual([outcome.error.code for outcome in outcomes], ["unpaid", "cancelled", "in_cancel"])

    def test_another_shop(self):
        theirs = self.place(shop=self.other_shop)
        ours = self.place()
        bad, good = self.arrange(theirs, ours)
        self.assertIsInstance(bad.error, Rejected)
        self.assertIsNone(good.error)

    def test_cross_border(self):
        """A shop that has to name the warehouse its parcels go through."""
        account = self.lazada.add_account("cb@example.com", ("MY", "SG"))
        connection = self.connect(account.shops[0], secret=self.lazada.app_secret).authorise(account)
        made = [self.place(shop=account.shops[0]) for _ in range(25)]
        shipments = [self.shipment(order) for order in made]
        outcomes = connection.client.arrange(shipments)
        self.assertEqual({outcome.error.code for outcome in outcomes}, {"provider"})
        message = outcomes[0].error.message
        place = message[message.index("(") + 1 : message.index(")")]
        self.lazada.calls.clear()
        outcomes = connection.client.arrange([replace(each, place_ref=place) for each in shipments])
        self.assertEqual([outcome.error for outcome in outcomes], [None] * 25)
        self.assertEqual(self.lazada.calls[PACK], 3, "the first in vain")

    def test_number_comes_late(self):
        """# R65 R66 R138 R146"""
        self.lazada.tracking_delay = 10 * 60
        made = self.place()
        (outcome,) = self.arrange(made)
        self.assertEqual([package.tracking_number for package in outcome.packages], [""])
        (order,) = self.fetched(made)
        self.assertEqual(self.labels(order), [Label(package_ref=order.packages[0].ref)], "not ready yet")
        self.lazada.tend(11 * 60)
        (order,) = self.client.add_tracking(self.fetched(made))
        self.assertTrue(order.packages[0].tracking_number)
        self.assertTrue(self.labels(order)[0].content)


class TestTrouble(ParcelCase):
    def test_lost_after_the_effect(self):
        """Sent once; asked again, nothing is packed twice."""
        made = [self.place() for _ in range(25)]
        self.lazada.faults.order("lost_answer", PACK)
        outcomes = self.arrange(*made)
        self.assertEqual(self.lazada.calls[PACK], 2)
        for outcome in outcomes[:20]:
            self.assertIsInstance(outcome.error, TransportError)
            self.assertTrue(outcome.error.outcome_unknown)
        self.assertTrue(all(outcome.error is None for outcome in outcomes[20:]))
        outcomes = self.arrange(*made)
        self.assertTrue(all(outcome.error is None and outcome.packages for outcome in outcomes))
        self.assertEqual((self.lazada.calls[PACK], len(self.shop.packages)), (0, 25))

    def test_each_call_of_the_way(self):
        """The network dies at every single call: afterwards, the same way leads to the same end."""
        for kind in ("lost_answer", "no_connection", "server_error", "truncated", "html"):
            for path in (PACK, READY, DOCUMENT, "/labels/"):
                with self.subTest(kind, path=path):
                    made = self.place((TEE, 2))
                    self.lazada.faults.order(kind, path, times=3 if path in (DOCUMENT, "/labels/") else 1)
                    self.walk(made)
                    labels = [label for _ in range(3) for label in self.walk(made) if label.content]
                    self.assertTrue(labels)
                    self.assertEqual(len([each for each in self.shop.packages.values() if each.order is made]), 1)
                    self.assertIn(made.units[0].status, ("ready_to_ship_pending", "ready_to_ship"))

    def walk(self, made):
        self.arrange(made)
        (order,) = self.fetched(made)
        labels = self.labels(order)
        self.client.hand_over([package.ref for package in order.packages if package.status == "confirmed"])
        return labels

    def test_busy(self):
        made = [self.place() for _ in range(3)]
        self.lazada.refuse_next("/order/fulfill/pack", "700024")
        first, *others = self.arrange(*made)
        self.assertIsInstance(first.error, ServerError)
        self.assertFalse(any(outcome.error for outcome in others))
        self.assertEqual([outcome.error for outcome in self.arrange(*made)], [None] * 3)
        self.lazada.refuse_next("/order/fulfill/pack", "6", whole=True)
        (outcome,) = self.arrange(self.place())
        self.assertIsInstance(outcome.error, ServerError)
        self.assertEqual(self.lazada.calls[PACK], 1)

    def test_limits(self):
        made = [self.place() for _ in range(60)]
        self.lazada.faults.order("rate_limited", PACK)
        outcomes = self.arrange(*made)
        self.assertTrue(all(isinstance(outcome.error, RateLimited) for outcome in outcomes))
        self.assertEqual(self.lazada.calls[PACK], 1)

    def test_handing_over(self):
        """Ready already, cancelled, dissolved, unknown: each its answer. # R60"""
        made = [self.place() for _ in range(4)]
        refs = [outcome.packages[0].ref for outcome in self.arrange(*made)]
        self.assertEqual(self.client.hand_over(refs[:1])[0].error, None)
        self.lazada.cancel(made[1])
        self.assertEqual(self.client.repack(refs[2:3])[0].error, None)
        outcomes = self.client.hand_over([*refs, "FP1"])
        codes = [outcome.error and outcome.error.code for outcome in outcomes]
        self.assertEqual(codes, ["700000", "600002", "600002", None, "600001"])
        self.assertTrue(all(isinstance(each.error, Rejected) for each in outcomes if each.error))
        self.assertEqual(self.fetched(made[2])[0].packages, (), "a dissolved package is none")
        self.assertEqual(self.fetched(made[1])[0].packages[0].status, "cancelled")


class TestLabels(ParcelCase):
    def test_refused(self):
        cancelled, own = self.place(), self.place(Line(TEE, shipping="seller_own_fleet"))
        self.lazada.pack(cancelled)
        self.lazada.pack(own)
        self.lazada.cancel(cancelled)
        orders = self.fetched(cancelled, own)
        self.assertEqual(orders[1].packages[0].status, "manual")
        for label, code in zip(self.labels(*orders), ("600002", "50008"), strict=True):
            self.assertIsInstance(label.error, Rejected)
            self.assertEqual((label.error.code, label.content), (code, None))

    def test_window_closes(self):
        made = self.place()
        self.lazada.pack(made)
        self.lazada.advance(made, "shipped")
        self.lazada.label_closes_when_shipped = True
        (label,) = self.labels(*self.fetched(made))
        self.assertEqual((label.error.code, label.content), ("700040", None))

    def test_any_host(self):
        self.lazada.label_host = "labels.lazada.example"
        made = self.place()
        self.lazada.pack(made)
        self.assertTrue(self.labels(*self.fetched(made))[0].content)
        self.client.app = replace(self.client.app, label_hosts=("slatic.net",))
        self.assertEqual(self.labels(*self.fetched(made))[0].error.code, "host")

    def test_failing(self):
        made = self.place()
        self.lazada.pack(made)
        self.lazada.labels_fail = True
        self.assertIsInstance(self.labels(*self.fetched(made))[0].error, ServerError)


class TestCancelling(ParcelCase):
    def reasons(self, made, units=()):
        return self.client.cancel_reasons(str(made.order_id), [str(unit.order_item_id) for unit in units])

    def cancel(self, made, reason, units=()):
        self.client.cancel(str(made.order_id), reason.ref, [str(unit.order_item_id) for unit in units])

    def test_whole_order(self):
        """# R31 R134 R136"""
        made = self.place((TEE, 2))
        reasons = self.reasons(made)
        reason = next(each for each in reasons if each.text == "Out of Stock")
        self.cancel(made, reason)
        (order,) = self.fetched(made)
        self.assertEqual((order.status, order.cancelled_by), ("cancelled", "seller"))
        self.assertIn("Out of Stock", order.cancel_reason)
        for ask in (lambda: self.reasons(made), lambda: self.cancel(made, reason)):
            with self.assertRaises(Rejected) as caught:
                ask()
            self.assertEqual(caught.exception.code, "cancelled")

    def test_one_piece(self):
        made = self.place((TEE, 3))
        self.cancel(made, self.reasons(made, made.units[:1])[0], made.units[:1])
        self.assertEqual(self.statuses(made), ["canceled", "pending", "pending"])

    def test_package_mates(self):
        """They go too, unless the package is dissolved first."""
        made, kept = self.place((TEE, 2)), self.place((TEE, 2))
        _first, second = self.arrange(made, kept)
        self.cancel(made, self.reasons(made, made.units[:1])[0], made.units[:1])
        self.assertEqual(self.statuses(made), ["canceled", "canceled"])
        self.assertIsNone(self.client.repack([second.packages[0].ref])[0].error)
        self.cancel(kept, self.reasons(kept, kept.units[:1])[0], kept.units[:1])
        self.assertEqual(self.statuses(kept), ["canceled", "repacked"])
        (outcome,) = self.arrange(self.shipment(kept, kept.units[1:]))
        self.assertIsNone(outcome.error)

    def test_too_late(self):
        made = self.place()
        reason = self.reasons(made)[0]
        self.lazada.advance(made, "shipped")
        with self.assertRaises(Rejected):
            self.reasons(made, made.units)
        with self.assertRaises(Rejected):
            self.cancel(made, reason, made.units)
        self.assertEqual(self.statuses(made), ["shipped"] * 2)

    def test_not_cancelled_with_code_0(self):
        made = self.place()
        reason = self.reasons(made)[0]
        self.lazada.refuse_next("/order/reverse/cancel/create", "700000")
        with self.assertRaises(Rejected) as caught:
            self.cancel(made, reason)
        self.assertEqual((caught.exception.code, self.statuses(made)), ("not_cancelled", ["pending"] * 2))

    def test_wrong_reason(self):
        made = self.place()
        with self.assertRaises(Rejected):
            self.client.cancel(str(made.order_id), "1")

    def test_lost_after_the_effect(self):
        made = self.place()
        reason = self.reasons(made)[0]
        self.lazada.calls.clear()
        self.lazada.faults.order("lost_answer", CREATE)
        with self.assertRaises(TransportError) as caught:
            self.cancel(made, reason)
        self.assertEqual((caught.exception.outcome_unknown, self.lazada.calls[CREATE]), (True, 1))
        self.assertEqual(self.fetched(made)[0].status, "cancelled")

    def test_answer_to_the_buyer(self):
        """# R150"""
        for accept, status in ((True, "cancelled"), (False, "ready_to_ship")):
            made = self.place((TEE, 2))
            self.lazada.ask_to_cancel(made)
            self.assertEqual(self.fetched(made)[0].status, "in_cancel")
            self.lazada.calls.clear()
            self.client.answer_cancellation(str(made.order_id), accept)
            self.assertEqual(self.lazada.calls[DECIDE], 1)
            self.assertEqual(self.fetched(made)[0].status, status)
            with self.assertRaises(Rejected):
                self.client.answer_cancellation(str(made.order_id), accept)

    def test_answer_that_waits_for_the_courier(self):
        self.lazada.logistics_cancel_delay = HOUR
        made = self.place()
        self.lazada.pack(made)
        self.lazada.ask_to_cancel(made)
        self.client.answer_cancellation(str(made.order_id), True)
        self.assertEqual(self.fetched(made)[0].status, "in_cancel")
        with self.assertRaises(Rejected) as caught:
            self.client.answer_cancellation(str(made.order_id), False)
        self.assertEqual(caught.exception.code, "no_request")
        self.lazada.tend(HOUR)
        self.assertEqual(self.fetched(made)[0].status, "cancelled")

    def test_lost_answer_to_the_buyer(self):
        made = self.place()
        self.lazada.ask_to_cancel(made)
        self.lazada.calls.clear()
        self.lazada.faults.order("lost_answer", DECIDE)
        with self.assertRaises(TransportError):
            self.client.answer_cancellation(str(made.order_id), True)
        self.assertEqual((self.lazada.calls[DECIDE], self.fetched(made)[0].status), (1, "cancelled"))
