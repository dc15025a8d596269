"""The measurements of bench_orders.py."""

import json
import math
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import world
from meter import Watch, forget_peak, peak_memory_mb, row_versions, settle
from orders_compare import differences
from orders_floor import Floor, read_orders
from orders_race import Race, compare_batches
from world import say

# What one call may bring, by the platforms' own rules: list, orders or items, amounts.
CALL_SIZES = {"lazada": (100, 50), "shopee": (100, 50, 20)}
WATCHED = (
    "sale_order", "sale_order_line", "stock_picking", "stock_move", "stock_move_line", "res_partner", "mail_message",
    "marketplace_buyer", "marketplace_listing", "marketplace_job", "marketplace_account", "marketplace_token",
)  # fmt: skip
WARM_UP = 20
# How long ago buyers order, in minutes. What the platforms do by themselves with orders that they keep and ship happens
# one to six hours later: to those of the warm-up before, to the others after they are fetched.
AGO = {"warm-up": 480, "measured": 10, "few": 10, "many": 10}


class Bench:
    """The measurements, on shops that are connected to simulators; `options` are those of bench_orders.py."""

    def __init__(self, registry, simulators, shops, options):
        self.registry = registry
        self.simulators = simulators
        self.shops = {provider: shop._as_system() for provider, shop in shops.items()}
        self.options = options
        self.starts = {}

    # === ONE MARKETPLACE === #

    def platform(self, provider, ours_first):
        """Import and make by hand the same orders, compare them, poll again; return all figures."""
        shop, count = self.shops[provider], self.options.orders
        size = shop._client().capabilities.order_batch
        self._warm_up(provider)
        say(f"{provider}: {count} orders")
        self._place(provider, count, "measured")
        orders = self._read(provider, "measured")
        before = self.simulators[provider].calls()
        race = Race(self.registry, shop, orders, size, ours_first)
        counts, floor_ids = race.run()
        self._check(provider)
        calls = world.calls_since(before, self.simulators[provider].calls())
        say(f"{provider}: import {_cost(race.ours.total, count)} {dict(counts)} {calls}")
        say(f"{provider}: by hand {_cost(race.floor.total, count)}")
        different = self._differences(provider, floor_ids)
        share, written = self._second_poll(provider, race.ours.total.seconds)
        return {
            "orders": count,
            "batch": size,
            "ratio": round(race.ratio, 3),
            "median_ratio_of_batches": round(race.median_ratio, 3),
            "cpu_ratio": round(race.cpu_ratio, 3),
            "import": race.ours.total.rounded(),
            "floor": race.floor.total.rounded(),
            "queries_per_order": round(race.ours.total.queries / count, 1),
            "floor_queries_per_order": round(race.floor.total.queries / count, 1),
            "calls": sum(calls.values()),
            "calls_by_path": calls,
            "calls_expected": sum(math.ceil(count / each) for each in CALL_SIZES[provider]),
            "second_poll_share": round(share, 4),
            "second_poll_written": written,
            "differences": different,
        }

    def _warm_up(self, provider):
        self._place(provider, WARM_UP, "warm-up")
        self._sync(provider)
        Floor(self.shops[provider], self._read(provider, "warm-up")).make_all(WARM_UP)

    def _place(self, provider, count, stage, parts=1):
        """Let buyers order, at the stage's time, and move the shop's watermark back before them."""
        now = datetime.now(timezone.utc).replace(microsecond=0)
        self.starts[provider, stage] = now - timedelta(minutes=AGO[stage] + 1)
        for part in range(parts):
            share = count // parts + (part < count % parts)
            seed = f"{self.options.seed}/{stage}/{part}"
            self.simulators[provider].place(share, seed, 60 * (AGO[stage] - 2 * part))
        self._move_back(provider, stage)

    def _move_back(self, provider, stage):
        shop = self.shops[provider]
        shop.last_order_sync = self.starts[provider, stage].replace(tzinfo=None)
        shop.env.cr.commit()

    def _sync(self, provider):
        env = self.shops[provider].env
        counts = self.shops[provider]._sync_orders(lambda: env["ir.cron"]._commit_progress())
        self._check(provider)
        return counts

    def _check(self, provider):
        self.shops[provider].invalidate_recordset()
        if error := self.shops[provider].error_message:
            raise SystemExit(f"bench: the import failed: {error}")

    def _read(self, provider, stage):
        start = self.starts[provider, stage]
        return read_orders(self.shops[provider], start, start + timedelta(minutes=15))

    def _differences(self, provider, floor_ids):
        shop = self.shops[provider]
        floor = shop.env["sale.order"].browse(floor_ids)
        known = [("marketplace_shop_id", "=", shop.id)]
        known += [("marketplace_order_ref", "in", floor.mapped("client_order_ref"))]
        found = differences(shop.env["sale.order"].search(known), floor)
        for sentence in found:
            say(f"{provider}: {sentence}")
        return len(found)

    def _second_poll(self, provider, first_seconds):
        """Poll again over the same orders: its share of the first poll's time, and how many rows it wrote."""
        env = self.shops[provider].env
        self._move_back(provider, "measured")
        before = row_versions(env, WATCHED)
        watch = Watch(env)
        settle(env)
        counts = watch.measure(lambda: self._sync(provider))
        written = len(before ^ row_versions(env, WATCHED))
        say(f"{provider}: second poll {_cost(watch.total, self.options.orders)} {dict(counts)}, {written} rows written")
        if counts["unchanged"] != self.options.orders:
            raise SystemExit(f"bench: {counts['unchanged']} of {self.options.orders} orders were found unchanged")
        return watch.total.seconds / first_seconds, written

    # === BATCHES AND MEMORY === #

    def best_batch(self, provider):
        """How much faster the floor is in one big batch than in batches like the import's; 1 where it is not."""
        size = self.shops[provider]._client().capabilities.order_batch
        orders = self._read(provider, "measured")[: max(self.options.orders // 2, size)]
        seconds = compare_batches(self.shops[provider], orders, (size, len(orders)))
        say(
            "by hand, by size of the batch: "
            + ", ".join(f"{size}: {best:.1f} s of processor" for size, best in seconds.items())
        )
        return max(1.0, seconds[size] / seconds[len(orders)])

    def memory(self):
        """Peak of resident memory by number of orders, half of them from each marketplace, in a process each."""
        peaks = {}
        for stage, count in (("few", self.options.orders), ("many", 5 * self.options.orders)):
            for provider, share in zip(self.shops, (count // 2, count - count // 2), strict=True):
                self._place(provider, share, stage, parts=5)
            result = self._in_new_process()
            if result["created"] != count:
                raise SystemExit(f"bench: {result['created']} of {count} orders came in")
            say(f"memory with {count} orders: {result['peak_mb']:.0f} MB, {result['before_mb']:.0f} MB before")
            peaks[str(count)] = round(result["peak_mb"], 1)
        return peaks

    def _in_new_process(self):
        script = Path(__file__).with_name("bench_orders.py")
        command = [sys.executable, script, "--config", self.options.config, "--database", self.options.database]
        ids = [str(shop.id) for shop in self.shops.values()]
        answer = subprocess.run([*command, "--only-sync", *ids], stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(answer.stdout)


def memory_of_sync(registry, shop_ids):
    """Fetch the orders of the shops in this process: what came in, and the peak of resident memory meanwhile."""
    with world.environment(registry) as env:
        forget_peak()
        before = peak_memory_mb()
        created = sum(
            shop._sync_orders(lambda: env["ir.cron"]._commit_progress())["created"]
            for shop in env["marketplace.shop"].browse(shop_ids)
        )
    return {"created": created, "peak_mb": peak_memory_mb(), "before_mb": before}


def _cost(cost, count):
    return (
        f"{cost.seconds:.1f} s, {cost.cpu:.1f} s of processor ({cost.odoo_cpu:.1f} Odoo, {cost.database_cpu:.1f} "
        f"database), {cost.queries / count:.1f} queries an order"
    )
