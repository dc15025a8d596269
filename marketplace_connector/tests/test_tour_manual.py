from odoo.tests import tagged

from ..simulator.lazada.state import Line
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourManual(TourCase):
    def test_by_hand(self):
        """R62, R64: an order of the own fleet says what to do, its delivery is validated by hand."""
        shop = self.connect("lazada")
        shop.process_orders = True
        with self.lazada.clock.ago(7200):
            placed = self.lazada.place_order(
                self.lazada.shop("SG"), [Line("TEE-BLK-M", 2, shipping="seller_own_fleet")]
            )
        self.told = {"order": str(placed.order_id)}
        self.pull(shop)
        self.tour("manual_by_hand")
        self.assertEqual(self.order(placed.order_id).picking_ids.mapped("state"), ["done"])

    def test_lost(self):
        """R62, R64: a lost parcel, and the word of a person that it is dealt with."""
        shop = self.connect("shopee")
        with self.shopee.clock.ago(7200):
            placed = self.shopee.place_order(self.shopee.shop("SG"), [("TEE-BLK-M", 1)])
        self.told = {"order": placed.order_sn}
        self.pull(shop)
        with self.shopee.clock.ago(600):
            self.shopee.advance(placed, "SHIPPED")
        self.pull(shop)
        with self.shopee.clock.ago(300):
            self.shopee.fail(placed, "LOGISTICS_LOST")
        self.pull(shop)
        delivery = self.order(placed.order_sn).picking_ids
        self.tour("manual_lost", url=f"/odoo/marketplace-deliveries/{delivery.id}", login="ravi")
        self.assertFalse(self.order(placed.order_sn).marketplace_manual_reason)
