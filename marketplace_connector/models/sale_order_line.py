from odoo import Command, api, fields, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "marketplace.access.guard"]

    marketplace_kind = fields.Selection(
        [("goods", "Goods"), ("shipping", "Shipping"), ("voucher", "Seller voucher")],
        string="Marketplace line",
        readonly=True,
        copy=False,
        help="Price, discount, taxes and description of such a line come from the marketplace only.",
    )
    marketplace_listing_id = fields.Many2one(
        "marketplace.listing", string="Listing", readonly=True, copy=False, index="btree_not_null"
    )
    marketplace_seller_sku = fields.Char(string="Seller SKU", readonly=True, copy=False)
    marketplace_unit_refs = fields.Json(
        readonly=True, copy=False, help="The marketplace's ids of the units that this line stands for."
    )
    marketplace_waits_for_product = fields.Boolean(
        string="Waits for a product", readonly=True, copy=False, index="btree_not_null"
    )
    marketplace_list_price = fields.Float(
        string="List price", readonly=True, copy=False, min_display_digits="Product Price"
    )
    marketplace_seller_discount = fields.Monetary(
        string="Discount by us", readonly=True, copy=False, help="What the seller took off the list price, tax in."
    )
    marketplace_platform_discount = fields.Monetary(
        string="Discount by the marketplace",
        readonly=True,
        copy=False,
        help="What the marketplace took off the list price and pays itself, tax in.",
    )
    marketplace_by_platform = fields.Boolean(string="Shipped by the marketplace", readonly=True, copy=False)

    # === ODOO MUST NOT REPRICE === #

    def _of_odoo(self):
        """The lines that Odoo may price itself."""
        return self.filtered(lambda line: not line.marketplace_kind)

    def _compute_price_unit(self):
        super(SaleOrderLine, self._of_odoo())._compute_price_unit()

    def _compute_discount(self):
        super(SaleOrderLine, self._of_odoo())._compute_discount()

    def _compute_tax_ids(self):
        super(SaleOrderLine, self._of_odoo())._compute_tax_ids()

    def _compute_name(self):
        super(SaleOrderLine, self._of_odoo())._compute_name()

    def _compute_pricelist_item_id(self):
        """A shop's pricelist only gives the currency: no rule to look for."""
        ours = self.filtered("marketplace_kind")
        ours.pricelist_item_id = False
        super(SaleOrderLine, self - ours)._compute_pricelist_item_id()

    @api.depends("product_id", "marketplace_kind")
    def _compute_product_updatable(self):
        super()._compute_product_updatable()
        for line in self:
            if line.marketplace_kind in ("shipping", "voucher"):
                line.product_updatable = False

    @api.depends("order_id.order_line.qty_delivered", "order_id.order_line.product_uom_qty")
    def _compute_qty_to_invoice(self):
        """One order, one invoice: all lines as ordered, as soon as all goods are delivered. What was credited once is
        not invoiced again."""
        ours = self.filtered("marketplace_kind")
        super(SaleOrderLine, self - ours)._compute_qty_to_invoice()
        for order, lines in ours.grouped("order_id").items():
            due = (
                order.state == "sale" and order._marketplace_goods_are_delivered() and not order._marketplace_credits()
            )
            for line in lines:
                line.qty_to_invoice = line.product_uom_qty - line.qty_invoiced if due else 0

    @api.depends("marketplace_by_platform")
    def _compute_warehouse_id(self):
        """What the marketplace ships never leaves our own stock."""
        by_platform = self.filtered(lambda line: line.marketplace_by_platform and line.product_id)
        for line in by_platform:
            line.warehouse_id = line.order_id.marketplace_shop_id.platform_warehouse_id
        super(SaleOrderLine, self - by_platform)._compute_warehouse_id()

    # === WHAT LEAVES FOR IT === #

    def _marketplace_parts(self):
        """What leaves for one piece of the line: amounts by product, in its unit; several products for a kit."""
        self.ensure_one()
        # A piece is in one step of the warehouse at a time.
        moves = self.move_ids.filtered(
            lambda move: (
                not move.origin_returned_move_id
                and move.state != "cancel"
                and (move.state != "done" or move.location_dest_id.usage == "customer")
            )
        )
        if moves.product_id <= self.product_id:
            return {self.product_id: self.product_uom_id._compute_quantity(1, self.product_id.uom_id, round=False)}
        if not self.product_uom_qty:  # all of it was cancelled and came back
            return {}
        totals = {}
        for move in moves:
            totals[move.product_id] = totals.get(move.product_id, 0) + move._marketplace_amount()
        return {product: total / self.product_uom_qty for product, total in totals.items() if total}

    # === WHICH PRODUCT IT IS === #

    def _marketplace_take_products(self):
        """Let lines of quotations take the products that their listings have now; what cannot be picked stays."""
        for line in self:
            listing = line.marketplace_listing_id
            if listing._trouble():
                continue
            shop = listing.shop_id._as_system()
            product = listing.product_id.with_env(shop.env)
            line.with_env(shop.env).write(
                {
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "tax_ids": [Command.set(shop._order_taxes(product).ids)],
                }
            )
