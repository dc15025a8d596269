"""Every address, report, menu and action that leads to our records, tried by somebody of every role.

What is new fails the test until it has a row.
"""

import json

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..marketplaces.shipping import Label
from ..simulator.lazada.labels import make_pdf
from .every_record import EVERYTHING, EveryRecord
from .test_access_methods import LETTERS, OURS, Undone

PEOPLE = {**{role: letter for letter, role in LETTERS.items()}, "portal": "p", "public": "-"}
# Who gets what lies there; others get a refusal, a page that says what is wrong, or the log-in.
ROUTES = """
/marketplace/labels/<string:ids>          SPUMB
/marketplace/oauth/return                 nobody
/marketplace/oauth/move                   nobody
/marketplace/push/<string:token>          nobody
"""
# Odoo's own addresses, by what they are asked for.
ODOO = """
label as a file       SPAUMB
label as a picture    SPAUMB
file of an order      SPAUMB
report of a payout    AMB
export of orders      B
export of secrets     nobody
secret as a file      nobody
"""
# Who sees them: who may see the menu above, too. A menu that is seen leads to records that may be read.
MENUS = """
menu_bank_lines AB
menu_fee_analysis_invoicing AB
menu_fee_analysis_sales B
menu_import_marketplace_file B
menu_marketplace_accounts MB
menu_marketplace_analysis_invoicing AB
menu_marketplace_days UMB
menu_marketplace_deliveries PB
menu_marketplace_fee_types MB
menu_marketplace_fee_types_invoicing B
menu_marketplace_imports MB
menu_marketplace_labels PB
menu_marketplace_listings UMB
menu_marketplace_orders SUMB
menu_marketplace_packages UMB
menu_marketplace_payouts MB
menu_marketplace_payouts_invoicing AB
menu_marketplace_platform_stock UMB
menu_marketplace_privacy MB
menu_marketplace_problems UMB
menu_marketplace_shop_groups MB
menu_marketplace_shops UMB
menu_marketplace_stock_sent UMB
menu_marketplaces UMB
menu_orders_paid_differs_invoicing AB
menu_orders_paid_differs_sales B
menu_orders_unpaid_invoicing AB
menu_orders_unpaid_sales B
menu_stock_marketplace_platform_stock B
menu_stock_marketplace_stock_sent B
"""
# For whom they do what they do for somebody with all rights.
SERVER_ACTIONS = """
action_account_move_group_payout AB
action_account_move_print AB
action_arrange_pickings SPUMB
action_bank_lines_match AB
action_open_privacy MBO
action_payouts_match AB
action_print_labels_of_orders SPUMB
action_print_labels_of_pickings SPUMB
"""


def read(table):
    """A dict from the beginning of each line to its letters."""
    rows = (line.rpartition(" ") for line in table.strip().splitlines())
    return {name.strip(): set() if letters == "nobody" else set(letters) for name, _space, letters in rows}


