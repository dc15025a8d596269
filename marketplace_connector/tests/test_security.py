import logging

from odoo.exceptions import AccessError, UserError
from odoo.modules import neutralize
from odoo.tests import new_test_user, tagged

from ..models.marketplace_buyer import HASH_KEY
from .common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestSecurity(MarketplaceCase):
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
        self.assertFalse(any(self.env["marketplace.account"].search([]).mapped("push_key")))
        self.check_secrets_are_gone()
        self.assertFalse(self.env["ir.config_parameter"].search([("key", "=", HASH_KEY)]))
        with self.assertRaisesRegex(UserError, "has no app secret"):
            self.lazada_account.action_connect()

    def check_secrets_are_gone(self):
        """Whatever is called a secret, because no export contains it."""
        emptied = set()
        for name in ("marketplace.account", "marketplace.token"):
            for field in self.env[name]._fields.values():
                if not field.exportable:
                    self.env.cr.execute(f"SELECT {field.name} FROM {self.env[name]._table}")
                    self.assertFalse(any(value for (value,) in self.env.cr.fetchall()), field)
                    emptied.add(field.name)
        keys = {"app_secret", "push_key", "push_token", "push_url", "connection_nonce"}
        self.assertEqual(emptied, keys | {"access_token", "refresh_token"})

    def test_no_secret_in_files(self):
        """R122: no export has one, not even an administrator's, nor a copy of the account; templates cannot show it."""
        shop, account = self.lazada_shop, self.lazada_account
        paths = {
            account: ["app_secret", "push_key", "push_token", "push_url", "connection_nonce", "token_ids/access_token"],
            shop: ["account_id/app_secret", "token_id/refresh_token", "account_id/token_ids/access_token"],
            self.env["marketplace.token"].search([]): ["access_token", "refresh_token"],
        }
        administrator = new_test_user(self.env, "exporter", "base.group_system,marketplace_connector.group_manager")
        for records, names in paths.items():
            for name in names:
                with self.assertRaisesRegex(AccessError, "is not exported|enough rights", msg=name):
                    records.with_user(administrator).export_data(["id", name])
                secret = records._fields.get(name)
                self.assertFalse(secret and records.fields_get([name])[name]["exportable"], name)
        self.assertTrue(account.with_user(administrator).export_data(["id", "name", "shop_ids/name"])["datas"])
        self.assertFalse(set(account.copy_data()[0]) & {"app_secret", "push_key", "push_token", "push_url"})

    def test_no_secret_in_the_log_of_requests(self):
        """Addresses with the token of pushes, or with what a consent page brings back, are cut."""
        told = []
        for path in ("/marketplace/push/T0ken", "/marketplace/oauth/return?code=T0ken&state=T0ken", "/web?debug=1"):
            args = (f"POST {path} HTTP/1.1", "200", "-")
            record = logging.LogRecord("werkzeug", logging.INFO, "", 0, 'x - - [now] "%s" %s %s', args, None)
            self.assertTrue(logging.getLogger("werkzeug").filter(record))
            told.append(record.getMessage())
        self.assertNotIn("T0ken", "".join(told))
        self.assertIn("POST /marketplace/push/… HTTP/1.1", told[0])
        self.assertIn("/web?debug=1 HTTP/1.1", told[2])

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
