"""Files that sellers export from Seller Center: read by their headers, exactly, and never trusted (R6, R7, R10)."""

import io
import unittest
import zipfile
from decimal import Decimal

import openpyxl

from ..marketplaces import workbook as reading
from ..marketplaces.export_files import to_amount
from ..marketplaces.lazada import export_file as lazada
from ..marketplaces.shopee import export_file as shopee
from ..marketplaces.workbook import UnreadableFile
from .export_workbooks import (
    LAZADA_HEADERS,
    SHOPEE_HEADERS,
    changed,
    lazada_price_stock,
    saved,
    shopee_media_info,
    shopee_sales_info,
    workbook,
)

ITEM, SKU = 2807246166123456, 1344929600812345  # 16 digits, more than a spreadsheet is sure to keep
TEE = [
    {"item": ITEM, "sku": SKU, "seller_sku": "TEE-BLK-S", "name": "Tee", "combo": "Black,S", "price": 12.9},
    {"item": ITEM, "sku": SKU + 1, "seller_sku": "TEE-BLK-M", "name": "Tee", "combo": "Black,M", "price": 13.9},
    {"item": ITEM, "sku": SKU + 2, "seller_sku": "TEE-WHT-S", "name": "Tee", "combo": "White,S", "quantity": 0},
]


class TestLazada(unittest.TestCase):
    def test_every_language(self):
        """R6, R7: headers in five languages, a warehouse's name for the quantity, asterisks, ids as numbers or text."""
        for language in LAZADA_HEADERS:
            for as_text in (False, True):
                with self.subTest(language=language, as_text=as_text):
                    export = lazada.read([lazada_price_stock(TEE, language, as_text=as_text)])
                    first, second, third = export.skus
                    self.assertEqual((first.item_ref, first.sku_ref), (str(ITEM), str(SKU)))
                    self.assertEqual(first.listing_key, f"sku:{SKU}")
                    self.assertEqual((first.seller_sku, first.name, first.number), ("TEE-BLK-S", "Tee", 5))
                    self.assertEqual((first.price, second.price), (Decimal("12.9"), Decimal("13.9")))
                    self.assertEqual((first.quantity, third.quantity), (5, 0))
                    self.assertEqual((first.status, first.currency, first.site), ("active", "SGD", "SG"))
                    self.assertEqual(third.options, (("", "White"), ("", "S")))
                    self.assertFalse(any(sku.problem for sku in export.skus))

    def test_columns_anywhere(self):
        """Known by their headers, not by their place; headers in the second row, as in category templates."""
        rows = [
            ["", "Please fill in"],
            ["SellerSKU", "**Price", "Color", "Product Name(English)", "Product ID", "SkuId", "*Quantity"],
            [],
            ["A-1", "1,234.50", "Red", "Mug", "123456", "7654321", "3"],
        ]
        (sku,) = lazada.read([workbook(rows, "Mugs")]).skus
        self.assertEqual((sku.number, sku.seller_sku, sku.price, sku.quantity), (4, "A-1", Decimal("1234.5"), 3))

    def test_several_warehouses(self):
        """Quantities of columns that are named after warehouses are added."""
        content = lazada_price_stock(TEE[:1], "th")
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.active["P1"], book.active["P5"] = "คลังสอง", 4
        (sku,) = lazada.read([saved(book)]).skus
        self.assertEqual(sku.quantity, 9)

    def test_rounded_numbers(self):
        """A number that a spreadsheet program has rounded is not used, but where the shop SKU still tells it."""
        content = lazada_price_stock(TEE[:1])
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.active["A5"] = book.active["E5"] = "2.80724616612E+15"
        (sku,) = lazada.read([saved(book)]).skus
        self.assertEqual((sku.item_ref, sku.sku_ref, sku.problem), (str(ITEM), str(SKU), ""))
        book.active["G5"] = None
        (sku,) = lazada.read([saved(book)]).skus
        self.assertEqual((sku.problem, sku.number, sku.seller_sku), ("rounded", 5, "TEE-BLK-S"))
        book.active["A5"], book.active["E5"] = "123456", "2.807246166123456E+15"  # all its digits are there
        (sku,) = lazada.read([saved(book)]).skus
        self.assertEqual((sku.sku_ref, sku.problem), ("2807246166123456", ""))

    def test_bad_rows(self):
        """Each bad row is named with its reason; the others are read, and empty rows are no rows."""
        skus = [{**TEE[0], "sku": SKU + n, "combo": None, "item": ITEM + n} for n in range(7)]
        book = openpyxl.load_workbook(io.BytesIO(lazada_price_stock(skus)))
        sheet = book.active
        sheet["L5"] = "=A5&B5"
        sheet["K6"] = "call us"
        sheet["K7"] = -1
        for cell in ("A8", "E8", "G8"):
            sheet[cell] = None
        sheet["E9"], sheet["G9"] = SKU + 5, None  # the same SKU as in row 10
        sheet["C11"] = sheet["L11"] = None
        sheet["B20"] = "  "
        problems = {sku.number: sku.problem for sku in lazada.read([saved(book)]).skus}
        expected = {5: "formula", 6: "price", 7: "price", 8: "no_sku", 9: "", 10: "twice", 11: "no_name"}
        self.assertEqual(problems, expected)
        twice = next(sku for sku in lazada.read([saved(book)]).skus if sku.problem == "twice")
        self.assertEqual(twice.twin, 9)

    def test_pictures_from_the_basic_file(self):
        """The basic export has names and pictures of items; alone it tells no SKUs."""
        rows = [
            ["Product ID", "catId", "*Product Name(English)", "Product Images1", "Product Images2", "brand"],
            ["Do not edit"],
            [ITEM, 1, "Tee of cotton", "https://sg-live.slatic.net/p/a.jpg", "https://sg-live.slatic.net/p/b.jpg", "X"],
        ]
        basic = workbook(rows, "template")
        for files in ([lazada_price_stock(TEE), basic], [basic, lazada_price_stock(TEE)]):
            first = lazada.read(files).skus[0]
            self.assertEqual((first.name, first.picture_url), ("Tee", "https://sg-live.slatic.net/p/a.jpg"))
        with self.assertRaises(UnreadableFile) as raised:
            lazada.read([basic])
        self.assertEqual(raised.exception.code, "no_sku")

    def test_options(self):
        """Options are taken apart where it is certain, and kept whole where it is not."""

        def options(*combos):
            skus = [{**TEE[0], "sku": SKU + place, "combo": combo} for place, combo in enumerate(combos)]
            return [sku.options for sku in lazada.read([lazada_price_stock(skus)]).skus]

        self.assertEqual(options("Black", "White"), [(("", "Black"),), (("", "White"),)])
        self.assertEqual(options("Salt, fine", "Sugar, brown"), [(("", "Salt, fine"),), (("", "Sugar, brown"),)])
        self.assertEqual(options("Red,S", "Red,M,tall"), [(("", "Red,S"),), (("", "Red,M,tall"),)])
        self.assertEqual(
            options("Color:Red,Size:S", "Color:Blue,Size:S")[1], (("Color", "Blue"), ("Size", "S")), "named"
        )
        self.assertEqual(options(None), [()])


