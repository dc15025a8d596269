from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    marketplace_listing_ids = fields.One2many("marketplace.listing", "product_id", string="Marketplace listings")
