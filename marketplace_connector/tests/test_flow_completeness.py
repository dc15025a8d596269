"""Is every order in Odoo? The days of a shop against the marketplace's own lists (D3)."""

import json
from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from werkzeug.test import Client
from werkzeug.wrappers import Response

from ..simulator.overrides import ABSENT
from .common import MarketplaceCase
from .either_platform import AtLazada, AtShopee

DAY = 86400
YESTERDAY = date(2026, 3, 3)  # it is 13:06 on 4 March in Singapore


class CompletenessCase(MarketplaceCase):
    def setUp(self):
        super().setUp()
        self.sync()
        self.later(1)
        self.env["marketplace.shop"].search([]).import_from = datetime(2026, 2, 28)

    def check(self, seconds_left=60):
        """One run of the scheduled action."""
        with self.environment() as env:
            for shop in self.checked_shops().filtered(lambda shop: shop.state == "connected"):
                system = shop.with_env(env)._as_system()
                system._plan_days(system._ended_days())
                system._check_due_days(lambda: env["ir.cron"]._commit_progress() and seconds_left)

    def checked_shops(self):
        """The shops that `check` is about."""
        return self.env["marketplace.shop"].search([])

    def check_again(self, *dates):
        """What a manager's button does."""
        with self.environment() as env:
            self.shop.with_env(env)._check_dates(dates or [YESTERDAY])

    def day(self, day=YESTERDAY):
        return self.shop.day_check_ids.filtered(lambda record: record.date == day)

    def finding(self, placed):
        found = self.env["marketplace.order.check"].search([("order_ref", "=", self.ref(placed))])
        return found.ensure_one()

    def meddle(self, host, path, change):
        """Let `change(content)` spoil what the platform answers to calls of the path."""
        platform = self.apps[host]

        def spoiled(environ, start_response):
            if not environ["PATH_INFO"].endswith(path):
                return platform(environ, start_response)
            content = json.loads(Client(platform).open(environ).data)
            change(content)
            return Response(json.dumps(content), content_type="application/json")(environ, start_response)

        self.apps[host] = spoiled

    def placed_yesterday(self, lines=None, hours=20, **facts):
        """An order that the poll never sees, since the watermark is behind it."""
        with self.platform.clock.ago(hours * 3600):
            return self.place(lines or [(self.sku, 1)], **facts)

    def imported_yesterday(self, **facts):
        """An order of yesterday that Odoo has."""
        placed = self.placed_yesterday(**facts)
        with self.environment() as env:
            self.shop.with_env(env)._as_system()._fetch_refs([self.ref(placed)])
        self.assertTrue(self.order(self.ref(placed)))
        return placed


