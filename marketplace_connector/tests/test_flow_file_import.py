"""A new database gets its products and links from the file that a seller exports (R5 to R11)."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import MarketplaceCase
from .export_workbooks import lazada_price_stock, shopee_media_info, shopee_sales_info, workbook

TEE = [
    {"item": 900001, "sku": 910001, "seller_sku": "TEE-RED-S", "name": "Tee", "combo": "Red,S", "price": 12.9},
    {"item": 900001, "sku": 910002, "seller_sku": "TEE-RED-M", "name": "Tee", "combo": "Red,M", "price": 12.9},
    {"item": 900001, "sku": 910003, "seller_sku": "TEE-BLU-S", "name": "Tee", "combo": "Blue,S", "price": 14.9},
]
MUG = {"item": 900002, "sku": 910004, "seller_sku": "MUG-1", "name": "Mug", "price": 8}


class FileImportCase(MarketplaceCase):
    """Imports of files into both shops, run by a marketplace manager who may make products."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "marketplace_connector.group_manager,product.group_product_manager"
        cls.importer = new_test_user(cls.env, "importer", groups)

    def setUp(self):
        super().setUp()
        self.company.account_sale_tax_id = False
        self.set_rate(self.lazada_shop.currency_id, 1)

    def set_rate(self, currency, rate):
        """So much of the currency is one of the company's."""
        self.env["res.currency.rate"].search([("currency_id", "=", currency.id)]).unlink()
        self.env["res.currency.rate"].create({"currency_id": currency.id, "rate": rate, "name": "2026-01-01"})

    def new_import(self, shop, *contents, user=None, **values):
        """An import of the files as a user uploads them, not looked at yet."""
        env = self.env(user=user or self.importer)
        files = env["ir.attachment"].create(
            [
                {"name": f"export-{n}.xlsx", "raw": content, "res_model": "marketplace.catalogue.import"}
                for n, content in enumerate(contents)
            ]
        )
        values = {"shop_id": shop.id, "file_ids": files.ids, "with_pictures": False, **values}
        return env["marketplace.catalogue.import"].create(values)

    def preview(self, shop, *contents, **values):
        one = self.new_import(shop, *contents, **values)
        one.action_preview()
        return one

    def run_import(self, shop, *contents, **values):
        """Preview and import the files; returns the import, done."""
        one = self.preview(shop, *contents, **values)
        return self.press_import(one)

    def press_import(self, one):
        with self.environment() as env:
            env(user=self.importer.id)["marketplace.catalogue.import"].browse(one.id).action_import()
        self.env.invalidate_all()
        return one

    def outcomes(self, one):
        return {row.seller_sku or row.number: row.outcome for row in one.row_ids}

    def listing(self, sku):
        return self.env["marketplace.listing"].search([("seller_sku", "=", sku)])


