"""Lazada signatures and the addresses calls go to."""

import importlib
import os
import sys
import tempfile
import unittest
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import NotAuthorized, Rejected
from ..marketplaces.lazada.signing import sign
from .lazada_fake import APP_KEY, NOW, PATIENT, make_client, ok

BASE = {"app_key": "123456", "timestamp": "1517820392000", "sign_method": "sha256"}
SHOP = {**BASE, "access_token": "test"}
SELLER = ok(data={"seller_id": 1152180742, "name": "Tea shop", "status": "ACTIVE"})


class TestSigning(unittest.TestCase):
    def test_published_example(self):
        """The worked example of Lazada doc 108069."""
        expected = "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A"
        self.assertEqual(sign("helloworld", "/order/get", {**SHOP, "order_id": "1234"}), expected)

    def test_token_call(self):
        expected = "0D52457FD491BF975C61D79A2670D291BCEB362492D2513CD9C7441CEACC5B3C"
        self.assertEqual(sign("helloworld", "/auth/token/create", {**BASE, "code": "0_123456_abc"}), expected)

    def test_values_are_signed_unencoded(self):
        params = {
            "created_after": "2018-02-10T16:00:00+08:00",
            "limit": "100",
            "offset": "0",
            "sort_by": "updated_at",
            "sort_direction": "ASC",
            "status": "pending",
        }
        expected = "039AD6B4EAE3998AEDC0CCF5D40BD251C3E80718FAA4A096616C92CAEEE23546"
        self.assertEqual(sign("helloworld", "/orders/get", {**SHOP, **params}), expected)

    def test_a_sign_is_not_signed(self):
        self.assertEqual(sign("s", "/a", {"b": "c", "sign": "x"}), sign("s", "/a", {"b": "c"}))


class TestLikeTheSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        # The SDK makes a folder for its log in HOME when it is imported.
        with mock.patch.dict(os.environ, {"HOME": folder.name}):
            try:
                cls.sdk = importlib.import_module("lazop_sdk.base")
            except ImportError:
                raise unittest.SkipTest("lazop-sdk is not installed") from None
        cls.addClassCleanup(sys.modules.pop, "lazop_sdk.base")
        # The logger outlives the module, and would go on writing to a folder that is gone.
        cls.addClassCleanup(cls.sdk.logger.removeHandler, cls.sdk.handler)
        cls.addClassCleanup(cls.sdk.handler.close)

    @settings(**PATIENT)
    @given(
        st.text(st.characters(codec="utf-8"), min_size=1),
        st.text("abc/_", min_size=1),
        st.dictionaries(st.text("abcxyz_", min_size=1), st.text(st.characters(codec="utf-8")), max_size=6),
    )
    def test_any_parameters(self, secret, path, params):
        params.pop("sign", None)
        self.assertEqual(sign(secret, path, params), self.sdk.sign(secret, path, params))


class TestAddresses(unittest.TestCase):
    def test_each_country_has_its_own_host(self):
        hosts = {
            "SG": "api.lazada.sg",
            "MY": "api.lazada.com.my",
            "PH": "api.lazada.com.ph",
            "TH": "api.lazada.co.th",
            "VN": "api.lazada.vn",
            "ID": "api.lazada.co.id",
        }
        for site, host in hosts.items():
            client, session = make_client(SELLER, site=site)
            client.get_shop()
            self.assertEqual((session.calls[0].host, session.calls[0].path), (host, "/rest/seller/get"))

    def test_test_accounts_live_on_the_same_hosts(self):
        """# R131"""
        client, session = make_client(SELLER, environment="sandbox")
        client.get_shop()
        self.assertEqual(session.calls[0].host, "api.lazada.sg")

    def test_own_address(self):
        client, session = make_client(SELLER, environment="simulator", api_url="http://127.0.0.1:8099/rest/")
        client.get_shop()
        self.assertEqual((session.calls[0].host, session.calls[0].path), ("127.0.0.1:8099", "/rest/seller/get"))

    def test_simulator_without_address_calls_nobody(self):
        client, session = make_client(SELLER, environment="simulator")
        calls = (
            client.get_shop,
            lambda: client.exchange_code({"code": "c"}),
            lambda: client.consent_url("https://erp.example/return", "s"),
        )
        for call in calls:
            with self.assertRaisesRegex(Rejected, "no address of the simulator"):
                call()
        self.assertFalse(session.calls)

    def test_unknown_country(self):
        client, session = make_client(SELLER, site="TW")
        with self.assertRaisesRegex(Rejected, "TW"):
            client.get_shop()
        self.assertFalse(session.calls)

    def test_call_without_shop(self):
        client, session = make_client(SELLER)
        client.shop = None
        with self.assertRaises(NotAuthorized):
            client.get_shop()
        self.assertFalse(session.calls)

    def test_common_parameters(self):
        client, session = make_client(SELLER)
        client.get_shop()
        params = {key: value for key, value in session.calls[0].params.items() if key != "sign"}
        self.assertEqual(
            params,
            {
                "app_key": APP_KEY,
                "timestamp": f"{NOW}000",
                "sign_method": "sha256",
                "access_token": "access-token-1",
            },
        )
        self.assertEqual(session.calls[0].method, "GET")

    def test_consent_page(self):
        client, _session = make_client(SELLER)
        url = urlsplit(client.consent_url("https://erp.example/return?db=a", "st&te"))
        self.assertEqual((url.netloc, url.path), ("auth.lazada.com", "/oauth/authorize"))
        query = {key: value for key, (value,) in parse_qs(url.query).items()}
        self.assertEqual(
            query,
            {
                "response_type": "code",
                "force_auth": "true",
                "redirect_uri": "https://erp.example/return?db=a",
                "client_id": APP_KEY,
                "state": "st&te",
            },
        )

    def test_consent_page_of_the_simulator(self):
        client, _session = make_client(SELLER, auth_url="http://127.0.0.1:8099/oauth/authorize")
        url = client.consent_url("https://erp.example/return", "state")
        self.assertTrue(url.startswith("http://127.0.0.1:8099/oauth/authorize?response_type=code&"))
