"""The parcels of sales orders."""

from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_package_ids = fields.One2many("marketplace.package", "order_id", string="Packages")
    marketplace_came_fulfilled = fields.Boolean(
        readonly=True, copy=False, help="First seen as processed or later, by *Create fulfilled orders*."
    )
    marketplace_package_count = fields.Integer(compute="_compute_marketplace_package_count")

    def _compute_marketplace_package_count(self):
        counts = dict(
            self.env["marketplace.package"]._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"])
        )
        for order in self:
            order.marketplace_package_count = counts.get(order, 0)

    def _action_confirm(self):
        """Parcels that the orders have already get their deliveries."""
        result = super()._action_confirm()
        packages = self.filtered("marketplace_shop_id").sudo().marketplace_package_ids
        packages._follow()
        packages._complete()
        return result

    def action_marketplace_packages(self):
        """The order's packages."""
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_package")
        return {**action, "domain": [("order_id", "in", self.ids)], "context": {}}

    def action_marketplace_arrange(self):
        """Pack the order's open deliveries at the marketplace, or arrange their shipment."""
        return self.picking_ids.action_marketplace_arrange()

    def action_marketplace_label(self):
        """Open the labels of the orders' packages in a new tab, as one PDF; say which are missing."""
        self.check_access("read")
        orders = self.sudo().filtered("marketplace_shop_id")
        live = orders.marketplace_package_ids.filtered(lambda package: package.status != "cancelled")
        lacking = [(order.name, self.env._("it is not packed or arranged yet")) for order in orders - live.order_id]
        return live.with_env(self.env)._print_labels(lacking)
