"""Invoices of marketplace orders: one an order, all lines at once, and never while there is doubt about the money."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_invoiceable_lines(self, final=False):
        """Doubt about money blocks the invoice, never the parcel."""
        for order in self:
            if order.marketplace_amount_state == "provisional":
                raise UserError(
                    self.env._(
                        "%(order)s cannot be invoiced yet: the marketplace has not told all amounts. They are read "
                        "by themselves; Pull Orders on the shop asks at once.",
                        order=order.name,
                    )
                )
            if order.marketplace_amount_state == "differ":
                raise UserError(
                    self.env._(
                        "%(order)s cannot be invoiced: its amounts differ by %(difference)s from the marketplace's "
                        "figures. Compare the order with its page there, then press Retry on the problem.",
                        order=order.name,
                        difference=order.currency_id.format(order.marketplace_amount_difference),
                    )
                )
        return super()._get_invoiceable_lines(final)

    def _marketplace_goods_are_delivered(self):
        """Tell whether nothing of the order is left to be delivered."""
        self.ensure_one()
        goods = self.order_line.filtered(lambda line: line.marketplace_kind == "goods" and line.product_uom_qty)
        if not self.picking_ids:  # nothing that is kept in stock
            return self.marketplace_status in ("shipped", "completed")
        return all(line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) >= 0 for line in goods)

    # === ORDERS THAT CAME IN FULFILLED === #

    @api.model
    def _marketplace_invoice_fulfilled(self, pairs):
        """Invoice and post what *Create fulfilled orders* brought in; the problems of orders where that failed.

        `pairs` are (sales order, `Order`). An order whose amounts are provisional or differ waits until they agree.
        """
        due = [(sale_order, order) for sale_order, order in pairs if sale_order._marketplace_is_to_be_invoiced()]
        return self._marketplace_invoice_halving(due) if due else []

    def _marketplace_is_to_be_invoiced(self):
        return (
            self.marketplace_came_fulfilled
            and self.state == "sale"
            and self.marketplace_amount_state == "exact"
            and self.invoice_status == "to invoice"
            and not self.invoice_ids.filtered(lambda invoice: invoice.state != "cancel")
        )

    @api.model
    def _marketplace_invoice_halving(self, pairs):
        """Invoice the orders in one go; if that fails, in halves until the order that cannot be stands alone."""
        try:
            with self.env.cr.savepoint():
                self.browse([sale_order.id for sale_order, _order in pairs])._marketplace_invoice()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001  whatever the books or any addon object to
            if len(pairs) > 1:
                middle = len(pairs) // 2
                first = self._marketplace_invoice_halving(pairs[:middle])
                return first + self._marketplace_invoice_halving(pairs[middle:])
            sale_order, order = pairs[0]
            text = str(error.args[0]) if error.args else type(error).__name__
            sentence = self.env._(
                "The order has left, but could not be invoiced: %(reason)s Correct that, then press Retry.",
                reason=text.split("\n")[0],
            )
            return [self._marketplace_failure(order, "not_invoiced", sentence, sale_order)]
        return []

    def _marketplace_invoice(self):
        """Post one invoice an order, dated by the shop's day on which the goods left."""
        invoices = self._create_invoices(grouped=True)
        for invoice in invoices:
            order = invoice.line_ids.sale_line_ids.order_id
            if invoice.currency_id.compare_amounts(invoice.amount_total, order.amount_total):
                raise UserError(
                    self.env._(
                        "The invoice would be over %(invoice)s, the order over %(order)s.",
                        invoice=invoice.currency_id.format(invoice.amount_total),
                        order=order.currency_id.format(order.amount_total),
                    )
                )
            invoice.invoice_date = order._marketplace_shipped_day()
        invoices.action_post()

    def _marketplace_shipped_day(self):
        """The day, in the shop's time zone, on which the last goods left."""
        moments = [moment for moment in self.picking_ids.mapped("date_done") if moment]
        moment = max(moments, default=self.marketplace_updated_at)
        in_shop = self.with_context(tz=self.marketplace_shop_id.tz)
        return fields.Datetime.context_timestamp(in_shop, moment).date()
