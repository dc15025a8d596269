from odoo import api, fields, models

from .marketplace_fee_type import KINDS


class MarketplacePayoutLine(models.Model):
    """One amount on a marketplace's statement."""

    _name = "marketplace.payout.line"
    _inherit = ["marketplace.access.guard"]
    _description = "Row of a Marketplace Payout"
    _order = "date, id"
    _rec_name = "name"

    payout_id = fields.Many2one("marketplace.payout", required=True, readonly=True, ondelete="cascade", index=True)
    shop_id = fields.Many2one(related="payout_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="payout_id.company_id", store=True)
    provider = fields.Selection(related="payout_id.provider", store=True)
    currency_id = fields.Many2one(related="payout_id.currency_id", store=True)
    state = fields.Selection(related="payout_id.state", store=True)
    row_ref = fields.Char(required=True, readonly=True, help="By this the row is known again when it is read again.")
    fee_type_id = fields.Many2one(
        "marketplace.fee.type", string="Fee type", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, compute="_compute_kind", store=True, help="How it is, or was, booked.")
    name = fields.Char(string="Description", readonly=True)
    date = fields.Date(readonly=True, help="In the shop's time zone.")
    amount = fields.Monetary(readonly=True, help="Positive: to you. Tax included.")
    tax_amount = fields.Monetary(string="Tax in it", readonly=True)
    withheld_amount = fields.Monetary(
        string="Withheld tax", readonly=True, help="What the marketplace keeps for the tax office."
    )
    withheld_apart = fields.Boolean(readonly=True, help="The withheld tax is not in the amount.")
    moved = fields.Monetary(
        string="Effect on the balance", compute="_compute_moved", store=True, help="The amount less tax withheld apart."
    )
    order_ref = fields.Char(string="Order number", readonly=True, index="btree_not_null")
    order_id = fields.Many2one(
        "sale.order", string="Sales order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    settlement_id = fields.Many2one(
        "marketplace.payout.settlement", readonly=True, ondelete="set null", index="btree_not_null"
    )
    document_id = fields.Many2one(
        "account.move",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The invoice, credit note or bill that somebody put into the payout.",
    )
    unit_ref = fields.Char(string="Unit", readonly=True, help="The piece of the order that it is about.")
    seller_sku = fields.Char(string="SKU", readonly=True)
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Books this row here, instead of on the account of its fee type.",
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Journal item", readonly=True, copy=False, index="btree_not_null"
    )

    _row_unique = models.UniqueIndex("(shop_id, row_ref)", "This row of the shop's statements is already in Odoo.")

    @api.depends("fee_type_id.kind", "payout_id.state")
    def _compute_kind(self):
        """What is posted keeps the kind it was posted with."""
        for line in self:
            line.kind = line.kind if line.payout_id.state == "posted" else line.fee_type_id.kind

    @api.depends("amount", "withheld_amount", "withheld_apart")
    def _compute_moved(self):
        for line in self:
            line.moved = line.amount - (line.withheld_amount if line.withheld_apart else 0)
