"""Files that a platform's answer points to, from a server that may do anything."""

import contextlib
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from ..marketplaces.errors import Rejected, ServerError, TransportError, UnexpectedResponse
from ..marketplaces.http import Http
from .lazada_fake import Clock

FILE = b"%PDF" + b"." * 200_000


class Server(BaseHTTPRequestHandler):
    """`/whole`, `/short` that announces more than it gives, `/endless`, `/slow`, `/broken`, `/to?target`."""

    asked: list[str] = []

    def do_GET(self):
        path, _mark, query = self.path.partition("?")
        self.asked.append(path)
        self.send_response({"/broken": 500, "/to": 302}.get(path, 200))
        if path == "/to":
            self.send_header("Location", query)
        if path in ("/whole", "/short"):
            self.send_header("Content-Length", str(len(FILE) + (path == "/short")))
        self.end_headers()
        with contextlib.suppress(OSError):  # the client has had enough
            if path in ("/whole", "/short"):
                self.wfile.write(FILE)
            while path in ("/endless", "/slow"):
                self.wfile.write(FILE[:10] if path == "/slow" else FILE)
                time.sleep(0.001 if path == "/slow" else 0)

    def log_message(self, *args):
        pass


class TestDownload(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = HTTPServer(("127.0.0.1", 0), Server)
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"
        threading.Thread(target=cls.server.serve_forever, args=(0.01,), daemon=True).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)

    def setUp(self):
        super().setUp()
        Server.asked.clear()

    def fetch(self, path, clock=None, **values):
        http = Http(sleep=lambda seconds: None, **({"clock": clock} if clock else {}))
        self.addCleanup(http.session.close)
        return http.download(self.url + path, **{"most": 300_000, "local": True, **values})

    def test_whole(self):
        answer = self.fetch("/whole")
        self.assertEqual((answer.status, answer.body), (200, FILE))

    def test_cut_off(self):
        """Less than was announced is not a file: it is tried again, then given up."""
        with self.assertRaises(TransportError):
            self.fetch("/short")
        self.assertEqual(Server.asked, ["/short"] * 3)

    def test_too_large(self):
        """Not read to its end."""
        for path, most in (("/endless", 300_000), ("/whole", len(FILE) - 1)):
            with self.assertRaises(UnexpectedResponse) as caught:
                self.fetch(path, most=most)
            self.assertEqual(caught.exception.where, "size")
        self.assertEqual(self.fetch("/whole", most=len(FILE)).body, FILE)

    def test_too_slow(self):
        """Drops that keep coming do not stretch the limit."""
        ticks = Clock()

        def clock():
            ticks.now += 4
            return ticks.now

        with self.assertRaises(TransportError):
            self.fetch("/slow", clock=clock)

    def test_broken(self):
        with self.assertRaises(ServerError):
            self.fetch("/broken")
        self.assertEqual(len(Server.asked), 3)

    def test_redirects(self):
        self.assertEqual(self.fetch("/to?/whole").body, FILE)
        self.assertEqual(self.fetch(f"/to?{self.url}/whole").body, FILE)
        for target in ("http://example.com/", "ftp://127.0.0.1/", "file:///etc/passwd"):
            with self.assertRaises(Rejected):
                self.fetch(f"/to?{target}")
        with self.assertRaises(UnexpectedResponse) as caught:
            self.fetch("/to?/to?/to?/to?/whole")
        self.assertEqual(caught.exception.where, "redirect")

    def test_refused_before_anything_is_asked(self):
        for values in ({"local": False}, {"domains": ("localhost",)}):
            with self.assertRaises(Rejected) as caught:
                self.fetch("/whole", **values)
            self.assertEqual(caught.exception.code, "host")
            self.assertIn("127.0.0.1", caught.exception.message)
        self.assertEqual(Server.asked, [])
