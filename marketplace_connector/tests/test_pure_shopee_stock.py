"""The Shopee client reads what Shopee keeps of the seller's goods from the simulated Shopee."""

import unittest

from ..marketplaces.errors import RateLimited, Rejected, UnexpectedResponse
from ..marketplaces.stock import PlatformStock, SkuKey
from ..simulator.catalogue import catalogue, skus
from ..simulator.shopee.orders import make_item
from .shopee_fake import make_client, ok
from .test_pure_shopee_simulator import SimulatorCase

INFO, MODELS = "/api/v2/product/get_item_base_info", "/api/v2/product/get_model_list"
SKU = "TEE-BLK-M"
PLAIN = "MOONCAKE-2026"  # has no variations


def key(sku):
    """The SKU as an order names it."""
    item = make_item(*skus()[sku], 1, "SGD", 1)
    return SkuKey(item_ref=str(item.item_id), sku_ref=str(item.model_id), seller_sku=item.model_sku or item.item_sku)


class TestPlatformStock(SimulatorCase):
    def read(self, *keys):
        """The stock by listing key."""
        return {stock.listing_key: stock for portion in self.client.platform_stock(keys) for stock in portion}

    def test_numbers(self):
        """What can be bought and where it lies, with and without variations; siblings come too."""
        for as_text in (False, True):
            self.shopee.shopee_stock_is_text = as_text
            for sku in (SKU, PLAIN):
                self.shopee.receive(self.shop, sku, 10)
                self.place((sku, 2), fulfilled_by_shopee=True)
                self.place((sku, 8), fulfilled_by_shopee=True, paid=False)
                self.shopee.receive(self.shop, sku, 3)
        found = self.read(key(SKU), key(PLAIN))
        for sku in (SKU, PLAIN):
            listing_key = key(sku).listing_key
            expected = PlatformStock(listing_key=listing_key, sellable=6, warehouse_refs=("SGZ-FBS",))
            self.assertEqual(found[listing_key], expected)
        self.assertFalse(found[key("TEE-BLK-L").listing_key].warehouse_refs)
        self.assertEqual(len(found), len(catalogue()[0].variants) + 1)

    def test_same_key_as_orders(self):
        orders = self.imported(self.place((SKU, 1)), self.place((PLAIN, 1)))
        wanted = {order.lines[0].listing_key for order in orders}
        self.assertLessEqual(wanted, set(self.read(key(SKU), key(PLAIN))))

    def test_calls(self):
        """50 items without variations a call, an item with variations each one, however many of them are asked for."""
        self.assertEqual(len(self.read(*map(key, skus()))), len(skus()))
        plain = [product for product in catalogue() if not product.variants[0].options]
        self.assertEqual(self.shopee.calls[INFO], 1)
        self.assertEqual(self.shopee.calls[MODELS], len(catalogue()) - len(plain))
        self.assertFalse(self.read())
        self.shopee.calls.clear()
        others = [SkuKey(item_ref=str(one)) for one in range(1, 100)]
        self.assertEqual(list(self.read(key(PLAIN), *others)), [key(PLAIN).listing_key])
        self.assertGreaterEqual(self.shopee.calls[INFO], 2)

    def test_variations_since(self):
        """An item that is known without variations and has some now is asked for again."""
        item = SkuKey(item_ref=key(SKU).item_ref, seller_sku=SKU)
        self.assertIn(key(SKU).listing_key, self.read(item))

    def test_unknown(self):
        """What Shopee does not have any more is left out, however it says so; the others are not touched by it."""
        for strict in (False, True):
            self.shopee.unknown_item_fails_call = strict
            gone = [SkuKey(item_ref="1"), SkuKey(item_ref="2", sku_ref="3")]
            found = self.read(*gone, key(PLAIN), key(SKU))
            self.assertLessEqual({key(PLAIN).listing_key, key(SKU).listing_key}, set(found))

    def test_trouble(self):
        """What was read before the platform asks to wait is there; an app without the permission is told so."""
        portions = self.client.platform_stock([key(PLAIN), key(SKU)])
        self.assertTrue(next(portions))
        self.shopee.faults.order("rate_limited", MODELS)
        with self.assertRaises(RateLimited):
            list(portions)
        self.shopee.denied_paths.add(INFO)
        with self.assertRaises(Rejected):
            self.read(key(PLAIN))


class TestAnswers(unittest.TestCase):
    """What the simulator does not do."""

    def read(self, **info):
        client = make_client(
            lambda call: ok({"item_list": [{"item_id": 1, "has_model": False, "stock_info_v2": info}]})
        )
        return [stock for portion in client.platform_stock([SkuKey(item_ref="1")]) for stock in portion]

    def test_several_warehouses(self):
        places = [{"location_id": "B", "stock": 3}, {"location_id": "A", "stock": "4"}]
        expected = PlatformStock(listing_key="item:1", sellable=7, warehouse_refs=("A", "B"))
        self.assertEqual(self.read(shopee_stock=places), [expected])

    def test_nothing_there(self):
        for info in ({}, {"shopee_stock": None}, {"shopee_stock": []}):
            self.assertEqual(self.read(**info), [PlatformStock(listing_key="item:1")])

    def test_unusable(self):
        """A number that is missing is named, never taken for none."""
        for place in ({"location_id": "A"}, {"location_id": "A", "stock": "-"}, {"location_id": "A", "stock": -1}):
            with self.assertRaises(UnexpectedResponse) as caught:
                self.read(shopee_stock=[place])
            self.assertIn("shopee_stock.stock", caught.exception.where)
