"""Two shops that sell the same pieces for some weeks: what buyers want, and what becomes of it.

A `Story` is what happens whatever the seller's software does; the same seed gives the same one. `Market` lets it happen
in both simulators, and counts the pieces that were sold although nobody has them.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

DAY = 24 * 60  # minutes
PAYS_WITHIN = 25
UNPAID_ENDS_AFTER = 30


@dataclass(frozen=True, order=True)
class Event:
    """Something that happens at a minute of the story, in one shop or, where `shop` is empty, at the seller's."""

    minute: int
    what: str  # wish, campaign, restock, failing
    shop: str
    sku: str = ""
    pieces: int = 0
    lasts: int = 0  # minutes
    pays_after: int = -1  # minutes, -1: never
    cancels_after: int = -1


@dataclass
class Story:
    """So many days in the lives of two shops."""

    seed: int
    days: int
    skus: tuple[str, ...]
    shops: tuple[str, ...] = ("lazada", "shopee")
    wishes_a_day: int = 40
    restocked: int = 20  # pieces of each SKU at the end of every day
    events: list[Event] = field(default_factory=list)

    def __post_init__(self):
        chance = random.Random(f"{self.seed}/{self.days}")
        for day in range(self.days):
            self.events += [self._wish(chance, day) for _ in range(self.wishes_a_day)]
            self.events += [Event((day + 1) * DAY - 1, "restock", "", sku, self.restocked) for sku in self.skus]
            if day % 2 == 0:
                self.events += self._campaign(chance, day)
            if day % 3 == 1:
                self.events.append(self._failing(chance, day))
        self.events.sort()

    def _wish(self, chance, day, minute=None, sku=None):
        pays = chance.random() < 0.85
        return Event(
            minute=day * DAY + chance.randrange(DAY) if minute is None else minute,
            what="wish",
            shop=chance.choice(self.shops),
            sku=sku or chance.choice(self.skus),
            pieces=chance.choice((1, 1, 1, 1, 2, 2, 3)),
            pays_after=chance.choice((0, 0, 0, chance.randrange(1, PAYS_WITHIN))) if pays else -1,
            cancels_after=chance.randrange(10, 3 * DAY) if chance.random() < 0.1 else -1,
        )

    def _campaign(self, chance, day):
        """A campaign holds some pieces in one shop, and buyers of both come at once."""
        minute, sku = day * DAY + chance.randrange(DAY // 2), chance.choice(self.skus)
        rush = [self._wish(chance, day, minute + chance.randrange(1, 30), sku) for _ in range(8)]
        return [Event(minute, "campaign", chance.choice(self.shops), sku, 5, chance.randrange(60, DAY)), *rush]

    def _failing(self, chance, day):
        """For some hours the platform takes no numbers, and at times does not answer whether it did."""
        return Event(
            day * DAY + chance.randrange(DAY), "failing", chance.choice(self.shops), lasts=chance.randrange(60, 360)
        )


class Market:
    """The story as it takes place. `sold` are paid pieces that nobody has cancelled, by SKU."""

    def __init__(self, story, doors, stock, restock):
        self.doors = doors  # by shop: what a buyer and the marketplace can do there
        self.restock = restock  # called with SKU and pieces when goods arrive at the seller's
        self.received = Counter(dict.fromkeys(story.skus, stock))
        self.sold = Counter()
        self.placed = self.refused = self.oversold = 0
        self.oversold_at = []
        self._waiting = list(story.events)
        self._later = []  # (minute, number, what happens)
        self._number = 0

    def next_minute(self, until):
        """The minute of the next event before `until`, or `until`."""
        minutes = [entry[0] for entry in self._later[:1]] + [event.minute for event in self._waiting[:1]]
        return min([minute for minute in minutes if minute < until], default=until)

    def take_place(self, minute):
        """Let everything happen that is due."""
        while self._later and self._later[0][0] <= minute:
            self._later.pop(0)[2]()
        while self._waiting and self._waiting[0].minute <= minute:
            event = self._waiting.pop(0)
            getattr(self, f"_{event.what}")(event)

    def after(self, event, minutes, happen):
        """Let it happen so many minutes after the event."""
        self._number += 1
        self._later.append((event.minute + minutes, self._number, happen))
        self._later.sort(key=lambda entry: entry[:2])

    # === WHAT HAPPENS === #

    def _wish(self, event):
        door = self.doors[event.shop]
        if door.buyable(event.sku) < event.pieces:
            self.refused += 1
            return
        order = door.place(event.sku, event.pieces, paid=event.pays_after == 0)
        self.placed += 1
        if event.pays_after == 0:
            self._paid(event)
        elif event.pays_after > 0:
            self.after(event, event.pays_after, lambda: (door.pay(order), self._paid(event)))
        else:
            self.after(event, UNPAID_ENDS_AFTER, lambda: door.cancel(order))
        if event.cancels_after > event.pays_after >= 0:
            self.after(event, event.cancels_after, lambda: self._cancelled(event, door, order))

    def _paid(self, event):
        self.sold[event.sku] += event.pieces
        too_many = min(self.sold[event.sku] - self.received[event.sku], event.pieces)
        if too_many > 0:
            self.oversold += too_many
            self.oversold_at.append((event.minute, event.shop, event.sku, too_many))

    def _cancelled(self, event, door, order):
        if door.cancel(order):
            self.sold[event.sku] -= event.pieces

    def _campaign(self, event):
        self.doors[event.shop].campaign(event.sku, event.pieces, event.lasts * 60)

    def _restock(self, event):
        self.received[event.sku] += event.pieces
        self.restock(event.sku, event.pieces)

    def _failing(self, event):
        door = self.doors[event.shop]
        door.failing = True
        self.after(event, event.lasts, lambda: setattr(door, "failing", False))


class LazadaDoor:
    """What can be done at Lazada."""

    pushes = "/product/stock/sellable/update"

    def __init__(self, app):
        self.app = app
        self.shop = next(iter(app.shops.values()))
        self.failing = False

    def buyable(self, sku):
        """The pieces that a buyer sees."""
        return self.app.sellable(self.shop, sku)

    def place(self, sku, pieces, paid):
        return self.app.place_order(self.shop, [(sku, pieces)], paid=paid)

    def pay(self, order):
        self.app.advance(order, "pending")

    def cancel(self, order):
        """Whether it could still be cancelled."""
        if any(unit.status not in ("unpaid", "pending") for unit in order.units):
            return False
        self.app.cancel(order, "Buyer changed mind", "buyer")
        return True

    def campaign(self, sku, pieces, seconds):
        pieces = min(pieces, self.buyable(sku) - self.app.locked(self.shop, sku))
        if pieces > 0:
            self.app.start_campaign(self.shop, sku, pieces, seconds)

    def set_stock(self, sku, pieces):
        """As a plain push does it: refused while the platform fails, and below a campaign's lock."""
        if not self.failing and pieces >= self.app.locked(self.shop, sku):
            self.app.set_sellable(self.shop, sku, pieces)


class ShopeeDoor:
    """What can be done at Shopee."""

    pushes = "/product/update_stock"

    def __init__(self, app):
        self.app = app
        self.shop = next(iter(app.shops.values()))
        self.failing = False

    def number(self, sku):
        return self.shop.shelf.skus()[sku][1].number

    def buyable(self, sku):
        return self.app.buyable(self.shop, self.number(sku))

    def place(self, sku, pieces, paid):
        return self.app.place_order(self.shop, [(sku, pieces)], paid=paid)

    def pay(self, order):
        self.app.advance(order, "READY_TO_SHIP")

    def cancel(self, order):
        if order.order_status not in ("UNPAID", "READY_TO_SHIP"):
            return False
        self.app.cancel(order, "Buyer changed mind", "buyer")
        return True

    def campaign(self, sku, pieces, seconds):
        number = self.number(sku)
        pieces = min(pieces, self.app.at_seller(self.shop, number) - self.app.reserved(self.shop, number))
        if pieces > 0:
            self.app.start_promotion(self.shop, [number], pieces, lasts=seconds)

    def set_stock(self, sku, pieces):
        number = self.number(sku)
        if not self.failing and pieces >= self.app.reserved(self.shop, number):
            self.app.set_stock(self.shop, number, {self.shop.product_location_id: pieces})
