"""Arranging shipment: what a parcel's channel allows, time slots, and the check of what the seller chose."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial

from . import hand_over_errors as errors
from .channels import branches_of
from .gateway import NotAllowed
from .orders import HandOver

SLOT_HOURS = ((9, 13), (13, 18))  # on the shop's clock
SLOT_DAYS = 4
CUT_OFF = 3600  # a slot that begins sooner can no longer be chosen
LONGEST_TEXT = 64
METHODS = ("pickup", "dropoff", "non_integrated")


class Shipping:
    """Arranges shipment. Needs an OrderBook beside it."""

    # === SWITCHES === #

    # A package stays LOGISTICS_READY, with is_shipment_arranged, until its tracking number is made.
    arranged_stays_ready = False
    refuses_needless_package_number = True  # ship_order of an order that is not split
    missing_slots = None  # time_slot_list of a channel without time slots: None or []
    mass_lists_at_top = False  # success_list and fail_list of mass_ship_order beside `response` instead of in it

    def __init__(self):
        self.closed_slots = set()  # pickup_time_ids that the courier has no room in any more

    # === WHAT MAY BE CHOSEN === #

    def channel_of(self, order, package):
        """The channel that the package goes by."""
        return order.shop.channels[package.logistics_channel_id]

    def time_slots(self, shop) -> list[dict]:
        """The slots that couriers collect in, from the platform's clock on, the soonest one recommended."""
        now = self.clock.seconds()
        midnight = datetime.fromtimestamp(now, _zone(shop)).replace(hour=0, minute=0, second=0, microsecond=0)
        slots = []
        for day in range(SLOT_DAYS):
            for first, last in SLOT_HOURS:
                date = int((midnight + timedelta(days=day, hours=first)).timestamp())
                if date >= now + CUT_OFF and str(date) not in self.closed_slots:
                    text = f"{first:02}:00 - {last:02}:00"
                    slots.append({"date": date, "time_text": text, "pickup_time_id": str(date), "flags": []})
        if slots:
            slots[0]["flags"] = ["recommended"]
        return slots

    def pickup_addresses(self, shop):
        """Where couriers may collect, the default address first."""
        return [address for address in shop.addresses if "pickup_address" in address.flags]

    def info_needed(self, order, package) -> dict[str, list[str]]:
        """The methods the package may be sent by, each with what the seller has to say."""
        needed = self.channel_of(order, package).info_needed
        if package.logistics_status == "LOGISTICS_PICKUP_RETRY":
            needed = {name: value for name, value in needed.items() if name == "pickup"}
        return {name: list(value) for name, value in needed.items()}

    def default_hand_over(self, order, package, method="", **choice) -> HandOver:
        """What a seller in a hurry chooses: the first method, address, slot and branch; `choice` where given."""
        needed = self.info_needed(order, package)
        method = method or next(iter(needed), "pickup")
        asked = needed.get(method, [])
        if "address_id" in asked:
            choice.setdefault("address_id", self.pickup_addresses(order.shop)[0].number)
        if "pickup_time_id" in asked and self.channel_of(order, package).has_slots:
            missed = package.hand_over and package.hand_over.pickup_time_id
            slots = [slot["pickup_time_id"] for slot in self.time_slots(order.shop)]
            choice.setdefault("pickup_time_id", next((slot for slot in slots if slot != missed), ""))
        if "branch_id" in asked:
            choice.setdefault("branch_id", branches_of(order.shop.region)[0].number)
        if "sender_real_name" in asked and "tracking_number" not in choice:
            choice.setdefault("sender_real_name", order.shop.name)
        return HandOver(method, **choice)

    # === ARRANGING === #

    def arrange(self, order, method="", package=None, **choice):
        """The seller arranges shipment of the package, or of all that wait; what is not said is chosen for them.

        `choice` are fields of HandOver: address_id, pickup_time_id, branch_id, sender_real_name, tracking_number.
        """
        packages = [package] if package else [package for package in order.packages if package.waits]
        if not packages:
            raise NotAllowed(*errors.ALREADY_SHIPPED if order.has_arranged_package else errors.NOT_READY)
        for chosen in packages:
            hand_over = self.default_hand_over(order, chosen, method, **choice)
            if chosen.logistics_status == "LOGISTICS_PICKUP_RETRY":
                self.reschedule(order, chosen, hand_over)
            else:
                self.ship(order, chosen, hand_over)

    def ship(self, order, package, hand_over):
        """Arrange shipment the way the seller said, or raise NotAllowed with Shopee's words."""
        self._check_package(order, package)
        hand_over = self._checked(order, package, hand_over)
        package.hand_over = hand_over
        now = self.clock.seconds()
        if hand_over.tracking_number:
            package.tracking_number = hand_over.tracking_number
        if hand_over.method == "non_integrated":
            package.is_shipment_arranged = True
            self.advance_package(order, package, "LOGISTICS_PICKUP_DONE")
        elif self.arranged_stays_ready and self.tracking_delay and not package.tracking_number:
            self._give_number(package, now)
            package.is_shipment_arranged = True
            package.update_time = order.update_time = now
            self.later(self.tracking_delay, partial(self._number_is_made, order, package))
        else:
            self.advance_package(order, package, "LOGISTICS_REQUEST_CREATED")

    def _number_is_made(self, order, package):
        if package.logistics_status == "LOGISTICS_READY":
            self.advance_package(order, package, "LOGISTICS_REQUEST_CREATED")

    def reschedule(self, order, package, hand_over):
        """Let the courier come again, after it failed to collect."""
        if package.logistics_status != "LOGISTICS_PICKUP_RETRY" or order.order_status in ("IN_CANCEL", "CANCELLED"):
            raise NotAllowed(*errors.NOT_READY_TO_UPDATE)
        hand_over = self._checked(order, package, hand_over)
        if hand_over == package.hand_over and hand_over.pickup_time_id:
            raise NotAllowed(*errors.NO_CHANGE)
        package.hand_over = hand_over
        self.advance_package(order, package, "LOGISTICS_REQUEST_CREATED")

    # === CHECKS === #

    def _check_package(self, order, package):
        if order.fulfilled_by_shopee:
            raise NotAllowed(*errors.NOT_FROM_WAREHOUSE)
        if order.advance_package:
            raise NotAllowed(*errors.BOOKED)
        if package.is_shipment_arranged and order.order_status not in ("IN_CANCEL", "CANCELLED"):
            raise NotAllowed(*errors.ALREADY_SHIPPED)
        if package.logistics_status != "LOGISTICS_READY" or order.order_status == "IN_CANCEL":
            raise NotAllowed(*errors.NOT_READY)
        if self.is_being_allocated(order):
            raise NotAllowed(*errors.BEING_ALLOCATED)

    def is_being_allocated(self, order) -> bool:
        """Whether Shopee is still choosing where the goods come from: nothing can be arranged before."""
        return self.clock.seconds() < order.allocated_at

    def _checked(self, order, package, hand_over) -> HandOver:
        needed = self.info_needed(order, package)
        if hand_over.method not in needed:
            raise NotAllowed(*errors.UNSUPPORTED[hand_over.method])
        asked = needed[hand_over.method]
        if hand_over.method == "pickup":
            self._check_pickup(order, package, hand_over, asked)
        if hand_over.method == "dropoff":
            self._check_drop_off(order, hand_over, asked)
        self._check_number(order, package, hand_over, asked)
        return replace(hand_over, tracking_number=hand_over.tracking_number.strip())

    def _check_pickup(self, order, package, hand_over, asked):
        if "address_id" not in asked:
            return
        if not hand_over.address_id:
            raise NotAllowed(*errors.NEED_ADDRESS_AND_TIME)
        if hand_over.address_id not in [address.number for address in self.pickup_addresses(order.shop)]:
            raise NotAllowed(*errors.NO_SUCH_ADDRESS)
        chosen = hand_over.pickup_time_id
        if not self.channel_of(order, package).has_slots:
            if chosen:
                raise NotAllowed(*errors.WRONG_SLOT)
            return
        if not chosen:
            raise NotAllowed(*errors.NEED_ADDRESS_AND_TIME)
        if chosen not in [slot["pickup_time_id"] for slot in self.time_slots(order.shop)]:
            raise NotAllowed(*errors.SLOT_GONE if _is_slot(order.shop, chosen) else errors.UNEXPECTED_SLOT)

    def _check_drop_off(self, order, hand_over, asked):
        if "branch_id" in asked:
            if not hand_over.branch_id:
                raise NotAllowed(*errors.NEED_BRANCH)
            if hand_over.branch_id not in [branch.number for branch in branches_of(order.shop.region)]:
                raise NotAllowed(*errors.NO_SUCH_BRANCH)
        if "sender_real_name" in asked:
            is_job = "tracking_no" in asked  # either of the two
            if is_job and bool(hand_over.sender_real_name) == bool(hand_over.tracking_number):
                raise NotAllowed(*errors.NEED_NAME_OR_NUMBER)
            if not is_job and not hand_over.sender_real_name:
                raise NotAllowed(*errors.NEED_NAME)
            if len(hand_over.sender_real_name) > LONGEST_TEXT:
                raise NotAllowed(*errors.LONG_NAME)
        if hand_over.slug:
            raise NotAllowed(*errors.NO_SLUG)

    def _check_number(self, order, package, hand_over, asked):
        given = hand_over.tracking_number.strip()
        if "tracking_no" not in asked:
            if given:
                raise NotAllowed(*errors.NO_NUMBER)
            return
        if not given and "sender_real_name" not in asked:
            raise NotAllowed(*errors.NEED_NUMBER)
        if len(given) > LONGEST_TEXT:
            raise NotAllowed(*errors.LONG_NUMBER)
        if given and self.number_is_used(given, package):
            raise NotAllowed(*errors.NUMBER_IS_USED)

    def number_is_used(self, tracking_number, package=None) -> bool:
        """Whether another package carries the number."""
        return any(
            other.tracking_number == tracking_number and other is not package
            for order in set_of_orders(self.packages)
            for other in order.packages
        )


def set_of_orders(packages):
    """The orders of the packages, each once."""
    return {order.order_sn: order for order in packages.values()}.values()


def _zone(shop):
    return timezone(timedelta(hours=shop.country.utc_offset))


def _is_slot(shop, pickup_time_id):
    """Whether it looks like a slot that was, or could have been, offered one day."""
    if not pickup_time_id.isdecimal() or len(pickup_time_id) > 10:
        return False
    begin = datetime.fromtimestamp(int(pickup_time_id), _zone(shop))
    return (begin.hour, begin.minute, begin.second) in [(first, 0, 0) for first, _ in SLOT_HOURS]
