"""What the log may hold: shops and order numbers, and neither buyers nor secrets, on both platforms."""

from dataclasses import replace

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..simulator.catalogue import buyer as somebody
from .push_case import PushSink
from .test_flow_shipping import ShippingCase

NAME, STREET, PHONE, NOTE = "Zuleika Quillfeather", "77 Wobblethorpe Mews", "+6598761234", "Leave it at the oboe shop"
OURS = "odoo.addons.marketplace_connector"
DAY = 24 * 60


@tagged("post_install", "-at_install")
class TestLogs(PushSink, ShippingCase):
    def setUp(self):
        super().setUp()
        self.lazada.masks_buyers = False
        self.shopee.masked_fields = frozenset()
        self.person = replace(somebody(self.lazada.random, "SG"), name=NAME, street=STREET, phone=PHONE)
        self.shops = self.lazada_shop | self.shopee_shop
        self.shops.read_payouts = True
        self.register_pushes()
        self.stock_up()

    def order_both(self):
        lines = [(self.sku, 1)]
        lazada = self.place_lazada(lines, buyer=self.person, note=NOTE)
        note = {"detail": {"message_to_seller": NOTE}}
        return lazada, self.place_shopee(lines, buyer=self.person, overrides=note)

    def refuse(self, table, column):
        """Let the database refuse rows of the table, with an error that quotes all of the row."""
        self.env.flush_all()
        self.env.cr.execute(f"ALTER TABLE {table} ADD CONSTRAINT quoting CHECK ({column} IS NULL) NOT VALID")

    def accept(self, table):
        self.env.flush_all()
        self.env.cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT quoting")

    def read(self, method):
        with self.environment() as env:
            for shop in env["marketplace.shop"].browse(self.shops.ids):
                getattr(shop, method)(lambda: env["ir.cron"]._commit_progress())

    def lines_of(self, work):
        """What our loggers, and all others but the database's, wrote meanwhile, each line with its error's text."""
        with mute_logger("odoo.sql_db"), self.assertLogs("odoo", level="DEBUG") as log:
            work()
        records = [record for record in log.records if not record.name.startswith("odoo.sql_db")]
        lines = [record.getMessage() for record in records]
        return lines + [str(record.exc_info[1]) for record in records if record.exc_info]

    def check(self, lines):
        """No line names a buyer, nor holds a key or a token."""
        accounts = self.lazada_account | self.shopee_account
        tokens = self.env["marketplace.token"].search([])
        secrets = [value for name in ("access_token", "refresh_token") for value in tokens.mapped(name)]
        secrets += [value for name in ("app_secret", "push_key", "push_token") for value in accounts.mapped(name)]
        for text in (NAME, *NAME.split(), STREET, PHONE, PHONE[3:], NOTE, *filter(None, secrets)):
            self.assertEqual([line for line in lines if text in line], [])

    def test_good_days(self):
        """D12 D22: pushes, imports, parcels and payouts of both platforms."""

        def live():
            self.order_both()
            self.push_all()
            self.follow()
            lazada, shopee = self.order_both()
            orders = self.import_now(lazada, shopee)
            self.assertIn(NAME, orders.partner_id.mapped("name"))
            self.assertEqual(set(orders.mapped("marketplace_buyer_note")), {NOTE})
            orders.picking_ids.action_marketplace_arrange()
            self.act()
            self.act()
            self.lazada.advance(lazada, "delivered")
            self.shopee.advance(shopee, "COMPLETED")
            self.later(8 * DAY)
            self.lazada.tend()
            self.shopee.catch_up()
            self.sync()
            self.read("_read_payouts")
            self.read("_sync_catalogue")
            with self.environment() as env:
                env["marketplace.shop"]._cron_check_days()

        lines = self.lines_of(live)
        self.assertTrue(self.env["marketplace.payout"].search([]))
        self.assertTrue([line for line in lines if "HTTP 200" in line])
        self.check(lines)

    def test_bad_days(self):
        """D12 D22: errors that quote orders, in a poll and after a push; the line says which order, and where."""
        self.refuse("sale_order", "marketplace_buyer_note")
        placed = self.order_both()
        lines = self.lines_of(lambda: self.import_now(*placed))
        self.check(lines)
        for shop, order in zip(self.shops, placed, strict=True):
            ref = getattr(order, "order_sn", None) or order.order_id
            self.assertTrue([line for line in lines if f"Order {ref} of shop {shop.id} could not be written" in line])
        self.order_both()
        lines = self.lines_of(lambda: (self.push_all(), self.follow()))
        self.check(lines)
        self.assertTrue([line for line in lines if "CheckViolation" in line])

    def test_bad_readings(self):
        """D12 D22: payouts, catalogues and stock that cannot be written name shop and statement, and quote nothing."""
        lazada, shopee = self.order_both()
        self.import_now(lazada, shopee)
        self.lazada.advance(lazada, "delivered")
        self.shopee.advance(shopee, "COMPLETED")
        self.later(8 * DAY)
        self.lazada.tend()
        self.shopee.catch_up()
        self.later(DAY)
        for table, column, method, said in (
            ("marketplace_payout_line", "row_ref", "_read_payouts", "Payout"),
            ("marketplace_listing", "listed_read_at", "_sync_catalogue", "Reading the catalogue of shop"),
        ):
            with self.subTest(method):
                self.refuse(table, column)
                lines = self.lines_of(lambda method=method: self.read(method))
                self.accept(table)
                told = [line for line in lines if said in line and "CheckViolation" in line]
                self.assertTrue(told, lines)
                self.assertFalse([line for line in lines if "Failing row" in line])
                self.check(lines)

    def test_no_answer(self):
        """What the platform answers instead of orders is not repeated in the log."""
        self.order_both()
        for fault in ("html", "truncated", "server_error", "lost_answer", "rate_limited"):
            for app in (self.lazada, self.shopee):
                app.faults.order(fault, times=2)
            self.later(10)
            self.check(self.lines_of(lambda: (self.sync(), self.push_all(), self.follow())))
