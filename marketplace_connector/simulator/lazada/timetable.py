"""What happens at Lazada by itself: things fall due by the platform's clock."""

import heapq
from datetime import datetime, timezone
from functools import partial
from itertools import count

MINUTE, HOUR, DAY = 60, 3600, 86400

# The way of what lies in Lazada's own warehouses.
FBL_NEXT = {"pending": "packed", "packed": "ready_to_ship", "ready_to_ship": "shipped", "shipped": "delivered"}


class Timetable:
    """The part of the platform that does not wait for anybody.

    What is due happens before the next request is answered, dated to when it fell due; without a request call `tend`.
    """

    # Seconds that Lazada's own warehouses and couriers take to get a unit there.
    fbl_pace = {"packed": HOUR, "ready_to_ship": HOUR, "shipped": 4 * HOUR, "delivered": 2 * DAY}

    def __init__(self):
        self._due = []  # a heap of (epoch seconds, ticket, what happens)
        self._tickets = count()
        self._moment = None  # while something happens that fell due earlier
        self._planning = False

    def after(self, seconds, happening):
        """Let `happening()` take place in so many seconds, or at once where there is nothing to wait for."""
        if seconds <= 0:
            happening()
        else:
            moment = self._now().timestamp() + seconds
            heapq.heappush(self._due, (moment, next(self._tickets), happening))

    def tend(self, seconds=0):
        """Let so many seconds go by, and everything happen that falls due until then, each at its time."""
        with self.lock:
            self.clock.move(seconds)
            now = self.clock.seconds()
            while self._due and self._due[0][0] <= now:
                moment, _, happening = heapq.heappop(self._due)
                self._moment = datetime.fromtimestamp(moment, timezone.utc)
                try:
                    happening()
                finally:
                    self._moment = None
            self.settle()

    def _now(self):
        return (self._moment or self.clock.now()).replace(microsecond=0)

    def _follow_fbl(self, order, units):
        """Lazada goes on with what lies in its warehouses: not while a plan says what has happened so far."""
        for status in () if self._planning else dict.fromkeys(unit.status for unit in units if unit.is_fbl):
            if status in FBL_NEXT:
                waiting = [unit for unit in units if unit.is_fbl and unit.status == status]
                self.after(self.fbl_pace[FBL_NEXT[status]], partial(self._move_fbl, order, waiting, status))

    def _move_fbl(self, order, units, status):
        waiting = [unit for unit in units if unit.status == status and not unit.need_cancel_confirm]
        if waiting:
            self.advance(order, FBL_NEXT[status], waiting)
