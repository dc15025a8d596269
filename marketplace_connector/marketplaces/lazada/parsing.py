"""From Lazada's order and its items to our `Order` (API reference getorders, getorder, getmultipleorderitems)."""

from dataclasses import replace

from ..errors import MarketplaceError, UnexpectedResponse
from ..sites import COUNTRY_CODES, SITES
from ..types import Address, Order, OrderStub, PlacedOrder, Progress, UnreadableOrder, is_masked, with_digest
from . import const
from .amounts import read_amounts, read_lines
from .reading import flag, moment, ref, required_moment, required_ref, text, unexpected
from .units import cancel_requested, distinct, order_status, read_packages, read_units, unit_status, words

_ADDRESS_FIELDS = ("name", "phone", "street", "district", "city", "state", "zip")


def parse_stub(header, site, where):
    """What a list says of an order. A time that cannot be read is None: the order must not be lost for it."""
    return OrderStub(
        ref=required_ref(header, "order_id", f"{where}.order_id"),
        updated_at=moment(header, "updated_at", site),
        header=header,
    )


def parse_placed(header, site, where):
    """What a list by time of placing says of an order."""
    stub = parse_stub(header, site, where)
    return PlacedOrder(stub=stub, created_at=moment(header, "created_at", site), **_statuses(header, []))


def parse_or_unreadable(order_ref, header, items, site):
    """The order, or why it cannot be understood."""
    try:
        return parse_order(order_ref, header, items, site)
    except UnexpectedResponse as error:
        return UnreadableOrder(ref=order_ref, error=error, raw={"order": header, "items": items})


def parse_order(order_ref, header, items, site):
    """The order. Raises UnexpectedResponse naming what is missing or wrong."""
    if required_ref(header, "order_id", "order.order_id") != order_ref:
        raise unexpected("order.order_id")
    units = read_units(items)
    amounts = read_amounts(header, units)
    lines = read_lines(units, amounts.seller_voucher, site)
    payment_method = text(header, "payment_method")
    return with_digest(
        Order(
            ref=order_ref,
            **_statuses(header, units),
            created_at=required_moment(header, "created_at", site, "order.created_at"),
            updated_at=required_moment(header, "updated_at", site, "order.updated_at"),
            currency=_currency(units, site),
            lines=lines,
            amounts=amounts,
            paid_at=_earliest(moment(unit.raw, "payment_time", site) for unit in units),
            ship_by=_ship_by(header, units, site),
            buyer_key=_buyer_key(units),
            buyer_name=_name(header, "customer_first_name", "customer_last_name"),
            shipping_address=_address(header, "address_shipping"),
            billing_address=_address(header, "address_billing"),
            payment_method=payment_method,
            cash_on_delivery=payment_method.upper() == "COD",
            courier=", ".join(distinct(text(unit.raw, "shipment_provider") for unit in units)),
            packages=_packages(units, site),
            buyer_note=text(header, "buyer_note") or text(header, "remarks"),
            **_cancellation(units),
            **_cancel_request(header, units, site),
            raw={"order": header, "items": items},
        )
    )


def parse_progress(order_ref, items, site):
    """How far the order is (`Progress`), or why that cannot be told (`UnreadableOrder`), from its items or their error.

    A request to cancel that only the order's head tells is not seen."""
    if isinstance(items, MarketplaceError):
        return UnreadableOrder(ref=order_ref, error=items)
    try:
        units = read_units(items, priced=False)
    except UnexpectedResponse as error:
        return UnreadableOrder(ref=order_ref, error=error)
    return Progress(ref=order_ref, **_statuses({}, units), packages=_packages(units, site))


def _packages(units, site):
    return tuple(_with_shipping_time(package, units, site) for package in read_packages(units))


def _statuses(header, units):
    """Ours and Lazada's. An order without items is told by `statuses`, the set of what its items would say."""
    told = header.get("statuses")
    told = sorted({word for word in told if isinstance(word, str)}) if isinstance(told, list) else []
    if units:
        statuses, raw_status = [unit.status for unit in units], words(units)
    else:
        statuses, raw_status = [unit_status(word) for word in told], ", ".join(told)
    if any(unit.tells_cancel for unit in units):
        in_cancel = any(unit.in_cancel for unit in units if not unit.cancelled)
    else:
        in_cancel = cancel_requested(header)
    return {"status": order_status(statuses, in_cancel), "raw_status": raw_status}


