"""Every public method of ours, called by RPC by somebody of every role, with what is expected of each call.

A method that is not in the table fails the test, and so does one that is gone.
"""

import contextlib

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged

from .every_record import EVERYTHING, EveryRecord, new_test_user

OURS = "odoo.addons.marketplace_connector"
ORDINARY = {"create", "write", "unlink", "copy", "init", "copy_data", "default_get", "web_read", "onchange"}
LETTERS = {
    "E": "employee",
    "S": "salesman",
    "P": "packer",
    "A": "accountant",
    "U": "user",
    "M": "manager",
    "B": "boss",
    "X": "system",
    "O": "outsider",
}
# Who may, and nobody where it takes two rights; * opens a list, in which everybody sees what they may see anyway.
# To an outsider, the payouts and shops that a dialogue links to are none, so it runs and does nothing.
MAY = """
sale.order
    action_confirm SPAUMB
    action_marketplace_accept_cancellation SUMB
    action_marketplace_arrange SPUMB
    action_marketplace_cancel SUMB
    action_marketplace_credit_note AB
    action_marketplace_deliveries SPAUMB
    action_marketplace_handled SPUMB
    action_marketplace_keep SUMB
    action_marketplace_label SPUMB
    action_marketplace_listings SPUMB
    action_marketplace_open_page SPAUMB
    action_marketplace_open_shop SPAUMB
    action_marketplace_packages *
    action_marketplace_payouts AMB
    action_marketplace_prepare_return PB
    action_marketplace_refuse_cancellation SUMB
    action_marketplace_retry UMB
    action_marketplace_ship_and_invoice SAUMB
    message_post SPAUMB
stock.picking
    action_cancel SPAUMB
    action_marketplace_arrange SPUMB
    action_marketplace_arrange_by_policy SPUMB
    action_marketplace_handled SPUMB
    action_marketplace_label SPUMB
    action_marketplace_open_invoices SAUMB
    action_marketplace_open_order SPAUMB
    action_marketplace_open_packages SPUMB
    action_marketplace_open_page SPAUMB
    action_marketplace_open_shop SPAUMB
    action_marketplace_prepare_return PB
    action_marketplace_retry SPUMB
    action_marketplace_ship_and_invoice SAUMB
    action_marketplace_take_back SPAUMB
    button_validate SPAUMB
marketplace.package
    action_marketplace_open_page SPUMB
    action_open_delivery SPUMB
    action_open_invoices SUMB
    action_open_label SPUMB
    action_open_order SPUMB
marketplace.job
    action_allow_label_host
    action_keep_order SUMB
    action_marketplace_open_page SPUMB
    action_open_delivery SPUMB
    action_open_listing SPUMB
    action_open_listings SPUMB
    action_open_order SPUMB
    action_prepare_return PB
    action_retry UMB
    action_validate_deliveries UMB
account.bank.statement.line
    action_marketplace_match AB
account.move
    action_marketplace_group_payout AB
    action_marketplace_print AB
    button_cancel AB
    button_draft SAUMB
marketplace.account
    action_connect MB
    action_new_push_address X
    action_open_shops *
    action_verify_push_url MB
marketplace.shop
    action_allow_fall MB
    action_connect MB
    action_import_file *
    action_new_payout AB
    action_open_ambiguous *
    action_open_calls *
    action_open_day_checks *
    action_open_deliveries *
    action_open_held *
    action_open_ignored *
    action_open_listings *
    action_open_manual *
    action_open_matched *
    action_open_orders *
    action_open_packages *
    action_open_paid_differs *
    action_open_payouts *
    action_open_platform_stock *
    action_open_problems *
    action_open_stock *
    action_open_unlinked *
    action_open_unmatched *
    action_open_unpaid *
    action_preview_stock UMB
    action_pull_orders UMB
    action_read_payouts AMB
    action_read_places MB
    action_read_platform_stock UMB
    action_send_all_stock MB
    action_set_up_payouts AMB
    action_start MB
    action_stop_stock MB
    action_sync_catalogue UMB
    action_sync_orders MB
    action_sync_stock MB
    action_test_connection MB
marketplace.listing
    action_create_products B
    action_ignore UMB
    action_link_suggestions UMB
    action_match UMB
    action_open_other_product_orders SPUMB
    action_open_stock_problem *
    action_open_waiting_orders SPUMB
    action_platform_adjust PB
    action_platform_transfer SPUMB
    action_send_again MB
    action_take_back UMB
product.product
    action_marketplace_link UMBO
    action_marketplace_listings *
product.template
    action_marketplace_listings *
marketplace.catalogue.import
    action_import B
    action_open_rows *
    action_preview B
    action_stop B
marketplace.catalogue.import.row
    action_open_listing MB
    action_open_product MB
marketplace.day.check
    action_check_again MB
    action_open_lines *
marketplace.order.check
    action_accept MB
    action_fetch UMB
    action_marketplace_open_page UMB
    action_open_order UMB
marketplace.payout
    action_cancel AB
    action_change_group AB
    action_check AB
    action_match_bank AB
    action_open_bank_lines AB
    action_open_entry AMB
    action_open_invoices AMB
    action_open_late AMB
    action_open_orders AMB
    action_open_rows AMB
    action_open_shop AMB
    action_post AB
    action_read_again AMB
    action_reset AB
    action_undo_match AB
marketplace.buyer
    action_erase MB
marketplace.privacy
    action_clean_up MBO
    action_open_answers *
    action_open_buyers *
    action_open_labels *
    action_save O
marketplace.cancel.order
    action_cancel_order SUMB
marketplace.arrange.shipment
    action_arrange SPUMB
marketplace.fetch.order
    action_fetch UMB
marketplace.check.days
    action_check MB
marketplace.read.payouts
    action_read AMBO
marketplace.stock.preview
    action_again UMB
    action_open_lines *
    action_start MB
marketplace.stock.preview.line
    action_open_listing UMB
marketplace.payout.settlement
    action_book_difference AB
    action_leave_open AB
    action_solve AB
    action_take_back AB
marketplace.payout.obstacle
    action_solve AB
marketplace.group.payout
    action_group AB
marketplace.match.bank
    action_match ABO
marketplace.opening.balance
    action_book AB
"""