class TestShopee(unittest.TestCase):
    SKUS = [
        {"item": 44105980850, "model": 208571591496, "parent_sku": "TOTE", "sku": "TOTE-NAT", "name": "กระเป๋า",
         "variation": "Natural", "price": "109", "gtin": "8851234567890"},
        {"item": 44105980850, "model": 208571591497, "sku": "TOTE-BLK", "name": "กระเป๋า", "variation": "Black",
         "price": "119", "gtin": "00"},
        {"item": 57906572956, "model": 0, "parent_sku": "MUG-1", "name": "Mug", "price": "59", "quantity": 3},
    ]  # fmt: skip

    def test_every_language(self):
        """Keys in the first row; an item without variations goes by its parent SKU; the shop's number is told."""
        for language in SHOPEE_HEADERS:
            for first_row in (7, 5):
                with self.subTest(language=language, first_row=first_row):
                    export = shopee.read([shopee_sales_info(self.SKUS, language, first_row=first_row)])
                    tote, black, mug = export.skus
                    self.assertEqual(export.shop_ref, "100200300")
                    self.assertEqual((tote.number, tote.listing_key), (first_row, "sku:208571591496"))
                    self.assertEqual((tote.seller_sku, tote.barcode, tote.price), ("TOTE-NAT", "8851234567890", 109))
                    self.assertEqual(
                        (black.seller_sku, black.barcode, black.options), ("TOTE-BLK", "", (("", "Black"),))
                    )
                    self.assertEqual((mug.listing_key, mug.seller_sku), ("item:57906572956", "MUG-1"))
                    self.assertEqual((mug.options, mug.quantity), ((), 3))

    def test_without_keys(self):
        """The row of keys deleted: what people read is known too."""
        for language in SHOPEE_HEADERS:
            book = openpyxl.load_workbook(io.BytesIO(_whole(shopee_sales_info(self.SKUS, language))))
            book.active.delete_rows(1, 2)
            export = shopee.read([saved(book)])
            self.assertEqual([sku.seller_sku for sku in export.skus], ["TOTE-NAT", "TOTE-BLK", "MUG-1"])
            self.assertEqual(export.shop_ref, "")

    def test_media(self):
        """Pictures of items and of options, and the option's name, from the media file; parts in one archive."""
        base = "https://cf.shopee.sg/file/"
        media = shopee_media_info(
            [
                {"item": 44105980850, "name": "Tote", "cover": f"{base}c", "option": "Color",
                 "values": [("Natural", f"{base}n"), ("Black", "")]},
                {"item": 57906572956, "name": "Mug", "cover": f"{base}m"},
            ]
        )  # fmt: skip
        sales = shopee_sales_info(self.SKUS)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as target:
            target.writestr("mass_update_sales_info_1.xlsx", sales)
            target.writestr("mass_update_media_info_1.xlsx", media)
        for files in ([sales, media], [archive.getvalue()]):
            tote, black, mug = shopee.read(files).skus
            self.assertEqual((tote.options, tote.picture_url), ((("Color", "Natural"),), f"{base}n"))
            self.assertEqual((black.options, black.picture_url), ((("Color", "Black"),), f"{base}c"))
            self.assertEqual((mug.options, mug.picture_url), ((), f"{base}m"))

    def test_files_of_two_shops(self):
        with self.assertRaises(UnreadableFile) as raised:
            shopee.read([shopee_sales_info(self.SKUS), shopee_sales_info(self.SKUS, shop_ref="5")])
        self.assertEqual(raised.exception.code, "other_shop")


