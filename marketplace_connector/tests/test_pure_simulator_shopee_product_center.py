"""The simulated Shopee: products in Seller Center, their switches, and the Mass Update file."""

import sys
from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook
from werkzeug.test import Client

from ..simulator.catalogue import catalogue
from ..simulator.shelf import Shelf
from ..simulator.shopee.items import item_id, model_id
from ..simulator.shopee.mass_update import COLUMNS, sales_info_file
from .test_pure_simulator_shopee_stock import INFO, ITEMS, PLAIN, SKU, StockCase

PRODUCTS = "/seller-center/products"


class CenterCase(StockCase):
    def setUp(self):
        super().setUp()
        self.web = Client(self.shopee)

    def product(self, sku=SKU):
        return self.shop.shelf.skus()[sku][0]

    def path(self, sku=SKU):
        return f"{PRODUCTS}/{self.shop.shop_id}/{item_id(self.product(sku))}"

    def act(self, action, path=None, **fields):
        """Press a button of the product's page; the page after it."""
        form = {"action": action, "model_id": self.ids(SKU)[1], **fields}
        return self.web.post(path or self.path(), data=form, follow_redirects=True)

    def tell(self, action, path=None, **fields):
        """The same by a tool."""
        return self.web.post(path or self.path(), json={"action": action, **fields})


