"""Transfers of orders that are cancelled, or about to be: they say so, and cannot be validated."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    marketplace_cancel_notice = fields.Char(compute="_compute_marketplace_cancel_notice")

    @api.depends("sale_id.marketplace_cancel_notice")
    def _compute_marketplace_cancel_notice(self):
        for picking in self:
            notice = False
            if picking.marketplace_shop_id and picking.picking_type_code != "incoming":
                notice = picking.sale_id.sudo().marketplace_cancel_notice
            picking.marketplace_cancel_notice = notice

    def _marketplace_check_not_cancelled(self):
        """Raise UserError for transfers of orders that are cancelled, or about to be, with what is known of that."""
        for picking in self:
            if picking.marketplace_cancel_notice:
                raise UserError(
                    self.env._(
                        "%(transfer)s: %(notice)s", transfer=picking.name, notice=picking.marketplace_cancel_notice
                    )
                )

    def button_validate(self):
        """Stop what must not leave, also where the shop sends nothing to the marketplace."""
        self.filtered(lambda picking: picking.state != "done")._marketplace_check_not_cancelled()
        return super().button_validate()

    def action_marketplace_label(self):
        """No label of a parcel that must not leave; of many at once the others are printed."""
        if len(self) == 1 and self.state == "cancel":
            self._marketplace_check_not_cancelled()
        return super().action_marketplace_label()
