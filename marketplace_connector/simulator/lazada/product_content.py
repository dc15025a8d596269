"""A product as the API shows it, with its SKUs, their stock and what campaigns lock of it."""

import json
from datetime import timedelta

from ..pictures import picture_url
from .orders import item_id, sku_id
from .render import site_time
from .stock import Stock

STATUS_NAMES = {
    "active": "Active",
    "inactive": "InActive",
    "pending": "Pending QC",
    "banned": "Suspended",
    "deleted": "Deleted",
}
PLACES_FOR_IMAGES = 8
SALE_LASTS = timedelta(days=3650)


def product_json(call, product, with_stock, chosen=()):
    """The product with its SKUs, or with those that are `chosen`; with the stock of each warehouse or without."""
    app, shop = call.app, call.shop
    shelf, status = shop.shelf, shop.shelf.status(product.number)
    picture = picture_url(call.host_url, shop.seller_id, product)
    shown = [variant for variant in product.variants if not chosen or variant.sku in chosen]
    suspended = [variant for variant in shown if shelf.is_suspended(variant.number)]
    if not app.suspended_skus_stand_apart:
        suspended, apart = [], suspended
        shown = [variant for variant in shown if variant not in apart] + apart
    content = {
        "item_id": item_id(shop, product),
        "primary_category": category_id(product),
        "status": STATUS_NAMES[status],
        "subStatus": "Admin" if status == "banned" else "",
        "created_time": _milliseconds(shelf.created_at(product.number)),
        "updated_time": _milliseconds(shelf.changed_at(product.number)),
        "images": [picture] if picture else [],
        "marketImages": [],
        "attributes": {"name": product.name, "brand": "No Brand", "short_description": "", "description": ""},
        "variation": _variation(product),
        "skus": [_sku(call, product, variant, with_stock) for variant in shown if variant not in suspended],
        "suspendedSkus": [_sku(call, product, variant, with_stock) for variant in suspended],
        "rejectReason": [{"suggestion": "", "violationDetail": "Wrong Description"}] if status == "banned" else [],
        "trialProduct": False,
        "hiddenStatus": "",
        "hiddenReason": "",
    }
    if app.images_are_text:
        content |= {name: json.dumps(content[name]) for name in ("images", "marketImages")}
    return content


def category_id(product):
    """The number of the product's category."""
    return 10_000_000 + product.number


def _variation(product):
    names = [name for name, _ in product.variants[0].options] if product.variants else []
    return {
        f"variation{place}": {
            "name": name,
            "has_image": False,
            "customize": True,
            "options": list(dict.fromkeys(dict(variant.options).get(name, "") for variant in product.variants)),
            "label": name,
        }
        for place, name in enumerate(names, start=1)
    }


def _sku(call, product, variant, with_stock):
    app, shop = call.app, call.shop
    item, sku, currency = item_id(shop, product), sku_id(shop, variant), shop.country.currency
    own, at_lazada = app.own_stock(shop, variant.number), app.stock_at_lazada(shop, variant.number)
    everywhere = [*own.values(), *at_lazada.values()]
    available = sum(stock.sellable for stock in everywhere)
    content = {
        "SkuId": sku,
        "SellerSku": variant.sku,
        "ShopSku": f"{item}_{shop.country.code}-{sku}",
        "Status": _sku_status(shop.shelf, product, variant),
        "quantity": available if app.quantity_is_sellable else sum(stock.total for stock in everywhere),
        "Available": available,
        "price": float(variant.prices[currency]),
        **_sale(shop, product, variant),
        "currency_unit": currency,
        "package_width": "10.00",
        "package_height": "4.00",
        "package_length": "10.00",
        "package_weight": str(variant.weight),
        "Images": [variant.picture] + [""] * (PLACES_FOR_IMAGES - 1) if variant.picture else [],
        "Url": f"https://www.lazada.example/products/i{item}-s{sku}.html",
        "saleProp": dict(variant.options),
    }
    if app.barcode_field and variant.barcode:
        content[app.barcode_field] = variant.barcode
    if with_stock:
        content |= {
            "multiWarehouseInventories": [_inventory(app, *one) for one in _shown(own).items()],
            "fblWarehouseInventories": [_inventory(app, *one) for one in at_lazada.items()],
            "channelInventories": [_channel(app, shop, one) for one in shop.campaigns if one.variant == variant.number],
        }
    return content


def _sku_status(shelf, product, variant):
    if shelf.is_buyable(variant.number):
        return "active"
    return "deleted" if shelf.status(product.number) == "deleted" else "inactive"


def _sale(shop, product, variant):
    """The price that buyers pay where it is less, with its dates; 0 and no dates where there is none."""
    amount = variant.sale_prices.get(shop.country.currency)
    if amount is None:
        return {"special_price": 0}
    first, last = sale_dates(shop, product)
    return {
        "special_price": float(amount),
        "special_time_format": "yyyy-MM-dd HH:mm:ss",
        "special_from_time": first,
        "special_to_time": last,
        "special_from_date": first[:10],
        "special_to_date": last[:10],
    }


def sale_dates(shop, product) -> tuple[str, str]:
    """From when until when the product's sale lasts, in the site's time."""
    start = shop.shelf.created_at(product.number)
    return site_time(start, shop), site_time(start + SALE_LASTS, shop)


def _shown(own):
    """The main warehouse always, others only where they have anything (Lazada doc 121233)."""
    first, *others = own.items()
    return dict([first, *(one for one in others if one[1].total)])


def _inventory(app, code, stock: Stock):
    return {
        "warehouseCode": code,
        "quantity": stock.sellable if app.quantity_is_sellable else stock.total,
        "totalQuantity": stock.total,
        "sellableQuantity": stock.sellable,
        "occupyQuantity": stock.occupy,
        "withholdQuantity": stock.withhold,
    }


def _channel(app, shop, campaign):
    """A campaign, those to come and those that are over among them: samples of the reference show such."""
    locked = min(campaign.left, app.sellable(shop, campaign.variant))
    return {
        "channelName": campaign.channel,
        "startTime": site_time(campaign.start, shop),
        "endTime": site_time(campaign.end, shop),
        "sellableQuantity": locked if campaign in app.running_campaigns(shop, campaign.variant) else campaign.left,
    }


def _milliseconds(moment):
    return str(int(moment.timestamp() * 1000))
