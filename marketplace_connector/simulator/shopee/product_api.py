"""The calls that read products (v2.product.get_item_list, get_item_base_info, get_model_list, get_item_promotion,
get_kit_item_info)."""

from .gateway import ApiError, WrongParameters, shop_api
from .item_content import base_info, model_content, tier_variation
from .items import ITEM_STATUSES, find_product, has_models, item_id, item_sku, model_id
from .orders import number

MOST_ROWS = 100
MOST_ITEMS = 50
NOT_FOUND = ("error_item_not_found", "Item_id is not found.")
OVER_LIMIT = ("error_param", "get items offset over limit, please use the next field")


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/product/get_item_list", get_item_list)
    shop_api(app, "/api/v2/product/get_item_base_info", get_item_base_info)
    shop_api(app, "/api/v2/product/get_model_list", get_model_list)
    shop_api(app, "/api/v2/product/get_item_promotion", get_item_promotion)
    shop_api(app, "/api/v2/product/get_kit_item_info", get_kit_item_info)


def get_item_list(call):
    """The items in certain statuses, page by page; `update_time_from` and `update_time_to` are both within."""
    offset, page_size = call.integer("offset"), call.integer("page_size")
    if not 1 <= page_size <= MOST_ROWS:
        raise WrongParameters("page_size must be between 1 and 100.")
    if call.app.most_item_offset and offset > call.app.most_item_offset:
        raise ApiError(*OVER_LIMIT)
    statuses = set(call.request.args.getlist("item_status"))
    if not statuses or not statuses <= set(ITEM_STATUSES):
        raise ApiError("error_param_item_status", "Item status error.")
    first, last = call.integer("update_time_from", 0), call.integer("update_time_to", 2**32)
    if last < first:
        raise ApiError("error_update_time_range", "Update_time_to should be later than update_time_from.")
    shop = call.shop
    found = shop.products_in(statuses)
    if call.text("update_time_from") or call.text("update_time_to"):
        found = [product for product in found if first <= shop.item_update_time(product) <= last]
    rows = [_row(shop, product) for product in found[offset : offset + page_size]]
    content = {"item": rows, "total_count": len(found), "has_next_page": False}
    if len(found) > offset + page_size:
        content |= {"has_next_page": True, "next_offset": offset + page_size}
    return {"response": content}


def get_item_base_info(call):
    """Items by their numbers, with price and stock where they have no variations."""
    found = {wanted: find_product(call.shop, wanted) for wanted in _ids(call)}
    known = [product for product in found.values() if product]
    if not known or (len(known) < len(found) and call.app.unknown_item_fails_call):
        raise ApiError(*NOT_FOUND)
    return {"response": {"item_list": [base_info(call, product) for product in known]}}


def get_model_list(call):
    """The variations of one item, with the price and stock of each; nothing for an item without variations."""
    product = _product(call)
    varied = has_models(product)
    content = {
        "tier_variation": tier_variation(product) if varied else [],
        "model": [model_content(call, product, variant) for variant in product.variants] if varied else [],
        "standardise_tier_variation": [],
    }
    return {"response": content}


def get_item_promotion(call):
    """The promotions of up to 50 items that go on or are to come, one row for each variation in them."""
    texts, ids = _id_texts(call), _ids(call)
    if len(ids) < len(texts):
        raise ApiError("error_param", "Repeat item_id.")
    products = {wanted: find_product(call.shop, wanted) for wanted in ids}
    return {
        "response": {
            "success_list": [
                {"item_id": wanted, "promotion": list(_promotions(call, product))}
                for wanted, product in products.items()
                if product
            ],
            "failure_list": [
                {"item_id": wanted, "failed_reason": "Product not found"}
                for wanted, product in products.items()
                if not product
            ],
        }
    }


def get_kit_item_info(call):
    """What a kit is made of."""
    product, shop = _product(call), call.shop
    if not product.is_kit:
        raise ApiError("error_data", "data not exist")
    content = {
        "item_id": item_id(product),
        "item_name": product.name,
        "item_status": shop.item_status(product),
        "item_sku": item_sku(product),
        "model_list": [
            {
                "model_id": model_id(product, variant),
                "model_sku": variant.sku,
                "original_price": number(variant.prices[shop.country.currency]),
                "tier_index": [place] if has_models(product) else [],
                "component_list": [_component(shop, *part) for part in shop.kits.get(variant.number, ())],
            }
            for place, variant in enumerate(product.variants)
        ],
        "tier_variation_list": tier_variation(product),
    }
    return {"response": {"product_info": content}}


# === PARTS === #


def _row(shop, product):
    return {
        "item_id": item_id(product),
        "item_status": shop.item_status(product),
        "update_time": shop.item_update_time(product),
        "tag": {"kit": product.is_kit},
    }


def _product(call):
    product = find_product(call.shop, call.integer("item_id"))
    if product is None:
        raise ApiError(*NOT_FOUND)
    return product


def _ids(call):
    """The numbers asked for, each once."""
    return list(dict.fromkeys(map(int, _id_texts(call))))


def _id_texts(call):
    """Numbers as repeated keys, as a bare list with commas, or in brackets: SDKs send all three."""
    texts = call.request.args.getlist("item_id_list")
    parts = [part.strip() for text in texts for part in text.strip("[]").split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts):
        raise WrongParameters("item_id_list is a required field.")
    if len(parts) > MOST_ITEMS:
        raise WrongParameters("item_id_list: the length must be between 0 and 50.")
    return parts


def _promotions(call, product):
    now, shop = call.app.clock.seconds(), call.shop
    for variant in product.variants:
        for promotion in call.app.promotions_of(shop, variant.number):
            price = variant.prices[shop.country.currency] if promotion.price is None else promotion.price
            yield {
                "promotion_type": promotion.kind,
                "promotion_id": promotion.promotion_id,
                "model_id": model_id(product, variant),
                "start_time": promotion.start_time,
                "end_time": promotion.end_time,
                "promotion_price_info": [{"promotion_price": number(price)}],
                "promotion_staging": "ongoing" if promotion.is_ongoing(now) else "upcoming",
                "promotion_stock_info_v2": {"summary_info": {"total_reserved_stock": promotion.reserved}},
            }


def _component(shop, variant_number, pieces):
    product, variant = shop.shelf.product_of(variant_number), shop.shelf.variant(variant_number)
    return {
        "component_item_id": item_id(product),
        "component_item_name": product.name,
        "component_model_id": model_id(product, variant),
        "component_model_name": ",".join(value for _, value in variant.options),
        "component_item_or_model_sku": variant.sku,
        "quantity": pieces,
        "main_component": False,
    }
