"""The simulated Shopee at its gate: signatures, authorisation, tokens, faults."""

import time
import unittest
from urllib.parse import parse_qs, urlsplit

import requests

from ..simulator.adapter import SimulatorAdapter
from ..simulator.shopee import Shopee, signing

ADDRESS = "http://shopee.test"
KEY = "kat-partner-key-not-a-credential"
DAY = 86400
LIST, DETAIL = "/api/v2/order/get_order_list", "/api/v2/order/get_order_detail"
ESCROW, ESCROWS = "/api/v2/payment/get_escrow_detail", "/api/v2/payment/get_escrow_detail_batch"
TOKEN, REFRESH = "/api/v2/auth/token/get", "/api/v2/auth/access_token/get"
SPENT = ("error_auth", "Invalid refresh_token.")
BAD_TOKEN = ("invalid_acceess_token", "Invalid access_token, please have a check.")


class ShopeeCase(unittest.TestCase):
    """A Shopee with a shop in Singapore and one in Vietnam; the first one has authorised the partner."""

    def setUp(self):
        self.shopee = Shopee(countries=("SG", "VN"))
        self.shop, self.other_shop = self.shopee.shops.values()
        self.access_token, self.refresh_token = self.shopee.issue_tokens(self.shop)
        self.session = requests.Session()
        self.session.mount(ADDRESS, SimulatorAdapter(self.shopee))
        self.addCleanup(self.session.close)

    def send(self, path, base=None, body=None, changes=(), now=None, **query):
        """The response to a signed call; `changes` replace common parameters after signing, None leaves one out."""
        now = now or int(time.time())
        base = base or signing.public_base(self.shopee.partner_id, path, now)
        common = {"partner_id": self.shopee.partner_id, "timestamp": now}
        common["sign"] = signing.sign(self.shopee.partner_key, base)
        query = {**query, **common, **dict(changes)}
        method = "GET" if body is None else "POST"
        return self.session.request(method, ADDRESS + path, params=query, json=body, timeout=5, allow_redirects=False)

    def send_shop(self, path, shop=None, token=None, **query):
        shop, token = shop or self.shop, token or self.access_token
        now = int(time.time())  # once: the second may change between signing and sending
        base = signing.shop_base(self.shopee.partner_id, path, now, token, shop.shop_id)
        return self.send(path, base, now=now, shop_id=shop.shop_id, access_token=token, **query)

    def call(self, path, **query):
        """The answer to a call about the shop, which must succeed."""
        answer = self.send_shop(path, **query).json()
        self.assertEqual(answer["error"], "", answer)
        return answer

    def assert_error(self, response, error, message, status=200):
        answer = response.json()
        self.assertEqual((answer["error"], answer["message"], response.status_code), (error, message, status))
        self.assertTrue(answer["request_id"])

    def order(self, *lines, shop=None, **facts):
        return self.shopee.place_order(shop or self.shop, list(lines) or [("TEE-BLK-M", 2)], **facts)

    def list_orders(self, **query):
        now = self.shopee.clock.seconds()
        window = {"time_range_field": "update_time", "time_from": now - 15 * DAY + 1, "time_to": now + 1}
        return self.call(LIST, **{**window, "page_size": 100, **query})["response"]

    def detail(self, order, fields, **query):
        answer = self.call(DETAIL, order_sn_list=order.order_sn, response_optional_fields=fields, **query)
        return answer["response"]["order_list"][0]

    def escrow(self, order):
        return self.call(ESCROW, order_sn=order.order_sn)["response"]


