from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _marketplace_quantities(self, products, company):
        """What is in these warehouses together, and what open moves take out of and bring into them, reserved or not.

        {product id: (on hand, outgoing, incoming)}, in the products' units.
        """
        here = products.with_context(
            warehouse_id=self.ids, location=False, company_id=company.id, allowed_company_ids=company.ids
        )
        found = here._compute_quantities_dict(None, None, None)
        return {
            product_id: (one["qty_available"], one["outgoing_qty"], one["incoming_qty"])
            for product_id, one in found.items()
        }
