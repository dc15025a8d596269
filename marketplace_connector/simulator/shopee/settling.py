"""When and how the money of an order reaches the seller: its escrow is released, later corrections are adjustments."""

from dataclasses import dataclass
from decimal import Decimal

from ..catalogue import money
from .escrow_terms import escrow_amount, escrow_terms
from .orders import ZERO

# What a release is called that pays the seller, and one that costs something.
AT_ONCE = ("ESCROW_VERIFIED_ADD", "ESCROW_VERIFIED_MINUS")
PAID_AHEAD = ("FAST_ESCROW_DISBURSE_REMAIN", "FAST_ESCROW_DEDUCT")


@dataclass(frozen=True)
class Adjustment:
    """What an order's income was corrected by after its release."""

    amount: Decimal
    time: int
    reason: str


class Settling:
    """Releases escrows. Needs an OrderBook and a Wallet beside it."""

    release_delay = 0  # switch: seconds from an order's completion to the release of its escrow

    def release(self, order):
        """Release the escrow of a completed order: what it is then stays so, and is in the wallet.

        ValueError if it is not completed, or released already.
        """
        if order.order_status != "COMPLETED":
            raise ValueError("The escrow of an order is released when the order is completed")
        if order.release_time:
            raise ValueError("The escrow of this order is released already")
        order.release_is_held = False
        order.settled_terms = escrow_terms(self, order)
        order.release_time = self.clock.seconds()
        order.released_amount = escrow_amount(order.settled_terms)
        names = PAID_AHEAD if order.paid_ahead else AT_ONCE
        left = order.released_amount - order.paid_ahead
        if left:
            self.add_movement(order.shop, names[left < 0], left, order=order)

    def release_in_time(self, order):
        """Release the escrow, unless it was, or there is a return to decide before."""
        if order.release_time:
            return
        order.release_is_held = any(one.is_open for one in order.returns)
        if not order.release_is_held:
            self.release(order)

    def pay_ahead(self, order, amount):
        """Pay a part of the escrow before the order is completed; the release then pays the rest."""
        amount = money(amount, order.currency)
        if order.release_time or not 0 < amount <= escrow_amount(escrow_terms(self, order)) - order.paid_ahead:
            raise ValueError("That much of this order's escrow is not there to be paid")
        order.paid_ahead += amount
        self.add_movement(order.shop, "FAST_ESCROW_DISBURSE", amount, order=order)

    def take_back(self, order):
        """Take what was paid ahead for an order that came to nothing."""
        if order.paid_ahead:
            self.add_movement(order.shop, "FAST_ESCROW_DEDUCT", -order.paid_ahead, order=order)
            order.paid_ahead = ZERO

    def adjust(self, order, amount, reason, transaction_type="", **facts):
        """Correct the income of a released order by the amount, which is negative for what the seller loses.

        The order's settlement names it, the wallet has it as `transaction_type`, else as ADJUSTMENT_ADD or _MINUS.
        """
        if not order.release_time:
            raise ValueError("The escrow of this order is not released yet")
        amount = money(amount, order.currency)
        transaction_type = transaction_type or ("ADJUSTMENT_ADD" if amount > 0 else "ADJUSTMENT_MINUS")
        self.add_movement(order.shop, transaction_type, amount, order=order, reason=reason, **facts)
        order.adjustments.append(Adjustment(amount, self.clock.seconds(), reason))
