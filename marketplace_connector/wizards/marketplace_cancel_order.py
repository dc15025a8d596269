from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class MarketplaceCancelOrder(models.TransientModel):
    """Cancel an order, or pieces of it, with one of the marketplace's reasons, after saying what happens there."""

    _name = "marketplace.cancel.order"
    _inherit = ["marketplace.access.guard"]
    _description = "Cancel a Marketplace Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    cancels_too = fields.Boolean(compute="_compute_cancels_too")
    odoo_only = fields.Char(compute="_compute_cancels_too", help="Why the marketplace is not asked to cancel.")
    scope = fields.Selection(
        [("all", "The whole order"), ("lines", "Single items")], string="Cancel", required=True, default="all"
    )
    can_choose = fields.Boolean(readonly=True, help="Whether single items can be cancelled.")
    partial_obstacle = fields.Char(readonly=True, help="Why single items cannot be cancelled.")
    line_ids = fields.One2many("marketplace.cancel.order.line", "wizard_id", string="Items")
    reason_ids = fields.One2many("marketplace.cancel.reason", "wizard_id", string="Reasons", readonly=True)
    reason_id = fields.Many2one(
        "marketplace.cancel.reason",
        domain="[('wizard_id', '=', id)]",
        help="As the marketplace words it.",
    )
    warning = fields.Char(compute="_compute_warning", help="What the marketplace does besides cancelling.")

    @api.depends("order_id")
    def _compute_cancels_too(self):
        for wizard in self:
            order = wizard.order_id
            wizard.cancels_too = bool(order) and order._marketplace_cancels_too()
            wizard.odoo_only = bool(order) and not wizard.cancels_too and wizard._why_odoo_only()

    def _why_odoo_only(self):
        order = self.order_id
        shop = order.marketplace_shop_id.sudo()
        status = dict(order._fields["marketplace_status"]._description_selection(self.env)).get(
            order.marketplace_status
        )
        stays = self.env._("The order at the marketplace stays: cancel it in its Seller Center too, or ship it.")
        if shop.cancel_too and shop.process_orders and shop.active:
            return self.env._(
                "The order is cancelled in Odoo only: at the marketplace it is “%(status)s”, nothing of it can be "
                "cancelled there any more.",
                status=status,
            )
        if shop.cancel_too and not shop.process_orders:
            why = self.env._(
                "The order is cancelled in Odoo only, since %(shop)s does not process orders yet.", shop=shop.name
            )
        else:
            why = self.env._("The order is cancelled in Odoo only, as its shop is set.")
        single = self.env._("Single items: cancel them in the Seller Center, Odoo follows.")
        return f"{why} {stays} {single}"

    @api.depends("reason_id", "scope", "line_ids.quantity")
    def _compute_warning(self):
        for wizard in self:
            parts = [wizard.reason_id.warning or ""]
            if wizard.reason_id.names_items:
                lines = wizard.line_ids
                if wizard.scope == "lines":
                    lines = lines.filtered("quantity")
                parts.append(
                    self.env._(
                        "The marketplace is told that these are out of stock: %(products)s.",
                        products=", ".join(lines.mapped("name")),
                    )
                )
            wizard.warning = " ".join(filter(None, parts))

    @api.model_create_multi
    def create(self, vals_list):
        """Read the marketplace's reasons for the order, and whether single pieces can be cancelled."""
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard.order_id.check_access("write")
            if wizard.cancels_too:
                wizard._read_choices()
        return wizards

    def _read_choices(self):
        pieces = {line: count for line, count in self.order_id._marketplace_open_pieces().items() if count > 0}
        self.line_ids = [
            Command.create({"sale_line_id": line.id, "open_quantity": count}) for line, count in pieces.items()
        ]
        self._read_reasons(tuple(self.order_id._marketplace_units_of(pieces)))
        has_left = bool(self.order_id._marketplace_delivered_lines())
        if sum(pieces.values()) > 1 or has_left:
            self.partial_obstacle = self.order_id._marketplace_partial_obstacle()
            self.can_choose = not self.partial_obstacle
        if has_left:
            if not self.can_choose:
                self.order_id._marketplace_check_nothing_left()
            self.scope = "lines"

    def _read_reasons(self, unit_refs):
        """Take over what the marketplace offers for these units, keeping the choice where it is offered still."""
        chosen = self.reason_id.ref
        reasons = self.order_id._marketplace_cancel_reasons(unit_refs)
        self.reason_ids.unlink()
        self.reason_ids = [
            Command.create({"ref": r.ref, "name": r.text, "warning": r.warning, "names_items": r.names_items})
            for r in reasons
        ]
        kept = self.reason_ids.filtered(lambda reason: reason.ref == chosen)
        self.reason_id = kept or self.reason_ids[:1]

    def action_cancel_order(self):
        """Cancel in Odoo, or queue the cancellation at the marketplace first."""
        self.ensure_one()
        self.order_id.check_access("write")
        if self.scope == "lines":
            return self._cancel_lines()
        order = self.order_id.with_context(marketplace_cancel_reason=self.reason_id.ref)
        asked = order._marketplace_cancels_too()
        order.action_cancel()
        return self._say_that_it_is_asked() if asked else {"type": "ir.actions.act_window_close"}

    def _cancel_lines(self):
        self.order_id._marketplace_check_cancellable()
        pieces = self._chosen_pieces()
        if all(line.quantity == line.open_quantity for line in self.line_ids) and not (
            self.order_id._marketplace_delivered_lines()
        ):
            self.scope = "all"
            return self.action_cancel_order()
        if not self.order_id._marketplace_cancels_too():
            raise UserError(self.env._("The marketplace cannot be asked any more: close this, and press Cancel again."))
        shown = (self.reason_id.ref, self.reason_id.warning)
        self._read_reasons(tuple(self.order_id._marketplace_units_of(pieces)))
        if shown != (self.reason_id.ref, self.reason_id.warning):
            return self._ask_again()
        self.order_id._marketplace_ask_to_cancel(self.reason_id.ref, pieces)
        return self._say_that_it_is_asked()

    def _chosen_pieces(self):
        """How many pieces of which sales order lines are to be cancelled."""
        open_pieces = self.order_id._marketplace_open_pieces()
        pieces = {line.sale_line_id: line.quantity for line in self.line_ids if line.quantity}
        if not pieces:
            raise UserError(self.env._("Type how many pieces of which items are to be cancelled."))
        for line, count in pieces.items():
            if not 0 < count <= open_pieces.get(line, 0):
                raise UserError(
                    self.env._(
                        "%(count)s pieces of %(product)s cannot be cancelled: %(open)s have not left yet.",
                        count=count,
                        product=line.name.split("\n")[0],
                        open=open_pieces.get(line, 0),
                    )
                )
        return pieces

    def _ask_again(self):
        """Show the dialogue again with what the marketplace says about the chosen items."""
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_cancel_order")
        return {**action, "res_id": self.id, "context": {"default_order_id": self.order_id.id}}

    def _say_that_it_is_asked(self):
        return self.env["marketplace.job"]._notify(
            self.env._("The marketplace is asked to cancel. Odoo follows when it says so."), "info"
        )