class TestBadFiles(unittest.TestCase):
    def refused(self, content, code, read=lazada.read):
        with self.assertRaises(UnreadableFile) as raised:
            read([content])
        self.assertEqual(raised.exception.code, code)
        return raised.exception.details

    def test_other_files(self):
        good = lazada_price_stock(TEE)
        self.refused(b"", "empty")
        self.refused(b"SKU,Price\nA,1\n", "csv")
        self.refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls")
        self.refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted")
        self.refused(b"%PDF-1.4\n", "not_xlsx")
        self.refused(b"<html>\n", "not_xlsx")
        self.refused(good[: len(good) // 2], "corrupt")
        self.refused(changed(good, "xl/worksheets/sheet1.xml", b"</row>", b"</wor>"), "corrupt")
        self.refused(changed(good, "xl/sharedStrings.xml", b"<si>", b"<is>"), "corrupt")
        self.refused(b"PK\x03\x04" + bytes(reading.MOST_BYTES), "too_large")

    def test_other_contents(self):
        """A file of another platform, of orders, without SKUs, without rows: told apart."""
        self.refused(shopee_sales_info(TestShopee.SKUS), "unknown")
        self.refused(lazada_price_stock(TEE), "unknown", shopee.read)
        self.assertIn(
            "Order Number", self.refused(workbook([["Order Number", "Price", "Buyer"], [1, 2, 3]]), "unknown")
        )
        self.refused(workbook([[]]), "unknown")
        self.refused(lazada_price_stock([]), "no_rows")
        self.refused(workbook([["Product ID", "Product Name", "Price"], [123456, "x", 1]]), "no_sku")

    def test_bombs(self):
        """What is packed in a small file is limited before it is unpacked; no entity is followed."""
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as stream:
                for _ in range(reading.MOST_UNPACKED // 1024 // 1024 + 1):
                    stream.write(b" " * 1024 * 1024)
        self.assertLess(len(bomb.getvalue()), 1024 * 1024)
        self.refused(bomb.getvalue(), "too_large")
        head = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "' + b"x" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000

        def add_entities(data):
            return head + b'">]>' + data.partition(b"?>")[2].replace(b"TEE", b"&b;")

        bomb = changed(lazada_price_stock(TEE), "xl/sharedStrings.xml", b"TEE", b"", add_entities)
        try:
            self.assertFalse(any("xxx" in sku.seller_sku for sku in lazada.read([bomb]).skus))
        except UnreadableFile as error:
            self.assertEqual(error.code, "corrupt")

    def test_ten_thousand(self):
        """10,000 SKUs are read in seconds."""
        skus = [{**TEE[0], "item": ITEM + n // 4, "sku": SKU + n, "combo": f"Color {n % 4}"} for n in range(10_000)]
        export = lazada.read([lazada_price_stock(skus)])
        self.assertEqual(len({sku.listing_key for sku in export.skus if not sku.problem}), 10_000)

    def test_amounts(self):
        """As sellers' spreadsheets write them in six countries."""
        amounts = {
            "12.9": "12.9", "1,234.50": "1234.5", "1.234,50": "1234.5", "129.000": "129000", "1.250.000": "1250000",
            "฿720.00": "720", "Rp 15.000": "15000", "0.125": "0.125", "12,5": "12.5", "19.990000000000002": "19.99",
        }  # fmt: skip
        for text, amount in amounts.items():
            self.assertEqual(to_amount(text), Decimal(amount), text)
        for text in ("", "free", "1.2.3,4,5", "--"):
            self.assertIsNone(to_amount(text), text)


def _whole(content):
    """The workbook with a pane that openpyxl knows."""
    return changed(content, "xl/worksheets/sheet1.xml", b"bottom_left", b"bottomLeft")
