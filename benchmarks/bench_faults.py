"""./dev bench faults: two Odoo servers on one database, two failing marketplaces, and what is left of it all.

Real processes: Odoo over HTTP with scheduled actions, the marketplaces over sockets, a PostgreSQL of its own that
writes with fsync. Odoo is killed at random moments, PostgreSQL is cut off, calls, pages and pushes fail, in a mixture
that the seed draws. Then nothing fails any more, time goes by, and every order, invoice, stock number and payout must
be right, or a problem must name it; and what Odoo certifies of its days must be what the marketplaces list.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import requests
import world
from faults_servers import Database, OdooServer
from faults_users import Users

from marketplace_connector.simulator.campaign.mixture import BLOWS, Mixture
from marketplace_connector.simulator.campaign.verdict import Certified, Verdict

STOCK = 10_000
PAST_DAYS = 40
LEAST_ROUNDS = 5  # that must pass before anything counts as named
ROUNDS_TO_QUIET = 16
ROUND_SECONDS = 12
HOPELESS = 4  # rounds in which nothing has changed
PROVED_AFTER = 130  # seconds: what is younger is not certified yet
SHOPS = {
    **{"create_fulfilled": True, "process_orders": True, "arrange_delay": 0, "cancel_too": True},
    **{"invoice_orders": "delivered", "post_invoices": "posted", "read_payouts": True},
}


def main():
    """Run the campaign; 0 if every order is right or named by a problem."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that everything is put away
    with tempfile.TemporaryDirectory(prefix="faults-", dir=Path(options.config).parent) as folder:
        Path(folder).chmod(0o711)
        with Database(options.config, options.database, Path(folder)) as database:
            report = Campaign(options, database).run()
    print(json.dumps(report)) if options.json else _print(report)
    return 1 if report["wrong"] else 0


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--quick", action="store_true", help="one minute")
    parser.add_argument("--seed", default="1", help="the same one gives the same orders and faults; moments differ")
    parser.add_argument("--minutes", type=float, default=5, help="how long faults go on")
    parser.add_argument("--port", type=int, default=8290, help="the first port to try for Odoo")
    options = parser.parse_args()
    options.minutes = min(options.minutes, 1) if options.quick else options.minutes
    return options


