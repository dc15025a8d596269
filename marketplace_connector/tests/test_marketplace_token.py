from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..marketplaces.errors import NotAuthorized, RateLimited, RenewalLost, TransportError
from ..models.error_messages import explain
from .common import LAZADA, SHOPEE, MarketplaceCase, Simulators


@tagged("post_install", "-at_install")
class TestToken(MarketplaceCase):
    def token(self, shop):
        return shop.sudo().token_id

    def use(self, shop, rejected=None):
        """What a worker gets that needs the shop's access token."""
        self.env.flush_all()
        try:
            return self.token(shop)._access_token(rejected)
        finally:
            self.env.invalidate_all()

    def test_good_token_is_used_again(self):
        first = self.use(self.lazada_shop)
        self.assertEqual(self.use(self.lazada_shop), first)
        self.assertEqual(self.lazada.calls["/rest/auth/token/refresh"], 0)

    def test_refreshed_before_its_end(self):
        """A token about to end is renewed; the refresh token is replaced, its end kept (Lazada) or moved (Shopee)."""
        for shop, call in (
            (self.lazada_shop, (self.lazada, "/rest/auth/token/refresh")),
            (self.shopee_shop, (self.shopee, "/api/v2/auth/access_token/get")),
        ):
            token = self.token(shop)
            old = token.read(["access_token", "refresh_token", "refresh_expires_at"])[0]
            self.clock.move_to(token.access_expires_at - timedelta(minutes=5))
            new = self.use(shop)
            self.assertNotEqual(new, old["access_token"])
            self.assertNotEqual(token.refresh_token, old["refresh_token"])
            self.assertEqual(self.use(shop), new)
            app, path = call
            self.assertEqual(app.calls[path], 1)
            if shop == self.lazada_shop:
                self.assertEqual(token.refresh_expires_at, old["refresh_expires_at"])
            else:
                self.assertGreater(token.refresh_expires_at, old["refresh_expires_at"])

    def test_managers_cannot_read_tokens(self):
        with self.assertRaises(AccessError):
            self.token(self.lazada_shop).with_user(self.manager).read(["access_token"])
        with self.assertRaises(AccessError):
            self.lazada_shop.with_user(self.manager).read(["token_id"])
        with self.assertRaises(AccessError):
            self.lazada_account.with_user(self.manager).read(["app_secret"])
        self.assertNotIn("app_secret", self.lazada_account.copy_data()[0])

    def test_warned_before_the_end(self):
        """D4: warned 30, 7 and 1 days before the authorisation ends, each once; connecting again clears it."""
        shop = self.lazada_shop
        activities = []
        for days in (31, 30, 29, 8, 7, 3, 1):
            self.clock.move_to(shop.authorized_until - timedelta(days=days))
            self.env["marketplace.shop"]._cron_warn_of_end()
            self.env["marketplace.shop"]._cron_warn_of_end()
            activities.append(shop.activity_search(["mail.mail_activity_data_warning"]).ids)
        self.assertEqual(activities[0], [])
        self.assertEqual([len(ids) for ids in activities[1:]], [1] * 6)
        self.assertEqual(len({ids[0] for ids in activities[1:]}), 3)
        self.connect(self.lazada_account, {"account": self.lazada.accounts[0].email, "answer": "allow"})
        self.assertFalse(shop.activity_search(["mail.mail_activity_data_warning"]))
        self.assertGreater(shop.authorized_until, fields.Datetime.now() + timedelta(days=100))


@tagged("post_install", "-at_install")
class TestAccessOfShops(MarketplaceCase):
    def test_banner(self):
        """D4: from 30 days before the end on the shop says so, on its own clock, and when it is over."""
        shop = self.lazada_shop
        self.assertFalse(shop.access_warning)
        self.clock.move_to(shop.authorized_until - timedelta(days=30))
        shop.invalidate_recordset()
        self.assertIn("The access ends on", shop.access_warning)
        self.assertIn("(Singapore)", shop.access_warning)
        self.lazada.revoke()
        self.sync()
        self.assertIn("has ended", shop.access_warning)
        self.connect(self.lazada_account, {"account": self.lazada.accounts[0].email, "answer": "allow"})
        self.assertFalse(shop.access_warning)

    def test_put_off_at_the_platform(self):
        """A seller who has prolonged the access is warned anew a year later."""
        shop = self.shopee_shop
        self.clock.move_to(shop.authorized_until - timedelta(days=20))
        self.env["marketplace.shop"]._cron_warn_of_end()
        self.assertEqual(shop.warned_days, 30)
        self.connect(self.shopee_account, {"login": f"shop_id:{shop.external_ref}", "days": "365", "decision": "allow"})
        shop.write({"authorized_until": shop.authorized_until - timedelta(days=300), "warned_days": 30})
        shop.with_user(self.manager).action_test_connection()
        self.assertEqual(shop.warned_days, 0)

    def test_gap_fills_and_the_other_shop_goes_on(self):
        """D4: orders of the days without access come in by themselves after renewal, each once; the days prove it."""
        self.sync()
        self.env["marketplace.shop"].search([]).import_from = fields.Datetime.now() - timedelta(days=2)
        self.lazada.revoke()
        lazada, shopee = [], []
        for _day in range(3):
            lazada.append(self.place_lazada([(self.sku, 1)]))
            shopee.append(self.place_shopee([(self.sku, 1)]))
            self.later(24 * 60)
            self.sync(*self.env["marketplace.shop"].search([("state", "=", "connected")]))
        self.assertTrue(all(self.order(order.order_sn) for order in shopee))
        self.assertFalse(any(self.order(order.order_id) for order in lazada))
        self.connect(self.lazada_account, {"account": self.lazada.accounts[0].email, "answer": "allow"})
        self.sync(self.lazada_shop)
        self.assertTrue(all(self.order(order.order_id) for order in lazada))
        with self.environment() as env:
            env["marketplace.shop"]._cron_check_days()
        self.assertEqual(self.lazada_shop.completeness, "complete")
        self.assertFalse(self.lazada_shop.day_check_ids.filtered("healed_count"), "the poll has brought them")


