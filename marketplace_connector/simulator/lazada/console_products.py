"""Seller Center's products: what sellers do with them by hand, by forms for people and in JSON for programs."""

from decimal import Decimal, InvalidOperation

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from ..catalogue import money
from ..shelf import STATUSES, Shelf
from ..web import json_response
from .bulk_manage import price_stock_workbook
from .console_frame import bound, refused, show
from .orders import item_id, sku_id
from .product_pages import ADDRESS, product_address, product_list_page, product_page

MOST_VARIANTS = 200_000
MOST_PIECES = 1_000_000
SWITCHES = (
    *("product_order", "highest_product_offset", "all_includes_deleted", "nothing_found_is_empty", "images_are_text"),
    *("suspended_skus_stand_apart", "barcode_field", "quantity_is_sellable", "stock_calls_a_second", "sku_refusals"),
    *("good_skus_are_applied", "several_warehouses_need_codes", "stock_moves_updated_time", "mega_campaign"),
    *("campaign_forbids_decrease", "refuse_oversold", "cancelling_empties_stock", "unpaid_lasts"),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(app):
    """Serve the pages, and the JSON beside them."""
    for path, function, methods in (
        ("/products", show_list, ("GET",)),
        ("/products/<int:seller_id>/<int:number>", show_product, ("GET",)),
        ("/products/<int:seller_id>/<int:number>", change_product, ("POST",)),
        ("/variants/<int:seller_id>/<int:number>", change_variant, ("POST",)),
        ("/bulk-manage/<int:seller_id>", export, ("GET",)),
        ("/catalogue", catalogue, ("GET",)),
        ("/shelf", fill_shelf, ("POST",)),
        ("/warehouses", open_warehouse, ("POST",)),
        ("/switches", switches, ("GET", "POST")),
    ):
        app.route(f"/seller-center{path}", bound(app, function), methods)


# === PAGES === #


def show_list(app, request):
    """The products, or those that are searched for."""
    return show("Products", product_list_page(app, request.args.get("q", ""), request.args.get("status", "")))


def show_product(app, request, seller_id, number):
    """One product with all that can be done with it."""
    shop = _shop(app, seller_id)
    product = shop.shelf.product(number)
    if product is None:
        return show("Products", '<p class="error">There is no such product.</p>', 404)
    return show(product.name, product_page(app, shop, product))


def export(app, request, seller_id):
    """The file of *Bulk Manage*."""
    shop = _shop(app, seller_id)
    headers = {"Content-Disposition": f'attachment; filename="pricestock{shop.country.code}.xlsx"'}
    return Response(price_stock_workbook(app, shop), content_type=XLSX, headers=headers)


# === CHANGES === #


def change_product(app, request, seller_id, number):
    """Do with a product what `do` says: rename it, new_picture, or put it in one of the statuses."""
    shop, given = _shop(app, seller_id), _given(request)
    action, product = given.get("do"), shop.shelf.product(number)
    if product is None:
        raise NotFound("There is no such product")
    if action == "rename" and given.get("name"):
        shop.shelf.change(number, name=given["name"])
    elif action == "new_picture":
        shop.shelf.new_picture(number)
    elif action in STATUSES:
        shop.shelf.set_status(number, action)
    else:
        return _refuse(request, "Choose what to do with the product.")
    return _done(request, _product_row(shop, shop.shelf.product(number)), product_address(shop, product))


def change_variant(app, request, seller_id, number):
    """Do with a variant what `do` says: a name of VARIANT_ACTIONS."""
    shop, given = _shop(app, seller_id), _given(request)
    variant = shop.shelf.variant(number)
    if variant is None:
        raise NotFound("There is no such variant")
    if given.get("do") not in VARIANT_ACTIONS:
        return _refuse(request, "Choose what to do with the SKU.")
    product = shop.shelf.product_of(number)
    try:
        VARIANT_ACTIONS[given["do"]](app, shop, number, given)
    except (ValueError, InvalidOperation) as error:
        return _refuse(request, str(error) if type(error) is ValueError else "That is not a number.")
    left = shop.shelf.variant(number)
    content = _variant_row(app, shop, product, left) if left else {}
    return _done(request, content, product_address(shop, product))


def _set_stock(app, shop, number, given):
    app.set_sellable(shop, number, _pieces(given), given.get("warehouse") or shop.warehouses[0].code)


def _start_campaign(app, shop, number, given):
    hours = Decimal(given.get("hours") or 24)
    if not 0 < hours <= 24 * 366:
        raise ValueError("A campaign lasts some hours.")
    app.start_campaign(shop, number, _pieces(given), seconds=int(hours * 3600))


def _end_campaigns(app, shop, number, given):
    for campaign in app.running_campaigns(shop, number):
        app.end_campaign(campaign)


def _set_price(app, shop, number, given):
    currency = shop.country.currency
    price = money(Decimal(given.get("price") or 0), currency)
    if not 0 < price < 10**9:
        raise ValueError("A price is more than nothing.")
    shop.shelf.change_variant(number, prices={**shop.shelf.variant(number).prices, currency: price})


VARIANT_ACTIONS = {
    "set_stock": _set_stock,
    "receive": lambda app, shop, number, given: app.receive(shop, number, _pieces(given)),
    "keep_at_lazada": lambda app, shop, number, given: app.keep_at_lazada(shop, number, _pieces(given)),
    "start_campaign": _start_campaign,
    "end_campaigns": _end_campaigns,
    "set_sku": lambda app, shop, number, given: shop.shelf.change_variant(number, sku=given.get("sku") or ""),
    "set_price": _set_price,
    "set_barcode": lambda app, shop, number, given: shop.shelf.change_variant(
        number, barcode=given.get("barcode") or ""
    ),
    "suspend": lambda app, shop, number, given: shop.shelf.suspend(number),
    "give_back": lambda app, shop, number, given: shop.shelf.suspend(number, False),
    "remove": lambda app, shop, number, given: shop.shelf.remove_variant(number),
}


def _pieces(given):
    text = str(given.get("pieces", ""))
    if not text.isdecimal() or int(text) > MOST_PIECES:
        raise ValueError("Say how many pieces.")
    return int(text)


# === FOR PROGRAMS === #


def catalogue(app, request):
    """The variants of the shop `seller_id`, or of the first one, with their stock."""
    shop = _shop(app, request.args.get("seller_id"))
    rows = [
        _variant_row(app, shop, product, variant) for product in shop.shelf.products for variant in product.variants
    ]
    return json_response({"seller_id": shop.seller_id, "variants": rows})


def fill_shelf(app, request):
    """Replace what the shop `seller_id`, or the first one, sells by `variants` made-up ones, `each` to a product."""
    given = _given(request)
    shop = _shop(app, given.get("seller_id"))
    try:
        variants, each = int(given.get("variants", 0)), int(given.get("each", 4))
    except (TypeError, ValueError):
        raise BadRequest("variants and each must be whole numbers") from None
    if not 0 < variants <= MOST_VARIANTS or not 0 < each <= 100:
        raise BadRequest(f"variants must be 1 to {MOST_VARIANTS}, each 1 to 100")
    if shop.orders:
        raise BadRequest("a shop with orders keeps what it sells")
    shop.shelf = Shelf.generated(variants, each, app.clock)
    shop.stock.clear()
    shop.campaigns.clear()
    shop.kept_by_lazada.clear()
    return json_response({"products": len(shop.shelf.products), "variants": variants})


def open_warehouse(app, request):
    """One more warehouse, `code` and `name`, of the shop `seller_id`, or of the first one."""
    given = _given(request)
    shop, code = _shop(app, given.get("seller_id")), str(given.get("code") or "").strip()
    if not code or code in [one.code for one in shop.warehouses]:
        return _refuse(request, "A warehouse needs a code of its own.")
    app.open_warehouse(shop, code, given.get("name") or "")
    return _done(request, {"warehouses": [one.code for one in shop.warehouses]}, ADDRESS)


def switches(app, request):
    """Set any of SWITCHES, each to a value of the type that it has; answers with all of them."""
    given = _given(request) if request.method == "POST" else {}
    for name in SWITCHES:
        if name in given and type(given[name]) is not type(getattr(app, name)):
            raise BadRequest(f"{name} is a {type(getattr(app, name)).__name__}")
    for name in SWITCHES:
        if name in given:
            setattr(app, name, given[name])
    return json_response({name: getattr(app, name) for name in SWITCHES})


# === HELPERS === #


def _shop(app, seller_id):
    """The shop of that number, the first one where none is named; a web error for any other."""
    try:
        return app.shops[int(seller_id)] if seller_id else next(iter(app.shops.values()))
    except (KeyError, ValueError):
        raise NotFound("There is no such shop") from None


def _given(request):
    given = request.get_json() if request.is_json else request.form.to_dict()
    if not isinstance(given, dict):
        raise BadRequest("a JSON object is meant")
    return given


def _refuse(request, message):
    return json_response({"error": message}, 400) if request.is_json else refused(message)


def _done(request, content, address):
    return json_response(content) if request.is_json else redirect(address, 303)


def _product_row(shop, product):
    return {
        "number": product.number,
        "item_id": item_id(shop, product),
        "name": product.name,
        "status": shop.shelf.status(product.number),
    }


def _variant_row(app, shop, product, variant):
    own = app.own_stock(shop, variant.number)
    at_lazada = app.stock_at_lazada(shop, variant.number)
    return {
        "number": variant.number,
        "item_id": item_id(shop, product),
        "sku_id": sku_id(shop, variant),
        "seller_sku": variant.sku,
        "name": product.name,
        "options": dict(variant.options),
        "barcode": variant.barcode,
        "price": str(variant.prices[shop.country.currency]),
        "status": shop.shelf.status(product.number),
        "suspended": shop.shelf.is_suspended(variant.number),
        "sellable": sum(stock.sellable for stock in own.values()),
        "withhold": sum(stock.withhold for stock in own.values()),
        "occupy": sum(stock.occupy for stock in own.values()),
        "warehouses": {code: stock.sellable for code, stock in own.items()},
        "at_lazada": sum(stock.sellable for stock in at_lazada.values()),
        "locked": app.locked(shop, variant.number),
    }
