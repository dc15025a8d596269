"""The network dies at each single call of a parcel's way: one package comes out, or a problem one understands."""

from odoo.tests import tagged

from .test_flow_shipping import ShippingCase

KINDS = ("lost_answer", "no_connection", "html", "server_error", "truncated", "rate_limited")


class LostCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.stock_up()
        self.shopee_shop.arrange_delay = 0

    def go_on(self, rounds=8):
        """Let the scheduled actions run for a while."""
        for _ in range(rounds):
            self.act()
            self.later(6)
        self.sync()
        self.act()

    def left(self, platform):
        """Ordered faults that met no call: the test would prove nothing."""
        return [fault for fault in platform.faults.ordered if fault.times and fault.path != "/nowhere"]

    def open_problems(self):
        return self.env["marketplace.job"].search([("is_problem", "=", True)]).mapped("message")


@tagged("post_install", "-at_install")
class TestLazadaLost(LostCase):
    def walk(self, path, kind):
        """Pack, print, validate, hand over, with one call that goes wrong."""
        placed = self.place_lazada([(self.sku, 2)])
        picking = self.import_now(placed).picking_ids
        self.lazada.faults.order(kind, path)
        picking.action_marketplace_arrange()
        self.go_on()
        with self.subTest(path=path, kind=kind):
            self.assertEqual(len({unit.package_id for unit in placed.units}), 1)
            self.assertEqual(len(picking.marketplace_package_ids), 1)
            self.assertEqual(picking.marketplace_status, "confirmed")
            self.assertEqual(picking.carrier_tracking_ref, placed.units[0].tracking_code)
            self.assertTrue(picking.marketplace_label_id)
            self.assertFalse(self.open_problems())
            self.assertFalse(self.left(self.lazada))
        self.lazada.faults.ordered.clear()
        return placed, picking

    def test_packing(self):
        """R64: packing and the look before it."""
        for path in ("/order/fulfill/pack", "/orders/items/get"):
            for kind in KINDS:
                self.walk(path, kind)

    def test_label(self):
        for kind in KINDS:
            self.walk("/order/package/document/get", kind)

    def test_ready_to_ship(self):
        """What is not known to be ready is told again, once it was read back."""
        for kind in KINDS:
            placed, picking = self.walk("/nowhere", kind)
            self.lazada.faults.order(kind, "/order/package/rts")
            picking.button_validate()
            self.go_on(5)
            with self.subTest(kind=kind):
                self.assertEqual(set(placed.statuses), {"ready_to_ship"})
                self.assertEqual(picking.marketplace_status, "ready_to_ship")
                self.assertFalse(self.open_problems())
            self.lazada.faults.ordered.clear()

    def test_gone_for_long(self):
        """A marketplace that stays away becomes a problem that says what to do; Retry does it once."""
        placed = self.place_lazada([(self.sku, 1)])
        picking = self.import_now(placed).picking_ids
        self.lazada.faults.order("no_connection", "", times=1000)
        picking.action_marketplace_arrange()
        for _ in range(12):
            self.act()
            self.later(61)
        self.assertIn("Press Retry", picking.marketplace_message)
        self.lazada.faults.ordered.clear()
        picking.marketplace_act_ids.filtered("is_problem").action_retry()
        self.act()
        self.assertEqual(picking.marketplace_status, "confirmed")


@tagged("post_install", "-at_install")
class TestShopeeLost(LostCase):
    def walk(self, path, kind):
        placed = self.place_shopee([(self.sku, 2)])
        picking = self.import_now(placed).picking_ids
        self.shopee.faults.order(kind, path)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.go_on()
        with self.subTest(path=path, kind=kind):
            self.assertEqual(placed.order_status, "PROCESSED")
            self.assertEqual(len(picking.marketplace_package_ids), 1)
            self.assertEqual(picking.marketplace_status, "ready_to_ship")
            self.assertEqual(picking.carrier_tracking_ref, self.shopee.tracking_number(placed.packages[0]))
            self.assertTrue(picking.marketplace_label_id)
            self.assertFalse(self.open_problems())
            self.assertFalse(self.left(self.shopee))
        self.shopee.faults.ordered.clear()

    def test_arranging(self):
        """R146: the question before validation, the look, the arrangement."""
        for path in ("/get_shipping_parameter", "/get_order_detail", "/get_package_detail", "/ship_order"):
            for kind in KINDS:
                self.walk(path, kind)

    def test_number_and_label(self):
        for path in (
            "/create_shipping_document",
            "/get_shipping_document_result",
            "/download_shipping_document",
        ):
            for kind in KINDS:
                self.walk(path, kind)

    def test_cancelling(self):
        """R134: asked again only where the marketplace does not show it."""
        for kind in KINDS:
            placed = self.place_shopee([(self.sku, 1)])
            order = self.import_now(placed)
            self.shopee.faults.order(kind, "/cancel_order")
            order.action_cancel()
            self.assertTrue(order.marketplace_cancelling)
            self.go_on(3)
            with self.subTest(kind=kind):
                self.assertEqual((order.state, placed.order_status), ("cancel", "CANCELLED"))
                self.assertFalse(order.marketplace_cancelling)
                self.assertFalse(self.open_problems())
            self.shopee.faults.ordered.clear()
