"""Group invoices, credit notes and bills into a payout by hand."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.marketplace_payout_by_hand import TO_US


class MarketplaceGroupPayout(models.TransientModel):
    """The documents that a marketplace paid out together, and what it took off."""

    _name = "marketplace.group.payout"
    _inherit = ["marketplace.access.guard"]
    _description = "Group Documents into a Payout"
    _check_company_auto = True

    payout_id = fields.Many2one("marketplace.payout", readonly=True)
    shop_id = fields.Many2one("marketplace.shop", required=True, readonly=True)
    provider = fields.Selection(related="shop_id.provider")
    company_id = fields.Many2one(related="shop_id.company_id")
    currency_id = fields.Many2one(related="shop_id.currency_id")
    partner_id = fields.Many2one(related="shop_id.payout_partner_id.commercial_partner_id")
    date = fields.Date(required=True, default=fields.Date.context_today, help="The payout is booked on this day.")
    ref = fields.Char(
        string="Statement number",
        required=True,
        help="Its number in the Seller Center; where it has none, words by which you find it again.",
    )
    document_ids = fields.Many2many(
        "account.move",
        string="Documents",
        domain="[('company_id', '=', company_id), ('state', '=', 'posted'), ('currency_id', '=', currency_id), "
        "('amount_residual', '!=', 0), '|', '&', ('move_type', 'in', ('out_invoice', 'out_refund')), "
        "('marketplace_shop_id', '=', shop_id), '&', ('move_type', 'in', ('in_invoice', 'in_refund')), "
        "('commercial_partner_id', '=', partner_id)]",
        help="Invoices and credit notes of the shop's orders, and bills of the marketplace. What is open of them is "
        "settled.",
    )
    fee_ids = fields.One2many("marketplace.group.payout.fee", "wizard_id", string="Fees")
    documents_total = fields.Monetary(string="Documents come to", compute="_compute_totals")
    fees_total = fields.Monetary(string="Fees taken off", compute="_compute_totals")
    total = fields.Monetary(string="Goes to the bank", compute="_compute_totals")
    expected = fields.Monetary(
        string="Payout by the statement",
        help="What the marketplace says that it paid. Left at 0 it is not compared.",
    )
    difference = fields.Monetary(
        string="Missing", compute="_compute_totals", help="By the statement less what documents and fees come to."
    )

    @api.model
    def _open_for(self, shop=None, documents=None, payout=None):
        """The action that opens the dialogue for a shop, with documents, or for a payout that is to be changed."""
        values = payout and {
            "payout_id": payout.id,
            "shop_id": payout.shop_id.id,
            "date": payout.date,
            "ref": payout.ref,
            "document_ids": [Command.set(payout.line_ids.document_id.ids)],
            "fee_ids": [
                Command.create({"fee_type_id": line.fee_type_id.id, "name": line.name, "amount": -line.amount})
                for line in payout.line_ids
                if not line.document_id
            ],
        }
        today = fields.Date.context_today(self)
        wizard = self.create(
            values
            or {
                "shop_id": shop.id,
                "ref": self.env._("By hand %(day)s", day=fields.Date.to_string(today)),
                "document_ids": [Command.set(documents.ids if documents else [])],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Group into a Payout"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.depends("document_ids", "fee_ids.amount", "expected", "currency_id")
    def _compute_totals(self):
        for wizard in self:
            wizard.documents_total = sum(
                document.amount_residual if document.move_type in TO_US else -document.amount_residual
                for document in wizard.document_ids
            )
            wizard.fees_total = sum(wizard.fee_ids.mapped("amount"))
            wizard.total = wizard.documents_total - wizard.fees_total
            missing = wizard.expected - wizard.total if wizard.expected else 0
            wizard.difference = wizard.currency_id.round(missing)

    def action_group(self):
        """*Make the Payout*: a draft of it, or the changed one, with what is in its way."""
        self.ensure_one()
        self.shop_id.check_access("read")
        payout = self.payout_id
        payout._check_may_group()
        if payout:
            payout._check_may_regroup()
        self._check_whole()
        self.document_ids.check_access("read")
        self.document_ids._marketplace_check_groupable(self.shop_id, payout)
        values = {"shop_id": self.shop_id.id, "ref": self.ref.strip(), "date": self.date}
        fees = [(fee.fee_type_id, -fee.amount, fee.name) for fee in self.fee_ids if fee.amount]
        made = payout._group_by_hand(values, self.document_ids, fees)
        return made._open_as_page(made.ref)

    def _check_whole(self):
        """Raise UserError where the dialogue is not filled so that a payout comes of it."""
        say = self.env._
        if not self.document_ids and not self.fee_ids:
            raise UserError(say("Choose the documents that were paid out, or type a fee."))
        if self.difference:
            raise UserError(
                say(
                    "By the statement %(expected)s were paid, the documents less the fees come to %(total)s: "
                    "%(difference)s are missing. Add the document or the fee that explains them.",
                    expected=self.currency_id.format(self.expected),
                    total=self.currency_id.format(self.total),
                    difference=self.currency_id.format(self.difference),
                )
            )
        same = (
            self.env["marketplace.payout"]
            .sudo()
            .search(
                [("shop_id", "=", self.shop_id.id), ("ref", "=", self.ref.strip()), ("id", "!=", self.payout_id.id)]
            )
        )
        if same:
            raise UserError(say("%(shop)s has a payout %(ref)s already.", shop=self.shop_id.name, ref=same.ref))


class MarketplaceGroupPayoutFee(models.TransientModel):
    """A fee that the marketplace took off a payout grouped by hand."""

    _name = "marketplace.group.payout.fee"
    _inherit = ["marketplace.access.guard"]
    _description = "Fee in a Payout Grouped by Hand"

    wizard_id = fields.Many2one("marketplace.group.payout", required=True, ondelete="cascade")
    provider = fields.Selection(related="wizard_id.provider")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    fee_type_id = fields.Many2one(
        "marketplace.fee.type",
        required=True,
        domain="[('provider', '=', provider), ('kind', 'not in', ('order_amount', 'bank', 'unknown'))]",
    )
    name = fields.Char(string="Description")
    amount = fields.Monetary(
        string="Taken off", required=True, help="Tax included. Negative where the marketplace paid it to you."
    )
