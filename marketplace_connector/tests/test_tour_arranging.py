from odoo.tests import tagged

from ..simulator.shopee.channels import SELLERS_OWN
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourArranging(TourCase):
    def arrange(self, tour, **facts):
        """An order of two hours ago is arranged in the dialogue of its button; the order."""
        shop = self.connect("shopee")
        shop.process_orders = True
        with self.shopee.clock.ago(7200):
            placed = self.shopee.place_order(self.shopee.shop("SG"), [("TEE-BLK-M", 2)], **facts)
        self.told = {**self.told, "order": placed.order_sn}
        self.pull(shop)
        self.tour(tour, login="ravi")
        with self.environment() as env:
            env["marketplace.job"]._cron_run_acts()
        return placed

    def test_pick_up(self):
        """R137, R140: another time than the recommended one is chosen."""
        placed = self.arrange("arrange_pickup")
        chosen = placed.packages[0].hand_over
        slots = {slot["pickup_time_id"]: slot["time_text"] for slot in self.shopee.time_slots(placed.shop)}
        self.assertEqual((chosen.method, slots[chosen.pickup_time_id]), ("pickup", "13:00 - 18:00"))

    def test_own_courier(self):
        """The number of the seller's own courier is typed, and stands on the delivery."""
        placed = self.arrange("arrange_own_courier", courier=SELLERS_OWN)
        self.assertEqual(placed.packages[0].hand_over.tracking_number, "OWN-4711")
        self.assertEqual(self.order(placed.order_sn).picking_ids.carrier_tracking_ref, "OWN-4711")
