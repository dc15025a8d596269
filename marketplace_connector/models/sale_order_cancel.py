"""Cancelling from Odoo: what may be cancelled, and that the marketplace is asked first where the shop wants that."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..marketplaces.errors import MarketplaceError, RateLimited, Rejected, ServerError, TransportError
from .error_messages import explain
from .sale_order_checks import OVER

GONE = ("shipped", "completed", "in_return", "returned", *OVER)  # too late to cancel anything at the marketplace


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_cancelling = fields.Boolean(string="Cancelling…", readonly=True, copy=False)

    marketplace_can_keep = fields.Boolean(
        compute="_compute_marketplace_can_keep", help="A wish to cancel, or an answer, can be dropped still."
    )

    @api.depends("marketplace_job_ids.state", "marketplace_job_ids.next_try", "marketplace_cancelling")
    def _compute_marketplace_can_keep(self):
        for order in self:
            order.marketplace_can_keep = any(job._can_be_dropped() for job in order.sudo()._marketplace_wishes())

    def _marketplace_wishes(self):
        """The open acts that cancel the order, or answer a buyer who wants to."""
        return self.marketplace_job_ids.filtered(lambda job: job.state == "open" and job.act in ("cancel", "answer"))

    def _marketplace_is_held(self):
        """Whether nothing may be sent for the order, because it may be about to be cancelled."""
        self.ensure_one()
        return self.marketplace_cancelling or self.marketplace_status == "in_cancel"

    # === THE WAYS TO CANCEL === #

    def action_marketplace_cancel(self):
        """The dialogue that asks for the reason, and says what happens at the marketplace, before anything is done.

        Raises UserError where the order cannot be cancelled, with what to do instead.
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "cancel":
            return self.env["marketplace.job"]._notify(self._marketplace_cancelled_sentence(), "warning")
        self._marketplace_check_cancellable()
        wizard = self.env["marketplace.cancel.order"].create({"order_id": self.id})
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_cancel_order")
        return {**action, "res_id": wizard.id, "context": {"default_order_id": self.id}}

    def _marketplace_check_sales(self):
        """Raise AccessError unless the user sells: packers and accountants may write on orders too."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only users of Sales decide whether an order is cancelled. Ask one of them."))

    def _marketplace_check_cancellable(self):
        """Raise UserError where nothing of the order can be cancelled now."""
        self.ensure_one()
        if self.locked:
            raise UserError(self.env._("%(order)s is locked: unlock it before you cancel it.", order=self.name))
        if self.marketplace_cancelling:
            raise UserError(
                self.env._(
                    "The marketplace is asked to cancel %(order)s already: wait for its answer.", order=self.name
                )
            )
        if self.marketplace_status == "in_cancel" and self.marketplace_shop_id.sudo().process_orders:
            raise UserError(
                self.env._(
                    "%(order)s is about to be cancelled already: %(notice)s",
                    order=self.name,
                    notice=self.marketplace_cancel_notice,
                )
            )
        in_part = self._marketplace_cancels_too() and any(self._marketplace_open_pieces().values())
        if not in_part:
            self._marketplace_check_nothing_left()

    def _marketplace_check_nothing_left(self):
        """Raise UserError for orders whose goods have left, unless they are over at the marketplace."""
        for order in self:
            if order.marketplace_status in OVER or not order._marketplace_delivered_lines():
                continue
            done = order.picking_ids.filtered(
                lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing"
            )
            raise UserError(
                self.env._(
                    "%(order)s cannot be cancelled: goods have left with %(deliveries)s. If they come back, take them "
                    "in with a return on the delivery. Pieces that are still here can be cancelled in the "
                    "marketplace's Seller Center; Odoo follows.",
                    order=order.name,
                    deliveries=", ".join(done.mapped("name")),
                )
            )

    def _marketplace_delivered_lines(self):
        """The lines of which goods are with the buyer, or on their way."""
        return self.order_line.filtered(
            lambda line: line.marketplace_kind == "goods" and line.product_uom_id.compare(line.qty_delivered, 0) > 0
        )

    def _action_cancel(self):
        """Ask the marketplace first where the shop wants that: the order is cancelled when it says so.

        Cancellations that came from there, and orders that are over there, pass.
        """
        asked = self.browse()
        if not (self.env.su and self.env.context.get("marketplace_cancellation")):
            ours = self.filtered(lambda order: order.marketplace_shop_id and order.state != "cancel")
            ours._marketplace_check_nothing_left()
            asked = ours.filtered(lambda order: order._marketplace_cancels_too())
        asked._marketplace_ask_to_cancel(self.env.context.get("marketplace_cancel_reason"))
        others = self - asked
        result = super(SaleOrder, others)._action_cancel() if others else True
        others.filtered("marketplace_shop_id").sudo()._marketplace_nothing_left_to_do()
        return result

    def _marketplace_nothing_left_to_do(self):
        """A cancelled order has nothing left to solve or to send."""
        cancelled = self.filtered(lambda order: order.state == "cancel")
        cancelled.filtered("marketplace_cancelling").marketplace_cancelling = False
        cancelled.marketplace_job_ids.filtered(lambda job: job.state == "open")._close()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live_at_marketplace(self):
        for order in self:
            if order.marketplace_shop_id and order.state != "cancel" and order.marketplace_status not in OVER:
                raise UserError(
                    self.env._(
                        "%(order)s cannot be deleted: it lives at the marketplace and would come in again. Cancel it.",
                        order=order.name,
                    )
                )

    # === ASKING THE MARKETPLACE === #

    def _marketplace_cancels_too(self):
        """Whether cancelling the order in Odoo asks the marketplace to cancel it."""
        self.ensure_one()
        shop = self.marketplace_shop_id.sudo()
        wanted = bool(shop) and shop.active and shop.cancel_too and shop.process_orders
        return wanted and self.state != "cancel" and self.marketplace_status not in GONE

    def _marketplace_ask_to_cancel(self, reason=None, pieces=None):
        """Queue the cancellation at the marketplace, with its reason, or the first one it offers.

        `pieces` of one order (a dict by line) are cancelled, else all of each order. What a buyer has asked to cancel
        is accepted.
        """
        Job = self.env["marketplace.job"].sudo()
        idle = self.sudo().filtered(lambda order: not order.marketplace_cancelling)
        requested = idle.filtered(lambda order: order.marketplace_status == "in_cancel")
        Job._order_act(
            "answer",
            requested.filtered(lambda order: order.marketplace_cancel_request != "agreed"),
            {"accept": True},
        )
        arguments = {"reason": reason or ""}
        if pieces:
            arguments["left"] = {str(line.id): line.product_uom_qty - count for line, count in pieces.items()}
        orders = idle - requested
        Job._order_act("cancel", orders, arguments)
        orders.marketplace_cancelling = True
        for order in orders:
            order.message_post(body=self.env._("The marketplace is asked to cancel the order, or a part of it."))

    def _marketplace_cancel_reasons(self, unit_refs=None):
        """The reasons that the marketplace accepts for the order, or some of its units, as `CancelReason`.

        Raises UserError where it cannot be cancelled, or the marketplace does not answer.
        """
        self.ensure_one()
        client = self.marketplace_shop_id._as_system()._client()
        refs = unit_refs or self._marketplace_live_units()
        try:
            reasons = client.cancel_reasons(self.marketplace_order_ref, refs)
        except MarketplaceError as error:
            raise UserError(self._marketplace_why_not_asked(error)) from error
        if not reasons:
            raise UserError(
                self.env._(
                    "The marketplace offers no reason to cancel %(order)s, so it cannot be cancelled from here. Look "
                    "at its page in the Seller Center.",
                    order=self.marketplace_order_ref,
                )
            )
        return reasons

    def _marketplace_partial_obstacle(self):
        """Why single pieces cannot be cancelled at the marketplace, in words; '' where they can."""
        client = self.marketplace_shop_id._as_system()._client()
        try:
            client.check_partial_cancel(self.marketplace_order_ref)
        except Rejected as error:
            return error.message
        except MarketplaceError as error:
            return self._marketplace_why_not_asked(error)
        return ""

    def _marketplace_why_not_asked(self, error):
        if isinstance(error, RateLimited):
            return self.env._(
                "The marketplace asks us to wait %(seconds)s seconds. Nothing was changed; press Cancel again then.",
                seconds=int(error.retry_after),
            )
        if isinstance(error, TransportError | ServerError):
            return self.env._(
                "The marketplace could not be reached, so nothing was changed. Press Cancel again in a moment. The "
                "reason: %(reason)s",
                reason=error.message,
            )
        return explain(self.env, error)

    def action_marketplace_keep(self):
        """Drop the wish to cancel, and answers that could not be given: the order goes on as before."""
        self.ensure_one()
        self._marketplace_check_sales()
        wishes = self.sudo()._marketplace_wishes()
        if not wishes and not self.marketplace_cancelling:
            raise UserError(self.env._("%(order)s is not to be cancelled: there is nothing to drop.", order=self.name))
        if not all(job._can_be_dropped() for job in wishes):
            raise UserError(
                self.env._("The marketplace is cancelling the order already: that cannot be called back from here.")
            )
        wishes._close()
        self.sudo().marketplace_cancelling = False
        self.message_post(body=self.env._("The order is kept: it is not to be cancelled any more."))
        return self.env["marketplace.job"]._notify(self.env._("The order is kept."), "success")

    # === PIECES === #

    def _marketplace_open_pieces(self):
        """How many pieces of each goods line have not left yet."""
        return {
            line: int(line.product_uom_qty - max(line.qty_delivered, 0))
            for line in self.order_line.filtered(lambda line: line.marketplace_kind == "goods")
        }

    def _marketplace_live_units(self):
        """The marketplace's units of the order that are not cancelled."""
        return tuple(ref for line in self.order_line for ref in line._marketplace_live_refs())

    def _marketplace_units_of(self, pieces):
        """How many pieces of which units stand for `pieces` (by line): those in no parcel first, the youngest first."""
        live = self.marketplace_package_ids.filtered(lambda package: package.status != "cancelled")
        packed = {ref for package in live for ref in package.contents or {}}
        units = {}
        for line, count in pieces.items():
            refs = line._marketplace_live_refs()
            if len(line.marketplace_unit_refs or []) == 1:
                units |= dict.fromkeys(refs, count)
                continue
            refs = [ref for ref in refs if ref in packed] + [ref for ref in refs if ref not in packed]
            units |= dict.fromkeys(refs[-count:], 1)
        return units


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _marketplace_live_refs(self):
        """The line's units that are not cancelled: cancelled ones stand last, one unit may be several pieces."""
        refs = self.marketplace_unit_refs or []
        quantity = int(self.product_uom_qty)
        return refs[:quantity] if len(refs) > 1 else refs * bool(quantity)
