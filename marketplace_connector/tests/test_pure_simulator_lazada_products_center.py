"""The simulated Lazada's Seller Center: products, what is done with them by hand, and the file of Bulk Manage."""

from io import BytesIO

from openpyxl import load_workbook

from ..simulator.lazada.bulk_manage import FIRST_ROW, HEADERS, price_stock_workbook
from ..simulator.lazada.orders import listing_ids
from .test_pure_simulator_lazada import LazadaCase

SKU = "TEE-BLK-M"


class TestPages(LazadaCase):
    def setUp(self):
        super().setUp()
        self.product, self.variant = self.shop.shelf.skus()[SKU]
        self.of_product = f"/seller-center/products/{self.shop.seller_id}/{self.product.number}"
        self.of_variant = f"/seller-center/variants/{self.shop.seller_id}/{self.variant.number}"

    def do(self, address, action, **given):
        """What the change comes to, asked in JSON."""
        answer = self.web.post(address, json={"do": action, **given})
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json

    def test_list(self):
        """Price, stock, status and campaign of each SKU; found by a word and by the status."""
        self.lazada.start_campaign(self.shop, SKU, 4)
        page = self.web.get("/seller-center/products").text
        for text in (SKU, "12.90 SGD", "locked: 4", "Bulk Manage", "TOTE-NAT"):
            self.assertIn(text, page)
        self.assertNotIn("TOTE-NAT", self.web.get("/seller-center/products?q=tee-").text)
        self.assertNotIn(SKU, self.web.get("/seller-center/products?status=banned").text)
        self.shop.shelf.set_status(self.product.number, "banned")
        self.assertIn(SKU, self.web.get("/seller-center/products?status=banned").text)

    def test_names_are_escaped(self):
        self.do(self.of_product, "rename", name="<b>bold</b>")
        self.do(self.of_variant, "set_sku", sku="<i>")
        for address in ("/seller-center/products", self.of_product, "/seller-center/stock", "/seller-center/new"):
            page = self.web.get(address).text
            self.assertNotIn("<b>bold", page)
            self.assertNotIn("<i>", page)

    def test_product(self):
        """Renamed, another picture, each status: by hand as by program."""
        for status in ("inactive", "pending", "banned", "deleted", "active"):
            self.assertEqual(self.do(self.of_product, status)["status"], status)
            self.assertEqual(self.shop.shelf.status(self.product.number), status)
        self.assertEqual(self.do(self.of_product, "rename", name="Kaos")["name"], "Kaos")
        self.do(self.of_product, "new_picture")
        self.assertEqual(self.shop.shelf.product(self.product.number).picture, 2)
        self.assertIn("Kaos", self.web.get(self.of_product).text)
        self.assertEqual(self.web.post(self.of_product, data={"do": "banned"}).status_code, 303)
        self.assertIn("Suspended", self.web.get(self.of_product).text)

    def test_variant(self):
        self.assertEqual(self.do(self.of_variant, "set_stock", pieces=17)["sellable"], 17)
        self.assertEqual(self.do(self.of_variant, "start_campaign", pieces="6", hours="2")["locked"], 6)
        refused = self.web.post(self.of_variant, json={"do": "set_stock", "pieces": 5})
        self.assertEqual((refused.status_code, refused.json), (400, {"error": "A campaign locks 6 pieces."}))
        self.assertIn("Bday Mega", self.web.get(self.of_product).text)
        self.assertEqual(self.do(self.of_variant, "end_campaigns")["locked"], 0)
        self.assertEqual(self.do(self.of_variant, "set_price", price="15.555")["price"], "15.56")
        self.assertEqual(self.do(self.of_variant, "set_barcode", barcode="4006381333931")["barcode"], "4006381333931")
        self.assertEqual(self.do(self.of_variant, "receive", pieces=3)["at_lazada"], 3)
        self.assertTrue(self.do(self.of_variant, "suspend")["suspended"])
        self.assertFalse(self.do(self.of_variant, "give_back")["suspended"])
        self.assertEqual(self.do(self.of_variant, "keep_at_lazada", pieces=1)["sellable"], 0)
        self.assertEqual(self.do(self.of_variant, "set_sku", sku="")["seller_sku"], "")
        self.assertIn("No seller SKU", self.web.get(self.of_product).text)
        self.assertEqual(self.do(self.of_variant, "remove"), {})
        self.assertEqual(self.web.post(self.of_variant, json={"do": "suspend"}).status_code, 404)

    def test_nonsense(self):
        for address, given in (
            (self.of_variant, {"do": "set_stock", "pieces": "many"}),
            (self.of_variant, {"do": "set_stock", "pieces": "-1"}),
            (self.of_variant, {"do": "set_price", "price": "cheap"}),
            (self.of_variant, {"do": "start_campaign", "pieces": "1", "hours": "-2"}),
            (self.of_variant, {"do": "start_campaign", "pieces": "999999"}),
            (self.of_variant, {"do": "dance"}),
            (self.of_product, {"do": "rename", "name": ""}),
            (self.of_product, {"do": "dance"}),
        ):
            self.assertEqual(self.web.post(address, data=given).status_code, 400, given)
            self.assertEqual(self.web.post(address, json=given).status_code, 400, given)
        self.assertEqual(self.web.post(self.of_variant, json=[]).status_code, 400)
        for address in (f"/seller-center/products/{self.shop.seller_id}/999", "/seller-center/products/1/1"):
            self.assertEqual(self.web.get(address).status_code, 404)
            self.assertEqual(self.web.post(address, data={"do": "banned"}).status_code, 404)


