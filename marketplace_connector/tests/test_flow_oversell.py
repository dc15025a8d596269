"""Two shops sell the same pieces against each other: how many are sold that nobody has (D1).

`MARKETPLACE_OVERSELL_DAYS=30 ./dev test -k oversell` lives through a month and prints what came of it.
"""

import os
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

from odoo.tests import tagged

from ..simulator.lazada.app import Lazada
from ..simulator.shopee.app import Shopee
from .common import NOW
from .test_flow_shipping import ShippingCase
from .two_shops import LazadaDoor, Market, ShopeeDoor, Story

STOCK = 50
RUN = 15  # minutes between two runs of the scheduled action
PLAIN_PUSH = 60
LAST_UNITS = 6


@tagged("post_install", "-at_install")
class TestOversell(ShippingCase):
    days = int(os.environ.get("MARKETPLACE_OVERSELL_DAYS") or 3)
    seed = os.environ.get("MARKETPLACE_OVERSELL_SEED") or "1"

    def setUp(self):
        super().setUp()
        self.skus = tuple(product.default_code for product in self.products[:1])
        self.story = Story(self.seed, self.days, self.skus)
        self.start = datetime.fromisoformat(NOW)

    def live(self, market, every, run):
        """Let the story take place, `run()` every so many minutes."""
        minute = 0
        while minute < self.days * 24 * 60:
            minute = market.next_minute(until=(minute // every + 1) * every)
            self.clock.move_to(self.start + timedelta(minutes=minute))
            market.take_place(minute)
            if minute % every == 0:
                run(minute)
        return market

    # === A PLAIN PUSH === #

    def plain_push(self):
        """The same story for a seller whose software sends, once an hour, what is left after the paid orders."""
        self.clock.move_to(self.start)
        doors = {"lazada": LazadaDoor(Lazada(countries=("SG",))), "shopee": ShopeeDoor(Shopee(countries=("SG",)))}
        market = Market(self.story, doors, STOCK, lambda sku, pieces: None)

        def push(minute):
            for sku in self.skus:
                for door in doors.values():
                    door.set_stock(sku, max(market.received[sku] - market.sold[sku], 0))

        push(0)
        return self.live(market, PLAIN_PUSH, push)

    # === OURS === #

    def connector(self):
        """The story for Odoo with both shops connected, its scheduled action run every quarter of an hour."""
        self.clock.move_to(self.start)
        self.stock_products()
        doors = {"lazada": LazadaDoor(self.lazada), "shopee": ShopeeDoor(self.shopee)}
        market = Market(self.story, doors, STOCK, self.receive)
        self.connect_stock()

        def run(minute):
            for door in doors.values():
                door.app.faults.ordered.clear()
                if door.failing:
                    kinds = ("lost_answer", "server_error", "no_connection")
                    door.app.faults.order(kinds[minute // every % len(kinds)], door.pushes, times=50)
            with self.environment() as env:
                env["marketplace.shop"]._cron_send_stock()
                if minute % (24 * 60) == 0:
                    env["marketplace.shop"]._cron_read_stock()
            self.deliver_some(minute)

        every = RUN
        run(0)
        return self.live(market, every, run)

    def stock_products(self):
        """The pieces of the story are there, and nothing else."""
        for sku in self.skus:
            self.receive(sku, STOCK)

    def connect_stock(self):
        """Both catalogues read and linked, shops in a group that keeps the last pieces for one of them, stock sent."""
        shops = self.lazada_shop | self.shopee_shop
        lines = [{"sequence": place, "shop_id": shop.id} for place, shop in enumerate(shops)]
        self.env["marketplace.shop.group"].create(
            {"name": "Both", "last_units": LAST_UNITS, "line_ids": [(0, 0, line) for line in lines]}
        )
        for shop in shops:
            with self.environment() as env:
                env["marketplace.shop"].browse(shop.id)._as_system()._sync_catalogue(lambda: 1)
        shops.write({"process_orders": False, "stock_warehouse_ids": [(6, 0, self.lazada_shop.warehouse_id.ids)]})
        for shop in shops:
            shop._start_stock()

    def receive(self, sku, pieces):
        product = self.products.filtered(lambda product: product.default_code == sku)
        place = self.lazada_shop.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, place, pieces)

    def deliver_some(self, minute):
        """Once a day what is reserved leaves."""
        if minute % (24 * 60) == 18 * 60:
            pickings = self.env["stock.picking"].search(
                [("marketplace_shop_id", "!=", False), ("state", "=", "assigned")], limit=10
            )
            pickings.move_ids.picked = True
            pickings._action_done()

    # === THE COMPARISON === #

    def test_two_shops(self):
        """D1: far fewer pieces are sold twice than with a plain hourly push, and what is, is said."""
        plain = self.plain_push()
        ours = self.connector()
        for name, market in (("plain hourly push", plain), ("connector", ours)):
            print(
                f"{name}: {self.days} days, {market.placed} orders placed, {market.refused} buyers found too little, "
                f"{sum(market.sold.values())} pieces sold, {market.oversold} of them nobody had"
            )
        self.assertLessEqual(ours.oversold, plain.oversold / 4)
        self.check_explanations()

    def check_explanations(self):
        """Each number that was sent is the one that its own terms give, worked out here anew."""
        updates = self.env["marketplace.stock.update"].search([])
        self.assertGreater(len(updates), self.days)
        for update in updates:
            free = Fraction(update.on_hand) - Fraction(update.outgoing) + Fraction(update.incoming)
            number = floor(free * Fraction(update.share) / 100) - update.buffer - update.sold_elsewhere
            if update.has_cap:
                number = min(number, update.cap)
            self.assertEqual(update.number, 0 if update.kept_for_id else max(number, 0), update.display_name)
