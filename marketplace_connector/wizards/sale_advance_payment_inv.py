"""The dialogue of Create Invoice, for marketplace orders."""

from odoo import models
from odoo.exceptions import UserError


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def create_invoices(self):
        """One order has one invoice, over all of it: there is nothing to pay in advance."""
        if self.advance_payment_method != "delivered" and self.sale_order_ids.filtered("marketplace_shop_id"):
            raise UserError(
                self.env._("A marketplace order is invoiced as a whole when it is delivered: choose Regular invoice.")
            )
        return super().create_invoices()
