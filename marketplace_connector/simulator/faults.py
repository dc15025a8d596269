"""What goes wrong between a platform and its callers, on order or by seeded chance."""

import random
from collections import Counter
from dataclasses import dataclass

KINDS = (
    "html",  # a web page with status 200
    "truncated",  # the second half of the body is missing
    "server_error",  # HTTP 502 with a web page
    "too_many_requests",  # HTTP 429
    "rate_limited",  # the platform's own words in the body
    "busy",  # the platform's own transient error in the body
    "lost_answer",  # the effect takes place, the answer never arrives
    "no_connection",  # nothing arrives, nothing takes place
)


class ConnectionLost(ConnectionError):
    """The caller gets no answer; on a socket the connection is cut."""


@dataclass
class Fault:
    kind: str
    path: str = ""  # part of the path of the calls it hits, empty for all
    times: int = 1


class Faults:
    """Faults to come. `chance` is the share of API calls that suffer one of `kinds` on top of the ordered ones.

    `suffered` counts the faults that took place, by kind.
    """

    def __init__(self, seed=0, chance=0.0, kinds=KINDS):
        self.ordered: list[Fault] = []
        self.chance = chance
        self.kinds = kinds
        self.random = random.Random(seed)
        self.suffered = Counter()

    def order(self, kind, path="", times=1):
        """Let the next `times` API calls whose path contains `path` suffer `kind`."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind}, one of {', '.join(KINDS)} is meant")
        self.ordered.append(Fault(kind, path, times))

    def take(self, path):
        """The fault that the call to `path` suffers, or None."""
        kind = self._next(path)
        if kind:
            self.suffered[kind] += 1
        return kind

    def _next(self, path):
        for fault in self.ordered:
            if fault.times > 0 and fault.path in path:
                fault.times -= 1
                return fault.kind
        if self.chance and self.random.random() < self.chance:
            return self.random.choice(self.kinds)
        return None
