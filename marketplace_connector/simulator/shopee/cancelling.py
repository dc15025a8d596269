"""Cancelling: by the seller, whole orders or pieces, and by buyers who ask for it."""

from functools import partial

from .gateway import NotAllowed

BEFORE_SHIPPING = ("UNPAID", "PENDING", "READY_TO_SHIP", "PROCESSED", "RETRY_SHIP")
REASONS = {
    "OUT_OF_STOCK": "Out of Stock",
    "CUSTOMER_REQUEST": "Buyer Request to Cancel",
    "UNDELIVERABLE_AREA": "Undeliverable Area",
    "COD_NOT_SUPPORTED": "COD Unsupported",
}
ONLY_SOMEWHERE = {"UNDELIVERABLE_AREA": ("TW", "MY")}  # reasons that are not known everywhere
ARRANGED = ("LOGISTICS_REQUEST_CREATED", "LOGISTICS_PICKUP_RETRY")

CANNOT_CANCEL = ("order.error_limit", "Can not cancel this order.")
NOT_FROM_WAREHOUSE = ("order. error_param", "You can not cancel warehouse order.")  # the blank is Shopee's
WRONG_REASON = ("error_param", "Wrong parameters, detail: cancel_reason is not supported.")
WRONG_QUANTITY = ("error_param", "Wrong parameters, detail: model_quantity is invalid.")
NOT_IN_CANCEL = ("order.cancel_order_invalid_status", "Invalid order_status.The order status should be IN_CANCEL.")
COURIER_REFUSES = ("logistics.cancel_forder_failed", "Cancel forder failed.")


def reasons_in(region) -> dict[str, str]:
    """The reasons that a seller in the country may give: Shopee's codes, and how they are told."""
    return {code: text for code, text in REASONS.items() if region in ONLY_SOMEWHERE.get(code, (region,))}


