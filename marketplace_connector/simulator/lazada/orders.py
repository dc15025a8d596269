"""How orders come to be and move on: what buyers, sellers and carriers do, without any API call."""

import random
from datetime import timedelta, timezone
from decimal import Decimal
from functools import partial
from zlib import crc32

from ..catalogue import buyer as somebody
from ..catalogue import money, spread
from ..seed import CANCELLERS
from .cancelling import BUYER_REASONS, OUT_OF_STOCK, SYSTEM_REASONS, WRONG_PRICE
from .state import CANCELABLE, NOT_DIGITAL, SHIPPING_TYPES, STATUSES, Line, Order, OrderedLine, Unit, way

# What the plans' reasons and steps are here.
REASONS = {
    "out_of_stock": OUT_OF_STOCK,
    "wrong_price": WRONG_PRICE,
    "changed_mind": BUYER_REASONS[0],
    "not_paid": SYSTEM_REASONS[0],
}
STEP_STATUS = {"paid": "pending", "arranged": "ready_to_ship", "shipped": "shipped", "completed": "delivered"}


class OrderBook:
    """The part of the platform where orders are placed and move: each change moves `updated_at` of units and order."""

    ship_within = timedelta(days=2)
    cod_starts_pending = True  # UNSURE, contract 2.6
    unpaid_lasts = 0  # seconds until an unpaid order is cancelled by itself, 1800 at the platform; 0: it waits

    def __init__(self, number):
        self.random = random.Random(f"lazada/{number}")
        self._last_order = 0
        self._last_package = 0

    def place_order(
        self,
        shop,
        lines,
        *,
        seller_discount=0,
        seller_voucher=0,
        platform_voucher=0,
        shipping_fee=0,
        payment_method="MIXEDCARD",
        buyer=None,
        paid=True,
        fulfilled_by_lazada=False,
        courier="",
        note="",
        order_id=None,
        overrides=None,
        item_overrides=None,
    ) -> Order:
        """A buyer orders `lines`: `Line`s, or (sku, quantity) or (sku, quantity, price of one piece).

        `seller_discount` is off the price of every piece; vouchers and shipping fee are for the order, and are spread
        over the units. `overrides` and `item_overrides` replace fields of the answers about the order and each unit:
        {"price": "-5.00"}, {"status": "teleported"}, {"currency": ABSENT}. Raises SoldOut where the platform sells only
        what is there, and that is not.
        """
        lines = [line if isinstance(line, Line) else Line(*line) for line in lines]
        ordered = [_ordered(shop, line, fulfilled_by_lazada) for line in lines]
        places = self._choose_places(shop, ordered)
        order = self._new_order(shop, payment_method, paid, order_id, buyer)
        order.courier, order.note, order.overrides = courier or order.courier, note, overrides or {}
        accepted = paid or (payment_method == "COD" and self.cod_starts_pending)
        for line, codes in zip(ordered, places, strict=True):
            order.units += self._units(order, line, codes, Decimal(seller_discount), item_overrides or {})
        for unit in order.units:
            unit.status = "pending" if accepted else "unpaid"
            self._sell(shop, unit)
        _spread(order, Decimal(seller_voucher), Decimal(platform_voucher), Decimal(shipping_fee))
        shop.orders[order.order_id] = order
        self._follow_fbl(order, order.units)
        if not accepted and self.unpaid_lasts:
            self.after(self.unpaid_lasts, partial(self._give_up_unpaid, order))
        return order

    def _give_up_unpaid(self, order):
        unpaid = [unit for unit in order.units if unit.status == "unpaid"]
        if unpaid:
            self.cancel(order, SYSTEM_REASONS[0], "system", unpaid)

    def _new_order(self, shop, payment_method, paid, order_id, buyer):
        """An order without units as yet."""
        now = self._now()
        return Order(
            order_id=order_id or self._next_order_id(),
            shop=shop,
            buyer=buyer or somebody(self.random, shop.country.code),
            created_at=now,
            updated_at=now,
            payment_method=payment_method,
            courier=f"LEX {shop.country.code}",
            note="",
            sla=self._end_of_day(now + self.ship_within, shop),
            units=[],
            payment_time=now if paid and payment_method != "COD" else None,
            overrides={},
        )

    def advance(self, order, status, units=None):
        """Move the order's units, or some of them, to the status, passing what lies between. Canceled ones stay.

        Digital ones skip what concerns parcels. Raises ValueError where a unit cannot get there.
        """
        moving = [unit for unit in units or order.units if unit.status not in ("canceled", status)]
        ways = [(unit, _stages(unit, status)) for unit in moving]
        for stage in max((steps for _, steps in ways), key=len, default=()):
            self._move(order, [unit for unit, steps in ways if stage in steps], stage)

    def set_status(self, order, status, units=None):
        """Give units any status, whether or not the platform would: for tests of what should never happen."""
        self._move(order, units or order.units, status)

    def carry_out(self, shop, plan) -> Order:
        """Place the planned order and take its steps, each at its time."""
        order = None
        self._planning = True
        for step, age in plan.steps:
            with self.clock.ago(age):
                if step == "placed":
                    order = self._place(shop, plan)
                elif step == "cancelled":
                    self.cancel(order, REASONS[plan.cancel_reason], CANCELLERS[plan.cancel_reason])
                elif step == "partly_cancelled":
                    units = _first_units(order, plan.lines)
                    self.cancel(order, REASONS[plan.cancel_reason], CANCELLERS[plan.cancel_reason], units)
                elif step in STEP_STATUS:
                    self.advance(order, STEP_STATUS[step])
        self._planning = False
        self._follow_fbl(order, order.units)
        return order

    def _place(self, shop, plan):
        return self.place_order(
            shop,
            [
                Line(line.sku, line.quantity, discount=line.discount, shipping=plan.by_hand or "standard")
                for line in plan.lines
            ],
            seller_voucher=plan.seller_voucher,
            platform_voucher=plan.platform_voucher,
            shipping_fee=plan.shipping_fee,
            payment_method="COD" if plan.cash_on_delivery else "MIXEDCARD",
            buyer=plan.buyer,
            paid=False,
            fulfilled_by_lazada=plan.fulfilled_by_platform,
            note=plan.note,
        )

    # === HELPERS === #

    def _end_of_day(self, moment, shop):
        local = moment.astimezone(timezone(timedelta(hours=shop.country.utc_offset)))
        return local.replace(hour=23, minute=59, second=59)

    def _next_order_id(self):
        """15 digits; a unit's id has the same ending as its order's."""
        self._last_order += 1
        return (711_000_000 + self._last_order) * 1_000_000 + 64_242

    def _units(self, order, ordered, codes, discount, overrides):
        line, variant = ordered.line, ordered.variant
        if line.shipping not in SHIPPING_TYPES:
            raise ValueError(f"shipping is one of {', '.join(SHIPPING_TYPES)}")
        price = line.price if line.price is not None else price_now(variant, order.shop.country.currency)
        ids = unknown_ids(line.sku)
        if variant:
            ids = item_id(order.shop, ordered.product), sku_id(order.shop, variant)
        first = order.order_id + 100_000 * (len(order.units) + 1)
        return [
            Unit(
                order_item_id=first + 100_000 * place,
                sku=variant.sku if variant else line.sku,
                name=ordered.name,
                variation=", ".join(f"{name}:{value}" for name, value in variant.options) if variant else "",
                item_id=ids[0],
                sku_id=ids[1],
                item_price=Decimal(price) - line.discount - discount,
                voucher_seller=Decimal(0),
                voucher_platform=Decimal(0),
                shipping_amount=Decimal(0),
                is_fbl=ordered.is_fbl,
                warehouse_code=code,
                shipping=line.shipping,
                status="unpaid",
                updated_at=order.created_at,
                variant=variant.number if variant else 0,
                erp_products=variant.erp_products if variant else 0,
                picture=variant.picture if variant else "",
                overrides=dict(overrides),
            )
            for place, code in enumerate(codes)
        ]

    def _move(self, order, units, status):
        now = self._now()
        if status == "packed":
            self._make_packages(order, units)
        for unit in units:
            self._restock(order.shop, unit, status)
            if unit.status == "unpaid" and status == "pending" and order.payment_method != "COD":
                order.payment_time = now
            if status == "repacked":
                unit.package_id = unit.tracking_code = unit.shipment_provider = ""
            if status == "delivered" and order.payment_method == "COD":
                order.payment_time = now
            if status == "delivered" and self.tracking_vanishes:
                unit.tracking_code = ""
            if status in STATUSES and status not in CANCELABLE and status != "ready_to_ship_pending":
                unit.need_cancel_confirm, unit.is_cancel_pending, unit.cancel_trigger_time = False, False, None
            unit.status, unit.updated_at = status, now
        order.updated_at = now
        for package_id in dict.fromkeys(unit.package_id for unit in units):
            if package_id in order.shop.packages:
                order.shop.packages[package_id].events.append((status, now))
        self._book_move(order, units, status)
        self._follow_fbl(order, units)


