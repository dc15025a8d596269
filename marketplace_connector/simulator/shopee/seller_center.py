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
AMOUNTS = ("seller_voucher", "platform_voucher", "coins", "shipping_fee")
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
        ("/new", "GET", show_new_order),
        ("/new", "POST", create_order),
        ("/settings", "GET", show_settings),
        ("/authorisations", "POST", revoke),
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
    return seller_pages.order_list(app.orders(), request.args.get("status", ""))


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
            _lines(shop, form),
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


def _lines(shop, form):
    """The lines of the form, each at its list price less the item discount."""
    lines, share = [], _amount(form.get("item_discount") or 0) / 100
    for place in range(seller_pages.LINES_OF_A_TEST_ORDER):
        sku = form.get(f"sku_{place}")
        if sku in skus():
            price = skus()[sku][1].prices[shop.country.currency]
            lines.append((sku, int(form.get(f"quantity_{place}") or 1), price * (1 - share)))
    if not lines or share > 1 or any(quantity < 1 for _, quantity, _ in lines):
        raise ValueError("A test order needs pieces of a SKU, and no discount above their price")
    return lines


def _amount(text):
    amount = Decimal(text)
    if amount < 0:
        raise ValueError("An amount is not negative")
    return amount


def show_settings(app, request):
    """Authorisations, clock, and a count of API calls."""
    return seller_pages.settings_page(app)


def revoke(app, request):
    """The seller ends the authorisation of a shop."""
    app.revoke(_shop(app, request.form.get("shop_id", "")))
    return redirect(f"{HOME}/settings", 303)


# === FOR TOOLS === #


def counts(app, request):
    """How many orders an ERP should take, and how many of them need a person there."""
    orders = [order for order in app.orders() if order.is_importable]
    return json_response({"importable": len(orders), "attention": sum(order.is_problem for order in orders)})


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
    return _done(request, {"ahead_seconds": app.clock.ahead}, f"{HOME}/settings")


def create_test_orders(app, request):
    """Place random orders: `count`, lines of each (`lines`), `seed`, `shop_id`; all may be left out."""
    given = _given(request)
    shop = _shop(app, given["shop_id"]) if given.get("shop_id") else next(iter(app.shops.values()))
    try:
        count, line_count = int(given.get("count", 1)), int(given.get("lines") or 0)
    except (TypeError, ValueError):
        raise BadRequest("count and lines must be whole numbers") from None
    if not 0 < count <= MOST_TEST_ORDERS or line_count < 0:
        raise BadRequest(f"count must be 1 to {MOST_TEST_ORDERS}, lines not negative")
    chance = random.Random(str(given["seed"])) if given.get("seed") is not None else app.random
    people = buyers(chance, shop.region, min(count, TEST_BUYERS))
    orders = [app.carry_out(shop, random_plan(chance, shop.region, line_count, people)) for _ in range(count)]
    content = {"count": count, "order_sn_list": [order.order_sn for order in orders]}
    return _done(request, content, HOME)


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
