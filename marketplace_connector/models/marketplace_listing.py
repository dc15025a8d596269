from collections import defaultdict

from odoo import api, fields, models


class MarketplaceListing(models.Model):
    """A SKU on sale in a shop, and the product it stands for."""

    _name = "marketplace.listing"
    _description = "Marketplace Listing"
    _order = "shop_id, seller_sku, id"
    _rec_name = "seller_sku"
    _rec_names_search = ["seller_sku", "name", "item_ref", "sku_ref"]
    _check_company_auto = True

    shop_id = fields.Many2one("marketplace.shop", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    provider = fields.Selection(related="shop_id.provider", store=True)
    external_key = fields.Char(required=True, readonly=True, help="What tells the SKU from all others of its shop.")
    item_ref = fields.Char(string="Item ID", readonly=True)
    sku_ref = fields.Char(string="SKU ID", readonly=True, help="The marketplace's number of this variant.")
    seller_sku = fields.Char(
        string="Seller SKU",
        readonly=True,
        index=True,
        help="The SKU you typed at the marketplace. It is matched with the product's internal reference.",
    )
    name = fields.Char(readonly=True)
    variation = fields.Char(readonly=True)
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        index="btree_not_null",
        help="The product that is sold under this SKU. Orders that waited for it are completed when you set it.",
    )
    state = fields.Selection(
        [
            ("matched", "Linked"),
            ("unmatched", "Not linked"),
            ("ambiguous", "Several candidates"),
            ("unusable", "Product unusable"),
            ("ignored", "Ignored"),
        ],
        compute="_compute_state",
        store=True,
        readonly=True,
    )
    candidate_count = fields.Integer(readonly=True, help="Products that have this SKU as internal reference.")
    waiting_order_count = fields.Integer(compute="_compute_waiting_order_count")

    _key_unique = models.Constraint("UNIQUE (shop_id, external_key)", "This SKU of the shop is already listed.")

    @api.depends("product_id", "product_id.active", "candidate_count", "ignored")
    def _compute_state(self):
        for listing in self:
            if listing.product_id:
                listing.state = "matched" if listing.product_id.active else "unusable"
            elif listing.ignored:
                listing.state = "ignored"
            else:
                listing.state = "ambiguous" if listing.candidate_count > 1 else "unmatched"

    def _compute_waiting_order_count(self):
        counts = dict(
            self.env["sale.order.line"]._read_group(
                [
                    ("marketplace_listing_id", "in", self.ids),
                    ("marketplace_waits_for_product", "=", True),
                    ("order_id.state", "in", ["draft", "sent"]),
                ],
                ["marketplace_listing_id"],
                ["order_id:count_distinct"],
            )
        )
        for listing in self:
            listing.waiting_order_count = counts.get(listing, 0)

    @api.depends("seller_sku", "name")
    def _compute_display_name(self):
        for listing in self:
            listing.display_name = f"[{listing.seller_sku}] {listing.name}" if listing.seller_sku else listing.name

    def write(self, vals):
        result = super().write(vals)
        if vals.get("product_id"):
            self._retry_waiting_orders()
        return result

    def _retry_waiting_orders(self):
        """Let the orders that wait for these listings be completed by the scheduled action."""
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search([("marketplace_listing_id", "in", self.ids), ("marketplace_waits_for_product", "=", True)])
        )
        jobs = lines.order_id.marketplace_job_ids.filtered(lambda job: job.state == "open")
        if jobs:
            jobs._queue()

    # === MATCHING === #

    @api.model
    def _of_lines(self, shop, lines):
        """The listing of each order line's SKU, made and matched where it is new: a dict by listing key."""
        line_of_key = {line.listing_key: line for line in lines}
        listings = self.search_fetch(
            [("shop_id", "=", shop.id), ("external_key", "in", list(line_of_key))],
            ["external_key", "product_id", "state", "seller_sku"],
        )
        found = {listing.external_key: listing for listing in listings}
        missing = [line for key, line in line_of_key.items() if key not in found]
        if missing:
            created = self.create(
                [
                    {
                        "shop_id": shop.id,
                        "external_key": line.listing_key,
                        "item_ref": line.item_ref,
                        "sku_ref": line.sku_ref,
                        "seller_sku": line.seller_sku,
                        "name": line.name,
                        "variation": line.variation,
                    }
                    for line in missing
                ]
            )
            found |= {listing.external_key: listing for listing in created}
        kept_there = self.union(*(found[line.listing_key] for line in lines if line.fulfilled_by_platform))
        kept_there.filtered(lambda listing: not listing.by_platform).by_platform = True
        listings = self.union(*found.values())
        listings.filtered(lambda listing: not listing.product_id)._match()
        return found

    def _match(self):
        """Link the listings whose seller SKU is the internal reference of exactly one product of the company."""
        for shop, listings in self.grouped("shop_id").items():
            skus = {listing.seller_sku for listing in listings if listing.seller_sku}
            products = self.env["product.product"].search(
                [("default_code", "in", list(skus)), ("company_id", "in", [False, shop.company_id.id])]
            )
            products_of_sku = defaultdict(self.env["product.product"].browse)
            for product in products:
                products_of_sku[product.default_code] |= product
            for listing in listings:
                candidates = products_of_sku[listing.seller_sku]
                if listing.candidate_count != len(candidates):
                    listing.candidate_count = len(candidates)
                if len(candidates) == 1:
                    listing.product_id = candidates

    def _trouble(self):
        """Why an order line cannot be picked with this listing: a reason of `marketplace.job`, or None."""
        self.ensure_one()
        product = self.product_id
        if not product:
            return "sku_ambiguous" if self.candidate_count > 1 else self._absent_product_trouble()
        if not product.active:
            return "product_archived"
        if product.company_id and product.company_id != self.company_id:
            return "product_company"
        return None

    def _absent_product_trouble(self):
        if not self.seller_sku:
            return "sku_unlinked"
        others = (
            self.env["product.product"]
            .sudo()
            .with_context(active_test=False)
            .search([("default_code", "=", self.seller_sku)], limit=1)
        )
        if not others:
            return "sku_unlinked"
        same_company = not others.company_id or others.company_id == self.company_id
        return "product_archived" if same_company and not others.active else "product_company"

    def action_match(self):
        """Try to match the listings again by their SKU."""
        self.check_access("write")
        self.filtered(lambda listing: not listing.product_id)._match()

    def action_open_waiting_orders(self):
        """The orders that wait for the listing's product."""
        lines = self.env["sale.order.line"].search(
            [("marketplace_listing_id", "in", self.ids), ("marketplace_waits_for_product", "=", True)]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_orders")
        return {**action, "domain": [("id", "in", lines.order_id.ids)], "context": {}}
