"""What becomes of an order in a payout, and what its receivable gets of it."""

from odoo import models

from .marketplace_payout_reading import changes_of


class MarketplacePayoutSettlement(models.Model):
    _inherit = "marketplace.payout.settlement"

    def _judge(self, books):
        """Note what the payout does with the order, or why it cannot."""
        self.ensure_one()
        left = self.currency_id.round(sum(books.open.mapped("amount_residual_currency")))
        difference = self.currency_id.round(self.amount - left)
        settling = self.line_ids._settling_orders()
        if not settling:
            difference = 0
        accepted = self.accepted
        if accepted and self.currency_id.compare_amounts(self.accepted_difference, difference):
            accepted = False
        outcome, obstacle = self._verdict(books, left, accepted) if settling else ("fees", False)
        values = {
            "open_amount": left,
            "difference": difference,
            "accepted": accepted,
            "outcome": outcome,
            "obstacle": obstacle,
        }
        if changes := changes_of(self, values):
            self.write(changes)

    def _verdict(self, books, left, accepted):
        """(outcome, obstacle): one of them is False."""
        amount, compare = self.amount, self.currency_id.compare_amounts
        if not self.order_id and self.shop_id.stray_account_id and accepted != "account":
            return "stray", False
        if self.order_id and not compare(amount, left):
            return "settled", False
        if accepted == "account" and self.accepted_account_id:
            return "on_account", False
        if obstacle := self._obstacle_in_books(books):
            return False, obstacle
        over = compare(amount, left) > 0
        if over and compare(amount - left, books.credited) <= 0:
            return "refund_follows", False
        if not over and amount >= 0 and accepted == "open":
            return "rest_open", False
        refunds_open = any(item.amount_residual_currency < 0 for item in books.open)
        if (amount <= 0 or self.order_id.marketplace_credit_due) and not over and not refunds_open:
            return False, "not_credited"
        if not over and amount > 0 and books.units_left:
            return "part", False
        return False, "differs"

    def _obstacle_in_books(self, books):
        """Why the amounts cannot be held against each other yet; False where they can."""
        if not self.order_id:
            return "order_missing"
        if books.other_currency:
            return "currency"
        if books.drafts:
            return "draft_invoice"
        return False if books.invoices else "not_invoiced"

    def _split_amount(self):
        """(amount on the receivable, amount on another account, that account)"""
        if self.outcome == "stray":
            return 0, self.amount, self.shop_id.stray_account_id
        if self.outcome == "on_account":
            return self.open_amount, self.difference, self.accepted_account_id
        return self.amount, 0, self.env["account.account"]

    def _shares(self, amount, open_items):
        """What of the amount each receivable gets: [(account, partner, amount), ...].

        Where the order is open on several, each gets what is open there; less is taken off the latest, and what is
        more comes on the earliest.
        """
        if self.outcome == "stray":
            return []
        if not open_items:
            customer = self.order_id.partner_invoice_id.commercial_partner_id
            account = customer.property_account_receivable_id
            return [] if self.outcome == "on_account" else [(account, customer, amount)]
        of_account = open_items.sorted(lambda item: (item.date, item.id)).grouped("account_id")
        shares = {account: sum(items.mapped("amount_residual_currency")) for account, items in of_account.items()}
        rest = amount - sum(shares.values())
        for account in reversed(shares):
            less = min(max(shares[account], 0), max(-rest, 0))
            shares[account] -= less
            rest += less
        first = next(iter(shares))
        shares[first] += rest
        used = [account for account, share in shares.items() if not self.currency_id.is_zero(share)]
        if not used and self.outcome != "on_account":
            used = [first]
        return [(account, of_account[account][0].partner_id, shares[account]) for account in used]
