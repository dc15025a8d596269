"""The simulated Lazada: its strictness and its tokens."""

import time
import unittest
from datetime import datetime, timezone

from werkzeug.test import Client

from ..simulator.catalogue import COUNTRIES
from ..simulator.lazada import Lazada
from ..simulator.lazada.signing import is_signed, sign

LONG_AGO = "2020-01-01T00:00:00+08:00"


class LazadaCase(unittest.TestCase):
    countries = ("SG",)

    def setUp(self):
        self.lazada = Lazada(countries=self.countries)
        self.shop = next(iter(self.lazada.shops.values()))
        self.authorisation = self.lazada.authorise(self.lazada.accounts[0])
        self.web = Client(self.lazada)

    def signed(self, path, parameters):
        """The parameters with those of every call and the signature."""
        everything = {
            "app_key": self.lazada.app_key,
            "timestamp": str(int(time.time() * 1000)),
            "sign_method": "sha256",
            **parameters,
        }
        return {**everything, "sign": sign(self.lazada.app_secret, path, everything)}

    def call(self, path, post=False, host="localhost", **parameters):
        """What the platform answers to the call, made with the seller's token unless it brings another."""
        if not path.startswith("/auth/"):
            parameters = {"access_token": self.authorisation.access_token, **parameters}
        content = self.signed(path, parameters)
        base = f"http://{host}"
        if post:
            return self.web.post(f"/rest{path}", data=content, base_url=base).json
        return self.web.get(f"/rest{path}", query_string=content, base_url=base).json

    def data(self, path, **parameters):
        answer = self.call(path, **parameters)
        self.assertEqual(answer["code"], "0", answer)
        return answer["data"]

    def assert_refused(self, answer, code, message=""):
        self.assertEqual(answer["code"], code, answer)
        self.assertIn(message, answer["message"])
        self.assertEqual(set(answer), {"type", "code", "message", "request_id", "_trace_id_"})

    def orders(self, **parameters):
        return self.data("/orders/get", **{"created_after": LONG_AGO, **parameters})


class TestSignature(unittest.TestCase):
    """The vectors of the contract, 1.3; the first is Lazada's own worked example."""

    common = {"app_key": "123456", "timestamp": "1517820392000", "sign_method": "sha256"}

    def test_order_get(self):
        parameters = {**self.common, "access_token": "test", "order_id": "1234"}
        expected = "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A"
        self.assertEqual(sign("helloworld", "/order/get", parameters), expected)
        self.assertTrue(is_signed("helloworld", "/order/get", {**parameters, "sign": expected}))
        self.assertFalse(is_signed("helloworld", "/order/get", {**parameters, "sign": expected.lower()}))
        self.assertFalse(is_signed("helloworld", "/order/items/get", {**parameters, "sign": expected}))

    def test_token_create(self):
        self.assertEqual(
            sign("helloworld", "/auth/token/create", {**self.common, "code": "0_123456_abc"}),
            "0D52457FD491BF975C61D79A2670D291BCEB362492D2513CD9C7441CEACC5B3C",
        )

    def test_orders_get(self):
        parameters = {
            **self.common,
            "access_token": "test",
            "created_after": "2018-02-10T16:00:00+08:00",
            "limit": "100",
            "offset": "0",
            "sort_by": "updated_at",
            "sort_direction": "ASC",
            "status": "pending",
        }
        self.assertEqual(
            sign("helloworld", "/orders/get", parameters),
            "039AD6B4EAE3998AEDC0CCF5D40BD251C3E80718FAA4A096616C92CAEEE23546",
        )

    def test_empty_values_may_be_signed_or_left_out(self):
        parameters = {**self.common, "status": ""}
        for skip_empty in (False, True):
            given = sign("helloworld", "/orders/get", parameters, skip_empty=skip_empty)
            self.assertTrue(is_signed("helloworld", "/orders/get", {**parameters, "sign": given}))


