"""Tracking numbers, couriers, and how far parcels are."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..errors import Rejected
from ..types import Order
from . import const, parsing, reading
from .calls import ShopeeCalls, batches


class ShopeeTracking(ShopeeCalls):
    """The part of the client that follows parcels."""

    def add_tracking(self, orders: Sequence[Order]) -> list[Order]:
        """Give the orders with tracking number, courier and status of their packages; the `digest` stays.

        50 packages a call (Shopee v2.order.get_package_detail), and 50 a call those that are arranged and show no
        number there (v2.logistics.get_mass_tracking_number). Packages that cannot have a number yet or any more are not
        asked for. A number may come hours after the parcel was arranged; until then the package is `confirmed`.
        """
        wanted = [package.ref for order in orders for package in order.packages if package.raw_status in const.TRACKED]
        told = {ref: raw for ref, raw in self._package_details(wanted).items() if isinstance(raw, dict)}
        numbers = {ref: reading.text(raw, "tracking_number") for ref, raw in told.items()}
        numbers |= self._tracking_numbers(
            ref for ref, raw in told.items() if not numbers[ref] and _status(raw) in const.ARRANGED
        )
        return [_with_tracking(order, told, numbers) for order in orders]

    def _tracking_numbers(self, refs: Iterable[str]):
        """The numbers that there are."""
        numbers = {}
        for batch in batches(refs, const.SHIP_BATCH):
            body = {
                "package_list": [{"package_number": ref} for ref in batch],
                "response_optional_fields": "first_mile_tracking_number",  # the page says that it is required
            }
            try:
                content = self._read("POST", const.MASS_TRACKING_NUMBER, body=body)
            except Rejected:
                continue  # it could only have told sooner what the package's detail will tell
            numbers.update(_numbers(content))
        return numbers


def _numbers(content):
    response = content.get("response")
    found = {}
    for level in (content, response if isinstance(response, dict) else {}):
        for entry in level.get("success_list") or ():
            if isinstance(entry, dict) and reading.text(entry, "tracking_number"):
                found[reading.ref(entry, "package_number")] = reading.text(entry, "tracking_number")
    return found


def _status(raw):
    return reading.text(raw, "fulfillment_status")


def _with_tracking(order, told, numbers):
    packages = tuple(
        _tracked(package, told.get(package.ref), numbers.get(package.ref, "")) for package in order.packages
    )
    return replace(order, packages=packages)


def _tracked(package, raw, number):
    if raw is None:
        return package
    raw_status = _status(raw) or package.raw_status
    number = number or package.tracking_number
    status = parsing.package_status(raw_status, number, raw.get("is_shipment_arranged") is True)
    return replace(
        package,
        raw_status=raw_status,
        status=status,
        manual_reason=parsing.manual_reason(status, raw_status),
        tracking_number=number,
        courier=reading.text(raw, "shipping_carrier") or package.courier,
        shipped_at=reading.moment(raw, "pickup_done_time") or package.shipped_at,
    )
