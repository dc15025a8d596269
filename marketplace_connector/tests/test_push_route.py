"""The push address over HTTP: what is let in, what is answered, and what it costs (R141)."""

import time
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import marketplace_account_pushes
from ..models.push_throttle import Throttle
from .push_case import PushCase, hmac_hex


@tagged("post_install", "-at_install")
class TestPushRoute(PushCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(marketplace_account_pushes, "REFUSALS", Throttle(60)))

    def post(self, body, account=None, token=None, signature=None, **headers):
        account = account or self.account_of(body)
        signature = self.signature(account, body) if signature is None else signature
        headers = {"Content-Type": "application/json", "Authorization": signature, **headers}
        token = token or account.push_token
        return self.url_open(f"/marketplace/push/{token}", data=body, headers=headers, method="POST")

    def messages(self):
        return self.lazada_message(711), self.shopee_message("260304ABCDEF12")

    def test_good(self):
        """A signed push is answered with 200, an empty body and no cookie, and leaves one hint."""
        for body in self.messages():
            answer = self.post(body)
            self.assertEqual((answer.status_code, answer.content), (200, b""))
            self.assertNotIn("Set-Cookie", answer.headers)
        self.assertRecordValues(
            self.hints(),
            [
                {"shop_id": self.lazada_shop.id, "kind": "order", "order_ref": "711", "pushes": 1},
                {"shop_id": self.shopee_shop.id, "kind": "order", "order_ref": "260304ABCDEF12", "pushes": 1},
            ],
        )

    def test_cost(self):
        """At most five queries, none of which waits for whoever holds account or shop; quick."""
        body = self.messages()[1]
        self.post(body)
        counted = []
        take = type(self.env["marketplace.account"])._take_push

        def counting(account, headers, content):
            before = account.env.cr.sql_log_count
            answer = take(account, headers, content)
            account.env.flush_all()
            counted.append(account.env.cr.sql_log_count - before)
            return answer

        self.startPatcher(patch.object(type(self.env["marketplace.account"]), "_take_push", counting))
        begun = time.perf_counter()
        self.assertEqual(self.post(body).status_code, 200)
        self.assertLess(time.perf_counter() - begun, 0.5)
        self.assertLessEqual(counted[0], 4)  # and the one that has found the account
        self.env.cr.execute(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = 'marketplace_hint'::regclass AND contype = 'f'"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_forged(self):
        """Wrong signatures are 403, leave no hint of an order, and are counted."""
        body = self.messages()[1]
        good = self.signature(self.shopee_account, body)
        forged = ["", "0" * 64, good[:-1], good.upper(), "Bearer " + good, self.signature(self.lazada_account, body)]
        for signature in forged:
            answer = self.post(body, signature=signature)
            self.assertEqual((answer.status_code, answer.content), (403, b""), signature)
        self.assertEqual(self.post(body + b" ", signature=good).status_code, 403)
        self.assertEqual(set(self.hints().mapped("kind")), {"refused"})
        self.follow()
        self.assertFalse(self.hints())
        self.assertEqual(self.shopee_account.push_refused, 7)
        self.assertEqual(self.shopee_account.push_accepted, 0)
        self.assertEqual(self.shopee_account.push_state, "refused")

    def test_form_content(self):
        """What comes as a form has been taken apart before it is seen: refused, without an error."""
        body = self.messages()[0]
        answer = self.post(body, **{"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status_code, 403)

    def test_flood_of_forgeries(self):
        """Of a flood of forgeries only so many a minute are written down, with the number of all of them."""
        body = self.messages()[0]
        with patch.object(marketplace_account_pushes, "REFUSALS", Throttle(3)):
            with patch("odoo.addons.marketplace_connector.models.push_throttle.time.monotonic", return_value=100):
                for _ in range(10):
                    self.assertEqual(self.post(body, signature="x").status_code, 403)
            self.assertEqual(len(self.hints()), 3)
            with patch("odoo.addons.marketplace_connector.models.push_throttle.time.monotonic", return_value=161):
                self.post(body, signature="x")
        self.follow()
        self.assertEqual(self.lazada_account.push_refused, 11)

    @mute_logger("odoo.http")
    def test_unknown_address(self):
        body = self.messages()[0]
        for token in ("nothing", "0", "%00", "a" * 500, self.lazada_account.push_token[:-1]):
            self.assertEqual(self.post(body, token=token).status_code, 404, token)
        self.lazada_account.active = False
        self.assertEqual(self.post(body).status_code, 404)
        self.assertFalse(self.hints())

    @mute_logger("odoo.http")
    def test_too_large(self):
        """More than 64 KB is refused before it is read."""
        body = self.messages()[0]
        self.assertEqual(self.post(body + b" " * 64 * 1024).status_code, 413)
        self.assertFalse(self.hints())

    @mute_logger("odoo.http")
    def test_only_post(self):
        answer = self.url_open(f"/marketplace/push/{self.lazada_account.push_token}")
        self.assertEqual(answer.status_code, 405)

    def test_another_apps_address(self):
        """What one app has signed is not good at the address of another."""
        body = self.messages()[0]
        self.assertEqual(
            self.post(
                body, account=self.shopee_account, signature=self.signature(self.lazada_account, body)
            ).status_code,
            403,
        )

    def test_address_as_registered(self):
        """Signatures are made with the address as it is registered, whatever a proxy makes of it."""
        self.shopee_account.push_url = "https://erp.example.com/in/" + self.shopee_account.push_token
        body = self.messages()[1]
        self.assertEqual(self.post(body, Host="somewhere.else").status_code, 200)

    def test_own_key(self):
        """Shopee's Live Push Partner Key signs where one is set, the app's own key then no more."""
        body = self.messages()[1]
        with_app_secret = self.signature(self.shopee_account, body)
        self.shopee_account.push_key = "live push key"
        self.assertEqual(self.post(body).status_code, 200)
        self.assertEqual(self.post(body, signature=with_app_secret).status_code, 403)

    def test_without_any_key(self):
        body = self.messages()[0]
        self.lazada_account.app_secret = False
        empty = hmac_hex("", self.lazada.app_key.encode() + body)
        self.assertEqual(self.post(body, signature=empty).status_code, 403)

    def test_console_test_and_strangers(self):
        """The console's test message, unknown shops and what is not understood are answered with 200 and counted."""
        account = self.lazada_account
        self.assertEqual(self.post(self.lazada_message("123456", seller_id=9999)).status_code, 200)
        self.assertEqual(self.post(self.lazada_message("5", seller_id=55)).status_code, 200)
        self.assertEqual(self.post(self.lazada_message("5", message_type=21)).status_code, 200)
        self.assertEqual(self.post(b"{", account=account).status_code, 200)
        self.follow()
        self.assertRecordValues(
            account,
            [{"push_accepted": 4, "push_unknown": 1, "push_ignored": 3, "push_refused": 0, "push_state": "good"}],
        )
        self.assertFalse(self.hints())
        self.assertEqual(
            sum(self.lazada.calls.values()),
            self.lazada.calls["/rest/auth/token/create"] + self.lazada.calls["/rest/seller/get"],
        )

    def test_verifying(self):
        """For ten minutes after *Verify push URL* a wrong signature is 200, discarded, and said on the account."""
        account = self.shopee_account.with_user(self.manager)
        body = self.messages()[1]
        account.action_verify_push_url()
        self.assertEqual(account.push_state, "verifying")
        self.assertEqual(self.post(body, signature="wrong").status_code, 200)
        self.assertEqual(self.post(b"", account=account.sudo(), signature="").status_code, 200)
        self.assertEqual(self.post(body).status_code, 200)
        self.assertEqual(self.hints().mapped("kind"), ["discarded", "discarded", "order"])
        self.follow()
        self.assertEqual((account.push_discarded, account.push_accepted, account.push_refused), (2, 1, 0))
        self.later(11)
        self.assertEqual(self.post(body, signature="wrong").status_code, 403)

    def test_not_in_the_log(self):
        """Neither the body nor the key nor the signature is logged."""
        body = self.lazada_message(711, buyer_id="kopi-secret-buyer")
        with self.assertLogs(level="DEBUG") as log:
            self.post(body)
            self.post(body, signature="forged-signature")
        text = "\n".join(record.getMessage() for record in log.records if "sql_db" not in record.name)
        for secret in ("kopi-secret-buyer", self.signature(self.lazada_account, body), self.lazada.app_secret):
            self.assertNotIn(secret, text)
