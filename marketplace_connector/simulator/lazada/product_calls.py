"""The API calls about products and their stock (Lazada API references GetProducts and GetProductItem, doc 121233)."""

import json
import re
from datetime import datetime

from .calls import check_verified, whole_number
from .gateway import LazadaError, missing_parameter, serve
from .orders import item_id, sku_id

MOST_PRODUCTS = 50
DEFAULT_LIMIT = 20
HIGHEST_OFFSET = 10_000
MOST_SKUS = 100
DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:?\d{2}")

STATUS_NAMES = {
    "active": "Active",
    "inactive": "InActive",
    "pending": "Pending QC",
    "banned": "Suspended",
    "deleted": "Deleted",
}

# What `filter` takes, and the product status it finds; `all` finds everything, `sold-out` looks at the stock.
STATUS_FILTERS = {
    "live": "Active",
    "inactive": "InActive",
    "deleted": "Deleted",
    "pending": "Pending QC",
    "rejected": "Suspended",
}


def register(app):
    """Serve the calls."""
    serve(app, "/products/get", get_products)
    serve(app, "/product/item/get", get_product_item)


def get_products(call):
    """The shop's products in a state, or those with certain SKUs, page by page."""
    check_verified(call.shop)
    fits = _filter(call)
    offset = whole_number(call, "offset", 0, 0, HIGHEST_OFFSET, "14", 'E014: "{}" Invalid Offset')
    limit = whole_number(call, "limit", DEFAULT_LIMIT, 1, MOST_PRODUCTS, "19", 'E019: "{}" Invalid Limit')
    found = [product for product in call.shop.shelf.products if fits(product)]
    chosen = set() if call.app.list_gives_whole_products else _sku_list(call)
    with_stock = call.text("options") == "1" or not call.app.stock_needs_options
    shown = [product_json(call.app, call.shop, one, with_stock, chosen) for one in found[offset : offset + limit]]
    return {"data": {"total_products": len(found), "products": shown} if found else {}}


def get_product_item(call):
    """One product with all its SKUs."""
    text = call.text("item_id")
    if not text:
        raise LazadaError("200", "E200: Empty SellerSku")
    product = _of_item(call.shop, text)
    if product is None and any(_of_item(shop, text) for shop in call.app.shops.values()):
        raise LazadaError("EDIT_ITEM_NOT_BELONG_SELLER", "You are not authorized to edit the item.")
    if product is None:
        raise LazadaError("208", "E208: Item not exist")
    return {"data": product_json(call.app, call.shop, product, True)}


# === PARAMETERS === #


def _filter(call):
    """A function that says whether a product is meant by the call's filter, dates and SKUs."""
    wanted = call.text("filter")
    if not wanted:
        raise missing_parameter("filter")
    if wanted not in (*STATUS_FILTERS, "all", "sold-out"):
        raise LazadaError("36", "E036: Invalid status filter")
    limits = [
        (changed, after, _moment(call, name))
        for name, changed, after in (
            ("create_after", False, True),
            ("create_before", False, False),
            ("update_after", True, True),
            ("update_before", True, False),
        )
        if call.text(name)
    ]
    chosen = _sku_list(call)

    def in_time(product):
        shelf = call.shop.shelf
        moments = (shelf.created_at(product.number), shelf.changed_at(product.number))
        return all((moments[i] >= limit) if after else (moments[i] <= limit) for i, after, limit in limits)

    def fits(product):
        of_skus = not chosen or any(variant.sku in chosen for variant in product.variants)
        return of_skus and in_time(product) and _has_status(call, product, wanted)

    return fits


def _has_status(call, product, wanted):
    if wanted == "sold-out":
        return not any(call.app.stock(call.shop, variant.number).sellable for variant in product.variants)
    return wanted == "all" or _status(call.shop, product) == STATUS_FILTERS[wanted]


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


# === ANSWERS === #


def product_json(app, shop, product, with_stock, chosen=()):
    """The product with its SKUs, or with those that are `chosen`; with the stock of each warehouse or without."""
    names = [name for name, _ in product.variants[0].options]
    return {
        "item_id": item_id(shop, product),
        "primary_category": 10_000_000 + product.number,
        "status": _status(shop, product),
        "subStatus": "",
        "created_time": _milliseconds(shop.shelf.created_at(product.number)),
        "updated_time": _milliseconds(shop.shelf.changed_at(product.number)),
        "images": [],
        "marketImages": [],
        "attributes": {"name": product.name, "brand": "No Brand", "short_description": "", "description": ""},
        "variation": {
            f"variation{place}": {
                "name": name,
                "has_image": False,
                "customize": True,
                "options": list(dict.fromkeys(dict(variant.options)[name] for variant in product.variants)),
                "label": name,
            }
            for place, name in enumerate(names, start=1)
        },
        "skus": [
            _sku_json(app, shop, variant, with_stock)
            for variant in product.variants
            if not chosen or variant.sku in chosen
        ],
        "suspendedSkus": [],
        "rejectReason": [],
        "trialProduct": False,
        "hiddenStatus": "",
        "hiddenReason": "",
    }


def _sku_json(app, shop, variant, with_stock):
    product = shop.shelf.product_of(variant.number)
    item, sku, stock = item_id(shop, product), sku_id(shop, variant), app.stock(shop, variant.number)
    content = {
        "SkuId": sku,
        "SellerSku": variant.sku,
        "ShopSku": f"{item}_{shop.country.code}-{sku}",
        "Status": "active" if _status(shop, product) == "Active" else "inactive",
        "quantity": stock.total,
        "Available": stock.sellable,
        "price": float(variant.prices[shop.country.currency]),
        "special_price": 0,
        "package_width": "10.00",
        "package_height": "4.00",
        "package_length": "10.00",
        "package_weight": str(variant.weight),
        "Images": [],
        "Url": f"https://www.lazada.example/products/i{item}-s{sku}.html",
        "saleProp": dict(variant.options),
    }
    if with_stock:
        own = {code: kept for (number, code), kept in shop.stock.items() if number == variant.number}
        at_lazada = app.stock_at_lazada(shop, variant.number)
        content["multiWarehouseInventories"] = [_inventory(*one) for one in own.items() if one[0] not in at_lazada]
        content["fblWarehouseInventories"] = [_inventory(*one) for one in at_lazada.items()]
        content["channelInventories"] = []
    return content


def _inventory(code, stock):
    return {
        "warehouseCode": code,
        "quantity": stock.total,
        "totalQuantity": stock.total,
        "sellableQuantity": stock.sellable,
        "occupyQuantity": stock.occupy,
        "withholdQuantity": stock.withhold,
    }


def _of_item(shop, text):
    return next((product for product in shop.shelf.products if str(item_id(shop, product)) == text), None)


def _status(shop, product):
    return STATUS_NAMES[shop.shelf.status(product.number)]


def _milliseconds(moment):
    return str(int(moment.timestamp() * 1000))
