from base64 import b64encode

from odoo import Command
from odoo.tests import tagged

from ..simulator.lazada.bulk_manage import price_stock_workbook
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourFileImport(TourCase):
    @classmethod
    def make_products(cls):
        """A new database: only one of the SKUs is a product already."""
        cls.known_product = cls.env["product.product"].create(
            {"name": "Desk Lamp", "default_code": "LAMP-WHT", "is_storable": True}
        )

    def test_file_import(self):
        """R8, R10, R11: the file is chosen under Inventory > Products, looked at, imported; its rows lead on."""
        groups = ("product.group_product_manager", "product.group_product_variant")
        self.manager.group_ids = [Command.link(self.env.ref(group).id) for group in groups]
        self.connect("lazada")
        content = price_stock_workbook(self.lazada, self.lazada.shop("SG"))
        self.told = {"file": b64encode(content).decode()}
        self.tour("file_import")
        done = self.env["marketplace.catalogue.import"].search([])
        self.assertEqual((done.state, done.failed_count, done.done_count), ("done", 0, done.row_count))
        listings = done.row_ids.listing_id
        self.assertEqual(set(listings.mapped("state")), {"matched"})
        self.assertEqual(listings.filtered(lambda one: one.seller_sku == "LAMP-WHT").product_id, self.known_product)
