from odoo import fields, models

OBSTACLES = [
    ("empty", "Nothing to book"),
    ("difference", "Does not add up"),
    ("not_final", "Not closed"),
    ("set_up", "Books not set up"),
    ("fee_type", "Fee types"),
    ("no_order", "Rows without an order"),
    ("order_missing", "Orders not in Odoo"),
    ("not_invoiced", "No invoice"),
    ("draft_invoice", "Invoices not posted"),
    ("not_credited", "No credit note"),
    ("currency", "Other currency"),
    ("differs", "Amount differs"),
    ("locked", "Period closed"),
    ("refused", "Refused by Odoo"),
]


class MarketplacePayoutObstacle(models.Model):
    """One reason why a payout cannot be posted, in words; found by the last check."""

    _name = "marketplace.payout.obstacle"
    _inherit = ["marketplace.access.guard"]
    _description = "Obstacle of a Marketplace Payout"
    _order = "payout_id, id"
    _rec_name = "message"

    payout_id = fields.Many2one("marketplace.payout", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="payout_id.company_id", store=True, index=True)
    reason = fields.Selection(OBSTACLES, required=True, readonly=True)
    message = fields.Char(required=True, readonly=True)

    def action_solve(self):
        """The button behind the message: does what is missing, or opens where that is done."""
        self.ensure_one()
        return self.payout_id._solve(self.reason)
