"""The intermediary account of a shop held against what the marketplace says that it holds."""

from odoo import api, fields, models

from .marketplace_payout import READERS


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    held_in_books = fields.Monetary(
        string="Held, by the books",
        compute="_compute_held",
        groups=READERS,
        help="Balance of the intermediary account, in the shop's currency.",
    )
    held_there = fields.Monetary(
        string="Held, by the marketplace",
        compute="_compute_held",
        groups=READERS,
        help="By the payouts that were read: the last balance, what is held back, and what it has not paid out yet.",
    )
    held_difference = fields.Monetary(string="Difference", compute="_compute_held", groups=READERS)
    held_not_posted = fields.Monetary(string="In payouts that are not posted", compute="_compute_held", groups=READERS)
    held_before = fields.Monetary(string="From before the first payout", compute="_compute_held", groups=READERS)
    held_not_matched = fields.Monetary(
        string="Paid out, not matched with the bank yet", compute="_compute_held", groups=READERS
    )
    held_unexplained = fields.Monetary(
        string="Not explained",
        compute="_compute_held",
        groups=READERS,
        help="Such as an entry that somebody made on the intermediary account, or statements that were not read.",
    )

    @api.depends_context("uid")
    def _compute_held(self):
        for shop in self:
            payouts = shop.sudo().payout_ids.filtered(lambda payout: payout.state != "cancelled" and payout.is_final)
            payouts = payouts.sorted(lambda payout: (payout.date_end, payout.id))
            statements = payouts.filtered(lambda payout: not payout.supplement_of_id and payout.source == "read")
            unpaid = payouts.filtered(lambda payout: not payout.is_paid and payout.bank_state != "arrived")
            drafts = payouts.filtered(lambda payout: payout.state == "draft")
            posted = payouts - drafts
            closing = sum((statements[-1:] | statements[-1:].supplement_ids & payouts).mapped("closing"))
            shop.held_in_books = shop._balance_held()
            shop.held_there = closing + sum(payouts.mapped("held_back")) + sum(unpaid.mapped("paid_out"))
            shop.held_difference = shop.held_there - shop.held_in_books
            shop.held_not_posted = sum(drafts.mapped("rows_total")) - sum((drafts - unpaid).mapped("paid_out"))
            first = statements[:1]
            shop.held_before = first.opening if first.state == "draft" or first._brought_item() else 0
            shop.held_not_matched = sum((posted & unpaid).mapped("paid_out")) - sum(posted.mapped("bank_open"))
            explained = shop.held_not_posted + shop.held_before + shop.held_not_matched
            shop.held_unexplained = shop.currency_id.round(shop.held_difference - explained)

    def _balance_held(self):
        """The balance of the shop's intermediary account, in the shop's currency."""
        account = self.sudo().payout_journal_id.marketplace_account_id
        posted = [
            ("account_id", "=", account.id),
            ("parent_state", "=", "posted"),
            ("company_id", "=", self.company_id.id),
        ]
        sums = (
            self.env["account.move.line"]
            .sudo()
            ._read_group([*posted, ("currency_id", "=", self.currency_id.id)], [], ["amount_currency:sum"])
        )
        return sums[0][0] or 0 if account else 0

    def action_open_held(self):
        """The journal items on the shop's intermediary account."""
        self.ensure_one()
        self.env["account.move.line"].check_access("read")
        account = self.payout_journal_id.marketplace_account_id
        return {
            "type": "ir.actions.act_window",
            "name": account.display_name,
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [("account_id", "=", account.id), ("parent_state", "=", "posted")],
            "context": {"create": False},
        }
