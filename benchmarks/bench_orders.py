"""./dev bench orders: what the import of orders costs, against the same orders made by hand in the same database."""

import argparse
import json
import sys
import time

import world
from orders_bench import Bench, memory_of_sync
from world import say

TARGETS = {"ratio": 1.15, "second_poll_share": 0.10, "memory_growth": 0.20}


def main():
    """Measure and report; 0 if every target is reached."""
    options = world.options(__doc__, "orders", 1000, 200, "no memory: a smoke test", _add_options)
    registry = world.start_odoo(options.config, options.database)
    if options.only_sync:
        print(json.dumps(memory_of_sync(registry, options.only_sync)))
        return 0
    with world.simulators() as simulators:
        report = _measure(registry, simulators, options)
    if options.json:
        print(json.dumps(report))
    else:
        _print(report)
    return 0 if report["targets_met"] else 1


def _add_options(parser):
    parser.add_argument("--only-sync", type=int, nargs="+", help=argparse.SUPPRESS)


def _measure(registry, simulators, options):
    began = time.monotonic()
    with world.environment(registry) as env:
        say("setting up company, products and shops")
        shops = world.set_up(env, simulators)
        bench = Bench(registry, simulators, shops, options)
        platforms = {
            "lazada": bench.platform("lazada", ours_first=True),
            "shopee": bench.platform("shopee", ours_first=False),
        }
        faster = 1.0 if options.quick else bench.best_batch("shopee")
        memory = {} if options.quick else bench.memory()
    return {**_report(platforms, memory, faster), "seconds": round(time.monotonic() - began)}


def _report(platforms, memory, faster):
    """The figures of both marketplaces, the worse of each; `faster` is what one big batch would gain the floor."""

    def worst(name):
        return max(figures[name] for figures in platforms.values())

    report = {
        "ratio": round(worst("ratio") * faster, 3),
        "cpu_ratio": worst("cpu_ratio"),
        "queries_per_order": worst("queries_per_order"),
        "floor_queries_per_order": worst("floor_queries_per_order"),
        "calls": sum(figures["calls"] for figures in platforms.values()),
        "calls_expected": sum(figures["calls_expected"] for figures in platforms.values()),
        "second_poll_share": worst("second_poll_share"),
        "peak_memory_mb": memory,
        "one_big_batch_gains_the_floor": round(faster, 3),
        "platforms": platforms,
    }
    missed = _missed(report)
    return {**report, "missed": missed, "targets_met": not missed}


def _missed(report):
    """Names of the targets that were not reached."""
    missed = [name for name in ("ratio", "second_poll_share") if report[name] > TARGETS[name]]
    for name in ("second_poll_written", "differences"):
        missed += [name] if any(figures[name] for figures in report["platforms"].values()) else []
    if any(figures["calls"] != figures["calls_expected"] for figures in report["platforms"].values()):
        missed.append("calls")
    peaks = list(report["peak_memory_mb"].values())
    if peaks and peaks[-1] > peaks[0] * (1 + TARGETS["memory_growth"]):
        missed.append("peak_memory_mb")
    return missed


def _print(report):
    for provider, figures in report["platforms"].items():
        print(
            f"{provider}: {figures['ratio']} times the floor ({figures['cpu_ratio']} in processor time), "
            f"{figures['queries_per_order']} queries an order (floor {figures['floor_queries_per_order']}), "
            f"{figures['calls']} calls (computed {figures['calls_expected']}), "
            f"second poll {figures['second_poll_share']:.1%} of the first"
        )
    for count, peak in report["peak_memory_mb"].items():
        print(f"{count} orders: at most {peak} MB resident")
    print(
        f"ratio {report['ratio']}: ", "all targets reached" if report["targets_met"] else f"missed {report['missed']}"
    )


if __name__ == "__main__":
    sys.exit(main())
