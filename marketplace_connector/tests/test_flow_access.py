"""What happens around the end of an authorisation, and when a marketplace asks for fewer calls (D4, D14)."""

from datetime import date, timedelta

import psycopg2.errors
from odoo import fields
from odoo.tests import tagged

from ..marketplaces.errors import RateLimited
from .common import MarketplaceCase
from .either_platform import AtLazada, AtShopee
from .test_flow_shipping import ShippingCase

GOES_ON = ("orders", "acts", "stock", "payouts", "catalogue", "day_checks")


class Gap:
    """Mixed into a ShippingCase at either platform."""

    def test_gap(self):
        """D4: after renewal the orders of the gap come in, days are compared, labels fetched, stock and payouts go on;
        the shop at the other platform has gone on all the time."""
        self.stock_up()
        other = (self.lazada_shop | self.shopee_shop) - self.shop
        self.env["marketplace.shop"].search([]).import_from = fields.Datetime.now() - timedelta(days=1)
        before = self.place([(self.sku, 1)])
        self.import_now(before)
        picking = self.order(self.ref(before)).picking_ids
        self.send(picking)
        self.take_access()
        self.run_all()
        self.assertEqual((self.shop.state, other.state), ("disconnected", "connected"))
        self.assertFalse(picking.marketplace_label_id)
        missed = []
        for _day in range(2):
            missed.append(self.place([(self.sku, 1)]))
            self.later(24 * 60)
            self.run_all()
        self.assertFalse(any(self.order(self.ref(placed)) for placed in missed))
        self.assertEqual((self.shop.completeness, other.completeness), ("incomplete", "complete"))
        self.env["ir.cron.trigger"].search([]).unlink()
        self.give_access()
        for name in GOES_ON:
            cron = self.env.ref(f"marketplace_connector.ir_cron_{name}")
            self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]), name)
        for _ in range(4):
            self.later(11)
            self.run_all()
        self.assertTrue(all(self.order(self.ref(placed)) for placed in missed))
        self.assertEqual(self.shop.completeness, "complete")
        self.assertTrue(picking.marketplace_label_id)
        self.assertFalse(self.shop.activity_search(["mail.mail_activity_data_warning"]))
        self.assertFalse(self.shop.access_warning or self.shop.error_message)

    def run_all(self):
        """What the scheduled actions do: orders, then what waits to be sent, then the days."""
        self.sync(*self.env["marketplace.shop"].search([("state", "=", "connected")]))
        self.act()
        with self.environment() as env:
            env["marketplace.shop"]._cron_check_days()

    def test_limited_while_days_are_compared(self):
        """D14: a shop that is told to wait is not asked for its other days either."""
        self.sync()
        self.later(1)
        self.shop.import_from = fields.Datetime.now() - timedelta(days=9)
        self.platform.faults.order("rate_limited", times=1)
        with self.environment() as env:
            system = self.shop.with_env(env)._as_system()
            system._plan_days(system._ended_days())
            self.platform.calls.clear()
            self.assertTrue(system._check_due_days(lambda: env["ir.cron"]._commit_progress() and 60))
        self.assertLessEqual(sum(self.platform.calls.values()), 1)
        self.assertGreater(self.shop.wait_until, fields.Datetime.now())


@tagged("post_install", "-at_install")
class TestLazadaGap(AtLazada, Gap, ShippingCase):
    def take_access(self):
        self.lazada.revoke()

    def give_access(self):
        self.connect(self.lazada_account, {"account": self.lazada.accounts[0].email, "answer": "allow"})


@tagged("post_install", "-at_install")
class TestShopeeGap(AtShopee, Gap, ShippingCase):
    def take_access(self):
        self.shopee.revoke(self.shopee.shop("SG"))

    def give_access(self):
        login = {"login": f"shop_id:{self.shopee_shop.external_ref}", "days": "365", "decision": "allow"}
        self.connect(self.shopee_account, login)


