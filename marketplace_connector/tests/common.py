"""Odoo with both simulators in-process: real client, real bytes, no socket, nothing of ours patched."""

from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from freezegun import freeze_time
from odoo.tests import TransactionCase, new_test_user
from werkzeug.test import Client

from ..simulator.adapter import respond
from ..simulator.catalogue import good_skus
from ..simulator.lazada.app import Lazada
from ..simulator.shopee.app import Shopee

NOW = "2026-03-04 05:06:00"
LAZADA = "https://lazada.simulator.test"
SHOPEE = "https://shopee.simulator.test"


def sent_by(call):
    """The address that a user's browser is sent to by a button that opens a web page."""
    return call["url"]


class Simulators:
    """What every test class with simulators has: two platforms, accounts for them, and shops connected to them."""

    countries = ("SG",)

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        app = getattr(cls, "apps", {}).get(urlsplit(request.url).netloc)
        if app is None:
            return super()._request_handler(session, request, **kwargs)
        return respond(app, request)

    @classmethod
    def start_simulators(cls):
        """New platforms without orders."""
        cls.lazada = Lazada(countries=cls.countries)
        cls.shopee = Shopee(countries=cls.countries)
        cls.apps = {"lazada.simulator.test": cls.lazada, "shopee.simulator.test": cls.shopee}

    @classmethod
    def make_accounts(cls, company):
        """An account for each platform, not connected yet."""
        values = {"environment": "simulator", "company_id": company.id}
        account = cls.env["marketplace.account"]
        cls.lazada_account = account.create(
            {
                **values,
                "name": "Lazada app",
                "provider": "lazada",
                "app_key": cls.lazada.app_key,
                "app_secret": cls.lazada.app_secret,
                "api_url": f"{LAZADA}/rest",
                "auth_url": f"{LAZADA}/oauth/authorize",
            }
        )
        cls.shopee_account = account.create(
            {
                **values,
                "name": "Shopee app",
                "provider": "shopee",
                "app_key": str(cls.shopee.partner_id),
                "app_secret": cls.shopee.partner_key,
                "api_url": SHOPEE,
                "auth_url": f"{SHOPEE}/auth",
            }
        )


