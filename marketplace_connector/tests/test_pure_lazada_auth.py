"""Lazada: tokens and the shop."""

import unittest
from datetime import timedelta

import requests

from ..marketplaces.errors import NotAuthorized, ServerError, TransportError, UnexpectedResponse
from ..marketplaces.types import ShopKey, Tokens
from .lazada_fake import SELLER_ID, make_client, moment, ok, refusal

SHOP = ShopKey(ref=SELLER_ID, site="SG")
DAY = timedelta(days=1)


def token_answer(list_name="country_user_info", **values):
    return {
        "access_token": "50000601c30atpedfgu3LVvik87Ixlsvle3mSoB7701",
        "refresh_token": "500016000300bwa2WteaQyfwBMnPxurcA0mXGhQdTt1",
        "expires_in": 864000,
        "refresh_expires_in": 4320000,
        "country": "sg",
        "account": "owner@example.com",
        "account_platform": "seller_center",
        "account_id": "7063844",
        list_name: [{"country": "sg", "user_id": SELLER_ID, "seller_id": SELLER_ID, "short_code": "SG1001"}],
        "code": "0",
        "request_id": "0ba2887315178178017221014",
        **values,
    }


def tokens(**values):
    return Tokens(
        **{
            "access_token": "old-access",
            "refresh_token": "old-refresh",
            "access_expires_at": moment(0),
            "refresh_expires_at": moment(0) + 20 * DAY,
            **values,
        }
    )


class TestExchange(unittest.TestCase):
    def exchange(self, **values):
        return make_client(token_answer(**values))[0].exchange_code({"code": "0_100132_x", "state": "s"})

    def test_one_country(self):
        client, session = make_client(token_answer())
        grant = client.exchange_code({"code": "0_100132_x", "state": "s"})
        self.assertEqual(grant.shops, (SHOP,))
        self.assertEqual((grant.chain_ref, grant.split), ("7063844", False))
        self.assertEqual(grant.tokens.access_expires_at, moment(0) + 10 * DAY)
        self.assertEqual(grant.tokens.refresh_expires_at, moment(0) + 50 * DAY)
        call = session.calls[0]
        self.assertEqual((call.method, call.host, call.path), ("POST", "auth.lazada.com", "/rest/auth/token/create"))
        self.assertEqual(call.params["code"], "0_100132_x")
        self.assertFalse(call.query, "The code stays out of the address.")
        self.assertNotIn("access_token", call.params)

    def test_token_calls_go_to_the_given_address(self):
        client, session = make_client(token_answer(), api_url="http://127.0.0.1:8099/rest")
        client.exchange_code({"code": "c"})
        self.assertEqual((session.calls[0].host, session.calls[0].path), ("127.0.0.1:8099", "/rest/auth/token/create"))

    def test_cross_border_seller(self):
        """One authorisation, one pair of tokens, a shop in each country."""
        sites = ["my", "sg", "th", "vn", "ph", "id"]
        users = [{"country": site, "seller_id": f"20{i}", "user_id": "9"} for i, site in enumerate(sites)]
        grant = self.exchange(country="cb", country_user_info=users, account_id=None)
        self.assertEqual([shop.site for shop in grant.shops], ["MY", "SG", "TH", "VN", "PH", "ID"])
        self.assertFalse(grant.split)
        self.assertEqual(grant.chain_ref, "200-201-202-203-204-205")

    def test_chain_of_nameless_accounts_does_not_depend_on_the_order_of_sellers(self):
        users = [{"country": "my", "seller_id": 7}, {"country": "sg", "seller_id": 5}]
        refs = {
            self.exchange(account_id=empty, country_user_info=each).chain_ref
            for empty in (None, "", "null")
            for each in (users, users[::-1])
        }
        self.assertEqual(refs, {"5-7"})

    def test_upper_case_country_and_number_as_text(self):
        grant = self.exchange(
            expires_in="10", refresh_expires_in="60", country_user_info=[{"country": "SG", "seller_id": int(SELLER_ID)}]
        )
        self.assertEqual(grant.shops, (SHOP,))
        self.assertEqual(grant.tokens.refresh_expires_at, moment(60))

    def test_seller_refused(self):
        for query in ({}, {"state": "s"}, {"error": "access_denied", "error_description": "The seller said no"}):
            client, session = make_client(token_answer())
            with self.assertRaises(NotAuthorized) as caught:
                client.exchange_code(query)
            self.assertIn(query.get("error_description", "no authorisation code"), str(caught.exception))
            self.assertFalse(session.calls)

    def test_used_code(self):
        client, session = make_client(refusal("InvalidCode", "Invalid authorization code"))
        with self.assertRaises(NotAuthorized) as caught:
            client.exchange_code({"code": "0_100132_x"})
        self.assertEqual(caught.exception.code, "InvalidCode")
        self.assertEqual(len(session.calls), 1)

    def test_answer_without_what_matters(self):
        for values, where in (
            ({"access_token": None}, "access_token"),
            ({"country_user_info": []}, "country_user_info"),
            ({"country_user_info": None}, "country_user_info"),
            ({"country_user_info": [{"country": "sg"}]}, "country_user_info.seller_id"),
            ({"country_user_info": [{"country": "kr", "seller_id": "1"}]}, "country_user_info"),
        ):
            with self.assertRaises(UnexpectedResponse) as caught:
                self.exchange(**values)
            self.assertEqual(caught.exception.where, where)


