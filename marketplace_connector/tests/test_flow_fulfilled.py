"""*Create fulfilled orders*: orders first seen at any stage, at both platforms."""

from datetime import datetime

from odoo.tests import tagged

from .either_platform import STAGES, AtLazada, AtShopee
from .test_flow_shipping import ShippingCase


class Fulfilled:
    def setUp(self):
        super().setUp()
        self.stock_up()
        self.shop.create_fulfilled = True

    def first_seen(self, placed):
        """The order as it comes in half an hour after the last thing that happened to it, seen twice."""
        self.later(30)
        self.sync()
        self.shop.last_order_sync = "2026-03-01 00:00:00"
        self.sync()
        order = self.order(self.ref(placed))
        self.assertEqual(len(order), 1)
        return order

    def left_stock(self, product=None):
        return 100 - (product or self.products[0]).with_context(warehouse_id=self.shop.warehouse_id.id).qty_available

    def assert_delivered(self, order, placed, pieces):
        """The order arrived delivered: everything once, numbers as at the platform."""
        self.assertEqual(order.state, "sale")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
        self.assertEqual(sum(self.lines(order).mapped("qty_delivered")), pieces)
        self.assertEqual(len(order.picking_ids), len(self.packages_there(placed)))
        packages = order.marketplace_package_ids
        self.assertEqual(sorted(packages.mapped("package_ref")), self.packages_there(placed))
        numbers = [picking.carrier_tracking_ref for picking in order.picking_ids if picking.carrier_tracking_ref]
        self.assertEqual(sorted(numbers), self.numbers_there(placed))
        self.assertFalse(self.problem(self.ref(placed)).mapped("message"))

    def moments(self, placed, until):
        """Move the order through the stages, one a day; when each was reached."""
        reached = {}
        for stage in STAGES[1 : STAGES.index(until) + 1]:
            self.later(24 * 60)
            self.move_there(placed, stage)
            reached[stage] = datetime.now()
        return reached

    def test_first_seen_at_each_stage(self):
        """R119 R120 R155 to R163 R170: confirmed, delivered once on the platform's day, with its number; what comes
        later doubles nothing."""
        for sold, stage in enumerate(STAGES[1:], 1):
            placed = self.place([(self.sku, 1)], shipping_fee="1.99")
            reached = self.moments(placed, stage)
            order = self.first_seen(placed)
            self.assert_delivered(order, placed, 1)
            self.assertEqual(order.picking_ids.date_done, self.left_at(reached))
            self.assertEqual(order.picking_ids.move_ids.date, self.left_at(reached))
            self.assertEqual(self.left_stock(), sold)
            for later in STAGES[STAGES.index(stage) + 1 :]:
                self.move_there(placed, later)
                self.first_seen(placed)
                self.act()
            self.assert_delivered(order, placed, 1)
            self.assertEqual(order.marketplace_status, "completed")
            self.assertEqual(self.left_stock(), sold)

    def test_ready_to_ship_is_work(self):
        """R119: what nobody has processed yet comes in open, and leaves once when it does."""
        placed = self.place([(self.sku, 2)])
        order = self.first_seen(placed)
        self.assertNotEqual(order.picking_ids.state, "done")
        self.move_there(placed, "processed")
        self.first_seen(placed)
        self.assertEqual((len(order.picking_ids), order.picking_ids.state), (1, "assigned"))
        self.move_there(placed, "shipped")
        self.first_seen(placed)
        self.assert_delivered(order, placed, 2)
        self.assertEqual(self.left_stock(), 2)

    def test_number_comes_later(self):
        """R156 R161: delivered without a number, which follows."""
        self.platform.tracking_delay = 3600
        placed = self.place([(self.sku, 1)])
        self.move_there(placed, "processed")
        order = self.first_seen(placed)
        self.assertEqual((order.picking_ids.state, order.picking_ids.carrier_tracking_ref), ("done", False))
        self.later(60)
        self.sync()
        self.assert_delivered(order, placed, 1)

    def test_partly_cancelled(self):
        """Only what was not cancelled is delivered."""
        for status in STAGES[1:]:
            placed = self.place([(self.sku, 3), (self.products[1].default_code, 1)], seller_voucher="1.00")
            self.cancel_some_there(placed)
            self.move_there(placed, status)
            order = self.first_seen(placed)
            self.assert_delivered(order, placed, 3)
            self.assertEqual(order.marketplace_amount_state, "exact")
        self.assertEqual(self.left_stock(), 6)

    def test_two_packages(self):
        """Each parcel has its delivery with its own number."""
        for stage in STAGES[1:]:
            placed = self.two_packages()
            self.move_there(placed, stage)
            order = self.first_seen(placed)
            self.assert_delivered(order, placed, 3)
            self.assertEqual(len(order.picking_ids), 2)
            for picking in order.picking_ids:
                self.assertEqual(picking.carrier_tracking_ref, picking.marketplace_package_id.tracking_number)
        self.assertEqual((self.left_stock(), self.left_stock(self.products[1])), (6, 3))

    def test_shipped_by_the_platform(self):
        """Own stock is not touched; the goods leave from the platform's warehouse, once, when they leave there."""
        for stage in STAGES[1:]:
            placed = self.place([(self.sku, 1)], **self.by_platform())
            self.move_there(placed, stage)
            order = self.first_seen(placed)
            if stage == "processed":
                self.assertEqual((order.state, order.picking_ids.state == "done"), ("sale", False))
                self.move_there(placed, "shipped")
                self.first_seen(placed)
            self.assertEqual((order.state, order.picking_ids.mapped("state")), ("sale", ["done"]))
            self.assertEqual(order.picking_ids.picking_type_id.warehouse_id, self.shop.platform_warehouse_id)
            self.assertEqual(self.left_stock(), 0)
            self.act()
            self.assertEqual(len(order.picking_ids), 1)

    def test_cancelled_after_it_came_in(self):
        """It came in delivered and is cancelled before a courier took it: a person has to decide."""
        placed = self.place([(self.sku, 1)])
        self.move_there(placed, "processed")
        order = self.first_seen(placed)
        self.cancel_there(placed)
        self.first_seen(placed)
        self.assertEqual((order.state, order.marketplace_status), ("sale", "cancelled"))
        self.assertEqual(self.problem(self.ref(placed)).reason, "cancelled_after_shipping")

    def test_nothing_is_sent_for_them(self):
        """What the seller did at the platform is not done again from Odoo."""
        placed = self.place([(self.sku, 1)])
        self.move_there(placed, "processed")
        self.first_seen(placed)
        for _ in range(3):
            self.act()
            self.later(6)
        sent = ("pack", "rts", "ship_order", "mass_ship_order", "cancel")
        self.assertFalse([path for path in self.platform.calls if path.endswith(sent) and self.platform.calls[path]])

    def test_off(self):
        """R27 R120: processed comes in open, with package and number; what has left is left out."""
        self.shop.create_fulfilled = False
        placed = {stage: self.place([(self.sku, 1)]) for stage in STAGES}
        for stage, order in placed.items():
            self.move_there(order, stage)
        self.later(30)
        self.sync()
        here = {stage: self.order(self.ref(order)) for stage, order in placed.items()}
        self.assertEqual([len(order) for order in here.values()], [1, 1, 0, 0])
        picking = here["processed"].picking_ids
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(picking.marketplace_package_id.package_ref, self.packages_there(placed["processed"])[0])
        self.assertEqual([picking.carrier_tracking_ref], self.numbers_there(placed["processed"]))
        self.move_there(placed["processed"], "completed")
        self.later(30)
        self.sync()
        self.assert_delivered(here["processed"], placed["processed"], 1)


@tagged("post_install", "-at_install")
class TestLazada(Fulfilled, AtLazada, ShippingCase):
    def left_at(self, reached):
        """The day of the last step: Lazada tells no earlier one."""
        return max(reached.values())


@tagged("post_install", "-at_install")
class TestShopee(Fulfilled, AtShopee, ShippingCase):
    def left_at(self, reached):
        """When the courier took it, or else when it was arranged."""
        return reached.get("shipped") or reached["processed"]
