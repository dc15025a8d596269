"""What makes a day that was proved doubtful again: late changes, settings, people, clocks, other workers (D3)."""

from datetime import date, datetime, timedelta

import psycopg2.errors
from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .either_platform import AtLazada, AtShopee
from .test_flow_completeness import CompletenessCase

DAY = 24 * 60


class Doubt:
    """Mixed into a CompletenessCase at either platform."""

    def checked_shops(self):
        return self.shop

    def test_paid_after_days(self):
        """An order that waits for its payment keeps its day under watch, also beyond the days that all are watched."""
        placed = self.placed_yesterday(paid=False)
        for _ in range(4):
            self.check()
            self.later(21 * 60)
        self.assertEqual((self.finding(placed).kind, self.day().state), ("unpaid", "complete"))
        with self.platform.clock.ago(3600):
            self.pay_there(placed)
        for _ in range(2):
            self.later(DAY)
            self.check()
        self.assertTrue(self.order(self.ref(placed)))
        self.assertEqual(self.finding(placed).kind, "healed")

    def test_changed_with_the_same_state(self):
        """A piece is cancelled there unseen by the poll, after the day was proved: state and list stay the same."""
        others = [self.imported_yesterday() for _ in range(3)]
        placed = self.imported_yesterday(lines=[(self.sku, 3)])
        self.check()
        self.later(60)
        self.cancel_some_there(placed)
        self.later(20 * 60)
        self.check()
        self.assertEqual(sum(self.lines(self.order(self.ref(placed))).mapped("product_uom_qty")), 2)
        self.assertEqual((self.finding(placed).kind, len(others)), ("healed", 3))

    def test_trouble_while_healing(self):
        """A platform that fails while a missing order is fetched makes the day unknown, not the order a problem, and is
        not asked for the rest."""
        placed = self.placed_yesterday()
        self.platform.faults.order("rate_limited", path=self.order_call, times=1)
        self.check_again()
        self.assertEqual((self.day().state, self.shop.completeness), ("unknown", "incomplete"))
        self.assertFalse(self.problem(self.ref(placed)))
        self.later(61)
        self.check()
        self.assertTrue(self.order(self.ref(placed)))
        self.assertEqual(self.day().state, "complete")

    def test_trouble_with_an_old_day(self):
        """A day that is incomplete since more than a month, and cannot be read when a manager asks for it."""
        old = date(2026, 1, 20)
        self.shop.currency_id = self.env.ref("base.EUR")
        with self.platform.clock.ago(43 * 86400):
            placed = self.place([(self.sku, 1)])
        self.shop.import_from = datetime(2026, 1, 10)
        self.check_again(old)
        self.assertEqual((self.finding(placed).kind, self.day(old).next_check), ("missing", False))
        self.platform.faults.order("html", times=20)
        self.check_again(old)
        self.assertEqual(self.day(old).state, "incomplete")
        self.assertGreater(self.day(old).next_check, fields.Datetime.now())

    def test_cancelled_here_only(self):
        """Cancelled in Odoo and alive there: the day says so until somebody accepts it."""
        placed = self.imported_yesterday()
        self.check()
        self.shop.cancel_too = False
        self.order(self.ref(placed))._action_cancel()
        self.check_again()
        self.assertEqual(self.day().state, "incomplete")
        self.assertIn("Cancelled in Odoo, ", self.finding(placed).detail)

    def test_clock_that_is_minutes_ahead(self):
        """Nothing is claimed of minutes that have not passed yet at the platform."""
        self.check()
        self.platform.clock.move(-240)
        self.check_again(date(2026, 3, 4))
        today = self.day(date(2026, 3, 4))
        self.assertEqual(today.state, "complete")
        there = fields.Datetime.now() - timedelta(minutes=4)
        self.assertLessEqual(today.checked_until, there - timedelta(minutes=2))


@tagged("post_install", "-at_install")
class TestLazadaDoubt(AtLazada, Doubt, CompletenessCase):
    order_call = "/orders/items/get"

    def pay_there(self, placed):
        self.lazada.advance(placed, "pending")


