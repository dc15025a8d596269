"""A person looked for in the whole database and in every file: after import, after failures, with labels, and when time
is up."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..models.personal_texts import Personal, telling
from ..simulator.catalogue import buyers
from .common import MarketplaceCase
from .either_platform import AtLazada, AtShopee
from .personal_search import NAME, NOTE, NUMBER, PERSONAL, PHONE, STREET, PersonalSearch
from .test_flow_shipping import ShippingCase

CONTACT = {"name", "complete_name", "street", "contact_address_complete"}
RAW = {("marketplace_job", "raw_payload")}


class PrivacyCase(PersonalSearch, ShippingCase):
    def setUp(self):
        super().setUp()
        self.shopee_shop.arrange_delay = 0
        self.stock_up()

    def bought(self, **facts):
        """An order of the person, with a note."""
        self.placed = self.place([(self.sku, 1)], **{"buyer": self.person, self.note_key: NOTE, **facts})
        return self.import_now(self.placed)

    def ship(self, order):
        """Send the parcel on its way, with its label."""
        picking = order.picking_ids
        self.send(picking)
        for _ in range(3):
            self.act()
            self.later(2)
        self.finish(picking)
        self.act()
        self.later(2)
        self.sync()
        self.assertEqual(picking.state, "done")
        self.assertTrue(picking.marketplace_label_id)
        return picking

    def age(self, table, days):
        """Let the rows be made so many days earlier."""
        self.env.flush_all()
        self.env.cr.execute(f"UPDATE {table} SET create_date = create_date - interval '{days} days'")
        self.env.invalidate_all()

    def page(self):
        self.env.flush_all()
        return self.env["marketplace.privacy"].with_user(self.manager).create({})


class PrivacyTests:
    def test_import(self):
        """R155: after import a person stands on the contact and, with the note, on the order; nowhere else, and the
        platform's number of the person and the telephone nowhere at all."""
        order = self.bought()
        meant = {("res_partner", name) for name in CONTACT}
        self.assertLessEqual(self.places_of(NAME, STREET), meant)
        self.assertIn(("res_partner", "street"), self.places_of(STREET))
        self.assertEqual(self.places_of(NOTE), {("sale_order", "marketplace_buyer_note")})
        self.assertEqual(self.places_of(PHONE, str(NUMBER)), set())
        self.collect_garbage()
        self.assertEqual(self.files_with(*PERSONAL), set())
        self.assertEqual(order.partner_id.street, STREET)

    def test_masked(self):
        """R155 D12: hidden text becomes no name and no address, and no document shows a fake one."""
        self.lazada.masks_buyers = True
        self.shopee.masked_fields = frozenset({"name", "phone", "full_address", "city", "zipcode", "buyer_username"})
        order = self.bought()
        self.assertEqual(self.places_of(NAME, STREET, PHONE, str(NUMBER)), set())
        partner = order.partner_id
        names = ("name", "street", "street2", "city", "zip", "phone", "email", "contact_address")
        self.assertFalse([partner[name] for name in names if "*" in (partner[name] or "")])
        for report, records in (
            ("sale.action_report_saleorder", order),
            ("stock.action_report_delivery", order.picking_ids),
        ):
            page, _kind = self.env["ir.actions.report"]._render_qweb_html(report, records.ids)
            self.assertNotIn("***", page.decode())
            self.assertIn(partner.name, page.decode())

    def test_failed_order(self):
        """R155: what the platform sent about an order that failed is with its problem only, until that is solved."""
        self.bought(**self.broken)
        for text in (NAME, STREET, NOTE):
            self.assertEqual(self.places_of(text), RAW, text)
        job = self.problem(self.ref(self.placed))
        self.assertTrue(job.raw_payload)
        page = self.page()
        self.assertEqual(page.payload_count, 1)
        self.mend()
        self.later(1)
        job.action_retry()
        self.assertEqual(job.state, "done")
        self.assertFalse(job.raw_payload or job.details)
        self.assertFalse(RAW & self.places_of(NAME))
        self.assertEqual(self.page().payload_count, 0)

    def test_answers_for_a_time(self):
        """R155: the answer goes when its days are over, also where the order fails again every day."""
        self.bought(**self.broken)
        page = self.page()
        job = self.problem(self.ref(self.placed))
        self.clock.move_to(job.create_date)
        self.assertEqual(page.payload_until, (job.create_date + timedelta(days=page.raw_days)).date())
        self.later(page.raw_days * 24 * 60 - 1)
        self.env["marketplace.job"]._cron_clean_up()
        self.assertTrue(job.raw_payload)
        self.later(2)
        self.env["marketplace.job"]._cron_clean_up()
        self.assertFalse(job.raw_payload or job.details)
        job.action_retry()
        self.assertEqual((job.state, job.attempts), ("open", 2))
        self.assertFalse(job.raw_payload)
        self.assertEqual(self.places_of(NAME, STREET, NOTE), set())
        self.assertEqual(self.page().payload_count, 0)

    def test_label(self):
        """R155: the label's file shows the person; it is gone from the disk after its days, not before."""
        order = self.bought()
        picking = self.ship(order)
        label = picking.marketplace_label_id
        self.collect_garbage()
        self.assertEqual(self.files_with(STREET), {label.store_fname})
        self.assertEqual(self.places_of(PHONE), set())
        self.assertEqual(self.places_of(STREET) - {("res_partner", name) for name in CONTACT}, set())
        page = self.page()
        self.assertEqual(page.label_count, 1)
        self.move_there(self.placed, "shipped")
        self.sync()
        self.clock.move_to(label.create_date)
        self.assertEqual(page.label_until, (label.create_date + timedelta(days=page.label_days)).date())
        self.later(page.label_days * 24 * 60 - 1)
        page.action_clean_up()
        self.assertTrue(label.exists())
        self.later(2)
        page.action_clean_up()
        self.assertFalse(label.exists())
        self.collect_garbage()
        self.assertEqual(self.files_with(STREET), set())
        self.assertEqual(self.page().label_count, 0)
        with self.assertRaisesRegex(UserError, "between 1 and"):
            page.raw_days = 0
        with self.assertRaisesRegex(AccessError, "for all companies"):
            page.raw_days = 5
        page.sudo().raw_days = 5
        self.assertEqual(self.page().raw_days, 5)


