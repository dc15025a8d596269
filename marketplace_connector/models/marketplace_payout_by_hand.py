"""Payouts grouped by hand from invoices, credit notes and vendor bills, where a marketplace gives no payout data."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .marketplace_fee_type import BILL, BY_HAND

FROM_CUSTOMERS = ("out_invoice", "out_refund")
FROM_VENDORS = ("in_invoice", "in_refund")
TO_US = ("out_invoice", "in_refund")  # what is open of these raises the payout


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    document_count = fields.Integer(string="Documents", compute="_compute_document_count")

    @api.depends("line_ids.document_id")
    def _compute_document_count(self):
        for payout in self:
            payout.document_count = len(payout.line_ids.document_id)

    def action_change_group(self):
        """*Change*: the documents and fees of a payout that was grouped by hand."""
        self.ensure_one()
        self._check_may_group()
        self._check_may_regroup()
        return self.env["marketplace.group.payout"]._open_for(payout=self)

    def _check_may_group(self):
        """Raise AccessError unless the user may group documents into payouts."""
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accountants can group documents into payouts. Ask one of them."))

    def _check_may_regroup(self):
        if self.source != "manual":
            raise UserError(
                self.env._("%(payout)s was read from the marketplace: its rows are the statement's.", payout=self.ref)
            )
        if self.state != "draft":
            raise UserError(
                self.env._("%(payout)s is not a draft any more. Cancel it first, to change it.", payout=self.ref)
            )

    @api.model
    def _group_by_hand(self, values, documents, fees):
        """Make the payout of the documents, or bring `self` to them; the payout.

        `values` are shop_id, ref and date; `fees` are (fee type, amount, description), the amount negative where the
        marketplace takes it. What is paid out is what they come to.
        """
        shop = self.env["marketplace.shop"].browse(values["shop_id"])
        ref, day = values["ref"], values["date"]
        rows = [self._row_of_document(shop, ref, document) for document in documents]
        rows += [
            {
                "row_ref": f"hand/{ref}/fee/{number}",
                "fee_type_id": fee_type.id,
                "name": name or fee_type.name,
                "amount": amount,
                "date": day,
            }
            for number, (fee_type, amount, name) in enumerate(fees, 1)
        ]
        days = {"date_start": day, "date_end": day, "date": day}
        money = {"currency_id": shop.currency_id.id, "paid_out": sum(row["amount"] for row in rows)}
        values = {**values, **days, **money, "source": "manual", "is_final": True}
        payout = self.sudo()
        if payout:
            payout.line_ids.unlink()
            payout.write({**values, "line_ids": list(map(Command.create, rows))})
        else:
            payout = payout.create({**values, "line_ids": list(map(Command.create, rows))})
        payout._gather_orders()
        payout._check()
        return payout.with_env(self.env)

    def _row_of_document(self, shop, ref, document):
        """Values of the row that settles what is open of the document."""
        fee_types = self.env["marketplace.fee.type"].with_company(shop.company_id)
        sign = 1 if document.move_type in TO_US else -1
        values = {
            "row_ref": f"hand/{ref}/{document.id}",
            "document_id": document.id,
            "name": document.name,
            "amount": sign * document.amount_residual,
            "date": document.invoice_date,
        }
        if document.move_type in FROM_VENDORS:
            payable = document._marketplace_open_items().account_id[:1]
            return {**values, "fee_type_id": fee_types._of_key(shop.provider, BILL).id, "account_id": payable.id}
        order = document.sudo().line_ids.sale_line_ids.order_id.filtered("marketplace_shop_id")[:1]
        return {
            **values,
            "fee_type_id": fee_types._of_key(shop.provider, BY_HAND).id,
            "order_ref": document.marketplace_order_ref,
            "order_id": order.id,
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_marketplace_group_payout(self):
        """*Group into a Payout*: the dialogue with these documents."""
        self.env["marketplace.payout"]._check_may_group()
        self.check_access("read")
        shops = self.marketplace_shop_id
        if not shops:
            raise UserError(
                self.env._(
                    "None of these is an invoice of a marketplace order. Choose the invoices that were paid out; bills "
                    "of the marketplace can be chosen with them."
                )
            )
        if len(shops) > 1:
            raise UserError(
                self.env._(
                    "These are of several shops: %(shops)s. A payout is of one shop.",
                    shops=", ".join(shops.mapped("name")),
                )
            )
        self._marketplace_check_groupable(shops)
        return self.env["marketplace.group.payout"]._open_for(shop=shops, documents=self)

    def _marketplace_open_items(self):
        """The journal items that wait to be paid."""
        return self.line_ids.filtered(
            lambda item: (
                item.account_id.account_type in ("asset_receivable", "liability_payable") and not item.reconciled
            )
        )

    def _marketplace_check_groupable(self, shop, payout=None):
        """Raise UserError that names the documents which cannot stand in a payout of the shop, and why."""
        reasons = {}
        grouped = self._marketplace_grouped_elsewhere(payout)
        for document in self:
            if reason := document._marketplace_why_not_groupable(shop, grouped.get(document)):
                reasons.setdefault(reason, []).append(document.name or document.ref or self.env._("a draft"))
        if reasons:
            raise UserError("\n".join(f"{', '.join(names[:10])}: {reason}" for reason, names in reasons.items()))

    def _marketplace_grouped_elsewhere(self, payout):
        rows = (
            self.env["marketplace.payout.line"]
            .sudo()
            .search(
                [
                    ("document_id", "in", self.ids),
                    ("state", "=", "draft"),
                    ("payout_id", "!=", payout.id if payout else False),
                ]
            )
        )
        return {row.document_id: row.payout_id for row in rows}

    def _marketplace_why_not_groupable(self, shop, grouped):
        """Why the document cannot stand in a payout of the shop, in words; empty where it can."""
        say, partner = self.env._, shop.payout_partner_id
        if self.move_type not in FROM_CUSTOMERS + FROM_VENDORS:
            return say("it is neither an invoice, nor a credit note, nor a vendor bill.")
        if self.company_id != shop.company_id:
            return say("it is of another company than %(shop)s.", shop=shop.name)
        if self.move_type in FROM_CUSTOMERS and self.marketplace_shop_id != shop:
            return say("it is not of an order of %(shop)s.", shop=shop.name)
        if self.move_type in FROM_VENDORS and self.commercial_partner_id != partner.commercial_partner_id:
            return say(
                "it is of another vendor than the marketplace, which is %(partner)s on the shop's page.",
                partner=partner.name or say("not chosen"),
            )
        if self.state != "posted":
            return say("it is not posted. Post it first.")
        if self.currency_id != shop.currency_id:
            return say("it is in another currency than the shop, %(currency)s.", currency=shop.currency_id.name)
        if not self._marketplace_open_items():
            return say("it is paid already.")
        if grouped:
            return say("it stands in payout %(payout)s, which is not posted yet.", payout=grouped.ref)
        return ""
