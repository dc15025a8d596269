"""Every refusal of Shopee becomes the error that says what to do next."""

import unittest
from datetime import datetime, timedelta, timezone

import requests

from ..marketplaces.errors import (
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TokenExpired,
    UnexpectedResponse,
)
from ..marketplaces.http import Response
from ..marketplaces.shopee import const
from ..marketplaces.shopee.decoding import DataRefused, decode
from ..marketplaces.types import Tokens
from .shopee_fake import make_client, refusal

NOON = datetime(2025, 10, 9, 12, 0, tzinfo=timezone.utc)


def answer(body, status=200, retry_after=None):
    if isinstance(body, str):
        body = body.encode()
    return Response(status, "application/json", body, NOON, retry_after)


def envelope(code, message="", status=200):
    return answer(f'{{"error": "{code}", "message": "{message}", "request_id": "req-7"}}', status)


class TestSuccess(unittest.TestCase):
    def test_no_error(self):
        for error in ('""', "null", '"-"', '" "', "false"):
            body = f'{{"error": {error}, "message": "", "response": {{}}}}'
            self.assertEqual(decode(answer(body))["response"], {})
        self.assertEqual(decode(answer('{"access_token": "a"}')), {"access_token": "a"})

    def test_body_comes_before_status(self):
        """A success that a gateway delivers with another status is one."""
        self.assertEqual(decode(answer('{"error": "", "response": {"a": 1}}', 403))["response"], {"a": 1})


class TestRefusals(unittest.TestCase):
    cases = [
        (TokenExpired, "invalid_acceess_token", "Invalid access_token, please have a check.", 403),
        (TokenExpired, "error_auth", "Invalid access_token.", 403),
        (TokenExpired, "common.error_auth", "Invalid access_token.", 200),
        (NotAuthorized, "error_auth", "Invalid refresh_token.", 200),
        (NotAuthorized, "error_auth", "Invalid code.", 200),
        (NotAuthorized, "error_auth", "Invalid partner_id or shopid.", 200),
        (NotAuthorized, "error_auth", "No permission to current api.", 200),
        (NotAuthorized, "error_auth", "", 200),
        (NotAuthorized, "error_param", "Invalid partner_id.", 403),
        *((NotAuthorized, code, "Refused.", 403) for code in const.NOT_AUTHORIZED),
        (Rejected, "error_auth", "Stock should be larger than reserved stock.", 200),
        (Rejected, "error_param", "Timestamp is expired.", 403),
        (Rejected, "order.error_limit", "Can not cancel this order", 200),
        (Rejected, "api_suspended", "The API is offline. Please call v2 API instead.", 200),
        (Rejected, "error_never_heard_of", "Who knows.", 200),
        (DataRefused, "error_not_found", "Wrong parameters, detail: the order is not found.", 200),
        (DataRefused, "order_not_found", "The order info not found.", 200),
        (DataRefused, "common.error_not_found", "supplier order item income not found", 200),
        (DataRefused, "order. error_param", "Wrong parameters, detail: order_sn is a required field.", 200),
        (DataRefused, "error_data", "data not exist", 200),
        (RateLimited, "error_rate_limit", "Too many requests.", 429),
        (RateLimited, "error_rate_limit", "Too many requests.", 200),
        (RateLimited, "some_other_word", "Slow down.", 429),
        (RateLimited, "error_limit", "The total API call number has reached the daily limit", 200),
        *((ServerError, code, "Something wrong.", 200) for code in const.SERVER_ERRORS),
        (ServerError, "order.error_server", "Something wrong.", 200),
    ]

    def test_every_code(self):
        for kind, code, message, status in self.cases:
            with self.subTest(code=code, message=message), self.assertRaises(kind) as caught:
                decode(envelope(code, message, status))
            self.assertIs(type(caught.exception), kind)
            self.assertEqual((caught.exception.code, caught.exception.request_id), (code, "req-7"))

    def test_code_with_blanks(self):
        """Some of the documented codes carry a blank or a tab."""
        with self.assertRaises(DataRefused) as caught:
            decode(envelope(" order.error_not_found ", "no"))
        self.assertEqual(caught.exception.code, "order.error_not_found")

    def test_wrong_key_is_understood(self):
        with self.assertRaisesRegex(NotAuthorized, "Partner Key does not belong to this Partner ID"):
            decode(envelope("error_sign", "Wrong sign.", 403))

    def test_clock_is_named(self):
        with self.assertRaisesRegex(Rejected, "this server's clock is more than five minutes off: set the clock"):
            decode(envelope("error_param", "Timestamp is expired.", 403))


