"""What happens to orders: they are placed, paid, arranged, shipped, delivered, split, cancelled."""

import random
from collections import deque
from datetime import datetime, timezone

from .. import catalogue
from .orders import ZERO, Order, Package, make_item

SN_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MOST_PACKAGES = 5

# Where an order may go by itself, the ordinary way first.
STEPS = {
    "UNPAID": ("READY_TO_SHIP", "PENDING"),
    "PENDING": ("READY_TO_SHIP",),
    "READY_TO_SHIP": ("PROCESSED",),
    "PROCESSED": ("SHIPPED", "RETRY_SHIP"),
    "RETRY_SHIP": ("PROCESSED",),
    "SHIPPED": ("TO_CONFIRM_RECEIVE", "TO_RETURN"),
    "TO_CONFIRM_RECEIVE": ("COMPLETED", "TO_RETURN"),
    "TO_RETURN": ("COMPLETED",),
}
BEFORE_SHIPPING = ("UNPAID", "PENDING", "READY_TO_SHIP", "PROCESSED", "RETRY_SHIP")

# The state of the order follows the slowest of its packages; these are from slow to fast.
ORDER_OF_PACKAGE = {
    "LOGISTICS_READY": "READY_TO_SHIP",
    "LOGISTICS_PICKUP_RETRY": "RETRY_SHIP",
    "LOGISTICS_REQUEST_CREATED": "PROCESSED",
    "LOGISTICS_PICKUP_DONE": "SHIPPED",
    "LOGISTICS_DELIVERY_DONE": "TO_CONFIRM_RECEIVE",
}
PACKAGE_OF_ORDER = {order_status: package_status for package_status, order_status in ORDER_OF_PACKAGE.items()}
PACKAGE_PACE = list(ORDER_OF_PACKAGE)
FAILURE_REASONS = {
    "LOGISTICS_LOST": "Parcel is Lost",
    "LOGISTICS_DELIVERY_FAILED": "Failed Delivery",
    "LOGISTICS_PICKUP_FAILED": "3PL pickup Fail",
    "LOGISTICS_COD_REJECTED": "COD Rejected",
}


