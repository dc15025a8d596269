"""Items, models and their stock as the API shows them."""

from ..pictures import picture_url
from .items import has_models, item_id, item_sku, model_id, option_values
from .orders import number


def base_info(call, product):
    """The item in get_item_base_info; price and stock are at its variations where it has some."""
    app, shop = call.app, call.shop
    varied, variant = has_models(product), product.variants[0]
    picture = picture_url(call.request.host_url, shop.shop_id, product)
    content = {
        "item_id": item_id(product),
        "category_id": 100_000 + product.number,
        "item_name": product.name,
        "description": "",
        "item_sku": item_sku(product),
        "create_time": int(shop.shelf.created_at(product.number).timestamp()),
        "update_time": shop.item_update_time(product),
        "attribute_list": [],
        "image": {
            "image_url_list": [picture] if picture else [],
            "image_id_list": [f"sim-{product.number}-{product.picture}"] if picture else [],
            "image_ratio": "1:1",
        },
        "weight": str(max(one.weight for one in product.variants)),
        "dimension": {"package_length": 10, "package_width": 10, "package_height": 4},
        "logistic_info": [],
        "pre_order": {"is_pre_order": False, "days_to_ship": 2},
        "wholesales": [],
        "condition": "NEW",
        "item_status": shop.item_status(product),
        "deboost": "false",
        "has_model": varied,
        "brand": {"brand_id": 0, "original_brand_name": "NoBrand"},
        "gtin_code": "" if varied else _gtin(app, variant),
        "is_fulfillment_by_shopee": not varied and app.at_shopee(shop, variant.number) is not None,
        "tag": {"kit": product.is_kit},
        **_promotion(app, shop, [one.number for one in product.variants]),
    }
    if not varied:
        content |= {"price_info": [_price(call, variant)], "stock_info_v2": stock_info(app, shop, variant.number)}
    return content


def model_content(call, product, variant):
    """The variation in get_model_list."""
    app, shop, options = call.app, call.shop, option_values(product)
    suspended = shop.shelf.is_suspended(variant.number)
    return {
        "model_id": model_id(product, variant),
        "model_sku": variant.sku,
        "model_status": "MODEL_UNAVAILABLE" if suspended else "MODEL_NORMAL",
        "tier_index": [options[name].index(value) for name, value in variant.options],
        "price_info": [_price(call, variant)],
        "stock_info_v2": stock_info(app, shop, variant.number),
        "pre_order": {"is_pre_order": False, "days_to_ship": 2},
        "gtin_code": _gtin(app, variant),
        "weight": str(variant.weight),
        "dimension": {"package_length": 10, "package_width": 10, "package_height": 4},
        "is_fulfillment_by_shopee": app.at_shopee(shop, variant.number) is not None,
        **_promotion(app, shop, [variant.number]),
    }


def tier_variation(product):
    """The variations that buyers choose from."""
    return [
        {"name": name, "option_list": [{"option": value} for value in values]}
        for name, values in option_values(product).items()
    ]


def stock_info(app, shop, variant_number):
    """`stock_info_v2` of one variation."""
    own, at_shopee = app.by_location(shop, variant_number), app.at_shopee(shop, variant_number)
    reserved = app.reserved(shop, variant_number)
    if app.reserved_is_deducted:
        own = _without(own, reserved)
    upcoming = 0 if app.reserved_is_deducted else app.reserved(shop, variant_number, only_upcoming=True)
    as_sent = str if app.shopee_stock_is_text else int
    kept = [] if at_shopee is None else [{"location_id": shop.location_at_shopee, "stock": as_sent(at_shopee)}]
    return {
        "summary_info": {
            "total_reserved_stock": reserved,
            "total_available_stock": max(sum(own.values()) + (at_shopee or 0) - upcoming, 0),
        },
        "seller_stock": [
            {"location_id": place, "stock": pieces, "if_saleable": not shop.rests(place)}
            for place, pieces in own.items()
        ],
        "shopee_stock": kept,
    }


def _without(own, reserved):
    """The pieces by location less those that promotions hold, taken from the first places."""
    left = {}
    for place, pieces in own.items():
        held = min(pieces, reserved)
        reserved -= held
        left[place] = pieces - held
    return left


def _gtin(app, variant):
    return (variant.barcode or app.no_gtin) if app.tells_gtin else ""


def _promotion(app, shop, variant_numbers):
    found = [promotion for one in variant_numbers if (promotion := app.ongoing_promotion(shop, one))]
    return {"promotion_id": found[0].promotion_id if found else 0, "has_promotion": bool(found)}


def _price(call, variant):
    currency = call.shop.country.currency
    usual, current = number(variant.prices[currency]), number(call.app.current_price(call.shop, variant))
    return {
        "currency": currency,
        "original_price": usual,
        "current_price": current,
        "inflated_price_of_original_price": usual,
        "inflated_price_of_current_price": current,
    }
