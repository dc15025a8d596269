"""A Shopee of a few lines for the pure tests: it stands in for the network below `requests`, so that address, headers,
parameters and signature of the real client are made and checked, and answers what the test tells it to."""

import hashlib
import hmac
import json
from datetime import datetime, timezone
from io import BytesIO
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests

from ..marketplaces.http import Http
from ..marketplaces.shopee.client import ShopeeClient
from ..marketplaces.types import App, ShopKey

PARTNER_KEY = "partner-key-for-tests"
PARTNER_ID = "2001887"
SHOP_ID = "14701711"
NOW = 1_760_000_000  # 2025-10-09 08:53:20 UTC
DATE = "Thu, 09 Oct 2025 08:53:25 GMT"  # the platform's clock is 5 seconds ahead


class Call:
    """A request as it came in."""

    def __init__(self, prepared):
        parts = urlsplit(prepared.url)
        self.method, self.host, self.path = prepared.method, parts.netloc, parts.path
        self.params = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.repeated = parse_qs(parts.query)
        self.headers = prepared.headers
        self.body = json.loads(prepared.body) if prepared.body else None

    def signature(self):
        base = PARTNER_ID + self.path + self.params["timestamp"]
        base += self.params.get("access_token", "") + self.params.get("shop_id", "")
        return hmac.new(PARTNER_KEY.encode(), base.encode(), hashlib.sha256).hexdigest()


class FakeSession(requests.Session):
    """`answer(call)` gives the body: a dict, bytes, an exception to raise, (status, body), or (status, body, type)."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer
        self.calls = []
        self.date = DATE

    def send(self, request, **kwargs):
        call = Call(request)
        assert call.params["sign"] == call.signature()
        assert kwargs["timeout"] and kwargs["allow_redirects"] is False
        self.calls.append(call)
        content = self.answer(call)
        status, content, *kind = content if isinstance(content, tuple) else (200, content)
        if isinstance(content, Exception):
            raise content
        response = requests.Response()
        response.status_code = status
        response.raw = BytesIO(content if isinstance(content, bytes) else json.dumps(content).encode())
        response.headers["Content-Type"] = kind[0] if kind else "application/json"
        if self.date:
            response.headers["Date"] = self.date
        return response

    def count(self, path_end):
        return sum(call.path.endswith(path_end) for call in self.calls)

    def names(self):
        """The calls that were made, by the last part of their path."""
        return [call.path.rpartition("/")[2] for call in self.calls]


class TokenBox:
    """Hands out access tokens as the addon would: a new one whenever the last was refused."""

    def __init__(self):
        self.number = 1
        self.asked = []

    def __call__(self, rejected):
        self.asked.append(rejected)
        if rejected == f"access-token-{self.number}":
            self.number += 1
        return f"access-token-{self.number}"


def make_client(answer, **app):
    """A client, its session, its tokens and the pauses it made; the clock stands still."""
    session, tokens, pauses = FakeSession(answer), TokenBox(), []
    http = Http(session=session, sleep=pauses.append, clock=lambda: NOW, chance=lambda: 0.5)
    app = App(**{"key": PARTNER_ID, "secret": PARTNER_KEY} | app)
    client = ShopeeClient(app, ShopKey(ref=SHOP_ID, site="SG"), tokens, http)
    client.session, client.tokens, client.pauses = session, tokens, pauses
    return client


def ok(response=None, **top):
    """Shopee's envelope around a success."""
    content = {"error": "", "message": "", "request_id": "req-1", **top}
    return content if response is None else {**content, "response": response}


def refusal(code, message="", **top):
    return {"error": code, "message": message, "request_id": "req-refused", **top}


def utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc)


