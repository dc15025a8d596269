"""What a marketplace keeps of a SKU, shown beside what Odoo has there: nothing is adjusted by itself."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    by_platform = fields.Boolean(
        string="Kept by the marketplace",
        readonly=True,
        index="btree_not_null",
        help="The marketplace keeps goods of this SKU in its own warehouse and ships them for you.",
    )
    platform_quantity = fields.Float(
        string="At the marketplace",
        readonly=True,
        digits="Product Unit",
        help="Pieces that the marketplace has and that no order waits for, when its stock was read last.",
    )
    platform_warehouses = fields.Char(string="Its warehouses", readonly=True)
    platform_read_at = fields.Datetime(string="Read", readonly=True)
    platform_odoo_quantity = fields.Float(
        string="In Odoo",
        compute="_compute_platform_difference",
        digits="Product Unit",
        help="What Odoo has in the warehouse at the marketplace, less what its open deliveries will take.",
    )
    platform_on_hand = fields.Float(
        string="On hand in Odoo", compute="_compute_platform_difference", digits="Product Unit"
    )
    platform_difference = fields.Float(
        string="Difference",
        compute="_compute_platform_difference",
        digits="Product Unit",
        help="At the marketplace less in Odoo; all SKUs of the shop that stand for the product together.",
    )
    platform_state = fields.Selection(
        [
            ("negative", "Negative"),
            ("more", "More there"),
            ("fewer", "Fewer there"),
            ("unknown", "Not compared"),
            ("equal", "Agrees"),
        ],
        string="Comparison",
        compute="_compute_platform_difference",
        search="_search_platform_state",
    )
    platform_differs = fields.Boolean(compute="_compute_platform_difference")
    platform_advice = fields.Char(string="What to do", compute="_compute_platform_advice")

    # === COMPARING === #

    @api.depends("by_platform", "platform_quantity", "platform_read_at", "product_id", "shop_id.platform_warehouse_id")
    def _compute_platform_difference(self):
        """Everybody who sees the listing sees the numbers: they need no right to stock."""
        self.platform_odoo_quantity = self.platform_on_hand = self.platform_difference = 0
        self.platform_state = False
        self.platform_differs = False
        for shop, listings in self.filtered("by_platform").sudo().grouped("shop_id").items():
            read = dict(
                listings._read_group(
                    [
                        ("shop_id", "=", shop.id),
                        ("by_platform", "=", True),
                        ("platform_read_at", "!=", False),
                        ("product_id", "in", listings.product_id.ids),
                    ],
                    ["product_id"],
                    ["platform_quantity:sum"],
                )
            )
            there = listings.product_id.with_company(shop.company_id).with_context(
                warehouse_id=shop.platform_warehouse_id.id
            )
            here = {product.id: product for product in there} if shop.platform_warehouse_id else {}
            for listing in listings:
                listing._compare_platform_stock(here.get(listing.product_id.id), read.get(listing.product_id))

    def _compare_platform_stock(self, product, read):
        """Set the numbers: `product` sees the warehouse at the marketplace only, `read` is what lies there."""
        if product:
            self.platform_on_hand = product.qty_available
            self.platform_odoo_quantity = product.qty_available - product.outgoing_qty
        state = "unknown"
        if product and read is not None and self.platform_read_at:
            self.platform_difference = read - self.platform_odoo_quantity
            sign = product.uom_id.compare(self.platform_difference, 0)
            state = "more" if sign > 0 else "fewer" if sign < 0 else "equal"
        if product and product.uom_id.compare(self.platform_on_hand, 0) < 0:
            state = "negative"
        self.platform_state = state
        self.platform_differs = state in ("negative", "more", "fewer")

    def _search_platform_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        kept = self.search([("by_platform", "=", True)])
        return [("id", "in", kept.filtered(lambda listing: listing.platform_state in value).ids)]

    @api.depends("platform_state", "product_id")
    def _compute_platform_advice(self):
        words = {
            "negative": self.env._("More left than was sent there: record a Transfer, or Adjust."),
            "more": self.env._("Record what you sent there with Transfer, else Adjust."),
            "fewer": self.env._("On its way, not paid or not returned yet? Else Adjust."),
        }
        for listing in self:
            listing.platform_advice = words.get(listing.platform_state, False)
            if listing.platform_state == "unknown":
                listing.platform_advice = (
                    self.env._(
                        "Press Read Stock at the Marketplace on the shop. If this stays, the marketplace does not "
                        "have the SKU any more: look at it in Seller Center."
                    )
                    if listing.product_id
                    else self.env._("Link the SKU to its product first.")
                )

    # === BUTTONS === #

    def action_platform_transfer(self):
        """A new transfer from the shop's own warehouse to the one at the marketplace, to be filled in and validated."""
        self.ensure_one()
        self.check_access("read")
        self.env["stock.picking"].check_access("create")
        shop, product = self._platform_place()
        own = shop.warehouse_id
        places = {"location_id": own.lot_stock_id.id, "location_dest_id": shop.platform_warehouse_id.lot_stock_id.id}
        move = {
            **places,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": max(self.platform_difference, -self.platform_on_hand, 1),
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer to the Marketplace"),
            "res_model": "stock.picking",
            "view_mode": "form",
            "context": {
                "default_picking_type_id": own.int_type_id.id,
                "default_company_id": shop.company_id.id,
                "default_origin": shop.name,
                "default_move_ids": [Command.create(move)],
                **{f"default_{name}": value for name, value in places.items()},
            },
        }

    def action_platform_adjust(self):
        """Odoo's own count of the product in the warehouse at the marketplace."""
        self.ensure_one()
        self.check_access("read")
        self.env["stock.quant"].check_access("write")
        shop, product = self._platform_place()
        place = shop.platform_warehouse_id.lot_stock_id
        action = self.env["stock.quant"].with_context(no_at_date=True).action_view_inventory()
        context = {name: value for name, value in action["context"].items() if not name.startswith("search_default")}
        return {
            **action,
            "domain": [("product_id", "=", product.id), ("location_id", "child_of", place.id)],
            "context": {**context, "default_product_id": product.id, "default_location_id": place.id},
        }

    def _platform_place(self):
        """The shop and the product whose stock at the marketplace is to be put right."""
        shop = self.sudo().shop_id
        if not (self.product_id and shop.platform_warehouse_id):
            raise UserError(
                self.env._("Link the SKU to its product first; the shop needs a warehouse at the marketplace.")
            )
        return shop, self.product_id
