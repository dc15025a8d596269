"""Which product a SKU finds: by the shop's rules, by suggestion, by hand; and what that does to orders."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import MarketplaceCase


class MatchingCase(MarketplaceCase):
    def listing(self, sku, shop=None, **values):
        """A SKU on sale that Odoo does not have a product for yet."""
        shop = shop or self.lazada_shop
        number = self.env["marketplace.listing"].search_count([]) + 1
        values = {"external_key": f"sku:{number}", "seller_sku": sku, "name": f"Name of {sku}", **values}
        return self.env["marketplace.listing"].create({"shop_id": shop.id, **values})

    def product(self, reference, name=None, **values):
        return self.products.create({"name": name or f"Product {reference}", "default_code": reference, **values})

    def found(self, listing):
        """What matching finds for the listing: (product, state, rule)."""
        listing.action_match()
        return listing.product_id, listing.state, listing.link_origin


@tagged("post_install", "-at_install")
class TestMatching(MatchingCase):
    def test_internal_reference(self):
        """R14, R16: the seller SKU that is one variant's internal reference, in small and capital letters as typed."""
        product = self.product("ABC-1")
        nobody = self.env["product.product"]
        self.assertEqual(self.found(self.listing("ABC-1")), (product, "matched", "sku"))
        for sku in ("abc-1", "ABC", "ABC_1", "%", "", False):
            self.assertEqual(self.found(self.listing(sku)), (nobody, "unmatched", False), sku)

    def test_one_variant_of_several(self):
        """R16: matched on variants, each by its own reference."""
        size = self.env["product.attribute"].create({"name": "Size", "value_ids": [(0, 0, {"name": n}) for n in "SML"]})
        line = {"attribute_id": size.id, "value_ids": [(6, 0, size.value_ids.ids)]}
        shirt = self.env["product.template"].create({"name": "Shirt", "attribute_line_ids": [(0, 0, line)]})
        for variant, letter in zip(shirt.product_variant_ids, "SML", strict=True):
            variant.default_code = f"SHIRT-{letter}"
        listings = self.env["marketplace.listing"].union(*(self.listing(f"SHIRT-{letter}") for letter in "LSM"))
        listings.action_match()
        self.assertEqual(listings.mapped("product_id.default_code"), ["SHIRT-L", "SHIRT-S", "SHIRT-M"])

    def test_several_candidates(self):
        """R17: nobody guesses; once one of them is archived the other one is it."""
        twins = self.product("TWIN") | self.product("TWIN")
        listing = self.listing("TWIN")
        self.assertEqual(self.found(listing)[1], "ambiguous")
        self.assertIn("2 products fit", listing.advice)
        self.assertEqual(listing.suggestion_ids, twins)
        self.assertFalse(listing.suggested_product_id)
        twins[0].active = False
        self.assertEqual(self.found(listing), (twins[1], "matched", "sku"))

    def test_what_cannot_be_sold(self):
        """Archived products, other companies', combinations and those not for sale are never taken; services are."""
        company = self.env["res.company"].create({"name": "Other"})
        combo = self.env["product.combo"].create(
            {"name": "Menu", "combo_item_ids": [(0, 0, {"product_id": self.products[0].id})]}
        )
        self.product("OLD", active=False)
        self.product("THEIRS", company_id=company.id)
        self.product("MENU", type="combo", combo_ids=[(6, 0, combo.ids)])
        self.product("PART", sale_ok=False)
        advice = {"OLD": "archived", "THEIRS": "another company", "MENU": "choose its product"}
        for sku in ("OLD", "THEIRS", "MENU", "PART"):
            listing = self.listing(sku)
            self.assertEqual(self.found(listing)[1], "unmatched", sku)
            self.assertIn(advice.get(sku, "choose its product"), listing.advice)
        service = self.product("SERVICE", type="service")
        own = self.product("OURS", company_id=self.lazada_shop.company_id.id)
        self.assertEqual(self.found(self.listing("SERVICE"))[0], service)
        self.assertEqual(self.found(self.listing("OURS"))[0], own)

    def test_capitals(self):
        """Without capitals where the shop says so; the one that is spelt alike comes first, % and _ are letters."""
        lower, upper = self.product("abc-1"), self.product("ABC-1")
        other = self.product("50%_OFF")
        self.product("50xxyOFF")
        self.lazada_shop.sku_ignore_case = True
        self.assertEqual(self.found(self.listing("ABC-1")), (upper, "matched", "sku"))
        self.assertEqual(self.found(self.listing("abc-1"))[0], lower)
        self.assertEqual(self.found(self.listing("Abc-1"))[1], "ambiguous")
        self.assertEqual(self.found(self.listing("50%_off")), (other, "matched", "similar_sku"))
        self.assertEqual(self.found(self.listing("abc-1", self.shopee_shop))[0], lower)
        self.assertEqual(self.found(self.listing("Abc-1", self.shopee_shop))[1], "unmatched")

    def test_beginning_and_end(self):
        """A prefix and a suffix of the shop are taken off, in its letters; whoever has the whole SKU comes first."""
        plain, whole = self.product("ABC"), self.product("LZ-DEF")
        self.product("DEF")
        self.lazada_shop.write({"sku_prefix": "LZ-", "sku_suffix": "-SG"})
        for sku in ("LZ-ABC", "ABC-SG", "LZ-ABC-SG", " LZ-ABC ", "ABC"):
            self.assertEqual(self.found(self.listing(sku))[0], plain, sku)
        self.assertEqual(self.found(self.listing("LZ-DEF")), (whole, "matched", "sku"))
        for sku in ("lz-ABC", "LZ-", "LZ--SG"):
            self.assertFalse(self.found(self.listing(sku))[0], sku)
        self.lazada_shop.sku_ignore_case = True
        self.assertEqual(self.found(self.listing("lz-aBC-sg"))[0], plain)

    def test_barcode(self):
        """By barcode only where the shop says so, and only where no reference fits."""
        product = self.product("REF-1", barcode="8880000000017")
        reference = self.product("8880000000024")
        self.product("REF-2", barcode="8880000000024")
        listing = self.listing("OTHER", barcode="8880000000017")
        self.assertEqual(self.found(listing)[1], "unmatched")
        self.lazada_shop.match_barcode = True
        self.assertEqual(self.found(listing), (product, "matched", "barcode"))
        self.assertEqual(self.found(self.listing("8880000000017")), (product, "matched", "barcode"))
        self.assertEqual(self.found(self.listing("8880000000024")), (reference, "matched", "sku"))
        self.assertEqual(self.found(self.listing("8880000000017", barcode="8880000000024"))[1], "ambiguous")

    def test_again_changes_nothing(self):
        """R21: a second run makes no second link, and leaves what a person has chosen."""
        product, chosen = self.product("ABC-1"), self.product("OTHER")
        listings = self.listing("ABC-1") | self.listing("ABC-1", self.shopee_shop)
        listings.action_match()
        self.assertEqual(product.marketplace_listing_ids, listings)
        listings[0].product_id = chosen
        self.env.flush_all()
        with self.assertQueryCount(4):
            listings._match()
            self.env.flush_all()
        self.assertEqual(listings.mapped("link_origin"), ["person", "sku"])
        listings._match_again()
        self.assertEqual(listings.mapped("product_id"), chosen | product)

    def test_few_queries(self):
        """Hundreds are matched with as many queries as a few, and without reading all products."""
        count = 300
        self.products.create([{"name": str(n), "default_code": f"MANY-{n}"} for n in range(count)])
        make = self.env["marketplace.listing"].create
        skus = [f"MANY-{n if n % 3 else -n - 1}" for n in range(count)]
        values = {"shop_id": self.lazada_shop.id, "name": "Name"}
        listings = make([{**values, "external_key": f"sku:9{n}", "seller_sku": sku} for n, sku in enumerate(skus)])
        self.lazada_shop.write({"sku_ignore_case": True, "match_barcode": True, "sku_prefix": "X-"})
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            listings._match()
            self.env.flush_all()
        self.assertEqual(len(listings.filtered(lambda one: one.state == "matched")), 200)


