"""./dev bench stock: what it costs to send the stock of many listings, when all, one in a hundred or none changed."""

import json
import sys
import time
from collections import Counter
from math import ceil

import world
from meter import Watch, settle

SKUS_A_CALL = 20  # at Lazada, as it recommends
MOST_QUERIES = 3.0  # for a changed listing
SENT = {"lazada": "/product/stock/sellable/update", "shopee": "/api/v2/product/update_stock"}


def main():
    """Measure and report; 0 if every target is reached."""
    options = world.options(__doc__, "listings", 10_000, 400)
    registry = world.start_odoo(options.config, options.database)
    began = time.monotonic()
    with world.simulators(options.listings) as simulators, world.environment(registry) as env:
        world.say("setting up company, products and shops, reading the catalogues")
        shops = world.set_up(env, simulators)
        products = world.make_products(env, options.listings, stock=30)
        platforms = {
            provider: Sending(simulators[provider], shop._as_system(), products).run()
            for provider, shop in shops.items()
        }
    report = {**_report(platforms), "seconds": round(time.monotonic() - began)}
    print(json.dumps(report)) if options.json else _print(report)
    return 0 if report["targets_met"] else 1


class Sending:
    """The numbers of one shop, sent three times."""

    def __init__(self, simulator, shop, products):
        self.simulator = simulator
        self.shop = shop
        self.env = shop.env
        self.products = products.with_env(shop.env)
        self.place = shop.warehouse_id.lot_stock_id

    def run(self):
        """The figures of each turn, by its name."""
        self.shop._sync_catalogue(lambda: self._commit() or 1, full=True)
        self.env["marketplace.shop"].search([("id", "!=", self.shop.id)]).sync_stock = False
        self.shop.stock_warehouse_ids = self.shop.warehouse_id
        self.shop._start_stock()
        self._commit()
        few = self.products[:: len(self.products) // max(len(self.products) // 100, 1)]
        return {
            "all": self._turn("all", self.products),
            "none": self._turn("none", self.products.browse()),
            "one_in_a_hundred": self._turn("one in a hundred", few, sold=True),
        }

    def _turn(self, name, changed, sold=False):
        provider = self.simulator.provider
        if sold:
            for product in changed:
                self.env["stock.quant"]._update_available_quantity(product, self.place, -1)
            self._commit()
        world.say(f"{provider}: {name} changed, {len(changed)} listings")
        before = self.simulator.calls()
        settle(self.env)
        watch = Watch(self.env)
        while watch.measure(self._send):
            pass
        calls = world.calls_since(before, self.simulator.calls())
        self._check(name)
        sent = sum(number for path, number in calls.items() if path.endswith(SENT[provider]))
        return {
            "changed": len(changed),
            "queries_per_changed": round(watch.total.queries / len(changed), 3) if changed else watch.total.queries,
            "calls": sent,
            "calls_expected": self._expected(changed),
            "other_calls": sum(calls.values()) - sent,
            **watch.total.rounded(),
        }

    def _send(self):
        """Run the scheduled action once; whether anything is left."""
        self.env["marketplace.shop"]._cron_send_stock()
        return self.env["marketplace.listing"]._due_stock(self.shop)

    def _expected(self, changed):
        if self.simulator.provider == "lazada":
            return ceil(len(changed) / SKUS_A_CALL)
        listings = self.env["marketplace.listing"].search(
            [("shop_id", "=", self.shop.id), ("product_id", "in", changed.ids)]
        )
        return len(Counter(listings.mapped("item_ref")))

    def _check(self, name):
        """Every listing shows what there is."""
        self.env.invalidate_all()
        if self.shop.stock_error:
            raise SystemExit(f"bench: {self.shop.stock_error}")
        listings = self.env["marketplace.listing"].search([("shop_id", "=", self.shop.id)])
        wrong = listings.filtered(lambda listing: listing.listed_quantity != listing.product_id.qty_available)
        if wrong:
            raise SystemExit(f"bench: {name}: {len(wrong)} listings show a wrong number")

    def _commit(self):
        return self.env["ir.cron"]._commit_progress()


def _report(platforms):
    turns = {f"{provider}, {name}": turn for provider, figures in platforms.items() for name, turn in figures.items()}
    missed = [name for name, turn in turns.items() if turn["calls"] != turn["calls_expected"]]
    missed += [
        f"{name}: queries"
        for name, turn in turns.items()
        if turn["changed"] and turn["queries_per_changed"] > MOST_QUERIES + 200 / turn["changed"]
    ]
    return {
        "queries_per_changed": max(figures["all"]["queries_per_changed"] for figures in platforms.values()),
        "calls": sum(turn["calls"] for turn in turns.values()),
        "calls_expected": sum(turn["calls_expected"] for turn in turns.values()),
        "platforms": platforms,
        "missed": missed,
        "targets_met": not missed,
    }


def _print(report):
    for provider, figures in report["platforms"].items():
        for name, turn in figures.items():
            print(
                f"{provider}, {name.replace('_', ' ')}: {turn['changed']} listings, {turn['queries_per_changed']} "
                f"queries {'each' if turn['changed'] else 'in all'}, {turn['calls']} calls (computed "
                f"{turn['calls_expected']}) and {turn['other_calls']} that only read, {turn['seconds']} s"
            )
    print("all targets reached" if report["targets_met"] else f"missed: {', '.join(report['missed'])}")


if __name__ == "__main__":
    sys.exit(main())
