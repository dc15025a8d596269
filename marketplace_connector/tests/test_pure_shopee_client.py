"""The Shopee client against a scripted platform: authorisation, paging, batches, numbers of calls."""

import unittest
from datetime import timedelta

import requests
from hypothesis import given
from hypothesis import strategies as st

from ..marketplaces.base import WindowTooWide
from ..marketplaces.errors import (
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TransportError,
    UnexpectedResponse,
)
from ..marketplaces.shopee import const
from ..marketplaces.types import Order, OrderStub, ShopKey, Tokens, UnreadableOrder
from .shopee_fake import DATE, NOW, SHOP_ID, detail, escrow_detail, make_client, ok, package, refusal, utc, without

DAY = 24 * 60 * 60
PLATFORM_NOW = utc(NOW + 5)


class Shop:
    """A shop with orders; page and batch limits are kept, anything wrong is refused as the platform would."""

    def __init__(self, refs):
        self.refs = list(refs)
        self.unknown, self.broken = set(), {}
        self.before = lambda call: None

    def __call__(self, call):
        return self.before(call) or getattr(self, call.path.rpartition("/")[2])(call)

    def get_order_list(self, call):
        params = call.params
        span = int(params["time_to"]) - int(params["time_from"])
        if not 0 < span <= 15 * DAY:
            message = "Start time must be earlier than end time and diff in 15days."
            return refusal("order.order_list_invalid_time", message)
        assert params["time_range_field"] == "update_time" and params["request_order_status_pending"] == "true"
        assert "order_status" not in params and params["page_size"] == "100"
        first = int(params["cursor"] or 0)
        page = [{"order_sn": ref} for ref in self.refs[first : first + 100]]
        more = first + 100 < len(self.refs)
        return ok({"more": more, "next_cursor": str(first + 100) if more else "", "order_list": page})

    def get_order_detail(self, call):
        refs = call.params["order_sn_list"].split(",")
        assert len(refs) <= 50 and call.params["request_order_status_pending"] == "true"
        assert set(call.params["response_optional_fields"].split(",")) >= {"item_list", "package_list", "pay_time"}
        if self.unknown & set(refs):
            return refusal("error_not_found", "Wrong parameters, detail: the order is not found.")
        orders = [self.broken.get(ref, detail(order_sn=ref)) for ref in reversed(refs)]
        return ok({"order_list": [order for order in orders if order is not None]})

    def get_escrow_detail_batch(self, call):
        assert call.method == "POST" and len(call.body["order_sn_list"]) <= 20
        return ok([{"escrow_detail": escrow_detail(ref)} for ref in call.body["order_sn_list"]])

    def get_escrow_detail(self, call):
        return ok(escrow_detail(call.params["order_sn"]))


def refs(count):
    return [f"2510{number:06d}" for number in range(count)]


def stubs(names):
    return [OrderStub(ref=ref) for ref in names]


