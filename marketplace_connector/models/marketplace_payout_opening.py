"""What a marketplace held before the first payout that is booked."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    opening_open = fields.Boolean(
        compute="_compute_opening_open", help="The balance brought forward has no payout before it, and is not booked."
    )

    @api.depends("state", "move_id.line_ids.reconciled")
    def _compute_opening_open(self):
        for payout in self:
            payout.opening_open = bool(payout._brought_item()) and not payout._has_posted_before()

    def _brought_item(self):
        """The journal item of the balance before, as long as nothing stands against it."""
        items = self.sudo().move_id.line_ids if self.state == "posted" else self.env["account.move.line"]
        return items.filtered(lambda item: item.marketplace_part == "brought" and not item.reconciled)

    def _has_posted_before(self):
        return bool(
            self.search_count(
                [
                    ("shop_id", "=", self.shop_id.id),
                    ("state", "=", "posted"),
                    ("id", "!=", self.id),
                    ("date_end", "<", self.date_start),
                ],
                limit=1,
            )
        )

    def _book_opening(self, account, date):
        """An entry of what the marketplace held before the shop's first payout, against `account`."""
        self._check_may_book()
        brought = self._brought_item()
        if not brought:
            raise UserError(self.env._("The balance before %(payout)s is booked already.", payout=self.ref))
        held, name = brought.account_id, self.env._("%(shop)s: held before Odoo", shop=self.shop_id.display_name)
        common = {"name": name, "partner_id": brought.partner_id.id, "currency_id": self.currency_id.id}
        amounts = {"amount_currency": -brought.amount_currency, "balance": -brought.balance}
        against = {field: -amount for field, amount in amounts.items()}
        entry = brought.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": brought.journal_id.id,
                "date": date,
                "ref": name,
                "line_ids": [
                    fields.Command.create({**common, **amounts, "account_id": held.id, "marketplace_part": "carried"}),
                    fields.Command.create({**common, **against, "account_id": account.id}),
                ],
            }
        )
        entry.action_post()
        (brought | entry.line_ids.filtered("marketplace_part")).reconcile()
        return entry
