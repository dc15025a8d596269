"""The Lazada client reads the catalogue of the simulated Lazada and sets its stock: two readings of one contract."""

from random import Random

from ..marketplaces.errors import RateLimited
from ..marketplaces.stock import SkuKey, StockPlace, StockUpdate
from ..simulator.lazada.orders import listing_ids
from ..simulator.shelf import Shelf
from .test_pure_lazada_simulator import SimulatorCase

LIST, ITEM, UPDATE = "/rest/products/get", "/rest/product/item/get", "/rest/product/stock/sellable/update"
SKU, OTHER = "TEE-BLK-M", "TEE-BLK-L"


class StockCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.shelf = self.shop.shelf

    def portions(self, changed_since=None):
        return list(self.client.list_catalogue(changed_since))

    def listed(self, changed_since=None):
        """The catalogue by seller SKU."""
        return {sku.seller_sku: sku for portion in self.portions(changed_since) for sku in portion.skus}

    def key(self, sku, shop=None):
        item_id, sku_id = listing_ids(shop or self.shop, sku)
        return SkuKey(item_ref=str(item_id), sku_ref=str(sku_id), seller_sku=sku)

    def send(self, *numbers, place_ref=""):
        """The outcomes of (SKU, pieces)."""
        updates = [StockUpdate(key=self.key(sku), quantity=pieces, place_ref=place_ref) for sku, pieces in numbers]
        outcomes = {each.update: each for portion in self.client.send_stock(updates) for each in portion}
        self.assertEqual(len(outcomes), len(updates))
        return [outcomes[update] for update in updates]

    def results(self, *numbers, **values):
        return [outcome.result for outcome in self.send(*numbers, **values)]

    def sellable(self, sku=SKU):
        return self.lazada.sellable(self.shop, sku)


class TestCatalogue(StockCase):
    def test_whole(self):
        """R5, R6: every SKU with its options, price, stock and picture."""
        found = self.listed()
        self.assertEqual(set(found), {sku for sku, _ in self.shelf.skus().items()})
        tee, (product, variant) = found[SKU], self.shelf.skus()[SKU]
        self.assertEqual((tee.name, tee.options, tee.status), (product.name, variant.options, "active"))
        self.assertEqual((tee.price, tee.currency), (variant.prices["SGD"], "SGD"))
        self.assertEqual((tee.stock.sellable, tee.stock.reserved), (self.sellable(), 0))
        self.assertEqual(tee.listing_key, self.key(SKU).listing_key)
        self.lazada.images_are_text = True
        self.assertTrue(any(sku.picture_url for sku in self.listed().values()))

    def test_states(self):
        """Taken off, waiting, banned and deleted ones; a SKU that Lazada took off its product."""
        numbers = [product.number for product in self.shelf.products[:4]]
        expected = dict(zip(numbers, ("inactive", "pending", "banned", "deleted"), strict=True))
        suspended = self.shelf.products[4].variants[0]
        self.shelf.suspend(suspended.number)
        for number, status in expected.items():
            self.shelf.set_status(number, status)
        for apart in (True, False):
            self.lazada.suspended_skus_stand_apart = apart
            skus = self.listed()
            for number, status in expected.items():
                found = {skus[one.sku].status for one in self.shelf.product(number).variants if one.sku in skus}
                self.assertEqual(found, {status} - {"deleted"})
        self.lazada.suspended_skus_stand_apart = True
        self.assertEqual(self.listed()[suspended.sku].status, "banned")
        deleted = self.shelf.product(numbers[3])
        self.lazada.all_includes_deleted = True
        gone = [ref for portion in self.portions() for ref in portion.gone_item_refs]
        self.assertEqual(gone, [self.key(deleted.variants[0].sku).item_ref])

    def test_changes(self):
        """Only what changed since, and what was deleted."""
        since = self.lazada.clock.now()
        self.assertFalse(self.listed(since))
        self.lazada.clock.move(3600)
        product, variant = self.shelf.skus()[SKU]
        self.shelf.change_variant(variant.number, price="25.00")
        self.shelf.set_status(self.shelf.skus()["TOTE-NAT"][0].number, "deleted")
        portions = self.portions(since)
        self.assertEqual({sku.seller_sku for one in portions for sku in one.skus}, {v.sku for v in product.variants})
        self.assertEqual([ref for one in portions for ref in one.gone_item_refs], [self.key("TOTE-NAT").item_ref])
        self.assertEqual(self.listed(since)[SKU].price, self.shelf.skus()[SKU][1].prices["SGD"])

    def test_messy(self):
        """D1: SKUs that are missing, and twins."""
        one = self.shelf.add("Twin", [("TWIN", {"Size": "S"}), ("TWIN", {"Size": "L"})])
        bare = self.shelf.add("Bare", [""])
        skus = [sku for portion in self.portions() for sku in portion.skus]
        found = [sku for sku in skus if sku.name in (one.name, bare.name)]
        self.assertEqual([sku.seller_sku for sku in found], ["TWIN", "TWIN", ""])
        self.assertEqual(len({sku.listing_key for sku in found}), 3)
        keys = [SkuKey(item_ref=sku.item_ref, sku_ref=sku.sku_ref, seller_sku=sku.seller_sku) for sku in found]
        stocks = {stock.listing_key: stock for portion in self.client.read_stock(keys) for stock in portion}
        self.assertEqual([stocks[sku.listing_key] for sku in found], [sku.stock for sku in found])

    def test_many(self):
        """R5: 50 products a call, in whatever order they come; past the ceiling of offsets a few calls more."""
        self.shop.shelf = Shelf.generated(5000, each=1, clock=self.lazada.clock)
        for order in ("created", "mixed"):
            self.lazada.product_order = order
            self.lazada.calls.clear()
            self.assertEqual(len(self.listed()), 5000)
            self.assertLess(self.lazada.calls[LIST], 100 + 15)

    def test_fulfilled_by_lazada(self):
        """Kept by Lazada alone; with pieces in both it is the seller's too."""
        self.lazada.keep_at_lazada(self.shop, SKU, 5)
        self.lazada.receive(self.shop, OTHER, 5)
        found = self.listed()
        self.assertEqual((found[SKU].by_platform, found[SKU].stock.sellable), (True, 0))
        self.assertEqual((found[OTHER].by_platform, found[OTHER].stock.sellable), (False, self.sellable(OTHER)))

    def test_broken_answers(self):
        """A page that does not come at first comes when it is asked for again."""
        self.lazada.faults.order("server_error", LIST, 2)
        self.assertTrue(self.listed())


