"""Every public method of ours, called as a browser or a program may call it, by people without and with the rights."""

import contextlib

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .test_flow_shipping import ShippingCase

OURS = "odoo.addons.marketplace_connector"
# What only those may do; reading and opening pages is everybody's who sees the document.
SHOP = "marketplace.shop"
FOR_MANAGERS = {"marketplace.account action_connect", f"{SHOP} action_connect", f"{SHOP} action_start"}
FOR_MANAGERS |= {"marketplace.account action_verify_push_url", "marketplace.account action_new_push_address"}
FOR_MANAGERS |= {f"{SHOP} action_test_connection", "marketplace.job action_allow_label_host"}
STOCK = ("action_send_all_stock", "action_sync_stock", "action_stop_stock", "action_read_places", "action_allow_fall")
FOR_MANAGERS |= {f"{SHOP} {name}" for name in STOCK} | {"marketplace.listing action_send_again"}
FOR_USERS = {"marketplace.job action_retry", "marketplace.listing action_match", "marketplace.listing action_take_back"}
SENDING = {"stock.picking action_marketplace_arrange"}
FOR_SALES = {"sale.order action_marketplace_cancel"}
PULLING = {
    "action_pull_orders",
    "action_sync_orders",
    "action_sync_catalogue",
}  # end transactions, so they have tests of their own
ORDINARY = {"create", "write", "unlink", "copy", "init", "copy_data", "default_get", "web_read"}


class Undone(Exception):
    """Takes back what a call did."""


@tagged("post_install", "-at_install")
class TestMethods(ShippingCase):
    def setUp(self):
        super().setUp()
        open_one, packed = self.place_lazada([(self.sku, 1)]), self.place_lazada([(self.sku, 1)])
        self.place_lazada([("NOWHERE", 1, "3.00")])
        self.lazada.advance(packed, "packed")
        orders = self.import_now(open_one, packed)
        self.act()
        order = self.order(packed.order_id)
        self.records = (
            self.lazada_account,
            self.lazada_shop,
            order,
            order.picking_ids,
            order.marketplace_package_ids,
            (orders - order).picking_ids,
            self.env["marketplace.job"].search([("is_problem", "=", True)], limit=1),
            self.env["marketplace.listing"].search([], limit=1),
        )
        company = self.env["res.company"].create({"name": "Other"})
        everything = "marketplace_connector.group_manager,sales_team.group_sale_manager,stock.group_stock_manager"
        elsewhere = {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        self.outsider = new_test_user(self.env, "outsider", everything, **elsewhere)
        self.nobody = new_test_user(self.env, "employee", "base.group_user")
        self.salesman = new_test_user(self.env, "salesman", "sales_team.group_sale_salesman_all_leads")
        self.packer = new_test_user(self.env, "packer", "stock.group_stock_user")

    def methods(self, record):
        """The names of what we let be called on the record."""
        found = set()
        for kind in type(record).mro():
            if (kind.__module__ or "").startswith(OURS):
                found |= {name for name, value in vars(kind).items() if callable(value) and not name.startswith("_")}
        return sorted(
            name for name in found - ORDINARY if not getattr(getattr(type(record), name), "_api_private", False)
        )

    def everything(self):
        """What calls could change."""
        self.env.flush_all()
        self.env.invalidate_all()
        found = [sum(app.calls.values()) for app in (self.lazada, self.shopee)]
        for table in ("marketplace_job", "marketplace_package", "marketplace_shop", "sale_order", "stock_picking"):
            self.env.cr.execute(f"SELECT count(*), max(xmin::text::bigint) FROM {table}")
            found.append((table, *self.env.cr.fetchone()))
        return found

    def call_all(self, user, quiet=False, leave_out=()):
        """What every method gives the user: a dict of lists by model and name, without what was refused.

        With `quiet`, what is not refused may change nothing and ask no marketplace.
        """
        given = {}
        for record in self.records:
            for name in set(self.methods(record)) - set(leave_out):
                results = given.setdefault(f"{record._name} {name}", [])
                before = self.everything() if quiet else None
                with contextlib.suppress(UserError, Undone), self.env.cr.savepoint():
                    results.append(getattr(record.with_user(user), name)())
                    if quiet:
                        self.assertEqual(self.everything(), before, f"{name} of {record._name}")
                    raise Undone
        return given

    def test_nobody_and_outsiders_do_nothing(self):
        """Without rights to the documents, or in another company, nothing is sent and nothing written: what is not
        refused only names a page, which then shows nothing."""
        for user in (self.nobody, self.outsider):
            given = self.call_all(user, quiet=True)
            self.assertGreater(len(given), 30)
            for name, results in given.items():
                for result in results:
                    self.assertEqual(result["type"], "ir.actions.act_window", name)
                    self.assertFalse(result.get("res_id"), name)

    def test_who_may_what(self):
        """R51: managers set up, marketplace users pull and retry, packers and salespeople send, and these cancel."""
        may = {
            user: {name for name, results in self.call_all(user, leave_out=PULLING).items() if results}
            for user in (self.salesman, self.packer, self.user)
        }
        for user, names in may.items():
            self.assertFalse(names & FOR_MANAGERS, user.login)
        self.assertFalse(may[self.packer] & (FOR_USERS | FOR_SALES))
        self.assertFalse(may[self.salesman] & FOR_USERS)
        self.assertLessEqual(SENDING, may[self.packer])
        self.assertLessEqual(SENDING, may[self.salesman])
        self.assertLessEqual(FOR_SALES, may[self.salesman])
        self.assertLessEqual(FOR_USERS | FOR_SALES, may[self.user])
        for user in (self.salesman, self.packer):
            for name in PULLING:
                with self.assertRaises(UserError):
                    getattr(self.lazada_shop.with_user(user), name)()
