"""*Erase this buyer*, looked at in the whole database and in the files."""

import base64
from dataclasses import replace

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..simulator.catalogue import buyer as somebody
from .test_flow_shipping import ShippingCase

NAME, STREET, PHONE, NOTE = "Zuleika Quillfeather", "77 Wobblethorpe Mews", "+6598761234", "Leave it at the oboe shop"
PERSONAL = (NAME, STREET, PHONE, NOTE)
MEANT = {
    NAME: {("res_partner", "name"), ("res_partner", "complete_name")},
    STREET: {("res_partner", "street"), ("res_partner", "contact_address_complete")},
    NOTE: {("sale_order", "marketplace_buyer_note")},
    PHONE: set(),
}


@tagged("post_install", "-at_install")
class TestErasing(ShippingCase):
    def setUp(self):
        super().setUp()
        self.lazada.masks_buyers = False
        self.stock_up()
        chance = self.lazada.random
        self.person = replace(somebody(chance, "SG"), name=NAME, street=STREET, phone=PHONE)
        self.placed = self.place_lazada([(self.sku, 1)], buyer=self.person, note=NOTE)
        self.sale = self.import_now(self.placed)

    # === LOOKING EVERYWHERE === #

    def columns(self):
        """Where text may lie: (table, column)."""
        kinds = ("text", "character varying", "jsonb", "json", "character")
        self.env.cr.execute(
            SQL(
                """
                SELECT c.table_name, c.column_name
                  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
                 WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type IN %s
                """,
                kinds,
            )
        )
        return self.env.cr.fetchall()

    def places_of(self, text):
        """The columns in which the text stands: a set of (table, column)."""
        self.env.flush_all()
        found = set()
        by_table = {}
        for table, column in self.columns():
            by_table.setdefault(table, []).append(column)
        for table, columns in by_table.items():
            holds = [SQL("bool_or(position(%s in %s::text) > 0)", text, SQL.identifier(column)) for column in columns]
            self.env.cr.execute(SQL("SELECT %s FROM %s", SQL(", ").join(holds), SQL.identifier(table)))
            found |= {
                (table, column) for column, is_there in zip(columns, self.env.cr.fetchone(), strict=True) if is_there
            }
        return found

    def files_with(self, text):
        """The attachments whose content holds the text."""
        files = self.env["ir.attachment"].search([("res_model", "!=", "ir.ui.view"), ("type", "=", "binary")])
        wanted = (text.encode(), base64.b64encode(text.encode()))
        recent = files.filtered(lambda file: file.create_date >= self.sale.create_date)
        return recent.filtered(lambda file: any(part in (file.raw or b"") for part in wanted))

    def ship(self):
        picking = self.sale.picking_ids
        picking.action_marketplace_arrange()
        self.act()
        self.act()
        picking.button_validate()
        self.act()
        self.later(2)
        self.sync()

    @property
    def buyer(self):
        return self.env["marketplace.buyer"].search([("partner_id", "=", self.sale.partner_id.id)])

    # === TESTS === #

    def test_import_keeps_only_what_is_meant(self):
        """R155: after import a person stands on the contact and, with the note, on the order; nowhere else."""
        for text, places in MEANT.items():
            self.assertLessEqual(self.places_of(text), places, text)
        self.assertIn(("res_partner", "name"), self.places_of(NAME))
        self.assertIn(("sale_order", "marketplace_buyer_note"), self.places_of(NOTE))

    def test_erased_everywhere(self):
        """R155: nothing of the person is left in any column or file; orders, deliveries and invoices are whole."""
        self.ship()
        order, picking, partner = self.sale, self.sale.picking_ids, self.sale.partner_id
        label = picking.marketplace_label_id
        self.assertTrue(label)
        invoice = order._create_invoices()
        invoice.action_post()
        amounts = (order.amount_total, invoice.amount_total, invoice.name, invoice.state, picking.state)
        partner.write({"phone": PHONE, "comment": f"<p>{NAME} likes oboes</p>"})
        partner.message_post(body=f"{NAME} called")
        order.message_post(body=f"{NAME} wants it at {STREET}", attachments=[("note.txt", NAME.encode())])
        picking.activity_schedule("mail.mail_activity_data_todo", summary=f"Call {NAME}", note=PHONE)
        job = self.env["marketplace.job"]._record(
            self.lazada_shop,
            [
                {
                    "order_ref": order.marketplace_order_ref,
                    "reason": "unforeseen",
                    "message": "Unforeseen",
                    "details": f"KeyError({NAME!r})",
                    "raw": {"name": NAME, "note": NOTE, "phone": PHONE},
                }
            ],
        )
        self.assertTrue(job.raw_payload)
        told = self.buyer.with_user(self.manager).action_erase()["params"]["message"]
        self.assertIn("Erased buyers: 1.", told)
        self.assertFalse([text for text in PERSONAL if text in told])
        self.env["bus.bus"].search([]).unlink()  # messages to browsers, which Odoo deletes every day
        for text in PERSONAL:
            self.assertEqual(self.places_of(text), set(), text)
            self.assertFalse(self.files_with(text), text)
        self.assertFalse(label.exists())
        self.assertFalse(self.env["marketplace.buyer"].search([("partner_id", "=", partner.id)]))
        self.assertEqual(
            (order.amount_total, invoice.amount_total, invoice.name, invoice.state, picking.state), amounts
        )
        self.assertEqual((order.partner_id, invoice.partner_id), (partner, partner))
        self.check_nothing_comes_back()

    def check_nothing_comes_back(self):
        """Reading the order again changes nothing; the next order makes a new buyer."""
        self.later(5)
        self.lazada.advance(self.placed, "delivered")
        self.sync()
        with self.environment() as env:
            shop = env["marketplace.shop"].browse(self.lazada_shop.id)
            shop._as_system()._fetch_refs([self.sale.marketplace_order_ref], create_any=True)
        self.env["marketplace.job"]._record(
            self.lazada_shop,
            [
                {
                    "order_ref": self.sale.marketplace_order_ref,
                    "reason": "unforeseen",
                    "message": "Unforeseen",
                    "details": NAME,
                    "raw": {"name": NAME},
                }
            ],
        )
        self.act()
        for text in PERSONAL:
            self.assertEqual(self.places_of(text), set(), text)
        self.assertFalse(self.sale.picking_ids.marketplace_label_id)
        again = self.import_now(self.place_lazada([(self.sku, 1)], buyer=self.person))
        self.assertNotEqual(again.partner_id, self.sale.partner_id)

    def test_refused_while_the_address_is_needed(self):
        with self.assertRaisesRegex(UserError, "ship or cancel first"):
            self.buyer.with_user(self.manager).action_erase()
        self.assertEqual(self.sale.partner_id.name, NAME)
        with self.assertRaises(AccessError):
            self.buyer.with_user(self.user).action_erase()

    def test_a_contact_that_is_used_elsewhere_stays(self):
        """What people do with the contact themselves is theirs to erase."""
        self.ship()
        partner = self.sale.partner_id
        self.env["sale.order"].create({"partner_id": partner.id})
        told = self.buyer.with_user(self.manager).action_erase()["params"]["message"]
        self.assertIn("left as they are", told)
        self.assertEqual(partner.name, NAME)
        self.assertFalse(self.sale.marketplace_buyer_note)
        self.assertFalse(self.env["marketplace.buyer"].search([("partner_id", "=", partner.id)]))

    def test_time_limits(self):
        """Labels and answers go after the days set under Privacy, the label's file with them."""
        self.ship()
        label = self.sale.picking_ids.marketplace_label_id
        page = self.env["marketplace.privacy"].with_user(self.manager).create({})
        self.assertEqual((page.label_days, page.raw_days), (90, 30))
        self.assertGreaterEqual(page.label_count, 1)
        page.write({"label_days": 7, "raw_days": 5})
        page.action_save()
        stored = self.env["ir.attachment"]._full_path(label.store_fname)
        self.env.cr.execute("UPDATE ir_attachment SET create_date = create_date - interval '8 days'")
        self.env.cr.execute("UPDATE marketplace_package SET status = 'shipped'")
        self.env.invalidate_all()
        self.clock.move_to(label.create_date)
        self.later(7 * 24 * 60 + 1)
        page.action_clean_up()
        self.assertFalse(label.exists())
        self.assertTrue(stored)
        with self.assertRaisesRegex(UserError, "between 1 and"):
            page.raw_days = 0
