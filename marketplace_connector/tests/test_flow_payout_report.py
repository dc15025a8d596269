"""The PDF of a payout, and the intermediary account held against the marketplace's own figure."""

from odoo.tests import tagged

from .test_flow_payout_bank import BankCase


@tagged("post_install", "-at_install")
class TestReport(BankCase):
    def printed(self, payout):
        """The words of the report."""
        report = self.env["ir.actions.report"].with_user(self.accountant)
        html = report._render_qweb_html("marketplace_connector.report_payout", payout.ids)[0].decode()
        return " ".join(html.split())

    def test_posted_payout(self):
        """D19: an auditor follows sums, orders with invoices, fees with accounts, entry and bank line."""
        order = self.delivered(1)
        payout = self.payout([(order, "order_amount", order.amount_total), (order, "commission", -2.5)], ref="ST-9")
        payout.with_user(self.accountant).action_post()
        self.line(order.amount_total - 2.5, "PAYOUT ST-9")
        self.wizard(payout).action_match()
        printed = self.printed(payout)
        words = ("ST-9", order.invoice_ids.name, order.marketplace_order_ref, payout.move_id.name, "PAYOUT ST-9")
        for word in (*words, "At the bank", "Unexplained", "test commission"):
            self.assertIn(word, printed)
        self.assertNotIn("Not posted, because", printed)
        fees = payout._report_fees()
        self.assertEqual((len(fees), fees[0][5]), (1, -2.5))
        debit, credit = (sum(item[side] for item in payout._report_entry()) for side in (2, 3))
        self.assertAlmostEqual(debit, credit, 2)

    def test_draft_says_why(self):
        payout = self.payout([(None, "order_amount", 7, {"order_ref": "4711"})])
        payout.with_user(self.accountant).action_post()
        printed = self.printed(payout)
        self.assertIn("Not posted, because", printed)
        self.assertIn("not in Odoo: 4711", printed)

    def test_held_against_the_books(self):
        """The intermediary account is what the marketplace holds, and what they differ by is explained."""
        shop = self.lazada_shop.with_user(self.accountant)
        first = self.posted(100, opening=10, closing=30, paid_out=80)
        self.payout([(None, "revenue", 50)], ref="S2", opening=30, closing=80, paid_out=0, date_end="2026-03-09")
        self.env.invalidate_all()
        self.assertEqual((shop.held_in_books, shop.held_there), (100, 80))
        self.assertEqual((shop.held_before, shop.held_not_posted, shop.held_not_matched), (10, 50, -80))
        self.assertEqual(shop.held_unexplained, 0)
        self.line(80)
        self.wizard(first).action_match()
        self.env["marketplace.payout"].search([("ref", "=", "S2")]).with_user(self.accountant).action_post()
        self.env.invalidate_all()
        self.assertEqual((shop.held_in_books, shop.held_there, shop.held_before), (70, 80, 10))
        self.assertEqual((shop.held_difference, shop.held_unexplained), (10, 0))