@tagged("post_install", "-at_install")
class TestLazada(PrivacyTests, AtLazada, PrivacyCase):
    note_key = "note"
    broken = {"overrides": {"created_at": "?"}}

    def mend(self):
        self.placed.overrides = {}


@tagged("post_install", "-at_install")
class TestShopee(PrivacyTests, AtShopee, PrivacyCase):
    note_key = "message_to_seller"
    broken = {"overrides": {"detail": {"create_time": "?"}}}

    def mend(self):
        self.placed.overrides = {}


@tagged("post_install", "-at_install")
class TestManyBuyers(MarketplaceCase):
    ORDERS, BUYERS = 50, 30  # of each platform; a thousand take minutes and tell no more

    def test_masked_buyers(self):
        """D12: 50 masked orders of 30 buyers give 30 contacts, or one, by setting; no document has a fake address."""
        self.lazada_shop.customer_policy = "shop"
        people = buyers(self.shopee.random, "SG", self.BUYERS)
        for number in range(self.ORDERS):
            self.place_shopee([(self.sku, 1)], buyer=people[number % self.BUYERS])
            self.place_lazada([(self.sku, 1)], buyer=people[number % self.BUYERS])
        before = self.env["res.partner"].search([])
        self.import_now()
        new = self.env["res.partner"].search([]) - before
        orders = self.env["sale.order"].search([("marketplace_shop_id", "!=", False)])
        of_shop = orders.grouped("marketplace_shop_id")
        self.assertEqual([len(of_shop[shop]) for shop in (self.lazada_shop, self.shopee_shop)], [self.ORDERS] * 2)
        self.assertEqual(len(of_shop[self.shopee_shop].partner_id), self.BUYERS)
        self.assertEqual(of_shop[self.lazada_shop].partner_id, self.lazada_shop.customer_id)
        self.assertLessEqual(orders.partner_id, new | self.lazada_shop.customer_id)
        self.assertEqual(len(set(new.mapped("name"))), len(new))
        self.assertFalse(new.filtered(lambda partner: "*" in f"{partner.name}{partner.contact_address}"))
        self.assertEqual(orders.partner_shipping_id, orders.partner_id)
        self.assertEqual(orders.picking_ids.partner_id, orders.partner_id)


@tagged("post_install", "-at_install")
class TestPersonalTexts(BaseCase):
    def test_spellings(self):
        """What people write of a person is found however they spell it, and what only looks like it is not."""
        personal = Personal(telling(["Ana O'Neil & Co", "+65 9876 1234", "<p>Blk 7,<br>#03-01</p>", "สมชาย", "Ng"]))
        for text in (
            "ana o'neil  &  co",
            "<p>Ana <b>O&#39;Neil</b> &amp; Co</p>",
            "call 9876-1234!",
            "(+65) 98761234",
            "Blk 7, #03-01",
            "คุณสมชายโทรมา",
            "Mr Ng, please",
            '"Ana O\'Neil & Co" <a@b.c>',
        ):
            self.assertTrue(personal.is_in(text), text)
        for text in ("", False, "Banana", "waiting", "98761 pieces", "Ana", "Blk 70"):
            self.assertFalse(personal.is_in(text), text)
        self.assertEqual(personal.cut_from("Mug for Ng"), "Mug for …")
        self.assertEqual(personal.cut_from("<p>Ana <b>O'Neil</b> &amp; Co</p>"), "…")
        self.assertFalse(Personal(()).is_in("anything"))
