"""./dev bench shipping: what parcels cost from the order to the courier, against plain Odoo validating the like."""

import json
import sys
import time

import world
from shipping_bench import ShippingBench
from world import say

TARGETS = {"validation_ratio": 1.5, "shipping_ratio": 3.0}


def main():
    """Measure and report; 0 if every target is reached."""
    options = world.options(__doc__, "orders", 500, 60)
    registry = world.start_odoo(options.config, options.database)
    began = time.monotonic()
    with world.simulators() as simulators, world.environment(registry) as env:
        say("setting up company, products and shops")
        shops = world.set_up(env, simulators)
        platforms = {
            provider: ShippingBench(registry, simulators[provider], shops[provider], options).run()
            for provider in ("lazada", "shopee")
        }
    report = {**_report(platforms), "seconds": round(time.monotonic() - began)}
    if options.json:
        print(json.dumps(report))
    else:
        _print(report)
    return 0 if report["targets_met"] else 1


def _report(platforms):
    report = {
        "ratio": max(figures["validation_ratio"] for figures in platforms.values()),
        "shipping_ratio": max(figures["shipping_ratio"] for figures in platforms.values()),
        "queries_per_order": max(figures["queries_per_order"] for figures in platforms.values()),
        "calls": sum(figures["calls"] for figures in platforms.values()),
        "calls_expected": sum(figures["calls_expected"] for figures in platforms.values()),
        "label_downloads": sum(figures["label_downloads"] for figures in platforms.values()),
        "platforms": platforms,
    }
    missed = [
        f"{provider}: {name}"
        for provider, figures in platforms.items()
        for name in [*(name for name in TARGETS if figures[name] > TARGETS[name]), *figures["too_many_calls"]]
    ]
    return {**report, "missed": missed, "targets_met": not missed}


def _print(report):
    for provider, figures in report["platforms"].items():
        print(
            f"{provider}: {figures['deliveries']} parcels, validated in {figures['validation_ratio']} times plain "
            f"Odoo, all of it in {figures['shipping_ratio']} times; {figures['queries_per_order']} queries a parcel "
            f"(plain Odoo {figures['floor_queries_per_order']}), {figures['calls']} calls (computed "
            f"{figures['calls_expected']}) and {figures['label_downloads']} for labels"
        )
        for name, step in figures["steps"].items():
            print(f"  {name}: {step['cpu_ms']} ms of processor and {step['queries']} queries a parcel")
    print("all targets reached" if report["targets_met"] else f"missed: {', '.join(report['missed'])}")


if __name__ == "__main__":
    sys.exit(main())
