"""./dev bench payouts: what it costs to read a payout of many rows, a tenth of them, and again, and to post them."""

import json
import sys
import time
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import world
from meter import Watch, row_versions, settle

ROWS_OF_AN_ORDER = {"lazada": 20, "shopee": 5}  # about, of three lines
DAYS_AGO = {"few": 16, "many": 8}  # a week apart, and both in a week that is over
MOST_QUERIES = 0.3  # for a row
TARGETS = {"ratio": 3.0}  # to the ORM's own making of the same rows
LEAST_ROWS = 500  # below that the fixed costs weigh more than the rows
WATCHED = ("marketplace_payout", "marketplace_payout_line", "marketplace_payout_settlement", "marketplace_fee_type")


def main():
    """Measure and report; 0 if every target is reached."""
    options = world.options(__doc__, "lines", 5_000, 500)
    registry = world.start_odoo(options.config, options.database)
    began = time.monotonic()
    with world.simulators() as simulators, world.environment(registry) as env:
        world.say("setting up company, products and shops")
        shops = world.set_up(env, simulators)
        platforms = {
            provider: Reading(simulators[provider], shop._as_system(), options).run()
            for provider, shop in shops.items()
        }
    report = {**_report(platforms), "seconds": round(time.monotonic() - began)}
    print(json.dumps(report)) if options.json else _print(report)
    return 0 if report["targets_met"] else 1


