from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _marketplace_shrink(self, quantity):
        """Take `quantity` (in the moves' unit) off these open moves, the youngest first."""
        for move in self.sorted("id", reverse=True):
            part = min(quantity, move.product_uom_qty)
            if move.product_uom.compare(part, move.product_uom_qty) == 0:
                move._action_cancel()
            elif part:
                move.product_uom_qty -= part
                if move.quantity > move.product_uom_qty:
                    move.quantity = move.product_uom_qty
            quantity -= part
