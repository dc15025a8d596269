"""What the clients take and give: frozen values, amounts as Decimal with tax included, times aware and in UTC."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal

from .errors import MarketplaceError

ORDER_STATUSES = (
    "unpaid",
    "on_hold",
    "ready_to_ship",
    "processed",
    "shipped",
    "completed",
    "in_cancel",
    "cancelled",
    "in_return",
    "returned",
    "failed",
    "unknown",
)
# A wish to cancel: none, one that waits for the seller's answer, one that is agreed and being carried out.
CANCEL_REQUESTS = ("", "open", "agreed")
PACKAGE_STATUSES = ("pending", "confirmed", "ready_to_ship", "shipped", "delivered", "cancelled", "manual")
# Ways that no courier of the platform moves: the seller handles such goods in the Seller Center.
BY_HAND = ("own_fleet", "digital", "pickup_in_store")
# Why a parcel needs a person.
MANUAL_REASONS = (
    "not_collected",
    "collection_failed",
    "undelivered",
    "refused_at_door",
    "coming_back",
    "came_back",
    "lost",
    "damaged",
    *BY_HAND,
    "unknown_status",
)

ZERO = Decimal(0)


def is_masked(text):
    """Tell whether the platform has hidden (a part of) the text behind asterisks."""
    return "*" in (text or "")


def listing_key(item_ref, sku_ref, seller_sku):
    """What tells a SKU from all others of its shop: a shop may use one seller SKU twice."""
    if sku_ref not in ("", "0"):
        return f"sku:{sku_ref}"
    return f"item:{item_ref}" if item_ref not in ("", "0") else f"seller_sku:{seller_sku}"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app registered at a platform. Empty addresses mean the platform's own for the environment.

    `label_hosts` are the domains, each with what is below it, whose links to labels are followed beside the API's own
    host; None: any of the public internet.
    """

    key: str
    secret: str = field(repr=False)
    environment: str = "production"  # production, sandbox, simulator
    api_url: str = ""
    auth_url: str = ""
    label_hosts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopKey:
    """A storefront: the platform's id of the shop or seller, and the country it sells in, as `SG`."""

    ref: str
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A pair of tokens. `refresh_expires_at` is the last moment this refresh token can be used, None if unknown."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What an authorisation gave: tokens for a chain that serves the shops.

    Where `split` is True each shop needs a chain of its own: `refresh_tokens` once per shop with these tokens.
    """

    chain_ref: str
    tokens: Tokens
    shops: tuple[ShopKey, ...]
    split: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopInfo:
    """A storefront as the platform describes it; `authorized_until` where the platform tells."""

    ref: str
    site: str
    name: str
    currency: str
    time_zone: str
    status: str = ""
    authorized_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as given; `masked` holds the names of the fields that the platform has hidden."""

    name: str = ""
    phone: str = ""
    street: str = ""
    district: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""  # ISO code where the platform's text can be told, else empty
    masked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUnit:
    """What the platform counts and moves by itself: one piece at Lazada, one line at Shopee."""

    ref: str
    quantity: int = 1
    status: str
    raw_status: str
    package_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A product on an order: units that share SKU, price, fulfilment and warehouse.

    `unit_price` is after item discounts, `list_price` before; `seller_discount` and `platform_discount` say who
    pays the difference, and `seller_voucher` the line's share in vouchers the seller pays: totals of all `quantity`
    units. `total` is the exact `unit_price` × `quantity`. The `cancelled_…` values are the part of each that was
    cancelled. `by_hand` is one of `BY_HAND` where no courier of the platform moves the line.
    """

    units: tuple[OrderUnit, ...]
    item_ref: str
    sku_ref: str  # the platform's id of the SKU or model; with item_ref the key of the listing
    seller_sku: str
    name: str
    variation: str = ""
    quantity: int
    cancelled_quantity: int = 0
    unit_price: Decimal
    total: Decimal
    cancelled_total: Decimal = ZERO
    list_price: Decimal
    seller_discount: Decimal = ZERO
    platform_discount: Decimal = ZERO
    seller_voucher: Decimal = ZERO
    cancelled_seller_voucher: Decimal = ZERO
    fulfilled_by_platform: bool = False
    by_hand: str = ""
    warehouse_ref: str = ""

    @property
    def listing_key(self):
        """What tells the SKU from all others of its shop."""
        return listing_key(self.item_ref, self.sku_ref, self.seller_sku)

    @property
    def live_quantity(self):
        """Pieces that were not cancelled."""
        return self.quantity - self.cancelled_quantity

    @property
    def live_seller_voucher(self):
        """The share in the seller's vouchers of the pieces that were not cancelled."""
        return self.seller_voucher - self.cancelled_seller_voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A parcel; `contents` maps refs of the order's units to pieces.

    `shipped_at` is when the courier took it, where the platform tells.
    `manual_reason` is one of `MANUAL_REASONS` where the status is `manual`, which calls a person.
    """

    ref: str
    status: str
    raw_status: str
    contents: tuple[tuple[str, int], ...]
    tracking_number: str = ""
    courier: str = ""
    manual_reason: str = ""
    shipped_at: datetime | None = None

    @property
    def awaits_new_pickup(self):
        """Whether the courier failed to collect it, and comes again once that is arranged."""
        return self.manual_reason == "not_collected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What stands on the order besides its lines; all ≥ 0, in the order's currency, tax included.

    order total = lines + shipping_fee − seller_voucher
                = buyer_paid + platform_voucher + coins + payment_promotion − service_fee − buyer_tax − insurance
    """

    shipping_fee: Decimal
    seller_voucher: Decimal
    platform_voucher: Decimal
    buyer_paid: Decimal
    coins: Decimal = ZERO
    payment_promotion: Decimal = ZERO
    service_fee: Decimal = ZERO
    buyer_tax: Decimal = ZERO
    insurance: Decimal = ZERO

    @property
    def total(self):
        """The order's total as the platform's own figures give it."""
        funded = self.platform_voucher + self.coins + self.payment_promotion
        return self.buyer_paid + funded - self.service_fee - self.buyer_tax - self.insurance


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as the platform tells it. `amounts` is None while the platform does not give them yet."""

    ref: str
    status: str
    raw_status: str
    created_at: datetime
    updated_at: datetime
    currency: str
    lines: tuple[OrderLine, ...]
    amounts: Amounts | None = None
    paid_at: datetime | None = None
    ship_by: datetime | None = None
    buyer_key: str = ""
    buyer_name: str = ""
    shipping_address: Address = Address()
    billing_address: Address = Address()
    payment_method: str = ""
    cash_on_delivery: bool = False
    courier: str = ""
    packages: tuple[Package, ...] = ()
    buyer_note: str = ""
    cancel_reason: str = ""
    cancelled_by: str = ""
    cancel_request: str = ""  # one of CANCEL_REQUESTS
    answer_by: datetime | None = None  # after this moment the platform accepts an open request by itself
    digest: str = field(default="", compare=False)
    raw: Mapping = field(default_factory=dict, repr=False, compare=False)

    @property
    def total(self):
        """Lines + shipping − seller vouchers, as ordered (what was cancelled since included)."""
        goods = sum((line.total for line in self.lines), ZERO)
        if self.amounts is None:
            return goods
        return goods + self.amounts.shipping_fee - self.amounts.seller_voucher

    @property
    def live_total(self):
        """The total without what was cancelled; the shipping fee stays."""
        goods = sum((line.total - line.cancelled_total - line.live_seller_voucher for line in self.lines), ZERO)
        return goods + (self.amounts.shipping_fee if self.amounts else ZERO)

    @property
    def amount_difference(self):
        """How far our total is from the platform's own figures; 0 also while it gives none."""
        return self.total - self.amounts.total if self.amounts else ZERO


