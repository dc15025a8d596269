"""The Lazada client against the simulated Lazada: two readings of one contract, real requests, real bytes."""

import time
import unittest
from datetime import timedelta
from random import Random
from urllib.parse import parse_qsl, urlsplit

import requests

from ..marketplaces.base import WindowTooWide
from ..marketplaces.errors import (
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TransportError,
    UnexpectedResponse,
)
from ..marketplaces.http import Http
from ..marketplaces.lazada.client import LazadaClient
from ..marketplaces.types import App, Order, OrderStub, ShopKey
from ..simulator.adapter import SimulatorAdapter
from ..simulator.lazada import Lazada

DAY = 86400
ORDER, ORDERS, ITEMS = "/rest/order/get", "/rest/orders/get", "/rest/orders/items/get"


class Connection:
    """A client for one shop that keeps its tokens as the addon does. It calls the platform's own hosts."""

    def __init__(self, lazada, shop, **app):
        self.adapter = SimulatorAdapter(lazada)
        session = requests.Session()
        session.mount("https://", self.adapter)
        self.lazada, self.refreshed, self.tokens = lazada, 0, None
        self.key = ShopKey(ref=str(shop.seller_id), site=shop.country.code)
        app = App(**{"key": lazada.app_key, "secret": lazada.app_secret, **app})
        self.http = Http(session, sleep=lambda seconds: None)
        self.client = LazadaClient(app, self.key, self.access_token, self.http)

    def access_token(self, rejected):
        if rejected is not None and rejected == self.tokens.access_token:
            self.tokens = self.client.refresh_tokens(self.tokens, self.key)
            self.refreshed += 1
        return self.tokens.access_token

    def authorise(self, account):
        self.tokens = self.client.exchange_code({"code": self.lazada.new_code(account)}).tokens
        return self


class SimulatorCase(unittest.TestCase):
    countries = ("SG", "VN")

    def setUp(self):
        super().setUp()
        self.lazada = Lazada(countries=self.countries)
        self.shop, self.other_shop = self.lazada.shops.values()
        self.connection = self.connect(self.shop)
        self.client = self.connection.client

    def connect(self, shop, **app):
        connection = Connection(self.lazada, shop, **app)
        self.addCleanup(connection.http.session.close)
        return connection.authorise(self.lazada.account_of(shop)) if not app else connection

    def place(self, *lines, shop=None, **facts):
        return self.lazada.place_order(shop or self.shop, list(lines) or [("TEE-BLK-M", 2)], **facts)

    def listed(self, client=None, days=1, **values):
        now = self.lazada.clock.now()
        return (client or self.client).list_orders(now - timedelta(days=days), now, **values)

    def fetched(self, *orders, client=None):
        client = client or self.client
        return client.add_amounts(client.fetch_orders([OrderStub(ref=str(order.order_id)) for order in orders]))

    def refs(self, orders):
        return {str(order.order_id) for order in orders}


