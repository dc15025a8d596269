"""Stock goes back to the marketplaces: what changed, in few calls, and never more than is free."""

import contextlib
import sys
from unittest.mock import patch

from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..models.marketplace_shop_orders import LOCK_NAMESPACE
from ..simulator.catalogue import unknown_skus
from .sending_case import SendingCase, StockAtLazada, StockAtShopee


class Sending:
    def test_what_changed_is_sent(self):
        """R46 R73: the number is what is free; an order by hand lowers it; nothing changed, nothing sent."""
        product, other = self.products[:2]
        self.put(product, 12)
        self.put(other, 3)
        self.start()
        self.assertEqual((self.there(product), self.there(other), self.there(self.products[2])), (12, 3, 0))
        listing = self.of(product)
        self.assertEqual((listing.stock_state, listing.listed_quantity), ("accepted", 12))
        self.assertIn("12 = 12 on hand", listing.stock_why)
        self.assertTrue(self.shop.stock_sent_at)
        calls = self.update_calls()
        self.later(15)
        self.send_stock()
        self.assertEqual(self.update_calls(), calls, "nothing changed")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Walk in"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
            }
        )
        order.action_confirm()
        self.send_stock()
        self.assertEqual((self.there(product), self.update_calls()), (10, calls + 1))
        self.assertIn("12 on hand - 2 to deliver", listing.stock_why)

    def test_sold_is_not_offered_twice(self):
        """An unpaid order, an order in a failed job and a draft with an unlinked SKU each exist while stock is pushed:
        what buyers can buy never exceeds what is physically free."""
        product, second, third = self.products[:3]
        for one in (product, second, third):
            self.put(one, 10)
        self.start()
        self.place_unpaid([(product.default_code, 2)])
        self.place([(product.default_code, 1), (unknown_skus()[0], 1)])
        archived = self.place([(second.default_code, 3)])
        second.active = False
        self.later(1)
        self.sync()
        self.assertTrue(self.problem(self.ref(archived)))
        second.active = True
        self.shop.confirm_automatically = False
        self.place([(third.default_code, 4)])
        self.later(1)
        self.sync()
        for step in ("as it is", "more arrives", "sent again"):
            if step == "more arrives":
                for one in (product, second, third):
                    self.put(one, 5)
            if step == "sent again":
                self.shops.action_send_all_stock()
            self.later(1)
            self.send_stock()
            for one in (product, second, third):
                self.assertLessEqual(self.there(one), self.free(one), f"{step}: {one.default_code}")
        self.assertEqual([self.there(one) for one in (product, second, third)], [12, 12, 11])

    def test_ordered_between_poll_and_push(self):
        """An order that is placed when all orders were just read is taken off in the same run."""
        product = self.products[0]
        self.put(product, 10)
        self.start()
        self.put(product, 5)
        self.when_sending(lambda: self.place([(product.default_code, 3)]))
        self.send_stock()
        self.send_stock()
        self.assertEqual((self.there(product), self.free(product)), (12, 12))

    def test_refused_beside_good_ones(self):
        """A refused SKU is a problem with the reason; the others are sent; it is solved by itself when taken."""
        bad, *good = self.products[: self.sold]
        for product in (bad, *good):
            self.put(product, 7)
        self.ban(bad)
        self.start()
        self.assertEqual([self.there(product) for product in good], [7] * len(good))
        listing = self.of(bad)
        self.assertEqual(listing.stock_state, "refused")
        problem = self.env["marketplace.job"].search([("listing_id", "=", listing.id), ("is_problem", "=", True)])
        self.assertIn("7 was refused", problem.message)
        self.assertEqual(self.shop.stock_refused_count, 1)
        self.assertEqual(problem.action_open_listing()["res_id"], listing.id)
        calls = self.update_calls()
        self.later(15)
        self.send_stock()
        self.assertEqual(self.update_calls(), calls, "not sent again every 15 minutes")
        self.ban(bad, False)
        problem.with_user(self.user).action_retry()
        self.send_stock()
        self.assertEqual((listing.stock_state, problem.state, self.there(bad)), ("accepted", "done", 7))

    def test_refused_daily_and_when_it_changes(self):
        bad = self.products[0]
        self.ban(bad)
        self.start()
        self.put(bad, 5)
        self.send_stock()
        calls = self.update_calls()
        self.put(bad, 1)
        self.send_stock()
        self.assertEqual(self.update_calls(), calls + 1, "another number")
        self.later(25 * 60)
        self.send_stock()
        self.assertEqual(self.update_calls(), calls + 2, "a day later")
        self.assertEqual(
            len(self.env["marketplace.job"].search([("kind", "=", "stock"), ("shop_id", "=", self.shop.id)])), 1
        )
        self.of(bad).product_id = False
        self.later(25 * 60)
        self.send_stock()
        self.assertFalse(self.env["marketplace.job"].search([("kind", "=", "stock"), ("state", "=", "open")]))

    def test_rate_limited_in_the_middle(self):
        """What was answered is kept, the shop waits, the other shop's stock goes on, the rest is sent later."""
        for product in self.products[: self.sold]:
            self.put(product, 6)
        self.start()
        for product in self.products[: self.sold]:
            self.put(product, 1)
        self.platform.faults.order("rate_limited", self.update_path, times=5)
        self.send_stock()
        self.assertTrue(self.shop.wait_until)
        self.assertIn("wait", self.shop.stock_error)
        other = self.shops - self.shop
        self.assertEqual(set(self.listings.filtered(lambda one: one.shop_id == other).mapped("listed_quantity")), {7})
        self.platform.faults.ordered.clear()
        self.later(60 * 24)
        self.send_stock()
        self.assertFalse(self.shop.stock_error)
        self.assertEqual({self.there(product) for product in self.products[: self.sold]}, {7})

    def test_lost_answer(self):
        """What may be set or not is looked at before it is sent again."""
        product = self.products[0]
        self.put(product, 10)
        self.start()
        calls = self.update_calls()
        self.put(product, 2)
        self.platform.faults.order("lost_answer", self.update_path)
        self.send_stock()
        self.later(10)
        self.send_stock()
        self.assertEqual(self.there(product), 12)
        self.assertEqual(self.of(product).stock_state, "accepted")
        self.assertEqual(self.update_calls(), calls + 1)

    def test_down(self):
        """The platform is down: the other shop goes on, nothing is forgotten."""
        product = self.products[0]
        self.put(product, 10)
        self.start()
        self.put(product, 2)
        self.platform.faults.order("server_error", "/", times=200)
        self.send_stock()
        self.assertTrue(self.shop.stock_error or self.shop.error_message)
        self.platform.faults.ordered.clear()
        self.later(20)
        self.send_stock()
        self.assertEqual(self.there(product), 12)
        self.assertFalse(self.shop.stock_error)

    def test_kept_by_the_platform(self):
        """R50 D11: what the marketplace keeps, bundles, gone and unlinked ones are never touched."""
        product, bundle, gone, unlinked = self.products[:4]
        self.of(product).by_platform = True
        self.of(bundle).is_bundle = True
        self.of(gone).listing_status = "gone"
        self.of(unlinked).product_id = False
        before = [self.there(one) for one in self.products[:4]]
        for one in self.products[:5]:
            self.put(one, 3)
        self.start()
        self.shops.action_send_all_stock()
        self.send_stock()
        self.assertEqual([self.there(one) for one in self.products[:4]], before)
        self.assertEqual(self.there(self.products[4]), 3)

    def test_warehouse_not_bound(self):
        """D16: a shop without warehouses is not touched, never set to 0."""
        self.shop.stock_warehouse_ids = False
        before = [self.there(one) for one in self.products[: self.sold]]
        self.start()
        self.shops.action_send_all_stock()
        self.send_stock()
        self.assertEqual([self.there(one) for one in self.products[: self.sold]], before)
        self.assertFalse(self.update_calls())

    def test_two_workers(self):
        """Who comes second leaves the shop to the first."""
        product = self.products[0]
        self.put(product, 4)
        self.start()
        self.put(product, 1)
        calls = self.update_calls()
        with self.other_worker():
            self.send_stock()
        self.assertEqual(self.update_calls(), calls)
        self.send_stock()
        self.assertEqual(self.update_calls(), calls + 1)

    def test_killed(self):
        """The worker dies after a call: what was answered and kept is not sent again, the rest is."""
        for product in self.products[: self.sold]:
            self.put(product, 6)
        self.when_sending(sys.exit, after=True)
        with contextlib.suppress(SystemExit):
            self.start()
        self.env.invalidate_all()
        self.assertEqual(self.of(self.products[0]).stock_state, "waiting")
        self.send_stock()
        self.assertEqual({self.there(product) for product in self.products[: self.sold]}, {6})
        self.assertFalse(self.env["marketplace.listing"].search([("stock_state", "=", "waiting")]))

    def test_unread_orders_are_not_oversold(self):
        """While orders cannot be read nothing is raised, here and in the shop that sells the same; it goes on after."""
        product = self.products[0]
        self.put(product, 10)
        self.start()
        self.put(product, 10)
        order = self.place([(product.default_code, 4)])
        self.platform.faults.order("server_error", self.order_path, times=500)
        self.send_stock()
        self.assertEqual(self.there(product), 6)
        other = self.of(product, self.shops - self.shop)
        self.assertEqual((other.listed_quantity, other.stock_state), (10, "waiting"))
        self.assertIn("Not raised", other.stock_why)
        self.platform.faults.ordered.clear()
        self.later(20)
        self.send_stock()
        self.assertTrue(self.order(self.ref(order)))
        self.assertEqual((self.there(product), other.listed_quantity), (16, 16))

    def test_sold_there_and_freed_elsewhere(self):
        """D1: a sale there lowers what the marketplace shows by itself: also where as much became free elsewhere, so
        that the number is the same as before, it is sent."""
        product = self.products[0]
        self.put(product, 10)
        partner = self.env["res.partner"].create({"name": "Walk in"})
        by_hand = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 3})],
            }
        )
        by_hand.action_confirm()
        self.start()
        for paid in (True, False):
            self.assertEqual(self.there(product), 7)
            by_hand.order_line.product_uom_qty -= 1
            self.later(5)
            (self.place if paid else self.place_unpaid)([(product.default_code, 1)])
            self.assertEqual(self.there(product), 6)
            self.later(5)
            self.send_stock()
        self.assertEqual(self.there(product), 7)

    def test_orders_are_being_read(self):
        """Another worker reads the orders at the very moment, as where both scheduled actions begin at once: it is
        waited for, and the number is raised."""
        product = self.products[0]
        self.put(product, 10)
        self.start()
        self.put(product, 5)
        self.later(5)
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_NAMESPACE, self.shop.id])

            def finish(_seconds):
                other.execute("SELECT pg_advisory_unlock_all()")

            with patch("time.sleep", finish):
                self.send_stock()
        self.assertEqual(self.there(product), 15)

    def test_cancelled_there(self):
        """The marketplace may show 0 after a cancellation: the number is sent again even if it is the same."""
        product = self.products[0]
        self.put(product, 50)
        self.shop.write({"stock_has_cap": True, "stock_cap": 5})
        self.start()
        placed = self.place([(product.default_code, 2)])
        self.later(1)
        self.sync()
        self.send_stock()
        self.assertEqual(self.there(product), 5)
        self.later(30)
        self.cancel_there(placed)
        self.later(5)
        self.sync()
        self.send_stock()
        self.assertEqual(self.there(product), 5)

    # === HELPERS === #

    def ban(self, product, banned=True):
        """The marketplace takes the item off, and refuses changes of it."""
        shelf = self.platform.shop("SG").shelf
        shelf.set_status(shelf.skus()[product.default_code][0].number, "banned" if banned else "active")


@tagged("post_install", "-at_install")
class TestLazada(Sending, StockAtLazada, SendingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(Sending, StockAtShopee, SendingCase):
    pass
