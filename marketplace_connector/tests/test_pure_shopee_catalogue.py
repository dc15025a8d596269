"""What Shopee tells of a shop's items becomes SKUs on sale."""

import unittest
from decimal import Decimal

from ..marketplaces.catalogue import ListedSku
from ..marketplaces.errors import RateLimited, Rejected, ServerError, UnexpectedResponse
from ..marketplaces.stock import ListingStock
from .shopee_fake import NOW, ok, refusal, utc
from .shopee_goods_fake import PICTURE, Goods, goods, model, price, promotion, stock_info, tier

COLOURS = tier("Color", "Black", "White", pictures=[f"{PICTURE}black", ""])
SIZES = tier("Size", "S", "M")


def pages(shop, **values):
    client = shop.client()
    return list(client.list_catalogue(**values)), client.session.names()


def only(shop):
    """The SKUs of the only portion."""
    [page] = pages(shop)[0]
    return page.skus


class TestSkus(unittest.TestCase):
    def test_plain(self):
        """An item without variations is one SKU. # R13 R16"""
        [sku] = only(Goods(goods(34002, pieces=10, gtin_code="4006381333931")))
        expected = ListedSku(
            item_ref="34002",
            seller_sku="SKU-34002",
            name="Item 34002",
            barcode="4006381333931",
            price=Decimal("122.02"),
            currency="SGD",
            picture_url=f"{PICTURE}34002",
            status="active",
            raw_status="NORMAL",
            updated_at=utc(NOW - 1000),
            stock=ListingStock(listing_key="item:34002", sellable=10),
        )
        self.assertEqual(sku, expected)

    def test_variations(self):
        """Each variation is a SKU of its own, with the picture of its option or of the item. # R16"""
        models = [model(11, (0, 1), gtin_code="4006381333931"), model(12, (1, 0), pieces=0, model_sku="")]
        first, second = only(Goods().vary(7, [COLOURS, SIZES], models))
        self.assertEqual((first.item_ref, first.sku_ref, first.seller_sku), ("7", "11", "SKU-11"))
        self.assertEqual(first.options, (("Color", "Black"), ("Size", "M")))
        self.assertEqual((first.barcode, first.price), ("4006381333931", Decimal(100)))
        self.assertEqual((first.name, first.picture_url), ("Item 7", f"{PICTURE}black"))
        self.assertEqual(second.options, (("Color", "White"), ("Size", "S")))
        self.assertEqual((second.seller_sku, second.picture_url), ("", f"{PICTURE}7"))
        self.assertEqual((first.stock.sellable, second.stock.sellable), (5, 0))

    def test_broken_indexes(self):
        """A variation whose options cannot be told is there all the same."""
        for tiers, index in [
            ([COLOURS], [5]),
            ([COLOURS], [-1]),
            ([COLOURS], ["0"]),
            ([COLOURS], None),
            ([], [0]),
            (None, [0, 1]),
            ([{"name": "Color"}], [0]),
            ([{"name": "Color", "option_list": [None]}], [0]),
        ]:
            shop = Goods().vary(7, tiers, [{**model(11), "tier_index": index}])
            [sku] = only(shop)
            with self.subTest(tiers=tiers, index=index):
                self.assertEqual((sku.options, sku.sku_ref, sku.picture_url), ((), "11", f"{PICTURE}7"))
        [sku] = only(Goods().vary(7, [COLOURS, SIZES], [model(11, (9, 1))]))
        self.assertEqual(sku.options, (("Size", "M"),))

    def test_status(self):
        for raw, status in [
            ("NORMAL", "active"),
            ("UNLIST", "inactive"),
            ("REVIEWING", "pending"),
            ("BANNED", "banned"),
            ("NEVER_HEARD_OF", "inactive"),
        ]:
            [sku] = only(Goods(goods(1, item_status=raw)))
            self.assertEqual((sku.status, sku.raw_status), (status, raw))

    def test_variation_off_sale(self):
        models = [model(11), model(12, model_status="MODEL_UNAVAILABLE")]
        skus = only(Goods().vary(7, [COLOURS], models))
        self.assertEqual([sku.status for sku in skus], ["active", "inactive"])
        self.assertEqual(skus[1].raw_status, "MODEL_UNAVAILABLE")
        skus = only(Goods().vary(7, [COLOURS], models, item_status="BANNED"))
        self.assertEqual([sku.status for sku in skus], ["banned", "banned"])

    def test_price(self):
        """The regular one with tax, whatever a promotion makes of it; None where none is told."""
        for info, expected in [
            ([price(122.02, 99)], (Decimal("122.02"), "SGD")),
            ([price(129000, currency="VND")], (Decimal(129000), "VND")),
            ([price(100, currency="IDR", taxed=111)], (Decimal(111), "IDR")),
            ([{"currency": "IDR", "original_price": 100}], (Decimal(100), "IDR")),
            ([], (None, "")),
            (None, (None, "")),
        ]:
            [sku] = only(Goods(goods(1, price_info=info)))
            self.assertEqual((sku.price, sku.currency), expected)

    def test_barcode(self):
        for code in ("00", "0", "", "-", None):
            self.assertEqual(only(Goods(goods(1, gtin_code=code)))[0].barcode, "")

    def test_bundle(self):
        self.assertTrue(only(Goods(goods(1, tag={"kit": True})))[0].is_bundle)
        self.assertFalse(only(Goods(goods(1, tag=None)))[0].is_bundle)

    def test_kept_by_shopee(self):
        """What Shopee alone keeps; what both keep can be set. # R50"""
        there = [("SGZ-FBS", 4)]
        for values, expected in [
            ({"is_fulfillment_by_shopee": True}, True),
            ({"stock_info_v2": stock_info(shopee=there)}, True),
            ({"stock_info_v2": stock_info(("SGZ", 0), shopee=there)}, False),
            ({"stock_info_v2": stock_info()}, False),
            ({"stock_info_v2": None}, False),
        ]:
            [sku] = only(Goods(goods(1, **values)))
            with self.subTest(values=values):
                self.assertEqual(sku.by_platform, expected)
        self.assertIsNone(sku.stock)

    def test_several_places(self):
        """# D16"""
        [sku] = only(Goods(goods(1, stock_info_v2=stock_info(("IDZ", 4), ("IDG", 3)))))
        self.assertEqual((sku.stock.sellable, sku.stock.by_place), (7, (("IDZ", 4), ("IDG", 3))))

    def test_pictures(self):
        for image in (None, {}, {"image_url_list": None}, {"image_url_list": ["-", 5]}):
            self.assertEqual(only(Goods(goods(1, image=image)))[0].picture_url, "")


