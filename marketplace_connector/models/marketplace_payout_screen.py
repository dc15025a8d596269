"""What a payout's page shows besides its rows: counts, the marketplace's figures, and the ways to what it is about."""

from markupsafe import Markup
from odoo import api, fields, models


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    line_count = fields.Integer(string="Row count", compute="_compute_counts")
    order_count = fields.Integer(string="Order count", compute="_compute_counts")
    missing_order_count = fields.Integer(string="Orders not in Odoo", compute="_compute_counts")
    unmapped_count = fields.Integer(
        string="Fee types to map",
        compute="_compute_counts",
        help="Fee types of its rows that are unknown, or have no account in the payout's company.",
    )
    late_count = fields.Integer(string="Late payouts", compute="_compute_counts")
    invoice_count = fields.Integer(string="Invoices", compute="_compute_invoice_count")
    figures_shown = fields.Html(
        string="The marketplace's figures", compute="_compute_figures_shown", sanitize=False, readonly=True
    )

    rate_missing = fields.Boolean(
        compute="_compute_rate_missing", help="It would be booked one to one in the company's currency."
    )

    @api.depends("currency_id", "company_id", "date")
    def _compute_rate_missing(self):
        for payout in self:
            company = payout.company_id
            rates = payout.currency_id.sudo().rate_ids.filtered(
                lambda rate, root=company.root_id: not rate.company_id or rate.company_id == root
            )
            foreign = payout.currency_id != company.currency_id
            payout.rate_missing = foreign and not any(rate.name <= payout.date for rate in rates)

    @api.depends("line_ids.fee_type_id.kind", "settlement_ids.order_id", "supplement_ids")
    @api.depends_context("company")
    def _compute_counts(self):
        settlements = dict(self._count("marketplace.payout.settlement"))
        missing = dict(self._count("marketplace.payout.settlement", [("order_id", "=", False)]))
        rows = dict(self._count("marketplace.payout.line"))
        unmapped = self._unmapped_fee_types()
        for payout in self:
            payout.order_count = settlements.get(payout, 0)
            payout.missing_order_count = missing.get(payout, 0)
            payout.line_count = rows.get(payout, 0)
            payout.late_count = len(payout.supplement_ids)
            payout.unmapped_count = len(unmapped[payout])

    def _count(self, model, domain=()):
        return self.env[model]._read_group([("payout_id", "in", self.ids), *domain], ["payout_id"], ["__count"])

    def _unmapped_fee_types(self):
        """The fee types of the payouts' rows that wait for an accountant: a dict by payout; what is posted waits for
        nobody."""
        found = dict.fromkeys(self, self.env["marketplace.fee.type"])
        rows = [("payout_id", "in", self.ids), ("state", "=", "draft"), ("account_id", "=", False)]
        of_payouts = self.env["marketplace.payout.line"]._read_group(rows, ["payout_id"], ["fee_type_id:recordset"])
        for payout, types in of_payouts:
            in_company = types.with_company(payout.company_id)
            found[payout] = in_company.filtered("needs_account").with_env(self.env)
        return found

    @api.depends("settlement_ids.order_id.invoice_ids")
    def _compute_invoice_count(self):
        for payout in self:
            payout.invoice_count = len(payout.sudo().settlement_ids.order_id.invoice_ids)

    @api.depends("figures")
    def _compute_figures_shown(self):
        for payout in self:
            rows = Markup().join(
                Markup("<tr><td>%s</td><td class='text-end'>%s</td></tr>")
                % (name.replace("_", " ").capitalize(), payout.currency_id.format(amount))
                for name, amount in payout.figures or []
            )
            table = Markup("<table class='table table-sm w-auto'><tbody>%s</tbody></table>")
            payout.figures_shown = table % rows if rows else False

    # === BUTTONS === #

    def _check_one(self):
        """Raise AccessError for who does not see this payout."""
        self.ensure_one()
        self.check_access("read")

    def action_read_again(self):
        """*Read Again*: what the marketplace says now of these days."""
        self._check_one()
        return self.shop_id._read_payouts_now(self.date_start, self.date_end)

    def action_open_rows(self):
        """The payout's rows."""
        self._check_one()
        return {**self._open_action("action_marketplace_payout_line"), "domain": [("payout_id", "=", self.id)]}

    def action_open_orders(self):
        """The sales orders of the payout."""
        self._check_one()
        return {
            **self._open_action("action_marketplace_orders"),
            "domain": [("id", "in", self.settlement_ids.order_id.ids)],
        }

    def action_open_invoices(self):
        """The invoices and credit notes of the payout's orders."""
        self._check_one()
        self.env["account.move"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %(payout)s", payout=self.ref),
            "res_model": "account.move",
            "view_mode": "list,form",
            "views": [(self.env.ref("account.view_out_invoice_tree").id, "list"), (False, "form")],
            "domain": [("id", "in", self.settlement_ids.order_id.invoice_ids.ids)],
            "context": {"create": False},
        }

    def action_open_entry(self):
        """The payout's journal entry."""
        self._check_one()
        self.env["account.move"].check_access("read")
        return self.move_id.get_formview_action() if self.move_id else False

    def action_open_shop(self):
        """The payout's shop."""
        self._check_one()
        return self.shop_id.get_formview_action()

    def action_open_late(self):
        """The payouts with the rows that came after this one was posted."""
        self._check_one()
        return {
            **self._open_action("action_marketplace_payout"),
            "domain": [("id", "in", self.supplement_ids.ids)],
        }

    def _open_action(self, name):
        values = self.env["ir.actions.act_window"]._for_xml_id(f"marketplace_connector.{name}")
        return {**values, "context": {"create": False}}
