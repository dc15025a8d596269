"""Pushes as the simulated platforms send them: an order's life without a poll, and what got lost on the way."""

from odoo.tests import tagged

from .push_case import PushSink
from .test_flow_shipping import ShippingCase

LOST = "/api/v2/push/get_lost_push_message"
CONFIRM = "/api/v2/push/confirm_consumed_lost_push_message"


class PushLifeCase(PushSink, ShippingCase):
    def setUp(self):
        super().setUp()
        self.register_pushes()

    def told(self):
        """A minute later the platforms tell what has changed, and Odoo follows."""
        self.later(1)
        self.push_all()
        self.follow()


@tagged("post_install", "-at_install")
class TestLife(PushLifeCase):
    def test_lazada(self):
        """R141: placed, packed, shipped, delivered: each step is in Odoo without a poll."""
        self.stock_up()
        placed = self.place_lazada([(self.sku, 2)])
        self.told()
        order = self.order(placed.order_id)
        self.assertEqual((order.state, order.marketplace_status), ("sale", "ready_to_ship"))
        for status, ours in (("packed", "processed"), ("shipped", "shipped"), ("delivered", "completed")):
            self.lazada.advance(placed, status)
            self.told()
            self.assertEqual(order.marketplace_status, ours)
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertNotIn("/rest/orders/get", self.lazada.calls)

    def test_shopee(self):
        """R141: the same at Shopee, with the tracking number that comes later."""
        self.stock_up()
        self.shopee.tracking_delay = 300
        placed = self.place_shopee([(self.sku, 2)])
        self.told()
        order = self.order(placed.order_sn)
        self.shopee.advance(placed, "PROCESSED")
        self.told()
        self.assertEqual(order.marketplace_status, "processed")
        self.assertFalse(order.picking_ids.carrier_tracking_ref)
        self.later(5)
        self.told()
        self.assertEqual(order.picking_ids.carrier_tracking_ref, placed.packages[0].tracking_number)
        self.shopee.advance(placed, "SHIPPED")
        self.told()
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertNotIn("/api/v2/order/get_order_list", self.shopee.calls)

    def test_buyer_asks_to_cancel(self):
        """A buyer's wish to cancel is on the order at once."""
        placed = self.place_lazada([(self.sku, 1)])
        self.told()
        self.lazada.ask_to_cancel(placed)
        self.told()
        self.assertEqual(self.order(placed.order_id).marketplace_cancel_request, "open")

    def test_withdrawn(self):
        """The seller withdraws the app at Shopee: told at once."""
        self.shopee.revoke(self.shopee.shop("SG"))
        self.told()
        self.assertEqual(self.shopee_shop.state, "disconnected")

    def test_signed_with_the_app_key(self):
        """Where Shopee signs with the partner key the push key stays empty."""
        self.shopee.push_key = ""
        self.register_pushes()
        placed = self.place_shopee([(self.sku, 1)])
        self.told()
        self.assertTrue(self.order(placed.order_sn))
        self.assertFalse(self.shopee_account.push_refused)


@tagged("post_install", "-at_install")
class TestLost(PushLifeCase):
    """R141: what Shopee could not deliver is asked for, and confirmed only once it is safe."""

    def lose(self, count=1):
        self.shopee.pushes_lost = 100
        placed = [self.place_shopee([(self.sku, 1)]) for _ in range(count)]
        self.shopee.push()
        self.shopee.pushes_lost = 0
        self.shopee.calls.clear()
        return placed

    def ask(self):
        with self.environment() as env:
            env["marketplace.account"]._cron_read_lost_pushes()

    def test_recovered(self):
        placed = self.lose(3)
        for push in list(self.shopee.sent_pushes)[:3] * 33 + [self.shopee.sent_pushes[0]]:
            self.shopee.push_has_failed(push)  # in vain again
        self.follow()
        self.assertFalse(self.order(placed[0].order_sn))
        self.ask()
        self.assertEqual((self.shopee.calls[LOST], self.shopee.calls[CONFIRM]), (2, 2))
        self.assertEqual(len(self.hints()), 103)
        self.assertFalse(self.shopee.lost_pushes)
        self.follow()
        self.assertTrue(all(self.order(one.order_sn) for one in placed))
        self.ask()
        self.assertEqual((self.shopee.calls[LOST], self.shopee.calls[CONFIRM]), (3, 2))

    def test_not_confirmed(self):
        """The confirmation does not get through: they are given again, which changes nothing."""
        placed = self.lose()
        self.shopee.faults.order("no_connection", CONFIRM, times=5)
        self.ask()
        self.assertEqual(len(self.hints()), 1)
        self.assertEqual(len(self.shopee.lost_pushes), 1)
        self.shopee.faults.ordered.clear()
        self.ask()
        self.assertFalse(self.shopee.lost_pushes)
        self.follow()
        self.assertEqual(len(self.order(placed[0].order_sn)), 1)

    def test_not_permitted(self):
        """An app that may not ask for them goes on working."""
        self.shopee.denied_paths.add(LOST)
        self.ask()
        self.assertEqual(self.shopee_shop.state, "connected")
        self.assertFalse(self.shopee_shop.error_message)

    def test_account_without_secret(self):
        """An account that cannot ask keeps no other from asking."""
        self.lazada_account.app_secret = False
        self.lose()
        self.ask()
        self.assertEqual(len(self.hints()), 1)

    def test_nothing_to_ask(self):
        """Without a connected shop nobody is asked."""
        self.shopee_shop.state = "disconnected"
        self.shopee.calls.clear()
        self.ask()
        self.assertFalse(self.shopee.calls)
