"""What becomes of each order in a payout: its amounts held against what its invoices and credit notes leave open."""

from collections import defaultdict
from dataclasses import dataclass

from odoo import models


@dataclass
class _Books:
    """What the books say of one order, in the payout's currency."""

    open: object  # journal items on receivables, not fully reconciled
    invoices: object  # posted
    drafts: bool
    other_currency: bool
    credited: float  # of posted credit notes: what is settled of them
    units_left: bool  # pieces that no payout has paid for, where the payouts tell pieces


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def _settle_orders(self):
        """Bring the payout's settlements in line with its rows and with the books."""
        self.ensure_one()
        self._gather_orders()
        books = self._books_of_orders()
        for settlement in self.settlement_ids:
            settlement._judge(books[settlement.order_id])

    def _books_of_orders(self):
        """What the books say of the payout's orders: {order: _Books}, with few queries for all of them."""
        orders = self.settlement_ids.order_id
        items_of = self._open_items_of_invoices(orders)
        earlier = self._open_items_of_earlier(orders)
        paid = self._paid_units(orders)
        books = {self.env["sale.order"]: _Books(self.env["account.move.line"], None, False, False, 0, False)}
        for order in orders:
            moves = order.invoice_ids.filtered(lambda move: move.move_type in ("out_invoice", "out_refund"))
            posted = moves.filtered(lambda move: move.state == "posted")
            items = items_of[order]
            refunds = posted.filtered(lambda move: move.move_type == "out_refund")
            units = {unit for line in order.order_line for unit in line.marketplace_unit_refs or ()}
            books[order] = _Books(
                open=items.filtered(lambda item: item.currency_id == self.currency_id) | earlier[order],
                invoices=posted,
                drafts="draft" in moves.mapped("state"),
                other_currency=bool(items.filtered(lambda item: item.currency_id != self.currency_id)),
                credited=sum(refunds.mapped("amount_total")) - sum(refunds.mapped("amount_residual")),
                units_left=bool(paid[order] and units - paid[order]),
            )
        return books

    def _open_items_of_invoices(self, orders):
        """What the orders' posted invoices and credit notes leave open on receivables: {order: journal items}."""
        found = defaultdict(self.env["account.move.line"].browse)
        items = self.env["account.move.line"].search(
            [
                ("move_id", "in", orders.invoice_ids.ids),
                ("move_id.move_type", "in", ("out_invoice", "out_refund")),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
            ]
        )
        of_moves = items.grouped("move_id")
        for order in orders:
            for move in order.invoice_ids:
                if move in of_moves:
                    found[order] |= of_moves[move]
        return found

    def _open_items_of_earlier(self, orders):
        """What earlier payouts of the orders left open on receivables: {order: journal items}."""
        found = defaultdict(self.env["account.move.line"].browse)
        settlements = self.env["marketplace.payout.settlement"].search(
            [
                ("order_id", "in", orders.ids),
                ("payout_id", "!=", self.id),
                ("move_line_id.account_id.account_type", "=", "asset_receivable"),
                ("move_line_id.reconciled", "=", False),
                ("move_line_id.parent_state", "=", "posted"),
                ("currency_id", "=", self.currency_id.id),
            ]
        )
        for settlement in settlements:
            found[settlement.order_id] |= settlement.move_line_id
        return found

    def _paid_units(self, orders):
        """The pieces of the orders that this payout or a posted one pays for: {order: set of unit refs}."""
        paid = defaultdict(set)
        lines = self.env["marketplace.payout.line"].search_fetch(
            [
                ("order_id", "in", orders.ids),
                ("kind", "=", "order_amount"),
                ("unit_ref", "!=", False),
                "|",
                ("payout_id", "=", self.id),
                ("state", "=", "posted"),
            ],
            ["order_id", "unit_ref"],
        )
        for line in lines:
            paid[line.order_id].add(line.unit_ref)
        return paid
