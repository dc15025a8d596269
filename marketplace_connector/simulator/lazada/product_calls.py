"""The API calls about products and their stock (Lazada API references GetProducts and GetProductItem, doc 121233)."""

import json
import re
from datetime import datetime, timedelta, timezone

from ..catalogue import catalogue, skus
from .calls import check_verified, whole_number
from .gateway import LazadaError, missing_parameter, serve
from .orders import listing_ids

MOST_PRODUCTS = 50
DEFAULT_LIMIT = 20
HIGHEST_OFFSET = 10_000
MOST_SKUS = 100
DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:?\d{2}")
ON_SALE_SINCE = datetime(2025, 1, 1, tzinfo=timezone.utc)

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
    found = [product for product in catalogue() if fits(product)]
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
        moments = (_created(product), _updated(call.shop, product))
        return all((moments[i] >= limit) if after else (moments[i] <= limit) for i, after, limit in limits)

    def fits(product):
        of_skus = not chosen or any(variant.sku in chosen for variant in product.variants)
        return of_skus and in_time(product) and _has_status(call, product, wanted)

    return fits


def _has_status(call, product, wanted):
    if wanted == "sold-out":
        return not any(call.app.stock(call.shop, variant.sku).sellable for variant in product.variants)
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
        "item_id": _item_id(shop, product),
        "primary_category": 10_000_000 + product.number,
        "status": _status(shop, product),
        "subStatus": "",
        "created_time": _milliseconds(_created(product)),
        "updated_time": _milliseconds(_updated(shop, product)),
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
    item_id, sku_id = listing_ids(shop, variant.sku)
    stock = app.stock(shop, variant.sku)
    content = {
        "SkuId": sku_id,
        "SellerSku": variant.sku,
        "ShopSku": f"{item_id}_{shop.country.code}-{sku_id}",
        "Status": "active" if _status(shop, skus()[variant.sku][0]) == "Active" else "inactive",
        "quantity": stock.total,
        "Available": stock.sellable,
        "price": float(variant.prices[shop.country.currency]),
        "special_price": 0,
        "package_width": "10.00",
        "package_height": "4.00",
        "package_length": "10.00",
        "package_weight": str(variant.weight),
        "Images": [],
        "Url": f"https://www.lazada.example/products/i{item_id}-s{sku_id}.html",
        "saleProp": dict(variant.options),
    }
    if with_stock:
        own = {code: kept for (sku, code), kept in shop.stock.items() if sku == variant.sku}
        at_lazada = app.stock_at_lazada(shop, variant.sku)
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


def _of_item(shop, item_id):
    return next((product for product in catalogue() if str(_item_id(shop, product)) == item_id), None)


def _item_id(shop, product):
    return listing_ids(shop, product.variants[0].sku)[0]


def _status(shop, product):
    return shop.product_statuses.get(product.number, "Active")


def _created(product):
    return ON_SALE_SINCE + timedelta(days=product.number)


def _updated(shop, product):
    return shop.product_changes.get(product.number) or _created(product)


def _milliseconds(moment):
    return str(int(moment.timestamp() * 1000))
