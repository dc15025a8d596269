"""What happens to orders: they are placed, paid, arranged, shipped, delivered."""

import random
from collections import deque
from datetime import datetime, timezone
from functools import partial

from .. import catalogue
from .agenda import Agenda
from .orders import ZERO, Order, Package, make_item

SN_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"

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


# The order in which Shopee's own warehouse takes an order to its buyer.
WAREHOUSE_STEPS = {
    "READY_TO_SHIP": "PROCESSED",
    "PROCESSED": "SHIPPED",
    "SHIPPED": "TO_CONFIRM_RECEIVE",
    "TO_CONFIRM_RECEIVE": "COMPLETED",
}


class OrderBook(Agenda):
    """The orders. What is done inside `clock.ago(…)` happened then.

    Needs `clock`, `shops`, a Stockroom, Promotions and Settling beside it.
    """

    tracking_delay = 0  # seconds from arranging a shipment to its tracking number
    allocation_delay = 0  # seconds from the payment until Shopee has chosen where the goods come from
    unpaid_lasts = 0  # seconds until an unpaid order is cancelled by itself; 0: it waits
    # Seconds between two steps of an order that Shopee fulfils; 0: it moves only by `run_warehouse`.
    warehouse_pace = 0

    def __init__(self, number):
        Agenda.__init__(self)
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

        A number in place of the SKU is that of the variant, for SKUs that are missing or stand twice.
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
        self.take_out(order)
        shop.orders[order.order_sn] = order
        self._pack(order, [[(item, item.quantity) for item in order.items]])
        if paid or cash_on_delivery:
            self.advance(order, "READY_TO_SHIP")
        elif self.unpaid_lasts:
            self.later(self.unpaid_lasts, partial(self._give_up_unpaid, order))
        return order

    def _give_up_unpaid(self, order):
        if order.order_status == "UNPAID":
            self.cancel(order, "Unpaid Order", "system")

    def _items(self, shop, lines, seller_discount, platform_discount):
        items, currency = [], shop.country.currency
        for sku, quantity, *price in lines:
            product, variant = _on_shelf(shop, sku)
            self._line_item_id += 1
            item = make_item(product, variant, quantity, currency, self._line_item_id)
            if price:
                item.seller_discount = item.original_price - catalogue.money(price[0], currency)
            else:
                off = seller_discount or item.original_price - self.current_price(shop, variant)
                item.seller_discount = catalogue.money(off, currency)
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
        """Replace the order's packages by one for each group of (item, pieces)."""
        for package in order.packages:
            del self.packages[package.package_number]
        channel = order.shop.channel(order.shipping_carrier)
        order.packages = [
            Package(
                package_number=f"OFG{self.random.randrange(10**14, 10**15)}",
                items=[item for item, _ in pieces],
                quantities={item.line_item_id: quantity for item, quantity in pieces},
                shipping_carrier=order.shipping_carrier,
                logistics_channel_id=channel.logistics_channel_id,
                update_time=order.update_time,
            )
            for pieces in groups
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
            order.allocated_at = now + self.allocation_delay
            if not order.cod:
                order.pay_time = order.pay_time or now
        if status == "TO_CONFIRM_RECEIVE":
            order.pay_time = order.pay_time or now
        if status in PACKAGE_OF_ORDER:
            for package in order.packages:
                if _may_become(package, PACKAGE_OF_ORDER[status]):
                    self._move_package(package, PACKAGE_OF_ORDER[status], now)
        if status == "COMPLETED":
            self.later(self.release_delay, partial(self.release_in_time, order))
        if order.fulfilled_by_shopee and self.warehouse_pace and status in WAREHOUSE_STEPS:
            self.later(self.warehouse_pace, partial(self._take_warehouse_step, order, status))

    def run_warehouse(self, order=None):
        """Shopee's warehouse takes the order it fulfils, or all of them, one step on. Returns those that moved."""
        orders = [order] if order else self.orders()
        moving = [one for one in orders if one.fulfilled_by_shopee and one.order_status in WAREHOUSE_STEPS]
        for one in moving:
            self.advance(one, WAREHOUSE_STEPS[one.order_status])
        return moving

    def _take_warehouse_step(self, order, status):
        if order.order_status == status:
            self.run_warehouse(order)

    def advance_package(self, order, package, status):
        """Move one package to a logistics status; the order follows its slowest package that has not failed."""
        now = self.clock.seconds()
        self._move_package(package, status, now)
        self._follow_packages(order, FAILURE_REASONS.get(status, "Logistic Issue"), now)

    def _follow_packages(self, order, reason, now):
        """Put the order where its packages are; when all of them have failed it is cancelled for the reason."""
        order.update_time = now
        open_packages = [package.logistics_status for package in order.packages if not package.is_failed]
        if not open_packages:
            self._close(order, reason, "system", now)
            return
        status = ORDER_OF_PACKAGE[min(open_packages, key=PACKAGE_PACE.index)]
        if order.order_status == "IN_CANCEL":
            order.status_before_cancel = status  # the cancellation is still to be decided
            return
        order.order_status = status
        if status == "TO_CONFIRM_RECEIVE":
            order.pay_time = order.pay_time or now

    def fail(self, order, package_status="LOGISTICS_LOST"):
        """The courier loses the parcels, or gives up on them: the order is cancelled by the system.

        `package_status` may also be LOGISTICS_PICKUP_FAILED, LOGISTICS_DELIVERY_FAILED or LOGISTICS_COD_REJECTED.
        """
        for package in order.packages:
            if not package.is_failed:
                self.advance_package(order, package, package_status)

    def _move_package(self, package, status, now):
        package.logistics_status, package.update_time = status, now
        package.history.append((now, status))
        if status == "LOGISTICS_REQUEST_CREATED":
            package.is_shipment_arranged = True
            if not package.tracking_number:
                self._give_number(package, now)
        if status == "LOGISTICS_PICKUP_DONE":
            package.pickup_done_time = now

    def _give_number(self, package, now):
        package.tracking_time = now + self.tracking_delay
        package.tracking_number = f"SPX{self.random.randrange(10**11, 10**12)}"

    def tracking_number(self, package) -> str:
        """The courier's number, empty as long as it is being made."""
        return package.tracking_number if self.clock.seconds() >= package.tracking_time else ""

    def _close(self, order, reason, by, now):
        order.order_status, order.update_time = "CANCELLED", now
        order.cancel_reason, order.cancel_by = reason, by
        sent = [package for package in order.packages if package.is_with_courier]
        for item in order.items:
            self.put_back(order, item, sum(package.quantities.get(item.line_item_id, 0) for package in sent))
            item.cancelled_quantity = item.quantity
        self.take_back(order)


def _on_shelf(shop, sku):
    """Product and variant by seller SKU, or by the variant's number."""
    if isinstance(sku, int):
        return shop.shelf.product_of(sku), shop.shelf.variant(sku)
    return shop.shelf.skus()[sku]


def _may_become(package, status):
    """Whether the package comes along: not one that failed, nor one that is ahead of the others."""
    if package.is_failed:
        return False
    if package.logistics_status not in PACKAGE_PACE:
        return True
    waits = status == "LOGISTICS_PICKUP_RETRY" and package.logistics_status == "LOGISTICS_REQUEST_CREATED"
    return waits or PACKAGE_PACE.index(package.logistics_status) < PACKAGE_PACE.index(status)
