"""Packing at Lazada (doc 121328): a look at what is packed already, then one call for twenty orders.

A shipment here is a choice of an order's units. Lazada makes the packages, one or several a choice, and numbers them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import MarketplaceError, Rejected, TransportError, UnexpectedResponse
from ..shipping import Outcome, Shipment
from ..types import Package
from . import const
from .calls import Attempts, LazadaCalls, compact
from .decoding import DataRefused, line_error
from .reading import flag, ref, section, sections, text
from .units import Unit, distinct, read_packages, read_units

TFS = {"shipping_allocate_type": "TFS"}  # Lazada chooses the carrier


class Packing:
    """One run over the shipments; `outcomes` fills up."""

    def __init__(self, client: LazadaCalls, shipments: Iterable[Shipment]):
        self.client = client
        self.shipments = list(dict.fromkeys(shipments))  # equal ones are one
        self.attempt = Attempts()
        self.outcomes: dict[Shipment, Outcome] = {}
        self.to_pack: dict[Shipment, list[Unit]] = {}
        self.there: dict[Shipment, tuple[Package, ...]] = {}
        self.cross_border = False
        self.asked = False

    def run(self) -> Mapping[Shipment, Outcome]:
        items = self.client._look_up_items([each.order_ref for each in self.shipments], self.attempt)
        for shipment in self.shipments:
            try:
                self._judge(shipment, items.get(shipment.order_ref))
            except MarketplaceError as error:
                self.outcomes[shipment] = Outcome(error=error)
        for batch in self._batches():
            self._pack(batch)
        return self.outcomes

    # === LOOKING === #

    def _judge(self, shipment, items):
        """Sort out what is done already and what must not be packed by us; raises why."""
        if items is None:
            raise Rejected("This is not a number of a Lazada order.", code="16")
        if isinstance(items, MarketplaceError):
            raise items
        units = read_units(items, priced=False)
        wanted = set(shipment.unit_refs)
        chosen = [unit for unit in units if unit.ref in wanted]
        if not wanted or len(chosen) < len(wanted):
            raise Rejected("Lazada's order has no such units.", code="no_such_unit")
        to_pack = [unit for unit in chosen if unit.status not in const.PACKED]
        for unit in to_pack:
            _refuse(unit)
        packed = {unit.ref for unit in chosen} - {unit.ref for unit in to_pack}
        packages = (each for each in read_packages(units) if packed & dict(each.contents).keys())
        self.there[shipment] = tuple(packages)
        if to_pack:
            self.to_pack[shipment] = to_pack
        else:
            self.outcomes[shipment] = Outcome(packages=self.there[shipment])

    # === PACKING === #

    def _batches(self):
        """Shipments for one call each: all of them to one place. An order stands in a call once: its units would
        become one package."""
        made: list[tuple[str, dict[str, Shipment]]] = []
        for shipment in self.to_pack:
            for place, batch in made:
                fits = len(batch) < const.PACK_BATCH and place == shipment.place_ref
                if fits and shipment.order_ref not in batch:
                    batch[shipment.order_ref] = shipment
                    break
            else:
                made.append((shipment.place_ref, {shipment.order_ref: shipment}))
        return [list(batch.values()) for _place, batch in made]

    def _pack(self, batch):
        allocation = self._ask_provider(batch) if self.cross_border else TFS
        if isinstance(allocation, MarketplaceError):
            self.outcomes.update(dict.fromkeys(batch, Outcome(error=allocation)))
        else:
            self.outcomes.update(self._send(batch, allocation))

    def _ask_provider(self, batch):
        """How the parcels go (API reference getshipmentprovider), or why that cannot be told."""
        orders = [
            {"order_id": int(each.order_ref), "order_item_ids": [int(unit.ref) for unit in self.to_pack[each]]}
            for each in batch
        ]
        params = {"getShipmentProvidersReq": compact({"orders": orders})}
        answer = self.attempt(self.client._call, const.PROVIDERS, params)
        if isinstance(answer, MarketplaceError):
            return answer
        return self.attempt(_allocation, answer.content, batch[0].place_ref)

    def _send(self, batch: Sequence[Shipment], allocation) -> dict[Shipment, Outcome]:
        """Pack, and tell what came of each shipment.

        Where Lazada refuses a call as a whole, nothing of it was done (API reference pack): so that one bad order does
        not hold up the others, the batch is halved until it stands alone.
        """
        orders = [
            {"order_id": int(each.order_ref), "order_item_list": [int(unit.ref) for unit in self.to_pack[each]]}
            for each in batch
        ]
        request = {"pack_order_list": orders, "delivery_type": "dropship", **allocation}
        answer = self.attempt(self.client._write, const.PACK, {"packReq": compact(request)}, _read_lines)
        outcomes = {each: self._outcome(each, answer) for each in batch}
        if allocation is TFS and not self.asked and self._is_cross_border(outcomes):
            return outcomes
        if isinstance(answer, DataRefused) and len(batch) > 1 and answer.code not in const.WHOLE_CALL:
            middle = len(batch) // 2
            return self._send(batch[:middle], allocation) | self._send(batch[middle:], allocation)
        return outcomes

    def _is_cross_border(self, outcomes):
        """Whether this turns out to be a cross-border shop, which only a refusal tells; then `outcomes` are made anew.

        Nothing was done when it was refused, so to ask once more and better is no repetition.
        """
        batch = [each for each, outcome in outcomes.items() if self._needs_provider(each, outcome)]
        if not batch:
            return False
        self.asked = True
        allocation = self._ask_provider(batch)
        if isinstance(allocation, Rejected) and allocation.code == "provider":
            self.cross_border = True
            outcomes.update(dict.fromkeys(batch, Outcome(error=allocation)))
        elif isinstance(allocation, dict) and allocation is not TFS:
            self.cross_border = True
            outcomes.update(self._send(batch, allocation))
        return self.cross_border

    def _needs_provider(self, shipment, outcome):
        refused = isinstance(outcome.error, Rejected) and outcome.packages == self.there[shipment]
        return refused and outcome.error.code in const.NEEDS_PROVIDER

    def _outcome(self, shipment, lines):
        """What the answer's lines say of a shipment: packages, and the first error among its units."""
        if isinstance(lines, MarketplaceError):
            return Outcome(error=lines, packages=self.there[shipment])
        error, good = None, []
        for unit in self.to_pack[shipment]:
            try:
                failed = line_error(lines.get(unit.ref) or {})
            except UnexpectedResponse as unreadable:
                failed = TransportError(unreadable.message, outcome_unknown=True)
            if failed is None:
                good.append((unit.ref, lines[unit.ref]))
            error = error or failed
        return Outcome(error=error, packages=(*self.there[shipment], *_packages(good)))


