"""Taking a posted payout back: its invoices are open again, and nothing of it is lost."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

BOOKED = {"shop_id", "currency_id", "date", "opening", "closing", "paid_out", "held_back"}


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def write(self, vals):
        if "state" in vals and not self.env.su:
            raise AccessError(self.env._("Post, Cancel and Reset to Draft change the state of a payout."))
        if BOOKED & vals.keys():
            self._check_not_posted()
        return super().write(vals)

    def _check_not_posted(self):
        if "posted" in self.mapped("state"):
            raise UserError(
                self.env._("What is posted stays as it is. Cancel the payout first, then reset it to draft.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if posted := self.filtered(lambda payout: payout.state == "posted")[:1]:
            raise UserError(self.env._("%(payout)s is posted. Cancel it first.", payout=posted.ref))

    def action_cancel(self):
        """*Cancel*: the entry is cancelled, or reversed today where its period is closed; invoices are open again."""
        self._check_may_book()
        self.lock_for_update(allow_referencing=True)
        for payout in self.sudo().filtered(lambda payout: payout.state != "cancelled"):
            if payout.state == "posted":
                payout._check_not_at_bank()
                payout.with_company(payout.company_id)._take_back_entry()
            payout.state = "cancelled"
            payout.settlement_ids.move_line_id = payout.line_ids.move_line_id = False
            payout._check()
        return True

    def _check_not_at_bank(self):
        """Raise UserError while a bank statement's line is matched with the payout."""
        waiting = self.move_id.line_ids.filtered(lambda item: item.marketplace_part == "bank")
        matched = waiting.matched_debit_ids.debit_move_id | waiting.matched_credit_ids.credit_move_id
        if matched:
            raise UserError(
                self.env._(
                    "%(payout)s has reached the bank: it is matched with %(line)s. Undo that match first.",
                    payout=self.ref,
                    line=matched[0].move_id.display_name,
                )
            )

    def _take_back_entry(self):
        entry = self.move_id.with_context(marketplace_payout_decides=True)
        if not self._locks(entry.date) and not entry.inalterable_hash:
            entry.button_cancel()
            return
        today = fields.Date.context_today(self)
        reason = self.env._("Cancelled: %(ref)s", ref=entry.ref)
        reversal = entry._reverse_moves([{"date": today, "ref": reason}], cancel=True)
        self.message_post(
            body=self.env._(
                "The period of %(entry)s is closed: it is reversed by %(reversal)s.",
                entry=entry.name,
                reversal=reversal.name,
            )
        )

    def action_reset(self):
        """*Reset to Draft*: a cancelled payout can be checked and posted again, under its old number."""
        self._check_may_book()
        for payout in self.sudo().filtered(lambda payout: payout.state == "cancelled"):
            if payout.move_id.state == "posted":  # it was reversed, and stays
                payout.move_id = False
            payout.state = "draft"
        self._check()
        return True


class MarketplacePayoutLine(models.Model):
    _inherit = "marketplace.payout.line"

    def write(self, vals):
        booked = {"payout_id", "fee_type_id", "account_id", "amount", "tax_amount", "withheld_amount", "withheld_apart"}
        if booked & vals.keys():
            self.payout_id._check_not_posted()
        return super().write(vals)
