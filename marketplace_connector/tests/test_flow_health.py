"""Health of a shop: calls, clock, last successes, what waits, scheduled actions; and what the log may hold."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_flow_shipping import ShippingCase


@tagged("post_install", "-at_install")
class TestHealth(ShippingCase):
    def counted(self, shop):
        shop.invalidate_recordset()
        return shop.call_count, round(shop.call_success_rate, 2)

    def test_calls(self):
        """D22: calls are counted for each shop, also those of a transaction that was rolled back for their failure."""
        self.env["marketplace.call.count"].search([]).unlink()
        self.assertEqual(self.counted(self.shopee_shop), (0, 0.0))
        self.later(1)
        self.shopee.calls.clear()
        self.sync()
        self.assertEqual(self.counted(self.shopee_shop), (sum(self.shopee.calls.values()), 1.0))
        good = self.shopee_shop.call_count
        self.shopee.faults.order("no_connection", times=3)
        self.sync(self.shopee_shop)
        self.assertEqual(self.counted(self.shopee_shop), (good + 3, round(good / (good + 3), 2)))
        self.assertEqual(self.counted(self.lazada_shop)[1], 1.0)

    def test_calls_of_past_days(self):
        """They are summed to one row a shop and day, and go after 90 days."""
        self.sync()
        self.later(1)
        self.sync()
        Count = self.env["marketplace.call.count"]
        before = self.counted(self.shopee_shop)
        self.later(24 * 60)
        self.env["marketplace.job"]._cron_clean_up()
        self.assertEqual(self.counted(self.shopee_shop), before)
        self.assertEqual(Count.search_count([("shop_id", "=", self.shopee_shop.id)]), 1)
        self.later(91 * 24 * 60)
        self.env["marketplace.job"]._cron_clean_up()
        self.assertFalse(Count.search([]))

    def test_clock(self):
        """A server whose clock is hours off says so, where the platform refuses it and where it does not."""
        self.sync()
        self.assertFalse(self.shopee_shop.clock_warning)
        for platform, shop in ((self.shopee, self.shopee_shop), (self.lazada, self.lazada_shop)):
            platform.clock.move(3 * 3600)
            self.sync(shop)
            shop.invalidate_recordset()
            self.assertIn("clock is 3 h 0 min behind the marketplace's", shop.clock_warning)
            platform.clock.move(-5 * 3600)
            self.sync(shop)
            shop.invalidate_recordset()
            self.assertIn("clock is 2 h 0 min ahead of the marketplace's", shop.clock_warning)
            with self.environment() as env:
                shop.with_env(env)._check_dates([fields.Date.to_date("2026-03-03")])
            self.assertEqual(shop.day_check_ids.state, "unknown")
            self.assertIn("clock", shop.day_check_ids.failure)
            platform.clock.move(2 * 3600)
            self.sync(shop)
            shop.invalidate_recordset()
            self.assertFalse(shop.clock_warning or shop.error_message)

    def test_last_successes(self):
        """What was sent and fetched last, and what waits since when."""
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        self.assertFalse(self.lazada_shop.sent_at)
        picking.action_marketplace_arrange()
        self.lazada_shop.invalidate_recordset()
        self.assertEqual(self.lazada_shop.waiting_act_count, 1)
        self.assertTrue(self.lazada_shop.waiting_since)
        self.act()
        self.lazada_shop.invalidate_recordset()
        self.assertTrue(self.lazada_shop.sent_at)

    def test_stopped_scheduled_actions(self):
        """One that is switched off, or overdue, is named on the shop and to its responsible, until it goes on."""
        shop, cron = self.shopee_shop, self.env.ref("marketplace_connector.ir_cron_orders")
        alarm = ["marketplace_connector.mail_activity_type_stopped"]
        Shop = self.env["marketplace.shop"]
        ours = self.env["ir.model.data"].search([("module", "=", "marketplace_connector"), ("model", "=", "ir.cron")])
        crons = self.env["ir.cron"].browse(ours.mapped("res_id"))
        crons.write({"active": True, "nextcall": fields.Datetime.now()})
        Shop._announce_stopped_crons()
        self.assertFalse(shop.schedule_warning or shop.activity_search(alarm))
        for values in ({"active": False}, {"active": True, "nextcall": fields.Datetime.now() - timedelta(hours=4)}):
            cron.write(values)
            shop.invalidate_recordset()
            self.assertIn(cron.name, shop.schedule_warning)
            Shop._announce_stopped_crons()
            Shop._announce_stopped_crons()
            activity = shop.activity_search(alarm)
            self.assertEqual((len(activity), activity.user_id), (1, shop.responsible_id))
            cron.write({"active": True, "nextcall": fields.Datetime.now()})
            Shop._announce_stopped_crons()
            self.assertFalse(activity.exists())

    def told(self):
        """The names that the shop's bar tells, as one text."""
        self.shopee_shop.invalidate_recordset()
        return self.shopee_shop.schedule_warning or ""

    def test_switched_off_by_odoo(self):
        """D14: Odoo switches off what has failed for a week, and leaves no trace on it: that is announced all the same,
        as long as a shop needs it; before that, what fails each time is."""
        self.env["ir.cron"].search([]).write({"nextcall": fields.Datetime.now()})
        cron = self.env.ref("marketplace_connector.ir_cron_stock")
        self.shopee_shop.sync_stock = True
        self.assertFalse(self.told())
        week_ago = fields.Datetime.now() - timedelta(days=8)
        for failures in range(1, 6):
            job = {"id": cron.id, "cron_name": cron.name, "active": True, "failure_count": failures - 1}
            self.env["ir.cron"]._update_failure_count({**job, "first_failure_date": week_ago}, "failed")
            cron.invalidate_recordset()
            self.assertEqual(cron.name in self.told(), failures >= 3, failures)
        self.assertFalse(cron.active or cron.failure_count)
        self.env["marketplace.shop"]._announce_stopped_crons()
        activity = self.shopee_shop.activity_search(["marketplace_connector.mail_activity_type_stopped"])
        self.assertIn(cron.name, activity.note)
        self.shopee_shop.sync_stock = False
        self.assertFalse(self.told(), "no shop sends stock")

    def test_all_that_shops_need(self):
        """D14: whichever of ours is switched off, the shop says so."""
        crons = self.env["ir.cron"].search([("code", "!=", False)])
        crons.write({"nextcall": fields.Datetime.now()})
        data = self.env["ir.model.data"].search([("module", "=", "marketplace_connector"), ("model", "=", "ir.cron")])
        self.shopee_shop.write({"invoice_orders": "delivered", "sync_stock": True, "read_payouts": True})
        self.shopee_shop.platform_warehouse_id = self.shopee_shop.warehouse_id.copy({"name": "There", "code": "THR"})
        for cron in self.env["ir.cron"].browse(data.mapped("res_id")):
            cron.active = False
            self.assertIn(cron.name, self.told())
            cron.active = True
        self.assertFalse(self.told())

    def test_overdue_follows_the_interval(self):
        """D14: overdue is what is late for its own interval, also one that was changed; or will not run for long."""
        cron = self.env.ref("marketplace_connector.ir_cron_orders")
        self.env["ir.cron"].search([]).write({"nextcall": fields.Datetime.now()})
        cron.nextcall = fields.Datetime.now() - timedelta(hours=4)
        self.assertIn(cron.name, self.told())
        cron.write({"interval_number": 1, "interval_type": "days"})
        self.assertFalse(self.told())
        cron.nextcall = fields.Datetime.now() + timedelta(days=1)
        self.assertFalse(self.told())
        cron.write({"interval_number": 15, "interval_type": "minutes"})
        self.assertIn(cron.name, self.told(), "it will not run before tomorrow")

    def test_calls_day_by_day(self):
        """D22: from the number of calls to what was called when."""
        self.sync()
        action = self.shopee_shop.with_user(self.user).action_open_calls()
        counts = self.env[action["res_model"]].with_user(self.user).search(action["domain"])
        self.assertEqual(counts.shop_id, self.shopee_shop)
        self.assertEqual(sum(counts.mapped("good_count")), self.shopee_shop.call_count)

    def test_nothing_personal_in_the_log(self):
        """D12 D22: whatever happens to orders, the log names shops and numbers, and no buyer: not at debug level."""
        with self.assertLogs("odoo", level="DEBUG") as log:
            self.live_through_everything()
        lines = [record.getMessage() for record in log.records if not record.name.startswith("odoo.sql_db")]
        lines += [str(record.exc_info[1]) for record in log.records if record.exc_info]
        text = "\n".join(lines)
        self.assertGreater(len(lines), 10)
        for person in self.people():
            self.assertNotIn(person, text)

    def test_unforeseen_errors_are_not_quoted(self):
        """A database that refuses a row quotes all of it: the log names order, shop and place, not what it says."""
        note = "Ring twice, my number is 65550199"
        placed = self.place_shopee([(self.sku, 1)], overrides={"detail": {"message_to_seller": note}})
        self.env.cr.execute("ALTER TABLE sale_order ADD CHECK (marketplace_buyer_note IS NULL)")
        self.later(1)
        with self.assertLogs("odoo.addons.marketplace_connector") as log, mute_logger("odoo.sql_db"):
            self.sync()
        text = "\n".join(log.output)
        self.assertIn(f"Order {placed.order_sn} of shop {self.shopee_shop.id} could not be written", text)
        self.assertIn("sale_order_import.py", text)
        self.assertNotIn("65550199", text)
        self.assertEqual(self.problem(placed.order_sn).reason, "unforeseen")

    def live_through_everything(self):
        lazada, shopee = self.place_lazada([(self.sku, 1)]), self.place_shopee([(self.sku, 1)])
        self.place_lazada([("NOWHERE", 1, "3.00")])
        self.place_shopee([(self.sku, 1)], overrides={"detail": {"create_time": "?"}})
        orders = self.import_now(lazada, shopee)
        orders.picking_ids.action_marketplace_arrange()
        self.act()
        for fault in ("html", "truncated", "server_error", "lost_answer", "rate_limited"):
            for app in (self.lazada, self.shopee):
                app.faults.order(fault, times=3)
            self.later(10)
            self.sync()
            self.act()
        with self.environment() as env:
            env["marketplace.shop"]._cron_check_days()

    def people(self):
        """Names, phones and streets of the buyers, as the simulators know them."""
        orders = [order for shop in self.lazada.shops.values() for order in shop.orders.values()]
        buyers = {order.buyer for order in (*orders, *self.shopee.orders())}
        self.assertGreater(len(buyers), 1)
        return {text for buyer in buyers for text in (buyer.name, buyer.phone, buyer.street)}
