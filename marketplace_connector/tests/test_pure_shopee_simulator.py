"""The Shopee client against the simulated Shopee: two readings of one contract, real requests, real bytes."""

import time
import unittest
from datetime import timedelta
from decimal import Decimal
from random import Random

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
from ..marketplaces.shopee.client import ShopeeClient
from ..marketplaces.types import App, OrderStub, ShopKey, UnreadableOrder
from ..simulator.adapter import SimulatorAdapter
from ..simulator.catalogue import skus
from ..simulator.overrides import ABSENT
from ..simulator.shopee.app import Shopee

ADDRESS = "https://shopee.simulator.test"
LIST, DETAIL = "/api/v2/order/get_order_list", "/api/v2/order/get_order_detail"
ESCROW, ESCROWS = "/api/v2/payment/get_escrow_detail", "/api/v2/payment/get_escrow_detail_batch"


class Connection:
    """A client for one shop that keeps its tokens as the addon does."""

    def __init__(self, shopee, shop, **app):
        session = requests.Session()
        session.mount(ADDRESS, SimulatorAdapter(shopee))
        self.shopee, self.refreshed = shopee, 0
        self.key = ShopKey(ref=str(shop.shop_id))
        app = {"key": str(shopee.partner_id), "secret": shopee.partner_key, **app}
        app = App(environment="simulator", api_url=ADDRESS, **app)
        self.http = Http(session=session, sleep=lambda seconds: None)
        self.client = ShopeeClient(app, self.key, self.access_token, self.http)
        self.tokens = None

    def access_token(self, rejected):
        if rejected is not None and rejected == self.tokens.access_token:
            self.tokens = self.client.refresh_tokens(self.tokens, self.key)
            self.refreshed += 1
        return self.tokens.access_token

    def authorise(self):
        code = self.shopee.authorise(shop_id=int(self.key.ref))
        self.tokens = self.client.exchange_code({"code": code, "shop_id": self.key.ref}).tokens
        return self