class MarketplaceCase(Simulators, TransactionCase):
    """Both platforms with one connected shop in each of `countries`, some products, and nothing ordered yet.

    `self.lazada_shop` and `self.shopee_shop` are the Odoo shops of the first country. Time stands at `NOW`.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start_simulators()
        cls.company = cls.env.company
        cls.products = cls.env["product.product"].create(
            [
                {"name": f"Product {sku}", "default_code": sku, "is_storable": True, "list_price": 99.0}
                for sku in cls.ordered_skus()
            ]
        )
        cls.make_accounts(cls.company)
        cls.env["marketplace.fee.type"]._set_up_accounts()  # once, not at each connecting
        cls.manager = new_test_user(
            cls.env,
            "marketplace_manager",
            "marketplace_connector.group_manager,sales_team.group_sale_manager,stock.group_stock_manager",
        )
        cls.user = new_test_user(
            cls.env, "marketplace_user", "marketplace_connector.group_user,sales_team.group_sale_salesman_all_leads"
        )

    @classmethod
    def ordered_skus(cls):
        """SKUs of the simulators' catalogue that Odoo has as products."""
        return list(good_skus())[:12]

    def setUp(self):
        super().setUp()
        type(self).start_simulators()
        self.clock = self.enterContext(freeze_time(NOW))
        self.enterContext(patch("time.sleep", self.clock.tick))  # whoever waits lets time go by
        self.enterContext(self.enter_registry_test_mode())
        self.connect_shops()

    # === CONNECTING === #

    def connect_shops(self):
        """Walk both platforms' consent pages, as an administrator does."""
        self.connect(self.lazada_account, {"account": self.lazada.accounts[0].email, "answer": "allow"})
        for shop in self.shopee.shops:
            self.connect(self.shopee_account, {"login": f"shop_id:{shop}", "days": "365", "decision": "allow"})
        shops = self.env["marketplace.shop"].search([])
        self.lazada_shop = shops.filtered(lambda shop: shop.provider == "lazada")[:1]
        self.shopee_shop = shops.filtered(lambda shop: shop.provider == "shopee")[:1]

    def connect(self, account, form):
        """Consent with the form's answers; returns (connected, elsewhere) shops."""
        query = self.consent(account, form)
        with self.environment() as env:
            account = env["marketplace.account"]._account_of_state(query.pop("state"))
            return account._finish_connection(query)

    def consent(self, account, form):
        """What the platform's consent page sends back to Odoo, as a dict."""
        url = urlsplit(sent_by(account.action_connect()))
        app = self.apps[url.netloc]
        hidden = {name: value[0] for name, value in parse_qs(url.query).items() if name in ("redirect_uri", "state")}
        answer = Client(app).post(f"{url.path}?{url.query}", data={**hidden, **form}, base_url=f"https://{url.netloc}")
        assert answer.status_code == 302, answer.text
        return {name: value[0] for name, value in parse_qs(urlsplit(answer.location).query).items()}

    def another_company(self):
        """A second company with a Lazada shop of a seller of its own: (company, shop, simulator's account)."""
        company = self.env["res.company"].create({"name": "Second", "currency_id": self.env.ref("base.SGD").id})
        warehouses = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        if not warehouses:
            self.env["stock.warehouse"].create({"name": "Second", "code": "2ND", "company_id": company.id})
        self.env.user.company_ids += company
        seller = self.lazada.add_account("second@example.com", ("SG",))
        account = self.lazada_account.create(
            {
                "name": "Second",
                "provider": "lazada",
                "environment": "sandbox",
                "app_key": self.lazada.app_key,
                "app_secret": self.lazada.app_secret,
                "api_url": self.lazada_account.api_url,
                "auth_url": self.lazada_account.auth_url,
                "company_id": company.id,
            }
        )
        connected, _elsewhere = self.connect(account, {"account": seller.email, "answer": "allow"})
        return company, self.env["marketplace.shop"].browse(connected.ids), seller

    # === SYNCING === #

    @contextmanager
    def environment(self):
        """An environment on a cursor of its own that may commit, as requests and scheduled actions have."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            yield env
            env.cr.commit()
        self.env.invalidate_all()

    def sync(self, *shops):
        """Fetch the orders of the shops, all shops without any; returns what was counted."""
        with self.environment() as env:
            counts = [
                shop._sync_orders(lambda: env["ir.cron"]._commit_progress())
                for shop in env["marketplace.shop"].browse(
                    [shop.id for shop in shops] or self.env["marketplace.shop"].search([]).ids
                )
            ]
        return sum(counts[1:], counts[0])

    def order(self, ref):
        """The sales order with this number at the marketplace; empty where Odoo has none."""
        return self.env["sale.order"].search([("marketplace_order_ref", "=", str(ref))])

    def problem(self, ref):
        """The open problem of the order with this number."""
        return self.env["marketplace.job"].search([("order_ref", "=", str(ref)), ("is_problem", "=", True)])

    def import_now(self, *orders):
        """Fetch the orders of all shops a minute later; returns the sales orders of the given simulator orders."""
        self.later(1)
        self.sync()
        found = self.env["sale.order"]
        for order in orders:
            found |= self.order(getattr(order, "order_sn", None) or order.order_id)
        return found

    def lines(self, order, kind="goods"):
        """The order's lines of one kind: goods, shipping or voucher."""
        return order.order_line.filtered(lambda line: line.marketplace_kind == kind)

    def later(self, minutes):
        """Let time go by."""
        self.clock.tick(minutes * 60)

    # === ORDERS === #

    def place_lazada(self, lines, **facts):
        """A buyer's order at Lazada."""
        return self.lazada.place_order(self.lazada.shop(self.countries[0]), lines, **facts)

    def place_shopee(self, lines, **facts):
        """A buyer's order at Shopee."""
        return self.shopee.place_order(self.shopee.shop(self.countries[0]), lines, **facts)

    @property
    def sku(self):
        """A SKU that is one product in Odoo."""
        return self.products[0].default_code
