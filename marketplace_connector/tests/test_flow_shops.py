"""Several shops side by side: the scheduled action, buttons, one shop's trouble, authorisations that end."""

from datetime import timedelta

from odoo import fields
from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.tests import tagged

from ..marketplaces.errors import RateLimited
from .common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestShops(CronMixinCase, MarketplaceCase):
    def run_cron(self):
        self.env.flush_all()
        self.env.ref("marketplace_connector.ir_cron_orders").method_direct_trigger()
        self.env.invalidate_all()

    # === ENTRANCES === #

    def test_every_entrance_is_the_same(self):
        """R23 R45 R100 R101 R102 R121: scheduled action, Pull Orders, Sync Orders, Retry: same code, same result."""

        def pull(user, method):
            with self.environment() as env:
                answer = getattr(self.shopee_shop.with_env(env).with_user(user), method)()
                self.assertEqual(answer["params"]["type"], "success", answer)

        contents = []
        for entrance in (
            self.run_cron,
            lambda: pull(self.user, "action_pull_orders"),
            lambda: pull(self.manager, "action_sync_orders"),
        ):
            platform_order = self.place_shopee([(self.sku, 2)], shipping_fee="1.99", seller_voucher="1.00")
            self.later(1)
            entrance()
            contents.append(self.content(self.order(platform_order.order_sn)))
        broken = self.place_shopee(
            [(self.sku, 2)], shipping_fee="1.99", seller_voucher="1.00", overrides={"detail": {"create_time": "?"}}
        )
        self.import_now(broken)
        broken.overrides = {}
        self.problem(broken.order_sn).with_user(self.user).action_retry()
        contents.append(self.content(self.order(broken.order_sn)))
        self.assertEqual(contents[1:], contents[:1] * 3)

    def content(self, order):
        self.env.invalidate_all()
        return {
            **{
                name: order[name]
                for name in ("state", "team_id", "user_id", "currency_id", "amount_total", "warehouse_id")
            },
            "lines": [
                (line.product_id, line.product_uom_qty, line.price_unit, line.tax_ids) for line in order.order_line
            ],
            "creator": order.create_uid,
            "deliveries": order.picking_ids.mapped("state"),
        }

    def test_pull_says_what_came(self):
        self.place_shopee([(self.sku, 1)])
        self.place_lazada([("NO-SUCH-SKU", 1, 5)])
        self.later(1)
        with self.environment() as env:
            shops = (self.shopee_shop | self.lazada_shop).with_env(env)
            answer = shops.with_user(self.user).action_pull_orders()["params"]
        self.assertEqual(answer["message"], "2 new, 0 updated, 0 unchanged, 1 need attention.")

    # === ONE SHOP'S TROUBLE === #

    def test_one_platform_down(self):
        """The others come in; the error stands on the shop alone, and is gone with the next success."""
        self.shopee.faults.order("no_connection", times=99)
        shopee, lazada = self.place_shopee([(self.sku, 1)]), self.place_lazada([(self.sku, 1)])
        self.later(1)
        self.run_cron()
        self.assertTrue(self.order(lazada.order_id))
        self.assertFalse(self.order(shopee.order_sn))
        self.assertIn("could not be reached. It is tried again by itself", self.shopee_shop.error_message)
        began = self.shopee_shop.error_date
        self.assertFalse(self.lazada_shop.error_message)
        self.later(60)
        self.run_cron()
        self.assertEqual(self.shopee_shop.error_date, began, "since when")
        self.shopee.faults.ordered.clear()
        self.later(60)
        self.run_cron()
        self.assertTrue(self.order(shopee.order_sn))
        self.assertFalse(self.shopee_shop.error_message or self.shopee_shop.error_date)

    def test_rate_limit(self):
        """D13: the shop waits as long as the platform says, is not asked meanwhile, and is woken afterwards."""
        self.lazada.ban_seconds = 90
        self.lazada.faults.order("rate_limited")
        platform_order = self.place_lazada([(self.sku, 1)])
        self.later(1)
        with self.capture_triggers("marketplace_connector.ir_cron_orders") as capture:
            self.run_cron()
        until = fields.Datetime.now() + timedelta(seconds=90)
        self.assertEqual(self.lazada_shop.wait_until, until)
        self.assertEqual(capture.records.mapped("call_at"), [until])
        self.assertIn("wait 90 seconds", self.lazada_shop.error_message)
        asked = self.lazada.calls.total()
        self.run_cron()
        with self.environment() as env:
            answer = self.lazada_shop.with_env(env).action_pull_orders()
        self.assertIn("wait 90 seconds", answer["params"]["message"])
        self.assertEqual(self.lazada.calls.total(), asked)
        self.later(2)
        self.run_cron()
        self.assertTrue(self.order(platform_order.order_id))
        self.assertFalse(self.lazada_shop.wait_until or self.lazada_shop.error_message)

    def test_trouble_while_retrying_stays_on_the_shop(self):
        """An error that comes after the poll itself, with the problems that are due, is shown as well."""
        broken = self.place_lazada([(self.sku, 1)])
        with self.environment() as env:
            failure = {"order_ref": str(broken.order_id), "reason": "unreachable", "message": "Not reached"}
            env["marketplace.job"]._record(self.lazada_shop.with_env(env), [failure])
        self.later(60)
        self.sync()
        self.later(60 * 24)
        problem = {"order_ref": str(broken.order_id), "reason": "unreachable", "message": "Not reached"}
        with self.environment() as env:
            env["marketplace.job"]._record(self.lazada_shop.with_env(env), [problem])
        self.later(60)
        self.lazada.ban_seconds = 90
        self.lazada.faults.order("rate_limited", path="/order/get")
        self.sync(self.lazada_shop)
        self.assertIn("wait 90 seconds", self.lazada_shop.error_message)

    # === AUTHORISATIONS === #

    def test_revoked(self):
        """D4: the chain's shops are disconnected, one activity, no more calls; connecting again fills the gap."""
        self.lazada.revoke()
        lazada, shopee = self.place_lazada([(self.sku, 1)]), self.place_shopee([(self.sku, 1)])
        self.later(1)
        self.run_cron()
        self.assertEqual((self.lazada_shop.state, self.shopee_shop.state), ("disconnected", "connected"))
        self.assertTrue(self.order(shopee.order_sn))
        self.assertIn("press Connect", self.lazada_shop.error_message)
        asked = self.lazada.calls.total()
        for _hour in range(3):
            self.later(60)
            self.run_cron()
        self.assertEqual(self.lazada.calls.total(), asked)
        warnings = self.lazada_shop.activity_ids
        self.assertEqual(warnings.mapped("summary"), ["Connect the shop again"])
        self.assertEqual(warnings.user_id, self.lazada_shop.responsible_id)
        self.connect(self.lazada_account, {"account": self.lazada.accounts[0].email, "answer": "allow"})
        self.later(1)
        self.run_cron()
        self.assertTrue(self.order(lazada.order_id))
        self.assertEqual(self.lazada_shop.state, "connected")
        self.assertFalse(self.lazada_shop.activity_ids or self.lazada_shop.error_message)

    def test_revoked_shop_of_shopee(self):
        """The same at Shopee, where a shop's authorisation ends after a year at the latest."""
        self.shopee.revoke(self.shopee.shop("SG"))
        platform_order = self.place_shopee([(self.sku, 1)])
        self.import_now()
        self.assertEqual((self.lazada_shop.state, self.shopee_shop.state), ("connected", "disconnected"))
        shop_id = self.shopee_shop.external_ref
        self.connect(self.shopee_account, {"login": f"shop_id:{shop_id}", "days": "365", "decision": "allow"})
        self.assertTrue(self.import_now(platform_order))


