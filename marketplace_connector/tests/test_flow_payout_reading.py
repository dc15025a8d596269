"""What marketplaces have settled comes into Odoo, stays one thing however often it is read, and is left alone once
it is booked."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import MarketplaceCase
from .either_platform import AtLazada, AtShopee

WEEK = 7 * 24 * 60
DAY = 24 * 60


class PayoutCase(MarketplaceCase):
    """Shops whose payouts are read."""

    def setUp(self):
        super().setUp()
        self.env["marketplace.shop"].search([]).read_payouts = True

    def read(self, *shops, start=None, end=None):
        """Read the payouts of the shops, of `self.shop` without any; returns what was counted."""
        with self.environment() as env:
            counts = [
                shop._read_payouts(lambda: env["ir.cron"]._commit_progress(), start, end)
                for shop in env["marketplace.shop"].browse([shop.id for shop in shops] or self.shop.ids)
            ]
        return sum(counts[1:], counts[0])

    def payouts(self, shop=None):
        """The payouts of a shop, oldest first."""
        shop = shop or self.shop
        return self.env["marketplace.payout"].search([("shop_id", "=", shop.id)], order="date_start, id")

    def settle(self):
        """Let everything be settled that is due."""
        self.later(WEEK)
        self.tend()

    def sold(self, **facts):
        """An order that has arrived at its buyer."""
        placed = self.place([(self.sku, 2)], shipping_fee="1.99", seller_voucher="3.00", **facts)
        self.move_there(placed, "completed")
        return placed

    def writes(self, work):
        """How many rows of payouts the work writes."""
        self.env.flush_all()
        tables = ("marketplace_payout", "marketplace_payout_line", "marketplace_payout_settlement")
        versions = []
        for _moment in range(2):
            found = set()
            for table in tables:
                self.env.cr.execute(f"SELECT id, xmin::text, cmin::text, ctid::text FROM {table}")
                found |= {(table, *row) for row in self.env.cr.fetchall()}
            versions.append(found)
            if len(versions) == 1:
                work()
                self.env.flush_all()
        return len(versions[1] - versions[0])


class ReadingTests:
    def test_read(self):
        """R82 R87: each row with its order and fee type; balances and rows leave nothing unexplained."""
        placed = self.sold()
        order = self.import_now(placed)
        self.settle()
        counts = self.read()
        payouts = self.payouts()
        self.assertEqual(counts["created"], len(payouts))
        self.assertEqual(self.shop.payouts_error, False)
        closed = payouts.filtered("is_final")
        self.assertTrue(closed)
        self.assertEqual(set(closed.mapped("difference")), {0})
        settlement = payouts.settlement_ids.filtered(lambda each: each.order_ref == self.ref(placed))
        self.assertEqual(len(settlement), 1)
        self.assertAlmostEqual(settlement.amount, self.total_there(placed))
        self.assertEqual(settlement.order_id, order)
        self.assertLess(settlement.fees, 0)
        rows = payouts.line_ids.filtered(lambda line: line.order_ref == self.ref(placed))
        self.assertEqual(rows, settlement.line_ids)
        self.assertAlmostEqual(sum(rows.mapped("moved")), settlement.amount + settlement.fees)
        self.assertEqual(rows.order_id, order)
        self.assertNotIn("unknown", rows.mapped("kind"))

    def test_again(self):
        """Whatever is read again writes nothing where nothing has changed."""
        self.sold()
        self.settle()
        self.read()
        counts = []
        written = self.writes(lambda: counts.append(self.read(start=self.payouts()[0].date_start)))
        self.assertEqual(written, 0)
        self.assertEqual(counts[0]["unchanged"], len(self.payouts()))
        self.assertFalse(counts[0]["updated"] or counts[0]["created"])

    def test_order_comes_later(self):
        """A payout that was read before its order finds it once it is imported."""
        placed = self.sold()
        self.settle()
        self.read()
        settlement = self.payouts().settlement_ids.filtered(lambda each: each.order_ref == self.ref(placed))
        self.assertFalse(settlement.order_id)
        self.shop.create_fulfilled = True
        order = self.import_now(placed)
        self.assertEqual(settlement.order_id, order)
        self.assertEqual(settlement.line_ids.order_id, order)

    def test_days(self):
        """What ended before the first day is not read, and an accountant asks for it by its days."""
        self.sold()
        self.settle()
        self.shop.payouts_from = self.shop.payouts_from + timedelta(days=60)
        self.assertFalse(self.read()["created"])
        self.assertTrue(self.read(start=self.shop.payouts_from - timedelta(days=60))["created"])


@tagged("post_install", "-at_install")
class TestLazada(ReadingTests, AtLazada, PayoutCase):
    def tend(self):
        self.lazada.tend()


@tagged("post_install", "-at_install")
class TestShopee(ReadingTests, AtShopee, PayoutCase):
    def tend(self):
        pass


@tagged("post_install", "-at_install")
class TestWeeks(AtLazada, PayoutCase):
    """What a running week becomes, and what goes wrong on the way."""

    def tend(self):
        self.lazada.tend()

    def test_running_week(self):
        """The running week is read as it is, and is its statement once that is closed; both are one record."""
        self.sold()
        self.later(60)
        self.read()
        running = self.payouts()
        self.assertEqual((len(running), running.is_final), (1, False))
        lines = running.line_ids
        self.settle()
        self.assertEqual(self.read()["updated"], 1)
        self.assertEqual(self.payouts(), running)
        self.assertEqual((running.is_final, running.line_ids, running.difference), (True, lines, 0))
        self.later(3 * DAY)
        self.tend()
        self.read()
        self.assertEqual((running.is_paid, running.bank_reference[:3]), (True, "SG1"))
        self.assertIn("Payout", str(running.figures_shown))

    def test_late_row(self):
        """R88: a row that came after posting is a payout of its own, which adds up."""
        self.sold()
        self.settle()
        self.read()
        one = self.payouts()
        one.state = "posted"
        self.lazada.add_late(self.lazada.shop("SG"), "20", -3)
        self.assertEqual(self.read()["supplements"], 1)
        late = self.payouts() - one
        self.assertEqual(
            (late.supplement_of_id, late.line_ids.amount, late.paid_out, late.difference), (one, -3, -3, 0)
        )

    def test_unreadable(self):
        """What cannot be understood is named on the shop; every other payout is there, and nothing is lost once it can
        be read."""
        self.sold()
        self.settle()
        self.sold()
        (bad, *_rest) = [each for each in self.lazada.shop("SG").rows if each.statement]
        bad.overrides = {"amount": "much"}
        self.read()
        self.assertIn("amount of the transaction", self.shop.payouts_error)
        self.assertEqual(self.payouts().mapped("is_final"), [False])
        self.assertFalse(self.shop.payouts_read_at)
        bad.overrides = {}
        self.read()
        self.assertEqual((self.shop.payouts_error, self.payouts().mapped("is_final")), (False, [True, False]))

    def test_unreachable(self):
        """D19: while the marketplace is down nothing is lost, and it is tried again by itself."""
        self.sold()
        self.settle()
        for fault in ("no_connection", "truncated", "server_error"):
            self.lazada.faults.order(fault, "/finance/", times=40)
            self.read()
            self.assertTrue(self.shop.payouts_error)
            self.lazada.faults.ordered.clear()
        self.assertFalse(self.payouts())
        self.later(60)
        with self.environment() as env:
            env["marketplace.shop"]._cron_read_payouts()
        self.assertEqual((self.shop.payouts_error, self.payouts().mapped("is_final")), (False, [True]))
        self.assertFalse(self.shop.payouts_go_on_at)

    def test_asked_to_wait(self):
        """A shop that was asked to wait waits, and is read after that."""
        self.sold()
        self.settle()
        self.shop.wait_until = fields.Datetime.now() + timedelta(hours=1)
        self.assertFalse(self.read()["created"])
        self.assertIn("asked us to wait", self.shop.payouts_error)
        self.later(61)
        with self.environment() as env:
            env["marketplace.shop"]._cron_read_payouts()
        self.assertTrue(self.payouts())

    def test_scheduled(self):
        """Once a day, for the shops that want it; each shop's trouble is its own."""
        self.sold()
        self.settle()
        shops = self.env["marketplace.shop"].search([])
        shops.read_payouts = False
        for wanted, found in ((False, 0), (True, 1)):
            self.shop.read_payouts = wanted
            with self.environment() as env:
                env["marketplace.shop"]._cron_read_payouts()
            self.assertEqual(len(self.payouts()), found)
        before = self.lazada.calls.total()
        with self.environment() as env:
            env["marketplace.shop"]._cron_read_payouts()
        self.assertEqual(self.lazada.calls.total(), before, "It was read already today")

    # === PEOPLE === #

    def people(self):
        groups = {
            "accountant": "account.group_account_invoice",
            "auditor": "account.group_account_readonly",
            "salesman": "sales_team.group_sale_salesman",
            "packer": "stock.group_stock_user",
        }
        return {name: new_test_user(self.env, name, group) for name, group in groups.items()}

    def test_who_reads(self):
        """Accountants without rights to marketplaces, and managers of marketplaces, read and set up; nobody else, from
        wherever they call."""
        self.sold()
        self.settle()
        people = self.people() | {"manager": self.manager, "user": self.user}
        for name in ("auditor", "salesman", "packer", "user"):
            for method in ("action_read_payouts", "action_set_up_payouts"):
                with self.assertRaises(UserError, msg=name):
                    getattr(self.shop.with_user(people[name]), method)()
            wizards = self.env["marketplace.read.payouts"].with_user(people[name])
            with self.assertRaises(AccessError):
                wizards.create({"shop_ids": self.shop.ids})
        for name in ("accountant", "manager"):
            with self.environment() as env:
                shop = env["marketplace.shop"].browse(self.shop.id).with_user(people[name])
                action = shop.action_read_payouts()
                shop.action_set_up_payouts()
            self.assertIn("1 new" if name == "accountant" else "1 unchanged", action["params"]["message"])
        one = self.payouts()
        for name in ("salesman", "packer", "user"):
            with self.assertRaises(AccessError):
                one.with_user(people[name]).read(["ref"])
            for method in self.buttons(one):
                with self.assertRaises(UserError, msg=f"{name} {method}"):
                    getattr(one.with_user(people[name]), method)()
        for name in ("auditor", "manager"):
            with self.assertRaises(AccessError):
                one.with_user(people[name]).date = "2026-01-01"
        for method in ("action_open_rows", "action_open_shop", "action_open_late"):
            for name in ("accountant", "manager"):
                self.assertEqual(getattr(one.with_user(people[name]), method)()["type"], "ir.actions.act_window")

    def buttons(self, record):
        return sorted(
            name for name in dir(type(record)) if name.startswith("action_open_") or name == "action_read_again"
        )

    def test_other_days(self):
        """Days long ago are asked for in a window, which says what is wrong with them."""
        self.sold()
        self.settle()
        self.shop.payouts_from = "2026-12-01"
        wizards = self.env["marketplace.read.payouts"].with_user(self.people()["accountant"])
        self.assertIn(self.shop, wizards._default_shops())
        for start, end in (("2026-03-09", "2026-03-01"), (False, "2026-03-01")):
            with self.assertRaises(UserError):
                wizards.create({"shop_ids": self.shop.ids, "start": start, "end": end}).action_read()
        with self.environment() as env:
            wizards = wizards.with_env(env(user=wizards.env.uid))
            wizards.create({"shop_ids": self.shop.ids, "start": "2026-03-01"}).action_read()
        self.assertTrue(self.payouts())
        self.assertFalse(self.shop.payouts_read_at)

    def test_set_up_says_what_is_missing(self):
        """R80: without a chart of accounts the shop says so, and the button too; with it the button makes the rest."""
        company, shop, _seller = self.another_company()
        self.assertIn("no chart of accounts", shop.payouts_missing)
        with self.assertRaisesRegex(UserError, "no chart of accounts"):
            shop.action_set_up_payouts()
        self.shop.payout_partner_id = False
        self.assertIn("partner", self.shop.payouts_missing)
        self.shop.action_set_up_payouts()
        self.assertFalse(self.shop.payouts_missing)


