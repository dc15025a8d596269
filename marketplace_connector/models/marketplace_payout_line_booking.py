"""How a row of a payout is booked, and why it cannot be."""

from odoo import fields, models

from .marketplace_fee_type import NOT_ON_AN_ACCOUNT


class MarketplacePayoutLine(models.Model):
    _inherit = "marketplace.payout.line"

    obstacle = fields.Selection(
        [
            ("unknown", "Unknown fee type"),
            ("no_account", "Fee type without account"),
            ("withheld", "Withholding tax without account"),
            ("no_order", "No order number"),
        ],
        readonly=True,
        help="Why the row cannot be booked.",
    )

    def _note_obstacles(self):
        """Write on each row of one payout why it cannot be booked."""
        if not self:
            return
        withheld_account = self.payout_id._withheld_type().account_id
        stray_account = self.shop_id.stray_account_id
        for line in self:
            obstacle = line._obstacle_of(withheld_account, stray_account)
            if line.obstacle != obstacle:
                line.obstacle = obstacle

    def _obstacle_of(self, withheld_account, stray_account):
        if self.withheld_amount and not withheld_account:
            return "withheld"
        if self.account_id:
            return False
        if self.kind == "unknown":
            return "unknown"
        if self.kind == "order_amount" and not self.order_ref and not stray_account:
            return "no_order"
        if self.kind not in NOT_ON_AN_ACCOUNT and not self.fee_type_id.account_id:
            return "no_account"
        return False

    def _settling_orders(self):
        """The rows that settle what customers owe."""
        return self.filtered(lambda line: line.kind == "order_amount" and line.order_ref and not line.account_id)

    def _withheld_part(self):
        """What of the row's effect stands on the account of withheld tax."""
        if self.withheld_apart:
            return -self.withheld_amount
        return 0 if self.kind == "order_amount" else self.withheld_amount

    def _booked_part(self):
        """What of the row's effect stands where its kind is booked."""
        return self.moved - self._withheld_part()
