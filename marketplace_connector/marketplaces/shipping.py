"""What is asked of a marketplace to get parcels on their way, and what it answers: frozen values, times in UTC."""

from dataclasses import dataclass, field
from datetime import datetime

from .errors import MarketplaceError
from .types import Package

HANDOVERS = ("pickup", "dropoff", "own_courier")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupSlot:
    """When the courier comes: `text` as the platform words it, `starts_at` where it tells a time."""

    ref: str
    text: str = ""
    starts_at: datetime | None = None
    recommended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a parcel is handed over: an address of the seller for pick-up, or a branch to drop it off at."""

    ref: str
    text: str
    slots: tuple[PickupSlot, ...] = ()
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOption:
    """A way to hand the parcel over that the platform allows now, and what has to be said for it."""

    handover: str  # one of HANDOVERS
    places: tuple[Place, ...] = ()
    needs_place: bool = False
    needs_slot: bool = False
    needs_tracking_number: bool = False
    needs_sender_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The ways to hand one of many parcels over; `error` where it cannot be arranged, with the platform's reason."""

    options: tuple[HandoverOption, ...] = ()
    error: MarketplaceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A parcel to be arranged: the order's units in it, and how it is handed over where the platform wants to know.

    `package_ref` is empty where the platform makes the package only by this. `again` arranges a parcel that the
    courier failed to collect.
    """

    order_ref: str
    unit_refs: tuple[str, ...]
    package_ref: str = ""
    handover: str = ""
    place_ref: str = ""
    slot_ref: str = ""
    tracking_number: str = ""
    sender_name: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one thing asked for: `error` is None where it was done.

    After a TransportError with `outcome_unknown` nobody knows: read back before anything is repeated.
    """

    error: MarketplaceError | None = None
    packages: tuple[Package, ...] = ()  # what the platform says came out of it, where it says so at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The label of a package. Neither content nor error: it is still being made, ask again."""

    package_ref: str
    content: bytes | None = field(default=None, repr=False)
    file_type: str = "pdf"  # pdf, html, zip
    error: MarketplaceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelReason:
    """A reason that the platform accepts for cancelling; `warning` tells what else it will do, in its words.

    With `names_items` the platform is told which products are concerned.
    """

    ref: str
    text: str
    warning: str = ""
    names_items: bool = False
