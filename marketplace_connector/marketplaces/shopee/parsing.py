"""Turns an order of Shopee's v2.order.get_order_detail into `types.Order`. Prices there are per unit, tax included, in
the shop's currency; what stands on the order besides its lines is in `escrow.py`."""

from collections import Counter
from dataclasses import replace

from ..errors import UnexpectedResponse
from ..sites import SITES
from ..types import (
    ZERO,
    Address,
    Order,
    OrderLine,
    OrderUnit,
    Package,
    ShopInfo,
    is_masked,
    with_digest,
)
from . import const, reading

_DIGITS = {site.currency: site.price_digits for site in SITES.values()}


def shop_info(raw, shop_ref):
    """The shop of v2.shop.get_shop_info, whose fields stand at the top of the answer.

    Raises UnexpectedResponse for a country whose currency and time zone are not known.
    """
    region = reading.required_text(raw, "region").upper()
    site = SITES.get(region)
    if site is None:
        raise UnexpectedResponse(f"Shopee names a country that is not known here: {region[:8]}.", where="region")
    return ShopInfo(
        ref=shop_ref,
        site=region,
        name=reading.text(raw, "shop_name"),
        currency=site.currency,
        time_zone=site.time_zone,
        status=reading.text(raw, "status"),
        authorized_until=reading.moment(raw, "expire_time"),
    )


def order(raw):
    """The order, with `amounts` None and the price of bundle deals, which this call does not tell, 0.

    Raises UnexpectedResponse that names what is missing.
    """
    raw_status = reading.required_text(raw, "order_status")
    packages = raw.get("package_list") or []
    if not isinstance(packages, list) or not all(isinstance(package, dict) for package in packages):
        raise reading.unexpected("package_list")
    status = order_status(raw_status, raw, packages)
    items = reading.sections(raw, "item_list")
    if not items:
        raise reading.unexpected("item_list")
    units = _units(items, status, raw_status)
    parcels = _packages(packages, items, units)
    units = _with_package_refs(units, parcels)
    by_shopee = reading.text(raw, "fulfillment_flag") == const.FULFILLED_BY_SHOPEE
    return with_digest(
        Order(
            ref=reading.required_text(raw, "order_sn"),
            status=status,
            raw_status=raw_status,
            created_at=reading.required_moment(raw, "create_time"),
            updated_at=reading.required_moment(raw, "update_time"),
            currency=reading.required_text(raw, "currency"),
            lines=tuple(_line(item, unit, by_shopee) for item, unit in zip(items, units, strict=True)),
            paid_at=reading.moment(raw, "pay_time"),
            ship_by=reading.moment(raw, "ship_by_date"),
            shipping_address=_address(raw.get("recipient_address")),
            packages=parcels,
            courier=reading.text(raw, "shipping_carrier") or _couriers(parcels),
            raw=raw,
            cancel_request=_cancel_request(status, raw),
            **_buyer(raw),
        )
    )


def order_status(raw_status, raw, packages):
    """The connector's word. A cancelled order that was on its way already has failed (design: status table)."""
    status = const.ORDER_STATUSES.get(raw_status, "unknown")
    if status == "cancelled":
        was_sent = reading.moment(raw, "pickup_done_time") is not None
        words = {reading.text(package, "logistics_status") for package in packages}
        if was_sent or words & const.FAILED_PACKAGE_STATUSES:
            return "failed"
    return status


def package_status(raw_status, tracking_number="", is_arranged=False):
    """The connector's word; a status that Shopee invents later needs a person, like those that ask for one today."""
    if raw_status == "LOGISTICS_READY" and is_arranged:
        return "confirmed"
    if raw_status == "LOGISTICS_REQUEST_CREATED" and tracking_number:
        return "ready_to_ship"
    return const.PACKAGE_STATUSES.get(raw_status, "manual")


def manual_reason(status, raw_status):
    """Why a package with our `status` needs a person, '' where it does not."""
    return const.MANUAL_REASONS.get(raw_status, "unknown_status") if status == "manual" else ""


def price_digits(currency):
    """Decimals of the prices in the currency; 2 for one that no known country uses."""
    return _DIGITS.get(currency, 2)


# === LINES === #


def _line(item, unit, by_shopee):
    quantity = unit.quantity
    cancelled = _cancelled(item, quantity)
    unit_price = _price(item, "model_discounted_price")
    list_price = _price(item, "model_original_price")
    model = reading.ref(item, "model_id")
    # For a bundle deal the price is 0 "by design", so it tells nothing of who gives the discount.
    discount = ZERO if is_priceless(item) else max(list_price - unit_price, ZERO)
    return OrderLine(
        units=(unit,),
        item_ref=reading.ref(item, "item_id"),
        sku_ref=model or "0",
        seller_sku=(reading.text(item, "model_sku") if model else "") or reading.text(item, "item_sku"),
        name=reading.text(item, "item_name"),
        variation=reading.text(item, "model_name"),
        quantity=quantity,
        cancelled_quantity=cancelled,
        unit_price=unit_price,
        total=unit_price * quantity,
        cancelled_total=unit_price * cancelled,
        list_price=list_price,
        seller_discount=discount * quantity,
        fulfilled_by_platform=by_shopee,
        warehouse_ref=_warehouse(item),
    )


