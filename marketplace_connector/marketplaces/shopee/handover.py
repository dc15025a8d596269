"""The ways in which a parcel can be handed over, read from v2.logistics.get_shipping_parameter."""

from ..errors import Rejected
from ..shipping import HandoverOption, PickupSlot, Place
from . import reading

# The default pick-up address, best first (address_flag).
_DEFAULT_FLAGS = ("current_address", "pickup_address", "default_address")
_ADDRESS_PARTS = ("address", "town", "district", "city", "state", "zipcode")
SLUG = "slug:"  # tells a drop-off partner (Taiwan) from a branch, whose ref is a number


def options(response):
    """The ways to hand the parcel over, from the answer of v2.logistics.get_shipping_parameter.

    Raises Rejected where there is none.
    """
    needed = reading.section(response, "info_needed", "response.info_needed")
    found = []
    for method, read in (("pickup", _pickup), ("dropoff", _dropoff), ("non_integrated", _own_courier)):
        names = needed.get(method, needed.get(method.replace("_", "-")))
        if names is not None:
            found += read(response, set(names) if isinstance(names, list) else set())
    if not found:
        raise Rejected("Shopee offers no way to hand this parcel over.", code="no_handover")
    return tuple(found)


def _wants_number(names):
    return bool(names & {"tracking_no", "tracking_number"})


def _pickup(response, names):
    entries = _entries(response, "pickup", "address_list")
    default = _default_address(entries)
    places = tuple(
        Place(
            ref=_ref(entry, "address_id"),
            text=_address(entry),
            slots=_slots(entry),
            is_default=entry is default,
        )
        for entry in entries
    )
    option = HandoverOption(
        handover="pickup",
        places=places,
        needs_place="address_id" in names,
        # Some couriers name no times; then Shopee finds one (v2.logistics.ship_order, pickup_time_id).
        needs_slot="pickup_time_id" in names and any(place.slots for place in places),
        needs_tracking_number=_wants_number(names),
    )
    return [option]


def _dropoff(response, names):
    branches = _entries(response, "dropoff", "branch_list")
    partners = _entries(response, "dropoff", "slug_list")
    places = [Place(ref=_ref(entry, "branch_id"), text=_address(entry)) for entry in branches]
    for entry in partners:
        slug = reading.required_text(entry, "slug", "slug_list.slug")
        places.append(Place(ref=SLUG + slug, text=reading.text(entry, "slug_name") or slug))
    common = {"handover": "dropoff", "places": tuple(places), "needs_place": bool(names & {"branch_id", "slug"})}
    if _wants_number(names) and "sender_real_name" in names:
        # Couriers 80003 and 80004 take either of the two, never both.
        return [
            HandoverOption(**common, needs_tracking_number=True),
            HandoverOption(**common, needs_sender_name=True),
        ]
    return [
        HandoverOption(
            **common,
            needs_tracking_number=_wants_number(names),
            needs_sender_name="sender_real_name" in names,
        )
    ]


def _own_courier(response, names):
    return [HandoverOption(handover="own_courier", needs_tracking_number=_wants_number(names))]


def _entries(response, section, key):
    """The objects in the list; a method that needs nothing has null for the list or for all of it."""
    content = response.get(section)
    if not isinstance(content, dict) or content.get(key) is None:
        return []
    return reading.sections(content, key, f"response.{section}.{key}")


def _ref(entry, key):
    found = reading.ref(entry, key)
    if not found:
        raise reading.unexpected(key)
    return found


def _default_address(entries):
    for flag in _DEFAULT_FLAGS:
        for entry in entries:
            if flag in (entry.get("address_flag") or ()):
                return entry
    return entries[0] if len(entries) == 1 else None


def _address(entry):
    parts = (reading.text(entry, key) for key in _ADDRESS_PARTS)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _slots(entry):
    if entry.get("time_slot_list") is None:
        return ()
    return tuple(
        PickupSlot(
            ref=_ref(raw, "pickup_time_id"),
            text=reading.text(raw, "time_text"),
            starts_at=reading.moment(raw, "date"),
            recommended="recommended" in (raw.get("flags") or ()),
        )
        for raw in reading.sections(entry, "time_slot_list")
    )