class Platforms:
    """Both marketplaces, in a process of their own."""

    def __init__(self, seed):
        script = Path(__file__).with_name("faults_platforms.py")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([sys.executable, script, "--seed", str(seed)], **pipes)
        self.told = json.loads(self.process.stdout.readline())

    def ask(self, what):
        """Give an order, or ask; the answer."""
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def register_push_url(self, provider, url):
        address = "/".join(self.told[provider]["base_url"].split("/")[:3])
        requests.post(f"{address}/seller-center/pushes", json={"url": url}, timeout=10).raise_for_status()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Campaign:
    """One run with one seed."""

    def __init__(self, options, database):
        self.options = options
        self.database = database
        self.random = random.Random(f"campaign/{options.seed}")
        self.mixture = Mixture.of(options.seed)
        self.counts = Counter()
        self.servers = [OdooServer(database, number, options.port + 10 * number) for number in (1, 2)]
        self.users = Users(database, self.servers, self.random)

    def run(self):
        """The report."""
        began = time.monotonic()
        self.platforms = Platforms(self.options.seed)
        try:
            self.registry = world.start_odoo(str(self.database.write_config("campaign")), self.database.name)
            self._set_up()
            for server in self.servers:
                server.start()
            for server in self.servers:
                server.wait()
            world.say(f"faults for {self.options.minutes:g} minutes, seed {self.options.seed}, {self.mixture}")
            self.platforms.ask("live")
            self._suffer(time.monotonic() + self.options.minutes * 60)
            world.say("nothing fails any more")
            self.platforms.ask("calm")
            rounds = self._come_to_rest()
            for server in self.servers:
                server.stop()
            return {**self._report(), "rounds_to_rest": rounds, "seconds": round(time.monotonic() - began)}
        finally:
            for server in self.servers:
                server.stop()
            self.platforms.stop()

    def _set_up(self):
        with world.environment(self.registry) as env:
            parameters = env["ir.config_parameter"]
            parameters.set_param("web.base.url", self.servers[0].address)
            parameters.set_param("web.base.url.freeze", "True")
            told = self.platforms.told
            simulators = {provider: world.Simulator(provider, told[provider]) for provider in told}
            shops = world.set_up(env, simulators, STOCK)
            shops["shopee"].account_id.push_key = told["shopee"]["push_key"]
            everyone = env["marketplace.shop"].union(*shops.values())
            self._set_up_shops(everyone)
            urls = {provider: shop.account_id.push_url for provider, shop in shops.items()}
            self.users.shops = everyone.ids
            self.users.accounts = {provider: shop.account_id.id for provider, shop in shops.items()}
            env.cr.commit()
        for provider, url in urls.items():
            self.platforms.register_push_url(provider, url)

    def _set_up_shops(self, shops):
        """They do by themselves all that they can, from now on."""
        now = datetime.now()
        begin = {"import_from": now, "last_order_sync": now, "payouts_from": now.date() - timedelta(days=PAST_DAYS)}
        shops.write({**SHOPS, **begin, "stock_warehouse_ids": [(6, 0, shops.warehouse_id.ids)]})
        for shop in shops:
            shop._as_system()._sync_catalogue(lambda: 1)
            shop._start_stock()

    # === WHILE IT FAILS === #

    def _suffer(self, end):
        next_blow = time.monotonic() + 15
        next_minutes = 0
        while time.monotonic() < end:
            if time.monotonic() > next_blow:
                self._blow()
                next_blow = time.monotonic() + self.random.uniform(*self.mixture.pause)
            if time.monotonic() > next_minutes:
                self.database.let_time_pass(15)
                self.users.reconnect()
                next_minutes = time.monotonic() + 10
            self.users.act()
            time.sleep(self.random.uniform(0, 0.6))

    def _blow(self):
        """Kill Odoo, or cut PostgreSQL off, and start again."""
        what = self.random.choices(BLOWS, self.mixture.blows)[0]
        self.counts[what] += 1
        hit = [self.random.choice(self.servers)] if what == "odoo_killed" else self.servers
        if what == "postgres_cut_off":
            self.database.cluster.restart_at_once()
            time.sleep(3)  # scheduled actions of a threaded Odoo may not survive it: they are started anew below
        for server in hit:
            server.kill()
        if what != "postgres_cut_off":
            time.sleep(self.random.uniform(0, 2))
        for server in hit:
            server.start()

    # === AFTERWARDS === #

    def _come_to_rest(self):
        """Let hours go by until nothing changes any more; how many."""
        calm_since = time.monotonic()
        for server in self.servers:
            server.start()
            server.wait()
        before, same = None, 0
        for number in range(1, ROUNDS_TO_QUIET + 1):
            self.users.reconnect()
            self.database.let_time_pass(61)
            time.sleep(ROUND_SECONDS)
            verdict = self._look(self._read_payouts if number >= LEAST_ROUNDS else None)
            now = {**verdict.orders, **verdict.wrong}
            world.say(f"hour {number}: {len(now)} things are not right yet")
            is_proved = time.monotonic() > calm_since + PROVED_AFTER
            same = same + 1 if before == now and is_proved and number > LEAST_ROUNDS else 0
            if same and (not verdict.wrong or same == HOPELESS):
                return number
            before = now
        return ROUNDS_TO_QUIET

    def _look(self, work=None):
        """What is right and wrong by now."""
        from odoo import sql_db

        sql_db.close_all()  # what was open when PostgreSQL was cut off
        told = self.platforms.ask("tell")
        if work:
            with world.environment(self.registry) as env:
                work(env)
        with world.environment(self.registry) as env:
            return Verdict(env, told, self.users.cancelled, STOCK)

    def _read_payouts(self, env):
        """What every day brings."""
        for shop in env["marketplace.shop"].search([]):
            shop._read_payouts(lambda: env["ir.cron"]._commit_progress())

    def _report(self):
        verdict = self._look()
        with world.environment(self.registry) as env:
            certified = Certified(env, verdict.told)
        wrong = verdict.wrong | certified.wrong
        for ref in verdict.silent:
            world.say(f"{ref}\n  there {verdict.expected.get(ref)}\n  here {verdict.books.get(ref)}")
        packages = [package for booked in verdict.books.values() for package in booked[0]["packages"]]
        expected = verdict.expected.values()
        told = self.platforms.ask("tell")
        return {
            "seed": self.options.seed,
            "minutes": self.options.minutes,
            "mixture": asdict(self.mixture),
            "injected": {**told["injected"], **self.counts},
            "happened": told["happened"],
            "users": dict(self.users.acts),
            "calls": told["calls"],
            "survived": {
                "orders": len(expected),
                "sales_orders": sum(map(len, verdict.books.values())),
                "right": len(expected) - len(verdict.orders),
                "named_by_a_problem": len(verdict.named),
                "parcels": len(packages),
                "labels": sum(package["labels"] for package in packages),
                "parcels_left": sum(parcel["has_left"] for order in expected for parcel in order["parcels"]),
                "sent_twice": sum(order["arranged"] > 1 for order in expected),
                **verdict.numbers,
            },
            "certificate": certified.numbers,
            "wrong": wrong,
            "named": verdict.named,
            "other_problems": {ref: told for ref, told in verdict.problems.items() if ref not in verdict.named},
        }


def _print(report):
    print(f"Seed {report['seed']}, {report['minutes']:g} minutes of faults, {report['calls']} calls")
    titles = {"injected": "Injected", "survived": "What became of it", "certificate": "What Odoo certifies of its days"}
    for part, title in titles.items():
        print(f"\n{title}")
        for name, number in sorted(report[part].items()) if part == "injected" else report[part].items():
            print(f"  {name.replace('_', ' '):24}{number:6}")
    print(f"\nWrong: {len(report['wrong'])}, after {report['rounds_to_rest']} hours of rest")
    for what, sentences in report["wrong"].items():
        print(f"  {what}: {'; '.join(sentences)}")
    for part, title in {"named": "Named by a problem", "other_problems": "Other open problems"}.items():
        print(f"{title}: {len(report[part])}")
        for what, sentences in report[part].items():
            print(f"  {what}: {'; '.join(sentences)}")
    if report["wrong"]:
        print(f"\nRepeat it with: ./dev bench faults --seed {report['seed']} --minutes {report['minutes']:g}")


if __name__ == "__main__":
    sys.exit(main())