class OrderBook:
    """The orders. Needs `clock` and `shops` beside it. What is done inside `clock.ago(…)` happened then."""

    tracking_delay = 0  # seconds from arranging a shipment to its tracking number

    def __init__(self, number):
        self.random = random.Random(f"shopee/{number}")
        self.packages: dict[str, Order] = {}  # by package_number
        self._line_item_id = 0

    def orders(self, shop=None) -> list[Order]:
        """The orders of the shop, or of all shops, the newest first."""
        shops = [shop] if shop else self.shops.values()
        found = [order for shop in shops for order in shop.orders.values()]
        return sorted(found, key=lambda order: (order.create_time, order.order_sn), reverse=True)

    def find_order(self, order_sn) -> Order:
        """The order of that number; KeyError if there is none."""
        for shop in self.shops.values():
            if order_sn in shop.orders:
                return shop.orders[order_sn]
        raise KeyError(order_sn)

    # === PLACING === #

    def place_order(
        self,
        shop,
        lines,
        *,
        seller_discount=ZERO,
        platform_discount=ZERO,
        courier="",
        cash_on_delivery=False,
        paid=True,
        bundle=False,
        buyer=None,
        **facts,
    ) -> Order:
        """A buyer orders `lines`, which are (seller SKU, quantity) or (seller SKU, quantity, price of one piece).

        `seller_discount` and `platform_discount` are taken off each piece that has no price of its own in its line;
        `bundle` makes all lines one bundle deal. `facts` are fields of `Order`: seller_voucher, platform_voucher,
        coins, shipping_fee, fulfilled_by_shopee, … Paid orders and those with cash on delivery are ready to ship.
        """
        now = self.clock.seconds()
        order = Order(
            order_sn=self._order_sn(shop, now),
            shop=shop,
            buyer=buyer or catalogue.buyer(self.random, shop.region),
            items=self._items(shop, lines, seller_discount, platform_discount),
            create_time=now,
            update_time=now,
            shipping_carrier=courier or shop.country.couriers[0],
            cod=cash_on_delivery,
            **facts,
        )
        if bundle:
            self._make_bundle(order)
        shop.orders[order.order_sn] = order
        self._pack(order, [order.items])
        if paid or cash_on_delivery:
            self.advance(order, "READY_TO_SHIP")
        return order

    def _items(self, shop, lines, seller_discount, platform_discount):
        items, currency = [], shop.country.currency
        for sku, quantity, *price in lines:
            product, variant = catalogue.skus()[sku]
            self._line_item_id += 1
            item = make_item(product, variant, quantity, currency, self._line_item_id)
            if price:
                item.seller_discount = item.original_price - catalogue.money(price[0], currency)
            else:
                item.seller_discount = catalogue.money(seller_discount, currency)
                item.shopee_discount = catalogue.money(platform_discount, currency)
            items.append(item)
        return items

    def _make_bundle(self, order):
        """The items share an id; each keeps its price in settlements, while order details say 0."""
        bundle_id = self.random.randrange(10**8, 10**9)
        for item in order.items:
            item.bundle_id, item.order_item_id = bundle_id, 1

    def _order_sn(self, shop, now):
        day = datetime.fromtimestamp(now, timezone.utc).strftime("%y%m%d")
        while True:
            order_sn = day + "".join(self.random.choices(SN_LETTERS, k=8))
            if order_sn not in shop.orders:
                return order_sn

    def _pack(self, order, groups):
        """Replace the order's packages by one for each group of items."""
        for package in order.packages:
            del self.packages[package.package_number]
        couriers = order.shop.country.couriers
        position = couriers.index(order.shipping_carrier) if order.shipping_carrier in couriers else len(couriers)
        order.packages = [
            Package(
                package_number=f"OFG{self.random.randrange(10**14, 10**15)}",
                items=items,
                shipping_carrier=order.shipping_carrier,
                logistics_channel_id=80001 + position,
                update_time=order.update_time,
            )
            for items in groups
        ]
        self.packages.update((package.package_number, order) for package in order.packages)

    # === ON ITS WAY === #

    def advance(self, order, status):
        """Move the order and its packages on to the status, through all that lies between.

        Raises ValueError where no way leads there.
        """
        for step in self._way(order, status):
            self._enter(order, step)

    def _way(self, order, status):
        ways = deque([(order.order_status, [])])
        seen = set()
        while ways:
            reached, way = ways.popleft()
            if reached == status:
                return way
            seen.add(reached)
            ways.extend((step, [*way, step]) for step in STEPS.get(reached, ()) if step not in seen)
        raise ValueError(f"An order in {order.order_status} cannot become {status}")

    def _enter(self, order, status):
        now = self.clock.seconds()
        order.order_status, order.update_time = status, now
        if status == "READY_TO_SHIP":
            order.ship_by_date = now + order.days_to_ship * 86400
            if not order.cod:
                order.pay_time = order.pay_time or now
        if status == "TO_CONFIRM_RECEIVE":
            order.pay_time = order.pay_time or now
        if status in PACKAGE_OF_ORDER:
            for package in order.packages:
                if _may_become(package, PACKAGE_OF_ORDER[status]):
                    self._move_package(package, PACKAGE_OF_ORDER[status], now)

    def advance_package(self, order, package, status):
        """Move one package to a logistics status; the order follows its slowest package that has not failed."""
        now = self.clock.seconds()
        self._move_package(package, status, now)
        order.update_time = now
        open_packages = [package.logistics_status for package in order.packages if not package.is_failed]
        if not open_packages:
            self._close(order, FAILURE_REASONS.get(status, "Logistic Issue"), "system", now)
            return
        order.order_status = ORDER_OF_PACKAGE[min(open_packages, key=PACKAGE_PACE.index)]
        if order.order_status == "TO_CONFIRM_RECEIVE":
            order.pay_time = order.pay_time or now

    def fail(self, order, package_status="LOGISTICS_LOST"):
        """The courier loses the parcels, or gives up on them: the order is cancelled by the system."""
        for package in order.packages:
            self.advance_package(order, package, package_status)

    def _move_package(self, package, status, now):
        package.logistics_status, package.update_time = status, now
        if status == "LOGISTICS_REQUEST_CREATED":
            package.is_shipment_arranged = True
            if not package.tracking_number:
                package.tracking_time = now + self.tracking_delay
                package.tracking_number = f"SPX{self.random.randrange(10**11, 10**12)}"
        if status == "LOGISTICS_PICKUP_DONE":
            package.pickup_done_time = now

    def tracking_number(self, package) -> str:
        """The courier's number, empty as long as it is being made."""
        return package.tracking_number if self.clock.seconds() >= package.tracking_time else ""

    def split(self, order, groups):
        """The seller packs the order in several parcels: `groups` are lists of its items, each item in one of them."""
        if order.order_status != "READY_TO_SHIP" or order.split_up:
            raise ValueError("Only an order that is ready to ship and not split can be split")
        packed = sorted(item.line_item_id for group in groups for item in group)
        if packed != sorted(item.line_item_id for item in order.items):
            raise ValueError("Every item belongs in exactly one package")
        if not 2 <= len(groups) <= MOST_PACKAGES or not all(groups):
            raise ValueError(f"An order can be split in 2 to {MOST_PACKAGES} packages, none of them empty")
        order.split_up, order.update_time = True, self.clock.seconds()
        self._pack(order, groups)
        for package in order.packages:
            self._move_package(package, "LOGISTICS_READY", order.update_time)

    # === CANCELLING === #

    def cancel_pieces(self, order, item, quantity):
        """The seller cancels some pieces of a line before shipping; the rest of the order goes on."""
        if order.order_status not in BEFORE_SHIPPING:
            raise ValueError(f"Nothing can be cancelled of an order in {order.order_status}")
        if not 0 < quantity <= item.active_quantity or quantity == sum(other.active_quantity for other in order.items):
            raise ValueError("Some of the pieces, but not the whole order, can be cancelled")
        item.cancelled_quantity += quantity
        order.update_time = self.clock.seconds()

    def cancel(self, order, reason="Out of Stock", by="seller"):
        """Cancel the order, which must not be with the courier yet. `by` is buyer, seller, system or Ops."""
        if order.order_status not in (*BEFORE_SHIPPING, "IN_CANCEL"):
            raise ValueError(f"An order in {order.order_status} cannot be cancelled")
        now = self.clock.seconds()
        for package in order.packages:
            if not package.is_failed:
                arranged = package.logistics_status in ("LOGISTICS_REQUEST_CREATED", "LOGISTICS_PICKUP_RETRY")
                self._move_package(package, "LOGISTICS_REQUEST_CANCELED" if arranged else "LOGISTICS_INVALID", now)
        self._close(order, reason, by, now)

    def request_cancellation(self, order, reason="Change of mind"):
        """The buyer asks to cancel an order that the seller already works on."""
        if order.order_status not in ("READY_TO_SHIP", "PROCESSED"):
            raise ValueError(f"A buyer cannot ask to cancel an order in {order.order_status}")
        order.status_before_cancel, order.order_status = order.order_status, "IN_CANCEL"
        order.buyer_cancel_reason, order.update_time = reason, self.clock.seconds()

    def answer_cancellation(self, order, accept):
        """The seller accepts or rejects what the buyer asked for."""
        if order.order_status != "IN_CANCEL":
            raise ValueError("The buyer has not asked to cancel this order")
        if accept:
            self.cancel(order, order.buyer_cancel_reason, "buyer")
        else:
            order.order_status, order.update_time = order.status_before_cancel, self.clock.seconds()

    def _close(self, order, reason, by, now):
        order.order_status, order.update_time = "CANCELLED", now
        order.cancel_reason, order.cancel_by = reason, by
        for item in order.items:
            item.cancelled_quantity = item.quantity


def _may_become(package, status):
    """Whether the package comes along: not one that failed, nor one that is ahead of the others."""
    if package.is_failed:
        return False
    if package.logistics_status not in PACKAGE_PACE:
        return True
    waits = status == "LOGISTICS_PICKUP_RETRY" and package.logistics_status == "LOGISTICS_REQUEST_CREATED"
    return waits or PACKAGE_PACE.index(package.logistics_status) < PACKAGE_PACE.index(status)
