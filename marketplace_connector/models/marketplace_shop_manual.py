from odoo import api, fields, models
from odoo.fields import Domain


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    manual_count = fields.Integer(string="Manual handling", compute="_compute_counts")

    @api.model
    def _told_on_documents(self):
        """The problems of parcels that need a person, for which there is an activity on delivery or order."""
        of_parcels = Domain.OR(
            [
                Domain("picking_id", "!=", False),
                Domain("package_id", "!=", False),
                Domain("reason", "=", "cancelled_after_shipping"),
            ]
        )
        told = Domain("order_id.marketplace_manual_reason", "!=", False)
        handled = Domain("order_id.picking_ids", "any", [("marketplace_handled", "!=", False)])
        return of_parcels & (told | handled | Domain("order_id.marketplace_handled", "!=", False))

    def action_open_manual(self):
        """The shop's orders that need a person."""
        action = self._open("action_marketplace_orders", "marketplace_shop_id")
        return {**action, "context": {"create": False, "search_default_marketplace_manual": 1}}
