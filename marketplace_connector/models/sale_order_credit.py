"""Credit notes of orders that were cancelled or came back after they were invoiced: proposed, never made silently."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .sale_order_checks import OVER


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_credit_due = fields.Boolean(
        string="Credit note due",
        compute="_compute_marketplace_credit_due",
        help="More is invoiced than the buyer keeps: goods came back, or were cancelled at the marketplace.",
    )

    @api.depends(
        "order_line.qty_invoiced_posted",
        "order_line.qty_delivered",
        "order_line.product_uom_qty",
        "order_line.marketplace_to_return",
        "marketplace_status",
        "invoice_ids.state",
    )
    def _compute_marketplace_credit_due(self):
        for order in self:
            drafts = order.sudo().invoice_ids.filtered(lambda move: move.state == "draft")
            lines = order.order_line if order.marketplace_shop_id and not drafts else order.order_line.browse()
            order.marketplace_credit_due = any(line._marketplace_credit_quantity() for line in lines)

    def action_marketplace_credit_note(self):
        """*Prepare Credit Note*: a draft with everything filled, to be looked at and posted."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accountants can credit invoices. Ask one of them."))
        invoice = self._marketplace_posted_invoice()
        if not invoice or not self.marketplace_credit_due:
            raise UserError(
                self.env._(
                    "There is nothing to credit: no more is invoiced than the buyer keeps, or a draft is waiting under "
                    "Invoices."
                )
            )
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        reason = self.marketplace_cancel_reason or self.env._("Cancelled or returned at the marketplace")
        made = wizard.create(
            {"reason": reason, "journal_id": invoice.journal_id.id, "date": fields.Date.context_today(self)}
        )
        made.reverse_moves()
        credit = made.new_move_ids
        if self._marketplace_credits() or not self._marketplace_is_over():
            credit._marketplace_keep_what_is_due(self)
        return credit.get_formview_action()

    def _marketplace_is_over(self):
        return self.state == "cancel" or self.marketplace_status in OVER

    def _marketplace_credits(self):
        """The order's posted credit notes."""
        return self.sudo().invoice_ids.filtered(lambda move: move.move_type == "out_refund" and move.state == "posted")

    def _marketplace_was_credited(self):
        """Go on with what waited for the credit note: cancel orders that are over, close their problems."""
        self.invalidate_recordset()
        self.filtered("marketplace_shop_id")._marketplace_goods_came_back()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _marketplace_credit_quantity(self):
        """Pieces that are invoiced and that the buyer does not keep."""
        self.ensure_one()
        if self.order_id._marketplace_is_over():
            return max(self.qty_invoiced_posted, 0)
        if self.marketplace_kind != "goods":
            return 0
        kept = self.product_uom_qty - self.marketplace_to_return
        if self.move_ids.filtered(lambda move: move.state == "done" and move.location_dest_id.usage == "internal"):
            kept = min(kept, self.qty_delivered)
        return max(self.qty_invoiced_posted - kept, 0)

    def _marketplace_charged(self):
        """What posted invoices charge for the line, less what posted credit notes gave back: quantity times price."""
        posted = self.sudo().invoice_lines.filtered(lambda line: line.parent_state == "posted")
        return sum(-line.move_id.direction_sign * line.quantity * line.price_unit for line in posted)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _marketplace_keep_what_is_due(self, order):
        """Leave on the credit note, a copy of the whole invoice, what the buyer of `order` does not keep and was not
        credited for before."""
        self.ensure_one()
        commands = []
        for line in self.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            sale_line = line.sale_line_ids[:1]
            if sale_line.marketplace_kind == "voucher":
                # The part of the voucher that the marketplace took back with the pieces.
                price = sale_line._marketplace_charged() - (0 if order._marketplace_is_over() else sale_line.price_unit)
                keep = None if order.currency_id.is_zero(price) else {"quantity": 1, "price_unit": price}
            else:
                quantity = sale_line._marketplace_credit_quantity() if sale_line else 0
                keep = {"quantity": quantity} if quantity else None
            commands.append(Command.update(line.id, keep) if keep else Command.delete(line.id))
        self.write({"invoice_line_ids": commands})
