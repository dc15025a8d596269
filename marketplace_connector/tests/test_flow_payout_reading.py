"""What marketplaces have settled comes into Odoo, stays one thing however often it is read, and is left alone once
it is booked."""

from datetime import timedelta

from odoo.tests import tagged

from .common import MarketplaceCase
from .either_platform import AtLazada, AtShopee

WEEK = 7 * 24 * 60
DAY = 24 * 60


class PayoutCase(MarketplaceCase):
    """Shops whose payouts are read."""

    def setUp(self):
        super().setUp()
        self.env["marketplace.shop"].search([]).read_payouts = True

    def read(self, *shops, start=None, end=None):
        """Read the payouts of the shops, of `self.shop` without any; returns what was counted."""
        with self.environment() as env:
            counts = [
                shop._read_payouts(lambda: env["ir.cron"]._commit_progress(), start, end)
                for shop in env["marketplace.shop"].browse([shop.id for shop in shops] or self.shop.ids)
            ]
        return sum(counts[1:], counts[0])

    def payouts(self, shop=None):
        """The payouts of a shop, oldest first."""
        shop = shop or self.shop
        return self.env["marketplace.payout"].search([("shop_id", "=", shop.id)], order="date_start, id")

    def settle(self):
        """Let everything be settled that is due."""
        self.later(WEEK)
        self.tend()

    def sold(self, **facts):
        """An order that has arrived at its buyer."""
        placed = self.place([(self.sku, 2)], shipping_fee="1.99", seller_voucher="3.00", **facts)
        self.move_there(placed, "completed")
        return placed

    def writes(self, work):
        """How many rows of payouts the work writes."""
        self.env.flush_all()
        tables = ("marketplace_payout", "marketplace_payout_line", "marketplace_payout_settlement")
        versions = []
        for _moment in range(2):
            found = set()
            for table in tables:
                self.env.cr.execute(f"SELECT id, xmin::text, cmin::text, ctid::text FROM {table}")
                found |= {(table, *row) for row in self.env.cr.fetchall()}
            versions.append(found)
            if len(versions) == 1:
                work()
                self.env.flush_all()
        return len(versions[1] - versions[0])


class ReadingTests:
    def test_read(self):
        """R82 R87: each row with its order and fee type; balances and rows leave nothing unexplained."""
        placed = self.sold()
        order = self.import_now(placed)
        self.settle()
        counts = self.read()
        payouts = self.payouts()
        self.assertEqual(counts["created"], len(payouts))
        self.assertEqual(self.shop.payouts_error, False)
        closed = payouts.filtered("is_final")
        self.assertTrue(closed)
        self.assertEqual(set(closed.mapped("difference")), {0})
        settlement = payouts.settlement_ids.filtered(lambda each: each.order_ref == self.ref(placed))
        self.assertEqual(len(settlement), 1)
        self.assertAlmostEqual(settlement.amount, self.total_there(placed))
        self.assertEqual(settlement.order_id, order)
        self.assertLess(settlement.fees, 0)
        rows = payouts.line_ids.filtered(lambda line: line.order_ref == self.ref(placed))
        self.assertEqual(rows, settlement.line_ids)
        self.assertAlmostEqual(sum(rows.mapped("moved")), settlement.amount + settlement.fees)
        self.assertEqual(rows.order_id, order)
        self.assertNotIn("unknown", rows.mapped("kind"))

    def test_again(self):
        """Whatever is read again writes nothing where nothing has changed."""
        self.sold()
        self.settle()
        self.read()
        counts = []
        written = self.writes(lambda: counts.append(self.read(start=self.payouts()[0].date_start)))
        self.assertEqual(written, 0)
        self.assertEqual(counts[0]["unchanged"], len(self.payouts()))
        self.assertFalse(counts[0]["updated"] or counts[0]["created"])

    def test_order_comes_later(self):
        """A payout that was read before its order finds it once it is imported."""
        placed = self.sold()
        self.settle()
        self.read()
        settlement = self.payouts().settlement_ids.filtered(lambda each: each.order_ref == self.ref(placed))
        self.assertFalse(settlement.order_id)
        self.shop.create_fulfilled = True
        order = self.import_now(placed)
        self.assertEqual(settlement.order_id, order)
        self.assertEqual(settlement.line_ids.order_id, order)

    def test_days(self):
        """What ended before the first day is not read, and an accountant asks for it by its days."""
        self.sold()
        self.settle()
        self.shop.payouts_from = self.shop.payouts_from + timedelta(days=60)
        self.assertFalse(self.read()["created"])
        self.assertTrue(self.read(start=self.shop.payouts_from - timedelta(days=60))["created"])


@tagged("post_install", "-at_install")
class TestLazada(ReadingTests, AtLazada, PayoutCase):
    def tend(self):
        self.lazada.tend()


@tagged("post_install", "-at_install")
class TestShopee(ReadingTests, AtShopee, PayoutCase):
    def tend(self):
        pass
