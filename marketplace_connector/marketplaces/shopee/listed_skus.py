"""What Shopee tells of an item and its variations (v2.product.get_item_base_info, get_model_list) as SKUs on sale."""

from ..catalogue import ListedSku
from . import const, reading, stock_info

_NO_BARCODE = "0-"  # Brazil writes "00" for an item without one
_WEB = ("https://", "http://")


def status(raw_status):
    """Our word for the status of an item. What is not documented is taken for off sale: its word is shown."""
    return const.ITEM_STATUSES.get(raw_status, "inactive")


def only_sku(item, listed):
    """The SKU of an item without variations. Raises UnexpectedResponse where it cannot be understood."""
    told = stock_info.plain(listed.ref, item)
    return _sku(told, _shared(item, listed), picture_url=_picture(item))


def variations(item, listed, content):
    """The SKUs of an item with variations; `content` answers v2.product.get_model_list.

    An item's own SKU is not its variations': a variation without one has none.
    """
    shared, tiers = _shared(item, listed), _tiers(reading.section(content, "response"))
    skus = []
    for told in stock_info.variations(listed.ref, content):
        if not told.key.sku_ref:
            raise reading.unexpected("response.model.model_id")
        chosen = _chosen(tiers, told.raw.get("tier_index"))
        facts = dict(shared)
        if facts["status"] == "active" and reading.text(told.raw, "model_status") == const.MODEL_OFF_SALE:
            facts |= {"status": "inactive", "raw_status": const.MODEL_OFF_SALE}
        pictures = [_image(option) for _name, option in chosen]
        options = tuple((name, reading.text(option, "option")) for name, option in chosen)
        picture = next(filter(None, pictures), "") or _picture(item)
        skus.append(_sku(told, facts, options=options, picture_url=picture))
    if not skus:
        raise reading.unexpected("response.model")
    return skus


def _shared(item, listed):
    raw_status = reading.text(item, "item_status") or listed.raw_status
    tag = item.get("tag")
    return {
        "name": reading.text(item, "item_name"),
        "status": status(raw_status),
        "raw_status": raw_status,
        "updated_at": reading.moment(item, "update_time"),
        "is_bundle": listed.is_kit or (isinstance(tag, dict) and tag.get("kit") is True),
    }


def _sku(told, facts, **own):
    price, currency = _price(told.raw)
    has_stock = told.raw.get("stock_info_v2") is not None
    return ListedSku(
        item_ref=told.key.item_ref,
        sku_ref=told.key.sku_ref,
        seller_sku=told.key.seller_sku,
        barcode=_barcode(told.raw),
        price=price,
        currency=currency,
        by_platform=stock_info.kept_by_shopee(told.raw),
        stock=stock_info.listing_stock(told) if has_stock else None,
        **facts,
        **own,
    )


def _price(raw):
    """The regular price with tax and its currency; None and '' where none is told."""
    if not raw.get("price_info"):
        return None, ""
    info = reading.sections(raw, "price_info")[0]
    currency = reading.text(info, "currency")
    taxed = "inflated_price_of_original_price"
    key = taxed if currency in const.CURRENCIES_WITHOUT_TAX and info.get(taxed) else "original_price"
    return reading.amount(info, key, f"price_info.{key}"), currency


def _barcode(raw):
    code = reading.text(raw, "gtin_code")
    return code if code.strip(_NO_BARCODE) else ""


def _tiers(response):
    """(name, options) of each thing that buyers choose."""
    tiers = response.get("tier_variation")
    tiers = [tier for tier in tiers if isinstance(tier, dict)] if isinstance(tiers, list) else []
    return [(reading.text(tier, "name"), tier.get("option_list")) for tier in tiers]


def _chosen(tiers, indexes):
    """(name, option) for each index of the variation; one that points nowhere is passed over."""
    indexes = indexes if isinstance(indexes, list) else []
    chosen = []
    for (name, options), index in zip(tiers, indexes, strict=False):
        known = isinstance(options, list) and isinstance(index, int) and 0 <= index < len(options)
        if known and isinstance(options[index], dict):
            chosen.append((name, options[index]))
    return chosen


def _picture(item):
    image = item.get("image")
    urls = image.get("image_url_list") if isinstance(image, dict) else None
    return next((url for url in map(_url, urls if isinstance(urls, list) else ()) if url), "")


def _image(option):
    image = option.get("image")
    return _url(image.get("image_url")) if isinstance(image, dict) else ""


def _url(value):
    return value.strip() if isinstance(value, str) and value.strip().startswith(_WEB) else ""
