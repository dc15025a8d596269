from odoo import api, fields, models
from psycopg2.errors import SerializationFailure, UniqueViolation

LINK_ORIGINS = [
    ("sku", "Internal reference"),
    ("similar_sku", "Internal reference, by the shop's rules"),
    ("barcode", "Barcode"),
    ("person", "A person"),
]


class MarketplaceListing(models.Model):
    """A SKU on sale in a shop, and the product it stands for."""

    _name = "marketplace.listing"
    _inherit = ["marketplace.access.guard"]
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
        help="The product that is sold under this SKU. Orders that waited for it are completed when you set it, "
        "quotations take it; confirmed orders stay as they are.",
    )
    link_origin = fields.Selection(
        LINK_ORIGINS,
        string="Linked by",
        readonly=True,
        copy=False,
        help="How the product was found. What a person has chosen is never changed by itself.",
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
        index=True,
    )
    candidate_count = fields.Integer(readonly=True, help="Products that fit this SKU by the shop's rules.")
    waiting_order_count = fields.Integer(compute="_compute_waiting_order_count")
    other_product_order_count = fields.Integer(
        compute="_compute_other_product_order_count",
        help="Confirmed orders of this SKU that have not left completely and were confirmed with another product.",
    )

    _key_unique = models.Constraint("UNIQUE (shop_id, external_key)", "This SKU of the shop is already listed.")
    _item_of_shop = models.Index("(shop_id, item_ref)")

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

    @api.depends("product_id")
    def _compute_other_product_order_count(self):
        lines = self._lines_with_other_product(["sale"]).filtered(
            lambda line: line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) < 0
        )
        orders = {listing: of_it.order_id for listing, of_it in lines.grouped("marketplace_listing_id").items()}
        for listing in self:
            listing.other_product_order_count = len(orders.get(listing.sudo(), ()))

    def _lines_with_other_product(self, states):
        """The lines of orders in those states whose product is not, or not any more, their listing's."""
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("marketplace_listing_id", "in", self.filtered("product_id").ids),
                    ("marketplace_kind", "=", "goods"),
                    ("marketplace_waits_for_product", "=", False),
                    ("order_id.state", "in", states),
                ]
            )
        )
        return lines.filtered(lambda line: line.product_id != line.marketplace_listing_id.product_id)

    @api.depends("seller_sku", "name")
    def _compute_display_name(self):
        for listing in self:
            listing.display_name = f"[{listing.seller_sku}] {listing.name}" if listing.seller_sku else listing.name

    # === LINKING === #

    def write(self, vals):
        result = super().write(vals)
        if "product_id" in vals:
            by_whom = {"link_origin": "person", "ignored": False} if vals["product_id"] else {"link_origin": False}
            by_whom = {name: value for name, value in by_whom.items() if name not in vals}
            super(MarketplaceListing, self.sudo()).write(by_whom)
        together = self.env.su and self.env.context.get("marketplace_linked_together")
        if vals.get("product_id") and not together:
            self._follow_links()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [{"link_origin": "person", **vals} if vals.get("product_id") else vals for vals in vals_list]
        )

    def _link(self, found):
        """Give many listings their products together: `found` maps a listing to (product, origin)."""
        listings = self.browse(listing.id for listing in found)
        for listing in listings.sudo().with_context(marketplace_linked_together=True):
            product, origin = found[listing]
            listing.write({"product_id": product.id, "link_origin": origin})
        listings._follow_links()

    def _follow_links(self):
        """Let orders that wait for these listings be completed by the scheduled action, and quotations take the
        product that their listing has now."""
        if not self:
            return
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search([("marketplace_listing_id", "in", self.ids), ("marketplace_waits_for_product", "=", True)])
        )
        jobs = lines.order_id.marketplace_job_ids.filtered(lambda job: job.state == "open")
        if jobs:
            jobs._queue()
        self._lines_with_other_product(["draft", "sent"])._marketplace_take_products()

    # === MADE FROM ORDERS === #

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
            created = self._create_listings(
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
        self.union(*found.values())._match()
        return found

    @api.model
    def _create_listings(self, vals_list):
        """Create listings. Where the orders and the catalogue bring the same SKU at the same moment, who comes second
        has to look again: raises SerializationFailure, as for all rows that two workers change."""
        try:
            listings = self.create(vals_list)
            listings.flush_recordset()
        except UniqueViolation as error:
            raise SerializationFailure(str(error)) from error
        return listings

    def _trouble(self):
        """Why an order line cannot be picked with this listing: a reason of `marketplace.job`, or None."""
        self.ensure_one()
        product = self.product_id
        if not product:
            return "sku_ambiguous" if self.candidate_count > 1 else self._absent_product_trouble()
        if not product.active:
            return "product_archived"
        if product.company_id and product.company_id not in self.company_id.parent_ids:
            return "product_company"
        return None

    def _absent_product_trouble(self):
        return self._absent_product_troubles()[self]

    def _absent_product_troubles(self):
        """Why each of the listings has no product: a dict to a reason of `marketplace.job`."""
        others = (
            self.env["product.product"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                [("default_code", "in", [listing.seller_sku for listing in self if listing.seller_sku])],
                ["default_code", "company_id", "active"],
            )
            .grouped("default_code")
        )
        return {listing: listing._absence(others.get(listing.seller_sku)) for listing in self}

    def _absence(self, others):
        """Why none of the products with the listing's SKU, if there are any, is its product."""
        if not others:
            return "sku_unlinked"
        ours = others.filtered(
            lambda product: not product.company_id or product.company_id in self.company_id.parent_ids
        )
        if not ours:
            return "product_company"
        return "sku_unlinked" if any(ours.mapped("active")) else "product_archived"  # else one that cannot be sold

    def action_open_waiting_orders(self):
        """The orders that wait for the listing's product."""
        self.check_access("read")
        lines = self.env["sale.order.line"].search(
            [("marketplace_listing_id", "in", self.ids), ("marketplace_waits_for_product", "=", True)]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_orders")
        return {**action, "domain": [("id", "in", lines.order_id.ids)], "context": {}}

    def action_open_other_product_orders(self):
        """The confirmed orders of the SKU that go on with another product."""
        self.check_access("read")
        lines = self._lines_with_other_product(["sale"])
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_orders")
        return {**action, "domain": [("id", "in", lines.order_id.ids)], "context": {}}
