"""What the Lazada client makes of a shop's products: all of them, once, whatever Lazada answers."""

import json
import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import RateLimited, ServerError, UnexpectedResponse
from ..marketplaces.lazada.product_walk import ProductPage, ProductWalk, Stretch
from ..marketplaces.stock import ListingStock
from .lazada_fake import NOW, PATIENT, Clock, make_client, moment, ok, refusal
from .lazada_products_fake import ITEM, PRODUCTS, LazadaShop, place, product, sku

SAMPLES = json.loads((Path(__file__).parent / "data" / "lazada_products.json").read_text(encoding="utf-8"))


def catalogue(answer, changed_since=None, *, now=NOW, **values):
    """The portions, and the session with the calls."""
    client, session = make_client(answer, clock=Clock(now), **values)
    return list(client.list_catalogue(changed_since)), session


def one(*products, **values):
    """The portion that a page with these products makes."""
    portions, _session = catalogue(ok(data={"total_products": len(products), "products": list(products)}), **values)
    assert len(portions) == 1
    return portions[0]


def first_sku(*skus, **values):
    return one(product(1, *skus, **values)).skus[0]


class TestSamples(unittest.TestCase):
    """Lazada's own samples."""

    def test_get_products(self):
        """R5: numbers as text, pictures as a text with a list; all words of a field in one are no status."""
        sample = SAMPLES["/products/get"]["data"]["products"][0]
        found = one({**sample, "status": "Active"}).skus[0]
        self.assertEqual((found.item_ref, found.sku_ref, found.seller_sku), ("180226526", "314525867", "39817:01:01"))
        self.assertEqual((found.name, found.price, found.currency), ("asd", Decimal(32), "SGD"))
        self.assertEqual(found.picture_url, "http://sg-live-01.slatic.net/p/BUYI1-catalog.jpg")
        self.assertEqual((found.status, found.raw_status), ("active", "Active (Lock,Reject,Live Reject,Admin)"))
        self.assertEqual(found.updated_at, datetime(2021, 1, 25, 6, 5, 25, tzinfo=timezone.utc))
        self.assertFalse(found.options)
        self.assertIsNone(found.stock)

    def test_with_stock(self):
        """R5, R10: a campaign holds pieces while it runs, by the country's time; a suspended SKU stands aside."""
        sample = SAMPLES["with_stock"]["data"]
        in_may = datetime(2022, 5, 29, tzinfo=timezone.utc).timestamp()
        found, suspended = one(sample, now=in_may, site="MY").skus
        stock = ListingStock(
            listing_key="sku:13449296008",
            sellable=20,
            locked=1,
            locked_until=datetime(2022, 5, 30, 15, 59, 59, tzinfo=timezone.utc),
        )
        self.assertEqual((found.stock, found.price, found.currency), (stock, Decimal(102), "MYR"))
        self.assertEqual((suspended.status, suspended.seller_sku), ("banned", "2142206567-1640869121385-0"))
        self.assertEqual(one(sample, now=in_may + 3 * 86400, site="MY").skus[0].stock.locked, 0)

    def test_other_names(self):
        """The same in the other way of writing names."""
        found = one(SAMPLES["camel_case"], site="ID").skus[0]
        self.assertEqual((found.item_ref, found.options), ("5758254690", (("Color", "Magic"),)))
        self.assertEqual((found.stock.sellable, found.stock.reserved), (1719, 26))
        self.assertEqual(found.picture_url, "https://id-live.slatic.net/p/1.jpg")


