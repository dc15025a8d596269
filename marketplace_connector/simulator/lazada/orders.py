"""How orders come to be and move on: what buyers, sellers and carriers do, without any API call."""

import random
from datetime import timedelta, timezone
from decimal import Decimal
from zlib import crc32

from ..catalogue import buyer as somebody
from ..catalogue import money, skus, spread
from ..seed import CANCELLERS
from .state import CANCELABLE, IN_A_PACKAGE, Line, Order, Unit, way

# Reason ids differ by country, sellers get the list from the platform (Lazada doc 121329).
SELLER_REASONS = {10000019: "Sourcing Delay", 10000021: "Out of Stock", 10000023: "Wrong Price or Pricing Error"}
BUYER_REASONS = ("Change of mind", "Found cheaper elsewhere", "Change/combine order", "Delivery time is too long")
SYSTEM_REASONS = ("Payment timeout", "Fraud suspected")
REASONS = {"out_of_stock": "Out of Stock", "wrong_price": "Wrong Price or Pricing Error"} | {
    "changed_mind": "Change of mind",
    "not_paid": "Payment timeout",
}
INITIATORS = {"seller": "cancellation-seller", "buyer": "cancellation-customer", "system": "cancellation-internal"}

# What the plans' steps are here.
STEP_STATUS = {"paid": "pending", "arranged": "ready_to_ship", "shipped": "shipped", "completed": "delivered"}


