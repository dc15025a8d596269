"""`python -m marketplace_connector.simulator --port 8099 --seed 1`: both platforms, with a seller's last days in them.

Lazada answers on the port, Shopee on the next one. The first line of output is JSON with addresses, keys and tokens.
"""

import argparse
import json
import signal
import threading
from urllib.parse import urlsplit

from .clock import Clock
from .lazada.app import Lazada
from .seed import COUNT, seed
from .server import make_platform_server
from .shelf import Shelf
from .shopee.app import Shopee

MONDAY = 1


def main():
    """Serve until SIGINT or SIGTERM."""
    options = _options()
    clock = Clock()
    lazada, shopee = (
        Lazada(clock, countries=("SG",)),
        Shopee(clock, countries=("MY",)),
    )  # two currencies meet in the ERP
    shopee.withdrawal_weekday = MONDAY
    for platform in (lazada, shopee):
        if options.listings:
            stock_up(platform, options.listings, clock)
        seed(platform, options.seed, count=options.orders)
    lazada.callback = options.callback
    shopee.redirect_domain = urlsplit(options.callback).hostname or ""
    ports = (options.port, options.port and options.port + 1)
    servers = [make_platform_server(app, port) for app, port in zip((lazada, shopee), ports, strict=True)]
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    addresses = [f"http://127.0.0.1:{server.server_port}" for server in servers]
    print(
        json.dumps({"lazada": describe_lazada(lazada, addresses[0]), "shopee": describe_shopee(shopee, addresses[1])}),
        flush=True,
    )
    stopped.wait()
    for server in servers:
        server.shutdown()


def stock_up(platform, listings, clock):
    """Put so many generated variants on the shelf of each shop, in place of the catalogue."""
    for shop in platform.shops.values():
        shop.shelf = Shelf.generated(listings, clock=clock)


def _options():
    parser = argparse.ArgumentParser(prog="python -m marketplace_connector.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8099, help="Lazada's; Shopee takes the next; 0: any two free ones")
    parser.add_argument(
        "--seed", type=int, default=1, help="which orders the shops have: the same number, the same ones"
    )
    parser.add_argument("--orders", type=int, default=COUNT, help="how many orders each shop has at the start")
    parser.add_argument("--listings", type=int, default=0, help="so many generated SKUs on sale, not the catalogue")
    parser.add_argument(
        "--callback",
        default="",
        help="the only callback address to accept; none: any on this machine",
    )
    return parser.parse_args()


def describe_lazada(app, address):
    """What an ERP needs to know of it: addresses, keys, tokens, shops."""
    return {
        "base_url": f"{address}/rest",
        "auth_url": f"{address}/oauth/authorize",
        "app_key": app.app_key,
        "app_secret": app.app_secret,
        "access_token": app.authorise(app.accounts[0]).access_token,
        "shops": [{"seller_id": str(shop.seller_id), "country": shop.country.code} for shop in app.accounts[0].shops],
    }


def describe_shopee(app, address):
    """What an ERP needs to know of it: addresses, keys, tokens, shops."""
    return {
        "base_url": address,
        "auth_url": f"{address}/auth",
        "partner_id": app.partner_id,
        "partner_key": app.partner_key,
        "push_key": app.push_key,
        "shops": [
            {"shop_id": shop.shop_id, "access_token": app.issue_tokens(shop)[0], "region": shop.country.code}
            for shop in app.shops.values()
        ],
    }


if __name__ == "__main__":
    main()
