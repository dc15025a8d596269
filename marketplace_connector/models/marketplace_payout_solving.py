"""The buttons behind what is in the way of a payout: each does what is missing, or opens where that is done."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def _solve(self, reason, settlements=None):
        """Solve one reason, for all orders that it is about or for these; what it gives is an action, or True."""
        self.ensure_one()
        self._check_may_book()
        payout = self.sudo().with_company(self.company_id)
        orders = payout.settlement_ids.filtered(lambda each: each.obstacle == reason)
        if settlements is not None:
            orders &= settlements.sudo()
        solve = getattr(payout, f"_solve_{reason}")
        action = solve(orders) if reason in self._order_words() else solve()
        if self.exists():
            self._check()
        return action

    # === THE PAYOUT === #

    def _solve_difference(self):
        """Read it again: the marketplace may have more rows by now."""
        if self.source == "manual":
            return True
        return self.shop_id.sudo(False)._read_payouts_now(self.date_start, self.date_end)

    _solve_empty = _solve_not_final = _solve_difference

    def _solve_set_up(self):
        if problem := self.shop_id._payout_set_up_problem():
            raise UserError(problem)
        self.shop_id._set_up_payouts()
        return True

    def _solve_fee_type(self):
        rows = self.line_ids.filtered(lambda line: line.obstacle in ("unknown", "no_account", "withheld"))
        types = rows.filtered(lambda line: line.obstacle != "withheld").fee_type_id
        if "withheld" in rows.mapped("obstacle"):
            types |= self._withheld_type()
        return self._show_records(types, self.env._("Fee Types"))

    def _solve_no_order(self):
        rows = self.line_ids.filtered(lambda line: line.obstacle == "no_order")
        return self._show_records(rows, self.env._("Rows without an Order"))

    def _solve_locked(self):
        """Book it on the first open day."""
        last = max(day for day, _field in self._locks())
        self.date = last + timedelta(days=1)
        return True

    def _solve_refused(self):
        """Try it again."""
        return self.sudo(False).action_post()

    # === ITS ORDERS === #

    def _solve_order_missing(self, settlements):
        """Fetch the orders, also those that would not come in by themselves."""
        refs = settlements.mapped("order_ref")
        shop = self.shop_id._as_system()
        shop._fetch_refs(refs, create_any=True)
        found = shop.env["sale.order"]._marketplace_known(shop, refs)
        message = self.env._("%(found)s of %(count)s orders are in Odoo now.", found=len(found), count=len(refs))
        if len(found) < len(refs):
            message += " " + self.env._(
                "Problems says why the others are not. Orders from before Odoo can be booked on an account: choose "
                "Orders that are not in Odoo on the shop."
            )
        return self._say(message, len(found) == len(refs))

    def _solve_not_invoiced(self, settlements):
        """Invoice those orders that can be invoiced."""
        orders = settlements.order_id.with_env(self.shop_id._as_system().env)
        due = orders.filtered(lambda order: order.invoice_status == "to invoice")
        problems = due._marketplace_invoice_halving() if due else []
        due.env["marketplace.job"]._record(self.shop_id._as_system(), problems)
        message = self.env._("%(count)s orders are invoiced.", count=len(due) - len(problems))
        if problems:
            message += " " + problems[0]["message"]
        if waiting := orders - due:
            message += " " + self.env._(
                "%(count)s have nothing to invoice, such as %(order)s: look whether it is confirmed and delivered.",
                count=len(waiting),
                order=waiting[0].marketplace_order_ref,
            )
        return self._say(message, not problems and not waiting)

    def _solve_draft_invoice(self, settlements):
        """Post the orders' invoices and credit notes."""
        drafts = settlements.order_id.invoice_ids.filtered(lambda move: move.state == "draft")
        drafts.action_post()
        return self._say(self.env._("%(count)s invoices and credit notes are posted.", count=len(drafts)), True)

    def _solve_not_credited(self, settlements):
        """Prepare the credit note of one order; open the orders where there are more."""
        orders = settlements.order_id
        if len(orders) != 1:
            return self._show_records(orders, self.env._("Orders without Credit Note"))
        if orders.marketplace_credit_due:
            return orders.action_marketplace_credit_note()
        invoices = orders.invoice_ids.filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")
        return self._show_records(invoices, self.env._("Invoices to Credit"))

    def _solve_currency(self, settlements):
        return self._show_records(settlements.order_id.invoice_ids, self.env._("Invoices"))

    def _solve_differs(self, settlements):
        return self._show_records(settlements, self.env._("Orders that Differ"))

    # === ANSWERS === #

    def _say(self, message, well):
        return self.env["marketplace.job"]._notify(message, "success" if well else "warning")

    def _show_records(self, records, name):
        """An action with the one record's form, or the list of them."""
        if len(records) == 1 and records._name not in ("marketplace.payout.line", "marketplace.payout.settlement"):
            return records.sudo(False).get_formview_action()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
            "context": {"create": False},
        }
