"""Taxes in fees: taken out to the cent, on the tax's own account, whatever rate and way of rounding."""

from odoo.tests import tagged

from .either_platform import AtLazada
from .payout_case import PayoutCase


@tagged("post_install", "-at_install")
class TestTaxes(AtLazada, PayoutCase):
    def test_rates(self):
        """R87: 7, 10, 11 and 12 %, both ways of rounding: fee and tax are the fee, told taxes stay as told."""
        fee_type = self.fee_type("commission")
        tax_account = self.fee_type("adjustment").account_id.copy({"name": "Input tax"})
        for rate in (7, 10, 11, 12):
            tax = self.env["account.tax"].create({"name": f"VAT {rate}", "amount": rate, "type_tax_use": "purchase"})
            parts = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
            parts.filtered(lambda part: part.repartition_type == "tax").account_id = tax_account
            fee_type.tax_id = tax
            for rounding in ("round_per_line", "round_globally"):
                self.company.tax_calculation_rounding_method = rounding
                for sign in (-1, 1):
                    fees = [self.row("commission", sign * amount) for amount in (1.01, 0.05, 33.33)]
                    told = self.row("commission", sign * 10.7, tax_amount=sign * 0.71)
                    payout = self.payout(*fees, told)
                    self.post(payout)
                    items = payout.move_id.line_ids
                    taxed = items.filtered("tax_repartition_line_id")
                    expected = round(34.39 - 34.39 / (1 + rate / 100), 2) + 0.71
                    self.assertAlmostEqual(taxed.amount_currency, -sign * expected)
                    self.assertEqual(taxed.tax_repartition_line_id.document_type, "invoice" if sign < 0 else "refund")
                    self.assertEqual((taxed.account_id, len(items)), (tax_account, 3))
                    fee = items.filtered("tax_ids")
                    self.assertAlmostEqual(fee.amount_currency, -sign * (45.09 - expected))
