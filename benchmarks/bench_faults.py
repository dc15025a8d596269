"""./dev bench faults: two Odoo servers on one database, two failing marketplaces, and what is left of it all.

Real processes: Odoo over HTTP with scheduled actions, the marketplaces over sockets, a PostgreSQL of its own that
writes with fsync. Odoo is killed at random moments, PostgreSQL is cut off, calls, pages and pushes fail. Then nothing
fails any more, time goes by, and every order must be right, or a problem must name it.
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
from pathlib import Path

import psycopg2
import requests
import world
from faults_servers import Database, OdooServer, UserRefused

from marketplace_connector.simulator.campaign.books import differences, read_books

STOCK = 1_000_000
ROUNDS_TO_QUIET = 16
ROUND_SECONDS = 12
OPEN = [("sale_id.marketplace_order_ref", "!=", False), ("state", "not in", ("done", "cancel"))]
OPEN += [("picking_type_code", "=", "outgoing")]


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
        self.counts, self.acts = Counter(), Counter()
        self.cancelled_here = set()
        self.servers = [OdooServer(database, number, options.port + 10 * number) for number in (1, 2)]

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
            world.say(f"faults for {self.options.minutes:g} minutes, seed {self.options.seed}")
            self.platforms.ask("live")
            self._suffer(time.monotonic() + self.options.minutes * 60)
            world.say("nothing fails any more")
            self.platforms.ask("calm")
            rounds = self._come_to_rest()
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
            shops = world.set_up(env, simulators)
            everyone = env["marketplace.shop"].union(*shops.values())
            everyone.write({"create_fulfilled": True, "process_orders": True, "arrange_delay": 0, "cancel_too": True})
            shops["shopee"].account_id.push_key = told["shopee"]["push_key"]
            urls = {provider: shop.account_id.push_url for provider, shop in shops.items()}
            self.shops = everyone.ids
            self.accounts = {provider: shop.account_id.id for provider, shop in shops.items()}
            env.cr.commit()
        for provider, url in urls.items():
            self.platforms.register_push_url(provider, url)

    # === WHILE IT FAILS === #

    def _suffer(self, end):
        next_blow = time.monotonic() + 15
        next_minutes = 0
        while time.monotonic() < end:
            if time.monotonic() > next_blow:
                self._blow()
                next_blow = time.monotonic() + self.random.uniform(10, 25)
            if time.monotonic() > next_minutes:
                self.database.let_time_pass(15)
                self._reconnect()
                next_minutes = time.monotonic() + 10
            self._user_acts()
            time.sleep(self.random.uniform(0, 0.6))

    def _blow(self):
        """Kill Odoo, or cut PostgreSQL off, and start again."""
        what = self.random.choices(("odoo_killed", "both_odoo_killed", "postgres_cut_off"), (6, 2, 2))[0]
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

    def _user_acts(self):
        """Somebody presses a button on one of the servers."""
        server = self.random.choice(self.servers)
        try:
            server.logged_in(self.database.name)
            self._press(server)
        except UserRefused as refusal:
            self.acts["refused" if "UserError" in refusal.args[0] else f"failed: {refusal.args[0]}"] += 1
            if "SessionExpired" in refusal.args[0]:
                server.session = None
        except (requests.RequestException, ValueError):
            self.acts["no answer"] += 1
            server.session = None

    def _press(self, server):
        what = self.random.choices(("arrange", "validate", "cancel", "answer", "pull"), (38, 38, 4, 12, 8))[0]
        if what == "answer":
            return self._answer_buyer(server)
        if what == "pull":
            self.acts[what] += 1
            return server.call("marketplace.shop", "action_pull_orders", self.shops)
        found = server.call("stock.picking", "search_read", None, domain=OPEN, fields=["sale_id"], order="id", limit=60)
        if not found:
            return None
        picking = self.random.choice(found)
        self.acts[what] += 1
        if what == "arrange":
            return server.call("stock.picking", "action_marketplace_arrange_by_policy", [picking["id"]])
        if what == "validate":
            return server.call("stock.picking", "button_validate", [picking["id"]])
        order = server.call("sale.order", "read", [picking["sale_id"][0]], fields=["marketplace_order_ref"])
        self.cancelled_here.add(order[0]["marketplace_order_ref"])
        return server.call("sale.order", "action_cancel", [order[0]["id"]])

    def _answer_buyer(self, server):
        asked = server.call("sale.order", "search", None, domain=[("marketplace_status", "=", "in_cancel")], order="id")
        if asked:
            self.acts["answer"] += 1
            answer = self.random.choice(("accept", "refuse"))
            server.call("sale.order", f"action_marketplace_{answer}_cancellation", [self.random.choice(asked)])

    def _reconnect(self):
        """A manager lets Odoo in again where a lost answer has cost it its access."""
        from devtools import demo_setup

        try:
            lost = self.database.execute("SELECT DISTINCT account_id FROM marketplace_shop WHERE state != 'connected'")
            for (account_id,) in lost:
                provider = next(name for name, known in self.accounts.items() if known == account_id)
                server = self.servers[0].logged_in(self.database.name)
                url = server.call("marketplace.account", "action_connect", [account_id])["url"]
                server.session.get(demo_setup.consent(url, provider), timeout=60).raise_for_status()
                self.acts["connected anew"] += 1
        except (UserRefused, requests.RequestException, psycopg2.Error, KeyError):
            self.servers[0].session = None

    # === AFTERWARDS === #

    def _come_to_rest(self):
        """Let hours go by until nothing changes any more; how many."""
        for server in self.servers:
            server.start()
            server.wait()
        before = None
        for number in range(1, ROUNDS_TO_QUIET + 1):
            self._reconnect()
            self.database.let_time_pass(61)
            time.sleep(ROUND_SECONDS)
            wrong, problems, _books = self._compare(self.platforms.ask("tell")["expected"])
            world.say(f"hour {number}: {len(wrong)} orders are not right yet")
            if number >= 5 and before == wrong and wrong.keys() <= problems.keys():
                return number
            before = wrong
        return ROUNDS_TO_QUIET

    def _compare(self, expected):
        from odoo import sql_db

        sql_db.close_all()  # what was open when PostgreSQL was cut off
        with world.environment(self.registry) as env:
            books, problems = read_books(env)
        return differences(expected, books, self.cancelled_here), problems, books

    def _report(self):
        told = self.platforms.ask("tell")
        wrong, problems, books = self._compare(told["expected"])
        silent = {ref: sentences for ref, sentences in wrong.items() if ref not in problems}
        for ref, sentences in silent.items():
            world.say(f"{ref}: {'; '.join(sentences)}\n  there {told['expected'].get(ref)}\n  here {books.get(ref)}")
        packages = [package for booked in books.values() for package in booked[0]["packages"]]
        expected = told["expected"].values()
        return {
            "seed": self.options.seed,
            "minutes": self.options.minutes,
            "injected": {**told["injected"], **self.counts},
            "happened": told["happened"],
            "users": dict(self.acts),
            "calls": told["calls"],
            "orders": len(told["expected"]),
            "sales_orders": sum(map(len, books.values())),
            "right": len(told["expected"]) - len(wrong),
            "named_by_a_problem": len(wrong) - len(silent),
            "wrong": silent,
            "named": {ref: [*wrong[ref], *problems[ref]] for ref in wrong.keys() - silent.keys()},
            "open_problems": sum(map(len, problems.values())),
            "parcels": len(packages),
            "labels": sum(package["labels"] for package in packages),
            "parcels_left": sum(parcel["has_left"] for order in expected for parcel in order["parcels"]),
            "sent_twice": sum(order["arranged"] > 1 for order in expected),
        }


def _print(report):
    print(f"Seed {report['seed']}, {report['minutes']:g} minutes of faults, {report['calls']} calls")
    print("\nInjected")
    for kind, number in sorted(report["injected"].items()):
        print(f"  {kind:24}{number:6}")
    print("\nWhat became of it")
    for name in (
        "orders",
        "sales_orders",
        "right",
        "named_by_a_problem",
        "parcels",
        "labels",
        "parcels_left",
        "sent_twice",
    ):
        print(f"  {name.replace('_', ' '):24}{report[name]:6}")
    print(f"  {'wrong':24}{len(report['wrong']):6}")
    for ref, sentences in (report["wrong"] | report["named"]).items():
        print(f"    {ref}: {'; '.join(sentences)}")
    if report["wrong"]:
        print(f"\nRepeat it with: ./dev bench faults --seed {report['seed']} --minutes {report['minutes']:g}")


if __name__ == "__main__":
    sys.exit(main())
