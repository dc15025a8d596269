"""Lazada Seller Center: what a seller, a buyer or the carrier would do, by hand in a browser."""

from decimal import Decimal, InvalidOperation

from werkzeug.utils import redirect

from ..catalogue import money
from . import console_json, console_packages
from .cancelling import BUYER_REASONS, SYSTEM_REASONS, seller_reasons
from .console_frame import bound, find_order, refused, show
from .markup import order_address
from .orders import price_now
from .pages import new_order_page, order_list_page, order_page, settings_page
from .state import Line


def register(app):
    """Serve the pages, and the JSON beside them."""
    for path, function, methods in (
        ("/seller-center", order_list, ("GET",)),
        ("/seller-center/orders/<int:seller_id>/<int:order_id>", show_order, ("GET",)),
        ("/seller-center/orders/<int:seller_id>/<int:order_id>/advance", advance, ("POST",)),
        ("/seller-center/orders/<int:seller_id>/<int:order_id>/cancel", cancel, ("POST",)),
        ("/seller-center/new", new_order, ("GET", "POST")),
        ("/seller-center/settings", settings, ("GET",)),
        ("/seller-center/authorisations", change_authorisation, ("POST",)),
    ):
        app.route(path, bound(app, function), methods)
    console_json.register(app)
    console_packages.register(app)


# === PAGES === #


def order_list(app, request):
    """All orders, or those in one state."""
    state = request.args.get("state", "")
    orders = [order for shop in app.shops.values() for order in shop.orders.values()]
    return show("Orders", order_list_page(orders, state))


def show_order(app, request, seller_id, order_id):
    """One order with all its facts, and what can be done with it."""
    order = find_order(app, seller_id, order_id)
    if order is None:
        return show("Orders", '<p class="error">There is no such order.</p>', 404)
    return show(f"Order {order_id}", order_page(app, order, _reasons(order)))


def settings(app, request):
    """Authorisations, clock, and a count of API calls."""
    return show("Apps and clock", settings_page(app))


def new_order(app, request):
    """Place a test order as a buyer would."""
    if request.method != "POST":
        return show("New test order", new_order_page(app))
    try:
        order = _place(app, request.form)
    except (ValueError, KeyError, InvalidOperation) as error:
        return refused(str(error) or "An amount is not a number.")
    return redirect(order_address(order), 303)


# === ACTIONS === #


def advance(app, request, seller_id, order_id):
    """Move the order on."""
    order = find_order(app, seller_id, order_id)
    if order is None:
        return refused("There is no such order.")
    try:
        app.advance(order, request.form.get("status", ""))
    except ValueError as error:
        return refused(str(error))
    return redirect(order_address(order), 303)


def cancel(app, request, seller_id, order_id):
    """Cancel the ticked units."""
    order = find_order(app, seller_id, order_id)
    if order is None:
        return refused("There is no such order.")
    by, _, reason = request.form.get("reason", "").partition(": ")
    ticked = set(request.form.getlist("unit"))
    units = [unit for unit in order.units if str(unit.order_item_id) in ticked]
    if reason not in _reasons(order).get(by, ()) or not units:
        return refused("Choose a reason, and at least one unit.")
    try:
        app.cancel(order, reason, by, units)
    except ValueError as error:
        return refused(str(error))
    return redirect(order_address(order), 303)


def change_authorisation(app, request):
    """Let the seller allow the app, or take it back."""
    email = request.form.get("account", "")
    account = next((account for account in app.accounts if account.email == email), None)
    if account is None:
        return refused("There is no such seller.")
    if request.form.get("do") == "revoke":
        app.revoke(account)
    else:
        app.authorise(account)
    return redirect("/seller-center/settings", 303)


# === HELPERS === #


def _reasons(order):
    sellers = tuple(reason.name for reason in seller_reasons(order.shop.country.code))
    return {"seller": sellers, "buyer": BUYER_REASONS, "system": SYSTEM_REASONS}


def _place(app, form):
    shop = app.shops[int(form["shop"])]
    lines = []
    for sku, quantity in zip(form.getlist("sku"), form.getlist("quantity"), strict=False):
        if sku and quantity.isdecimal() and 0 < int(quantity) <= 500:
            lines.append(_line(sku, int(quantity), form, shop))
    if not lines:
        raise ValueError("Choose at least one product and how many.")
    return app.place_order(
        shop,
        lines,
        seller_voucher=_amount(form, "seller_voucher"),
        platform_voucher=_amount(form, "platform_voucher"),
        shipping_fee=_amount(form, "shipping_fee"),
        payment_method=form.get("payment_method", "MIXEDCARD"),
        paid="unpaid" not in form,
        courier=form.get("courier", ""),
        fulfilled_by_lazada="fulfilled_by_lazada" in form,
        note=form.get("note", ""),
    )


def _line(sku, quantity, form, shop):
    price = price_now(shop.shelf.skus()[sku][1], shop.country.currency)
    discount = money(price * _amount(form, "item_discount") / 100, shop.country.currency)
    return Line(sku, quantity, discount=discount, shipping=form.get("shipping") or "standard")


def _amount(form, name):
    amount = Decimal(form.get(name) or 0)
    if not 0 <= amount < 10**9:
        raise ValueError(f"{name.replace('_', ' ')} must be zero or more.")
    return amount
