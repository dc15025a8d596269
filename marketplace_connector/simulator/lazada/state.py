"""What Lazada remembers: sellers, shops, authorisations, orders and their units, and how a unit may move on."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ..catalogue import COUNTRIES, Buyer, Country, Product, Variant
from ..shelf import Shelf

# Contract 2.6; the finer edges are a CHOICE, since the platform's flow charts are pictures.
TRANSITIONS = {
    "unpaid": ("pending", "canceled"),
    "pending": ("packed", "canceled"),
    "packed": ("ready_to_ship_pending", "repacked", "canceled"),
    "repacked": ("packed", "canceled"),
    "ready_to_ship_pending": ("ready_to_ship",),
    "ready_to_ship": ("shipped", "canceled"),
    "shipped": ("delivered", "failed_delivery", "lost_by_3pl", "damaged_by_3pl"),
    "delivered": ("confirmed", "returned"),
    "failed_delivery": ("shipped_back",),
    "shipped_back": ("shipped_back_success", "shipped_back_failed", "package_scrapped"),
}
STATUSES = tuple(dict.fromkeys(status for pair in TRANSITIONS.items() for status in (pair[0], *pair[1])))
NOT_DIGITAL = {"packed", "repacked", "ready_to_ship_pending", "ready_to_ship", "shipped"}  # nobody packs a voucher code
CANCELABLE = {status for status, targets in TRANSITIONS.items() if "canceled" in targets}
IN_A_PACKAGE = {"packed", "ready_to_ship_pending", "ready_to_ship"}

OWN_WAREHOUSE = "dropshipping"  # the code of a seller's only warehouse
SHIPPING_TYPES = ("standard", "express", "economy", "instant", "seller_own_fleet", "pickup_in_store", "digital")
WITHOUT_COURIER = {"seller_own_fleet": "Seller Own Fleet", "pickup_in_store": "Pick up in store"}

# The states that people and the console speak of, least advanced first, and the unit statuses in each.
STATES = {
    "unpaid": ("unpaid",),
    "ready_to_ship": ("pending", "repacked", "topack"),
    "processed": ("packed", "ready_to_ship_pending", "ready_to_ship", "toship"),
    "shipped": (
        *("shipped", "shipping", "returned", "failed", "failed_delivery", "shipped_back", "shipped_back_success"),
        *("shipped_back_failed", "lost", "lost_by_3pl", "damaged_by_3pl", "package_scrapped"),
    ),
    "completed": ("delivered", "confirmed"),
}
STATE_OF = {status: state for state, statuses in STATES.items() for status in statuses}


@dataclass(frozen=True)
class Warehouse:
    """A place from which the seller ships."""

    code: str
    name: str
    address: str = "1 Example Street"


@dataclass
class Shop:
    """A seller's shop on one site."""

    seller_id: int
    short_code: str
    name: str
    country: Country
    email: str
    is_cb: bool = False
    verified: bool = True
    status: str = "ACTIVE"
    orders: dict = field(default_factory=dict)  # by order_id, which is unique in the shop only (Lazada doc 121327)
    packages: dict = field(default_factory=dict)  # by package_id
    cancel_requests: dict = field(default_factory=dict)  # by reverse_order_id
    shelf: Shelf = field(default_factory=Shelf)
    stock: dict = field(default_factory=dict)  # by (number of the variant, warehouse_code)
    warehouses: list = field(default_factory=lambda: [Warehouse(OWN_WAREHOUSE, "Main warehouse")])
    warehouse_codes: dict = field(default_factory=dict)  # of all warehouses that stock was ever counted in, as keys
    kept_by_lazada: set = field(default_factory=set)  # numbers of variants that Lazada alone keeps and ships
    campaigns: list = field(default_factory=list)
    stock_calls: deque = field(default_factory=deque)  # moments of the last calls that change stock
    rows: list = field(default_factory=list)  # of the ledger, oldest first
    statements: list = field(default_factory=list)  # closed ones, oldest first
    movements: list = field(default_factory=list)  # between the account at Lazada and the bank, oldest first

    @property
    def number(self):
        """A small number that makes the shop's item and SKU ids its own."""
        return self.seller_id % 10_000


@dataclass
class Account:
    """A log-in to Seller Center: one shop, or those of a cross-border seller on several sites."""

    email: str
    shops: list[Shop]


@dataclass
class Authorisation:
    """What a seller has allowed. The refresh token changes with each refresh, its end does not (Lazada doc 108260)."""

    account: Account
    access_token: str
    access_end: float
    refresh_token: str
    refresh_end: float

    @property
    def shops(self):
        """The shops that the tokens give access to."""
        return self.account.shops


@dataclass(frozen=True)
class Line:
    """What is ordered of one SKU. A SKU that the shop's shelf lacks needs a price."""

    sku: str
    quantity: int = 1
    price: Decimal | None = None  # of one piece, instead of the shelf's
    discount: Decimal = Decimal(0)  # off the price of one piece
    name: str = ""
    shipping: str = "standard"  # a shipping_provider_type; pieces of different ones go in packages of their own
    warehouse: str = ""  # where the pieces lie; empty: Lazada takes them from where there are some
    fulfilled_by_lazada: bool = False
    variant: int = 0  # its number, where the SKU is missing or stands twice


