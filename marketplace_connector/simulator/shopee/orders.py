"""What Shopee knows about an order. Amounts are decimals in the shop's currency, times are epoch seconds."""

from dataclasses import dataclass, field
from decimal import Decimal

from ..catalogue import Buyer, Product, Variant, money
from .items import has_models, item_id, item_sku, model_id
from .promotions import ItemPromotion
from .shops import Shop

ZERO = Decimal(0)

AMOUNTS = ("shipping_fee", "seller_voucher", "platform_voucher", "coins", "buyer_service_fee", "buyer_tax_amount")
IMPORTABLE = ("READY_TO_SHIP", "RETRY_SHIP", "PROCESSED")

# Packages that are over without having been delivered.
FAILED_PACKAGES = (
    "LOGISTICS_INVALID",
    "LOGISTICS_REQUEST_CANCELED",
    "LOGISTICS_PICKUP_FAILED",
    "LOGISTICS_DELIVERY_FAILED",
    "LOGISTICS_LOST",
    "LOGISTICS_COD_REJECTED",
)


@dataclass
class Item:
    """One line of an order. Prices and discounts are those of one piece."""

    item_id: int
    model_id: int  # 0: the item has no variations
    item_name: str
    model_name: str
    item_sku: str
    model_sku: str
    quantity: int
    original_price: Decimal
    seller_discount: Decimal
    shopee_discount: Decimal
    weight: Decimal
    line_item_id: int
    order_item_id: int  # shared by the items of one bundle deal, else the item_id
    bundle_id: int = 0
    cancelled_quantity: int = 0
    erp_products: int = 1  # how many products of the test ERP carry the SKU
    variant_number: int = 0
    taken: dict[tuple[int, str], int] = field(default_factory=dict)  # pieces by (variant number, location)
    promotion: ItemPromotion | None = None
    from_promotion: int = 0  # pieces that the promotion had held

    @property
    def locations(self) -> list[str]:
        """The places that its pieces come from."""
        return list(dict.fromkeys(place for _, place in self.taken))

    @property
    def active_quantity(self) -> int:
        """The pieces that are not cancelled."""
        return self.quantity - self.cancelled_quantity

    @property
    def promotion_group_id(self) -> int:
        """What the items of one bundle deal share, 0 outside of bundle deals."""
        return 1 if self.bundle_id else 0

    @property
    def discounted_price(self) -> Decimal:
        """What the buyer pays for one piece, vouchers and coins apart."""
        return self.original_price - self.seller_discount - self.shopee_discount

    @property
    def subtotal(self) -> Decimal:
        """What the buyer pays for the line, vouchers and coins apart."""
        return self.discounted_price * self.quantity


@dataclass
class Document:
    """A label that was asked for: being made until `ready_at`, then there, or failed."""

    ready_at: int
    fails: bool = False


@dataclass(frozen=True)
class HandOver:
    """How a parcel gets to the courier: `method` is pickup, dropoff or non_integrated, the rest what it needs."""

    method: str
    address_id: int = 0
    pickup_time_id: str = ""
    branch_id: int = 0
    sender_real_name: str = ""
    tracking_number: str = ""
    slug: str = ""


@dataclass
class Package:
    """One parcel. The courier's number is made when shipment is arranged and shown from `tracking_time` on."""

    package_number: str
    items: list[Item]
    shipping_carrier: str
    logistics_channel_id: int
    update_time: int
    logistics_status: str = "LOGISTICS_NOT_START"
    is_shipment_arranged: bool = False
    tracking_number: str = ""
    tracking_time: int = 0
    pickup_done_time: int = 0
    quantities: dict[int, int] = field(default_factory=dict)  # pieces in this parcel, by line_item_id
    hand_over: HandOver | None = None
    history: list[tuple[int, str]] = field(default_factory=list)  # (time, logistics_status), oldest first
    documents: dict[str, Document] = field(default_factory=dict)  # by shipping_document_type

    @property
    def is_failed(self) -> bool:
        """Whether the parcel will never be delivered."""
        return self.logistics_status in FAILED_PACKAGES

    @property
    def waits(self) -> bool:
        """Whether the seller has to arrange its shipment, for the first time or again."""
        is_new = self.logistics_status == "LOGISTICS_READY" and not self.is_shipment_arranged
        return is_new or self.logistics_status == "LOGISTICS_PICKUP_RETRY"

    @property
    def is_with_courier(self) -> bool:
        """Whether the seller no longer has it."""
        return self.pickup_done_time > 0


