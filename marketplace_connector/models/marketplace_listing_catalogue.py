"""What the marketplace's catalogue tells of a SKU on sale."""

from odoo import api, fields, models


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    listing_status = fields.Selection(
        [
            ("active", "On sale"),
            ("inactive", "Taken off sale"),
            ("pending", "Being checked"),
            ("banned", "Banned"),
            ("gone", "Gone"),
        ],
        string="Status there",
        readonly=True,
        index=True,
        help="How the SKU stands in the marketplace's catalogue. Empty: it is known from an order only, the catalogue "
        "has not been read yet. Gone: it is not in the catalogue any more; it stays here, since orders refer to it.",
    )
    raw_status = fields.Char(string="Marketplace's status", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True, readonly=True)
    price = fields.Monetary(
        string="Price there", readonly=True, help="The regular price at the marketplace, tax included. 0: not told."
    )
    barcode = fields.Char(
        readonly=True, index="btree_not_null", help="The barcode that the marketplace has of the SKU."
    )
    options = fields.Json(readonly=True, help="What the variant is: a list of [name, value], as [Color, Black].")
    picture_url = fields.Char(string="Picture", readonly=True)
    is_bundle = fields.Boolean(
        string="Bundle there",
        readonly=True,
        help="The marketplace makes it up of other SKUs: its stock follows from theirs and is never sent.",
    )
    listed_at = fields.Datetime(string="Changed there", readonly=True, help="When the marketplace changed it last.")
    ignored = fields.Boolean(
        readonly=True, copy=False, help="It is left without a product, and is not counted as not linked."
    )

    @api.depends("shop_id.currency_id")
    def _compute_currency_id(self):
        """The shop's, until the catalogue tells another one."""
        for listing in self:
            listing.currency_id = listing.currency_id or listing.shop_id.currency_id
