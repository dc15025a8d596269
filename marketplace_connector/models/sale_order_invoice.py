"""Invoices of marketplace orders: one an order, all lines at once, and never while there is doubt about the money."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

AT_ONCE = 50  # invoices in one transaction


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_invoice_wanted = fields.Boolean(
        readonly=True, copy=False, help="Ship and Invoice was pressed: it is invoiced when all goods are delivered."
    )

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        if self.marketplace_shop_id:
            values |= {
                "marketplace_shop_id": self.marketplace_shop_id.id,
                "marketplace_order_ref": self.marketplace_order_ref,
                "invoice_date": self._marketplace_shipped_day(),
            }
        return values

    def _create_invoices(self, grouped=False, final=False, date=None):
        """One order, one invoice, over the order's total: customers of many orders may be one contact."""
        ours = self.filtered("marketplace_shop_id")
        if not ours:
            return super()._create_invoices(grouped, final, date)
        others = (self - ours).with_context(raise_if_nothing_to_invoice=False)
        theirs = super(SaleOrder, others)._create_invoices(grouped, final, date)
        if theirs:  # with nothing to invoice of ours they are what was asked for
            ours = ours.with_context(raise_if_nothing_to_invoice=False)
        invoices = super(SaleOrder, ours)._create_invoices(True, final, date)
        for invoice in invoices:
            order = invoice.line_ids.sale_line_ids.order_id
            if invoice.currency_id.compare_amounts(invoice.amount_total, order.amount_total):
                raise UserError(
                    self.env._(
                        "The invoice of %(order)s would be over %(invoice)s, the order is over %(total)s. Press Retry "
                        "on the order's problem, or look at its lines.",
                        order=order.name,
                        invoice=invoice.currency_id.format(invoice.amount_total),
                        total=order.currency_id.format(order.amount_total),
                    )
                )
        return invoices | theirs

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

    # === BY ITSELF === #

    @api.model
    def _cron_invoice(self):
        """Invoice what is delivered, where the shop wants that; an order that cannot be is a problem."""
        due = [("marketplace_shop_id", "!=", False), ("state", "=", "sale"), ("invoice_status", "=", "to invoice")]
        shops = [shop for (shop,) in self._read_group(due, ["marketplace_shop_id"])]
        commit_progress = self.env["ir.cron"]._commit_progress
        due_of = {shop: self.with_env(shop._as_system().env)._marketplace_due_for_invoice(shop) for shop in shops}
        commit_progress(remaining=sum(map(len, due_of.values())))
        for shop, orders in due_of.items():
            for first in range(0, len(orders), AT_ONCE):
                batch = orders[first : first + AT_ONCE]
                self.env["marketplace.job"]._record(shop, batch._marketplace_invoice_halving())
                if not commit_progress(processed=len(batch)):
                    return

    @api.model
    def _marketplace_due_for_invoice(self, shop):
        """The shop's orders that are to be invoiced now, without those whose problem waits for a person."""
        found = self.search(
            [
                ("marketplace_shop_id", "=", shop.id),
                ("state", "=", "sale"),
                ("invoice_status", "=", "to invoice"),
                ("marketplace_amount_state", "=", "exact"),
            ]
        )
        return found.filtered(
            lambda order: (
                order._marketplace_is_to_be_invoiced() and not order.marketplace_job_ids.filtered("is_problem")
            )
        )

    @api.model
    def _marketplace_invoice_due(self, orders):
        """Invoice those of the orders that are to be invoiced by now; the problems of those where that failed."""
        due = orders.filtered(lambda order: order._marketplace_is_to_be_invoiced())
        return due._marketplace_invoice_halving() if due else []

    def _marketplace_is_to_be_invoiced(self):
        return (
            (
                self.marketplace_came_fulfilled
                or self.marketplace_invoice_wanted
                or self.marketplace_shop_id.invoice_orders == "delivered"
            )
            and self.state == "sale"
            and self.marketplace_amount_state == "exact"
            and self.invoice_status == "to invoice"
            and not self._marketplace_live_invoices()
        )

    def _marketplace_live_invoices(self):
        return self.invoice_ids.filtered(lambda move: move.move_type == "out_invoice" and move.state != "cancel")

    def _marketplace_posted_invoice(self):
        return self._marketplace_live_invoices().filtered(lambda move: move.state == "posted")[:1]

    def _marketplace_invoice_halving(self):
        """Invoice the orders in one go; if that fails, in halves until the order that cannot be stands alone."""
        if not self:
            return []
        try:
            with self.env.cr.savepoint():
                self._marketplace_invoice()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001  whatever the books or any addon object to
            if len(self) > 1:
                middle = len(self) // 2
                return self[:middle]._marketplace_invoice_halving() + self[middle:]._marketplace_invoice_halving()
            text = str(error.args[0]) if error.args else type(error).__name__
            sentence = self.env._(
                "The order has left, but could not be invoiced: %(reason)s Correct that, then press Retry.",
                reason=text.split("\n")[0],
            )
            return [{"order_ref": self.marketplace_order_ref, "reason": "not_invoiced", "message": sentence}]
        return []

    def _marketplace_invoice(self):
        """One invoice an order, posted where the shop posts them; what came in fulfilled is always posted."""
        invoices = self._create_invoices(grouped=True)
        posted = self.filtered(
            lambda order: order.marketplace_came_fulfilled or order.marketplace_shop_id.post_invoices == "posted"
        )
        invoices.filtered(lambda move: move.line_ids.sale_line_ids.order_id <= posted).action_post()

    def _marketplace_shipped_day(self):
        """The day, in the shop's time zone, on which the last goods left."""
        moments = [moment for moment in self.picking_ids.mapped("date_done") if moment]
        moment = max(moments, default=self.marketplace_updated_at)
        in_shop = self.with_context(tz=self.marketplace_shop_id.tz)
        return fields.Datetime.context_timestamp(in_shop, moment).date()

    # === SHIP AND INVOICE === #

    def action_marketplace_ship_and_invoice(self):
        """*Ship and Invoice*: validate what is left to deliver, and invoice the order as soon as all is delivered."""
        self._marketplace_check_may_invoice()
        self._marketplace_want_invoice()
        pickings = self._marketplace_open_deliveries()
        action = pickings.button_validate() if pickings else True
        return action if isinstance(action, dict) else self._marketplace_invoice_wanted_now()

    def _marketplace_check_may_invoice(self):
        self.check_access("read")
        if not self.env.user.has_groups("account.group_account_invoice,sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only salespeople and accountants can invoice. Ask one of them."))

    def _marketplace_want_invoice(self):
        ours = self.filtered(lambda order: order.marketplace_shop_id and order.state == "sale")
        if not ours:
            raise UserError(
                self.env._("There is nothing to ship or to invoice: none is a confirmed marketplace order.")
            )
        ours.sudo().marketplace_invoice_wanted = True

    def _marketplace_invoice_wanted_now(self):
        """Invoice what is delivered by now, and say what came of it; the rest follows by itself."""
        jobs = self.env["marketplace.job"]
        for shop, orders in self.sudo().grouped("marketplace_shop_id").items():
            orders = orders.with_env(shop._as_system().env)
            jobs.sudo()._record(shop, self._marketplace_invoice_due(orders))
        self.invalidate_recordset()
        invoiced = self.filtered(lambda order: order.sudo()._marketplace_live_invoices())
        waiting = self - invoiced
        message = self.env._("%(count)s orders are invoiced.", count=len(invoiced))
        if waiting:
            message += " " + self.env._(
                "%(count)s are invoiced when all goods have left and their amounts are known.", count=len(waiting)
            )
        return jobs._notify(message, "warning" if waiting else "success")