class TestWaiting(unittest.TestCase):
    def wait(self, response):
        with self.assertRaises(RateLimited) as caught:
            decode(response)
        return caught.exception.retry_after

    def test_quota_lasts_until_midnight_utc_8(self):
        """12:00 UTC is 20:00 there, four hours before the quota begins anew."""
        self.assertEqual(self.wait(envelope("error_limit")), 4 * 3600 + 1)
        late = Response(200, "", envelope("error_limit").body, NOON + timedelta(hours=3, minutes=59, seconds=59))
        self.assertEqual(self.wait(late), 2)

    def test_quota_without_platform_clock(self):
        silent = Response(200, "", envelope("error_limit").body, None)
        with self.assertRaises(RateLimited) as caught:
            decode(silent, now=NOON - timedelta(hours=1))
        self.assertEqual(caught.exception.retry_after, 5 * 3600 + 1)

    def test_rate(self):
        self.assertEqual(self.wait(envelope("error_rate_limit")), 60)
        self.assertEqual(self.wait(answer("<html>", 429)), 60)
        self.assertEqual(self.wait(answer("<html>", 429, retry_after=7)), 7)


class TestNoEnvelope(unittest.TestCase):
    def test_gateway(self):
        for body, status, kind in [
            ("<html>Bad gateway</html>", 502, ServerError),
            ("", 503, ServerError),
            ('{"message": "upstream"}', 500, ServerError),
            ("<html>Not found</html>", 404, Rejected),
            ("Method Not Allowed", 405, Rejected),
            ('{"message": "Forbidden"}', 403, Rejected),
            ("<html>Log in</html>", 200, UnexpectedResponse),
            ("<html>Forbidden</html>", 403, UnexpectedResponse),
            ('{"error": "", "resp', 200, UnexpectedResponse),
            ('{"error": "", "resp', 404, UnexpectedResponse),
            ("[]", 200, UnexpectedResponse),
            ("", 200, UnexpectedResponse),
        ]:
            with self.subTest(body=body, status=status), self.assertRaises(kind) as caught:
                decode(answer(body, status))
            self.assertIs(type(caught.exception), kind)


class TestSecrets(unittest.TestCase):
    def test_echoed_secrets_are_cut(self):
        """Neither token, code nor key stands in an error, even if the platform repeats it."""

        def echo(call):
            told = " ".join([str(call.params), str(call.body), "partner-key-for-tests"])
            return refusal("error_permission", told)

        client = make_client(echo)
        pair = Tokens(access_token="old-access", refresh_token="old-refresh", access_expires_at=NOON)
        acts = [
            client.get_shop,
            lambda: client.exchange_code({"code": "secret-code-1", "shop_id": "5"}),
            lambda: client.refresh_tokens(pair, client.shop),
        ]
        for act in acts:
            with self.assertRaises(NotAuthorized) as caught:
                act()
            told = repr(caught.exception) + str(caught.exception) + caught.exception.message
            for secret in ("partner-key-for-tests", "access-token-1", "secret-code-1", "old-access", "old-refresh"):
                self.assertNotIn(secret, told)

    def test_lost_connection_tells_no_address(self):
        def lose(call):
            return requests.ConnectionError(f"cannot reach {call.params}")

        with self.assertRaises(Exception) as caught:
            make_client(lose).get_shop()
        self.assertNotIn("access-token", str(caught.exception))
        self.assertIsNone(caught.exception.__cause__)


if __name__ == "__main__":
    unittest.main()
