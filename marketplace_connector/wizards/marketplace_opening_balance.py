from datetime import timedelta

from odoo import api, fields, models


class MarketplaceOpeningBalance(models.TransientModel):
    """What a marketplace held before its first payout in Odoo, and against what it is booked."""

    _name = "marketplace.opening.balance"
    _inherit = ["marketplace.access.guard"]
    _description = "Book the Opening Balance of a Marketplace"

    payout_id = fields.Many2one("marketplace.payout", required=True, readonly=True)
    company_id = fields.Many2one(related="payout_id.company_id")
    currency_id = fields.Many2one(related="payout_id.currency_id")
    amount = fields.Monetary(related="payout_id.opening")
    date = fields.Date(required=True, compute="_compute_date", store=True, readonly=False)
    account_id = fields.Many2one(
        "account.account",
        string="Against",
        required=True,
        check_company=True,
        help="Where the opening balances of your books stand, or where the sales of before were booked.",
    )

    @api.depends("payout_id")
    def _compute_date(self):
        for wizard in self:
            day = wizard.payout_id.date_start
            wizard.date = day and day - timedelta(days=1)

    def action_book(self):
        """Book it, and settle the balance brought forward with it."""
        self.ensure_one()
        self.payout_id.ensure_one()._book_opening(self.account_id, self.date)
        return {"type": "ir.actions.act_window_close"}
