"""From the order to the courier: packages packed, dissolved and handed over at Lazada (docs 120167 and 121328)."""

from collections.abc import Sequence

from ..errors import MarketplaceError, Rejected, TransportError, UnexpectedResponse
from ..shipping import HandoverOption, Outcome, Shipment
from ..types import Order, Package, Progress, UnreadableOrder
from . import const
from .calls import Attempts, LazadaCalls, batches, compact
from .decoding import DataRefused, line_error
from .packing import Packing
from .parsing import parse_progress
from .reading import ref, section, sections
from .units import distinct


class Shipping(LazadaCalls):
    """The part of the client that moves parcels. What is asked for many gives one answer each, errors included."""

    def handover_options(self, order_ref: str, package_ref: str = "") -> tuple[HandoverOption, ...]:
        """Nothing to choose: Lazada names the courier, and how it takes the parcel is agreed in the Seller Center."""
        return ()

    def arrange(self, shipments: Sequence[Shipment]) -> list[Outcome]:
        """Pack the units of each shipment; one outcome a shipment, in their order (API reference pack, doc 121328).

        Looks first, with one call for 50 orders: units that are packed already are left out, and a shipment of such
        units only is done. Then one call packs 20 orders, sent once. The outcome names all packages that hold units of
        the shipment, also beside an error, where only a part could be packed; Lazada may make several of one shipment.

        A shipment's `place_ref` is the code of the warehouse that the parcels of a cross-border shop go through; it
        need not be given where there is no choice.

        Errors: Rejected with Lazada's code, or without a call with `cancelled`, `unpaid`, `in_cancel`, `not_ready`,
        `fulfilled_by_platform`, `digital`, `pickup_in_store`, `own_fleet`, `no_such_unit`, `provider`; ServerError
        where Lazada is busy; TransportError with `outcome_unknown` where nobody knows: this may be called again then,
        for it looks first. Once the shop must wait or is not let in, no more calls are made: the rest have that error.
        """
        outcomes = Packing(self, shipments).run()
        return [outcomes[shipment] for shipment in shipments]

    def hand_over(self, package_refs: Sequence[str]) -> list[Outcome]:
        """Tell Lazada that the packages are ready for the courier; one outcome a package (API reference readytoship).

        A package that is ready or on its way already is refused by Lazada with a code of its own, which is not told
        apart here: read the order back. Errors as with `arrange`.
        """
        return self._each_package(const.READY_TO_SHIP, "readyToShipReq", package_refs)

    def repack(self, package_refs: Sequence[str]) -> list[Outcome]:
        """Dissolve the packages, their units may be packed anew; one outcome a package (API reference recreatepackage).

        Needed before a unit of a package is cancelled whose other units shall go: Lazada cancels them too (doc 121329).
        """
        return self._each_package(const.REPACK, "rePackReq", package_refs)

    def split(self, order_ref: str, groups: Sequence[Sequence[tuple[str, int]]]) -> tuple[Package, ...]:
        """Not needed: `arrange` packs the units that it is given and leaves the others. Raises Rejected."""
        raise Rejected("Lazada packs chosen units: an order need not be split there.", code="not_needed")

    def add_tracking(self, orders: Sequence[Order]) -> list[Order]:
        """The orders as they are: Lazada gives packages and tracking numbers with the order."""
        return list(orders)

    def follow(self, order_refs: Sequence[str]) -> list[Progress | UnreadableOrder]:
        """How far the orders are, by their items, 50 orders a call. A request to cancel that only the order's head
        tells is not seen here."""
        told = {}
        for batch in batches(distinct(order_refs), const.ITEMS_BATCH):
            for order_ref, items in self._read_items(batch).items():
                told[order_ref] = parse_progress(order_ref, items, self.shop.site)
        return [told[order_ref] for order_ref in order_refs]

    def _each_package(self, path, name, package_refs):
        attempt = Attempts()
        outcomes = {"": Outcome(error=Rejected("There is no package yet.", code="no_package"))}

        def ask(batch):
            """Halves a batch that is refused as a whole, of which nothing was done, until the bad one stands alone."""
            request = {"packages": [{"package_id": each} for each in batch]}
            answer = attempt(self._write, path, {name: compact(request)}, _read_lines)
            if isinstance(answer, DataRefused) and len(batch) > 1 and answer.code not in const.WHOLE_CALL:
                middle = len(batch) // 2
                ask(batch[:middle])
                ask(batch[middle:])
            elif isinstance(answer, MarketplaceError):
                outcomes.update(dict.fromkeys(batch, Outcome(error=answer)))
            else:
                outcomes.update({each: _outcome(answer.get(each)) for each in batch})

        for batch in batches(distinct(package_refs), const.PACKAGE_BATCH):
            ask(batch)
        return [outcomes[each] for each in package_refs]


def _read_lines(content):
    data = section(section(content, "result"), "data", "result.data")
    return {ref(line, "package_id"): line for line in sections(data, "packages", "result.data.packages")}


def _outcome(line):
    try:
        return Outcome(error=line_error(line or {}))
    except UnexpectedResponse as error:
        return Outcome(error=TransportError(error.message, outcome_unknown=True))
