"""./dev bench catalogue: what it costs to read a catalogue, the first time and again, and to find its products."""

import json
import sys
import time
from math import ceil

import world
from meter import Watch, row_versions, settle

SHARE = 0.7  # of the first sync's time, that the second may take: it asks the same, and writes nothing
MOST_QUERIES = 1.0  # for a listing
ITEMS_A_PAGE = {"lazada": 50, "shopee": 100}
DETAILS_A_CALL = 50
VARIANTS = 4  # of a generated item
WATCHED = ("marketplace_listing", "product_product")


def main():
    """Measure and report; 0 if every target is reached."""
    options = world.options(__doc__, "listings", 10_000, 400)
    registry = world.start_odoo(options.config, options.database)
    began = time.monotonic()
    with world.simulators(options.listings) as simulators, world.environment(registry) as env:
        world.say("setting up company, products and shops")
        shops = world.set_up(env, simulators)
        world.make_products(env, options.listings)
        platforms = {
            provider: _measure(simulators[provider], shop._as_system(), options.listings)
            for provider, shop in shops.items()
        }
    report = {**_report(platforms), "seconds": round(time.monotonic() - began)}
    print(json.dumps(report)) if options.json else _print(report)
    return 0 if report["targets_met"] else 1


def _measure(simulator, shop, count):
    env = shop.env
    world.say(f"{simulator.provider}: first sync")
    first, calls, _ = _sync(simulator, shop)
    listings = env["marketplace.listing"].search([("shop_id", "=", shop.id)])
    if len(listings) != count or not all(listing.product_id.default_code == listing.seller_sku for listing in listings):
        raise SystemExit(f"bench: {len(listings)} listings, {len(listings.product_id)} products are linked")
    world.say(f"{simulator.provider}: second sync")
    second, _, written = _sync(simulator, shop)
    return {
        "listings": count,
        "queries_per_listing": round(first.queries / count, 3),
        "second_queries_per_listing": round(second.queries / count, 3),
        "second_share": round(second.cpu / first.cpu, 3),
        "second_written": written,
        "calls": calls,
        "calls_expected": expected_calls(simulator.provider, count),
        "first": first.rounded(),
        "second": second.rounded(),
    }


def _sync(simulator, shop):
    """Sync the whole catalogue: its cost, the calls, and how many rows were written."""
    env = shop.env
    before, versions = simulator.calls(), row_versions(env, WATCHED)
    settle(env)
    watch = Watch(env)
    watch.measure(lambda: shop._sync_catalogue(lambda: env["ir.cron"]._commit_progress() or 1, full=True))
    shop.invalidate_recordset()
    if shop.catalogue_error:
        raise SystemExit(f"bench: the sync failed: {shop.catalogue_error}")
    calls = sum(world.calls_since(before, simulator.calls()).values())
    return watch.total, calls, len(versions ^ row_versions(env, WATCHED))


def expected_calls(provider, listings):
    """How many calls read so many generated listings."""
    items = ceil(listings / VARIANTS)
    pages = ceil(items / ITEMS_A_PAGE[provider])
    return pages if provider == "lazada" else pages + ceil(items / DETAILS_A_CALL) + items


def _report(platforms):
    report = {
        "queries_per_listing": max(figures["queries_per_listing"] for figures in platforms.values()),
        "second_share": max(figures["second_share"] for figures in platforms.values()),
        "calls": sum(figures["calls"] for figures in platforms.values()),
        "calls_expected": sum(figures["calls_expected"] for figures in platforms.values()),
        "platforms": platforms,
    }
    missed = []
    for provider, figures in platforms.items():
        missed += [f"{provider}: calls"] if figures["calls"] > figures["calls_expected"] else []
        missed += [f"{provider}: second sync writes"] if figures["second_written"] else []
        missed += [f"{provider}: second sync is slow"] if figures["second_share"] > SHARE else []
        missed += [f"{provider}: queries"] if figures["queries_per_listing"] > MOST_QUERIES else []
    return {**report, "missed": missed, "targets_met": not missed}


def _print(report):
    for provider, figures in report["platforms"].items():
        print(
            f"{provider}: {figures['listings']} listings, {figures['queries_per_listing']} queries each, "
            f"{figures['calls']} calls (computed {figures['calls_expected']}); second sync "
            f"{figures['second_share']:.0%} of the first, {figures['second_written']} rows written"
        )
    print("all targets reached" if report["targets_met"] else f"missed: {', '.join(report['missed'])}")


if __name__ == "__main__":
    sys.exit(main())
