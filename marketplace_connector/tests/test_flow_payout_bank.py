"""Payouts meet the lines of the bank's statements, in plain Community."""

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .payout_facts import PayoutFacts


class BankCase(PayoutFacts):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    def setUp(self):
        super().setUp()
        if self.bank.currency_id != self.lazada_shop.currency_id != self.company.currency_id:
            values = {"name": "Bank there", "code": "BNKX", "type": "bank"}
            values |= {"company_id": self.company.id, "currency_id": self.lazada_shop.currency_id.id}
            self.bank = self.env["account.journal"].create(values)

    def posted(self, amount, ref="S1", **values):
        """A posted payout that sends the amount to the bank."""
        payout = self.payout([(None, "revenue", amount)], ref=ref, **values)
        payout.with_user(self.accountant).action_post()
        self.assertEqual(payout.state, "posted", payout.obstacle_ids.mapped("message"))
        return payout

    def line(self, amount, label="Incoming transfer", date="2026-03-10", bank=None, **values):
        """A line of the bank's statement."""
        facts = {"payment_ref": label, "amount": amount, "date": date, "journal_id": (bank or self.bank).id}
        return self.env["account.bank.statement.line"].create({**facts, **values})

    def wizard(self, payouts):
        action = payouts.with_user(self.accountant).action_match_bank()
        return self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"])

    def choose(self, wizard, lines):
        for row in wizard.line_ids:
            row.chosen = row.statement_line_id in lines

    def held(self):
        """What stands on the shop's intermediary account."""
        account = self.lazada_shop.payout_journal_id.marketplace_account_id
        items = self.env["account.move.line"].search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
        return self.lazada_shop.currency_id.round(sum(items.mapped("amount_currency")))

    def charges(self):
        return self.env["account.account"].search([("account_type", "=", "expense")], limit=1)


