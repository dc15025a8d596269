"""Payouts grouped by hand from invoices, credit notes and vendor bills."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .payout_facts import PayoutFacts


@tagged("post_install", "-at_install")
class TestByHand(PayoutFacts):
    def wizard(self, documents, *fees, **values):
        """The dialogue as the accountant opens it on the documents; fees are (amount, kind)."""
        action = documents.with_user(self.accountant).action_marketplace_group_payout()
        wizard = self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"])
        rows = [{"fee_type_id": self.fee(f"test {kind}", kind).id, "amount": amount} for amount, kind in fees]
        wizard.write({"ref": "BD-1", **values, "fee_ids": list(map(Command.create, rows))})
        return wizard

    def group(self, documents, *fees, **values):
        action = self.wizard(documents, *fees, **values).action_group()
        return self.env["marketplace.payout"].browse(action["res_id"])

    def bill(self, amount, partner=None, post=True, **values):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": (partner or self.lazada_shop.payout_partner_id).id,
                "invoice_date": "2026-03-04",
                "currency_id": self.lazada_shop.currency_id.id,
                "invoice_line_ids": [Command.create({"name": "Commission", "price_unit": amount, "tax_ids": []})],
                **values,
            }
        )
        if post:
            bill.action_post()
        return bill

    def post(self, payout):
        payout.with_user(self.accountant).action_post()
        self.assertEqual(payout.state, "posted", payout.obstacle_ids.mapped("message"))

    def test_grouped_and_posted(self):
        """R82 R83 R84 R88: invoices selected together become one payout; posting settles each of them."""
        orders = self.delivered(1, 2, 1)
        total = sum(orders.mapped("amount_total"))
        payout = self.group(orders.invoice_ids, (5, "commission"), (1.5, "logistics"), expected=total - 6.5)
        self.assertEqual((payout.source, payout.state, payout.ref), ("manual", "draft", "BD-1"))
        self.assertAlmostEqual(payout.paid_out, total - 6.5)
        self.assertEqual((payout.difference, payout.document_count), (0, 3))
        self.post(payout)
        self.assertEqual(set(orders.invoice_ids.mapped("payment_state")), {"paid"})
        waiting = payout.move_id.line_ids.filtered(lambda item: item.marketplace_part == "bank")
        self.assertEqual(waiting.account_id, self.lazada_shop.payout_journal_id.marketplace_account_id)
        self.assertAlmostEqual(waiting.amount_currency, total - 6.5)
        self.assertEqual(set(orders.mapped("marketplace_payout_state")), {"paid"})

    def test_credit_note(self):
        """R82: what is credited after it was paid is taken off a later payout."""
        kept, returned = orders = self.delivered(1, 1)
        self.post(self.group(returned.invoice_ids))
        context = {"active_model": "account.move", "active_ids": returned.invoice_ids.ids}
        values = {"journal_id": returned.invoice_ids.journal_id.id, "date": "2026-03-04"}
        made = self.env["account.move.reversal"].with_context(**context).create(values)
        made.refund_moves()
        made.new_move_ids.action_post()
        payout = self.group(kept.invoice_ids | made.new_move_ids, ref="BD-2")
        self.assertAlmostEqual(payout.paid_out, 0)
        self.post(payout)
        self.assertFalse(any(orders.invoice_ids.mapped("amount_residual")))
        self.assertEqual(orders.mapped("marketplace_payout_state"), ["paid", "refunded"])

    def test_vendor_bill(self):
        """R87: the marketplace's bill for its fees is settled by the payout that it was taken off."""
        orders = self.delivered(1, 1)
        bill = self.bill(7.25)
        payout = self.group(orders.invoice_ids | bill)
        self.assertAlmostEqual(payout.paid_out, sum(orders.mapped("amount_total")) - 7.25)
        self.post(payout)
        self.assertEqual((bill.payment_state, bill.amount_residual), ("paid", 0))
        self.assertEqual(set(orders.invoice_ids.mapped("payment_state")), {"paid"})
        payout.with_user(self.accountant).action_cancel()
        self.assertEqual(bill.payment_state, "not_paid")
        payout.with_user(self.accountant).action_reset()
        self.post(payout)
        self.assertEqual(bill.payment_state, "paid")

    def test_bill_paid_meanwhile(self):
        """A bill that somebody paid since is named, and nothing is posted."""
        bill = self.bill(7.25)
        payout = self.group(self.delivered(1).invoice_ids | bill)
        register = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=bill.ids)
        register.create({"amount": 3})._create_payments()
        payout.with_user(self.accountant).action_post()
        self.assertEqual(payout.state, "draft")
        self.assertIn(bill.name, payout.obstacle_ids.filtered(lambda each: each.reason == "document").message)

    def test_changed_while_draft(self):
        """A draft takes other documents and fees; what is posted or was read does not."""
        first, second = orders = self.delivered(1, 2)
        payout = self.group(orders.invoice_ids, (5, "commission"))
        action = payout.with_user(self.accountant).action_change_group()
        form = Form(self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"]))
        self.assertAlmostEqual(form.total, first.amount_total + second.amount_total - 5)
        form.document_ids.remove(id=second.invoice_ids.id)
        with form.fee_ids.edit(0) as fee:
            fee.amount = 2
        form.save().action_group()
        self.assertEqual(payout.line_ids.document_id, first.invoice_ids)
        self.assertAlmostEqual(payout.paid_out, first.amount_total - 2)
        self.post(payout)
        with self.assertRaisesRegex(UserError, "not a draft any more"):
            payout.with_user(self.accountant).action_change_group()
        read = self.payout([(second, "order_amount", 1)], ref="READ")
        with self.assertRaisesRegex(UserError, "was read from the marketplace"):
            read.with_user(self.accountant).action_change_group()

    def test_refused_in_words(self):
        """Documents that do not belong are named with the reason."""
        order = self.delivered(1)
        invoice = order.invoice_ids
        draft = self.bill(1, post=False)
        stranger = self.bill(1, partner=self.env["res.partner"].create({"name": "Paper Shop"}))
        self.env.ref("base.THB").active = True
        foreign = self.bill(1, currency_id=self.env.ref("base.THB").id)
        cases = {draft: "not posted", stranger: "another vendor than the marketplace", foreign: "another currency"}
        for document, words in cases.items():
            with self.assertRaisesRegex(UserError, words):
                (invoice | document).with_user(self.accountant).action_marketplace_group_payout()
        with self.assertRaisesRegex(UserError, "None of these"):
            stranger.with_user(self.accountant).action_marketplace_group_payout()
        self.group(invoice)
        with self.assertRaisesRegex(UserError, "stands in payout BD-1"):
            invoice.with_user(self.accountant).action_marketplace_group_payout()
        self.post(self.env["marketplace.payout"].search([("ref", "=", "BD-1")]))
        with self.assertRaisesRegex(UserError, f"{invoice.name}: it is paid already"):
            invoice.with_user(self.accountant).action_marketplace_group_payout()
        self.shopee_shop.create_fulfilled = True
        placed = self.place_shopee([(self.sku, 1)])
        self.shopee.advance(placed, "COMPLETED")
        other = self.import_now(placed).invoice_ids
        with self.assertRaisesRegex(UserError, "several shops"):
            (invoice | other).with_user(self.accountant).action_marketplace_group_payout()

    def test_statement_differs(self):
        """What the statement says is compared, and never plugged."""
        order = self.delivered(1)
        wizard = self.wizard(order.invoice_ids, (1, "commission"), expected=order.amount_total)
        with self.assertRaisesRegex(UserError, "are missing"):
            wizard.action_group()
        wizard.expected = order.amount_total - 1
        wizard.action_group()
        with self.assertRaisesRegex(UserError, "has a payout BD-1 already"):
            self.wizard(self.delivered(1).invoice_ids).action_group()

    def test_rights(self):
        """R82: accountants only, in their own company."""
        order = self.delivered(1)
        wizard = self.wizard(order.invoice_ids)
        for user in (self.manager, self.user):
            with self.assertRaises(AccessError):
                order.invoice_ids.with_user(user).action_marketplace_group_payout()
            with self.assertRaises(AccessError):
                self.lazada_shop.with_user(user).action_new_payout()
            with self.assertRaises(AccessError):
                wizard.with_user(user).action_group()
        self.assertTrue(self.lazada_shop.with_user(self.accountant).action_new_payout()["res_id"])
        company = self.env["res.company"].create({"name": "Other"})
        elsewhere = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        outsider = new_test_user(self.env, "outsider", "account.group_account_invoice", **elsewhere)
        with self.assertRaises(AccessError):
            order.invoice_ids.with_user(outsider).action_marketplace_group_payout()
        with self.assertRaises(AccessError):
            self.lazada_shop.with_user(outsider).action_new_payout()
