"""*Erase this buyer*, looked at in the whole database and in the files."""

from dataclasses import replace

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..simulator.shopee.shops import new_shop
from .either_platform import AtLazada, AtShopee
from .personal_search import NAME, NOTE, NUMBER, PHONE, STREET
from .push_case import PushSink
from .test_flow_privacy import PrivacyCase


class ErasingCase(PushSink, PrivacyCase):
    def buyer_of(self, order):
        return self.env["marketplace.buyer"].search([("partner_id", "=", order.partner_id.id)])

    def erase(self, order):
        """Press *Erase* for the order's buyer; what the manager is told."""
        return self.press_erase(self.buyer_of(order)[-1:])["params"]["message"]

    def press_erase(self, buyer):
        """In a transaction of its own."""
        self.env.cr.precommit.run()
        answer = buyer.with_user(self.manager).action_erase()
        self.env.cr.precommit.run()
        return answer

    def shipped(self):
        """An order of the person that is shipped and invoiced."""
        order = self.bought()
        self.ship(order)
        invoice = order._create_invoices()
        invoice.action_post()
        return order, invoice

    def tell_failure(self, order, **values):
        failure = {
            "order_ref": order.marketplace_order_ref,
            "reason": "unforeseen",
            "message": f"The order could not be written: {NAME}",
            "details": f"KeyError({NAME!r})",
            "raw": {"name": NAME, "note": NOTE, "phone": PHONE},
        }
        return self.env["marketplace.job"]._record(self.shop, [{**failure, **values}])