class Killed(BaseException):
    """The worker process ends here."""


class OnRealCursors(Simulators):
    """Several database connections, as several workers have: the records are committed, and removed afterwards."""

    def setUp(self):
        super().setUp()
        type(self).start_simulators()
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            account = env["marketplace.account"].create({"name": "Committed", **self.account_values()})
            token = env["marketplace.token"].create(
                {
                    "account_id": account.id,
                    "chain_ref": "committed",
                    "access_expires_at": fields.Datetime.now() + timedelta(days=30),
                    **self.token_values(),
                }
            )
            self.token_id, account_id, self.refused = token.id, account.id, token.access_token
        self.addCleanup(self.remove, account_id)

    def remove(self, account_id):
        with self.registry.cursor() as cr:
            self.env(cr=cr)["marketplace.account"].browse(account_id).unlink()

    def ask(self):
        """Another worker, to whom the platform has refused the first access token."""
        with self.registry.cursor() as cr:
            return self.env(cr=cr)["marketplace.token"].browse(self.token_id)._access_token(self.refused)

    def stored(self, field):
        with self.registry.cursor() as cr:
            return self.env(cr=cr)["marketplace.token"].browse(self.token_id)[field]

    def test_workers_refresh_once(self):
        """D4: ten workers that meet the same refused token spend one refresh token between them."""
        with ThreadPoolExecutor(10) as workers:
            answers = [worker.result() for worker in [workers.submit(self.ask) for _ in range(10)]]
        self.assertEqual(len(set(answers)), 1)
        self.assertNotIn(self.refused, answers)
        self.assertEqual(self.platform.calls[self.path], 1)
        self.assertFalse(self.stored("renewal_began_at"))

    def test_refresh_survives_a_rollback(self):
        """The new tokens are kept although the transaction that asked for them fails: the old ones are dead."""
        with self.registry.cursor() as cr:
            renewed = self.env(cr=cr)["marketplace.token"].browse(self.token_id)._access_token(self.refused)
            cr.rollback()
        self.assertEqual(self.stored("access_token"), renewed)

    def test_killed_before_the_new_pair_is_kept(self):
        """D4: where the platform does not repeat its answer, the end is explained by what happened."""
        host = next(host for host, app in self.apps.items() if app is self.platform)

        def killed_behind(environ, start_response):
            self.platform(environ, lambda *args: None)
            raise Killed

        self.apps[host] = killed_behind
        with self.assertRaises(Killed):
            self.ask()
        self.apps[host] = self.platform
        self.assertTrue(self.stored("renewal_began_at"))
        with self.assertRaises(RenewalLost) as caught:
            self.ask()
        self.assertIn("its answer did not arrive or the server stopped", explain(self.env, caught.exception))
        self.assertEqual(self.stored("state"), "ended")

    def test_answer_lost_on_its_way(self):
        """The same when the connection broke behind the renewal; when it broke before, the next try succeeds."""
        self.platform.faults.order("no_connection", path=self.path)
        with self.assertRaises(TransportError):
            self.ask()
        self.assertNotEqual(self.ask(), self.refused)
        self.refused = self.stored("access_token")
        self.platform.faults.order("lost_answer", path=self.path)
        with self.assertRaises(TransportError):
            self.ask()
        with self.assertRaises(RenewalLost):
            self.ask()

    def test_busy_platform_ends_nothing(self):
        self.platform.faults.order("too_many_requests", path=self.path)
        with self.assertRaises(RateLimited):
            self.ask()
        self.assertFalse(self.stored("renewal_began_at"))
        self.assertNotEqual(self.ask(), self.refused)


@tagged("post_install", "-at_install")
class TestLazadaOnRealCursors(OnRealCursors, TransactionCase):
    path = "/rest/auth/token/refresh"

    @property
    def platform(self):
        return self.lazada

    def account_values(self):
        values = {"provider": "lazada", "environment": "simulator", "app_key": self.lazada.app_key}
        return {**values, "app_secret": self.lazada.app_secret, "api_url": f"{LAZADA}/rest"}

    def token_values(self):
        authorisation = self.lazada.authorise(self.lazada.accounts[0])
        return {"access_token": authorisation.access_token, "refresh_token": authorisation.refresh_token}

    def test_end_survives_the_error(self):
        """That an authorisation has ended is remembered, although it is told by an exception: nobody asks again."""
        self.lazada.revoke()
        for _worker in range(3):
            with self.assertRaises(NotAuthorized):
                self.ask()
        self.assertEqual(self.lazada.calls[self.path], 1)
        self.assertEqual(self.stored("state"), "ended")


@tagged("post_install", "-at_install")
class TestShopeeOnRealCursors(OnRealCursors, TransactionCase):
    path = "/api/v2/auth/access_token/get"

    @property
    def platform(self):
        return self.shopee

    def account_values(self):
        values = {"provider": "shopee", "environment": "simulator", "app_key": str(self.shopee.partner_id)}
        return {**values, "app_secret": self.shopee.partner_key, "api_url": SHOPEE}

    def token_values(self):
        shop = self.shopee.shop("SG")
        access_token, refresh_token = self.shopee.issue_tokens(shop)
        return {"access_token": access_token, "refresh_token": refresh_token, "shop_ref": str(shop.shop_id)}
