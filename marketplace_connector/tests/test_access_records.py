"""Which records each role may read, write, create and delete; and that nobody reads a secret, by whatever way."""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .every_record import EveryRecord

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
COLUMNS = ("employee", "salesman", "packer", "accountant", "user", "manager", "system", "outsider")
# model                           E     S     P     A     U     M     X     O
MAY = """
marketplace.package              -     r     r     -     r     r     -     -
marketplace.job                  -     r     r     -     r     ru    -     -
marketplace.account              -     -     -     -     r     rwc   rwcu  -
marketplace.token                -     -     -     -     -     -     r     -
marketplace.shop                 -     r     r     r     r     rwu   -     -
marketplace.buyer                -     -     -     -     r     rwu   -     -
marketplace.listing              -     r     r     -     rw    rwu   -     -
marketplace.sold.unit            -     r     r     -     r     r     -     -
marketplace.stock.update         -     r     r     -     r     r     -     -
marketplace.catalogue.import     -     -     -     -     -     rwcu  -     -
marketplace.catalogue.import.row -     -     -     -     -     r     -     -
marketplace.stock.mark           -     -     -     -     -     r     -     -
marketplace.hint                 -     -     -     -     -     -     r     -
marketplace.stock.place          -     r     r     -     r     rwu   -     -
marketplace.day.check            -     -     -     -     r     r     -     -
marketplace.order.check          -     -     -     -     r     r     -     -
marketplace.shop.group           -     r     r     -     r     rwcu  -     -
marketplace.shop.group.line      -     r     r     -     r     rwcu  -     -
marketplace.fee.type             -     -     -     rw    -     r     -     rw
marketplace.payout               -     -     -     rwu   -     r     -     -
marketplace.payout.line          -     -     -     rw    -     r     -     -
marketplace.payout.settlement    -     -     -     rw    -     r     -     -
marketplace.payout.obstacle      -     -     -     r     -     r     -     -
marketplace.call.count           -     -     -     -     r     r     -     -
"""
SECRETS = {
    "marketplace.account": ("app_secret", "push_key", "push_token", "connection_nonce"),
    "marketplace.token": ("access_token", "refresh_token"),
    "marketplace.buyer": ("buyer_hash",),
    "marketplace.job": ("raw_payload",),
}
# From what everybody in sales may search, to the secrets.
PATHS = {
    "marketplace.shop": ("account_id.app_secret", "token_id.access_token", "account_id.token_ids.refresh_token"),
    "sale.order": ("marketplace_shop_id.account_id.app_secret", "marketplace_shop_id.token_id.access_token"),
    "res.partner": ("marketplace_buyer_ids.buyer_hash",),
}


