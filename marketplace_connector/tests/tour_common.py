"""What browser tours share: a seller's company, both simulators on sockets, and two people who work there."""

import json
from threading import Thread
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user

from ..simulator.catalogue import skus
from ..simulator.server import make_platform_server
from .browser import Browser, Page
from .common import MarketplaceCase, Simulators

MANAGER = ",".join(
    (
        "marketplace_connector.group_manager",
        "sales_team.group_sale_manager",
        "stock.group_stock_manager",
        "account.group_account_invoice",
        "base.group_system",
    )
)
USER = "marketplace_connector.group_user,sales_team.group_sale_salesman_all_leads,stock.group_stock_user"


class TourCase(Simulators, HttpCase):
    """Tours against both platforms over real HTTP; each test begins with new platforms and connects what it needs."""

    pages = ()
    visited = ()
    told = {}  # what else tours read in `window.known`

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        singapore = cls.env.ref("base.sg")
        cls.env.ref("base.SGD").active = True
        cls.company.write(
            {"name": "Kampung Living", "country_id": singapore.id, "currency_id": cls.env.ref("base.SGD").id}
        )
        cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1).name = "Kampung Living"
        if tax := cls.company.account_sale_tax_id:
            group = tax.tax_group_id.copy({"name": "GST 9%"})
            values = {"name": "GST 9%", "amount": 9.0, "invoice_label": "GST 9%", "tax_group_id": group.id}
            gst = tax.copy(values)
            cls.company.account_sale_tax_id = gst
            cls.env["product.product"].search([("type", "=", "service")]).taxes_id = gst
        cls.manager = new_test_user(cls.env, "mei", MANAGER, name="Mei Ling Tan", tz="Asia/Singapore")
        cls.user = new_test_user(cls.env, "ravi", USER, name="Ravi Kumar", tz="Asia/Singapore")
        cls.make_products()
        # A database that was prepared days ago has overdue scheduled actions, which every shop would announce.
        ours = cls.env["ir.model.data"].search([("module", "=", "marketplace_connector"), ("model", "=", "ir.cron")])
        cls.env["ir.cron"].browse(ours.mapped("res_id")).nextcall = fields.Datetime.now()

    @classmethod
    def make_products(cls):
        """The catalogue of the shops as products, but for those SKUs that are to be a problem."""
        warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        values = []
        for sku, (product, variant) in skus().items():
            options = ", ".join(value for _name, value in variant.options)
            name = f"{product.name} ({options})" if options else product.name
            price = float(variant.prices["SGD"])
            one = {"name": name, "default_code": sku, "is_storable": True, "list_price": price}
            values += [one] * variant.erp_products
        products = cls.env["product.product"].create(values)
        for product in products:
            cls.env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 50)

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        if isinstance(kwargs.get("timeout"), tuple):  # Odoo's tests compare it with a number
            kwargs["timeout"] = max(kwargs["timeout"])
        return super()._request_handler(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        type(self).start_simulators()
        self.lazada_url = self.serve(self.lazada)
        self.shopee_url = self.serve(self.shopee)
        self.pages = []
        self.visited = []
        self.startPatcher(patch("odoo.tests.common.ChromeBrowser", Browser))

    def serve(self, app):
        """Serve the platform on a socket until the end of the test; its address."""
        server = make_platform_server(app)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def known_to_tour(self):
        """What tours read as `window.known`: addresses and keys that differ from run to run."""
        return {
            **self.told,
            "lazada": {
                "url": self.lazada_url,
                "key": self.lazada.app_key,
                "secret": self.lazada.app_secret,
                "api": f"{self.lazada_url}/rest",
                "consent": f"{self.lazada_url}/oauth/authorize",
            },
            "shopee": {
                "url": self.shopee_url,
                "key": str(self.shopee.partner_id),
                "secret": self.shopee.partner_key,
                "api": self.shopee_url,
                "consent": f"{self.shopee_url}/auth",
            },
        }

    # === A WORLD TO BEGIN WITH === #

    environment = MarketplaceCase.environment

    def connect(self, provider):
        """Connect the platform's shop, as somebody did yesterday; the shop."""
        known = self.known_to_tour()[provider]
        if provider == "lazada":
            query = {"code": self.lazada.new_code(self.lazada.accounts[0])}
        else:
            shop_id = next(iter(self.shopee.shops))
            query = {"code": self.shopee.authorise(shop_id=shop_id, days=365), "shop_id": str(shop_id)}
        values = {"provider": provider, "environment": "simulator", "name": f"{provider.capitalize()} app"}
        values |= {"app_key": known["key"], "app_secret": known["secret"]}
        values |= {"api_url": known["api"], "auth_url": known["consent"]}
        with self.environment() as env:
            account = env(user=self.manager.id)["marketplace.account"].create(values)
            connected, _elsewhere = account._finish_connection(query)
        return self.env["marketplace.shop"].browse(connected.ids)

    def order(self, ref):
        """The sales order with this number at the marketplace."""
        return self.env["sale.order"].search([("marketplace_order_ref", "=", str(ref))])

    def problem(self, ref):
        """The open problem of the order with this number."""
        return self.env["marketplace.job"].search([("order_ref", "=", str(ref)), ("state", "=", "open")])

    def pull(self, *shops):
        """Fetch the shops' orders, as the scheduled action did an hour ago."""
        with self.environment() as env:
            env(user=self.manager.id)["marketplace.shop"].browse([shop.id for shop in shops]).action_pull_orders()

    # === WALKING === #

    def tour(self, name, url="/odoo", login="mei"):
        """Walk the tour, and every page that it leads through."""
        self.start_tour(url, f"marketplace_{name}", login=login)
        self.assertFalse(self.pages, "Pages that the tour did not come to")
        self.env.invalidate_all()

    def place_in_seller_center(self, url, form, pictures=("", "")):
        """Place a test order as a person does, in the form of Seller Center; the order's number."""
        fill = f"""for (const [name, value] of Object.entries({json.dumps(form)}))
            document.getElementsByName(name)[0].value = value"""
        self.pages = [
            Page("/seller-center/new", "document.querySelector('form').submit()", pictures[0], fill),
            Page("/seller-center/orders/.+", "console.log('done')", pictures[1]),
        ]
        self.visit(f"{url}/seller-center/new")
        return self.visited[-1].rpartition("/")[2]

    def visit(self, url):
        """Walk `pages` outside Odoo with the browser; the last one's script ends with `console.log("done")`."""
        self.browser_js(url, "", ready="true", login=None, success_signal="done")
        self.assertFalse(self.pages, "Pages that the browser did not come to")
