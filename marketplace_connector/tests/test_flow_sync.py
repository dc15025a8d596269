"""The poll: watermark and windows, what is read twice, what stops in the middle, and who may do it."""

from datetime import timedelta

from odoo import fields, sql_db
from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.tests import tagged

from ..models.marketplace_shop_orders import LOCK_NAMESPACE
from .common import NOW, MarketplaceCase

LIST = "/api/v2/order/get_order_list"
DETAIL = "/api/v2/order/get_order_detail"
REFRESH = "/api/v2/auth/access_token/get"


class Killed(BaseException):
    """The worker process ends here."""


class SyncCase(CronMixinCase, MarketplaceCase):
    def poll(self, shop, commit):
        """Fetch the shop's orders with a `commit(env)` that does something in between; returns the counts."""
        with self.environment() as env:
            return shop.with_env(env)._sync_orders(lambda: commit(env))

    def two_batches(self):
        """Orders at Shopee that take two calls, of which the first and the last one are ready to ship."""
        self.sync()
        self.later(30)
        count = self.shopee_shop._client().capabilities.order_batch + 1
        orders = [self.place_shopee([(self.sku, 1)], paid=False) for _ in range(count)]
        orders.sort(key=lambda order: order.order_sn)
        for order in (orders[0], orders[-1]):
            self.shopee.advance(order, "READY_TO_SHIP")
        self.later(1)
        return orders[0], orders[-1]

    def moment(self, **ahead):
        return fields.Datetime.from_string(NOW) + timedelta(**ahead)