def _cancelled(item, quantity):
    """The pieces that are cancelled, in a field that is newer than most of the documented ones."""
    if item.get("cancelled_qty") is None:
        return 0
    cancelled = reading.quantity(item, "cancelled_qty", "item_list.cancelled_qty")
    if cancelled > quantity:
        raise reading.unexpected("item_list.cancelled_qty")
    return cancelled


def is_priceless(item):
    """Tell whether the item's price is in escrow only: bundle deals show 0 here (v2.order.get_order_detail)."""
    return is_bundle(item) and _price(item, "model_discounted_price") == 0


def is_bundle(item):
    """Tell whether an item, of the order or of escrow, was sold in a bundle deal."""
    promotions = item.get("promotion_list")
    promotions = [entry for entry in promotions if isinstance(entry, dict)] if isinstance(promotions, list) else []
    kinds = {reading.text(entry, "promotion_type") for entry in [item, *promotions]}
    return const.BUNDLE_DEAL in kinds | {reading.text(item, "activity_type")}


def _price(item, key):
    price = reading.amount(item, key, f"item_list.{key}")
    if price < 0:
        raise reading.unexpected(f"item_list.{key}")
    return price


def _warehouse(item):
    """The seller's warehouse, '' where there is none or Shopee may still choose among several."""
    value = item.get("product_location_id")
    values = value if isinstance(value, list) else [value]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else ""


# === UNITS AND PACKAGES === #


def live_units(raw):
    """The items of the order that are not wholly cancelled, by unit ref, each with the pieces that are left of it."""
    items = reading.sections(raw, "item_list")
    lines = zip(_units(items, "", ""), items, strict=True)
    units = {unit.ref: (item, unit.quantity - _cancelled(item, unit.quantity)) for unit, item in lines}
    return {ref: (item, count) for ref, (item, count) in units.items() if count}


def order_packages(raw):
    """The packages of the order."""
    items = reading.sections(raw, "item_list")
    packages = raw.get("package_list") or []
    if not isinstance(packages, list) or not all(isinstance(package, dict) for package in packages):
        raise reading.unexpected("package_list")
    return _packages(packages, items, _units(items, "", ""))


def _units(items, status, raw_status):
    units = []
    for item, unit_ref in zip(items, _unit_refs(items), strict=True):
        where = "item_list.model_quantity_purchased"
        quantity = reading.quantity(item, "model_quantity_purchased", where, least=1)
        units.append(OrderUnit(ref=unit_ref, quantity=quantity, status=status, raw_status=raw_status))
    return units


def _unit_refs(items):
    """A ref for each item that is the same in every answer, whatever the order of the items.

    Item, model and order item tell most lines apart. Where they do not, a bundle's group and the line's id do; lines
    alike in these too differ in price or not at all, so that a number will do.
    """
    for item in items:
        if not reading.ref(item, "item_id"):
            raise reading.unexpected("item_list.item_id")
    refs = [_key(item, 3) for item in items]
    for keys in (("promotion_group_id",), ("promotion_group_id", "line_item_id")):
        twins = Counter(refs)
        refs = [
            known if twins[known] == 1 else "-".join([_key(item, 3), *(reading.ref(item, key) or "0" for key in keys)])
            for item, known in zip(items, refs, strict=True)
        ]
    return _numbered(items, refs)


def _numbered(items, refs):
    ranked = sorted(range(len(items)), key=lambda index: _rank(items[index]))
    seen, result = Counter(), list(refs)
    for index in ranked:
        seen[refs[index]] += 1
        if seen[refs[index]] > 1:
            result[index] = f"{refs[index]}-{seen[refs[index]]}"
    return result


def _rank(item):
    keys = ("promotion_id", "model_quantity_purchased", "model_original_price", "model_discounted_price")
    return [str(item.get(key)) for key in keys]


def _key(item, parts):
    """The first parts of what names an item, both on an order and in a package."""
    keys = ("item_id", "model_id", "order_item_id", "promotion_group_id")[:parts]
    return "-".join(reading.ref(item, key) or "0" for key in keys)


