"""The simulated Lazada: products and stock as the API shows them, and goods that arrive at Lazada's warehouse."""

import json

from ..simulator.catalogue import catalogue, skus
from .test_pure_simulator_lazada import LazadaCase

SKU = "TEE-BLK-M"
FBL = "LZD-SG-FBL-01"


class TestProducts(LazadaCase):
    def products(self, **parameters):
        return self.data("/products/get", **{"filter": "all", "options": "1", **parameters})

    def sku_of(self, product, sku):
        return next(one for one in product["skus"] if one["SellerSku"] == sku)

    def test_pages(self):
        """Every product stands on exactly one page; twenty of them where no limit is given."""
        everything = self.products(limit="50")
        self.assertEqual(everything["total_products"], len(catalogue()))
        self.assertEqual(len(everything["products"]), len(catalogue()))
        seen = []
        for offset in range(0, len(catalogue()), 4):
            seen += [one["item_id"] for one in self.products(limit="4", offset=str(offset))["products"]]
        self.assertEqual(seen, [one["item_id"] for one in everything["products"]])
        self.assertEqual({one["SellerSku"] for p in everything["products"] for one in p["skus"]}, set(skus()))

    def test_strict(self):
        for parameters, code in (
            ({}, "MissingParameter"),
            ({"filter": "everything"}, "36"),
            ({"filter": "all", "limit": "51"}, "19"),
            ({"filter": "all", "limit": "0"}, "19"),
            ({"filter": "all", "offset": "10001"}, "14"),
            ({"filter": "all", "update_after": "yesterday"}, "17"),
            ({"filter": "all", "sku_seller_list": "TEE"}, "70"),
            ({"filter": "all", "sku_seller_list": json.dumps([str(i) for i in range(101)])}, "70"),
        ):
            self.assert_refused(self.call("/products/get", **parameters), code)
        self.assert_refused(self.call("/product/item/get"), "200")
        self.assert_refused(self.call("/product/item/get", item_id="1"), "208")
        self.shop.verified = False
        self.assert_refused(self.call("/products/get", filter="all"), "SellerNotVerified")

    def test_filters(self):
        """By status, by what is sold out, by time, by SKU; nothing found is an empty object."""
        self.shop.shelf.set_status(1, "inactive")
        self.assertEqual(self.products(filter="inactive")["total_products"], 1)
        self.assertEqual(self.products(filter="live")["total_products"], len(catalogue()) - 1)
        self.assertEqual(self.products(filter="deleted"), {})
        self.assertEqual(self.products(filter="sold-out"), {})
        for variant in catalogue()[1].variants:
            self.lazada.stock(self.shop, variant.sku).sellable = 0
        self.assertEqual(self.products(filter="sold-out")["total_products"], 1)
        found = self.products(sku_seller_list=json.dumps([SKU, "nonsense"]))
        self.assertEqual([len(one["skus"]) for one in found["products"]], [len(catalogue()[0].variants)])
        self.lazada.list_gives_whole_products = False
        found = self.products(sku_seller_list=json.dumps([SKU]))
        self.assertEqual([one["SellerSku"] for one in found["products"][0]["skus"]], [SKU])
        self.assertEqual(self.products(create_before="2025-01-02T08:00:00+0800")["total_products"], 1)
        self.assertEqual(self.products(create_after="2025-01-02T08:00:00+0800")["total_products"], len(catalogue()))

    def test_one_product(self):
        """The same numbers as orders name, and each warehouse's stock."""
        order = self.lazada.place_order(self.shop, [(SKU, 1)])
        product = self.data("/product/item/get", item_id=str(order.units[0].item_id))
        sku = self.sku_of(product, SKU)
        self.assertEqual((sku["SkuId"], sku["Status"]), (order.units[0].sku_id, "active"))
        self.assertEqual(sku["ShopSku"], f"{order.units[0].item_id}_SG-{order.units[0].sku_id}")
        self.assertEqual(sku["Available"], skus()[SKU][1].stock - 1)
        self.assertEqual(sku["quantity"], skus()[SKU][1].stock)
        self.assertEqual(sku["fblWarehouseInventories"], [])
        self.assertEqual(product["variation"]["variation1"]["name"], "Color")

    def test_without_options_no_warehouses(self):
        products = self.products(options="")["products"]
        self.assertNotIn("multiWarehouseInventories", products[0]["skus"][0])

    def at_lazada(self):
        found = self.products(sku_seller_list=json.dumps([SKU]))["products"][0]
        return self.sku_of(found, SKU)["fblWarehouseInventories"]

    def test_what_lies_at_lazada(self):
        """Received, ordered, packed, shipped, cancelled: each number where the stock model has it (doc 121233)."""
        self.assertEqual(self.at_lazada(), [])
        self.lazada.receive(self.shop, SKU, 10)
        order = self.lazada.place_order(self.shop, [(SKU, 3)], fulfilled_by_lazada=True, paid=False)
        expected = {"warehouseCode": FBL, "sellableQuantity": 7, "withholdQuantity": 3, "occupyQuantity": 0}
        self.assertEqual(self.at_lazada(), [{**expected, "quantity": 10, "totalQuantity": 10}])
        self.lazada.advance(order, "pending")
        self.lazada.cancel(order, "Out of Stock", "system", order.units[:1])
        self.assertEqual([self.at_lazada()[0][name] for name in ("sellableQuantity", "occupyQuantity")], [8, 2])
        self.lazada.advance(order, "shipped")
        self.assertEqual([self.at_lazada()[0][name] for name in ("sellableQuantity", "totalQuantity")], [8, 8])
        self.assertEqual(self.lazada.stock(self.shop, SKU).sellable, skus()[SKU][1].stock)

    def test_seller_center(self):
        """Goods arrive at Lazada's warehouse by a form; nonsense is refused."""
        form = {"seller_id": str(self.shop.seller_id), "sku": SKU, "pieces": "25"}
        self.assertEqual(self.web.post("/seller-center/stock/receive", data=form).status_code, 303)
        self.assertEqual(self.at_lazada()[0]["sellableQuantity"], 25)
        self.assertIn(FBL, self.web.get("/seller-center/stock").text)
        for wrong in ({"pieces": "0"}, {"sku": "nonsense"}, {"seller_id": "1"}, {"pieces": "many"}):
            self.assertEqual(self.web.post("/seller-center/stock/receive", data={**form, **wrong}).status_code, 400)
        self.assertEqual(self.at_lazada()[0]["sellableQuantity"], 25)

    def test_changes_are_found_by_time(self):
        self.lazada.receive(self.shop, SKU, 1)
        since = self.lazada.clock.now().strftime("%Y-%m-%dT00:00:00+0000")
        self.assertEqual(self.products(update_after=since)["total_products"], 1)


class TestShops(LazadaCase):
    countries = ("SG", "MY")

    def test_another_sellers_item(self):
        other = list(self.lazada.shops.values())[1]
        item_id = self.lazada.place_order(other, [(SKU, 1)]).units[0].item_id
        self.assert_refused(self.call("/product/item/get", item_id=str(item_id)), "EDIT_ITEM_NOT_BELONG_SELLER")