class ErasingTests:
    def test_erased_everywhere(self):
        """R155: nothing of the person is left in any column or file; orders, deliveries and invoices are whole."""
        order, invoice = self.shipped()
        picking, partner = order.picking_ids, order.partner_id
        label = picking.marketplace_label_id
        amounts = (order.amount_total, invoice.amount_total, invoice.name, invoice.state, picking.state)
        self.write_about(order, invoice)
        job = self.tell_failure(order)
        self.assertTrue(job.raw_payload)
        told = self.erase(order)
        self.assertIn("Erased buyers: 1.", told)
        self.assertFalse([text for text in (NAME, STREET, PHONE, NOTE) if text in told])
        self.assert_nowhere()
        self.assertFalse(label.exists())
        self.assertFalse(self.buyer_of(order))
        self.assertEqual(
            (order.amount_total, invoice.amount_total, invoice.name, invoice.state, picking.state), amounts
        )
        self.assertEqual((order.partner_id, invoice.partner_id), (partner, partner))
        self.assertIn("packed with care", "".join(order.message_ids.mapped("body")))
        self.assertFalse(partner.active or partner.partner_latitude or partner.category_id)
        self.check_nothing_comes_back(order)

    def write_about(self, order, invoice):
        """What people write down in the life of an order."""
        picking, partner = order.picking_ids, order.partner_id
        partner.write(
            {
                "name": NAME,
                "phone": PHONE,
                "comment": f"<p>{NAME} likes oboes</p>",
                "barcode": NAME,
                "partner_latitude": 1.28,
                "category_id": [Command.create({"name": "Oboists"})],
                "bank_ids": [Command.create({"acc_number": f"SG {PHONE}", "acc_holder_name": NAME})],
                "child_ids": [Command.create({"name": NAME, "type": "delivery", "street": STREET, "active": False})],
            }
        )
        partner.message_post(body=f"{NAME} called")
        for record in (order, picking, invoice):
            record.message_post(body=f"{NAME} wants it at {STREET}", subject=NAME)
            record.message_post(body="Call +65 9876-1234, ask for ZULEIKA", message_type="comment")
            record.message_post(body=f"I moved. {NOTE}", author_id=partner.id, email_from=f'"{NAME}" <z@example.com>')
            record.message_subscribe(partner.ids)
            record.activity_schedule("mail.mail_activity_data_todo", summary=f"Call {NAME}", note=PHONE)
        order.message_post(body="packed with care")
        order.message_post(body="see the file", attachments=[("note.txt", NAME.encode())])
        invoice.message_post(body=f"Dear {NAME}", partner_ids=partner.ids, subtype_xmlid="mail.mt_comment")
        order.signed_by = NAME
        order.note = f"<p>For <b>{NAME}</b></p>"
        order.order_line[0].name += f"\nEngraved: {NAME}"
        picking.note = f"<p>Ring twice at {STREET}</p>"
        self.env.cr.precommit.run()

    def check_nothing_comes_back(self, order):
        """Polled, pushed, fetched by hand or failing again: nothing comes back; the next order makes a new buyer."""
        self.later(5)
        self.move_there(self.placed, "completed")
        self.sync()
        self.register_pushes()
        self.push_all()
        self.follow()
        with self.environment() as env:
            shop = env["marketplace.shop"].browse(self.shop.id)
            shop._as_system()._fetch_refs([order.marketplace_order_ref], create_any=True)
        self.tell_failure(order)
        self.act()
        self.assert_nowhere()
        self.assertFalse(order.picking_ids.marketplace_label_id)
        again = self.import_now(self.place([(self.sku, 1)], buyer=self.person))
        self.assertNotEqual(again.partner_id, order.partner_id)

    def test_printed_and_changed(self):
        """R155: the printed invoice stays with its files; a contact that got another name meanwhile is gone as well,
        and so is what was noted when the order's customer changed."""
        order, invoice = self.shipped()
        invoice.message_post(body="sent", attachments=[("invoice.txt", f"Bill to {NAME}".encode())])
        partner = order.partner_id
        other = partner.copy({"name": "Somebody Else"})
        self.env.cr.precommit.run()
        for record in (order, order.picking_ids):
            record.partner_id = other
            self.env.cr.precommit.run()
            record.partner_id = partner
            self.env.cr.precommit.run()
        other.unlink()
        partner.name = "Z. Q."
        self.env.cr.precommit.run()
        self.erase(order)
        self.assert_nowhere("account.move")

    def test_cancelled_and_returned(self):
        """R155: a cancelled order, with the words of who cancelled, and a returned one with its credit note."""
        order, invoice = self.shipped()
        back = self.env["stock.return.picking"].with_context(
            active_id=order.picking_ids.id, active_model="stock.picking", active_ids=order.picking_ids.ids
        )
        wizard = back.create({})
        wizard.product_return_moves.quantity = 1
        picking = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        picking.button_validate()
        picking.message_post(body=f"{order.partner_id.name} sent it back")
        refund = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        refund.action_post()
        refund.message_post(body=f"{order.partner_id.name} gets money")
        second = self.bought()
        self.cancel_there(self.placed)
        self.later(5)
        self.sync()
        self.assertEqual((second.state, second.partner_id), ("cancel", order.partner_id))
        second.marketplace_cancel_reason = f"Changed my mind - {NOTE}"
        self.erase(order)
        self.assert_nowhere()
        self.assertEqual((picking.state, refund.state), ("done", "posted"))

    def test_merged_contacts(self):
        """R155: what was merged is one person: erased as one, whichever row is pressed, and the sync goes on."""
        order, _invoice = self.shipped()
        friend = replace(self.person, number=NUMBER + 1, name="Wilhelmina Ottershaw")
        second = self.import_now(self.place([(self.sku, 1)], buyer=friend))
        self.ship(second)
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((order | second).partner_id.ids, order.partner_id)
        self.assertEqual(second.partner_id, order.partner_id)
        buyers = self.buyer_of(order)
        self.assertEqual(len(buyers), 2)
        self.assertIn("Erased buyers: 2.", self.erase(order))
        self.assertFalse(buyers.exists())
        self.assert_nowhere()
        later = self.import_now(self.place([(self.sku, 1)], buyer=friend))
        self.assertNotEqual(later.partner_id, order.partner_id)
        self.assertTrue(later.partner_id.active)
        merge._merge((order | later).partner_id.ids, later.partner_id)
        self.assertEqual(order.partner_id, later.partner_id)
        again = self.import_now(self.place([(self.sku, 1)], buyer=friend))
        self.assertEqual(again.partner_id, later.partner_id)

    def test_archived_and_copied(self):
        """R155: a contact that is archived is found; copies that people made are shown, not touched."""
        order, _invoice = self.shipped()
        partner = order.partner_id
        copy = partner.copy({"name": partner.name})
        partner.action_archive()
        answer = self.press_erase(self.buyer_of(order))
        self.assertIn("no buyers: 1", answer["params"]["message"])
        self.assertEqual(answer["params"]["next"]["domain"], [("id", "in", copy.ids)])
        self.assertEqual(copy.street, STREET)
        copy.unlink()
        self.assert_nowhere()

    def test_refused_while_the_address_is_needed(self):
        order = self.bought()
        with self.assertRaisesRegex(UserError, "ship or cancel first"):
            self.buyer_of(order).with_user(self.manager).action_erase()
        self.assertEqual(order.partner_id.street, STREET)
        with self.assertRaises(AccessError):
            self.buyer_of(order).with_user(self.user).action_erase()