class Undone(Exception):
    """Takes back what a call did."""


@tagged("post_install", "-at_install")
class TestMethods(EveryRecord):
    def setUp(self):
        super().setUp()
        self.dialogues = [record for record in self.records if record._transient]
        self.all_rights = new_test_user(self.env, "role_all", EVERYTHING)

    def methods(self, model):
        """The names of what we let be called by RPC on the model's records."""
        found = set()
        for kind in type(model).mro():
            if (kind.__module__ or "").startswith(OURS):
                found |= {name for name, value in vars(kind).items() if callable(value) and not name.startswith("_")}
        public = []
        for name in sorted(found - ORDINARY):
            with contextlib.suppress(AccessError):
                get_public_method(model, name)
                public.append(name)
        return public

    def expected(self):
        """The table: a dict from (model, method) to the letters, or None for *."""
        table, model = {}, None
        for line in filter(None, MAY.splitlines()):
            name, *letters = line.split()
            if not line.startswith(" "):
                model = name
            else:
                table[model, name] = None if letters == ["*"] else set("".join(letters))
        return table

    def everything(self):
        """What calls could change."""
        self.env.flush_all()
        self.env.invalidate_all()
        found = [sum(app.calls.values()) for app in (self.lazada, self.shopee)]
        for table in ("marketplace_job", "marketplace_package", "marketplace_shop", "sale_order", "stock_picking"):
            self.env.cr.execute(f"SELECT count(*), max(xmin::text::bigint) FROM {table}")
            found.append((table, *self.env.cr.fetchone()))
        return found

    def outcome(self, record, name, user):
        """("done", result), ("refused", None), or ("error", text) of the call, which is then taken back."""
        result = None
        try:
            with self.env.cr.savepoint():
                if record._transient:  # a dialogue is seen by who has opened it
                    for dialogue in self.dialogues:
                        self.env.cr.execute(f"UPDATE {dialogue._table} SET create_uid = %s", [user.id])
                result = call_kw(record.browse().with_user(user), name, [record.ids], {})
                self.env.flush_all()
                raise Undone
        except Undone:
            return "done", result
        except AccessError:
            return "refused", None
        except UserError as error:
            return "error", str(error)
        except AssertionError as error:  # it came as far as to a commit, which tests do not allow
            self.assertIn("Cannot commit", str(error))
            return "done", None
        finally:
            self.env.invalidate_all()

    def records_of(self, model):
        return [record for record in self.records if record._name == model]

    def who_may(self, model, name):
        """The letters of those for whom a call does what it does for somebody with all rights, on the record on which
        that one can do most."""
        there = [(record, self.outcome(record, name, self.all_rights)) for record in self.records_of(model)]
        record, best = min(there, key=lambda one: ("done", "error", "refused").index(one[1][0]))
        self.assertNotEqual(best[0], "refused", f"{model} {name}")
        got = {letter: self.outcome(record, name, self.people[role]) for letter, role in LETTERS.items()}
        return {letter for letter, one in got.items() if one == best or (one[0] == best[0] == "done")}

    def check_page(self, model, name):
        """For who may see nothing of it, the method only names a page, and changes nothing."""
        for record in self.records_of(model):
            for user in (self.people["employee"], self.people["outsider"]):
                kind, result = self.outcome(record, name, user)
                self.assertEqual(kind, "done", name)
                self.assertEqual(result["type"], "ir.actions.act_window", name)
                self.assertFalse(result.get("res_id"), name)

    maxDiff = None

    def test_who_may_what(self):
        """R51: each role may call what the table says and gets an error for everything else; the table is whole."""
        helpers = {"account.fiscal.position", "sale.advance.payment.inv"}  # nobody's button: Odoo calls them
        ours = {
            (model._name, name)
            for model in self.env.values()
            if not model._abstract and model._name not in helpers
            for name in self.methods(model)
        }
        table = self.expected()
        self.assertEqual(ours, set(table), "Say in MAY who may call what is new, and take out what is gone.")
        found = {key: self.who_may(*key) for key, letters in table.items() if letters is not None}
        before = self.everything()
        for key in table.keys() - found.keys():
            self.check_page(*key)
        self.assertEqual(self.everything(), before)
        self.assertEqual(self.told(found), self.told({key: table[key] for key in found}))

    def told(self, table):
        rows = (f"{model} {name} {''.join(sorted(letters))}" for (model, name), letters in sorted(table.items()))
        return "\n".join(rows)
