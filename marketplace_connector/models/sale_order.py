from odoo import api, fields, models

STATUSES = [
    ("unpaid", "Unpaid"),
    ("on_hold", "On hold"),
    ("ready_to_ship", "Ready to ship"),
    ("processed", "Processed"),
    ("shipped", "Shipped"),
    ("completed", "Completed"),
    ("in_cancel", "Cancellation requested"),
    ("cancelled", "Cancelled"),
    ("in_return", "In return"),
    ("returned", "Returned"),
    ("failed", "Delivery failed"),
    ("unknown", "Unknown"),
]


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "marketplace.access.guard"]

    marketplace_shop_id = fields.Many2one(
        "marketplace.shop", string="Shop", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    marketplace_provider = fields.Selection(
        related="marketplace_shop_id.provider", string="Marketplace", store=True, index="btree_not_null"
    )
    marketplace_order_ref = fields.Char(
        string="External ID",
        readonly=True,
        copy=False,
        index="trigram",
        help="The order's number at the marketplace.",
    )
    marketplace_status = fields.Selection(STATUSES, string="Marketplace status", readonly=True, copy=False, index=True)
    marketplace_raw_status = fields.Char(string="Status in the marketplace's words", readonly=True, copy=False)
    marketplace_updated_at = fields.Datetime(string="Changed at the marketplace", readonly=True, copy=False)
    marketplace_ship_by = fields.Datetime(string="Ship by", readonly=True, copy=False)
    marketplace_digest = fields.Char(readonly=True, copy=False)
    marketplace_fulfilment = fields.Selection(
        [("seller", "Shipped by us"), ("platform", "Shipped by the marketplace"), ("mixed", "Both")],
        string="Fulfilment",
        readonly=True,
        copy=False,
    )
    marketplace_payment_method = fields.Char(string="Paid with", readonly=True, copy=False)
    marketplace_cash_on_delivery = fields.Boolean(string="Cash on delivery", readonly=True, copy=False)
    marketplace_courier = fields.Char(string="Courier", readonly=True, copy=False)
    marketplace_buyer_note = fields.Text(string="Buyer's note", readonly=True, copy=False)
    marketplace_cancel_reason = fields.Char(string="Cancel reason", readonly=True, copy=False)
    marketplace_cancelled_by = fields.Char(string="Cancelled by", readonly=True, copy=False)

    # === AMOUNTS BESIDE THE LINES, tax in === #

    marketplace_buyer_paid = fields.Monetary(string="Paid by the buyer", readonly=True, copy=False)
    marketplace_platform_voucher = fields.Monetary(string="Vouchers of the marketplace", readonly=True, copy=False)
    marketplace_coins = fields.Monetary(string="Coins", readonly=True, copy=False)
    marketplace_payment_promotion = fields.Monetary(string="Payment promotion", readonly=True, copy=False)
    marketplace_service_fee = fields.Monetary(string="Service fee of the buyer", readonly=True, copy=False)
    marketplace_buyer_tax = fields.Monetary(string="Taxes of the buyer", readonly=True, copy=False)
    marketplace_insurance = fields.Monetary(string="Insurance of the buyer", readonly=True, copy=False)
    marketplace_seller_voucher = fields.Monetary(string="Vouchers of the seller", readonly=True, copy=False)
    marketplace_shipping_fee = fields.Monetary(string="Shipping paid by the buyer", readonly=True, copy=False)
    marketplace_amount_state = fields.Selection(
        [("exact", "Amounts agree"), ("provisional", "Amounts provisional"), ("differ", "Amounts differ")],
        string="Amounts",
        readonly=True,
        copy=False,
    )
    marketplace_amount_difference = fields.Monetary(
        string="Difference",
        readonly=True,
        copy=False,
        help="Total of this order less the total that follows from the marketplace's own figures.",
    )

    marketplace_job_ids = fields.One2many("marketplace.job", "order_id", string="Problems")
    marketplace_open_job_ids = fields.One2many(
        "marketplace.job", "order_id", string="Open problems", domain=[("is_problem", "=", True)]
    )
    marketplace_problem = fields.Char(compute="_compute_marketplace_problem", string="Problem")
    marketplace_author = fields.Char(compute="_compute_marketplace_author", help="Who cancelled, in words.")
    marketplace_waits = fields.Boolean(compute="_compute_marketplace_waits", help="A line waits for its product.")

    _marketplace_ref_unique = models.UniqueIndex(
        "(marketplace_shop_id, marketplace_order_ref) WHERE marketplace_order_ref IS NOT NULL",
        "This marketplace order is already in Odoo.",
    )

    @property
    def _rec_names_search(self):
        return [*super()._rec_names_search, "marketplace_order_ref"]

    @api.depends("marketplace_open_job_ids.message", "marketplace_open_job_ids.state")
    def _compute_marketplace_problem(self):
        for order in self:
            order.marketplace_problem = order.sudo().marketplace_open_job_ids[:1].message

    @api.depends("marketplace_cancelled_by")
    def _compute_marketplace_author(self):
        words = {"buyer": self.env._("the buyer"), "seller": self.env._("the seller")}
        for order in self:
            order.marketplace_author = words.get(order.marketplace_cancelled_by) or self.env._("the marketplace")

    @api.depends("order_line.marketplace_waits_for_product")
    def _compute_marketplace_waits(self):
        for order in self:
            order.marketplace_waits = any(order.order_line.mapped("marketplace_waits_for_product"))

    # === THE PLATFORM'S WORD STANDS === #

    def _compute_pricelist_id(self):
        """The shop's pricelist gives the currency and stays, whoever the customer is."""
        super(SaleOrder, self.filtered(lambda order: not order.marketplace_shop_id))._compute_pricelist_id()

    def _compute_fiscal_position_id(self):
        """The shop's fiscal position stays, wherever the buyer lives."""
        super(SaleOrder, self.filtered(lambda order: not order.marketplace_shop_id))._compute_fiscal_position_id()

    def _compute_user_id(self):
        """The shop says whose order it is; nobody is a valid answer."""
        super(SaleOrder, self.filtered(lambda order: not order.marketplace_shop_id))._compute_user_id()

    def _compute_team_id(self):
        """The shop's sales team stays."""
        super(SaleOrder, self.filtered(lambda order: not order.marketplace_shop_id))._compute_team_id()

    def _get_update_prices_lines(self):
        """*Update Prices* leaves the platform's lines alone."""
        return super()._get_update_prices_lines().filtered(lambda line: not line.marketplace_kind)

    def _recompute_taxes(self):
        """*Update Taxes* leaves marketplace orders alone: their taxes are the shop's."""
        super(SaleOrder, self.filtered(lambda order: not order.marketplace_shop_id))._recompute_taxes()

    def action_confirm(self):
        """Confirm marketplace orders apart: their order date stays the platform's."""
        ours = self.filtered("marketplace_shop_id")
        if ours and ours != self:
            super(SaleOrder, self - ours).action_confirm()
            return super(SaleOrder, ours).action_confirm()
        return super().action_confirm()

    def _prepare_confirmation_values(self):
        values = super()._prepare_confirmation_values()
        if self and all(order.marketplace_shop_id for order in self):
            del values["date_order"]
        return values

    def _confirmation_error_message(self):
        """Refuse while a line waits for its product."""
        self.ensure_one()
        waiting = self.order_line.filtered("marketplace_waits_for_product")
        if waiting:
            return self.env._(
                "%(order)s cannot be confirmed: SKU %(skus)s is not linked to a product. Link it under "
                "Sales > Configuration > Marketplaces > Listings; the order then completes itself.",
                order=self.name,
                skus=", ".join(waiting.mapped("marketplace_seller_sku")),
            )
        return super()._confirmation_error_message()

    # === BUTTONS === #

    def action_marketplace_retry(self):
        """Fetch the order again and complete it."""
        self.ensure_one()
        return self.marketplace_open_job_ids.action_retry()

    def action_marketplace_listings(self):
        """The listings whose product the order waits for."""
        self.ensure_one()
        return self.marketplace_open_job_ids[:1].action_open_listings()