class TestForPrograms(LazadaCase):
    def test_catalogue(self):
        """Every variant with the ids of the API, what is sold and what a campaign locks."""
        self.lazada.place_order(self.shop, [(SKU, 2)], paid=False)
        self.lazada.start_campaign(self.shop, SKU, 5)
        rows = self.web.get("/seller-center/catalogue").json["variants"]
        row = next(one for one in rows if one["seller_sku"] == SKU)
        self.assertEqual((row["item_id"], row["sku_id"]), listing_ids(self.shop, SKU))
        stock = self.shop.shelf.skus()[SKU][1].stock
        self.assertEqual([row[name] for name in ("sellable", "withhold", "occupy", "locked")], [stock - 2, 2, 0, 5])

    def test_fill_shelf(self):
        answer = self.web.post("/seller-center/shelf", json={"variants": 10, "each": 3}).json
        self.assertEqual(answer, {"products": 4, "variants": 10})
        self.assertEqual(len(self.web.get("/seller-center/catalogue").json["variants"]), 10)
        for wrong in ({"variants": 0}, {"variants": "many"}, {"variants": 1, "each": 0}):
            self.assertEqual(self.web.post("/seller-center/shelf", json=wrong).status_code, 400)
        self.lazada.place_order(self.shop, [("GEN-00001-1", 1)])
        self.assertEqual(self.web.post("/seller-center/shelf", json={"variants": 5}).status_code, 400)

    def test_switches(self):
        before = self.web.get("/seller-center/switches").json
        self.assertTrue(before["good_skus_are_applied"])
        changed = {"good_skus_are_applied": False, "sku_refusals": "0", "stock_calls_a_second": 0}
        self.assertEqual(self.web.post("/seller-center/switches", json=changed).json, {**before, **changed})
        self.assertEqual((self.lazada.sku_refusals, self.lazada.stock_calls_a_second), ("0", 0))
        wrong = {"sku_refusals": "501", "mega_campaign": "yes"}
        self.assertEqual(self.web.post("/seller-center/switches", json=wrong).status_code, 400)
        self.assertEqual(self.lazada.sku_refusals, "0")

    def test_warehouses(self):
        answer = self.web.post("/seller-center/warehouses", json={"code": "SG-WH-2", "name": "Tuas"})
        self.assertEqual(answer.json, {"warehouses": ["dropshipping", "SG-WH-2"]})
        self.assertEqual(self.web.post("/seller-center/warehouses", json={"code": "SG-WH-2"}).status_code, 400)
        number = self.shop.shelf.skus()[SKU][1].number
        given = {"do": "set_stock", "pieces": 4, "warehouse": "SG-WH-2"}
        row = self.web.post(f"/seller-center/variants/{self.shop.seller_id}/{number}", json=given).json
        self.assertEqual(row["warehouses"]["SG-WH-2"], 4)