def _refuse(unit):
    """Raise why a unit that is not packed yet must not be packed by us, if so."""
    for code, applies, reason in (
        ("cancelled", unit.cancelled, "A unit was cancelled at Lazada."),
        ("unpaid", unit.status == "unpaid", "The order is not paid yet."),
        ("fulfilled_by_platform", unit.fulfilled_by_platform, "Lazada ships this from its own warehouse."),
        (
            "digital",
            unit.by_hand == "digital",
            "This is digital: there is nothing to pack, it is delivered in the Seller Center.",
        ),
        (
            "pickup_in_store",
            unit.by_hand == "pickup_in_store",
            "The buyer fetches this at the store: it is handed out in the Seller Center.",
        ),
        (
            "own_fleet",
            unit.by_hand == "own_fleet",
            "This goes with the seller's own fleet: it is handled in the Seller Center.",
        ),
        ("in_cancel", unit.in_cancel, "The buyer has asked to cancel: accept or refuse that first."),
        (
            "not_ready",
            unit.status != "ready_to_ship",
            f"A unit has the status {unit.raw_status or '(none)'} at Lazada, which does not allow packing.",
        ),
    ):
        if applies:
            raise Rejected(reason, code=code)


def _allocation(content, place_ref):
    """What the pack call has to say of the way that parcels go.

    Where Lazada leaves the seller a choice that was not made, that is refused with the names and their codes.
    """
    data = section(section(content, "result"), "data", "result.data")
    allocate = text(data, "shipping_allocate_type") or "TFS"
    if allocate == "TFS":
        return TFS
    listed = data.get("shipment_providers")
    providers = sections(data, "shipment_providers", "result.data.shipment_providers") if listed else []
    providers = [each for each in providers if text(each, "provider_code")]
    chosen = [each for each in providers if text(each, "provider_code") == place_ref]
    if not chosen and len(providers) > 1 and not flag(data, "platform_default"):
        names = ", ".join(f"{text(each, 'name')} ({text(each, 'provider_code')})" for each in providers)
        raise Rejected(
            f"Lazada wants to know through which of these the cross-border parcels go: {names}. "
            "Choose one, or pack in the Seller Center.",
            code="provider",
        )
    providers = chosen or providers
    code = {"shipment_provider_code": text(providers[0], "provider_code")} if providers else {}
    return {**code, "shipping_allocate_type": allocate}


def _read_lines(content) -> dict[str, Mapping[str, Any]]:
    """The answer's lines by unit."""
    data = section(section(content, "result"), "data", "result.data")
    orders = sections(data, "pack_order_list", "result.data.pack_order_list")
    lines = (line for each in orders for line in sections(each, "order_item_list"))
    return {ref(line, "order_item_id"): line for line in lines}


def _packages(lines):
    """The packages that the units went into."""
    inside: dict[str, list] = {}
    for unit_ref, line in lines:
        if ref(line, "package_id"):
            inside.setdefault(ref(line, "package_id"), []).append((unit_ref, line))
    return tuple(
        Package(
            ref=key,
            status="confirmed",
            raw_status="packed",
            contents=tuple((unit_ref, 1) for unit_ref, _line in members),
            tracking_number=next(iter(distinct(text(line, "tracking_number") for _unit, line in members)), ""),
            courier=next(iter(distinct(text(line, "shipment_provider") for _unit, line in members)), ""),
        )
        for key, members in inside.items()
    )
