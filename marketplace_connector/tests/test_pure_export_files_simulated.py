"""What the simulated Seller Centers export is read as what their shops have on sale (R6, R7)."""

import unittest

from ..marketplaces.lazada.client import LazadaClient
from ..marketplaces.shopee.client import ShopeeClient
from ..simulator.lazada.app import Lazada
from ..simulator.lazada.bulk_manage import price_stock_workbook
from ..simulator.shopee.app import Shopee
from ..simulator.shopee.mass_update import sales_info_file

COUNTRIES = ("SG", "MY", "TH", "PH", "VN", "ID")


class TestSimulatedExports(unittest.TestCase):
    def compared(self, shop, export, currency):
        """Every variant of the shop's shelf is read, with its price, and nothing else is."""
        self.assertFalse([sku for sku in export.skus if sku.problem])
        variants = [
            (variant.sku, product.name, ",".join(value for _name, value in variant.options), variant.prices[currency])
            for product in shop.shelf.products
            for variant in product.variants
        ]
        read = [
            (sku.seller_sku, sku.name, ",".join(value for _n, value in sku.options), sku.price) for sku in export.skus
        ]
        self.assertEqual(read, variants)
        self.assertTrue(all(sku.quantity is not None for sku in export.skus))
        self.assertEqual(len({sku.listing_key for sku in export.skus}), len(variants))

    def test_lazada(self):
        """Six countries, their headers, ids as numbers and as text."""
        app = Lazada(countries=COUNTRIES)
        for shop in app.shops.values():
            with self.subTest(country=shop.country.code):
                export = LazadaClient.read_export([price_stock_workbook(app, shop)])
                self.compared(shop, export, shop.country.currency)
                self.assertEqual({sku.site for sku in export.skus}, {shop.country.code})

    def test_shopee(self):
        """Six countries; an item without variations has no variation's number, or 0."""
        app = Shopee(countries=COUNTRIES)
        for shop in app.shops.values():
            for plain in ("", "0"):
                with self.subTest(region=shop.region, plain=plain):
                    export = ShopeeClient.read_export([sales_info_file(app, shop, plain)])
                    self.compared(shop, export, shop.country.currency)
                    self.assertEqual(export.shop_ref, str(shop.shop_id))
