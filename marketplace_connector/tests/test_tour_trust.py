"""A person's way through what lets an owner sleep: nothing is missing, pushes, health, privacy."""

from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

import pytz
from odoo import fields
from odoo.tests import tagged

from ..models.marketplace_account import CALLBACK_PATH
from .browser import Page
from .test_tour_connect import OPEN_THE_SHOP
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourTrust(TourCase):
    def test_completeness(self):
        """D3: a missed order heals, one that was cancelled only in Odoo is accepted, and the shop is complete."""
        shop = self.connect("shopee")
        cancelled = self.placed_yesterday([("TEE-BLK-M", 1)])
        self.pull(shop)
        missed = self.placed_yesterday([("LAMP-WHT", 2)])
        self.pull(shop)
        self.assertFalse(self.order(missed.order_sn))
        self.order(cancelled.order_sn)._action_cancel()
        shop.import_from = fields.Datetime.now() - timedelta(days=2)
        self.told = {"cancelled": cancelled.order_sn, "missed": missed.order_sn}
        self.tour("completeness")
        self.assertTrue(self.order(missed.order_sn))
        self.assertEqual(shop.completeness, "complete")
        accepted = self.env["marketplace.order.check"].search([("order_ref", "=", cancelled.order_sn)])
        self.assertEqual(accepted.accepted_by_id, self.manager)

    def placed_yesterday(self, lines):
        """A buyer's order of yesterday noon on the shop's clock, which polls of today do not look for."""
        here = pytz.timezone("Asia/Singapore")
        now = datetime.now(here)
        noon = here.localize(datetime.combine(now.date() - timedelta(days=1), time(12)))
        with self.shopee.clock.ago(int((now - noon).total_seconds())):
            return self.shopee.place_order(self.shopee.shop("SG"), lines)

    def test_pushes(self):
        """R141: from the address in the marketplace's console to an order that no poll has brought."""
        account = self.connect("shopee").account_id
        self.told = {"push_key": self.shopee.push_key}
        self.tour("push_register")
        caught = []
        self.shopee.send_push = lambda push: caught.append(push) or "200"
        fill = f"document.querySelector('[name=url]').value = '{account.push_url}'"
        self.pages = [
            Page("/seller-center/pushes", "document.querySelector('form').submit()", "push-console", fill),
            Page("/seller-center/pushes", "console.log('done')"),
        ]
        self.visit(f"{self.shopee_url}/seller-center/pushes")
        self.shopee.calls.clear()
        ref = self.place_in_seller_center(self.shopee_url, {"sku_0": "LAMP-WHT", "quantity_0": "1"})
        for push in caught:
            answer = self.url_open(urlsplit(push.url).path, data=push.body, headers=push.headers, method="POST")
            self.assertEqual(answer.status_code, 200)
        with self.environment() as env:
            env["marketplace.hint"]._cron_take_hints()
        account.push_verify_until = False
        self.told |= {"order": ref}
        self.tour("push_arrived")
        self.assertNotIn("/api/v2/order/get_order_list", self.shopee.calls)
        self.assertFalse(account.push_refused)

    def test_health(self):
        """D14, D22: a bar for each trouble with what to do; Connect Again puts the end off."""
        shop = self.connect("lazada")
        self.lazada.place_order(self.lazada.shop("SG"), [("LAMP-WHT", 1)])
        self.pull(shop)
        shop.authorized_until = soon = fields.Datetime.now() + timedelta(days=5)
        cron = self.env.ref("marketplace_connector.ir_cron_orders")
        cron.nextcall = fields.Datetime.now() - timedelta(hours=6)
        self.env["marketplace.shop"]._cron_warn_of_end()
        self.env["marketplace.shop"]._announce_stopped_crons()
        self.pages = [
            Page("/oauth/authorize", "document.querySelector('button[value=allow]').click()"),
            Page(CALLBACK_PATH, OPEN_THE_SHOP),
        ]
        self.tour("health")
        self.assertGreater(shop.authorized_until, soon)
        self.assertFalse(shop.access_warning)

    def test_privacy(self):
        """R155: what is kept, and a buyer who is erased for good."""
        self.lazada.masks_buyers = False
        shop = self.connect("lazada")
        with self.lazada.clock.ago(7200):
            placed = self.lazada.place_order(self.lazada.shop("SG"), [("LAMP-WHT", 1)])
        self.pull(shop)
        self.lazada.advance(placed, "delivered")
        self.pull(shop)
        order = self.order(placed.order_id)
        self.assertEqual(order.picking_ids.state, "done")
        self.told = {"buyer": order.partner_id.name}
        self.tour("privacy")
        self.assertFalse(self.env["marketplace.buyer"].search([]))
        self.assertNotIn(self.told["buyer"], order.partner_id.name)
        self.assertEqual((order.state, order.picking_ids.state), ("sale", "done"))
