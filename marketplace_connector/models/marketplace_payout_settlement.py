from odoo import fields, models


class MarketplacePayoutSettlement(models.Model):
    """What a payout settles of one order: its amounts against the order's open invoice and credit note."""

    _name = "marketplace.payout.settlement"
    _description = "Order in a Marketplace Payout"
    _order = "payout_id, order_ref"
    _rec_name = "order_ref"

    payout_id = fields.Many2one("marketplace.payout", required=True, readonly=True, ondelete="cascade", index=True)
    shop_id = fields.Many2one(related="payout_id.shop_id", store=True)
    company_id = fields.Many2one(related="payout_id.company_id", store=True)
    currency_id = fields.Many2one(related="payout_id.currency_id", store=True)
    state = fields.Selection(related="payout_id.state", store=True)
    order_ref = fields.Char(string="Order number", required=True, readonly=True, index=True)
    order_id = fields.Many2one(
        "sale.order", string="Sales order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    line_ids = fields.One2many("marketplace.payout.line", "settlement_id", string="Rows", readonly=True)
    amount = fields.Monetary(string="Settled", readonly=True, help="Sum of the order amounts in this payout.")
    fees = fields.Monetary(readonly=True, help="Everything else in this payout about the order.")
    open_amount = fields.Monetary(
        string="Open", readonly=True, help="What the order's invoices and credit notes left open before this payout."
    )
    difference = fields.Monetary(readonly=True, help="Settled less open.")
    obstacle = fields.Selection(
        [
            ("order_missing", "Order not in Odoo"),
            ("not_invoiced", "No invoice"),
            ("draft_invoice", "Invoice not posted"),
            ("not_credited", "No credit note"),
            ("currency", "Other currency"),
            ("differs", "Amount differs"),
        ],
        readonly=True,
        help="Why the payout cannot be posted yet.",
    )
    accepted = fields.Selection(
        [("open", "Leave the rest open"), ("account", "Book on an account")],
        help="What the accountant decided to do with the difference.",
    )
    accepted_account_id = fields.Many2one("account.account", string="Account", check_company=True)
    accepted_by_id = fields.Many2one("res.users", readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Journal item", readonly=True, copy=False, index="btree_not_null"
    )

    _order_unique = models.UniqueIndex("(payout_id, order_ref)", "The order stands in this payout already.")
