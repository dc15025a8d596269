"""What a sales order shows of its parcels, and its ways to them, to its shop and to Seller Center."""

from odoo import api, fields, models

from .marketplace_package import FURTHEST_BEHIND, STATUSES


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "marketplace.document"]

    marketplace_sends = fields.Boolean(related="marketplace_shop_id.process_orders", string="Orders are processed")
    marketplace_can_arrange = fields.Boolean(compute="_compute_marketplace_can_arrange")
    marketplace_package_status = fields.Selection(
        STATUSES,
        string="Package status",
        compute="_compute_marketplace_package_status",
        help="Of the package that is furthest behind, or needs a person.",
    )

    def _marketplace_shop(self):
        return self.marketplace_shop_id.sudo()

    def _marketplace_ref(self):
        return self.marketplace_order_ref

    @api.depends("commitment_date", "state", "marketplace_status", "marketplace_fulfilment")
    def _compute_marketplace_due(self):
        super()._compute_marketplace_due()

    def _marketplace_deadline(self):
        unshipped = ("unpaid", "on_hold", "ready_to_ship", "processed", "in_cancel", "unknown")
        over = self.state == "cancel" or self.marketplace_status not in unshipped
        return self.commitment_date, over or self.marketplace_fulfilment == "platform"

    @api.depends("picking_ids.marketplace_status", "picking_ids.state", "marketplace_status")
    def _compute_marketplace_can_arrange(self):
        for order in self:
            order.marketplace_can_arrange = any(picking.marketplace_can_arrange for picking in order.sudo().picking_ids)

    @api.depends("picking_ids.marketplace_status", "picking_ids.picking_type_code")
    def _compute_marketplace_package_status(self):
        for order in self:
            statuses = [status for status in order.sudo().picking_ids.mapped("marketplace_status") if status]
            order.marketplace_package_status = min(statuses, key=FURTHEST_BEHIND.index, default=False)

    def _marketplace_open_invoices(self, env):
        """The order's invoices, for the user of `env`. Raises AccessError for who may not see invoices."""
        env["account.move"].check_access("read")
        return self.action_view_invoice()

    def action_marketplace_open_shop(self):
        """The order's shop."""
        self.ensure_one()
        return self.marketplace_shop_id.get_formview_action()
