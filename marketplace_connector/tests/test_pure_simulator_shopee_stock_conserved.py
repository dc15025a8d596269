"""The simulated Shopee: whatever happens to orders and promotions, no piece is made or lost."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from ..simulator.shopee import Shopee

SKUS = ("TEE-BLK-M", "TEE-BLK-L", "MOONCAKE-2026")
PIECES = st.integers(1, 6)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), st.lists(st.tuples(st.integers(0, 3), PIECES), min_size=1, max_size=3)),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
        st.tuples(st.just("cancel_pieces"), st.integers(0, 9)),
        st.tuples(st.just("ship"), st.integers(0, 9)),
        st.tuples(st.just("lose"), st.integers(0, 9)),
        st.tuples(st.just("set"), st.integers(0, 2), st.integers(0, 1), st.integers(0, 12)),
        st.tuples(st.just("promote"), st.integers(0, 2), st.integers(0, 5), st.integers(0, 90)),
        st.tuples(st.just("wait"), st.integers(1, 60)),
    ),
    max_size=25,
)


class World:
    """A shop with two places, two SKUs with variations, one without, and a kit of them; `there` is what should be."""

    def __init__(self, refuse_oversold):
        self.app = Shopee()
        self.app.refuse_oversold = refuse_oversold
        self.shop = self.app.shop("SG")
        self.shop.open_warehouses("Jurong", "Changi")
        self.numbers = [self.shop.shelf.skus()[sku][1].number for sku in SKUS]
        kit = self.shop.shelf.add("A kit", ["KIT"], is_kit=True).variants[0].number
        self.shop.kits[kit] = ((self.numbers[0], 2), (self.numbers[2], 1))
        for number in self.numbers:
            self.app.set_stock(self.shop, number, {"SGZ": 6, "SG1": 4})
        self.there = dict.fromkeys(self.numbers, 10)
        self.sellable = [*self.numbers, kit]
        self.orders = []

    def happen(self, what, *details):
        with suppress(ValueError):  # what Shopee refuses
            getattr(self, what)(*details)
        self.app.catch_up()

    def order(self, lines):
        order = self.app.place_order(self.shop, [(self.sellable[which], pieces) for which, pieces in lines])
        self.orders.append(order)

    def _pick(self, place):
        if not self.orders:
            raise ValueError("There is no order")
        return self.orders[place % len(self.orders)]

    def cancel(self, place):
        self.app.cancel(self._pick(place))

    def cancel_pieces(self, place):
        order = self._pick(place)
        self.app.cancel_pieces(order, order.items[0], 1)

    def ship(self, place):
        self.app.advance(self._pick(place), "SHIPPED")

    def lose(self, place):
        self.app.fail(self._pick(place))

    def set(self, which, place, pieces):
        number, location = self.numbers[which], self.shop.locations[place]
        before = self.app.by_location(self.shop, number)[location]
        self.app.set_stock(self.shop, number, {location: pieces})
        self.there[number] += pieces - before

    def promote(self, which, reserved, begins_in):
        self.app.start_promotion(self.shop, [self.numbers[which]], reserved, begins_in=begins_in * 60, lasts=1800)

    def wait(self, minutes):
        self.app.clock.move(minutes * 60)

    def taken(self, number):
        """The pieces of the variant in orders, those that are lost among them."""
        return sum(
            pieces
            for order in self.orders
            for item in order.items
            for (part, _), pieces in item.taken.items()
            if part == number
        )


@settings(max_examples=80, deadline=None)
@given(EVENTS, st.booleans())
def test_no_piece_is_made_or_lost(events, refuse_oversold):
    """At a place or in an order: all pieces stay what they were, none below zero, and cancelled ones are free."""
    world = World(refuse_oversold)
    for event in events:
        world.happen(*event)
        for number in world.numbers:
            places = world.app.by_location(world.shop, number)
            assert min(places.values()) >= 0
            assert sum(places.values()) + world.taken(number) == world.there[number]
            assert world.app.reserved(world.shop, number) >= 0
            assert 0 <= world.app.buyable(world.shop, number) <= sum(places.values())
    for order in world.orders:
        if order.order_status == "CANCELLED" and not order.pickup_done_time:
            assert not any(pieces for item in order.items for pieces in item.taken.values())
        if refuse_oversold and order.order_status != "CANCELLED":
            for item in order.items:
                for part, each in world.shop.kits.get(item.variant_number) or ((item.variant_number, 1),):
                    taken = sum(pieces for (number, _), pieces in item.taken.items() if number == part)
                    assert taken == each * item.active_quantity
