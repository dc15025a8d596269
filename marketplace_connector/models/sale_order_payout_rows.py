from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered("marketplace_order_ref")._marketplace_link_payouts()
        return orders

    def _marketplace_link_payouts(self):
        """Find what was settled of the orders before they came to Odoo."""
        by_key = {(order.marketplace_shop_id.id, order.marketplace_order_ref): order for order in self}
        settlements = self.env["marketplace.payout.settlement"].sudo()
        waiting = settlements.search(
            [
                ("shop_id", "in", self.marketplace_shop_id.ids),
                ("order_ref", "in", self.mapped("marketplace_order_ref")),
                ("order_id", "=", False),
            ]
        )
        for settlement in waiting:
            order = by_key.get((settlement.shop_id.id, settlement.order_ref))
            if order:
                settlement.order_id = settlement.line_ids.order_id = order