def item_id(shop, product):
    """The number under which the shop sells the product."""
    return 2_800_000_000 + shop.number * 1_000_000 + product.number


def sku_id(shop, variant):
    """The number under which the shop sells the variant."""
    return 13_400_000_000 + shop.number * 1_000_000 + variant.number


def unknown_ids(sku):
    """Item id and SKU id of what is ordered although it is not on the shelf."""
    return 2_900_000_000 + crc32(sku.encode()) % 90_000_000, 13_900_000_000 + crc32(sku.encode()) % 90_000_000


def listing_ids(shop, sku):
    """Item id and SKU id under which the shop sells the SKU."""
    product, variant = shop.shelf.skus().get(sku, (None, None))
    return (item_id(shop, product), sku_id(shop, variant)) if product else unknown_ids(sku)


def price_now(variant, currency) -> Decimal:
    """What a buyer pays for one piece."""
    return variant.sale_prices.get(currency, variant.prices[currency])


def product_of_item(shop, text):
    """The product that the shop sells under the item id, None for any other text."""
    return shop.shelf.product(int(text) - 2_800_000_000 - shop.number * 1_000_000) if _is_id(text) else None


def variant_of_sku(shop, text):
    """The variant that the shop sells under the SKU id, None for any other text."""
    return shop.shelf.variant(int(text) - 13_400_000_000 - shop.number * 1_000_000) if _is_id(text) else None


