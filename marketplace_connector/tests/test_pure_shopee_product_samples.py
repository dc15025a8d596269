"""Shopee's own samples of catalogue and stock (Open Platform reference, pages of the calls they are named after)."""

import json
import unittest
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

from ..marketplaces.stock import ListingStock, SkuKey, StockPlace, StockUpdate
from .shopee_fake import make_client, ok, utc

SAMPLES = json.loads((Path(__file__).parent / "data" / "shopee_products.json").read_text(encoding="utf-8"))


class TestSamples(unittest.TestCase):
    """The samples print "-" and 0 where they have no example; what they leave out is added here by its page's table."""

    def setUp(self):
        self.answers = deepcopy(SAMPLES)
        self.answers["get_item_list"]["response"]["item"][0]["item_id"] = 34002
        self.answers["get_item_list"]["response"] |= {"has_next_page": False, "total_count": 1}
        self.item = self.answers["get_item_base_info"]["response"]["item_list"][0]
        self.model = self.answers["get_model_list"]["response"]["model"][0]
        self.model |= {"model_id": 2000458802, "tier_index": [0, 1]}
        self.client = make_client(lambda call: self.answers[call.path.rpartition("/")[2]])

    def only(self):
        [page] = self.client.list_catalogue()
        self.assertFalse(page.unreadable)
        [sku] = page.skus
        return sku

    def test_item(self):
        self.item["has_model"] = False
        self.answers["get_item_promotion"]["response"]["success_list"] = []
        sku = self.only()
        self.assertEqual((sku.item_ref, sku.name, sku.status), ("34002", "seller discount", "active"))
        self.assertEqual((sku.price, sku.currency), (Decimal("122.02"), "SGD"))
        self.assertEqual((sku.picture_url, sku.updated_at), ("", utc(1600572640)))
        self.assertEqual(sku.stock, ListingStock(listing_key="item:34002", sellable=10, locked=100))

    def test_model(self):
        sku = self.only()
        self.assertEqual((sku.sku_ref, sku.seller_sku), ("2000458802", "blue bag"))
        self.assertEqual(sku.options, (("-", "testsku1"),))
        self.assertEqual((sku.price, sku.currency, sku.barcode), (Decimal(100), "TWD", ""))
        self.assertEqual(sku.stock, ListingStock(listing_key="sku:2000458802", sellable=0))
        self.assertEqual((sku.picture_url, sku.by_platform, sku.is_bundle), ("", False, False))

    def test_promotion(self):
        """Three variations of one item in a promotion to come; one of them holds nothing."""
        promotions = self.answers["get_item_promotion"]["response"]["success_list"][0]
        promotions["item_id"] = 34002
        self.model |= {"model_id": 9182545, "has_promotion": True}
        self.assertEqual(self.item["promotion_id"], 13123)
        stock = self.only().stock
        self.assertEqual((stock.locked, stock.locked_until), (20, utc(1650616200)))

    def test_update(self):
        key = SkuKey(item_ref="1000", sku_ref="0")
        self.answers["update_stock"] = ok(self.answers["update_stock"]["response"])
        del self.answers["update_stock"]["response"]["failure_list"]
        [[outcome]] = self.client.send_stock([StockUpdate(key=key, quantity=0)])
        self.assertEqual(outcome.result, "accepted")
        self.answers["update_stock"] = SAMPLES["update_stock refused"]
        [[outcome]] = self.client.send_stock([StockUpdate(key=key, quantity=0)])
        self.assertEqual((outcome.result, outcome.code), ("refused", "product.error_param"))
        self.assertIn("value must Not Null", outcome.message)

    def test_places(self):
        """The sample shows a place beside the refusal of a shop that has only one stock."""
        self.assertEqual(self.client.stock_places(), ())
        sample = self.answers["get_warehouse_detail"]
        sample["error"] = ""
        self.assertEqual(self.client.stock_places(), ())
        sample["response"] += [{"location_id": "IDG", "warehouse_name": "warehouse2"}]
        places = (StockPlace(ref="IDZ", name="warehouse1"), StockPlace(ref="IDG", name="warehouse2"))
        self.assertEqual(self.client.stock_places(), places)