def _currency(units, site):
    """The currency of the items; of the site where they do not tell."""
    told = {text(unit.raw, "currency").upper() for unit in units} - {""}
    if len(told) > 1 or (not told and site not in SITES):
        raise unexpected("order_items.currency")
    return told.pop() if told else SITES[site].currency


def _with_shipping_time(package, units, site):
    """The parcel with the moment it left: units tell when they last changed, and that is it as long as they travel."""
    if package.status != "shipped":
        return package
    inside = [unit for unit in units if unit.ref in dict(package.contents)]
    return replace(package, shipped_at=_earliest(moment(unit.raw, "updated_at", site) for unit in inside))


def _earliest(moments):
    return min((each for each in moments if each), default=None)


def _ship_by(header, units, site):
    """The first deadline among the units that are not cancelled."""
    deadlines = (
        moment(unit.raw, "sla_time_stamp", site) or moment(unit.raw, "promised_shipping_time", site)
        for unit in units
        if not unit.cancelled
    )
    return _earliest(deadlines) or moment(header, "promised_shipping_times", site)


def _buyer_key(units):
    """Lazada's id of the buyer; '' where it is hidden, missing or not one."""
    keys = {ref(unit.raw, "buyer_id") for unit in units} - {""}
    return keys.pop() if len(keys) == 1 and not any(map(is_masked, keys)) else ""


def _name(raw, *keys):
    return " ".join(filter(None, (text(raw, key) for key in keys)))


def _address(header, key):
    """An address as doc 121327 explains its fields: address1 is the street, address3 the state, address4 the city.

    The district is spelled in two ways, and address5 is the district in some recorded orders, the post code in others.
    """
    raw = header.get(key)
    if not isinstance(raw, dict):
        return Address()
    post_code = text(raw, "post_code")
    fifth = text(raw, "address5")
    found = {
        "name": _name(raw, "first_name", "last_name"),
        "phone": text(raw, "phone") or text(raw, "phone2"),
        "street": text(raw, "address1"),
        "district": text(raw, "addressDistrict")
        or text(raw, "addressDsitrict")
        or ("" if fifth == post_code or fifth.isdecimal() else fifth),
        "city": text(raw, "city") or text(raw, "address4"),
        "state": text(raw, "address3"),
        "zip": post_code,
    }
    return Address(
        **found,
        country=COUNTRY_CODES.get(text(raw, "country").casefold(), ""),
        masked=frozenset(name for name in _ADDRESS_FIELDS if is_masked(found[name])),
    )


def _cancel_request(header, units, site):
    """A buyer's wish that waits for an answer, and until when (`cancel_trigger_time`: cancelled by itself after that);
    or one that is agreed and waits for the courier (API reference getorderitems)."""
    live = [unit.raw for unit in units if not unit.cancelled]
    told = live if any(unit.tells_cancel for unit in units) else [header]
    asked = [raw for raw in told if flag(raw, "need_cancel_confirm")]
    agreed = any(flag(raw, "is_cancel_pending") for raw in told)
    return {
        "cancel_request": "open" if asked else "agreed" if agreed and live else "",
        "answer_by": _earliest(moment(raw, "cancel_trigger_time", site) for raw in asked),
    }


def _cancellation(units):
    """Why and by whom units were, or are asked to be, cancelled."""
    concerned = [unit.raw for unit in units if unit.cancelled or unit.in_cancel]
    reasons = distinct(" - ".join(distinct([text(raw, "reason"), text(raw, "reason_detail")])) for raw in concerned)
    initiators = distinct(text(raw, "cancel_return_initiator") for raw in concerned)
    initiators = distinct(const.INITIATORS.get(word.lower(), word) for word in initiators)
    return {"cancel_reason": "; ".join(reasons), "cancelled_by": ", ".join(initiators)}
