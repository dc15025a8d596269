"""Where a variant is on sale, and why it is suggested for a listing."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ProductProduct(models.Model):
    _inherit = "product.product"

    marketplace_listing_count = fields.Integer(compute="_compute_marketplace_listing_count")
    marketplace_suggested_because = fields.Char(
        compute="_compute_marketplace_suggested_because",
        help="Why the product is suggested for the listing that is looked at.",
    )

    @api.depends("marketplace_listing_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_marketplace_listing_count(self):
        self.marketplace_listing_count = 0
        Listing = self.env["marketplace.listing"]
        if Listing.has_access("read"):
            groups = Listing._read_group([("product_id", "in", self.ids)], ["product_id"], ["__count"])
            for product, count in groups:
                product.marketplace_listing_count = count

    def action_marketplace_listings(self):
        """Where the products are on sale."""
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_listing")
        return {**action, "domain": [("product_id", "in", self.ids)], "context": {"create": False}}

    # === AS A SUGGESTION === #

    def _marketplace_listing_looked_at(self):
        return self.env["marketplace.listing"].browse(self.env.context.get("marketplace_listing_id") or ())

    @api.depends_context("marketplace_listing_id")
    def _compute_marketplace_suggested_because(self):
        listing = self._marketplace_listing_looked_at()
        reasons = listing._suggestions() if listing else {}
        labels = listing._reason_labels()
        for product in self:
            product.marketplace_suggested_because = labels.get(reasons.get(product.id), False)

    def action_marketplace_link(self):
        """Link the listing that is looked at to this product, which is suggested for it."""
        self.ensure_one()
        listing = self._marketplace_listing_looked_at()
        listing._check_may_link()
        if not listing:
            raise UserError(self.env._("Open the listing that is to be linked."))
        listing.product_id = self