class TestReading(StockCase):
    def test_orders_and_campaigns(self):
        """R10: what is ordered is reserved, what a running campaign holds is locked until its end."""
        self.place((SKU, 2))
        self.place((SKU, 1), paid=False)
        self.lazada.start_campaign(self.shop, SKU, 4, seconds=3600)
        self.lazada.start_campaign(self.shop, SKU, 3, begins_in=3600)
        read = {one.listing_key: one for portion in self.client.read_stock([self.key(SKU)]) for one in portion}
        stock = read[self.key(SKU).listing_key]
        self.assertEqual((stock.sellable, stock.reserved, stock.locked), (self.sellable(), 3, 4))
        self.assertAlmostEqual((stock.locked_until - self.lazada.clock.now()).total_seconds(), 3600, delta=2)
        self.assertEqual(self.listed()[SKU].stock, stock)

    def test_places(self):
        self.assertEqual(self.client.stock_places(), ())
        self.lazada.open_warehouse(self.shop, "SG-WH-2", "Tuas")
        newer, older = "/rc/warehouse/get", "/seller/warehouse/get"
        for paths in ({newer}, {older}, {newer, older}):
            self.lazada.warehouse_paths = frozenset(paths)
            places = self.client.stock_places()
            self.assertEqual([one.ref for one in places], ["dropshipping", "SG-WH-2"])
            self.assertEqual(places[1], StockPlace(ref="SG-WH-2", name="Tuas"))


