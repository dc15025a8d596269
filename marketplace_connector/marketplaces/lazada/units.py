"""Lazada's order items. Each is one piece; its `status` is the only status there is (doc 121327)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..types import ZERO, Package
from . import const
from .reading import amount, flag, optional_amount, ref, required_ref, text, unexpected

_SHOP_SKU = re.compile(r"(?:(\d+)_[A-Z]{2})?.*-(\d+)")  # 2807246166_MY-13449296008; before 2019 BE494HLAAUE3SGAMZ-39898

_CANCEL_FLAGS = ("need_cancel_confirm", "is_cancel_pending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One piece of an order; amounts in the order's currency, tax included, None where Lazada does not tell them."""

    ref: str
    status: str
    raw_status: str
    package_ref: str
    price: Decimal
    seller_voucher: Decimal | None
    platform_voucher: Decimal | None
    raw: Mapping[str, Any]

    @property
    def cancelled(self):
        return self.status == "cancelled"

    @property
    def in_cancel(self):
        """Whether somebody asked to cancel it and that is still open."""
        return cancel_requested(self.raw)

    @property
    def tells_cancel(self):
        """Whether Lazada says anything of such a request here; it may stand on the order only."""
        return any(self.raw.get(key) is not None for key in _CANCEL_FLAGS)

    @property
    def fulfilled_by_platform(self):
        if text(self.raw, "is_fbl"):
            return flag(self.raw, "is_fbl")
        return text(self.raw, "shipping_type").lower() == "warehouse"

    @property
    def by_hand(self):
        """The way it goes where no courier of Lazada moves it, one of `BY_HAND`; else ''."""
        if self.fulfilled_by_platform:
            return ""
        if flag(self.raw, "is_digital"):
            return "digital"
        told = const.BY_HAND.get(text(self.raw, "shipping_provider_type").lower(), "")
        return told or ("own_fleet" if flag(self.raw, "delivery_option_sof") else "")

    @property
    def sku(self):
        """Item id and SKU id. Where they have no field of their own they are read from `shop_sku`."""
        shop_sku = _SHOP_SKU.fullmatch(text(self.raw, "shop_sku"))
        item, sku = shop_sku.groups(default="") if shop_sku else ("", "")
        return item or ref(self.raw, "product_id"), ref(self.raw, "sku_id") or sku


def read_units(items, *, priced=True):
    """The units of an order in the order of their ids, each once.

    Raises UnexpectedResponse for a unit without id or price, or one that stands there twice and differently. Where not
    `priced`, amounts are not read: what they are does not hold up a parcel.
    """
    by_ref = {}
    for index, item in enumerate(items):
        where = f"order_items[{index}]"
        key = required_ref(item, "order_item_id", f"{where}.order_item_id")
        if by_ref.setdefault(key, (item, where))[0] != item:
            raise unexpected(f"{where}.order_item_id")
    ordered = sorted(by_ref, key=lambda key: (len(key), key))  # as numbers
    return tuple(_unit(key, *by_ref[key], priced) for key in ordered)


def _unit(key, item, where, priced):
    raw_status = text(item, "status")
    word = raw_status.lower()
    return Unit(
        ref=key,
        status=unit_status(word),
        raw_status=raw_status,
        package_ref="" if word in const.UNPACKED else ref(item, "package_id"),
        price=amount(item, "item_price", f"{where}.item_price") if priced else ZERO,
        seller_voucher=optional_amount(item, "voucher_seller", f"{where}.voucher_seller") if priced else None,
        platform_voucher=optional_amount(item, "voucher_platform", f"{where}.voucher_platform") if priced else None,
        raw=item,
    )


def cancel_requested(raw):
    """Whether the order or item says that a request to cancel it is open, or agreed and not carried out yet."""
    return any(flag(raw, key) for key in _CANCEL_FLAGS)


def unit_status(word):
    """Our word for a unit's status; `unknown` for one that we do not know."""
    word = word.lower()
    return const.UNIT_STATUSES.get(word) or ("failed" if word.startswith(const.FAILED_PREFIXES) else "unknown")


def order_status(statuses, in_cancel):
    """The order's status from those of its units.

    Cancelled units do not count unless all are. Then an open request to cancel comes first, else the least advanced of
    the units speaks for the order, failed and returned ones counting as shipped. Unknown ones are passed over as long
    as another speaks: they may be ahead or behind.
    """
    live = [status for status in statuses if status != "cancelled"]
    if not live:
        return "cancelled" if statuses else "unknown"
    if in_cancel:
        return "in_cancel"
    progress = {"shipped" if status in ("failed", "returned") else status for status in live}
    return next((status for status in const.ORDER_PROGRESS if status in progress), "unknown")


def distinct(values):
    """The values that are not empty, each once, in their order."""
    return list(dict.fromkeys(value for value in values if value))


def words(units):
    """The units' own statuses in one text."""
    return ", ".join(sorted({unit.raw_status for unit in units if unit.raw_status}))


def read_packages(units):
    """The parcels, in the order of their first unit. What was cancelled is not in a parcel that still goes."""
    packages = []
    for key in distinct(unit.package_ref for unit in units):
        inside = [unit for unit in units if unit.package_ref == key]
        inside = [unit for unit in inside if not unit.cancelled] or inside
        status, reason = min(map(_package_status, inside), key=lambda told: const.PACKAGE_PROGRESS.index(told[0]))
        packages.append(
            Package(
                ref=key,
                status=status,
                manual_reason=reason,
                raw_status=words(inside),
                contents=tuple((unit.ref, 1) for unit in inside),
                tracking_number=next(iter(distinct(text(unit.raw, "tracking_code") for unit in inside)), ""),
                courier=next(iter(distinct(text(unit.raw, "shipment_provider") for unit in inside)), ""),
            )
        )
    return tuple(packages)


def _package_status(unit):
    """The parcel's status as this unit tells it, and why it is `manual` if it is.

    That calls a person, also for a status that we do not know. What goes by hand is with the seller until it has left.
    """
    word = unit.raw_status.lower()
    status = const.PACKAGE_STATUSES.get(word)
    if status is None:
        return "manual", _manual_reason(word)
    if unit.by_hand and status not in ("shipped", "delivered", "cancelled"):
        return "manual", unit.by_hand
    return status, ""


def _manual_reason(word):
    prefixes = const.MANUAL_REASON_PREFIXES.items()
    by_prefix = (reason for prefix, reason in prefixes if word.startswith(prefix))
    return const.MANUAL_REASONS.get(word) or next(by_prefix, "unknown_status")
