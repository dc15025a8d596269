from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        if {"type", "is_storable", "uom_id"} & vals.keys():
            self.env["marketplace.stock.mark"]._note(products=self.with_context(active_test=False).product_variant_ids)
        return super().write(vals)
