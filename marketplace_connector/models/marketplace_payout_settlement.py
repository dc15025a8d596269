from odoo import fields, models
from odoo.exceptions import UserError


class MarketplacePayoutSettlement(models.Model):
    """What a payout settles of one order: its amounts against the order's open invoice and credit note."""

    _name = "marketplace.payout.settlement"
    _inherit = ["marketplace.access.guard"]
    _description = "Order in a Marketplace Payout"
    _order = "payout_id, order_ref"
    _rec_name = "order_ref"
    _check_company_auto = True

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
    outcome = fields.Selection(
        [
            ("settled", "Settled"),
            ("part", "Part release"),
            ("refund_follows", "Refund follows"),
            ("rest_open", "Rest left open"),
            ("on_account", "Difference booked"),
            ("stray", "Not in Odoo"),
            ("fees", "Fees only"),
        ],
        readonly=True,
        help="Part release: more pieces of the order are paid later, the invoice stays open until then. Refund "
        "follows: the marketplace has paid what is credited already, and takes it back later.",
    )
    accepted = fields.Selection(
        [("open", "Leave the rest open"), ("account", "Book on an account")],
        readonly=True,
        help="What the accountant decided to do with the difference.",
    )
    accepted_account_id = fields.Many2one(
        "account.account",
        string="Account",
        check_company=True,
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', 'off_balance'))]",
        help="Book on Account puts the difference here.",
    )
    accepted_difference = fields.Monetary(readonly=True, help="The difference that was accepted, and no other one.")
    accepted_by_id = fields.Many2one("res.users", readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Journal item", readonly=True, copy=False, index="btree_not_null"
    )

    _order_unique = models.UniqueIndex("(payout_id, order_ref)", "The order stands in this payout already.")

    def write(self, vals):
        if "accepted_account_id" in vals:
            self.payout_id._check_not_posted()
        return super().write(vals)

    def action_leave_open(self):
        """*Leave Open*: the invoice keeps what the marketplace has not paid of it."""
        self.payout_id._check_may_book()
        for settlement in self:
            if not 0 <= settlement.amount < settlement.open_amount:
                raise UserError(
                    self.env._(
                        "Nothing of the invoice of %(order)s would stay open. Choose an account and press Book on "
                        "Account.",
                        order=settlement.order_ref,
                    )
                )
        return self._accept("open")

    def action_book_difference(self):
        """*Book on Account*: the invoice is settled, the difference stands on the account chosen for it."""
        self.payout_id._check_may_book()
        for settlement in self:
            if not settlement.accepted_account_id:
                raise UserError(
                    self.env._("Choose the account for the difference of %(order)s first.", order=settlement.order_ref)
                )
        return self._accept("account")

    def action_take_back(self):
        """Ask again what becomes of the difference."""
        return self._accept(False)

    def _accept(self, decision):
        payouts = self.payout_id
        payouts._check_may_book()
        if set(payouts.mapped("state")) != {"draft"}:
            raise UserError(self.env._("The payout is not to be posted anymore."))
        for settlement in self.sudo():
            settlement.write(
                {
                    "accepted": decision,
                    "accepted_difference": settlement.difference,
                    "accepted_by_id": self.env.user.id if decision else False,
                }
            )
        payouts._check()
        return True

    def action_solve(self):
        """The button beside what is in the way of this order."""
        self.ensure_one()
        self.payout_id._check_may_book()
        return self.payout_id._solve(self.obstacle, self) if self.obstacle else True
