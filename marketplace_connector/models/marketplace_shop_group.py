"""Shops that sell the same pieces, and which of them keeps the last ones."""

from odoo import fields, models


class MarketplaceShopGroup(models.Model):
    """Shops of a company, in the order in which they keep the last pieces of a product."""

    _name = "marketplace.shop.group"
    _description = "Marketplace Shop Group"
    _order = "company_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    last_units = fields.Integer(
        string="Last pieces",
        default=1,
        required=True,
        help="When no more free pieces of a product are left than this, only one listing goes on showing them and the "
        "others show 0: that of the first shop in the list that sells the product, or of the shop chosen on the "
        "product. 0: all shops show all pieces until none is left.",
    )
    line_ids = fields.One2many("marketplace.shop.group.line", "group_id", string="Shops")


class MarketplaceShopGroupLine(models.Model):
    """A shop of a group; the first one keeps the last pieces."""

    _name = "marketplace.shop.group.line"
    _description = "Shop of a Marketplace Shop Group"
    _order = "sequence, id"
    _rec_name = "shop_id"
    _check_company_auto = True

    group_id = fields.Many2one("marketplace.shop.group", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="group_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    shop_id = fields.Many2one("marketplace.shop", required=True, ondelete="cascade", check_company=True, index=True)

    _shop_unique = models.UniqueIndex("(shop_id)", "A shop can be in one group only.")
