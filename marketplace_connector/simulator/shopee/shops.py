"""Shops, main accounts, and the look-ups about them."""

from dataclasses import dataclass, field
from decimal import Decimal

from ..catalogue import COUNTRIES
from ..shelf import Shelf
from .channels import Address, Channel, addresses_of, channels_of
from .gateway import WrongParameters, public_api, shop_api
from .items import DELETED_BY_SHOPEE, STATUS_NAMES
from .ledger import Ledger
from .warehouses import PICKUP, Warehouse, location_id, make_warehouses


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
    may_split: bool = True  # has the permission for split_order
    may_split_quantity: bool = False  # … and may put pieces of one line into several packages
    shelf: Shelf = field(default_factory=Shelf)
    deleted_by_shopee: set[int] = field(default_factory=set)  # numbers of products that the seller did not delete
    on_holiday: bool = False  # nothing can be bought, and stock cannot be set
    warehouses: list[Warehouse] = field(default_factory=list)  # empty: all goods lie at one place
    stock: dict[int, dict[str, int]] = field(default_factory=dict)  # pieces by location, by number of the variant
    stock_changes: dict[int, int] = field(default_factory=dict)  # epoch seconds by number of the product
    promotions: dict[int, list] = field(default_factory=dict)  # by number of the variant
    kits: dict[int, tuple] = field(default_factory=dict)  # (component's variant number, pieces) by number of the kit's

    ledger: Ledger = field(default_factory=Ledger)
    payout_currency: str = ""  # of a cross-border shop's bank, empty: the shop's own
    payout_rate: Decimal = Decimal(1)  # one unit of the shop's money in it

    def __post_init__(self):
        self.channels = self.channels or channels_of(self.region)
        self.addresses = self.addresses or addresses_of(self.region)

    @property
    def country(self):
        """Currency, clock and couriers of the shop's country."""
        return COUNTRIES[self.region]

    @property
    def product_location_id(self):
        """The place that all goods of the shop lie at, or the first of several."""
        return location_id(self.region, 0)

    @property
    def locations(self) -> list[str]:
        """The places with a stock of their own that orders are sent from."""
        named = [warehouse.location_id for warehouse in self.warehouses if warehouse.kind == PICKUP]
        return list(dict.fromkeys(named)) or [self.product_location_id]

    @property
    def location_at_shopee(self) -> str:
        """Shopee's own warehouse."""
        return f"{self.product_location_id}-FBS"

    def rests(self, place) -> bool:
        """Whether nothing is sent from the place for the time being."""
        at_it = [warehouse.on_holiday for warehouse in self.warehouses if warehouse.location_id == place]
        return self.on_holiday or (bool(at_it) and all(at_it))

    def open_warehouses(self, *names):
        """Shopee lets the shop keep a stock at each of several places; no names: at one place again."""
        self.warehouses = make_warehouses(self.region, names)

    def item_status(self, product) -> str:
        """NORMAL, UNLIST, REVIEWING, BANNED, SELLER_DELETE or SHOPEE_DELETE."""
        status = self.shelf.status(product.number)
        by_shopee = status == "deleted" and product.number in self.deleted_by_shopee
        return DELETED_BY_SHOPEE if by_shopee else STATUS_NAMES[status]

    def products_in(self, item_statuses) -> list:
        """The products in any of the statuses as Shopee calls them, in the order of their creation."""
        names = {ours for ours, name in STATUS_NAMES.items() if name in item_statuses}
        if DELETED_BY_SHOPEE in item_statuses:
            names.add("deleted")
        status = self.shelf.status
        found = [product for product in self.shelf.products if status(product.number) in names]
        if "deleted" in names:
            found = [product for product in found if self.item_status(product) in item_statuses]
        return found

    def set_item_status(self, product, status):
        """Put the item into a status as Shopee calls it. Raises ValueError for any other."""
        names = {name: ours for ours, name in STATUS_NAMES.items()} | {DELETED_BY_SHOPEE: "deleted"}
        if status not in names:
            raise ValueError("There is no such status")
        self.shelf.set_status(product.number, names[status])
        change = self.deleted_by_shopee.add if status == DELETED_BY_SHOPEE else self.deleted_by_shopee.discard
        change(product.number)

    def item_update_time(self, product) -> int:
        """When the item or its stock was changed last, in epoch seconds."""
        return max(int(self.shelf.changed_at(product.number).timestamp()), self.stock_changes.get(product.number, 0))

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


def new_shop(place, region, clock) -> Shop:
    """The n-th shop that the test seller opens."""
    name = f"Kampung Living {COUNTRIES[region].name}"
    return Shop(14701711 + place, name, region, merchant_id=1000000, shelf=Shelf(clock=clock))


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
