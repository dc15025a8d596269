"""The simulated Shopee: setting stock, and all that it is refused for; what orders do to it."""

from contextlib import suppress

from ..simulator.shopee.items import has_models, item_id, model_id
from ..simulator.shopee.stock import RESERVE_REFUSALS, SoldOut
from .test_pure_simulator_shopee import ShopeeCase

ITEMS, INFO = "/api/v2/product/get_item_list", "/api/v2/product/get_item_base_info"
MODELS = "/api/v2/product/get_model_list"
STOCK, PRICE, UNLIST = (f"/api/v2/product/{name}" for name in ("update_stock", "update_price", "unlist_item"))
WAREHOUSES = "/api/v2/shop/get_warehouse_detail"
SKU, SIBLING = "TEE-BLK-M", "TEE-BLK-L"
PLAIN = "MOONCAKE-2026"  # has no variations
FAILED = ("error_busi_update_stock_failed", "Update stock failed, please check failure_list for detailed reason")


class StockCase(ShopeeCase):
    def number(self, sku):
        return self.shop.shelf.skus()[sku][1].number

    def ids(self, sku):
        """(item_id, model_id) of the SKU."""
        product, variant = self.shop.shelf.skus()[sku]
        return item_id(product), model_id(product, variant)

    def entry(self, sku, *stock, **by_location):
        """An entry of stock_list for the SKU."""
        places = [{"stock": pieces} for pieces in stock]
        places += [{"location_id": place, "stock": pieces} for place, pieces in by_location.items()]
        return {"model_id": self.ids(sku)[1], "seller_stock": places}

    def send_stock(self, *entries, sku=SKU):
        return self.send_shop(STOCK, body={"item_id": self.ids(sku)[0], "stock_list": list(entries)})

    def set(self, sku, *stock, **by_location):
        """Set the stock of the SKU, which must succeed."""
        answer = self.send_stock(self.entry(sku, *stock, **by_location), sku=sku).json()
        self.assertEqual((answer["error"], answer["response"]["failure_list"]), ("", []))
        return answer["response"]["success_list"]

    def info(self, sku):
        """`stock_info_v2` of the SKU."""
        item, model = self.ids(sku)
        if not model:
            return self.call(INFO, item_id_list=item)["response"]["item_list"][0]["stock_info_v2"]
        models = self.call(MODELS, item_id=item)["response"]["model"]
        return next(one for one in models if one["model_id"] == model)["stock_info_v2"]

    def stock(self, sku):
        return sum(place["stock"] for place in self.info(sku)["seller_stock"])

    def reasons(self, response):
        """The failure_list as reasons by model_id."""
        return {row["model_id"]: row["failed_reason"] for row in response.json()["response"]["failure_list"]}


