"""The Lazada client against the simulated Lazada: two readings of one contract, real requests, real bytes."""

import time
import unittest
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
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
from ..marketplaces.types import App, Order, OrderStub, ShopKey, UnreadableOrder
from ..simulator.adapter import SimulatorAdapter
from ..simulator.catalogue import skus
from ..simulator.lazada import Lazada, Line
from ..simulator.overrides import ABSENT
from ..simulator.seed import seed

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


class TestOrders(SimulatorCase):
    def test_with_and_without_header(self):
        """The list and the single order spell some fields differently, and mean the same."""
        made = self.place(seller_voucher="1.50", platform_voucher="2", shipping_fee="1.99", note="call me")
        (listed,) = self.client.fetch_orders(self.listed().stubs)
        (single,) = self.fetched(made)
        self.assertEqual(listed, single)
        self.assertEqual(listed.digest, single.digest)
        self.assertEqual(listed.buyer_note, "call me")

    def test_pieces_become_lines(self):
        """# R38 R111"""
        made = self.place(("TEE-BLK-M", 3), ("TOTE-NAT", 1), ("TEE-BLK-M", 2))
        (order,) = self.fetched(made)
        self.assertEqual(
            [(line.seller_sku, line.quantity) for line in order.lines], [("TEE-BLK-M", 5), ("TOTE-NAT", 1)]
        )
        refs = {unit.ref for line in order.lines for unit in line.units}
        self.assertEqual(refs, {str(unit.order_item_id) for unit in made.units})
        line, unit = order.lines[0], made.units[0]
        self.assertEqual((line.item_ref, line.sku_ref), (str(unit.item_id), str(unit.sku_id)))
        self.assertEqual((line.unit_price, line.name), (unit.item_price, unit.name))

    def test_every_order_adds_up(self):
        """Discounts, vouchers, cancelled pieces, with cents and without: no order differs. # R107 R112 R113"""
        chance, good = Random(11), list(skus())
        connections = [(self.shop, 1, self.client), (self.other_shop, 1000, self.connect(self.other_shop).client)]
        for keeps in (True, False):
            self.lazada.header_keeps_canceled_units = keeps
            for shop, unit, client in connections:
                orders = []
                for place in range(100):
                    lines = [(chance.choice(good), chance.randint(1, 4)) for _ in range(chance.randint(1, 5))]
                    names = ("seller_discount", "seller_voucher", "platform_voucher")
                    amounts = {
                        name: unit * chance.choice((Decimal(0), Decimal(chance.randint(1, 300)) / 100))
                        for name in names
                    }
                    made = self.place(*lines, shop=shop, shipping_fee=unit * chance.randint(0, 3), **amounts)
                    if place % 3 == 0:
                        self.lazada.cancel(made, units=chance.sample(made.units, chance.randint(1, len(made.units))))
                    orders.append(made)
                for made, order in zip(orders, self.fetched(*orders, client=client), strict=True):
                    with self.subTest(order.ref, keeps=keeps):
                        self.assertIsInstance(order, Order)
                        self.assertEqual(order.amount_difference, 0)
                        self.assertEqual(sum(line.seller_voucher for line in order.lines), order.amounts.seller_voucher)
                        self.assertEqual(sum(line.total for line in order.lines), sum(u.item_price for u in made.units))
                        gone = sum(unit.item_price for unit in made.units if unit.status == "canceled")
                        self.assertEqual(sum(line.cancelled_total for line in order.lines), gone)

    def test_the_amounts_of_an_order_survive_a_cancellation(self):
        """The same goods and vouchers, whichever way the platform goes on counting; shipping as it is charged."""
        for keeps in (True, False):
            self.lazada.header_keeps_canceled_units = keeps
            made = self.place(("TEE-BLK-M", 3), seller_voucher="1.00", platform_voucher="0.50", shipping_fee=2)
            (before,) = self.fetched(made)
            self.lazada.cancel(made, units=made.units[:1])
            (after,) = self.fetched(made)
            waived = before.amounts.shipping_fee - after.amounts.shipping_fee
            self.assertEqual(waived, 0 if keeps else Decimal("0.67"))
            amounts = replace(before.amounts, shipping_fee=2 - waived, buyer_paid=before.amounts.buyer_paid - waived)
            self.assertEqual((after.amounts, after.amount_difference), (amounts, 0))
            self.assertEqual((after.lines[0].quantity, after.lines[0].cancelled_quantity), (3, 1))

    def test_life_of_an_order(self):
        """Every step from unpaid to confirmed. # R26 R30 R57 R58 R59 R61"""
        made, digests = self.place(paid=False), set()
        for raw_status, status, package in [
            ("unpaid", "unpaid", []),
            ("pending", "ready_to_ship", []),
            ("packed", "processed", ["confirmed"]),
            ("ready_to_ship", "processed", ["ready_to_ship"]),
            ("shipped", "shipped", ["shipped"]),
            ("delivered", "completed", ["delivered"]),
            ("confirmed", "completed", ["delivered"]),
        ]:
            self.lazada.clock.move(60)
            self.lazada.advance(made, raw_status)
            (order,) = self.fetched(made)
            self.assertEqual((order.raw_status, order.status), (raw_status, status))
            self.assertEqual([parcel.status for parcel in order.packages], package)
            self.assertEqual(order.paid_at is None, raw_status == "unpaid")
            digests.add(order.digest)
        self.assertEqual(len(digests), 7)
        self.assertEqual(self.fetched(made)[0].digest, order.digest)

    def test_parcel(self):
        """# R55 R65 R115"""
        made = self.place()
        self.lazada.advance(made, "packed")
        (order,) = self.fetched(made)
        (parcel,) = order.packages
        self.assertEqual(parcel.contents, tuple((str(unit.order_item_id), 1) for unit in made.units))
        self.assertEqual(parcel.tracking_number, made.units[0].tracking_code)
        self.assertEqual((parcel.courier, order.courier), (made.courier, made.courier))

    def test_fulfilled_by_lazada(self):
        """# R50"""
        (ours,), (theirs,) = self.fetched(self.place()), self.fetched(self.place(fulfilled_by_lazada=True))
        self.assertEqual([line.fulfilled_by_platform for line in (*ours.lines, *theirs.lines)], [False, True])

    def test_cancellations(self):
        """By the seller, by the buyer, and asked for only. # R28 R148 R150 R151"""
        seller, buyer, asked = (self.place() for _ in range(3))
        self.lazada.cancel(seller, "Out of Stock", "seller")
        self.lazada.cancel(buyer, "Change of mind", "buyer", detail="Found it cheaper")
        for unit in asked.units:
            unit.need_cancel_confirm = True
        orders = self.fetched(seller, buyer, asked)
        self.assertEqual([order.status for order in orders], ["cancelled", "cancelled", "in_cancel"])
        self.assertEqual([order.cancelled_by for order in orders], ["seller", "buyer", ""])
        self.assertEqual(orders[1].cancel_reason, "Change of mind - Found it cheaper")

    def test_buyer(self):
        """Hidden fields are named, the buyer is known by id. # D12"""
        made = self.place(payment_method="COD")
        (order,) = self.fetched(made)
        self.assertLessEqual({"name", "phone", "street"}, order.shipping_address.masked)
        self.assertNotIn("city", order.shipping_address.masked)
        self.assertEqual(order.shipping_address.country, "SG")
        self.assertTrue(order.buyer_key)
        self.assertTrue(order.cash_on_delivery)
        self.lazada.masks_buyers = False
        (order,) = self.fetched(made)
        self.assertFalse(order.shipping_address.masked)
        self.assertEqual(order.buyer_name, made.buyer.name)

    def test_times(self):
        made = self.place()
        (order,) = self.fetched(made)
        self.assertEqual(order.created_at, made.created_at.replace(microsecond=0))
        self.assertEqual(order.ship_by, made.sla.replace(microsecond=0))

    def test_one_bad_order_does_not_hold_up_the_rest(self):
        """Unknown, of another shop, and unreadable: the others come in."""
        good = [self.place() for _ in range(6)]
        foreign, broken = self.place(shop=self.other_shop), self.place(item_overrides={"item_price": ABSENT})
        stubs = [OrderStub(ref=ref) for ref in ("1", *self.refs(good), *self.refs([foreign, broken]))]
        answers = self.client.fetch_orders(stubs)
        self.assertEqual([answer.ref for answer in answers], [stub.ref for stub in stubs])
        unread = {answer.ref: answer.error for answer in answers if isinstance(answer, UnreadableOrder)}
        self.assertEqual(set(unread), {"1", *self.refs([foreign, broken])})
        self.assertIsInstance(unread["1"], Rejected)
        self.assertIsInstance(unread[str(foreign.order_id)], Rejected)
        self.assertEqual(unread[str(broken.order_id)].where, "order_items[0].item_price")

    def test_an_order_that_is_gone_does_not_spoil_the_batch(self):
        made = [self.place() for _ in range(50)]
        stubs = self.listed().stubs
        del self.shop.orders[made[17].order_id]
        answers = self.client.fetch_orders(stubs)
        bad = [answer.ref for answer in answers if isinstance(answer, UnreadableOrder)]
        self.assertEqual(bad, [str(made[17].order_id)])

    def test_word_of_tomorrow(self):
        made = self.place(item_overrides={"status": "teleported"})
        (order,) = self.fetched(made)
        self.assertEqual((order.status, order.raw_status), ("unknown", "teleported"))

    def test_odd_amounts(self):
        """A missing figure is never made up; a wrong one shows; an absurd one is kept. # R107"""
        missing, wrong = self.place(overrides={"shipping_fee": ABSENT}), self.place(overrides={"price": "1.00"})
        absurd = self.place(Line("TEE-BLK-M", price=Decimal("-5")))
        first, second, third = self.fetched(missing, wrong, absurd)
        self.assertEqual(first.error.where, "order.shipping_fee")
        self.assertNotEqual(second.amount_difference, 0)
        self.assertEqual((third.lines[0].unit_price, third.amount_difference), (-5, 0))

    def test_a_seller_s_days(self):
        """Orders of all kinds, in all six countries: all of them can be read and add up."""
        lazada = self.lazada = Lazada(countries=("SG", "MY", "TH", "PH", "VN", "ID"))
        seed(lazada)
        for shop in lazada.shops.values():
            client = self.connect(shop).client
            orders = client.fetch_orders(self.listed(client, days=30).stubs)
            self.assertEqual({order.ref for order in orders}, self.refs(shop.orders.values()))
            for order in orders:
                self.assertIsInstance(order, Order)
                self.assertEqual((order.amount_difference, order.currency), (0, shop.country.currency))
                made = shop.orders[int(order.ref)]
                self.assertEqual(order.status in ("ready_to_ship", "processed"), made.is_importable)


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
