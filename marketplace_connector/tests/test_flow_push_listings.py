"""Pushes about products, stock and access: what is locked, edited or taken down there is seen in minutes."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .push_case import PushSink
from .sending_case import SendingCase, StockAtLazada, StockAtShopee


class PushedListings(PushSink):
    def setUp(self):
        super().setUp()
        self.product, self.other = self.products[:2]
        self.put(self.product, 10)
        self.put(self.other, 5)
        self.start()
        self.compare()
        self.listing = self.of(self.product)
        self.later(5)
        self.register_pushes()

    def told(self):
        """The platforms tell what has changed, and Odoo follows."""
        self.push_all()
        self.follow()

    def product_calls(self):
        return sum(count for path, count in self.platform.calls.items() if "product" in path)

    def due(self, cron):
        """Let the scheduled action run if it has been woken for the next minutes; whether it has."""
        cron = self.env.ref(f"marketplace_connector.{cron}")
        soon = fields.Datetime.now() + timedelta(minutes=10)
        woken = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id), ("call_at", "<=", soon)])
        woken.unlink()
        self.later(10)
        if woken:
            with self.environment() as env:
                getattr(env["marketplace.shop"], cron.code.removeprefix("model.").removesuffix("()"))()
        return bool(woken)

    def quiet(self):
        """Nothing is woken so far."""
        self.env["ir.cron.trigger"].search([]).unlink()

    def test_campaign_is_seen_at_once(self):
        """D1: a campaign that takes pieces is pushed, and the listing is read anew: only that one, in few calls."""
        self.quiet()
        self.lock(self.product, 4)
        self.told()
        self.assertFalse(self.hints())
        self.assertFalse(self.listing.stock_seen_at)
        self.assertTrue(self.of(self.other).stock_seen_at)
        calls = self.product_calls()
        self.assertTrue(self.due("ir_cron_stock_reading"))
        self.assertLessEqual(self.product_calls() - calls, 3)
        self.assertTrue(self.listing.stock_seen_at)
        self.assertEqual(self.listing.listed_locked, 4)

    def test_typed_there(self):
        """D1: somebody who edits the product there is told of; the number is put right within minutes."""
        self.quiet()
        self.set_there(self.product, 2)
        self.edit_there(self.product)
        self.told()
        self.assertTrue(self.due("ir_cron_stock_reading"))
        self.send_stock()
        self.assertEqual(self.there(self.product), 10)

    def test_taken_down(self):
        """A product that the marketplace takes down is off sale in Odoo too, without waiting for the daily walk."""
        self.shop.sync_catalogue = True
        with self.environment() as env:
            env["marketplace.shop"]._cron_sync_catalogue()
        self.assertEqual(self.listing.listing_status, "active")
        self.later(30)
        self.quiet()
        self.take_down(self.product)
        self.told()
        self.assertTrue(self.due("ir_cron_catalogue"))
        self.assertNotEqual(self.listing.listing_status, "active")
        self.assertFalse(self.shop.catalogue_goes_on_at)

    def test_believes_nothing(self):
        """A push writes no number; one about unknown items, or for a shop that sends no stock, does nothing."""
        before = self.listing.listed_quantity
        self.quiet()
        self.take_message("999999")
        self.shop.sync_stock = False
        self.take_message(self.listing.item_ref)
        self.follow()
        self.assertEqual(self.listing.listed_quantity, before)
        self.assertTrue(self.listing.stock_seen_at)
        self.assertFalse(self.due("ir_cron_stock_reading") or self.due("ir_cron_catalogue"))

    def test_access_that_ends(self):
        """The platform's own warning reaches the shop's responsible."""
        self.near_the_end()
        self.told()
        self.assertIn(self.shop.warned_days, (1, 7))
        self.assertEqual(self.shop.activity_ids.user_id, self.shop._responsible())
        self.assertIn("ends on", self.shop.activity_ids.summary)
        self.assertEqual(self.shop.state, "connected")


@tagged("post_install", "-at_install")
class TestLazada(PushedListings, StockAtLazada, SendingCase):
    def lock(self, product, pieces):
        """Lazada does not push what a campaign locks, but that few pieces are left."""
        self.campaign(product, pieces)
        self.set_there(product, 4)

    def edit_there(self, product):
        self.lazada.shop("SG").shelf.touch(self.lazada.shop("SG").shelf.skus()[product.default_code][0].number)

    def take_down(self, product):
        shelf = self.lazada.shop("SG").shelf
        shelf.set_status(shelf.skus()[product.default_code][0].number, "banned")

    def take_message(self, item):
        there = self.lazada.shop("SG")
        data = {"item_id": item, "sku_id": item, "action": "edit"}
        self.lazada.push_now("stock", self.lazada._message(there, 6, data))

    def near_the_end(self):
        self.lazada.authorisations[0].refresh_end = self.lazada.clock.seconds() + 86400


@tagged("post_install", "-at_install")
class TestShopee(PushedListings, StockAtShopee, SendingCase):
    def lock(self, product, pieces):
        self.campaign(product, pieces)

    def edit_there(self, product):
        """Shopee pushes a review of what was edited."""
        there = self.shopee.shop("SG")
        there.set_item_status(there.shelf.skus()[product.default_code][0], "REVIEWING")
        self.told()
        there.set_item_status(there.shelf.skus()[product.default_code][0], "NORMAL")

    def take_down(self, product):
        there = self.shopee.shop("SG")
        there.set_item_status(there.shelf.skus()[product.default_code][0], "BANNED")

    def take_message(self, item):
        there = self.shopee.shop("SG")
        data = {"item_id": int(item), "variation_id": 0, "promotion_id": 9, "action": ""}
        self.shopee.push_now("stock", self.shopee._message(8, data, there.shop_id))

    def near_the_end(self):
        self.shopee.shop("SG").expire_time = self.shopee.clock.seconds() + 5 * 86400
