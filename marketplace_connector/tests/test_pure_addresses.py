"""Addresses of files: which may be asked, whatever they look like and wherever their names lead. # R53"""

import socket
import ssl
import tempfile
import threading
import unittest
from datetime import datetime, timedelta, timezone
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ..marketplaces.addresses import checked_address, is_public, is_within
from ..marketplaces.errors import HostNotAllowed, Rejected, TransportError
from ..marketplaces.http import Http

DOMAINS = ("lazada.sg", "Slatic.net.", "labels.example")


class TestDomains(unittest.TestCase):
    def test_a_domain_and_what_is_below_it(self):
        for host in ("lazada.sg", "api.lazada.sg", "a.b.lazada.sg", "LAZADA.SG", "lazada.sg.", "my-live.slatic.net"):
            self.assertTrue(is_within(host, DOMAINS), host)

    def test_look_alikes(self):
        for host in ("evil-lazada.sg", "lazada.sg.evil.example", "lazada.sgx", "sg", "example", "", ".", ".lazada"):
            self.assertFalse(is_within(host, DOMAINS), host)
        for domains in ((), ("",), (".",)):
            self.assertFalse(is_within("lazada.sg", domains))

    def test_hosts_hidden_in_addresses(self):
        """The host is read as it is asked: a backslash, a user name or a strange dot hides none."""
        for url, host in (
            ("https://evil.example\\@lazada.sg/a", "evil.example"),
            ("https://lazada.sg@evil.example/a", "evil.example"),
            ("https://evil.example#@lazada.sg/", "evil.example"),
            ("https://evil.example?@lazada.sg/", "evil.example"),
        ):
            with self.assertRaises(Rejected, msg=url) as caught:
                checked_address(url, local=False, domains=DOMAINS)
            self.assertIsInstance(caught.exception, HostNotAllowed)
            self.assertEqual(caught.exception.host, host)
        with self.assertRaises(Rejected):
            checked_address("https://lazada\u3002sg/a", local=False, domains=DOMAINS)

    def test_private_ones_are_refused_even_if_they_are_listed(self):
        for host in ("10.0.0.1", "localhost", "127.0.0.1", "printer", "a.internal", "[::ffff:127.0.0.1]", "localhost."):
            with self.assertRaises(Rejected) as caught:
                checked_address(f"https://{host}/", local=False, domains=[host.strip("[]")])
            self.assertNotIsInstance(caught.exception, HostNotAllowed)

    def test_addresses(self):
        for address in ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"):
            self.assertTrue(is_public(address), address)
        for address in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::1", "fe80::1%eth0"):
            self.assertFalse(is_public(address), address)
        for address in ("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1", "100.64.0.1"):
            self.assertFalse(is_public(address), address)
        # Of outdated or local kinds that Python takes for global: an address in another's clothes, a cloud's metadata.
        for address in ("::127.0.0.1", "::ffff:0:7f00:1", "64:ff9b:1::a00:1", "fec0::1", "5f00::1", "192.0.0.192"):
            self.assertFalse(is_public(address), address)

    def test_spellings(self):
        """Every way to write the address of a machine inside is refused, even if any host is allowed."""
        for host in (
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "0",
            "[::1]",
            "[::127.0.0.1]",
            "[fe80::1%25lo]",
        ):
            for url in (f"https://{host}/", f"https://{host}:443/", f"https://lazada.sg@{host}/"):
                with self.assertRaises(Rejected, msg=url):
                    checked_address(url, local=False, domains=None)
        for url in (
            "https://lazada.sg%2eevil.example/",
            "https://lazada.sg\t.evil.example/",
            "https://l\u00e1zada.sg/",
        ):
            with self.assertRaises(HostNotAllowed, msg=url):
                checked_address(url, local=False, domains=DOMAINS)
        for url in ("//lazada.sg/", "https:///a", "https://", "ftp://lazada.sg/", "file:///etc/passwd", "javascript:1"):
            with self.assertRaises(Rejected, msg=url):
                checked_address(url, local=False, domains=DOMAINS)


class TestNames(unittest.TestCase):
    """Where a name leads is looked up once, before anything is sent."""

    def fetch(self, *addresses):
        self.connected = []

        def lookup(host, port, *args, **kwargs):
            kind = socket.AF_INET6 if ":" in addresses[0] else socket.AF_INET
            self.assertEqual(host, "labels.example")
            return [(kind, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        def connect(address, *args, **kwargs):
            self.connected.append(address)
            raise ConnectionRefusedError

        http = Http(sleep=lambda seconds: None)
        self.addCleanup(http.public_session.close)
        # The network itself is what stands still here.
        with (
            patch("socket.getaddrinfo", lookup),
            patch("urllib3.util.connection.create_connection", connect),
            patch.dict("os.environ", {"NO_PROXY": "*", "no_proxy": "*"}),
        ):
            return http.download("https://labels.example/a.pdf", most=1000, domains=DOMAINS)

    def test_private(self):
        for addresses in (["127.0.0.1"], ["10.0.0.7"], ["169.254.169.254"], ["::1"], ["8.8.8.8", "192.168.1.1"]):
            with self.assertRaises(Rejected) as caught:
                self.fetch(*addresses)
            self.assertEqual((caught.exception.code, self.connected), ("host", []))
            self.assertIn("labels.example", caught.exception.message)

    def test_certificate(self):
        """Connected to an address, but let in only with a certificate of the name."""
        for name in ("labels.example", "other.example"):
            with Secured(name) as server:
                fetch = partial(self.fetch_from, server)
                if name == "labels.example":
                    self.assertEqual(fetch().body, b"%PDF")
                    self.assertEqual(server.named, ["labels.example"])
                else:
                    with self.assertRaisesRegex(TransportError, "SSLError"):
                        fetch()

    def fetch_from(self, server):
        http = Http(sleep=lambda seconds: None)
        self.addCleanup(http.public_session.close)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
        with (
            patch("socket.getaddrinfo", lambda *args, **kwargs: found),
            patch("urllib3.util.connection.create_connection", lambda address, *a, **k: connect_to(server.port)),
            patch.dict("os.environ", {"NO_PROXY": "*", "no_proxy": "*", "REQUESTS_CA_BUNDLE": server.certificate}),
        ):
            return http.download("https://labels.example/a.pdf", most=1000, domains=DOMAINS)

    def test_public(self):
        """Connected to what was checked, not to the name again."""
        with self.assertRaises(TransportError):
            self.fetch("8.8.8.8", "8.8.4.4")
        self.assertEqual(self.connected, [("8.8.8.8", 443), ("8.8.4.4", 443)] * 3)


def connect_to(port):
    connection = socket.socket()
    connection.connect(("127.0.0.1", port))
    return connection


class Secured:
    """A server on this machine with a certificate of the name, which it made itself."""

    def __init__(self, name):
        self.name, self.named = name, []

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.certificate = self.make_certificate()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.sni_callback = lambda _socket, name, _context: self.named.append(name)
        self.server = HTTPServer(("127.0.0.1", 0), Page)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.folder.cleanup()

    def make_certificate(self):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)])
        now = datetime.now(timezone.utc)
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(self.name)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        path = Path(self.folder.name, "certificate.pem")
        pem, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
        written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password)
        path.write_bytes(written + certificate.public_bytes(pem))
        return str(path)


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"%PDF")

    def log_message(self, *args):
        pass
