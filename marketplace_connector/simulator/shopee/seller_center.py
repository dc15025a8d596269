"""The Seller Center: the orders, and what sellers, buyers and couriers do with them."""

from decimal import Decimal, InvalidOperation

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from . import order_actions, seller_pages, settings
from .settings import find_shop

AMOUNTS = ("seller_voucher", "platform_voucher", "coins", "shipping_fee")


def register(app):
    """Serve pages and JSON."""
    pages = (
        ("", "GET", show_orders),
        ("/orders/<order_sn>", "GET", show_order),
        ("/orders/<order_sn>", "POST", act),
        ("/new", "GET", show_new_order),
        ("/new", "POST", create_order),
        ("/orders/<order_sn>/label", "GET", show_label),
        *settings.PAGES,
    )
    for path, method, function in pages:
        app.route(settings.HOME + path, _bound(app, function), [method])


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
    return order_actions.act(app, _order(app, order_sn), request.form)


def show_label(app, request, order_sn):
    """The label of the package that the query names, as a file to print."""
    try:
        return order_actions.print_label(app, _order(app, order_sn), request.args.get("package_number"))
    except ValueError as error:
        raise NotFound(str(error)) from None


def show_new_order(app, request):
    """The form of a test order."""
    return seller_pages.new_order_page(app)


def create_order(app, request):
    """The test order of the form."""
    form = request.form
    shop = find_shop(app, form.get("shop_id", ""))
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
    return redirect(f"{settings.HOME}/orders/{order.order_sn}", 303)


def _lines(shop, form):
    """The lines of the form, each at its list price less the item discount."""
    lines, share = [], _amount(form.get("item_discount") or 0) / 100
    for place in range(seller_pages.LINES_OF_A_TEST_ORDER):
        sku = form.get(f"sku_{place}")
        if sku in shop.shelf.skus():
            price = shop.shelf.skus()[sku][1].prices[shop.country.currency]
            lines.append((sku, int(form.get(f"quantity_{place}") or 1), price * (1 - share)))
    if not lines or share > 1 or any(quantity < 1 for _, quantity, _ in lines):
        raise ValueError("A test order needs pieces of a SKU, and no discount above their price")
    return lines


def _amount(text):
    amount = Decimal(text)
    if amount < 0:
        raise ValueError("An amount is not negative")
    return amount


def _order(app, order_sn):
    try:
        return app.find_order(order_sn)
    except KeyError:
        raise NotFound("There is no such order") from None
