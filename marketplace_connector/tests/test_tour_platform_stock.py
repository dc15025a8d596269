from odoo.tests import tagged

from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourPlatformStock(TourCase):
    def place(self, lines):
        """A buyer's order of two hours ago that Lazada ships."""
        with self.lazada.clock.ago(7200):
            return self.lazada.place_order(self.lazada.shop("SG"), lines, fulfilled_by_lazada=True)

    def test_platform_stock(self):
        """Read what Lazada keeps, see what differs, record what was sent there; its delivery offers nothing to do."""
        shop = self.connect("lazada")
        for sku in ("TEE-BLK-M", "LAMP-WHT"):
            self.lazada.receive(self.lazada.shop("SG"), sku, 10)
        shipped = self.place([("LAMP-WHT", 3)])
        waiting = self.place([("TEE-BLK-M", 2)])
        self.pull(shop)
        self.lazada.advance(shipped, "shipped")
        self.pull(shop)
        self.assertEqual(self.order(shipped.order_id).picking_ids.state, "done")
        self.tour("platform_stock")
        listing = self.env["marketplace.listing"].search([("seller_sku", "=", "TEE-BLK-M")])
        self.assertEqual((listing.platform_on_hand, listing.platform_state), (10, "equal"))
        self.told = {"order": str(waiting.order_id)}
        self.tour("platform_delivery")