def _packages(packages, items, units):
    whole = {unit.ref: unit.quantity for unit in units}
    left = dict(whole)
    parcels = []
    for raw in packages:
        raw_status = reading.text(raw, "logistics_status")
        number = reading.text(raw, "tracking_number")
        status = package_status(raw_status, number, raw.get("is_shipment_arranged") is True)
        parcel_ref = reading.ref(raw, "package_number")
        if not parcel_ref and status == "pending":
            continue  # there is no parcel yet
        if not parcel_ref:
            raise reading.unexpected("package_list.package_number")
        # What a cancelled package held is in another one now, and must not be taken away from that.
        capacity = dict(whole) if status == "cancelled" else left
        parcels.append(
            Package(
                ref=parcel_ref,
                status=status,
                raw_status=raw_status,
                contents=_contents(raw, items, units, capacity),
                tracking_number=number,
                courier=reading.text(raw, "shipping_carrier"),
                manual_reason=manual_reason(status, raw_status),
            )
        )
    return tuple(parcels)


def _contents(raw, items, units, left):
    """Which units are in the package; `left` is what is in none yet, and is lowered."""
    content = raw.get("item_list") or []
    if not content:
        return tuple((unit.ref, unit.quantity) for unit in units)
    pieces = Counter()
    for entry in reading.sections(raw, "item_list", "package_list.item_list"):
        count = reading.quantity(entry, "model_quantity", "package_list.item_list.model_quantity")
        candidates = _candidates(entry, items, units)
        for unit in candidates:
            taken = min(left[unit.ref], count)
            pieces[unit.ref] += taken
            left[unit.ref] -= taken
            count -= taken
        pieces[candidates[0].ref] += count
    return tuple((unit_ref, count) for unit_ref, count in pieces.items() if count)


def _candidates(entry, items, units):
    """The units that the entry of a package can mean: those it agrees with in the most respects."""
    for parts in (4, 3, 2, 1):
        found = [unit for item, unit in zip(items, units, strict=True) if _key(item, parts) == _key(entry, parts)]
        if found:
            return found
    raise reading.unexpected("package_list.item_list.item_id")


def _with_package_refs(units, parcels):
    """The units with the package that holds all of them, where there is one."""
    holders = {unit.ref: [] for unit in units}
    for parcel in parcels:
        for unit_ref, _count in parcel.contents:
            if parcel.status != "cancelled":
                holders[unit_ref].append(parcel.ref)
    return [replace(unit, package_ref=refs[0]) if len(refs := holders[unit.ref]) == 1 else unit for unit in units]


def _couriers(parcels):
    """Couriers of a split order, which has none at its own level."""
    return ", ".join(dict.fromkeys(parcel.courier for parcel in parcels if parcel.courier))


# === PEOPLE === #


def _cancel_request(status, raw):
    """Whose wish to cancel is open (v2.order.get_order_detail, cancel_by): the buyer's waits for an answer, until when
    Shopee does not tell; what the seller asked for waits for the courier."""
    if status != "in_cancel":
        return ""
    return "agreed" if reading.text(raw, "cancel_by").lower() == "seller" else "open"


def _buyer(raw):
    buyer_key = reading.ref(raw, "buyer_user_id")
    return {
        "buyer_key": "" if is_masked(buyer_key) else buyer_key,
        "buyer_name": reading.text(raw, "buyer_username"),
        "payment_method": reading.text(raw, "payment_method"),
        "cash_on_delivery": raw.get("cod") is True,
        "buyer_note": reading.text(raw, "message_to_seller"),
        "cancel_reason": reading.text(raw, "cancel_reason") or reading.text(raw, "buyer_cancel_reason"),
        "cancelled_by": reading.text(raw, "cancel_by").lower(),
    }


def _street(raw):
    """The street of `full_address`, which repeats the places that have fields of their own at its end."""
    repeated = {reading.text(raw, key).casefold() for key in ("town", "district", "city", "state", "region", "zipcode")}
    site = SITES.get(reading.text(raw, "region").upper())
    repeated |= {"", site.country_name.casefold() if site else ""}
    parts = [part.strip() for part in reading.text(raw, "full_address").split(",")]
    while len(parts) > 1 and parts[-1].casefold() in repeated:
        parts.pop()
    return ", ".join(parts)


def _address(raw):
    """Shopee masks field by field: a hidden name may stand beside a readable street."""
    if not isinstance(raw, dict):
        return Address()
    places = [reading.text(raw, key) for key in ("town", "district")]
    parts = {
        "name": reading.text(raw, "name"),
        "phone": reading.text(raw, "phone"),
        "street": _street(raw),
        "district": ", ".join(filter(None, places)),
        "city": reading.text(raw, "city"),
        "state": reading.text(raw, "state"),
        "zip": reading.text(raw, "zipcode"),
        "country": reading.text(raw, "region").upper(),
    }
    masked = frozenset(name for name, value in parts.items() if is_masked(value))
    if len(parts["country"]) != 2 or "country" in masked:
        parts["country"] = ""
    return Address(**parts, masked=masked)