class TestSigning(ShopeeCase):
    def test_known_signatures(self):
        token, now = "59777174636562737266615546704c6d", 1655714431
        for base, expected in (
            (
                signing.public_base(2001887, "/api/v2/public/get_shops_by_partner", now),
                "f87d1d2d076c303937c9fa5f52bca1b6757dfc9b32e5f2819da453ba1756ace9",
            ),
            (
                signing.shop_base(2001887, "/api/v2/shop/get_shop_info", now, token, 14701711),
                "e6c7cbc82852fcc3ae1d8bd66610bdb2af330ac90414938f9aabf56759a8d7c1",
            ),
            (
                signing.public_base(2001887, TOKEN, now),
                "d08f3b0f781e82a575f8d459c39c2fab809f0fd9735bddeedad09697a0f2cd99",
            ),
        ):
            self.assertEqual(signing.sign(KEY, base), expected)

    def test_merchant_base_of_the_guide(self):
        token = "09777174636962737266615546704c6d"
        base = signing.merchant_base(2001887, "/api/v2/global_product/get_category", 1655714431, token, 1000000)
        self.assertEqual(base, f"2001887/api/v2/global_product/get_category1655714431{token}1000000")

    def test_refused_at_the_gate(self):
        late, early = int(time.time()) - 310, int(time.time()) + 310
        range_error = "shop_id is invalid, should be an integer between 0 and 4294967295."
        for changes, error, message in (
            ({"partner_id": None}, "error_param", "There is no partner_id in query."),
            ({"partner_id": "x"}, "error_param", "Invalid partner_id."),
            ({"partner_id": 1}, "error_auth", "partner_id is invalid"),
            ({"timestamp": None}, "error_param", "no timestamp"),
            ({"timestamp": "soon"}, "error_param", "Invalid timestamp"),
            ({"timestamp": late}, "error_param", "Timestamp is expired."),
            ({"timestamp": early}, "error_param", "Timestamp is expired."),
            ({"sign": None}, "error_param", "There is no sign in query."),
            ({"sign": "0" * 64}, "error_sign", "Wrong sign."),
            ({"sign": "é"}, "error_sign", "Wrong sign."),
            ({"access_token": None}, "error_param", "There is no access_token in query."),
            ({"access_token": "0" * 32}, "error_sign", "Wrong sign."),
            ({"shop_id": None}, "error_param", "There is no shop_id in query."),
            ({"shop_id": 4294967296}, "error_param", range_error),
        ):
            with self.subTest(changes=changes):
                self.assert_error(self.send_shop(LIST, changes=changes), error, message, 403)

    def test_token_is_checked_after_the_signature(self):
        self.assert_error(self.send_shop(LIST, token="0" * 32), *BAD_TOKEN, 403)
        self.assert_error(self.send_shop(LIST, shop=self.other_shop), *BAD_TOKEN, 403)

    def test_moved_clock_does_not_lock_callers_out(self):
        self.shopee.clock.move(3600)
        self.call("/api/v2/shop/get_shop_info")

    def test_unknown_path_wrong_verb_and_permission(self):
        message = "Permission denied. This API is currently offline or the request path is incorrect."
        self.assert_error(self.send_shop("/api/v2/order/get_order"), "error_param", message)
        self.assert_error(self.send_shop(LIST, body={}), "error_param", message)
        self.shopee.denied_paths.add(LIST)
        self.assert_error(self.send_shop(LIST), "error_auth", "No permission to current api.")

    def test_faults(self):
        self.shopee.faults.order("rate_limited")
        self.shopee.faults.order("busy")
        message = "Too many requests. You have reached the rate limit. Please try again later."
        self.assert_error(self.send_shop(LIST), "error_rate_limit", message, 429)
        message = "Our system is taking some time to respond, please try later."
        self.assert_error(self.send_shop(LIST), "error_system_busy", message)
        self.assertEqual(self.shopee.calls[LIST], 2)


