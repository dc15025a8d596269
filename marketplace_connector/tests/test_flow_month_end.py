"""The last half hour of a month and the first of the next, on the clocks of Jakarta, Bangkok and Manila."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from .test_flow_shipping import ShippingCase

ZONES = {"ID": "Asia/Jakarta", "TH": "Asia/Bangkok", "PH": "Asia/Manila"}
LAST, FIRST = datetime(2026, 3, 31, 23, 30), datetime(2026, 4, 1, 0, 30)


@tagged("post_install", "-at_install")
class TestMonthEnd(ShippingCase):
    countries = tuple(ZONES)

    def connect_shops(self):
        super().connect_shops()
        for seller in self.lazada.accounts[1:]:
            self.connect(self.lazada_account, {"account": seller.email, "answer": "allow"})

    def setUp(self):
        super().setUp()
        self.shops = self.env["marketplace.shop"].search([])
        self.shops.write({"process_orders": False, "invoice_orders": "delivered", "post_invoices": "posted"})
        self.stock_up()
        self.sync()

    def buy_and_ship(self):
        """In each shop an order at both times, shipped ten minutes later: a dict of their numbers by (shop, time)."""
        plan = sorted(
            (local.replace(tzinfo=ZoneInfo(ZONES[shop.site])), local, shop)
            for shop in self.shops
            for local in (LAST, FIRST)
        )
        refs = {}
        for moment, local, shop in sorted(plan, key=lambda step: (step[0], step[2].id)):
            self.clock.move_to(moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None))
            platform = self.lazada if shop.provider == "lazada" else self.shopee
            placed = platform.place_order(platform.shop(shop.site), [(self.sku, 1)])
            refs[shop, local] = str(getattr(placed, "order_sn", None) or placed.order_id), placed
        self.sync()
        for moment, local, shop in plan:
            self.clock.move_to((moment + timedelta(minutes=10)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None))
            placed = refs[shop, local][1]
            if shop.provider == "lazada":
                self.lazada.advance(placed, "shipped")
            else:
                self.shopee.advance(placed, "SHIPPED")
        return {key: ref for key, (ref, _placed) in refs.items()}

    def test_dates(self):
        """D18: order, invoice and checked day are of the month in which it is for the shop."""
        refs = self.buy_and_ship()
        self.clock.move_to("2026-04-02 06:00:00")
        self.sync()
        with self.environment() as env:
            env["sale.order"]._cron_invoice()
            env["marketplace.shop"].search([]).import_from = datetime(2026, 3, 30, 20)
            env["marketplace.shop"]._cron_check_days()
        for (shop, local), ref in refs.items():
            with self.subTest(shop.display_name, local=local):
                order = self.order(ref).filtered(lambda order, shop=shop: order.marketplace_shop_id == shop)
                zone = ZoneInfo(ZONES[shop.site])
                placed = order.date_order.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
                self.assertEqual(placed.replace(tzinfo=None), local)
                self.assertEqual(order.invoice_ids.invoice_date, local.date())
                day = shop.day_check_ids.filtered(lambda day, local=local: day.date == local.date())
                self.assertEqual((day.state, day.listed_count, day.known_count), ("complete", 1, 1))
        for shop in self.shops:
            midnight = datetime(2026, 4, 2, tzinfo=ZoneInfo(ZONES[shop.site]))
            self.assertEqual(shop.complete_until, midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None))
            self.assertEqual(min(shop.day_check_ids.mapped("date")), date(2026, 3, 31))
