from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    marketplace_listing_ids = fields.One2many("marketplace.listing", "product_id", string="Marketplace listings")
    marketplace_keeper_shop_id = fields.Many2one(
        "marketplace.shop",
        string="Keeps the last pieces",
        check_company=True,
        company_dependent=True,
        help="The shop that goes on showing the last pieces of this product, whatever the order of the shops in its "
        "group. Empty: the first shop of the group that sells it.",
    )

    def write(self, vals):
        if {"active", "marketplace_keeper_shop_id"} & vals.keys():
            self.env["marketplace.stock.mark"]._note(products=self)
        return super().write(vals)
