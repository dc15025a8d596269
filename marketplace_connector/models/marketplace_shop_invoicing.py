"""When a shop's orders are invoiced, and whether the invoices are posted."""

from odoo import api, fields, models


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    invoice_orders = fields.Selection(
        [("manual", "By hand"), ("delivered", "When the whole order is delivered")],
        string="Invoice",
        required=True,
        default="manual",
        help="One order has one invoice, over all of it, when all its goods are delivered. By hand: Create Invoice on "
        "the order, or Ship and Invoice. Orders that come in fulfilled are always invoiced and posted.",
    )
    post_invoices = fields.Selection(
        [("draft", "Leave as drafts"), ("posted", "Post")],
        string="Invoices made by themselves",
        required=True,
        default="draft",
        help="Drafts can be looked at before they are posted. A payout can only settle posted invoices.",
    )

    takes_invoice_numbers = fields.Boolean(compute="_compute_takes_invoice_numbers")
    tell_invoice_numbers = fields.Boolean(
        string="Tell the numbers",
        copy=False,
        help="When an invoice is posted, its number is told to the marketplace, which shows it with the order. The "
        "document itself is uploaded by hand: Print for Upload on the invoices.",
    )

    @api.depends("provider")
    def _compute_takes_invoice_numbers(self):
        for shop in self:
            shop.takes_invoice_numbers = bool(shop.account_id) and shop._capabilities().takes_invoice_numbers

    def write(self, vals):
        result = super().write(vals)
        if vals.get("invoice_orders") == "delivered":
            self.env.ref("marketplace_connector.ir_cron_invoice").sudo()._trigger()
        return result
