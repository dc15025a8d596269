"""Payouts at the bank: which of their money has arrived, with which lines of the bank's statements."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

BANK_STATES = [("waiting", "On its way"), ("partly", "Arrived in part"), ("arrived", "At the bank")]


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    bank_state = fields.Selection(
        BANK_STATES,
        string="Bank",
        compute="_compute_bank_state",
        store=True,
        index="btree_not_null",
        help="Whether the money of a posted payout stands on your bank's statement. Empty: nothing goes to the bank.",
    )
    bank_open = fields.Monetary(
        string="Not at the bank yet",
        compute="_compute_bank_state",
        store=True,
        help="What the bank's lines leave open.",
    )
    bank_line_ids = fields.Many2many(
        "account.bank.statement.line", string="Bank lines", compute="_compute_bank_line_ids", compute_sudo=True
    )

    @api.depends(
        "state",
        "move_id.line_ids.marketplace_part",
        "move_id.line_ids.reconciled",
        "move_id.line_ids.amount_residual_currency",
        "move_id.line_ids.parent_state",
    )
    def _compute_bank_state(self):
        for payout in self:
            items = payout._bank_items()
            open_items = items.filtered(lambda item: not item.reconciled)
            payout.bank_open = payout.currency_id.round(sum(open_items.mapped("amount_residual_currency")))
            touched = items - open_items or open_items.filtered(
                lambda item: item.amount_residual_currency != item.amount_currency
            )
            if not items:
                payout.bank_state = False
            elif not open_items:
                payout.bank_state = "arrived"
            else:
                payout.bank_state = "partly" if touched else "waiting"

    @api.depends("bank_state", "bank_open")
    def _compute_bank_line_ids(self):
        for payout in self:
            items = payout._bank_items()
            partials = items.matched_debit_ids | items.matched_credit_ids
            lines = (partials.debit_move_id | partials.credit_move_id).statement_line_id
            payout.bank_line_ids = [Command.set(lines.ids)]

    def _bank_items(self):
        """The journal items of posted payouts that wait for the bank, or did."""
        moves = self.filtered(lambda payout: payout.state == "posted").move_id
        return moves.line_ids.filtered(lambda item: item.marketplace_part == "bank" and item.parent_state == "posted")

    def _open_bank_items(self):
        """The journal items that still wait for the bank, oldest first."""
        return self._bank_items().filtered(lambda item: not item.reconciled).sorted(lambda item: (item.date, item.id))

    # === BUTTONS === #

    def action_match_bank(self):
        """*Match Bank Line*: the dialogue with the bank's lines that fit."""
        self._check_may_book()
        if not self._open_bank_items():
            raise UserError(self._why_nothing_to_match())
        return self.env["marketplace.match.bank"]._open_for(payouts=self)

    def _why_nothing_to_match(self):
        if drafts := self.filtered(lambda payout: payout.state != "posted"):
            return self.env._("%(payout)s is not posted. Post it first.", payout=drafts[0].ref)
        if self.filtered("bank_state"):
            return self.env._("All the money of these payouts is at the bank already.")
        return self.env._("Nothing of these payouts goes to the bank: the marketplace keeps it for the next one.")

    def action_undo_match(self):
        """*Undo Match*: the bank's lines are open again, with all the payouts that stand in them."""
        self._check_may_book()
        lines = self.bank_line_ids
        if not lines:
            raise UserError(self.env._("No bank line is matched with these payouts."))
        touched = self.sudo().search([("id", "in", lines.sudo()._marketplace_payouts().ids)])
        for line in lines.sudo():
            line.with_company(line.company_id).action_undo_reconciliation()
        for payout in touched:
            payout._message_log(
                body=self.env._(
                    "Taken apart from the bank line of %(date)s over %(amount)s.",
                    date=fields.Date.to_string(lines[0].date),
                    amount=lines[0].currency_id.format(lines[0].amount),
                )
            )
        return self.env["marketplace.job"]._notify(
            self.env._("%(count)s payouts wait for their bank line again.", count=len(touched)), "info"
        )

    def action_open_bank_lines(self):
        """The bank's lines that the payouts are matched with."""
        self.check_access("read")
        self.env["account.bank.statement.line"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_bank_lines")
        return {**action, "domain": [("id", "in", self.bank_line_ids.ids)], "context": {"create": False}}
