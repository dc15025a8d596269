"""How well a line of the bank's statement fits payouts."""

from datetime import timedelta

from odoo import models

AROUND = timedelta(days=45)  # before and after the payouts
NEAR = 7  # days
LOOKED_AT = 500  # bank lines
SHOWN = 20
SAME_AMOUNT, NAMES_IT, PARTNER, DAYS = 100, 60, 15, 20  # what a line scores


def fit_of(payouts, line):
    """(why it fits, in words; whether the amount is the same)"""
    _score, why, same = _score_of(payouts, line)
    return why, same


def _score_of(payouts, line):
    env, currency = payouts.env, payouts.currency_id[:1]
    if not payouts:
        return 0, "", False
    score, reasons = 0, []
    same = _is_same_amount(payouts, line, currency)
    if same:
        score += SAME_AMOUNT
        reasons.append(env._("amount"))
    label = f"{line.payment_ref or ''} {line.ref or ''} {line.transaction_type or ''}".lower()
    names = {name.lower() for payout in payouts for name in (payout.bank_reference, payout.ref) if name}
    if any(name in label for name in names):
        score += NAMES_IT
        reasons.append(env._("reference"))
    elif any(shop._provider_name().lower() in label for shop in payouts.shop_id):
        score += PARTNER
        reasons.append(env._("name"))
    if line.partner_id and line.partner_id.commercial_partner_id in payouts.shop_id.payout_partner_id:
        score += PARTNER
        reasons.append(env._("partner"))
    sent = [payout.paid_at.date() if payout.paid_at else payout.date_end for payout in payouts]
    days = min(abs((line.date - day).days) for day in sent)
    score += max(0, DAYS - days)
    if days <= NEAR:
        reasons.append(env._("date"))
    return score, ", ".join(reasons), same


def _is_same_amount(payouts, line, currency):
    told = line._marketplace_amount(currency)
    if told is not None:
        return not currency.compare_amounts(told, sum(payouts.mapped("bank_open")))
    changed = payouts.bank_currency_id == line.currency_id and all(payouts.mapped("bank_amount"))
    return changed and not line.currency_id.compare_amounts(line.amount, sum(payouts.mapped("bank_amount")))


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def _bank_suggestions(self):
        """[(bank line, why, whether the amount is the same), ...]: open lines of about their days, best first."""
        direction = ">" if sum(self.mapped("bank_open")) > 0 else "<"
        lines = self.env["account.bank.statement.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("is_reconciled", "=", False),
                ("amount", direction, 0),
                ("date", ">=", min(self.mapped("date_start")) - AROUND),
                ("date", "<=", max(self.mapped("date_end")) + AROUND),
            ],
            limit=LOOKED_AT,
        )
        scored = [(line, *_score_of(self, line)) for line in lines]
        scored.sort(key=lambda found: (-found[1], found[0].date, found[0].id))
        return [(line, why, same) for line, _score, why, same in scored[:SHOWN]]


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _marketplace_payout_suggestions(self):
        """The payouts whose money these lines hold, as far as one of them fits alone, or all of a shop do together."""
        waiting = self.env["marketplace.payout"].search(
            [("company_id", "=", self.company_id.id), ("bank_state", "in", ("waiting", "partly"))]
        )
        for currency, payouts in waiting.grouped("currency_id").items():
            total = sum(line._marketplace_converted(currency) for line in self)
            alone = payouts.filtered(lambda payout, c=currency, t=total: not c.compare_amounts(payout.bank_open, t))
            if alone:
                return max(alone, key=lambda payout: _score_of(payout, self[0])[0])
            for together in payouts.grouped("shop_id").values():
                if not currency.compare_amounts(sum(together.mapped("bank_open")), total):
                    return together
        return waiting.browse()
