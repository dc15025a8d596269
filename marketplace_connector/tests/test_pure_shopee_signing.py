"""Shopee signatures and addresses."""

import unittest
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from ..marketplaces.errors import NotAuthorized, Rejected
from ..marketplaces.shopee.signing import sign
from .shopee_fake import make_client, ok

KEY = "kat-partner-key-not-a-credential"
TIME = 1655714431


class TestSigning(unittest.TestCase):
    def test_public_call(self):
        expected = "f87d1d2d076c303937c9fa5f52bca1b6757dfc9b32e5f2819da453ba1756ace9"
        self.assertEqual(sign(KEY, 2001887, "/api/v2/public/get_shops_by_partner", TIME), expected)

    def test_token_call(self):
        expected = "d08f3b0f781e82a575f8d459c39c2fab809f0fd9735bddeedad09697a0f2cd99"
        self.assertEqual(sign(KEY, "2001887", "/api/v2/auth/token/get", str(TIME)), expected)

    def test_shop_call(self):
        expected = "e6c7cbc82852fcc3ae1d8bd66610bdb2af330ac90414938f9aabf56759a8d7c1"
        token = "59777174636562737266615546704c6d"
        self.assertEqual(sign(KEY, 2001887, "/api/v2/shop/get_shop_info", TIME, token, 14701711), expected)

    @given(st.text(min_size=1), st.integers(1, 2**32), st.text("abc/_"), st.integers(0, 2**32), st.text("0123abc"))
    def test_like_another_implementation(self, key, partner_id, path, timestamp, token):
        """An SDK written by others signs alike."""
        try:
            from shopee_mcp import signing as other
        except ImportError:
            self.skipTest("mcp-shopee-seller is not installed")
        self.assertEqual(sign(key, partner_id, path, timestamp), other.sign_public(partner_id, path, key, timestamp))
        self.assertEqual(
            sign(key, partner_id, path, timestamp, token, 7),
            other.sign_shop(partner_id, path, key, timestamp, token, 7),
        )


class TestAddresses(unittest.TestCase):
    def test_production_sandbox_and_own(self):
        """Shopee's hosts by environment; an address on the account comes first."""
        cases = [
            ({}, "partner.shopeemobile.com"),
            ({"environment": "sandbox"}, "openplatform.sandbox.test-stable.shopee.sg"),
            ({"environment": "simulator", "api_url": "http://127.0.0.1:8100"}, "127.0.0.1:8100"),
            ({"api_url": "https://openplatform.shopee.com.br/"}, "openplatform.shopee.com.br"),
        ]
        for app, host in cases:
            with self.subTest(host):
                client = make_client(lambda call: ok(region="SG", shop_name="Bags"), **app)
                client.get_shop()
                call = client.session.calls[0]
                self.assertEqual((call.host, call.path), (host, "/api/v2/shop/get_shop_info"))
                self.assertTrue(call.headers["User-Agent"])  # without one, some edge nodes refuse

    def test_simulator_without_address(self):
        client = make_client(lambda call: ok(), environment="simulator")
        for act in (client.get_shop, lambda: client.consent_url("https://erp.example.com/back", "s")):
            with self.assertRaisesRegex(Rejected, "No address of Shopee is set for the environment simulator"):
                act()
        self.assertEqual(client.session.calls, [])

    def test_partner_id_is_no_number(self):
        with self.assertRaisesRegex(NotAuthorized, "Partner ID must be the number"):
            make_client(lambda call: ok(), key="my app").get_shop()

    def test_consent_page(self):
        """The unsigned page, with everything that has to come back."""
        client = make_client(lambda call: ok())
        page = urlsplit(client.consent_url("https://erp.example.com/marketplace/back?db=a&x=1", "st&ate"))
        self.assertEqual(page._replace(query="").geturl(), "https://open.shopee.com/auth")
        self.assertEqual(
            parse_qs(page.query),
            {
                "partner_id": ["2001887"],
                "auth_type": ["seller"],
                "redirect_uri": ["https://erp.example.com/marketplace/back?db=a&x=1"],
                "response_type": ["code"],
                "state": ["st&ate"],
            },
        )
        own = make_client(lambda call: ok(), environment="simulator", auth_url="http://127.0.0.1:8100/auth")
        self.assertTrue(own.consent_url("https://a", "b").startswith("http://127.0.0.1:8100/auth?partner_id=2001887&"))


if __name__ == "__main__":
    unittest.main()