@tagged("post_install", "-at_install")
class TestBank(BankCase):
    def test_same_amount_is_proposed(self):
        """R85 R86: the line of the same amount is chosen already; matched, the intermediary account is empty."""
        payout = self.posted(120.5)
        self.assertEqual((payout.bank_state, payout.bank_open), ("waiting", 120.5))
        near, right = self.line(120.4), self.line(120.5, "LAZADA PAYOUT", "2026-03-12")
        late = self.line(120.5, date="2026-09-01")
        wizard = self.wizard(payout)
        self.assertEqual(wizard.line_ids.filtered("chosen").statement_line_id, right)
        self.assertEqual(wizard.line_ids[0].statement_line_id, right)
        self.assertIn(near, wizard.line_ids.statement_line_id)
        self.assertNotIn(late, wizard.line_ids.statement_line_id)
        self.assertEqual((wizard.open_amount, wizard.difference), (120.5, 0))
        wizard.action_match()
        self.assertEqual((payout.bank_state, payout.bank_open, payout.bank_line_ids), ("arrived", 0, right))
        self.assertTrue(right.is_reconciled)
        self.assertEqual(self.held(), 0)
        with self.assertRaisesRegex(UserError, "at the bank already"):
            payout.with_user(self.accountant).action_match_bank()

    def test_reference_decides(self):
        """R85: of lines with the same amount the one that names the statement comes first; none is guessed."""
        payout = self.posted(50, bank_reference="SG-77001")
        self.line(50)
        named = self.line(50, "TRF SG-77001", "2026-03-20")
        wizard = self.wizard(payout)
        self.assertEqual(wizard.line_ids[0].statement_line_id, named)
        self.assertIn("reference", wizard.line_ids[0].why)
        self.assertFalse(any(wizard.line_ids.mapped("chosen")))
        with self.assertRaisesRegex(UserError, "Choose a bank line"):
            wizard.action_match()

    def test_several_payouts_in_one_line(self):
        payouts = self.posted(30) | self.posted(45, "S2")
        line = self.line(75)
        self.wizard(payouts).action_match()
        self.assertEqual(payouts.mapped("bank_state"), ["arrived", "arrived"])
        self.assertEqual(self.held(), 0)
        payouts[0].with_user(self.accountant).action_undo_match()
        self.assertEqual(payouts.mapped("bank_state"), ["waiting", "waiting"])
        self.assertFalse(line.is_reconciled)
        self.assertEqual(self.held(), 75)

    def test_one_payout_in_several_lines(self):
        payout = self.posted(100)
        first, second = self.line(60), self.line(40, date="2026-03-11")
        wizard = self.wizard(payout)
        self.choose(wizard, first)
        with self.assertRaisesRegex(UserError, "differ"):
            wizard.action_match()
        wizard.with_difference = "open"
        wizard.action_match()
        self.assertEqual((payout.bank_state, payout.bank_open), ("partly", 40))
        self.wizard(payout).action_match()
        self.assertEqual((payout.bank_state, payout.bank_line_ids), ("arrived", first | second))
        self.assertEqual(self.held(), 0)
        payout.with_user(self.accountant).action_undo_match()
        wizard = self.wizard(payout)
        self.choose(wizard, first | second)
        wizard.action_match()
        self.assertEqual(payout.bank_state, "arrived")

    def test_bank_kept_a_fee(self):
        """R86: the fee is booked on the account that the accountant chooses, never by itself."""
        payout, line, charges = self.posted(100), self.line(98.5), self.charges()
        wizard = self.wizard(payout)
        self.choose(wizard, line)
        self.assertEqual(wizard.difference, -1.5)
        wizard.write({"with_difference": "account", "account_id": charges.id})
        wizard.action_match()
        self.assertEqual(payout.bank_state, "arrived")
        fee = line.line_ids.filtered(lambda item: item.account_id == charges)
        self.assertEqual(fee.amount_currency, 1.5)
        self.assertEqual(self.held(), 0)

    def test_bank_has_more(self):
        payout, line = self.posted(100), self.line(130)
        wizard = self.wizard(payout)
        self.choose(wizard, line)
        wizard.with_difference = "open"
        with self.assertRaisesRegex(UserError, "more than these payouts"):
            wizard.action_match()
        self.assertEqual(payout.bank_state, "waiting")

    def test_movements_of_a_wallet(self):
        """R86: withdrawals are rows of a payout, each with its own line at the bank."""
        payout = self.payout([(None, "revenue", 90), (None, "bank", -60), (None, "bank", -20)], paid_out=0, closing=10)
        payout.with_user(self.accountant).action_post()
        self.assertEqual((payout.bank_state, payout.bank_open), ("waiting", 80))
        self.line(60)
        wizard = self.wizard(payout)
        wizard.line_ids.chosen = True
        wizard.with_difference = "open"
        wizard.action_match()
        self.assertEqual((payout.bank_state, payout.bank_open), ("partly", 20))
        self.assertEqual(self.held(), 30)

    def test_who_types_bank_lines(self):
        """In Community accounting administrators type or import the bank's lines, on our screen."""
        chief = new_test_user(self.env, "chief", "account.group_account_manager")
        line = self.env(user=chief)["account.bank.statement.line"].create(
            {"payment_ref": "Typed", "amount": 5, "date": "2026-03-10", "journal_id": self.bank.id}
        )
        self.assertEqual(line.state, "posted")
        with self.assertRaises(AccessError):
            self.env(user=self.accountant)["account.bank.statement.line"].create({"journal_id": self.bank.id})

    def test_from_the_bank_line(self):
        """R85: from a bank line to the payouts that fit it, one alone or those of a shop together."""
        first, second = payouts = self.posted(30) | self.posted(45, "S2")
        self.assertEqual(payouts.mapped("bank_state"), ["waiting"] * 2)
        single, both = self.line(45), self.line(75)
        for line, expected in ((single, second), (both, payouts)):
            action = line.with_user(self.accountant).action_marketplace_match()
            wizard = self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"])
            self.assertEqual((wizard.payout_ids, wizard.difference), (expected, 0))
        wizard.action_match()
        self.assertEqual(payouts.mapped("bank_state"), ["arrived"] * 2)
        with self.assertRaisesRegex(UserError, "matched already"):
            both.with_user(self.accountant).action_marketplace_match()
        self.assertEqual(first.with_user(self.accountant).action_open_bank_lines()["domain"], [("id", "in", both.ids)])

    def test_undo_then_cancel(self):
        """D2: a payout that is at the bank is not cancelled before the match is undone."""
        payout = self.posted(20)
        self.line(20)
        self.wizard(payout).action_match()
        with self.assertRaisesRegex(UserError, "Undo that match first"):
            payout.with_user(self.accountant).action_cancel()
        payout.with_user(self.accountant).action_undo_match()
        payout.with_user(self.accountant).action_cancel()
        self.assertFalse(payout.bank_state)
        with self.assertRaisesRegex(UserError, "not posted"):
            payout.with_user(self.accountant).action_match_bank()

    def test_rights(self):
        payout = self.posted(20)
        line = self.line(20)
        wizard = self.wizard(payout)
        for user in (self.manager, self.user):
            for record, method in ((payout, "action_match_bank"), (payout, "action_undo_match")):
                with self.assertRaises(AccessError):
                    getattr(record.with_user(user), method)()
            with self.assertRaises(AccessError):
                line.with_user(user).action_marketplace_match()
            with self.assertRaises(AccessError):
                wizard.with_user(user).action_match()
        company = self.env["res.company"].create({"name": "Other"})
        elsewhere = {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        outsider = new_test_user(self.env, "outsider", "account.group_account_invoice", **elsewhere)
        with self.assertRaises(AccessError):
            payout.with_user(outsider).action_match_bank()

    @settings(max_examples=15, deadline=None)
    @given(st.data())
    def test_any_split(self, data):
        """R85 R86: however payouts and bank lines cut the same sum, all of it arrives and nothing is left."""
        cents = st.integers(1, 5000)
        parts = data.draw(st.lists(cents, min_size=1, max_size=3))
        cuts = sorted(data.draw(st.sets(st.integers(1, max(sum(parts) - 1, 1)), max_size=2)))
        edges = [0, *[cut for cut in cuts if cut < sum(parts)], sum(parts)]
        with self.env.cr.savepoint() as savepoint:
            payouts = self.env["marketplace.payout"]
            for number, part in enumerate(parts):
                payouts |= self.posted(part / 100, f"H{number}")
            lines = self.env["account.bank.statement.line"]
            for start, end in zip(edges, edges[1:], strict=False):
                lines |= self.line((end - start) / 100)
            lines.sudo()._marketplace_match(payouts._open_bank_items())
            self.assertEqual(set(payouts.mapped("bank_state")), {"arrived"})
            self.assertEqual(self.held(), 0)
            savepoint.rollback()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestForeign(BankCase):
    """The company's books are in another currency than the shop."""

    def dollars(self):
        other = self.env.ref("base.EUR") if self.company.currency_id.name == "USD" else self.env.ref("base.USD")
        other.active = True
        values = {"name": "Abroad", "code": "BNKA", "type": "bank", "company_id": self.company.id}
        journal = self.env["account.journal"].create({**values, "currency_id": other.id})
        return journal, other

    def test_bank_in_another_currency(self):
        """R86: a line in another currency closes the payout; what the rates differ by is exchange difference."""
        journal, other = self.dollars()
        payout = self.posted(100, bank_amount=80, bank_currency_id=other.id)
        line = self.line(80, bank=journal)
        wizard = self.wizard(payout)
        self.assertTrue(wizard.in_other_currency)
        self.assertEqual(wizard.line_ids.filtered("chosen").statement_line_id, line)
        wizard.action_match()
        self.assertEqual(payout.bank_state, "arrived")
        self.assertEqual(self.held(), 0)
        account = self.lazada_shop.payout_journal_id.marketplace_account_id
        items = self.env["account.move.line"].search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
        self.assertAlmostEqual(sum(items.mapped("balance")), 0, 2)

    def test_far_from_the_rate(self):
        """A line over quite another amount is refused, in words."""
        journal, other = self.dollars()
        payout = self.posted(100, bank_amount=80, bank_currency_id=other.id)
        line = self.line(40, bank=journal)
        wizard = self.wizard(payout)
        self.choose(wizard, line)
        with self.assertRaisesRegex(UserError, "more than rates differ by"):
            wizard.action_match()
        self.assertEqual(payout.bank_state, "waiting")