@tagged("post_install", "-at_install")
class TestRoutes(EveryRecord, HttpCase):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.all_rights = new_test_user(self.env, "role_all", EVERYTHING)
        self.people["portal"] = new_test_user(self.env, "role_portal", "base.group_portal")
        self.package = self.packed_order.marketplace_package_ids
        self.package._attach_label(Label(package_ref=self.package.package_ref, content=make_pdf([["T1"]])))
        self.label = self.package.label_id
        values = {"name": "a.txt", "raw": b"about an order", "res_model": "sale.order", "res_id": self.packed_order.id}
        self.file = self.env["ir.attachment"].create(values)
        self.payout = next(record for record in self.records if record._name == "marketplace.payout")
        self.payout.ref = "STATEMENT-7"

    def token(self):
        return Request.csrf_token(self)

    def export(self, records, names):
        told = {
            "model": records._name,
            "fields": [{"name": name, "label": name} for name in names],
            "ids": records.ids,
            "domain": [],
            "groupby": [],
            "import_compat": True,
        }
        return "/web/export/csv", {"data": json.dumps(told), "csrf_token": self.token()}

    def asked(self):
        """What is asked for: its name, (address, posted values), and words of what only those may get who may."""
        account, key = self.lazada_account, self.lazada_account.sudo().app_secret.encode()
        order, pdf = self.packed_order, self.label.raw
        move = {"permit": "forged", "csrf_token": self.token()}
        return [
            ("/marketplace/labels/<string:ids>", (self.package._label_url(), None), pdf),
            ("/marketplace/oauth/return", ("/marketplace/oauth/return?code=1&state=forged", None), b"Connected"),
            ("/marketplace/oauth/move", ("/marketplace/oauth/move", move), b"Connected"),
            ("/marketplace/push/<string:token>", (f"/marketplace/push/{account.push_token}", {"a": 1}), key),
            ("label as a file", (f"/web/content/{self.label.id}", None), pdf),
            ("label as a picture", (f"/web/image/{self.label.id}", None), pdf),
            ("file of an order", (f"/web/content/{self.file.id}?download=1", None), b"about an order"),
            ("report of a payout", (self.report(), None), b"STATEMENT-7"),
            ("export of orders", self.export(order, ["name"]), order.name.encode()),
            ("export of secrets", self.export(account, ["name", "app_secret"]), key),
            ("secret as a file", (f"/web/content/marketplace.account/{account.id}/app_secret", None), key),
        ]

    def report(self):
        return f"/report/html/marketplace_connector.report_payout/{self.payout.id}"

    def gets(self, role):
        """The names of what somebody of the role gets."""
        self.authenticate(*(role == "public" and (None, None) or (f"role_{role}", f"role_{role}")))
        found = set()
        for name, (address, values), words in self.asked():
            answer = self.url_open(address, data=values, allow_redirects=False)
            if words in answer.content:
                found.add(name)
                self.assertEqual(answer.status_code, 200, name)
            self.assertLess(answer.status_code, 600)
        return found

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.web.controllers.export")
    def test_addresses(self):
        """R51, R122: files, labels, reports, exports and our own addresses."""
        expected = read(ROUTES) | read(ODOO)
        self.assertEqual({name for name in expected if name.startswith("/")}, self.routes())
        self.assertEqual({name for name, *_asked in self.asked_as_public()}, set(expected))
        found = {name: set() for name in expected}
        for role, letter in PEOPLE.items():
            for name in self.gets(role):
                found[name].add(letter)
        self.assertEqual(self.told(found), self.told(expected))

    def asked_as_public(self):
        self.authenticate(None, None)
        return self.asked()

    def routes(self):
        """The addresses of our controllers."""
        found = set()
        for controller in Controller.children_classes["marketplace_connector"]:
            self.assertTrue(controller.__module__.startswith(OURS))
            for value in vars(controller).values():
                if hasattr(value, "original_routing"):
                    found |= set(value.original_routing["routes"])
        return found

    def told(self, table):
        return "\n".join(f"{name} {''.join(sorted(letters))}" for name, letters in sorted(table.items()))

    # === MENUS, ACTIONS, REPORTS === #

    def ours(self, model):
        """A dict from the XML id, without the module, to the record."""
        found = self.env["ir.model.data"].search([("module", "=", "marketplace_connector"), ("model", "=", model)])
        return {data.name: self.env[model].browse(data.res_id) for data in found}

    def test_menus(self):
        """Each is seen by whom the table says, who may read what it leads to."""
        menus, found = self.ours("ir.ui.menu"), {}
        for role, letter in PEOPLE.items():
            if role in ("portal", "public"):
                continue
            user = self.people[role]
            seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for name, menu in menus.items():
                above = menu
                while above and above.id in seen:
                    above = above.parent_id
                if above:
                    continue
                found.setdefault(name, set()).add(letter)
                if action := menu.action:
                    model = action.model_name if action._name == "ir.actions.server" else action.res_model
                    self.assertTrue(self.env[model].with_user(user).has_access("read"), (name, role))
        for letters in found.values():
            letters.discard("O")  # has all rights, but sees nothing of this company behind any of them
        self.assertEqual(self.told(found), self.told(read(MENUS)))

    def test_actions_and_reports(self):
        """Each report and each entry of an Actions menu, and what a menu runs."""
        self.assertEqual(set(self.ours("ir.actions.report")), {"action_report_payout"})
        actions = {name: one for name, one in self.ours("ir.actions.server").items() if not name.startswith("ir_cron_")}
        table = read(SERVER_ACTIONS)
        self.assertEqual(set(actions), set(table))
        found = {name: set() for name in actions}
        for name, action in actions.items():
            best = self.outcomes(action, self.all_rights)
            for role, letter in PEOPLE.items():
                if role not in ("portal", "public") and best & self.outcomes(action, self.people[role]):
                    found[name].add(letter)
        self.assertEqual(self.told(found), self.told(table))

    def outcomes(self, action, user):
        """What comes of the action on each record for which it is there: done, or what is in the way; no refusal."""
        found = set()
        model = action.binding_model_id.model
        of_menu = [self.env[action.model_name].browse()] if not model else []
        for record in of_menu or [record for record in self.records if record._name == model]:
            active = {"active_model": record._name, "active_ids": record.ids, "active_id": record[:1].id}
            try:
                with self.env.cr.savepoint():
                    self.env["ir.actions.server"].browse(action.id).with_user(user).with_context(**active).run()
                    self.env.flush_all()
                    raise Undone
            except Undone:
                found.add((record, "done"))
            except AccessError:
                continue
            except UserError as error:
                found.add((record, str(error)))
            finally:
                self.env.invalidate_all()
        return found

    def test_nobody_runs_a_scheduled_action(self):
        """Only administrators start one by hand: Odoo looks at nothing but the action's groups."""
        crons = [one for name, one in self.ours("ir.actions.server").items() if name.startswith("ir_cron_")]
        self.assertTrue(crons)
        for action in crons:
            for role in ("portal", "employee", "user", "manager", "boss"):
                with self.assertRaises(AccessError, msg=f"{action.name} {role}"):
                    action.with_user(self.people[role]).run()