class TestSkus(unittest.TestCase):
    """R5, R6: what a SKU of the catalogue tells."""

    def test_options(self):
        """In the order of the product's variations, by their labels; a name nobody labelled stands for itself."""
        variation = {
            "variation2": {"name": "size", "label": "Size", "options": ["M"]},
            "variation1": {"name": "color_family", "label": "", "options": ["Black"]},
        }
        chosen = {"ขนาด": "ใหญ่", "size": "M", "color_family": "Black", "empty": ""}
        found = first_sku(sku(1, saleProp=chosen), variation=variation)
        self.assertEqual(found.options, (("color_family", "Black"), ("Size", "M"), ("ขนาด", "ใหญ่")))
        self.assertEqual(first_sku(sku(1, saleProp=None), variation=[]).options, ())

    def test_status(self):
        """A SKU is on sale where itself and its product are; what nobody documents is not taken for on sale."""
        for of_product, of_sku, expected in (
            ("Active", "active", ("active", "Active")),
            ("Active", "inactive", ("inactive", "inactive")),
            ("Active", "deleted", ("gone", "deleted")),
            ("InActive", "active", ("inactive", "InActive")),
            ("Pending QC", "active", ("pending", "Pending QC")),
            ("Suspended", "active", ("banned", "Suspended")),
            ("", "active", ("active", "active")),
            ("Frozen", "active", ("inactive", "Frozen")),
            ("active", "", ("active", "active")),
            ("", "", ("inactive", "")),
        ):
            found = first_sku(sku(1, Status=of_sku), status=of_product)
            self.assertEqual((found.status, found.raw_status), expected)

    def test_price(self):
        for told, expected in ((12.5, "12.5"), ("1,299.00", "1299.00"), (None, None), ("", None)):
            found = first_sku(sku(1, price=told, special_price="9.90"))
            self.assertEqual(found.price, expected and Decimal(expected))

    def test_pictures(self):
        for images, of_product, expected in (
            (["", "https://a.example/1.jpg"], ["https://a.example/2.jpg"], "https://a.example/1.jpg"),
            ([""], '[ "https://a.example/2.jpg" ]', "https://a.example/2.jpg"),
            ("", "not a list", ""),
            (None, ["javascript:alert(1)", 7], ""),
        ):
            self.assertEqual(first_sku(sku(1, Images=images), images=of_product).picture_url, expected)

    def test_stock(self):
        """Sums over the seller's warehouses, each told where there are several; Lazada's own are not the seller's."""
        places = [
            place("dropshipping", "4", withholdQuantity="1", occupyQuantity=2),
            place("SG-WH-10001", 3),
            place("FBL-1", 90),
        ]
        at_lazada = [place("FBL-1", 90)]
        found = first_sku(sku(1, multiWarehouseInventories=places, fblWarehouseInventories=at_lazada))
        expected = ListingStock(
            listing_key=found.listing_key,
            sellable=7,
            reserved=3,
            by_place=(("dropshipping", 4), ("SG-WH-10001", 3)),
        )
        self.assertEqual((found.stock, found.by_platform), (expected, False))
        only = first_sku(sku(1, multiWarehouseInventories=[], fblWarehouseInventories=at_lazada))
        self.assertEqual((only.by_platform, only.stock.sellable), (True, 0))
        silent = first_sku(sku(1, multiWarehouseInventories=None, fblWarehouseInventories=at_lazada))
        self.assertEqual((silent.by_platform, silent.stock), (True, None))
        empty = sku(1, 0, fblWarehouseInventories=at_lazada)
        self.assertTrue(first_sku(empty).by_platform)
        empty["multiWarehouseInventories"][0]["occupyQuantity"] = 1
        self.assertFalse(first_sku(empty).by_platform)
        self.assertFalse(first_sku(sku(1, 0)).by_platform)
        self.assertEqual(first_sku(sku(1, multiWarehouseInventories=[place("", -2)])).stock.sellable, 0)
        self.assertIsNone(first_sku(sku(1, multiWarehouseInventories=None)).stock)

    def test_campaigns(self):
        """R12: running ones together hold their pieces until the last ends; without times one is taken as running."""
        running = {"startTime": "2025-10-09 00:00:00", "endTime": "2025-10-11 23:59:59", "sellableQuantity": "3"}
        later = {"startTime": "2025-10-12 00:00:00", "endTime": "2025-10-13 00:00:00", "sellableQuantity": 50}
        soon_over = {"startTime": "1759900000000", "endTime": "1760020000000", "sellableQuantity": 2}
        stock = first_sku(sku(1, channelInventories=[running, later, soon_over])).stock
        self.assertEqual(stock.locked, 5)
        self.assertEqual(stock.locked_until, datetime(2025, 10, 11, 15, 59, 59, tzinfo=timezone.utc))
        stock = first_sku(sku(1, channelInventories=[running, {"sellableQuantity": 2}])).stock
        self.assertEqual((stock.locked, stock.locked_until), (5, None))

    def test_unreadable(self):
        """R21: a product that cannot be understood is told with its reason and does not stop the others."""
        broken = (
            product(1, sku(1, price="a lot")),
            product(2, skus=[]),
            product(3, sku(3, multiWarehouseInventories=[{"warehouseCode": "A"}])),
            product(4, sku(4, SkuId=None)),
            product(5, sku(5, multiWarehouseInventories=[place("A", 1.5)])),
            product(6, item_id=None),
            "nonsense",
            product(7, suspendedSkus=[{"SellerSku": "A"}]),
        )
        portion = one(*broken, product(9))
        self.assertEqual([found.seller_sku for found in portion.skus], ["SKU-9"])
        self.assertEqual(portion.item_refs, (str(ITEM + 9),))
        refs = [str(ITEM + number) for number in range(1, 6)] + ["", ""] + [str(ITEM + 7)]
        self.assertEqual([each.ref for each in portion.unreadable], refs)
        self.assertEqual(portion.unreadable[0].error.where, "skus.price")

    def test_twins(self):
        """D1: the same seller SKU twice, and none, are told as they are."""
        found = one(product(1, sku(1, SellerSku="A"), sku(2, SellerSku="A")), product(3, sku(3, SellerSku=None))).skus
        self.assertEqual([each.seller_sku for each in found], ["A", "A", ""])
        self.assertEqual(len({each.listing_key for each in found}), 3)


