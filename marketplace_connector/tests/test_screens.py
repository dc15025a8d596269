"""What people see on orders, deliveries, packages and problems: links, ship-by, lists."""

from datetime import datetime

from lxml import etree
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval
from werkzeug.test import Client

from .common import LAZADA, SHOPEE, sent_by
from .test_flow_shipping import ShippingCase


class ScreenCase(ShippingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = new_test_user(cls.env, "packer", "stock.group_stock_user", tz="Europe/Brussels")
        cls.accountant = new_test_user(cls.env, "accountant", "account.group_account_invoice")

    def buttons(self, record, user):
        """The names of the buttons in the record's form that the user gets."""
        arch = record.with_user(user).get_view(view_type="form")["arch"]
        return {node.get("name") for node in self.nodes(arch, "button")}

    def nodes(self, arch, tag):
        return etree.fromstring(arch).iter(tag)


@tagged("post_install", "-at_install")
class TestSellerCenter(ScreenCase):
    def page_of(self, record):
        url = sent_by(record.action_marketplace_open_page())
        for address, app in ((LAZADA, self.lazada), (SHOPEE, self.shopee)):
            if url.startswith(address):
                return Client(app).get(url.removeprefix(address), base_url=address)
        raise AssertionError(url)

    def test_opens_the_order(self):
        """Order, delivery, package and problem open the order's own page at the platform."""
        for placed, ref in (
            (self.place_lazada([(self.sku, 1)]), lambda order: str(order.order_id)),
            (self.place_shopee([(self.sku, 1)]), lambda order: order.order_sn),
        ):
            order = self.import_now(placed)
            order.picking_ids._marketplace_arrange_by_policy()
            self.act()
            records = (order, order.picking_ids, order.marketplace_package_ids)
            for record in (*records, self.env["marketplace.job"].search([("order_id", "=", order.id)], limit=1)):
                page = self.page_of(record)
                self.assertEqual(page.status_code, 200, record)
                self.assertIn(ref(placed), page.text)

    def test_packer_opens_it(self):
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        self.assertIn("/seller-center/orders/", sent_by(picking.with_user(self.packer).action_marketplace_open_page()))

    def test_own_address(self):
        """The account's address wins, the number is quoted; nonsense is refused."""
        order = self.import_now(self.place_shopee([(self.sku, 1)]))
        self.shopee_account.order_page_url = "http://127.0.0.1:9/order?sn={order}#top"
        order.marketplace_order_ref = "A B/1"
        order.invalidate_recordset(["marketplace_page"])
        self.assertEqual(order.marketplace_page, "http://127.0.0.1:9/order?sn=A%20B%2F1#top")
        for wrong in (
            "seller.example.com/{order}",
            "https://seller.example.com/orders",
            "https://{order}/x",
            "javascript:{order}",
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.shopee_account.order_page_url = wrong

    def test_live_shops_want_https(self):
        with self.assertRaises(ValidationError):
            self.env["marketplace.account"].create(
                {
                    "name": "Live app",
                    "provider": "shopee",
                    "app_key": "77",
                    "order_page_url": "http://seller.example.com/{order}",
                }
            )

    def test_unknown_address(self):
        """No button where no address is known, and a sentence for who asks nevertheless."""
        order = self.import_now(self.place_shopee([(self.sku, 1)]))
        self.shopee_account.environment = "sandbox"
        order.invalidate_recordset(["marketplace_page"])
        self.assertFalse(order.marketplace_page)
        with self.assertRaisesRegex(UserError, "Seller Center address"):
            order.action_marketplace_open_page()

    def test_without_the_secret(self):
        """A neutralised copy still knows the page."""
        order = self.import_now(self.place_shopee([(self.sku, 1)]))
        self.shopee_account.app_secret = False
        self.assertTrue(order.marketplace_page)

    def test_strangers(self):
        order = self.import_now(self.place_shopee([(self.sku, 1)]))
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        for record in (order, order.picking_ids, order.marketplace_package_ids):
            with self.assertRaises(AccessError):
                record.with_user(stranger).action_marketplace_open_page()


@tagged("post_install", "-at_install")
class TestShipBy(ScreenCase):
    def setUp(self):
        super().setUp()
        self.due = self.import_now(self.place_shopee([(self.sku, 1)]))
        self.due.commitment_date = datetime(2026, 3, 5, 16, 59)

    def test_on_the_shops_clock(self):
        """The shop's time, whatever the user's: order, delivery, package and problem say the same."""
        self.shopee_shop.tz = "Asia/Jakarta"
        user = new_test_user(
            self.env, "far_away", "stock.group_stock_user,sales_team.group_sale_manager", tz="America/Lima"
        )
        self.due.picking_ids._marketplace_arrange_by_policy()
        job = self.env["marketplace.job"].search([("order_id", "=", self.due.id)])
        for record in (self.due, self.due.picking_ids, self.due.marketplace_package_ids, job):
            shown = record.with_user(user).marketplace_ship_by_text
            self.assertEqual(shown, "Thu 5 Mar 23:59 (Jakarta)", record)

    def test_late_until_shipped(self):
        """Red after the moment, muted once the goods have left."""
        picking = self.due.picking_ids
        self.assertEqual((self.due.marketplace_due, picking.marketplace_due), ("open", "open"))
        self.clock.move_to("2026-03-06 00:00:00")
        self.env.invalidate_all()
        self.assertEqual((self.due.marketplace_due, picking.marketplace_due), ("late", "late"))
        self.due.marketplace_status = "shipped"
        self.assertEqual(self.due.marketplace_due, "over")

    def test_order_of_the_list(self):
        """The list of deliveries goes by ship-by, which follows a change on the order."""
        sooner = self.import_now(self.place_shopee([(self.sku, 1)]))
        sooner.commitment_date = datetime(2026, 3, 4, 12)
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_deliveries")
        arch = self.env["stock.picking"].get_view(action["views"][0][0], "list")["arch"]
        order_by = next(self.nodes(arch, "list")).get("default_order")
        domain = [("marketplace_shop_id", "=", self.shopee_shop.id)]
        found = self.env["stock.picking"].search(domain, order=order_by)
        self.assertEqual(found.sale_id.ids, [sooner.id, self.due.id])
        self.due.commitment_date = datetime(2026, 3, 4, 11)
        found = self.env["stock.picking"].search(domain, order=order_by)
        self.assertEqual(found.sale_id.ids, [self.due.id, sooner.id])


@tagged("post_install", "-at_install")
class TestSmartButtons(ScreenCase):
    def packed(self):
        self.stock_up()
        order = self.import_now(self.place_lazada([(self.sku, 1)]))
        order.picking_ids.action_marketplace_arrange()
        self.act()
        self.act()
        return order

    def test_round_trip(self):
        """From order to delivery to package to invoice, and back."""
        order = self.packed()
        picking, package = order.picking_ids, order.marketplace_package_ids
        picking.button_validate()
        invoice = order._create_invoices()
        picking.invalidate_recordset()
        self.assertEqual(picking.action_marketplace_open_order()["res_id"], order.id)
        self.assertEqual(picking.action_marketplace_open_packages()["res_id"], package.id)
        self.assertEqual(picking.action_marketplace_open_invoices()["res_id"], invoice.id)
        self.assertEqual(package.action_open_order()["res_id"], order.id)
        self.assertEqual(package.action_open_delivery()["res_id"], picking.id)
        self.assertEqual(package.action_open_invoices()["res_id"], invoice.id)
        self.assertEqual((picking.marketplace_package_count, picking.marketplace_invoice_count), (1, 1))
        self.assertEqual(order.action_marketplace_packages()["domain"], [("order_id", "in", order.ids)])
        self.assertEqual(order.marketplace_package_status, "confirmed")

    def test_for_whom(self):
        """Who has no right to a model gets no button to it."""
        order = self.packed()
        picking = order.picking_ids
        sales = {"action_marketplace_open_order", "action_marketplace_open_invoices"}
        self.assertFalse(sales & self.buttons(picking, self.packer))
        self.assertLess(
            {"action_marketplace_open_packages", "action_marketplace_label"}, self.buttons(picking, self.packer)
        )
        self.assertLess(sales, self.buttons(picking, self.manager))
        package = order.marketplace_package_ids
        hidden = {"action_open_order", "action_open_invoices"}
        self.assertFalse(hidden & self.buttons(package, self.packer))
        self.assertLess(hidden, self.buttons(package, self.manager))
        with self.assertRaises(AccessError):
            picking.with_user(self.packer).action_marketplace_open_invoices()
        with self.assertRaises(AccessError):
            package.with_user(self.packer).action_open_invoices()
        self.assertNotIn("action_open_orders", self.buttons(self.lazada_shop, self.packer))
        self.assertIn("action_open_deliveries", self.buttons(self.lazada_shop, self.packer))

    def test_packer_reads_all(self):
        """A packer without rights to sales reads each page and each list that shows the parcel."""
        order = self.packed()
        for record in (order.picking_ids, order.marketplace_package_ids, self.lazada_shop):
            record = record.with_user(self.packer)
            for kind in ("form", "list", "kanban") if record._name != "marketplace.package" else ("form", "list"):
                shown = record.get_views([(False, kind)])["models"][record._name]["fields"]
                links = {
                    name: {"fields": {"display_name": {}}} for name in shown if record._fields[name].type == "many2one"
                }
                self.assertTrue(record.web_read({name: links.get(name, {}) for name in shown}), (record, kind))

    def test_counts_of_the_shop(self):
        """The shop's counts, each for those who may see what is counted."""
        self.packed()
        shop = self.lazada_shop
        clerk = new_test_user(self.env, "clerk", "marketplace_connector.group_user")
        counts = shop.order_count, shop.delivery_count, shop.package_count, shop.problem_count
        self.assertEqual(counts, (1, 1, 1, 0))
        self.assertEqual((shop.with_user(clerk).order_count, shop.with_user(self.packer).delivery_count), (0, 1))
        action = shop.action_open_deliveries()
        self.assertEqual(self.env["stock.picking"].search_count(action["domain"]), 1)


@tagged("post_install", "-at_install")
class TestDeliveriesList(ScreenCase):
    def filtered(self, *names):
        """The deliveries that the list shows with these filters."""
        view = self.env.ref("marketplace_connector.marketplace_deliveries_view_search")
        arch = self.env["stock.picking"].get_view(view.id, "search")["arch"]
        domains = {node.get("name"): node.get("domain") for node in self.nodes(arch, "filter")}
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_deliveries")
        found = self.env["stock.picking"].search(safe_eval(action["domain"]))
        for name in names:
            found &= self.env["stock.picking"].search(safe_eval(domains[name]))
        return found

    def test_filters(self):
        """Each filter shows the deliveries it names."""
        self.stock_up()
        fresh = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        packed = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        packed.action_marketplace_arrange()
        self.act()
        self.assertEqual(self.filtered("to_ship"), fresh | packed)
        self.assertEqual(self.filtered("ready_to_ship"), packed)
        self.assertFalse(self.filtered("no_label"))
        packed.marketplace_package_ids.label_id.unlink()
        self.assertEqual(self.filtered("no_label"), packed)
        self.assertFalse(self.filtered("waiting_tracking"))
        self.assertFalse(self.filtered("manual"))
        packed.button_validate()
        self.assertEqual(self.filtered("to_ship"), fresh)
        self.assertFalse(self.filtered("late"))
        fresh.sale_id.commitment_date = datetime(2026, 3, 4, 1)
        self.assertEqual(self.filtered("late"), fresh)
        self.assertEqual(self.filtered("late", "shopee"), self.env["stock.picking"])
        fresh.sale_id.commitment_date = datetime(2026, 3, 4, 22)
        self.assertEqual(self.filtered("today"), fresh)

    def test_waiting_for_tracking(self):
        """Validated at Shopee, and no number yet."""
        self.stock_up()
        self.shopee.tracking_delay = 600
        picking = self.import_now(self.place_shopee([(self.sku, 1)])).picking_ids
        self.later(60)
        picking.button_validate()
        self.act()
        self.assertEqual(self.filtered("waiting_tracking"), picking)

    def test_shipped_by_the_platform(self):
        """What the marketplace ships from its own warehouse is not there to be packed."""
        picking = self.import_now(self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True)).picking_ids
        self.assertFalse(self.filtered("to_ship"))
        self.assertEqual(self.filtered("by_platform"), picking)
        self.assertFalse(picking.marketplace_can_arrange)
        self.lazada_shop.invalidate_recordset()
        self.assertEqual(self.lazada_shop.delivery_count, 0)

    def test_list_reads_in_few_queries(self):
        """What the list shows costs the same number of queries for 2 deliveries and for 12."""
        placed = [self.place_shopee([(self.sku, 1)]) for _ in range(12)]
        pickings = self.import_now(*placed).picking_ids
        view = self.env.ref("marketplace_connector.marketplace_deliveries_view_list")
        fields = self.env["stock.picking"].get_views([(view.id, "list")])["models"]["stock.picking"]["fields"]
        counts = []
        for records in (pickings.browse(pickings.ids[:2]), pickings.browse(pickings.ids)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.web_read({name: {} for name in fields})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)


@tagged("post_install", "-at_install")
class TestProblems(ScreenCase):
    def test_same_buttons_everywhere(self):
        """What solves a problem is offered in the list, on the form and on the phone's cards, under the same terms."""
        views = {}
        for kind, inside in (("list", "./button"), ("form", "./header/button"), ("kanban", ".//footer/a")):
            arch = etree.fromstring(self.env["marketplace.job"].get_view(view_type=kind)["arch"])
            facts = ("invisible", "groups", "confirm")
            views[kind] = {node.get("name"): [node.get(fact) for fact in facts] for node in arch.findall(inside)}
        self.assertEqual(views["list"], views["form"])
        self.assertEqual(views["list"], views["kanban"])
        self.assertIn("action_validate_deliveries", views["form"])


@tagged("post_install", "-at_install")
class TestCheckList(ScreenCase):
    def test_ticks(self):
        """R117: the check list knows what is done; Start is its end."""
        shop = self.lazada_shop
        shop.process_orders = False
        self.assertFalse(shop.is_pulled)
        self.place_lazada([("UMBRELLA-GOLF", 1, "29.90")])
        self.later(1)
        self.sync()
        shop.invalidate_recordset()
        self.assertTrue(shop.is_pulled)
        self.assertEqual(shop.unlinked_count, 1)
        listing = self.env["marketplace.listing"].search(shop.action_open_unlinked()["domain"])
        listing.product_id = self.products[0]
        shop.invalidate_recordset()
        self.assertEqual(shop.unlinked_count, 0)
        shop.with_user(self.manager).action_start()
        self.assertTrue(shop.process_orders)

    def test_off(self):
        """R118: while the shop does not process orders, order and delivery say so and lead to it."""
        self.lazada_shop.process_orders = False
        order = self.import_now(self.place_lazada([(self.sku, 1)]))
        picking = order.picking_ids.with_user(self.packer)
        self.assertEqual((order.marketplace_sends, picking.marketplace_sends), (False, False))
        self.assertEqual(picking.action_marketplace_open_shop()["res_id"], self.lazada_shop.id)
        self.assertEqual(order.action_marketplace_open_shop()["res_id"], self.lazada_shop.id)
        self.assertTrue(order.marketplace_can_arrange, "The button is there, and says why it does nothing")
        with self.assertRaisesRegex(UserError, "Start"):
            picking.action_marketplace_arrange()

    def test_nothing_to_pack(self):
        """The button is gone when all is arranged, and when the order is over."""
        order = self.import_now(self.place_lazada([(self.sku, 1)]))
        order.picking_ids.action_marketplace_arrange()
        self.act()
        order.invalidate_recordset()
        self.assertFalse(order.marketplace_can_arrange)
        cancelled = self.import_now(self.place_lazada([(self.sku, 1)]))
        cancelled.marketplace_status = "cancelled"
        self.assertFalse(cancelled.marketplace_can_arrange)
