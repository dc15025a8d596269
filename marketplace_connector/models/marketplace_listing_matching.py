"""Finding the product of a SKU by the shop's rules, and leaving SKUs without one."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    advice = fields.Char(compute="_compute_advice")

    # === MATCHING === #

    def _match(self):
        """Link those without a product that exactly one fits by their shop's rules; keep of the others how many fit.

        The number of queries does not depend on the number of listings.
        """
        linked = {}
        open_ones = self.filtered(lambda listing: not listing.product_id and not listing.ignored)
        for shop, listings in open_ones.grouped("shop_id").items():
            found = listings._fitting(shop)
            for listing in listings:
                products, origin = found.get(listing, ((), False))
                if listing.candidate_count != len(products):
                    listing.sudo().candidate_count = len(products)
                if len(products) == 1:
                    linked[listing] = products, origin
        self._link(linked)

    def _match_again(self):
        """Follow seller SKUs that were changed at the marketplace: what was linked by its SKU takes the one product
        that the new SKU fits. What a person has linked stays, and so does what no other product fits."""
        moved = {}
        for shop, listings in self.filtered(lambda one: one.link_origin != "person").grouped("shop_id").items():
            for listing, (products, origin) in listings.filtered("product_id")._fitting(shop).items():
                if len(products) == 1 and products != listing.product_id:
                    moved[listing] = products, origin
        self._link(moved)

    def _fitting(self, shop):
        """The products that fit each listing, by the first rule that any fits: a dict to (products, the rule)."""
        found = {}
        for origin, field, ignore_case, terms in shop._match_rules():
            terms_of = {listing: terms(listing) for listing in self if listing not in found}
            wanted = {term for terms_of_one in terms_of.values() for term in terms_of_one}
            products_of = shop._products_by(field, wanted, ignore_case)
            for listing, terms_of_one in terms_of.items():
                products = self.env["product.product"].union(
                    *(products_of[term] for term in terms_of_one if term in products_of)
                )
                if products:
                    found[listing] = products, origin
        return found

    # === WHAT TO DO === #

    @api.depends("state", "seller_sku", "candidate_count")
    def _compute_advice(self):
        troubles = self.filtered(lambda listing: listing.state == "unmatched")._absent_product_troubles()
        for listing in self:
            listing.advice = listing._advice(troubles.get(listing))

    def _advice(self, trouble):
        """What to do with the listing; `trouble` is why it has no product, where it has none."""
        words = {
            "matched": False,
            "ignored": self.env._("Press Take Back if it is to have a product after all."),
            "unusable": self.env._("Its product is archived: unarchive the product, or choose another one."),
            "ambiguous": self.env._(
                "%(count)s products fit this SKU: choose the one that is sold here.", count=self.candidate_count
            ),
            "product_archived": self.env._("The product with this reference is archived: unarchive it, then Match."),
            "product_company": self.env._(
                "The product with this reference belongs to another company: share it, then Match."
            ),
            "sku_unlinked": self.env._("No product has this reference: choose its product, or Ignore it."),
        }
        if self.state == "unmatched" and not self.seller_sku:
            return self.env._("It has no SKU at the marketplace: choose its product, or type a SKU there.")
        return words[trouble or self.state]

    # === BUTTONS === #

    def action_match(self):
        """Try to match the listings again by the rules of their shops; say what came of it."""
        self._check_may_link()
        before = self.filtered("product_id")
        self._match()
        linked = self.filtered("product_id") - before
        left = self.filtered(lambda listing: not listing.product_id and not listing.ignored)
        return self.env["marketplace.job"]._notify(
            self.env._("%(linked)s linked, %(left)s still without a product.", linked=len(linked), left=len(left)),
            "warning" if left else "success",
        )

    def action_ignore(self):
        """Leave those without a product as they are: they are not counted, matched or suggested any more."""
        self._check_may_link()
        listings = self.filtered(lambda listing: not listing.product_id)
        if not listings:
            raise UserError(self.env._("What is linked to a product cannot be ignored: remove the product first."))
        listings.sudo().ignored = True
        return self.env["marketplace.job"]._notify(
            self.env._("%(count)s ignored. Orders with such a SKU go on waiting for its product.", count=len(listings)),
            "success",
        )

    def action_take_back(self):
        """Ignore the listings no longer, and try to match them."""
        self._check_may_link()
        listings = self.filtered("ignored")
        listings.sudo().ignored = False
        listings._match()
        return self.env["marketplace.job"]._notify(
            self.env._(
                "%(count)s taken back, %(linked)s of them linked.",
                count=len(listings),
                linked=len(listings.filtered("product_id")),
            ),
            "success",
        )

    def _check_may_link(self):
        """Raise AccessError or UserError for who may not change listings, whatever their number."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("marketplace_connector.group_user"):
            raise UserError(self.env._("Only marketplace users can do this. Ask your administrator for the right."))