class Reading:
    """Two payouts of one shop: one of a tenth of the rows, then one of all of them, read twice."""

    def __init__(self, simulator, shop, options):
        self.simulator = simulator
        self.shop = shop
        self.env = shop.env
        self.options = options
        self.today = datetime.now(ZoneInfo(shop.tz)).date()

    def run(self):
        """The figures of both payouts, and of making the rows of the second one by the ORM alone."""
        self._read("warm-up", 40, days_ago=24)
        few = self._read("few", self.options.lines // 10, DAYS_AGO["few"])
        many = self._read("many", self.options.lines, DAYS_AGO["many"])
        floor = self._floor(many["payout"])
        again, written = self._again(many["day"])
        posted_few, posted = self._post(few["payout"]), self._post(many["payout"])
        return {
            "posting": posted.rounded(),
            "posting_queries_per_row": round(posted.queries / len(many["payout"].line_ids), 3),
            "posting_queries_per_row_of_few": round(posted_few.queries / len(few["payout"].line_ids), 3),
            "rows": len(many["payout"].line_ids),
            "orders": many["payout"].order_count,
            "rows_of_few": len(few["payout"].line_ids),
            "ratio": round(many["cost"].cpu / floor.cpu, 2),
            "seconds": round(many["cost"].seconds, 2),
            "cpu_ms_per_row": round(1000 * many["cost"].cpu / len(many["payout"].line_ids), 2),
            "queries_per_row": _per_row(many),
            "queries_per_row_of_few": _per_row(few),
            "floor": floor.rounded(),
            "again": again.rounded(),
            "written_again": written,
            "calls": many["calls"],
            "calls_expected": self._expected(many),
        }

    def _read(self, stage, lines, days_ago):
        """Let a payout come about, and read it."""
        provider = self.simulator.provider
        count = ceil(lines / ROWS_OF_AN_ORDER[provider])
        world.say(f"{provider}: {count} orders settled, {stage}")
        self.simulator.place(count, f"{self.options.seed}/{stage}", days_ago * 86400, "completed")
        day = self.today - timedelta(days=days_ago)
        settle(self.env)
        before, watch = self.simulator.calls(), Watch(self.env)
        watch.measure(lambda: self.shop._read_payouts(self._commit, day, day))
        payout = self.env["marketplace.payout"].search(
            [("shop_id", "=", self.shop.id), ("date_start", "<=", day), ("date_end", ">=", day)]
        )
        if len(payout) != 1 or payout.difference or self.shop.payouts_error or len(payout.line_ids) < 0.7 * lines:
            raise SystemExit(
                f"bench: {provider}: {len(payout)} payouts with {len(payout.line_ids)} rows, difference "
                f"{payout.mapped('difference')}, {self.shop.payouts_error}"
            )
        calls = world.calls_since(before, self.simulator.calls())
        return {"payout": payout, "day": day, "cost": watch.total, "calls": calls}

    def _again(self, day):
        """What it costs where nothing has changed, and how many rows are written then."""
        before, watch = row_versions(self.env, WATCHED), Watch(self.env)
        settle(self.env)
        watch.measure(lambda: self.shop._read_payouts(self._commit, day, day))
        return watch.total, len(row_versions(self.env, WATCHED) - before)

    def _post(self, payout):
        """What posting costs, once the payout's orders are in Odoo and invoiced."""
        self.shop.write({"create_fulfilled": True, "import_from": self.shop.import_from - timedelta(days=30)})
        payout._solve("order_missing")
        self.env.cr.commit()
        settle(self.env)
        watch = Watch(self.env)
        watch.measure(payout._post_those_that_can)
        if payout.state != "posted":
            raise SystemExit(f"bench: {payout.ref} is not posted: {payout.obstacle_ids.mapped('message')}")
        return watch.total

    def _floor(self, payout):
        """Like rows and orders, made by the ORM in one go, and removed again."""
        rows = payout.line_ids.read(
            ["fee_type_id", "name", "date", "amount", "tax_amount", "order_ref", "unit_ref", "seller_sku", "row_ref"],
            load="",
        )
        orders = payout.settlement_ids.read(["order_ref", "amount", "fees"], load="")
        values = [
            {name: value for name, value in row.items() if name != "id"} | {"row_ref": f"{row['row_ref']} floor"}
            for row in rows
        ]
        settle(self.env)
        watch = Watch(self.env)
        made = watch.measure(lambda: self._make(payout, values, orders))
        made.unlink()
        self.env.cr.commit()
        return watch.total

    def _make(self, payout, rows, orders):
        twin = payout.copy({"ref": f"{payout.ref} floor", "line_ids": [], "settlement_ids": []})
        self.env["marketplace.payout.line"].create([{**row, "payout_id": twin.id} for row in rows])
        self.env["marketplace.payout.settlement"].create(
            [{"order_ref": row["order_ref"], "payout_id": twin.id} for row in orders]
        )
        self.env.flush_all()
        return twin

    def _commit(self):
        self.env.cr.commit()
        return 1

    def _expected(self, read):
        """How often each path has to be called, by the platforms' page sizes; a list is read to an empty page, and
        again where its rows widen the days that it is about."""
        rows, orders = len(read["payout"].line_ids), read["payout"].order_count
        if self.simulator.provider == "lazada":
            return {
                "/finance/payout/status/get": 1,
                "/finance/transaction/details/get": 2 * (ceil(1.1 * rows / 499) + 1),
            }
        return {
            "/api/v2/payment/get_wallet_transaction_list": ceil(orders / 100) + 1,
            "/api/v2/payment/get_escrow_detail_batch": ceil(orders / 20),
        }


def _per_row(read):
    return round(read["cost"].queries / len(read["payout"].line_ids), 3)


def _report(platforms):
    missed = []
    for provider, figures in platforms.items():
        missed += [f"{provider}: {name}" for name, most in TARGETS.items() if figures[name] > most]
        if figures["rows"] >= LEAST_ROWS and figures["queries_per_row"] > MOST_QUERIES:
            missed.append(f"{provider}: queries")
        if figures["queries_per_row"] > figures["queries_per_row_of_few"]:
            missed.append(f"{provider}: queries for a row grow with the rows")
        if figures["posting_queries_per_row"] > figures["posting_queries_per_row_of_few"]:
            missed.append(f"{provider}: queries of posting grow with the rows")
        if figures["written_again"]:
            missed.append(f"{provider}: {figures['written_again']} rows written where nothing has changed")
        expected = figures["calls_expected"]
        missed += [
            f"{provider}: {path} {number}"
            for path, number in figures["calls"].items()
            if number > expected.get(path.split("/rest")[-1], 0)
        ]
    return {
        "ratio": max(figures["ratio"] for figures in platforms.values()),
        "queries_per_row": max(figures["queries_per_row"] for figures in platforms.values()),
        "calls": sum(sum(figures["calls"].values()) for figures in platforms.values()),
        "calls_expected": sum(sum(figures["calls_expected"].values()) for figures in platforms.values()),
        "platforms": platforms,
        "missed": missed,
        "targets_met": not missed,
    }


def _print(report):
    for provider, figures in report["platforms"].items():
        print(
            f"{provider}: a payout of {figures['rows']} rows over {figures['orders']} orders read in "
            f"{figures['seconds']} s, {figures['ratio']} times what the ORM takes for like rows; "
            f"{figures['queries_per_row']} queries a row ({figures['queries_per_row_of_few']} with "
            f"{figures['rows_of_few']} rows), {sum(figures['calls'].values())} calls (computed at most "
            f"{sum(figures['calls_expected'].values())}); again in {figures['again']['seconds']} s, "
            f"{figures['written_again']} rows written; posted in {figures['posting']['seconds']} s, "
            f"{figures['posting_queries_per_row']} queries a row ({figures['posting_queries_per_row_of_few']})"
        )
    print("all targets reached" if report["targets_met"] else f"missed: {', '.join(report['missed'])}")


if __name__ == "__main__":
    sys.exit(main())