@tagged("post_install", "-at_install")
class TestSuggestions(MatchingCase):
    def why(self, listing, product):
        return product.with_context(marketplace_listing_id=listing.id).marketplace_suggested_because

    def test_reasons(self):
        """R17: what resembles is suggested, with the reason; what does not is not."""
        spelt, coded = self.product("AB-12.3"), self.product("X-9", barcode="8880000000031")
        named = self.product("N-1", name="Blue Ceramic Mug")
        similar = self.product("N-2", name="Blue Ceramic Mug, large")
        self.product("N-3", name="Umbrella")
        listing = self.listing("ab12 3", name="Something")
        self.assertEqual(listing.suggestion_ids, spelt)
        self.assertIn("only in capitals", self.why(listing, spelt))
        listing = self.listing("Q", name="Other", barcode="8880000000031")
        self.assertEqual((listing.suggestion_ids, self.why(listing, coded)), (coded, "Same barcode"))
        listing = self.listing(False, name="blue ceramic  MUG")
        self.assertEqual(listing.suggestion_ids, named | similar)
        self.assertEqual((self.why(listing, named), self.why(listing, similar)), ("Same name", "Similar name"))
        self.assertEqual((listing.suggested_product_id, listing.suggestion_reason), (named, "Same name"))

    def test_names_of_variants(self):
        """The variant of the same colour is suggested, not its siblings."""
        colour = self.env["product.attribute"].create(
            {"name": "Colour", "value_ids": [(0, 0, {"name": name}) for name in ("Red", "Blue")]}
        )
        line = {"attribute_id": colour.id, "value_ids": [(6, 0, colour.value_ids.ids)]}
        cup = self.env["product.template"].create({"name": "Travel Cup", "attribute_line_ids": [(0, 0, line)]})
        listing = self.listing("CUP-B", name="Travel cup", options=[["Color", "blue"]], variation="blue")
        self.assertEqual(listing.suggested_product_id, cup.product_variant_ids[1])

    def test_link_suggestions(self):
        """Many at once: those with exactly one good suggestion, no others; the filter finds the same ones."""
        spelt = self.product("AB-12.3")
        self.product("CD-1")
        self.product("C-D1")
        sure, unsure, none = self.listing("ab123"), self.listing("CD1"), self.listing("ZZZ")
        listings = sure | unsure | none
        found = self.env["marketplace.listing"].search([("suggested_product_id", "!=", False)])
        self.assertEqual(found, sure)
        self.assertEqual(
            self.env["marketplace.listing"].search([("suggested_product_id", "=", False)]) & listings, unsure | none
        )
        message = listings.with_user(self.user).action_link_suggestions()["params"]["message"]
        self.assertIn("1 linked, 2 left", message)
        self.assertEqual((sure.product_id, sure.link_origin), (spelt, "person"))
        with self.assertRaisesRegex(UserError, "exactly one"):
            (unsure | none).action_link_suggestions()

    def test_one_click(self):
        """A marketplace user links by one click on the suggestion; nobody else does."""
        product, listing = self.product("AB-12.3"), self.listing("ab123")
        self.assertFalse(listing.waiting_order_count)
        seen = product.with_context(marketplace_listing_id=listing.id)
        packer = new_test_user(self.env, "packer", "stock.group_stock_user")
        self.assertEqual(listing.with_user(packer).name, listing.name)
        for user in (packer, new_test_user(self.env, "employee", "base.group_user")):
            with self.assertRaises(AccessError):
                seen.with_user(user).action_marketplace_link()
        with self.assertRaisesRegex(UserError, "Open the listing"):
            product.with_user(self.user).action_marketplace_link()
        seen.with_user(self.user).action_marketplace_link()
        self.assertEqual(listing.product_id, product)

    def test_few_queries(self):
        count = 100
        self.products.create([{"name": f"Thing {n}", "default_code": f"TH-{n:03d}"} for n in range(count)])
        make = self.env["marketplace.listing"].create
        values = {"shop_id": self.lazada_shop.id, "name": "Name"}
        listings = make([{**values, "external_key": f"sku:8{n}", "seller_sku": f"th{n:03d}"} for n in range(count)])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            self.assertEqual(len(listings.mapped("suggested_product_id")), count)


