"""Lines of the bank's statements that hold what marketplaces paid out."""

from odoo import Command, models
from odoo.exceptions import AccessError, UserError

FURTHEST = 0.1  # how far a bank's rate may be from Odoo's before the amounts are taken for different ones


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def action_marketplace_match(self):
        """*Match Payouts*: the dialogue with the payouts that fit the lines."""
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accountants can match bank lines. Ask one of them."))
        if done := self.filtered("is_reconciled")[:1]:
            raise UserError(self.env._("“%(line)s” is matched already.", line=done.payment_ref or done.name))
        return self.env["marketplace.match.bank"]._open_for(lines=self)

    def _marketplace_payouts(self):
        """The payouts that these lines are matched with."""
        items = self.line_ids
        partials = items.matched_debit_ids | items.matched_credit_ids
        return (partials.debit_move_id | partials.credit_move_id).move_id.marketplace_payout_ids

    def _marketplace_amount(self, currency):
        """The line's amount in the currency, as the bank tells it; None where the bank tells another one."""
        self.ensure_one()
        if self.currency_id == currency:
            return self.amount
        return self.amount_currency if self.foreign_currency_id == currency else None

    def _marketplace_converted(self, currency):
        """The line's amount in the currency; by Odoo's rate of the day where the bank tells another one."""
        told = self._marketplace_amount(currency)
        return self.currency_id._convert(self.amount, currency, self.company_id, self.date) if told is None else told

    def _marketplace_match(self, items, account=None):
        """Match the lines with open journal items of payouts, of one currency and one company.

        What the lines and the items differ by is booked on `account`; without it the items stay open in part. Raises
        UserError where that cannot be, and then nothing is changed.
        """
        currency = items.currency_id
        shares = self._marketplace_shares(items, account)
        counterparts = {item: item for item in items}
        for line in self:
            own = [(item, amount) for at, item, amount in shares if at == line]
            made = line._marketplace_write(own, currency)
            for (item, _amount), counterpart in zip(own, made, strict=True):
                if item._name == "account.move.line":
                    counterparts[item] |= counterpart
        self.env["account.move.line"]._reconcile_plan([found for found in counterparts.values() if len(found) > 1])

    def _marketplace_shares(self, items, account):
        """[(line, item or account, amount of it), ...]: how the lines' money is made up, in the items' currency."""
        currency = items.currency_id
        total = sum(items.mapped("amount_residual_currency"))
        if any(line._marketplace_amount(currency) is None for line in self):
            return self._marketplace_shares_abroad(items)
        rest = currency.round(sum(line._marketplace_amount(currency) for line in self) - total)
        if len(self) == 1 and (account or not rest):
            shares = [(self, item, item.amount_residual_currency) for item in items]
            return [*shares, (self, account, rest)] if rest else shares
        return self._marketplace_fill(items, account)

    def _marketplace_shares_abroad(self, items):
        """One line in another currency, which holds all of the items: the difference of rates is Odoo's to book."""
        if len(self) > 1:
            raise UserError(
                self.env._("Match bank lines in %(currency)s one by one.", currency=self.currency_id[:1].name)
            )
        return [(self, item, item.amount_residual_currency) for item in items]

    def _marketplace_fill(self, items, account):
        """The items, oldest first, filled by the lines in order of their dates; what is over is on the account."""
        currency = items.currency_id
        left = {item: item.amount_residual_currency for item in items}
        signs = {amount > 0 for amount in left.values()} | {line._marketplace_amount(currency) > 0 for line in self}
        if len(signs) > 1:
            raise UserError(
                self.env._("Money that comes and money that goes do not fit into several bank lines: match one line.")
            )
        shares, sign = [], 1 if signs.pop() else -1
        lines = self.sorted(lambda line: (line.date, line.id))
        for line in lines:
            over = abs(line._marketplace_amount(currency))
            for item in items:
                part = currency.round(min(over, abs(left[item])))
                if part:
                    shares.append((line, item, sign * part))
                    left[item] -= sign * part
                    over = currency.round(over - part)
            if over:
                self._marketplace_check_account(account, over, currency)
                shares.append((line, account, sign * over))
        if account:
            short = [(item, currency.round(amount)) for item, amount in left.items() if currency.round(amount)]
            for item, amount in short:
                shares += [(lines[-1], item, amount), (lines[-1], account, -amount)]
        return shares

    def _marketplace_check_account(self, account, over, currency):
        if not account:
            raise UserError(
                self.env._(
                    "The bank has %(amount)s more than these payouts. Add the payout that it holds too, or choose the "
                    "account for the difference.",
                    amount=currency.format(over),
                )
            )

    def _marketplace_write(self, shares, currency):
        """Put the shares in the place of the line's open side; the journal items made, in order."""
        self.ensure_one()
        liquidity, suspense, other = self._seek_for_lines()
        if other or len(suspense) != 1:
            raise UserError(self.env._("“%(line)s” is matched already.", line=self.payment_ref or self.name))
        total = sum(amount for _item, amount in shares)
        company_currency, open_balance = self.company_currency_id, -sum(liquidity.mapped("balance"))
        values, used = [], 0
        for number, (item, amount) in enumerate(shares):
            last = number == len(shares) - 1
            balance = open_balance - used if last else open_balance * amount / total
            balance = company_currency.round(balance)
            used += balance
            is_item = item._name == "account.move.line"
            values.append(
                {
                    "account_id": (item.account_id if is_item else item).id,
                    "partner_id": (item.partner_id if is_item else self.partner_id).id,
                    "name": item.name if is_item else self.env._("%(label)s: difference", label=self.payment_ref or ""),
                    "currency_id": currency.id,
                    "amount_currency": -amount,
                    "balance": balance,
                }
            )
        before = self.line_ids
        commands = [Command.update(suspense.id, values[0]), *map(Command.create, values[1:])]
        self.with_context(force_delete=True, skip_readonly_check=True).move_id.write({"line_ids": commands})
        return [suspense, *(self.line_ids - before).sorted("id")]