class Cancelling:
    """What may be cancelled and what becomes of it. Needs an OrderBook beside it."""

    # === SWITCHES: nobody knows for sure === #

    # Seconds that an order stands in IN_CANCEL when the seller cancels it after arranging shipment; 0: not at all.
    cancel_delay = 60
    courier_refuses_cancelling = False  # what the seller cancels then goes back to where it was
    buyer_request_lasts = 0  # seconds until a buyer's request is accepted by itself; 0: it waits for the seller
    partial_cancel_allowed = True

    def may_cancel(self, order) -> bool:
        """Whether the seller can still cancel."""
        return _is_open(order) and not order.fulfilled_by_shopee

    # === BY THE SELLER === #

    def cancel_by_seller(self, order, reason="OUT_OF_STOCK"):
        """The seller cancels the whole order for one of `REASONS`.

        At once as long as shipment is not arranged, else by way of IN_CANCEL, see `cancel_delay`.
        """
        if order.fulfilled_by_shopee:
            raise NotAllowed(*NOT_FROM_WAREHOUSE)
        if not self.may_cancel(order):
            raise NotAllowed(*CANNOT_CANCEL)
        if reason not in reasons_in(order.shop.region):
            raise NotAllowed(*WRONG_REASON)
        if not any(package.logistics_status in ARRANGED for package in order.packages):
            self.cancel(order, REASONS[reason], "seller")
            return
        self._enter_cancellation(order)
        self.later(self.cancel_delay, partial(self._courier_answers, order, REASONS[reason]))

    def _courier_answers(self, order, reason):
        if order.order_status != "IN_CANCEL":
            return
        if self.courier_refuses_cancelling or any(package.is_with_courier for package in order.packages):
            self._leave_cancellation(order)
        else:
            self.cancel(order, reason, "seller")

    def cancel_pieces(self, order, item, quantity):
        """Some pieces of a line are cancelled before shipping, by whoever sends it; the rest of the order goes on."""
        if not _is_open(order):
            raise NotAllowed(*CANNOT_CANCEL)
        if not 0 < quantity <= item.active_quantity or quantity == sum(other.active_quantity for other in order.items):
            raise NotAllowed("order.error_limit", "Some of the pieces, but not the whole order, can be cancelled.")
        now = order.update_time = self.clock.seconds()
        item.cancelled_quantity += quantity
        self.put_back(order, item, item.active_quantity)
        for package in sorted(reversed(order.packages), key=lambda package: package.is_shipment_arranged):
            taken = min(quantity, package.quantities.get(item.line_item_id, 0))
            if taken:
                package.quantities[item.line_item_id] -= taken
                package.update_time = now
                quantity -= taken
            if not package.is_failed and not any(package.quantities.values()):
                self._cancel_package(package, now)
        if order.split_up:
            self._follow_packages(order, "Out of Stock", now)

    def cancel_some(self, order, pieces, reason="OUT_OF_STOCK"):
        """The seller cancels `pieces`, (item, quantity) of different lines: all of them or none.

        Every piece that is left is the whole order.
        """
        if order.fulfilled_by_shopee:
            raise NotAllowed(*NOT_FROM_WAREHOUSE)
        if not self.partial_cancel_allowed or not self.may_cancel(order):
            raise NotAllowed(*CANNOT_CANCEL)
        if not pieces or any(not 0 < quantity <= item.active_quantity for item, quantity in pieces):
            raise NotAllowed(*WRONG_QUANTITY)
        if sum(quantity for _, quantity in pieces) == sum(item.active_quantity for item in order.items):
            self.cancel_by_seller(order, reason)
            return
        for item, quantity in pieces:
            self.cancel_pieces(order, item, quantity)

    # === BY ANYBODY, AT ONCE === #

    def cancel(self, order, reason="Out of Stock", by="seller"):
        """Cancel the order, which must not be with the courier yet. `by` is buyer, seller, system or Ops."""
        if not _is_open(order, (*BEFORE_SHIPPING, "IN_CANCEL")):
            raise NotAllowed(*CANNOT_CANCEL)
        now = self.clock.seconds()
        for package in order.packages:
            if not package.is_failed:
                self._cancel_package(package, now)
        self._close(order, reason, by, now)

    def _cancel_package(self, package, now):
        arranged = package.logistics_status in ARRANGED
        self._move_package(package, "LOGISTICS_REQUEST_CANCELED" if arranged else "LOGISTICS_INVALID", now)

    # === BUYERS WHO ASK === #

    def request_cancellation(self, order, reason="Change of mind"):
        """The buyer asks to cancel an order that the seller already works on."""
        if not _is_open(order, ("READY_TO_SHIP", "PROCESSED")):
            raise NotAllowed(*CANNOT_CANCEL)
        self._enter_cancellation(order)
        order.buyer_cancel_reason, order.buyer_asked_at = reason, order.update_time
        if self.buyer_request_lasts:
            self.later(self.buyer_request_lasts, partial(self._accept_unanswered, order, order.update_time))

    def _accept_unanswered(self, order, asked_at):
        if order.order_status == "IN_CANCEL" and order.buyer_asked_at == asked_at:
            is_open = _is_open(order, ("IN_CANCEL",)) and not self.courier_refuses_cancelling
            self.answer_cancellation(order, is_open)

    def answer_cancellation(self, order, accept):
        """The seller accepts or rejects what the buyer asked for."""
        if order.order_status != "IN_CANCEL" or not order.buyer_asked_at:
            raise NotAllowed(*NOT_IN_CANCEL)
        if not accept:
            self._leave_cancellation(order)
        elif self.courier_refuses_cancelling or not _is_open(order, ("IN_CANCEL",)):
            raise NotAllowed(*COURIER_REFUSES)
        else:
            order.buyer_asked_at = 0
            self.cancel(order, order.buyer_cancel_reason, "buyer")

    def _enter_cancellation(self, order):
        order.status_before_cancel, order.order_status = order.order_status, "IN_CANCEL"
        order.update_time = self.clock.seconds()

    def _leave_cancellation(self, order):
        order.order_status, order.update_time = order.status_before_cancel, self.clock.seconds()
        order.buyer_asked_at = 0


def _is_open(order, statuses=BEFORE_SHIPPING):
    """Whether the order is in one of the statuses and no courier has anything of it."""
    return order.order_status in statuses and not any(package.is_with_courier for package in order.packages)
