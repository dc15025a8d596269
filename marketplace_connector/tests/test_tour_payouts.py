from odoo import Command, fields
from odoo.tests import tagged

from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourPayouts(TourCase):
    def setUp(self):
        super().setUp()
        self.shop = self.connect("lazada")
        self.shop.create_fulfilled = True
        placed = self.lazada.place_order(self.lazada.shop("SG"), [("LAMP-WHT", 1)])
        self.lazada.advance(placed, "delivered")
        self.pull(self.shop)
        self.sold = self.order(placed.order_id)
        self.payout = self.make_payout()

    def fee(self, key, kind):
        fee_types = self.env["marketplace.fee.type"]
        values = {"provider": "lazada", "key": key, "name": key, "kind": kind}
        return fee_types._of_key("lazada", key) or fee_types.create(values)

    def make_payout(self):
        """A statement with an order, and a fee of a kind that nobody knows yet."""
        today = fields.Date.today()
        of_order = {"order_id": self.sold.id, "order_ref": self.sold.marketplace_order_ref}
        rows = [
            {"fee_type_id": self.fee("by_hand", "order_amount").id, "amount": self.sold.amount_total, **of_order},
            {"fee_type_id": self.fee("Mystery Fee", "unknown").id, "amount": -2.5},
        ]
        rows = [{**row, "row_ref": f"TOUR/{number}", "date": today} for number, row in enumerate(rows)]
        days = dict.fromkeys(("date_start", "date_end", "date"), today)
        money = {"currency_id": self.shop.currency_id.id, "paid_out": self.sold.amount_total - 2.5}
        values = {"shop_id": self.shop.id, "ref": "TOUR-1", "is_final": True, **days, **money}
        payout = self.env["marketplace.payout"].create({**values, "line_ids": list(map(Command.create, rows))})
        payout._gather_orders()
        payout._check()
        return payout

    def test_month_end(self):
        """R85 R86 R88 D9: what was settled is read, an unknown fee solved, the payout posted, its bank line matched."""
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        line = {"journal_id": bank.id, "payment_ref": "LAZADA TOUR-1", "amount": self.payout.paid_out}
        self.env["account.bank.statement.line"].create({**line, "date": fields.Date.today()})
        self.tour("payouts", url="/odoo/marketplace-payouts")
        self.assertEqual((self.payout.state, self.payout.bank_state), ("posted", "arrived"))
        self.assertEqual(self.sold.invoice_ids.payment_state, "paid")
        read = self.env["marketplace.payout"].search([("shop_id", "=", self.shop.id), ("id", "!=", self.payout.id)])
        self.assertEqual(read.settlement_ids.order_id, self.sold)
        self.assertEqual((read.state, read.obstacle_ids.mapped("reason")), ("draft", ["not_final"]))
