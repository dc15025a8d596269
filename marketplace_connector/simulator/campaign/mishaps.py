"""Stands between callers and a platform and lets things go wrong by seeded chance; counts what it did."""

import json
import random
import re
from collections import Counter

from werkzeug.wrappers import Response

from ..faults import Faults

LISTS = {  # and where their rows are
    "/rest/orders/get": ("data", "orders"),
    "/rest/finance/payout/status/get": ("data",),
    "/rest/finance/transaction/details/get": ("data",),
    "/api/v2/order/get_order_list": ("response", "order_list"),
    "/api/v2/payment/get_wallet_transaction_list": ("response", "transaction_list"),
    "/api/v2/payment/get_escrow_list": ("response", "escrow_list"),
}
PAGE_MISHAPS = ("page_repeats_rows", "page_is_cut", "page_is_short", "page_is_shifted")
SHORT_PAGE = b"page_size=3"


class Killed(BaseException):
    """The process of the caller dies here. No `except Exception` holds it up."""


class Mishaps:
    """A WSGI app in place of the platform's. `life` is the platform's `PlatformLife`.

    How much of what goes wrong is the `Mixture`'s: calls suffer faults of `simulator/faults.py`, lists have pages that
    are not as they should be, all access tokens end at once. The share `deaths` of calls kill the caller, before or
    after the call takes effect, by raising `Killed` (for callers in the same process).
    """

    def __init__(self, life, seed, mixture, deaths=0.0):
        self.life, self.app = life, life.app
        self.random = random.Random(f"mishaps/{seed}")
        self.pages, self.tokens, self.deaths = mixture.pages, mixture.tokens, deaths
        self.counts = Counter()
        self.app.faults = Faults(f"faults/{seed}", mixture.faults, mixture.kinds)
        self.app._push_chance.seed(f"pushes/{seed}")
        self.app.pushes_lost, self.app.pushes_doubled, self.app.pushes_late = mixture.pushes

    def stop(self):
        """From now on nothing goes wrong any more."""
        self.pages = self.tokens = self.deaths = self.app.faults.chance = 0
        self.app.pushes_lost = self.app.pushes_doubled = self.app.pushes_late = 0

    def injected(self):
        """How often what went wrong so far, by kind."""
        pushes = {f"push_{kind}": number for kind, number in self.app.push_mishaps.items()}
        return +(self.counts + self.app.faults.suffered + Counter(pushes))

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if not path.startswith(self.app.api_prefix):
            return self.app(environ, start_response)
        with self.app.lock:
            if self._happens("token_ends", self.tokens):
                self.life.end_tokens()
            mishap = self.random.choice(PAGE_MISHAPS) if path in LISTS and self.random.random() < self.pages else ""
            if self._happens("killed_before_effect", self.deaths):
                raise Killed(path)
            if mishap == "page_is_shifted" and self.life.touch_any(self.random):
                self.counts[mishap] += 1
            if mishap == "page_is_short" and b"page_size=" in environ["QUERY_STRING"].encode():
                short = re.sub(rb"page_size=\d+", SHORT_PAGE, environ["QUERY_STRING"].encode())
                environ = {**environ, "QUERY_STRING": short.decode()}
                self.counts[mishap] += 1
            response = Response.from_app(self.app, environ, buffered=True)
            if mishap in ("page_repeats_rows", "page_is_cut"):
                self._spoil(response, mishap, LISTS[path])
            if self._happens("killed_after_effect", self.deaths):
                raise Killed(path)
        return response(environ, start_response)

    def _happens(self, what, share):
        happens = share > 0 and self.random.random() < share
        self.counts[what] += happens
        return happens

    def _spoil(self, response, mishap, names):
        """Let the page of a list lack rows, or have some twice."""
        try:
            content = place = json.loads(response.get_data())
            for name in names[:-1]:
                place = place[name]
            rows = place[names[-1]]
        except (ValueError, KeyError, TypeError):
            return  # refused, or spoilt already
        if rows:
            place[names[-1]] = rows[: len(rows) // 2] if mishap == "page_is_cut" else rows + rows[:2]
            response.set_data(json.dumps(content))
            self.counts[mishap] += 1
