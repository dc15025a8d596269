"""Any payouts: each entry is its statement to the cent, each invoice is settled or named, and none is changed."""

import os
import random
from collections import defaultdict

from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .payout_season import SeasonCase

PAYOUTS = int(os.environ.get("MARKETPLACE_PAYOUTS", "60"))  # of all classes together
DAYS = 20  # with a payout each, in a season: the database slows down where a transaction changes very many rows
SEASONS = -(-PAYOUTS // DAYS // 3)
ROUNDINGS = ("round_per_line", "round_globally")
SETTLED = {  # what settling changes of a posted invoice and of its journal items
    "amount_residual",
    "amount_residual_currency",
    "amount_residual_signed",
    "payment_state",
    "status_in_payment",
    "reconciled",
    "is_manually_modified",  # Odoo marks whatever it reconciles
    "full_reconcile_id",
    "matching_number",
    "marketplace_credit_due",
}
STAMPS = {"write_date", "write_uid"}


def items_of(values):
    """Names and values that can be compared and stand in sets."""
    return [(name, str(value)) for name, value in values.items()]


class AnyPayouts:
    def post_season(self, season):
        """R82 R83 R85 R86 R87 R88 D2: a season of payouts, from the statements to the bank."""
        self.open_season(random.Random(f"{self.shop.site} {season}"), DAYS)
        waiting = self.env["marketplace.payout"]
        for number in range(DAYS):
            self.company.tax_calculation_rounding_method = self.chance.choice(ROUNDINGS)
            statement = self.next_statement(number)
            payout = self.told(statement, number == DAYS - 1)
            with self.subTest(payout=payout.ref, day=statement.day):
                self.decide(payout, statement)
                before = self.invoices_of(payout)
                self.post(payout)
                self.assertEqual(before - self.invoices_of(payout), set())
                self.check_entry(payout)
                self.check_fees(payout)
                self.check_orders(payout, statement)
                waiting |= payout.filtered("bank_open")
                if self.chance.random() < 0.4 or number == DAYS - 1:
                    self.match(waiting)
                    waiting = waiting.browse()

    def decide(self, payout, statement):
        """What the accountant does with amounts that differ; nothing else is in the way."""
        self.assertEqual(self.reasons(payout), ["differs"] if statement.decisions else [])
        for settlement in payout.settlement_ids.with_user(self.accountant):
            if decision := statement.decisions.get(settlement.sudo().order_id):
                if decision == "open":
                    settlement.action_leave_open()
                else:
                    settlement.accepted_account_id = self.shop.stray_account_id.id
                    settlement.action_book_difference()
        self.assertEqual(self.reasons(payout), [])

    # === THE ENTRY === #

    def check_entry(self, payout):
        """Debits are credits in both currencies, and the intermediary account gets what the statement says."""
        items, currency, company = payout.move_id.line_ids, payout.currency_id, self.company.currency_id
        self.assertEqual(company.round(sum(items.mapped("debit")) - sum(items.mapped("credit"))), 0)
        self.assertEqual(currency.round(sum(items.mapped("amount_currency"))), 0)
        self.assertEqual(items.currency_id, currency)
        self.assertFalse(
            items.filtered(lambda item: item.account_id == self.company.account_journal_suspense_account_id)
        )
        held = items.filtered(lambda item: item.account_id == self.shop.payout_journal_id.marketplace_account_id)
        withdrawn = sum(row.moved for row in payout.line_ids if row.kind == "bank")
        said = payout.paid_out - withdrawn + payout.closing + payout.held_back - payout.opening
        self.assertEqual(currency.round(sum(held.mapped("amount_currency")) - said), 0)
        rows = sum(row.moved for row in payout.line_ids if row.kind != "bank")
        self.assertEqual(currency.round(rows - said), 0)

    def check_fees(self, payout):
        """Each account has its rows to the cent, taxes are the told ones and those in the others."""
        booked, taxed, said, told, untold = (defaultdict(float) for _table in range(5))
        for item in payout.move_id.line_ids.filtered(lambda each: each.account_id.account_type != "asset_receivable"):
            table, key = (taxed, item.tax_line_id) if item.tax_line_id else (booked, item.account_id)
            table[key] -= item.amount_currency
        for row in payout.line_ids.filtered(lambda line: line.kind not in ("order_amount", "bank")):
            withheld = -row.withheld_amount if row.withheld_apart else row.withheld_amount
            said[payout._withheld_type().account_id] += withheld
            said[row.fee_type_id.account_id] += row.moved - withheld
            (told if row.tax_amount else untold)[row.fee_type_id] += row.tax_amount or row.moved - withheld
        for fee_type, rate in self.rates.items():
            tax, apart = taxed[fee_type.tax_id], untold[fee_type] - untold[fee_type] / (1 + rate)
            self.assertAlmostEqual(tax, told[fee_type] + apart, delta=payout.currency_id.rounding * 0.51)
            booked[fee_type.account_id] += tax
        for account, amount in said.items():
            self.assertEqual(payout.currency_id.round(booked[account] - amount), 0, account.name)

    # === ORDERS === #

    def check_orders(self, payout, statement):
        """Each order is settled, or its settlement says why something stays open, and that much does."""
        settlements = payout.settlement_ids.filtered("order_id")
        self.assertEqual(
            {each.order_id: each.outcome for each in settlements}, {o: e[0] for o, e in statement.expected.items()}
        )
        for settlement in settlements:
            outcome, left = statement.expected[settlement.order_id]
            notes = settlement.order_id.invoice_ids
            self.assertAlmostEqual(sum(notes.mapped("amount_residual")), left, msg=outcome)
            if outcome == "settled":
                self.assertLessEqual(set(notes.mapped("payment_state")), {"paid", "reversed"})
            own = settlement.move_line_id
            self.assertEqual(own.reconciled, outcome != "refund_follows", outcome)
        strays = payout.settlement_ids - settlements
        self.assertLessEqual(set(strays.mapped("outcome")), {"stray"})

    def invoices_of(self, payout):
        """Everything that is stored of the orders' posted invoices and their items, but what settling changes."""
        self.env.flush_all()
        self.env.invalidate_all()
        moves = payout.settlement_ids.order_id.invoice_ids
        return self.stored(moves) | self.stored(moves.line_ids)

    def stored(self, records):
        names = [
            name
            for name, each in records._fields.items()
            if each.store and each.type != "one2many" and name not in SETTLED | STAMPS
        ]
        return {
            (str(records.browse(each["id"])), *value)
            for each in records.read(names, load=None)
            for value in items_of(each)
        }

    # === THE BANK === #

    def match(self, payouts):
        """All of it arrives in one line; then only what is carried on or held back is left with the marketplace."""
        if payouts:
            values = {"payment_ref": "Transfer", "journal_id": self.bank.id, "date": max(payouts.mapped("date"))}
            line = self.env["account.bank.statement.line"].create(
                {**values, "amount": sum(payouts.mapped("bank_open"))}
            )
            action = payouts.with_user(self.accountant).action_match_bank()
            wizard = self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"])
            for row in wizard.line_ids:
                row.chosen = row.statement_line_id == line
            wizard.action_match()
            self.assertEqual(set(payouts.mapped("bank_state")), {"arrived"})
        account = self.shop.payout_journal_id.marketplace_account_id
        items = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        open_items = self.env["account.move.line"].search([*items, ("reconciled", "=", False)])
        round_ = self.shop.currency_id.round
        self.assertEqual(self.held(), round_(self.closing + self.deposits))
        self.assertEqual(round_(sum(open_items.mapped("amount_residual_currency"))), self.held())
        carried = open_items.filtered(lambda item: item.marketplace_part != "held")
        self.assertEqual(carried.mapped("marketplace_part"), ["carried"] if self.closing else [])


for each_season in range(SEASONS):
    setattr(AnyPayouts, f"test_season_{each_season}", lambda self, season=each_season: self.post_season(season))


@tagged("post_install", "-at_install")
class TestSingapore(AnyPayouts, AtLazada, SeasonCase):
    """Cents, in a company that keeps its books in dollars of the United States."""


@tagged("post_install", "-at_install")
class TestVietnam(AnyPayouts, AtShopee, SeasonCase):
    """No decimals at all."""

    countries = ("VN",)


@tagged("post_install", "-at_install")
class TestIndonesia(AnyPayouts, AtLazada, SeasonCase):
    """Whole amounts in a currency with decimals."""

    countries = ("ID",)