@tagged("post_install", "-at_install")
class TestWatermark(SyncCase):
    def content_of(self, orders):
        """Everything that a second reading could spoil."""
        self.env.flush_all()
        self.env.invalidate_all()
        lines, moves = orders.order_line, orders.picking_ids.move_ids
        return [
            orders.read(["state", "user_id", "partner_id", "note", "commitment_date", "amount_total", "write_date"]),
            lines.read(["product_id", "product_uom_qty", "price_unit", "tax_ids", "name"]),
            moves.read(["state", "quantity", "product_uom_qty", "picking_id"]),
            len(self.env["sale.order"].search([])),
            len(self.env["res.partner"].search([])),
        ]

    def test_pulled_twice(self):
        """R37 R172: reading the same orders again writes nothing and doubles nothing."""
        orders = self.import_now(self.place_shopee([(self.sku, 1)]), self.place_lazada([(self.sku, 1)]))
        before = self.content_of(orders)
        counts = self.sync()
        self.assertEqual((counts["created"], counts["updated"], counts["unchanged"]), (0, 0, 2))
        self.assertEqual(self.content_of(orders), before)

    def test_moved_back(self):
        """R39 to R44: everything is read again; nothing is doubled, delivered twice or taken from a user's hands."""
        sent, edited = self.place_shopee([(self.sku, 1)]), self.place_shopee([(self.sku, 2)])
        orders = self.import_now(sent, edited)
        delivery = self.order(sent.order_sn).picking_ids
        delivery.move_ids.quantity = 1
        delivery.button_validate()
        order = self.order(edited.order_sn)
        order.write({"user_id": self.user.id, "note": "Gift wrapped", "commitment_date": self.moment(days=9)})
        order.order_line = [(0, 0, {"product_id": self.products[3].id, "product_uom_qty": 1})]
        before = self.content_of(orders)
        with self.environment() as env:
            shop = env["marketplace.shop"].browse(self.shopee_shop.id).with_user(self.manager)
            shop.last_order_sync = self.moment(days=-10)
        self.later(5)
        counts = self.sync()
        self.assertEqual((counts["unchanged"], counts["updated"]), (2, 0))
        self.assertEqual(self.content_of(orders), before)
        self.assertEqual(self.shopee_shop.last_order_sync, fields.Datetime.now() - timedelta(minutes=2))

    def test_manual_work_survives_a_change_at_the_platform(self):
        """R44: what the platform did not change stays as the user left it."""
        platform_order = self.place_shopee([(self.sku, 2)])
        order = self.import_now(platform_order)
        order.write({"user_id": self.user.id, "note": "Gift wrapped", "commitment_date": self.moment(days=9)})
        order.order_line = [(0, 0, {"product_id": self.products[3].id, "product_uom_qty": 1})]
        self.later(30)
        self.shopee.advance(platform_order, "PROCESSED")
        self.import_now()
        self.assertEqual(order.marketplace_status, "processed")
        self.assertEqual((order.user_id, order.commitment_date), (self.user, self.moment(days=9)))
        self.assertIn("Gift wrapped", order.note)
        self.assertEqual(len(order.order_line), 2)
        platform_order.ship_by_date += 86400
        platform_order.update_time += 60
        self.import_now()
        self.assertEqual(order.commitment_date, self.moment(days=3), "the platform moved its own date")

    def test_saving_an_earlier_time_triggers_the_poll(self):
        """R43: an earlier Last Order Sync wakes the scheduled action, a later one does not."""
        with self.capture_triggers("marketplace_connector.ir_cron_orders") as capture:
            self.shopee_shop.last_order_sync += timedelta(hours=1)
            self.assertFalse(capture.records)
            self.shopee_shop.last_order_sync -= timedelta(days=3)
            self.assertEqual(len(capture.records), 1)

    def test_edited_during_a_poll(self):
        """An earlier time that a user saves while orders are being read is not overwritten by the poll's end."""
        platform_order = self.place_shopee([(self.sku, 1)])
        self.later(1)
        edited = self.moment(days=-3)

        def commit(env):
            env["marketplace.shop"].browse(self.shopee_shop.id).last_order_sync = edited
            return env["ir.cron"]._commit_progress()

        self.poll(self.shopee_shop, commit)
        self.assertTrue(self.order(platform_order.order_sn))
        self.assertEqual(self.shopee_shop.last_order_sync, edited)
        self.sync()
        self.assertEqual(self.shopee_shop.last_order_sync, self.moment(minutes=-1))

    def test_windows_of_fifteen_days(self):
        """D3: forty days are read in windows that Shopee allows, each order once."""
        self.shopee_shop.write({"last_order_sync": self.moment(days=-40), "import_from": self.moment(days=-40)})
        placed = []
        for days in (39, 25, 15, 1):
            with self.shopee.clock.ago(days * 86400):
                placed.append(self.place_shopee([(self.sku, 1)]))
        self.shopee.calls.clear()
        orders = self.import_now(*placed)
        self.assertEqual(len(orders), 4)
        self.assertEqual(self.shopee.calls[LIST], 3)
        self.assertEqual(self.shopee_shop.last_order_sync, self.moment(minutes=-1))

    def test_a_thousand_orders_in_one_quarter_of_an_hour(self):
        """A window of more than 1,000 references is halved until it fits, also where it begins before the watermark."""
        for number in range(1001):
            with self.shopee.clock.ago(number * 0.8):
                self.place_shopee([(self.sku, 1)], paid=False)
        ready = self.place_shopee([(self.sku, 1)])
        self.shopee_shop.last_order_sync = self.moment()
        self.assertTrue(self.import_now(ready))
        self.assertEqual(self.shopee_shop.last_order_sync, self.moment())
        self.later(5)
        counts = self.sync(self.shopee_shop)
        self.assertEqual((counts["created"], counts["finished"]), (0, 1))

    def test_a_thousand_orders_in_one_second(self):
        """What cannot be halved any more is read whole."""
        for _number in range(1001):
            self.place_shopee([(self.sku, 1)], paid=False)
        ready = self.place_shopee([(self.sku, 1)])
        self.assertTrue(self.import_now(ready))

    def test_what_the_platform_shows_late(self):
        """The watermark stays two minutes behind the platform's clock."""
        self.lazada.late_visibility = 100
        platform_order = self.place_lazada([(self.sku, 1)])
        self.assertFalse(self.import_now(platform_order))
        self.assertEqual(self.lazada_shop.last_order_sync, self.moment(minutes=-1))
        self.later(60)
        self.assertTrue(self.import_now(platform_order))

    def test_none_slips_through_between_pages(self):
        """D3: where the platform's pages are counted off, an order that changes while they are read pushes another
        one from the next page to the last one. It is found all the same."""
        self.shopee.list_cursor_is_position, self.shopee.list_newest_first = True, False
        unpaid = [self.place_shopee([(self.sku, 1)], paid=False) for _ in range(100)]
        self.later(1)
        ready = self.place_shopee([(self.sku, 1)])
        self.later(1)
        self.place_shopee([(self.sku, 1)], paid=False)
        self.later(1)
        self.shopee_shop.last_order_sync = self.moment(minutes=-30)
        pages = []

        def meddling_platform(environ, start_response):
            answer = self.shopee(environ, start_response)
            if environ["PATH_INFO"].endswith("get_order_list"):
                pages.append(environ["QUERY_STRING"])
                if len(pages) == 1:
                    self.later(1)
                    self.shopee.cancel(unpaid[0], "Change of mind", "buyer")
            return answer

        self.apps["shopee.simulator.test"] = meddling_platform
        self.sync(self.shopee_shop)
        self.assertEqual(len(pages), 4)
        self.assertTrue(self.order(ready.order_sn))

    def test_older_loses_equal_is_compared(self):
        """An older payload changes nothing; one of the same moment is taken if it says something else."""
        platform_order = self.place_shopee([(self.sku, 1)], courier="Ninja Van")
        order = self.import_now(platform_order)
        platform_order.overrides = {
            "detail": {"shipping_carrier": "Stale", "update_time": platform_order.update_time - 60}
        }
        self.assertEqual(self.sync()["updated"], 0)
        self.assertEqual(order.marketplace_courier, "Ninja Van")
        platform_order.overrides = {"detail": {"shipping_carrier": "Corrected"}}
        self.assertEqual(self.sync()["updated"], 1)
        self.assertEqual(order.marketplace_courier, "Corrected")


