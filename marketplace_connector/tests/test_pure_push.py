"""Pushes: signatures over the raw bytes, and what a message is about (R141)."""

import hashlib
import hmac
import json
import unittest
from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from ..marketplaces.lazada.client import LazadaClient
from ..marketplaces.push import HINT_KINDS, PushHint
from ..marketplaces.shopee.client import ShopeeClient
from ..marketplaces.types import App, ShopKey
from .shopee_fake import make_client, ok

URL = "https://erp.example.com/shopee/push"
SHOPEE = App(key="2001887", secret="kat-partner-key-not-a-credential")
LAZADA = App(key="123456", secret="helloworld")
SHOPEE_BODY = (
    b'{"data":{"items":[],"ordersn":"220810QSK8S7BX","status":"PROCESSED","completed_scenario":"",'
    b'"update_time":1660123127},"shop_id":727720655,"code":3,"timestamp":1660123127}'
)
SHOPEE_SIGNATURE = "74730eba6added32c99aca41d9a50714a5f5615aab369616f6566a7c43224120"
LAZADA_BODY = (
    b'{"seller_id":"1234567","message_type":0,"data":{"order_status":"unpaid","trade_order_id":"260422900198363",'
    b'"trade_order_line_id":"260422900298363","status_update_time":1603698638},"timestamp":1603766859530,'
    b'"site":"lazada_vn"}'
)
LAZADA_SIGNATURE = "b0cfd0349e915667babf3c35e2335fb09653527421c46a94bd9e70e874c16322"

CASES = (
    (LazadaClient, LAZADA, LAZADA_BODY, LAZADA_SIGNATURE),
    (ShopeeClient, SHOPEE, SHOPEE_BODY, SHOPEE_SIGNATURE),
)


def lazada(message):
    return LazadaClient.read_push(json.dumps(message).encode())


def shopee(message):
    return ShopeeClient.read_push(json.dumps(message).encode())


class TestSignatures(unittest.TestCase):
    """R141: only what the platform signed with our key, byte by byte, is taken."""

    def check(self, client, app, body, signature, url=URL):
        return client.verify_push(app, url, {"Authorization": signature}, body)

    def test_vectors(self):
        for client, app, body, signature in CASES:
            self.assertTrue(self.check(client, app, body, signature), client)

    def test_one_bit_flipped_anywhere(self):
        for client, app, body, signature in CASES:
            for place in range(len(body)):
                forged = bytearray(body)
                forged[place] ^= 1
                self.assertFalse(self.check(client, app, bytes(forged), signature), place)
            for place in range(len(signature)):
                forged = bytearray(signature.encode())
                forged[place] ^= 1
                self.assertFalse(self.check(client, app, body, forged.decode()), place)

    def test_body_written_anew(self):
        for client, app, body, signature in CASES:
            self.assertFalse(self.check(client, app, json.dumps(json.loads(body)).encode(), signature))
            self.assertFalse(self.check(client, app, body + b"\n", signature))
            self.assertFalse(self.check(client, app, body[:-1], signature))
            self.assertFalse(self.check(client, app, b"", signature))

    def test_another_key_or_address(self):
        for client, app, body, signature in CASES:
            other = App(key=app.key, secret=app.secret + "x")
            self.assertFalse(self.check(client, other, body, signature))
        for url in (URL + "/", URL + "?a=1", URL.replace("https", "http"), URL.upper(), ""):
            self.assertFalse(self.check(ShopeeClient, SHOPEE, SHOPEE_BODY, SHOPEE_SIGNATURE, url), url)
        other_app = App(key="123457", secret=LAZADA.secret)
        self.assertFalse(self.check(LazadaClient, other_app, LAZADA_BODY, LAZADA_SIGNATURE))

    def test_nothing_to_compare_with(self):
        """Missing keys, headers and addresses refuse: also what was signed with the empty key."""
        for client, app, body, signature in CASES:
            self.assertFalse(client.verify_push(app, URL, {}, body))
            keyless = App(key=app.key, secret="")
            for message in (body, app.key.encode() + body, URL.encode() + b"|" + body):
                empty = hmac.new(b"", message, hashlib.sha256).hexdigest()
                self.assertFalse(self.check(client, keyless, body, empty))
            for odd in (
                "",
                " ",
                signature[:-1],
                signature + "0",
                signature.upper(),
                "é" * 64,
                "\x00",
                f"Bearer {signature}",
            ):
                self.assertFalse(self.check(client, app, body, odd), odd)
        no_key = App(key="", secret="s")
        self.assertFalse(self.check(LazadaClient, no_key, b"x", hmac.new(b"s", b"x", hashlib.sha256).hexdigest()))
        no_url = hmac.new(SHOPEE.secret.encode(), b"|x", hashlib.sha256).hexdigest()
        self.assertFalse(self.check(ShopeeClient, SHOPEE, b"x", no_url, url=""))

    @given(st.text(max_size=80), st.binary(max_size=80))
    def test_anything_else(self, signature, body):
        for client, app, _body, _signature in CASES:
            self.assertFalse(self.check(client, app, body, signature))


