"""The one place that talks HTTP."""

import logging
import threading
import unittest
from datetime import datetime, timezone
from decimal import Decimal
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest import mock

import requests

from ..marketplaces.errors import NotAuthorized, RateLimited, ServerError, TransportError, UnexpectedResponse
from ..marketplaces.http import USER_AGENT, Http, Response
from .lazada_fake import Clock

URL = "https://api.example/path?access_token=hidden&sign=hidden"


class Session(requests.Session):
    """Gives one answer after the other; each is a status, an error to raise, or a (status, headers, body)."""

    def __init__(self, *answers, clock=None, takes=0):
        super().__init__()
        self.answers, self.clock, self.takes = list(answers), clock, takes
        self.sent = []

    def send(self, request, **kwargs):
        self.sent.append((request, kwargs))
        if self.clock:
            self.clock.now += self.takes
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer if isinstance(answer, tuple) else (answer, {}, b"{}")
        response = requests.Response()
        response.status_code, response._content = status, body
        response.headers.update(headers)
        return response


def decode(response):
    if response.status >= 500:
        raise ServerError("broken")
    return response


def call(session, clock=None, *, repeatable=True, url=URL, decoder=decode):
    clock = clock or Clock()
    http = Http(session, sleep=clock.sleep, clock=clock, chance=lambda: 0.5)
    return http.call(lambda: requests.Request("GET", url), decoder, repeatable=repeatable)


class TestCounting(unittest.TestCase):
    """Each attempt is told with how far the platform's clock is ahead; files from elsewhere are not counted."""

    def http(self, *answers, clock=None):
        clock, told = clock or Clock(), []
        http = Http(Session(*answers), clock.sleep, clock, lambda: 0.5, lambda *call: told.append(call))
        return http, told

    def dated(self, seconds, status=200):
        return status, {"Date": format_datetime(datetime.fromtimestamp(Clock().now + seconds, timezone.utc))}, b"{}"

    def test_good_and_failed(self):
        http, told = self.http(503, self.dated(0), self.dated(90, 503))
        http.call(lambda: requests.Request("GET", URL), decode, repeatable=True)
        with self.assertRaises(ServerError) as caught:
            http.call(lambda: requests.Request("GET", URL), decode, repeatable=False)
        self.assertEqual([good for good, _off in told], [False, True, False])
        self.assertIsNone(told[0][1])
        self.assertAlmostEqual(told[2][1].total_seconds(), 90, delta=3)
        self.assertIsNone(caught.exception.clock_off, "within what platforms tolerate")

    def test_clock_that_is_hours_off(self):
        for hours in (3, -3):
            http, told = self.http(self.dated(hours * 3600, 503))
            with self.assertRaises(ServerError) as caught:
                http.call(lambda: requests.Request("GET", URL), decode, repeatable=False)
            self.assertAlmostEqual(caught.exception.clock_off.total_seconds(), hours * 3600, delta=3)
            self.assertEqual(http.clock_off, told[0][1])

    def test_files_are_not_counted(self):
        http, told = self.http(200)
        http.call(lambda: requests.Request("GET", URL), decode, repeatable=False, session=Session(200))
        self.assertFalse(told)


class TestJson(unittest.TestCase):
    def parsed(self, body, status=200):
        return Response(status, "application/json", body, None).json()

    def test_numbers_are_exact(self):
        content = self.parsed(b'{"a": 0.1, "b": 12345678901234567890, "c": 1.10}')
        self.assertEqual(content, {"a": Decimal("0.1"), "b": 12345678901234567890, "c": Decimal("1.10")})
        self.assertIsInstance(content["b"], int)

    def test_what_is_no_object(self):
        bodies = (b"", b"<html>", b'{"a": 1', b"[1]", b"7", b'{"a": NaN}', b'{"a": Infinity}', b"\xff", b"[" * 99999)
        for body in (*bodies, b'{"a": 1e99999999999999999999}', b'{"a": ' + b"9" * 5000 + b"}"):
            with self.assertRaises(UnexpectedResponse) as caught:
                self.parsed(body)
            self.assertEqual(caught.exception.where, "body")

    def test_web_page_is_told_from_cut_off_data(self):
        with self.assertRaisesRegex(UnexpectedResponse, "web page"):
            self.parsed(b"  <!DOCTYPE html>")
        with self.assertRaisesRegex(UnexpectedResponse, "cut-off"):
            self.parsed(b'{"a')

    def test_body_of_a_failing_server(self):
        with self.assertRaises(ServerError) as caught:
            self.parsed(b"<html>", 502)
        self.assertEqual(caught.exception.code, "502")
        self.assertEqual(self.parsed(b'{"a": 1}', 502), {"a": 1})

    def test_body_is_not_repeated_in_the_error(self):
        with self.assertRaises(UnexpectedResponse) as caught:
            self.parsed(b'{"buyer": "Ann Lee"')
        self.assertNotIn("Ann", repr(caught.exception) + repr(caught.exception.__cause__))
        self.assertTrue(caught.exception.__suppress_context__)


