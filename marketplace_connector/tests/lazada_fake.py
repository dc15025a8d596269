"""A Lazada of a few lines for the pure tests: it stands in for the network below `requests`, so that address, headers,
parameters and signature of the real client are made and checked, and answers what the test tells it to."""

import hashlib
import hmac
import io
import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

import requests
from hypothesis import HealthCheck

from ..marketplaces.http import Http
from ..marketplaces.lazada.client import LazadaClient
from ..marketplaces.types import App, ShopKey

# For hypothesis, on machines that are busy or run it for the first time.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
APP_KEY = "100001"
APP_SECRET = "app-secret-for-tests"
SELLER_ID = "1152180742"
NOW = 1_760_000_000  # 2025-10-09 08:53:20 UTC
SHOP_TIME = timezone(timedelta(hours=8))


def moment(seconds):
    """So many seconds after a certain moment, in UTC."""
    return datetime.fromtimestamp(NOW + seconds, timezone.utc)


def shop_text(seconds):
    """The same as Lazada writes it: `2021-07-29 11:02:19 +0800`."""
    return moment(seconds).astimezone(SHOP_TIME).strftime("%Y-%m-%d %H:%M:%S %z")


class Call:
    """A request as it came in."""

    def __init__(self, prepared):
        parts = urlsplit(prepared.url)
        self.method, self.host, self.path = prepared.method, parts.netloc, parts.path
        self.api = parts.path.removeprefix("/rest")
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        body = prepared.body or ""
        form = parse_qsl(body.decode() if isinstance(body, bytes) else body, keep_blank_values=True)
        self.params = {**self.query, **dict(form)}
        self.headers = prepared.headers

    def signature(self):
        names = sorted(self.params.keys() - {"sign"})
        text = self.api + "".join(name + self.params[name] for name in names)
        return hmac.new(APP_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


class FakeSession(requests.Session):
    """`answer(call)` gives the body: a dict, bytes, an exception to raise, or (status, body[, headers]) of these."""

    def __init__(self, answer, date=NOW + 5):
        super().__init__()
        self.answer = answer
        self.date = date
        self.calls = []
        self.urls = []
        self.timeouts = []

    def send(self, request, **kwargs):
        call = Call(request)
        if call.path.startswith("/rest/"):
            assert call.params["sign"] == call.signature()
            assert "" not in call.params.values()
        assert kwargs["allow_redirects"] is False
        self.timeouts.append(kwargs["timeout"])
        self.calls.append(call)
        self.urls.append(request.url)
        content = self.answer(call)
        status, content, *headers = content if isinstance(content, tuple) else (200, content)
        if isinstance(content, Exception):
            raise content
        response = requests.Response()
        response.status_code = status
        body = content if isinstance(content, bytes) else json.dumps(content, default=_number).encode()
        response.raw = io.BytesIO(body)
        response.headers.update({"Content-Type": "application/json"}, **(headers[0] if headers else {}))
        if self.date:
            response.headers["Date"] = format_datetime(datetime.fromtimestamp(self.date, timezone.utc), usegmt=True)
        return response

    def count(self, api):
        return sum(call.api == api for call in self.calls)


def _number(value):
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    raise TypeError(value)


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


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self, now=NOW):
        self.now = now
        self.pauses = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


def ok(**content):
    return {"code": "0", **content, "request_id": "0ba2887315178178017221014"}


def refusal(code, message="", **content):
    return {"type": "ISV", "code": code, "message": message, "request_id": "0ba2887315178178017221014", **content}


def make_client(answer, *, site="SG", token=None, clock=None, date=NOW + 5, **app):
    """A client of a shop, and the session with the calls it makes."""
    session = FakeSession(answer if callable(answer) else lambda call: answer, date)
    clock = clock or Clock()
    client = LazadaClient(
        App(key=APP_KEY, secret=APP_SECRET, **app),
        ShopKey(ref=SELLER_ID, site=site),
        token or TokenBox(),
        Http(session, sleep=clock.sleep, clock=clock, chance=lambda: 0.5),
    )
    return client, session


def item(number, **values):
    """A piece on an order, with the types of recorded answers."""
    return {
        "order_item_id": number,
        "order_id": 491253082180001,
        "buyer_id": 1001,
        "sku": "TEA-GREEN",
        "shop_sku": "2807246166_SG-13449296008",
        "sku_id": "13449296008",
        "name": "Green tea",
        "variation": "Size:100 g",
        "item_price": 12.5,
        "paid_price": 12.5,
        "voucher_amount": 0,
        "voucher_seller": 0,
        "voucher_platform": 0,
        "currency": "SGD",
        "status": "pending",
        "reason": "",
        "reason_detail": "",
        "cancel_return_initiator": "null-null",
        "package_id": "",
        "tracking_code": "",
        "shipment_provider": "",
        "shipping_type": "Dropshipping",
        "shipping_provider_type": "standard",
        "warehouse_code": "dropshipping",
        "is_fbl": 0,
        "is_digital": 0,
        "delivery_option_sof": 0,
        "need_cancel_confirm": False,
        "is_cancel_pending": False,
        "sla_time_stamp": "2025-10-10T23:59:59+08:00",
        "promised_shipping_time": "",
        "payment_time": 1_759_999_000_000,
        "created_at": "2025-10-09 16:30:00 +0800",
        "updated_at": "2025-10-09 16:45:00 +0800",
        "extra_attributes": None,
        **values,
    }


def header(number=491253082180001, **values):
    """An order without its items, with the types of recorded answers; figures for one piece of 12.50."""
    address = {
        "first_name": "A***n",
        "last_name": "",
        "phone": "65******12",
        "phone2": "",
        "address1": "1**************1",
        "address2": "",
        "address3": "S*******e",
        "address4": "Central",
        "address5": "500001",
        "city": "Singapore-Central",
        "post_code": "500001",
        "country": "Singapore",
        "addressDsitrict": "B***k",
    }
    return {
        "order_id": number,
        "order_number": number,
        "statuses": ["pending"],
        "created_at": "2025-10-09 16:30:00 +0800",
        "updated_at": "2025-10-09 16:45:00 +0800",
        "price": "12.50",
        "shipping_fee": 1.99,
        "shipping_fee_original": 1.99,
        "shipping_fee_discount_seller": 0,
        "shipping_fee_discount_platform": 0,
        "voucher": 0,
        "voucher_platform": 0,
        "voucher_seller": 0,
        "voucher_code": "",
        "payment_method": "MIXEDCARD",
        "items_count": 1,
        "customer_first_name": "A***n",
        "customer_last_name": "",
        "remarks": "",
        "buyer_note": "",
        "promised_shipping_times": "",
        "warehouse_code": "dropshipping",
        "extra_attributes": '{"TaxInvoiceRequested":false}',
        "address_billing": dict(address),
        "address_shipping": dict(address),
        "need_cancel_confirm": False,
        "is_cancel_pending": False,
        **values,
    }


def over_the_wire(value):
    """What the client gets of a value that went through JSON: decimal numbers as Decimal."""
    return json.loads(json.dumps(value, default=str), parse_float=Decimal)
