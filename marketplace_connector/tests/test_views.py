"""Every page of ours opens, for everybody who may open it."""

from lxml import etree
from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .common import MarketplaceCase

MODELS = (
    "marketplace.account",
    "marketplace.shop",
    "marketplace.listing",
    "marketplace.job",
    "marketplace.buyer",
    "marketplace.package",
    "marketplace.shop.group",
    "marketplace.catalogue.import",
    "marketplace.day.check",
    "marketplace.order.check",
    "marketplace.call.count",
)

USERS_MENUS = {
    "Marketplace Orders",
    "Marketplaces",
    "Shops",
    "Listings",
    "Packages",
    "Problems",
    "Days",
    "Stock at the Marketplace",
    "Stock on Marketplaces",
}


@tagged("post_install", "-at_install")
class TestViews(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = new_test_user(cls.env, "plain_salesman", "sales_team.group_sale_salesman_all_leads")
        cls.packer = new_test_user(cls.env, "plain_packer", "stock.group_stock_user")
        cls.accountant = new_test_user(cls.env, "plain_accountant", "account.group_account_invoice")

    def setUp(self):
        super().setUp()
        self.good = self.place_shopee([(self.sku, 1)], shipping_fee="1.99")
        self.troubled = self.place_shopee([("MOONCAKE-2026", 1)])
        self.sync()
        self.shopee.advance(self.good, "COMPLETED")
        self.shopee_shop._read_payouts(self.env.flush_all)
        self.assertTrue(self.shopee_shop.payout_count)

    def everybody(self):
        for user in (self.manager, self.user, self.salesman, self.packer):
            with self.subTest(user.login):
                yield user

    def test_views_of_our_models(self):
        """Each view of each model renders for each role that may read it."""
        views = self.env["ir.ui.view"].search([("model", "in", MODELS), ("inherit_id", "=", False)])
        self.assertGreaterEqual(set(views.mapped("type")), {"list", "form", "kanban", "search"})
        for user in (*self.everybody(), self.accountant):
            for view in views:
                model = self.env[view.model].with_user(user)
                if model.has_access("read"):
                    self.assertIn(view.type, model.get_views([(view.id, view.type)])["views"])

    def test_records_open(self):
        """Each record opens in its form, with every field that the role sees."""
        for user in (*self.everybody(), self.accountant):
            for name in MODELS:
                records = self.env[name].with_user(user)
                views = self.env["ir.ui.view"].search([("model", "=", name), ("type", "=", "form")])
                if views and records.has_access("read") and (record := records.search([], limit=1)):
                    self.assertTrue(record.web_read(self.shown(record)))
            for order in (self.good, self.troubled) if user not in (self.packer, self.accountant) else ():
                record = self.order(order.order_sn).with_user(user)
                shown = {field: {} for field in self.shown(record) if field.startswith("marketplace_")}
                self.assertTrue(record.web_read(shown))

    def shown(self, record):
        """What the web client asks for when it shows the record's form, nothing of it read before by another role."""
        form = etree.fromstring(record.get_views([(False, "form")])["views"]["form"]["arch"])
        self.env.invalidate_all()
        return {node.get("name"): {} for node in form.xpath("//field[not(ancestor::field)]")}

    def test_forms_save(self):
        """A manager edits a shop, a user links a listing."""
        with Form(self.shopee_shop.with_user(self.manager)) as form:
            form.name = "Our shop"
        self.assertEqual(self.shopee_shop.name, "Our shop")
        listing = self.env["marketplace.listing"].search([("seller_sku", "=", "MOONCAKE-2026")])
        with Form(listing.with_user(self.user)) as form:
            form.product_id = self.products[0]
        self.assertEqual(listing.state, "matched")

    def test_accounts_are_created_by_forms(self):
        """A system administrator enters the secret, a manager without that right does everything else."""
        with Form(self.env["marketplace.account"].with_user(self.manager)) as form:
            form.name = "Another app"
            form.provider = "shopee"
            form.environment = "sandbox"
            form.app_key = "1000001"
            self.assertNotIn("app_secret", form._view["fields"])
        self.manager.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        with Form(form.record.with_user(self.manager)) as form:
            form.app_secret = "secret"
        self.assertEqual(form.record.sudo().app_secret, "secret")

    def test_menus_and_actions(self):
        """Each menu of ours is in its role's menus, and its action opens with all its views."""
        ours = self.env["ir.model.data"].search(
            [("module", "=", "marketplace_connector"), ("model", "=", "ir.ui.menu")]
        )
        menus = self.env["ir.ui.menu"].browse(ours.mapped("res_id"))
        expected = {
            self.manager: {
                *("Accounts", "Privacy", "Last Pieces", "Marketplace Deliveries", "Marketplace Labels"),
                *("Import Marketplace File", "Product Imports", "Payouts", "Fee Types", *USERS_MENUS),
                *("Marketplace Fees", "Marketplace Orders Not Paid", "Marketplace Orders Paid Differently"),
            },
            self.user: USERS_MENUS,
            self.salesman: {"Marketplace Orders"},
            self.packer: {"Marketplace Deliveries", "Marketplace Labels"},
        }
        for user in self.everybody():
            visible = set(self.env["ir.ui.menu"].with_user(user).load_menus(False))
            mine = menus.filtered(lambda menu, visible=visible: menu.id in visible)
            self.assertEqual(set(mine.mapped("name")), expected[user])
            apps = {menu["xmlid"] for menu in self.env["ir.ui.menu"].with_user(user).load_web_menus(False).values()}
            self.assertEqual("sale.sale_menu_root" in apps, user != self.packer, "Packers get no Sales app")
            for action in (menu.action for menu in mine if menu.action):
                if action._name == "ir.actions.server":
                    action = self.env["ir.actions.act_window"].browse(action.with_user(user).run()["id"])
                model = self.env[action.res_model].with_user(user)
                wanted = [(view_id, kind) for view_id, kind in action.views]
                answer = model.get_views([*wanted, (action.search_view_id.id, "search")])
                self.assertGreaterEqual(set(answer["views"]), {kind for _view_id, kind in wanted})
                model.web_search_read([], {"display_name": {}}, limit=5)

    def test_accountants_find_payouts(self):
        """R82: accountants without rights to marketplaces have the payouts in Invoicing, their fee types for who
        configures."""
        self.accountant.group_ids = [Command.link(self.env.ref("account.group_account_manager").id)]
        visible = set(self.env["ir.ui.menu"].with_user(self.accountant).load_menus(False))
        for name in ("menu_marketplace_payouts_invoicing", "menu_marketplace_fee_types_invoicing"):
            menu = self.env.ref(f"marketplace_connector.{name}")
            self.assertIn(menu.id, visible)
            model = self.env[menu.action.res_model].with_user(self.accountant)
            self.assertTrue(model.get_views([*menu.action.views, (menu.action.search_view_id.id, "search")]))
            self.assertTrue(model.web_search_read([], {"display_name": {}}, limit=5)["records"])

    def test_configuration_shows_users_the_marketplaces_only(self):
        """R101: who may pull orders finds the menu, without the rest of Sales' configuration."""
        configuration = self.env.ref("sale.menu_sale_config")
        menus = self.env["ir.ui.menu"].with_user(self.user).load_menus(False)
        self.assertEqual(
            [menus[child]["name"] for child in menus[configuration.id]["children"]],
            ["Marketplaces"],
        )
        menus = self.env["ir.ui.menu"].with_user(self.salesman).load_menus(False)
        self.assertNotIn(configuration.id, menus)

    def test_buttons_on_shops_open(self):
        """The shop's smart buttons open lists of the shop's own records."""
        for user in self.everybody():
            shop = self.shopee_shop.with_user(user)
            methods = ["action_open_packages", "action_open_problems"]
            methods += ["action_open_deliveries"] if user.has_group("stock.group_stock_user") else []
            methods += [] if user == self.packer else ["action_open_orders", "action_open_listings"]
            for method in methods:
                action = getattr(shop, method)()
                self.assertTrue(self.env[action["res_model"]].with_user(user).search(action["domain"]), method)
