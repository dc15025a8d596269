"""The calls that read products and their stock (v2.product.get_item_list, get_item_base_info, get_model_list)."""

from ..catalogue import catalogue
from .gateway import ApiError, WrongParameters, shop_api
from .orders import FIRST_ITEM_ID, FIRST_MODEL_ID, number

ITEM_STATUSES = ("NORMAL", "BANNED", "UNLIST", "REVIEWING", "SELLER_DELETE", "SHOPEE_DELETE")
MOST_ROWS = 100
MOST_ITEMS = 50
ON_SALE_SINCE = 1_735_689_600  # 1 January 2025
DAY = 86_400
NOT_FOUND = ("error_item_not_found", "Item_id is not found.")


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/product/get_item_list", get_item_list)
    shop_api(app, "/api/v2/product/get_item_base_info", get_item_base_info)
    shop_api(app, "/api/v2/product/get_model_list", get_model_list)


def get_item_list(call):
    """The items in certain statuses, page by page."""
    offset, page_size = call.integer("offset"), call.integer("page_size")
    if not 1 <= page_size <= MOST_ROWS:
        raise WrongParameters("page_size must be between 1 and 100.")
    statuses = call.request.args.getlist("item_status")
    if not statuses or not set(statuses) <= set(ITEM_STATUSES):
        raise ApiError("error_param_item_status", "Item status error.")
    first, last = call.integer("update_time_from", 0), call.integer("update_time_to", 2**32)
    if last < first:
        raise ApiError("error_update_time_range", "Update_time_to should be later than update_time_from.")
    rows = [
        {
            "item_id": item_id(product),
            "item_status": _status(call, product),
            "update_time": _update_time(call, product),
            "tag": {"kit": False},
        }
        for product in catalogue()
        if _status(call, product) in statuses and first <= _update_time(call, product) <= last
    ]
    content = {"item": rows[offset : offset + page_size], "total_count": len(rows), "has_next_page": False}
    if len(rows) > offset + page_size:
        content |= {"has_next_page": True, "next_offset": offset + page_size}
    return {"response": content}


def get_item_base_info(call):
    """Items by their numbers, with price and stock where they have no variations."""
    wanted = _ids(call)
    if len(wanted) > MOST_ITEMS:
        raise WrongParameters("item_id_list: the length must be between 0 and 50.")
    products = {item_id(product): product for product in catalogue()}
    known = [products[one] for one in wanted if one in products]
    if not known or (len(known) < len(wanted) and call.app.unknown_item_fails_call):
        raise ApiError(*NOT_FOUND)
    stock = _stock(call)
    return {"response": {"item_list": [_item(call, product, stock) for product in known]}}


def get_model_list(call):
    """The variations of one item, with the price and stock of each; nothing for an item without variations."""
    wanted = call.integer("item_id")
    product = next((product for product in catalogue() if item_id(product) == wanted), None)
    if product is None:
        raise ApiError(*NOT_FOUND)
    stock = _stock(call)
    options = _options(product)
    models = [
        {
            "model_id": FIRST_MODEL_ID + variant.number,
            "model_sku": variant.sku,
            "model_status": "MODEL_NORMAL",
            "tier_index": [options[name].index(value) for name, value in variant.options],
            "price_info": [_price(call, variant)],
            "promotion_id": 0,
            "has_promotion": False,
            "stock_info_v2": _stock_info(call, variant, stock),
            "pre_order": {"is_pre_order": False, "days_to_ship": 2},
            "gtin_code": "",
            "weight": str(variant.weight),
            "is_fulfillment_by_shopee": variant.sku in stock["shopee"],
        }
        for variant in product.variants
        if variant.options
    ]
    tiers = [{"name": name, "option_list": [{"option": value} for value in values]} for name, values in options.items()]
    return {"response": {"tier_variation": tiers, "model": models, "standardise_tier_variation": []}}


# === PARTS === #


def item_id(product):
    """The number of the product's item, the same one that orders name."""
    return FIRST_ITEM_ID + product.number


def _ids(call):
    """Numbers as repeated keys, as a bare list with commas, or in brackets: SDKs send all three."""
    texts = call.request.args.getlist("item_id_list")
    parts = [part.strip() for text in texts for part in text.strip("[]").split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts):
        raise WrongParameters("item_id_list is a required field.")
    return list(dict.fromkeys(map(int, parts)))


def _item(call, product, stock):
    variant = product.variants[0]
    has_model = bool(variant.options)
    content = {
        "item_id": item_id(product),
        "category_id": 100_000 + product.number,
        "item_name": product.name,
        "description": "",
        "item_sku": f"PARENT-{product.number}" if has_model else variant.sku,
        "create_time": _create_time(product),
        "update_time": _update_time(call, product),
        "attribute_list": [],
        "image": {"image_url_list": [], "image_id_list": []},
        "weight": str(max(one.weight for one in product.variants)),
        "dimension": {"package_length": 10, "package_width": 10, "package_height": 4},
        "logistic_info": [],
        "pre_order": {"is_pre_order": False, "days_to_ship": 2},
        "wholesales": [],
        "condition": "NEW",
        "item_status": _status(call, product),
        "deboost": "false",
        "has_model": has_model,
        "promotion_id": 0,
        "has_promotion": False,
        "brand": {"brand_id": 0, "original_brand_name": "NoBrand"},
        "gtin_code": "",
        "is_fulfillment_by_shopee": not has_model and variant.sku in stock["shopee"],
        "tag": {"kit": False},
    }
    if not has_model:
        content |= {"price_info": [_price(call, variant)], "stock_info_v2": _stock_info(call, variant, stock)}
    return content


def _price(call, variant):
    price = number(variant.prices[call.shop.country.currency])
    return {
        "currency": call.shop.country.currency,
        "original_price": price,
        "current_price": price,
        "inflated_price_of_original_price": price,
        "inflated_price_of_current_price": price,
    }


def _stock(call):
    """What can be bought now, at the seller's and at Shopee's."""
    return {"seller": call.app.sellable(call.shop), "shopee": call.app.sellable(call.shop, at_shopee=True)}


def _stock_info(call, variant, stock):
    own, at_shopee = stock["seller"][variant.sku], stock["shopee"].get(variant.sku)
    as_sent = str if call.app.shopee_stock_is_text else int
    kept = [] if at_shopee is None else [{"location_id": f"{call.shop.region}Z-FBS", "stock": as_sent(at_shopee)}]
    return {
        "summary_info": {"total_reserved_stock": 0, "total_available_stock": own + (at_shopee or 0)},
        "seller_stock": [{"location_id": call.shop.product_location_id, "stock": own, "if_saleable": True}],
        "shopee_stock": kept,
    }


def _options(product):
    """The values of each variation in the order of their first appearance."""
    names = [name for name, _ in product.variants[0].options]
    return {name: list(dict.fromkeys(dict(variant.options)[name] for variant in product.variants)) for name in names}


def _status(call, product):
    return call.app.item_statuses.get((call.shop.shop_id, item_id(product)), "NORMAL")


def _create_time(product):
    return ON_SALE_SINCE + product.number * DAY


def _update_time(call, product):
    changes = [call.app.stock_changes.get((call.shop.shop_id, variant.sku), 0) for variant in product.variants]
    return max(_create_time(product), *changes)
