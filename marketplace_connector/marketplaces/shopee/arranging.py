"""Whether a parcel may be arranged, what has to be sent for it, and what it may share a call with."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ..errors import Rejected
from ..shipping import Shipment
from . import const, reading, refusals
from .calls import batches
from .handover import SLUG


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A parcel that is to be arranged: how, and what it may share a call with."""

    order_ref: str
    number: str  # '' where Shopee has not numbered the parcel
    is_split: bool
    is_again: bool
    method: str  # pickup, dropoff, non_integrated
    facts: dict[str, Any]  # what is said of the method
    tracking_number: str  # of the own courier
    channel: int | None
    locations: frozenset[str]

    def body(self, with_number):
        """The body of v2.logistics.ship_order or update_shipping_order. An empty method is sent all the same."""
        facts = self.facts | ({"tracking_number": self.tracking_number} if self.tracking_number else {})
        number = {"package_number": self.number} if with_number and self.number else {}
        return {"order_sn": self.order_ref, **number, self.method: facts}

    @property
    def batch_key(self):
        """What parcels of one v2.logistics.mass_ship_order have in common; None where that call has no field for it."""
        if self.is_again or not self.number or len(self.locations) > 1 or self.channel is None:
            return None
        if {"slug", "tracking_number"} & set(self.facts):
            return None
        facts = json.dumps(self.facts, sort_keys=True)
        return self.channel, "".join(self.locations), self.method, facts, bool(self.tracking_number)


def mass_body(parcels):
    """The body of v2.logistics.mass_ship_order for parcels with one `batch_key`."""
    first = parcels[0]
    facts = dict(first.facts)
    if first.tracking_number:
        facts["tracking_number"] = [
            {"package_number": parcel.number, "tracking_number": parcel.tracking_number} for parcel in parcels
        ]
    body = {
        "logistics_channel_id": first.channel,
        "package_list": [{"package_number": parcel.number} for parcel in parcels],
        first.method: facts,
    }
    location = "".join(first.locations)
    return body | ({"product_location_id": location} if location else {})


def in_batches(parcels):
    """The parcels as lists, each of which goes in one call."""
    groups = defaultdict(list)
    for place, parcel in enumerate(parcels):
        groups[parcel.batch_key or place].append(parcel)
    return [batch for group in groups.values() for batch in batches(group, const.SHIP_BATCH)]


def package_number(shipment: Shipment, order: dict[str, Any]) -> str:
    """The number of the shipment's package; '' where the order has one that bears none.

    Raises Rejected where the order has several and the shipment names none.
    """
    if shipment.package_ref:
        return shipment.package_ref
    live = _live_packages(order)
    if len(live) > 1:
        raise Rejected("The order was split into parcels: fetch it again.", code="package_unknown")
    return reading.ref(live[0], "package_number") if live else ""


def parcel(shipment: Shipment, order: dict[str, Any], number: str, package: dict[str, Any]) -> Parcel | None:
    """How the shipment is to be arranged; None where it has been.

    Raises Rejected where it cannot or must not be. `order` and `package` are what v2.order.get_order_detail and
    get_package_detail say of it.
    """
    _refuse_others_business(order)
    status = reading.text(package, "fulfillment_status") or reading.text(package, "logistics_status")
    if status in const.ARRANGED or (status == "LOGISTICS_READY" and package.get("is_shipment_arranged") is True):
        return None
    _refuse_status(status, reading.text(order, "order_status"), shipment)
    method, facts = _method(shipment)
    own_courier = method == "non_integrated"
    channel = package.get("logistics_channel_id")
    return Parcel(
        order_ref=shipment.order_ref,
        number=number,
        is_split=order.get("split_up") is True or len(_live_packages(order)) > 1,
        is_again=status == const.PICKUP_FAILED,
        method=method,
        facts=facts,
        tracking_number=shipment.tracking_number if own_courier else "",
        channel=channel if isinstance(channel, int) and channel else None,
        locations=_locations(package),
    )


def _locations(package):
    items = package.get("item_list")
    items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return frozenset(filter(None, (reading.text(item, "product_location_id") for item in items)))


def _live_packages(order):
    packages = order.get("package_list") or []
    if not isinstance(packages, list) or not all(isinstance(package, dict) for package in packages):
        raise reading.unexpected("package_list")
    return [
        package
        for package in packages
        if const.PACKAGE_STATUSES.get(reading.text(package, "logistics_status")) != "cancelled"
    ]


def _refuse_others_business(order):
    """Some parcels are never the seller's to arrange, whatever Shopee would answer."""
    if order.get("advance_package") is True or reading.ref(order, "booking_sn"):
        raise Rejected(refusals.BOOKED, code="booking")
    if reading.text(order, "fulfillment_flag") == const.FULFILLED_BY_SHOPEE:
        raise Rejected("Shopee ships this order from its own warehouse.", code="fulfilled_by_platform")


def _refuse_status(status, order_status, shipment):
    if order_status == "IN_CANCEL":
        raise Rejected("The buyer has asked to cancel the order: answer that first.", code="in_cancel")
    if order_status == "CANCELLED" or const.PACKAGE_STATUSES.get(status) == "cancelled":
        raise Rejected("The order or the parcel is cancelled.", code="cancelled")
    if status == const.PICKUP_FAILED:
        if not shipment.again:
            raise Rejected("The courier failed to collect the parcel: arrange it again.", code="pickup_retry")
        if shipment.handover != "pickup":
            raise Rejected("Only a pick-up can be arranged again.", code="not_pickup")
    elif status != "LOGISTICS_READY":
        raise Rejected(f"The parcel is not ready to be arranged ({status or 'no status'}).", code="not_ready")


def _method(shipment):
    """The method's name at Shopee and what is said of it; empty values are left out."""
    if shipment.handover == "pickup":
        facts = {"address_id": _number(shipment.place_ref), "pickup_time_id": shipment.slot_ref}
        return "pickup", _filled(facts, shipment)
    if shipment.handover == "dropoff":
        is_slug = shipment.place_ref.startswith(SLUG)
        place = {"slug": shipment.place_ref[len(SLUG) :]} if is_slug else {"branch_id": _number(shipment.place_ref)}
        return "dropoff", _filled({**place, "sender_real_name": shipment.sender_name}, shipment)
    if shipment.handover == "own_courier":
        return "non_integrated", {}
    raise Rejected("How the parcel is handed over must be said.", code="no_handover")


def _filled(facts, shipment):
    facts = facts | {"tracking_number": shipment.tracking_number}
    return {name: value for name, value in facts.items() if value not in ("", None)}


def _number(place_ref):
    """The place as the number that Shopee wants; None where none was chosen."""
    try:
        return int(place_ref) if place_ref else None
    except ValueError:
        raise Rejected("The chosen address or branch is not one of Shopee's.", code="no_such_place") from None


def failures(content) -> dict[str, str | None]:
    """Who was named in an answer with `success_list` and `fail_list`: None, or the reason of the failure.

    The table of v2.logistics.mass_ship_order shows both at the top, its sample under `response`.
    """
    response = content.get("response")
    named: dict[str, str | None] = {}
    for level in (content, response if isinstance(response, dict) else {}):
        for key in ("success_list", "fail_list"):
            for entry in level.get(key) or ():
                if isinstance(entry, dict):
                    reason = (reading.text(entry, "fail_reason") or "no reason") if key == "fail_list" else None
                    named[reading.ref(entry, "package_number")] = reason
    return named
