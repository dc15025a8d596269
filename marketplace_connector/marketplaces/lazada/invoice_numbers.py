"""The numbers of the seller's invoices, which Lazada keeps on each unit (API reference setinvoicenumber)."""

from collections.abc import Sequence

from ..errors import MarketplaceError, Rejected
from ..shipping import Outcome
from . import const
from .calls import Attempts, LazadaCalls
from .reading import text
from .units import read_units


class InvoiceNumbers(LazadaCalls):
    """The part of the client that tells Lazada the numbers of invoices."""

    def set_invoice_numbers(self, invoices: Sequence[tuple[str, str]]) -> list[Outcome]:
        """Put the number on all units of each (order ref, number) that are not cancelled; one outcome each.

        Looks first, with one call for 50 orders: units that have the number already are left out. Then one call a
        unit, sent once; an order's first error ends it. Whether Lazada replaces a number that it has is not documented.

        Errors: Rejected with Lazada's code (34: a unit is not packed yet), or without a call with `number` for an empty
        one and `cancelled` for an order without live units; TransportError with `outcome_unknown` where nobody knows:
        this may be called again then. Once the shop must wait or is not let in, no more calls are made.
        """
        attempt = Attempts()
        items = self._look_up_items([order_ref for order_ref, _number in invoices], attempt)
        return [
            Outcome(error=self._set_number(attempt, items.get(order_ref), number.strip()))
            for order_ref, number in invoices
        ]

    def _set_number(self, attempt, items, number) -> MarketplaceError | None:
        """What went wrong, None where all units have the number."""
        if items is None:
            return Rejected("This is not a number of a Lazada order.", code="16")
        if not number:
            return Rejected("The invoice has no number yet.", code="number")
        units = items if isinstance(items, MarketplaceError) else attempt(_live_units, items)
        if isinstance(units, MarketplaceError):
            return units
        for unit in units:
            if text(unit.raw, "invoice_number") != number:
                params = {"order_item_id": unit.ref, "invoice_number": number}
                answer = attempt(self._write, const.INVOICE_NUMBER, params)
                if isinstance(answer, MarketplaceError):
                    return answer
        return None


def _live_units(items):
    units = [unit for unit in read_units(items, priced=False) if not unit.cancelled]
    if not units:
        raise Rejected("The order is cancelled at Lazada.", code="cancelled")
    return units
