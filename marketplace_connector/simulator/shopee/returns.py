"""Buyers who send goods back, or want their money back, before and after their order is completed."""

from dataclasses import dataclass
from decimal import Decimal

from ..catalogue import money
from .gateway import NotAllowed
from .orders import ZERO, Item, Order

OPEN = ("REQUESTED", "PROCESSING", "JUDGING", "SELLER_DISPUTE")
RETURNABLE = ("SHIPPED", "TO_CONFIRM_RECEIVE", "TO_RETURN", "COMPLETED")
DAY = 86400
REFUND_REASON = "Return Refund deduction"


@dataclass
class Return:
    """One request of a buyer. `goods_come_back` is false where only money goes back."""

    return_sn: str
    order: Order
    pieces: list[tuple[Item, int]]
    refund_amount: Decimal
    create_time: int
    update_time: int
    reason: str = "NOT_AS_DESCRIBED"
    text_reason: str = ""
    reverse_shipping_fee: Decimal = ZERO  # that the seller bears
    goods_come_back: bool = True
    after_completion: bool = False
    before_release: bool = True  # the refund is a part of the escrow, else an adjustment of it
    status: str = "REQUESTED"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status in OPEN

    @property
    def due_date(self) -> int:
        """Until when the seller may answer."""
        return self.create_time + 2 * DAY


class Returns:
    """What becomes of buyers' requests. Needs an OrderBook and Settling beside it."""

    def return_order(self, order, pieces=None, refund=None, *, accept=True, **facts) -> Return:
        """The buyer asks for money back for `pieces`, (item, quantity), all that were sent by default.

        `refund` is what they paid for the pieces, less their part of the seller's voucher, unless it is given. With
        `accept` the buyer gets it at once, else see `accept_return`. `facts` are fields of `Return`. The escrow is
        less by the refund as long as it is not released, after that it is adjusted.
        """
        if order.order_status not in RETURNABLE:
            raise NotAllowed("error_param", "Only orders that were sent can be returned.")
        pieces = pieces or [(item, _left(order, item)) for item in order.items if _left(order, item)]
        if any(not 0 < quantity <= _left(order, item) for item, quantity in pieces) or not pieces:
            raise NotAllowed("error_param", "There are not that many pieces to return.")
        amount = money(_paid_for(order, pieces) if refund is None else refund, order.currency)
        if not 0 <= amount <= _refundable(order):
            raise NotAllowed("error_param", "The buyer did not pay that much for this order.")
        now = self.clock.seconds()
        asked = Return(
            return_sn=self._return_sn(order),
            order=order,
            pieces=pieces,
            refund_amount=amount,
            create_time=now,
            update_time=now,
            after_completion=order.order_status == "COMPLETED",
            **facts,
        )
        asked.reverse_shipping_fee = money(asked.reverse_shipping_fee, order.currency)
        order.returns.append(asked)
        order.update_time = now
        if order.order_status in ("SHIPPED", "TO_CONFIRM_RECEIVE"):
            self.advance(order, "TO_RETURN")
        if accept:
            self.accept_return(asked)
        return asked

    def _return_sn(self, order):
        return order.order_sn[:6] + "".join(self.random.choices("0123456789", k=9))

    def accept_return(self, asked):
        """The buyer is refunded."""
        asked.before_release = not asked.order.release_time
        self._decide(asked, "ACCEPTED")
        if not asked.before_release and asked.refund_amount:
            facts = {"reason": REFUND_REASON, "refund_sn": asked.return_sn}
            self.adjust(
                asked.order,
                -asked.refund_amount - asked.reverse_shipping_fee,
                transaction_type="ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED",
                **facts,
            )
        self._go_on(asked.order)

    def cancel_return(self, asked):
        """The buyer takes the request back."""
        self._decide(asked, "CANCELLED")
        self._go_on(asked.order)

    def _decide(self, asked, status):
        if not asked.is_open:
            raise NotAllowed("error_param", "This return is decided already.")
        asked.status = status
        asked.update_time = asked.order.update_time = self.clock.seconds()

    def _go_on(self, order):
        """With nothing left to decide the order is completed, and its escrow released."""
        if any(one.is_open for one in order.returns):
            return
        if order.order_status == "TO_RETURN":
            self.advance(order, "COMPLETED")
        elif order.release_is_held:
            self.release(order)

    def find_return(self, shop, return_sn) -> Return | None:
        """The shop's return of that number."""
        return next((one for one in self.returns_of(shop) if one.return_sn == return_sn), None)

    def returns_of(self, shop) -> list[Return]:
        """All returns of the shop's orders, the newest first."""
        found = [one for order in shop.orders.values() for one in order.returns]
        return sorted(found, key=lambda one: (one.create_time, one.return_sn), reverse=True)


def _left(order, item) -> int:
    """The pieces of the line that are not sent back, nor about to be."""
    return item.active_quantity - order.pieces_asked_back(item) - order.pieces_sent_back(item)


def _refundable(order) -> Decimal:
    """What the buyer paid the seller and has not asked back."""
    asked = sum((one.refund_amount for one in order.returns if one.status != "CANCELLED"), ZERO)
    goods = sum((item.discounted_price * item.active_quantity for item in order.items), ZERO)
    return goods - order.seller_voucher + order.shipping_fee - asked


def _paid_for(order, pieces):
    """What the pieces cost the buyer, less their part of the seller's voucher."""
    value = sum((item.discounted_price * quantity for item, quantity in pieces), ZERO)
    share = order.seller_voucher * value / order.merchant_subtotal if order.merchant_subtotal else ZERO
    return value - share
