"""Deliveries that need a person, and those that no courier of the marketplace moves."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..marketplaces.types import BY_HAND
from .marketplace_manual import COMING_BACK, ENDED, OF_ACTS, WAYS
from .marketplace_package import ARRANGED

SAY_WHAT_TO_DO = ("no_tracking", "unreachable", "no_label", "label_host")  # problems with advice of their own


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "marketplace.manual"]

    marketplace_by_hand = fields.Selection(
        WAYS,
        string="Handled by hand",
        compute="_compute_marketplace_by_hand",
        help="No courier of the marketplace moves these goods: they are handled in its Seller Center.",
    )
    marketplace_manual_text = fields.Char(compute="_compute_marketplace_manual_text")
    marketplace_manual_act = fields.Char(compute="_compute_marketplace_manual_text", help="What waits to be retried.")
    marketplace_handled = fields.Char(readonly=True, copy=False, help="The reason that a person has dealt with.")

    @api.depends("move_ids.state", "move_ids.sale_line_id.marketplace_by_hand")
    def _compute_marketplace_by_hand(self):
        for picking in self:
            moves = picking.move_ids.filtered(lambda move: move.state != "cancel") or picking.move_ids
            ways = set(moves.sale_line_id.mapped("marketplace_by_hand"))
            picking.marketplace_by_hand = ways.pop() if len(ways) == 1 else False

    @api.depends(
        "state",
        "picking_type_code",
        "marketplace_shop_id",
        "marketplace_handled",
        "marketplace_act_ids.is_problem",
        "marketplace_act_ids.reason",
        "marketplace_by_hand",
        "marketplace_package_ids.status",
        "marketplace_package_ids.manual_reason",
        "return_ids.state",
        "sale_id.state",
        "sale_id.marketplace_package_ids.status",
        "sale_id.marketplace_package_ids.manual_reason",
    )
    def _compute_marketplace_manual_reason(self):
        for picking in self:
            reason = picking.sudo()._marketplace_needs_person()
            picking.marketplace_manual_reason = reason if reason != picking.marketplace_handled else False

    def _marketplace_needs_person(self):
        """Why the delivery, or the pick that stands for it, needs a person; or False."""
        self.ensure_one()
        over = self.state == "cancel" or self.sale_id.state == "cancel"
        if not self.marketplace_shop_id or self.picking_type_code == "incoming" or over:
            return False
        done = self.state == "done"
        if done and self.picking_type_code != "outgoing":
            return False
        package = self._marketplace_shown_package()
        waiting = self.marketplace_act_ids if package.status not in ARRANGED else self.env["marketplace.job"]
        by_hand = not done and package.status in (False, "pending") and self.marketplace_by_hand
        reason = package.manual_reason or waiting._manual_reason() or by_hand
        came_back = reason in COMING_BACK and "done" in self.return_ids.mapped("state")
        return False if came_back or (done and reason in BY_HAND) else reason

    def _compute_marketplace_manual_text(self):
        """What is the matter, what the marketplace says of it, and what to do."""
        for picking in self:
            reason = picking.marketplace_manual_reason
            package = picking.sudo().marketplace_package_id
            waiting = (picking.sudo().marketplace_act_ids | package.job_ids).filtered("is_problem")[:1]
            picking.marketplace_manual_act = reason and waiting.act
            parts = [waiting.message]
            if reason and waiting.reason not in SAY_WHAT_TO_DO:
                parts.append(picking._marketplace_advice_here())
            if reason and reason not in OF_ACTS and package.raw_status:
                parts.append(self.env._("The marketplace says: %(status)s.", status=package.raw_status))
            picking.marketplace_manual_text = " ".join(filter(None, parts)) if reason else False

    def _marketplace_advice_here(self):
        """What happened and what to do; a parcel of the platform's own warehouse can only come back there."""
        advice = self._marketplace_advice(self.marketplace_manual_reason)
        if not self.marketplace_by_platform or self.marketplace_manual_reason in OF_ACTS:
            return advice
        return self.env._(
            "The marketplace ships this parcel itself, and something went wrong with it. If the goods came back to its "
            "warehouse, take them in with a return on the delivery; press Handled when nothing is left to do."
        )

    def _marketplace_gone_by_hand(self, order):
        """Those of the deliveries handled by hand whose goods have all left according to the platform's `Order`."""
        told = {unit.ref: unit.status for line in order.lines for unit in line.units}
        gone = ("shipped", "completed", "returned")
        return self.filtered(
            lambda picking: (
                (refs := picking._marketplace_unit_refs()) and all(told.get(unit_ref) in gone for unit_ref in refs)
            )
        )

    # === BUTTONS === #

    def action_marketplace_retry(self):
        """Do again what the marketplace refused, or what was not tried any more."""
        self._marketplace_check_shipper()
        jobs = self.sudo().marketplace_act_ids | self.sudo().marketplace_package_id.job_ids
        waiting = jobs.filtered("is_problem")
        if not waiting:
            raise UserError(self.env._("There is nothing to retry: nothing waits for a person."))
        return waiting.action_retry()

    def action_marketplace_take_back(self):
        """Prepare the return of a parcel that comes back: of what the marketplace has cancelled, else of what the user
        chooses, since the courier may try again."""
        self.ensure_one()
        if self.marketplace_return_due:
            return self.action_marketplace_prepare_return()
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.act_stock_return_picking")
        return {**action, "context": {"active_model": self._name, "active_id": self.id, "active_ids": self.ids}}

    def action_marketplace_handled(self):
        """Say that a person has dealt with what the delivery needed one for."""
        self._marketplace_check_shipper()
        waiting = self.sudo().filtered(
            lambda picking: (
                picking.marketplace_manual_reason in ENDED
                or (picking.marketplace_manual_reason and picking.marketplace_by_platform)
            )
        )
        if not waiting:
            raise UserError(self.env._("There is nothing to tick off: use the other buttons."))
        for picking in waiting:
            picking.marketplace_handled = picking.marketplace_manual_reason
        self.sudo().sale_id._marketplace_announce_all()

    # === WHEN IT CHANGES === #

    def _action_done(self):
        result = super()._action_done()
        self.sudo().sale_id._marketplace_announce_all()
        return result

    def action_cancel(self):
        """Cancel; nobody has to see to what is cancelled."""
        result = super().action_cancel()
        self.sudo().sale_id._marketplace_announce_all()
        return result


class StockMove(models.Model):
    _inherit = "stock.move"

    def _key_assign_picking(self):
        return (*super()._key_assign_picking(), self.sale_line_id.marketplace_by_hand)

    def _search_picking_for_assignation_domain(self):
        """What goes by hand never shares a delivery with what a courier takes."""
        domain = super()._search_picking_for_assignation_domain()
        order = self.sale_line_id.order_id
        if any(order.order_line.mapped("marketplace_by_hand")):
            way = self.sale_line_id.marketplace_by_hand
            alike = order.picking_ids.filtered(lambda picking: picking.marketplace_by_hand == way)
            domain.append(("id", "in", alike.ids))
        return domain
