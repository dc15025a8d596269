"""The HTML of the Seller Center's products: what is on sale, with price, stock and promotions."""

from html import escape

from ..pictures import picture_url
from ..web import page
from .items import ITEM_STATUSES, item_id, model_id
from .promotions import KINDS
from .widgets import COLOR, LINKS, local_time, select

PRODUCTS_A_PAGE = 50
HEAD = """<tr><th><th>Product<th>Status<th>SKU<th>Variation<th class="number">Price<th class="number">Stock
<th class="number">At Shopee<th class="number">Reserved<th class="number">Can be bought<th>Promotion</tr>"""


def product_list(app, shop, query, host_url):
    """My Products of one shop: tabs by status, search, 50 products a page."""
    status, text, place = query.get("status", ""), query.get("text", ""), query.get("page", "1")
    found = [product for product in shop.shelf.products if _matches(shop, product, status, text.casefold())]
    pages = max(-(-len(found) // PRODUCTS_A_PAGE), 1)
    place = min(max(int(place), 1), pages) if place.isdecimal() else 1
    shown = found[(place - 1) * PRODUCTS_A_PAGE : place * PRODUCTS_A_PAGE]
    rows = "".join(_rows(app, shop, product, host_url) for product in shown)
    other_pages = " ".join(
        f'<a href="?shop_id={shop.shop_id}&status={escape(status)}&text={escape(text)}&page={one}">{one}</a>'
        for one in range(1, pages + 1)
        if one != place and (abs(one - place) < 5 or one in (1, pages))
    )
    tabs = " ".join(
        f'<a href="?shop_id={shop.shop_id}&status={one}">{f"<b>{name}</b>" if one == status else name}</a>'
        for one, name in (("", "All"), *((one, one) for one in ITEM_STATUSES))
    )
    body = f"""{_shop_forms(app, shop)}<section>{tabs}<form><input type="hidden" name="shop_id" value="{shop.shop_id}">
<input name="text" value="{escape(text)}" aria-label="name or SKU"> <button>Search</button></form></section>
<table>{HEAD}{rows}</table><p>{len(found)} products, page {place} of {pages}. {other_pages}</p>"""
    return page("Shopee", COLOR, f"My Products: {shop.name}", body, LINKS)


def _matches(shop, product, status, text):
    if status and shop.item_status(product) != status:
        return False
    return not text or text in product.name.casefold() or any(text in one.sku.casefold() for one in product.variants)


def _rows(app, shop, product, host_url):
    url = picture_url(host_url, shop.shop_id, product)
    picture = f'<img src="{escape(url)}" alt="" width="40">' if url else ""
    link = f'<a href="/seller-center/products/{shop.shop_id}/{item_id(product)}">{escape(product.name)}</a>'
    kit = ' <span class="badge">Kit</span>' if product.is_kit else ""
    first = f'<td>{picture}<td>{link}{kit}<td><span class="badge">{shop.item_status(product)}</span>'
    rows = [f"<td>{variant_cells(app, shop, variant)}</tr>" for variant in product.variants]
    return f"<tr>{first}{rows[0]}" + "".join(f"<tr><td><td><td>{row}" for row in rows[1:])


def variant_cells(app, shop, variant):
    """The cells of one variation from its SKU on."""
    number, currency = variant.number, shop.country.currency
    places = app.by_location(shop, number)
    stock = "<br>".join(f"{place} {pieces}" for place, pieces in places.items()) if shop.warehouses else ""
    at_shopee = app.at_shopee(shop, number)
    promotions = "<br>".join(
        f"{escape(one.kind)} until {local_time(shop, one.end_time)}" for one in app.promotions_of(shop, number)
    )
    suspended = ' <span class="badge">unavailable</span>' if shop.shelf.is_suspended(number) else ""
    price = f"{app.current_price(shop, variant):,.{shop.country.decimals}f}"
    return f"""{escape(variant.sku) or "-"}<td>{escape(", ".join(value for _, value in variant.options))}{suspended}
<td class="number amount">{currency} {price}<td class="number amount">{stock or sum(places.values())}
<td class="number">{"" if at_shopee is None else at_shopee}<td class="number">{app.reserved(shop, number)}
<td class="number">{app.buyable(shop, number)}<td>{promotions}"""


def _shop_forms(app, shop):
    shops = "".join(
        f'<option value="{one.shop_id}"{" selected" if one is shop else ""}>{escape(one.name)}</option>'
        for one in app.shops.values()
    )
    holiday = "End the holiday" if shop.on_holiday else "Go on holiday"
    warehouses = "Keep one stock again" if shop.warehouses else "Keep a stock at two places"
    hidden = f'<input type="hidden" name="shop_id" value="{shop.shop_id}">'
    return f"""<section><form><select name="shop_id" aria-label="shop">{shops}</select> <button>Show</button></form>
<form method="post" action="/seller-center/products">{hidden}<p>
<button name="action" value="holiday">{holiday}</button> <button name="action" value="warehouses">{warehouses}</button>
<a href="/seller-center/products/sales-info?shop_id={shop.shop_id}">Mass Update: download sales info</a></p>
<p><label>Name <input name="name" size="30"></label> <label>SKU <input name="sku"></label>
<label>Stock <input name="stock" value="50" size="5"></label>
<button name="action" value="add">Add a new product</button></p></form>
<form method="post" action="/seller-center/stock/receive"><p>{hidden}<label>SKU <input name="sku"></label>
<label>pieces <input name="pieces" value="10" size="5" inputmode="numeric"></label>
<button>Receive at Shopee's warehouse</button></p></form></section>"""


# === ONE PRODUCT === #


def product_page(app, shop, product, host_url, error=""):
    """One product, and what the seller and Shopee can do with it."""
    body = f'<p class="error">{escape(error)}</p>' if error else ""
    body += f"<table>{HEAD}{_rows(app, shop, product, host_url)}</table>"
    body += "".join(_variant_forms(app, shop, product, variant) for variant in product.variants)
    status = select("status", ITEM_STATUSES, shop.item_status(product))
    name = f'<label>Name <input name="name" size="60" value="{escape(product.name)}"></label>'
    buttons = f"{_button('rename', 'Rename')} {_button('picture', 'Other picture')}"
    body += f"<section><h3>Product</h3>{_form(f'{name} {buttons}')}"
    body += _form(status + _button("status", "Set the status")) + "</section>"
    body += _promotion_forms(app, shop, product)
    return page("Shopee", COLOR, f"Product {item_id(product)}", body, LINKS, status=400 if error else 200)


def _variant_forms(app, shop, product, variant):
    model = f'<input type="hidden" name="model_id" value="{model_id(product, variant)}">'
    places = "".join(
        f"""<label>{place} <input name="stock_{place}" value="{pieces}" size="6" inputmode="numeric"></label> """
        for place, pieces in app.by_location(shop, variant.number).items()
    )
    price = variant.prices[shop.country.currency]
    suspend = "Give it back to buyers" if shop.shelf.is_suspended(variant.number) else "Make it unavailable"
    title = escape(", ".join(value for _, value in variant.options) or "The only variation")
    return f"""<section><h3>{title}</h3>{_form(f"{model}{places}{_button('set_stock', 'Set the stock')}")}
{
        _form(f'''{model}<label>SKU <input name="sku" value="{escape(variant.sku)}"></label> <label>GTIN
<input name="barcode" value="{escape(variant.barcode)}"></label> <label>Price
<input name="price" value="{price}" size="8"></label> {_button("change", "Change")}
{_button("suspend", suspend)} {_button("remove", "Delete the variation")}''')
    }</section>"""


def _promotion_forms(app, shop, product):
    running = {one.promotion_id: one for variant in product.variants for one in app.promotions_of(shop, variant.number)}
    rows = "".join(
        f"""<p>{escape(one.kind)}, {local_time(shop, one.start_time)} to {local_time(shop, one.end_time)}
<button name="promotion_id" value="{number}">End it</button></p>"""
        for number, one in running.items()
    )
    end = _form(f'<input type="hidden" name="action" value="end_promotion">{rows}') if rows else ""
    start = _form(
        f"""{select("kind", KINDS, KINDS[0])} <label>Pieces of each variation <input name="reserved" value="5"
size="5"></label> <label>Price <input name="price" size="8"></label> <label>Begins in minutes <input name="begins_in"
value="0" size="5"></label> <label>Lasts minutes <input name="lasts" value="60" size="5"></label>
{_button("promote", "Start a promotion")}"""
    )
    return f"<section><h3>Promotions</h3>{end}{start}</section>"


def _button(action, text):
    return f'<button name="action" value="{action}">{escape(text)}</button>'


def _form(content):
    return f'<form method="post"><p>{content}</p></form>'
