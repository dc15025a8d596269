"""Prepare Return: Odoo's own return transfers for goods that were cancelled, or failed, after they had left."""

from odoo import api, fields, models

from .sale_order_checks import OVER

COME_BACK = ("undelivered", "refused_at_door", "coming_back", "came_back")  # of a parcel that failed on its way


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_return_due = fields.Boolean(
        compute="_compute_marketplace_return_due", help="Goods have to come back, and no return is prepared for them."
    )

    @api.depends(
        "marketplace_status",
        "state",
        "order_line.marketplace_to_return",
        "order_line.qty_delivered",
        "marketplace_package_ids.platform_reason",
    )
    def _compute_marketplace_return_due(self):
        for order in self:
            order.marketplace_return_due = bool(order.sudo()._marketplace_pieces_to_return())

    def _marketplace_pieces_to_return(self):
        """How many pieces of which lines have to come back and are in no open return: a dict by line."""
        self.ensure_one()
        if not self.marketplace_shop_id or self.state != "sale":
            return {}
        whole = self.marketplace_status in OVER
        failed = self._marketplace_failed_pieces()
        pieces = {}
        for line in self._marketplace_delivered_lines():
            due = line.qty_delivered
            if not whole:
                due = min(due, line.marketplace_to_return + failed.get(line, 0))
            due -= line._marketplace_coming_back()
            if line.product_uom_id.compare(due, 0) > 0:
                pieces[line] = due
        return pieces

    def _marketplace_failed_pieces(self):
        """How many pieces of which lines are in parcels that failed on their way, and are not back: a dict by line."""
        failed = self.marketplace_package_ids.filtered(
            lambda package: (
                package.platform_reason in COME_BACK and not package.by_platform and package.picking_id.state == "done"
            )
        )
        pieces = {}
        for package in failed:
            returned = package.picking_id.move_ids.returned_move_ids.filtered(lambda move: move.state == "done")
            for line, count in package._quantities().items():
                of_line = returned.filtered(lambda move, line=line: move.sale_line_id == line)
                back = of_line._marketplace_pieces(parts=line._marketplace_parts_out()) if of_line else 0
                pieces[line] = pieces.get(line, 0) + max(count - back, 0)
        return pieces

    def action_marketplace_prepare_return(self):
        """Make the return transfers for what has to come back, and open them; those that wait already are opened."""
        self.check_access("read")
        done = self.picking_ids.filtered(
            lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing"
        )
        return done.action_marketplace_prepare_return()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _marketplace_parts_out(self):
        """What is at the buyer for each delivered piece of the line: amounts by product, in its unit."""
        self.ensure_one()
        if not self.qty_delivered:
            return {}
        totals = {}
        for move in self.move_ids.filtered(lambda move: move.state == "done"):
            out = (move.location_dest_id.usage == "customer") - (move.location_id.usage == "customer")
            totals[move.product_id] = totals.get(move.product_id, 0) + out * move._marketplace_amount()
        return {product: total / self.qty_delivered for product, total in totals.items() if total > 0}

    def _marketplace_coming_back(self):
        """Pieces of the line in returns that wait to be received."""
        self.ensure_one()
        moves = self.move_ids.filtered(
            lambda move: move.origin_returned_move_id and move.state not in ("done", "cancel")
        )
        if moves.product_id - self.product_id:
            return self.qty_delivered  # of a kit comes back what is prepared
        return sum(move.product_uom._compute_quantity(move.product_uom_qty, self.product_uom_id) for move in moves)


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    def action_prepare_return(self):
        """Prepare the return of the goods that the problem is about."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id.action_marketplace_prepare_return()
