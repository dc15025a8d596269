"""The checks of both guides, each for a simple order and one of several items with discounts, pulled twice."""

from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .test_flow_shipping import ShippingCase


class Acceptance:
    """R164 to R172. Every pull is done twice, by the button and by the scheduled action, and nothing may double."""

    def setUp(self):
        super().setUp()
        self.stock_up()
        self.shop.arrange_delay = 0

    def each_kind(self):
        """R171: a simple order, and one of several items with discounts and a courier that takes a fee."""
        skus = [product.default_code for product in self.products[:3]]
        several = [(skus[0], 2), (skus[1], 1), (skus[2], 3)]
        facts = {"seller_discount": "0.50", "seller_voucher": "2.00", "shipping_fee": "1.99", "courier": "Ninja Van"}
        yield self.place(several[:1])
        yield self.place(several, **facts)

    # === PULLING === #

    def pull(self, placed):
        """R172: by the button, then again from before the order was placed, by the scheduled action; the order."""
        self.later(1)
        with self.environment() as env:
            env["marketplace.shop"].browse(self.shop.id).with_user(self.user).action_pull_orders()
        order = self.order(self.ref(placed))
        before = self.all_about(order)
        self.shop.last_order_sync = "2026-03-01 00:00:00"
        with self.environment() as env:
            env["marketplace.shop"]._cron_sync_orders()
        self.assertEqual(self.all_about(order), before, "the second pull changed something")
        return order

    def all_about(self, order):
        """Every record that hangs on the order, and what stock is left."""
        records = (
            order,
            order.order_line,
            order.picking_ids,
            order.picking_ids.move_ids,
            order.picking_ids.move_ids.move_line_ids,
            order.marketplace_package_ids,
            self.env["marketplace.job"].search([("shop_id", "=", self.shop.id)]),
            (order.message_ids | order.picking_ids.message_ids),
            (order.activity_ids | order.picking_ids.activity_ids | self.shop.activity_ids),
            self.env["ir.attachment"].search(
                [("res_model", "=", "stock.picking"), ("res_id", "in", order.picking_ids.ids)]
            ),
            self.env["sale.order"].search([("marketplace_order_ref", "=", order.marketplace_order_ref)]),
            order.partner_id,
        )
        states = {picking.id: (picking.state, picking.carrier_tracking_ref) for picking in order.picking_ids}
        lines = sorted((line.id, line.product_uom_qty, line.price_unit) for line in order.order_line)
        return [*(sorted(some.ids) for some in records), states, lines, self.on_hand()]

    def on_hand(self):
        return self.products.mapped("qty_available")

    # === THE CHECKS === #

    def test_external_id(self):
        """R103 R104 R122 R164: the External ID is the order's number there; the order is found by it."""
        for placed in self.each_kind():
            order = self.pull(placed)
            self.assertEqual(order.marketplace_order_ref, self.ref(placed))
            self.assertEqual(order.picking_ids.marketplace_order_ref, self.ref(placed))
            found = self.env["sale.order"].name_search(self.ref(placed))
            self.assertEqual([number for number, _name in found], order.ids)

    def test_shipping_line(self):
        """R105 to R115 R165: a courier's fee is a line of its own; the totals are equal; prices include tax."""
        for placed in self.each_kind():
            order = self.pull(placed)
            fee = self.shipping_there(placed)
            shipping = self.lines(order, "shipping")
            self.assertEqual(shipping.mapped("price_unit"), [fee] if fee else [])
            if fee:
                self.assertIn(self.courier_told(placed), shipping.name)
            self.assertAlmostEqual(order.amount_total, self.total_there(placed), 2)
            self.assertEqual(order.marketplace_amount_state, "exact")
            self.assertTrue(all(order.order_line.tax_ids.mapped("price_include")))
            self.arrange_there(placed)
            self.pull(placed)
            self.assertEqual(order.picking_ids.marketplace_courier, courier_of(placed))

    def test_cancelled_here(self):
        """R134 R135 R136 R166: cancelling in Odoo, with one of the platform's reasons, cancels there."""
        self.shop.cancel_too = True
        for placed in self.each_kind():
            order = self.pull(placed)
            self.cancel_here(order.with_user(self.manager))
            self.act()
            self.assertEqual(self.stage_there(placed), "cancelled")
            self.pull(placed)
            self.assertEqual((order.state, order.marketplace_cancelling), ("cancel", False))
            self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
            self.assertTrue(order.marketplace_cancel_reason)
            self.assertEqual(order.marketplace_cancelled_by, "seller")

    def cancel_here(self, order):
        """The button, and the dialogue as it opens."""
        action = order.action_marketplace_cancel()
        wizard = self.env[action["res_model"]].with_user(order.env.user).browse(action["res_id"])
        self.assertTrue(wizard.cancels_too)
        self.assertTrue(wizard.reason_id)
        wizard.action_cancel_order()

    def test_cancelled_there(self):
        """R28 R29 R148 to R151 R154 R167: cancelled in Seller Center; kept in Odoo, with reason and author."""
        for placed in self.each_kind():
            order = self.pull(placed)
            self.cancel_there(placed)
            self.pull(placed)
            self.assertEqual((order.state, order.marketplace_status), ("cancel", "cancelled"))
            self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
            self.assertEqual(order.marketplace_cancel_reason, "Out of Stock")
            self.assertEqual(order.marketplace_cancelled_by, "seller")
            self.assertEqual(self.on_hand(), [100] * len(self.products))

    def test_tracking_comes_later(self):
        """R133 R137 to R146 R168 R169: sent from Odoo; the number is blank, then there with the next pull, the same
        on both sides; goods leave once."""
        self.platform.tracking_delay = 3 * 3600
        for placed in self.each_kind():
            stock = sum(self.on_hand())
            order = self.pull(placed)
            picking = order.picking_ids
            self.send(picking.with_user(self.manager))
            self.act()
            self.assertEqual(self.stage_there(placed), "processed")
            self.pull(placed)
            self.assertFalse(picking.carrier_tracking_ref)
            self.assertEqual(picking.marketplace_status, "confirmed")
            self.later(3 * 60)
            self.pull(placed)
            self.assertEqual([picking.carrier_tracking_ref], self.numbers_there(placed))
            self.finish(picking.with_user(self.manager))
            self.act()
            self.pull(placed)
            self.assertEqual(order.picking_ids.mapped("state"), ["done"])
            self.assertEqual(stock - sum(self.on_hand()), sum(self.lines(order).mapped("product_uom_qty")))
            self.assertFalse(self.problem(self.ref(placed)).mapped("message"))

    def test_pull_alone_brings_the_number(self):
        """R140 R143: the pull brings the number by itself, hours later, whatever the scheduled acts do."""
        self.platform.tracking_delay = 3 * 3600
        placed = self.place([(self.sku, 1)])
        picking = self.pull(placed).picking_ids
        self.send(picking)
        self.act()
        self.sync()
        self.later(2 * 60)
        self.sync()
        self.assertFalse(picking.carrier_tracking_ref)
        self.later(60)
        self.sync()
        self.assertEqual([picking.carrier_tracking_ref], self.numbers_there(placed))

    def test_processed_there(self):
        """R119 R155 to R162 R170: processed there, with *Create fulfilled orders*: comes in delivered, with its
        number and shipping line, stock lowered once."""
        self.shop.create_fulfilled = True
        for placed in self.each_kind():
            stock = sum(self.on_hand())
            self.arrange_there(placed)
            self.later(10)
            order = self.pull(placed)
            self.assertEqual((order.state, order.picking_ids.mapped("state")), ("sale", ["done"]))
            self.assertEqual([order.picking_ids.carrier_tracking_ref], self.numbers_there(placed))
            self.assertEqual(order.marketplace_order_ref, self.ref(placed))
            self.assertEqual(bool(self.lines(order, "shipping")), bool(self.shipping_there(placed)))
            self.assertAlmostEqual(order.amount_total, self.total_there(placed), 2)
            self.assertEqual(stock - sum(self.on_hand()), sum(self.lines(order).mapped("product_uom_qty")))
            self.assertFalse(self.problem(self.ref(placed)).mapped("message"))


def courier_of(placed):
    return getattr(placed, "courier", None) or placed.shipping_carrier


@tagged("post_install", "-at_install")
class TestLazada(Acceptance, AtLazada, ShippingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(Acceptance, AtShopee, ShippingCase):
    pass
