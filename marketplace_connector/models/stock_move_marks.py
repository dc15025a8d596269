from odoo import api, models

NOT_OPEN = ("draft", "done", "cancel")
COUNTED = {"product_id", "product_uom_qty", "product_uom", "location_id", "location_dest_id", "location_final_id"}


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._marketplace_mark_stock()
        return moves

    def write(self, vals):
        changing = self if COUNTED & vals.keys() else self._marketplace_opening_or_closing(vals.get("state"))
        changing._marketplace_mark_stock()
        result = super().write(vals)
        if "product_id" in vals:
            changing._marketplace_mark_stock()
        return result

    def unlink(self):
        self._marketplace_mark_stock()
        return super().unlink()

    def _marketplace_opening_or_closing(self, state):
        """The moves that begin or cease to be awaited with the new state, whether goods are reserved or not."""
        if not state:
            return self.browse()
        return self.filtered(lambda move: (move.state in NOT_OPEN) != (state in NOT_OPEN))

    def _marketplace_mark_stock(self):
        if self:
            self.env["marketplace.stock.mark"]._note(products=self.product_id)
