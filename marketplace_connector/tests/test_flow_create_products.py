"""Products made from listings that have none: name, SKU, price, barcode, picture, variants (R5, R13)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..simulator.pictures import picture_url
from .common import LAZADA
from .test_flow_file_import import FileImportCase


@tagged("post_install", "-at_install")
class TestCreateProducts(FileImportCase):
    def listings(self, *values, shop=None, first=0):
        """Listings of the shop without products, as the catalogue brings them."""
        shop = shop or self.lazada_shop
        rows = [
            {
                "shop_id": shop.id,
                "external_key": f"sku:{800000 + place}",
                "item_ref": f"{700000 + place}",
                "sku_ref": f"{800000 + place}",
                "name": "Mug",
                "listing_status": "active",
                "price": 10.9,
                "currency_id": shop.currency_id.id,
                **vals,
            }
            for place, vals in enumerate(values, first)
        ]
        return self.env["marketplace.listing"].create(rows)

    def create_products(self, listings):
        """Press Create Products, and Import; the import."""
        action = listings.with_user(self.importer).action_create_products()
        one = self.env["marketplace.catalogue.import"].browse(action["res_id"])
        self.assertEqual((one.state, one.row_count), ("preview", len(listings.filtered(lambda x: not x.ignored))))
        self.assertFalse(listings.product_id)
        self.press_import(one.with_user(self.importer))
        return one

    def load_pictures(self):
        self.env.ref("marketplace_connector.ir_cron_catalogue_import").method_direct_trigger()
        self.env.invalidate_all()

    def test_plain_and_variants(self):
        """R9: the SKU is the internal reference; options become attributes, existing ones are taken by their names."""
        color = self.env["product.attribute"].create({"name": "Colour", "create_variant": "dynamic"})
        red = self.env["product.attribute.value"].create({"name": "Red", "attribute_id": color.id})
        tee = {"item_ref": "7", "name": "Tee"}
        listings = self.listings(
            {"seller_sku": "MUG", "barcode": "8850000000017"},
            {**tee, "seller_sku": "T-R-S", "options": [["Colour", "Red"], ["Size", "S"]]},
            {**tee, "seller_sku": "T-B-S", "options": [["Colour", "Blue"], ["Size", "S"]]},
            {**tee, "seller_sku": "T-B-M", "options": [["Colour", "Blue"], ["Size", "M"]], "price": 12.9},
        )
        one = self.create_products(listings)
        self.assertEqual((one.new_count, one.variant_count, one.state), (1, 3, "done"))
        mug, *tees = (listing.product_id for listing in listings)
        self.assertEqual((mug.default_code, mug.barcode, mug.lst_price), ("MUG", "8850000000017", 10.9))
        template = tees[0].product_tmpl_id
        self.assertEqual(len(template.product_variant_ids), 3)
        self.assertEqual(template.attribute_line_ids.attribute_id.mapped("name"), ["Colour", "Size"])
        self.assertIn(red, template.attribute_line_ids.value_ids)
        self.assertEqual([product.default_code for product in tees], ["T-R-S", "T-B-S", "T-B-M"])
        self.assertEqual([round(product.lst_price, 2) for product in tees], [10.9, 10.9, 12.9])
        self.assertEqual(set(listings.mapped("link_origin")), {"made"})

    def test_attribute_that_makes_all(self):
        """An attribute that makes all variants serves where all are on sale; else only those on sale come to be."""
        self.env["product.attribute"].create({"name": "Colour", "create_variant": "always"})
        self.env["product.attribute"].create({"name": "Size", "create_variant": "always"})
        full = [{"item_ref": "7", "options": [["Colour", c], ["Size", s]], "seller_sku": f"F{c}{s}"}
                for c in "AB" for s in "XY"]  # fmt: skip
        part = [{**one, "item_ref": "8", "seller_sku": f"P{place}"} for place, one in enumerate(full[:3])]
        whole = self.listings(*full)
        self.create_products(whole)
        self.assertEqual(len(whole.product_id.product_tmpl_id.product_variant_ids), 4)
        self.assertFalse(whole.product_id.product_tmpl_id.has_dynamic_attributes())
        some = self.listings(*part, first=10)
        self.create_products(some)
        self.assertEqual(some.product_id.product_tmpl_id.product_variant_ids, some.product_id)

    def test_what_cannot_be_taken_over(self):
        """A barcode that is taken is left out and said so; no SKU is no reference; one SKU twice is one product."""
        self.products[0].barcode = "111"
        listings = self.listings(
            {"seller_sku": "A", "barcode": "111"},
            {"seller_sku": "B", "barcode": "222"},
            {"seller_sku": "C", "barcode": "222"},
            {"seller_sku": False},
            {"seller_sku": "A"},
            {"seller_sku": "D", "ignored": True},
        )
        one = self.create_products(listings)
        products = [listing.product_id for listing in listings]
        self.assertEqual([product.barcode for product in products[:4]], [False, "222", False, False])
        self.assertIn("Barcode 111 belongs to another product", one.row_ids[0].message)
        self.assertFalse(products[3].default_code)
        self.assertEqual(products[4], products[0])
        self.assertFalse(products[5])

    def test_options_that_do_not_serve(self):
        """Variants without options, or with the same ones, are told apart by their SKUs."""
        same = {"item_ref": "7", "options": [["Colour", "Red"]]}
        none = {"item_ref": "8", "options": []}
        listings = self.listings(
            *({**one, "seller_sku": f"{one['item_ref']}-{n}"} for one in (same, none) for n in range(2))
        )
        self.create_products(listings)
        names = [listing.product_id.product_template_attribute_value_ids.name for listing in listings]
        self.assertEqual(names, ["7-0", "7-1", "8-0", "8-1"])

    def test_prices(self):
        """The price becomes the company's sales price: without a tax that is not in its prices, in its currency."""
        tax = self.env["account.tax"].create(
            {"name": "GST 9%", "amount": 9, "type_tax_use": "sale", "price_include_override": "tax_excluded"}
        )
        self.company.account_sale_tax_id = tax
        listings = self.listings({"seller_sku": "A", "price": 10.9}, {"seller_sku": "B", "price": 0})
        self.create_products(listings)
        self.assertEqual(listings.product_id.mapped("lst_price"), [10.0, 0.0])
        tax.price_include_override = "tax_included"
        self.set_rate(self.lazada_shop.currency_id, 2)
        later = self.listings({"seller_sku": "C", "external_key": "sku:1", "item_ref": "1"})
        self.create_products(later)
        self.assertEqual(later.product_id.lst_price, 5.45)
        self.env["res.currency.rate"].search([("currency_id", "=", self.lazada_shop.currency_id.id)]).unlink()
        last = self.listings({"seller_sku": "D", "external_key": "sku:2", "item_ref": "2"})
        one = self.create_products(last)
        self.assertEqual(last.product_id.lst_price, 0)
        self.assertIn("has no rate", one.row_ids.message)

    def test_pictures(self):
        """Pictures are loaded afterwards; one that cannot be is told, and stops nothing."""
        seller = self.lazada.shop("SG")
        good = [picture_url(f"{LAZADA}/", seller.seller_id, product) for product in seller.shelf.products[:2]]
        tee = {"item_ref": "7", "name": "Tee"}
        listings = self.listings(
            {"seller_sku": "A", "picture_url": good[0]},
            {**tee, "seller_sku": "B", "options": [["Colour", "Red"]], "picture_url": good[0]},
            {**tee, "seller_sku": "C", "options": [["Colour", "Blue"]], "picture_url": good[1]},
            {**tee, "seller_sku": "D", "options": [["Colour", "Grey"]], "picture_url": good[0]},
            {"seller_sku": "E", "picture_url": "https://elsewhere.example/x.png"},
            {"seller_sku": "F", "picture_url": f"{LAZADA}/pictures/1/9999-1.png"},
            {"seller_sku": "G", "picture_url": f"{LAZADA}/seller-center"},
            {"seller_sku": "H", "picture_url": "https://127.0.0.1/x.png"},
        )
        one = self.create_products(listings)
        self.assertEqual((one.state, one.picture_count), ("done", 8))
        self.assertFalse(any(product.image_1920 for product in listings.product_id))
        self.load_pictures()
        a, b, c, d, *failed = (listing.product_id for listing in listings)
        self.assertTrue(a.image_1920)
        self.assertEqual(b.product_tmpl_id.image_1920, a.image_1920)
        self.assertFalse(b.image_variant_1920 or d.image_variant_1920)
        self.assertTrue(c.image_variant_1920)
        self.assertNotEqual(c.image_1920, b.image_1920)
        self.assertFalse(any(product.image_1920 for product in failed))
        self.assertEqual((one.picture_count, one.lacking_picture_count), (0, 4))
        notes = one.row_ids.mapped("message")[4:]
        self.assertIn("elsewhere.example", notes[0])
        self.assertIn("HTTP 404", notes[1])
        self.assertTrue(all("No picture" in note for note in notes))

    def test_picture_is_no_picture(self):
        """Bytes that only begin like a picture do not stop the others."""
        type(self).apps["files.slatic.net"] = lambda environ, start: (
            start("200 OK", [("Content-Type", "image/png")]),
            [b"\x89PNG\r\n\x1a\n" + b"x" * 100],
        )[1]
        self.addCleanup(type(self).apps.pop, "files.slatic.net")
        listings = self.listings({"seller_sku": "A", "picture_url": "http://files.slatic.net/a.png"})
        one = self.create_products(listings)
        self.load_pictures()
        self.assertEqual(one.row_ids.picture_state, "failed")
        self.assertFalse(listings.product_id.image_1920)

    def test_nothing_to_do(self):
        listings = self.listings({"seller_sku": "A", "listing_status": "gone"}, {"seller_sku": "B", "ignored": True})
        with self.assertRaisesRegex(UserError, "Nothing to create"):
            listings.with_user(self.importer).action_create_products()

    def test_rights(self):
        """Users of the connector cannot make products, nor managers without the right to products."""
        listings = self.listings({"seller_sku": "A"})
        for user in (self.user, self.manager):
            with self.assertRaises(AccessError):
                listings.with_user(user).action_create_products()
        self.assertFalse(listings.product_id)

    def test_two_shops(self):
        """Listings of several shops: an import for each, in a list."""
        shopee = self.listings({"seller_sku": "A", "sku_ref": "1", "external_key": "sku:1"}, shop=self.shopee_shop)
        action = (self.listings({"seller_sku": "A"}) | shopee).with_user(self.importer).action_create_products()
        imports = self.env["marketplace.catalogue.import"].search(action["domain"])
        self.assertEqual(imports.shop_id, self.lazada_shop | self.shopee_shop)
        for one in imports:
            self.press_import(one)
        listings = imports.row_ids.listing_id
        self.assertEqual((len(listings), len(listings.product_id)), (2, 1))
