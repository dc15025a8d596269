"""Entries of payouts: their parts on the intermediary account, and that nobody takes them apart behind the payout."""

from odoo import fields, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "marketplace.access.guard"]

    marketplace_part = fields.Selection(
        [
            ("bank", "To or from the bank"),
            ("brought", "Brought forward"),
            ("carried", "Carried forward"),
            ("held", "Held back"),
        ],
        string="Part of the payout",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What it is of the money that the marketplace holds: what goes to the bank waits for its statement.",
    )

    def _open_receivables(self):
        """Those that customers still owe, or are owed."""
        return self.filtered(lambda item: item.account_id.account_type == "asset_receivable" and not item.reconciled)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def message_post(self, **values):
        """That its invoice is paid is logged on each order of a payout: nobody is to be notified of thousands."""
        if self.env.context.get("marketplace_payout_settles") and values.keys() == {"body"}:
            return self._message_log(**values)
        return super().message_post(**values)


class AccountMove(models.Model):
    _inherit = "account.move"

    marketplace_payout_ids = fields.One2many("marketplace.payout", "move_id", string="Marketplace payouts")

    def _track_subtype(self, init_values):
        """That it is paid is logged on an invoice of a marketplace's order, and announced to nobody."""
        if self.marketplace_shop_id and init_values.keys() == {"payment_state"}:
            return self.env["mail.message.subtype"]
        return super()._track_subtype(init_values)

    def button_draft(self):
        self._marketplace_leave_to_payout()
        return super().button_draft()

    def button_cancel(self):
        self._marketplace_leave_to_payout()
        return super().button_cancel()

    def _marketplace_leave_to_payout(self):
        if self.env.su and self.env.context.get("marketplace_payout_decides"):
            return
        if payout := self.sudo().marketplace_payout_ids.filtered(lambda payout: payout.state == "posted")[:1]:
            raise UserError(
                self.env._(
                    "This is the entry of payout %(payout)s. Cancel the payout instead: that opens its invoices again.",
                    payout=payout.ref,
                )
            )