class TestLazadaMessages(unittest.TestCase):
    """Lazada docs 120164, 120168 and those of the message types."""

    def test_sample(self):
        shop = ShopKey(ref="1234567", site="VN")
        self.assertEqual(
            LazadaClient.read_push(LAZADA_BODY), (PushHint(kind="order", shop=shop, order_ref="260422900198363"),)
        )

    def test_ids_and_sites_are_written_in_many_ways(self):
        for seller, order, site in (
            (7, 42, "LAZADA_SG"),
            ("7", "42", "lazada-sg"),
            (" 7 ", 42, "SG"),
            ("7", "42", "lazadasg"),
        ):
            told = lazada(
                {
                    "seller_id": seller,
                    "message_type": "0",
                    "data": {"trade_order_id": order},
                    "site": site,
                    "timestamp": 1,
                }
            )
            self.assertEqual(told, (PushHint(kind="order", shop=ShopKey(ref="7", site="SG"), order_ref="42"),))

    def test_kinds(self):
        kinds = {0: "order", 1: "product", 2: "other", 3: "product", 4: "product", 5: "product", 6: "stock", 7: "other"}
        kinds |= {
            10: "return",
            11: "other",
            12: "other",
            13: "other",
            14: "package",
            19: "other",
            21: "other",
            999: "other",
        }
        for number, kind in kinds.items():
            told = lazada(
                {"seller_id": "7", "message_type": number, "site": "lazada_sg", "data": {"trade_order_id": "42"}}
            )
            self.assertEqual(told[0].kind, kind, number)
            self.assertEqual(told[0].order_ref, "42" if kind in ("order", "return", "package") else "", number)

    def test_products_and_stock(self):
        shop = ShopKey(ref="7", site="SG")
        for number, data, kind, listing_ref in (
            (1, {"itemId": 41, "status": "LOCK"}, "product", "item:41"),
            (4, {"item_id": "41", "sku_list": [{"sku_id": 42}], "action": "edit"}, "product", "item:41"),
            (6, {"sku_id": 42, "real_quantity": 3}, "stock", "sku:42"),
            (6, {"seller_sku": "A"}, "stock", ""),
        ):
            told = lazada({"seller_id": "7", "message_type": number, "site": "lazada_sg", "data": data})
            self.assertEqual(told, (PushHint(kind=kind, shop=shop, listing_ref=listing_ref),))

    def test_cancellation(self):
        for status, kind in (("CANCEL_INIT", "cancellation"), ("RTM_INIT", "return"), ("REFUND_SUCCESS", "return")):
            data = {"reverse_status": status, "trade_order_id": 42, "reverse_order_id": 5}
            told = lazada({"seller_id": "7", "message_type": 10, "site": "lazada_th", "data": data})
            self.assertEqual(told, (PushHint(kind=kind, shop=ShopKey(ref="7", site="TH"), order_ref="42"),))

    def test_access_that_ends(self):
        for moment in (1603766859, 1603766859000, "1603766859", "1603766859000"):
            data = {"app_key": "123456", "auth_expiry_time": moment, "seller_id": 7}
            told = lazada({"seller_id": "null", "message_type": 8, "site": "lazada_my", "data": data})
            self.assertEqual(told[0].kind, "access_ending")
            self.assertEqual(told[0].shop, ShopKey(ref="7", site="MY"))
            self.assertEqual(told[0].ends_at, datetime(2020, 10, 27, 2, 47, 39, tzinfo=timezone.utc))

    def test_access_that_ends_at_no_time(self):
        """A number that is no moment of the calendar is none, and does not stop the push."""
        for moment in (999999999999999, "999999999999999", 10**20, -1, 0, True, [1], {}, "soon"):
            data = {"auth_expiry_time": moment, "expire_before": moment, "seller_id": 7}
            told = lazada({"seller_id": "7", "message_type": 8, "site": "lazada_my", "data": data})
            self.assertEqual([(hint.kind, hint.ends_at) for hint in told], [("access_ending", None)], moment)
            told = shopee({"code": 12, "shop_id": 7, "data": data})
            self.assertEqual([(hint.kind, hint.ends_at) for hint in told], [("access_ending", None)], moment)

    def test_console_test_message(self):
        data = {"trade_order_id": "123456", "trade_order_line_id": "12345", "order_status": "unpaid"}
        self.assertEqual(lazada({"seller_id": "9999", "message_type": 0, "data": data}), (PushHint(kind="test"),))
        data["order_status"] = "This is a test message"
        self.assertEqual(lazada({"seller_id": "1", "message_type": 0, "data": data}), (PushHint(kind="test"),))


