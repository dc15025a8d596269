"""Where a marketplace knows several places at which a seller keeps stock."""

from odoo import fields, models


class MarketplaceStockPlace(models.Model):
    """A place of a shop at the marketplace, and the warehouses that stand for it."""

    _name = "marketplace.stock.place"
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
