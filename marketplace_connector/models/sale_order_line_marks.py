from odoo import api, models

COUNTED = {
    "product_id",
    "product_uom_qty",
    "product_uom_id",
    "marketplace_waits_for_product",
    "marketplace_by_platform",
}
QUOTATION = ("draft", "sent")  # what has a delivery is marked by its moves


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._marketplace_mark_stock()
        return lines

    def write(self, vals):
        if not COUNTED & vals.keys():
            return super().write(vals)
        self._marketplace_mark_stock()
        result = super().write(vals)
        self._marketplace_mark_stock()
        return result

    def unlink(self):
        self._marketplace_mark_stock()
        return super().unlink()

    def _marketplace_mark_stock(self):
        """What stands in a quotation of a marketplace is taken off what the shops show."""
        ours = self.filtered("marketplace_listing_id")
        if ours:
            products = ours.product_id | ours.marketplace_listing_id.product_id
            self.env["marketplace.stock.mark"]._note(products=products)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        if {"state", "marketplace_status"} & vals.keys():
            ours = self.filtered("marketplace_shop_id")
            quotations = ours if vals.get("state") in QUOTATION else ours.filtered(lambda one: one.state in QUOTATION)
            quotations.order_line._marketplace_mark_stock()
        return super().write(vals)