class TestCall(unittest.TestCase):
    def test_answer(self):
        headers = {"Content-Type": "application/json", "Date": "Thu, 09 Oct 2025 08:53:25 GMT", "Retry-After": "7"}
        session = Session((200, headers, b"{}"))
        response = call(session)
        moment = datetime(2025, 10, 9, 8, 53, 25, tzinfo=timezone.utc)
        self.assertEqual(response, Response(200, "application/json", b"{}", moment, 7))
        request, kwargs = session.sent[0]
        self.assertEqual(request.headers["User-Agent"], USER_AGENT)
        self.assertEqual((kwargs["timeout"], kwargs["allow_redirects"]), ((5, 20), False))

    def test_clock_of_the_platform(self):
        for date in ("", "yesterday", "2025-10-09", None):
            headers = {} if date is None else {"Date": date}
            self.assertIsNone(call(Session((200, headers, b"{}"))).date)

    def test_retry_after(self):
        date = {"Date": "Thu, 09 Oct 2025 08:53:25 GMT"}
        for value, seconds in (
            ("30", 30),
            (" 5 ", 5),
            ("", None),
            ("-1", None),
            ("Thu, 09 Oct 2025 08:54:25 GMT", 60),
            ("Thu, 09 Oct 2025 08:53:00 GMT", 0),
            ("Thu, 09 Oct 2025 08:54:25", None),
        ):
            self.assertEqual(call(Session((200, {**date, "Retry-After": value}, b"{}"))).retry_after, seconds, value)

    def test_repeated_until_it_works(self):
        session = Session(requests.ReadTimeout(), 503, 200)
        self.assertEqual(call(session).status, 200)
        self.assertEqual(len(session.sent), 3)

    def test_at_most_three_times(self):
        for answer, error in ((requests.ConnectionError(), TransportError), (500, ServerError)):
            clock, session = Clock(), Session(answer)
            with self.assertRaises(error):
                call(session, clock)
            self.assertEqual((len(session.sent), len(clock.pauses)), (3, 2))
            self.assertLess(clock.pauses[0], clock.pauses[1])

    def test_never_longer_than_twenty_seconds(self):
        clock = Clock()
        session = Session(500, clock=clock, takes=9)
        began = clock()
        with self.assertRaises(ServerError):
            call(session, clock)
        self.assertEqual(len(session.sent), 2)
        self.assertLessEqual(clock() - began, 20)
        for _request, kwargs in session.sent:
            self.assertLessEqual(sum(kwargs["timeout"][1:]), 20)
        self.assertLess(session.sent[1][1]["timeout"][1], 11.5)

    def test_what_changes_something_is_sent_once(self):
        for answer, error in ((requests.ReadTimeout(), TransportError), (500, ServerError)):
            session = Session(answer)
            with self.assertRaises(error):
                call(session, repeatable=False)
            self.assertEqual(len(session.sent), 1)

    def test_other_errors_are_not_repeated(self):
        for error in (NotAuthorized("no"), RateLimited("wait", retry_after=1), UnexpectedResponse("odd", where="x")):
            session = Session(200)
            with self.assertRaises(type(error)):
                call(session, decoder=mock.Mock(side_effect=error))
            self.assertEqual(len(session.sent), 1)

    def test_whether_the_platform_may_have_acted(self):
        for answer, unknown in (
            (requests.ConnectTimeout(), False),
            (requests.ReadTimeout(), True),
            (requests.ConnectionError(), True),
            (requests.exceptions.ChunkedEncodingError(), True),
        ):
            with self.assertRaises(TransportError) as caught:
                call(Session(answer), repeatable=False)
            self.assertIs(caught.exception.outcome_unknown, unknown)

    def test_only_encrypted(self):
        for url in ("http://api.example/path", "ftp://api.example/path", "http://localhost.example/path"):
            session = Session(200)
            with self.assertRaisesRegex(TransportError, "https"):
                call(session, url=url)
            self.assertFalse(session.sent)
        for url in ("http://localhost:8099/rest", "http://127.0.0.1:8099/rest", "http://[::1]:8099/rest"):
            self.assertEqual(call(Session(200), url=url).status, 200)

    def test_redirects_are_not_followed(self):
        with self.assertRaises(UnexpectedResponse) as caught:
            call(Session((302, {"Location": "https://evil.example/"}, b"")))
        self.assertEqual(caught.exception.where, "redirect")

    def test_errors_name_the_place_without_query(self):
        for answer in (requests.ConnectionError(URL), requests.ReadTimeout(URL), requests.ConnectTimeout(URL)):
            with self.assertRaises(TransportError) as caught:
                call(Session(answer))
            self.assertIn("GET api.example/path", str(caught.exception))
            self.assertNotIn("hidden", repr(caught.exception) + repr(caught.exception.__cause__))


class TestSocket(unittest.TestCase):
    """Over a real socket: the library below has a log of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args):
            pass

    def test_no_secret_in_the_log(self):
        server = HTTPServer(("127.0.0.1", 0), self.Handler)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.addCleanup(server.shutdown)
        url = f"http://127.0.0.1:{server.server_port}/path?access_token=hidden"
        with self.assertLogs(level=logging.DEBUG) as logs:
            call(requests.Session(), url=url)
            logging.getLogger("urllib3.connectionpool").debug("others' %s", "lines?stay=whole")
        said = "\n".join(logs.output)
        self.assertIn("GET /path", said)
        self.assertNotIn("hidden", said)
        self.assertIn("lines?stay=whole", said)
