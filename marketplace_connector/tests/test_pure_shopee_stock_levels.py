"""What Shopee shows of a seller's own stock, and where he keeps it."""

import unittest

from ..marketplaces.errors import RateLimited, Rejected, ServerError
from ..marketplaces.stock import ListingStock, SkuKey, StockPlace
from .shopee_fake import NOW, make_client, ok, refusal, utc
from .shopee_goods_fake import Goods, goods, model, promotion, stock_info, tier

COLOURS = tier("Color", "Black", "White")


def plain(number):
    return SkuKey(item_ref=str(number), sku_ref="0")


def varied(item, number):
    return SkuKey(item_ref=str(item), sku_ref=str(number))


class TestReadStock(unittest.TestCase):
    def read(self, shop, *keys):
        self.client = shop.client()
        return {stock.listing_key: stock for portion in self.client.read_stock(keys) for stock in portion}

    def names(self):
        return self.client.session.names()

    def test_numbers(self):
        """With and without variations; siblings come too. # R46"""
        shop = Goods(goods(1, pieces=7)).vary(2, [COLOURS], [model(21, pieces=3), model(22, (1,), pieces=0)])
        found = self.read(shop, plain(1), varied(2, 21))
        expected = [
            ListingStock(listing_key="item:1", sellable=7),
            ListingStock(listing_key="sku:21", sellable=3),
            ListingStock(listing_key="sku:22", sellable=0),
        ]
        self.assertEqual(list(found.values()), expected)
        self.assertEqual(self.names(), ["get_item_base_info", "get_model_list"])

    def test_own_stock_only(self):
        """What Shopee keeps is not the seller's; a place that rests is, since its number can be set."""
        info = stock_info(("SGZ", 4), ("SGA", 2), shopee=[("SGZ-FBS", 9)])
        info["seller_stock"][1]["if_saleable"] = False
        found = self.read(Goods(goods(1, stock_info_v2=info)), plain(1))
        expected = ListingStock(listing_key="item:1", sellable=6, by_place=(("SGZ", 4), ("SGA", 2)))
        self.assertEqual(found, {"item:1": expected})

    def test_locks(self):
        """50 items in promotions a call; the rest is there before."""
        locked = stock_info(("SGZ", 9), reserved=4)
        shop = Goods(*(goods(number, stock_info_v2=locked) for number in range(1, 56)), goods(99))
        shop.promotions = {3: [promotion(0, 6, NOW + 5)], 55: [promotion(0, 2, NOW + 7)]}
        found = self.read(shop, *map(plain, [*range(1, 56), 99]))
        self.assertEqual(len(found), 56)
        self.assertEqual((found["item:3"].locked, found["item:3"].locked_until), (6, utc(NOW + 5)))
        self.assertEqual((found["item:55"].locked, found["item:55"].locked_until), (2, utc(NOW + 7)))
        self.assertEqual((found["item:4"].locked, found["item:4"].locked_until), (0, None))
        self.assertEqual(self.names().count("get_item_promotion"), 2)

    def test_what_is_locked(self):
        """What promotions tell counts. The item's own number may hold ordered pieces too: to take those for locked
        would keep a low number from being sent. It counts where promotions do not tell. # D1"""
        silent = promotion(0, 3, NOW + 5) | {"promotion_stock_info_v2": None}
        for promotions, expected in [
            ([], (0, None)),
            ([promotion(0, 0, NOW + 5)], (0, None)),
            ([promotion(0, 3, NOW + 5)], (3, utc(NOW + 5))),
            ([promotion(0, 0, NOW + 9), promotion(0, 3, NOW + 5)], (3, utc(NOW + 5))),
            ([promotion(0, 3, NOW + 5), promotion(0, 2, NOW + 9), promotion(7, 9, NOW)], (5, utc(NOW + 9))),
            ([promotion(0, 3, NOW + 5), promotion(0, 2, 0)], (5, None)),
            ([silent], (6, None)),
            ([silent, promotion(0, 8, NOW + 9)], (8, None)),
            ([silent, promotion(0, 0, NOW + 9)], (6, None)),
        ]:
            shop = Goods(goods(1, stock_info_v2=stock_info(("SGZ", 30), reserved=6)))
            shop.promotions = {1: promotions}
            stock = self.read(shop, plain(1))["item:1"]
            with self.subTest(promotions=promotions):
                self.assertEqual((stock.locked, stock.locked_until), expected)

    def test_promotion_without_the_newer_flag(self):
        """`has_promotion` is there since 2025-11; before, the promotion's number tells."""
        for values, calls in [({"promotion_id": 5}, 1), ({"promotion_id": 0}, 0), ({"has_promotion": False}, 0)]:
            item = goods(1)
            del item["has_promotion"]
            self.read(Goods(item | values), plain(1))
            self.assertEqual(self.names().count("get_item_promotion"), calls)

    def test_summary_beside(self):
        """The page of v2.product.get_item_promotion has the reserved pieces beside the summary, its sample within."""
        told = promotion(0, 0, NOW + 5) | {"promotion_stock_info_v2": {"summary_info": {}, "total_reserved_stock": 8}}
        shop = Goods(goods(1, has_promotion=True))
        shop.promotions = {1: [told]}
        self.assertEqual(self.read(shop, plain(1))["item:1"].locked, 8)

    def test_left_out(self):
        """What Shopee does not have, what it fails on, and what cannot be understood; the others are there. # D11"""
        shop = Goods(goods(1), goods(2, stock_info_v2={"seller_stock": [{"location_id": "SGZ", "stock": "-"}]}))
        shop.vary(3, [COLOURS], [model(31), model(32, stock_info_v2=None)])
        shop.vary(4, [COLOURS], [model(41)]).vary(6, [COLOURS], [model(61)])

        def fail(call):
            if call.params.get("item_id") == "4":
                return refusal("error_inner", "System error, please try again later")
            return None

        shop.before = fail
        with self.assertLogs("marketplace_connector.marketplaces.shopee", "WARNING"):
            keys = [plain(1), plain(2), varied(3, 31), varied(4, 41), varied(5, 51), varied(6, 61), plain(9)]
            found = self.read(shop, *keys)
        self.assertEqual(list(found), ["item:1", "sku:31", "sku:61"])

    def test_down(self):
        shop = Goods()
        for number in range(1, 9):
            shop.vary(number, [COLOURS], [model(number * 10)])
        shop.before = lambda call: (503, b"<html>")
        with self.assertRaises(ServerError):
            self.read(shop, *(varied(number, number * 10) for number in range(1, 9)))
        self.assertEqual(len(self.names()), 9)
        shop.before = lambda call: refusal("error_rate_limit", "Too many requests.")
        with self.assertRaises(RateLimited):
            self.read(shop, varied(1, 10))

    def test_variations_since(self):
        shop = Goods().vary(2, [COLOURS], [model(21)])
        self.assertEqual(list(self.read(shop, plain(2))), ["sku:21"])


