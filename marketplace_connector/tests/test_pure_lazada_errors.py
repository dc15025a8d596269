"""Lazada's refusals, told apart by what the caller does next."""

import io
import logging
import unittest

import requests

from ..marketplaces.errors import (
    MarketplaceError,
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TokenExpired,
    TransportError,
    UnexpectedResponse,
)
from ..marketplaces.http import Response
from ..marketplaces.lazada.decoding import DataRefused, decode
from ..marketplaces.types import ShopKey, Tokens
from .lazada_fake import APP_SECRET, Clock, TokenBox, make_client, moment, ok, refusal

SELLER = ok(data={"seller_id": 1, "name": "Tea shop"})


def failure(answer, **client):
    """The error that an answer ends in."""
    client, session = make_client(answer, **client)
    try:
        client.get_shop()
    except MarketplaceError as error:
        return error, session
    raise AssertionError("no error")


class TestMapping(unittest.TestCase):
    def test_each_code(self):
        for code, message, expected in (
            ("IllegalAccessToken", "", NotAuthorized),
            ("InvalidAppKey", "The specified App Key is invalid", NotAuthorized),
            ("IncompleteSignature", "The request signature does not conform to platform standards", NotAuthorized),
            ("IllegalRefreshToken", "The specified refresh token is invalid or expired", NotAuthorized),
            ("InvalidCode", "Invalid authorization code", NotAuthorized),
            ("AUTH_TYPE_UNSUPPORTED", "only by market", NotAuthorized),
            ("MissingParameter", 'The input parameter "x" is not supplied', Rejected),
            ("InvalidApiPath", "The specified API Path is invalid", Rejected),
            ("UnsupportedHTTPMethod", "wrong verb", Rejected),
            ("IllegalTimestamp", "The timestamp is invalid", Rejected),
            ("InsufficientPermission", "", Rejected),
            ("AppWhiteIpLimit", "", Rejected),
            ("SellerNotVerified", "Seller not verified,please check seller status", Rejected),
            ("Mp3SellerApiLimit", "", Rejected),
            ("SomethingNew", "never seen", Rejected),
            ("16", 'E016: "5" Invalid Order ID', DataRefused),
            ("17", 'E017: "x" Invalid Date Format', DataRefused),
            (16, 'E016: "5" Invalid Order ID', DataRefused),
            ("ServiceTimeout", "", ServerError),
            ("6", "E006: System Error", ServerError),
            ("15", "Remote service error", ServerError),
            ("506", "", ServerError),
            ("513", "", ServerError),
            ("1000", "", ServerError),
            ("1002", "", ServerError),
        ):
            error, _session = failure(refusal(code, message))
            self.assertIs(type(error), expected, code)
            self.assertEqual((error.code, error.request_id), (str(code), "0ba2887315178178017221014"))
            self.assertIn(message, error.message)

    def test_waits(self):
        for code, message, seconds in (
            ("ApiCallLimit", "Api access frequency exceeds the limit. this ban will last 1 seconds", 1),
            ("SellerCallLimit", "Seller access frequency exceeds the limit. this ban will last 7 second", 7),
            ("SellerCallLimit", "", 1),
            ("901", "E0901: Limit service request speed in server side temporarily.", 1),
            ("901", "ban will last 0 seconds", 1),
            ("AppCallLimit", "", 3600),
            ("AppCallLimit", "This ban will last 60 seconds", 60),
            ("998", "To ensure stability of service, this API service is disabled", 1800),
        ):
            error, session = failure(refusal(code, message))
            self.assertIsInstance(error, RateLimited)
            self.assertEqual((error.retry_after, error.code), (seconds, code))
            self.assertEqual(len(session.calls), 1, "The caller waits, not the client.")

    def test_http_429(self):
        for headers, seconds in (
            ({}, 60),
            ({"Retry-After": "30"}, 30),
            ({"Retry-After": "Thu, 09 Oct 2025 08:54:25 GMT"}, 60),
            ({"Retry-After": "soon"}, 60),
        ):
            for body in (b"<html>slow down</html>", refusal("ApiCallLimit", "this ban will last 1 seconds")):
                error, session = failure((429, body, headers))
                self.assertIsInstance(error, RateLimited)
                self.assertEqual((error.retry_after, len(session.calls)), (seconds, 1))

    def test_every_layer_is_looked_at(self):
        """Code "0" is not success yet."""
        for answer, code in (
            (ok(result={"success": False, "error_code": "B001", "error_msg": "no"}), "B001"),
            (ok(result={"success": "false", "errorCode": 700026, "errorMsg": "no"}), "700026"),
            (ok(result={"success": False}), "unsuccessful"),
            (ok(result={"success": False, "error_code": "0"}), "unsuccessful"),
            (ok(success=False, error_code="1000012", msg="no"), "1000012"),
        ):
            error, _session = failure(answer)
            self.assertIsInstance(error, Rejected)
            self.assertEqual(error.code, code)
        for more in ({"result": {"success": True}}, {"result": {"success": "true", "errorCode": "SYSTEM_ERROR"}}):
            self.assertEqual(make_client({**SELLER, **more})[0].get_shop().ref, "1")

    def test_inner_errors_keep_their_kind(self):
        error, _session = failure(ok(result={"success": False, "error_code": "6"}))
        self.assertIsInstance(error, ServerError)

    def test_code_may_be_a_number(self):
        self.assertEqual(make_client({**SELLER, "code": 0})[0].get_shop().ref, "1")

    def test_no_code(self):
        for answer in ({}, {"data": {}}, {"code": None}, {"code": ""}, {"code": []}, (404, {"error": "nope"})):
            error, session = failure(answer)
            self.assertIsInstance(error, UnexpectedResponse)
            self.assertEqual((error.where, len(session.calls)), ("code", 1))

    def test_http_status(self):
        for status, body, expected in (
            (500, b"", ServerError),
            (502, b"<html>Bad Gateway</html>", ServerError),
            (503, {}, ServerError),
            (503, {"code": "0"}, ServerError),
            (500, refusal("Whatever"), ServerError),
            (500, refusal("InvalidAppKey"), NotAuthorized),
            (403, b"<html>Forbidden</html>", UnexpectedResponse),
            (403, {"code": "0"}, Rejected),
            (403, refusal("AppWhiteIpLimit"), Rejected),
            (301, b"", UnexpectedResponse),
        ):
            error, _session = failure((status, body))
            self.assertIs(type(error), expected, (status, body))

    def test_what_is_no_data(self):
        for body in (
            b"<html>Welcome</html>",
            b'{"code":"0","data":{"sell',
            b"",
            b"[]",
            b"null",
            b"\xff\xfe",
            b"[" * 99999,
        ):
            error, _session = failure(body)
            self.assertIsInstance(error, UnexpectedResponse)
            self.assertEqual(error.where, "body")


