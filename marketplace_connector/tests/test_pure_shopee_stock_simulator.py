"""The Shopee client reads the catalogue of the simulated Shopee, and sets its stock: two readings of one contract."""

from random import Random

from ..marketplaces.errors import MarketplaceError, RateLimited
from ..marketplaces.stock import SkuKey, StockPlace, StockUpdate
from ..simulator.catalogue import catalogue
from ..simulator.shelf import Shelf
from ..simulator.shopee.items import item_id
from .test_pure_shopee_simulator import SimulatorCase

UPDATE = "/api/v2/product/update_stock"
LIST, INFO = "/api/v2/product/get_item_list", "/api/v2/product/get_item_base_info"
MODELS, PROMOTIONS = "/api/v2/product/get_model_list", "/api/v2/product/get_item_promotion"
PLAIN, TEE = "MOONCAKE-2026", "TEE-BLK-M"


class GoodsCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.shelf = self.shop.shelf

    def product(self, sku):
        return self.shelf.skus()[sku][0]

    def variant(self, sku):
        return self.shelf.skus()[sku][1]

    def catalogue(self, **values):
        """The SKUs by seller SKU, the pages in `self.pages`."""
        self.pages = list(self.client.list_catalogue(**values))
        return {sku.seller_sku: sku for page in self.pages for sku in page.skus}


