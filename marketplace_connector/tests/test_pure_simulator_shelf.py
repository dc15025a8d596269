"""The simulated shops' shelves: what a seller has on sale, how it changes, and its pictures."""

import random
import time
import unittest
from decimal import Decimal
from io import BytesIO

from PIL import Image
from werkzeug.test import Client

from ..simulator import catalogue
from ..simulator.clock import Clock
from ..simulator.lazada import Lazada
from ..simulator.pictures import picture_url, png
from ..simulator.seed import plans, random_plan
from ..simulator.shelf import Shelf
from ..simulator.shopee.app import Shopee


class TestShelf(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.shelf = Shelf(clock=self.clock)

    def test_starts_with_the_catalogue(self):
        self.assertEqual(self.shelf.products, list(catalogue.catalogue()))
        self.assertEqual(list(self.shelf.skus().items()), list(catalogue.skus().items()))
        self.assertEqual(self.shelf.good_skus(), catalogue.good_skus())
        self.assertEqual(plans(1, "SG", shelf=self.shelf), plans(1, "SG"))

    def test_shops_do_not_share_it(self):
        for platform in (Lazada(countries=("SG", "MY")), Shopee(countries=("SG", "MY"))):
            one, other = platform.shops.values()
            one.shelf.add("Mug", ["MUG"])
            self.assertIn("MUG", one.shelf.skus())
            self.assertNotIn("MUG", other.shelf.skus())
            self.assertIs(one.shelf.clock, platform.clock)

    def test_products_are_added(self):
        product = self.shelf.add("Mug", [("MUG-R", {"Color": "Red"}), ("MUG-B", {"Color": "Blue"})], price="7.50")
        self.assertEqual(product.number, len(catalogue.catalogue()) + 1)
        self.assertIs(self.shelf.products[-1], product)
        found, variant = self.shelf.skus()["MUG-B"]
        self.assertEqual(
            (found, variant.options, variant.prices["SGD"]), (product, (("Color", "Blue"),), Decimal("7.90"))
        )
        third = self.shelf.add_variant(product.number, "MUG-G", {"Color": "Green"})
        self.assertEqual(self.shelf.product(product.number).variants[-1], third)
        self.assertEqual(self.shelf.product_of(third.number), self.shelf.product(product.number))

    def test_changes_are_remembered(self):
        product, variant = self.shelf.skus()["TEE-BLK-M"]
        self.assertEqual(self.shelf.changed_at(product.number), self.shelf.created_at(product.number))
        self.clock.move(3600)
        self.shelf.change(product.number, name="Another name")
        self.assertEqual(self.shelf.changed_at(product.number), self.clock.now().replace(microsecond=0))
        self.assertEqual(self.shelf.changed_at(2), self.shelf.created_at(2))
        self.shelf.change_variant(variant.number, price="20", sale_price="15", barcode="8881234567890")
        changed = self.shelf.variant(variant.number)
        self.assertEqual((changed.prices["SGD"], changed.sale_prices["SGD"]), (Decimal("19.90"), Decimal("14.90")))
        self.assertEqual(self.shelf.skus()["TEE-BLK-M"], (self.shelf.product(product.number), changed))
        self.shelf.change_variant(variant.number, sale_price="0")
        self.assertFalse(self.shelf.variant(variant.number).sale_prices)

    def test_missing_and_doubled_skus(self):
        one, other = (self.shelf.skus()[sku][1].number for sku in ("TEE-BLK-M", "TEE-BLK-L"))
        self.shelf.change_variant(other, sku="TEE-BLK-M")
        self.assertEqual(self.shelf.skus()["TEE-BLK-M"][1].number, min(one, other))
        self.assertFalse({"TEE-BLK-M", "TEE-BLK-L"} & set(self.shelf.good_skus()))
        self.shelf.change_variant(one, sku="")
        self.assertNotIn("", self.shelf.skus())
        self.assertEqual(self.shelf.skus()["TEE-BLK-M"][1].number, other)
        self.assertIn("TEE-BLK-M", self.shelf.good_skus())

    def test_off_the_shelf(self):
        product, variant = self.shelf.skus()["TEE-BLK-M"]
        for status in ("inactive", "pending", "banned", "deleted"):
            self.shelf.set_status(product.number, status)
            self.assertEqual(self.shelf.status(product.number), status)
            self.assertFalse(self.shelf.is_buyable(variant.number))
            self.assertNotIn("TEE-BLK-M", self.shelf.good_skus())
        self.assertIn(product, self.shelf.products)
        again = self.shelf.add("Its successor", ["TEE-BLK-M"])
        self.assertEqual(self.shelf.skus()["TEE-BLK-M"][0], again)
        with self.assertRaises(ValueError):
            self.shelf.set_status(product.number, "sleeping")

    def test_variants_go(self):
        product, variant = self.shelf.skus()["TEE-BLK-M"]
        self.shelf.suspend(variant.number)
        self.assertFalse(self.shelf.is_buyable(variant.number))
        self.shelf.suspend(variant.number, False)
        self.assertTrue(self.shelf.is_buyable(variant.number))
        self.shelf.remove_variant(variant.number)
        self.assertIsNone(self.shelf.variant(variant.number))
        self.assertEqual(len(self.shelf.product(product.number).variants), len(product.variants) - 1)
        last = self.shelf.add("Mug", ["MUG"])
        self.shelf.remove_variant(last.variants[0].number)
        self.assertEqual(self.shelf.status(last.number), "deleted")
        self.shelf.forget(last.number)
        self.assertIsNone(self.shelf.product(last.number))
        self.assertGreater(self.shelf.add("Cup", ["CUP"]).variants[0].number, last.variants[0].number)

    def test_many(self):
        """Ten thousand variants at once, all of them sound; plans can be made for such a shop."""
        started = time.perf_counter()
        shelf = Shelf.generated(10_001)
        self.assertLess(time.perf_counter() - started, 5)
        self.assertEqual((len(shelf.products), len(shelf.good_skus())), (2501, 10_001))
        self.assertEqual(len({variant.barcode for _, variant in shelf.skus().values()}), 10_001)
        for product in shelf.products[:10]:
            self.assertEqual(len({variant.options for variant in product.variants}), len(product.variants))
        self.assertTrue(
            set(line.sku for plan in plans(1, "TH", shelf=shelf) for line in plan.lines) <= set(shelf.skus())
        )
        self.assertEqual(random_plan(random.Random(1), "SG", 3, shelf=shelf).lines[0].sku[:4], "GEN-")


class TestPictures(unittest.TestCase):
    def test_served_by_both(self):
        for platform in (Lazada(), Shopee()):
            number, shop = next(iter(platform.shops.items()))
            web, product = Client(platform), shop.shelf.products[0]
            address = picture_url("http://localhost/", number, product)
            answer = web.get(address)
            self.assertEqual((answer.status_code, answer.content_type), (200, "image/png"))
            self.assertEqual(answer.data, png(1, 1))
            shop.shelf.new_picture(1)
            self.assertEqual(web.get(address).status_code, 404)
            later = web.get(picture_url("http://localhost/", number, shop.shelf.product(1)))
            self.assertNotEqual(later.data, answer.data)
            shop.shelf.change(1, picture=0)
            self.assertEqual(picture_url("http://localhost/", number, shop.shelf.product(1)), "")

    def test_real_files(self):
        self.assertEqual(Image.open(BytesIO(png(3, 1))).size, (96, 96))
        self.assertEqual(len({png(number, 1) for number in range(30)}), 30)
