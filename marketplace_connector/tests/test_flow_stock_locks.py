"""Campaigns hold pieces: no number goes below them, and who promises too much is told."""

from odoo.tests import tagged

from .sending_case import SendingCase, StockAtLazada, StockAtShopee

ALARM = "marketplace_connector.mail_activity_type_stock"


class Locks:
    def setUp(self):
        super().setUp()
        self.product = self.products[0]
        self.put(self.product, 10)
        self.start()
        self.listing = self.of(self.product)

    def test_locked_until_the_campaign_ends(self):
        """D1: a number below what a campaign holds is not sent; the listing says so; it is sent when the lock ends."""
        self.campaign(self.product, 8, hours=5)
        self.put(self.product, -7)
        self.send_stock()
        self.assertEqual((self.there(self.product), self.listing.stock_state), (10, "locked"))
        self.assertIn("Locked by a campaign at 8", self.listing.stock_why)
        self.assertEqual(self.shop.stock_locked_count, 1)
        calls = self.update_calls()
        self.later(15)
        self.send_stock()
        self.assertEqual(self.update_calls(), calls, "it is known to be locked")
        self.later(5 * 60)
        self.send_stock()
        self.assertEqual((self.there(self.product), self.listing.stock_state), (3, "accepted"))

    def test_above_the_lock_is_sent(self):
        self.campaign(self.product, 4)
        self.put(self.product, -3)
        self.send_stock()
        self.assertEqual((self.there(self.product), self.listing.stock_state), (7, "accepted"))

    def test_alarm(self):
        """Less is free than campaigns hold: an activity and a filter; both go by themselves."""
        self.campaign(self.product, 8, hours=48)
        self.put(self.product, -7)
        self.send_stock()
        self.assertTrue(self.listing.below_locks)
        activity = self.shop.activity_search([ALARM])
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.shop.responsible_id)
        self.assertIn("hold more pieces", activity.note)
        self.put(self.product, 20)
        self.send_stock()
        self.assertEqual((self.listing.below_locks, self.there(self.product)), (False, 23))
        self.assertFalse(self.shop.activity_search([ALARM]))

    def test_sold_too_many(self):
        """D1: what was sold although nobody has it is said at once, in every shop, until it is there or cancelled."""
        for shop in self.shops - self.shop:
            self.start(shop)
        self.put(self.product, -9)
        placed = self.place([(self.product.default_code, 3)])
        self.import_now(placed)
        self.send_stock()
        self.assertEqual(set(self.of(self.product, shop).oversold for shop in self.shops), {2})
        self.assertIn("than there are", self.shop.activity_search([ALARM]).note)
        self.assertEqual(self.there(self.product), 0)
        self.cancel_there(placed)
        self.later(5)
        self.sync()
        self.send_stock()
        self.assertEqual(self.listing.oversold, 0)
        self.assertFalse(self.shop.activity_search([ALARM]))

    def test_locks_of_both_shops_together(self):
        """Two campaigns of 6 with 10 free pieces: each is right by itself, both together are not."""
        for shop in self.shops:
            listing = self.of(self.product, shop)
            listing.write({"listed_locked": 6})
        self.env["marketplace.stock.mark"]._note(products=self.product)
        self.send_stock()
        self.assertTrue(all(self.listings.filtered(lambda one: one.product_id == self.product).mapped("below_locks")))

    def test_refused_for_a_lock_that_was_not_known(self):
        """The others of the same run are sent."""
        other = self.products[1]
        self.put(other, 4)
        self.campaign(self.product, 9)
        self.put(self.product, -8)
        self.send_stock()
        self.assertEqual((self.there(other), self.listing.stock_state), (4, "locked"))
        self.assertFalse(self.env["marketplace.job"].search([("kind", "=", "stock")]))


@tagged("post_install", "-at_install")
class TestLazada(Locks, StockAtLazada, SendingCase):
    pass


@tagged("post_install", "-at_install")
class TestShopee(Locks, StockAtShopee, SendingCase):
    pass
