"""The simulated Lazada: the calls that a catalogue is read with, whatever the seller does with the products."""

import json
import random
import time

from ..simulator.catalogue import catalogue
from ..simulator.lazada import Line
from ..simulator.seed import random_plan, seed
from ..simulator.shelf import Shelf
from .test_pure_simulator_lazada import LazadaCase

SKU = "TEE-BLK-M"


class CatalogueCase(LazadaCase):
    def setUp(self):
        super().setUp()
        self.shelf = self.shop.shelf
        self.tee, self.tee_m = self.shelf.skus()[SKU]

    def products(self, **parameters):
        return self.data("/products/get", **{"filter": "all", "options": "1", "limit": "50", **parameters})

    def numbers(self, **parameters):
        """The numbers on the shelf of the products that are found."""
        found = self.products(**parameters).get("products", [])
        return [one["item_id"] % 1_000_000 for one in found]

    def product(self, number):
        return next(
            one
            for status in ("all", "deleted")
            for one in self.products(filter=status).get("products", [])
            if one["item_id"] % 1_000_000 == number
        )

    def sku(self, variant):
        product = self.product(self.shelf.product_of(variant).number)
        return next(one for one in product["skus"] if one["SkuId"] % 1_000_000 == variant)


class TestStatuses(CatalogueCase):
    def test_each_status_has_its_filter(self):
        for status, wanted, name in (
            ("inactive", "inactive", "InActive"),
            ("pending", "pending", "Pending QC"),
            ("banned", "rejected", "Suspended"),
            ("deleted", "deleted", "Deleted"),
        ):
            self.shelf.set_status(1, status)
            self.assertEqual(self.numbers(filter=wanted), [1])
            self.assertNotIn(1, self.numbers(filter="live"))
            self.assertEqual(1 in self.numbers(), status != "deleted")
            product = self.product(1)
            self.assertEqual(product["status"], name)
            self.assertEqual(
                {one["Status"] for one in product["skus"]}, {"deleted" if status == "deleted" else "inactive"}
            )
        self.lazada.all_includes_deleted = True
        self.assertIn(1, self.numbers())
        self.shelf.forget(1)
        self.assertNotIn(1, self.numbers())
        self.assertEqual(self.products(filter="deleted"), {})

    def test_suspended_sku(self):
        """A SKU that is taken off alone stands apart, or among the others."""
        self.shelf.suspend(self.tee_m.number)
        product = self.product(1)
        self.assertEqual(product["status"], "Active")
        self.assertEqual([one["SellerSku"] for one in product["suspendedSkus"]], [SKU])
        self.assertNotIn(SKU, [one["SellerSku"] for one in product["skus"]])
        self.lazada.suspended_skus_stand_apart = False
        self.assertEqual(self.sku(self.tee_m.number)["Status"], "inactive")
        self.assertEqual(self.product(1)["suspendedSkus"], [])

    def test_nothing_found(self):
        self.assertEqual(self.products(filter="deleted"), {})
        self.lazada.nothing_found_is_empty = False
        self.assertEqual(self.products(filter="deleted"), {"total_products": 0, "products": []})

    def test_sold_out(self):
        for variant in self.tee.variants:
            self.lazada.stock(self.shop, variant.number).sellable = 0
        self.assertEqual(self.numbers(filter="sold-out"), [1])


class TestPages(CatalogueCase):
    def test_orders(self):
        """Items are counted; by creation, from the newest, or mixed: each stands on one page."""
        numbers = [product.number for product in catalogue()]
        for order, expected in (("created", numbers), ("newest", numbers[::-1]), ("mixed", None)):
            self.lazada.product_order = order
            seen = []
            for offset in range(0, len(numbers), 7):
                page = self.products(limit="7", offset=str(offset))
                self.assertEqual(page["total_products"], len(numbers))
                seen += [one["item_id"] % 1_000_000 for one in page["products"]]
            self.assertEqual(sorted(seen), numbers)
            if expected:
                self.assertEqual(seen, expected)
            else:
                self.assertNotIn(seen, (numbers, numbers[::-1]))

    def test_ceiling(self):
        """An offset past the ceiling is refused; by date everything can be reached."""
        self.lazada.highest_product_offset = 4
        self.assertEqual(len(self.numbers(offset="4", limit="2")), 2)
        self.assert_refused(self.call("/products/get", filter="all", offset="5"), "14", "Invalid Offset")

    def test_times(self):
        self.lazada.clock.move(3600)
        self.shelf.change(3, name="Renamed")
        now = self.lazada.clock.now()
        hour_ago = (now.replace(microsecond=0)).strftime("%Y-%m-%dT%H:%M:%S+0000")
        self.assertEqual(self.numbers(update_after=hour_ago), [3])
        self.assertNotIn(3, self.numbers(update_before="2026-01-01T00:00:00+0800"))
        self.assertEqual(self.numbers(create_after=hour_ago), [])
        added = self.shelf.add("Mug", ["MUG"])
        self.assertEqual(self.numbers(create_after=hour_ago), [added.number])
        content = self.product(3)
        self.assertEqual(content["updated_time"], str(int(self.shelf.changed_at(3).timestamp() * 1000)))
        self.assertLess(int(content["created_time"]), int(content["updated_time"]))

    def test_ten_thousand(self):
        """A shop with ten thousand SKUs is read in a few seconds, in whole items."""
        self.shop.shelf = Shelf.generated(10_000, clock=self.lazada.clock)
        started, seen = time.perf_counter(), set()
        for offset in range(0, 2500, 50):
            page = self.products(offset=str(offset))
            seen.update(sku["SkuId"] for product in page["products"] for sku in product["skus"])
        self.assertEqual(len(seen), 10_000)
        self.assertLess(time.perf_counter() - started, 30)


