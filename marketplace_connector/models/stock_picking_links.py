"""What a delivery shows of its parcel, and its ways to order, packages, invoices, shop and Seller Center."""

from odoo import api, fields, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "marketplace.document"]

    marketplace_sends = fields.Boolean(related="marketplace_shop_id.process_orders", string="Orders are processed")
    marketplace_can_arrange = fields.Boolean(compute="_compute_marketplace_can_arrange")
    marketplace_package_count = fields.Integer(compute="_compute_marketplace_counts")
    marketplace_invoice_count = fields.Integer(compute="_compute_marketplace_counts")
    marketplace_raw_status = fields.Char(
        string="Status in the marketplace's words", compute="_compute_marketplace_raw_status"
    )

    def _marketplace_shop(self):
        return self.marketplace_shop_id.sudo()

    def _marketplace_ref(self):
        return self.marketplace_order_ref

    @api.depends("marketplace_ship_by", "state", "marketplace_status", "marketplace_by_platform")
    def _compute_marketplace_due(self):
        super()._compute_marketplace_due()

    def _marketplace_deadline(self):
        gone = ("shipped", "delivered", "cancelled")
        over = self.state in ("done", "cancel") or self.marketplace_status in gone
        return self.marketplace_ship_by, over or self.marketplace_by_platform  # to be late is not ours then

    @api.depends("marketplace_status", "state", "sale_id.marketplace_status", "sale_id.marketplace_cancelling")
    def _compute_marketplace_can_arrange(self):
        for picking in self:
            order = picking.sudo().sale_id
            picking.marketplace_can_arrange = (
                picking._marketplace_can_be_arranged()
                and order.state == "sale"
                and order.marketplace_status in ("ready_to_ship", "processed")
                and not order.marketplace_cancelling
            )

    @api.depends("marketplace_package_ids", "sale_id.invoice_ids")
    def _compute_marketplace_counts(self):
        for picking in self:
            picking.marketplace_package_count = len(picking.sudo().marketplace_package_ids)
            picking.marketplace_invoice_count = picking.sudo().sale_id.invoice_count

    @api.depends("marketplace_package_ids.raw_status", "marketplace_package_ids.status")
    def _compute_marketplace_raw_status(self):
        for picking in self:
            picking.marketplace_raw_status = picking.sudo()._marketplace_shown_package().raw_status

    def action_marketplace_open_order(self):
        """The delivery's sales order."""
        self.ensure_one()
        return self.sale_id.get_formview_action()

    def action_marketplace_open_packages(self):
        """The delivery's packages."""
        self.ensure_one()
        return self.marketplace_package_ids._open()

    def action_marketplace_open_invoices(self):
        """The invoices of the delivery's order."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo().sale_id._marketplace_open_invoices(self.env)

    def action_marketplace_open_shop(self):
        """The delivery's shop."""
        self.ensure_one()
        return self.marketplace_shop_id.get_formview_action()