class TestCatalogue(GoodsCase):
    def test_all(self):
        """Every variant of the shelf, as the seller made it. # R13 R16"""
        found = self.catalogue()
        self.assertEqual(sum(len(page.skus) for page in self.pages), sum(len(one.variants) for one in catalogue()))
        for sku, (product, variant) in self.shelf.skus().items():
            listed = found[sku]
            with self.subTest(sku):
                self.assertEqual((listed.item_ref, listed.name), (str(item_id(product)), product.name))
                self.assertEqual(listed.options, variant.options)
                self.assertEqual((listed.price, listed.currency), (variant.prices["SGD"], "SGD"))
                self.assertEqual(listed.stock.sellable, variant.stock)
                self.assertEqual((listed.status, listed.barcode), ("active", variant.barcode))
                self.assertEqual((listed.by_platform, listed.is_bundle), (False, product.is_kit))
        self.assertFalse(any(page.unreadable for page in self.pages))

    def test_same_key_as_orders(self):
        orders = self.imported(self.place((TEE, 1)), self.place((PLAIN, 1)))
        found = {sku.listing_key for sku in self.catalogue().values()}
        self.assertLessEqual({order.lines[0].listing_key for order in orders}, found)

    def test_states(self):
        """Of items and of variants; deleted ones are named, whoever deleted them. # R15"""
        names = {"active": "Lamp", "inactive": "Fan", "pending": "Mat", "banned": "Knife", "deleted": "Vase"}
        made = {status: self.shelf.add(name, [f"S-{status}"]) for status, name in names.items()}
        for status, product in made.items():
            self.shelf.set_status(product.number, status)
        by_shopee = self.shelf.add("Fake", ["S-FAKE"])
        self.shop.set_item_status(by_shopee, "SHOPEE_DELETE")
        pair = self.shelf.add("Socks", [("SOCK-1", {"Size": "S"}), ("SOCK-2", {"Size": "M"})])
        self.shelf.suspend(pair.variants[1].number)
        found = self.catalogue()
        statuses = {status: found[f"S-{status}"].status for status in names if status != "deleted"}
        self.assertEqual(statuses, {status: status for status in names if status != "deleted"})
        self.assertEqual((found["SOCK-1"].status, found["SOCK-2"].status), ("active", "inactive"))
        gone = {ref for page in self.pages for ref in page.gone_item_refs}
        self.assertEqual(gone, {str(item_id(made["deleted"])), str(item_id(by_shopee))})

    def test_skus_missing_and_twice(self):
        self.shelf.add("Cup", [("", {"Color": "Red"}), ("CUP", {"Color": "Blue"}), ("CUP", {"Color": "Green"})])
        skus = [sku for page in self.client.list_catalogue() for sku in page.skus if sku.name == "Cup"]
        self.assertEqual([sku.seller_sku for sku in skus], ["", "CUP", "CUP"])
        self.assertEqual(len({sku.listing_key for sku in skus}), 3)

    def test_kits_and_pieces_at_shopee(self):
        self.shelf.add("Set", ["SET"], is_kit=True)
        self.shopee.receive(self.shop, PLAIN, 10)
        found = self.catalogue()
        self.assertTrue(found["SET"].is_bundle)
        self.assertEqual([sku for sku, listed in found.items() if listed.by_platform], [PLAIN])

    def test_changed_since(self):
        """Only what changed, with stock too. # R13"""
        since = self.shopee.clock.now()
        self.assertEqual(self.catalogue(changed_since=since), {})
        self.shelf.change(self.product(TEE).number, name="Tee shirt")
        self.shelf.set_status(self.product(PLAIN).number, "deleted")
        found = self.catalogue(changed_since=since)
        self.assertEqual({sku.name for sku in found.values()}, {"Tee shirt"})
        self.assertEqual([page.gone_item_refs for page in self.pages][-1], (str(item_id(self.product(PLAIN))),))

    def test_calls(self):
        """As many as computed, the second time as well. # R13"""
        self.shop.shelf = Shelf.generated(410, each=4, clock=self.shopee.clock)
        self.shelf = self.shop.shelf
        items = len(self.shelf.products)
        with_models = sum(len(product.variants) > 1 for product in self.shelf.products)
        for _time in range(2):
            self.shopee.calls.clear()
            self.assertEqual(sum(len(page.skus) for page in self.client.list_catalogue()), 410)
            expected = {LIST: -(-items // 100), INFO: -(-items // 50), MODELS: with_models}
            self.assertEqual({path: self.shopee.calls[path] for path in expected}, expected)
            self.assertEqual(sum(self.shopee.calls.values()), sum(expected.values()))

    def test_too_many_to_page_through(self):
        """Several products of one second, more than the list may be paged through. # R13"""
        self.shop.shelf = Shelf.generated(900, each=1, clock=self.shopee.clock)
        self.shopee.most_item_offset = 200
        found = [sku.item_ref for page in self.client.list_catalogue() for sku in page.skus]
        self.assertEqual((len(found), len(set(found))), (900, 900))

    def test_going_on(self):
        """A walk that met a fault goes on behind its last portion."""
        self.shop.shelf = Shelf.generated(130, each=1, clock=self.shopee.clock)
        walk = self.client.list_catalogue()
        pages = [next(walk)]
        self.shopee.faults.order("rate_limited", INFO)
        with self.assertRaises(RateLimited):
            next(walk)
        pages += self.client.list_catalogue(position=pages[0].position)
        self.assertEqual([len(page.skus) for page in pages], [50, 50, 30])
        self.assertEqual(len({sku.item_ref for page in pages for sku in page.skus}), 130)

    def test_promotion(self):
        """# D1"""
        self.shopee.start_promotion(self.shop, [self.variant(TEE).number], 6, lasts=3600)
        self.shopee.start_promotion(self.shop, [self.variant(PLAIN).number], 4, begins_in=3600, lasts=60)
        self.shopee.calls.clear()
        found = self.catalogue()
        now = self.shopee.clock.now()
        for sku, locked, seconds in [(TEE, 6, 3600), (PLAIN, 4, 3660)]:
            self.assertEqual(found[sku].stock.locked, locked)
            self.assertAlmostEqual((found[sku].stock.locked_until - now).total_seconds(), seconds, delta=5)
        self.assertEqual(sum(bool(sku.stock.locked) for sku in found.values()), 2)
        self.assertEqual(self.shopee.calls[PROMOTIONS], 1)
        self.assertEqual(found[TEE].price, self.variant(TEE).prices["SGD"])


class StockCase(GoodsCase):
    def setUp(self):
        super().setUp()
        self.listed = self.catalogue()
        self.shopee.calls.clear()

    def update(self, sku, quantity, place=""):
        return StockUpdate(key=listed_key(self.listed[sku]), quantity=quantity, place_ref=place)

    def send(self, *updates):
        """The outcomes by seller SKU (the last one where there are several); what ended the run is in `self.over`."""
        self.over, self.outcomes = None, []
        try:
            for portion in self.client.send_stock(updates):
                self.outcomes += portion
        except MarketplaceError as error:
            self.over = error
        return {outcome.update.key.seller_sku: outcome for outcome in self.outcomes}

    def results(self, *updates):
        return {sku: outcome.result for sku, outcome in self.send(*updates).items()}

    def there(self, sku):
        return self.shopee.at_seller(self.shop, self.variant(sku).number)

    def shown(self, *skus):
        keys = [listed_key(self.listed[sku]) for sku in skus]
        found = {stock.listing_key: stock for portion in self.client.read_stock(keys) for stock in portion}
        return [found[self.listed[sku].listing_key] for sku in skus]


def listed_key(listed):
    return SkuKey(item_ref=listed.item_ref, sku_ref=listed.sku_ref, seller_sku=listed.seller_sku)


class TestSending(StockCase):
    def test_round_trip(self):
        """What is sent stands there, and is read again. # R46 R73"""
        wanted = {sku: number for number, sku in enumerate(self.shelf.skus())}
        results = self.results(*(self.update(sku, number) for sku, number in wanted.items()))
        self.assertEqual(set(results.values()), {"accepted"})
        self.assertEqual({sku: self.there(sku) for sku in wanted}, wanted)
        self.assertEqual(self.shopee.calls[UPDATE], len({listed.item_ref for listed in self.listed.values()}))
        self.assertEqual(sum(self.shopee.calls.values()), self.shopee.calls[UPDATE])
        self.assertEqual([stock.sellable for stock in self.shown(*wanted)], list(wanted.values()))

    def test_orders_lower_it(self):
        """Shopee takes an ordered piece off by itself, and our number is absolute."""
        self.send(self.update(TEE, 10))
        self.place((TEE, 3), paid=False)
        self.assertEqual(self.shown(TEE)[0].sellable, 7)
        self.send(self.update(TEE, 5))
        self.assertEqual(self.shown(TEE)[0].sellable, 5)

    def test_one_refused(self):
        """A variant that is gone, a banned and a deleted item, a kit, pieces at Shopee: the others are set. # D11"""
        self.shelf.add("Set", ["SET"], is_kit=True)
        banned, deleted = self.shelf.add("Knife", ["KNIFE"]), self.shelf.add("Vase", ["VASE"])
        pair = self.shelf.add("Socks", [("SOCK-1", {"Size": "S"}), ("SOCK-2", {"Size": "M"})])
        for fails_call in (True, False):
            self.shopee.wrong_model_fails_call = fails_call
            self.listed = self.catalogue()
            wanted = [sku for sku in ("SET", "KNIFE", "SOCK-2", "VASE", "SOCK-1", PLAIN, TEE) if sku in self.listed]
            updates = [self.update(sku, 8) for sku in wanted]
            if fails_call:
                self.shelf.remove_variant(pair.variants[1].number)
                self.shelf.set_status(banned.number, "banned")
                self.shelf.set_status(deleted.number, "deleted")
                self.shopee.receive(self.shop, PLAIN, 2)
            results = self.results(*updates)
            self.assertIsNone(self.over)
            self.assertEqual((results["SOCK-1"], results[TEE]), ("accepted", "accepted"))
            self.assertEqual({results[sku] for sku in results if sku not in ("SOCK-1", TEE)}, {"refused"})
            self.assertEqual(len(self.outcomes), len(updates))

    def test_locked(self):
        """Below what a promotion holds, however Shopee says so: locked, and how much is held until when. # D1"""
        promotion = self.shopee.start_promotion(self.shop, [self.variant(TEE).number], 6, lasts=3600)
        for fails_call in (True, False):
            for refusal in range(7):
                self.shopee.reserve_fails_call, self.shopee.reserve_refusal = fails_call, refusal
                found = self.send(self.update(TEE, 5), self.update("TEE-BLK-L", refusal))
                with self.subTest(refusal=refusal, fails_call=fails_call):
                    self.assertEqual((found[TEE].result, found["TEE-BLK-L"].result), ("locked", "accepted"))
                    self.assertEqual(found[TEE].stock.locked, 6)
                    self.assertTrue(found[TEE].stock.locked_until)
        self.assertEqual(self.results(self.update(TEE, 6)), {TEE: "accepted"})
        self.shopee.end_promotion(self.shop, promotion)
        self.assertEqual(self.results(self.update(TEE, 5)), {TEE: "accepted"})
        self.assertEqual(self.shown(TEE)[0].locked, 0)

    def test_holiday(self):
        self.shop.on_holiday = True
        found = self.send(self.update(TEE, 5), self.update(PLAIN, 5))
        self.assertEqual([outcome.result for outcome in found.values()], ["refused"] * 2)
        self.assertIn("holiday mode", found[PLAIN].message)
        self.assertEqual(self.shopee.calls[UPDATE], 1)

    def test_places(self):
        """# D16"""
        self.assertEqual(self.client.stock_places(), ())
        self.assertEqual(self.results(self.update(TEE, 5, "SG1")), {TEE: "refused"})
        self.shop.open_warehouses("Jurong", "Tuas")
        self.assertEqual(
            self.client.stock_places(), (StockPlace(ref="SGZ", name="Jurong"), StockPlace(ref="SG1", name="Tuas"))
        )
        self.assertEqual(self.results(self.update(TEE, 5)), {TEE: "refused"})
        for all_wanted in (False, True):
            self.shopee.needs_all_locations = all_wanted
            self.assertEqual(self.results(self.update(TEE, 5, "SGZ"), self.update(TEE, 4, "SG1")), {TEE: "accepted"})
            self.assertEqual(self.results(self.update(TEE, 7, "SG1")), {TEE: "accepted"})
            [stock] = self.shown(TEE)
            self.assertEqual((stock.sellable, stock.by_place), (12, (("SGZ", 5), ("SG1", 7))))
        self.assertEqual(self.results(self.update(TEE, 7, "SG9")), {TEE: "refused"})


class TestFaults(StockCase):
    def test_lost_answer(self):
        """Read back: it stands, or it is unknown. # D1"""
        for kind, result in [
            ("lost_answer", "accepted"),
            ("truncated", "accepted"),
            ("html", None),
            ("server_error", None),
            ("busy", "unknown"),
            ("no_connection", "unknown"),
        ]:
            self.send(self.update(TEE, 1))
            self.shopee.faults.order(kind, UPDATE)
            found = self.results(self.update(TEE, 9), self.update(PLAIN, 9))
            with self.subTest(kind):
                self.assertIsNone(self.over)
                self.assertEqual(found[PLAIN], "accepted")
                self.assertEqual(found[TEE], "accepted" if self.there(TEE) == 9 else "unknown")
                self.assertEqual(found[TEE], result or found[TEE])

    def test_shown_without_what_is_held(self):
        """Whether Shopee shows the pieces that a promotion holds is not documented: either way the number stands."""
        self.shopee.start_promotion(self.shop, [self.variant(TEE).number], 6)
        for deducted in (False, True):
            self.shopee.reserved_is_deducted = deducted
            self.shopee.faults.order("lost_answer", UPDATE)
            self.assertEqual(self.results(self.update(TEE, 9 + deducted)), {TEE: "accepted"})

    def test_ends(self):
        both = self.update(TEE, 9), self.update(PLAIN, 9)
        for kind in ("rate_limited", "too_many_requests"):
            self.shopee.faults.order(kind, UPDATE)
            self.assertEqual(self.results(*both), {})
            self.assertIsInstance(self.over, RateLimited)
            self.assertEqual(self.results(*both), {TEE: "accepted", PLAIN: "accepted"})

    def test_withdrawn(self):
        """An app that may not set stock is refused that, and stays connected."""
        self.shopee.denied_paths.add(UPDATE)
        self.assertEqual(self.results(self.update(TEE, 9), self.update(PLAIN, 9)), {TEE: "refused", PLAIN: "refused"})
        self.assertIsNone(self.over)
        self.assertEqual(self.shopee.calls[UPDATE], 1)

    def test_whatever_fails(self):
        """Each update has one outcome or was not sent; what is accepted stands. # D1 D11"""
        random = Random(7)
        skus = list(self.shelf.skus())
        for _time in range(40):
            self.shopee.faults.chance = 0
            wanted = {sku: random.randint(0, 30) for sku in random.sample(skus, 8)}
            self.shopee.faults.chance = 0.25
            found = self.send(*(self.update(sku, number) for sku, number in wanted.items()))
            self.shopee.faults.chance = 0
            self.assertEqual(len(self.outcomes), len(found))
            if self.over is None:
                self.assertEqual(set(found), set(wanted))
            for sku, outcome in found.items():
                if outcome.result == "accepted":
                    self.assertEqual(self.there(sku), wanted[sku])
                else:
                    self.assertEqual(outcome.result, "unknown")
