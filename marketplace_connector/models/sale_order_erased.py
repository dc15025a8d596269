"""Orders whose buyer was erased: they stay, and nothing personal comes back to them."""

from odoo import fields, models
from odoo.exceptions import UserError

from .personal_texts import blank

SAID_BY_BUYER = {"marketplace_buyer_note": False, "marketplace_cancel_reason": False}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_erased = fields.Boolean(
        string="Buyer erased",
        readonly=True,
        copy=False,
        help="The buyer's data were erased: nothing of them comes back, whatever the marketplace sends.",
    )

    def _marketplace_refuse_to_erase(self):
        """Raise UserError while the buyer's address is needed."""
        open_ones = self.filtered(lambda order: order.state in ("draft", "sent"))
        open_ones |= self.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel")).sale_id
        if open_ones:
            raise UserError(
                self.env._(
                    "Still to be shipped: %(orders)s. That needs the address: ship or cancel first, then erase the "
                    "buyer.",
                    orders=", ".join(open_ones[:10].mapped("name")),
                )
            )

    def _marketplace_forget_buyer(self):
        """Take the note and the labels away, and let nothing of them come back; the number of labels."""
        labels = self.marketplace_package_ids.label_id
        count = len(labels)
        labels.unlink()
        self.write({**SAID_BY_BUYER, "marketplace_erased": True})
        return count

    def _marketplace_blank(self, personal):
        """Cut what is personal out of what people have written on orders, deliveries and drafts of invoices."""
        for order in self:
            with order._marketplace_unlocked():
                blank(order.order_line, personal)
        drafts = self.invoice_ids.filtered(lambda invoice: invoice.state == "draft")
        for records in (self, self.picking_ids, self.picking_ids.move_ids, drafts):
            blank(records, personal)

    def _marketplace_kept(self, facts):
        """What is taken over of the platform's facts."""
        return {**facts, **SAID_BY_BUYER} if self.marketplace_erased else facts


class MarketplacePackage(models.Model):
    _inherit = "marketplace.package"

    def _needs_label(self):
        return not self.order_id.marketplace_erased and super()._needs_label()
