from odoo import api, fields, models


class MarketplaceCancelOrder(models.TransientModel):
    """Cancel an order with one of the marketplace's reasons, after saying what happens there."""

    _name = "marketplace.cancel.order"
    _description = "Cancel a Marketplace Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    cancels_too = fields.Boolean(compute="_compute_cancels_too")
    reason_ids = fields.One2many("marketplace.cancel.reason", "wizard_id", string="Reasons", readonly=True)
    reason_id = fields.Many2one(
        "marketplace.cancel.reason",
        domain="[('wizard_id', '=', id)]",
        help="As the marketplace words it.",
    )
    warning = fields.Char(related="reason_id.warning")

    @api.depends("order_id")
    def _compute_cancels_too(self):
        for wizard in self:
            wizard.cancels_too = wizard.order_id._marketplace_cancels_too() if wizard.order_id else False

    @api.model_create_multi
    def create(self, vals_list):
        """Read the marketplace's reasons for the order."""
        wizards = super().create(vals_list)
        for wizard in wizards.filtered("cancels_too"):
            reasons = wizard.order_id._marketplace_cancel_reasons()
            wizard.reason_ids = self.env["marketplace.cancel.reason"].create(
                [{"wizard_id": wizard.id, "ref": r.ref, "name": r.text, "warning": r.warning} for r in reasons]
            )
            wizard.reason_id = wizard.reason_ids[:1]
        return wizards

    def action_cancel_order(self):
        """Cancel in Odoo, or queue the cancellation at the marketplace first."""
        self.ensure_one()
        order = self.order_id.with_context(marketplace_asked=True, marketplace_cancel_reason=self.reason_id.ref)
        order.action_cancel()
        if self.cancels_too:
            return self.env["marketplace.job"]._notify(
                self.env._("The marketplace is asked to cancel. The order is cancelled when it says so."), "info"
            )
        return {"type": "ir.actions.act_window_close"}


class MarketplaceCancelReason(models.TransientModel):
    """A reason for cancelling that the marketplace accepts for the order at hand."""

    _name = "marketplace.cancel.reason"
    _description = "Marketplace Cancel Reason"

    wizard_id = fields.Many2one("marketplace.cancel.order", required=True, ondelete="cascade")
    ref = fields.Char(required=True)
    name = fields.Char(required=True)
    warning = fields.Char()