class TestAuthorisation(unittest.TestCase):
    tokens = {"access_token": "new-access", "refresh_token": "new-refresh", "expire_in": 14344}
    spent = Tokens(access_token="a", refresh_token="old-refresh", access_expires_at=utc(NOW))

    def test_shop(self):
        client = make_client(lambda call: ok(**self.tokens))
        grant = client.exchange_code({"code": "c-1", "shop_id": "14701711", "state": "s"})
        call = client.session.calls[0]
        self.assertEqual((call.method, call.path), ("POST", "/api/v2/auth/token/get"))
        self.assertEqual(call.body, {"code": "c-1", "shop_id": 14701711, "partner_id": 2001887})
        self.assertEqual(set(call.params), {"partner_id", "timestamp", "sign"})
        self.assertEqual((grant.chain_ref, grant.split), ("shop:14701711", False))
        self.assertEqual(grant.shops, (ShopKey(ref="14701711"),))
        self.assertEqual((grant.tokens.access_token, grant.tokens.refresh_token), ("new-access", "new-refresh"))
        self.assertEqual(grant.tokens.access_expires_at, utc(NOW + 14344))
        self.assertEqual(grant.tokens.refresh_expires_at, utc(NOW + 30 * DAY))

    def test_main_account(self):
        """One consent for several shops: each gets a chain of its own from the same first refresh token."""
        client = make_client(lambda call: ok(**self.tokens, shop_id_list=[5, 6, 5], merchant_id_list=[9]))
        grant = client.exchange_code({"code": "c-1", "main_account_id": "700"})
        self.assertEqual(client.session.calls[0].body["main_account_id"], 700)
        self.assertEqual((grant.chain_ref, grant.split), ("main:700", True))
        self.assertEqual(grant.shops, (ShopKey(ref="5"), ShopKey(ref="6")))
        for shop in grant.shops:
            client.refresh_tokens(grant.tokens, shop)
        bodies = [call.body for call in client.session.calls[1:]]
        expected = [{"refresh_token": "new-refresh", "shop_id": shop, "partner_id": 2001887} for shop in (5, 6)]
        self.assertEqual(bodies, expected)
        self.assertEqual(client.session.calls[1].path, "/api/v2/auth/access_token/get")

    def test_main_account_without_shops(self):
        for listed in ([], None):
            client = make_client(lambda call, listed=listed: ok(**self.tokens, shop_id_list=listed))
            with self.assertRaisesRegex(Rejected, "No shop of the main account"):
                client.exchange_code({"code": "c-1", "main_account_id": "700"})

    def test_odd_life_of_token(self):
        """A moment in time where a duration belongs, or nothing, must not lose a pair that replaced a spent one."""
        for life in (1767001812, 0, None, "14400", True):
            client = make_client(lambda call, life=life: ok(**{**self.tokens, "expire_in": life}))
            self.assertEqual(client.refresh_tokens(self.spent, client.shop).access_expires_at, utc(NOW + 14400))

    def test_answer_without_token(self):
        for key in ("access_token", "refresh_token"):
            client = make_client(lambda call, key=key: ok(**without(self.tokens, key)))
            with self.assertRaises(UnexpectedResponse) as caught:
                client.refresh_tokens(self.spent, client.shop)
            self.assertEqual(caught.exception.where, key)

    def test_refusals(self):
        """Nothing but a person helps, even where Shopee names the access token."""
        codes = ["invalid_code", "refresh_token_expired", "shop_access_expired", "error_shop_refresh_token"]
        codes += ["shop_no_linked", "shop_banned", "invalid_acceess_token", "invalid_main_acount_id"]
        for code, message in [*((code, "No.") for code in codes), ("error_auth", "Invalid code")]:
            client = make_client(lambda call, code=code, message=message: refusal(code, message))
            for act in (
                lambda client=client: client.exchange_code({"code": "c-1", "shop_id": "5"}),
                lambda client=client: client.refresh_tokens(self.spent, client.shop),
            ):
                with self.subTest(code), self.assertRaises(NotAuthorized):
                    act()
            self.assertEqual(len(client.session.calls), 2)

    def test_came_back_without_code(self):
        client = make_client(lambda call: ok(**self.tokens))
        for query in ({}, {"shop_id": "5"}, {"code": "c-1"}):
            with self.assertRaises(NotAuthorized):
                client.exchange_code(query)
        with self.assertRaises(Rejected):
            client.exchange_code({"code": "c-1", "shop_id": "5; drop"})
        self.assertEqual(client.session.calls, [])

    def test_spending_calls_are_sent_once(self):
        for failure, error in [
            (requests.ReadTimeout(), TransportError),
            ((502, b"<html>"), ServerError),
            (refusal("error_server", "Something wrong."), ServerError),
        ]:
            client = make_client(lambda call, failure=failure: failure)
            with self.assertRaises(error):
                client.exchange_code({"code": "c-1", "shop_id": "5"})
            with self.assertRaises(error):
                client.refresh_tokens(self.spent, client.shop)
            self.assertEqual((len(client.session.calls), client.pauses), (2, []))