class TestList(unittest.TestCase):
    """R5: which products are asked for."""

    def test_whole(self):
        shop = LazadaShop(*(product(number) for number in range(120)), product(120, status="Deleted"))
        portions, session = catalogue(shop)
        self.assertEqual([len(portion.skus) for portion in portions], [50, 50, 20])
        self.assertEqual(portions[-1].gone_item_refs, (str(ITEM + 120),))
        self.assertEqual(portions[-1].position, "")
        self.assertEqual(session.count(PRODUCTS), 3)
        params = session.calls[0].params
        self.assertEqual((params["filter"], params["options"], params["limit"]), ("all", "1", "50"))
        self.assertEqual(params["create_after"], "2010-01-01T00:00:00+0000")

    def test_empty(self):
        for data in ({}, None, {"total_products": 0}, {"total_products": "0", "products": []}):
            portions, session = catalogue(ok(data=data))
            self.assertEqual((portions, session.count(PRODUCTS)), ([], 1))

    def test_changed(self):
        """Only what changed, a quarter of an hour earlier too, and what was deleted, which `all` may not tell."""
        changed = product(1, updated_time=str((NOW - 60) * 1000))
        late = product(2, updated_time=str((NOW - 4000) * 1000))
        deleted = product(3, updated_time=str((NOW - 60) * 1000), status="Deleted")
        shop = LazadaShop(product(0), changed, late, deleted)
        portions, session = catalogue(shop, moment(-3600))
        self.assertEqual([portion.item_refs for portion in portions], [(str(ITEM + 1), str(ITEM + 2)), ()])
        self.assertEqual({ref for portion in portions for ref in portion.gone_item_refs}, {str(ITEM + 3)})
        self.assertEqual([call.params["filter"] for call in session.calls], ["all", "deleted"])
        self.assertEqual(session.calls[0].params["update_after"], "2025-10-09T07:38:20+0000")

    def test_deleted_without_status(self):
        gone = product(1, status=None)
        del gone["skus"]

        def answer(call):
            return ok(data={"total_products": 1, "products": [gone]} if call.params["filter"] == "deleted" else {})

        portions, _session = catalogue(answer, moment(-60))
        self.assertEqual([portion.gone_item_refs for portion in portions], [(str(ITEM + 1),)])

    def test_errors(self):
        with self.assertRaises(RateLimited) as caught:
            catalogue(refusal("998", "This API service is disabled during the Mega Campaign."))
        self.assertIn("switched this off during a campaign", caught.exception.message)
        for body in ({"products": 7, "total_products": 7}, {"products": [], "total_products": "many"}, [1]):
            with self.assertRaises(UnexpectedResponse):
                catalogue(ok(data=body))

    def test_go_on(self):
        """R21: a walk that was broken off goes on behind the last portion, also in another process."""
        shop = LazadaShop(*(product(number) for number in range(230)))
        for changed_since in (None, moment(-86400 * 60)):
            client, _session = make_client(shop, clock=Clock())
            refs, position = [], ""
            while portion := next(client.list_catalogue(changed_since, position), None):
                refs += portion.item_refs
                position = portion.position
                if not position:
                    break
            self.assertEqual(refs, [str(ITEM + number) for number in range(230)])
        for nonsense in ("x", "[]", '{"stretches": [1]}', '{"stretches": []}', "7"):
            self.assertEqual(len(list(client.list_catalogue(None, nonsense))), 5)


class SmallWalk(ProductWalk):
    page_size, ceiling, highest_offset = 3, 6, 12


class Shelf:
    """Products by the second of their creation; `shuffle`: listed in another order each time."""

    def __init__(self, seconds, shuffle=None):
        self.products = [{"item_id": number + 1, "second": second} for number, second in enumerate(seconds)]
        self.random = shuffle
        self.calls = 0
        self.before_call = lambda number: None

    def __call__(self, stretch, offset):
        self.calls += 1
        assert self.calls < 3000
        self.before_call(self.calls)
        found = [one for one in self.products if stretch.first <= one["second"] <= stretch.last]
        if self.random:
            found.sort(key=lambda one: (one["second"] * self.random) % 7)
        return ProductPage(products=tuple(found[offset : offset + SmallWalk.page_size]), total=len(found))


def walked(shelf, last=10_000):
    walk = SmallWalk.over(shelf, Stretch("all", "create", 0, last))
    return [product["item_id"] for _stretch, products, _position in walk.portions() for product in products]