@tagged("post_install", "-at_install")
class TestShopeeDoubt(AtShopee, Doubt, CompletenessCase):
    order_call = "/get_order_detail"

    def pay_there(self, placed):
        self.shopee.advance(placed, "READY_TO_SHIP")

    def test_one_shop_stops_no_other(self):
        """What nobody foresaw at one shop is logged, and the days of the others are compared."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE marketplace_shop SET tz = 'Nowhere' WHERE id = %s", [self.lazada_shop.id])
        self.env.invalidate_all()
        with self.environment() as env, self.assertLogs("odoo.addons.marketplace_connector", "ERROR") as log:
            env["marketplace.shop"]._cron_check_days()
        self.assertIn(f"The days of shop {self.lazada_shop.id} could not be compared", log.output[0])
        self.assertEqual(self.shopee_shop.completeness, "complete")

    def test_year_with_a_digit_too_few(self):
        with self.assertRaises(ValidationError):
            self.shopee_shop.import_from = datetime(202, 3, 4)

    def test_problem_is_looked_at(self):
        """An order with a problem, as when its latest state could not be read, is compared whatever the list says."""
        placed, _other, _another = [self.imported_yesterday() for _ in range(3)]
        self.check()
        self.later(60)
        self.check_again()
        self.later(120)
        self.check_again()
        self.assertEqual(self.day().compared_count, 1, "the sample")
        with self.environment() as env:
            error = {"order_ref": self.ref(placed), "reason": "unreadable", "message": "?"}
            env["marketplace.job"]._record(self.shop.with_env(env), [error])
        self.check_again()
        self.assertEqual(self.day().compared_count, 2)

    def test_on_its_way_for_days(self):
        """A change that the poll missed is found even after the first days; what is at rest is left alone."""
        placed = self.imported_yesterday()
        for _ in range(4):
            self.check()
            self.later(21 * 60)
        with self.platform.clock.ago(3600):
            self.move_there(placed, "completed")
        for _ in range(2):
            self.later(DAY)
            self.check()
        self.assertEqual(self.order(self.ref(placed)).marketplace_status, "completed")
        self.assertEqual((self.day().state, self.day().next_check), ("complete", False))

    def test_reopened_here(self):
        """Cancelled there, and made a quotation again in Odoo: it is cancelled once more."""
        placed = self.imported_yesterday()
        self.cancel_there(placed)
        with self.environment() as env:
            self.shop.with_env(env)._as_system()._fetch_refs([self.ref(placed)])
        order = self.order(self.ref(placed))
        self.check()
        order.state = "draft"
        self.check_again()
        self.assertEqual((order.state, self.finding(placed).kind, self.day().state), ("cancel", "healed", "complete"))

    def test_earlier_first_day(self):
        """Who lets the shop begin earlier does not read at once that all is complete since then."""
        self.check()
        with self.platform.clock.ago(5 * 86400):
            placed = self.place([(self.sku, 1)])
        self.assertEqual(self.shop.completeness, "complete")
        self.shop.import_from = datetime(2026, 2, 26)
        self.assertEqual((self.shop.complete_until, self.shop.completeness), (False, "incomplete"))
        self.check()
        self.assertEqual(self.shop.completeness, "complete")
        self.assertTrue(self.order(self.ref(placed)))

    def test_other_time_zone(self):
        """The days begin and end at other moments: all are compared anew, and nothing is complete until then."""
        self.check()
        self.shop.tz = "Asia/Jakarta"
        self.assertEqual((self.shop.complete_until, self.shop.completeness), (False, "incomplete"))
        self.assertEqual(set(self.shop.day_check_ids.mapped("state")), {"waiting"})
        self.check()
        self.assertEqual(self.shop.complete_until, datetime(2026, 3, 3, 17))
        self.assertEqual(self.shop.completeness, "complete")

    def test_fulfilled_wanted_later(self):
        """Orders that were left out as shipped outside Odoo belong there once the shop wants them."""
        placed = self.placed_yesterday()
        self.move_there(placed, "shipped")
        self.shop.create_fulfilled = False
        self.check()
        self.assertEqual(self.finding(placed).kind, "fulfilled")
        self.shop.create_fulfilled = True
        self.check()
        self.assertTrue(self.order(self.ref(placed)))

    def test_month_end(self):
        """R101: 23:30 on the last day of the month belongs to that day, on the shop's own clock."""
        for tz, moment in (
            ("Asia/Jakarta", datetime(2026, 2, 28, 16, 30)),
            ("Asia/Bangkok", datetime(2026, 2, 28, 16, 30)),
            ("Asia/Manila", datetime(2026, 2, 28, 15, 30)),
        ):
            self.shop.tz = tz
            with self.platform.clock.ago((fields.Datetime.now() - moment).total_seconds()):
                placed = self.place([(self.sku, 1)])
            self.check()
            self.assertEqual(self.finding(placed).date, date(2026, 2, 28), tz)
            self.assertEqual(self.finding(placed).kind, "healed", tz)

    def test_another_transaction_was_faster(self):
        """A conflict with somebody who works on the same day ends nothing: the day stays due."""

        def conflict():
            raise psycopg2.errors.SerializationFailure

        with self.environment() as env:
            system = self.shop.with_env(env)._as_system()
            system._plan_days(system._ended_days())
            env.cr.commit()
            calls = iter([lambda: 60, conflict])
            self.assertFalse(system._check_due_days(lambda: next(calls)()))
        day = self.day()
        self.assertEqual((day.state, bool(day.next_check)), ("waiting", True))
        self.check()
        self.assertEqual(self.shop.completeness, "complete")
