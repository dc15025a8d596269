"""The simulated Shopee: items, variations and stock as the API shows them, and goods that arrive at Shopee's."""

from werkzeug.test import Client

from ..simulator.catalogue import catalogue, skus
from ..simulator.shopee.items import ITEM_STATUSES
from .test_pure_simulator_shopee import ShopeeCase

ITEMS = "/api/v2/product/get_item_list"
INFO = "/api/v2/product/get_item_base_info"
MODELS = "/api/v2/product/get_model_list"
SKU = "TEE-BLK-M"
PLAIN = "MOONCAKE-2026"  # has no variations
NOT_FOUND = ("error_item_not_found", "Item_id is not found.")


class TestProducts(ShopeeCase):
    def items(self, **query):
        return self.call(ITEMS, **{"offset": 0, "page_size": 100, "item_status": "NORMAL", **query})["response"]

    def ordered(self, sku, **facts):
        return self.shopee.place_order(self.shop, [(sku, 2)], **facts)

    def stock_of(self, sku):
        """`stock_info_v2` of a SKU."""
        item = self.ordered(sku).items[0]
        if not item.model_id:
            return self.call(INFO, item_id_list=item.item_id)["response"]["item_list"][0]["stock_info_v2"]
        models = self.call(MODELS, item_id=item.item_id)["response"]["model"]
        return next(one for one in models if one["model_sku"] == sku)["stock_info_v2"]

    def test_list(self):
        """Pages that join to the whole, in the statuses that were asked for."""
        everything = self.items()
        self.assertEqual((everything["total_count"], everything["has_next_page"]), (len(catalogue()), False))
        seen, offset = [], 0
        while offset is not None:
            page = self.items(offset=offset, page_size=5)
            seen += page["item"]
            offset = page.get("next_offset")
        self.assertEqual(seen, everything["item"])
        first = seen[0]["item_id"]
        self.shop.set_item_status(self.shop.shelf.products[0], "UNLIST")
        self.assertEqual(self.items()["total_count"], len(catalogue()) - 1)
        self.assertEqual([one["item_id"] for one in self.items(item_status="UNLIST")["item"]], [first])
        self.assertEqual(self.items(item_status=["NORMAL", "UNLIST"])["total_count"], len(catalogue()))

    def test_strict(self):
        wrong = "Wrong parameters, detail: "
        good = {"offset": 0, "page_size": 10, "item_status": "NORMAL"}
        for change, error, message in (
            ({"page_size": 101}, "error_param", wrong + "page_size must be between 1 and 100."),
            ({"offset": None}, "error_param", wrong + "offset is a required field."),
            ({"item_status": None}, "error_param_item_status", "Item status error."),
            ({"item_status": "SOLD"}, "error_param_item_status", "Item status error."),
            (
                {"update_time_from": 20, "update_time_to": 10},
                "error_update_time_range",
                "Update_time_to should be later than update_time_from.",
            ),
        ):
            self.assert_error(self.send_shop(ITEMS, **{**good, **change}), error, message)
        self.assert_error(self.send_shop(MODELS, item_id=1), *NOT_FOUND)
        self.assert_error(self.send_shop(INFO, item_id_list=1), *NOT_FOUND)
        many = ",".join(str(one) for one in range(51))
        too_many = wrong + "item_id_list: the length must be between 0 and 50."
        self.assert_error(self.send_shop(INFO, item_id_list=many), "error_param", too_many)

    def test_base_info(self):
        """Three ways to write the list; price and stock only where an item has no variations."""
        ids = [one["item_id"] for one in self.items()["item"]][:3]
        answers = [
            self.call(INFO, item_id_list=text)["response"]["item_list"]
            for text in (ids, ",".join(map(str, ids)), str(ids))
        ]
        self.assertEqual([one["item_id"] for one in answers[0]], ids)
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])
        self.assertTrue(answers[0][0]["has_model"])
        self.assertNotIn("price_info", answers[0][0])
        self.assertNotIn("stock_info_v2", answers[0][0])
        plain = self.ordered(PLAIN).items[0]
        item = self.call(INFO, item_id_list=plain.item_id)["response"]["item_list"][0]
        self.assertEqual((item["has_model"], item["item_sku"]), (False, PLAIN))
        self.assertEqual(item["price_info"][0]["currency"], "SGD")
        self.assertEqual(item["stock_info_v2"]["seller_stock"][0]["stock"], skus()[PLAIN][1].stock - 2)
        self.assertEqual(self.call(MODELS, item_id=plain.item_id)["response"]["model"], [])

    def test_unknown_among_known(self):
        known = self.items()["item"][0]["item_id"]
        self.assertEqual(len(self.call(INFO, item_id_list=f"{known},1")["response"]["item_list"]), 1)
        self.shopee.unknown_item_fails_call = True
        self.assert_error(self.send_shop(INFO, item_id_list=f"{known},1"), *NOT_FOUND)

    def test_models(self):
        """The same numbers as orders name, and where each variation stands among the options."""
        item = self.ordered(SKU).items[0]
        content = self.call(MODELS, item_id=item.item_id)["response"]
        self.assertEqual([tier["name"] for tier in content["tier_variation"]], ["Color", "Size"])
        model = next(one for one in content["model"] if one["model_id"] == item.model_id)
        self.assertEqual((model["model_sku"], model["tier_index"]), (SKU, [0, 1]))

    def test_what_lies_at_shopee(self):
        """Received, ordered, cancelled, shipped; the seller's stock stays out of it."""
        before = self.stock_of(SKU)  # orders two pieces of the seller's each time
        self.assertEqual(before["shopee_stock"], [])
        self.shopee.receive(self.shop, SKU, 10)
        order = self.ordered(SKU, fulfilled_by_shopee=True)
        self.ordered(SKU, fulfilled_by_shopee=True, paid=False)
        after = self.stock_of(SKU)
        self.assertEqual(after["shopee_stock"], [{"location_id": "SGZ-FBS", "stock": 6}])
        self.assertEqual(after["seller_stock"][0]["stock"], before["seller_stock"][0]["stock"] - 2)
        self.assertEqual(after["summary_info"]["total_available_stock"], 6 + after["seller_stock"][0]["stock"])
        self.shopee.cancel(order, by="system")
        self.assertEqual(self.stock_of(SKU)["shopee_stock"][0]["stock"], 8)
        order = self.ordered(SKU, fulfilled_by_shopee=True)
        self.shopee.advance(order, "SHIPPED")
        self.assertEqual(self.stock_of(SKU)["shopee_stock"][0]["stock"], 6)
        self.shopee.fail(order)
        self.assertEqual(self.stock_of(SKU)["shopee_stock"][0]["stock"], 6)
        self.shopee.shopee_stock_is_text = True
        self.assertEqual(self.stock_of(SKU)["shopee_stock"][0]["stock"], "6")

    def test_flags(self):
        """`is_fulfillment_by_shopee` on the variation, or on the item without variations."""
        for sku in (SKU, PLAIN):
            self.shopee.receive(self.shop, sku, 5)
        item = self.ordered(SKU).items[0]
        models = self.call(MODELS, item_id=item.item_id)["response"]["model"]
        self.assertEqual({one["model_sku"] for one in models if one["is_fulfillment_by_shopee"]}, {SKU})
        plain = self.ordered(PLAIN).items[0].item_id
        items = self.call(INFO, item_id_list=f"{item.item_id},{plain}")["response"]["item_list"]
        self.assertEqual([one["is_fulfillment_by_shopee"] for one in items], [False, True])

    def test_seller_center(self):
        """Goods arrive at Shopee's warehouse by a form; nonsense is refused; the change is found by its time."""
        web = Client(self.shopee)
        form = {"shop_id": str(self.shop.shop_id), "sku": SKU, "pieces": "25"}
        since = self.shopee.clock.seconds()
        self.assertEqual(web.post("/seller-center/stock/receive", data=form).status_code, 303)
        self.assertIn('<td class="number">25', web.get("/seller-center/products").text)
        for wrong in ({"pieces": "0"}, {"sku": "nonsense"}, {"pieces": "many"}):
            self.assertEqual(web.post("/seller-center/stock/receive", data={**form, **wrong}).status_code, 400)
        self.assertEqual(self.items(update_time_from=since)["total_count"], 1)
        self.assertEqual(self.shopee.sellable(self.shop, at_shopee=True), {SKU: 25})

    def test_gtin(self):
        """Of an item without variations, and of each variation; told or not, none as nothing or as 00."""
        plain, varied = self.ordered(PLAIN).items[0], self.ordered(SKU).items[0]
        self.shop.shelf.change_variant(plain.variant_number, barcode="4006381333931")
        self.shop.shelf.change_variant(varied.variant_number, barcode="4006381333948")

        def codes():
            items = self.call(INFO, item_id_list=[plain.item_id, varied.item_id])["response"]["item_list"]
            models = self.call(MODELS, item_id=varied.item_id)["response"]["model"]
            return [one["gtin_code"] for one in items] + [one["gtin_code"] for one in models[:2]]

        self.assertEqual(codes(), ["4006381333931", "", "", "4006381333948"])
        self.shopee.no_gtin = "00"
        self.assertEqual(codes(), ["4006381333931", "", "00", "4006381333948"])
        self.shopee.tells_gtin = False
        self.assertEqual(codes(), [""] * 4)

    def test_changes_on_the_shelf(self):
        """Each status is listed as Shopee calls it; a variation that is unavailable, one more, one less."""
        product = self.shop.shelf.products[0]
        for status in ("BANNED", "UNLIST", "REVIEWING", "SELLER_DELETE", "SHOPEE_DELETE", "NORMAL"):
            self.shop.set_item_status(product, status)
            rows = self.items(item_status=status)["item"]
            self.assertIn((status, rows[0]["item_id"]), {(row["item_status"], rows[0]["item_id"]) for row in rows})
            others = self.items(item_status=[one for one in ITEM_STATUSES if one != status])
            self.assertEqual(others["total_count"], len(catalogue()) - (1 if status != "NORMAL" else len(catalogue())))
        item = self.ordered(SKU).items[0]
        self.shop.shelf.suspend(item.variant_number)
        models = self.call(MODELS, item_id=item.item_id)["response"]["model"]
        unavailable = [one["model_id"] for one in models if one["model_status"] == "MODEL_UNAVAILABLE"]
        self.assertEqual(unavailable, [item.model_id])
        since = self.shopee.clock.seconds()
        self.shop.shelf.add_variant(product.number, "TEE-RED-S", {"Color": "Red", "Size": "S"})
        self.shop.shelf.remove_variant(item.variant_number)
        content = self.call(MODELS, item_id=item.item_id)["response"]
        skus_now = [one["model_sku"] for one in content["model"]]
        self.assertEqual((skus_now[-1], SKU in skus_now, len(skus_now)), ("TEE-RED-S", False, len(models)))
        self.assertIn({"option": "Red"}, content["tier_variation"][0]["option_list"])
        self.assertEqual([row["item_id"] for row in self.items(update_time_from=since)["item"]], [item.item_id])
        self.shop.shelf.forget(product.number)
        self.assert_error(self.send_shop(MODELS, item_id=item.item_id), *NOT_FOUND)
