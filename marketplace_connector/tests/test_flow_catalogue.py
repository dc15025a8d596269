"""The catalogue comes to Odoo and stays in step: from both platforms, over real bytes."""

from datetime import timedelta

from odoo import fields, sql_db
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models.marketplace_shop_catalogue import CATALOGUE
from ..simulator.shelf import Shelf
from .common import MarketplaceCase
from .either_platform import AtLazada, AtShopee


class CatalogueFlow:
    """Mixed in beside AtLazada or AtShopee."""

    def setUp(self):
        super().setUp()
        self.store = self.platform.shop("SG")
        self.shelf = self.store.shelf

    # === HELPERS === #

    def read(self, seconds_left=None, full=False):
        """A run of the shop's walk; with `seconds_left`, a function of the number of commits so far."""
        commits = []
        with self.environment() as env:

            def commit():
                commits.append(1)
                env["ir.cron"]._commit_progress()
                return seconds_left(len(commits)) if seconds_left else float("inf")

            return env["marketplace.shop"].browse(self.shop.id)._sync_catalogue(commit, full)

    def press(self, user=None):
        """*Sync Product Catalogue*; gives what it says."""
        with self.environment() as env:
            shop = env["marketplace.shop"].browse(self.shop.id).with_user(user or self.user)
            return shop.action_sync_catalogue()["params"]["message"]

    def run_cron(self):
        with self.environment() as env:
            env["marketplace.shop"]._cron_sync_catalogue()

    def listings(self, *skus):
        """The shop's listings, all or those with the seller SKUs in this order."""
        found = self.env["marketplace.listing"].search([("shop_id", "=", self.shop.id)])
        if not skus:
            return found
        return found.browse().union(*(found.filtered(lambda one, sku=sku: one.seller_sku == sku) for sku in skus))

    def on_sale(self):
        return [
            (product, variant)
            for product in self.shelf.products
            for variant in product.variants
            if self.shelf.is_buyable(variant.number)
        ]

    def rows(self):
        """What the database has of the shop's listings, down to the versions of the rows."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, xmin::text FROM marketplace_listing WHERE shop_id = %s ORDER BY id", [self.shop.id]
        )
        return self.env.cr.fetchall()

    def asked(self):
        return sum(count for path, count in self.platform.calls.items() if "product" in path)

    def use(self, variants, each=4):
        """Another catalogue of so many variants."""
        self.store.shelf = self.shelf = Shelf.generated(variants, each, self.platform.clock)

    # === A FIRST SYNC === #

    def test_first(self):
        """R5, R12 to R17: all that is on sale comes in, with what the platform tells, and is matched by its SKU."""
        self.shelf.set_status(3, "inactive")
        self.shelf.set_status(4, "banned")
        self.shelf.set_status(5, "deleted")
        message = self.press()
        on_sale = self.on_sale()
        self.assertIn(f"{len(on_sale)} new, 0 changed", message)
        listings = self.listings()
        self.assertEqual(sorted(listings.mapped("seller_sku")), sorted(variant.sku for _one, variant in on_sale))
        self.assertEqual(set(listings.mapped("listing_status")), {"active"})
        product, variant = on_sale[1]
        listing = self.listings(variant.sku)
        self.assertEqual((listing.name, listing.product_id.default_code), (product.name, variant.sku))
        self.assertEqual([tuple(option) for option in listing.options], list(variant.options))
        self.assertEqual(listing.variation, ", ".join(value for _name, value in variant.options))
        self.assertAlmostEqual(listing.price, float(variant.prices["SGD"]))
        self.assertEqual((listing.currency_id.name, listing.listed_quantity), ("SGD", variant.stock))
        self.assertTrue(listing.listed_read_at and listing.listed_at and listing.picture_url.startswith("http"))
        self.assertEqual((listing.state, listing.link_origin), ("matched", "sku"))
        ours = set(self.products.mapped("default_code"))
        linked = [variant.sku for _product, variant in on_sale if variant.sku in ours]
        self.assertEqual(sorted(listings.filtered("product_id").mapped("seller_sku")), sorted(linked))
        shop = self.shop
        self.assertEqual((shop.matched_count, shop.unmatched_count), (len(linked), len(listings) - len(linked)))
        self.assertIn(f"Now {len(linked)} are linked, {len(listings) - len(linked)} are not", message)
        self.assertFalse(shop.catalogue_error or shop.catalogue_goes_on_at)
        self.assertEqual(shop.catalogue_synced_at, shop.catalogue_full_at)

    def test_second_writes_nothing(self):
        """R21: nothing changed, nothing written, and the queries do not grow with the catalogue."""
        self.use(120)
        self.read()
        before, numbers = self.rows(), []
        for variants in (120, 240):
            if variants == 240:
                self.use(240)
                self.read(full=True)
                before = self.rows()
            self.later(60)
            counts = self.read(full=True)
            self.assertEqual(counts["unchanged"], variants)
            self.assertEqual((counts["created"], counts["updated"], counts["gone"]), (0, 0, 0))
            self.assertEqual(self.rows(), before)
            with self.environment() as env:
                begun, asked = env.cr.sql_log_count, self.asked()
                env["marketplace.shop"].browse(self.shop.id)._sync_catalogue(lambda: 1, True)
                # The right to each call is looked up, too.
                numbers.append(env.cr.sql_log_count - begun - (self.asked() - asked))
        self.assertLessEqual(numbers[1] - numbers[0], 10, numbers)  # one portion more

    def test_faulty_skus(self):
        """Missing SKUs are told apart by their ids, a SKU that stands twice is one product, capitals are two."""
        product = self.shelf.add("Faulty", [("", {"Color": "Red"}), ("TEE-BLK-S", {"Color": "Blue"})])
        self.read()
        twins = self.listings("TEE-BLK-S")
        self.assertEqual((len(twins), len(twins.product_id)), (2, 1))
        nameless = self.listings().filtered(lambda one: one.name == product.name) - twins
        self.assertEqual((len(nameless), nameless.seller_sku or "", nameless.state), (1, "", "unmatched"))
        self.assertIn("no SKU at the marketplace", nameless.advice)

    # === CHANGES === #

    def test_changes(self):
        """What was renamed, repriced, added, taken off, banned or deleted since yesterday; nothing else is written."""
        self.read()
        shelf, before = self.shelf, dict(self.rows())
        self.later(24 * 60)
        (tee, tote, batik, aothun, earbud) = shelf.products[:5]
        shelf.change(tee.number, name="New name")
        shelf.change_variant(tee.variants[0].number, price="14.90")
        new = shelf.add_variant(tee.number, "TEE-RED-S", {"Color": "Red", "Size": "S"})
        shelf.remove_variant(tee.variants[5].number)
        shelf.set_status(tote.number, "inactive")
        shelf.set_status(batik.number, "banned")
        shelf.set_status(aothun.number, "deleted")
        other = shelf.add("Brand new", ["NEW-1"])
        hidden = shelf.add("Not checked yet", ["NEW-2"])
        shelf.set_status(hidden.number, "pending")
        self.shop.sync_catalogue = True
        self.run_cron()
        first = self.listings(tee.variants[0].sku)
        self.assertEqual((first.name, first.price), ("New name", 14.9))
        self.assertEqual(self.listings(new.sku).listing_status, "active")
        self.assertEqual(self.listings(tee.variants[5].sku).listing_status, "gone")
        self.assertEqual(set(self.listings(*(one.sku for one in tote.variants)).mapped("listing_status")), {"inactive"})
        self.assertEqual(set(self.listings(*(one.sku for one in batik.variants)).mapped("listing_status")), {"banned"})
        self.assertEqual(set(self.listings(*(one.sku for one in aothun.variants)).mapped("listing_status")), {"gone"})
        self.assertEqual(self.listings("NEW-1").name, other.name)
        self.assertFalse(self.listings("NEW-2"))
        after = dict(self.rows())
        untouched = self.listings(*(one.sku for one in earbud.variants))
        self.assertEqual([after[one.id] for one in untouched], [before[one.id] for one in untouched])
        self.assertLess(fields.Datetime.now() - self.shop.catalogue_synced_at, timedelta(minutes=5))
        self.assertLess(self.shop.catalogue_full_at, self.shop.catalogue_synced_at)
        shelf.set_status(aothun.number, "active")
        shelf.set_status(hidden.number, "active")
        self.later(24 * 60)
        self.run_cron()
        self.assertEqual(set(self.listings(*(one.sku for one in aothun.variants)).mapped("listing_status")), {"active"})
        self.assertTrue(self.listings("NEW-2"))

    def test_gone_without_a_word(self):
        """An item that nothing tells of any more is gone when a whole walk has not met it; an order keeps its link."""
        self.read()
        product = self.shelf.products[0]
        order = self.import_now(self.place([(product.variants[0].sku, 1)]))
        listing = self.lines(order).marketplace_listing_id
        self.shelf.forget(product.number)
        self.later(24 * 60)
        self.read()
        self.assertEqual(listing.listing_status, "active")
        self.later(24 * 60)
        message = self.press()
        self.assertIn(f"{len(product.variants)} gone", message)
        self.assertEqual((listing.listing_status, listing.state), ("gone", "matched"))
        self.assertEqual(self.lines(order).marketplace_listing_id, listing)
        self.assertEqual(order.state, "sale")

    def test_renamed_sku(self):
        """A link made by the SKU follows it where another product has the new one; a person's stays."""
        self.read()
        one, two, three = self.shelf.products[0].variants[:3]
        product_of = {product.default_code: product for product in self.products}
        listings = self.listings(one.sku, two.sku, three.sku)
        listings[1].product_id = product_of["TOTE-NAT"]
        self.shelf.change_variant(one.number, sku="TOTE-BLK")
        self.shelf.change_variant(two.number, sku="TOTE-OLV")
        self.shelf.change_variant(three.number, sku="NOBODY-HAS-IT")
        self.later(60)
        self.read()
        self.assertEqual(listings.mapped("seller_sku"), ["TOTE-BLK", "TOTE-OLV", "NOBODY-HAS-IT"])
        self.assertEqual(
            listings.mapped("product_id.default_code"), ["TOTE-BLK", "TOTE-NAT", three.sku], "the last one stays"
        )

    def test_product_made_afterwards(self):
        """What had no product is matched with the next sync, though nothing has changed at the platform."""
        self.shelf.add("Later", ["LATER-1"])
        self.read()
        self.assertEqual(self.listings("LATER-1").state, "unmatched")
        product = self.products.create({"name": "Later", "default_code": "LATER-1"})
        self.later(60)
        self.read()
        self.assertEqual(self.listings("LATER-1").product_id, product)

    def test_orders_and_catalogue(self):
        """D10: what an order has brought is completed by the catalogue and never doubled, and the other way round."""
        skus = [product.default_code for product in self.products[:2]]
        order = self.import_now(self.place([(sku, 1) for sku in skus]))
        known = self.lines(order).marketplace_listing_id
        self.assertEqual(set(known.mapped("listing_status")), {False})
        self.read()
        self.assertEqual(set(known.mapped("listing_status")), {"active"})
        self.assertTrue(all(known.mapped("price")))
        keys = self.listings().mapped("external_key")
        self.assertEqual(len(keys), len(self.on_sale()))
        self.import_now(self.place([(product.default_code, 1) for product in self.products]))
        self.assertEqual(self.listings().mapped("external_key"), keys)

    def test_waiting_order(self):
        """D10: an order that waited for an unknown SKU goes on when its product is found by a sync."""
        self.shelf.add("Later", ["LATER-1"])
        placed = self.place([("LATER-1", 1)])
        order = self.import_now(placed)
        self.assertEqual(order.state, "draft")
        product = self.products.create({"name": "Later", "default_code": "LATER-1", "is_storable": True})
        self.read()
        self.later(1)
        self.sync()
        self.env.invalidate_all()
        self.assertEqual((order.state, self.lines(order).product_id), ("sale", product))

    # === WALKS THAT END EARLY === #

    def test_pause(self):
        """When the time is up the walk pauses behind a portion, and goes on there; only its end says what is gone."""
        self.use(600)
        self.read(full=True)
        self.shelf.forget(149)
        asked = self.asked()
        self.read(full=True)
        whole = self.asked() - asked
        self.assertEqual(len(self.listings().filtered(lambda one: one.listing_status == "gone")), 4)
        self.shelf.forget(150)

        def none_left(commits):
            self.clock.tick(60)
            return 0

        asked = self.asked()
        counts = self.read(none_left, full=True)
        self.assertFalse(counts["finished"])
        self.assertTrue(self.shop.catalogue_goes_on_at)
        self.assertLess(self.asked() - asked, whole)
        self.assertEqual(len(self.listings().filtered(lambda one: one.listing_status == "gone")), 4)
        self.run_cron()
        self.assertFalse(self.shop.catalogue_goes_on_at)
        self.assertEqual(len(self.listings().filtered(lambda one: one.listing_status == "gone")), 8)
        self.assertEqual(len(self.listings()), 600)

    def test_trouble(self):
        """A platform that fails in the middle is named on the shop; nothing is gone, the rest comes by itself."""
        self.use(600)
        self.read(full=True)
        synced_at = self.shop.catalogue_synced_at
        self.shelf.forget(150)
        self.shelf.change(1, name="New name")
        self.later(60)

        def then_trouble(commits):
            if commits == 2:
                self.platform.faults.order("no_connection", "product", times=20)
            return float("inf")

        counts = self.read(then_trouble, full=True)
        self.assertTrue(counts["finished"])
        self.assertIn("could not be reached", self.shop.catalogue_error)
        self.assertEqual(self.shop.catalogue_synced_at, synced_at)
        self.assertEqual(set(self.listings().mapped("listing_status")), {"active"})
        self.platform.faults.ordered.clear()
        self.run_cron()
        self.assertTrue(self.shop.catalogue_error)
        self.later(31)
        self.run_cron()
        self.assertFalse(self.shop.catalogue_error)
        self.assertGreater(self.shop.catalogue_synced_at, synced_at)
        self.assertEqual(len(self.listings().filtered(lambda one: one.listing_status == "gone")), 4)

    def test_wait(self):
        """Asked to wait, the walk waits and goes on by itself; other runs ask nothing meanwhile."""
        self.platform.faults.order("too_many_requests", "product", times=50)
        self.read()
        self.assertTrue(self.shop.wait_until)
        self.platform.faults.ordered.clear()
        asked = self.asked()
        self.assertIn("asked us to wait", self.press())
        self.assertEqual(self.asked(), asked)
        self.clock.move_to(self.shop.wait_until + timedelta(seconds=1))
        self.run_cron()
        self.assertEqual(len(self.listings()), len(self.on_sale()))
        self.assertFalse(self.shop.catalogue_error)

    def test_two_workers(self):
        """One worker reads the catalogue of a shop; the other one says so and asks nothing."""
        with sql_db.db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", [CATALOGUE.lock, self.shop.id])
            try:
                message = self.press()
            finally:
                other.execute("SELECT pg_advisory_unlock(%s, %s)", [CATALOGUE.lock, self.shop.id])
        self.assertIn("Another process", message)
        self.assertFalse(self.listings() or self.asked())

    # === BY ITSELF, AND BY WHOM === #

    def test_by_itself(self):
        """R18 to R20: off until it is switched on, then daily, and all of it weekly."""
        self.run_cron()
        self.assertFalse(self.asked())
        self.shop.sync_catalogue = True
        self.run_cron()
        self.assertEqual(len(self.listings()), len(self.on_sale()))
        asked = self.asked()
        self.run_cron()
        self.assertEqual(self.asked(), asked, "not due again")
        full_at = self.shop.catalogue_full_at
        for _day in range(8):
            self.later(24 * 60)
            self.run_cron()
            self.assertLess(fields.Datetime.now() - self.shop.catalogue_synced_at, timedelta(minutes=5))
        self.assertGreaterEqual(self.shop.catalogue_full_at - full_at, timedelta(days=7))

    def test_who_may(self):
        """R13: marketplace users of the company; nobody else, and not while the shop is not connected."""
        company = self.env["res.company"].create({"name": "Other"})
        elsewhere = {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        for user in (
            new_test_user(self.env, "packer", "stock.group_stock_user"),
            new_test_user(self.env, "salesman", "sales_team.group_sale_salesman_all_leads"),
            new_test_user(self.env, "outsider", "marketplace_connector.group_manager", **elsewhere),
        ):
            with self.assertRaises(UserError):
                self.shop.with_user(user).action_sync_catalogue()
        self.shop.state = "disconnected"
        with self.assertRaisesRegex(UserError, "not connected"):
            self.shop.with_user(self.user).action_sync_catalogue()
        self.assertFalse(self.asked())

    def test_ended_authorisation(self):
        """The chain is disconnected as by any other call, and the catalogue stays as it was."""
        self.read()
        before = self.rows()
        self.shop.sudo().token_id.account_id.app_secret = "wrong" * 8
        self.later(60)
        self.read()
        self.assertEqual(self.shop.state, "disconnected")
        self.assertTrue(self.shop.catalogue_error)
        self.assertEqual(self.rows(), before)


@tagged("post_install", "-at_install")
class TestAtLazada(AtLazada, CatalogueFlow, MarketplaceCase):
    pass


@tagged("post_install", "-at_install")
class TestAtShopee(AtShopee, CatalogueFlow, MarketplaceCase):
    pass