class TestShopeeMessages(unittest.TestCase):
    """Shopee guide "Push Mechanism" and the pages of the codes."""

    def test_sample(self):
        self.assertEqual(
            ShopeeClient.read_push(SHOPEE_BODY),
            (PushHint(kind="order", shop=ShopKey(ref="727720655"), order_ref="220810QSK8S7BX"),),
        )

    def test_both_spellings_of_the_order_number(self):
        for code, kind in (
            (3, "order"),
            (4, "package"),
            (15, "label"),
            (29, "return"),
            (30, "package"),
            (47, "package"),
        ):
            for key in ("ordersn", "order_sn"):
                told = shopee({"code": code, "shop_id": 7, "data": {key: "2208AB"}, "timestamp": 1})
                self.assertEqual(told, (PushHint(kind=kind, shop=ShopKey(ref="7"), order_ref="2208AB"),))

    def test_cancellation(self):
        for status in ("IN_CANCEL", "CANCELLED"):
            told = shopee({"code": 3, "shop_id": "7", "data": {"ordersn": "2208AB", "status": status}})
            self.assertEqual(told[0].kind, "cancellation")

    def test_stock_and_products_name_no_order(self):
        shop = ShopKey(ref="7")
        data = {"shop_id": 7, "item_id": 41, "variation_id": 42, "ordersn": "2208AB", "action": "place_order"}
        told = shopee({"code": 8, "shop_id": 7, "data": {**data, "promotion_id": 9}})
        self.assertEqual(told, (PushHint(kind="stock", shop=shop, listing_ref="item:41"),))
        told = shopee({"code": 8, "shop_id": 7, "data": {**data, "promotion_id": 0}})
        self.assertEqual(told, (PushHint(kind="other", shop=shop),), "its order has a push of its own")
        told = shopee({"code": 16, "shop_id": 7, "data": {"item_id": "41"}})
        self.assertEqual(told, (PushHint(kind="product", shop=shop, listing_ref="item:41"),))
        for data in ({}, {"item_id": [41]}, {"item_id": "4 1"}, {"item_id": -1}):
            self.assertEqual(shopee({"code": 8, "shop_id": 7, "data": data})[0].listing_ref, "", data)
        self.assertEqual(shopee({"code": 22, "shop_id": 7, "data": {}})[0].kind, "product")
        self.assertEqual(shopee({"code": 10, "shop_id": 7, "data": {}})[0].kind, "other")

    def test_withdrawn_access_in_any_spelling(self):
        spellings = (
            {"shop_id": 7},
            {"shopid": "7"},
            {"shop_id_list": [7]},
            {"shop_ids": ["7"]},
            {"shop_list": [{"shop_id": 7}]},
            {"shops": [{"shopid": 7}, {"shopid": 7}]},
        )
        for data in spellings:
            told = shopee({"code": 2, "partner_id": 2001887, "data": {**data, "authorize_type": "x"}, "timestamp": 1})
            self.assertEqual(told, (PushHint(kind="access_ended", shop=ShopKey(ref="7")),), data)

    def test_access_that_ends(self):
        data = {"shop_expire_soon": [7, 8], "merchant_expire_soon": [9], "expire_before": 1603766859, "page_no": 1}
        told = shopee({"code": 12, "data": data, "timestamp": 1})
        self.assertEqual([hint.shop.ref for hint in told], ["7", "8"])
        self.assertEqual({hint.ends_at for hint in told}, {datetime(2020, 10, 27, 2, 47, 39, tzinfo=timezone.utc)})

    def test_the_first_message_is_not_documented(self):
        self.assertEqual(shopee({}), (PushHint(kind="test"),))
        self.assertEqual(shopee({"anything": 1}), (PushHint(kind="test"),))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ("code", "shop_id", "data", "seller_id", "message_type", "site", "ordersn", "trade_order_id", "shop_id_list")
    + ("reverse_status", "order_status", "auth_expiry_time", "shop_expire_soon", "expire_before")
)
MESSAGES = st.dictionaries(KEYS, JSON | st.integers(0, 50) | st.dictionaries(KEYS, JSON, max_size=5), max_size=7)


