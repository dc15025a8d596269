"""Units that buyers have bought and that Odoo has no delivery for yet."""

from collections import Counter, defaultdict

from odoo import api, fields, models
from psycopg2.errors import UniqueViolation

from .sale_order_checks import OVER

UNSHIPPED = ("unpaid", "on_hold", "ready_to_ship", "processed", "in_cancel", "unknown")
BACK = (*OVER, "returned")  # nothing of such a draft is to leave any more


class MarketplaceSoldUnit(models.Model):
    """Pieces of a listing in an order that is no sales order (yet): they are taken off what the shops show."""

    _name = "marketplace.sold.unit"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Units Sold, not in Odoo"
    _order = "id desc"
    _rec_name = "order_ref"

    shop_id = fields.Many2one("marketplace.shop", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    order_ref = fields.Char(string="Order number", required=True, readonly=True)
    listing_id = fields.Many2one("marketplace.listing", required=True, readonly=True, index=True, ondelete="cascade")
    product_id = fields.Many2one(related="listing_id.product_id", store=True, index="btree_not_null")
    quantity = fields.Integer(required=True, readonly=True)
    why = fields.Selection(
        [
            ("unpaid", "Not paid yet"),
            ("on_hold", "Held by the marketplace"),
            ("waiting", "Not a sales order yet"),
        ],
        required=True,
        readonly=True,
        help="Not a sales order yet: it has a problem, was placed before the shop's first day in Odoo, or is packed "
        "already and the shop does not create such orders.",
    )

    _order_unique = models.UniqueIndex(
        "(shop_id, order_ref, listing_id)", "The pieces of this listing in the order are already counted."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._mark_stock()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self._mark_stock()
        return result

    def unlink(self):
        self._mark_stock()
        return super().unlink()

    def _mark_stock(self):
        self.env["marketplace.stock.mark"]._note(products=self.product_id)

    # === KEPT BY THE POLL === #

    @api.model
    def _follow(self, shop, orders):
        """Keep the rows of the orders, as they were just read: of those with pieces to ship that are no sales order."""
        if not orders:
            return
        refs = [order.ref for order in orders]
        rows = self.search_fetch(
            [("shop_id", "=", shop.id), ("order_ref", "in", refs)], ["order_ref", "listing_id", "quantity", "why"]
        )
        live = [order for order in orders if order.status not in OVER and _to_ship(order)]
        known = self.env["sale.order"]._marketplace_known(shop, [order.ref for order in live]) if live else {}
        live = [order for order in live if order.ref not in known]
        there = {(row.order_ref, row.listing_id.external_key): row for row in rows}
        wanted = {(order.ref, key): _facts(order, count) for order in live for key, count in _to_ship(order).items()}
        self.union(*(row for key, row in there.items() if key not in wanted)).unlink()
        for key, row in there.items():
            if key in wanted and wanted[key] != {"quantity": row.quantity, "why": row.why}:
                row.write(wanted[key])
        missing = {key: values for key, values in wanted.items() if key not in there}
        if missing:
            self._count(shop, [order for order in live if any(order.ref == ref for ref, _key in missing)], missing)

    @api.model
    def _count(self, shop, orders, missing):
        """Make the rows `missing`, by (order ref, listing key); those that another transaction has made stay."""
        listings = self.env["marketplace.listing"]._of_lines(shop, [line for order in orders for line in order.lines])
        try:
            with self.env.cr.savepoint():
                self.create(
                    [
                        {"shop_id": shop.id, "order_ref": ref, "listing_id": listings[key].id, **values}
                        for (ref, key), values in missing.items()
                    ]
                )
        except UniqueViolation:
            self.invalidate_model()

    # === SUMS === #

    @api.model
    def _pieces(self, company):
        """The pieces of each product sold in the company's shops without a delivery: amounts in the product's unit.

        What stands in quotations of marketplace orders is among them.
        """
        pieces = defaultdict(float)
        domain = [("company_id", "=", company.id), ("shop_id.active", "=", True), ("product_id", "!=", False)]
        for product, quantity in self._read_group(domain, ["product_id"], ["quantity:sum"]):
            pieces[product] += quantity
        drafts = self.env["sale.order.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("draft", "sent")),
                ("marketplace_kind", "=", "goods"),
                ("marketplace_by_platform", "=", False),
                ("order_id.marketplace_status", "not in", BACK),
            ],
            ["product_id", "product_uom_id", "marketplace_waits_for_product", "marketplace_listing_id"],
            ["product_uom_qty:sum"],
        )
        for product, uom, waits, listing, quantity in drafts:
            if waits:
                product = listing.product_id
            pieces[product] += quantity if waits else uom._compute_quantity(quantity, product.uom_id, round=False)
        return {product: amount for product, amount in pieces.items() if product}


def _to_ship(order):
    """The pieces of the order that the seller has still to send, by listing key."""
    pieces = Counter()
    for line in order.lines:
        unshipped = sum(unit.quantity for unit in line.units if unit.status in UNSHIPPED)
        if not line.fulfilled_by_platform and (count := min(unshipped, line.live_quantity)) > 0:
            pieces[line.listing_key] += count
    return pieces


def _facts(order, quantity):
    return {"quantity": quantity, "why": order.status if order.status in ("unpaid", "on_hold") else "waiting"}
