"""Where a marketplace knows several places at which a seller keeps stock."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MarketplaceStockPlace(models.Model):
    """A place of a shop at the marketplace, and the warehouses that stand for it."""

    _name = "marketplace.stock.place"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Stock Place"
    _order = "shop_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    ref = fields.Char(string="Place ID", required=True, readonly=True)
    shop_id = fields.Many2one("marketplace.shop", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        string="Warehouses",
        check_company=True,
        help="The stock in these warehouses is shown at this place. None: the numbers of this place are not touched.",
    )

    _ref_unique = models.UniqueIndex("(shop_id, ref)", "This place of the shop is already listed.")

    @api.constrains("warehouse_ids", "active")
    def _check_warehouses(self):
        """The same pieces are shown at one place only."""
        for shop in self.shop_id:
            seen = [warehouse for place in shop.stock_place_ids.filtered("active") for warehouse in place.warehouse_ids]
            if doubled := next((warehouse for warehouse in seen if seen.count(warehouse) > 1), None):
                raise ValidationError(
                    self.env._(
                        "%(warehouse)s stands for two places of %(shop)s: its pieces would be shown twice. Choose one.",
                        warehouse=doubled.display_name,
                        shop=shop.name,
                    )
                )
            if any(warehouse == shop.platform_warehouse_id for warehouse in seen):
                raise ValidationError(
                    self.env._(
                        "%(warehouse)s stands for goods that a marketplace keeps. They are sold there only: take the "
                        "warehouse out of the list.",
                        warehouse=shop.platform_warehouse_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        places._mark_stock()
        return places

    def write(self, vals):
        if {"warehouse_ids", "active", "sequence"} & vals.keys():
            self._mark_stock()
        return super().write(vals)

    def unlink(self):
        self._mark_stock()
        return super().unlink()

    def _mark_stock(self):
        self.env["marketplace.stock.mark"]._note(shops=self.shop_id)
