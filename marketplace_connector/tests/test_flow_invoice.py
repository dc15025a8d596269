from datetime import date

from freezegun import freeze_time
from odoo.tests import tagged

from .common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestInvoice(MarketplaceCase):
    """One order, one invoice; orders that come in fulfilled come in invoiced."""

    def setUp(self):
        super().setUp()
        (self.lazada_shop | self.shopee_shop).create_fulfilled = True

    def buy(self, place, **facts):
        lines = [(self.sku, 2), (self.products[1].default_code, 1)]
        return place(lines, shipping_fee="1.99", seller_voucher="3.00", **facts)

    def assert_invoiced(self, order):
        self.assertEqual(order.invoice_ids.mapped("state"), ["posted"])
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertAlmostEqual(order.invoice_ids.amount_total, order.amount_total)
        self.assertEqual(len(order.invoice_ids.invoice_line_ids), len(order.order_line))

    def test_fulfilled_order_comes_invoiced(self):
        """R155 R159 R160 R170 R172: processed at the marketplace: delivered and invoiced, once."""
        shopee, lazada = self.buy(self.place_shopee), self.buy(self.place_lazada)
        self.shopee.arrange(shopee)
        self.lazada.advance(lazada, "shipped")
        orders = self.import_now(shopee, lazada)
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"done"})
        for order in orders:
            self.assert_invoiced(order)
        (self.lazada_shop | self.shopee_shop).last_order_sync = "2026-03-01 00:00:00"
        self.import_now()
        for order in orders:
            self.assert_invoiced(order)

    def test_open_order_is_not_invoiced(self):
        """Nothing can be invoiced before all goods are delivered; then everything at once."""
        order = self.import_now(self.buy(self.place_shopee))
        self.assertEqual(order.invoice_status, "no")
        self.assertFalse(order.invoice_ids)
        first = order.picking_ids.move_ids[0]
        first.quantity = first.product_uom_qty
        first.picked = True
        order.picking_ids._action_done()
        self.assertEqual(order.invoice_status, "no")
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        rest.move_ids.quantity = rest.move_ids.product_uom_qty
        rest.move_ids.picked = True
        rest._action_done()
        self.assertEqual(order.invoice_status, "to invoice")
        order._create_invoices().action_post()
        self.assert_invoiced(order)

    def test_provisional_amounts(self):
        """An order whose amounts come later is invoiced when they are there."""
        self.shopee.escrow_delay = 3600
        placed = self.buy(self.place_shopee)
        self.shopee.arrange(placed)
        order = self.import_now(placed)
        self.assertEqual((order.marketplace_amount_state, order.picking_ids.state), ("provisional", "done"))
        self.assertFalse(order.invoice_ids)
        self.later(150)
        self.sync()
        self.assert_invoiced(order)

    def test_books_that_refuse(self):
        """Where the books do not take the invoice, the order is delivered all the same; Retry invoices it."""
        journal = self.env["account.journal"].search([("type", "=", "sale")])
        journal.active = False
        bad, good = self.buy(self.place_lazada), self.buy(self.place_shopee)
        self.lazada.advance(bad, "shipped")
        self.shopee.arrange(good)
        orders = self.import_now(bad, good)
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"done"})
        self.assertFalse(orders.invoice_ids)
        problem = self.problem(bad.order_id)
        self.assertEqual(problem.reason, "not_invoiced")
        journal.active = True
        (problem | self.problem(good.order_sn)).action_retry()
        for order in orders:
            self.assert_invoiced(order)

    def test_day_of_the_shop(self):
        """An invoice carries the shop's day: at 17:30 in UTC it is the next day, and month, in Jakarta."""
        self.lazada_shop.tz = "Asia/Jakarta"
        with freeze_time("2026-03-31 17:20:00") as clock:
            self.clock = clock
            self.lazada_shop.last_order_sync = "2026-03-31 17:00:00"
            placed = self.buy(self.place_lazada)
            clock.tick(600)
            self.lazada.advance(placed, "shipped")
            clock.tick(60)
            self.sync(self.lazada_shop)
            order = self.order(placed.order_id)
        self.assertEqual(order.invoice_ids.invoice_date, date(2026, 4, 1))