class TestFields(CatalogueCase):
    def test_prices(self):
        """The special price has its dates; without one it is 0."""
        self.assertEqual(self.sku(self.tee_m.number)["special_price"], 0)
        self.shelf.change_variant(self.tee_m.number, price="20", sale_price="15")
        sku = self.sku(self.tee_m.number)
        self.assertEqual((sku["price"], sku["special_price"], sku["currency_unit"]), (19.9, 14.9, "SGD"))
        self.assertRegex(sku["special_from_time"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        order = self.lazada.place_order(self.shop, [(SKU, 1)])
        self.assertEqual(str(order.units[0].item_price), "14.90")

    def test_names_and_options(self):
        self.shelf.change(1, name="Kaos Polos")
        added = self.shelf.add_variant(1, "TEE-RED-M", {"Color": "Red", "Size": "M"})
        product = self.product(1)
        self.assertEqual(product["attributes"]["name"], "Kaos Polos")
        self.assertIn("Red", product["variation"]["variation1"]["options"])
        self.assertEqual(self.sku(added.number)["saleProp"], {"Color": "Red", "Size": "M"})
        self.shelf.remove_variant(added.number)
        self.assertNotIn("TEE-RED-M", [one["SellerSku"] for one in self.product(1)["skus"]])

    def test_barcode(self):
        """No field is documented for it: none is told unless the switch names one."""
        self.shelf.change_variant(self.tee_m.number, barcode="8881234567890")
        self.assertNotIn("8881234567890", json.dumps(self.product(1)))
        self.lazada.barcode_field = "barcode_ean"
        self.assertEqual(self.sku(self.tee_m.number)["barcode_ean"], "8881234567890")

    def test_pictures(self):
        """The address in the answer leads to the picture; another picture has another address."""
        address = self.product(1)["images"][0]
        self.assertTrue(address.startswith("http://localhost/pictures/"))
        self.assertEqual(self.web.get(address).content_type, "image/png")
        self.shelf.new_picture(1)
        self.assertNotEqual(self.product(1)["images"][0], address)
        self.lazada.images_are_text = True
        self.assertEqual(len(json.loads(self.product(1)["images"])), 1)
        self.shelf.change(1, picture=0)
        self.assertEqual(json.loads(self.product(1)["images"]), [])

    def test_missing_and_doubled_skus(self):
        """Orders and stock tell SKUs apart that have no seller SKU, or the same one."""
        one, other = self.tee.variants[0].number, self.tee.variants[1].number
        for number in (one, other):
            self.shelf.change_variant(number, sku="TWICE")
        for number, pieces in ((one, 1), (other, 2)):
            order = self.lazada.place_order(self.shop, [Line("", pieces, variant=number)])
            item = self.data("/order/items/get", order_id=str(order.order_id))[0]
            self.assertEqual((item["sku"], int(item["sku_id"]) % 1_000_000), ("TWICE", number))
            self.assertEqual(self.sku(number)["Available"], self.shelf.variant(number).stock - pieces)
        self.shelf.change_variant(one, sku="")
        order = self.lazada.place_order(self.shop, [Line("", 1, variant=one)])
        self.assertEqual((order.units[0].sku, self.sku(one)["SellerSku"]), ("", ""))
        self.assertEqual(self.numbers(sku_seller_list=json.dumps(["TWICE"])), [1])

    def test_quantity(self):
        """The total, as the guides have it, or what can be sold, as the samples of the references show."""
        self.lazada.place_order(self.shop, [(SKU, 3)])
        self.lazada.receive(self.shop, SKU, 10)
        total = self.tee_m.stock + 10
        self.assertEqual([self.sku(self.tee_m.number)[name] for name in ("quantity", "Available")], [total, total - 3])
        self.lazada.quantity_is_sellable = True
        sku = self.sku(self.tee_m.number)
        self.assertEqual((sku["quantity"], sku["multiWarehouseInventories"][0]["quantity"]), (total - 3, total - 13))

    def test_kept_by_lazada(self):
        """Of a SKU that Lazada keeps there is nothing at the seller's, and its orders are Lazada's."""
        self.lazada.keep_at_lazada(self.shop, SKU, 12)
        order = self.lazada.place_order(self.shop, [(SKU, 2)])
        self.assertTrue(order.units[0].is_fbl)
        sku = self.sku(self.tee_m.number)
        self.assertEqual([one["totalQuantity"] for one in sku["multiWarehouseInventories"]], [0])
        self.assertEqual([one["sellableQuantity"] for one in sku["fblWarehouseInventories"]], [10])


class TestSeeds(CatalogueCase):
    def test_orders_of_a_changed_shelf(self):
        """Plans are made from what the shop has on sale."""
        self.shop.shelf = Shelf.generated(40, clock=self.lazada.clock)
        orders = seed(self.lazada, 3)
        self.assertEqual({unit.sku[:4] for order in orders for unit in order.units}, {"GEN-"})
        plan = random_plan(random.Random(1), "SG", 2, shelf=self.shop.shelf)
        self.assertFalse(self.lazada.carry_out(self.shop, plan).is_problem)
        answer = self.web.post("/seller-center/test-orders", json={"count": 3, "lines": 2}).json
        self.assertEqual(answer["count"], 3)
