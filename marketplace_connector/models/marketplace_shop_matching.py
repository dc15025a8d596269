"""How a shop's SKUs find their products."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SELLABLE_TYPES = ("consu", "service")


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

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

    def _match_rules(self):
        """The rules by which products fit listings, the first one that any fits decides: (name, field of the product,
        whether capitals are ignored, function from a listing to the field's values that fit)."""
        self.ensure_one()
        rules = [("sku", "default_code", False, lambda listing: _filled(listing.seller_sku))]
        if self.sku_ignore_case or self.sku_prefix or self.sku_suffix:
            rules.append(
                (
                    "similar_sku",
                    "default_code",
                    self.sku_ignore_case,
                    lambda listing: _filled(self._fold(self._bare_sku(listing.seller_sku))),
                )
            )
        if self.match_barcode:
            rules.append(("barcode", "barcode", False, lambda listing: _filled(listing.barcode, listing.seller_sku)))
        return rules

    def _bare_sku(self, seller_sku):
        """The SKU without the beginning and the end that only this shop's SKUs have."""
        bare = (seller_sku or "").strip()
        prefix, suffix = (self._fold((part or "").strip()) for part in (self.sku_prefix, self.sku_suffix))
        if prefix and self._fold(bare).startswith(prefix):
            bare = bare[len(prefix) :]
        if suffix and self._fold(bare).endswith(suffix):
            bare = bare[: -len(suffix)]
        return bare

    def _fold(self, text):
        return text.lower() if self.sku_ignore_case else text

    def _products_by(self, field, values, ignore_case):
        """The products that may be sold here and have one of the values in the field: a dict from value to products.

        With `ignore_case` the values are in small letters, and so are the keys.
        """
        if not values:
            return {}
        wanted = Domain(field, "in", list(values))
        if ignore_case:
            wanted = Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "lower(%s) = ANY(%s)", model._field_to_sql(alias, field, query), list(values)
                )
            )
        # Whoever presses the button, all products of the company are looked at.
        products = (
            self.env["product.product"]
            .sudo()
            .with_context(active_test=True)
            .search_fetch(self._sellable_products() & wanted, [field, "active", "product_tmpl_id"])
        )
        products.product_tmpl_id.fetch(["company_id"])  # which is compared for each of them when it is linked
        return products.grouped(lambda product: product[field].lower() if ignore_case else product[field])

    def _sellable_products(self):
        """The products that may stand for a SKU of the shop: its company's or shared, and such as can be sold."""
        self.ensure_one()
        return (
            Domain("company_id", "in", [False, *self.company_id.parent_ids.ids])
            & Domain("sale_ok", "=", True)
            & Domain("type", "in", SELLABLE_TYPES)
        )


def _filled(*values):
    return [value for value in values if value]