def with_digest(order):
    """Give the order with the fingerprint of all it says, to tell a changed order from an unchanged one."""
    content = [(item.name, getattr(order, item.name)) for item in fields(order) if item.name not in ("digest", "raw")]
    return replace(order, digest=hashlib.sha256(_canonical(content).encode()).hexdigest())


def _canonical(value):
    """A text that is the same for equal values in every process; `repr` of a set is not."""
    if isinstance(value, frozenset):
        return repr(sorted(value))
    if isinstance(value, tuple | list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")  # 159 and 159.00 are equal and have different `repr`
    if hasattr(value, "__dataclass_fields__"):
        return _canonical([(item.name, getattr(value, item.name)) for item in fields(value)])
    return repr(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStub:
    """What a list call says of an order: enough to fetch it. `header` is what need not be asked again."""

    ref: str
    updated_at: datetime | None = None
    header: Mapping | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderList:
    """All orders changed in a window, each once, and the platform's clock when the reading began.

    `read_until` is its clock when the last of several pages came, where an order that changed in between can have
    pushed another one from a page not read yet to one read already; None where nothing can be missing.
    """

    stubs: tuple[OrderStub, ...]
    read_at: datetime
    read_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOrder:
    """What a list by time of placing says of an order, and the stub to fetch it with.

    `status` is one of `ORDER_STATUSES` as far as the list tells: it calls an order `cancelled` that has `failed`.
    `created_at` is None where the list does not tell it.
    """

    stub: OrderStub
    status: str
    raw_status: str
    created_at: datetime | None = None

    @property
    def ref(self):
        return self.stub.ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an order is: `status` and `packages` as in its `Order`, and nothing else of it."""

    ref: str
    status: str
    raw_status: str
    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableOrder:
    """An order that was asked for and could not be understood or was not given."""

    ref: str
    error: MarketplaceError
    raw: Mapping = field(default_factory=dict, repr=False, compare=False)
