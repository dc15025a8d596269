"""Ways from orders, deliveries, packages and problems to each other, to their invoices and to their shop."""

from odoo import api, fields, models

from .marketplace_package import STATUSES

FURTHEST_BEHIND = ("manual", "pending", "confirmed", "ready_to_ship", "shipped", "delivered", "cancelled")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_sends = fields.Boolean(related="marketplace_shop_id.process_orders", string="Orders are processed")
    marketplace_can_arrange = fields.Boolean(compute="_compute_marketplace_can_arrange")
    marketplace_package_status = fields.Selection(
        STATUSES,
        string="Package status",
        compute="_compute_marketplace_package_status",
        help="Of the package that is furthest behind, or needs a person.",
    )

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


class StockPicking(models.Model):
    _inherit = "stock.picking"

    marketplace_sends = fields.Boolean(related="marketplace_shop_id.process_orders", string="Orders are processed")
    marketplace_can_arrange = fields.Boolean(compute="_compute_marketplace_can_arrange")
    marketplace_package_count = fields.Integer(compute="_compute_marketplace_counts")
    marketplace_invoice_count = fields.Integer(compute="_compute_marketplace_counts")
    marketplace_raw_status = fields.Char(
        string="Status in the marketplace's words", compute="_compute_marketplace_raw_status"
    )

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


class MarketplacePackage(models.Model):
    _inherit = "marketplace.package"

    invoice_count = fields.Integer(compute="_compute_invoice_count", string="Invoices")

    @api.depends("order_id.invoice_ids")
    def _compute_invoice_count(self):
        for package in self:
            package.invoice_count = package.order_id.sudo().invoice_count

    def _open(self):
        """The only package's page, else a list of the packages."""
        if len(self) == 1:
            return self.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_package")
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    def action_open_order(self):
        """The package's sales order."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def action_open_delivery(self):
        """The package's delivery."""
        self.ensure_one()
        return self.picking_id.get_formview_action()

    def action_open_invoices(self):
        """The invoices of the package's order."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id.sudo()._marketplace_open_invoices(self.env)


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    def action_open_delivery(self):
        """The delivery that the problem is about."""
        self.ensure_one()
        return (self.picking_id or self.package_id.picking_id).get_formview_action()
