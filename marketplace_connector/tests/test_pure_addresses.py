"""Addresses of files: which may be asked, whatever they look like and wherever their names lead. # R53"""

import socket
import unittest
from unittest.mock import patch

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

    def test_public(self):
        """Connected to what was checked, not to the name again."""
        with self.assertRaises(TransportError):
            self.fetch("8.8.8.8", "8.8.4.4")
        self.assertEqual(self.connected, [("8.8.8.8", 443), ("8.8.4.4", 443)] * 3)
