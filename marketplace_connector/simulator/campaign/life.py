"""What buyers, couriers and people in Seller Center do while an ERP works on the orders, by seeded chance."""

import random
from collections import Counter
from dataclasses import replace
from functools import partial

from ..seed import random_plan

HAPPENINGS = {  # and how often each, of all
    "place": 30,
    "place_unpaid": 8,
    "pay": 10,
    "buyer_cancels": 5,
    "buyer_asks": 5,
    "seller_decides": 4,
    "piece_is_cancelled": 4,
    "arranged_there": 6,
    "collect": 18,
    "deliver": 10,
}


class PlatformLife:
    """One platform with one shop. `happen` lets something happen; `counts` tells how often what did."""

    def __init__(self, app, seed):
        self.app = app
        self.shop = next(iter(app.shops.values()))
        self.random = random.Random(f"life/{type(app).__name__}/{seed}")
        self.counts = Counter()

    @property
    def orders(self):
        """All orders of the shop, oldest first."""
        return list(self.shop.orders.values())

    def happen(self):
        """Let one thing happen, where there is an order that it can happen to."""
        what = self.random.choices(list(HAPPENINGS), HAPPENINGS.values())[0]
        with self.app.lock:
            try:
                self.counts[what] += bool(getattr(self, what)())
            except ValueError:  # the platform does not allow it
                self.counts["not possible"] += 1
        self.app.push()

    def place(self, paid=True):
        plan = random_plan(self.random, self.shop.country.code, shelf=self.shop.shelf)
        if not paid and not plan.cash_on_delivery:
            plan = _without_payment(plan)
        return self.app.carry_out(self.shop, plan)

    def place_unpaid(self):
        return self.place(paid=False)

    def sell_at_once(self, chance):
        """A sale that has arrived at its buyer."""
        plan = random_plan(chance, self.shop.country.code, shelf=self.shop.shelf)
        self.arrive(self.app.carry_out(self.shop, replace(plan, fulfilled_by_platform=False)))

    def settle(self):
        """Answer what buyers still ask for: nobody waits for the seller at the end."""
        for order in self.orders:
            self.decide(order, self.random.random() < 0.5)
        self.app.push()

    def touch_any(self, chance):
        """Any order changes without anything to see; gives it, or None where there are none."""
        order = chance.choice(self.orders) if self.orders else None
        if order:
            self.touch(order)
        return order

    def _some(self, fits):
        found = [order for order in self.orders if fits(order)]
        return self.random.choice(found) if found else None

    def _with_some(self, fits, act):
        order = self._some(fits)
        if order:
            act(order)
        return order

    def seller_decides(self):
        return self._with_some(self.is_asked, lambda order: self.decide(order, self.random.random() < 0.5))


class LazadaLife(PlatformLife):
    """Life at Lazada."""

    def end_tokens(self):
        """No access token is good any more."""
        for authorisation in self.app.authorisations:
            authorisation.access_end = 0

    def touch(self, order):
        order.updated_at = self.app._now()

    def catch_up(self):
        """Let everything happen that is due."""
        self.app.tend()

    def arrive(self, order):
        self.app.advance(order, "delivered")

    def be_charged(self, amount):
        """Charges that are equal in everything: two of the same."""
        self.app.charge(self.shop, "112", -amount, times=2, details="Sponsored Discovery")

    def pay_out(self):
        """Lazada does it by itself."""

    def pay(self):
        return self._with_some(lambda order: order.state == "unpaid", lambda order: self.app.advance(order, "pending"))

    def buyer_cancels(self):
        def fits(order):
            return all(unit.status in ("unpaid", "pending") and not unit.is_fbl for unit in order.units)

        return self._with_some(fits, lambda order: self.app.cancel(order, "Change of mind", "buyer"))

    def buyer_asks(self):
        def fits(order):
            return all(unit.status in ("pending", "packed") and not unit.is_fbl for unit in order.units)

        return self._with_some(fits, self.app.ask_to_cancel)

    def is_asked(self, order):
        return any(unit.need_cancel_confirm for unit in order.units)

    def decide(self, order, accept):
        for request in self.shop.cancel_requests.values():
            if request.order is order and request.is_open:
                self.app.decide_cancel(request, accept)

    def piece_is_cancelled(self):
        def fits(order):
            live = [unit for unit in order.units if unit.status == "pending" and not unit.is_fbl]
            return len(live) > 1 and live == order.units and not self.is_asked(order)

        return self._with_some(fits, lambda order: self.app.cancel(order, units=order.units[:1]))

    def arranged_there(self):
        def fits(order):
            return all(unit.status == "pending" and not unit.is_fbl for unit in order.units)

        return self._with_some(fits, lambda order: self.app.advance(order, "ready_to_ship"))

    def collect(self):
        return self._move("ready_to_ship", "shipped")

    def deliver(self):
        return self._move("shipped", "delivered")

    def _move(self, status, following):
        def units(order):
            return [unit for unit in order.units if unit.status == status and not unit.need_cancel_confirm]

        return self._with_some(units, lambda order: self.app.advance(order, following, units(order)))


