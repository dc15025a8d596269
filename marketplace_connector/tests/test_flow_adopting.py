"""Orders that were in Odoo before their shop was connected, as after installing again, are found and not doubled."""

from odoo import Command, fields
from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .test_flow_shipping import ShippingCase

OF_ORDERS = (
    "marketplace_shop_id", "marketplace_order_ref", "marketplace_status", "marketplace_digest",
    "marketplace_updated_at", "marketplace_amount_state",
)  # fmt: skip
OF_LINES = ("marketplace_kind", "marketplace_listing_id", "marketplace_unit_refs", "marketplace_seller_sku")


class AdoptingTests:
    def bought(self):
        self.placed = self.place(
            [(self.sku, 2), (self.products[1].default_code, 1)], shipping_fee="1.99", seller_voucher="3.00"
        )
        return self.import_now(self.placed)

    def forget(self, order):
        """What uninstalling leaves of an order: all that Odoo itself has; the shop is connected anew."""
        order.marketplace_package_ids.unlink()
        order.marketplace_job_ids.unlink()
        order.write(dict.fromkeys(OF_ORDERS, False))
        order.order_line.write(dict.fromkeys(OF_LINES, False))
        order.invoice_ids.write({"marketplace_shop_id": False, "marketplace_order_ref": False})
        self.env.flush_all()
        self.env.cr.execute("UPDATE marketplace_shop SET create_date = %s", [fields.Datetime.now()])
        self.env.invalidate_all()

    def read_again(self):
        self.shop.last_order_sync = self.shop.import_from
        self.sync(self.shop)

    def orders_with_number(self):
        return self.env["sale.order"].search([("client_order_ref", "=", self.ref(self.placed))])

    def test_found_again(self):
        """D4: the same order, with its lines, delivery and amounts, goes on; the parcel is arranged and shipped."""
        self.stock_up()
        order = self.bought()
        before = (order.order_line.ids, order.picking_ids.ids, order.amount_total, order.order_line.tax_ids.ids)
        self.forget(order)
        self.read_again()
        self.assertEqual(self.order(self.ref(self.placed)), order)
        self.assertEqual(self.orders_with_number(), order)
        after = (order.order_line.ids, order.picking_ids.ids, order.amount_total, order.order_line.tax_ids.ids)
        self.assertEqual(after, before)
        self.assertEqual(order.order_line.mapped("marketplace_kind"), ["goods", "goods", "shipping", "voucher"])
        self.assertEqual(order.marketplace_amount_state, "exact")
        self.assertFalse(self.problem(self.ref(self.placed)))
        self.send(order.picking_ids)
        for _round in range(3):
            self.act()
            self.later(40)  # one platform lets buyers cancel for an hour
        self.sync()
        self.assertIn(self.stage_there(self.placed), ("processed", "ready_to_ship"))
        self.assertTrue(order.picking_ids.carrier_tracking_ref)

    def test_invoiced(self):
        """An order that is over is found too, with its invoice, so that payouts settle it."""
        self.shop.write({"create_fulfilled": True, "invoice_orders": "delivered", "post_invoices": "posted"})
        self.placed = self.place([(self.sku, 2)])
        self.move_there(self.placed, "completed")
        order = self.import_now(self.placed)
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.forget(order)
        self.shop.create_fulfilled = False
        self.read_again()
        self.assertEqual(self.order(self.ref(self.placed)), order)
        self.assertEqual(invoice.marketplace_shop_id, self.shop)
        self.assertEqual(invoice.marketplace_order_ref, self.ref(self.placed))
        self.assertEqual(order.invoice_ids, invoice)

    def test_another_one(self):
        """An order with the number and other contents stops the marketplace's one, which says so; then Retry."""
        order = self.bought()
        self.forget(order)
        order.order_line[0].product_uom_qty = 5
        self.read_again()
        self.assertFalse(self.order(self.ref(self.placed)))
        self.assertEqual(self.orders_with_number(), order)
        problem = self.problem(self.ref(self.placed))
        self.assertEqual(problem.reason, "known_otherwise")
        self.assertIn(order.name, problem.message)
        order.client_order_ref = "Something else"
        problem.with_user(self.manager).action_retry()
        self.assertEqual(problem.state, "done")
        self.assertNotEqual(self.order(self.ref(self.placed)), order)
        self.assertTrue(self.order(self.ref(self.placed)))

    def test_cancelled_one(self):
        """One that was cancelled here is not taken for it."""
        order = self.bought()
        self.forget(order)
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.read_again()
        self.assertEqual(self.orders_with_number() - order, self.order(self.ref(self.placed)))

    def test_other_company(self):
        """What another company has written on its orders is none of the shop's business."""
        company = self.env["res.company"].create({"name": "Other"})
        self.placed = self.place([(self.sku, 1)])
        partner = self.env["res.partner"].create({"name": "Somebody"})
        product = self.env["product.product"].create({"name": "Advice", "type": "service"})
        other = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "client_order_ref": self.ref(self.placed),
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order = self.import_now(self.placed)
        self.assertTrue(order)
        self.assertNotEqual(order, other)

    def test_twin_taxes(self):
        """The price-included taxes of before serve again, although the addon forgot that it made them."""
        order = self.bought()
        twins = order.order_line.tax_ids
        self.env["account.fiscal.position"].search([]).marketplace_price_included = False
        self.shop.fiscal_position_id = False
        self.shop._set_up()
        self.assertEqual(self.shop._order_taxes(self.products[0]), twins)


@tagged("post_install", "-at_install")
class TestLazada(AtLazada, AdoptingTests, ShippingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(AtShopee, AdoptingTests, ShippingCase):
    pass