class OrderBook:
    """The part of the platform that people act on: each change moves `updated_at` of the units and of their order."""

    ship_within = timedelta(days=2)
    cod_starts_pending = True  # UNSURE, contract 2.6

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
        {"price": "-5.00"}, {"status": "teleported"}, {"currency": ABSENT}.
        """
        now = self._now()
        lines = [line if isinstance(line, Line) else Line(*line) for line in lines]
        order = Order(
            order_id=order_id or self._next_order_id(),
            shop=shop,
            buyer=buyer or somebody(self.random, shop.country.code),
            created_at=now,
            updated_at=now,
            payment_method=payment_method,
            courier=courier or f"LEX {shop.country.code}",
            note=note,
            sla=self._end_of_day(now + self.ship_within, shop),
            units=[],
            payment_time=now if paid and payment_method != "COD" else None,
            overrides=overrides or {},
        )
        warehouse = f"LZD-{shop.country.code}-FBL-01" if fulfilled_by_lazada else "dropshipping"
        accepted = paid or (payment_method == "COD" and self.cod_starts_pending)
        for line in lines:
            order.units += self._units(order, line, Decimal(seller_discount), warehouse, item_overrides or {})
        for unit in order.units:
            unit.status = "pending" if accepted else "unpaid"
        _spread(order, Decimal(seller_voucher), Decimal(platform_voucher), Decimal(shipping_fee))
        shop.orders[order.order_id] = order
        return order

    def advance(self, order, status, units=None):
        """Move the order's units, or some of them, to the status, passing what lies between. Canceled ones stay.

        Raises ValueError where a unit cannot get there.
        """
        moving = [unit for unit in units or order.units if unit.status not in ("canceled", status)]
        ways = [(unit, way(unit.status, status)) for unit in moving]
        for stage in max((steps for _, steps in ways), key=len, default=()):
            self._move(order, [unit for unit, steps in ways if stage in steps], stage)

    def set_status(self, order, status, units=None):
        """Give units any status, whether or not the platform would: for tests of what should never happen."""
        self._move(order, units or order.units, status)

    def cancel(self, order, reason="Out of Stock", by="seller", units=None, detail=""):
        """Cancel the order's live units, or some; packed ones take the rest of their package along.

        Raises ValueError where one is past cancelling.
        """
        chosen = [unit for unit in units or order.units if unit.status != "canceled"]
        # Lazada doc 121329: "the other items of the same package are cancelled too".
        packages = {unit.package_id for unit in chosen if unit.status in IN_A_PACKAGE}
        chosen += [unit for unit in order.units if unit.package_id in packages and unit not in chosen]
        late = [unit.status for unit in chosen if unit.status not in CANCELABLE]
        if late or not chosen:
            raise ValueError(f"nothing to cancel: {', '.join(late) or 'all units are canceled'}")
        for unit in chosen:
            unit.reason, unit.reason_detail, unit.cancel_return_initiator = reason, detail, INITIATORS[by]
        self._move(order, chosen, "canceled")

    def carry_out(self, shop, plan) -> Order:
        """Place the planned order and take its steps, each at its time."""
        order = None
        for step, age in plan.steps:
            with self.clock.ago(age):
                if step == "placed":
                    order = self._place(shop, plan)
                elif step == "cancelled":
                    self.cancel(order, REASONS[plan.cancel_reason], CANCELLERS[plan.cancel_reason])
                elif step == "partly_cancelled":
                    units = _first_units(order, plan.lines)
                    self.cancel(order, REASONS[plan.cancel_reason], CANCELLERS[plan.cancel_reason], units)
                else:
                    self.advance(order, STEP_STATUS[step])
        return order

    def _place(self, shop, plan):
        return self.place_order(
            shop,
            [Line(line.sku, line.quantity, discount=line.discount) for line in plan.lines],
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

    def _now(self):
        return self.clock.now().replace(microsecond=0)

    def _end_of_day(self, moment, shop):
        local = moment.astimezone(timezone(timedelta(hours=shop.country.utc_offset)))
        return local.replace(hour=23, minute=59, second=59)

    def _next_order_id(self):
        """15 digits; a unit's id has the same ending as its order's."""
        self._last_order += 1
        return (711_000_000 + self._last_order) * 1_000_000 + 64_242

    def _units(self, order, line, discount, warehouse, overrides):
        product, variant = skus().get(line.sku, (None, None))
        price = line.price if line.price is not None else variant.prices[order.shop.country.currency]
        item_id, sku_id = listing_ids(order.shop, line.sku)
        first = order.order_id + 100_000 * (len(order.units) + 1)
        return [
            Unit(
                order_item_id=first + 100_000 * place,
                sku=line.sku,
                name=line.name or (product.name if product else line.sku),
                variation=", ".join(f"{name}:{value}" for name, value in variant.options) if variant else "",
                item_id=item_id,
                sku_id=sku_id,
                item_price=Decimal(price) - line.discount - discount,
                voucher_seller=Decimal(0),
                voucher_platform=Decimal(0),
                shipping_amount=Decimal(0),
                is_fbl=warehouse != "dropshipping",
                warehouse_code=warehouse,
                status="unpaid",
                updated_at=order.created_at,
                picture=variant.picture if variant else "",
                overrides=dict(overrides),
            )
            for place in range(line.quantity)
        ]

    def _move(self, order, units, status):
        now = self._now()
        if status == "packed":
            self._pack(order, units)
        for unit in units:
            if unit.status == "unpaid" and status == "pending" and order.payment_method != "COD":
                order.payment_time = now
            if status == "repacked":
                unit.package_id = unit.tracking_code = unit.shipment_provider = ""
            if status == "delivered" and order.payment_method == "COD":
                order.payment_time = now
            unit.status, unit.updated_at = status, now
        order.updated_at = now

    def _pack(self, order, units):
        """One package for each warehouse: the platform splits what lies in two places (Lazada doc 121328)."""
        for warehouse in dict.fromkeys(unit.warehouse_code for unit in units):
            self._last_package += 1
            country = order.shop.country.code
            for unit in units:
                if unit.warehouse_code != warehouse:
                    continue
                unit.package_id = f"FP{94_612_000_000_000 + self._last_package}"
                unit.tracking_code = f"LEX{country}{69_000_000 + self._last_package:010d}"
                unit.shipment_provider = order.courier


def listing_ids(shop, sku):
    """Item id and SKU id under which the shop sells the SKU."""
    product, variant = skus().get(sku, (None, None))
    if product:
        return (
            2_800_000_000 + shop.number * 10_000 + product.number,
            13_400_000_000 + shop.number * 10_000 + variant.number,
        )
    return 2_900_000_000 + crc32(sku.encode()) % 90_000_000, 13_900_000_000 + crc32(sku.encode()) % 90_000_000


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