class TestSending(StockCase):
    def test_all(self):
        """R14: the whole shelf in the fewest calls."""
        skus = self.shelf.good_skus()
        self.assertEqual(set(self.results(*((sku, number) for number, sku in enumerate(skus)))), {"accepted"})
        self.assertEqual([self.sellable(sku) for sku in skus], list(range(len(skus))))
        self.assertEqual((self.lazada.calls[UPDATE], self.lazada.calls[LIST]), (-(-len(skus) // 20), 0))

    def test_refused(self):
        """R16: of a call with bad SKUs the good ones get their numbers, however Lazada says it and whatever it did."""
        self.shelf.suspend(self.shelf.skus()["KEYB75-RED"][1].number)
        gone = "TOTE-NAT"
        self.shelf.set_status(self.shelf.skus()[gone][0].number, "deleted")
        skus = [SKU, "KEYB75-RED", OTHER, gone, "EARBUD-BLK"]
        expected = ["accepted", "refused", "accepted", "refused", "accepted"]
        for pieces, (way, applied) in enumerate(
            ((way, applied) for way in ("501", "0", "own code") for applied in (True, False)), start=1
        ):
            with self.subTest(way, applied=applied):
                self.lazada.sku_refusals, self.lazada.good_skus_are_applied = way, applied
                outcomes = self.send(*((sku, pieces) for sku in skus))
                self.assertEqual([outcome.result for outcome in outcomes], expected)
                self.assertEqual([self.sellable(sku) for sku in (SKU, OTHER, "EARBUD-BLK")], [pieces] * 3)
                self.assertTrue(all(outcome.message for outcome in outcomes if outcome.result == "refused"))

    def test_campaign(self):
        """R12: below what a campaign holds nothing is set; at it, it is; when it is over, all can be."""
        campaign = self.lazada.start_campaign(self.shop, SKU, 4)
        before = self.sellable()
        for way in ("501", "0", "own code"):
            self.lazada.sku_refusals = way
            locked, other = self.send((SKU, 3), (OTHER, 3))
            self.assertEqual((locked.result, other.result, self.sellable()), ("locked", "accepted", before))
            self.assertEqual((locked.stock.locked, locked.stock.sellable), (4, before))
        self.assertEqual(self.results((SKU, 4)), ["accepted"])
        self.lazada.end_campaign(campaign)
        self.assertEqual(self.results((SKU, 3)), ["accepted"])

    def test_only_raised(self):
        """Some campaigns let a number only be raised, whatever they hold."""
        self.lazada.campaign_forbids_decrease = True
        campaign = self.lazada.start_campaign(self.shop, SKU, 1)
        before = self.sellable()
        outcome = self.send((SKU, before - 1))[0]
        self.assertEqual((outcome.result, outcome.stock.locked, outcome.stock.sellable), ("locked", before, before))
        self.assertAlmostEqual((outcome.stock.locked_until - campaign.end).total_seconds(), 0, delta=2)
        self.assertEqual(self.results((SKU, before + 1)), ["accepted"])

    def test_places(self):
        """R15: a number for each warehouse; what is not at a place counts as none there."""
        self.lazada.open_warehouse(self.shop, "SG-WH-2")
        self.assertEqual(self.results((SKU, 5), place_ref="SG-WH-2"), ["accepted"])
        stocks = [stock for portion in self.client.read_stock([self.key(SKU)]) for stock in portion]
        found = next(stock for stock in stocks if stock.listing_key == self.key(SKU).listing_key)
        self.assertEqual(dict(found.by_place)["SG-WH-2"], 5)
        self.lazada.faults.order("lost_answer", UPDATE)
        self.assertEqual(self.results((SKU, 0), (OTHER, 0), place_ref="SG-WH-2"), ["accepted"] * 2)
        self.assertEqual(self.results((SKU, 1)), ["refused"])
        self.assertEqual(self.results((SKU, 1), (OTHER, 2), place_ref="NOWHERE"), ["refused"] * 2)

    def test_kept_by_lazada(self):
        self.lazada.keep_at_lazada(self.shop, SKU, 5)
        self.assertEqual(self.results((SKU, 3), (OTHER, 3)), ["refused", "accepted"])

    def test_faults(self):
        """R21: whatever happens to a call, what is told as accepted is the number there."""
        for fault in ("lost_answer", "truncated", "html", "server_error"):
            with self.subTest(fault):
                pieces = self.sellable() + 3
                self.lazada.faults.order(fault, UPDATE)
                outcome = self.send((SKU, pieces))[0]
                self.assertEqual(outcome.result == "accepted", self.sellable() == pieces)
                self.assertEqual(outcome.stock.sellable, self.sellable())
        self.lazada.refuse_next("/product/stock/sellable/update", "513", whole=True)
        self.assertEqual(self.results((SKU, 1), (OTHER, 2)), ["accepted"] * 2)
        for fault in ("busy", "rate_limited", "too_many_requests"):
            self.lazada.faults.order(fault, UPDATE)
            with self.assertRaises(RateLimited):
                self.send((SKU, 9))
        self.lazada.mega_campaign = True
        with self.assertRaisesRegex(RateLimited, "campaign"):
            self.send((SKU, 9))
        self.assertEqual(self.sellable(), 1)

    def test_chance(self):
        """R14, R16, R21: bad SKUs, campaigns and faults at random: each update has one outcome, and it is true."""
        skus = self.shelf.good_skus()
        chance = Random(7)
        self.lazada.faults.kinds, self.lazada.faults.chance = ("lost_answer", "truncated", "server_error"), 0.3
        self.lazada.stock_calls_a_second = 0
        for round_ in range(12):
            self.lazada.sku_refusals = chance.choice(("501", "0", "own code"))
            self.lazada.good_skus_are_applied = chance.random() < 0.5
            bad = chance.choice(skus)
            self.shelf.suspend(self.shelf.skus()[bad][1].number)
            numbers = [(sku, chance.randrange(20)) for sku in skus]
            try:
                outcomes = self.send(*numbers)
            except Exception as error:
                self.assertNotIsInstance(error, (AssertionError, KeyError, TypeError), round_)
                outcomes = []
            for (sku, pieces), outcome in zip(numbers, outcomes, strict=False):
                if outcome.result == "accepted":
                    self.assertEqual(self.sellable(sku), pieces)
            self.shelf.suspend(self.shelf.skus()[bad][1].number, False)
