"""Lets a person or a test make Shopee refuse calls in its own words, without any effect."""

from dataclasses import dataclass

from .gateway import ApiError, TooManyCalls


@dataclass
class Refusal:
    path: str  # part of the path of the calls it hits
    error: str
    message: str
    times: int


class Refusals:
    """Refusals to come, for what depends on things that the simulator does not have, and a limit of calls."""

    most_calls_a_second = 0  # for one shop, by the platform's clock; 0: any number

    def __init__(self):
        self.refusals: list[Refusal] = []
        self._this_second: dict[int, tuple[int, int]] = {}  # (second, calls in it) by shop_id

    def count_call(self, shop):
        """Raise TooManyCalls if the shop was called too often in this second."""
        now = self.clock.seconds()
        second, count = self._this_second.get(shop.shop_id, (now, 0))
        count = count + 1 if second == now else 1
        self._this_second[shop.shop_id] = now, count
        if self.most_calls_a_second and count > self.most_calls_a_second:
            raise TooManyCalls

    def refuse(self, path, error, message="", times=1):
        """Let the next `times` calls whose path contains `path`, and that pass the gate, fail with the error."""
        self.refusals.append(Refusal(path, error, message, times))

    def take_refusal(self, path):
        """Raise what was ordered for a call to the path, if anything was."""
        for refusal in self.refusals:
            if refusal.times > 0 and refusal.path in path:
                refusal.times -= 1
                raise ApiError(refusal.error, refusal.message)