def _is_id(text):
    return text.isascii() and text.isdecimal() and len(text) < 20


def _ordered(shop, line, fulfilled_by_lazada):
    if line.variant:
        product, variant = shop.shelf.product_of(line.variant), shop.shelf.variant(line.variant)
    else:
        product, variant = shop.shelf.skus().get(line.sku, (None, None))
    kept = variant is not None and variant.number in shop.kept_by_lazada
    return OrderedLine(line, product, variant, fulfilled_by_lazada or line.fulfilled_by_lazada or kept)


def _stages(unit, status):
    return [stage for stage in way(unit.status, status) if unit.shipping != "digital" or stage not in NOT_DIGITAL]


def _spread(order, seller_voucher, platform_voucher, shipping_fee):
    """Divide the order's amounts over its units, to the cent."""
    currency = order.shop.country.currency
    prices = [max(unit.item_price, Decimal(0)) for unit in order.units]
    for name, amount in (
        ("voucher_seller", seller_voucher),
        ("voucher_platform", platform_voucher),
        ("shipping_amount", shipping_fee),
    ):
        for unit, part in zip(order.units, spread(money(amount, currency), prices, currency), strict=True):
            setattr(unit, name, part)


def _first_units(order, lines):
    """The units that the plan's lines say are cancelled."""
    chosen, place = [], 0
    for line in lines:
        chosen += order.units[place : place + line.cancelled]
        place += line.quantity
    return chosen