@tagged("post_install", "-at_install")
class TestTwoCountries(MarketplaceCase):
    countries = ("SG", "MY")

    def test_same_number_in_two_shops(self):
        """D19: an order number is unique within its shop only; currencies stay apart."""
        self.connect(self.lazada_account, {"account": self.lazada.accounts[1].email, "answer": "allow"})
        for country in ("SG", "MY"):
            shop = self.lazada.shop(country)
            self.lazada.place_order(shop, [(self.sku, 1, 10)], order_id=711000001064242)
        orders = self.import_now() | self.order(711000001064242)
        self.assertEqual(sorted(orders.mapped("currency_id.name")), ["MYR", "SGD"])
        self.assertEqual(len(orders.marketplace_shop_id), 2)
        self.assertEqual(self.sync()["created"], 0)

    def test_budget_of_the_app(self):
        """The calls of a day belong to the app: all shops of its account wait, those of other accounts go on."""
        self.connect(self.lazada_account, {"account": self.lazada.accounts[1].email, "answer": "allow"})
        shops = self.lazada_account.shop_ids
        self.assertEqual(len(shops), 2)
        for whole_app, waiting in ((False, shops[0]), (True, shops)):
            shops.wait_until = False
            error = RateLimited("The calls of today are used up.", retry_after=600, whole_app=whole_app)
            shops[0]._as_system()._note_trouble(error)
            self.assertEqual(shops.filtered("wait_until"), waiting)
        platform_order = self.place_shopee([(self.sku, 1)])
        asked = self.lazada.calls.total()
        self.import_now()
        self.assertTrue(self.order(platform_order.order_sn))
        self.assertEqual(self.lazada.calls.total(), asked)

    def test_cross_border_seller(self):
        """One authorisation with a shop in each country: each is read at its country's host with the one token."""
        seller = self.lazada.add_account("cross-border@example.com", ("SG", "MY"))
        hosts = ("api.lazada.sg", "api.lazada.com.my", "auth.lazada.com")
        self.apps.update(dict.fromkeys(hosts, self.lazada))
        account = self.lazada_account.create(
            {
                "name": "Live",
                "provider": "lazada",
                "environment": "production",
                "app_key": self.lazada.app_key,
                "app_secret": self.lazada.app_secret,
                "company_id": self.company.id,
            }
        )
        connected, _elsewhere = self.connect(account, {"account": seller.email, "answer": "allow"})
        shops = self.env["marketplace.shop"].browse(connected.ids)
        self.assertEqual(sorted(shops.mapped("currency_id.name")), ["MYR", "SGD"])
        self.assertEqual(len(shops.sudo().token_id), 1)
        for shop in seller.shops:
            self.lazada.place_order(shop, [(self.sku, 1, 10)])
        self.import_now()
        self.assertEqual(sorted(shops.order_ids.mapped("currency_id.name")), ["MYR", "SGD"])
        self.lazada.revoke(seller)
        self.import_now()
        self.assertEqual(set(shops.mapped("state")), {"disconnected"})
        self.assertEqual(self.lazada_shop.state, "connected")


@tagged("post_install", "-at_install")
class TestOtherCompany(MarketplaceCase):
    def test_shop_of_another_company(self):
        """Orders, contacts, deliveries and listings are the shop's company's, whoever runs the poll from wherever."""
        company, shop, seller = self.another_company()
        self.assertEqual(shop.company_id, company)
        self.products[1].company_id = self.company
        shared, foreign = (
            self.lazada.place_order(seller.shops[0], [(product.default_code, 1)]) for product in self.products[:2]
        )
        self.import_now()
        order = self.order(shared.order_id)
        self.assertEqual(order.state, "sale")
        for record in (order, order.partner_id, order.picking_ids, order.warehouse_id, order.fiscal_position_id):
            self.assertEqual(record.company_id, company, record)
        self.assertEqual(order.order_line.marketplace_listing_id.company_id, company)
        self.assertEqual(self.order(foreign.order_id).state, "draft")
        self.assertEqual(self.problem(foreign.order_id).reason, "product_company")
