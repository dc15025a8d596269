"""Seller Center's page about stock, and goods that arrive at Shopee's warehouse."""

from html import escape

from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from ..catalogue import skus
from ..web import page
from .settings import HOME, find_shop
from .widgets import COLOR, LINKS, select

MOST_PIECES = 100_000


def register(app):
    """Serve the pages."""
    app.route(f"{HOME}/stock", lambda request: show_stock(app), ["GET"])
    app.route(f"{HOME}/stock/receive", lambda request: receive(app, request), ["POST"])


def show_stock(app):
    """What can be bought of each SKU, and from whose warehouse."""
    return page("Shopee", COLOR, "Stock", "".join(_section(app, shop) for shop in app.shops.values()), LINKS)


def receive(app, request):
    """Goods of the seller arrive at Shopee's warehouse."""
    pieces = request.form.get("pieces", "")
    if not pieces.isdecimal() or int(pieces) > MOST_PIECES:
        raise BadRequest("Say how many pieces have come")
    try:
        app.receive(find_shop(app, request.form.get("shop_id")), request.form.get("sku", ""), int(pieces))
    except ValueError as error:
        raise BadRequest(str(error)) from None
    return redirect(f"{HOME}/stock", 303)


def _section(app, shop):
    own, at_shopee = app.sellable(shop), app.sellable(shop, at_shopee=True)
    rows = "".join(
        f"""<tr><td>{escape(sku)}<td class="number">{pieces}<td class="number">{at_shopee.get(sku, "")}</tr>"""
        for sku, pieces in own.items()
    )
    return f"""<section><h3>{escape(shop.name)}</h3><form method="post" action="{HOME}/stock/receive"><p>
<input type="hidden" name="shop_id" value="{shop.shop_id}">{select("sku", tuple(skus()), "")}
<label>pieces <input name="pieces" value="10" size="5" inputmode="numeric"></label>
<button>Receive at Shopee's warehouse</button></p></form>
<table><tr><th>SKU<th class="number">Seller's stock<th class="number">At Shopee</tr>{rows}</table></section>"""