class TestAuthorisation(SimulatorCase):
    def test_consent(self):
        """From the consent page back with a code that is good."""
        url = self.client.consent_url("https://erp.example/marketplace/oauth/return?db=a", "state 1")
        form = {"account": self.shop.email, "answer": "allow"}
        page = self.connection.http.session.post(url, data=form, allow_redirects=False)
        back = urlsplit(page.headers["Location"])
        query = dict(parse_qsl(back.query))
        self.assertEqual((back.hostname, query["db"], query["state"]), ("erp.example", "a", "state 1"))
        grant = self.client.exchange_code(query)
        self.assertEqual([shop.ref for shop in grant.shops], [str(self.shop.seller_id)])

    def test_shop(self):
        shop = self.client.get_shop()
        self.assertEqual((shop.ref, shop.site, shop.currency), (str(self.shop.seller_id), "SG", "SGD"))
        self.assertTrue(shop.name)

    def test_cross_border_seller(self):
        """One authorisation, one pair of tokens, six shops, each on its own host."""
        countries = ("MY", "SG", "TH", "VN", "PH", "ID")
        account = self.lazada.add_account("cb@example.com", countries)
        grant = self.client.exchange_code({"code": self.lazada.new_code(account)})
        self.assertFalse(grant.split)
        wanted = {ShopKey(ref=str(shop.seller_id), site=shop.country.code) for shop in account.shops}
        self.assertEqual(set(grant.shops), wanted)
        for shop in account.shops:
            connection = self.connect(shop)
            connection.tokens = grant.tokens
            self.assertEqual(connection.client.get_shop().ref, str(shop.seller_id))
            grant = connection.client.exchange_code({"code": self.lazada.new_code(account)})

    def test_expired_token(self):
        """After thirty days the token is replaced without anybody noticing; the end of it all never moves on. # D4"""
        end = self.connection.tokens.refresh_expires_at
        self.lazada.clock.move(31 * DAY)
        self.assertEqual(self.client.get_shop().site, "SG")
        self.assertEqual(self.connection.refreshed, 1)
        self.assertLessEqual(self.connection.tokens.refresh_expires_at, end)

    def test_code_and_refresh_token_are_good_once(self):
        code = self.lazada.new_code(self.lazada.accounts[0])
        tokens = self.client.exchange_code({"code": code}).tokens
        with self.assertRaises(NotAuthorized):
            self.client.exchange_code({"code": code})
        self.client.refresh_tokens(tokens, self.connection.key)
        with self.assertRaises(NotAuthorized):
            self.client.refresh_tokens(tokens, self.connection.key)

    def test_old_code(self):
        code = self.lazada.new_code(self.lazada.accounts[0])
        self.lazada.clock.move(31 * 60)
        with self.assertRaises(NotAuthorized):
            self.client.exchange_code({"code": code})

    def test_authorisation_over(self):
        """Revoked, or left alone for half a year: only a person helps. # D4"""
        for end in (self.lazada.revoke, lambda: self.lazada.clock.move(181 * DAY)):
            end()
            with self.assertRaises(NotAuthorized):
                self.listed()
            self.connection.authorise(self.lazada.accounts[0])

    def test_wrong_app(self):
        """Wrong key or secret: a sentence that says so."""
        for app, words in (({"secret": "wrong"}, "App Secret does not belong"), ({"key": "1"}, "App Key")):
            connection = self.connect(self.shop, **app)
            connection.tokens = self.connection.tokens
            with self.assertRaisesRegex(NotAuthorized, words):
                connection.client.get_shop()

    def test_wrong_clock(self):
        self.connection.http.clock = lambda: time.time() - 3 * 3600
        with self.assertRaisesRegex(Rejected, "set the clock"):
            self.client.get_shop()

    def test_app_without_permission(self):
        """Does not end the authorisation: other calls go on."""
        self.lazada.denied_paths.add("/orders/get")
        with self.assertRaisesRegex(Rejected, "permission"):
            self.listed()
        self.assertEqual(self.client.get_shop().site, "SG")


class TestList(SimulatorCase):
    def test_a_thousand(self):
        """10 lists and 20 calls for items; every total to the cent. # R107 D13"""
        for number in range(1000):
            self.place(("TEE-BLK-M", 1 + number % 3), shipping_fee="1.99", seller_voucher="0.50" if number % 2 else 0)
        self.lazada.calls.clear()
        found = self.listed(most=1000)
        orders, size = [], self.client.capabilities.order_batch
        for first in range(0, 1000, size):
            orders += self.client.add_amounts(self.client.fetch_orders(found.stubs[first : first + size]))
        self.assertEqual({order.ref for order in orders}, self.refs(self.shop.orders.values()))
        self.assertTrue(all(order.amount_difference == 0 for order in orders))
        self.assertEqual(dict(self.lazada.calls), {ORDERS: 10, ITEMS: 20})
        self.place()
        with self.assertRaises(WindowTooWide):
            self.listed(most=1000)

    def test_nothing(self):
        self.assertEqual(self.listed().stubs, ())
        self.assertEqual(self.lazada.calls[ORDERS], 1)

    def test_any_status(self):
        """# R25 R29 R30"""
        statuses = ("unpaid", "pending", "packed", "ready_to_ship", "shipped", "delivered", "canceled", "returned")
        made = [self.place() for _ in statuses]
        for order, status in zip(made, statuses, strict=True):
            self.lazada.set_status(order, status)
        self.assertEqual({stub.ref for stub in self.listed().stubs}, self.refs(made))

    def test_both_ends_belong_to_the_window(self):
        """Whatever Lazada's bounds mean. # D3"""
        with self.lazada.clock.ago(3600):
            made = self.place()
        moment = made.updated_at.replace(microsecond=0)
        for after in (True, False):
            for before in (True, False):
                self.lazada.after_is_inclusive, self.lazada.before_is_inclusive = after, before
                found = self.client.list_orders(moment, moment)
                self.assertEqual([stub.ref for stub in found.stubs], [str(made.order_id)])
                for shift in (-1, 1):
                    beside = moment + timedelta(seconds=shift)
                    self.assertEqual(self.client.list_orders(beside, beside).stubs, ())

    def test_platform_clock(self):
        """The window ends by the platform's clock. # R41"""
        self.lazada.clock.move(3600)
        self.assertAlmostEqual(self.listed().read_at.timestamp(), self.lazada.clock.now().timestamp(), delta=3)

    def test_token_expires_while_paging(self):
        """Nothing is lost when the token ends between two pages."""
        made = [self.place() for _ in range(250)]
        self.after_first_page(lambda: self.lazada.clock.move(31 * DAY))
        now = self.lazada.clock.now()
        found = self.client.list_orders(now - timedelta(days=1), now)
        self.assertEqual({stub.ref for stub in found.stubs}, self.refs(made))
        self.assertEqual(self.connection.refreshed, 1)

    def test_revoked_while_paging(self):
        for _ in range(150):
            self.place()
        self.after_first_page(self.lazada.revoke)
        with self.assertRaises(NotAuthorized):
            self.listed()

    def test_orders_change_while_paging(self):
        """Orders that were read move away; none of the others slips through. # R37 D3"""
        with self.lazada.clock.ago(3600):
            made = [self.place() for _ in range(350)]
        self.after_first_page(lambda: [self.lazada.advance(order, "packed") for order in made[:40]])
        for end in (self.lazada.clock.now() - timedelta(minutes=2), self.lazada.clock.now() + timedelta(hours=1)):
            found = self.client.list_orders(end - timedelta(days=1), end)
            self.assertLessEqual(self.refs(made[40:]), {stub.ref for stub in found.stubs})

    def after_first_page(self, act):
        """Let something happen at the platform after the first page of a list."""
        original, done = self.connection.adapter.send, []

        def send(request, **kwargs):
            response = original(request, **kwargs)
            if ORDERS in request.url and not done:
                done.append(act())
            return response

        self.connection.adapter.send = send

    def test_same_order_in_two_shops(self):
        """A Lazada order id is unique within a shop only. # R36"""
        ours = self.place()
        theirs = self.place(("TOTE-NAT", 1), shop=self.other_shop, order_id=ours.order_id)
        other = self.connect(self.other_shop).client
        (first,), (second,) = self.fetched(ours), self.fetched(theirs, client=other)
        self.assertEqual(first.ref, second.ref)
        self.assertEqual((first.currency, second.currency), ("SGD", "VND"))
        self.assertNotEqual(first.digest, second.digest)