class SimulatorCase(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.shopee = Shopee(countries=("SG", "VN"))
        self.shop, self.other_shop = self.shopee.shops.values()
        self.connection = self.connect(self.shop)
        self.client = self.connection.client

    def connect(self, shop, **app):
        connection = Connection(self.shopee, shop, **app)
        self.addCleanup(connection.http.session.close)
        return connection.authorise() if not app else connection

    def place(self, *lines, shop=None, **facts):
        return self.shopee.place_order(shop or self.shop, list(lines) or [("TEE-BLK-M", 2)], **facts)

    def listed(self, client=None, **values):
        now = self.shopee.clock.now()
        return (client or self.client).list_orders(now - timedelta(days=1), now, **values)

    def imported(self, *orders, client=None):
        client = client or self.client
        return client.add_amounts(client.fetch_orders([OrderStub(ref=order.order_sn) for order in orders]))


class TestAuthorisation(SimulatorCase):
    def test_shop(self):
        shop = self.client.get_shop()
        self.assertEqual((shop.ref, shop.site, shop.currency), (str(self.shop.shop_id), "SG", "SGD"))
        self.assertTrue(shop.name)
        self.assertGreater(shop.authorized_until, self.shopee.clock.now())

    def test_expired_token(self):
        """After four hours the token is replaced without anybody noticing."""
        self.shopee.clock.move(4 * 3600)
        self.assertEqual(self.client.get_shop().site, "SG")
        self.assertEqual(self.connection.refreshed, 1)

    def test_code_and_refresh_token_are_good_once(self):
        code = self.shopee.authorise(shop_id=self.shop.shop_id)
        query = {"code": code, "shop_id": str(self.shop.shop_id)}
        tokens = self.client.exchange_code(query).tokens
        with self.assertRaises(NotAuthorized):
            self.client.exchange_code(query)
        self.client.refresh_tokens(tokens, self.connection.key)
        with self.assertRaises(NotAuthorized):
            self.client.refresh_tokens(tokens, self.connection.key)

    def test_authorisation_over(self):
        """Revoked, run out, banned, or left alone for a month: only a person helps. # D4"""

        def run_out():
            self.shop.expire_time = self.shopee.clock.seconds()
            self.shopee.clock.move(4 * 3600)

        def ban():
            self.shop.status = "BANNED"

        for end in (lambda: self.shopee.revoke(self.shop), run_out, ban, lambda: self.shopee.clock.move(31 * 86400)):
            self.setUp()
            end()
            with self.assertRaises(NotAuthorized):
                self.listed()

    def test_main_account(self):
        """Each shop gets its own chain from the one first pair."""
        account = next(iter(self.shopee.main_accounts))
        code = self.shopee.authorise(main_account_id=account)
        grant = self.client.exchange_code({"code": code, "main_account_id": str(account)})
        self.assertTrue(grant.split)
        self.assertEqual({key.ref for key in grant.shops}, {str(shop_id) for shop_id in self.shopee.shops})
        for key in grant.shops:
            connection = self.connect(self.shopee.shops[int(key.ref)])
            connection.tokens = self.client.refresh_tokens(grant.tokens, key)
            self.assertEqual(connection.client.get_shop().ref, key.ref)
            self.shopee.clock.move(4 * 3600)
            self.assertEqual(connection.client.get_shop().ref, key.ref)
            with self.assertRaises(NotAuthorized):
                self.client.refresh_tokens(grant.tokens, key)

    def test_wrong_key(self):
        connection = self.connect(self.shop, secret="not-the-partner-key")
        connection.tokens = self.connection.tokens
        with self.assertRaisesRegex(NotAuthorized, "Partner Key does not belong to this Partner ID"):
            connection.client.get_shop()
        connection = self.connect(self.shop, key="1")
        connection.tokens = self.connection.tokens
        with self.assertRaises(NotAuthorized):
            connection.client.get_shop()

    def test_wrong_clock(self):
        self.connection.http.clock = lambda: time.time() - 400
        with self.assertRaisesRegex(Rejected, "set the clock"):
            self.client.get_shop()


class TestOrders(SimulatorCase):
    def test_import_of_a_thousand(self):
        """10 lists, 20 details and 50 escrows; every total to the cent. # R107"""
        for number in range(1000):
            self.place(("TEE-BLK-M", 1 + number % 3), shipping_fee="1.99", seller_voucher="0.50" if number % 2 else 0)
        self.shopee.calls.clear()
        found = self.listed(most=1000)
        orders, size = [], self.client.capabilities.order_batch
        for first in range(0, 1000, size):
            orders += self.client.add_amounts(self.client.fetch_orders(found.stubs[first : first + size]))
        self.assertEqual({order.ref for order in orders}, {stub.ref for stub in found.stubs})
        self.assertEqual(len(orders), 1000)
        self.assertTrue(all(order.amounts is not None and order.amount_difference == 0 for order in orders))
        self.assertEqual(dict(self.shopee.calls), {LIST: 10, DETAIL: 20, ESCROWS: 50})
        self.place()
        with self.assertRaises(WindowTooWide):
            self.listed(most=1000)

    def test_token_expires_while_paging(self):
        """Nothing is lost when the token ends between two pages."""
        made = {self.place().order_sn for _ in range(250)}
        send, adapter = [], self.connection.http.session.get_adapter(ADDRESS)
        original = adapter.send

        def expire_after_first_page(request, **kwargs):
            response = original(request, **kwargs)
            if LIST in request.url and not send:
                send.append(self.shopee.clock.move(4 * 3600))
            return response

        adapter.send = expire_after_first_page
        self.assertEqual({stub.ref for stub in self.listed().stubs}, made)
        self.assertEqual(self.connection.refreshed, 1)

    def test_any_order_of_the_list(self):
        """Nothing rests on newest or oldest first. # D3"""
        made = {self.place().order_sn for _ in range(230)}
        for newest_first in (True, False):
            self.shopee.list_newest_first = newest_first
            self.assertEqual({stub.ref for stub in self.listed().stubs}, made)

    def test_platform_clock(self):
        """The window ends by the platform's clock. # R41"""
        self.shopee.clock.move(3600)
        self.assertAlmostEqual(self.listed().read_at.timestamp(), self.shopee.clock.now().timestamp(), delta=3)

    def test_any_status(self):
        """Orders held back by Shopee and unpaid ones are named too."""
        made = [self.place(), self.place(paid=False)]
        self.shopee.advance(made[1], "PENDING")
        found = self.listed()
        self.assertEqual({stub.ref for stub in found.stubs}, {order.order_sn for order in made})
        orders = {order.ref: order for order in self.client.fetch_orders(found.stubs)}
        self.assertEqual(orders[made[1].order_sn].status, "on_hold")

    def test_every_order_adds_up(self):
        """Discounts, vouchers, coins, bundles, with cents and without: no order differs. # R107"""
        chance, good = Random(11), list(skus())
        connections = [(self.shop, 1, self.connection, []), (self.other_shop, 1000, self.connect(self.other_shop), [])]
        for place in range(200):
            shop, unit, _connection, orders = chance.choice(connections)
            lines = [(chance.choice(good), chance.randint(1, 4)) for _ in range(chance.randint(1, 5))]
            names = ("seller_discount", "platform_discount", "seller_voucher", "platform_voucher", "coins")
            amounts = {
                name: unit * chance.choice((Decimal(0), Decimal(chance.randint(1, 300)) / 100)) for name in names
            }
            shipping = unit * chance.randint(0, 3)
            orders.append(self.place(*lines, shop=shop, shipping_fee=shipping, bundle=place % 4 == 0, **amounts))
        for _shop, _unit, connection, orders in connections:
            for order in self.imported(*orders, client=connection.client):
                with self.subTest(order.ref):
                    self.assertEqual(order.amount_difference, 0)
                    self.assertEqual(sum(line.seller_voucher for line in order.lines), order.amounts.seller_voucher)
                    self.assertTrue(all(line.quantity and line.seller_sku for line in order.lines))

    def test_cash_on_delivery(self):
        (order,) = self.imported(self.place(cash_on_delivery=True, shipping_fee="1.99"))
        self.assertTrue(order.cash_on_delivery)
        self.assertIsNone(order.paid_at)
        self.assertEqual(order.amount_difference, 0)

    def test_life_of_an_order(self):
        """Every step from paid to done, and its digest. # R26 R30"""
        made, digests = self.place(), set()
        for raw_status, status, package in [
            ("READY_TO_SHIP", "ready_to_ship", "pending"),
            ("PROCESSED", "processed", "confirmed"),
            ("RETRY_SHIP", "ready_to_ship", "manual"),
            ("PROCESSED", "processed", "confirmed"),
            ("SHIPPED", "shipped", "shipped"),
            ("TO_CONFIRM_RECEIVE", "shipped", "delivered"),
            ("COMPLETED", "completed", "delivered"),
        ]:
            self.shopee.clock.move(60)
            if made.order_status != raw_status:
                self.shopee.advance(made, raw_status)
            (order,) = self.imported(made)
            self.assertEqual((order.raw_status, order.status), (raw_status, status))
            self.assertEqual([parcel.status for parcel in order.packages], [package])
            digests.add(order.digest)
        self.assertEqual(len(digests), 7)
        self.assertEqual(self.imported(made)[0].digest, order.digest)

    def test_split_order(self):
        """Two parcels, each with its units. # R63"""
        made = self.place(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        self.shopee.split(made, [[made.items[0]], [made.items[1]]])
        (order,) = self.imported(made)
        first, second = (line.units[0] for line in order.lines)
        self.assertEqual([parcel.contents for parcel in order.packages], [((first.ref, 1),), ((second.ref, 2),)])
        self.assertEqual([first.package_ref, second.package_ref], [parcel.ref for parcel in order.packages])
        self.assertTrue(order.courier)

    def test_cancellations(self):
        """Cancelled before shipping, lost on the way, asked for by the buyer, and one piece only. # R148 R150"""
        before, lost, asked, piece = (self.place(("TEE-BLK-M", 3)) for _ in range(4))
        self.shopee.cancel(before, "Out of Stock", "seller")
        self.shopee.advance(lost, "SHIPPED")
        self.shopee.fail(lost)
        self.shopee.request_cancellation(asked, "Change of mind")
        self.shopee.cancel_pieces(piece, piece.items[0], 1)
        orders = self.imported(before, lost, asked, piece)
        self.assertEqual([order.status for order in orders], ["cancelled", "failed", "in_cancel", "ready_to_ship"])
        self.assertEqual((orders[0].cancelled_by, orders[0].cancel_reason), ("seller", "Out of Stock"))
        line = orders[3].lines[0]
        self.assertEqual((line.quantity, line.cancelled_quantity), (3, 1))
        self.assertEqual(orders[3].packages[0].contents, ((line.units[0].ref, 2),))
        self.assertEqual([order.amount_difference for order in orders], [0, 0, 0, 0])

    def test_masks(self):
        order = self.imported(self.place())[0]
        self.assertLessEqual({"name", "phone"}, order.shipping_address.masked)

    def test_one_bad_order_does_not_hold_up_the_rest(self):
        """Unknown, of another shop, and unreadable: the others come in, whichever way Shopee refuses."""
        good = [self.place() for _ in range(6)]
        foreign, broken = self.place(shop=self.other_shop), self.place()
        broken.overrides = {"detail": {"currency": ABSENT}}
        for fails in (True, False):
            self.shopee.unknown_number_fails_call = fails
            wanted = [*good[:3], foreign, *good[3:], broken]
            answers = self.client.fetch_orders([OrderStub(ref=order.order_sn) for order in wanted])
            self.assertEqual([answer.ref for answer in answers], [order.order_sn for order in wanted])
            unread = {answer.ref: answer for answer in answers if isinstance(answer, UnreadableOrder)}
            self.assertEqual(set(unread), {foreign.order_sn, broken.order_sn})
            self.assertIsInstance(unread[foreign.order_sn].error, Rejected)
            self.assertEqual(unread[broken.order_sn].error.where, "currency")

    def test_status_of_tomorrow(self):
        made = self.place()
        made.overrides = {"detail": {"order_status": "TELEPORTED"}}
        self.assertEqual((self.imported(made)[0].status, self.imported(made)[0].raw_status), ("unknown", "TELEPORTED"))


class TestEscrow(SimulatorCase):
    def test_not_there_yet(self):
        """Such an order has no amounts, in either shape of the answer."""
        late, ready = self.place(), self.place()
        late.escrow_ready = False
        for names in (False, True):
            self.shopee.escrow_batch_names_failures = names
            first, second = self.imported(late, ready)
            self.assertIsNone(first.amounts)
            self.assertIsNotNone(second.amounts)

    def test_without_batch_form(self):
        self.shopee.escrow_batch_verbs = ("GET",)
        orders = [self.place() for _ in range(25)]
        orders[3].escrow_ready = False
        self.shopee.calls.clear()
        answers = self.imported(*orders)
        self.assertEqual([order.ref for order in answers if order.amounts is None], [orders[3].order_sn])
        self.assertEqual((self.shopee.calls[ESCROWS], self.shopee.calls[ESCROW]), (1, 25))

    def test_batch_form_not_permitted(self):
        """Nor is that the end of the authorisation, as long as single calls are."""
        self.shopee.denied_paths.add(ESCROWS)
        self.assertTrue(all(order.amounts for order in self.imported(self.place(), self.place())))
        self.shopee.denied_paths.add(ESCROW)
        with self.assertRaises(NotAuthorized):
            self.imported(self.place())

    def test_amount_missing(self):
        made, other = self.place(), self.place()
        made.overrides = {"escrow": {"buyer_payment_info": {"seller_voucher": ABSENT}}}
        first, second = self.imported(made, other)
        self.assertEqual((first.ref, first.error.where), (made.order_sn, "buyer_payment_info.seller_voucher"))
        self.assertIsNotNone(second.amounts)

    def test_amount_that_does_not_add_up(self):
        made = self.place()
        made.overrides = {"escrow": {"buyer_payment_info": {"buyer_total_amount": 20}}}
        self.assertEqual(self.imported(made)[0].amount_difference, Decimal("5.8"))


class TestFaults(SimulatorCase):
    def test_once(self):
        """What passes by itself is tried again, what does not is told."""
        expected = {
            "html": UnexpectedResponse,
            "truncated": UnexpectedResponse,
            "too_many_requests": RateLimited,
            "rate_limited": RateLimited,
            "server_error": None,
            "busy": None,
            "lost_answer": None,
            "no_connection": None,
        }
        made = self.place()
        for kind, error in expected.items():
            self.shopee.faults.order(kind, LIST)
            with self.subTest(kind):
                if error is None:
                    self.assertEqual([stub.ref for stub in self.listed().stubs], [made.order_sn])
                    continue
                with self.assertRaises(error):
                    self.listed()

    def test_lasting(self):
        for kind, error in [("server_error", ServerError), ("busy", ServerError), ("no_connection", TransportError)]:
            self.shopee.faults.order(kind, LIST, times=3)
            with self.subTest(kind), self.assertRaises(error):
                self.listed()

    def test_refresh_is_never_repeated(self):
        """A lost answer may have spent the token, so nothing is sent again behind the caller's back."""
        for kind, error in [("lost_answer", TransportError), ("server_error", ServerError)]:
            self.shopee.faults.order(kind, "/auth/access_token/get")
            self.shopee.calls.clear()
            with self.assertRaises(error):
                self.client.refresh_tokens(self.connection.tokens, self.connection.key)
            self.assertEqual(sum(self.shopee.calls.values()), 1)


if __name__ == "__main__":
    unittest.main()
