from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _send_confirmation_email(self):
        """Write to no buyer of a marketplace: they hear from the marketplace, and their contact belongs to it."""
        silent = self.filtered("sale_id.marketplace_shop_id")
        return super(StockPicking, self - silent)._send_confirmation_email()
