"""Which orders come in, and what a sales order takes over from the platform besides amounts."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..simulator.catalogue import Buyer, buyers
from .common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestImport(MarketplaceCase):
    def test_new_orders_of_both_platforms(self):
        """R22 R33 R48 R49 R99: ready orders become confirmed sales orders with a delivery and a customer."""
        lazada = self.place_lazada([(self.sku, 2)], shipping_fee="1.99")
        shopee = self.place_shopee([(self.sku, 2)], shipping_fee="1.99")
        self.later(1)
        counts = self.sync()
        self.assertEqual((counts["created"], counts["failed"], counts["finished"]), (2, 0, 2))
        for ref in (lazada.order_id, shopee.order_sn):
            order = self.order(ref)
            self.assertEqual(order.state, "sale")
            self.assertEqual(len(order.picking_ids), 1)
            self.assertEqual(self.lines(order).product_uom_qty, 2)
            self.assertEqual(order.picking_ids.partner_id, order.partner_id)

    def test_several_items(self):
        """R111 R171: each SKU on its line, pieces as quantity."""
        content = {product.default_code: place + 1 for place, product in enumerate(self.products[:4])}
        for order in self.import_now(self.place_lazada(content.items()), self.place_shopee(content.items())):
            found = {line.product_id.default_code: line.product_uom_qty for line in self.lines(order)}
            self.assertEqual(found, content)
            self.assertEqual(len(order.picking_ids.move_ids), 4)

    # === WHICH ORDERS === #

    def test_only_orders_to_work_on_are_created(self):
        """R25 R26 R27: ready to ship and processed come in; before and after that nothing does."""
        reached = {}
        for status in ("UNPAID", "PENDING", "READY_TO_SHIP", "PROCESSED", "RETRY_SHIP", "SHIPPED", "COMPLETED"):
            order = self.place_shopee([(self.sku, 1)], paid=False)
            self.shopee.advance(order, status)
            reached[order.order_sn] = status
        order = self.place_shopee([(self.sku, 1)])
        self.shopee.cancel(order)
        reached[order.order_sn] = "CANCELLED"
        order = self.place_shopee([(self.sku, 1)])
        self.shopee.request_cancellation(order)
        reached[order.order_sn] = "IN_CANCEL"
        self.import_now()
        found = {reached[order.marketplace_order_ref] for order in self.env["sale.order"].search([]) & self.ours()}
        self.assertEqual(found, {"READY_TO_SHIP", "PROCESSED", "RETRY_SHIP"})
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))
        self.assertEqual(
            {order.marketplace_raw_status: order.marketplace_manual_reason for order in self.ours()},
            {"READY_TO_SHIP": False, "PROCESSED": False, "RETRY_SHIP": "not_collected"},
        )

    def test_lazada_units_decide(self):
        """R25: pending and packed come in, unpaid and delivered do not; canceled units do not count."""
        ready, packed, unpaid, gone, part = (self.place_lazada([(self.sku, 2)], paid=i != 2) for i in range(5))
        self.lazada.advance(packed, "ready_to_ship")
        self.lazada.advance(gone, "delivered")
        self.lazada.cancel(part, units=part.units[:1])
        self.import_now()
        found = set(self.ours().mapped("marketplace_order_ref"))
        self.assertEqual(found, {str(order.order_id) for order in (ready, packed, part)})
        self.assertEqual(self.lines(self.order(part.order_id)).product_uom_qty, 1)
        self.assertFalse(self.order(unpaid.order_id))

    def ours(self):
        return self.env["sale.order"].search([("marketplace_shop_id", "!=", False)])

    def test_known_orders_go_on_being_updated(self):
        """R30 R145: what is no reason to create an order still changes one that is there, raw word beside ours."""
        platform_order = self.place_shopee([(self.sku, 1)])
        order = self.import_now(platform_order)
        seen = [(order.marketplace_status, order.marketplace_raw_status)]
        for status in ("PROCESSED", "SHIPPED", "COMPLETED"):
            self.later(60)
            self.shopee.advance(platform_order, status)
            self.import_now()
            seen.append((order.marketplace_status, order.marketplace_raw_status))
        self.assertEqual(
            seen,
            [
                ("ready_to_ship", "READY_TO_SHIP"),
                ("processed", "PROCESSED"),
                ("shipped", "SHIPPED"),
                ("completed", "COMPLETED"),
            ],
        )
        self.assertEqual(order.state, "sale")

    def test_paid_later(self):
        """R163: an order seen unpaid first comes in when it is paid."""
        platform_order = self.place_lazada([(self.sku, 1)], paid=False)
        self.assertFalse(self.import_now(platform_order))
        self.later(30)
        self.lazada.advance(platform_order, "pending")
        self.assertEqual(self.import_now(platform_order).state, "sale")

    def test_first_day_of_the_import(self):
        """Orders placed before the shop's first day stay out, also when they change or Last Order Sync moves back."""
        with self.shopee.clock.ago(3 * 86400):
            old = self.place_shopee([(self.sku, 1)])
        new = self.place_shopee([(self.sku, 1)])
        self.shopee_shop.write(
            {
                "import_from": fields.Datetime.now() - timedelta(days=1),
                "last_order_sync": fields.Datetime.now() - timedelta(days=10),
            }
        )
        self.assertEqual(self.import_now(old, new).marketplace_order_ref, new.order_sn)
        self.later(10)
        self.shopee.advance(old, "PROCESSED")
        self.assertFalse(self.import_now(old))

    def test_confirm_automatically_off(self):
        """Orders wait as quotations without a delivery, and stay so through updates."""
        self.shopee_shop.confirm_automatically = False
        platform_order = self.place_shopee([(self.sku, 1)])
        order = self.import_now(platform_order)
        self.assertEqual((order.state, len(order.picking_ids)), ("draft", 0))
        self.shopee.advance(platform_order, "PROCESSED")
        self.import_now()
        self.assertEqual((order.state, order.marketplace_status), ("draft", "processed"))
        order.action_confirm()
        self.assertEqual(order.date_order, fields.Datetime.from_string("2026-03-04 05:06:00"))

    # === WHAT AN ORDER SAYS === #

    def test_numbers(self):
        """R36 R103 R104 R164: the platform's number is on the order, found by name search, and client reference."""
        for platform_order in (self.place_lazada([(self.sku, 1)]), self.place_shopee([(self.sku, 1)])):
            order = self.import_now(platform_order)
            ref = order.marketplace_order_ref
            self.assertEqual((order.client_order_ref, order.origin), (ref, order.marketplace_shop_id.name))
            self.assertEqual(self.env["sale.order"].name_search(ref), [(order.id, order.display_name)])
            self.assertEqual(self.env["sale.order"].search([("marketplace_order_ref", "=", ref)]), order)
            self.assertFalse(order.copy().marketplace_order_ref)

    def test_dates(self):
        """The platform's moments: placed and ship-by, unchanged by confirmation; deliveries are due at ship-by."""
        with self.shopee.clock.ago(5 * 3600):
            platform_order = self.place_shopee([(self.sku, 1)])
        self.shopee_shop.confirm_automatically = False
        order = self.import_now(platform_order)
        placed = fields.Datetime.from_string("2026-03-04 00:06:00")
        self.assertEqual(order.date_order, placed)
        order.action_confirm()
        self.assertEqual(order.date_order, placed)
        self.assertEqual(order.commitment_date, placed + timedelta(days=2))
        self.assertEqual(order.picking_ids.date_deadline, placed + timedelta(days=2))
        self.shopee.advance(platform_order, "SHIPPED")
        self.import_now()
        self.assertEqual(order.date_order, placed)

    def test_facts(self):
        """R115: courier, note, payment, who ships; the shop's warehouse."""
        warehouse = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC", "company_id": self.company.id})
        self.shopee_shop.warehouse_id = warehouse
        order = self.import_now(
            self.place_shopee([(self.sku, 1)], courier="Ninja Van", message_to_seller="Leave at the guard 🎁")
        )
        self.assertEqual(order.marketplace_courier, "Ninja Van")
        self.assertEqual(order.marketplace_buyer_note, "Leave at the guard 🎁")
        self.assertEqual((order.marketplace_payment_method, order.marketplace_fulfilment), ("ShopeePay", "seller"))
        self.assertEqual(order.picking_ids.picking_type_id.warehouse_id, warehouse)

    def test_shipped_by_the_platform(self):
        """R50: what the platform ships leaves no stock of ours."""
        orders = self.import_now(
            self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True),
            self.place_shopee([(self.sku, 1)], fulfilled_by_shopee=True),
        )
        self.assertEqual(set(orders.mapped("marketplace_fulfilment")), {"platform"})
        own = self.shopee_shop.warehouse_id
        self.assertFalse(orders.picking_ids.filtered(lambda picking: picking.picking_type_id.warehouse_id == own))

    def test_team_and_salesperson(self):
        """R90 R92: the shop's; an empty salesperson stays empty, whoever syncs and whoever the customer is."""
        self.assertTrue(self.shopee_shop.team_id)
        order = self.import_now(self.place_shopee([(self.sku, 1)]))
        self.assertEqual(order.team_id, self.shopee_shop.team_id)
        self.assertFalse(order.user_id)
        self.assertFalse(order.partner_id.user_id)
        self.shopee_shop.write({"user_id": self.user.id, "team_id": False})
        second = self.import_now(self.place_shopee([(self.sku, 1)]))
        self.assertEqual((second.user_id, second.team_id), (self.user, self.env["crm.team"]))

    # === CUSTOMERS === #

    def test_one_contact_a_buyer(self):
        """R34 R35: 12 orders of 7 masked buyers give 7 contacts without masked text, on both platforms."""
        people = buyers(self.shopee.random, "SG", 7)
        for number in range(12):
            self.place_shopee([(self.sku, 1)], buyer=people[number % 7])
            self.place_lazada([(self.sku, 1)], buyer=people[number % 7])
        before = self.env["res.partner"].search([])
        self.import_now()
        new = self.env["res.partner"].search([]) - before
        self.assertEqual(len(new), 14)
        texts = [text for partner in new for text in (partner.name, partner.street, partner.city, partner.zip) if text]
        self.assertFalse([text for text in texts if "*" in text])
        self.assertFalse([partner for partner in new if partner.phone or partner.email])
        self.assertEqual(set(new.mapped("country_id.code")), {"SG"})
        self.assertEqual(len(self.env["marketplace.buyer"].search([])), 14)

    def test_one_contact_a_shop(self):
        """The other policy: one contact for the shop, named after it."""
        self.shopee_shop.customer_policy = "shop"
        orders = self.import_now(*(self.place_shopee([(self.sku, 1)]) for _ in range(3)))
        self.assertEqual(orders.partner_id, self.shopee_shop.customer_id)
        self.assertIn(self.shopee_shop.name, orders.partner_id.name)
        self.assertFalse(self.env["marketplace.buyer"].search([]))

    def test_hidden_buyers_fall_back_to_the_shops_contact(self):
        orders = self.import_now(
            self.place_shopee([(self.sku, 1)], overrides={"detail": {"buyer_user_id": 0}}),
            self.place_lazada([(self.sku, 1)], item_overrides={"buyer_id": "1****9"}),
        )
        for order in orders:
            self.assertEqual(order.partner_id, order.marketplace_shop_id.customer_id)

    def test_merged_contacts(self):
        """Two contacts merged by hand: the next order of either buyer goes to the one that is left."""
        people = buyers(self.shopee.random, "SG", 2)
        orders = self.import_now(*(self.place_shopee([(self.sku, 1)], buyer=person) for person in people))
        kept, gone = orders.partner_id
        self.env["base.partner.merge.automatic.wizard"]._merge((kept | gone).ids, kept)
        self.assertFalse(gone.exists())
        later = self.import_now(*(self.place_shopee([(self.sku, 1)], buyer=person) for person in people))
        self.assertEqual(later.partner_id, kept)

    def test_names_in_any_script(self):
        """Thai, Vietnamese and emoji in names, items and addresses arrive unharmed where the platform shows them."""
        self.lazada.masks_buyers = False
        for name, street in (
            ("สมชาย ใจดี", "ถนนสุขุมวิท 21"),
            ("Nguyễn Thị Hương", "Đường Lê Lợi"),
            ("Ana 🌸 Tan", "Jln 🏠 5"),
        ):
            person = Buyer(
                number=len(name), name=name, phone="6581234567", street=street, district="", city="Singapore",
                state="", post_code="049910", country="SG",
            )  # fmt: skip
            order = self.import_now(
                self.place_lazada([(self.sku, 1)], buyer=person, item_overrides={"name": f"{name} ☕", "sku": self.sku})
            )
            self.assertEqual((order.partner_id.name, order.partner_id.street), (name, street))
            self.assertTrue(self.lines(order).name.startswith(f"{name} ☕"))

    # === SILENCE === #

    def test_no_mail_in_a_whole_life(self):
        """R74 R75: imported, confirmed, delivered, cancelled: no mail and no notification to anybody."""
        self.company.write({"stock_move_email_validation": True})
        self.shopee_shop.user_id = self.user
        mails, notices = self.env["mail.mail"].search([]), self.env["mail.notification"].search([])
        person = buyers(self.shopee.random, "SG", 1)[0]
        sent, dropped = (self.place_shopee([(self.sku, 1)], buyer=person) for _ in range(2))
        orders = self.import_now(sent, dropped)
        orders.partner_id.email = "somebody@example.com"
        delivery = self.order(sent.order_sn).picking_ids
        delivery.move_ids.quantity = 1
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
        self.shopee.advance(sent, "COMPLETED")
        self.shopee.cancel(dropped)
        self.later(30)
        self.import_now()
        self.assertEqual(self.order(dropped.order_sn).state, "cancel")
        self.env.flush_all()
        self.assertFalse((self.env["mail.mail"].search([]) - mails).mapped("subject"))
        self.assertFalse((self.env["mail.notification"].search([]) - notices).mapped("res_partner_id.name"))
        self.assertNotIn(orders.partner_id, orders.message_partner_ids | delivery.message_partner_ids)
