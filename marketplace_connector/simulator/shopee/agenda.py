"""What happens by itself after a while, by the platform's clock."""

import heapq
from itertools import count


class Agenda:
    """Things to come. Needs `clock` beside it."""

    def __init__(self):
        self._agenda = []
        self._number = count()  # of two things due at once the one noted first comes first

    def later(self, seconds, happen):
        """Call `happen()` so many seconds from now; at once if there are none to wait."""
        if seconds <= 0:
            happen()
        else:
            heapq.heappush(self._agenda, (self.clock.seconds() + seconds, next(self._number), happen))

    def catch_up(self):
        """Let happen what is due, each at its own time. Every request does so first."""
        while self._agenda and self._agenda[0][0] <= self.clock.seconds():
            due, _, happen = heapq.heappop(self._agenda)
            with self.clock.ago(self.clock.seconds() - due):
                happen()
