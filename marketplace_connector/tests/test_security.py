from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules import neutralize
from odoo.tests import new_test_user, tagged

from .common import MarketplaceCase

# What the platforms document is the same for all companies; each has its own account and tax for it.
OF_ALL_COMPANIES = ("marketplace.fee.type",)


@tagged("post_install", "-at_install")
class TestSecurity(MarketplaceCase):
    def our_models(self):
        return [
            model
            for name, model in self.env.items()
            if name.startswith("marketplace.")
            and name not in OF_ALL_COMPANIES
            and not model._abstract
            and not model._transient
        ]

    def test_every_model_has_rights_and_a_company_rule(self):
        for model in self.our_models():
            rights = self.env["ir.model.access"].search([("model_id.model", "=", model._name)])
            rules = self.env["ir.rule"].search([("model_id.model", "=", model._name), ("groups", "=", False)])
            self.assertTrue(rights, model._name)
            self.assertTrue(rules.filtered(lambda rule: "company_ids" in rule.domain_force), model._name)
            self.assertFalse(rights.filtered(lambda right: not right.group_id), model._name)

    def test_other_companies_see_nothing(self):
        self.place_lazada([(self.sku, 1)])
        self.place_lazada([("NOWHERE", 1, "3.00")])
        self.lazada.advance(self.place_lazada([(self.sku, 1)]), "packed")
        self.later(1)
        self.sync()
        self.make_stock_records()
        company = self.env["res.company"].create({"name": "Other"})
        outsider = new_test_user(
            self.env,
            "outsider",
            "marketplace_connector.group_manager,sales_team.group_sale_manager,base.group_system",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for model in self.our_models():
            self.assertTrue(model.search([]), model._name)
            self.assertFalse(model.with_user(outsider).search([]), model._name)
        with self.assertRaises(AccessError):
            self.lazada_shop.with_user(outsider).action_pull_orders()

    def make_stock_records(self):
        shop = self.lazada_shop
        listing = self.env["marketplace.listing"].search([("shop_id", "=", shop.id)], limit=1)
        sold = {"shop_id": shop.id, "order_ref": "1", "listing_id": listing.id, "quantity": 1, "why": "unpaid"}
        self.env["marketplace.sold.unit"].create(sold)
        self.env["marketplace.stock.update"].create({"listing_id": listing.id})
        one = self.env["marketplace.catalogue.import"].create({"shop_id": shop.id})
        self.env["marketplace.catalogue.import.row"].create({"import_id": one.id})
        self.env["marketplace.stock.mark"].create({"shop_id": shop.id, "company_id": shop.company_id.id})
        self.env["marketplace.hint"].create({"account_id": shop.account_id.id, "shop_id": shop.id, "kind": "order"})
        self.env["marketplace.stock.place"].create({"shop_id": shop.id, "ref": "1", "name": "Here"})
        self.env["marketplace.call.count"].create({"shop_id": shop.id, "date": "2026-03-01"})
        day = self.env["marketplace.day.check"].create({"shop_id": shop.id, "date": "2026-03-01"})
        self.env["marketplace.order.check"].create({"check_id": day.id, "order_ref": "1", "kind": "unpaid"})
        lines = [Command.create({"shop_id": shop.id})]
        self.env["marketplace.shop.group"].create({"name": "All", "line_ids": lines})
        self.make_payout()

    def make_payout(self):
        days = dict.fromkeys(("date_start", "date_end", "date"), "2026-01-31")
        money = {"currency_id": self.lazada_shop.currency_id.id}
        payout = self.env["marketplace.payout"].create({"shop_id": self.lazada_shop.id, "ref": "1", **money, **days})
        fee_type = self.env["marketplace.fee.type"].search([], limit=1)
        self.env["marketplace.payout.line"].create(
            {"payout_id": payout.id, "row_ref": "1", "fee_type_id": fee_type.id, "amount": 1, "order_ref": "1"}
        )
        payout._check()

    def test_buttons_check_rights(self):
        """A button that is hidden is also refused when called directly."""
        salesman = new_test_user(self.env, "salesman", "sales_team.group_sale_salesman_all_leads")
        nobody = new_test_user(self.env, "employee", "base.group_user")
        for user in (salesman, nobody):
            with self.assertRaises(UserError):
                self.lazada_shop.with_user(user).action_pull_orders()
            with self.assertRaises(UserError):
                self.lazada_account.with_user(user).action_connect()
        for method in ("action_sync_orders", "action_test_connection", "action_connect"):
            with self.assertRaises(UserError):
                getattr(self.lazada_shop.with_user(self.user), method)()

    def test_users_pull_orders(self):
        """R121: pulling needs no rights to accounts, products or stock."""
        order = self.place_lazada([(self.sku, 1)])
        self.later(1)
        user = self.user
        with self.environment() as env:
            action = env["marketplace.shop"].browse(self.lazada_shop.id).with_user(user).action_pull_orders()
        self.assertIn("1 new", action["params"]["message"])
        self.assertEqual(self.order(order.order_id).state, "sale")

    def test_neutralized_copy_is_harmless(self):
        """A copy of the database has no secret and talks to nobody."""
        self.env.flush_all()
        for query in neutralize.get_neutralization_queries(["marketplace_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(any(self.env["marketplace.account"].search([]).mapped("app_secret")))
        tokens = self.env["marketplace.token"].search([])
        self.assertFalse(any(tokens.mapped("access_token") + tokens.mapped("refresh_token")))
        self.assertEqual(set(self.env["marketplace.shop"].search([]).mapped("state")), {"disconnected"})
        with self.assertRaisesRegex(UserError, "has no app secret"):
            self.lazada_account.action_connect()

    def test_no_secret_in_the_log(self):
        """Whatever goes wrong, keys, tokens and people stay out of the log."""
        self.place_lazada([(self.sku, 1)])
        self.place_shopee([(self.sku, 1)])
        self.later(1)
        secrets = [
            self.lazada.app_secret,
            self.shopee.partner_key,
            *self.env["marketplace.token"].search([]).mapped("access_token"),
            *self.env["marketplace.token"].search([]).mapped("refresh_token"),
        ]
        with self.assertLogs("odoo", level="DEBUG") as log:
            for fault in ("html", "truncated", "lost_answer", "no_connection", "server_error"):
                for app in (self.lazada, self.shopee):
                    app.faults.order(fault, times=3)
                self.sync()
        text = "\n".join(record.getMessage() for record in log.records if "sql_db" not in record.name)
        for secret in secrets:
            self.assertNotIn(secret, text)
