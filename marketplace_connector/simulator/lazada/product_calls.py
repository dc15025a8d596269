"""The API calls that read products and their stock (Lazada API references GetProducts and GetProductItem)."""

import json
import re
from datetime import datetime
from zlib import crc32

from .calls import check_verified, whole_number
from .gateway import LazadaError, missing_parameter, serve
from .orders import product_of_item
from .product_content import product_json

MOST_PRODUCTS = 50
DEFAULT_LIMIT = 20
MOST_SKUS = 100
DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:?\d{2}")

# What `filter` takes, and the status it finds; `all` finds them all, `sold-out` looks at the stock.
STATUS_FILTERS = {
    "live": "active",
    "inactive": "inactive",
    "deleted": "deleted",
    "pending": "pending",
    "rejected": "banned",
}

# In what order the pages come: nothing is promised, the first is what sellers see mostly.
ORDERS = {
    "created": lambda number: number,
    "newest": lambda number: -number,
    "mixed": lambda number: crc32(b"%d" % number),
}


def register(app):
    """Serve the calls."""
    serve(app, "/products/get", get_products)
    serve(app, "/product/item/get", get_product_item)


def get_products(call):
    """The shop's products in a state, or those with certain SKUs, page by page."""
    app, shelf = call.app, call.shop.shelf
    check_verified(call.shop)
    chosen = _sku_list(call)
    fits = _filter(call, chosen)
    highest = app.highest_product_offset
    offset = whole_number(call, "offset", 0, 0, highest, "14", 'E014: "{}" Invalid Offset')
    limit = whole_number(call, "limit", DEFAULT_LIMIT, 1, MOST_PRODUCTS, "19", 'E019: "{}" Invalid Limit')
    found = [product for product in shelf.products if fits(product)]
    if app.product_order != "created":
        found.sort(key=lambda product: ORDERS[app.product_order](product.number))
    with_stock = call.text("options") == "1" or not app.stock_needs_options
    shown = [
        product_json(call, product, with_stock, () if app.list_gives_whole_products else chosen)
        for product in found[offset : offset + limit]
    ]
    if not found and app.nothing_found_is_empty:
        return {"data": {}}
    return {"data": {"total_products": len(found), "products": shown}}


def get_product_item(call):
    """One product with all its SKUs."""
    text = call.text("item_id")
    if not text:
        raise LazadaError("200", "E200: Empty SellerSku")
    product = product_of_item(call.shop, text)
    if product is None and any(product_of_item(shop, text) for shop in call.app.shops.values()):
        raise LazadaError("EDIT_ITEM_NOT_BELONG_SELLER", "You are not authorized to edit the item.")
    if product is None:
        raise LazadaError("208", "E208: Item not exist")
    return {"data": product_json(call, product, True)}


# === PARAMETERS === #


def _filter(call, chosen):
    """A function that says whether a product is meant by the call's filter, dates and SKUs."""
    wanted = call.text("filter")
    if not wanted:
        raise missing_parameter("filter")
    if wanted not in (*STATUS_FILTERS, "all", "sold-out"):
        raise LazadaError("36", "E036: Invalid status filter")
    shelf = call.shop.shelf
    limits = [
        (moment_of, after, _moment(call, name))
        for name, moment_of, after in (
            ("create_after", shelf.created_at, True),
            ("create_before", shelf.created_at, False),
            ("update_after", shelf.changed_at, True),
            ("update_before", shelf.changed_at, False),
        )
        if call.text(name)
    ]

    def fits(product):
        if chosen and not any(variant.sku in chosen for variant in product.variants):
            return False
        for moment_of, after, limit in limits:
            moment = moment_of(product.number)
            if moment < limit if after else moment > limit:
                return False
        return _has_status(call, product, wanted)

    return fits


def _has_status(call, product, wanted):
    status = call.shop.shelf.status(product.number)
    if wanted == "all":
        return status != "deleted" or call.app.all_includes_deleted
    if wanted == "sold-out":
        numbers = [variant.number for variant in product.variants]
        return status == "active" and not any(call.app.sellable(call.shop, number) for number in numbers)
    return status == STATUS_FILTERS[wanted]


def _sku_list(call):
    """The SKUs of `sku_seller_list`, a JSON array in a text; empty where it is not given."""
    text = call.text("sku_seller_list")
    if not text:
        return set()
    try:
        chosen = json.loads(text)
    except ValueError:
        chosen = None
    readable = isinstance(chosen, list) and all(isinstance(one, str) for one in chosen)
    if not readable or len(chosen) > MOST_SKUS or call.app.unreadable_skus.intersection(chosen):
        raise LazadaError("70", "E070: You have corrupt data in your sku seller list.")
    return set(chosen)


def _moment(call, name):
    text = call.text(name)
    try:
        if not DATE.fullmatch(text):
            raise ValueError
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise LazadaError("17", f'E017: "{text}" Invalid Date Format') from None