@tagged("post_install", "-at_install")
class TestInterrupted(SyncCase):
    def test_two_workers(self):
        """Only one worker fetches the orders of a shop; the other says so and touches nothing."""
        platform_order = self.place_shopee([(self.sku, 1)])
        self.later(1)
        key = [LOCK_NAMESPACE, self.shopee_shop.id]
        with sql_db.db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", key)
            try:
                counts = self.sync(self.shopee_shop)
            finally:
                other.execute("SELECT pg_advisory_unlock(%s, %s)", key)
        self.assertEqual((counts["locked"], counts["created"]), (1, 0))
        self.assertFalse(self.order(platform_order.order_sn))
        self.assertEqual(self.sync(self.shopee_shop)["created"], 1)

    def test_killed_in_the_middle(self):
        """What was committed stays, what was not is not there at all, and the next run brings the rest."""
        first, last = self.two_batches()
        before = self.shopee_shop.last_order_sync
        commits = []

        def commit(env):
            commits.append(1)
            if len(commits) == 2:
                raise Killed
            return env["ir.cron"]._commit_progress()

        try:  # assertRaises would roll everything back
            self.poll(self.shopee_shop, commit)
            self.fail("not killed")
        except Killed:
            self.env.invalidate_all()
        self.assertTrue(self.order(first.order_sn))
        self.assertFalse(self.order(last.order_sn))
        self.assertEqual(self.shopee_shop.last_order_sync, before)
        self.assertEqual(self.sync(self.shopee_shop)["created"], 1)
        self.assertEqual(len(self.order(first.order_sn) | self.order(last.order_sn)), 2)
        self.assertEqual(len(self.order(first.order_sn).picking_ids), 1)

    def test_platform_gone_in_the_middle(self):
        """The second batch is never answered: the first stays, the shop says why, the next run finishes."""
        first, last = self.two_batches()
        before = self.shopee_shop.last_order_sync
        self.poll(self.shopee_shop, lambda env: self.lose_connection() or env["ir.cron"]._commit_progress())
        self.assertTrue(self.order(first.order_sn))
        self.assertFalse(self.order(last.order_sn))
        self.assertEqual(self.shopee_shop.last_order_sync, before)
        self.assertIn("could not be reached", self.shopee_shop.error_message)
        self.shopee.faults.ordered.clear()
        self.sync(self.shopee_shop)
        self.assertTrue(self.order(last.order_sn))
        self.assertFalse(self.shopee_shop.error_message)
        self.assertFalse(self.shopee_shop.error_date)

    def lose_connection(self):
        self.shopee.faults.order("no_connection", times=99)

    def test_token_expires_in_the_middle(self):
        """D4: a token that the platform no longer accepts is renewed once, and no order is lost by it."""
        first, last = self.two_batches()
        lazada = self.place_lazada([(self.sku, 1)])
        self.shopee.calls.clear()
        self.poll(self.shopee_shop, lambda env: self.shopee.access_ends.clear() or env["ir.cron"]._commit_progress())
        self.assertTrue(self.order(first.order_sn) and self.order(last.order_sn))
        self.assertEqual(self.shopee.calls[REFRESH], 1)
        self.lazada.authorisations[0].access_end = 0
        self.assertTrue(self.import_now(lazada))
        self.assertEqual(self.lazada.calls["/rest/auth/token/refresh"], 1)
        self.assertFalse((self.shopee_shop | self.lazada_shop).filtered("error_message"))

    def test_time_is_up(self):
        """A run whose seconds are used up stops after a batch that wrote something, and the next one goes on."""
        first, last = self.two_batches()

        def commit(env):
            env["ir.cron"]._commit_progress()
            return 0

        counts = self.poll(self.shopee_shop, commit)
        self.assertEqual((counts["created"], counts["finished"]), (1, 0))
        self.assertFalse(self.order(last.order_sn))
        self.assertEqual(self.poll(self.shopee_shop, commit)["finished"], 1)
        self.assertTrue(self.order(first.order_sn) and self.order(last.order_sn))
