"""Once a day what the marketplaces show is read, compared with what Odoo has, and put right."""

from odoo.tests import tagged

from .sending_case import SendingCase, StockAtLazada, StockAtShopee


class Comparing:
    def setUp(self):
        super().setUp()
        self.product, self.other = self.products[:2]
        self.put(self.product, 10)
        self.put(self.other, 5)
        self.start()
        self.listing = self.of(self.product)

    def test_drift_is_listed_and_put_right(self):
        """Somebody typed a number into Seller Center: it is sent again, and listed until both agree."""
        self.set_there(self.product, 9)
        self.compare()
        self.send_stock()
        self.assertEqual(self.there(self.product), 10)
        self.assertEqual(self.listing.stock_drift_text, "It showed 9, 10 was sent again.")
        self.assertEqual(self.shop.stock_drift_count, 1)
        self.assertFalse(self.of(self.other).stock_drift_at)
        self.compare()
        self.assertFalse(self.listing.stock_drift_at)

    def test_what_was_sold_is_no_drift(self):
        """The marketplace lowers its number by itself, with orders that Odoo has and with one that it has not yet."""
        self.place([(self.product.default_code, 2)])
        self.later(1)
        self.sync()
        self.send_stock()
        self.later(24 * 60)
        self.place([(self.product.default_code, 1)])
        self.compare()
        self.send_stock()
        self.assertEqual(self.there(self.product), 7)
        self.assertFalse(self.listing.stock_drift_at)

    def test_agrees(self):
        """Nothing is sent, and the next look comes a day later."""
        calls = self.update_calls()
        self.compare()
        self.send_stock()
        self.assertEqual(self.update_calls(), calls)
        self.assertTrue(self.listing.stock_seen_at)
        asked = self.product_calls()
        with self.environment() as env:
            env["marketplace.shop"]._cron_read_stock()
        self.assertEqual(self.product_calls(), asked)

    def test_refreshes_what_was_lost(self):
        """A number that the marketplace lost is raised again only after all orders were read."""
        self.set_there(self.product, 0)
        self.place([(self.other.default_code, 1)])
        self.compare()
        self.send_stock()
        self.assertEqual((self.there(self.product), self.there(self.other)), (10, 4))

    def test_down(self):
        """Trouble stands on the shop, and what was read stays."""
        self.platform.faults.order("server_error", "product", times=100)
        self.compare()
        self.assertTrue(self.shop.stock_error)
        self.platform.faults.ordered.clear()
        self.set_there(self.product, 3)
        self.compare()
        self.send_stock()
        self.assertFalse(self.shop.stock_error)
        self.assertEqual(self.there(self.product), 10)

    def product_calls(self):
        return sum(count for path, count in self.platform.calls.items() if "product" in path)


@tagged("post_install", "-at_install")
class TestLazada(Comparing, StockAtLazada, SendingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(Comparing, StockAtShopee, SendingCase):
    pass