class TestRefresh(unittest.TestCase):
    def refresh(self, old=None, **values):
        client, session = make_client(token_answer("country_user_info_list", **values))
        return client.refresh_tokens(old or tokens(), SHOP), session

    def test_new_pair(self):
        new, session = self.refresh()
        self.assertEqual(new.access_token, "50000601c30atpedfgu3LVvik87Ixlsvle3mSoB7701")
        self.assertEqual(new.refresh_token, "500016000300bwa2WteaQyfwBMnPxurcA0mXGhQdTt1")
        self.assertEqual(new.access_expires_at, moment(0) + 10 * DAY)
        self.assertEqual(session.calls[0].params["refresh_token"], "old-refresh")
        self.assertEqual(session.calls[0].path, "/rest/auth/token/refresh")

    def test_the_end_does_not_move(self):
        self.assertEqual(self.refresh()[0].refresh_expires_at, moment(0) + 20 * DAY)

    def test_an_earlier_end_is_believed(self):
        self.assertEqual(self.refresh(refresh_expires_in=3600)[0].refresh_expires_at, moment(3600))

    def test_an_unknown_end_becomes_known(self):
        new, _session = self.refresh(tokens(refresh_expires_at=None))
        self.assertEqual(new.refresh_expires_at, moment(0) + 50 * DAY)

    def test_not_refreshable(self):
        for values in ({"refresh_expires_in": 0}, {"refresh_expires_in": "0", "refresh_token": None}):
            self.assertEqual(self.refresh(**values)[0].refresh_expires_at, moment(0))

    def test_without_refresh_token_nobody_is_called(self):
        client, session = make_client(token_answer())
        with self.assertRaises(NotAuthorized):
            client.refresh_tokens(tokens(refresh_token=""), SHOP)
        self.assertFalse(session.calls)

    def test_a_new_pair_with_unreadable_lifetime_is_kept(self):
        """The old refresh token is spent: throwing the new pair away would cost the seller a new authorisation."""
        for lifetime in (None, "soon", -1, 10**30):
            new, _session = self.refresh(expires_in=lifetime, refresh_expires_in=lifetime)
            self.assertEqual(new.refresh_token, "500016000300bwa2WteaQyfwBMnPxurcA0mXGhQdTt1")
            self.assertGreater(new.access_expires_at, moment(0))
            self.assertEqual(new.refresh_expires_at, moment(0) + 20 * DAY)

    def test_ended_chains(self):
        for code in ("IllegalRefreshToken", "AUTH_TYPE_UNSUPPORTED", "IncompleteSignature", "IllegalAccessToken"):
            client, _session = make_client(refusal(code))
            with self.assertRaises(NotAuthorized) as caught:
                client.refresh_tokens(tokens(), SHOP)
            self.assertEqual(caught.exception.code, code)

    def test_never_repeated(self):
        """The platform may have taken the refresh token before the answer was lost."""
        for answer, error in (
            (requests.ReadTimeout(), TransportError),
            (requests.ConnectTimeout(), TransportError),
            (requests.ConnectionError(), TransportError),
            ((502, b"<html>"), ServerError),
            (refusal("ServiceTimeout"), ServerError),
            (b'{"access_token": "5', UnexpectedResponse),
        ):
            client, session = make_client(answer)
            with self.assertRaises(error):
                client.refresh_tokens(tokens(), SHOP)
            with self.assertRaises(error):
                client.exchange_code({"code": "c"})
            self.assertEqual(len(session.calls), 2)


class TestShop(unittest.TestCase):
    def test_who_we_are(self):
        data = {"seller_id": 1152180742, "name": "Tea shop", "name_company": "Tea Ltd", "cb": False, "status": "ACTIVE"}
        client, _session = make_client(ok(data=data), site="VN")
        shop = client.get_shop()
        self.assertEqual((shop.ref, shop.site, shop.name, shop.status), (SELLER_ID, "VN", "Tea shop", "ACTIVE"))
        self.assertEqual((shop.currency, shop.time_zone), ("VND", "Asia/Ho_Chi_Minh"))
        self.assertIsNone(shop.authorized_until)

    def test_without_seller(self):
        client, _session = make_client(ok(data={"name": "Tea shop"}))
        with self.assertRaises(UnexpectedResponse) as caught:
            client.get_shop()
        self.assertEqual(caught.exception.where, "data.seller_id")