class TestPlaces(unittest.TestCase):
    def places(self, *content):
        self.client = make_client(lambda call: content[0] if len(content) == 1 else ok(list(content)))
        return self.client.stock_places()

    def warehouse(self, location, name, **values):
        return {"warehouse_id": 6, "warehouse_name": name, "warehouse_type": 1, "location_id": location, **values}

    def test_several(self):
        """Warehouses that share a stock are one place. # D16"""
        found = self.places(
            self.warehouse("IDZ", "Jakarta"), self.warehouse("IDG", ""), self.warehouse("IDZ", "Jakarta 2")
        )
        self.assertEqual(found, (StockPlace(ref="IDZ", name="Jakarta, Jakarta 2"), StockPlace(ref="IDG", name="IDG")))
        self.assertEqual(self.client.session.names(), ["get_warehouse_detail"])

    def test_one_stock(self):
        self.assertEqual(self.places(self.warehouse("IDZ", "A"), self.warehouse("IDZ", "B")), ())
        self.assertEqual(self.places(self.warehouse("", "A"), self.warehouse("IDZ", "B")), ())
        self.assertEqual(self.places(ok([])), ())

    def test_without_function(self):
        """A shop that is not let into it has one stock; the sample shows places beside the refusal."""
        for code in ("error_not_in_whitelist", "error_can_not_find_warehouse", "error_region_not_valid\t"):
            answer = refusal(f"warehouse.{code}", "No.", response=[self.warehouse("A", "A"), self.warehouse("B", "B")])
            self.assertEqual(self.places(answer), ())
        with self.assertRaises(Rejected):
            self.places(refusal("error_api_permission", "No."))
