"""Cancelling from Odoo, and a buyer's request to cancel."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..marketplaces.errors import MarketplaceError
from .error_messages import explain

DROPPED = ("arrange", "hand_over", "tracking", "label", "answer")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_cancelling = fields.Boolean(string="Cancelling…", readonly=True, copy=False)

    def action_cancel(self):
        """Ask for the reason, and say what happens at the marketplace, before anything is cancelled."""
        ours = self.filtered("marketplace_shop_id")
        if len(self) == 1 and ours and not self.env.context.get("marketplace_asked") and self.state != "cancel":
            action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_cancel_order")
            wizard = self.env["marketplace.cancel.order"].create({"order_id": self.id})
            return {**action, "res_id": wizard.id, "context": {"default_order_id": self.id}}
        return super().action_cancel()

    def _action_cancel(self):
        """Ask the marketplace first where the shop wants that: the order is cancelled when it says so.

        Cancellations that came from there, and orders that are over there, pass.
        """
        asked = self.browse()
        if not self.env.context.get("marketplace_cancellation"):
            asked = self.filtered(lambda order: order._marketplace_cancels_too())
        if asked:
            asked._marketplace_ask_to_cancel(self.env.context.get("marketplace_cancel_reason"))
        others = self - asked
        if not others:
            return True
        result = super(SaleOrder, others)._action_cancel()
        others.sudo()._marketplace_drop_acts()
        return result

    def _marketplace_drop_acts(self):
        """Nothing is sent for cancelled orders any more."""
        ours = self.filtered("marketplace_shop_id").ids
        if ours:
            Job = self.env["marketplace.job"]
            Job.search([("order_id", "in", ours), ("state", "=", "open"), ("act", "in", DROPPED)])._close()

    def _marketplace_cancels_too(self):
        self.ensure_one()
        shop = self.marketplace_shop_id.sudo()
        over = self.marketplace_status in ("cancelled", "completed", "returned", "failed")
        return bool(shop) and shop.cancel_too and shop.process_orders and not over and self.state == "sale"

    def _marketplace_ask_to_cancel(self, reason=None):
        """Queue the cancellation at the marketplace, with its reason, or the first one it accepts."""
        for order in self:
            wanted = reason or order._marketplace_cancel_reasons()[0].ref
            self.env["marketplace.job"].sudo()._order_act("cancel", order.sudo(), {"reason": wanted})
        self.sudo().marketplace_cancelling = True

    def _marketplace_cancel_reasons(self):
        """The reasons the marketplace accepts for the order. Raises UserError where it cannot be cancelled."""
        self.ensure_one()
        try:
            client = self.marketplace_shop_id._as_system()._client()
            return client.cancel_reasons(self.marketplace_order_ref, self._marketplace_live_units())
        except MarketplaceError as error:
            raise UserError(explain(self.env, error)) from error

    def action_marketplace_accept_cancellation(self):
        """Accept the buyer's request: the marketplace cancels the order, Odoo follows."""
        return self._marketplace_answer(True)

    def action_marketplace_refuse_cancellation(self):
        """Refuse the buyer's request: the order goes on."""
        return self._marketplace_answer(False)

    def _marketplace_answer(self, accept):
        self.ensure_one()
        self.check_access("write")
        if self.marketplace_status != "in_cancel":
            raise UserError(self.env._("There is no request to cancel this order any more. Reload the page."))
        self.env["marketplace.job"]._refuse_if_off(self.marketplace_shop_id.sudo())
        self.env["marketplace.job"].sudo()._order_act("answer", self.sudo(), {"accept": accept})
        return self.env["marketplace.job"]._notify(self.env._("The answer is being sent to the marketplace."), "info")

    def _marketplace_live_units(self):
        return tuple(
            unit_ref
            for line in self.order_line.filtered(lambda line: line.product_uom_qty)
            for unit_ref in line.marketplace_unit_refs or []
        )