@tagged("post_install", "-at_install")
class TestAccess(MarketplaceCase):
    def warn(self):
        self.env["marketplace.shop"]._cron_warn_of_end()
        return self.shopee_shop.activity_search(["mail.mail_activity_data_warning"])

    def test_server_was_down_on_the_day(self):
        """D4: a warning whose day has passed is given on the next one, once; the nearer one counts."""
        shop = self.shopee_shop
        end = shop.authorized_until
        given = []
        for days in (26, 25, 4, 3, 0.2):
            self.clock.move_to(end - timedelta(days=days))
            given.append((shop.warned_days, self.warn().ids, shop.warned_days))
        self.assertEqual([after for _, _, after in given], [30, 30, 7, 7, 1])
        self.assertEqual([len(ids) for _, ids, _ in given], [1] * 5)
        self.assertEqual(len({ids[0] for _, ids, _ in given}), 3)

    def test_put_off_and_told_by_push(self):
        """D4: where the seller has prolonged the access at the platform and a push tells it, warnings begin anew."""
        shop = self.shopee_shop
        end = shop.authorized_until
        shop.write({"authorized_until": fields.Datetime.now() + timedelta(hours=20)})
        self.assertEqual((len(self.warn()), shop.warned_days), (1, 1))
        with self.environment() as env:
            values = {"shop_id": shop.id, "account_id": shop.account_id.id, "kind": "access_ending"}
            hint = env["marketplace.hint"].create({**values, "received_at": fields.Datetime.now()})
            shop.with_env(env)._follow_hints(hint, lambda: 60)
        self.assertEqual((shop.authorized_until, shop.warned_days), (end, 0))
        self.assertFalse(shop.activity_search(["mail.mail_activity_data_warning"]))
        self.clock.move_to(end - timedelta(days=29))
        self.assertEqual(len(self.warn()), 1)

    def test_renewed_by_another_system(self):
        """D4: another program that renews with our refresh token leaves us with a dead one: the shop says so, once."""
        for shop in (self.shopee_shop, self.lazada_shop):
            token = shop.sudo().token_id
            self.env["marketplace.token"]._renewed(token)  # and keeps what it gets to itself
            self.clock.move_to(token.access_expires_at + timedelta(minutes=1))
            self.sync(shop)
            self.sync(shop)
            self.assertEqual(shop.state, "disconnected")
            self.assertIn("press Connect", shop.error_message)
            self.assertEqual(len(shop.activity_search(["mail.mail_activity_data_warning"])), 1)

    def test_taken_out_of_the_archive(self):
        """A storefront that is moved begins with its new access: no old end, error, pause or warning stays."""
        shop = self.lazada_shop
        end = shop.authorized_until
        self.lazada.revoke()
        self.later(1)
        self.sync(shop)
        self.assertEqual(len(shop.activity_ids), 1)
        past = fields.Datetime.now() - timedelta(days=1)
        shop.write({"active": False, "authorized_until": past, "warned_days": 1, "wait_until": past})
        form = {"account": self.lazada.accounts[0].email, "answer": "allow"}
        _connected, elsewhere = self.connect(self.lazada_account, form)
        with self.environment() as env:
            env["marketplace.account"]._move_storefront(elsewhere[0][1])
        self.assertEqual((shop.active, shop.state, shop.warned_days), (True, "connected", 0))
        self.assertGreater(shop.authorized_until, end)
        self.assertFalse(shop.error_message or shop.wait_until or shop.access_warning or shop.activity_ids)


@tagged("post_install", "-at_install")
class TestLimits(MarketplaceCase):
    def conflicting(self, env, times):
        """A commit that meets another transaction which was faster, so many times."""
        left = [times]

        def commit():
            if left[0]:
                left[0] -= 1
                raise psycopg2.errors.SerializationFailure
            env["ir.cron"]._commit_progress()
            return 60

        return commit

    def test_two_workers_meet_the_limit(self):
        """D14: who comes second to note that the shops have to wait does it once more, and the other shops go on."""
        for times, waits in ((2, True), (3, False)):
            self.shopee_shop.wait_until = False
            self.shopee.faults.order("rate_limited", times=1)
            self.later(1)
            with self.environment() as env:
                counts = self.shopee_shop.with_env(env)._sync_orders(self.conflicting(env, times))
            self.assertTrue(counts["finished"])
            self.assertEqual(bool(self.shopee_shop.wait_until), waits)

    def test_longer_pause_stays(self):
        """A short pause does not end a long one, nor does a poll that goes well while another worker must wait."""
        shop = self.shopee_shop
        late = fields.Datetime.now() + timedelta(hours=5)
        self.place_shopee([(self.sku, 1)])
        self.later(1)
        with self.environment() as env:
            system = shop.with_env(env)

            def commit():
                env["ir.cron"]._commit_progress()
                system.wait_until = late  # as another worker does
                return 60

            system._sync_orders(commit)
        self.assertEqual(shop.wait_until, late)
        shop.wait_until = False
        self.shopee.faults.order("rate_limited", times=1)
        with self.environment() as env:
            system = shop.with_env(env)._as_system()
            with self.assertRaises(RateLimited) as caught:
                system._client().get_shop()
            system.wait_until = late
            system._note_trouble(caught.exception)
        self.assertEqual(shop.wait_until, late)

    def test_absurd_pause(self):
        """A marketplace that asks for weeks is asked again after a day."""
        shop = self.shopee_shop
        shop._as_system()._note_trouble(RateLimited("Wait.", retry_after=999_999))
        self.assertEqual(shop.wait_until, fields.Datetime.now() + timedelta(days=1))

    def test_days_of_a_limited_shop(self):
        """Nothing is asked for days while the shop waits; they stay due."""
        self.shopee_shop.wait_until = fields.Datetime.now() + timedelta(hours=1)
        self.shopee.calls.clear()
        with self.environment() as env:
            self.shopee_shop.with_env(env)._check_dates([date(2026, 3, 3)])
        self.assertFalse(self.shopee.calls)
        self.assertTrue(self.shopee_shop.day_check_ids.next_check)
