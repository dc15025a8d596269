"""What benchmarks run in: Odoo in this process, the simulated marketplaces in another, shops connected to them."""

import argparse
import json
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urljoin

import requests

STOCK = 10_000_000


def options(description, what, most, quick, why_quick="a smoke test", add=lambda parser: None):
    """The options of a benchmark's command line: how many of `what`, `most` of them or `quick` few of them."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--config", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument(f"--{what}", type=int, help=f"how many, at each marketplace ({most})")
    parser.add_argument("--quick", action="store_true", help=f"{quick} {what}, {why_quick}")
    parser.add_argument("--seed", default="bench", help="the same one gives the same world")
    add(parser)
    chosen = parser.parse_args()
    setattr(chosen, what, getattr(chosen, what) or (quick if chosen.quick else most))
    return chosen


def say(text):
    """Tell how far we are."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def calls_since(before, after):
    """The calls of each path between two answers of `Simulator.calls`."""
    counts = {path: number - before.get(path, 0) for path, number in after.items()}
    return {path: number for path, number in counts.items() if number}


def start_odoo(config_file, database):
    """Load Odoo in this process and return the database's registry."""
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-c", config_file, "-d", database, "--no-http", "--log-level=warn"], setup_logging=True)
    return Registry(database)


@contextmanager
def environment(registry):
    """An environment as scheduled actions have it: the system's user, a cursor of its own that may commit."""
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})


@contextmanager
def simulators(listings=0):
    """Run both marketplaces, without orders, in a process of their own; yield `Simulator`s by provider.

    With `listings` each shop sells so many generated SKUs in place of the usual ones.
    """
    command = [sys.executable, "-m", "marketplace_connector.simulator", "--port", "0", "--orders", "0"]
    command += ["--listings", str(listings)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        told = json.loads(process.stdout.readline())
        yield {provider: Simulator(provider, told[provider]) for provider in ("lazada", "shopee")}
    finally:
        process.terminate()
        process.wait()


class Simulator:
    """One simulated marketplace, asked over its Seller Center."""

    def __init__(self, provider, told):
        self.provider = provider
        self.told = told
        self.console = urljoin(told["base_url"], "/seller-center")

    @property
    def account_values(self):
        """What the account of its app needs."""
        if self.provider == "lazada":
            key, secret = self.told["app_key"], self.told["app_secret"]
        else:
            key, secret = str(self.told["partner_id"]), self.told["partner_key"]
        urls = {"api_url": self.told["base_url"], "auth_url": self.told["auth_url"]}
        return {"app_key": key, "app_secret": secret, **urls}

    def place(self, count, seed, seconds_ago=0, state="ready_to_ship"):
        """Let buyers place `count` orders of three lines each, and bring them to the state of a plan at once."""
        self.set_ahead(-seconds_ago)
        self._post("test-orders", {"count": count, "lines": 3, "seed": seed, "state": state})
        self.set_ahead(0)

    def set_ahead(self, seconds):
        """Put the platform's clock so many seconds before the machine's."""
        self._post("clock", {"ahead_seconds": seconds})

    def calls(self):
        """How often each path of the API was called so far."""
        return requests.get(f"{self.console}/calls", timeout=60).json()

    def _post(self, page, content):
        requests.post(f"{self.console}/{page}", json=content, timeout=600).raise_for_status()


def set_up(env, simulators, stock=STOCK):
    """Make company, products with more stock than can be sold, and a connected shop for each marketplace.

    With `stock` there are exactly so many pieces of each product in each warehouse.
    """
    from devtools import demo_setup

    admin = env(user=env.ref("base.user_admin"))
    demo_setup.prepare_company(admin)
    demo_setup.create_products(admin)
    shops = {}
    for provider, simulator in simulators.items():
        connected = demo_setup.connect(admin, provider, simulator.account_values)
        shops[provider] = env["marketplace.shop"].browse(connected[:1].id)
        shops[provider]._ensure_platform_warehouse()
    places = env["stock.warehouse"].search([("company_id", "=", admin.company.id)]).lot_stock_id
    for product in env["product.product"].search([("is_storable", "=", True)]):
        for place in places:
            there = env["stock.quant"]._get_available_quantity(product, place)
            env["stock.quant"]._update_available_quantity(product, place, stock - there)
    env.cr.commit()
    return shops


def make_products(env, count, stock=0):
    """Storable products for the generated SKUs of a simulator's shops, with so many pieces of each; returns them."""
    from marketplace_connector.simulator.shelf import Shelf

    skus = [variant.sku for product in Shelf.generated(count).products for variant in product.variants]
    values = [{"name": f"Household item {sku}", "default_code": sku, "is_storable": True} for sku in skus]
    products = env["product.product"]
    for first in range(0, count, 1000):
        products |= products.create(values[first : first + 1000])
        env.cr.commit()
    place = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1).lot_stock_id
    if stock:
        env["stock.quant"].create(
            [{"product_id": product.id, "location_id": place.id, "quantity": stock} for product in products]
        )
    env.cr.commit()
    return products
