"""Seller Center's products: what their buttons do, on pages for people and in JSON for tools."""

from decimal import Decimal, InvalidOperation

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from ..shelf import Shelf
from ..web import json_response
from . import product_pages
from .items import find_product, find_variant, item_id, model_id
from .mass_update import CONTENT_TYPE, file_name, sales_info_file
from .settings import HOME, done, find_shop, given_fields
from .stock import MOST_PIECES

PRODUCTS = f"{HOME}/products"
MOST_GENERATED = 100_000
MINUTE = 60


def register(app):
    """Serve the pages."""
    app.route(PRODUCTS, lambda request: show_products(app, request), ["GET"])
    app.route(PRODUCTS, lambda request: change_shop(app, request), ["POST"])
    app.route(f"{PRODUCTS}/sales-info", lambda request: download(app, request), ["GET"])
    app.route(f"{PRODUCTS}/levels", lambda request: levels(app, request), ["GET"])
    product = f"{PRODUCTS}/<int:shop_id>/<int:item>"
    app.route(product, lambda request, shop_id, item: show_product(app, request, shop_id, item), ["GET"])
    app.route(product, lambda request, shop_id, item: act(app, request, shop_id, item), ["POST"])
    app.route(f"{HOME}/stock/receive", lambda request: receive(app, request), ["POST"])


# === PAGES === #


def show_products(app, request):
    """My Products of the shop that the query names, of the first one otherwise."""
    shop = _shop(app, request.args)
    return product_pages.product_list(app, shop, request.args, request.host_url)


def show_product(app, request, shop_id, item):
    """One product."""
    shop, product = _find(app, shop_id, item)
    return product_pages.product_page(app, shop, product, request.host_url)


def download(app, request):
    """The Mass Update file of the shop; `plain_variation_id` is that of its items without variations."""
    shop = _shop(app, request.args)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(app, shop)}"'}
    content = sales_info_file(app, shop, request.args.get("plain_variation_id", ""))
    return Response(content, content_type=CONTENT_TYPE, headers=headers)


# === FOR TOOLS === #


def levels(app, request):
    """All items of the shop in JSON: status, and the stock of each variation wherever it lies."""
    shop = _shop(app, request.args)
    return json_response({"items": [_told(app, shop, product) for product in shop.shelf.products]})


def _told(app, shop, product):
    return {
        "item_id": item_id(product),
        "item_name": product.name,
        "item_status": shop.item_status(product),
        "models": [
            {
                "model_id": model_id(product, variant),
                "sku": variant.sku,
                "stock": app.by_location(shop, variant.number),
                "at_shopee": app.at_shopee(shop, variant.number),
                "reserved": app.reserved(shop, variant.number),
                "buyable": app.buyable(shop, variant.number),
            }
            for variant in product.variants
        ],
    }


# === WHAT BUTTONS DO === #


def receive(app, request):
    """Goods of the seller arrive at Shopee's warehouse."""
    given = given_fields(request)
    try:
        app.receive(_shop(app, given), given.get("sku", ""), _pieces(given, "pieces"))
    except (ValueError, TypeError) as error:
        raise BadRequest(str(error)) from None
    return redirect(PRODUCTS, 303)


def change_shop(app, request):
    """`action` is holiday, warehouses (`names`), add (`name`, `sku`, `stock`) or generate (`variants`, `each`)."""
    given = given_fields(request)
    shop = _shop(app, given)
    if given.get("action") not in SHOP_ACTIONS:
        raise BadRequest("There is no such action")
    try:
        content = SHOP_ACTIONS[given["action"]](app, shop, given)
    except (ValueError, TypeError) as error:
        raise BadRequest(str(error)) from None
    return done(request, content, f"{PRODUCTS}?shop_id={shop.shop_id}")


def _holiday(app, shop, given):
    shop.on_holiday = bool(int(given["on"])) if "on" in given else not shop.on_holiday
    return {"on_holiday": shop.on_holiday}


def _warehouses(app, shop, given):
    names = given.get("names", () if shop.warehouses else ("Main warehouse", "Second warehouse"))
    shop.open_warehouses(*names)
    return {"location_ids": shop.locations}


def _add(app, shop, given):
    if not given.get("name"):
        raise ValueError("A product needs a name")
    product = shop.shelf.add(given["name"], [given.get("sku", "")], stock=_pieces(given, "stock", 50))
    return _told(app, shop, product)


