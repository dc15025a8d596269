"""Where the variants of a product are on sale."""

from odoo import api, fields, models

SEES_LISTINGS = "marketplace_connector.group_user,sales_team.group_sale_salesman,stock.group_stock_user"


class ProductTemplate(models.Model):
    _inherit = "product.template"

    marketplace_listing_ids = fields.Many2many(
        "marketplace.listing",
        string="Marketplace listings",
        compute="_compute_marketplace_listing_ids",
        groups=SEES_LISTINGS,
        help="Where its variants are on sale.",
    )
    marketplace_listing_count = fields.Integer(compute="_compute_marketplace_listing_count")

    @api.depends("product_variant_ids.marketplace_listing_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_marketplace_listing_ids(self):
        for template in self:
            template.marketplace_listing_ids = template.product_variant_ids.marketplace_listing_ids

    @api.depends("product_variant_ids.marketplace_listing_count")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_marketplace_listing_count(self):
        for template in self:
            template.marketplace_listing_count = sum(template.product_variant_ids.mapped("marketplace_listing_count"))

    def action_marketplace_listings(self):
        """Where the products are on sale."""
        return self.product_variant_ids.action_marketplace_listings()
