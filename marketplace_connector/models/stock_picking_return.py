"""Return transfers of deliveries whose goods were cancelled, or failed, after they had left."""

from odoo import fields, models
from odoo.exceptions import UserError

from .sale_order_return import COME_BACK


class StockPicking(models.Model):
    _inherit = "stock.picking"

    marketplace_return_due = fields.Boolean(compute="_compute_marketplace_return_due")

    def _compute_marketplace_return_due(self):
        for picking in self:
            has_left = picking.state == "done" and picking.picking_type_code == "outgoing"
            order = picking.sale_id.sudo()
            picking.marketplace_return_due = has_left and bool(order) and order.marketplace_return_due

    def action_marketplace_prepare_return(self):
        """Make a return transfer for the pieces of these deliveries that have to come back, and open it.

        Never two for the same pieces: returns that wait already are opened instead. Raises UserError where nothing has
        to come back, and for users who may not make transfers.
        """
        if not self.env["stock.return.picking"].has_access("create"):
            raise UserError(
                self.env._("Only users of Inventory can prepare returns: ask one, or the administrator for the right.")
            )
        self.check_access("write")
        orders = self.sale_id.sudo().filtered("marketplace_shop_id")
        orders.lock_for_update()
        made = self.browse()
        for order in orders:
            deliveries = self.filtered(lambda picking, order=order: picking.sale_id == order)
            made |= deliveries._marketplace_make_returns(order._marketplace_pieces_to_return())
        waiting = orders.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel") and bool(picking.move_ids.origin_returned_move_id)
        )
        returns = made or waiting.with_env(self.env)
        if not returns:
            raise UserError(
                self.env._("Nothing of these deliveries has to come back: the marketplace has not cancelled any of it.")
            )
        return self._marketplace_show(returns)

    def _marketplace_show(self, pickings):
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.action_picking_tree_all")
        if len(pickings) == 1:
            return {**action, "views": [(False, "form")], "res_id": pickings.id, "context": {}}
        return {**action, "domain": [("id", "in", pickings.ids)], "context": {}}

    def _marketplace_make_returns(self, pieces):
        """The return transfers, one a delivery, for `pieces` (by sales order line).

        Deliveries whose parcels failed come first, then the youngest.
        """
        made = self.browse()
        left = dict(pieces)
        deliveries = self.filtered(lambda picking: picking.state == "done").sorted(
            lambda picking: (picking.sudo().marketplace_package_id.platform_reason not in COME_BACK, -picking.id)
        )
        for picking in deliveries:
            quantities = picking.sudo()._marketplace_moves_to_return(left)
            if quantities:
                made |= picking._marketplace_make_return(quantities)
        return made

    def _marketplace_moves_to_return(self, left):
        """How much of which moves is to come back; takes it off `left`, the pieces by sales order line."""
        quantities = {}
        delivered = self.move_ids.filtered(lambda move: move.state == "done" and left.get(move.sale_line_id))
        for line, moves in delivered.grouped("sale_line_id").items():
            out = {move: move.quantity - move._marketplace_returned() for move in moves}
            parts = line._marketplace_parts_out()
            share = moves._marketplace_share(line, left[line], out, parts)
            left[line] -= moves._marketplace_pieces({**dict.fromkeys(moves, 0), **share}, parts)
            quantities |= {move.id: quantity for move, quantity in share.items()}
        return quantities

    def _marketplace_make_return(self, quantities):
        self.ensure_one()
        wizard = self.env["stock.return.picking"].with_company(self.company_id).create({"picking_id": self.id})
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.move_id.id, 0)
        return wizard._create_return()

    def _action_done(self):
        result = super()._action_done()
        back = self.filtered(lambda picking: picking.state == "done" and picking.move_ids.origin_returned_move_id)
        back.sale_id.sudo()._marketplace_goods_came_back()
        return result
