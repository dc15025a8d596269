from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST_DAYS = 366


class MarketplaceCheckDays(models.TransientModel):
    """Compare any range of days with the marketplace."""

    _name = "marketplace.check.days"
    _inherit = ["marketplace.access.guard"]
    _description = "Check Completeness"

    shop_id = fields.Many2one("marketplace.shop", required=True, default=lambda self: self.env.context.get("active_id"))
    date_from = fields.Date(string="From", required=True, default=lambda self: self._today() - timedelta(days=7))
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self._today(), help="In the shop's time zone, included."
    )

    @api.model
    def _today(self):
        shop = self.env["marketplace.shop"].browse(self.env.context.get("active_id"))
        return shop._local_date(fields.Datetime.now()) if shop else fields.Date.context_today(self)

    @api.constrains("date_from", "date_to")
    def _check_range(self):
        for wizard in self:
            if wizard.date_to < wizard.date_from:
                raise ValidationError(self.env._("The last day is before the first one."))
            if wizard.date_to > wizard.shop_id._local_date(fields.Datetime.now()):
                raise ValidationError(self.env._("The last day is in the future: choose today or an earlier day."))
            if (wizard.date_to - wizard.date_from).days >= MOST_DAYS:
                raise ValidationError(self.env._("Choose at most %(days)s days at a time.", days=MOST_DAYS))

    def action_check(self):
        """Compare the days and show them; the scheduled action goes on with what takes longer."""
        self.ensure_one()
        self.env["marketplace.day.check"]._check_manager()
        self.shop_id.check_access("read")
        shop, first, last = self.shop_id, self.date_from, self.date_to
        shop._check_dates([first + timedelta(days=number) for number in range((last - first).days + 1)])
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_day_check")
        domain = [("shop_id", "=", shop.id), ("date", ">=", first), ("date", "<=", last)]
        return {**action, "domain": domain, "context": {}, "target": "current"}
