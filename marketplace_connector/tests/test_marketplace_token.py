from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from ..marketplaces.errors import NotAuthorized
from .common import LAZADA, MarketplaceCase, Simulators


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
class TestTokenOnRealCursors(Simulators, TransactionCase):
    """Several database connections, as several workers have: the records are committed, and removed afterwards."""

    def setUp(self):
        super().setUp()
        type(self).start_simulators()
        authorisation = self.lazada.authorise(self.lazada.accounts[0])
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            account = self.lazada_account_on(env)
            token = env["marketplace.token"].create(
                {
                    "account_id": account.id,
                    "chain_ref": "committed",
                    "access_token": authorisation.access_token,
                    "refresh_token": authorisation.refresh_token,
                    "access_expires_at": fields.Datetime.now() + timedelta(days=30),
                }
            )
            self.token_id, account_id, self.refused = token.id, account.id, token.access_token
        self.addCleanup(self.remove, account_id)

    def lazada_account_on(self, env):
        values = {"name": "Committed", "provider": "lazada", "environment": "simulator", "app_key": self.lazada.app_key}
        return env["marketplace.account"].create(
            {**values, "app_secret": self.lazada.app_secret, "api_url": f"{LAZADA}/rest"}
        )

    def remove(self, account_id):
        with self.registry.cursor() as cr:
            self.env(cr=cr)["marketplace.account"].browse(account_id).unlink()

    def ask(self):
        """Another worker, to whom the platform has refused the first access token."""
        with self.registry.cursor() as cr:
            return self.env(cr=cr)["marketplace.token"].browse(self.token_id)._access_token(self.refused)

    def test_workers_refresh_once(self):
        """D4: workers that meet the same refused token spend one refresh token between them."""
        with ThreadPoolExecutor(4) as workers:
            answers = [worker.result() for worker in [workers.submit(self.ask) for _ in range(4)]]
        self.assertEqual(len(set(answers)), 1)
        self.assertNotIn(self.refused, answers)
        self.assertEqual(self.lazada.calls["/rest/auth/token/refresh"], 1)

    def test_refresh_survives_a_rollback(self):
        """The new tokens are kept although the transaction that asked for them fails: the old ones are dead."""
        with self.registry.cursor() as cr:
            renewed = self.env(cr=cr)["marketplace.token"].browse(self.token_id)._access_token(self.refused)
            cr.rollback()
        with self.registry.cursor() as cr:
            self.assertEqual(self.env(cr=cr)["marketplace.token"].browse(self.token_id).access_token, renewed)

    def test_end_survives_the_error(self):
        """That an authorisation has ended is remembered, although it is told by an exception: nobody asks again."""
        self.lazada.revoke()
        for _worker in range(3):
            with self.assertRaises(NotAuthorized):
                self.ask()
        self.assertEqual(self.lazada.calls["/rest/auth/token/refresh"], 1)
        with self.registry.cursor() as cr:
            self.assertEqual(self.env(cr=cr)["marketplace.token"].browse(self.token_id).state, "ended")
