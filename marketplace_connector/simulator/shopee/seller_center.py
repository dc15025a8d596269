"""The Seller Center: what sellers, buyers and couriers do, on pages for people and in JSON for tools."""

import random
from decimal import Decimal, InvalidOperation

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import redirect

from ..catalogue import buyers, skus
from ..seed import random_plan
from ..web import json_response
from . import seller_pages

HOME = "/seller-center"
MOST_TEST_ORDERS = 100_000
TEST_BUYERS = 500
AMOUNTS = ("seller_discount", "seller_voucher", "platform_voucher", "coins", "shipping_fee")
ADVANCES = {
    "pay": "READY_TO_SHIP",
    "hold": "PENDING",
    "arrange": "PROCESSED",
    "pickup": "SHIPPED",
    "miss": "RETRY_SHIP",
    "deliver": "TO_CONFIRM_RECEIVE",
    "complete": "COMPLETED",
    "return": "TO_RETURN",
}


def register(app):
    """Serve pages and JSON."""
    pages = (
        ("", "GET", show_orders),
        ("/orders/<order_sn>", "GET", show_order),
        ("/orders/<order_sn>", "POST", act),
        ("/new-order", "GET", show_new_order),
        ("/new-order", "POST", create_order),
        ("/shops", "GET", show_shops),
        ("/shops", "POST", revoke),
        ("/counts", "GET", counts),
        ("/calls", "GET", calls),
        ("/clock", "POST", set_clock),
        ("/test-orders", "POST", create_test_orders),
    )
    for path, method, function in pages:
        app.route(HOME + path, _bound(app, function), [method])


def _bound(app, function):
    return lambda request, **arguments: function(app, request, **arguments)


# === PAGES === #


def show_orders(app, request):
    """My Orders."""
    status, shop_id = request.args.get("status", ""), request.args.get("shop_id", "")
    orders = app.orders(_shop(app, shop_id) if shop_id else None)
    return seller_pages.order_list(
        app, [order for order in orders if order.order_status == (status or order.order_status)], status, shop_id
    )


def show_order(app, request, order_sn):
    """One order."""
    return seller_pages.order_page(app, _order(app, order_sn))


def act(app, request, order_sn):
    """A button of an order's page."""
    order, action = _order(app, order_sn), request.form.get("action", "")
    try:
        _take(app, order, action, request.form.get("reason", ""))
    except ValueError as error:
        return seller_pages.order_page(app, order, str(error))
    return redirect(f"{HOME}/orders/{order.order_sn}", 303)


def _take(app, order, action, reason):
    if action in ADVANCES:
        app.advance(order, ADVANCES[action])
    elif action == "cancel":
        app.cancel(order, reason or "Out of Stock")
    elif action == "ask":
        app.request_cancellation(order)
    elif action in ("accept", "reject"):
        app.answer_cancellation(order, action == "accept")
    elif action == "lose":
        app.fail(order)
    elif action == "split":
        app.split(order, [[item] for item in order.items])
    else:
        raise ValueError("There is no such action")


def show_new_order(app, request):
    """The form of a test order."""
    return seller_pages.new_order_page(app)


def create_order(app, request):
    """The test order of the form."""
    form = request.form
    shop = _shop(app, form.get("shop_id", ""))
    try:
        order = app.place_order(
            shop,
            _lines(form),
            courier=form.get("courier", ""),
            cash_on_delivery="cash_on_delivery" in form,
            bundle="bundle" in form,
            fulfilled_by_shopee="fulfilled_by_shopee" in form,
            paid="unpaid" not in form,
            message_to_seller=form.get("message_to_seller", ""),
            **{name: _amount(form.get(name) or 0) for name in AMOUNTS},
        )
    except (ValueError, InvalidOperation):
        return seller_pages.new_order_page(app, "Choose at least one SKU, and give quantities and amounts as numbers")
    return redirect(f"{HOME}/orders/{order.order_sn}", 303)


def _lines(form):
    lines = []
    for place in range(seller_pages.LINES_OF_A_TEST_ORDER):
        sku = form.get(f"sku_{place}")
        if sku in skus():
            lines.append((sku, int(form.get(f"quantity_{place}") or 1)))
    if not lines or any(quantity < 1 for _, quantity in lines):
        raise ValueError("A test order needs a line")
    return lines


def _amount(text):
    amount = Decimal(text)
    if amount < 0:
        raise ValueError("An amount is not negative")
    return amount


def show_shops(app, request):
    """The shops, and the clock."""
    return seller_pages.shops_page(app)


def revoke(app, request):
    """The seller ends the authorisation of a shop."""
    app.revoke(_shop(app, request.form.get("shop_id", "")))
    return redirect(f"{HOME}/shops", 303)


# === FOR TOOLS === #


def counts(app, request):
    """How many orders an ERP should take, and how many of them need a person there."""
    orders = [order for order in app.orders() if order.is_importable]
    return json_response({"importable": len(orders), "attention": sum(order.needs_attention for order in orders)})


def calls(app, request):
    """How often each API path was called."""
    return json_response(dict(app.calls))


def set_clock(app, request):
    """Set how far the platform's clock is ahead of the machine's."""
    given = _given(request)
    try:
        app.clock.ahead = int(given.get("ahead_seconds"))
    except (TypeError, ValueError):
        raise BadRequest("ahead_seconds must be a whole number") from None
    return _done(request, {"ahead_seconds": app.clock.ahead}, f"{HOME}/shops")


def create_test_orders(app, request):
    """Place random orders: `count`, lines of each (`lines`), `seed`, `shop_id`; all may be left out."""
    given = _given(request)
    shop = _shop(app, given["shop_id"]) if given.get("shop_id") else next(iter(app.shops.values()))
    try:
        count, line_count = int(given.get("count") or 1), int(given.get("lines") or 0) or None
    except (TypeError, ValueError):
        raise BadRequest("count and lines must be whole numbers") from None
    if not 0 < count <= MOST_TEST_ORDERS:
        raise BadRequest(f"count must be 1 to {MOST_TEST_ORDERS}")
    chance = random.Random(str(given["seed"])) if given.get("seed") is not None else app.random
    people = buyers(chance, shop.region, min(count, TEST_BUYERS))
    orders = [app.carry_out(shop, random_plan(chance, shop.region, line_count, people)) for _ in range(count)]
    return _done(request, {"order_sn_list": [order.order_sn for order in orders]}, HOME)


# === HELPERS === #


def _given(request):
    """The JSON object or the form of the request."""
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(given, dict):
        raise BadRequest("A JSON object is needed")
    return given


def _done(request, content, address):
    """JSON for tools, the next page for people."""
    return json_response(content) if request.is_json else redirect(address, 303)


def _shop(app, shop_id):
    try:
        return app.shops[int(shop_id)]
    except (KeyError, ValueError, TypeError):
        raise NotFound("There is no such shop") from None


def _order(app, order_sn):
    try:
        return app.find_order(order_sn)
    except KeyError:
        raise NotFound("There is no such order") from None