class TestPages(CenterCase):
    def test_list(self):
        """Products with price, stock, status and promotion; tabs, search, pages."""
        self.shopee.start_promotion(self.shop, [self.number(SKU)], 3, kind="Flash Sale")
        page = self.web.get(PRODUCTS).text
        for text in (SKU, PLAIN, "12.90", "Flash Sale until", "NORMAL", "/pictures/"):
            self.assertIn(text, page)
        self.assertNotIn(PLAIN, self.web.get(f"{PRODUCTS}?text=tee-blk").text)
        self.assertIn("0 products", self.web.get(f"{PRODUCTS}?status=BANNED").text)
        self.shop.shelf = Shelf.generated(500, each=1)
        self.assertIn("500 products, page 3 of 10", self.web.get(f"{PRODUCTS}?page=3").text)
        self.assertEqual(self.web.get(f"{PRODUCTS}?page=x&status=<b>&shop_id={self.shop.shop_id}").status_code, 200)
        self.assertEqual(self.web.get(f"{PRODUCTS}?shop_id=1").status_code, 404)
        self.assertEqual(self.web.get(f"{PRODUCTS}/{self.shop.shop_id}/1").status_code, 404)

    def test_pictures(self):
        """Where items say that they are."""
        item = self.call(INFO, item_id_list=self.ids(SKU)[0])["response"]["item_list"][0]
        url = item["image"]["image_url_list"][0]
        picture = self.session.get(url)
        self.assertEqual((picture.headers["Content-Type"], picture.content[:4]), ("image/png", b"\x89PNG"))
        self.assertEqual((self.shopee.downloads, len(item["image"]["image_id_list"])), (1, 1))
        self.act("picture")
        self.assertEqual(self.session.get(url).status_code, 404)
        self.shop.shelf.change(self.product().number, picture=0)
        item = self.call(INFO, item_id_list=self.ids(SKU)[0])["response"]["item_list"][0]
        self.assertEqual(item["image"]["image_url_list"], [])

    def test_buttons(self):
        self.act("set_stock", stock_SGZ=31)
        self.assertEqual(self.stock(SKU), 31)
        page = self.act("promote", reserved=6, price="9.5", lasts=10, kind="Campaign")
        self.assertIn("Campaign", page.text)
        refused = self.act("set_stock", stock_SGZ=5)
        self.assertEqual(refused.status_code, 400)
        self.assertIn("Stock should be larger than reserved stock.", refused.text)
        promotion = self.shopee.promotions_of(self.shop, self.number(SKU))[0]
        self.act("end_promotion", promotion_id=promotion.promotion_id)
        self.assertEqual(self.shopee.reserved(self.shop, self.number(SKU)), 0)
        self.act("rename", name="A new <name>")
        self.assertIn("A new &lt;name&gt;", self.web.get(self.path()).text)
        self.act("status", status="BANNED")
        self.assertEqual(self.shop.item_status(self.product()), "BANNED")
        number, path = self.number(SKU), self.path()
        self.act("change", sku="", barcode="4006381333931", price="15.00")
        variant = self.shop.shelf.variant(number)
        self.assertEqual((variant.sku, variant.barcode, str(variant.prices["SGD"])), ("", "4006381333931", "15.00"))
        model = model_id(self.shop.shelf.product_of(number), variant)
        for _ in range(2):
            self.web.post(path, data={"action": "suspend", "model_id": model})
        self.assertFalse(self.shop.shelf.is_suspended(number))
        self.web.post(path, data={"action": "remove", "model_id": model})
        self.assertIsNone(self.shop.shelf.variant(number))

    def test_nonsense(self):
        before = self.stock(SKU)
        for action, fields in (
            ("set_stock", {}),
            ("set_stock", {"stock_SGZ": "many"}),
            ("set_stock", {"stock_XX": 4}),
            ("set_stock", {"stock_SGZ": 4, "model_id": 7}),
            ("rename", {}),
            ("status", {"status": "GONE"}),
            ("change", {"price": "-1"}),
            ("change", {"price": "much"}),
            ("promote", {"reserved": 10_000}),
            ("promote", {"lasts": 0}),
            ("end_promotion", {"promotion_id": 5}),
            ("dance", {}),
        ):
            self.assertEqual(self.act(action, **fields).status_code, 400, (action, fields))
            self.assertEqual(self.tell(action, **{"model_id": 7, **fields}).status_code, 400, (action, fields))
        for fields in ({}, {"action": "add"}, {"action": "add", "name": "X", "stock": "y"}, {"action": "generate"}):
            fields = {**fields, "variants": 0}
            self.assertEqual(self.web.post(PRODUCTS, json=fields).status_code, 400, fields)
        self.assertEqual(self.tell("set_stock", stock=[1], model_id=self.ids(SKU)[1]).status_code, 400)
        self.assertEqual(self.stock(SKU), before)

    def test_tools(self):
        """JSON in, the product in JSON out."""
        model = self.ids(SKU)[1]
        told = self.tell("set_stock", stock=9, model_id=model).get_json()
        row = next(one for one in told["models"] if one["model_id"] == model)
        self.assertEqual((row["stock"], row["buyable"], row["at_shopee"]), ({"SGZ": 9}, 9, None))
        self.assertEqual(self.tell("promote", reserved=2).get_json()["models"][0]["reserved"], 2)
        everything = self.web.get(f"{PRODUCTS}/levels").get_json()["items"]
        self.assertEqual(len(everything), len(catalogue()))
        self.assertEqual(self.web.post(PRODUCTS, json={"action": "holiday"}).get_json(), {"on_holiday": True})
        self.assertEqual(self.web.post(PRODUCTS, json={"action": "holiday", "on": 0}).get_json(), {"on_holiday": False})
        opened = self.web.post(PRODUCTS, json={"action": "warehouses", "names": ["A", "B", "C"]}).get_json()
        self.assertEqual(opened, {"location_ids": ["SGZ", "SG1", "SG2"]})
        self.assertIn("SG2", self.web.get(self.path()).text)
        self.tell("set_stock", stock=3, location_id="SG2", model_id=model)
        self.assertEqual(self.shopee.by_location(self.shop, self.number(SKU)), {"SGZ": 9, "SG1": 0, "SG2": 3})
        self.web.post(PRODUCTS, data={"action": "warehouses"})
        made = self.web.post(PRODUCTS, json={"action": "add", "name": "Lamp", "sku": "LAMP", "stock": 4}).get_json()
        self.assertEqual((made["models"][0]["model_id"], self.stock("LAMP")), (0, 4))
        self.assertEqual(self.web.post(PRODUCTS, json={"action": "generate", "variants": 40}).status_code, 200)
        self.assertEqual(len(self.shop.shelf.products), 10)
        self.order(("GEN-00001-1", 1))
        self.assertEqual(self.web.post(PRODUCTS, json={"action": "generate"}).status_code, 400)

    def test_switches(self):
        switches = self.web.post(
            "/seller-center/switches", json={"refuse_oversold": 1, "most_item_offset": 10}
        ).get_json()
        self.assertEqual((switches["refuse_oversold"], switches["all_failed_is_error"]), (1, 1))
        self.assertIs(self.shopee.refuse_oversold, True)
        items = {"page_size": 5, "item_status": "NORMAL"}
        self.assertTrue(self.call(ITEMS, offset=10, **items)["response"]["has_next_page"])
        over = ("error_param", "get items offset over limit, please use the next field")
        self.assert_error(self.send_shop(ITEMS, offset=11, **items), *over)


