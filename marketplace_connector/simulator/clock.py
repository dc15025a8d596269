"""The time at the platforms, which can be moved to see what happens later."""

import time
from contextlib import contextmanager
from datetime import datetime, timezone


class Clock:
    """Runs with the machine's clock, `ahead` seconds before it."""

    def __init__(self):
        self.ahead = 0

    def seconds(self) -> int:
        """Epoch seconds at the platform."""
        return int(time.time() + self.ahead)

    def now(self) -> datetime:
        """The platform's time, aware, in UTC."""
        return datetime.fromtimestamp(time.time() + self.ahead, timezone.utc)

    def move(self, seconds: float):
        """Let so many seconds go by at once."""
        self.ahead += seconds

    @contextmanager
    def ago(self, seconds: float):
        """What is done inside happens so many seconds before now."""
        self.ahead -= seconds
        try:
            yield self
        finally:
            self.ahead += seconds
