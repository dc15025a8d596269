"""Logistics channels of a shop, and the addresses that couriers collect from."""

from dataclasses import dataclass, field

from ..catalogue import COUNTRIES
from ..catalogue_data import PLACES

FIRST_ADDRESS_ID = 200000001
FIRST_BRANCH_ID = 5301
BATCH_CHANNEL_ID = 90003  # the only one with batch_ship_order
THERMAL, NORMAL = "THERMAL_AIR_WAYBILL", "NORMAL_AIR_WAYBILL"

# What ship_order needs for each method that a channel allows. An empty list: allowed, with nothing to supply.
PICKUP = ["address_id", "pickup_time_id"]
SELLERS_OWN, COUNTER, JOB = "Seller Own Fleet", "Counter Drop-off", "Regular or JOB"


@dataclass
class Channel:
    """One way of sending. A test may change it: `shop.channels[80001].has_slots = False`."""

    logistics_channel_id: int
    name: str
    info_needed: dict[str, list[str]] = field(default_factory=lambda: {"pickup": list(PICKUP), "dropoff": []})
    has_slots: bool = True
    preprint: bool = False  # labels may be printed before shipment is arranged
    cod_enabled: bool = True
    document_types: tuple[str, ...] = (THERMAL, NORMAL)  # the first is the suggested one


@dataclass(frozen=True)
class Address:
    """A place of the seller, or a branch of a courier."""

    number: int
    region: str
    state: str
    city: str
    district: str
    address: str
    zipcode: str
    flags: tuple[str, ...] = ()

    def content(self, name):
        """The fields, with the number called `name`."""
        return {
            name: self.number,
            "region": self.region,
            "state": self.state,
            "city": self.city,
            "district": self.district,
            "town": "",
            "address": self.address,
            "zipcode": self.zipcode,
        }


def channels_of(region) -> dict[int, Channel]:
    """The channels of a new shop: the country's couriers, the seller's own one, and two that ask for more.

    The second courier has no time slots and takes parcels at branches, the third one only collects.
    """
    first, second, third = COUNTRIES[region].couriers
    made = (
        Channel(80001, first),
        Channel(80002, second, {"pickup": list(PICKUP), "dropoff": ["branch_id"]}, has_slots=False),
        Channel(80003, third, {"pickup": list(PICKUP)}),
        Channel(80010, SELLERS_OWN, {"non_integrated": ["tracking_no"]}, cod_enabled=False),
        Channel(80011, COUNTER, {"dropoff": ["sender_real_name"]}, preprint=True),
        Channel(80012, JOB, {"dropoff": ["tracking_no", "sender_real_name"]}),
    )
    return {channel.logistics_channel_id: channel for channel in made}


def addresses_of(region) -> list[Address]:
    """The seller's two places: the first is for everything, the second for pick-ups only."""
    flags = (("default_address", "pickup_address", "return_address"), ("pickup_address",))
    return [_address(FIRST_ADDRESS_ID, place, region, flag) for place, flag in enumerate(flags)]


def branches_of(region) -> list[Address]:
    """Where a courier takes parcels."""
    return [_address(FIRST_BRANCH_ID, place, region) for place in range(3)]


def _address(first, place, region, flags=()):
    street, district, city, state, post_code = PLACES[region][place]
    return Address(first + place, region, state, city, district, street.format(7 + place), post_code, flags)
