"""Invoices and credit notes of marketplace orders: where they come from, and taking them out for Seller Center."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "marketplace.access.guard"]

    marketplace_shop_id = fields.Many2one(
        "marketplace.shop",
        string="Marketplace shop",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    marketplace_order_ref = fields.Char(
        string="Marketplace order",
        readonly=True,
        copy=False,
        index="trigram",
        help="The order's number at the marketplace.",
    )
    marketplace_uploaded = fields.Boolean(
        string="Uploaded to the marketplace",
        copy=False,
        tracking=True,
        help="Buyers of a marketplace get no mail from Odoo: where an invoice is asked for, it is uploaded in Seller "
        "Center. Print for Upload ticks this.",
    )

    def action_marketplace_print(self):
        """*Print for Upload*: the invoices in one PDF, ticked as uploaded."""
        self.check_access("write")
        moves = self.filtered(lambda move: move.marketplace_shop_id and move.is_sale_document())
        if not moves:
            raise UserError(self.env._("None of these is an invoice of a marketplace order."))
        if drafts := moves.filtered(lambda move: move.state != "posted"):
            raise UserError(
                self.env._(
                    "%(count)s of the invoices are not posted, such as the one of %(order)s. Post them first.",
                    count=len(drafts),
                    order=drafts[0].marketplace_order_ref,
                )
            )
        moves.marketplace_uploaded = True
        return self.env.ref("account.account_invoices").report_action(moves, config=False)

    @api.model_create_multi
    def create(self, vals_list):
        """A credit note belongs to the shop and the order of the invoice that it reverses."""
        moves = super().create(vals_list)
        for move in moves.sudo().filtered("reversed_entry_id.marketplace_shop_id"):
            invoice = move.reversed_entry_id
            move.write(
                {
                    "marketplace_shop_id": invoice.marketplace_shop_id.id,
                    "marketplace_order_ref": invoice.marketplace_order_ref,
                }
            )
        return moves

    def _post(self, soft=True):
        """A credit note that is posted may be what a cancelled order waited for; some marketplaces want the number of
        each invoice."""
        posted = super()._post(soft)
        ours = posted.filtered("marketplace_shop_id").sudo().grouped("move_type")
        if credit_notes := ours.get("out_refund"):
            credit_notes.line_ids.sale_line_ids.order_id._marketplace_was_credited()
        if invoices := ours.get("out_invoice"):
            told = invoices.filtered("marketplace_shop_id.tell_invoice_numbers")
            self.env["marketplace.job"].sudo()._order_act("invoice", told.line_ids.sale_line_ids.order_id)
        return posted