def item(**values):
    """An item of v2.order.get_order_detail, as a shop without variations sends it."""
    return {
        "item_id": 2600144043,
        "item_name": "Canvas backpack",
        "item_sku": "BAG-PARENT",
        "model_id": 0,
        "model_name": "",
        "model_sku": "",
        "model_quantity_purchased": 2,
        "model_original_price": 18.5,
        "model_discounted_price": 15,
        "wholesale": False,
        "weight": 0.4,
        "add_on_deal": False,
        "main_item": False,
        "add_on_deal_id": 0,
        "promotion_type": "product_promotion",
        "promotion_id": 901,
        "order_item_id": 2600144043,
        "promotion_group_id": 0,
        "product_location_id": ["SGZ"],
        **values,
    }


def package(**values):
    """A package of v2.order.get_order_detail with the item above."""
    return {
        "package_number": "OFG199593509207187",
        "logistics_status": "LOGISTICS_READY",
        "logistics_channel_id": 18080,
        "shipping_carrier": "SPX Express",
        "item_list": [
            {
                "item_id": 2600144043,
                "model_id": 0,
                "model_quantity": 2,
                "order_item_id": 2600144043,
                "promotion_group_id": 0,
                "product_location_id": "SGZ",
            }
        ],
        "group_shipment_id": None,
        **values,
    }


ADDRESS = {
    "name": "P******n",
    "phone": "******64",
    "town": "",
    "district": "Bedok",
    "city": "Singapore",
    "state": "Singapore",
    "region": "SG",
    "zipcode": "460001",
    "full_address": "Block 1 Bedok North, #05-11",
}


def detail(**values):
    """An order of v2.order.get_order_detail: two bags at 15.00, paid, to be shipped."""
    return {
        "order_sn": "2510090ABCDEF1",
        "region": "SG",
        "currency": "SGD",
        "cod": False,
        "total_amount": 31.99,
        "order_status": "READY_TO_SHIP",
        "shipping_carrier": "SPX Express",
        "payment_method": "Credit Card/Debit Card",
        "message_to_seller": "ring twice",
        "note": "",
        "create_time": 1759990000,
        "update_time": 1759990100,
        "pay_time": 1759990050,
        "days_to_ship": 2,
        "ship_by_date": 1760163000,
        "pickup_done_time": 0,
        "buyer_user_id": 1170319091,
        "buyer_username": "x****j",
        "buyer_cancel_reason": "",
        "cancel_by": "",
        "cancel_reason": "",
        "fulfillment_flag": "fulfilled_by_local_seller",
        "split_up": False,
        "recipient_address": dict(ADDRESS),
        "item_list": [item()],
        "package_list": [package()],
        "invoice_data": None,
        **values,
    }


def escrow_item(**values):
    """An item of v2.payment.get_escrow_detail: amounts are totals of the line."""
    return {
        "item_id": 2600144043,
        "model_id": 0,
        "quantity_purchased": 2,
        "original_price": 37,
        "selling_price": 37,
        "discounted_price": 30,
        "seller_discount": 5,
        "shopee_discount": 2,
        "discount_from_coin": 0,
        "discount_from_voucher_shopee": 0,
        "discount_from_voucher_seller": 0,
        "activity_type": "",
        "activity_id": 0,
        **values,
    }


def escrow_detail(order_sn="2510090ABCDEF1", items=None, **payment):
    """The escrow detail of the order above: 30.00 for goods, 1.99 for shipping."""
    info = {
        "buyer_payment_method": "Credit Card/Debit Card",
        "buyer_total_amount": 31.99,
        "merchant_subtotal": 30,
        "shipping_fee": 1.99,
        "seller_voucher": 0,
        "shopee_voucher": 0,
        "shopee_coins_redeemed": 0,
        "credit_card_promotion": 0,
        "buyer_service_fee": 0,
        "buyer_tax_amount": 0,
        "initial_buyer_txn_fee": 0,
        "insurance_premium": 0,
        "is_paid_by_credit_card": True,
        **payment,
    }
    return {
        "order_sn": order_sn,
        "buyer_user_name": "x****j",
        "return_order_sn_list": [],
        "order_income": {"items": [escrow_item()] if items is None else items, "escrow_amount": 29.1},
        "buyer_payment_info": info,
    }


def without(raw, *keys):
    return {key: value for key, value in raw.items() if key not in keys}
