"""Deliveries that are invoiced in the same step."""

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_marketplace_ship_and_invoice(self):
        """*Ship and Invoice*: validate the deliveries, and invoice their orders as soon as all of them is delivered."""
        orders = self.sale_id.filtered("marketplace_shop_id")
        orders._marketplace_check_may_invoice()
        orders._marketplace_want_invoice()
        action = self.button_validate()
        return action if isinstance(action, dict) else orders._marketplace_invoice_wanted_now()

    def _action_done(self):
        """What is delivered now is invoiced in a moment, apart from the delivery: no doubt about money stops that."""
        result = super()._action_done()
        orders = self.filtered(lambda picking: picking.state == "done").sale_id.sudo()
        if any(order._marketplace_is_to_be_invoiced() for order in orders.filtered("marketplace_shop_id")):
            self.env.ref("marketplace_connector.ir_cron_invoice").sudo()._trigger()
        return result