class TestUpdateStock(StockCase):
    def test_set(self):
        """Absolute numbers, several variations in one call, an item without variations (R14)."""
        answer = self.send_stock(self.entry(SKU, 7), self.entry(SIBLING, 0)).json()
        self.assertEqual(answer["error"], "")
        rows = [{"model_id": self.ids(sku)[1], "location_id": "", "stock": n} for sku, n in ((SKU, 7), (SIBLING, 0))]
        self.assertEqual(answer["response"], {"success_list": rows, "failure_list": []})
        self.assertEqual((self.stock(SKU), self.stock(SIBLING)), (7, 0))
        self.set(SKU, 7)
        self.set(PLAIN, 3)
        self.assertEqual((self.stock(SKU), self.stock(PLAIN)), (7, 3))

    def test_form(self):
        missing = "invalid field {}: value must  Not Null"
        item, model = self.ids(SKU)
        good = {"item_id": item, "stock_list": [self.entry(SKU, 5)]}
        many = [{"model_id": one, "seller_stock": [{"stock": 1}]} for one in range(51)]
        for change, error, message in (
            ({"item_id": None}, "product.error_param", missing.format("ItemId")),
            ({"stock_list": None}, "product.error_param", missing.format("StockList")),
            ({"stock_list": many}, "error_param", "Wrong parameters, detail: stock_list must have 1 to 50 entries."),
            ({"stock_list": [self.entry(SKU, 5)] * 2}, "error_param", "Repeat model_id."),
            ({"stock_list": [{"model_id": 5, "seller_stock": [{"stock": 1}]}]}, "error_param", "Wrong model_id."),
            ({"item_id": 1}, "error_item_not_found", "Item_id is not found."),
            (
                {"stock_list": [{"seller_stock": [{"stock": 1}]}]},
                "error_edit_item_stock_for_item_has_model",
                "Can't to edit item stock directly while item has models.",
            ),
            (
                {"stock_list": [self.entry(SKU, -1)]},
                "error_param",
                "Parameter is not match the constraints, stock must be 0 to 999999.",
            ),
            (
                {"stock_list": [{"model_id": model}]},
                "error_param",
                "Wrong parameters, detail: seller_stock is a required field.",
            ),
        ):
            self.assert_error(self.send_shop(STOCK, body={**good, **change}), error, message)
        self.assertEqual(self.stock(SKU), self.shop.shelf.skus()[SKU][1].stock)
        self.assert_error(self.send_stock({**self.entry(PLAIN, 1), "model_id": 9}, sku=PLAIN), *WRONG_MODEL)

    def test_gone_model_beside_good_ones(self):
        """A variation that is gone fails the call, with nothing set, or only itself."""
        gone, before = {"model_id": 5, "seller_stock": [{"stock": 1}]}, self.stock(SKU)
        self.assert_error(self.send_stock(self.entry(SKU, 3), gone), *WRONG_MODEL)
        self.assertEqual(self.stock(SKU), before)
        self.shopee.wrong_model_fails_call = False
        answer = self.send_stock(self.entry(SKU, 3), gone)
        self.assertEqual((answer.json()["error"], self.reasons(answer)), ("", {5: "Wrong model_id."}))
        self.assertEqual(self.stock(SKU), 3)

    def test_statuses(self):
        """Banned and deleted items cannot be changed; unlisted ones and those in review can."""
        product = self.shop.shelf.skus()[SKU][0]
        for status in ("BANNED", "SELLER_DELETE", "SHOPEE_DELETE"):
            self.shop.set_item_status(product, status)
            refused = ("error_item_uneditable", "Can't edit this item. item status can not support editing.")
            self.assert_error(self.send_stock(self.entry(SKU, 5)), *refused)
        for status in ("UNLIST", "REVIEWING", "NORMAL"):
            self.shop.set_item_status(product, status)
            self.set(SKU, 5)
        with self.assertRaises(ValueError):
            self.shop.set_item_status(product, "SOLD")

    def test_holiday_kit_and_shopee(self):
        self.shop.on_holiday = True
        holiday = ("error_holiday_mode_change_stock", "Cannot change stock in holiday mode.")
        self.assert_error(self.send_stock(self.entry(SKU, 5)), *holiday)
        self.shop.on_holiday = False
        kit = self.shop.shelf.add("Two tees", ["KIT-1"], is_kit=True)
        self.shop.kits[kit.variants[0].number] = ((self.number(SKU), 2), (self.number(PLAIN), 1))
        vsku = "Can not use OpenAPI to edit/create VSKU, please connect with your manager"
        self.assert_error(self.send_stock(self.entry("KIT-1", 5), sku="KIT-1"), "error_busi_cannot_edit_vsku", vsku)
        self.shopee.receive(self.shop, SKU, 4)
        response = self.send_stock(self.entry(SKU, 5))
        self.assert_error(response, *FAILED)
        self.assertIn("full FBS", self.reasons(response)[self.ids(SKU)[1]])
        self.set(SKU, 0)

    def test_item_of_another_shop(self):
        product = self.other_shop.shelf.add("Only there", ["THERE"])
        body = {"item_id": item_id(product), "stock_list": [{"seller_stock": [{"stock": 1}]}]}
        not_ours = ("error_item_not_belong_shop", "Item not belong to shop.")
        self.assert_error(self.send_shop(STOCK, body=body), *not_ours)

    def test_same_sku_twice_and_none(self):
        """Told apart by their ids alone (R15)."""
        shelf = self.shop.shelf
        twins = shelf.add("Twins", [("TWIN", {"Color": "Red"}), ("TWIN", {"Color": "Blue"}), ("", {"Color": "Grey"})])
        bare = shelf.add("Without a SKU", [""])
        self.assertEqual((has_models(twins), has_models(bare)), (True, False))
        for product in (twins, bare):
            for place, variant in enumerate(product.variants):
                entry = {"model_id": model_id(product, variant), "seller_stock": [{"stock": 10 + place}]}
                answer = self.send_shop(STOCK, body={"item_id": item_id(product), "stock_list": [entry]}).json()
                self.assertEqual(answer["error"], "")
        order = self.shopee.place_order(self.shop, [(twins.variants[1].number, 2), (bare.variants[0].number, 1)])
        self.assertEqual([item.model_sku or item.item_sku for item in order.items], ["TWIN", ""])
        models = self.call(MODELS, item_id=item_id(twins))["response"]["model"]
        self.assertEqual([one["stock_info_v2"]["seller_stock"][0]["stock"] for one in models], [10, 9, 12])
        self.assertEqual(self.shopee.at_seller(self.shop, bare.variants[0].number), 9)

    def test_limit_of_calls(self):
        """So many a second, then HTTP 429 without effect; also a lost answer after the effect."""
        self.shopee.most_calls_a_second = 2
        with self.shopee.clock.ago(0):
            now = self.shopee.clock.seconds()
            self.shopee.clock.seconds = lambda: now
        codes = [self.send_stock(self.entry(SKU, pieces)).status_code for pieces in (1, 2, 3)]
        self.assertEqual(codes, [200, 200, 429])
        self.assertEqual(self.shopee.at_seller(self.shop, self.number(SKU)), 2)
        self.shopee.clock.seconds = lambda: now + 1
        self.set(SKU, 4)
        self.shopee.most_calls_a_second = 0
        for fault, left in (("lost_answer", 6), ("no_connection", 6), ("server_error", 6)):
            self.shopee.faults.order(fault, "update_stock")
            with suppress(OSError):
                self.send_stock(self.entry(SKU, 6 if fault == "lost_answer" else 9))
            self.assertEqual(self.stock(SKU), left, fault)