@tagged("post_install", "-at_install")
class TestRecords(EveryRecord):
    def check_rules(self):
        """Rights belong to groups; records to companies, dialogues to who opened them."""
        for model in self.env.values():
            if not model._name.startswith("marketplace.") or model._abstract or model._name == "marketplace.fee.type":
                continue  # fee types are the same for all companies; each has its own accounts for them
            rights = self.env["ir.model.access"].search([("model_id.model", "=", model._name)])
            rules = self.env["ir.rule"].search([("model_id.model", "=", model._name), ("groups", "=", False)])
            self.assertTrue(rights, model._name)
            self.assertFalse(rights.filtered(lambda right: not right.group_id), model._name)
            wanted = "create_uid" if model._transient else "company_ids"
            self.assertTrue(rules.filtered(lambda rule, wanted=wanted: wanted in rule.domain_force), model._name)

    def test_who_may_what(self):
        """What each role may do with a record of its company, and that another company's people see nothing."""
        self.check_rules()
        self.check_dialogues()
        found = {}
        for record in self.records:
            if record._name.startswith("marketplace.") and not record._transient:
                self.assertTrue(record, record._name)
                found[record._name] = [
                    "".join(
                        letter
                        for letter, operation in OPERATIONS.items()
                        if record.with_user(self.people[role]).has_access(operation)
                    )
                    or "-"
                    for role in COLUMNS
                ]
        expected = {name: cells for name, *cells in map(str.split, MAY.strip().splitlines())}
        self.assertEqual(found, expected)
        for name in found:
            if name != "marketplace.fee.type":
                self.assertFalse(self.env[name].with_user(self.people["outsider"]).search([]), name)

    def check_dialogues(self):
        for record in self.records:
            if record._transient:
                for role, user in self.people.items():
                    self.assertFalse(record.with_user(user).has_access("read"), f"{record._name} {role}")

    # === SECRETS === #

    def ways(self, name, secret):
        """The ways to a field's value by RPC, as (method, args, kwargs)."""
        guess = [[secret, "=like", "a%"]]
        records = self.env[name].search([])
        return [
            ("read", [records.ids, [secret]], {}),
            ("export_data", [records.ids, [secret]], {}),
            ("search", [guess], {}),
            ("search_count", [guess], {}),
            ("search_read", [guess, ["id"]], {}),
            ("search", [[]], {"order": secret}),
            ("formatted_read_group", [[], [secret], ["__count"]], {}),
            ("read_group", [[], ["id"], [secret]], {}),
            ("web_read_group", [[], [secret]], {}),
            ("web_search_read", [[], {secret: {}}], {}),
            ("web_read", [records.ids, {secret: {}}], {}),
            ("name_search", ["", guess], {}),
        ]

    def test_nobody_reads_a_secret(self):
        """R122: neither read, nor exported, nor grouped, sorted or searched by, so that no guess can be tried."""
        for role in ("salesman", "user", "manager", "boss"):
            for name, secrets in SECRETS.items():
                for secret in secrets:
                    self.check_hidden(self.env[name].with_user(self.people[role]), secret)
            self.check_paths(role)
        system = self.people["system"]
        for name, secret in (("token", "access_token"), ("token", "refresh_token"), ("account", "connection_nonce")):
            self.check_hidden(self.env[f"marketplace.{name}"].with_user(system), secret)

    def check_hidden(self, model, secret):
        for method, args, kwargs in self.ways(model._name, secret):
            label = f"{model._name}.{method} of {secret} by {model.env.user.login}"
            try:
                with self.env.cr.savepoint():
                    result = call_kw(model, method, args, kwargs)
            except (UserError, ValueError):
                continue
            finally:
                self.env.invalidate_all()
            self.fail(f"{label}: {result}")

    def check_paths(self, role):
        """A search that goes through links to a secret is refused too."""
        for name, paths in PATHS.items():
            for path in paths:
                with self.assertRaises(AccessError, msg=f"{name} {path} {role}"):
                    self.env[name].with_user(self.people[role]).search([(path, "=like", "a%")])

    # === WHERE TOKENS GO === #

    def test_only_administrators_direct_an_account(self):
        """No manager sends tokens to a computer of their choice, nor lets Odoo ask machines inside."""
        account = self.lazada_account.with_user(self.people["manager"])
        away = "https://elsewhere.example.com"
        for values in ({"api_url": away}, {"auth_url": away}, {"environment": "simulator", "name": "Other"}):
            new = {"provider": "lazada", "app_key": "1", "name": "New", **values}
            with self.assertRaisesRegex(AccessError, "Only system administrators"):
                account.create(new)
        self.lazada_account.environment = "production"
        for values in ({"api_url": away}, {"auth_url": away}, {"environment": "simulator"}, {"provider": "shopee"}):
            with self.assertRaisesRegex(AccessError, "Only system administrators"):
                account.write(values)
        account.write({"name": "Renamed", "environment": "production", "api_url": account.api_url})
        self.assertEqual(account.name, "Renamed")

        self.check_storefront()

    def check_storefront(self):
        """A manager cannot put a shop on another authorisation, storefront or company."""
        shop = self.lazada_shop.with_user(self.people["manager"])
        for name in ("account_id", "token_id", "company_id", "external_ref", "site"):
            value = self.lazada_shop[name]
            with self.assertRaises(AccessError, msg=name):
                shop.write({name: value.id if hasattr(value, "id") else value})
        shop.write({"name": "Renamed"})