@tagged("post_install", "-at_install")
class TestByHand(MatchingCase):
    def test_ignored(self):
        """Left without a product and out of the counts, whatever matching says; back again; linking ends it."""
        listing = self.listing("LATER")
        shop = self.lazada_shop
        self.assertEqual((shop.unlinked_count, shop.unmatched_count, shop.ignored_count), (1, 1, 0))
        listing.with_user(self.user).action_ignore()
        shop.invalidate_recordset()
        self.assertEqual((shop.unlinked_count, shop.unmatched_count, shop.ignored_count), (0, 0, 1))
        product = self.product("LATER")
        self.assertEqual(self.found(listing)[1], "ignored")
        self.assertFalse(listing.suggestion_ids)
        listing.with_user(self.user).action_take_back()
        self.assertEqual((listing.product_id, listing.state), (product, "matched"))
        with self.assertRaisesRegex(UserError, "remove the product first"):
            listing.action_ignore()
        listing.product_id = False
        listing.action_ignore()
        listing.product_id = product
        self.assertEqual((listing.ignored, listing.state, listing.link_origin), (False, "matched", "person"))

    def test_rights(self):
        """Buttons are refused to who may only read, and to other companies."""
        listing = self.listing("ABC")
        company = self.env["res.company"].create({"name": "Other"})
        elsewhere = {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        people = (
            new_test_user(self.env, "packer", "stock.group_stock_user"),
            new_test_user(self.env, "salesman", "sales_team.group_sale_salesman"),
            new_test_user(self.env, "outsider", "marketplace_connector.group_manager", **elsewhere),
        )
        for user in people:
            for name in ("action_match", "action_ignore", "action_take_back", "action_link_suggestions"):
                with self.assertRaises(AccessError):
                    getattr(listing.with_user(user), name)()
        with self.assertRaises(UserError):
            listing.product_id = self.product("X", company_id=company.id)

    def test_form(self):
        """A person chooses the product in the form."""
        listing, product = self.listing("ABC"), self.product("OTHER")
        with Form(listing.with_user(self.user)) as form:
            form.product_id = product
        self.assertEqual((listing.product_id, listing.link_origin), (product, "person"))

    def test_corrected_link(self):
        """D10: a quotation takes the right product at its price; a confirmed order stays, and that is said."""
        first, second = self.products[:2]
        confirmed = self.import_now(self.place_lazada([(first.default_code, 2, "5.00")], shipping_fee="1.99"))
        self.lazada_shop.confirm_automatically = False
        quotation = self.import_now(self.place_lazada([(first.default_code, 3, "5.00")], shipping_fee="1.99"))
        self.assertEqual((confirmed.state, quotation.state), ("sale", "draft"))
        total = quotation.amount_total
        listing = self.env["marketplace.listing"].search([("seller_sku", "=", first.default_code)])
        self.assertFalse(listing.other_product_order_count)
        listing.with_user(self.user).product_id = second
        self.assertEqual(self.lines(quotation).product_id, second)
        self.assertEqual((quotation.amount_total, self.lines(quotation).price_unit), (total, 5.0))
        self.assertEqual(self.lines(confirmed).product_id, first)
        self.assertEqual(listing.other_product_order_count, 1)
        self.assertEqual(listing.action_open_other_product_orders()["domain"], [("id", "in", confirmed.ids)])
        quotation.action_confirm()
        self.assertEqual(quotation.picking_ids.move_ids.product_id, second)
        self.lazada.advance(self.lazada.shop("SG").orders[int(confirmed.marketplace_order_ref)], "shipped")
        self.import_now()
        self.env.invalidate_all()
        self.assertFalse(listing.other_product_order_count)
        listing.product_id = False
        self.assertFalse(listing.other_product_order_count)

    def test_products_show_their_listings(self):
        """R17: where a product is on sale, at what price and with what stock there; for who may see listings."""
        product = self.product("ABC")
        listings = self.listing("ABC", price=9.9, listed_quantity=5) | self.listing("ABC", self.shopee_shop)
        listings.action_match()
        template = product.product_tmpl_id
        self.assertEqual((product.marketplace_listing_count, template.marketplace_listing_count), (2, 2))
        self.assertEqual(template.marketplace_listing_ids, listings)
        self.assertEqual(template.action_marketplace_listings()["domain"], [("product_id", "in", product.ids)])
        nobody = new_test_user(self.env, "employee", "base.group_user")
        for record in (product, template):
            self.assertFalse(record.with_user(nobody).marketplace_listing_count)