class TestWalk(unittest.TestCase):
    """R21: none is missing and none comes twice, and the walk ends."""

    @settings(**PATIENT, max_examples=60)
    @given(st.lists(st.integers(0, 10_000), max_size=60), st.sampled_from((None, 3, 5)))
    def test_any_times(self, seconds, order):
        shelf = Shelf(seconds, order)
        crowd = max((sum(second <= each <= second + 1 for each in seconds) for second in seconds), default=0)
        if crowd > 15:
            return
        self.assertEqual(sorted(walked(shelf)), list(range(1, len(seconds) + 1)))

    def test_past_the_ceiling(self):
        """More than offsets reach: the time is halved; a crowd made in one second is read by higher offsets."""
        shelf = Shelf([*range(0, 9000, 90), *[5000] * 14])
        self.assertEqual(sorted(walked(shelf)), list(range(1, 115)))

    def test_out_of_reach(self):
        """A second that holds more than any offset reaches: all others come, and then the walk says so."""
        shelf = Shelf([*range(0, 100, 10), *[5000] * 20])
        found = []
        with self.assertRaises(UnexpectedResponse):
            for _stretch, products, _position in SmallWalk.over(shelf, Stretch("all", "create", 0, 9999)).portions():
                found += [product["item_id"] for product in products]
        self.assertLessEqual(set(range(1, 11)), set(found))
        self.assertEqual(len(found), 25)

    def test_deleted_meanwhile(self):
        """A product that goes while pages are read moves another to the page before: the list is read again."""
        shelf = Shelf(range(7))
        shelf.before_call = lambda number: shelf.products.pop(0) if number == 2 else None
        self.assertEqual(sorted(walked(shelf)), [1, 2, 3, 4, 5, 6, 7])
        self.assertEqual(shelf.calls, 2 + 2)

    def test_moved_meanwhile(self):
        """So is one that goes to the end of the list: another is missing then."""
        shelf = Shelf(range(7))
        shelf.before_call = lambda number: shelf.products.append(shelf.products.pop(0)) if number == 2 else None
        self.assertEqual(sorted(walked(shelf)), [1, 2, 3, 4, 5, 6, 7])

    def test_never_still(self):
        """A list that shrinks each time it is read: three times, then it is told."""
        calls = []

        def read(stretch, offset):
            calls.append(offset)
            products = tuple({"item_id": offset + number} for number in (1, 2, 3))
            return ProductPage(products=products, total=6 if offset else 7)

        with self.assertRaises(ServerError):
            walked(read)
        self.assertEqual(calls, [0, 3] * 3)

    def test_announces_more(self):
        """Read again, then told; never for ever."""
        calls = []

        def read(stretch, offset):
            calls.append(offset)
            return ProductPage(products=({"item_id": 1},) if not offset else (), total=5)

        with self.assertRaises(UnexpectedResponse):
            walked(read)
        self.assertEqual(calls, [0, 3] * 3)

    def test_no_total(self):
        """Without a number of matches, a page that is not full is the last."""
        shelf = Shelf(range(0, 100, 3))

        def read(stretch, offset):
            return ProductPage(products=shelf(stretch, offset).products, total=None)

        self.assertEqual(sorted(walked(read)), list(range(1, 35)))

    def test_real_numbers(self):
        """10,000 products: 200 calls, and one for each halving."""
        random = Random(4)
        shop = Shelf([int(NOW - random.random() * timedelta(days=900).total_seconds()) for _ in range(10_000)])
        page = ProductWalk.page_size
        calls = []

        def read(stretch, offset):
            calls.append(offset)
            found = [one for one in shop.products if stretch.first <= one["second"] <= stretch.last]
            return ProductPage(products=tuple(found[offset : offset + page]), total=len(found))

        walk = ProductWalk.over(read, Stretch("all", "create", 1_262_304_000, NOW))
        found = [product["item_id"] for _stretch, products, _position in walk.portions() for product in products]
        self.assertEqual((len(found), len(set(found))), (10_000, 10_000))
        self.assertLessEqual(max(calls), 4500)
        self.assertLess(len(calls), 215)

    def test_refused_offset(self):
        """An offset that Lazada refuses though its documents allow it is no end of the walk."""
        client, _session = make_client(
            lambda call: (
                refusal("14", 'E014: "4550" Invalid Offset')
                if int(call.params["offset"]) > 4500
                else ok(data={"total_products": 9000, "products": [product(int(call.params["offset"]))]})
            )
        )
        with self.assertRaises(UnexpectedResponse):
            walk = ProductWalk.over(client._read_products, Stretch("all", "create", NOW, NOW))
            list(walk.portions())
