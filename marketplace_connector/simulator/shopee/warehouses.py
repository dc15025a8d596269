"""The places that a seller's goods lie at: one for most shops, several for those in Shopee's multi-warehouse list."""

from dataclasses import dataclass

from .channels import Address, addresses_of
from .gateway import ApiError, WrongParameters, shop_api

PICKUP, RETURN = 1, 2
FIRST_WAREHOUSE_ID = 6
NOT_IN_WHITELIST = ("warehouse.error_not_in_whitelist", "Your shop is not in multi-warehouse whitelist.")
NONE_FOUND = ("warehouse.error_can_not_find_warehouse", "There is no legal warehouse address for given shop id.")


@dataclass
class Warehouse:
    """An address of the seller's. Several may share a `location_id`: their goods are then one stock."""

    warehouse_id: int
    name: str
    location_id: str
    address: Address
    kind: int = PICKUP
    on_holiday: bool = False


def make_warehouses(region, names) -> list[Warehouse]:
    """Warehouses of these names, each with a stock of its own; the first keeps what the shop had before."""
    addresses = addresses_of(region)
    return [
        Warehouse(FIRST_WAREHOUSE_ID + place, name, location_id(region, place), addresses[place % len(addresses)])
        for place, name in enumerate(names)
    ]


def location_id(region, place) -> str:
    """How Shopee calls the n-th place of a shop."""
    return f"{region}Z" if not place else f"{region}{place}"


def register(app):
    """Serve the call."""
    shop_api(app, "/api/v2/shop/get_warehouse_detail", get_warehouse_detail)


def get_warehouse_detail(call):
    """The warehouses of one kind (v2.shop.get_warehouse_detail); refused to shops with a single place."""
    kind = call.integer("warehouse_type", PICKUP)
    if kind not in (PICKUP, RETURN):
        raise WrongParameters("warehouse_type must be 1 or 2.")
    if not call.shop.warehouses:
        raise ApiError(*NOT_IN_WHITELIST)
    found = [_content(call.shop, warehouse) for warehouse in call.shop.warehouses if warehouse.kind == kind]
    if not found:
        raise ApiError(*NONE_FOUND)
    return {"response": found}


def _content(shop, warehouse):
    return {
        "warehouse_id": warehouse.warehouse_id,
        "warehouse_name": warehouse.name,
        "warehouse_type": warehouse.kind,
        "location_id": warehouse.location_id,
        **warehouse.address.content("address_id"),
        "state_code": "",
        "holiday_mode_state": int(warehouse.on_holiday or shop.on_holiday),
    }
