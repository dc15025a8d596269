"""The shop's catalogue: how it is read, and how its SKUs find their products."""

from odoo import fields, models


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    sync_catalogue = fields.Boolean(
        string="Sync the catalogue by itself",
        copy=False,
        help="Every day what has changed in the marketplace's catalogue is read, every week all of it. New SKUs are "
        "linked to their products as Sync Product Catalogue does.",
    )
    catalogue_synced_at = fields.Datetime(
        string="Catalogue read",
        readonly=True,
        copy=False,
        help="Every change of the catalogue up to here is in Odoo.",
    )
    catalogue_error = fields.Char(string="Catalogue not read", readonly=True, copy=False)
    match_barcode = fields.Boolean(
        string="Match by barcode too",
        help="Where no internal reference equals the seller SKU, the product with the listing's barcode is taken, or "
        "the one whose barcode is the seller SKU.",
    )
    sku_ignore_case = fields.Boolean(
        string="Ignore capital letters", help="Seller SKU abc-1 then finds the internal reference ABC-1."
    )
    sku_prefix = fields.Char(
        string="Ignore at the beginning",
        help="A beginning that only this shop's seller SKUs have: with LZ- here, LZ-ABC finds ABC.",
    )
    sku_suffix = fields.Char(
        string="Ignore at the end",
        help="An end that only this shop's seller SKUs have: with -SG here, ABC-SG finds ABC.",
    )
