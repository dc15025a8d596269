from odoo.tests import tagged

from ..simulator.catalogue import ambiguous_skus, catalogue, skus
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTourCatalogue(TourCase):
    @classmethod
    def make_products(cls):
        super().make_products()
        umbrella = {"name": "Golf Umbrella", "default_code": "UMB-09", "is_storable": True, "list_price": 24.9}
        cls.umbrella = cls.env["product.product"].create(umbrella)

    def setUp(self):
        super().setUp()
        shelf = self.lazada.shop("SG").shelf
        for product in catalogue():  # what Odoo does not have is to be two SKUs
            if any(not variant.erp_products for variant in product.variants):
                shelf.set_status(product.number, "inactive")
        shelf.add("Golf umbrella, extra large", ["UMB09"], price="24.90")
        shelf.add("Gift wrap", ["GIFT-WRAP"], price="1.90")

    def test_catalogue(self):
        """R12 to R17: sync, link a suggestion, ignore what is no product, choose one of several, look at a product."""
        shop = self.connect("lazada")
        self.tour("catalogue", login="ravi")
        listings = self.env["marketplace.listing"].search([("shop_id", "=", shop.id)])
        self.assertEqual(listings.filtered(lambda one: one.seller_sku == "UMB09").product_id, self.umbrella)
        self.assertEqual(listings.filtered("ignored").mapped("seller_sku"), ["GIFT-WRAP"])
        several = listings.filtered(lambda one: one.seller_sku == ambiguous_skus()[0])
        self.tour("listing", f"/odoo/marketplace-listings/{several.id}", login="ravi")
        self.assertEqual(several.product_id.default_code, several.seller_sku)
        other = self.connect("shopee")
        with self.environment() as env:
            env["marketplace.shop"].browse(other.id)._sync_catalogue(lambda: 1)
        sku = next(sku for sku, (_product, variant) in skus().items() if variant.erp_products == 1)
        product = self.env["product.product"].search([("default_code", "=", sku)])
        self.tour("product", f"/odoo/product.template/{product.product_tmpl_id.id}", login="ravi")
