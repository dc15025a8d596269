"""Both simulated marketplaces in a process of their own: they live, they fail, and they tell how it was.

The first line of output is what `marketplace_connector.simulator` prints. After that each line of input is an order of
the campaign, answered by a line of JSON: `live` (buyers and couriers begin), `calm` (nothing fails, nobody acts any
more), `tell` (what is expected of the ERP, what was injected, what happened).
"""

import argparse
import json
import random
import sys
import threading
import time
from collections import Counter

from marketplace_connector.simulator.__main__ import describe_lazada, describe_shopee
from marketplace_connector.simulator.campaign.expected import lazada_orders, shopee_orders
from marketplace_connector.simulator.campaign.expected_payouts import lazada_payouts, shopee_payouts
from marketplace_connector.simulator.campaign.expected_stock import lazada_stock, shopee_stock
from marketplace_connector.simulator.campaign.life import LazadaLife, ShopeeLife
from marketplace_connector.simulator.campaign.mishaps import Mishaps
from marketplace_connector.simulator.campaign.mixture import Mixture
from marketplace_connector.simulator.campaign.past import sell_before
from marketplace_connector.simulator.clock import Clock
from marketplace_connector.simulator.lazada.app import Lazada
from marketplace_connector.simulator.server import make_platform_server
from marketplace_connector.simulator.shopee.app import Shopee

SLOW_SECONDS = 1.5  # that some answers take: another worker comes meanwhile


class Slow:
    """A WSGI app whose answers take a while now and then, so that workers meet."""

    def __init__(self, app, seed):
        self.app, self.random, self.share = app, random.Random(f"slow/{seed}"), 0.1

    def __call__(self, environ, start_response):
        if self.random.random() < self.share:
            time.sleep(self.random.random() * SLOW_SECONDS)
        return self.app(environ, start_response)


class Platforms:
    """Lazada and Shopee under faults."""

    def __init__(self, seed, pause):
        clock = Clock()
        self.pause = pause  # seconds between two happenings, on average
        self.random = random.Random(f"pace/{seed}")
        self.lazada, self.shopee = Lazada(clock, countries=("SG",)), Shopee(clock, countries=("SG",))
        self.lazada.ready_to_ship_delay = 5
        self.lazada.fbl_pace = dict.fromkeys(self.lazada.fbl_pace, 20)
        self.shopee.tracking_delay, self.shopee.warehouse_pace, self.shopee.cancel_delay = 10, 20, 5
        self.lives = [LazadaLife(self.lazada, seed), ShopeeLife(self.shopee, seed)]
        for life in self.lives:
            sell_before(life, seed)
        self.began = clock.seconds()
        self.mishaps = []
        self.slow = [Slow(app, f"{seed}/{place}") for place, app in enumerate((self.lazada, self.shopee))]
        self.seed = seed
        self.alive = threading.Event()
        threading.Thread(target=self._live, daemon=True).start()

    def start(self):
        """Serve both; gives what the ERP needs to know."""
        servers = [make_platform_server(app) for app in self.slow]
        for server in servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        addresses = [f"http://127.0.0.1:{server.server_port}" for server in servers]
        return {
            "lazada": describe_lazada(self.lazada, addresses[0]),
            "shopee": describe_shopee(self.shopee, addresses[1]),
        }

    def live(self):
        """Let buyers come and things go wrong."""
        self.mishaps = [Mishaps(life, self.seed, Mixture.of(self.seed)) for life in self.lives]
        for slow, mishaps in zip(self.slow, self.mishaps, strict=True):
            slow.app = mishaps
        self.alive.set()
        return {}

    def calm(self):
        """Nothing fails, and nobody acts any more."""
        self.alive.clear()
        for mishaps in self.mishaps:
            mishaps.stop()
        for slow in self.slow:
            slow.share = 0
        for life in self.lives:
            life.settle()
        return {}

    def tell(self):
        """How it was."""
        with self.lazada.lock, self.shopee.lock:
            self.lazada.tend()
            self.shopee.catch_up()
            return {
                "orders": {
                    "lazada": lazada_orders(self.lazada, self.began),
                    "shopee": shopee_orders(self.shopee, self.began),
                },
                "stock": {"lazada": lazada_stock(self.lazada), "shopee": shopee_stock(self.shopee)},
                "payouts": {"lazada": lazada_payouts(self.lazada), "shopee": shopee_payouts(self.shopee)},
                "injected": sum((mishaps.injected() for mishaps in self.mishaps), Counter()),
                "happened": sum((life.counts for life in self.lives), Counter()),
                "calls": sum(self.lazada.calls.values()) + sum(self.shopee.calls.values()),
            }

    def _live(self):
        while True:
            self.alive.wait()
            for life in self.lives:
                life.happen()
            time.sleep(self.random.uniform(0, 2 * self.pause))


def main():
    """Serve and obey until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--pause", type=float, default=1.0)
    options = parser.parse_args()
    platforms = Platforms(options.seed, options.pause)
    print(json.dumps(platforms.start()), flush=True)
    for line in sys.stdin:
        print(json.dumps(getattr(platforms, line.strip())()), flush=True)


if __name__ == "__main__":
    main()