class MarketplaceCancelOrderLine(models.TransientModel):
    """An item of the order, and how many pieces of it are to be cancelled."""

    _name = "marketplace.cancel.order.line"
    _inherit = ["marketplace.access.guard"]
    _description = "Item of a Marketplace Order to Cancel"

    wizard_id = fields.Many2one("marketplace.cancel.order", required=True, ondelete="cascade")
    sale_line_id = fields.Many2one("sale.order.line", required=True, readonly=True)
    name = fields.Char(string="Item", compute="_compute_name")
    open_quantity = fields.Integer(string="Not shipped yet", readonly=True)
    quantity = fields.Integer(string="Cancel", help="How many pieces of the item are to be cancelled.")

    @api.depends("sale_line_id")
    def _compute_name(self):
        for line in self:
            line.name = (line.sale_line_id.name or "").replace("\n", ", ")


class MarketplaceCancelReason(models.TransientModel):
    """A reason for cancelling that the marketplace accepts for the order at hand."""

    _name = "marketplace.cancel.reason"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Cancel Reason"

    wizard_id = fields.Many2one("marketplace.cancel.order", required=True, ondelete="cascade")
    ref = fields.Char(required=True)
    name = fields.Char(required=True)
    warning = fields.Char()
    names_items = fields.Boolean()


class SaleMassCancelOrders(models.TransientModel):
    _inherit = "sale.mass.cancel.orders"

    marketplace_note = fields.Char(compute="_compute_marketplace_note", help="What happens to marketplace orders.")

    @api.depends("sale_order_ids")
    def _compute_marketplace_note(self):
        for wizard in self:
            ours = wizard.sale_order_ids.filtered(lambda order: order.marketplace_shop_id and order.state != "cancel")
            asked = ours.filtered(lambda order: order._marketplace_cancels_too())
            parts = []
            if asked:
                parts.append(
                    self.env._(
                        "%(count)s orders are cancelled at their marketplace too, for the first reason that it offers. "
                        "They show “Cancelling…” until it says so. To choose the reason, cancel on the order.",
                        count=len(asked),
                    )
                )
            if ours - asked:
                parts.append(
                    self.env._(
                        "%(count)s orders are cancelled in Odoo only: at their marketplace they stay.",
                        count=len(ours - asked),
                    )
                )
            wizard.marketplace_note = " ".join(parts)
