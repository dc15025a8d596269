"""Bills of the marketplace in a payout: taken off it, and settled like the invoices."""

from odoo import fields, models

from .marketplace_payout_by_hand import FROM_VENDORS
from .marketplace_payout_entry import Item


class MarketplacePayoutObstacle(models.Model):
    _inherit = "marketplace.payout.obstacle"

    reason = fields.Selection(selection_add=[("document", "Bill changed")], ondelete={"document": "cascade"})


class MarketplacePayoutLine(models.Model):
    _inherit = "marketplace.payout.line"

    def _settling_bills(self):
        """The rows that settle a bill of the marketplace."""
        return self.filtered(lambda line: line.document_id.move_type in FROM_VENDORS)


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def _find_obstacles(self):
        found = super()._find_obstacles()
        why = self._why_documents()
        return [*found, ("document", why)] if why else found

    def _why_documents(self):
        """The bills of which something else is open than the row settles, in words; empty where there is none."""
        changed = []
        for row in self.line_ids._settling_bills():
            left = sum(row.document_id._marketplace_open_items().mapped("amount_residual_currency"))
            if self.currency_id.compare_amounts(left, row.amount):
                changed.append(
                    self.env._(
                        "%(bill)s (%(row)s in the payout, %(open)s open)",
                        bill=row.name,
                        row=self._in_words(row.amount),
                        open=self._in_words(left),
                    )
                )
        if not changed:
            return ""
        return self.env._("Bills have changed since they were grouped: %(bills)s.", bills="; ".join(changed[:3]))

    def _solve_document(self):
        """Open the documents of the payout, to choose them anew."""
        return self.sudo(False).action_change_group()

    def _rows_by_account(self):
        """Rows of bills are items of their own."""
        bills = self.line_ids._settling_bills()
        groups = {key: rows - bills for key, rows in super()._rows_by_account().items()}
        return {key: rows for key, rows in groups.items() if rows}

    def _fee_items(self):
        items = [
            Item(row.account_id, -row.amount, row.name, row.document_id.commercial_partner_id, row)
            for row in self.line_ids._settling_bills()
        ]
        return [*super()._fee_items(), *items]

    def _reconcile(self, books, of_orders):
        super()._reconcile(books, of_orders)
        self.env["account.move.line"]._reconcile_plan(
            [
                row.move_line_id | row.document_id._marketplace_open_items()
                for row in self.line_ids._settling_bills()
                if not row.move_line_id.reconciled
            ]
        )