class TestGateway(LazadaCase):
    def raw(self, path="/seller/get", leave_out=(), **changes):
        parameters = {**self.signed(path, {"access_token": self.authorisation.access_token}), **changes}
        query = {name: value for name, value in parameters.items() if name not in leave_out}
        return self.web.get(f"/rest{path}", query_string=query).json

    def test_the_seller(self):
        seller = self.data("/seller/get")
        self.assertEqual(seller["seller_id"], self.shop.seller_id)
        self.assertIs(seller["verified"], True)

    def test_refusals_in_their_order(self):
        """Contract 11.13: app_key, timestamp, signature, path, token, parameters."""
        self.assert_refused(self.raw(app_key="1", timestamp="1", sign="1"), "InvalidAppKey")
        self.assert_refused(self.raw(timestamp="1", sign="1"), "IllegalTimestamp")
        self.assert_refused(self.raw(sign="1"), "IncompleteSignature")
        self.assert_refused(self.raw("/no/such/path", sign="1"), "IncompleteSignature")
        self.assert_refused(self.call("/no/such/path", access_token="1"), "InvalidApiPath")
        self.assert_refused(self.call("/order/get", access_token="1"), "IllegalAccessToken")
        self.assert_refused(self.call("/order/get"), "MissingParameter", '"order_id"')

    def test_missing_system_parameters_are_named(self):
        for name in ("app_key", "timestamp", "sign", "sign_method"):
            self.assert_refused(self.raw(leave_out=(name,)), "MissingParameter", f'"{name}"')
        self.assert_refused(self.call("/seller/get", access_token=""), "MissingParameter", '"access_token"')

    def test_timestamps(self):
        now = time.time()
        for text in (
            str(int(now - 7100) * 1000),
            datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        ):
            self.assertEqual(self.call("/seller/get", timestamp=text)["code"], "0")
        for text in (str(int(now)), str(int(now - 7300) * 1000), str(int(now + 7300) * 1000), "yesterday", "٣"):
            self.assert_refused(self.call("/seller/get", timestamp=text), "IllegalTimestamp")

    def test_a_moved_clock_does_not_lock_callers_out(self):
        self.lazada.clock.move(5 * 86400)
        self.assertEqual(self.call("/seller/get")["code"], "0")

    def test_wrong_verb(self):
        self.assert_refused(self.call("/orders/get", post=True), "UnsupportedHTTPMethod")

    def test_query_and_form_are_signed_together(self):
        code = self.lazada.new_code(self.lazada.accounts[0])
        content = self.signed("/auth/token/create", {"code": code})
        answer = self.web.post("/rest/auth/token/create", query_string=content, data={"code": content.pop("code")})
        self.assertEqual(answer.json["code"], "0")

    def test_unknown_parameters_are_part_of_the_signature(self):
        self.assertEqual(self.call("/seller/get", partner_id="some-sdk", debug="true")["code"], "0")
        self.assert_refused(self.raw(partner_id="some-sdk"), "IncompleteSignature")

    def test_permission(self):
        self.lazada.denied_paths.add("/orders/get")
        self.assert_refused(self.call("/orders/get", created_after=LONG_AGO), "InsufficientPermission")

    def test_limits_and_busy_answers(self):
        self.lazada.ban_seconds = 3
        self.lazada.faults.order("rate_limited")
        self.assert_refused(self.call("/seller/get"), "SellerCallLimit", "this ban will last 3 seconds")
        self.lazada.limit_code = "ApiCallLimit"
        self.lazada.faults.order("rate_limited")
        self.assert_refused(self.call("/seller/get"), "ApiCallLimit", "Api access frequency exceeds the limit.")
        self.lazada.faults.order("busy")
        self.assert_refused(self.call("/seller/get"), "901", "E0901")

    def test_each_site_has_its_host(self):
        account = self.lazada.add_account("cb@kampung-living.example", ("MY", "TH"))
        self.authorisation = self.lazada.authorise(account)
        malaysian, thai = account.shops
        for host, shop in (("api.lazada.com.my", malaysian), ("api.lazada.co.th", thai), ("th.localhost", thai)):
            self.assertEqual(self.data("/seller/get", host=host)["seller_id"], shop.seller_id)
        self.assertEqual(
            self.data("/seller/get")["seller_id"], malaysian.seller_id, "no host of a site: the first shop"
        )
        self.assert_refused(self.call("/seller/get", host="api.lazada.vn"), "IllegalAccessToken")


