"""One payout as it changes at the marketplace: what of it Odoo follows, and what it leaves alone."""

from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..marketplaces.payouts import Payout, PayoutRow
from .test_flow_payout_reading import PayoutCase

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)
COMMISSION, PRICE = "16", "13"  # of Lazada


def row(ref, amount, **facts):
    return PayoutRow(ref=ref, fee_key=facts.pop("fee_key", COMMISSION), amount=Decimal(amount), **facts)


def payout(*rows, ref="S1", **facts):
    """A closed payout that adds up, unless `facts` say otherwise."""
    total = sum((each.amount for each in rows), Decimal(0))
    facts = {"start": MONDAY, "end": SUNDAY, "currency": "SGD", "paid_out": total, "is_final": True, **facts}
    return Payout(ref=ref, rows=rows, **facts)


@tagged("post_install", "-at_install")
class TestTaking(PayoutCase):
    def connect_shops(self):
        super().connect_shops()
        self.shop = self.lazada_shop

    def take(self, told, shop=None):
        """Take it as reading does; gives the payouts of the shop, and what was counted."""
        counts, _payouts, self.gone = self.env["marketplace.payout"]._take((shop or self.shop)._as_system(), told)
        self.env.flush_all()
        return self.payouts(shop), counts

    def book(self, payouts):
        """As if they were posted."""
        payouts.state = "posted"
        return payouts

    # === DRAFTS === #

    def test_open_then_closed(self):
        """R87: the open payout takes the statement's number; its rows and what was chosen for them stay."""
        told = payout(row("a", "-1.50"), ref="20260302-20260308", is_final=False, paid_out=0)
        one, _counts = self.take(told)
        self.assertEqual(one.difference, -1.5)
        line, account = one.line_ids, self.env["account.account"].search([("account_type", "=", "expense")], limit=1)
        line.account_id = account
        one.date = date(2026, 3, 20)
        closed = payout(row("a", "-1.50"), row("b", "10"), ref="SG-1", open_ref="20260302-20260308")
        again, counts = self.take(closed)
        self.assertEqual((again, counts), (one, {"updated": 1}))
        self.assertEqual((one.ref, one.open_ref, one.is_final), ("SG-1", "20260302-20260308", True))
        self.assertEqual((one.paid_out, one.difference, one.date), (8.5, 0, date(2026, 3, 20)))
        self.assertEqual((line.payout_id, line.account_id), (one, account))

    def test_row_moves(self):
        """A row that goes from one draft to another one stays the same record; the empty open one goes."""
        first, _counts = self.take(payout(row("a", "-1"), ref="no-statement-20260302", is_final=False, paid_out=0))
        line = first.line_ids
        both, _counts = self.take(payout(row("a", "-1"), ref="SG-1"))
        second = both - first
        self.assertEqual((line.payout_id, first.line_ids), (second, first.line_ids.browse()))
        self.env["marketplace.payout"]._drop_vanished(self.shop, self.gone, second.ids, MONDAY, SUNDAY)
        self.assertEqual(self.payouts(), second)

    def test_rows_vanish(self):
        """What the marketplace does not name any more is taken out of a draft, with its order."""
        one, _counts = self.take(payout(row("a", "5", order_ref="1", fee_key=PRICE), row("b", "2")))
        self.take(payout(row("b", "2")))
        self.assertEqual(self.gone.row_ref, "a")
        self.env["marketplace.payout"]._drop_vanished(self.shop, self.gone, one.ids, MONDAY, SUNDAY)
        self.assertEqual((one.line_ids.row_ref, one.settlement_ids), ("b", one.settlement_ids.browse()))
        self.assertEqual(one.difference, 0)

    def test_unknown_fee_type(self):
        """D2: a fee nobody knows keeps the platform's name, waits, and is what the accountant says from then on."""
        told = payout(row("a", "7", fee_key="9001", fee_name="Mega Day", order_ref="1"), row("b", "7", fee_key="9001"))
        one, _counts = self.take(told)
        unknown = one.line_ids.fee_type_id
        self.assertEqual((unknown.name, unknown.kind, unknown.mapping), ("Mega Day", "unknown", "unknown"))
        self.assertEqual((one.unmapped_count, one.settlement_ids.amount), (1, 0))
        self.assertIn("fee_type", one.obstacle_ids.mapped("reason"))
        unknown.kind = "order_amount"
        self.assertEqual((one.settlement_ids.amount, one.settlement_ids.fees), (7, 0))
        unknown.kind = "marketing"
        self.assertTrue(unknown.account_id, "The account of its kind comes with the kind")
        self.assertEqual((one.unmapped_count, one.settlement_ids.amount, one.settlement_ids.fees), (0, 0, 7))

    def test_currencies(self):
        """A currency that Odoo has and does not use is activated; one that it has not is named."""
        ringgit = self.env.ref("base.MYR")
        ringgit.active = False
        one, _counts = self.take(payout(row("a", "5"), currency="MYR"))
        self.assertEqual((one.currency_id, ringgit.active), (ringgit, True))
        with self.assertRaisesRegex(UserError, "XXY"):
            self.take(payout(row("b", "5"), ref="S2", currency="XXY"))

    def test_dong_with_cents(self):
        """D2: fees with decimals that the currency does not have are rounded so that nothing is left over; prices stay
        as they are."""
        rows = [row("p", "159333", fee_key=PRICE), *(row(f"f{number}", "-1234.4") for number in range(5))]
        one, _counts = self.take(payout(*rows, currency="VND", opening=Decimal("0.3"), closing=Decimal("0.3")))
        self.assertEqual((one.difference, one.rows_total, one.paid_out), (0, 153161, 153161))
        fees = one.line_ids.filtered(lambda line: line.row_ref != "p")
        self.assertEqual(sorted(fees.mapped("amount")), [-1235, -1235, -1234, -1234, -1234])
        self.assertEqual(self.writes(lambda: self.take(payout(*rows, currency="VND"))), 0)

    def test_withheld_apart(self):
        """Tax withheld beside the amounts is part of what moves."""
        one, _counts = self.take(
            payout(row("a", "100", withheld=Decimal(3), withheld_apart=True), paid_out=Decimal(97))
        )
        self.assertEqual((one.difference, one.rows_total, one.line_ids.amount), (0, 97, 100))

    # === WHAT IS BOOKED === #

    def test_late_rows(self):
        """R88: what comes after posting is a payout of its own over what is new; the posted one stays as it is."""
        one, _counts = self.take(payout(row("a", "10"), row("b", "-1")))
        self.book(one)
        self.assertEqual(self.writes(lambda: self.take(payout(row("a", "10"), row("b", "-1")))), 0)
        late = payout(row("a", "10"), row("b", "-1"), row("c", "-2"))
        both, counts = self.take(late)
        more = both - one
        self.assertEqual((counts, more.ref, more.supplement_of_id), ({"supplements": 1}, "S1 (2)", one))
        self.assertEqual((more.line_ids.row_ref, more.paid_out, more.difference), ("c", -2, 0))
        self.assertEqual((one.paid_out, len(one.line_ids)), (9, 2))
        self.assertEqual(self.writes(lambda: self.take(late)), 0)
        later = payout(row("a", "10"), row("b", "-1"), row("c", "-2"), row("d", "-3"))
        both, counts = self.take(later)
        self.assertEqual((counts, sorted(more.line_ids.mapped("row_ref"))), ({"updated": 1}, ["c", "d"]))
        self.book(more)
        both, counts = self.take(payout(*later.rows, row("e", "4")))
        self.assertEqual((both - one - more).ref, "S1 (3)")
        self.assertEqual(set(both.mapped("difference")), {0})

    def test_late_rows_after_undoing(self):
        """Where the posted one is a draft again, it takes its late rows back."""
        one, _counts = self.take(payout(row("a", "10")))
        self.book(one)
        late = payout(row("a", "10"), row("c", "-2"))
        self.take(late)
        one.state = "draft"
        both, _counts = self.take(late)
        self.assertEqual((both, len(one.line_ids), one.paid_out, one.difference), (one, 2, 8, 0))

    def test_late_rows_taken_back(self):
        """Late rows that vanish again leave no empty payout behind."""
        one, _counts = self.take(payout(row("a", "10")))
        self.book(one)
        self.take(payout(row("a", "10"), row("c", "-2")))
        self.take(payout(row("a", "10")))
        self.env["marketplace.payout"]._drop_vanished(self.shop, self.gone, one.ids, MONDAY, SUNDAY)
        self.assertEqual(self.payouts(), one)

    def test_changed_after_posting(self):
        """R88: rows that were changed or taken away are told once on the payout, with an activity."""
        one, _counts = self.take(payout(row("a", "10"), row("b", "-1"), row("c", "-3")))
        self.book(one)
        before = one.message_ids
        changed = payout(row("a", "12"), row("b", "-1"), paid_out=Decimal(6))
        self.take(changed)
        message = (one.message_ids - before).body
        self.assertIn("10.0 → 12", message)
        self.assertIn("not there any more", message)
        self.assertEqual((len(one.activity_ids), len(one.line_ids), self.payouts()), (1, 3, one))
        self.assertEqual(self.writes(lambda: self.take(changed)), 0)
        self.assertEqual(len(one.activity_ids), 1)
        self.assertEqual(len(one.message_ids - before), 1)

    def test_paid_after_posting(self):
        """Whether it was paid is told on a posted one too."""
        one, _counts = self.take(payout(row("a", "10")))
        self.book(one)
        self.take(payout(row("a", "10"), is_paid=True, bank_reference="SG-20260312"))
        self.assertEqual((one.is_paid, one.bank_reference), (True, "SG-20260312"))

    def test_by_hand(self):
        """A statement that an accountant has grouped by hand is not read beside it."""
        one, _counts = self.take(payout(row("a", "10")))
        one.source = "manual"
        both, counts = self.take(payout(row("a", "10"), row("b", "10")))
        self.assertEqual((both, counts, len(one.line_ids)), (one, {"by_hand": 1}, 1))

    # === SHOPS, COMPANIES, SIZE === #

    def test_same_number_in_two_shops(self):
        """R87: two shops have a statement, and rows, of the same number; accounts of fees are each company's own."""
        company, other, _seller = self.another_company()
        account = self.env["account.account"].create(
            {"name": "Fees", "code": "610999", "account_type": "expense", "company_ids": [(6, 0, company.ids)]}
        )
        mine, _counts = self.take(payout(row("a", "5")))
        theirs, _counts = self.take(payout(row("a", "5")), other)
        self.assertEqual(
            (mine.ref, theirs.ref, mine.company_id, theirs.company_id), ("S1", "S1", self.company, company)
        )
        self.assertEqual((mine.unmapped_count, theirs.unmapped_count), (0, 1))
        theirs.line_ids.fee_type_id.with_company(company).account_id = account
        self.env.invalidate_all()
        self.assertEqual((mine.unmapped_count, theirs.unmapped_count), (0, 0))
        self.assertNotEqual(mine.line_ids.fee_type_id.account_id, account)

    def test_queries(self):
        """The queries for a row do not grow with the number of rows, and few are made for many."""
        taken = []
        for number, size in enumerate((50, 500, 500)):
            rows = [
                row(
                    f"{number}-{each}", "1.00", order_ref=f"{number}-{each // 5}", fee_key=(PRICE, COMMISSION)[each % 2]
                )
                for each in range(size)
            ]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.take(payout(*rows, ref=f"Q{number}"))
            taken.append(self.env.cr.sql_log_count - before)
        few, many, _again = taken
        self.assertLess((many - few) / 450, 0.2, taken)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.take(payout(*rows, ref="Q2"))
        self.assertLess(self.env.cr.sql_log_count - before, 40, "Nothing has changed")
