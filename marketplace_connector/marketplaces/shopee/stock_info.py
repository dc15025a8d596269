"""What an item or one of its variations says of its stock: `stock_info_v2` of v2.product.get_item_base_info and
get_model_list, `promotion_stock_info_v2` of v2.product.get_item_promotion."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..errors import UnexpectedResponse
from ..stock import ListingStock, PlatformStock, SkuKey
from . import reading


@dataclass(frozen=True, slots=True)
class ToldSku:
    """A SKU with what Shopee tells of it: the item where it has no variations, else the variation."""

    key: SkuKey
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lock:
    """What promotions hold of a SKU until the last of them ends; `is_told` where each of them tells its pieces."""

    reserved: int
    until: datetime | None
    is_told: bool


_NO_LOCK = Lock(0, None, True)


def plain(item_ref, item):
    """The only SKU of an item without variations."""
    return ToldSku(SkuKey(item_ref=item_ref, seller_sku=reading.text(item, "item_sku")), item)


def variations(item_ref, content):
    """The SKUs of the item by its answer to v2.product.get_model_list."""
    models = reading.sections(reading.section(content, "response"), "model", "response.model")
    return [
        ToldSku(
            SkuKey(
                item_ref=item_ref,
                sku_ref=reading.ref(model, "model_id"),
                seller_sku=reading.text(model, "model_sku"),
            ),
            model,
        )
        for model in models
    ]


def platform_stock(told):
    """The pieces at Shopee's. It takes ordered ones off at once, paid or not, and does not tell them apart."""
    places = _places(told.raw, "shopee_stock")
    return PlatformStock(
        listing_key=told.key.listing_key,
        sellable=sum(_pieces(place, "shopee_stock") for place in places),
        warehouse_refs=tuple(sorted(reading.text(place, "location_id") for place in places)),
    )


def listing_stock(told):
    """The pieces at the seller's, of which Shopee takes ordered ones off at once.

    `total_reserved_stock` is "reserved for promotion" on Shopee's pages and counts as locked, see `with_locks`. A place
    that is not saleable now is counted: an update sets its number all the same.
    """
    places = _places(told.raw, "seller_stock")
    pieces = [(reading.text(place, "location_id"), _pieces(place, "seller_stock")) for place in places]
    return ListingStock(
        listing_key=told.key.listing_key,
        sellable=sum(count for _place, count in pieces),
        locked=_reserved(reading.section(told.raw, "stock_info_v2"), "stock_info_v2"),
        by_place=tuple(pieces) if len(pieces) > 1 else (),
    )


def is_promoted(raw):
    """Tell whether v2.product.get_item_promotion has something to say of the item or variation."""
    promoted = raw.get("has_promotion")
    return promoted is True or (promoted is None and bool(reading.ref(raw, "promotion_id")))


def with_locks(stock, locks_of_item):
    """The stock with what promotions hold of it, by what they tell themselves where they do.

    Whether `total_reserved_stock` holds ordered pieces too is not documented. To take those for locked would keep a low
    number from being sent, to overlook a lock only makes Shopee refuse it. `locks_of_item` None: nothing was told.
    """
    if locks_of_item is None:
        return stock
    lock = locks_of_item.get(stock.listing_key, _NO_LOCK)
    locked = lock.reserved if lock.is_told else max(lock.reserved, stock.locked)
    return replace(stock, locked=locked, locked_until=lock.until if locked else None)


def kept_by_shopee(raw):
    """Tell whether the SKU is sold from Shopee's warehouses alone."""
    if raw.get("is_fulfillment_by_shopee") is True:
        return True
    has_stock = isinstance(raw.get("stock_info_v2"), dict)
    return has_stock and bool(_places(raw, "shopee_stock")) and not _places(raw, "seller_stock")


def locks(content):
    """What promotions, running or to come, hold of each SKU (v2.product.get_item_promotion).

    Gives a dict of item refs, of those items that Shopee tells of, with dicts of listing keys.
    """
    told = {}
    for item in _dicts(content.get("response"), "success_list"):
        item_ref = reading.ref(item, "item_id")
        found = told.setdefault(item_ref, {})
        for promotion in _dicts(item, "promotion"):
            key = SkuKey(item_ref=item_ref, sku_ref=reading.ref(promotion, "model_id")).listing_key
            lock = _lock(promotion)
            found[key] = _both(found[key], lock) if key in found else lock
    return told


def _lock(promotion):
    try:
        info = reading.section(promotion, "promotion_stock_info_v2")
        reserved = _reserved(info, "promotion_stock_info_v2", missing=None)
        until = reading.moment(promotion, "end_time")
    except UnexpectedResponse:
        return Lock(0, None, False)
    return _NO_LOCK if reserved == 0 else Lock(reserved or 0, until, reserved is not None)


def _both(lock, other):
    if _NO_LOCK in (lock, other):
        return lock if other == _NO_LOCK else other
    until = max(lock.until, other.until) if lock.until and other.until else None
    return Lock(lock.reserved + other.reserved, until, lock.is_told and other.is_told)


def _reserved(info, where, missing=0):
    """Pieces held for promotions. The pages have them beside the summary, the samples in it."""
    summary = info.get("summary_info")
    holder = summary if isinstance(summary, dict) and "total_reserved_stock" in summary else info
    if holder.get("total_reserved_stock") is None:
        return missing
    return reading.quantity(holder, "total_reserved_stock", f"{where}.total_reserved_stock")


def _places(raw, key):
    info = reading.section(raw, "stock_info_v2")
    return [] if info.get(key) is None else reading.sections(info, key, f"stock_info_v2.{key}")


def _pieces(place, key):
    return reading.quantity(place, "stock", f"stock_info_v2.{key}.stock")


def _dicts(raw, key):
    listed = raw.get(key) if isinstance(raw, dict) else None
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
