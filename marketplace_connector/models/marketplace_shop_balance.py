"""The intermediary account of a shop held against what the marketplace says that it holds."""

from collections import Counter

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
        Payout = self.env["marketplace.payout"].sudo()
        for shop in self:
            closed = [("shop_id", "=", shop.id), ("state", "!=", "cancelled"), ("is_final", "=", True)]
            statements = [*closed, ("supplement_of_id", "=", False), ("source", "=", "read")]
            first = Payout.search(statements, order="date_end, id", limit=1)
            last = Payout.search(statements, order="date_end desc, id desc", limit=1)
            late = Payout.search([*closed, ("supplement_of_id", "=", last.id)]) if last else last
            sums = shop._held_sums(closed)
            shop.held_in_books = shop._balance_held()
            shop.held_there = sum((last | late).mapped("closing")) + sums["held_back"] + sums["on_its_way"]
            shop.held_difference = shop.held_there - shop.held_in_books
            shop.held_not_posted = sums["not_posted"]
            shop.held_before = first.opening if first.state == "draft" or first._brought_item() else 0
            shop.held_not_matched = sums["not_matched"]
            explained = shop.held_not_posted + shop.held_before + shop.held_not_matched
            shop.held_unexplained = shop.currency_id.round(shop.held_difference - explained)

    def _held_sums(self, closed):
        """Sums over the payouts of the domain: what is held back, on its way to the bank, not posted, and posted as
        paid out without the bank's line."""
        found = Counter()
        groups = (
            self.env["marketplace.payout"]
            .sudo()
            ._read_group(
                closed,
                ["state", "is_paid", "bank_state"],
                ["held_back:sum", "paid_out:sum", "rows_total:sum", "bank_open:sum"],
            )
        )
        for state, is_paid, bank_state, held_back, paid_out, rows, bank_open in groups:
            on_its_way = 0 if is_paid or bank_state == "arrived" else paid_out
            found["held_back"] += held_back
            found["on_its_way"] += on_its_way
            if state == "draft":
                found["not_posted"] += rows - paid_out + on_its_way
            else:
                found["not_matched"] += on_its_way - bank_open
        return found

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
