"""The Lazada client reads what Lazada keeps of the seller's goods from the simulated Lazada."""

import unittest

from ..marketplaces.errors import RateLimited, ServerError, TransportError, UnexpectedResponse
from ..marketplaces.stock import PlatformStock, SkuKey
from ..marketplaces.types import listing_key
from ..simulator.catalogue import catalogue, skus
from ..simulator.lazada.orders import listing_ids
from .lazada_fake import make_client, ok, refusal
from .test_pure_lazada_simulator import SimulatorCase

PRODUCTS, PRODUCT = "/rest/products/get", "/rest/product/item/get"
SKU = "TEE-BLK-M"


class TestPlatformStock(SimulatorCase):
    def key(self, sku, **changes):
        item_id, sku_id = listing_ids(self.shop, sku)
        return SkuKey(**{"item_ref": str(item_id), "sku_ref": str(sku_id), "seller_sku": sku, **changes})

    def read(self, *keys):
        """The stock by listing key."""
        return {stock.listing_key: stock for portion in self.client.platform_stock(keys) for stock in portion}

    def test_numbers(self):
        """What can be bought, what waits for payment, and where it lies; siblings come too, others keep nothing."""
        self.lazada.receive(self.shop, SKU, 10)
        self.place((SKU, 2), fulfilled_by_lazada=True)
        self.place((SKU, 1), fulfilled_by_lazada=True, paid=False)
        found = self.read(self.key(SKU))
        stock = found[self.key(SKU).listing_key]
        expected = PlatformStock(
            listing_key=self.key(SKU).listing_key, sellable=7, unpaid=1, warehouse_refs=("LZD-SG-FBL-01",)
        )
        self.assertEqual(stock, expected)
        self.assertEqual(len(found), len(catalogue()[0].variants))
        self.assertFalse(found[self.key("TEE-BLK-L").listing_key].warehouse_refs)

    def test_same_key_as_orders(self):
        order = self.fetched(self.place((SKU, 1), fulfilled_by_lazada=True))[0]
        self.assertIn(order.lines[0].listing_key, self.read(self.key(SKU)))

    def test_calls(self):
        """The whole catalogue fits one call; 50 items or 100 SKUs are the most that one call is asked for."""
        keys = [self.key(sku) for sku in skus()]
        whole = self.read(*keys)
        self.assertEqual(len(whole), len(keys))
        self.assertEqual((self.lazada.calls[PRODUCTS], self.lazada.calls[PRODUCT]), (1, 0))
        gone = [SkuKey(item_ref=str(one), sku_ref=str(one), seller_sku=f"GONE-{one}") for one in range(1, 121)]
        self.assertEqual(self.read(*gone, *keys), whole)
        items = len(catalogue()) + 120
        self.assertEqual((self.lazada.calls[PRODUCTS], self.lazada.calls[PRODUCT]), (1 + -(-items // 50), 120))
        self.lazada.calls.clear()
        many = [self.key(SKU, sku_ref=str(one), seller_sku=f"SKU-{one}") for one in range(101)]
        self.read(*many)
        self.assertEqual(self.lazada.calls[PRODUCTS], 2)
        self.assertFalse(self.read())

    def test_only_the_skus_asked_for(self):
        """Where Lazada gives products with the SKUs of the list only, it is the same for those asked for."""
        self.lazada.list_gives_whole_products = False
        keys = [self.key("TEE-BLK-M"), self.key("TEE-BLK-L"), self.key("KEYB75-RED")]
        self.assertEqual(set(self.read(*keys)), {key.listing_key for key in keys})
        self.assertEqual((self.lazada.calls[PRODUCTS], self.lazada.calls[PRODUCT]), (1, 0))

    def test_found_by_item(self):
        """A SKU that was renamed, or without a seller SKU, is found by its item; so is one that tells no warehouses."""
        for key in (self.key(SKU, seller_sku="OLD-NAME"), self.key(SKU, seller_sku="")):
            self.assertIn(key.listing_key, self.read(key))
        self.assertEqual(self.lazada.calls[PRODUCT], 2)

    def test_unknown(self):
        """What is gone, or belongs to another seller, is left out; the others are not touched by it."""
        gone = SkuKey(item_ref="1", sku_ref="1", seller_sku="GONE")
        item_id, sku_id = listing_ids(self.other_shop, SKU)
        foreign = SkuKey(item_ref=str(item_id), sku_ref=str(sku_id), seller_sku="FOREIGN")
        self.assertIn(self.key(SKU).listing_key, self.read(gone, self.key(SKU), foreign))

    def test_unreadable_list(self):
        """Where Lazada cannot read the list of SKUs each item is asked for by itself."""
        self.lazada.unreadable_skus = frozenset({SKU})
        keys = [self.key(SKU), self.key("KEYB75-RED")]
        self.assertLessEqual({key.listing_key for key in keys}, set(self.read(*keys)))
        self.assertEqual(self.lazada.calls[PRODUCT], 2)

    def test_portions(self):
        """What was read before the platform asks to wait is there."""
        gone = [SkuKey(item_ref=str(one), sku_ref=str(one)) for one in range(1, 50)]
        portions = self.client.platform_stock([self.key(SKU), *gone, self.key("KEYB75-RED")])
        self.assertTrue(next(portions))
        self.lazada.faults.order("rate_limited", PRODUCT)
        with self.assertRaises(RateLimited):
            list(portions)

    def test_broken(self):
        for answer in ("truncated", "html"):
            self.lazada.faults.order(answer, PRODUCTS, 4)
            with self.assertRaises((UnexpectedResponse, ServerError, TransportError)):
                self.read(self.key(SKU))
            self.lazada.faults.ordered.clear()

    def test_key(self):
        self.assertEqual(SkuKey(item_ref="7", sku_ref="0").listing_key, "item:7")
        self.assertEqual(listing_key("", "", "A"), "seller_sku:A")


def sku(number, **values):
    """A SKU with its stock at Lazada, as products have it."""
    place = {"warehouseCode": "FBL-1", "sellableQuantity": number, "withholdQuantity": "0"}
    return {"SkuId": number, "SellerSku": f"SKU-{number}", "fblWarehouseInventories": [place], **values}


class TestAnswers(unittest.TestCase):
    """What the simulator does not do."""

    def read(self, answer, *numbers):
        """What the client makes of the answers, and the session with the calls it made."""
        client, session = make_client(answer)
        keys = [SkuKey(item_ref=str(one), sku_ref=str(one), seller_sku=f"SKU-{one}") for one in numbers]
        portions = list(client.platform_stock(keys))
        return {stock.listing_key: stock.sellable for portion in portions for stock in portion}, session

    def test_more_than_a_page(self):
        """A seller SKU that stands on many products: the list goes on until it has told all of them."""
        products = [{"item_id": one, "skus": [sku(one)]} for one in range(1, 121)]

        def answer(call):
            first = int(call.params["offset"])
            return ok(data={"total_products": "120", "products": products[first : first + int(call.params["limit"])]})

        found, session = self.read(answer, 1, 2)
        self.assertEqual((len(found), found["sku:120"]), (120, 120))
        self.assertEqual([call.params["offset"] for call in session.calls], ["0", "50", "100"])
        self.assertEqual(session.calls[0].params["sku_seller_list"], '["SKU-1","SKU-2"]')
        self.assertEqual((session.calls[0].params["filter"], session.calls[0].params["options"]), ("all", "1"))

    def test_several_warehouses(self):
        """Pieces of all warehouses together, whether numbers come as numbers or as text."""
        places = [
            {"warehouseCode": "B", "sellableQuantity": "3", "withholdQuantity": 1},
            {"warehouseCode": "A", "sellableQuantity": 4},
        ]
        product = {"item_id": 1, "skus": [sku(1, fblWarehouseInventories=places)]}
        client, _session = make_client(ok(data={"total_products": 1, "products": [product]}))
        key = SkuKey(item_ref="1", sku_ref="1", seller_sku="SKU-1")
        expected = PlatformStock(listing_key="sku:1", sellable=7, unpaid=1, warehouse_refs=("A", "B"))
        self.assertEqual(list(client.platform_stock([key])), [[expected]])

    def test_list_without_warehouses(self):
        """Where the list does not tell the warehouses, the product itself is asked; where that does not, nothing."""
        silent = {"item_id": 1, "skus": [sku(1, fblWarehouseInventories=None)]}
        for product, expected in (({"item_id": 1, "skus": [sku(1)]}, {"sku:1": 1}), (silent, {})):
            listed = ok(data={"total_products": 1, "products": [silent]})
            found, session = self.read(
                lambda call, product=product, listed=listed: (
                    listed if call.api == "/products/get" else ok(data=product)
                ),
                1,
            )
            self.assertEqual((found, len(session.calls)), (expected, 2))

    def test_unusable(self):
        """A number that is missing is named, never taken for none."""
        for place in ({"warehouseCode": "A"}, {"warehouseCode": "A", "sellableQuantity": "many"}):
            product = {"item_id": 1, "skus": [sku(1, fblWarehouseInventories=[place])]}
            with self.assertRaises(UnexpectedResponse) as caught:
                self.read(ok(data={"total_products": 1, "products": [product]}), 1)
            self.assertIn("sellableQuantity", caught.exception.where)

    def test_nothing_found(self):
        for data in ({}, None, {"total_products": 0}):
            found, _session = self.read(
                lambda call, data=data: ok(data=data) if call.api == "/products/get" else refusal("208", "E208"), 1
            )
            self.assertFalse(found)
