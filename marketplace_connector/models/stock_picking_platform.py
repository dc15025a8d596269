"""Deliveries that the marketplace ships itself, out of what it keeps for the shop: never packed or arranged by us."""

from odoo import api, fields, models
from odoo.exceptions import UserError

LEFT_UNITS = ("shipped", "completed", "in_return", "returned", "failed")  # an order's status is that of its units
LEFT_PACKAGES = ("shipped", "delivered", "manual")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    marketplace_by_platform = fields.Boolean(
        string="Shipped by the marketplace",
        compute="_compute_marketplace_by_platform",
        store=True,
        help="The marketplace packs and ships this itself, from its own warehouse. The delivery is validated by itself "
        "when the marketplace reports the goods shipped.",
    )

    @api.depends("move_ids.sale_line_id.marketplace_by_platform")
    def _compute_marketplace_by_platform(self):
        for picking in self:
            picking.marketplace_by_platform = any(picking.move_ids.sale_line_id.mapped("marketplace_by_platform"))

    def _marketplace_left_platform(self, order):
        """Those of the platform's deliveries all of whose units have left it, by what it says in `order`."""
        status_of = {unit.ref: unit.status for line in order.lines for unit in line.units}

        def has_left(picking):
            statuses = {status_of.get(ref) for ref in picking._marketplace_unit_refs()} - {"cancelled"}
            units_left = bool(statuses) and statuses.issubset(LEFT_UNITS)
            return units_left or picking.marketplace_package_id.status in LEFT_PACKAGES

        return self.filtered(has_left)

    def _marketplace_reported_left(self):
        """Whether the marketplace has said that the goods are out of its warehouse."""
        self.ensure_one()
        return self.marketplace_package_id.status in LEFT_PACKAGES or self.sale_id.marketplace_status in LEFT_UNITS

    def _marketplace_check_left_platform(self):
        """Raise UserError for a delivery of the platform that it has not reported shipped yet."""
        self.ensure_one()
        picking = self.sudo()
        shop = picking.marketplace_shop_id
        watched = shop.active and shop.state == "connected"
        if picking.picking_type_code != "outgoing" or picking._marketplace_reported_left() or not watched:
            return
        raise UserError(
            self.env._(
                "%(delivery)s is shipped by the marketplace, from its own warehouse. There is nothing to pack or to "
                "validate: the delivery is validated by itself when the marketplace reports the goods shipped.",
                delivery=self.name,
            )
        )


class MarketplacePackage(models.Model):
    _inherit = "marketplace.package"

    by_platform = fields.Boolean(string="Shipped by the marketplace", compute="_compute_by_platform")

    @api.depends("contents", "order_id.order_line.marketplace_by_platform")
    def _compute_by_platform(self):
        for package in self:
            package.by_platform = any(line.marketplace_by_platform for line in package._quantities())
