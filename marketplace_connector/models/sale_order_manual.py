"""Sales orders whose goods need a person."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..marketplaces.types import BY_HAND
from .marketplace_manual import OF_ACTS, WAYS
from .sale_order_import import IMPORTABLE


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "marketplace.manual"]

    marketplace_manual_text = fields.Char(compute="_compute_marketplace_manual_text")
    marketplace_handled = fields.Char(
        readonly=True, copy=False, help="The reason that a person has dealt with, of packages without a delivery."
    )
    marketplace_can_handle = fields.Boolean(
        compute="_compute_marketplace_can_handle", help="Nothing but a person's word tells that it is dealt with."
    )
    marketplace_by_hand = fields.Boolean(
        compute="_compute_marketplace_by_hand", help="No courier of the marketplace moves any of these goods."
    )

    @api.depends("order_line.marketplace_by_hand", "order_line.marketplace_kind")
    def _compute_marketplace_by_hand(self):
        for order in self:
            goods = order.order_line.filtered(lambda line: line.marketplace_kind == "goods" and line.product_uom_qty)
            order.marketplace_by_hand = bool(goods) and all(goods.mapped("marketplace_by_hand"))

    @api.depends(
        "state",
        "marketplace_status",
        "marketplace_handled",
        "order_line.marketplace_by_hand",
        "order_line.product_uom_qty",
        "marketplace_package_ids.manual_reason",
        "marketplace_package_ids.picking_id",
        "picking_ids.marketplace_manual_reason",
    )
    def _compute_marketplace_manual_reason(self):
        for order in self:
            reasons = order.sudo().picking_ids.filtered("marketplace_manual_reason").mapped("marketplace_manual_reason")
            order.marketplace_manual_reason = reasons[0] if reasons else order.sudo()._marketplace_needs_person()

    def _marketplace_needs_person(self):
        """Why the order needs a person for goods that have no delivery; or False."""
        self.ensure_one()
        if not self.marketplace_shop_id or self.state == "cancel":
            return False
        loose = self.marketplace_package_ids.filtered(
            lambda package: (
                package.manual_reason and not package.picking_id and package.manual_reason != self.marketplace_handled
            )
        )
        if loose:
            return loose[0].manual_reason
        if self.marketplace_status not in IMPORTABLE:
            return False
        by_hand = self.order_line.filtered(lambda line: line.marketplace_by_hand and line.product_uom_qty)
        return by_hand.filtered(lambda line: not line.move_ids)[:1].marketplace_by_hand

    @api.depends("marketplace_manual_reason", "picking_ids.marketplace_manual_reason")
    def _compute_marketplace_can_handle(self):
        for order in self:
            reason = order._marketplace_manual_to_tell()
            order.marketplace_can_handle = bool(reason) and reason not in (*OF_ACTS, *BY_HAND)

    def action_marketplace_handled(self):
        """Say that a person has dealt with packages that have no delivery, on which it could be said."""
        self.check_access("write")
        self.env["stock.picking"]._marketplace_check_shipper()
        waiting = self.sudo().filtered("marketplace_can_handle")
        if not waiting:
            raise UserError(self.env._("There is nothing to tick off: look at the deliveries, or at the problems."))
        for order in waiting:
            order.marketplace_handled = order.marketplace_manual_reason
        waiting._marketplace_announce_all()

    def _compute_marketplace_manual_text(self):
        """What is to be done; what waits to be retried stands among the order's problems already."""
        for order in self:
            reason = order.marketplace_manual_reason
            told = order.sudo().picking_ids.filtered("marketplace_manual_reason")[:1]
            text = False
            if reason and reason not in OF_ACTS:
                text = told.marketplace_manual_text or order._marketplace_advice(reason)
            order.marketplace_manual_text = text

    def _marketplace_manual_to_tell(self):
        """What stands on a delivery is told there."""
        on_deliveries = any(self.picking_ids.mapped("marketplace_manual_reason"))
        return False if on_deliveries else self.marketplace_manual_reason

    def _marketplace_announce_all(self):
        """Keep the activities of the orders and their deliveries."""
        orders = self.filtered("marketplace_shop_id")
        orders.picking_ids._marketplace_announce_manual()
        orders._marketplace_announce_manual()

    def _action_cancel(self):
        """A cancelled order needs nobody any more."""
        result = super()._action_cancel()
        self.sudo()._marketplace_announce_all()
        return result

    def action_marketplace_deliveries(self):
        """The deliveries that need a person, or all of the order."""
        self.ensure_one()
        self.check_access("read")
        if not self.picking_ids:
            raise UserError(self.env._("%(order)s has no delivery: confirm it first.", order=self.name))
        waiting = self.picking_ids.filtered("marketplace_manual_reason")
        return self._get_action_view_picking(waiting or self.picking_ids)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    marketplace_by_hand = fields.Selection(
        WAYS,
        string="Handled by hand",
        readonly=True,
        copy=False,
        help="No courier of the marketplace moves these goods: they are handled in its Seller Center.",
    )
