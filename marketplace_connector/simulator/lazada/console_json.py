"""What programs ask of Seller Center: counts, quick test orders, the clock."""

import random

from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from ..catalogue import buyers
from ..seed import STEPS, random_plan
from ..web import json_response


def register(app):
    """Serve the JSON side of the console."""
    app.route("/seller-center/counts", lambda request: counts(app), ("GET",))
    app.route("/seller-center/calls", lambda request: json_response(dict(app.calls)), ("GET",))
    app.route("/seller-center/test-orders", lambda request: test_orders(app, request), ("POST",))
    app.route("/seller-center/clock", lambda request: clock(app, request), ("POST",))


def counts(app):
    """How many orders a seller would want in their ERP now, and how many of them need a person there."""
    importable = [order for shop in app.shops.values() for order in shop.orders.values() if order.is_importable]
    return json_response({"importable": len(importable), "attention": sum(order.is_problem for order in importable)})


def test_orders(app, request):
    """Place `count` random orders with `lines` SKUs each in the shop `seller_id`, or in the first one: paid ones, or
    brought to the `state` of a plan."""
    wanted = _content(request)
    state = wanted.get("state") or "ready_to_ship"
    if state not in STEPS:
        raise BadRequest(f"state is one of {', '.join(STEPS)}")
    count, lines, seller_id = (_whole_number(wanted, *pair) for pair in (("count", 1), ("lines", 0), ("seller_id", 0)))
    shop = app.shops.get(seller_id) or next(iter(app.shops.values()))
    chance = random.Random(str(wanted["seed"])) if "seed" in wanted else app.random
    people = buyers(chance, shop.country.code, max(1, count * 2 // 3))
    plans = [random_plan(chance, shop.country.code, lines or None, people, shop.shelf, state) for _ in range(count)]
    orders = [app.carry_out(shop, plan) for plan in plans]
    return json_response({"count": len(orders), "order_ids": [order.order_id for order in orders]})


def clock(app, request):
    """Set how many seconds the platform's clock is before the machine's."""
    app.clock.ahead = _whole_number(_content(request), "ahead_seconds", 0)
    if not request.is_json:
        return redirect("/seller-center/settings", 303)
    return json_response({"ahead_seconds": app.clock.ahead, "now": app.clock.now().isoformat()})


def _content(request):
    """The JSON object, or the form that a page posts."""
    content = request.get_json() if request.is_json else request.form.to_dict()
    if not isinstance(content, dict):
        raise BadRequest("a JSON object is meant")
    return content


def _whole_number(content, name, default):
    try:
        return int(content.get(name, default))
    except (TypeError, ValueError):
        raise BadRequest(f"{name} must be a whole number") from None
