from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        quants._marketplace_mark_stock()
        return quants

    def write(self, vals):
        if "quantity" in vals or "location_id" in vals:
            self._marketplace_mark_stock()
        return super().write(vals)

    def unlink(self):
        self._marketplace_mark_stock()
        return super().unlink()

    def _marketplace_mark_stock(self):
        self.env["marketplace.stock.mark"]._note(products=self.product_id)
