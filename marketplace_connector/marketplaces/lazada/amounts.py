"""Lines and amounts of a Lazada order, brought to one view: the order as it was placed, tax included.

Lazada documents `price` as the sum before vouchers and shipping, and that the buyer pays price − voucher + shipping_fee
(doc 121327). Whether the order's figures go down when a unit is cancelled is not documented; the units tell: where
`price` is the sum of the units that are left, the cancelled ones and their vouchers are added back. The shipping fee is
taken as it stands: no line carries a part of it, so what is no longer charged must not come back.
"""

from decimal import Decimal

from ..money import spread
from ..sites import SITES
from ..types import ZERO, Amounts, OrderLine, OrderUnit
from .reading import amount, optional_amount, text, unexpected


def read_amounts(header, units):
    """The amounts beside the lines. Raises UnexpectedResponse naming a figure that is missing or unreadable."""
    live = [unit for unit in units if not unit.cancelled]
    price = amount(header, "price", "order.price")
    shipping_fee = amount(header, "shipping_fee", "order.shipping_fee")
    goods, live_goods = _sum(units, "price"), _sum(live, "price")
    voucher = optional_amount(header, "voucher", "order.voucher")
    seller, platform = _vouchers(header, voucher, units, live)
    if voucher is None:
        voucher = seller + platform
    if price != goods and price == live_goods:
        price = goods
        gone_seller = _gone(seller, units, live, "seller_voucher")
        gone_platform = _gone(platform, units, live, "platform_voucher")
        # A total that is not the sum of its parts stays so: the difference is to be seen.
        seller, platform = seller + gone_seller, platform + gone_platform
        voucher += gone_seller + gone_platform
    return Amounts(
        shipping_fee=shipping_fee,
        seller_voucher=seller,
        platform_voucher=platform,
        buyer_paid=price - voucher + shipping_fee,
    )


def _sum(units, name):
    return sum((getattr(unit, name) or ZERO for unit in units), ZERO)


def _gone(told, units, live, name):
    """What the cancelled units' vouchers add to the order's own figure, nothing where it still holds them."""
    total = _sum(units, name)
    return ZERO if told == total else total - _sum(live, name)


def _vouchers(header, voucher, units, live):
    """What the seller and what Lazada gives. `/order/get` need not tell the two apart: then the units do."""
    seller = optional_amount(header, "voucher_seller", "order.voucher_seller")
    platform = optional_amount(header, "voucher_platform", "order.voucher_platform")
    if seller is not None and platform is not None:
        return seller, platform
    if voucher is not None and seller is not None and voucher >= seller:
        return seller, voucher - seller
    if voucher is not None and platform is not None and voucher >= platform:
        return voucher - platform, platform
    if voucher == 0 and seller is None and platform is None:
        return ZERO, ZERO
    if seller is None and (not units or any(unit.seller_voucher is None for unit in units)):
        raise unexpected("order.voucher_seller")
    if platform is None and (not units or any(unit.platform_voucher is None for unit in units)):
        raise unexpected("order.voucher_platform")
    return _vouchers_of_units(seller, platform, voucher, units, live)


def _vouchers_of_units(seller, platform, voucher, units, live):
    def among(chosen):
        return (
            _sum(chosen, "seller_voucher") if seller is None else seller,
            _sum(chosen, "platform_voucher") if platform is None else platform,
        )

    return among(live) if voucher is not None and sum(among(live)) == voucher else among(units)


def read_lines(units, seller_voucher, site):
    """Lines of units that are sold, priced, stored and shipped alike; `seller_voucher` is the order's whole."""
    shares = dict(zip((unit.ref for unit in units), _shares(units, seller_voucher, site), strict=True))
    groups = {}
    for unit in units:
        raw = unit.raw
        sku = (unit.sku[1], text(raw, "sku"), text(raw, "shop_sku") if not unit.sku[1] else "")
        key = (*sku, unit.price, unit.fulfilled_by_platform, unit.by_hand, text(raw, "warehouse_code"))
        groups.setdefault(key, []).append(unit)
    return tuple(_line(group, shares) for group in groups.values())


def _line(units, shares):
    first = units[0]
    cancelled = [unit for unit in units if unit.cancelled]
    item_ref, sku_ref = first.sku
    return OrderLine(
        units=tuple(
            OrderUnit(ref=unit.ref, status=unit.status, raw_status=unit.raw_status, package_ref=unit.package_ref)
            for unit in units
        ),
        item_ref=item_ref,
        sku_ref=sku_ref,
        seller_sku=text(first.raw, "sku"),
        name=text(first.raw, "name"),
        variation=text(first.raw, "variation"),
        quantity=len(units),
        cancelled_quantity=len(cancelled),
        unit_price=first.price,
        total=first.price * len(units),
        cancelled_total=first.price * len(cancelled),
        list_price=first.price,
        seller_voucher=sum((shares[unit.ref] for unit in units), ZERO),
        cancelled_seller_voucher=sum((shares[unit.ref] for unit in cancelled), ZERO),
        fulfilled_by_platform=first.fulfilled_by_platform,
        by_hand=first.by_hand,
        warehouse_ref=text(first.raw, "warehouse_code"),
    )


def _shares(units, total, site):
    """Each unit's part in the seller's vouchers: as Lazada tells it, or the whole spread where that does not add up."""
    told = [unit.seller_voucher or ZERO for unit in units]
    if sum(told) == total:
        return told
    live = [ZERO if unit.cancelled else share for unit, share in zip(units, told, strict=True)]
    if sum(live) == total:
        return live
    weights = [max(share, ZERO) for share in told]
    if not any(weights):
        weights = [max(unit.price, ZERO) for unit in units]
    if not any(weights):
        weights = [Decimal(1)] * len(units)
    digits = SITES[site].price_digits if site in SITES else 2
    return spread(total, weights, digits)