WRONG_MODEL = ("error_param", "Wrong model_id.")


class TestPromotions(StockCase):
    def test_reserve(self):
        """Nothing below what promotions hold; the rest of the call is done (R16)."""
        self.set(SKU, 20)
        self.shopee.start_promotion(self.shop, [self.number(SKU)], 8, lasts=3600)
        response = self.send_stock(self.entry(SKU, 7), self.entry(SIBLING, 4))
        self.assertEqual(self.reasons(response), {self.ids(SKU)[1]: RESERVE_REFUSALS[0][1]})
        self.assertEqual(response.json()["error"], "")
        self.assertEqual((self.stock(SKU), self.stock(SIBLING)), (20, 4))
        self.assert_error(self.send_stock(self.entry(SKU, 7)), *FAILED)
        self.shopee.all_failed_is_error = False
        self.assertEqual(self.send_stock(self.entry(SKU, 7)).json()["error"], "")
        self.set(SKU, 8)
        self.assertEqual(self.info(SKU)["summary_info"], {"total_reserved_stock": 8, "total_available_stock": 8})
        self.shopee.clock.move(3601)
        self.set(SKU, 0)

    def test_words_of_the_refusal(self):
        """Shopee's page names several; the whole call may fail, with nothing set."""
        self.set(SKU, 20)
        self.shopee.start_promotion(self.shop, [self.number(SKU)], 8)
        self.shopee.reserve_fails_call = True
        for place, refusal in enumerate(RESERVE_REFUSALS):
            self.shopee.reserve_refusal = place
            self.assert_error(self.send_stock(self.entry(SIBLING, 3), self.entry(SKU, 7)), *refusal)
        self.assertNotEqual(self.stock(SIBLING), 3)

    def test_upcoming(self):
        """It holds its pieces before it begins, then buyers take them first."""
        self.set(SKU, 10)
        number = self.number(SKU)
        self.shopee.start_promotion(self.shop, [number], 6, begins_in=600, lasts=3600, price=9)
        self.assertEqual(self.info(SKU)["summary_info"], {"total_reserved_stock": 6, "total_available_stock": 4})
        self.assertEqual(self.shopee.buyable(self.shop, number), 4)
        early = self.order((SKU, 1))
        self.assertEqual((early.items[0].from_promotion, early.items[0].seller_discount), (0, 0))
        self.shopee.clock.move(700)
        self.assertEqual([self.shopee.buyable(self.shop, sku) for sku in (number, SKU, "nonsense")], [9, 9, 0])
        order = self.order((SKU, 4))
        self.assertEqual((order.items[0].from_promotion, str(order.items[0].discounted_price)), (4, "9.00"))
        self.assertEqual(self.info(SKU)["summary_info"], {"total_reserved_stock": 2, "total_available_stock": 5})
        self.shopee.cancel_pieces(order, order.items[0], 1)
        self.assertEqual(self.info(SKU)["summary_info"], {"total_reserved_stock": 3, "total_available_stock": 6})
        self.shopee.cancel(order)
        self.assertEqual(self.info(SKU)["summary_info"], {"total_reserved_stock": 6, "total_available_stock": 9})

    def test_cancelled_after_the_end(self):
        self.set(SKU, 10)
        promotion = self.shopee.start_promotion(self.shop, [self.number(SKU)], 6)
        order = self.order((SKU, 4))
        self.shopee.end_promotion(self.shop, promotion)
        self.shopee.cancel(order)
        self.assertEqual(self.info(SKU)["summary_info"], {"total_reserved_stock": 0, "total_available_stock": 10})
        with self.assertRaises(ValueError):
            self.shopee.end_promotion(self.shop, promotion)
        with self.assertRaises(ValueError):
            self.shopee.start_promotion(self.shop, [self.number(SKU)], 11)

    def test_deducted(self):
        """A Shopee that leaves the held pieces out of the stock it shows, while an update includes them."""
        self.shopee.reserved_is_deducted = True
        self.shop.open_warehouses("Jurong", "Changi")
        self.set(SKU, SGZ=5, SG1=5)
        self.shopee.start_promotion(self.shop, [self.number(SKU)], 6)
        self.assertEqual([place["stock"] for place in self.info(SKU)["seller_stock"]], [0, 4])
        self.assertEqual(self.info(SKU)["summary_info"], {"total_reserved_stock": 6, "total_available_stock": 4})

    def test_told(self):
        """get_item_promotion, and what items and models say of it."""
        path = "/api/v2/product/get_item_promotion"
        number, (item, model), plain = self.number(SKU), self.ids(SKU), self.ids(PLAIN)[0]
        first = self.shopee.start_promotion(self.shop, [number], 3, price=10)
        self.shopee.start_promotion(self.shop, [number], 2, begins_in=60, kind="Flash Sale")
        answer = self.call(path, item_id_list=[item, plain, 1])["response"]
        self.assertEqual(answer["failure_list"], [{"item_id": 1, "failed_reason": "Product not found"}])
        self.assertEqual([row["item_id"] for row in answer["success_list"]], [item, plain])
        rows = answer["success_list"][0]["promotion"]
        self.assertEqual([row["promotion_staging"] for row in rows], ["ongoing", "upcoming"])
        self.assertEqual((rows[0]["promotion_id"], rows[0]["model_id"]), (first, model))
        self.assertEqual(rows[0]["promotion_price_info"], [{"promotion_price": 10}])
        self.assertEqual(rows[1]["promotion_stock_info_v2"], {"summary_info": {"total_reserved_stock": 2}})
        self.assertEqual(answer["success_list"][1]["promotion"], [])
        told = next(one for one in self.call(MODELS, item_id=item)["response"]["model"] if one["model_id"] == model)
        self.assertEqual((told["promotion_id"], told["has_promotion"]), (first, True))
        self.assertEqual([told["price_info"][0][name] for name in ("original_price", "current_price")], [12.9, 10])
        whole = self.call(INFO, item_id_list=item)["response"]["item_list"][0]
        self.assertEqual((whole["promotion_id"], whole["has_promotion"]), (first, True))
        self.assert_error(self.send_shop(path, item_id_list=f"{item},{item}"), "error_param", "Repeat item_id.")
        too_many = ",".join(str(one) for one in range(51))
        self.assertIn("between 0 and 50", self.send_shop(path, item_id_list=too_many).json()["message"])