class TestAuthorisation(LazadaCase):
    consent = {"response_type": "code", "force_auth": "true", "client_id": Lazada.app_key, "state": "a&b=ü"}

    def ask(self, answer=None, **changes):
        query = {**self.consent, "redirect_uri": "https://erp.example/lazada?x=1", **changes}
        if answer is None:
            return self.web.get("/oauth/authorize", query_string=query)
        return self.web.post("/oauth/authorize", query_string=query, data=answer)

    def test_consent_sends_the_seller_back_with_a_code(self):
        self.assertIn(self.shop.short_code, self.ask().text)
        answer = self.ask({"answer": "allow", "account": self.lazada.accounts[0].email})
        self.assertEqual(answer.status_code, 302)
        address, _, query = answer.location.partition("&")
        self.assertEqual(address, "https://erp.example/lazada?x=1")
        self.assertTrue(query.startswith(f"code=0_{self.lazada.app_key}_"))
        self.assertTrue(query.endswith("&state=a%26b%3D%C3%BC"))

    def test_denied(self):
        self.assertEqual(self.ask({"answer": "deny", "account": self.lazada.accounts[0].email}).status_code, 200)

    def test_refused_consent_pages(self):
        for changes in ({"client_id": "1"}, {"response_type": "token"}, {"redirect_uri": "http://erp.example/"}):
            self.assertEqual(self.ask(**changes).status_code, 400)
        self.lazada.callback = "https://erp.example/other"
        self.assertIn("Redirect uri does not match the callback URL of the APP", self.ask().text)
        self.assertEqual(self.ask(redirect_uri=self.lazada.callback).status_code, 200)

    def test_a_code_is_good_once_and_for_half_an_hour(self):
        account = self.lazada.accounts[0]
        code = self.lazada.new_code(account)
        tokens = self.call("/auth/token/create", code=code)
        self.assertEqual(tokens["code"], "0")
        self.assertEqual(tokens["country"], "sg")
        self.assertEqual(tokens["country_user_info"][0]["seller_id"], str(self.shop.seller_id))
        self.assertEqual((tokens["expires_in"], tokens["refresh_expires_in"]), (30 * 86400, 180 * 86400))
        self.assert_refused(self.call("/auth/token/create", code=code), "InvalidCode")
        late = self.lazada.new_code(account)
        self.lazada.clock.move(30 * 60)
        self.assert_refused(self.call("/auth/token/create", code=late), "InvalidCode")
        self.assert_refused(self.call("/auth/token/create"), "MissingParameter", '"code"')

    def test_cross_border_sellers_get_one_token_for_their_shops(self):
        account = self.lazada.add_account("cb@kampung-living.example", tuple(COUNTRIES))
        tokens = self.call("/auth/token/create", code=self.lazada.new_code(account))
        self.assertEqual(tokens["country"], "cb")
        self.assertEqual([one["country"] for one in tokens["country_user_info"]], [c.lower() for c in COUNTRIES])

    def test_refreshing_rotates_and_does_not_move_the_end(self):
        self.lazada.clock.move(10 * 86400)
        old = (self.authorisation.access_token, self.authorisation.refresh_token)
        tokens = self.call("/auth/token/refresh", post=True, refresh_token=old[1])
        self.assertEqual(tokens["country_user_info_list"][0]["short_code"], self.shop.short_code)
        self.assertNotIn("country_user_info", tokens)
        self.assertEqual(tokens["expires_in"], 30 * 86400)
        self.assertAlmostEqual(tokens["refresh_expires_in"], 170 * 86400, delta=2)
        self.assertFalse({tokens["access_token"], tokens["refresh_token"]} & set(old))
        self.assert_refused(self.call("/auth/token/refresh", refresh_token=old[1]), "IllegalRefreshToken")
        self.assert_refused(self.call("/seller/get", access_token=old[0]), "IllegalAccessToken")
        self.assertEqual(self.call("/seller/get", access_token=tokens["access_token"])["code"], "0")

    def test_old_access_tokens_may_live_on(self):
        self.lazada.access_survives_refresh = True
        old = self.authorisation.access_token
        self.lazada.refresh(self.authorisation)
        self.assertEqual(self.call("/seller/get", access_token=old)["code"], "0")
        self.lazada.revoke()
        self.assert_refused(self.call("/seller/get", access_token=old), "IllegalAccessToken")

    def test_tokens_expire(self):
        self.lazada.clock.move(30 * 86400)
        self.assert_refused(self.call("/seller/get"), "IllegalAccessToken")
        self.assertEqual(self.call("/auth/token/refresh", refresh_token=self.authorisation.refresh_token)["code"], "0")
        self.lazada.clock.move(150 * 86400)
        refused = self.call("/auth/token/refresh", refresh_token=self.authorisation.refresh_token)
        self.assert_refused(refused, "IllegalRefreshToken")

    def test_revoked(self):
        self.lazada.revoke(self.lazada.accounts[0])
        self.assert_refused(self.call("/seller/get"), "IllegalAccessToken")
        refused = self.call("/auth/token/refresh", refresh_token=self.authorisation.refresh_token)
        self.assert_refused(refused, "IllegalRefreshToken")
