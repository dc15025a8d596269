from odoo import api, fields, models
from odoo.exceptions import UserError


class MarketplaceReadPayouts(models.TransientModel):
    """Read what was settled with some shops, now, also on days long ago."""

    _name = "marketplace.read.payouts"
    _inherit = ["marketplace.access.guard"]
    _description = "Read Marketplace Payouts"

    shop_ids = fields.Many2many(
        "marketplace.shop",
        string="Shops",
        required=True,
        domain="[('state', '=', 'connected')]",
        default=lambda self: self._default_shops(),
    )
    start = fields.Date(
        string="From",
        help="Empty: what can have changed since payouts were read last. Payouts that are posted stay as they are.",
    )
    end = fields.Date(string="To", help="Empty: until today.")

    @api.model
    def _default_shops(self):
        chosen = self.env.context.get("marketplace_shop_ids")
        if chosen:
            return self.env["marketplace.shop"].browse(chosen)
        companies = self.env.companies.ids
        return self.env["marketplace.shop"].search([("state", "=", "connected"), ("company_id", "in", companies)])

    def action_read(self):
        """Read them, and say what came of it."""
        self.ensure_one()
        if self.start and self.end and self.start > self.end:
            raise UserError(self.env._("The first day is after the last one."))
        if self.end and not self.start:
            raise UserError(self.env._("Choose the first day, too."))
        action = self.shop_ids._read_payouts_now(self.start or None, self.end or None)
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action
