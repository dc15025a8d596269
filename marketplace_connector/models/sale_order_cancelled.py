"""Cancellations that come from the platform: whole orders and pieces, before and after the goods have left."""

from odoo import fields, models
from odoo.exceptions import UserError

from .marketplace_token import naive


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _marketplace_waits_since(self, order):
        """Since when a buyer's request to cancel waits, as far as known: the platforms do not tell."""
        if order.status != "in_cancel":
            return False
        known = self.marketplace_status == "in_cancel" and self.marketplace_asked_at
        return known or naive(order.updated_at)

    def _marketplace_cancel(self, order):
        """Cancel what the platform has cancelled, or has lost; a problem says what is out and has to come back first.

        Nothing is sent for it any more, and what has not left stays here.
        """
        self.marketplace_cancelling = False
        self.order_line._marketplace_doubt_stock()
        self.marketplace_job_ids.filtered(lambda job: job.state == "open" and job.kind == "act")._close()
        if order.status == "failed":
            self._marketplace_follow_failed()
        elif self.state == "sale":
            self._marketplace_open_deliveries().action_cancel()
        if self._marketplace_is_out() or (order.status == "failed" and self._marketplace_never_left()):
            return self._marketplace_failure(order, "cancelled_after_shipping", self._marketplace_out_sentence(), self)
        self._marketplace_end()
        return None

    def _marketplace_open_deliveries(self):
        return self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel") and picking.picking_type_code != "incoming"
        )

    def _marketplace_follow_failed(self):
        """A parcel that failed on its way has left: its open delivery is validated, as if that had been seen."""
        deliveries = self._marketplace_open_deliveries()
        if not deliveries or not self.marketplace_shop_id.sudo().follow_outside:
            return
        try:
            with self.env.cr.savepoint():
                deliveries._marketplace_follow()
        except UserError:
            return  # needs a person, for instance for a serial number: the problem that follows says so

    def _marketplace_never_left(self):
        """Whether Odoo has not followed a parcel that failed: a quotation, or an open delivery."""
        return self.state in ("draft", "sent") or bool(self._marketplace_open_deliveries())

    def _marketplace_is_out(self):
        """Whether goods are out, or an invoice that is not credited."""
        return bool(self._marketplace_delivered_lines()) or self._marketplace_is_invoiced()

    def _marketplace_is_invoiced(self):
        """Whether more is invoiced than credited."""
        posted = self.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
        charged = sum(-move.direction_sign * move.amount_total for move in posted)
        return self.currency_id.compare_amounts(charged, 0) > 0

    def _marketplace_end(self):
        """Cancel the order in Odoo, because it is over at the platform and nothing is out."""
        self.locked = False
        self.sudo().with_context(marketplace_cancellation=True)._action_cancel()
        self.message_post(
            body=self.env._(
                "Cancelled at the marketplace by %(author)s. Reason: %(reason)s",
                author=self.marketplace_author,
                reason=self.marketplace_cancel_reason or self.env._("none given"),
            )
        )

    # === WHAT IS OUT === #

    def _marketplace_out_sentence(self):
        """What a person has to do about an order that was cancelled after goods or an invoice had left."""
        if self.marketplace_status == "failed":
            parts = [
                self.env._(
                    "The parcel was lost, refused or could not be delivered, and the marketplace has cancelled the "
                    "order. If nothing comes back, cancel the order with Cancel."
                )
            ]
        elif self.marketplace_status == "cancelled":
            parts = [
                self.env._(
                    "Cancelled at the marketplace by %(author)s (%(reason)s) after goods or an invoice had left. A "
                    "parcel that is still here must not be handed over.",
                    author=self.marketplace_author,
                    reason=self.marketplace_cancel_reason or self.env._("no reason given"),
                )
            ]
        else:
            parts = [self.env._("Pieces were cancelled at the marketplace after they had left.")]
        if self._marketplace_delivered_lines():
            parts.append(
                self.env._(
                    "Take the goods back with a return: Prepare Return makes it, Odoo follows when it is received."
                )
            )
        if self._marketplace_is_invoiced():
            parts.append(
                self.env._(
                    "Credit what is invoiced with Prepare Credit Note on the order; Odoo follows once it is posted."
                )
            )
        return " ".join(parts)

    def _marketplace_after_shipping(self, order):
        return self._marketplace_failure(order, "cancelled_after_shipping", self._marketplace_out_sentence(), self)

    def _marketplace_goods_came_back(self):
        """A return was received: cancel what is over at the platform, lower lines of which pieces were cancelled."""
        for order in self.filtered(lambda order: order.marketplace_shop_id and order.state == "sale"):
            problem = order.marketplace_job_ids.filtered(
                lambda job: job.state == "open" and job.reason == "cancelled_after_shipping"
            )
            if order.marketplace_status in ("cancelled", "failed"):
                if not order._marketplace_is_out():
                    order._marketplace_end()
                elif problem:
                    problem.message = order._marketplace_out_sentence()
                continue
            waiting = order.order_line.filtered("marketplace_to_return")
            with order._marketplace_unlocked():
                waiting._marketplace_take_back()
            if waiting and not any(waiting.mapped("marketplace_to_return")):
                problem._close()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    marketplace_to_return = fields.Float(
        string="To take back",
        readonly=True,
        copy=False,
        digits="Product Unit",
        help="Pieces that were cancelled at the marketplace after they had left.",
    )

    def _marketplace_set_quantity(self, quantity):
        """Bring the line to the quantity that is left at the platform; False where some of the goods have left already.

        What has not left stays here in any case.
        """
        self.ensure_one()
        has_left = self.state == "sale" and self.product_uom_id.compare(quantity, self.qty_delivered) < 0
        staying = max(quantity, self.qty_delivered) if has_left else quantity
        self._marketplace_write_quantity(staying)
        if self.marketplace_to_return != staying - quantity:
            self.marketplace_to_return = staying - quantity
        return not has_left

    def _marketplace_write_quantity(self, quantity):
        if self.product_uom_id.compare(self.product_uom_qty, quantity) == 0:
            return
        moves = self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and not move.origin_returned_move_id
        )
        if self.state != "sale" or quantity > self.product_uom_qty:
            self.product_uom_qty = quantity
            return
        self._marketplace_doubt_stock()
        units = self.marketplace_unit_refs or []
        # A lower line alone makes Odoo run a negative procurement, which can end in a receipt.
        moves._marketplace_shrink(self, self.product_uom_qty - quantity, units[int(quantity) :] if units[1:] else ())
        self.with_context(skip_procurement=True).product_uom_qty = quantity

    def _marketplace_doubt_stock(self):
        """Units were cancelled there: the marketplace shows them again, or nothing at all, as the reason says."""
        for order in self.order_id.filtered("marketplace_updated_at"):
            listings = (self & order.order_line).marketplace_listing_id
            listings._doubt_stock(order.marketplace_updated_at)

    def _marketplace_take_back(self):
        """Lower the lines by what came back of the pieces that were cancelled."""
        for line in self:
            back = min(line.product_uom_qty - line.qty_delivered, line.marketplace_to_return)
            if line.product_uom_id.compare(back, 0) > 0:
                line.with_context(skip_procurement=True).product_uom_qty -= back
                line.marketplace_to_return -= back
