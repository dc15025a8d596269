"""Import and floor take turns, batch by batch: what else the machine does slows both down alike."""

from statistics import median

import world
from meter import Watch, settle
from orders_floor import Floor


class Race:
    """The import of a shop's new orders by a poll, and the same orders made by hand on a connection of its own."""

    def __init__(self, registry, shop, orders, size, ours_first):
        self.registry = registry
        self.shop = shop
        self.orders = orders
        self.size = size
        self.ours_first = ours_first
        self.ours = Watch(shop.env)

    def run(self):
        """Import and make all orders; return what the poll counted and the ids of the orders made by hand."""
        with world.environment(self.registry) as env:
            floor = Floor(self.shop.with_env(env), self.orders)
            self.floor = Watch(floor.env)
            settle(floor.env)
            settle(self.shop.env)
            if not self.ours_first:
                self._floor_turn(floor)
            self.ours.start()
            counts = self.shop._sync_orders(lambda: self._between(floor))
            self.ours.stop()
            return counts, floor.made

    def _between(self, floor):
        """What the poll calls after each batch: it commits, the other has its turn."""
        seconds_left = self.shop.env["ir.cron"]._commit_progress()
        if floor.waiting:
            self.ours.stop()
            self._floor_turn(floor)
            self.ours.start()
        return seconds_left

    def _floor_turn(self, floor):
        self.floor.measure(lambda: floor.make(self.size))

    @property
    def ratio(self):
        """How many times the floor's time the import took."""
        return self.ours.total.seconds / self.floor.total.seconds

    @property
    def cpu_ratio(self):
        """How many times the floor's processor time the import took."""
        return self.ours.total.cpu / self.floor.total.cpu

    @property
    def median_ratio(self):
        """The same of the turn in the middle: a disturbance in one of them does not show."""
        pairs = zip(self.ours.turns, self.floor.turns, strict=False)
        return median(ours.seconds / floor.seconds for ours, floor in pairs)


def compare_batches(shop, orders, sizes):
    """What making the orders by hand costs with each batch size, the better of two tries.

    In processor time where that is known: these tries cannot take turns, and the clock suffers more from what else
    the machine does.
    """
    best = {}
    for size in [*sizes, *reversed(sizes)]:
        floor = Floor(shop, orders)
        watch = Watch(floor.env)
        settle(floor.env)
        watch.measure(lambda floor=floor, size=size: floor.make_all(size))
        cost = watch.total.cpu if watch.total.database_cpu else watch.total.seconds
        best[size] = min(best.get(size, cost), cost)
    return best
