"""What is kept only for a time: replaced stock numbers, orders of days that were proved, pushes of lost shops."""

from datetime import timedelta

from odoo import fields
from odoo.addons.base.models.ir_autovacuum import is_autovacuum
from odoo.tests import tagged

from .stock_case import StockCase

LONG_AGO = timedelta(days=400)


@tagged("post_install", "-at_install")
class TestRetention(StockCase):
    def vacuum(self, model, method):
        """Run the model's part of Odoo's daily clean-up."""
        getattr(self.env[model], method)()
        self.env.invalidate_all()

    def test_replaced_numbers(self):
        """Numbers that newer ones have replaced go after 90 days; the newest of a listing stays, however old."""
        self.put(10)
        listing = self.listing()
        listing._reckon_stock().result = "accepted"
        self.put(5)
        listing._reckon_stock().result = "accepted"
        first, newest = listing.stock_update_ids.sorted("id")
        (first | newest).reckoned_at = fields.Datetime.now() - timedelta(days=89)
        self.vacuum("marketplace.stock.update", "_gc_replaced")
        self.assertTrue(first.exists())
        (first | newest).reckoned_at = fields.Datetime.now() - timedelta(days=91)
        self.vacuum("marketplace.stock.update", "_gc_replaced")
        self.assertEqual(listing.stock_update_ids, newest)
        self.assertEqual(listing.stock_update_id, newest)

    def day(self, date, **line):
        """A day of the shop on which one order was found, as the line says."""
        day = self.env["marketplace.day.check"].create(
            {"shop_id": self.lazada_shop.id, "date": date, "checked_at": fields.Datetime.now()}
        )
        day.checked_until = self.lazada_shop._midnight(date + timedelta(days=1))
        self.env["marketplace.order.check"].create({"check_id": day.id, "order_ref": f"of {date}", **line})
        return day

    def test_orders_of_proved_days(self):
        """After a year the days stay with their numbers, so that Complete up to stays; what is open or was accepted,
        too."""
        today = fields.Date.today()
        shop = self.lazada_shop
        shop.import_from = fields.Datetime.now() - LONG_AGO
        first = shop._local_date(shop.import_from)
        left_out = self.day(first, kind="cancelled")
        healed = self.day(first + timedelta(days=1), kind="healed")
        accepted = self.day(first + timedelta(days=2), kind="missing", accepted_at=fields.Datetime.now())
        young = self.day(today - timedelta(days=300), kind="cancelled")
        still_open = self.day(first + timedelta(days=3), kind="missing")
        days = left_out | healed | accepted | young | still_open
        shop._note_complete_until()
        until = shop.complete_until
        self.assertTrue(until)
        counts = days.mapped(lambda day: (day.state, day.left_out_count, day.healed_count, day.missing_count))
        self.env.flush_all()
        self.vacuum("marketplace.order.check", "_gc_settled")
        self.assertEqual(days.filtered("line_ids"), accepted | young | still_open)
        shop._note_complete_until()
        self.assertEqual(shop.complete_until, until)
        self.assertEqual(
            days.mapped(lambda day: (day.state, day.left_out_count, day.healed_count, day.missing_count)), counts
        )

    def test_pushes_of_lost_shops(self):
        """Pushes of a shop that is not connected wait for it, but not longer than 30 days."""
        values = {"account_id": self.lazada_account.id, "shop_id": self.lazada_shop.id, "kind": "order"}
        now = fields.Datetime.now()
        old, young = self.env["marketplace.hint"].create(
            [{**values, "order_ref": str(days), "received_at": now - timedelta(days=days)} for days in (31, 29)]
        )
        self.vacuum("marketplace.hint", "_gc_forgotten")
        self.assertEqual((old | young).exists(), young)

    def test_part_of_the_daily_clean_up(self):
        """Odoo's own scheduled action calls all of them."""
        self.assertTrue(self.env.ref("base.autovacuum_job").active)
        for model, name in (
            ("marketplace.hint", "_gc_forgotten"),
            ("marketplace.order.check", "_gc_settled"),
            ("marketplace.stock.update", "_gc_replaced"),
            ("marketplace.catalogue.import", "_gc_old_imports"),
        ):
            self.assertTrue(is_autovacuum(getattr(type(self.env[model]), name)), name)
