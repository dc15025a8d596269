"""Parcels of a sales order and its deliveries: one delivery, one package."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .marketplace_token import naive
from .sale_order_checks import OVER


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

    def _marketplace_assign_packages(self):
        """Tie each live package to an outgoing transfer that holds its units, splitting an open one where needed."""
        self.ensure_one()
        packages = self.marketplace_package_ids
        gone = packages.filtered(lambda package: package.status == "cancelled" or package.picking_id.state == "cancel")
        gone.filtered(lambda package: package.picking_id.state != "done").picking_id = False
        for package in (packages - gone).filtered(lambda package: not package.picking_id):
            taken = self.marketplace_package_ids.picking_id
            free = self.picking_ids.filtered(
                lambda picking, taken=taken: (
                    picking.picking_type_code == "outgoing" and picking.state != "cancel" and picking not in taken
                )
            )
            package.picking_id = self._marketplace_picking_for(package, free.sorted(lambda picking: picking.state))
            if package.picking_id:
                package._move_labels()

    def _marketplace_picking_for(self, package, pickings):
        """The transfer that holds what is in the package, cut to it if it holds more and is open; or none."""
        wanted = package._quantities()
        for picking in pickings:
            moves = picking.move_ids.filtered(lambda move: move.state != "cancel")
            held = {line: moves.filtered(lambda move, line=line: move.sale_line_id == line) for line in wanted}
            if not wanted or any(sum(held[line].mapped("product_uom_qty")) < count for line, count in wanted.items()):
                continue
            whole = moves.sale_line_id == self.env["sale.order.line"].union(*wanted) and all(
                sum(held[line].mapped("product_uom_qty")) == count for line, count in wanted.items()
            )
            is_kit = any(held[line].product_id != line.product_id for line in wanted)
            if whole or is_kit or picking.state == "done":
                return picking
            return picking._marketplace_split({held[line][0]: count for line, count in wanted.items()})
        return self.env["stock.picking"]

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

    # === FOLLOWING THE PLATFORM === #

    @api.model
    def _marketplace_follow_platform(self, shop, pairs):
        """Validate the open deliveries of orders that have left at the platform; the problems where that may not be.

        `pairs` are (sales order, `Order`). With *Create fulfilled orders* a processed order has left, too.
        """
        failures = []
        for sale_order, order in pairs:
            if sale_order.state != "sale" or order.status in OVER:
                continue
            if not (left := sale_order._marketplace_left(shop, order)):
                continue
            ours = left.filtered(lambda picking: not picking.marketplace_by_platform)
            if ours and not shop.follow_outside and not sale_order.marketplace_came_fulfilled:
                left -= ours
                failures.append(
                    sale_order._marketplace_failure(
                        order,
                        "shipped_outside",
                        self.env._("The parcel has left according to the marketplace. Validate its delivery."),
                        sale_order,
                    )
                )
            try:
                with self.env.cr.savepoint():
                    left._marketplace_follow(naive(order.updated_at))
            except UserError as error:
                sentence = self.env._(
                    "The parcel has left according to the marketplace, but its delivery cannot be validated by itself. "
                    "Validate it by hand: %(reason)s",
                    reason=str(error).split("\n")[0],
                )
                failures.append(sale_order._marketplace_failure(order, "shipped_outside", sentence, sale_order))
        return failures

    def _marketplace_left(self, shop, order):
        """The order's open deliveries whose goods have left according to the platform."""
        self.ensure_one()
        open_ones = self._marketplace_open_deliveries()
        by_platform = open_ones.filtered("marketplace_by_platform")
        left_there = by_platform._marketplace_left_platform(order)
        open_ones -= by_platform
        if self.marketplace_came_fulfilled:
            return open_ones | left_there
        gone = open_ones.filtered(lambda picking: picking.marketplace_package_id.status in ("shipped", "delivered"))
        gone |= open_ones.filtered("marketplace_by_hand")._marketplace_gone_by_hand(order)
        whole = order.status in ("shipped", "completed", "in_return", "returned") and not self.marketplace_package_ids
        return (open_ones if whole else gone) | left_there
