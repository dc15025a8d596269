"""Seller Center's page about stock: what is sold from which warehouse, and goods that arrive at Lazada's."""

from html import escape
from itertools import islice

from werkzeug.utils import redirect

from .console_frame import bound, refused, show
from .markup import button, option, table, tag

MOST_PIECES = 100_000
LONGEST_LIST = 200


def register(app):
    """Serve the pages."""
    app.route("/seller-center/stock", bound(app, show_stock), ("GET",))
    app.route("/seller-center/stock/receive", bound(app, receive), ("POST",))


def show_stock(app, request):
    """The stock of what was ordered or received so far."""
    return show("Stock", "".join(_stock(shop) for shop in app.shops.values()))


def receive(app, request):
    """Goods of the seller arrive at Lazada's warehouse."""
    seller_id, pieces = request.form.get("seller_id", ""), request.form.get("pieces", "")
    shop = app.shops.get(int(seller_id)) if seller_id.isdecimal() else None
    if shop is None or not pieces.isdecimal() or int(pieces) > MOST_PIECES:
        return refused("Choose a shop, a product, and how many pieces have come.")
    try:
        app.receive(shop, request.form.get("sku", ""), int(pieces))
    except ValueError as error:
        return refused(str(error))
    return redirect("/seller-center/stock", 303)


def _stock(shop):
    rows = [
        (_name(shop, number), warehouse, stock.sellable, stock.withhold, stock.occupy, stock.total)
        for (number, warehouse), stock in sorted(shop.stock.items(), key=str)
    ]
    head = ("SKU", "Warehouse", "Sellable", "Withheld: unpaid", "Occupied: paid", "Total")
    more = f"<p>The first {LONGEST_LIST} of {len(rows)}.</p>" if len(rows) > LONGEST_LIST else ""
    return tag("section", tag("h3", escape(shop.name)) + table(head, rows[:LONGEST_LIST]) + more + _receive_form(shop))


def _receive_form(shop):
    products = "".join(option(sku, sku) for sku in islice(shop.shelf.skus(), LONGEST_LIST))
    inner = (
        f'<input type="hidden" name="seller_id" value="{shop.seller_id}">'
        + tag("select", products, name="sku", aria_label="product")
        + ' <input name="pieces" value="10" size="5" inputmode="numeric" aria-label="pieces"> '
        + button("Receive at Lazada's warehouse")
    )
    return tag("form", inner, method="post", action="/seller-center/stock/receive")


def _name(shop, number):
    variant = shop.shelf.variant(number)
    return variant.sku or f"variant {number}" if variant else number
