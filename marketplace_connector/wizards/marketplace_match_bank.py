"""Match payouts with lines of the bank's statements."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.account_bank_statement_line import FURTHEST
from ..models.marketplace_payout_bank_fit import fit_of


class MarketplaceMatchBank(models.TransientModel):
    """Which lines of the bank's statement hold the money of which payouts."""

    _name = "marketplace.match.bank"
    _inherit = ["marketplace.access.guard"]
    _description = "Match Payouts with Bank Lines"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_sums")
    payout_ids = fields.Many2many(
        "marketplace.payout",
        string="Payouts",
        domain="[('company_id', '=', company_id), ('bank_state', 'in', ('waiting', 'partly'))]",
        help="Those whose money stands in the chosen bank lines, together.",
    )
    line_ids = fields.One2many("marketplace.match.bank.line", "wizard_id", string="Bank lines")
    open_amount = fields.Monetary(string="To arrive", compute="_compute_sums", help="What has not arrived yet of them.")
    chosen_amount = fields.Monetary(string="Chosen bank lines", compute="_compute_sums")
    difference = fields.Monetary(compute="_compute_sums", help="Chosen bank lines less payouts.")
    in_other_currency = fields.Boolean(compute="_compute_sums")
    with_difference = fields.Selection(
        [("open", "Leave the rest of the payouts open"), ("account", "Book it on an account, such as bank fees")],
        string="The difference",
    )
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', 'asset_cash', 'off_balance'))]",
        help="Such as bank charges, where the bank kept a fee.",
    )

    @api.model
    def _open_for(self, payouts=None, lines=None):
        """The action that opens the dialogue for these payouts, or for these bank lines."""
        wizard = self.create(self._values_for(payouts, lines))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Match Bank Line"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _values_for(self, payouts, lines):
        company = (payouts or lines).company_id
        if len(company) > 1:
            raise UserError(self.env._("These are of several companies. Match them one company at a time."))
        if payouts:
            if len(payouts.currency_id) > 1:
                raise UserError(self.env._("These payouts are in several currencies. Match those of one currency."))
            payouts = payouts.filtered(lambda payout: payout._open_bank_items())
            found = payouts._bank_suggestions()
            sure = {found[0][0]} if found and found[0][2] and not (len(found) > 1 and found[1][2]) else set()
        else:
            payouts = lines._marketplace_payout_suggestions()
            found = [(line, *fit_of(payouts, line)) for line in lines]
            sure = set(lines)
        rows = [{"statement_line_id": line.id, "why": why, "chosen": line in sure} for line, why, _same in found]
        return {
            "company_id": company.id,
            "payout_ids": [Command.set(payouts.ids)],
            "line_ids": [Command.create(row) for row in rows],
        }

    @api.depends("payout_ids", "line_ids.chosen")
    def _compute_sums(self):
        for wizard in self:
            currency = wizard.payout_ids[:1].currency_id or wizard.company_id.currency_id
            wizard.currency_id = currency
            wizard.open_amount = sum(wizard.payout_ids.mapped("bank_open"))
            chosen = wizard.line_ids.filtered("chosen").statement_line_id
            wizard.chosen_amount = sum(line._marketplace_converted(currency) for line in chosen)
            wizard.difference = currency.round(wizard.chosen_amount - wizard.open_amount) if chosen else 0
            wizard.in_other_currency = any(line._marketplace_amount(currency) is None for line in chosen)

    def action_match(self):
        """*Match*."""
        self.ensure_one()
        payouts = self.payout_ids
        payouts._check_may_book()
        payouts.lock_for_update(allow_referencing=True)
        lines = self.line_ids.filtered("chosen").statement_line_id
        self._check_fits(payouts, lines)
        account = self.account_id if self.with_difference == "account" else None
        items = payouts.sudo()._open_bank_items()
        lines.sudo().with_company(self.company_id)._marketplace_match(items, account and account.sudo())
        arrived = payouts.filtered(lambda payout: payout.bank_state == "arrived")
        message = self.env._("%(count)s payouts are at the bank.", count=len(arrived))
        if rest := payouts - arrived:
            message += " " + self.env._(
                "%(amount)s of %(payout)s are still on their way.",
                amount=self.currency_id.format(sum(rest.mapped("bank_open"))),
                payout=", ".join(rest.mapped("ref")),
            )
        return self.env["marketplace.job"]._notify(message, "success" if not rest else "info")

    def _check_fits(self, payouts, lines):
        """Raise UserError, in words, where the chosen payouts and bank lines cannot be matched."""
        say = self.env._
        if not payouts or not payouts._open_bank_items():
            raise UserError(say("Choose the payouts whose money is in the bank line."))
        if not lines:
            raise UserError(say("Choose a bank line. If it is not there, import the bank's statement first."))
        if len(payouts.currency_id) > 1 or (payouts.company_id | lines.company_id) != self.company_id:
            raise UserError(say("Payouts of several currencies or companies cannot stand in one bank line."))
        lines.check_access("read")
        if self.in_other_currency:
            return self._check_rate(payouts, lines)
        if not self.difference or self.with_difference == "open" or (self.with_difference and self.account_id):
            return None
        raise UserError(
            say(
                "The chosen bank lines come to %(bank)s, the payouts to %(payouts)s: %(difference)s differ. Choose "
                "what becomes of the difference.",
                bank=self.currency_id.format(self.chosen_amount),
                payouts=self.currency_id.format(self.open_amount),
                difference=self.currency_id.format(self.difference),
            )
        )

    def _check_rate(self, payouts, lines):
        """Raise UserError where a line in another currency is not over about the same amount."""
        told = sum(payouts.mapped("bank_amount")) if payouts.bank_currency_id == lines.currency_id else 0
        expected, got, currency = self.open_amount, self.chosen_amount, self.currency_id
        if told:
            expected, got, currency = told, sum(lines.mapped("amount")), lines.currency_id
        if abs(got - expected) > abs(expected) * FURTHEST:
            raise UserError(
                self.env._(
                    "The bank line comes to %(got)s, the payouts to %(expected)s: that is more than rates differ by. "
                    "Choose the line that belongs to them.",
                    got=currency.format(got),
                    expected=currency.format(expected),
                )
            )


class MarketplaceMatchBankLine(models.TransientModel):
    """A line of the bank's statement that may hold the money."""

    _name = "marketplace.match.bank.line"
    _inherit = ["marketplace.access.guard"]
    _description = "Bank Line to Match with Payouts"

    wizard_id = fields.Many2one("marketplace.match.bank", required=True, ondelete="cascade")
    statement_line_id = fields.Many2one("account.bank.statement.line", required=True, readonly=True, ondelete="cascade")
    chosen = fields.Boolean()
    date = fields.Date(related="statement_line_id.date")
    journal_id = fields.Many2one(related="statement_line_id.journal_id", string="Bank")
    label = fields.Char(related="statement_line_id.payment_ref")
    partner_id = fields.Many2one(related="statement_line_id.partner_id")
    amount = fields.Monetary(related="statement_line_id.amount", currency_field="currency_id")
    currency_id = fields.Many2one(related="statement_line_id.currency_id")
    payout_currency_id = fields.Many2one(related="wizard_id.currency_id")
    difference = fields.Monetary(
        compute="_compute_difference", currency_field="payout_currency_id", help="This line less the payouts."
    )
    why = fields.Char(string="Fits by", readonly=True)

    @api.depends("wizard_id.payout_ids")
    def _compute_difference(self):
        for row in self:
            currency = row.wizard_id.currency_id
            amount = row.statement_line_id._marketplace_converted(currency)
            row.difference = currency.round(amount - row.wizard_id.open_amount)