@tagged("post_install", "-at_install")
class TestFileImport(FileImportCase):
    def test_preview_writes_nothing(self):
        """R10: what will happen is shown for each row before anything is made."""
        known = self.products[0].default_code
        files = lazada_price_stock([*TEE, MUG, {**MUG, "item": 900003, "sku": 910005, "seller_sku": known}])
        counts = [self.env[model].search_count([]) for model in ("product.product", "marketplace.listing")]
        one = self.preview(self.lazada_shop, files)
        self.assertEqual(one.state, "preview")
        self.assertEqual(
            self.outcomes(one),
            {"TEE-RED-S": "variant", "TEE-RED-M": "variant", "TEE-BLU-S": "variant", "MUG-1": "new", known: "link"},
        )
        self.assertEqual((one.row_count, one.variant_count, one.new_count, one.link_count), (5, 3, 1, 1))
        self.assertEqual(one.row_ids.filtered("product_id").product_id, self.products[0])
        self.assertEqual(
            counts, [self.env[model].search_count([]) for model in ("product.product", "marketplace.listing")]
        )

    def test_products_and_links(self):
        """R5, R9, R11: products, variants as attributes, and links in one go; the SKU is the internal reference."""
        known = self.products[0]
        rows = [*TEE, MUG, {**MUG, "item": 900003, "sku": 910005, "seller_sku": known.default_code}]
        one = self.run_import(self.lazada_shop, lazada_price_stock(rows))
        self.assertEqual((one.state, one.progress, one.failed_count, one.skipped_count), ("done", 100, 0, 0))
        listings = one.row_ids.listing_id
        self.assertEqual(len(listings), 5)
        self.assertEqual(set(listings.mapped("state")), {"matched"})
        self.assertEqual(listings.mapped("external_key"), [f"sku:{row['sku']}" for row in rows])
        self.assertEqual(self.listing(known.default_code).product_id, known)
        tees = (self.listing("TEE-RED-S") | self.listing("TEE-RED-M") | self.listing("TEE-BLU-S")).product_id
        self.assertEqual(len(tees.product_tmpl_id), 1)
        self.assertEqual(tees.product_tmpl_id.product_variant_ids, tees, "only what is on sale")
        self.assertEqual(tees.mapped("default_code"), ["TEE-RED-S", "TEE-RED-M", "TEE-BLU-S"])
        self.assertEqual(
            [sorted(tee.product_template_attribute_value_ids.mapped("name")) for tee in tees],
            [["Red", "S"], ["M", "Red"], ["Blue", "S"]],
        )
        self.assertEqual([round(tee.lst_price, 2) for tee in tees], [12.9, 12.9, 14.9])
        mug = self.listing("MUG-1").product_id
        self.assertEqual((mug.name, mug.is_storable, mug.type, mug.lst_price), ("Mug", True, "consu", 8.0))
        self.assertFalse(mug.company_id)
        self.assertEqual(mug.create_uid, self.importer)
        self.assertEqual(self.listing("MUG-1").link_origin, "made")

    def test_again(self):
        """Running it again changes nothing that is right."""
        content = lazada_price_stock([*TEE, MUG])
        self.run_import(self.lazada_shop, content)
        counts = [self.env[model].search_count([]) for model in ("product.product", "marketplace.listing")]
        self.listing("MUG-1").product_id = self.products[3]
        self.listing("TEE-RED-S").name = "Tee of the shop"
        again = self.run_import(self.lazada_shop, content)
        self.assertEqual(set(self.outcomes(again).values()), {"linked"})
        self.assertEqual(self.listing("MUG-1").product_id, self.products[3], "a person's link stays")
        self.assertEqual(self.listing("TEE-RED-S").name, "Tee of the shop")
        self.assertEqual(
            counts, [self.env[model].search_count([]) for model in ("product.product", "marketplace.listing")]
        )

    def test_item_grows(self):
        """A variant that comes later is added to the item's product."""
        self.run_import(self.lazada_shop, lazada_price_stock(TEE))
        late = {**TEE[0], "sku": 910009, "seller_sku": "TEE-GRN-M", "combo": "Green,M"}
        one = self.preview(self.lazada_shop, lazada_price_stock([*TEE, late]))
        self.assertEqual(self.outcomes(one)["TEE-GRN-M"], "added")
        self.press_import(one)
        template = self.listing("TEE-RED-S").product_id.product_tmpl_id
        self.assertEqual(self.listing("TEE-GRN-M").product_id.product_tmpl_id, template)
        self.assertEqual(len(template.product_variant_ids), 4)

    def test_waiting_orders(self):
        """R11: an order that waited for the SKU is completed without a further step."""
        placed = self.place_lazada([("MUG-NEW", 2, 5)])
        order = self.import_now(placed)
        self.assertEqual(order.state, "draft")
        listing = self.listing("MUG-NEW")
        sku = int(listing.sku_ref)
        row = {**MUG, "item": int(listing.item_ref or 900002), "sku": sku, "seller_sku": "MUG-NEW"}
        self.run_import(self.lazada_shop, lazada_price_stock([row]))
        self.assertEqual(listing.product_id.default_code, "MUG-NEW")
        self.sync()
        self.assertEqual(order.state, "sale")

    def test_bad_rows(self):
        """Bad rows are named and skipped; the others come in."""
        twins = self.products.create([{"name": name, "default_code": "TWIN", "is_storable": True} for name in "AB"])
        self.products[5].active = False
        rows = [
            MUG,
            {**MUG, "item": 900010, "sku": 910010, "seller_sku": "A", "price": "call us"},
            {**MUG, "item": 900011, "sku": 910011, "seller_sku": "B", "status": "inactive"},
            {**MUG, "item": 900012, "sku": 910012, "seller_sku": "TWIN"},
            {**MUG, "item": 900013, "sku": 910013, "seller_sku": self.products[5].default_code},
            {**MUG, "seller_sku": "MUG-1-AGAIN"},
            {**MUG, "item": 900014, "sku": 910014, "seller_sku": ""},
        ]
        one = self.run_import(self.lazada_shop, lazada_price_stock(rows))
        notes = {row.number: (row.outcome, row.message or "") for row in one.row_ids}
        self.assertEqual([outcome for outcome, _note in notes.values()], ["new", *["skipped"] * 5, "new"])
        for number, words in ((6, "no number"), (7, "not on sale"), (8, "2 products"), (9, "archived"), (10, "row 5")):
            self.assertIn(words, notes[number][1])
        self.assertEqual((one.done_count, one.skipped_count, one.state), (7, 5, "done"))
        self.assertFalse(self.listing("TWIN").product_id & twins)
        nameless = one.row_ids[-1]
        self.assertEqual((nameless.product_id.default_code, nameless.listing_id.state), (False, "matched"))

    def test_inactive_on_wish(self):
        row = {**MUG, "status": "inactive"}
        one = self.run_import(self.lazada_shop, lazada_price_stock([row]), include_inactive=True)
        self.assertEqual((one.new_count, one.row_ids.listing_id.listing_status), (1, "inactive"))

    def test_one_sku_twice(self):
        """Two SKUs of the marketplace with one seller SKU are one product, linked twice."""
        rows = [MUG, {**MUG, "item": 900020, "sku": 910020, "name": "Mug, new page"}]
        one = self.run_import(self.lazada_shop, lazada_price_stock(rows))
        self.assertEqual([row.outcome for row in one.row_ids], ["new", "link"])
        self.assertEqual(len(self.listing("MUG-1")), 2)
        self.assertEqual(len(self.listing("MUG-1").product_id), 1)

    def test_unforeseen_row(self):
        """A row that the database refuses stands alone; nothing of it is half-made."""
        rows = [{**MUG, "item": 900030 + n, "sku": 910030 + n, "seller_sku": f"M-{n}"} for n in range(6)]
        self.env.cr.execute("ALTER TABLE product_product ADD CONSTRAINT no CHECK (default_code IS DISTINCT FROM 'M-3')")
        with mute_logger("odoo.sql_db", "odoo.addons.marketplace_connector.models.marketplace_catalogue_import"):
            one = self.run_import(self.lazada_shop, lazada_price_stock(rows))
        self.assertEqual(one.state, "done")
        self.assertEqual([row.outcome for row in one.row_ids], ["new", "new", "new", "failed", "new", "new"])
        self.assertFalse(self.listing("M-3"))
        self.assertEqual(len(one.row_ids.product_id), 5)

    def test_shopee(self):
        """The mass-update files: parent SKUs, names of options and pictures from the media file."""
        rows = TestFileImport.SHOPEE
        ref = self.shopee_shop.external_ref
        media = shopee_media_info(
            [{"item": 700001, "name": "Tote", "cover": "https://cf.shopee.sg/file/c", "option": "Color",
              "values": [("Natural", ""), ("Black", "")]}]
        )  # fmt: skip
        sales = shopee_sales_info(rows, shop_ref=ref)
        with self.assertRaisesRegex(UserError, "different shops"):
            self.preview(self.shopee_shop, sales, media)
        one = self.run_import(self.shopee_shop, sales)
        self.assertEqual(self.outcomes(one), {"TOTE-N": "variant", "TOTE-B": "variant", "CUP": "new"})
        tote = self.listing("TOTE-N").product_id
        self.assertEqual(tote.product_tmpl_id.attribute_line_ids.attribute_id.name, "Variation")
        self.assertEqual(tote.barcode, "8851234567890")
        self.assertEqual(self.listing("CUP").external_key, "item:700002")

    SHOPEE = [
        {"item": 700001, "model": 710001, "parent_sku": "TOTE", "sku": "TOTE-N", "name": "Tote", "variation": "Natural",
         "gtin": "8851234567890"},
        {"item": 700001, "model": 710002, "sku": "TOTE-B", "name": "Tote", "variation": "Black"},
        {"item": 700002, "model": 0, "parent_sku": "CUP", "name": "Cup"},
    ]  # fmt: skip

    def test_wrong_files(self):
        """What is wrong is said in words, and nothing is kept."""
        lazada, shopee = self.lazada_shop, self.shopee_shop
        for shop, content, words in (
            (lazada, b"", "empty"),
            (lazada, b"SKU,Price\n1,2\n", "text file"),
            (lazada, b"%PDF-", "no Excel file"),
            (lazada, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel format"),
            (lazada, workbook([["Order Number", "Buyer"], [1, 2]]), "Order Number"),
            (lazada, lazada_price_stock([]), "no products below"),
            (lazada, shopee_sales_info(self.SHOPEE), "file of Shopee"),
            (shopee, lazada_price_stock([MUG]), "file of Lazada"),
            (shopee, shopee_sales_info(self.SHOPEE, shop_ref="99999"), "number 99999"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.preview(shop, content)
        with self.assertRaisesRegex(UserError, "Choose the file"):
            self.preview(lazada)
        self.assertFalse(self.env["marketplace.catalogue.import.row"].search([]))

    def test_other_country(self):
        """A file of the seller's shop in another country is not taken for this one's."""
        content = lazada_price_stock([MUG], "th", site="TH", currency="THB")
        one = self.run_import(self.lazada_shop, content)
        self.assertEqual(self.outcomes(one), {"MUG-1": "skipped"})
        self.assertIn("sold in TH", one.row_ids.message)
        self.assertFalse(self.listing("MUG-1"))

    def test_ten_thousand_goes_on_by_itself(self):
        """What a click does not manage the scheduled action does, batch by batch."""
        rows = [{**MUG, "item": 900100 + n // 2, "sku": 920000 + n, "seller_sku": f"S-{n}", "combo": f"V{n % 2}"}
                for n in range(900)]  # fmt: skip
        one = self.preview(self.lazada_shop, lazada_price_stock(rows))
        with freeze_time("2026-03-04 06:00:00", auto_tick_seconds=15):
            self.press_import(one)
        self.assertEqual(one.state, "running")
        self.assertTrue(0 < one.done_count < 900)
        self.env.ref("marketplace_connector.ir_cron_catalogue_import").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((one.state, one.done_count, one.variant_count), ("done", 900, 900))
        self.assertEqual(len(one.row_ids.product_id), 900)
        self.assertEqual(len(one.row_ids.product_id.product_tmpl_id), 450)

    def test_rights(self):
        """A marketplace manager who may make products; nobody else, by whatever way."""
        content = lazada_price_stock([MUG])
        with self.assertRaises(AccessError):
            self.new_import(self.lazada_shop, content, user=self.user)
        clerk = new_test_user(self.env, "clerk", "marketplace_connector.group_manager")
        one = self.new_import(self.lazada_shop, content, user=clerk)
        with self.assertRaises(AccessError):
            one.action_preview()
        good = self.preview(self.lazada_shop, content)
        with self.assertRaises(AccessError):
            good.with_user(clerk).action_import()
        with self.assertRaises(AccessError):
            good.with_user(self.user).action_import()
        with self.assertRaises(AccessError):
            good.row_ids.with_user(self.importer).write({"outcome": "link"})

    def test_other_company(self):
        """An import is seen in its shop's company only, and makes no product that another company would match twice."""
        company, _shop, _seller = self.another_company()
        other = self.products.create(
            {"name": "Theirs", "default_code": "MUG-1", "company_id": company.id, "is_storable": True}
        )
        one = self.run_import(self.lazada_shop, lazada_price_stock([MUG]))
        product = one.row_ids.product_id
        self.assertNotEqual(product, other)
        self.assertEqual(product.company_id, self.company)
        stranger = new_test_user(
            self.env, "stranger", "marketplace_connector.group_manager", company_id=company.id, company_ids=company.ids
        )
        self.assertFalse(one.with_user(stranger).search([]))
        self.assertFalse(one.row_ids.with_user(stranger).search([]))

    def test_query_count(self):
        """The queries of a batch do not grow with its rows."""

        def queries(first, count):
            rows = [{**MUG, "item": first + n // 3, "sku": first + n, "seller_sku": f"Q-{first + n}",
                     "combo": f"Color {n % 3},S"} for n in range(count)]  # fmt: skip
            one = self.preview(self.lazada_shop, lazada_price_stock(rows))
            before = self.env.cr.sql_log_count
            one.sudo()._run(one.sudo().row_ids)
            self.assertEqual(one.variant_count, count)
            return self.env.cr.sql_log_count - before

        queries(930000, 3)
        few, many = queries(940000, 30), queries(950000, 150)
        self.assertLess((many - few) / 120, 3)