class TestToken(unittest.TestCase):
    def test_refused_token_is_replaced_once(self):
        def answer(call):
            if call.params["access_token"] == "access-token-1":
                return 403, refusal("invalid_acceess_token", "Invalid access_token, please have a check.")
            return ok(region="SG", shop_name="Bags")

        client = make_client(answer)
        self.assertEqual(client.get_shop().name, "Bags")
        self.assertEqual(client.tokens.asked, [None, "access-token-1"])
        self.assertEqual(client.session.calls[1].params["shop_id"], SHOP_ID)

    def test_refused_again(self):
        client = make_client(lambda call: (403, refusal("error_auth", "Invalid access_token.")))
        with self.assertRaisesRegex(NotAuthorized, "refuses a new access token too"):
            client.get_shop()
        self.assertEqual(len(client.session.calls), 2)

    def test_token_ends_between_two_pages(self):
        """No page is lost or read twice when the token expires while a list is read."""
        shop = Shop(refs(250))
        ended = []

        def end(call):
            if call.params["cursor"] != "100" or ended:
                return None
            ended.append(call)
            return 403, refusal("invalid_acceess_token", "Invalid access_token.")

        shop.before = end
        client = make_client(shop)
        found = client.list_orders(utc(NOW - DAY), utc(NOW))
        self.assertEqual([stub.ref for stub in found.stubs], refs(250))
        self.assertEqual(len(client.session.calls), 4)


