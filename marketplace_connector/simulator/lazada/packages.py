"""Packages: who may pack what, how Lazada splits, tracking numbers, ready to ship (Lazada docs 121328, 120167)."""

from functools import partial

from .state import WITHOUT_COURIER, Package

# The platform's words for what it refuses, in the docs' column "solution", which is what the samples show.
WORDS = {
    "6": "system is busy now ,pls try later",
    "1003": "3pl allocation failed",
    "40011": "system is busy now ,pls try later",
    "50008": "not support operation for sof order",
    "600001": "package not found",
    "600002": "package already cancelled",
    "700000": "current package status not allow to operation",
    "700004": "param illegal",
    "700009": "operation not support fot nonDBS order!",
    "700013": "operation is no support",
    "700016": "seller not available 3pl , pls contact us to subscription 3pl",
    "700017": "param can't be null",
    "700019": "param min not match",
    "700020": "order item not found or not belong to digital!",
    "700021": "order not found",
    "700022": "batch size out of limit",
    "700023": "pickup in store order no allow to operation",
    "700024": "failed get lock,pls try later",
    "700025": "order item not found",
    "700026": "item current status not allow to pack",
    "700027": "Does not support FBL order to pack",
    "700028": "Does not support pickup_in_store order to pack",
    "700029": "item must belong same warehouse",
    "700030": "digital or service order not need  to pack",
    "700031": "item not ready to fulfill",
    "700040": "There are no packages that support printing!",
}
WORTH_A_RETRY = {"6", "40011", "700024"}


class Refused(ValueError):
    """The platform does not do it; `code` is one of WORDS."""

    def __init__(self, code, message=""):
        super().__init__(message or WORDS[code])
        self.code = code


class Packer:
    """The part of the platform that packs: its methods raise Refused where it would not."""

    tracking_delay = 0  # seconds from packing to the tracking number
    gives_tracking = True  # False: none ever comes, somebody has to type one in
    tracking_touches_order = True  # whether a late number moves updated_at; UNSURE
    tracking_vanishes = False  # units lose their tracking_code when they are delivered, contract 9
    ready_to_ship_delay = 30  # seconds in ready_to_ship_pending
    splits_warehouses = True  # False: units of several warehouses are refused with 700029
    packs_what_buyers_cancel = False  # whether units with an open cancel request can go on; UNSURE

    def pack(self, order, units=None) -> list[Package]:
        """Pack the units, or all that can be: one package for each warehouse and shipping type."""
        chosen = units or [unit for unit in order.units if not self.why_not_pack(unit)]
        refusals = [code for code in map(self.why_not_pack, chosen) if code]
        if refusals or not chosen:
            raise Refused(refusals[0] if refusals else "700026")
        if self.mixes_warehouses(chosen):
            raise Refused("700029")
        self._move(order, chosen, "packed")
        return list({unit.package_id: order.shop.packages[unit.package_id] for unit in chosen}.values())

    def why_not_pack(self, unit) -> str:
        """The code of the refusal to pack the unit, empty where it can be packed."""
        if unit.shipping == "digital":
            return "700030"
        if unit.shipping == "pickup_in_store":
            return "700028"
        if unit.is_fbl:
            return "700027"
        if unit.status not in ("pending", "repacked") or self._is_held(unit):
            return "700026"
        return ""

    def mixes_warehouses(self, units) -> bool:
        """Whether the units cannot be packed in one call."""
        return not self.splits_warehouses and len({unit.warehouse_code for unit in units}) > 1

    def ready_to_ship(self, package):
        """Tell the courier that the package can be collected."""
        self._require(package, "packed")
        self._move(package.order, package.units, "ready_to_ship_pending")
        self.after(self.ready_to_ship_delay, partial(self._end_pending, package))

    def repack(self, package):
        """Dissolve the package; its units can be packed again."""
        self._require(package, "packed")
        self._move(package.order, package.units, "repacked")
        package.dissolved = True

    def type_tracking(self, package, number):
        """What a seller types into Seller Center where no number came by itself."""
        if not number or package.tracking_number or package.status == "canceled":
            raise Refused("700000")
        self._give_tracking(package, number)

    def _is_held(self, unit):
        return (unit.need_cancel_confirm or unit.is_cancel_pending) and not self.packs_what_buyers_cancel

    def _require(self, package, status):
        if package.status == "canceled":
            raise Refused("600002")
        if package.is_fbl:
            raise Refused("700013")
        if package.shipping == "pickup_in_store":
            raise Refused("700023")
        if package.status != status or any(map(self._is_held, package.units)):
            raise Refused("700000")

    def _end_pending(self, package):
        waiting = [unit for unit in package.units if unit.status == "ready_to_ship_pending"]
        if waiting:
            self._move(package.order, waiting, "ready_to_ship")

    def _make_packages(self, order, units):
        """Lazada splits what lies in two places or goes different ways (Lazada doc 121328)."""
        groups = {}
        for unit in units:
            groups.setdefault((unit.warehouse_code, unit.shipping, unit.is_fbl), []).append(unit)
        for (_, shipping, is_fbl), group in groups.items():
            self._last_package += 1
            package = Package(
                package_id=f"FP{94_612_000_000_000 + self._last_package:015d}",
                order=order,
                shipment_provider=WITHOUT_COURIER.get(shipping) or order.courier,
                shipping=shipping,
                is_fbl=is_fbl,
            )
            order.shop.packages[package.package_id] = package
            number = f"LEX{order.shop.country.code}{69_000_000 + self._last_package:010d}"
            for unit in group:
                unit.package_id, unit.tracking_code = package.package_id, ""
                unit.shipment_provider = package.shipment_provider
            if self.gives_tracking and shipping not in WITHOUT_COURIER:
                self.after(self.tracking_delay, partial(self._give_tracking, package, number))

    def _give_tracking(self, package, number):
        """The number is the package's from now on, unless somebody typed one or the package is gone."""
        if package.tracking_number or package.status == "canceled":
            return
        package.tracking_number = number
        now = self._now()
        for unit in package.units:
            unit.tracking_code = number
            if self.tracking_touches_order:
                unit.updated_at = package.order.updated_at = now