@tagged("post_install", "-at_install")
class TestLazada(ErasingTests, AtLazada, ErasingCase):
    note_key = "note"

    def test_a_contact_that_is_used_elsewhere_stays(self):
        """What people do with the contact themselves, or with an address below it, is theirs to erase."""
        order, _invoice = self.shipped()
        partner = order.partner_id
        address = self.env["res.partner"].create({"parent_id": partner.id, "type": "delivery", "name": "At work"})
        someone = self.env["res.partner"].create({"name": "Someone"})
        self.env["sale.order"].create({"partner_id": someone.id, "partner_shipping_id": address.id})
        told = self.erase(order)
        self.assertIn("left as they are", told)
        self.assertEqual(partner.name, NAME)
        self.assertFalse(order.marketplace_buyer_note)
        self.assertFalse(self.buyer_of(order))

    def test_two_companies(self):
        """R155: each company erases for itself; who may see both is told of the other."""
        order, _invoice = self.shipped()
        company, shop, seller = self.another_company()
        placed = self.lazada.place_order(seller.shops[0], [(self.sku, 1)], buyer=self.person, note=NOTE)
        self.later(1)
        self.sync(shop)
        other = self.order(placed.order_id)
        self.assertNotEqual(other.partner_id, order.partner_id)
        self.manager.company_ids |= company
        self.assertIn("from Second too", self.erase(order))
        self.assertEqual((other.partner_id.name, other.marketplace_buyer_note), (NAME, NOTE))
        self.assertTrue(self.buyer_of(other))
        self.assertFalse(order.marketplace_buyer_note)

    def test_restricted_audit_trail(self):
        """What the law keeps of posted invoices stays, and the manager is told; the rest is erased."""
        order, invoice = self.shipped()
        invoice.message_post(body=f"{NAME} called", message_type="comment")
        invoice._message_log(body=f"Posted for {NAME}")
        self.company.restrictive_audit_trail = True
        self.assertIn("keeps 1 notes", self.erase(order))
        self.assertEqual(self.places_of(NAME), {("mail_message", "body")})
        self.assertEqual(self.places_of(STREET), set())


@tagged("post_install", "-at_install")
class TestShopee(ErasingTests, AtShopee, ErasingCase):
    note_key = "message_to_seller"

    def test_two_shops(self):
        """R155: one contact for both shops of a company at the same marketplace, and one erasing."""
        order, _invoice = self.shipped()
        second = new_shop(9, "SG", self.shopee.clock)
        self.shopee.shops[second.shop_id] = second
        self.connect(self.shopee_account, {"login": f"shop_id:{second.shop_id}", "days": "365", "decision": "allow"})
        placed = self.shopee.place_order(second, [(self.sku, 1)], buyer=self.person, message_to_seller=NOTE)
        other = self.import_now(placed)
        self.assertNotEqual(other.marketplace_shop_id, order.marketplace_shop_id)
        self.assertEqual(other.partner_id, order.partner_id)
        self.shopee.cancel(placed, "Out of Stock", "seller")
        self.later(5)
        self.sync()
        self.erase(order)
        self.assertTrue(other.marketplace_erased)
        self.assert_nowhere()
