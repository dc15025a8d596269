from odoo.tests import new_test_user, tagged

from . import test_tour_shipping
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourLabels(TourCase):
    act = test_tour_shipping.TestTourShipping.act
    place = test_tour_shipping.TestTourShipping.place

    def test_print_labels(self):
        """R51 R53 R70: a packer without sales rights prints all new labels in one click; what is missing is said."""
        shop = self.connect("lazada")
        shop.process_orders = True
        for _ in range(3):
            self.lazada.pack(self.place(self.lazada, [("TEE-BLK-M", 1)])[0])
        self.place(self.lazada, [("LAMP-WHT", 1)])
        self.pull(shop)
        self.act()
        packages = self.env["marketplace.package"].search([("label_id", "!=", False)])
        self.assertEqual(len(packages), 3)
        new_test_user(self.env, "siti", "stock.group_stock_user", name="Siti Rahayu", tz="Asia/Singapore")
        self.tour("print_labels", login="siti")
        self.assertTrue(all(packages.mapped("label_printed_at")))
        self.tour("missing_labels", login="siti")
