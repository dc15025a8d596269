"""Payouts made from plain facts, for tests of what happens around them."""

from odoo import Command
from odoo.tests import new_test_user

from .common import MarketplaceCase


class PayoutFacts(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = "account.group_account_invoice,sales_team.group_sale_salesman_all_leads"
        cls.accountant = new_test_user(cls.env, "accountant", rights)

    def fee(self, key, kind="commission", shop=None):
        """A fee type of the shop's marketplace with an account."""
        shop = shop or self.lazada_shop
        fee_types = self.env["marketplace.fee.type"].with_company(shop.company_id)
        known = fee_types.search([("provider", "=", shop.provider), ("key", "=", key)])
        made = known or fee_types.create({"provider": shop.provider, "key": key, "name": key, "kind": kind})
        if made.needs_account:
            made._set_up_accounts()
        return made

    def payout(self, rows, shop=None, ref="S1", paid_out=None, **values):
        """A payout in draft; each row is (order or None, kind, amount[, other values])."""
        shop = shop or self.lazada_shop
        lines = []
        for number, (order, kind, amount, *more) in enumerate(rows):
            row = {"row_ref": f"{ref}/{number}", "fee_type_id": self.fee(f"test {kind}", kind, shop).id}
            row |= {"name": f"Row {number}", "amount": amount, "date": "2026-03-08"}
            if order:
                row |= {"order_id": order.id, "order_ref": order.marketplace_order_ref}
            lines.append(Command.create(row | (more[0] if more else {})))
        sent = sum(amount for _order, _kind, amount, *_more in rows) if paid_out is None else paid_out
        days = {"date_start": "2026-03-02", "date_end": "2026-03-08", "date": "2026-03-08"}
        money = {"currency_id": shop.currency_id.id, "paid_out": sent}
        values = {"shop_id": shop.id, "ref": ref, "is_final": True, "is_paid": True, **days, **money, **values}
        return self.env["marketplace.payout"].create({**values, "line_ids": lines})

    def delivered(self, *quantities):
        """Orders at Lazada, each of so many pieces, that are delivered there and invoiced here."""
        self.lazada_shop.create_fulfilled = True
        placed = [self.place_lazada([(self.sku, quantity)]) for quantity in quantities]
        for one in placed:
            self.lazada.advance(one, "delivered")
        return self.import_now(*placed)
