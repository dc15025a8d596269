"""What a marketplace has paid for orders: expected against paid, fees, and what is left of them."""

from odoo import api, fields, models

from .marketplace_payout import READERS

PAYOUT_STATES = [
    ("waiting", "Not paid yet"),
    ("partly", "Paid in part"),
    ("paid", "Paid"),
    ("differs", "Paid differs"),
    ("refunded", "Refunded"),
]
AMOUNTS = ("expected", "refunded", "paid", "fees", "net", "payout_difference", "commission_rate", "shipping_cost")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_payout_line_ids = fields.One2many(
        "marketplace.payout.line", "order_id", string="Rows of payouts", groups=READERS
    )
    marketplace_payout_count = fields.Integer(compute="_compute_marketplace_payout_count", groups=READERS)
    marketplace_platform_funded = fields.Monetary(
        string="Paid by the marketplace",
        compute="_compute_marketplace_platform_funded",
        help="What the marketplace adds to what the buyer pays: its vouchers, coins and payment promotions.",
    )
    marketplace_buyer_charges = fields.Monetary(
        string="Kept from the buyer",
        compute="_compute_marketplace_platform_funded",
        help="What the buyer paid to the marketplace itself: service fee, taxes and insurance. It is never yours.",
    )
    marketplace_expected = fields.Monetary(
        string="Expected",
        compute="_compute_marketplace_payouts",
        store=True,
        groups=READERS,
        help="The order's posted invoices less its credit notes; before there is an invoice, the order's total. The "
        "marketplace's fees come off it.",
    )
    marketplace_refunded = fields.Monetary(
        string="Refunded", compute="_compute_marketplace_payouts", store=True, groups=READERS, help="Its credit notes."
    )
    marketplace_paid = fields.Monetary(
        string="Paid in payouts",
        compute="_compute_marketplace_payouts",
        store=True,
        groups=READERS,
        help="The order amounts in all payouts, before fees; what was taken back for refunds is taken off.",
    )
    marketplace_fees = fields.Monetary(
        string="Fees", compute="_compute_marketplace_payouts", store=True, groups=READERS, help="Negative: taken off."
    )
    marketplace_net = fields.Monetary(
        string="Net of fees",
        compute="_compute_marketplace_payouts",
        store=True,
        groups=READERS,
        help="Paid in payouts less fees: what the order brings, before the cost of the goods.",
    )
    marketplace_payout_difference = fields.Monetary(
        string="Paid less expected", compute="_compute_marketplace_payouts", store=True, groups=READERS
    )
    marketplace_payout_state = fields.Selection(
        PAYOUT_STATES,
        string="Payout",
        compute="_compute_marketplace_payouts",
        store=True,
        index="btree_not_null",
        groups=READERS,
    )
    marketplace_commission_rate = fields.Float(
        string="Commission %",
        compute="_compute_marketplace_payouts",
        store=True,
        aggregator="avg",
        digits=(6, 2),
        groups=READERS,
        help="Commission and payment fee in percent of what was paid.",
    )
    marketplace_shipping_cost = fields.Monetary(
        string="Shipping at your cost",
        compute="_compute_marketplace_payouts",
        store=True,
        groups=READERS,
        help="What sending the parcels was charged above what the buyer and the marketplace paid for it.",
    )

    @api.depends("marketplace_payout_line_ids.payout_id")
    def _compute_marketplace_payout_count(self):
        for order in self:
            order.marketplace_payout_count = len(order.marketplace_payout_line_ids.payout_id)

    @api.depends(
        "marketplace_platform_voucher",
        "marketplace_coins",
        "marketplace_payment_promotion",
        "marketplace_service_fee",
        "marketplace_buyer_tax",
        "marketplace_insurance",
    )
    def _compute_marketplace_platform_funded(self):
        for order in self:
            order.marketplace_platform_funded = (
                order.marketplace_platform_voucher + order.marketplace_coins + order.marketplace_payment_promotion
            )
            order.marketplace_buyer_charges = (
                order.marketplace_service_fee + order.marketplace_buyer_tax + order.marketplace_insurance
            )

    @api.depends(
        "state",
        "amount_total",
        "marketplace_shop_id",
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.amount_total",
        "marketplace_payout_line_ids.amount",
        "marketplace_payout_line_ids.moved",
        "marketplace_payout_line_ids.kind",
        "marketplace_payout_line_ids.state",
    )
    def _compute_marketplace_payouts(self):
        ours = self.filtered("marketplace_shop_id")
        others = self - ours
        others.marketplace_payout_state = False
        for name in AMOUNTS:
            others[f"marketplace_{name}"] = 0
        rows, deliveries = ours._marketplace_payout_sums(), ours._marketplace_delivery_sums()
        for order in ours:
            order._marketplace_take_payouts(rows.get(order._origin.id, {}))
            order.marketplace_shipping_cost = max(-order.currency_id.round(deliveries.get(order._origin.id, 0)), 0)

    def _marketplace_payout_sums(self):
        """{order id: {kind: (amount, moved, pieces named)}} over payouts that are not cancelled."""
        if not self._origin:
            return {}
        groups = self.env["marketplace.payout.line"]._read_group(
            [("order_id", "in", self._origin.ids), ("state", "!=", "cancelled")],
            ["order_id", "kind"],
            ["amount:sum", "moved:sum", "unit_ref:count_distinct"],
        )
        found = {}
        for order, kind, *sums in groups:
            found.setdefault(order.id, {})[kind] = sums
        return found

    def _marketplace_delivery_sums(self):
        """{order id: what is left of the rows of sending its parcels}"""
        if not self._origin:
            return {}
        of_delivery = self.env["marketplace.fee.type"].sudo()._of_delivery()
        groups = self.env["marketplace.payout.line"]._read_group(
            [
                ("order_id", "in", self._origin.ids),
                ("state", "!=", "cancelled"),
                ("fee_type_id", "in", of_delivery.ids),
            ],
            ["order_id"],
            ["moved:sum"],
        )
        return {order.id: moved for order, moved in groups}

    def _marketplace_take_payouts(self, sums):
        round_ = self.currency_id.round
        moves = self.order_line.invoice_lines.move_id.filtered(lambda move: move.state == "posted")
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        invoiced = sum(invoices.mapped("amount_total"))
        self.marketplace_refunded = round_(sum((moves - invoices).mapped("amount_total")))
        ordered = self.amount_total if self.state == "sale" else 0
        self.marketplace_expected = round_((invoiced if moves else ordered) - self.marketplace_refunded)
        paid, _moved, pieces = sums.get("order_amount", (0, 0, 0))
        self.marketplace_paid = round_(paid)
        self.marketplace_net = round_(sum(moved for kind, (_amount, moved, _pieces) in sums.items() if kind != "bank"))
        self.marketplace_fees = round_(self.marketplace_net - paid)
        self.marketplace_payout_difference = round_(self.marketplace_paid - self.marketplace_expected)
        taken = -sum(sums.get(kind, (0, 0, 0))[0] for kind in ("commission", "payment"))
        self.marketplace_commission_rate = 100 * taken / paid if paid > 0 else 0
        self.marketplace_payout_state = self._marketplace_payout_state_of(bool(sums), pieces)

    def _marketplace_payout_state_of(self, has_rows, pieces_paid):
        """One of PAYOUT_STATES, or False where there is nothing to pay.

        Where the marketplace pays piece by piece, less than expected is a part until all pieces stand in payouts.
        """
        paid, expected = self.marketplace_paid, self.marketplace_expected
        if not has_rows and not expected:
            return "refunded" if self.marketplace_refunded else False
        if expected and not paid:
            return "waiting"
        if not self.currency_id.compare_amounts(paid, expected):
            return "refunded" if self.marketplace_refunded and not expected else "paid"
        goods = self.order_line.filtered(lambda line: line.marketplace_kind == "goods")
        waits_for_pieces = 0 < pieces_paid < sum(goods.mapped("product_uom_qty"))
        return "partly" if waits_for_pieces and 0 < paid < expected else "differs"

    def action_marketplace_payouts(self):
        """The payouts with rows of the order."""
        self.ensure_one()
        payouts = self.marketplace_payout_line_ids.payout_id
        return payouts._open_as_page(self.env._("Payouts of %(order)s", order=self.name))