class TestPages(unittest.TestCase):
    def test_calls(self):
        """50 items a call, and one for each item with variations. # R13"""
        shop = Goods(*(goods(number) for number in range(1, 101)))
        for number in range(101, 121):
            shop.vary(number, [COLOURS], [model(number * 10), model(number * 10 + 1, (1,))])
        found, names = pages(shop)
        expected = [50, 50, 40]
        self.assertEqual([len(page.skus) for page in found], expected)
        self.assertEqual([len(page.item_refs) for page in found], [50, 50, 20])
        self.assertEqual(names.count("get_item_list"), 2)
        self.assertEqual(names.count("get_item_base_info"), 3)
        self.assertEqual(names.count("get_model_list"), 20)
        self.assertEqual(len(names), 25)

    def test_pace(self):
        """No more than ten calls a second; the clock of this test stands still, so that each waits its turn."""
        shop = Goods()
        for number in range(1, 20):
            shop.vary(number, [COLOURS], [model(number)])
        client = shop.client()
        list(client.list_catalogue())
        self.assertEqual(len(client.pauses), 20)
        self.assertAlmostEqual(sum(client.pauses), 2, places=3)

    def test_gone(self):
        """What is deleted costs no call more. # R15"""
        shop = Goods(goods(1, item_status="SELLER_DELETE"), goods(2, item_status="SHOPEE_DELETE"))
        [page], names = pages(shop)
        self.assertEqual((page.skus, page.item_refs, page.gone_item_refs), ((), (), ("1", "2")))
        self.assertEqual(names, ["get_item_list"])
        self.assertEqual(pages(Goods())[0], [])

    def test_deleted_meanwhile(self):
        """Between the list and the look at it."""
        shop = Goods(goods(1), goods(2))
        told = ok({"item_list": [goods(1, item_status="SELLER_DELETE"), goods(2)]})
        shop.before = lambda call: told if call.path.endswith("get_item_base_info") else None
        [page] = pages(shop)[0]
        self.assertEqual((page.item_refs, page.gone_item_refs), (("2",), ("1",)))

    def test_going_on(self):
        """A walk that was interrupted goes on behind its last portion."""
        shop = Goods(*(goods(number) for number in range(120, 0, -1)), goods(121, item_status="SELLER_DELETE"))
        found, _names = pages(shop)
        self.assertEqual([page.position for page in found], ["50", "100", "120", ""])
        rest, names = pages(shop, position="50")
        self.assertEqual(rest, found[1:])
        self.assertEqual(names.count("get_item_base_info"), 2)
        self.assertEqual(pages(shop, position="121")[0], [])
        self.assertEqual([page.position for page in pages(Goods(goods(1)))[0]], [""])

    def test_changed_since(self):
        shop = Goods(goods(1, update_time=NOW - 10), goods(2, update_time=NOW - 100))
        [page] = pages(shop, changed_since=utc(NOW - 50))[0]
        self.assertEqual(page.item_refs, ("1",))

    def test_unreadable(self):
        """One that cannot be understood keeps no other from being read, and is not taken for gone. # D11"""
        shop = Goods(goods(1), goods(2, price_info=[{"currency": "SGD", "original_price": "-"}]), goods(3))
        shop.vary(4, [COLOURS], [model(41, stock_info_v2={"seller_stock": [{"location_id": "SGZ"}]})])
        shop.vary(5, [COLOURS], [])
        shop.vary(6, [COLOURS], [model(0)])
        shop.vary(7, [COLOURS], [model(71)]).models.pop(7)
        [page] = pages(shop)[0]
        self.assertEqual(page.item_refs, ("1", "3"))
        self.assertFalse(page.gone_item_refs)
        wheres = {one.ref: getattr(one.error, "where", one.error.code) for one in page.unreadable}
        self.assertEqual(
            wheres,
            {
                "2": "price_info.original_price",
                "4": "stock_info_v2.seller_stock.stock",
                "5": "response.model",
                "6": "response.model.model_id",
                "7": "error_item_not_found",
            },
        )

    def test_not_given(self):
        """Shopee lists an item and gives it not: it stays as it is."""
        shop = Goods(goods(1), goods(2))
        shop.before = lambda call: ok({"item_list": [goods(2)]}) if call.path.endswith("get_item_base_info") else None
        [page] = pages(shop)[0]
        self.assertEqual((page.item_refs, [one.ref for one in page.unreadable]), (("2",), ["1"]))

    def test_trouble(self):
        """An item that Shopee fails on is passed over; where it fails on all, the walk ends."""
        shop = Goods()
        for number in range(1, 9):
            shop.vary(number, [COLOURS], [model(number * 10)])
        bad = {"3"}

        def fail(call):
            if call.path.endswith("get_model_list") and call.params["item_id"] in bad:
                return refusal("error_inner", "System error, please try again later")
            return None

        shop.before = fail
        [page] = pages(shop)[0]
        self.assertEqual([one.ref for one in page.unreadable], ["3"])
        self.assertIsInstance(page.unreadable[0].error, ServerError)
        bad.update("12345678")
        with self.assertRaises(ServerError):
            pages(shop)
        self.assertEqual(shop.session.names().count("get_model_list"), 9)

    def test_ends_the_walk(self):
        """What was read before stands. An app that may not ask at all is told so once."""
        for code, kind in [("error_rate_limit", RateLimited), ("error_api_permission", Rejected)]:
            shop = Goods(*(goods(number) for number in range(1, 51)))
            shop.vary(51, [COLOURS], [model(510)])
            shop.before = lambda call, code=code: refusal(code, "No.") if call.path.endswith("model_list") else None
            walk = shop.client().list_catalogue()
            self.assertEqual(len(next(walk).skus), 50)
            with self.assertRaises(kind):
                next(walk)

    def test_cut_off(self):
        shop = Goods(goods(1))
        shop.before = lambda call: b'{"error": "", "resp' if call.path.endswith("base_info") else None
        with self.assertRaises(UnexpectedResponse):
            pages(shop)


