"""The Seller Center's settings: shops, clock, switches and faults, on a page for people and in JSON for tools."""

import random

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import redirect

from ..catalogue import buyers
from ..seed import STEPS, random_plan
from ..web import json_response
from . import settings_pages
from .settings_pages import SWITCHES

HOME = "/seller-center"
MOST_TEST_ORDERS = 100_000
TEST_BUYERS = 500


def show_settings(app, request):
    """Authorisations, clock, and a count of API calls."""
    return settings_pages.settings_page(app)


def revoke(app, request):
    """The seller ends the authorisation of a shop."""
    app.revoke(find_shop(app, request.form.get("shop_id", "")))
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
    given = given_fields(request)
    try:
        app.clock.ahead = int(given.get("ahead_seconds"))
    except (TypeError, ValueError):
        raise BadRequest("ahead_seconds must be a whole number") from None
    return done(request, {"ahead_seconds": app.clock.ahead}, f"{HOME}/settings")


def create_test_orders(app, request):
    """Place random orders: `count`, lines of each (`lines`), `state` of a plan, `seed`, `shop_id`; all may be left
    out."""
    given = given_fields(request)
    state = given.get("state") or "ready_to_ship"
    if state not in STEPS:
        raise BadRequest(f"state is one of {', '.join(STEPS)}")
    shop = find_shop(app, given["shop_id"]) if given.get("shop_id") else next(iter(app.shops.values()))
    try:
        count, line_count = int(given.get("count", 1)), int(given.get("lines") or 0)
    except (TypeError, ValueError):
        raise BadRequest("count and lines must be whole numbers") from None
    if not 0 < count <= MOST_TEST_ORDERS or line_count < 0:
        raise BadRequest(f"count must be 1 to {MOST_TEST_ORDERS}, lines not negative")
    chance = random.Random(str(given["seed"])) if given.get("seed") is not None else app.random
    people = buyers(chance, shop.region, min(count, TEST_BUYERS))
    orders = [
        app.carry_out(shop, random_plan(chance, shop.region, line_count, people, shop.shelf, state))
        for _ in range(count)
    ]
    content = {"count": count, "order_sn_list": [order.order_sn for order in orders]}
    return done(request, content, HOME)


# === SWITCHES AND FAULTS === #


def set_switches(app, request):
    """Set any of `SWITCHES`; answers with all of them."""
    given = given_fields(request)
    try:
        values = {name: int(given[name]) for name in SWITCHES if name in given}
    except (TypeError, ValueError):
        raise BadRequest("Switches are whole numbers") from None
    if any(value < 0 for value in values.values()):
        raise BadRequest("Switches are not negative")
    for name, value in values.items():
        setattr(app, name, type(getattr(app, name))(value))
    return done(request, {name: int(getattr(app, name)) for name in SWITCHES}, f"{HOME}/settings")


def order_fault(app, request):
    """Let the next calls suffer: `kind`, and optionally part of their `path` and how many `times`."""
    given = given_fields(request)
    try:
        app.faults.order(given.get("kind"), given.get("path") or "", int(given.get("times") or 1))
    except (TypeError, ValueError) as error:
        raise BadRequest(str(error)) from None
    return done(request, {}, f"{HOME}/settings")


def order_refusal(app, request):
    """Let the next calls be refused: part of their `path`, the `error`, its `message`, how many `times`."""
    given = given_fields(request)
    try:
        times = int(given.get("times") or 1)
    except (TypeError, ValueError):
        raise BadRequest("times must be a whole number") from None
    if not given.get("error"):
        raise BadRequest("An error is needed")
    app.refuse(given.get("path") or "", given["error"], given.get("message") or "", times)
    return done(request, {}, f"{HOME}/settings")


def close_slot(app, request):
    """The courier has no room in the soonest time slot any more, or in the one named by `pickup_time_id`."""
    given = given_fields(request)
    shop = find_shop(app, given["shop_id"]) if given.get("shop_id") else next(iter(app.shops.values()))
    slots = [slot["pickup_time_id"] for slot in app.time_slots(shop)]
    closed = given.get("pickup_time_id") or next(iter(slots), "")
    app.closed_slots.add(closed)
    return done(request, {"pickup_time_id": closed}, f"{HOME}/settings")


def run_warehouse(app, request):
    """Shopee's warehouse takes every order that it fulfils one step on."""
    moved = [order.order_sn for order in app.run_warehouse()]
    return done(request, {"order_sn_list": moved}, f"{HOME}/settings")


# === HELPERS === #


def given_fields(request):
    """The JSON object or the form of the request."""
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(given, dict):
        raise BadRequest("A JSON object is needed")
    return given


def done(request, content, address):
    """JSON for tools, the next page for people."""
    return json_response(content) if request.is_json else redirect(address, 303)


def find_shop(app, shop_id):
    """The shop of that number, a web error if there is none."""
    try:
        return app.shops[int(shop_id)]
    except (KeyError, ValueError, TypeError):
        raise NotFound("There is no such shop") from None


PAGES = (
    ("/settings", "GET", show_settings),
    ("/authorisations", "POST", revoke),
    ("/counts", "GET", counts),
    ("/calls", "GET", calls),
    ("/clock", "POST", set_clock),
    ("/test-orders", "POST", create_test_orders),
    ("/switches", "POST", set_switches),
    ("/faults", "POST", order_fault),
    ("/refusals", "POST", order_refusal),
    ("/closed-slots", "POST", close_slot),
    ("/warehouse", "POST", run_warehouse),
)