class TestFaults(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.made = self.place()

    def test_passing_trouble(self):
        """Reads are repeated, a few times."""
        for kind in ("server_error", "lost_answer", "no_connection"):
            self.lazada.faults.order(kind, times=2)
            self.assertEqual(len(self.listed().stubs), 1)

    def test_lasting_trouble(self):
        for kind, error, calls in (
            ("server_error", ServerError, 3),
            ("lost_answer", TransportError, 3),
            ("no_connection", TransportError, 3),
            ("html", UnexpectedResponse, 1),
            ("truncated", UnexpectedResponse, 1),
            ("too_many_requests", RateLimited, 1),
            ("rate_limited", RateLimited, 1),
            ("busy", RateLimited, 1),
        ):
            with self.subTest(kind):
                self.lazada.calls.clear()
                self.lazada.faults.order(kind, times=calls)
                with self.assertRaises(error):
                    self.listed()
                self.assertEqual(self.lazada.calls[ORDERS], calls)
                self.assertEqual(len(self.listed().stubs), 1, "and then it goes on")

    def test_ban_in_words(self):
        for code in ("SellerCallLimit", "ApiCallLimit"):
            self.lazada.limit_code, self.lazada.ban_seconds = code, 9
            self.lazada.faults.order("rate_limited")
            with self.assertRaises(RateLimited) as caught:
                self.listed()
            self.assertEqual((caught.exception.retry_after, caught.exception.code), (9, code))

    def test_a_lost_refresh_is_not_repeated(self):
        """The platform has taken the old token already: only the caller can tell what that means."""
        self.lazada.calls.clear()
        self.lazada.faults.order("lost_answer", "/auth/token/refresh")
        with self.assertRaises(TransportError) as caught:
            self.client.refresh_tokens(self.connection.tokens, self.connection.key)
        self.assertTrue(caught.exception.outcome_unknown)
        self.assertEqual(self.lazada.calls["/rest/auth/token/refresh"], 1)

    def test_any_trouble_at_any_time(self):
        """An error of ours or all orders, never something in between."""
        for _ in range(120):
            self.place()
        self.lazada.faults.chance, self.lazada.faults.random = 0.3, Random(3)
        errors = (TransportError, ServerError, RateLimited, UnexpectedResponse)
        whole = 0
        for _ in range(60):
            try:
                stubs = self.listed().stubs
                orders = self.client.fetch_orders(stubs)
            except errors:
                continue
            whole += 1
            self.assertEqual(
                {order.ref for order in orders if isinstance(order, Order)}, self.refs(self.shop.orders.values())
            )
        self.assertGreater(whole, 0)
