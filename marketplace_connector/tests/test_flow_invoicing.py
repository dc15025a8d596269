"""When orders are invoiced, that no invoice is ever sent to a buyer, and how it gets to Seller Center."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .either_platform import AtLazada, AtShopee
from .test_flow_shipping import ShippingCase


class InvoicingCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.shop.write({"process_orders": False, "invoice_orders": "delivered", "post_invoices": "posted"})
        self.stock_up()

    def bought(self, **facts):
        """An order of two pieces and one, with a shipping fee and a voucher of the seller."""
        lines = [(self.sku, 2), (self.products[1].default_code, 1)]
        self.placed = self.place(lines, shipping_fee="1.99", seller_voucher="3.00", **facts)
        return self.import_now(self.placed)

    def deliver(self, order):
        """Validate the order's deliveries."""
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()

    def invoice_all(self):
        """The scheduled action."""
        with self.environment() as env:
            env["sale.order"]._cron_invoice()


class InvoicingTests:
    def test_by_itself(self):
        """R76 R92: invoiced once all is delivered, to the cent, with shop, number and team, in the shop's day."""
        self.shop.team_id = self.env["crm.team"].create({"name": "Online"})
        order = self.bought()
        self.invoice_all()
        self.assertFalse(order.invoice_ids)
        self.deliver(order)
        self.invoice_all()
        invoice = order.invoice_ids
        self.assertEqual((len(invoice), invoice.state), (1, "posted"))
        self.assertAlmostEqual(invoice.amount_total, self.total_there(self.placed))
        self.assertEqual(invoice.marketplace_shop_id, self.shop)
        self.assertEqual(invoice.marketplace_order_ref, self.ref(self.placed))
        self.assertEqual(invoice.team_id, self.shop.team_id)
        self.assertEqual(invoice.invoice_date, order._marketplace_shipped_day())
        self.invoice_all()
        self.assertEqual(order.invoice_ids, invoice)

    def test_drafts(self):
        """Each step is a setting: by hand nothing is made, and drafts stay drafts."""
        self.shop.invoice_orders = "manual"
        order = self.bought()
        self.deliver(order)
        self.invoice_all()
        self.assertFalse(order.invoice_ids)
        self.shop.write({"invoice_orders": "delivered", "post_invoices": "draft"})
        self.invoice_all()
        self.assertEqual(order.invoice_ids.state, "draft")

    def test_many_of_one_contact(self):
        """One order, one invoice, also where all buyers are one contact and somebody invoices by hand."""
        self.shop.write({"customer_policy": "shop", "invoice_orders": "manual"})
        orders = self.bought() | self.bought()
        self.assertEqual(len(orders.partner_id), 1)
        self.deliver(orders)
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=orders.ids)
        wizard.create({"advance_payment_method": "delivered", "consolidated_billing": True}).create_invoices()
        self.assertEqual([len(order.invoice_ids) for order in orders], [1, 1])
        self.assertEqual(len(orders.invoice_ids), 2)

    def test_together_with_other_orders(self):
        """Of a selection, what can be invoiced is: an order of ours that has not left holds back no other."""
        order = self.bought()
        service = self.env["product.product"].create({"name": "Advice", "type": "service", "invoice_policy": "order"})
        other = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Other"}).id,
                "order_line": [(0, 0, {"product_id": service.id})],
            }
        )
        other.action_confirm()
        self.assertEqual((order | other)._create_invoices(), other.invoice_ids)
        with self.assertRaisesRegex(UserError, "(?i)nothing to invoice|no items"):
            order._create_invoices()
        self.deliver(order)
        self.assertEqual((order | other)._create_invoices(), order.invoice_ids)

    def test_no_down_payment(self):
        order = self.bought()
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        down = wizard.create({"advance_payment_method": "percentage", "amount": 10})
        with self.assertRaisesRegex(UserError, "as a whole"):
            down.create_invoices()

    def test_ship_and_invoice(self):
        """R141: one button on the delivery, or on the order, ships and invoices."""
        self.shop.invoice_orders = "manual"
        order = self.bought()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.action_marketplace_ship_and_invoice()
        self.assertEqual((order.picking_ids.state, order.invoice_ids.state), ("done", "posted"))
        other = self.bought()
        other.picking_ids.move_ids.picked = True
        other.action_marketplace_ship_and_invoice()
        self.assertEqual((other.picking_ids.state, other.invoice_ids.state), ("done", "posted"))

    def test_ship_and_invoice_in_part(self):
        """R141: where only a part leaves, the invoice follows with the rest."""
        self.shop.invoice_orders = "manual"
        order = self.bought()
        move = order.picking_ids.move_ids[0]
        move.picked = True
        action = order.picking_ids.action_marketplace_ship_and_invoice()
        Form.from_action(self.env, action).save().process()
        self.invoice_all()
        self.assertFalse(order.invoice_ids)
        self.deliver(order)
        self.invoice_all()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_rights(self):
        """A packer ships; who may not invoice is told so."""
        order = self.bought()
        packer = new_test_user(self.env, "packer", "stock.group_stock_user")
        with self.assertRaisesRegex(AccessError, "Only salespeople and accountants"):
            order.picking_ids.with_user(packer).action_marketplace_ship_and_invoice()
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_doubt_blocks_the_invoice_only(self):
        """A cent never stops a parcel: the delivery is done, the order is a problem that Retry solves."""
        journal = self.env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", self.company.id)])
        journal.active = False
        order = self.bought()
        self.deliver(order)
        self.invoice_all()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.problem(self.ref(self.placed)).reason, "not_invoiced")
        journal.active = True
        self.problem(self.ref(self.placed)).action_retry()
        self.assertEqual(order.invoice_ids.state, "posted")

    # === NO MAIL === #

    def invoiced(self):
        order = self.bought()
        self.deliver(order)
        self.invoice_all()
        order.partner_id.email = "buyer@example.com"
        return order.invoice_ids

    def test_never_sent(self):
        """R74 R75: neither alone, nor with others, nor by who asks for e-mail by name."""
        invoice = self.invoiced()
        ordinary = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.env["res.partner"].create({"name": "Other", "email": "other@example.com"}).id,
                "invoice_line_ids": [(0, 0, {"name": "Thing", "price_unit": 5})],
            }
        )
        ordinary.action_post()
        before = self.env["mail.mail"].search_count([])
        sender = self.env["account.move.send"]
        sender._generate_and_send_invoices(invoice, sending_methods=["email"], allow_fallback_pdf=True)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertIn("Not sent by e-mail", str(invoice.message_ids.mapped("body")))
        sender._generate_and_send_invoices(invoice | ordinary, allow_fallback_pdf=True)
        self.assertFalse(self.env["mail.mail"].search([]).filtered(lambda mail: "buyer@" in str(mail.email_to)))
        data = {move: sender._get_default_sending_settings(move) for move in invoice}
        self.assertIn("do not allow it", sender._get_alerts(invoice, data)["marketplace_no_mail"]["message"])
        self.assertEqual(data[invoice]["sending_methods"], {"manual"})

    def test_print_for_upload(self):
        """R77 R78: many invoices as one file, ticked on the way; drafts are named."""
        invoices = self.invoiced() | self.invoiced()
        action = invoices.action_marketplace_print()
        self.assertEqual(
            (action["type"], action["report_name"]), ("ir.actions.report", "account.report_invoice_with_payments")
        )
        self.assertEqual(action["context"]["active_ids"], invoices.ids)
        self.assertTrue(all(invoices.mapped("marketplace_uploaded")))
        self.shop.post_invoices = "draft"
        with self.assertRaisesRegex(UserError, "not posted"):
            self.invoiced().action_marketplace_print()

    def test_number_is_told(self):
        """R77: where the marketplace wants invoice numbers it is told each once, when the invoice is posted."""
        self.shop.tell_invoice_numbers = self.shop.takes_invoice_numbers
        self.assertEqual(self.shop.takes_invoice_numbers, self.shop.provider == "lazada")
        order = self.bought()
        self.arrange_there(self.placed)
        self.deliver(order)
        self.invoice_all()
        self.act()
        if self.shop.takes_invoice_numbers:
            self.assertEqual({unit.invoice_number for unit in self.placed.units}, {order.invoice_ids.name})
        acts = self.env["marketplace.job"].search([("act", "=", "invoice")])
        self.assertEqual(set(acts.mapped("state")), {"done"} if self.shop.takes_invoice_numbers else set())

    # === CREDIT NOTES === #

    def test_cancelled_after_invoice(self):
        """Cancelled there after it was invoiced: a draft credit note over all of it; posted, the order ends."""
        self.shop.create_fulfilled = True
        order = self.bought()
        self.deliver(order)
        self.invoice_all()
        self.cancel_there(self.placed)
        self.later(5)
        self.sync()
        self.assertTrue(order.marketplace_credit_due)
        action = order.action_marketplace_credit_note()
        credit = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((credit.state, credit.move_type), ("draft", "out_refund"))
        self.assertAlmostEqual(credit.amount_total, order.invoice_ids[0].amount_total)
        self.assertEqual(credit.marketplace_order_ref, self.ref(self.placed))
        self.assertFalse(order.marketplace_credit_due)
        with self.assertRaisesRegex(UserError, "nothing to credit"):
            order.action_marketplace_credit_note()
        credit.action_post()
        self.assertEqual(credit.reversed_entry_id.payment_state, "reversed")
        self.assertFalse(order.marketplace_credit_due)
        self.assertNotEqual(order.invoice_status, "to invoice")
        self.invoice_all()
        self.assertEqual(len(order.invoice_ids), 2)

    def test_some_came_back(self):
        """Goods back after the invoice: the credit note is over these alone."""
        order = self.bought()
        self.deliver(order)
        self.invoice_all()
        picking = order.picking_ids
        goods = picking.move_ids.filtered(lambda move: move.product_id == self.products[0])
        back = picking._marketplace_make_return({goods.id: 1})
        back.move_ids.picked = True
        back.button_validate()
        self.assertTrue(order.marketplace_credit_due)
        credit = self.env["account.move"].browse(order.action_marketplace_credit_note()["res_id"])
        line = self.lines(order).filtered(lambda line: line.product_id == self.products[0])
        self.assertEqual(credit.invoice_line_ids.mapped("quantity"), [1])
        self.assertAlmostEqual(credit.amount_total, line.price_unit)

    def test_credited_piece_by_piece(self):
        """Pieces are cancelled after they were invoiced, twice, then the rest: each credit note is over what is left
        to be credited, the voucher's part too, and the last one ends the order."""
        self.shop.create_fulfilled = True
        self.placed = self.place([(self.sku, 3), (self.products[1].default_code, 1)], seller_voucher="3.00")
        order = self.import_now(self.placed)
        self.deliver(order)
        self.invoice_all()
        invoice = order.invoice_ids
        for cancel in (self.cancel_some_there, self.cancel_some_there, self.cancel_there):
            cancel(self.placed)
            self.later(5)
            self.sync()
            back = self.env["stock.picking"].browse(order.action_marketplace_prepare_return()["res_id"])
            back.button_validate()
            credit = self.env["account.move"].browse(order.action_marketplace_credit_note()["res_id"])
            credit.action_post()
            credited = order._marketplace_credits()
            kept = 0 if cancel == self.cancel_there else order.amount_total
            self.assertAlmostEqual(invoice.amount_total - sum(credited.mapped("amount_total")), kept)
            self.assertFalse(order.marketplace_credit_due)
        self.assertEqual((len(credited), order.state), (3, "cancel"))


@tagged("post_install", "-at_install")
class TestLazada(InvoicingTests, AtLazada, InvoicingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(InvoicingTests, AtShopee, InvoicingCase):
    pass