class TestLocks(unittest.TestCase):
    def test_lock(self):
        """Until when a promotion holds how much; asked only of items in one. # D1"""
        shop = Goods(goods(1), goods(2, has_promotion=True, stock_info_v2=stock_info(("SGZ", 30), reserved=20)))
        shop.vary(3, [COLOURS], [model(31), model(32, (1,), stock_info_v2=stock_info(("SGZ", 9), reserved=4))])
        shop.promotions = {
            2: [promotion(0, 20, NOW + 500), promotion(0, 0, NOW + 900)],
            3: [promotion(32, 3, NOW + 600), promotion(32, 1, NOW + 700, "upcoming")],
        }
        found, names = pages(shop)
        locks = {sku.listing_key: (sku.stock.locked, sku.stock.locked_until) for sku in found[0].skus}
        self.assertEqual(
            locks,
            {
                "item:1": (0, None),
                "item:2": (20, utc(NOW + 500)),
                "sku:31": (0, None),
                "sku:32": (4, utc(NOW + 700)),
            },
        )
        self.assertEqual(names.count("get_item_promotion"), 1)
        asked = next(call for call in shop.session.calls if call.path.endswith("get_item_promotion"))
        self.assertEqual(asked.params["item_id_list"], "2,3")

    def test_not_told(self):
        """Where promotions are not told, only the end of the lock is unknown."""
        for answer in (
            refusal("error_item_not_found", "Product not found"),
            refusal("error_api_permission", "No."),
            ok({"success_list": [{"item_id": 1, "promotion": [{"model_id": 0, "end_time": 5}, None]}]}),
            ok({"success_list": None}),
        ):
            shop = Goods(goods(1, has_promotion=True, stock_info_v2=stock_info(("SGZ", 30), reserved=20)))
            shop.before = lambda call, answer=answer: answer if call.path.endswith("get_item_promotion") else None
            [sku] = only(shop)
            self.assertEqual((sku.stock.locked, sku.stock.locked_until), (20, None))
