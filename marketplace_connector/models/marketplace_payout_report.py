"""What stands in the PDF of a payout, so that an auditor can follow each amount into the books."""

from odoo import models


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def _report_terms(self):
        """[(sign, name, amount), ...] of the sum that has to hold."""
        self.ensure_one()
        return [
            ("", self.env._("Balance before"), self.opening),
            ("+", self.env._("Rows"), self.rows_total),
            ("-", self.env._("Balance after"), self.closing),
            ("-", self.env._("Paid out"), self.paid_out),
            ("-", self.env._("Held back"), self.held_back),
            ("=", self.env._("Unexplained"), self.difference),
        ]

    def _report_orders(self):
        """[(order, sales order, invoices, open before, settled, difference, fees), ...]"""
        self.ensure_one()
        rows = []
        for settlement in self.settlement_ids:
            order = settlement.order_id.sudo()
            invoices = order.invoice_ids.filtered(lambda move: move.state == "posted")
            rows.append(
                (
                    settlement.order_ref,
                    order.name or "",
                    ", ".join(invoices.sorted("id").mapped("name")),
                    settlement.open_amount,
                    settlement.amount,
                    settlement.difference,
                    settlement.fees,
                )
            )
        return rows

    def _report_fees(self):
        """[(fee type, account, tax, number of rows, tax that the marketplace names, amount), ...]"""
        self.ensure_one()
        payout = self.with_company(self.company_id).sudo()
        groups = {}
        for row in payout.line_ids:
            if row.kind == "order_amount" and row.order_ref and not row.account_id:
                continue
            account = row.move_line_id.account_id or row.account_id or row.fee_type_id.account_id
            groups.setdefault((row.fee_type_id, account), row.browse())
            groups[row.fee_type_id, account] |= row
        return [
            (
                fee_type.name,
                account.display_name or "",
                fee_type.tax_id.name or "",
                len(rows),
                sum(rows.mapped("tax_amount")),
                sum(rows.mapped("amount")),
            )
            for (fee_type, account), rows in groups.items()
        ]

    def _report_entry(self):
        """[(account, number of items, debit, credit), ...] of the entry, in the company's currency."""
        self.ensure_one()
        found = []
        for account, items in self.move_id.sudo().line_ids.grouped("account_id").items():
            found.append((account.display_name, len(items), sum(items.mapped("debit")), sum(items.mapped("credit"))))
        return found
