"""R163: an order first seen at any stage ends as if every stage had been seen, at both platforms."""

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from .either_platform import STAGES, AtLazada, AtShopee
from .test_flow_shipping import ShippingCase

KINDS = ("simple", "with discounts", "a piece cancelled", "two parcels", "by the platform")
quickly = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class AnyStageCase:
    """What is compared of two orders; mixed into a ShippingCase with a platform."""

    def setUp(self):
        super().setUp()
        self.stock_up()
        self.shop.create_fulfilled = True

    def poll(self):
        self.later(20)
        self.sync()
        self.act()

    def end_of(self, placed):
        """What the end must be the same in."""
        order = self.order(self.ref(placed))
        return {
            "order": (order.state, order.marketplace_status, order.amount_total, order.marketplace_amount_state),
            "lines": sorted(
                (line.product_id.id, line.product_uom_qty, line.qty_delivered, line.price_unit)
                for line in order.order_line
            ),
            "deliveries": sorted(
                (picking.state, picking.picking_type_id.warehouse_id.id, *self.moved(picking))
                for picking in order.picking_ids
            ),
            "packages": sorted(
                (package.status, bool(package.picking_id), package.content_text)
                for package in order.marketplace_package_ids
            ),
            "numbers": (
                sorted(filter(None, order.picking_ids.mapped("carrier_tracking_ref"))) == self.numbers_there(placed)
            ),
            "problems": self.problem(self.ref(placed)).mapped("message"),
        }

    def moved(self, picking):
        return sorted((move.product_id.id, move.quantity) for move in picking.move_ids if move.state != "cancel")

    def stock(self):
        return [sum(self.products.mapped("qty_available"))]


class AnyStage(AnyStageCase):
    def ordered(self, kind):
        skus = [product.default_code for product in self.products[:2]]
        if kind == "two parcels":
            return self.two_packages()
        facts = {"with discounts": {"seller_voucher": "2.00", "shipping_fee": "1.99"}}.get(kind, {})
        if kind == "by the platform":
            facts = self.by_platform()
        placed = self.place([(skus[0], 2), (skus[1], 1)], **facts)
        if kind == "a piece cancelled":
            self.cancel_some_there(placed)
        return placed

    @quickly
    @example("simple", {"processed"})
    @example("with discounts", {"shipped"})
    @example("a piece cancelled", set())
    @example("two parcels", set())
    @example("by the platform", {"processed"})
    @given(st.sampled_from(KINDS), st.sets(st.sampled_from(STAGES[:-1])))
    def test_any_stages_seen(self, kind, seen):
        """R163 R172: an order polled at every stage and one polled at some of them end alike."""
        before = self.stock()[0]
        every = self.ordered(kind)
        some = None
        for stage in STAGES:
            self.move_there(every, stage)
            if stage in seen or stage == STAGES[-1]:
                some = some or self.ordered(kind)
                self.move_there(some, stage)
            self.poll()
        self.poll()
        first, second = self.end_of(every), self.end_of(some)
        self.assertEqual(first, second)
        self.assertEqual(first["order"][:2], ("sale", "completed"))
        self.assertEqual({state for state, *_rest in first["deliveries"]}, {"done"})
        self.assertFalse(first["problems"])
        self.assertTrue(first["numbers"])
        pieces = sum(line[2] for line in first["lines"] if line[0] in self.products.ids)
        self.assertEqual(before - self.stock()[0], 2 * pieces)


@tagged("post_install", "-at_install")
class TestLazada(AnyStage, AtLazada, ShippingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(AnyStage, AtShopee, ShippingCase):
    pass
