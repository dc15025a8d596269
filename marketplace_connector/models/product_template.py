from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    marketplace_keeper_shop_id = fields.Many2one(
        "marketplace.shop",
        string="Keeps the last pieces",
        compute="_compute_marketplace_keeper_shop_id",
        inverse="_inverse_marketplace_keeper_shop_id",
        domain="[('company_id', 'in', allowed_company_ids)]",
        help="The shop that goes on showing the last pieces of this product, whatever the order of the shops in its "
        "group. Empty: the first shop of the group that sells it.",
    )

    @api.depends_context("company")
    @api.depends("product_variant_ids.marketplace_keeper_shop_id")
    def _compute_marketplace_keeper_shop_id(self):
        self._compute_template_field_from_variant_field("marketplace_keeper_shop_id")

    def _inverse_marketplace_keeper_shop_id(self):
        self._set_product_variant_field("marketplace_keeper_shop_id")

    def write(self, vals):
        if {"type", "is_storable", "uom_id"} & vals.keys():
            self.env["marketplace.stock.mark"]._note(products=self.with_context(active_test=False).product_variant_ids)
        return super().write(vals)
