"""Products that a SKU without one may stand for, each with the reason why it is suggested."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SHORTEST_REFERENCE = 3  # signs; what is shorter resembles too much
MOST_SUGGESTIONS = 8
MOST_SIMILAR_NAMES = 200  # looked at more closely for one listing
SIMILAR = 0.5  # share of the words that both names have


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    suggested_product_id = fields.Many2one(
        "product.product",
        string="Suggestion",
        compute="_compute_suggestion",
        search="_search_suggested_product_id",
        help="The only product whose reference, barcode or name fits but for small differences.",
    )
    suggestion_reason = fields.Char(string="Suggested because", compute="_compute_suggestion")
    suggestion_ids = fields.Many2many("product.product", string="Suggestions", compute="_compute_suggestion_ids")

    def _reason_labels(self):
        return {
            "sku": self.env._("Fits by the shop's rules"),
            "similar_sku": self.env._("Reference differs only in capitals, spaces or signs"),
            "barcode": self.env._("Same barcode"),
            "same_name": self.env._("Same name"),
            "similar_name": self.env._("Similar name"),
        }

    # === GOOD ONES, FOR MANY LISTINGS === #

    def _compute_suggestion(self):
        self.suggested_product_id = self.suggestion_reason = False
        labels = self._reason_labels()
        for listing, reasons in self._good_suggestions().items():
            if len(reasons) == 1:
                ((product_id, reason),) = reasons.items()
                listing.suggested_product_id = self.env["product.product"].browse(product_id)
                listing.suggestion_reason = labels[reason]

    def _search_suggested_product_id(self, operator, value):
        if operator not in ("in", "not in") or list(value) != [False]:
            return NotImplemented
        open_ones = self.search([("state", "in", ("unmatched", "ambiguous"))])
        suggested = [listing.id for listing, found in open_ones._good_suggestions().items() if len(found) == 1]
        return [("id", "in" if operator == "not in" else "not in", suggested)]

    def _good_suggestions(self):
        """Products that those without one very likely stand for: a dict to {product id: reason}.

        The number of queries does not depend on the number of listings.
        """
        found = {}
        open_ones = self.filtered(lambda listing: listing.state in ("unmatched", "ambiguous") and listing.ids)
        for shop, listings in open_ones.grouped("shop_id").items():
            fitting = listings._fitting(shop)
            for listing, (products, _origin) in fitting.items():
                found[listing] = dict.fromkeys(products.ids, "sku")
            for listing_id, product_id, reason in listings._resembling(shop):
                listing = self.browse(listing_id)
                if listing not in fitting:
                    found.setdefault(listing, {}).setdefault(product_id, reason)
        return found

    def _resembling(self, shop):
        """(listing id, product id, reason) for the same reference but for capitals, spaces and signs, the same barcode,
        and the same name including what the variant is; the strongest reason first."""
        self.flush_model(["seller_sku", "barcode", "name", "options", "variation"])
        Product = self.env["product.product"].sudo().with_context(active_test=True)
        Product.flush_model(["default_code", "barcode", "name", "combination_indices"])
        sellable = Product._search(shop._sellable_products())
        rows = self.env.execute_query(
            SQL(
                """
                WITH product AS MATERIALIZED (
                    SELECT id, product_tmpl_id, barcode,
                           lower(regexp_replace(default_code, '[^[:alnum:]]', '', 'g')) AS reference
                      FROM product_product WHERE id IN %(sellable)s
                ), listing AS MATERIALIZED (
                    SELECT id, barcode, seller_sku, lower(regexp_replace(name, '[^[:alnum:]]', '', 'g')) AS name,
                           lower(regexp_replace(seller_sku, '[^[:alnum:]]', '', 'g')) AS reference
                      FROM marketplace_listing WHERE id IN %(listings)s
                ), named AS MATERIALIZED (
                    SELECT DISTINCT id, lower(regexp_replace(value, '[^[:alnum:]]', '', 'g')) AS name
                      FROM product_template, jsonb_each_text(name)
                )
                SELECT listing.id, product.id, 'similar_sku', 1 AS strength
                  FROM listing JOIN product USING (reference) WHERE length(reference) >= %(shortest)s
                 UNION ALL
                SELECT listing.id, product.id, 'barcode', 2
                  FROM listing JOIN product ON product.barcode = listing.barcode
                 UNION ALL
                SELECT listing.id, product.id, 'barcode', 2
                  FROM listing JOIN product ON product.barcode = listing.seller_sku
                 UNION ALL
                SELECT listing.id, product.id, 'same_name', 3
                  FROM listing JOIN named USING (name) JOIN product ON product.product_tmpl_id = named.id
                 WHERE listing.name != ''
                 ORDER BY strength, 2
                """,
                sellable=sellable.subselect(),
                listings=tuple(self.ids),
                shortest=SHORTEST_REFERENCE,
            )
        )
        Product.browse({row[1] for row in rows}).fetch(["product_template_attribute_value_ids"])
        return [
            (listing_id, product_id, reason)
            for listing_id, product_id, reason, _strength in rows
            if reason != "same_name" or self.browse(listing_id)._is_variant(Product.browse(product_id))
        ]

    def _is_variant(self, product):
        """Whether what the marketplace calls the variant is what the product is called beside its name."""
        there = [value for _name, value in self.options or []] or [self.variation or ""]
        here = product.product_template_attribute_value_ids.mapped("name")
        return _words(" ".join(there)) == _words(" ".join(here))

    # === ALL OF THEM, FOR ONE LISTING === #

    @api.depends("state", "name", "seller_sku")
    def _compute_suggestion_ids(self):
        for listing in self:
            listing.suggestion_ids = self.env["product.product"].browse(listing._suggestions())

    def _suggestions(self):
        """The products to suggest for the listing, the likeliest first: a dict from id to reason."""
        if self.state not in ("unmatched", "ambiguous") or not self.ids:
            return {}
        reasons = self._good_suggestions().get(self, {})
        for product_id in self._similar_names():
            reasons.setdefault(product_id, "similar_name")
        return dict(list(reasons.items())[:MOST_SUGGESTIONS])

    def web_read(self, specification):
        """As Odoo's; the suggestions of the listing in a form know for which one they are."""
        listings = self.with_context(marketplace_listing_id=self.id) if len(self) == 1 else self
        return super(MarketplaceListing, listings).web_read(specification)

    def _similar_names(self):
        """The ids of products that share words with the listing's name, those that share most first."""
        words = _words(" ".join(filter(None, [self.name, self.variation])))
        if not words:
            return []
        Product = self.env["product.product"].sudo().with_context(active_test=True)
        query = Product._search(self.shop_id._sellable_products())
        name = Product._field_to_sql(query.table, "name", query)
        hits = SQL(" + ").join(
            SQL("(%s ILIKE %s)::int", name, f"%{word.replace('%', '')}%")
            for word in sorted(words, key=len, reverse=True)[:8]
        )
        query.add_where(SQL("(%s) > 0", hits))
        query.order = SQL("(%s) DESC, id", hits)
        query.limit = MOST_SIMILAR_NAMES
        shares = {}
        for product in Product.browse(query).sudo():
            theirs = _words(f"{product.name} {' '.join(product.product_template_attribute_value_ids.mapped('name'))}")
            share = len(words & theirs) / max(len(words | theirs), 1)
            if share >= SIMILAR:
                shares[product.id] = share
        return sorted(shares, key=lambda product_id: (-shares[product_id], product_id))

    # === BUTTONS === #

    def action_link_suggestions(self):
        """Link those that have exactly one good suggestion to it."""
        self._check_may_link()
        found = {
            listing: (self.env["product.product"].browse(reasons), "person")
            for listing, reasons in self._good_suggestions().items()
            if len(reasons) == 1
        }
        self._link(found)
        if not found:
            raise UserError(self.env._("None of them has exactly one good suggestion: open them and choose."))
        return self.env["marketplace.job"]._notify(
            self.env._("%(linked)s linked, %(left)s left as they are.", linked=len(found), left=len(self) - len(found)),
            "success",
        )


def _words(text):
    return {word for word in re.split(r"[\W_]+", text.lower()) if word}
