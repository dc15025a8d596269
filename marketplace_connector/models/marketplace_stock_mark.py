"""What has changed since the numbers of the listings were reckoned."""

from odoo import api, fields, models


class MarketplaceStockMark(models.Model):
    """A product whose numbers have changed, or a shop or a listing whose rule has.

    Rows are only ever added by those who change something, and deleted by the scheduled action that has seen them: so
    that people who work on the same products at the same time never wait for each other.
    """

    _name = "marketplace.stock.mark"
    _description = "Marketplace Stock Mark"
    _log_access = False

    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade", index="btree_not_null")
    shop_id = fields.Many2one("marketplace.shop", readonly=True, ondelete="cascade", index="btree_not_null")
    listing_id = fields.Many2one("marketplace.listing", readonly=True, ondelete="cascade", index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")

    @api.model
    def _consume(self):
        """Turn the marks into `stock_marked_at` of the listings whose numbers may have changed, and delete them."""
