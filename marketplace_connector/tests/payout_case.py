"""Payouts with rows on orders that are delivered and invoiced, made through the ORM."""

from datetime import date
from itertools import count

from odoo.tests import new_test_user

from .test_flow_invoicing import InvoicingCase

START, END = date(2026, 3, 2), date(2026, 3, 8)


class PayoutCase(InvoicingCase):
    """Mixed with AtLazada or AtShopee: `self.shop` has orders that are invoiced, and payouts over them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(cls.env, "accountant", "account.group_account_invoice")
        cls.numbers = count(1)

    def invoiced_order(self, **facts):
        """An order of two pieces and one, with shipping fee and voucher, delivered and invoiced."""
        order = self.bought(**facts)
        self.deliver(order)
        self.invoice_all()
        self.assertEqual(order.invoice_ids.state, "posted")
        return order

    def row(self, key, amount, order=None, **values):
        """Values of a row: `order` is a sales order or a number at the marketplace."""
        fee_type = self.fee_type(key)
        ref = order.marketplace_order_ref if order and not isinstance(order, str) else order
        return {
            "row_ref": f"row-{next(self.numbers)}",
            "fee_type_id": fee_type.id,
            "name": fee_type.name,
            "date": END,
            "amount": amount,
            "order_ref": ref,
            "order_id": order.id if ref and not isinstance(order, str) else False,
            **values,
        }

    def fee_type(self, kind):
        """A fee type of the shop's platform: by its key, or the first one of a kind."""
        types = self.env["marketplace.fee.type"].search([("provider", "=", self.shop.provider)])
        types = types.filtered(lambda each: each.key == kind) or types.filtered(lambda each: each.kind == kind)
        return types.sorted("id")[:1]

    def sale(self, order, amount=None, **values):
        """The order's amounts in one row; without `amount` what its invoices are over."""
        total = sum(
            order.invoice_ids.filtered(lambda move: move.state == "posted").mapped("amount_total_in_currency_signed")
        )
        return self.row("order_amount", total if amount is None else amount, order, **values)

    def payout(self, *rows, balanced=True, **values):
        """A payout that the platform has closed; what the rows come to is paid out, unless `values` say otherwise."""
        payout = self.env["marketplace.payout"].create(
            {
                "shop_id": self.shop.id,
                "currency_id": self.shop.currency_id.id,
                "ref": f"P{next(self.numbers):05}",
                "date_start": START,
                "date_end": END,
                "date": END,
                "is_final": True,
                **values,
            }
        )
        self.env["marketplace.payout.line"].create([{**row, "payout_id": payout.id} for row in rows])
        if balanced:
            payout.paid_out += payout.difference
        payout._check()
        return payout

    def post(self, payout):
        """Post as the accountant does; fails where anything is in the way."""
        payout.with_user(self.accountant).action_post()
        self.env.invalidate_all()
        self.assertEqual(payout.state, "posted", payout.obstacle_ids.mapped("message"))
        return payout.move_id

    def reasons(self, payout):
        """What is in the way, in order."""
        return payout.obstacle_ids.mapped("reason")

    def booked(self, payout):
        """{account: what the entry books there in the payout's currency}"""
        found = {}
        for item in payout.move_id.line_ids:
            found[item.account_id] = payout.currency_id.round(found.get(item.account_id, 0) + item.amount_currency)
        return found

    def held(self):
        """What stands on the shop's intermediary account, in the payouts' currency."""
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.shop.payout_journal_id.marketplace_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return self.shop.currency_id.round(sum(items.mapped("amount_currency")))
