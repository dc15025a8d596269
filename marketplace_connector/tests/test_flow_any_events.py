"""What is done in Seller Center, in any order and polled at any moments, ends as if it had been polled once."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .push_case import PushSink
from .test_flow_any_stage import AnyStageCase
from .test_flow_shipping import ShippingCase

quickly = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=10,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
EARLY = ("divide", "cancel a piece", "arrange")  # before the courier comes
LATE = ("shipped", "completed")
events = st.tuples(
    st.permutations(EARLY).flatmap(lambda early: st.integers(0, len(early)).map(lambda count: early[:count])),
    st.integers(0, len(LATE)).map(lambda count: list(LATE[:count])),
).map(lambda both: both[0] + both[1])


class AnyEvents(PushSink, AnyStageCase):
    def ordered_and_seen(self):
        """A new order of four pieces, in Odoo before anything is done to it."""
        skus = [product.default_code for product in self.products[:2]]
        placed = self.place([(skus[0], 3), (skus[1], 1)])
        self.poll()
        return placed

    def happen(self, placed, event):
        if event in LATE:
            return self.move_there(placed, event)
        return getattr(self, f"{event.replace(' ', '_')}_there")(placed)

    def end_of(self, placed):
        """Only of parcels and deliveries that are not cancelled: what nobody saw alive leaves no trace."""
        order = self.order(self.ref(placed))
        deliveries = order.picking_ids.filtered(lambda picking: picking.state != "cancel")
        packages = order._marketplace_live_packages()
        return {
            **super().end_of(placed),
            "deliveries": sorted((picking.state, *self.moved(picking)) for picking in deliveries),
            "packages": sorted(
                (package.status, bool(package.picking_id), package.content_text) for package in packages
            ),
            "numbers": sorted(filter(None, deliveries.mapped("carrier_tracking_ref")))
            == sorted(filter(None, packages.mapped("tracking_number"))),
        }

    @quickly
    @given(events, st.lists(st.booleans(), min_size=5, max_size=5))
    def test_any_polls(self, happened, polled):
        """R163 R172: deliveries, parcels, quantities and state do not depend on when Odoo looked."""
        often = self.ordered_and_seen()
        for event, is_polled in zip(happened, polled, strict=False):
            self.happen(often, event)
            for _ in range(2 * is_polled):  # a second look changes nothing
                self.poll()
        self.poll()
        once = self.ordered_and_seen()
        for event in happened:
            self.happen(once, event)
        self.poll()
        self.poll()
        first, second = self.end_of(often), self.end_of(once)
        self.assertEqual(first, second, (happened, polled))
        self.assertFalse(first["problems"], (happened, polled))

    @settings(quickly, max_examples=3)
    @given(events, st.randoms(use_true_random=False))
    def test_any_pushes(self, happened, chance):
        """R141: pushes that come doubled, shuffled and late end as if the order had been polled once."""
        messages = []
        self.register_pushes(messages)
        pushed = self.ordered_and_seen()
        for event in happened:
            self.happen(pushed, event)
            self.push_all()
            self.later(1)
        messages += chance.choices(messages, k=len(messages)) if messages else []
        chance.shuffle(messages)
        for message in messages:
            self.assertEqual(self.take(message), "200")
            if chance.random() < 0.3:
                self.follow()
        self.follow()
        self.assertFalse(self.hints())
        once = self.ordered_and_seen()
        for event in happened:
            self.happen(once, event)
        self.poll()
        self.assertEqual(self.end_of(pushed), self.end_of(once), happened)


@tagged("post_install", "-at_install")
class TestLazadaEvents(AnyEvents, AtLazada, ShippingCase):
    def divide_there(self, placed):
        """One piece is packed by itself."""
        unit = next((unit for unit in placed.units[1:] if unit.status == "pending"), None)
        if unit:
            self.lazada.pack(placed, [unit])

    def cancel_a_piece_there(self, placed):
        self.lazada.cancel(placed, units=placed.units[:1])


@tagged("post_install", "-at_install")
class TestShopeeEvents(AnyEvents, AtShopee, ShippingCase):
    def divide_there(self, placed):
        if placed.order_status == "READY_TO_SHIP":
            placed.shop.may_split = True
            self.shopee.split(placed, [[placed.items[0]], [placed.items[1]]])

    def cancel_a_piece_there(self, placed):
        if placed.order_status == "READY_TO_SHIP":
            self.cancel_some_there(placed)
