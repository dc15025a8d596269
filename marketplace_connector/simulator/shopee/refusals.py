"""Lets a person or a test make Shopee refuse calls in its own words, without any effect."""

from dataclasses import dataclass

from .gateway import ApiError


@dataclass
class Refusal:
    path: str  # part of the path of the calls it hits
    error: str
    message: str
    times: int


class Refusals:
    """Refusals to come, for what depends on things that the simulator does not have."""

    def __init__(self):
        self.refusals: list[Refusal] = []

    def refuse(self, path, error, message="", times=1):
        """Let the next `times` calls whose path contains `path`, and that pass the gate, fail with the error."""
        self.refusals.append(Refusal(path, error, message, times))

    def take_refusal(self, path):
        """Raise what was ordered for a call to the path, if anything was."""
        for refusal in self.refusals:
            if refusal.times > 0 and refusal.path in path:
                refusal.times -= 1
                raise ApiError(refusal.error, refusal.message)