class TestToken(unittest.TestCase):
    def test_expired_token_is_replaced_once(self):
        def answer(call):
            expired = call.params["access_token"] == "access-token-1"
            return refusal("IllegalAccessToken") if expired else SELLER

        token = TokenBox()
        client, session = make_client(answer, token=token)
        self.assertEqual(client.get_shop().ref, "1")
        self.assertEqual(token.asked, [None, "access-token-1"])
        self.assertEqual(len(session.calls), 2)

    def test_refused_again(self):
        token = TokenBox()
        error, session = failure(refusal("IllegalAccessToken"), token=token)
        self.assertIsInstance(error, NotAuthorized)
        self.assertEqual((error.code, len(session.calls)), ("IllegalAccessToken", 2))
        self.assertEqual(token.asked, [None, "access-token-1"])

    def test_no_new_token_to_be_had(self):
        def token(rejected):
            if rejected:
                raise NotAuthorized("The authorisation has ended.")
            return "old"

        error, session = failure(refusal("IllegalAccessToken"), token=token)
        self.assertEqual((str(error), len(session.calls)), ("The authorisation has ended.", 1))

    def test_decoder_leaves_the_token_to_the_client(self):
        with self.assertRaises(TokenExpired):
            decode(Response(200, "", b'{"code":"IllegalAccessToken"}', None))


class TestRepetition(unittest.TestCase):
    def test_reads_are_repeated(self):
        answers = iter([requests.ReadTimeout(), (502, b""), SELLER])
        clock = Clock()
        client, session = make_client(lambda call: next(answers), clock=clock)
        self.assertEqual(client.get_shop().ref, "1")
        self.assertEqual(len(session.calls), 3)
        times = [int(call.params["timestamp"]) for call in session.calls]
        self.assertEqual(times, sorted(set(times)), "Each attempt is signed anew, with its own time.")

    def test_not_for_ever(self):
        for answer, expected in (
            (requests.ReadTimeout(), TransportError),
            (requests.ConnectionError(), TransportError),
            ((503, b""), ServerError),
            (refusal("ServiceTimeout"), ServerError),
        ):
            clock = Clock()
            error, session = failure(answer, clock=clock)
            self.assertIsInstance(error, expected)
            self.assertEqual(len(session.calls), 3)
            self.assertLess(sum(clock.pauses), 20)

    def test_every_call_has_a_time_limit(self):
        _client, session = failure((503, b""))
        for connect, read in session.timeouts:
            self.assertTrue(0 < connect <= 5 and 0 < read <= 20)

    def test_refusals_are_not_repeated(self):
        for answer in (refusal("16"), refusal("InvalidAppKey"), refusal("901"), b"<html>"):
            _error, session = failure(answer)
            self.assertEqual(len(session.calls), 1)


class TestNoSecrets(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.log = io.StringIO()
        handler = logging.StreamHandler(self.log)
        root = logging.getLogger()
        root.addHandler(handler)
        self.addCleanup(root.removeHandler, handler)
        self.addCleanup(root.setLevel, root.level)
        root.setLevel(logging.DEBUG)

    def test_in_no_error_and_no_log(self):
        """Not even where the platform prints the text that was signed, or the network library the address."""

        def signed(call):
            text = "".join(name + value for name, value in sorted(call.params.items()))
            return refusal("IncompleteSignature", f"server signs {text} {APP_SECRET}")

        def unreachable(call):
            return requests.ConnectionError(f"https://api.lazada.sg/rest?{call.params}")

        answers = (signed, unreachable, lambda call: (500, str(call.params).encode()), lambda call: b'{"code": "')
        old = Tokens(access_token="old-access", refresh_token="old-refresh", access_expires_at=moment(0))
        secrets = (APP_SECRET, "access-token-1", "old-access", "old-refresh", "code-from-consent")
        for answer in answers:
            client, _session = make_client(answer)
            for call in (
                client.get_shop,
                lambda client=client: client.refresh_tokens(old, ShopKey(ref="1", site="SG")),
                lambda client=client: client.exchange_code({"code": "code-from-consent"}),
            ):
                with self.assertRaises(MarketplaceError) as caught:
                    call()
                said = f"{caught.exception!r} {caught.exception.__cause__!r} {self.log.getvalue()}"
                for secret in secrets:
                    self.assertNotIn(secret, said)

    def test_in_no_repr(self):
        client, _session = make_client(SELLER)
        self.assertNotIn(APP_SECRET, repr(client.app))