class TestOrdersAndStock(StockCase):
    def test_life_of_an_order(self):
        """Lowered at once, given back by a cancellation, not by a parcel that is lost."""
        self.set(SKU, 10)
        unpaid, paid = self.order((SKU, 2), paid=False), self.order((SKU, 3))
        self.assertEqual(self.stock(SKU), 5)
        self.shopee.cancel(unpaid, by="system")
        self.shopee.cancel_pieces(paid, paid.items[0], 1)
        self.assertEqual(self.stock(SKU), 8)
        self.shopee.advance(paid, "SHIPPED")
        self.shopee.fail(paid)
        self.assertEqual((paid.order_status, self.stock(SKU)), ("CANCELLED", 8))
        not_collected = self.order((SKU, 3))
        self.shopee.advance(not_collected, "PROCESSED")
        self.shopee.fail(not_collected, "LOGISTICS_PICKUP_FAILED")
        self.assertEqual((not_collected.order_status, self.stock(SKU)), ("CANCELLED", 8))

    def test_never_paid(self):
        """Cancelled by itself after a while; its pieces can be bought again."""
        self.set(SKU, 10)
        self.shopee.unpaid_lasts = 1800
        never, late = self.order((SKU, 2), paid=False), self.order((SKU, 3), paid=False)
        self.shopee.advance(late, "READY_TO_SHIP")
        self.shopee.clock.move(1801)
        self.assertEqual(self.stock(SKU), 7)
        self.assertEqual(
            (never.order_status, never.cancel_by, never.cancel_reason), ("CANCELLED", "system", "Unpaid Order")
        )
        self.assertEqual(late.order_status, "READY_TO_SHIP")

    def test_one_parcel_lost_the_other_not_collected(self):
        self.set(SKU, 10)
        self.set(PLAIN, 10)
        order = self.order((SKU, 2), (PLAIN, 3))
        self.shopee.split(order, [[item] for item in order.items])
        self.shopee.advance(order, "PROCESSED")
        self.shopee.advance_package(order, order.packages[0], "LOGISTICS_PICKUP_DONE")
        self.shopee.advance_package(order, order.packages[0], "LOGISTICS_LOST")
        self.shopee.advance_package(order, order.packages[1], "LOGISTICS_PICKUP_FAILED")
        self.assertEqual((order.order_status, self.stock(SKU), self.stock(PLAIN)), ("CANCELLED", 8, 10))

    def test_set_between(self):
        """An absolute number stands; what is cancelled later comes on top."""
        order = self.order((SKU, 2))
        self.set(SKU, 4)
        self.shopee.cancel(order)
        self.assertEqual(self.stock(SKU), 6)

    def test_more_than_there_is(self):
        """Taken as restocked by itself, or refused; what never was there does not come back."""
        self.set(SKU, 3)
        order = self.order((SKU, 5))
        self.assertEqual(self.stock(SKU), 0)
        self.shopee.cancel_pieces(order, order.items[0], 1)
        self.assertEqual(self.stock(SKU), 0)
        self.shopee.cancel(order)
        self.assertEqual(self.stock(SKU), 3)
        self.shopee.refuse_oversold = True
        with self.assertRaises(SoldOut):
            self.order((SKU, 2), (SKU, 2))
        self.assertEqual((self.stock(SKU), len(self.shop.orders)), (3, 1))
        self.order((SKU, 3))
        for numbers in ("on_holiday", "suspended", "unlisted", "nothing there"):
            self.set(SKU, 3)
            self.shop.on_holiday = numbers == "on_holiday"
            self.shop.shelf.suspend(self.number(SKU), numbers == "suspended")
            product = self.shop.shelf.skus()[SKU][0]
            self.shop.set_item_status(product, "UNLIST" if numbers == "unlisted" else "NORMAL")
            if numbers == "nothing there":
                self.set(SKU, 0)
            with self.assertRaises(SoldOut):
                self.order((SKU, 1))
            self.shop.on_holiday = False

    def test_kit(self):
        """Its stock is that of its components, which its orders take."""
        kit = self.shop.shelf.add("Two tees and a cake", ["KIT"], is_kit=True)
        number = kit.variants[0].number
        self.shop.kits[number] = ((self.number(SKU), 2), (self.number(PLAIN), 1))
        self.set(SKU, 9)
        self.set(PLAIN, 10)
        self.assertEqual(self.stock("KIT"), 4)
        self.shopee.refuse_oversold = True
        with self.assertRaises(SoldOut):
            self.order(("KIT", 4), (SKU, 2))
        order = self.order(("KIT", 3))
        self.assertEqual([self.stock(sku) for sku in ("KIT", SKU, PLAIN)], [1, 3, 7])
        self.shopee.cancel(order)
        self.assertEqual([self.stock(sku) for sku in ("KIT", SKU, PLAIN)], [4, 9, 10])
        content = self.call("/api/v2/product/get_kit_item_info", item_id=item_id(kit))["response"]["product_info"]
        parts = content["model_list"][0]["component_list"]
        self.assertEqual(
            [(part["component_item_or_model_sku"], part["quantity"]) for part in parts], [(SKU, 2), (PLAIN, 1)]
        )
        rows = self.call(ITEMS, offset=0, page_size=100, item_status="NORMAL")["response"]["item"]
        self.assertEqual([row["item_id"] for row in rows if row["tag"]["kit"]], [item_id(kit)])
        plain = self.send_shop("/api/v2/product/get_kit_item_info", item_id=self.ids(PLAIN)[0])
        self.assert_error(plain, "error_data", "data not exist")

    def test_update_time(self):
        """A change by hand is found by its time; an order's only where Shopee counts it as one."""
        product = self.shop.shelf.skus()[SKU][0]
        since = self.shopee.clock.seconds()
        self.order((SKU, 1))
        self.assertLess(self.shop.item_update_time(product), since)
        self.shopee.orders_touch_items = True
        self.order((SKU, 1))
        self.assertGreaterEqual(self.shop.item_update_time(product), since)