class TestMassUpdate(CenterCase):
    def rows(self, shop=None, **options):
        """All cells."""
        repaired = BytesIO()
        with ZipFile(BytesIO(sales_info_file(self.shopee, shop or self.shop, **options))) as file:
            with ZipFile(repaired, "w") as copy:
                for name in file.namelist():
                    copy.writestr(name, file.read(name).replace(b'"bottom_left"', b'"bottomLeft"'))
        return [list(row) for row in load_workbook(repaired)["Sheet1"].iter_rows(values_only=True)]

    def test_layout(self):
        """Six rows of headers, then texts; the parent's SKU on its first variation only (R7)."""
        rows = self.rows()
        self.assertEqual(tuple(rows[0]), COLUMNS)
        self.assertEqual(rows[1][:4], ["sales_info", "35b74571cd927608dc4cc2b998b916cb", "0", str(self.shop.shop_id)])
        self.assertEqual(rows[2][:3], ["Product ID", "Product Name", "Variation ID"])
        self.assertEqual((rows[3][6], rows[3][8], rows[3][0]), ("Mandatory", "Mandatory", None))
        data = rows[6:]
        self.assertEqual(len(data), sum(len(product.variants) for product in catalogue()))
        first, second = data[0], data[1]
        self.assertEqual(first[:2], [str(self.ids(SKU)[0]), self.product().name])
        self.assertEqual((first[3:6], second[4:6]), (["Black,S", "PARENT-1", "TEE-BLK-S"], [None, SKU]))
        self.assertEqual((second[2], second[6], second[8]), (str(self.ids(SKU)[1]), "12.9", str(self.stock(SKU))))
        plain = next(row for row in data if row[5] == PLAIN)
        self.assertEqual(plain[2:5], [None, None, None])
        plain = next(row for row in self.rows(plain_variation_id="0") if row[5] == PLAIN)
        self.assertEqual(plain[2], "0")

    def test_what_is_in_it(self):
        """Listed and unlisted items; duplicate and missing SKUs as they are."""
        shelf = self.shop.shelf
        twins = shelf.add("Twins", [("TWIN", {"Color": "Red"}), ("TWIN", {"Color": "Blue"}), ("", {"Color": "Grey"})])
        for number, status in ((1, "BANNED"), (2, "SELLER_DELETE"), (3, "UNLIST")):
            self.shop.set_item_status(shelf.product(number), status)
        data = self.rows()[6:]
        found = {row[0] for row in data}
        self.assertEqual(
            [str(item_id(shelf.product(one))) in found for one in (1, 2, 3, 4)], [False, False, True, True]
        )
        self.assertEqual([row[5] for row in data if row[0] == str(item_id(twins))], ["TWIN", "TWIN", None])

    def test_languages(self):
        self.assertEqual(self.rows(self.other_shop)[2][:3], ["Mã Sản phẩm", "Tên Sản phẩm", "Mã Phân loại"])
        self.assertEqual(self.rows(self.other_shop)[3][6], "Bắt buộc")

    def test_warehouses(self):
        """A column of stock for each."""
        self.shop.open_warehouses("Jurong", "Changi")
        self.set(SKU, SGZ=3, SG1=4)
        rows = self.rows()
        self.assertEqual(rows[2][8:10], ["Stock", "Stock 2"])
        self.assertEqual(next(row for row in rows if row[5] == SKU)[8:10], ["3", "4"])

    def test_download(self):
        """As Shopee's own writer makes it: a view that breaks the standard, which openpyxl refuses."""
        answer = self.web.get(f"{PRODUCTS}/sales-info?shop_id={self.shop.shop_id}")
        self.assertIn(f"mass_update_sales_info_{self.shop.shop_id}_", answer.headers["Content-Disposition"])
        with ZipFile(BytesIO(answer.data)) as file:
            self.assertIn(b'activePane="bottom_left"', file.read("xl/worksheets/sheet1.xml"))
        with self.assertRaises(ValueError):
            load_workbook(BytesIO(answer.data))


class TestSpeed(CenterCase):
    def test_ten_thousand(self):
        """Pages and stock of a large shelf, with many orders, without walking through them (D13)."""
        self.shop.shelf = Shelf.generated(10_000, clock=self.shopee.clock)
        for place in range(500):
            self.order((f"GEN-{place + 1:05d}-1", 1))
        offset, seen = 0, 0
        while offset is not None:
            page = self.call("/api/v2/product/get_item_list", offset=offset, page_size=100, item_status="NORMAL")[
                "response"
            ]
            seen, offset = seen + len(page["item"]), page.get("next_offset")
        self.assertEqual(seen, 2500)
        product = self.shop.shelf.products[7]
        looked = self._calls_of(lambda: self.shopee.set_stock(self.shop, product.variants[0].number, {"SGZ": 5}))
        self.assertLess(looked, 100)
        body = {
            "item_id": item_id(product),
            "stock_list": [
                {"model_id": model_id(product, one), "seller_stock": [{"stock": 3}]} for one in product.variants
            ],
        }
        self.assertEqual(self.send_shop("/api/v2/product/update_stock", body=body).json()["error"], "")

    def _calls_of(self, function):
        """How many functions are called meanwhile: it does not depend on the machine."""
        count = 0

        def note(frame, event, argument):
            nonlocal count
            count += event == "call"

        sys.setprofile(note)
        try:
            function()
        finally:
            sys.setprofile(None)
        return count