class TestAnyMessage(unittest.TestCase):
    """Whatever is signed is read without an error, and says something."""

    def check(self, body):
        for client in (LazadaClient, ShopeeClient):
            hints = client.read_push(body)
            self.assertTrue(hints)
            for hint in hints:
                self.assertIn(hint.kind, HINT_KINDS)
                self.assertTrue(hint.order_ref == "" or hint.order_ref.isalnum())

    @given(st.binary(max_size=200))
    def test_bytes(self, body):
        self.check(body)

    @given(MESSAGES)
    def test_json(self, message):
        self.check(json.dumps(message).encode())

    def test_oddities(self):
        for body in (
            b"[" * 60000,
            b"[]",
            b"null",
            b'"x"',
            b"",
            b"\xff\xfe",
            b"1" * 9999,
            b'{"code":' + b"9" * 5000 + b"}",
        ):
            self.check(body)


class TestLostPushes(unittest.TestCase):
    """v2.push.get_lost_push_message: its table and its sample differ in what `data` is."""

    envelope = json.loads(SHOPEE_BODY)

    def read(self, data):
        entry = {"shop_id": 727720655, "code": 3, "timestamp": 1660123127, "data": data}
        content = {"push_message_list": [entry], "has_next_page": False, "last_message_id": 176610}
        client = make_client(lambda call: ok(content))
        lost = client.lost_pushes()
        self.assertEqual(client.session.calls[0].path, "/api/v2/push/get_lost_push_message")
        self.assertNotIn("access_token", client.session.calls[0].params)
        return lost

    def test_data_in_any_form(self):
        inner = self.envelope["data"]
        for data in (self.envelope, json.dumps(self.envelope), inner, json.dumps(inner)):
            lost = self.read(data)
            expected = PushHint(kind="order", shop=ShopKey(ref="727720655"), order_ref="220810QSK8S7BX")
            self.assertEqual(lost.hints, (expected,), data)
            self.assertEqual((lost.position, lost.has_more), ("176610", False))

    def test_unreadable_data_is_told_all_the_same(self):
        for data in ("{", None, 7, []):
            self.assertEqual(self.read(data).hints[0].order_ref, "")

    def test_none(self):
        for content in ({"push_message_list": None, "has_next_page": False, "last_message_id": 0}, {}):
            client = make_client(lambda call, content=content: ok(content))
            self.assertEqual(client.lost_pushes().hints, ())
            self.assertEqual(client.lost_pushes().position, "")

    def test_confirming(self):
        client = make_client(lambda call: ok({}))
        client.confirm_lost_pushes("176610")
        self.assertEqual(client.session.calls[0].body, {"last_message_id": 176610})
        self.assertEqual(client.session.calls[0].path, "/api/v2/push/confirm_consumed_lost_push_message")
