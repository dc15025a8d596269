"""Shops, main accounts, and the look-ups about them."""

from dataclasses import dataclass, field

from ..catalogue import COUNTRIES
from ..shelf import Shelf
from .channels import Address, Channel, addresses_of, channels_of
from .gateway import WrongParameters, public_api, shop_api


@dataclass
class Shop:
    """A seller's shop in one country. `expire_time` is the end of the seller's authorisation, 0 when there is none."""

    shop_id: int
    name: str
    region: str
    status: str = "NORMAL"  # NORMAL, BANNED, FROZEN
    merchant_id: int | None = None
    is_cb: bool = False
    auth_time: int = 0
    expire_time: int = 0
    orders: dict = field(default_factory=dict)  # by order_sn
    channels: dict[int, Channel] = field(default_factory=dict)  # by logistics_channel_id
    addresses: list[Address] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)
    may_split: bool = True  # has the permission for split_order
    may_split_quantity: bool = False  # … and may put pieces of one line into several packages

    def __post_init__(self):
        self.channels = self.channels or channels_of(self.region)
        self.addresses = self.addresses or addresses_of(self.region)

    @property
    def country(self):
        """Currency, clock and couriers of the shop's country."""
        return COUNTRIES[self.region]

    @property
    def product_location_id(self):
        """The place that all goods of the shop lie at."""
        return f"{self.region}Z"

    def channel(self, courier) -> Channel:
        """The channel of that name; any other name is a channel of its own with the usual ways of handing over."""
        named = [channel for channel in self.channels.values() if channel.name == courier]
        if not named:
            named = [Channel(max(80020, *self.channels) + 1, courier)]
            self.channels[named[0].logistics_channel_id] = named[0]
        return named[0]


@dataclass
class MainAccount:
    """A log-in that holds several shops and merchants."""

    main_account_id: int
    name: str
    shop_ids: tuple[int, ...]
    merchant_ids: tuple[int, ...] = ()


def new_shop(place, region) -> Shop:
    """The n-th shop that the test seller opens."""
    return Shop(14701711 + place, f"Kampung Living {COUNTRIES[region].name}", region, merchant_id=1000000)


def register(app):
    """Serve the look-ups."""
    shop_api(app, "/api/v2/shop/get_shop_info", get_shop_info)
    public_api(app, "/api/v2/public/get_shops_by_partner", get_shops_by_partner)


def get_shop_info(call):
    """The shop, with its fields at top level."""
    shop = call.shop
    return {
        "shop_name": shop.name,
        "region": shop.region,
        "status": shop.status,
        "is_cb": shop.is_cb,
        "is_sip": False,
        "auth_time": shop.auth_time,
        "expire_time": shop.expire_time,
        "is_upgraded_cbsc": False,
        "merchant_id": shop.merchant_id,
        "shop_fulfillment_flag": "Others",
        "is_main_shop": False,
        "is_direct_shop": False,
        "linked_main_shop_id": 0,
        "linked_direct_shop_list": [],
        "is_one_awb": False,
        "is_mart_shop": False,
        "is_outlet_shop": False,
    }


def get_shops_by_partner(call):
    """The shops whose sellers have authorised the partner, page by page, with the list at top level."""
    page_size, page_no = call.integer("page_size", 100), call.integer("page_no", 1)
    if not 1 <= page_size <= 100:
        raise WrongParameters("page_size must be 100 or less.")
    if page_no < 1:
        raise WrongParameters("page_no must be 1 or greater.")
    shops = sorted((shop for shop in call.app.shops.values() if shop.expire_time), key=lambda shop: shop.shop_id)
    first = (page_no - 1) * page_size
    return {
        "authed_shop_list": [
            {
                "region": shop.region,
                "shop_id": shop.shop_id,
                "auth_time": shop.auth_time,
                "expire_time": shop.expire_time,
                "sip_affi_shop_list": [],
            }
            for shop in shops[first : first + page_size]
        ],
        "more": first + page_size < len(shops),
    }
