"""The simulated Shopee: shops with several places, prices, and items that are put on and off the shop's pages."""

from ..simulator.shopee.items import item_id
from .test_pure_simulator_shopee_stock import PLAIN, PRICE, SKU, STOCK, UNLIST, WAREHOUSES, StockCase

NEEDED = ("error_busi", "The merchant/shop has multi warehouse, please input location id")
LACKING = ("error_auth", "Lack of location_id, please double check.")
WRONG = (
    "error_auth",
    "The location_id input is not matched the shop's location_id(more/wrong). Please double check.",
)
NOT_ALLOWED = (
    "error_auth",
    "You do not have right to use seller location_id, please only fill seller_stock filed.",
)


class TestWarehouses(StockCase):
    def test_ordinary_shop(self):
        refused = ("warehouse.error_not_in_whitelist", "Your shop is not in multi-warehouse whitelist.")
        self.assert_error(self.send_shop(WAREHOUSES), *refused)
        self.assert_error(self.send_stock(self.entry(SKU, SGZ=4)), *NOT_ALLOWED)
        self.assert_error(self.send_stock(self.entry(SKU, 4, 5)), *LACKING)
        self.assertEqual([place["location_id"] for place in self.info(SKU)["seller_stock"]], ["SGZ"])

    def test_detail(self):
        self.shop.open_warehouses("Jurong", "Changi", "Tuas")
        self.shop.warehouses[2].location_id = "SG1"  # two addresses, one stock
        self.shop.warehouses[1].on_holiday = True
        rows = self.call(WAREHOUSES)["response"]
        self.assertEqual([row["warehouse_name"] for row in rows], ["Jurong", "Changi", "Tuas"])
        self.assertEqual([row["location_id"] for row in rows], ["SGZ", "SG1", "SG1"])
        self.assertEqual([row["holiday_mode_state"] for row in rows], [0, 1, 0])
        self.assertEqual({row["region"] for row in rows}, {"SG"})
        self.assertEqual(self.shop.locations, ["SGZ", "SG1"])
        none = ("warehouse.error_can_not_find_warehouse", "There is no legal warehouse address for given shop id.")
        self.assert_error(self.send_shop(WAREHOUSES, warehouse_type=2), *none)
        self.assertEqual(self.send_shop(WAREHOUSES, warehouse_type=3).json()["error"], "error_param")

    def test_set(self):
        """Each place by its location_id; the others keep what they have, or have to be named too."""
        self.shop.open_warehouses("Jurong", "Changi")
        rows = self.set(SKU, SGZ=3, SG1=8)
        self.assertEqual([(row["location_id"], row["stock"]) for row in rows], [("SGZ", 3), ("SG1", 8)])
        self.set(SKU, SG1=2)
        self.assertEqual([place["stock"] for place in self.info(SKU)["seller_stock"]], [3, 2])
        self.assertEqual(self.info(SKU)["summary_info"]["total_available_stock"], 5)
        mixed = {**self.entry(SKU), "seller_stock": [{"stock": 1}, {"location_id": "SG1", "stock": 1}]}
        twice = {**self.entry(SKU), "seller_stock": [{"location_id": "SG1", "stock": 1}] * 2}
        for entry, error in (
            (self.entry(SKU, 4), NEEDED),
            (mixed, LACKING),
            (twice, WRONG),
            (self.entry(SKU, SGX=4), WRONG),
            (self.entry(SKU, SGZ=4, SG1=4, SG2=4), WRONG),
        ):
            self.assert_error(self.send_stock(entry), *error)
        self.shopee.needs_all_locations = True
        self.assert_error(self.send_stock(self.entry(SKU, SG1=4)), *LACKING)
        self.set(SKU, SGZ=1, SG1=1)

    def test_reserve_over_all_places(self):
        self.shop.open_warehouses("Jurong", "Changi")
        self.set(SKU, SGZ=5, SG1=5)
        self.shopee.start_promotion(self.shop, [self.number(SKU)], 6)
        self.set(SKU, SGZ=1)
        self.assertTrue(self.reasons(self.send_stock(self.entry(SKU, SGZ=0))))

    def test_orders(self):
        """From the first place that has everything, else from wherever there is some; back to where it came from."""
        self.shop.open_warehouses("Jurong", "Changi")
        self.set(SKU, SGZ=2, SG1=5)
        self.set(PLAIN, SGZ=9, SG1=5)
        order = self.order((SKU, 3), (PLAIN, 1))
        self.assertEqual([order.locations(item) for item in order.items], [["SG1"], ["SG1"]])
        self.assertEqual(self.shopee.by_location(self.shop, self.number(SKU)), {"SGZ": 2, "SG1": 2})
        spread = self.order((SKU, 4))
        self.assertEqual(spread.locations(spread.items[0]), ["SGZ", "SG1"])
        detail = self.detail(spread, "item_list")
        self.assertEqual(detail["item_list"][0]["product_location_id"], ["SGZ", "SG1"])
        found = self.send_shop(
            "/api/v2/order/search_package_list",
            body={"filter": {"product_location_ids": ["SG1"]}, "pagination": {"page_size": 10}},
        ).json()["response"]["packages_list"]
        self.assertEqual([row["order_sn"] for row in found], [order.order_sn])
        self.shopee.cancel(spread)
        self.shopee.cancel(order)
        self.assertEqual(self.shopee.by_location(self.shop, self.number(SKU)), {"SGZ": 2, "SG1": 5})


