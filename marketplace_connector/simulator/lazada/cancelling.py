"""Cancelling: by the seller with the platform's reasons, and when buyers ask for it (Lazada doc 121329)."""

from dataclasses import dataclass
from functools import partial

from .state import CANCELABLE, IN_A_PACKAGE, CancelRequest
from .timetable import DAY, MINUTE

OUT_OF_STOCK, WRONG_PRICE = "Out of Stock", "Wrong Price or Pricing Error"
BUYER_REASONS = ("Change of mind", "Found cheaper elsewhere", "Change/combine order", "Delivery time is too long")
SYSTEM_REASONS = ("Payment timeout", "Fraud suspected")
INITIATORS = {"seller": "cancellation-seller", "buyer": "cancellation-customer", "system": "cancellation-internal"}
STILL_HERE = {"pending", "repacked", "packed", "ready_to_ship_pending", "ready_to_ship"}

# Reason ids differ by country, sellers get the list from the platform (Lazada doc 121329, which shows Singapore's).
REASON_NAMES = {10000019: "Sourcing Delay", 10000021: OUT_OF_STOCK, 10000023: WRONG_PRICE}
COUNTRY_STEPS = {"SG": 0, "MY": 100, "TH": 200, "PH": 300, "VN": 400, "ID": 500}
MORE_REASONS = {"ID": {10000577: "Delivery Area Not Covered"}, "VN": {10000477: "Unable to Contact Buyer"}}


@dataclass(frozen=True)
class Reason:
    """Why a seller cancels."""

    reason_id: int
    name: str

    @property
    def empties_stock(self):
        """Whether the platform takes it that there is nothing to sell."""
        return self.name in (OUT_OF_STOCK, WRONG_PRICE)


def seller_reasons(country) -> list[Reason]:
    """The reasons that sellers in the country may give."""
    names = {number + COUNTRY_STEPS[country]: name for number, name in REASON_NAMES.items()}
    return [Reason(number, name) for number, name in (names | MORE_REASONS.get(country, {})).items()]


class Canceller:
    """The part of the platform that calls orders off."""

    cancel_answer_time = DAY  # seconds that a seller has to answer a buyer's request
    offers_cancel_reasons = True  # False: validating says nothing against it, and names no reason
    logistics_cancel_delay = 0  # seconds from an accepted request to the cancellation
    seller_cancel_delay = 0  # seconds until what the seller cancels by the API shows as cancelled

    def __init__(self):
        self._last_request = 0

    def cancel(self, order, reason=OUT_OF_STOCK, by="seller", units=None, detail=""):
        """Cancel the order's live units, or some; packed ones take the rest of their package along.

        Raises ValueError where one is past cancelling.
        """
        chosen = self.canceled_together(order, units or order.units)
        late = [unit.status for unit in chosen if unit.status not in CANCELABLE]
        if late or not chosen:
            raise ValueError(f"nothing to cancel: {', '.join(late) or 'all units are canceled'}")
        for unit in chosen:
            unit.reason, unit.reason_detail, unit.cancel_return_initiator = reason, detail, INITIATORS[by]
        self._move(order, chosen, "canceled")
        if by == "seller" and self.cancelling_empties_stock and reason in (OUT_OF_STOCK, WRONG_PRICE):
            for unit in chosen:
                self.stock(order.shop, unit.stock_key, unit.warehouse_code).sellable = 0

    def cancel_by_seller(self, order, reason, units):
        """Accept the seller's cancellation of units that can be cancelled; it shows after `seller_cancel_delay`."""
        self.after(self.seller_cancel_delay, partial(self._carry_out_accepted, order, reason, units))

    def _carry_out_accepted(self, order, reason, units):
        if chosen := [unit for unit in units if unit.status in CANCELABLE]:
            self.cancel(order, reason, "seller", chosen)

    def canceled_together(self, order, units):
        """The units without those that are canceled, and with the rest of their packages."""
        chosen = [unit for unit in units if unit.status != "canceled"]
        # Lazada doc 121329: "the other items of the same package are cancelled too".
        packages = {unit.package_id for unit in chosen if unit.status in IN_A_PACKAGE}
        return chosen + [unit for unit in order.units if unit.package_id in packages and unit not in chosen]

    def ask_to_cancel(self, order, reason=BUYER_REASONS[0], units=None) -> CancelRequest:
        """The buyer asks to cancel paid units; what the seller does not answer is accepted when time runs out.

        Raises ValueError where there is nothing that could be asked for.
        """
        asked = [unit for unit in units or order.units if unit.status in STILL_HERE and not _is_asked(unit)]
        if not asked:
            raise ValueError("no unit that the buyer could ask to cancel")
        self._last_request += 1
        request = CancelRequest(704_947_701_000_000 + self._last_request, order, asked, reason)
        order.shop.cancel_requests[request.reverse_order_id] = request
        deadline = int((self._now().timestamp() + self.cancel_answer_time) * 1000)
        for unit in asked:
            unit.need_cancel_confirm, unit.cancel_trigger_time = True, deadline
            unit.reverse_order_id = request.reverse_order_id
        self._touch(order, asked)
        self.after(self.cancel_answer_time, partial(self._accept_unanswered, request))
        return request

    def decide_cancel(self, request, agree):
        """The seller accepts or refuses; raises ValueError where there is nothing to decide any more."""
        if not request.is_open:
            raise ValueError("the request is not open")
        units = [unit for unit in request.units if unit.need_cancel_confirm]
        for unit in units:
            unit.need_cancel_confirm, unit.is_cancel_pending, unit.cancel_trigger_time = False, agree, None
        self._touch(request.order, units)
        if agree:
            self.after(self.logistics_cancel_delay, partial(self._carry_out_cancel, request))

    def _accept_unanswered(self, request):
        if request.is_open:
            self.decide_cancel(request, True)

    def _carry_out_cancel(self, request):
        """Parcels that have left meanwhile are not called back."""
        pending = [unit for unit in request.units if unit.is_cancel_pending]
        if any(unit.status == "ready_to_ship_pending" for unit in pending):
            self.after(MINUTE, partial(self._carry_out_cancel, request))
            return
        for unit in pending:
            unit.is_cancel_pending = False
        chosen = [unit for unit in pending if unit.status in CANCELABLE]
        if chosen:
            self.cancel(request.order, request.reason, "buyer", chosen)
        self._touch(request.order, pending)

    def _touch(self, order, units):
        order.updated_at = self._now()
        for unit in units:
            unit.updated_at = order.updated_at


def _is_asked(unit):
    return unit.need_cancel_confirm or unit.is_cancel_pending