@dataclass(frozen=True)
class OrderedLine:
    """A line with what the shelf says of it."""

    line: Line
    product: Product | None
    variant: Variant | None
    is_fbl: bool

    @property
    def stock_key(self):
        """What its pieces are counted by."""
        return self.variant.number if self.variant else self.line.sku

    @property
    def name(self):
        """What buyers read."""
        return self.line.name or (self.product.name if self.product else self.line.sku)

    @property
    def quantity(self):
        """How many pieces."""
        return self.line.quantity

    @property
    def warehouse(self):
        """Where the pieces are said to lie."""
        return self.line.warehouse


@dataclass
class Unit:
    """One piece of an order: Lazada has no quantities (Lazada doc 121327)."""

    order_item_id: int
    sku: str
    name: str
    variation: str
    item_id: int
    sku_id: int
    item_price: Decimal  # after the seller's discount, before vouchers
    voucher_seller: Decimal
    voucher_platform: Decimal
    shipping_amount: Decimal
    is_fbl: bool
    warehouse_code: str
    shipping: str
    status: str
    updated_at: datetime
    package_id: str = ""
    tracking_code: str = ""
    shipment_provider: str = ""
    reason: str = ""
    reason_detail: str = ""
    cancel_return_initiator: str = "null-null"
    need_cancel_confirm: bool = False
    is_cancel_pending: bool = False
    cancel_trigger_time: int | None = None  # in milliseconds
    reverse_order_id: int | None = None
    invoice_number: str = ""
    variant: int = 0  # its number on the shelf, 0: it is not there
    erp_products: int = 0  # how many products of the ERP carry its SKU
    picture: str = ""
    rows: list = field(default_factory=list)  # of the ledger
    is_credited: bool = False  # its money was the seller's, whatever happened since
    overrides: dict = field(default_factory=dict)

    @property
    def stock_key(self):
        """What its pieces are counted by."""
        return self.variant or self.sku


@dataclass
class Order:
    """An order: what Lazada stores once for all its units. It has no status of its own (Lazada doc 121327)."""

    order_id: int
    shop: Shop
    buyer: Buyer
    created_at: datetime
    updated_at: datetime
    payment_method: str
    courier: str  # who carries it once it is packed: Lazada decides
    note: str
    sla: datetime
    units: list[Unit]
    payment_time: datetime | None = None
    overrides: dict = field(default_factory=dict)

    @property
    def statuses(self):
        """The distinct statuses of the units, in the order of their first appearance."""
        return list(dict.fromkeys(unit.status for unit in self.units))

    @property
    def state(self):
        """The least advanced state among the units that are not canceled; `unknown` where no status is in a list."""
        states = {STATE_OF.get(unit.status) for unit in self.units if unit.status != "canceled"}
        if self.units and not states:
            return "cancelled"
        return next((state for state in STATES if state in states), "unknown")

    @property
    def is_importable(self):
        """Whether the order is the seller's to fulfil now or is being fulfilled."""
        return self.state in ("ready_to_ship", "processed")

    @property
    def is_problem(self):
        """Whether a live unit's SKU is not exactly one product of the ERP."""
        return any(unit.erp_products != 1 for unit in self.units if unit.status != "canceled")


@dataclass
class Package:
    """One parcel of an order's units. Dissolved ones stay known: the platform remembers their numbers."""

    package_id: str
    order: Order
    shipment_provider: str
    shipping: str
    is_fbl: bool
    tracking_number: str = ""
    dissolved: bool = False
    events: list = field(default_factory=list)  # (unit status, moment)

    @property
    def units(self):
        """The units in it, the canceled ones too."""
        return [unit for unit in self.order.units if unit.package_id == self.package_id]

    @property
    def status(self):
        """The status of its live units; `canceled` where there are none, or it was dissolved."""
        return next((unit.status for unit in self.units if unit.status != "canceled"), "canceled")


@dataclass
class CancelRequest:
    """A buyer asks to cancel units; it is open until the seller answers or time runs out."""

    reverse_order_id: int
    order: Order
    units: list[Unit]
    reason: str

    @property
    def is_open(self):
        """Whether the seller is still to decide."""
        return any(unit.need_cancel_confirm for unit in self.units)


def way(status, target):
    """The statuses to pass from one to the other, the target last; without cancelling or repacking on the way."""
    paths = deque([(status, ())])
    while paths:
        reached, steps = paths.popleft()
        for following in TRANSITIONS.get(reached, ()):
            if following == target:
                return (*steps, following)
            if following not in ("canceled", "repacked"):
                paths.append((following, (*steps, following)))
    raise ValueError(f"a unit that is {status} cannot become {target}")


def targets(order):
    """The statuses to which the order's live units can be moved, all together."""
    live = {unit.status for unit in order.units} - {"canceled"}
    return [status for status in STATUSES if status != "canceled" and live - {status} and _all_reach(live, status)]


def _all_reach(statuses, target):
    try:
        return all(status == target or way(status, target) for status in statuses)
    except ValueError:
        return False


def fbl_warehouse(shop):
    """The code of the warehouse in which Lazada keeps the shop's goods."""
    return f"LZD-{shop.country.code}-FBL-01"


def new_shop(number, country_code, email, is_cb=False):
    """The n-th shop that is opened, on the country's site."""
    country = COUNTRIES[country_code]
    return Shop(
        seller_id=100_180_000 + number,
        short_code=f"{country_code}1LAZ{number:03d}",
        name=f"Kampung Living {country.name}",
        country=country,
        email=email,
        is_cb=is_cb,
    )