class TestAuthorisation(ShopeeCase):
    def consent(self, **form):
        query = {"partner_id": self.shopee.partner_id, "auth_type": "seller", "response_type": "code", "state": "s&1"}
        page = self.session.get(f"{ADDRESS}/auth", params={**query, "redirect_uri": "http://erp.test/back?db=x"})
        self.assertIn("Allow", page.text)
        form = {"redirect_uri": "http://erp.test/back?db=x", "state": "s&1", "days": 90, **form}
        response = self.session.post(f"{ADDRESS}/auth", data=form, allow_redirects=False)
        self.assertEqual(response.status_code, 302)
        return {name: value for name, (value,) in parse_qs(urlsplit(response.headers["Location"]).query).items()}

    def get_tokens(self, code, **login):
        return self.send(TOKEN, body={"code": code, "partner_id": self.shopee.partner_id, **login})

    def refresh(self, refresh_token, **holder):
        body = {"refresh_token": refresh_token, "partner_id": self.shopee.partner_id}
        return self.send(REFRESH, body={**body, **(holder or {"shop_id": self.shop.shop_id})})

    def test_shop_login(self):
        """The seller allows, the code buys a pair, once (R131)."""
        back = self.consent(login=f"shop_id:{self.shop.shop_id}", decision="allow")
        self.assertEqual((back["db"], back["state"], back["shop_id"]), ("x", "s&1", str(self.shop.shop_id)))
        pair = self.get_tokens(back["code"], shop_id=self.shop.shop_id).json()
        self.assertEqual((pair["error"], pair["expire_in"]), ("", 14400))
        info = self.call("/api/v2/shop/get_shop_info", token=pair["access_token"])
        self.assertEqual(info["expire_time"] - info["auth_time"], 90 * DAY)
        used = "The code is expired or used or invalid, please check the code."
        self.assert_error(self.get_tokens(back["code"], shop_id=self.shop.shop_id), "invalid_code", used, 403)

    def test_denied(self):
        self.assertEqual(self.consent(decision="deny"), {"db": "x", "state": "s&1"})

    def test_code_lives_ten_minutes_and_is_bound_to_its_shop(self):
        code = self.shopee.authorise(shop_id=self.shop.shop_id)
        self.assertEqual(self.get_tokens(code, shop_id=1).json()["error"], "invalid_shop_id")
        self.assertEqual(self.get_tokens(code, main_account_id=1).json()["error"], "invalid_main_acount_id")
        self.assertEqual(self.get_tokens(code).json()["error"], "error_param")
        self.shopee.clock.move(600)
        self.assertEqual(self.get_tokens(code, shop_id=self.shop.shop_id).json()["error"], "invalid_code")

    def test_bad_links_and_foreign_redirects_get_no_form(self):
        good = {"partner_id": self.shopee.partner_id, "auth_type": "seller", "response_type": "code"}
        self.shopee.redirect_domain = "erp.test"
        for changes in ({"partner_id": 1}, {"auth_type": ""}, {"redirect_uri": "javascript:alert(1)"}, {}):
            query = {"redirect_uri": "http://evil.test/", **good, **changes}
            page = self.session.get(f"{ADDRESS}/auth", params=query)
            self.assertEqual((page.status_code, "Allow" in page.text), (400, False), changes)
        form = {"redirect_uri": "http://evil.test/", "login": f"shop_id:{self.shop.shop_id}", "decision": "allow"}
        self.assertEqual(self.session.post(f"{ADDRESS}/auth", data=form).status_code, 400)

    def test_classic_link_dies_after_five_minutes(self):
        path = "/api/v2/shop/auth_partner"
        self.assertIn("Allow", self.send(path, redirect="http://erp.test/back").text)
        old = int(time.time()) - 301
        base = signing.public_base(self.shopee.partner_id, path, old)
        response = self.send(path, base, changes={"timestamp": old}, redirect="http://erp.test/back")
        self.assert_error(response, "error_param", "Timestamp is expired.", 403)

    def test_refresh_tokens_rotate(self):
        pair = self.refresh(self.refresh_token).json()
        self.assertEqual(pair["shop_id"], self.shop.shop_id)
        self.assert_error(self.refresh(self.refresh_token), *SPENT, 403)
        self.assertEqual(self.refresh(pair["refresh_token"]).json()["error"], "")

    def test_lenient_replay(self):
        self.shopee.replay_spent_refresh_tokens = True
        first, again = self.refresh(self.refresh_token).json(), self.refresh(self.refresh_token).json()
        self.assertEqual(first["refresh_token"], again["refresh_token"])
        self.shopee.clock.move(4 * 3600)
        self.assert_error(self.refresh(self.refresh_token), *SPENT, 403)

    def test_old_access_token_outlives_a_refresh_by_five_minutes(self):
        self.refresh(self.refresh_token)
        self.shopee.clock.move(299)
        self.call("/api/v2/shop/get_shop_info")
        self.shopee.clock.move(1)
        self.assert_error(self.send_shop("/api/v2/shop/get_shop_info"), *BAD_TOKEN, 403)

    def test_tokens_expire(self):
        self.shopee.clock.move(4 * 3600)
        self.assert_error(self.send_shop("/api/v2/shop/get_shop_info"), *BAD_TOKEN, 403)
        self.shopee.clock.move(30 * DAY)
        self.assertEqual(self.refresh(self.refresh_token).json()["error"], "refresh_token_expired")

    def test_main_account_pair_is_split_once_for_each_shop(self):
        account_id = next(iter(self.shopee.main_accounts))
        back = self.consent(login=f"main_account_id:{account_id}", decision="allow")
        pair = self.get_tokens(back["code"], main_account_id=account_id).json()
        self.assertEqual(pair["shop_id_list"], list(self.shopee.shops))
        self.call("/api/v2/shop/get_shop_info", token=pair["access_token"], shop=self.other_shop)
        for holder in ({"shop_id": self.shop.shop_id}, {"shop_id": self.other_shop.shop_id}, {"merchant_id": 1000000}):
            own = self.refresh(pair["refresh_token"], **holder).json()
            self.assertEqual(own["error"], "", holder)
            self.assert_error(self.refresh(pair["refresh_token"], **holder), *SPENT, 403)
        self.assert_error(self.send_shop(LIST, token=own["access_token"]), *BAD_TOKEN, 403)

    def test_end_of_the_authorisation(self):
        """Nothing but the seller helps after its end, a revocation or a ban (D4)."""
        _, refresh_token = self.shopee.issue_tokens(self.shop)
        self.shop.expire_time = self.shopee.clock.seconds()
        self.assertEqual(self.refresh(refresh_token).json()["error"], "shop_access_expired")
        self.shopee.revoke(self.shop)
        self.assertEqual(self.refresh(refresh_token).json()["error"], "shop_no_linked")
        self.assert_error(self.send_shop(LIST), *BAD_TOKEN, 403)
        access_token, refresh_token = self.shopee.issue_tokens(self.shop)
        self.assertEqual(self.refresh(refresh_token, shop_id=1).json()["error"], "shop_no_linked")
        self.shop.status = "BANNED"
        self.assertEqual(self.refresh(refresh_token).json()["error"], "shop_banned")
        self.assertEqual(self.send_shop(LIST, token=access_token).json()["error"], "shop_banned")

    def test_shops_of_the_partner(self):
        path = "/api/v2/public/get_shops_by_partner"
        self.assertEqual([shop["region"] for shop in self.send(path).json()["authed_shop_list"]], ["SG"])
        self.shopee.issue_tokens(self.other_shop)
        page = self.send(path, page_size=1, page_no=1).json()
        self.assertEqual((len(page["authed_shop_list"]), page["more"]), (1, True))
        self.assertEqual(self.send(path, page_size=101).json()["error"], "error_param")
