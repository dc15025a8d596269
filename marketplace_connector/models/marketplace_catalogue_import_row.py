from odoo import api, fields, models

from .export_file_words import explain_row

OUTCOMES = [
    ("new", "New product"),
    ("variant", "Variant of a new product"),
    ("added", "New variant"),
    ("link", "Link to a product"),
    ("linked", "Linked already"),
    ("skipped", "Skipped"),
    ("failed", "Failed"),
]
ROW_TEXTS = ("item_ref", "sku_ref", "seller_sku", "name", "variation", "barcode", "picture_url", "raw_status")


class MarketplaceCatalogueImportRow(models.Model):
    """A SKU of an import: what the file tells of it, what will happen with it, and what came of it."""

    _name = "marketplace.catalogue.import.row"
    _inherit = ["marketplace.access.guard"]
    _description = "Row of a Marketplace Product Import"
    _order = "import_id desc, number, id"
    _rec_name = "seller_sku"
    _rec_names_search = ["seller_sku", "name"]

    import_id = fields.Many2one(
        "marketplace.catalogue.import", required=True, ondelete="cascade", index=True, readonly=True
    )
    shop_id = fields.Many2one(related="import_id.shop_id")
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    number = fields.Integer(string="Row", readonly=True, aggregator=None)
    external_key = fields.Char(readonly=True)
    item_ref = fields.Char(string="Item ID", readonly=True)
    sku_ref = fields.Char(string="SKU ID", readonly=True)
    seller_sku = fields.Char(string="Seller SKU", readonly=True)
    name = fields.Char(readonly=True)
    variation = fields.Char(readonly=True)
    options = fields.Json(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    price = fields.Monetary(string="Price there", readonly=True, aggregator=None)
    quantity = fields.Integer(
        string="Stock there",
        readonly=True,
        aggregator=None,
        help="As the file tells. Odoo's stock is not changed: count it with Inventory > Physical Inventory.",
    )
    barcode = fields.Char(readonly=True)
    picture_url = fields.Char(readonly=True)
    listing_status = fields.Char(readonly=True)
    raw_status = fields.Char(string="Status there", readonly=True)
    bad = fields.Boolean(readonly=True, help="The row itself cannot be taken.")
    outcome = fields.Selection(OUTCOMES, string="What happens", readonly=True, index=True)
    message = fields.Char(string="Note", readonly=True)
    done = fields.Boolean(readonly=True, index=True)
    listing_id = fields.Many2one("marketplace.listing", readonly=True, ondelete="set null", index="btree_not_null")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="set null", index="btree_not_null")
    picture_state = fields.Selection(
        [("waiting", "To be loaded"), ("loaded", "Loaded"), ("failed", "Not loaded")],
        string="Picture",
        readonly=True,
        index="btree_not_null",
    )

    @api.model
    def _create_of_skus(self, catalogue_import, skus):
        """A row of each SKU of a file; those that cannot be taken are marked with the reason."""
        names = list({sku.currency for sku in skus if sku.currency})
        currencies = self.env["res.currency"].with_context(active_test=False).search([("name", "in", names)])
        by_name = {currency.name: currency.id for currency in currencies}
        own = catalogue_import.shop_id.currency_id
        return self.create(
            [
                {
                    **{name: getattr(sku, name) for name in ROW_TEXTS},
                    "import_id": catalogue_import.id,
                    "number": sku.number,
                    "external_key": sku.listing_key,
                    "options": [list(option) for option in sku.options],
                    "price": float(sku.price or 0),
                    "currency_id": by_name.get(sku.currency, own.id),
                    "quantity": sku.quantity or 0,
                    "listing_status": sku.status,
                    **self._first_look(catalogue_import, sku),
                }
                for sku in skus
            ]
        )

    @api.model
    def _first_look(self, catalogue_import, sku):
        """Why the file's row is not for this shop, if so."""
        shop = catalogue_import.shop_id
        message = explain_row(self.env, sku)
        if not message and sku.site and sku.site != shop.site:
            message = self.env._(
                "It is sold in %(there)s, and the shop is in %(here)s.", there=sku.site, here=shop.site
            )
        if not message and sku.currency and sku.currency != shop.currency_id.name:
            message = self.env._(
                "Its price is in %(there)s, and the shop sells in %(here)s.",
                there=sku.currency,
                here=shop.currency_id.name,
            )
        if not message and sku.status not in ("", "active") and not catalogue_import.include_inactive:
            message = self.env._("It is not on sale: %(status)s.", status=sku.raw_status)
        return {"outcome": "skipped", "bad": True, "message": message} if message else {}

    @api.model
    def _create_of_listings(self, catalogue_import, listings):
        """A row of each listing."""
        return self.create(
            [
                {
                    **{name: listing[name] for name in ROW_TEXTS},
                    "import_id": catalogue_import.id,
                    "number": number,
                    "external_key": listing.external_key,
                    "options": listing.options,
                    "price": listing.price,
                    "currency_id": listing.currency_id.id,
                    "listing_status": listing.listing_status,
                    "listing_id": listing.id,
                }
                for number, listing in enumerate(listings, 1)
            ]
        )

    def action_open_product(self):
        """The product that the row's SKU stands for."""
        self.ensure_one()
        return self.product_id.get_formview_action()

    def action_open_listing(self):
        """The SKU in the shop."""
        self.ensure_one()
        return self.listing_id.get_formview_action()
