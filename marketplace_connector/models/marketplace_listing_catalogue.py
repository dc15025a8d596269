"""What the marketplace's catalogue tells of a SKU on sale."""

from collections import Counter

from odoo import api, fields, models

from .marketplace_token import naive

COMPARED = (
    "item_ref",
    "sku_ref",
    "seller_sku",
    "name",
    "variation",
    "barcode",
    "options",
    "picture_url",
    "listing_status",
    "raw_status",
    "is_bundle",
    "listed_at",
    "price",
    "currency_id",
    "by_platform",
    "listed_quantity",
    "listed_locked",
    "listed_locked_until",
    "listed_read_at",
)


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

    # === TAKING A PORTION === #

    @api.model
    def _take_catalogue(self, shop, page, read_at):
        """Bring the listings to what the portion tells, read at a moment (naive UTC): SKUs on sale come in, the others
        are only updated, what its items do not have any more is gone. What is equal is not written.

        Counts `created`, `updated`, `unchanged` and `gone`. The number of queries does not depend on the number of
        SKUs.
        """
        told = {sku.listing_key: sku for sku in page.skus}
        known = self._known_of(shop, page, told)
        currencies = self._currencies(told.values())
        counts = Counter()
        renamed = self
        for key, listing in known.items():
            if key not in told:
                counts["gone"] += listing._mark_gone()
                continue
            changes = listing._changes(listing._catalogue_values(told[key], currencies, read_at))
            if changes:
                listing.write(changes)
            if not changes.keys().isdisjoint(("seller_sku", "barcode")):
                renamed |= listing
            counts["updated" if changes else "unchanged"] += 1
        new = [sku for key, sku in told.items() if key not in known and sku.status == "active"]
        created = self._create_listings(
            [
                {
                    "shop_id": shop.id,
                    "external_key": sku.listing_key,
                    **self._catalogue_values(sku, currencies, read_at),
                }
                for sku in new
            ]
        )
        counts["created"] = len(created)
        renamed._match_again()
        (renamed | created)._match()
        return counts

    @api.model
    def _known_of(self, shop, page, told):
        """The shop's listings that the portion tells of, and those of its items: a dict by key."""
        items = [ref for ref in (*page.item_refs, *page.gone_item_refs) if ref]
        listings = self.search_fetch(
            [("shop_id", "=", shop.id), "|", ("external_key", "in", list(told)), ("item_ref", "in", items)],
            ["external_key", "product_id", "state", "link_origin", *COMPARED],
        )
        return {listing.external_key: listing for listing in listings}

    @api.model
    def _currencies(self, skus):
        names = {sku.currency for sku in skus if sku.currency}
        found = self.env["res.currency"].with_context(active_test=False).search([("name", "in", list(names))])
        return {currency.name: currency for currency in found}

    def _catalogue_values(self, sku, currencies, read_at):
        """What the catalogue tells of the SKU; what it does not tell stays as it is."""
        values = {
            "seller_sku": sku.seller_sku,
            "name": sku.name,
            "barcode": sku.barcode,
            "options": [list(option) for option in sku.options],
            "picture_url": sku.picture_url,
            "listing_status": sku.status,
            "raw_status": sku.raw_status,
            "is_bundle": sku.is_bundle,
        }
        values |= {name: value for name in ("item_ref", "sku_ref") if (value := getattr(sku, name))}
        if sku.options:
            values["variation"] = ", ".join(value for _name, value in sku.options)
        if sku.updated_at:
            values["listed_at"] = naive(sku.updated_at).replace(microsecond=0)
        if sku.price is not None:
            values["price"] = float(sku.price)
            if sku.currency in currencies:
                values["currency_id"] = currencies[sku.currency].id
        if sku.by_platform:
            values["by_platform"] = True  # whose own stock it is again, an order or a person tells
        # A number that was sent after the catalogue was read is newer.
        if sku.stock and not (self.listed_read_at and self.listed_read_at > read_at):
            values |= {
                "listed_quantity": sku.stock.sellable,
                "listed_locked": sku.stock.locked,
                "listed_locked_until": naive(sku.stock.locked_until),
            }
            if not self.listed_read_at or self._changes(values).keys() & {"listed_quantity", "listed_locked"}:
                values["listed_read_at"] = read_at
        return values

    def _changes(self, values):
        """Those of the values that are not the listing's already."""
        return {name: value for name, value in values.items() if not self._is_equal(name, value)}

    def _is_equal(self, name, value):
        ours = self[name]
        if name == "price":
            return self.currency_id.compare_amounts(ours, self.currency_id.round(value)) == 0
        if name == "currency_id":
            return ours.id == value
        return ours == value or (not ours and not value)

    # === WHAT IS GONE === #

    def _mark_gone(self):
        """Say that they are not in the catalogue any more; they stay, since orders refer to them. Gives how many."""
        there = self.filtered(lambda listing: listing.listing_status != "gone")
        if there:
            there.write({"listing_status": "gone", "raw_status": False})
        return len(there)

    @api.model
    def _mark_unseen(self, shop, item_refs):
        """Mark the shop's listings whose items are not among those of a walk over everything; gives them."""
        listings = self.search_fetch(
            [("shop_id", "=", shop.id), ("item_ref", "!=", False), ("listing_status", "!=", "gone")],
            ["item_ref", "listing_status"],
        )
        unseen = listings.filtered(lambda listing: listing.item_ref not in item_refs)
        unseen._mark_gone()
        return unseen
