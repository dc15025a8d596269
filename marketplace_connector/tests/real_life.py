"""Shops that have sold for some weeks, kept in the database: what an upgrade and uninstalling must leave whole."""

from odoo import Command
from odoo.modules import module
from odoo.sql_db import Cursor
from odoo.tests import new_test_user

from ..simulator.catalogue import good_skus
from .common import MarketplaceCase
from .test_flow_shipping import ShippingCase

WEEK = 7 * 24 * 60
AFTERWARDS = "2026-04-01 05:00:00"


class RealLife(ShippingCase):
    """Both platforms. Orders are open, packed, shipped, invoiced, paid out and cancelled; some wait for a product."""

    @classmethod
    def tried(cls):
        """Live, in a process of its own; the case, as it is afterwards."""
        cls.setUpClass()
        case = module.current_test = cls("live")
        case.setUp()
        case.live()
        case.env.flush_all()
        return case

    @classmethod
    def kept(cls):
        """Live, and commit what came of it."""
        Cursor.commit(cls.tried().cr)  # the test's own cursor refuses to

    def live(self):
        self.shops = self.lazada_shop | self.shopee_shop
        self.accountant = new_test_user(self.env, "accountant", "account.group_account_invoice")
        self.shops.write(
            {
                "create_fulfilled": True,
                "invoice_orders": "delivered",
                "post_invoices": "posted",
                "read_payouts": True,
                "sync_stock": True,
            }
        )
        self.stock_up()
        self.list_products()
        self.sell()
        self.pay_out()
        self.sell()
        self.leave_traces()

    def list_products(self):
        for shop in self.shops:
            shop.stock_warehouse_ids = [Command.set(shop.warehouse_id.ids)]
            self.catalogue(shop)

    def catalogue(self, shop):
        with self.environment() as env:
            env["marketplace.shop"].browse(shop.id)._sync_catalogue(lambda: env["ir.cron"]._commit_progress())

    def sell(self):
        """An order at each stage in each shop."""
        for place, cancel, complete in (
            (self.place_lazada, self.lazada.cancel, lambda placed: self.lazada.advance(placed, "delivered")),
            (self.place_shopee, self.shopee.cancel, lambda placed: self.shopee.advance(placed, "COMPLETED")),
        ):
            lines = [(self.sku, 2), (self.products[1].default_code, 1)]
            facts = {"shipping_fee": "1.99", "seller_voucher": "3.00"}
            complete(place(lines, **facts))
            place(lines, **facts)
            packed, cancelled = place(lines, **facts), place(lines, **facts)
            orders = self.import_now(packed, cancelled)
            self.pack(orders & self.order(self.number(packed)))
            cancel(cancelled, "Out of Stock", "seller")
            self.later(5)
            self.sync()

    @staticmethod
    def number(placed):
        return str(getattr(placed, "order_sn", None) or placed.order_id)

    def pack(self, order):
        if order.marketplace_provider == "lazada":
            order.picking_ids.action_marketplace_arrange()
        else:
            order.picking_ids.button_validate()
        for _round in range(3):
            self.act()
            self.later(20)
        self.sync()
        self.act()

    def pay_out(self):
        """Let the marketplaces settle, post that, and match it with the bank's lines."""
        self.later(WEEK)
        self.lazada.tend()
        self.shopee.catch_up()
        self.later(WEEK)
        self.lazada.tend()
        self.shopee.withdraw(self.shopee.shop("SG"))
        self.later(24 * 60 * 2)
        self.shopee.catch_up()
        with self.environment() as env:
            for shop in env["marketplace.shop"].browse(self.shops.ids):
                shop._read_payouts(lambda: env["ir.cron"]._commit_progress())
        payouts = self.env["marketplace.payout"].search([("is_final", "=", True)])
        payouts.with_user(self.accountant).action_post()
        for shop in self.shops:
            self.bank_lines(payouts.filtered(lambda payout, shop=shop: payout.shop_id == shop))

    def bank_lines(self, payouts):
        currency = payouts.currency_id
        journal = self.env["account.journal"].search([("code", "=", "BNKX")]) or self.env["account.journal"].create(
            {"name": "Bank there", "code": "BNKX", "type": "bank", "currency_id": currency.id}
        )
        for payout in payouts.filtered("bank_open"):
            facts = {"payment_ref": payout.ref, "amount": payout.bank_open, "date": payout.date_end}
            line = self.env["account.bank.statement.line"].create({**facts, "journal_id": journal.id})
            action = payout.with_user(self.accountant).action_match_bank()
            wizard = self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"])
            for row in wizard.line_ids:
                row.chosen = row.statement_line_id == line
            wizard.action_match()

    def leave_traces(self):
        """What people keep: an activity of ours on a delivery, favourites, and an order without its product."""
        self.place_lazada([(list(good_skus())[len(self.products)], 1)])
        self.import_now()
        delivery = self.env["stock.picking"].search([("state", "=", "assigned")], limit=1)
        delivery.activity_schedule("marketplace_connector.mail_activity_type_manual", user_id=self.env.uid)
        favourite = {"model_id": "sale.order", "user_ids": [Command.set(self.env.user.ids)], "is_default": True}
        self.env["ir.filters"].create(
            [
                {**favourite, "name": "Lazada", "domain": "[('marketplace_provider', '=', 'lazada')]"},
                {**favourite, "name": "Mine", "is_default": False, "domain": "[('user_id', '=', uid)]"},
            ]
        )


class ConnectedAgain(RealLife):
    """The addon was installed again in the database of a RealLife: both platforms are connected as they were."""

    @classmethod
    def setUpClass(cls):
        super(MarketplaceCase, cls).setUpClass()
        cls.start_simulators()
        cls.company = cls.env.company
        skus = cls.ordered_skus()
        cls.products = cls.env["product.product"].search([("default_code", "in", skus)])
        cls.products = cls.products.sorted(lambda product: skus.index(product.default_code))
        cls.make_accounts(cls.company)

    def connect_shops(self):
        """Connect them when what waits to be shipped stands at the platforms as before."""
        self.clock.move_to(AFTERWARDS)
        self.waiting = self.env["sale.order"].search([("picking_ids.state", "=", "assigned")])
        self.waiting -= self.waiting.filtered("picking_ids.carrier_tracking_ref")
        for order in self.waiting:
            self.place_again(order.client_order_ref)
        self.later(1)
        super().connect_shops()

    def live(self):
        waiting = self.waiting
        known = self.env["sale.order"].search([])
        taxes = self.env["account.tax"].search([])
        self.import_now()
        self.assertEqual(waiting.marketplace_shop_id, self.lazada_shop | self.shopee_shop)
        self.assertEqual(self.env["sale.order"].search([]), known)
        self.assertEqual(self.env["account.tax"].search([]), taxes)
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))
        for shop in self.lazada_shop | self.shopee_shop:
            order = waiting.filtered(lambda order, shop=shop: order.marketplace_shop_id == shop)[:1]
            self.pack(order)
            self.assertTrue(order.picking_ids.carrier_tracking_ref)

    def place_again(self, number):
        """The same order of a buyer, with its number of before."""
        lines = [(self.sku, 2), (self.products[1].default_code, 1)]
        facts = {"shipping_fee": "1.99", "seller_voucher": "3.00"}
        if number.isdigit():
            self.place_lazada(lines, order_id=int(number), **facts)
        else:
            self.shopee._order_sn = lambda _shop, _now: number
            self.place_shopee(lines, **facts)