class TestBulkManage(LazadaCase):
    """R9: the file that a new database is filled from, with the headers of each site."""

    countries = ("SG", "MY", "TH", "PH", "VN", "ID")

    def rows(self, shop):
        book = load_workbook(BytesIO(price_stock_workbook(self.lazada, shop)), read_only=True)
        self.assertEqual(book.sheetnames, ["template"])
        return [list(row) for row in book["template"].iter_rows(values_only=True)]

    def test_layout(self):
        """Headers in the site's language, instructions below them, then a row for each variant."""
        for shop in self.lazada.shops.values():
            headers, *others = self.rows(shop)
            words = HEADERS[shop.country.code]
            expected = {word.format(shop=shop.name) for word in words.values()}
            self.assertEqual(set(headers), expected)
            first = headers.index("Product ID")
            instructions, variants = others[: FIRST_ROW - 2], others[FIRST_ROW - 2 :]
            self.assertTrue(all(not str(row[first]).isdecimal() for row in instructions))
            self.assertTrue(all(str(row[first]).isdecimal() for row in variants))
            self.assertEqual(len(variants), sum(len(product.variants) for product in shop.shelf.products))

    def test_headers(self):
        thai, vietnamese, malaysian = (self.rows(self.lazada.shop(country))[0] for country in ("TH", "VN", "MY"))
        self.assertIn("ร้าน sku", thai)
        self.assertIn("Kampung Living Thailand", thai)
        self.assertIn("Lazada SKU", vietnamese)
        self.assertIn("Kho hàng", vietnamese)
        self.assertEqual(malaysian.index("Variations Combo"), malaysian.index("*Product Name") + 1)
        self.assertIn("*Quantity", malaysian)

    def test_numbers_or_texts(self):
        """Ids are numbers on some sites, texts on others; the same digits as the API's."""
        for country, kind in (("SG", int), ("VN", int), ("TH", str), ("MY", str)):
            shop = self.lazada.shop(country)
            headers, *rows = self.rows(shop)
            row = dict(zip(headers, next(row for row in rows if SKU in row), strict=True))
            self.assertIsInstance(row["Product ID"], kind)
            ids = tuple(int(row[name]) for name in ("Product ID", "sku.skuId"))
            self.assertEqual(ids, listing_ids(shop, SKU))

    def test_values(self):
        shop = self.lazada.shop("SG")
        product, variant = shop.shelf.skus()[SKU]
        shop.shelf.change_variant(variant.number, sale_price="9.90")
        shop.shelf.change_variant(shop.shelf.skus()["TEE-BLK-L"][1].number, sku="")
        shop.shelf.set_status(2, "deleted")
        shop.shelf.set_status(3, "inactive")
        self.lazada.place_order(shop, [(SKU, 2)])
        headers, *rows = self.rows(shop)
        found = [dict(zip(headers, row, strict=True)) for row in rows[FIRST_ROW - 2 :]]
        row = next(one for one in found if one["SellerSKU"] == SKU)
        self.assertEqual((row["Price"], row["SpecialPrice"], row["Quantity"]), (12.9, 9.9, variant.stock - 2))
        self.assertEqual((row["Variations Combo"], row["status"], row["currencyCode"]), ("Black,M", "active", "SGD"))
        self.assertRegex(row["SpecialPrice Start"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertEqual(sum(one["SellerSKU"] is None for one in found), 1)
        names = {one["Product Name"]: one["status"] for one in found}
        self.assertNotIn(shop.shelf.product(2).name, names)
        self.assertEqual(names[shop.shelf.product(3).name], "inactive")

    def test_several_warehouses(self):
        """A column of pieces for each, named after it."""
        shop = self.lazada.shop("TH")
        self.lazada.open_warehouse(shop, "TH-WH-2", "คลังเชียงใหม่")
        self.lazada.set_sellable(shop, SKU, 9, "TH-WH-2")
        headers, *rows = self.rows(shop)
        row = dict(zip(headers, next(row for row in rows if SKU in row), strict=True))
        self.assertEqual((row["Main warehouse"], row["คลังเชียงใหม่"]), (shop.shelf.skus()[SKU][1].stock, 9))

    def test_download(self):
        seller_id = self.lazada.shop("MY").seller_id
        answer = self.web.get(f"/seller-center/bulk-manage/{seller_id}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("pricestockMY.xlsx", answer.headers["Content-Disposition"])
        self.assertEqual(load_workbook(BytesIO(answer.data)).sheetnames, ["template"])
        self.assertEqual(self.web.get("/seller-center/bulk-manage/1").status_code, 404)
