"""How much of what strangers send is written down."""

import threading
import time


class Throttle:
    """Lets `most` a minute through for each key, and tells with the next one how many it has held back.

    Each process counts for itself, and forgets what it has held back when it ends.
    """

    def __init__(self, most):
        self._most = most
        self._seen = {}  # key: when its minute began, let through since, held back
        self._lock = threading.Lock()

    def take(self, key):
        """How many are to be written down now, those that were held back included; 0 for none."""
        now = time.monotonic()
        with self._lock:
            begun, let_through, held_back = self._seen.get(key, (now, 0, 0))
            if now - begun >= 60:
                begun, let_through = now, 0
            if let_through >= self._most:
                self._seen[key] = (begun, let_through, held_back + 1)
                return 0
            self._seen[key] = (begun, let_through + 1, 0)
            return held_back + 1