class ShopeeLife(PlatformLife):
    """Life at Shopee."""

    def end_tokens(self):
        """No access token is good any more."""
        self.app.access_ends.clear()

    def touch(self, order):
        order.update_time = self.app.clock.seconds()

    def catch_up(self):
        """Let everything happen that is due."""
        self.app.catch_up()

    def arrive(self, order):
        self.app.advance(order, "COMPLETED")

    def be_charged(self, amount):
        """Charges that are equal in everything but the balance: two of the same."""
        for _ in range(2):
            self.app.add_movement(self.shop, "PAID_ADS_CHARGE", -amount)

    def pay_out(self):
        """Withdraw what is there."""
        if self.shop.ledger.balance(self.app.clock.seconds()) > 0:
            self.app.withdraw(self.shop)

    def pay(self):
        return self._with_some(_is("UNPAID"), lambda order: self.app.advance(order, "READY_TO_SHIP"))

    def buyer_cancels(self):
        def fits(order):
            return order.order_status in ("UNPAID", "READY_TO_SHIP") and not order.fulfilled_by_shopee

        return self._with_some(fits, lambda order: self.app.cancel(order, "Change of mind", "buyer"))

    def buyer_asks(self):
        def fits(order):
            return order.order_status in ("READY_TO_SHIP", "PROCESSED") and not order.fulfilled_by_shopee

        return self._with_some(fits, self.app.request_cancellation)

    def is_asked(self, order):
        return order.order_status == "IN_CANCEL" and bool(order.buyer_asked_at)

    def decide(self, order, accept):
        if self.is_asked(order):
            self.app.answer_cancellation(order, accept)

    def piece_is_cancelled(self):
        def fits(order):
            live = sum(item.active_quantity for item in order.items)
            return order.order_status == "READY_TO_SHIP" and not order.fulfilled_by_shopee and live > 1

        def act(order):
            self.app.cancel_pieces(order, next(item for item in order.items if item.active_quantity), 1)

        return self._with_some(fits, act)

    def arranged_there(self):
        def fits(order):
            return order.order_status == "READY_TO_SHIP" and not order.fulfilled_by_shopee

        return self._with_some(fits, self.app.arrange)

    def collect(self):
        def fits(order):
            live = [package for package in order.packages if not package.is_failed]
            return _is("PROCESSED")(order) and all(map(self.app.tracking_number, live))

        return self._with_some(fits, lambda order: self.app.advance(order, "SHIPPED"))

    def deliver(self):
        following = partial(self.random.choice, ("TO_CONFIRM_RECEIVE", "COMPLETED"))
        return self._with_some(
            lambda order: order.order_status in ("SHIPPED", "TO_CONFIRM_RECEIVE"),
            lambda order: self.app.advance(order, following() if order.order_status == "SHIPPED" else "COMPLETED"),
        )


def _is(status):
    return lambda order: order.order_status == status and not order.fulfilled_by_shopee


def _without_payment(plan):
    return replace(plan, steps=tuple(step for step in plan.steps if step[0] != "paid"))