class TestList(unittest.TestCase):
    def listing(self, count, **values):
        client = make_client(Shop(refs(count)))
        return client, client.list_orders(utc(NOW - DAY), utc(NOW), **values)

    def test_number_of_calls(self):
        """N orders cost ceil(N / 100) calls, at least one. # R22"""
        for count, calls in [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2), (1000, 10), (1001, 11)]:
            client, found = self.listing(count)
            self.assertEqual((len(found.stubs), len(client.session.calls)), (count, calls))

    def test_both_ends_are_included(self):
        """Whether Shopee includes the ends is unknown, so a second more is asked for on both sides."""
        client = make_client(Shop(refs(1)))
        client.list_orders(utc(NOW - DAY), utc(NOW) + timedelta(microseconds=1))
        params = client.session.calls[0].params
        self.assertEqual((params["time_from"], params["time_to"]), (str(NOW - DAY - 1), str(NOW + 2)))

    def test_longest_window_is_one_listing(self):
        client = make_client(Shop([]))
        client.list_orders(utc(NOW) - client.capabilities.order_window, utc(NOW))
        self.assertEqual(len(client.session.calls), 1)

    @given(st.integers(0, 100 * DAY), st.integers(0, 10**6))
    def test_long_windows_are_cut(self, span, start):
        """Every moment of a window is strictly inside a listing, and none is longer than 15 days."""
        client = make_client(Shop(refs(3)))
        found = client.list_orders(utc(start), utc(start + span))
        self.assertEqual(len(found.stubs), 3)
        asked = [(int(call.params["time_from"]), int(call.params["time_to"])) for call in client.session.calls]
        self.assertLess(asked[0][0], start)
        self.assertGreater(asked[-1][1], start + span)
        for (_first, end), (following, _last) in zip(asked, asked[1:], strict=False):
            self.assertGreater(end, following + 1)
        self.assertTrue(all(last - first <= 15 * DAY for first, last in asked))
        self.assertLessEqual(len(asked), span // (15 * DAY - 2) + 1)

    def test_clock_is_the_platforms(self):
        """The time of the first answer, else the local clock. # R41"""
        client = make_client(Shop(refs(150)))
        client.session.date = DATE
        self.assertEqual(client.list_orders(utc(NOW - DAY), utc(NOW)).read_at, PLATFORM_NOW)
        client.session.date = None
        self.assertEqual(client.list_orders(utc(NOW - DAY), utc(NOW)).read_at, utc(NOW))

    def test_clock_of_the_first_page(self):
        shop = Shop(refs(150))
        client = make_client(shop)

        def later(call):
            if call.params["cursor"]:
                client.session.date = "Thu, 09 Oct 2025 09:53:25 GMT"

        shop.before = later
        self.assertEqual(client.list_orders(utc(NOW - DAY), utc(NOW)).read_at, PLATFORM_NOW)

    def test_too_many(self):
        """As many as wanted are given; one more ends the reading at once."""
        client, found = self.listing(1000, most=1000)
        self.assertEqual(len(found.stubs), 1000)
        client = make_client(Shop(refs(5000)))
        with self.assertRaises(WindowTooWide):
            client.list_orders(utc(NOW - DAY), utc(NOW), most=1000)
        self.assertEqual(len(client.session.calls), 11)

    def test_moved_orders_are_named_once(self):
        pages = {"": (["A", "B"], "2"), "2": (["B", "C"], "")}

        def answer(call):
            names, cursor = pages[call.params["cursor"]]
            return ok({"more": bool(cursor), "next_cursor": cursor, "order_list": [{"order_sn": ref} for ref in names]})

        found = make_client(answer).list_orders(utc(NOW - DAY), utc(NOW))
        self.assertEqual([stub.ref for stub in found.stubs], ["A", "B", "C"])

    def test_list_without_end(self):
        """A cursor that comes again, or pages with nothing new, stop the reading with an error."""
        counter = iter(range(10**6))
        for cursor, order_sn in [("7", "A"), ("c{}", "A"), ("7", "N{}")]:

            def answer(call, cursor=cursor, order_sn=order_sn):
                number = next(counter)
                page = [{"order_sn": order_sn.format(number)}]
                return ok({"more": True, "next_cursor": cursor.format(number), "order_list": page})

            client = make_client(answer)
            with self.assertRaisesRegex(UnexpectedResponse, "goes in a circle"):
                client.list_orders(utc(NOW - DAY), utc(NOW))
            self.assertLessEqual(len(client.session.calls), 5)

    def test_malformed_page(self):
        page = {"more": False, "next_cursor": "", "order_list": []}
        for response, where in [
            (without(page, "more"), "response.more"),
            (without(page, "order_list"), "response.order_list"),
            ({**page, "order_list": [{}]}, "response.order_list.order_sn"),
            ({**page, "more": True}, "response.next_cursor"),
            ([], "response"),
        ]:
            client = make_client(lambda call, response=response: ok(response))
            with self.subTest(where), self.assertRaises(UnexpectedResponse) as caught:
                client.list_orders(utc(NOW - DAY), utc(NOW))
            self.assertEqual(caught.exception.where, where)
        client = make_client(lambda call: ok({**page, "order_list": None}))
        self.assertEqual(client.list_orders(utc(NOW - DAY), utc(NOW)).stubs, ())

    def test_server_errors_are_tried_again(self):
        failures = [(502, b"<html>"), refusal("error_server", "Something wrong."), requests.ConnectionError()]

        shop = Shop(refs(1))
        shop.before = lambda call: failures.pop() if len(failures) > 1 else None
        client = make_client(shop)
        self.assertEqual(len(client.list_orders(utc(NOW - DAY), utc(NOW)).stubs), 1)
        self.assertEqual(len(client.pauses), 2)

    def test_rate_limit_is_not_waited_out(self):
        client = make_client(lambda call: (429, refusal("error_rate_limit", "Too many requests.")))
        with self.assertRaises(RateLimited):
            client.list_orders(utc(NOW - DAY), utc(NOW))
        self.assertEqual((len(client.session.calls), client.pauses), (1, []))


class TestFetch(unittest.TestCase):
    def test_one_answer_a_stub_in_their_order(self):
        names = refs(120)
        client = make_client(Shop(names))
        wanted = [*names, names[3], names[0]]
        self.assertEqual([order.ref for order in client.fetch_orders(stubs(wanted))], wanted)
        self.assertEqual(len(client.session.calls), 3)
        self.assertEqual(client.fetch_orders([]), [])

    def test_import_of_a_thousand(self):
        """10 lists, 20 details and 50 escrows for 1,000 new orders, and nothing else. # R22"""
        client = make_client(Shop(refs(1000)))
        found = client.list_orders(utc(NOW - DAY), utc(NOW), most=1000)
        orders, size = [], client.capabilities.order_batch
        for first in range(0, 1000, size):
            orders += client.add_amounts(client.fetch_orders(found.stubs[first : first + size]))
        self.assertEqual(len(orders), 1000)
        self.assertTrue(all(order.amounts is not None and order.amount_difference == 0 for order in orders))
        paths = ("get_order_list", "get_order_detail", "get_escrow_detail_batch")
        self.assertEqual([client.session.count(path) for path in paths], [10, 20, 50])
        self.assertEqual(len(client.session.calls), 80)

    def test_order_that_is_not_given(self):
        shop = Shop([])
        shop.broken = {"B": None}
        first, second, third = make_client(shop).fetch_orders(stubs("ABC"))
        self.assertEqual((first.ref, third.ref), ("A", "C"))
        self.assertIsInstance(second, UnreadableOrder)
        self.assertEqual((second.ref, type(second.error)), ("B", Rejected))

    def test_refused_batch_is_halved(self):
        """One unknown order does not keep 49 others from being read."""
        shop = Shop([])
        shop.unknown = {"251017", "251031"}
        names = [f"2510{number}" for number in range(10, 60)]
        client = make_client(shop)
        answers = client.fetch_orders(stubs(names))
        unread = [answer for answer in answers if isinstance(answer, UnreadableOrder)]
        self.assertEqual([answer.ref for answer in answers], names)
        self.assertEqual({answer.ref for answer in unread}, shop.unknown)
        self.assertEqual({answer.error.code for answer in unread}, {"error_not_found"})
        self.assertLess(len(client.session.calls), 25)

    def test_refusal_of_the_call_is_not_halved(self):
        """A wrong clock is not the fault of an order."""
        for code, message in [("error_param", "Timestamp is expired."), ("order.error_strange", "No.")]:
            client = make_client(lambda call, code=code, message=message: refusal(code, message))
            with self.assertRaises(Rejected):
                client.fetch_orders(stubs(refs(50)))
            self.assertEqual(len(client.session.calls), 1)

    def test_order_that_does_not_parse(self):
        """It is kept with what is wrong and with what was sent; the others come in."""
        shop = Shop([])
        shop.broken = {"B": without(detail(order_sn="B"), "currency")}
        first, second, _third = make_client(shop).fetch_orders(stubs("ABC"))
        self.assertIsInstance(first, Order)
        self.assertEqual((second.ref, second.error.where, second.raw["order_sn"]), ("B", "currency", "B"))

    def test_processed_order_costs_no_call_more(self):
        shop = Shop([])
        raw = detail(order_status="PROCESSED", package_list=[package(logistics_status="LOGISTICS_REQUEST_CREATED")])
        shop.broken = {"2510090ABCDEF1": raw}
        client = make_client(shop)
        (order,) = client.fetch_orders(stubs(["2510090ABCDEF1"]))
        self.assertEqual((order.status, order.packages[0].status), ("processed", "confirmed"))
        self.assertEqual(order.packages[0].tracking_number, "")
        self.assertEqual(len(client.session.calls), 1)

    def test_every_field_read_is_asked_for(self):
        """An optional field that is not asked for is absent."""
        given = {"order_sn", "region", "currency", "cod", "order_status", "message_to_seller", "create_time"}
        given |= {"update_time", "days_to_ship", "ship_by_date", "invoice_data"}
        self.assertLessEqual(set(detail()) - given, set(const.DETAIL_FIELDS))


if __name__ == "__main__":
    unittest.main()