@tagged("post_install", "-at_install")
class TestWalletDays(AtShopee, PayoutCase):
    def leave_out(self, *days_ago):
        """The wallet of four days, of which the first reading is not told those; the next one is told all."""
        self.shop.payouts_from -= timedelta(days=20)
        there = self.shopee.shop("SG")
        told = []
        for days in (14, 9, 8, 1):
            with self.shopee.clock.ago(days * 86400):
                movement = self.shopee.add_movement(there, "ADJUSTMENT_ADD", 5)
            told += [(movement, there.ledger.balance())] if days not in days_ago else []
        movements = there.ledger.movements
        there.ledger.movements = [movement for movement, _balance in told]
        there.ledger._balances = [balance for _movement, balance in told]
        self.read()
        there.ledger.movements, there.ledger._balances = movements, None
        return self.payouts().mapped("difference")

    def test_days_left_out(self):
        """D12: an answer lacked whole days. The day after them does not add up, and the next reading begins before
        them, however long ago they are."""
        self.assertEqual(self.leave_out(9, 8), [0, -10])
        self.later(DAY)
        self.read()
        self.assertEqual(self.payouts().mapped("difference"), [0] * 4)

    def test_first_days_left_out(self):
        """D12: the first answer lacked the first days. It adds up by itself, so later readings begin there again."""
        self.assertEqual(self.leave_out(14, 9), [0, 0])
        self.later(DAY)
        self.read()
        self.assertEqual(self.payouts().mapped("difference"), [0] * 4)
        self.later(5 * DAY)
        self.shopee.calls.clear()
        self.read()
        self.assertEqual(self.shopee.calls["/api/v2/payment/get_wallet_transaction_list"], 1, "that was confirmed")