class Completeness:
    """Mixed into a CompletenessCase at either platform."""

    def test_all_days_complete(self):
        """D3: each day since the shop's first one is compared, with one reading where there was no order, or two where
        the platform does not count."""
        self.platform.calls.clear()
        self.check()
        days = self.shop.day_check_ids
        self.assertEqual(len(days), 4)
        self.assertEqual(set(days.mapped("state")), {"complete"})
        self.assertEqual(self.shop.complete_until, datetime(2026, 3, 3, 16))
        self.assertEqual(self.shop.completeness, "complete")
        self.assertIn("Complete up to Wed 4 Mar 00:00 (Singapore)", self.shop.completeness_text)
        self.assertEqual(sum(self.platform.calls.values()), 4 * self.readings)
        self.platform.calls.clear()
        self.check()
        self.assertFalse(self.platform.calls, "nothing is due")

    def test_missing_order_heals(self):
        """D3: an order that the poll has missed comes in, and the day says so for good."""
        placed = self.placed_yesterday()
        self.sync()
        self.assertFalse(self.order(self.ref(placed)))
        self.check()
        self.assertTrue(self.order(self.ref(placed)))
        self.assertEqual(self.finding(placed).kind, "healed")
        self.assertEqual((self.day().state, self.day().listed_count, self.day().known_count), ("complete", 1, 1))
        self.check_again()
        self.assertEqual((self.day().healed_count, self.day().check_count), (1, 2))

    def test_state_and_total_heal(self):
        """D3: what differs is read anew; the sample finds it although nothing points to it."""
        placed = self.imported_yesterday()
        order = self.order(self.ref(placed))
        total = order.amount_total
        order.order_line.filtered(lambda line: line.marketplace_kind == "goods").price_unit = 1.0
        self.check()
        self.assertEqual(order.amount_total, total)
        self.assertEqual(self.finding(placed).kind, "healed")
        order.marketplace_status = "shipped"
        self.check_again()
        self.assertEqual(order.marketplace_status, "ready_to_ship")
        self.assertIn("State: Shipped in Odoo", self.finding(placed).detail)
        self.assertEqual(self.day().state, "complete")

    def test_missed_change_heals(self):
        """An order that the poll left behind in an old state, and a cancelled one."""
        moved, cancelled = self.imported_yesterday(), self.imported_yesterday()
        with self.platform.clock.ago(19 * 3600):
            self.arrange_there(moved)
            self.cancel_there(cancelled)
        self.sync()
        self.check()
        self.assertEqual(self.order(self.ref(moved)).marketplace_status, "processed")
        self.assertEqual(self.order(self.ref(cancelled)).state, "cancel")
        self.assertEqual((self.day().state, self.day().healed_count), ("complete", 2))

    def test_difference_that_does_not_heal(self):
        """What a user has changed on purpose is not overwritten: it is named until a manager accepts it, and again when
        it changes."""
        placed = self.imported_yesterday()
        order = self.order(self.ref(placed))
        order.order_line = [(0, 0, {"product_id": self.products[3].id, "product_uom_qty": 1, "price_unit": 5})]
        self.check()
        self.assertEqual((self.day().state, self.shop.completeness), ("incomplete", "incomplete"))
        self.assertIn("Different orders: 1", self.day().why)
        self.assertIn("Total:", self.finding(placed).detail)
        self.assertIn("2026-03-03", self.shop.completeness_text)
        self.assertEqual(self.shop.complete_until, datetime(2026, 3, 2, 16))
        activity = self.shop.activity_search(["marketplace_connector.mail_activity_type_incomplete"])
        self.assertEqual(len(activity), 1)
        self.finding(placed).with_user(self.manager).action_accept()
        self.assertEqual((self.day().state, self.shop.completeness), ("complete", "complete"))
        self.check_again()
        self.assertEqual(self.day().state, "complete")
        self.assertFalse(activity.exists())
        self.later(60)
        order.order_line[-1].price_unit = 7
        self.check_again()
        self.assertEqual(self.day().state, "incomplete")

    def test_left_out(self):
        """Orders that need not be in Odoo are counted by reason, not fetched."""
        unpaid = self.placed_yesterday(paid=False)
        cancelled, shipped = self.placed_yesterday(), self.placed_yesterday()
        self.cancel_there(cancelled)
        self.move_there(shipped, "shipped")
        self.shop.create_fulfilled = False
        self.check()
        kinds = {self.finding(placed).kind for placed in (unpaid, cancelled, shipped)}
        self.assertEqual(kinds, {"unpaid", "cancelled", "fulfilled"})
        self.assertEqual((self.day().state, self.day().left_out_count, self.day().known_count), ("complete", 3, 0))
        self.shop.create_fulfilled = True
        self.check_again()
        self.assertTrue(self.order(self.ref(shipped)))
        self.assertEqual(self.finding(shipped).kind, "healed")

    def test_before_the_first_day(self):
        """Of the day on which the shop begins, only what was placed later belongs to Odoo."""
        before, after = self.placed_yesterday(hours=20), self.placed_yesterday(hours=18)
        self.shop.import_from = fields.Datetime.now() - timedelta(hours=19)
        self.check()
        self.assertEqual((self.finding(before).kind, self.finding(after).kind), ("before", "healed"))
        self.assertEqual(self.day().state, "complete")
        self.assertEqual(self.shop.complete_until, datetime(2026, 3, 3, 16))

    def test_order_that_cannot_come_in(self):
        """It stays missing, with its problem's sentence; once that is solved the day heals."""
        placed = self.placed_yesterday()
        self.shop.currency_id = self.env.ref("base.EUR")
        self.check()
        self.assertEqual((self.finding(placed).kind, self.day().state), ("missing", "incomplete"))
        self.assertIn("the shop sells in EUR", self.finding(placed).detail)
        self.shop.currency_id = self.env.ref("base.SGD")
        self.later(21 * 60)
        self.check()
        self.assertEqual((self.finding(placed).kind, self.day().state), ("healed", "complete"))

    def test_list_that_fails(self):
        """What cannot be proved is not claimed: unknown, with the reason, and tried again within the hour or so."""
        self.check()
        self.platform.faults.order("html", times=99)
        self.check_again()
        self.assertEqual((self.day().state, self.shop.completeness), ("unknown", "incomplete"))
        self.assertTrue(self.day().failure)
        self.assertEqual(self.shop.complete_until, datetime(2026, 3, 2, 16))
        self.platform.faults.ordered.clear()
        self.later(61)
        self.check()
        self.assertEqual((self.day().state, self.shop.completeness), ("complete", "complete"))
        self.assertFalse(self.day().why)

    def test_late_changes_are_compared(self):
        """A complete day of the last three is compared again the next day, an older one is not."""
        self.check()
        placed = self.placed_yesterday(hours=19)
        self.later(21 * 60)
        self.platform.calls.clear()
        self.check()
        self.assertEqual(self.finding(placed).kind, "healed")
        self.assertLess(sum(self.platform.calls.values()), 8 * self.readings)

    def test_stopped_and_gone_on(self):
        """Days are committed one by one; the next run goes on with the rest."""
        self.check(seconds_left=0)
        self.assertEqual(len(self.shop.day_check_ids.filtered("checked_at")), 1)
        self.assertTrue(self.day().checked_at, "the latest day first")
        self.assertEqual(self.shop.completeness, "incomplete")
        self.check()
        self.assertEqual(self.shop.completeness, "complete")

    def test_limited_shop_waits(self):
        """A shop that was asked to wait is not checked, and the other shop is."""
        self.shop.wait_until = fields.Datetime.now() + timedelta(minutes=10)
        self.platform.calls.clear()
        self.check()
        self.assertFalse(self.platform.calls)
        other = (self.lazada_shop | self.shopee_shop) - self.shop
        self.assertEqual(other.completeness, "complete")

    def test_stale_proof(self):
        """When days pass without a check, the shop does not go on saying that it is complete."""
        self.check()
        self.later(24 * 60 + 10)
        self.shop.invalidate_recordset()
        self.assertEqual(self.shop.completeness, "incomplete")
        self.check()
        self.assertEqual(self.shop.completeness, "complete")

    def test_today(self):
        """A manager asks for today: compared as far as it goes, and again when the day is over."""
        placed = self.placed_yesterday(hours=2)
        wizard = self.env["marketplace.check.days"].with_user(self.manager).with_context(active_id=self.shop.id)
        with self.environment() as env:
            opened = wizard.with_env(wizard.env(cr=env.cr)).create({"date_from": date(2026, 3, 1)})
            action = opened.action_check()
        self.assertEqual(self.finding(placed).kind, "healed")
        today = self.day(date(2026, 3, 4))
        self.assertEqual(today.state, "complete")
        self.assertEqual(today.next_check, datetime(2026, 3, 4, 17))
        self.assertEqual(len(self.env["marketplace.day.check"].search(action["domain"])), 4)
        for wrong in ({"date_from": date(2026, 3, 5)}, {"date_to": date(2026, 3, 5)}, {"date_from": date(2025, 1, 1)}):
            with self.assertRaises(ValidationError):
                wizard.create(wrong)