def _generate(app, shop, given):
    variants, each = int(given.get("variants", 100)), int(given.get("each", 4))
    if not 0 < variants <= MOST_GENERATED or each < 1:
        raise ValueError(f"1 to {MOST_GENERATED} variants can be generated")
    if shop.orders:
        raise ValueError("The shop has orders of what it sells now")
    shop.shelf = Shelf.generated(variants, each, clock=app.clock)
    shop.stock.clear()
    shop.promotions.clear()
    shop.stock_changes.clear()
    return {"variants": variants}


SHOP_ACTIONS = {"holiday": _holiday, "warehouses": _warehouses, "add": _add, "generate": _generate}


def act(app, request, shop_id, item):
    """A button of a product's page; JSON has the same fields, and gets the product as `levels` tells it."""
    shop, product = _find(app, shop_id, item)
    given = given_fields(request)
    try:
        if given.get("action") not in ACTIONS:
            raise ValueError("There is no such action")
        ACTIONS[given["action"]](app, shop, product, given)
    except (ValueError, TypeError, InvalidOperation) as error:
        message = getattr(error, "message", str(error))
        if request.is_json:
            raise BadRequest(message) from None
        return product_pages.product_page(app, shop, product, request.host_url, message)
    product = shop.shelf.product(product.number)
    return done(request, _told(app, shop, product), f"{PRODUCTS}/{shop_id}/{item}")


def _set_stock(app, shop, product, given):
    named = {name.removeprefix("stock_"): name for name in given if name.startswith("stock_")}
    if "stock" in given:
        named[given.get("location_id") or shop.product_location_id] = "stock"
    if not named or not set(named) <= set(shop.locations):
        raise ValueError("Say how many pieces lie at which place of the shop")
    pieces = {place: _pieces(given, name) for place, name in named.items()}
    app.set_stock(shop, _variant(product, given).number, pieces)


def _rename(app, shop, product, given):
    if not given.get("name"):
        raise ValueError("A product needs a name")
    shop.shelf.change(product.number, name=given["name"])


def _change(app, shop, product, given):
    """SKU, barcode and price as far as they are given; an empty SKU is none."""
    variant = _variant(product, given)
    changes = {name: given[name] for name in ("sku", "barcode") if name in given}
    if given.get("price"):
        price = Decimal(str(given["price"]))
        if price <= 0:
            raise ValueError("A price is above 0")
        changes["prices"] = variant.prices | {shop.country.currency: price}
    shop.shelf.change_variant(variant.number, **changes)


def _promote(app, shop, product, given):
    """For the variation of the `model_id`, or for all."""
    chosen = [_variant(product, given)] if "model_id" in given else product.variants
    app.start_promotion(
        shop,
        [variant.number for variant in chosen],
        _pieces(given, "reserved", 0),
        lasts=int(given.get("lasts", 60)) * MINUTE,
        begins_in=int(given.get("begins_in", 0)) * MINUTE,
        kind=given.get("kind", "Campaign"),
        price=Decimal(str(given["price"])) if given.get("price") else None,
    )


def _suspend(app, shop, product, given):
    number = _variant(product, given).number
    shop.shelf.suspend(number, not shop.shelf.is_suspended(number))


ACTIONS = {
    "set_stock": _set_stock,
    "status": lambda app, shop, product, given: shop.set_item_status(product, given.get("status")),
    "rename": _rename,
    "picture": lambda app, shop, product, given: shop.shelf.new_picture(product.number),
    "change": _change,
    "suspend": _suspend,
    "remove": lambda app, shop, product, given: shop.shelf.remove_variant(_variant(product, given).number),
    "promote": _promote,
    "end_promotion": lambda app, shop, product, given: app.end_promotion(shop, int(given.get("promotion_id", 0))),
}


# === HELPERS === #


def _shop(app, fields):
    return find_shop(app, fields["shop_id"]) if fields.get("shop_id") else next(iter(app.shops.values()))


def _find(app, shop_id, item):
    shop = find_shop(app, shop_id)
    product = find_product(shop, item)
    if product is None:
        raise NotFound("There is no such product")
    return shop, product


def _variant(product, given):
    variant = find_variant(product, int(given.get("model_id") or 0))
    if variant is None:
        raise ValueError("There is no such variation")
    return variant


def _pieces(given, name, default=None) -> int:
    pieces = int(given.get(name, default) if given.get(name) != "" else default or 0)
    if not 0 <= pieces <= MOST_PIECES:
        raise ValueError(f"0 to {MOST_PIECES} pieces can be there")
    return pieces
