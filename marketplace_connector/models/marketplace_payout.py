"""What a marketplace has settled: a statement, a slice of its wallet, or documents grouped by hand."""

from odoo import api, fields, models

READERS = "account.group_account_invoice,account.group_account_readonly,marketplace_connector.group_manager"


class MarketplacePayout(models.Model):
    """A statement of a shop with all its rows, booked as one entry."""

    _name = "marketplace.payout"
    _description = "Marketplace Payout"
    _inherit = ["mail.thread", "mail.activity.mixin", "marketplace.access.guard"]
    _order = "date_end desc, ref desc, id desc"
    _rec_name = "ref"
    _check_company_auto = True

    shop_id = fields.Many2one("marketplace.shop", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    provider = fields.Selection(related="shop_id.provider", store=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company's currency")
    ref = fields.Char(
        string="Statement", required=True, readonly=True, index="trigram", help="Its number at the marketplace."
    )
    open_ref = fields.Char(readonly=True, help="What it was called before the marketplace had closed it.")
    source = fields.Selection(
        [("read", "Read from the marketplace"), ("manual", "Grouped by hand")],
        required=True,
        default="read",
        readonly=True,
    )
    state = fields.Selection(
        [("draft", "To post"), ("posted", "Posted"), ("cancelled", "Cancelled")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        index=True,
    )
    date_start = fields.Date(string="From", required=True, readonly=True, help="In the shop's time zone.")
    date_end = fields.Date(
        string="To", required=True, readonly=True, help="The last day in it, in the shop's time zone."
    )
    date = fields.Date(
        string="Accounting date",
        required=True,
        help="The day the entry is booked on: the last day of the statement, unless you choose another one.",
    )
    is_final = fields.Boolean(string="Closed", readonly=True, help="The marketplace adds nothing more to it.")
    is_paid = fields.Boolean(string="Paid out", readonly=True, help="The marketplace says that it has paid.")
    paid_at = fields.Datetime(readonly=True)
    read_at = fields.Datetime(string="Read", readonly=True)

    # === AMOUNTS: opening + rows = closing + paid out + held back === #

    opening = fields.Monetary(string="Balance before", readonly=True)
    rows_total = fields.Monetary(string="Sum of rows", compute="_compute_sums", store=True)
    closing = fields.Monetary(string="Balance after", readonly=True, help="What the marketplace still owes you.")
    paid_out = fields.Monetary(readonly=True, help="What the marketplace sends to your bank.")
    held_back = fields.Monetary(readonly=True, help="A deposit that the marketplace keeps as a guarantee.")
    difference = fields.Monetary(
        compute="_compute_sums",
        store=True,
        help="What rows and balances leave unexplained: balance before + rows - balance after - paid out - held back. "
        "A payout is posted only when it is zero.",
    )
    bank_currency_id = fields.Many2one("res.currency", readonly=True)
    bank_amount = fields.Monetary(
        readonly=True,
        currency_field="bank_currency_id",
        help="What reaches the bank where the marketplace changes money.",
    )
    rate = fields.Float(
        digits=0, readonly=True, help="The marketplace's rate from the statement's to the bank's currency."
    )
    bank_reference = fields.Char(readonly=True, help="What the marketplace says stands on the bank's statement.")
    figures = fields.Json(
        readonly=True, help="Sums that the marketplace itself shows, by its names: [[name, amount], ...]."
    )

    line_ids = fields.One2many("marketplace.payout.line", "payout_id", string="Rows", readonly=True)
    settlement_ids = fields.One2many("marketplace.payout.settlement", "payout_id", string="Orders")
    move_id = fields.Many2one(
        "account.move", string="Entry", readonly=True, copy=False, check_company=True, index="btree_not_null"
    )
    supplement_of_id = fields.Many2one(
        "marketplace.payout",
        string="Late rows of",
        readonly=True,
        index="btree_not_null",
        help="The marketplace added rows after that payout was posted.",
    )
    supplement_ids = fields.One2many("marketplace.payout", "supplement_of_id", string="Late rows")

    _ref_unique = models.UniqueIndex("(shop_id, ref)", "This statement of the shop is already in Odoo.")

    @api.depends("line_ids.moved", "opening", "closing", "paid_out", "held_back")
    def _compute_sums(self):
        for payout in self:
            moved = sum(payout.line_ids.mapped("moved"))
            rest = payout.opening + moved - payout.closing - payout.paid_out - payout.held_back
            payout.rows_total = payout.currency_id.round(moved)
            payout.difference = payout.currency_id.round(rest)

    def _open_as_page(self, name):
        """The action that shows these payouts: a single one as its form."""
        action = {"type": "ir.actions.act_window", "name": name, "res_model": self._name, "context": {"create": False}}
        if len(self) == 1:
            return {**action, "view_mode": "form", "views": [(False, "form")], "res_id": self.id}
        views = [(False, "list"), (False, "form")]
        return {**action, "view_mode": "list,form", "views": views, "domain": [("id", "in", self.ids)]}
