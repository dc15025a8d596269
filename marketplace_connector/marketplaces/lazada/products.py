"""What Lazada tells of a product and its SKUs (API references GetProducts and GetProductItem, doc 121233)."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from ..catalogue import ListedSku
from ..sites import SITES
from ..stock import ListingStock
from ..types import listing_key
from . import const
from .reading import count, moment, optional_amount, ref, required_ref, sections, text, unexpected


@dataclass(frozen=True, slots=True)
class When:
    """The country whose time Lazada means where it writes no offset, and the present moment."""

    site: str
    now: datetime


# === STOCK === #


def own_stocks(product, when: When, *, each_place=False) -> list[ListingStock]:
    """The seller's own stock of each SKU that tells it; nothing of a deleted product.

    `by_place` is told of a seller with several places, with `each_place` also of one with one.
    """
    if item_status(product) == "gone":
        return []
    item_ref = item_ref_of(product)
    skus = [*sections(product, "skus"), *_listed(product, "suspendedSkus")]
    stocks = (own_stock(item_ref, sku, when, each_place=each_place) for sku in skus)
    return [stock for stock in stocks if stock]


def own_stock(item_ref, sku, when: When, *, each_place=False) -> ListingStock | None:
    """The seller's own stock of the SKU, None where Lazada does not tell the warehouses."""
    if not isinstance(sku.get("multiWarehouseInventories"), list):
        return None
    places = _own_places(sku)
    by_place = tuple((text(place, "warehouseCode"), _pieces(place, "sellableQuantity")) for place in places)
    locked, locked_until = _lock(sku, when)
    return ListingStock(
        listing_key=listing_key(item_ref, ref(sku, "SkuId"), text(sku, "SellerSku")),
        sellable=sum(pieces for _place, pieces in by_place),
        reserved=sum(count(place, key) or 0 for place in places for key in ("withholdQuantity", "occupyQuantity")),
        locked=locked,
        locked_until=locked_until,
        by_place=by_place if each_place or len(by_place) > 1 else (),
    )


def _own_places(sku):
    """The warehouses that are not Lazada's own."""
    others = {text(place, "warehouseCode") for place in _listed(sku, "fblWarehouseInventories")} - {""}
    places = _listed(sku, "multiWarehouseInventories")
    return [place for place in places if text(place, "warehouseCode") not in others]


def _is_kept(sku):
    """Whether the seller has any pieces, sold ones among them; his warehouse is told even where it never had one."""
    keys = ("sellableQuantity", "totalQuantity", "withholdQuantity", "occupyQuantity")
    return any(optional_amount(place, key) for place in _own_places(sku) for key in keys)


def _listed(sku, key):
    """The objects in the list, none where Lazada writes no list."""
    return sections(sku, key) if sku.get(key) else []


def _pieces(place, key):
    """What can be bought: Lazada does not say that it is never below 0."""
    value = optional_amount(place, key)
    if value is None or value != int(value):
        raise unexpected(f"multiWarehouseInventories.{key}")
    return max(int(value), 0)


def _lock(sku, when):
    """Pieces that running campaigns hold, and until when; no end where one of them does not tell it."""
    locked, ends = 0, []
    for channel in _listed(sku, "channelInventories"):
        start, end = (moment(channel, key, when.site) for key in ("startTime", "endTime"))
        pieces = count(channel, "sellableQuantity") or 0
        if pieces and (start is None or start <= when.now) and (end is None or when.now <= end):
            locked += pieces
            ends.append(end)
    return locked, max(ends) if ends and None not in ends else None


# === CATALOGUE === #


def item_ref_of(product):
    """The product's number; samples of `/product/item/get` write some names the other way."""
    return ref(product, "item_id") or required_ref(product, "itemId", "item_id")


def item_status(product):
    """The product's status in our words, '' where there is none."""
    return _status_of(text(product, "status"))


def _status_of(word):
    letters = "".join(filter(str.isalnum, word.lower()))
    # What is not documented is taken for off sale: its word is shown.
    return const.LISTING_STATUSES.get(letters, "inactive") if letters else ""


def listed_skus(product, when: When) -> tuple[ListedSku, ...]:
    """All SKUs of the product. Raises UnexpectedResponse where one of them cannot be understood."""
    shared = {
        "item_ref": item_ref_of(product),
        "name": _name(product),
        "currency": SITES[when.site].currency,
        "updated_at": moment(product, "updated_time", when.site) or moment(product, "updatedTime", when.site),
    }
    found = {}
    for sku in _listed(product, "skus"):
        found[ref(sku, "SkuId")] = _listed_sku(product, sku, when, shared)
    for sku in _listed(product, "suspendedSkus"):
        suspended = replace(_listed_sku(product, sku, when, shared), status="banned", raw_status="Suspended")
        found[suspended.sku_ref] = suspended
    if not found:
        raise unexpected("skus")
    return tuple(found.values())


def _listed_sku(product, sku, when, shared):
    status, raw_status = _sku_status(product, sku)
    sku_ref = required_ref(sku, "SkuId", "skus.SkuId")
    stock = own_stock(shared["item_ref"], sku, when)
    return ListedSku(
        **shared,
        sku_ref=sku_ref,
        seller_sku=text(sku, "SellerSku"),
        options=_options(product, sku),
        price=optional_amount(sku, "price", "skus.price"),
        picture_url=_picture(sku) or _picture(product),
        status=status,
        raw_status=raw_status,
        by_platform=bool(_listed(sku, "fblWarehouseInventories")) and not _is_kept(sku),
        stock=stock,
    )


def _sku_status(product, sku):
    """The status in our words and in Lazada's: a SKU is on sale where itself and its product are."""
    words = text(product, "status"), text(sku, "Status")
    of_product, of_sku = map(_status_of, words)
    status = (of_sku if of_product in ("", "active") else "") or of_product or "inactive"
    told = words[1] if status != of_product or not words[0] else words[0]
    reason = text(product, "subStatus")
    return status, f"{told} ({reason})" if reason and told == words[0] else told


def _name(product):
    attributes = product.get("attributes")
    if not isinstance(attributes, dict):
        return ""
    return text(attributes, "name") or text(attributes, "name_en")


def _options(product, sku):
    """What tells the SKU from its siblings, as (label, value), in the order that the product names them in."""
    chosen = sku.get("saleProp") if isinstance(sku.get("saleProp"), dict) else {}
    labels = _option_labels(product)
    values = {name: text(chosen, name) or text(sku, name) for name in labels} | {
        name: text(chosen, name) for name in chosen if name not in labels
    }
    return tuple((labels.get(name) or name, value) for name, value in values.items() if value)


def _option_labels(product):
    variation = product.get("variation")
    entries = sorted(variation.items()) if isinstance(variation, dict) else []
    told = [entry for _key, entry in entries if isinstance(entry, dict) and text(entry, "name")]
    return {text(entry, "name"): text(entry, "label") for entry in told}


def _picture(raw):
    """The first picture's address; Lazada writes the list as a list or as a text that holds one."""
    for key in ("Images", "images", "productImageList"):
        for url in _list_in(raw.get(key)):
            if isinstance(url, str) and url.strip().startswith(("https://", "http://")):
                return url.strip()
    return ""


def _list_in(value):
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return value if isinstance(value, list) else []