@tagged("post_install", "-at_install")
class TestLazadaCompleteness(AtLazada, Completeness, CompletenessCase):
    readings = 1

    def test_announced_but_not_given(self):
        """A page that is cut short does not agree with Lazada's own count."""
        self.imported_yesterday()
        self.meddle("lazada.simulator.test", "/orders/get", lambda content: content["data"]["orders"].clear())
        self.check()
        self.assertEqual(self.day().state, "unknown")


@tagged("post_install", "-at_install")
class TestShopeeCompleteness(AtShopee, Completeness, CompletenessCase):
    readings = 2

    def test_list_without_an_order_that_odoo_has(self):
        """D3: Shopee does not count. A list that leaves out what Odoo has proves nothing."""
        placed = self.imported_yesterday()
        path = "get_order_list"
        self.meddle("shopee.simulator.test", path, lambda content: content["response"]["order_list"].clear())
        self.check()
        self.assertEqual((self.finding(placed).kind, self.day().state), ("unlisted", "unknown"))

    def test_order_that_cannot_be_read(self):
        """D3: it may be anything, so the day is not complete."""
        placed = self.placed_yesterday()
        placed.overrides = {"detail": {"item_list": ABSENT}}
        self.check()
        self.assertEqual((self.finding(placed).kind, self.day().state), ("unreadable", "unknown"))
        placed.overrides = {}
        self.later(61)
        self.check()
        self.assertEqual((self.finding(placed).kind, self.day().state), ("healed", "complete"))

    def test_status_that_nobody_knows(self):
        placed = self.placed_yesterday()
        placed.overrides = {"list": {"order_status": "NEW_WORD"}, "detail": {"order_status": "NEW_WORD"}}
        self.check()
        self.assertEqual((self.finding(placed).kind, self.day().state), ("missing", "incomplete"))

    def test_calls(self):
        """A day of 120 orders: two readings with two calls, one more for what changed since, which is read twice too,
        and one each for the orders and the amounts of a sample."""
        for _ in range(120):
            self.placed_yesterday(paid=False)
        for _ in range(3):
            self.imported_yesterday()
        self.check()
        self.shopee.calls.clear()
        self.check_again()
        self.assertEqual(sum(self.shopee.calls.values()), 8)

    def test_shop_without_access(self):
        """It is disconnected by the check too, and does not say that it is complete."""
        self.shopee.revoke(self.shopee.shop("SG"))
        self.check()
        self.assertEqual((self.shop.state, self.shop.completeness), ("disconnected", "incomplete"))
        self.assertEqual(self.lazada_shop.completeness, "complete")

    def test_rights(self):
        """Users see the days, managers check and accept, others see nothing; over RPC, too."""
        self.check()
        user, outsider = self.user, new_test_user(self.env, "elsewhere", "base.group_user")
        day = self.day()
        self.assertEqual(day.with_user(user).state, "complete")
        with self.assertRaises(AccessError):
            day.with_user(user).action_check_again()
        with self.assertRaises(AccessError):
            self.env["marketplace.order.check"].with_user(user).action_accept()
        with self.assertRaises(AccessError):
            self.env["marketplace.check.days"].with_user(user).create({"shop_id": self.shop.id})
        with self.assertRaises(AccessError):
            day.with_user(outsider).read(["state"])
        with self.assertRaises(AccessError):
            day.with_user(self.manager).write({"failure": "x"})