@dataclass
class Order:
    """One order with its packages.

    `overrides` puts anything into answers about it: by "list", "detail", "package" or "escrow", see `overrides.py`.
    """

    order_sn: str
    shop: Shop
    buyer: Buyer
    items: list[Item]
    create_time: int
    update_time: int
    shipping_carrier: str
    order_status: str = "UNPAID"
    packages: list[Package] = field(default_factory=list)
    cod: bool = False
    payment_method: str = ""
    pay_time: int | None = None
    days_to_ship: int = 2
    ship_by_date: int = 0
    shipping_fee: Decimal = ZERO  # paid by the buyer
    seller_voucher: Decimal = ZERO
    platform_voucher: Decimal = ZERO
    coins: Decimal = ZERO
    buyer_service_fee: Decimal = ZERO
    buyer_tax_amount: Decimal = ZERO
    message_to_seller: str = ""
    note: str = ""
    note_update_time: int = 0
    fulfilled_by_shopee: bool = False
    advance_package: bool = False  # Shopee serves it with a booking that the seller has sent, or sends, by itself
    booking_sn: str = ""
    cancel_by: str = ""
    cancel_reason: str = ""
    buyer_cancel_reason: str = ""
    status_before_cancel: str = ""
    buyer_asked_at: int = 0  # while it is 0 an IN_CANCEL is the seller's and waits for the courier
    allocated_at: int = 0  # before it, Shopee is still choosing where the goods come from
    split_up: bool = False
    escrow_ready: bool = True
    release_time: int = 0  # when the escrow was released, 0 before
    release_is_held: bool = False  # by a return that is not decided
    released_amount: Decimal = ZERO
    paid_ahead: Decimal = ZERO  # the part of the escrow that was paid before the release
    settled_terms: dict[str, Decimal] = field(default_factory=dict)  # of the escrow formula, from the release on
    adjustments: list = field(default_factory=list)  # to the income, after the release
    returns: list = field(default_factory=list)
    overrides: dict = field(default_factory=dict)

    def __post_init__(self):
        for name in AMOUNTS:
            setattr(self, name, money(getattr(self, name), self.currency))
        self.payment_method = self.payment_method or ("Cash on Delivery" if self.cod else "ShopeePay")

    @property
    def currency(self) -> str:
        """The money of the order."""
        return self.shop.country.currency

    @property
    def courier_cost(self) -> Decimal:
        """What the courier takes for the parcel, whoever pays it."""
        return self.shop.country.shipping_fee

    @property
    def accepted_returns(self) -> list:
        """The returns that the buyer was refunded for, as far as the escrow was not released before."""
        return [one for one in self.returns if one.status == "ACCEPTED" and one.before_release]

    def pieces_asked_back(self, item) -> int:
        """The pieces of the line that open returns are about."""
        return self._pieces(item, [one for one in self.returns if one.is_open])

    def pieces_sent_back(self, item) -> int:
        """The pieces of the line that came back."""
        return self._pieces(item, [one for one in self.returns if one.status == "ACCEPTED"])

    def _pieces(self, item, returns):
        pieces = [piece for one in returns if one.goods_come_back for piece in one.pieces]
        return sum(quantity for other, quantity in pieces if other is item)

    @property
    def is_releasable(self) -> bool:
        """Whether the escrow can be released now."""
        return self.order_status == "COMPLETED" and not self.release_time

    @property
    def is_income_pending(self) -> bool:
        """Whether the seller still waits for the escrow."""
        return not self.release_time and self.order_status not in ("UNPAID", "CANCELLED")

    @property
    def is_importable(self) -> bool:
        """Whether a seller has work to do on it."""
        return self.order_status in IMPORTABLE

    @property
    def is_problem(self) -> bool:
        """Whether a person has to help the ERP with it: a SKU is unknown there, or ambiguous."""
        return any(item.erp_products != 1 for item in self.items)

    @property
    def merchant_subtotal(self) -> Decimal:
        """What the buyer pays for the goods, vouchers and coins apart."""
        return sum((item.subtotal for item in self.items), ZERO)

    @property
    def buyer_total_amount(self) -> Decimal:
        """What the buyer pays."""
        reductions = self.seller_voucher + self.platform_voucher + self.coins
        charges = self.shipping_fee + self.buyer_service_fee + self.buyer_tax_amount
        return self.merchant_subtotal + charges - reductions

    def locations(self, item) -> list[str]:
        """The places of the shop that the line's pieces come from, or the first one where nobody knows."""
        return (not self.fulfilled_by_shopee and item.locations) or [self.shop.product_location_id]

    def package_location(self, package) -> str:
        """The place that the package is sent from."""
        return self.locations(package.items[0])[0]

    @property
    def has_arranged_package(self) -> bool:
        """Whether shipment was arranged for any of its parcels."""
        return any(package.is_shipment_arranged for package in self.packages)

    @property
    def pickup_done_time(self) -> int:
        """When the last parcel was handed over, 0 before."""
        return max((package.pickup_done_time for package in self.packages), default=0)


def make_item(product: Product, variant: Variant, quantity, currency, line_item_id) -> Item:
    """A line for the product of the catalogue, without discount."""
    varied = has_models(product)
    return Item(
        item_id=item_id(product),
        model_id=model_id(product, variant),
        item_name=product.name,
        model_name=",".join(value for _, value in variant.options),
        item_sku=item_sku(product),
        model_sku=variant.sku if varied else "",
        quantity=quantity,
        original_price=variant.prices[currency],
        seller_discount=ZERO,
        shopee_discount=ZERO,
        weight=variant.weight,
        line_item_id=line_item_id,
        erp_products=variant.erp_products,
        variant_number=variant.number,
        order_item_id=item_id(product),
    )


def number(amount):
    """The amount as Shopee's JSON has it: a plain number, whole where it is whole."""
    if not amount:
        return 0
    return int(amount) if amount == int(amount) else float(amount)