class TestPrices(StockCase):
    def send_price(self, sku, price):
        item, model = self.ids(sku)
        return self.send_shop(
            PRICE, body={"item_id": item, "price_list": [{"model_id": model, "original_price": price}]}
        )

    def test_set(self):
        self.assertEqual(
            self.send_price(SKU, 11.5).json()["response"]["success_list"],
            [{"model_id": self.ids(SKU)[1], "original_price": 11.5}],
        )
        self.assertEqual(str(self.order((SKU, 1)).items[0].original_price), "11.5")
        for wrong in (0, -1, 1.234):
            self.assertEqual(self.send_price(SKU, wrong).json()["error"], "error_invalid_price")
        self.assertEqual(self.send_price(SKU, "9").json()["error"], "error_param")
        self.shopee.start_promotion(self.shop, [self.number(SKU)])
        self.assertIn("promotion", self.reasons(self.send_price(SKU, 12)).popitem()[1])


class TestUnlist(StockCase):
    def send_unlist(self, *entries):
        rows = [{"item_id": wanted, "unlist": unlist} for wanted, unlist in entries]
        return self.send_shop(UNLIST, body={"item_list": rows}).json()

    def test_off_and_on(self):
        product, plain = self.shop.shelf.skus()[SKU][0], self.shop.shelf.skus()[PLAIN][0]
        answer = self.send_unlist((item_id(product), True), (1, True))
        self.assertEqual(answer["response"]["success_list"], [{"item_id": item_id(product), "unlist": True}])
        self.assertEqual([row["item_id"] for row in answer["response"]["failure_list"]], [1])
        self.assertEqual(self.shop.item_status(product), "UNLIST")
        self.send_unlist((item_id(product), False))
        self.assertEqual(self.shop.item_status(product), "NORMAL")
        self.shop.set_item_status(plain, "BANNED")
        self.shopee.start_promotion(self.shop, [self.number(SKU)])
        answer = self.send_unlist((item_id(plain), True), (item_id(product), True))
        self.assertEqual(
            (answer["error"], answer["message"]), ("error_unlist_item_all_failed", "Unlist item all failed.")
        )
        self.assertEqual(
            [row["failed_reason"] for row in answer["response"]["failure_list"]],
            ["Banned and Reviewing Products cannot be delisted", "Can't unlist item when item is under promotion."],
        )
        self.assertEqual(self.send_shop(UNLIST, body={"item_list": [{"item_id": 1}]}).json()["error"], "error_param")
        self.assertEqual(self.send_shop(STOCK, body={"item_id": 1}).json()["error"], "product.error_param")
