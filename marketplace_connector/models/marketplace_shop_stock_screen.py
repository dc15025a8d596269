"""What a shop's page shows of its stock."""

from odoo import fields, models


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    stock_waiting_count = fields.Integer(string="Stock to send", compute="_compute_counts")
    stock_refused_count = fields.Integer(string="Stock refused", compute="_compute_counts")
    stock_locked_count = fields.Integer(string="Stock locked", compute="_compute_counts")
    stock_drift_count = fields.Integer(string="Drift", compute="_compute_counts")

    def action_open_stock(self):
        """The shop's listings with their stock, those that the button tells the number of."""
        wanted = self.env.context.get("filter")
        action = self._open("action_marketplace_stock_sent", "shop_id")
        context = {"create": False, "marketplace_one_shop": len(self) == 1}
        return {**action, "context": {**context, f"search_default_{wanted}": 1} if wanted else context}

    def action_open_held(self):
        """The listings that would fall to 0 and are held back."""
        action = self._open("action_marketplace_stock_sent", "shop_id")
        held = [("stock_state", "=", "waiting"), ("stock_update_id.number", "=", 0)]
        return {**action, "domain": [*action["domain"], *held]}
