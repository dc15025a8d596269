"""The simulated Lazada: calls that set, adjust and total stock, each refusal of a SKU or of a whole call."""

from ..simulator.lazada.orders import listing_ids
from ..simulator.lazada.stock_calls import WORDS
from .test_pure_simulator_lazada import LazadaCase

UPDATE = "/product/stock/sellable/update"
ADJUST = "/product/stock/sellable/adjust"
TOTAL = "/product/price_quantity/update"
SKU, OTHER = "TEE-BLK-M", "TEE-BLK-L"


def payload(*skus):
    """The XML of SKUs, each an XML text."""
    return f"<Request><Product><Skus>{''.join(f'<Sku>{sku}</Sku>' for sku in skus)}</Skus></Product></Request>"


class StockCase(LazadaCase):
    def ids(self, sku, shop=None):
        item_id, sku_id = listing_ids(shop or self.shop, sku)
        return f"<ItemId>{item_id}</ItemId><SkuId>{sku_id}</SkuId>"

    def line(self, sku, pieces, element="SellableQuantity"):
        return f"{self.ids(sku)}<{element}>{pieces}</{element}>"

    def at(self, sku, element="SellableQuantity", **pieces):
        """A SKU with pieces by warehouse; double underscores stand for hyphens."""
        rows = "".join(
            f"<MultiWarehouseInventory><WarehouseCode>{code.replace('__', '-')}</WarehouseCode>"
            f"<{element}>{number}</{element}></MultiWarehouseInventory>"
            for code, number in pieces.items()
        )
        return f"{self.ids(sku)}<MultiWarehouseInventories>{rows}</MultiWarehouseInventories>"

    def change(self, *skus, path=UPDATE):
        return self.call(path, post=True, payload=payload(*skus))

    def assert_changed(self, answer):
        self.assertEqual((answer["code"], answer["data"]), ("0", {}), answer)
        self.assertNotIn("detail", answer)

    def messages(self, answer):
        return [one["message"] for one in answer["detail"]]

    def sellable(self, sku=SKU, shop=None):
        return self.lazada.sellable(shop or self.shop, sku)


class TestUpdate(StockCase):
    def test_sets_what_can_be_bought(self):
        """The number is absolute; what is sold and has not left stays where it is. By POST as by GET."""
        self.lazada.place_order(self.shop, [(SKU, 2)])
        self.assert_changed(self.change(self.line(SKU, 7), self.line(OTHER, 0)))
        stock = self.lazada.stock(self.shop, SKU)
        self.assertEqual((stock.sellable, stock.occupy, stock.total), (7, 2, 9))
        self.assertEqual(self.sellable(OTHER), 0)
        self.assert_changed(self.call(UPDATE, payload=payload(self.line(SKU, 3))))
        self.assertEqual(self.sellable(), 3)

    def test_counts_as_updated(self):
        self.lazada.clock.move(3600)
        self.change(self.line(SKU, 7))
        self.assertEqual(self.shop.shelf.changed_at(1), self.lazada.clock.now().replace(microsecond=0))
        self.lazada.stock_moves_updated_time = False
        self.lazada.clock.move(3600)
        self.change(self.line(SKU, 8))
        self.assertLess(self.shop.shelf.changed_at(1), self.lazada.clock.now().replace(microsecond=0))

    def test_whole_calls_that_are_refused(self):
        many = [self.line(SKU, 1)] * 51
        item_id, _ = listing_ids(self.shop, SKU)
        by_seller_sku = f"<ItemId>{item_id}</ItemId><SellerSku>{SKU}</SellerSku><SellableQuantity>1</SellableQuantity>"
        for text, code in (
            (payload(*many), "4171"),
            (payload(), "30"),
            (payload(by_seller_sku), "4193"),
            (payload(self.line(SKU, "many")), "5"),
            (payload(self.line(SKU, 1))[:-4], "5"),
            ('{"Request": {}}', "5"),
            ("<Product/>", "5"),
            ("<!DOCTYPE x><Request/>", "5"),
        ):
            self.assert_refused(self.call(UPDATE, post=True, payload=text), code)
        self.assert_refused(self.call(UPDATE, post=True), "MissingParameter")
        self.assert_changed(self.change(*many[:50]))
        self.assert_refused(self.call(ADJUST, payload=payload(self.line(SKU, 1))), "UnsupportedHTTPMethod")

    def test_text_is_escaped(self):
        text = f"{self.ids(SKU)}<SellerSku>a &amp; b &lt;c&gt;</SellerSku><SellableQuantity> 4 </SellableQuantity>"
        self.assert_changed(self.change(text))
        self.assertEqual(self.sellable(), 4)


class TestRefusedSkus(StockCase):
    countries = ("SG", "MY")

    def reasons(self):
        """(what is wrong, the SKU's XML, the words): the shop as it needs to be for it."""
        shelf = self.shop.shelf
        product, variant = shelf.skus()["TOTE-NAT"]
        stranger = list(self.lazada.shops.values())[1]
        shelf.set_status(product.number, "banned")
        yield "banned", self.line("TOTE-NAT", 1), WORDS["4128"]
        shelf.set_status(product.number, "deleted")
        yield "deleted", self.line("TOTE-NAT", 1), "ITEM_NOT_FOUND"
        yield "unknown", "<ItemId>1</ItemId><SkuId>1</SkuId><SellableQuantity>1</SellableQuantity>", "ITEM_NOT_FOUND"
        shelf.suspend(shelf.skus()["KEYB75-RED"][1].number)
        yield "suspended", self.line("KEYB75-RED", 1), WORDS["4128"]
        gone = self.line("TEE-NVY-L", 1)
        shelf.remove_variant(shelf.skus()["TEE-NVY-L"][1].number)
        yield "gone", gone, "SKU_NOT_FOUND"
        theirs = f"{self.ids(SKU, stranger)}<SellableQuantity>1</SellableQuantity>"
        yield "not ours", theirs, "EDIT_ITEM_NOT_BELONG_SELLER"
        self.lazada.keep_at_lazada(self.shop, "EARBUD-WHT", 5)
        yield "kept by Lazada", self.line("EARBUD-WHT", 1), "FBL_SKU_INVENTORY_CANNOT_BE_EDITED"
        yield "negative", self.line("EARBUD-BLK", -1), "INV_NEGATIVE_SELLABLE"

    def test_reasons(self):
        """Each with the reason, beside a good one that is applied."""
        for number, (what, wrong, message) in enumerate(self.reasons()):
            with self.subTest(what):
                answer = self.change(wrong, self.line(SKU, number))
                self.assertEqual((answer["code"], answer["message"]), ("501", "E501: Update product failed"))
                self.assertEqual(self.messages(answer), [message])
                self.assertEqual(set(answer["detail"][0]), {"field", "seller_sku", "message"})
                self.assertEqual(self.sellable(), number)

    def test_good_ones_of_a_mixed_call(self):
        """Applied or not: nobody knows, the switch says."""
        before = self.sellable()
        wrong = self.line(OTHER, -1)
        self.lazada.good_skus_are_applied = False
        self.assertEqual(self.change(self.line(SKU, 1), wrong)["code"], "501")
        self.assertEqual(self.sellable(), before)
        self.lazada.good_skus_are_applied = True
        self.change(self.line(SKU, 1), wrong)
        self.assertEqual(self.sellable(), 1)

    def test_ways_to_say_it(self):
        """With code 501, with code 0, or with the code of the first refused SKU."""
        wrong = self.line(OTHER, -1)
        self.lazada.sku_refusals = "0"
        answer = self.change(self.line(SKU, 1), wrong)
        self.assertEqual((answer["code"], answer["data"]), ("0", {}))
        expected = {"field": "SellableQuantity", "message": "INV_NEGATIVE_SELLABLE", "code": "E0212"}
        self.assertEqual(answer["detail"], [expected])
        self.lazada.sku_refusals = "own code"
        self.assert_refused(self.change(self.line(SKU, 2), wrong), "212", "INV_NEGATIVE_SELLABLE")


class TestOtherCalls(StockCase):
    def test_adjust(self):
        before = self.sellable()
        self.assert_changed(self.change(self.line(SKU, -4), path=ADJUST))
        self.assertEqual(self.sellable(), before - 4)
        self.assert_changed(self.change(self.line(SKU, 3), self.line(SKU, 1), path=ADJUST))
        self.assertEqual(self.sellable(), before)
        answer = self.change(self.line(SKU, -before - 1), path=ADJUST)
        self.assertEqual(self.messages(answer), ["INV_NEGATIVE_SELLABLE"])

    def test_total(self):
        """`Quantity` counts what is sold and has not left."""
        self.lazada.place_order(self.shop, [(SKU, 3)])
        self.assert_changed(self.change(self.line(SKU, 10, "Quantity"), path=TOTAL))
        self.assertEqual(self.sellable(), 7)
        answer = self.change(self.line(SKU, 2, "Quantity"), path=TOTAL)
        self.assertEqual(self.messages(answer), ["INV_NEGATIVE_SELLABLE"])

    def test_price(self):
        text = f"{self.ids(SKU)}<Price>21.50</Price><SalePrice>18.00</SalePrice>"
        before = self.sellable()
        self.assert_changed(self.change(text, path=TOTAL))
        variant = self.shop.shelf.skus()[SKU][1]
        self.assertEqual((str(variant.prices["SGD"]), str(variant.sale_prices["SGD"])), ("21.50", "18.00"))
        self.assertEqual(self.sellable(), before)
        self.assert_refused(self.change(f"{self.ids(SKU)}<Price>cheap</Price>", path=TOTAL), "5")
        self.lazada.good_skus_are_applied = False
        answer = self.change(f"{self.ids(SKU)}<Price>1.00</Price>", self.line(OTHER, -1, "Quantity"), path=TOTAL)
        self.assertEqual((answer["code"], self.shop.shelf.skus()[SKU][1].prices["SGD"]), ("501", variant.prices["SGD"]))


class TestService(StockCase):
    def test_calls_a_second(self):
        """Fifty stock calls a second for each seller, whichever of them; then none until the second is over."""
        for _ in range(25):
            self.assert_changed(self.change(self.line(SKU, 1)))
            self.assert_changed(self.change(self.line(SKU, 0), path=ADJUST))
        answer = self.change(self.line(SKU, 2))
        self.assert_refused(answer, "SellerCallLimit", "this ban will last 1 seconds")
        self.lazada.limit_code = "ApiCallLimit"
        self.assert_refused(self.change(self.line(SKU, 2)), "ApiCallLimit")
        self.assertEqual(self.sellable(), 1)
        self.lazada.clock.move(1.1)
        self.assert_changed(self.change(self.line(SKU, 2)))
        self.lazada.stock_calls_a_second = 0
        for _ in range(60):
            self.assert_changed(self.change(self.line(SKU, 3)))

    def test_mega_campaign(self):
        self.lazada.mega_campaign = True
        for path in (UPDATE, ADJUST, TOTAL):
            self.assert_refused(self.change(self.line(SKU, 1), path=path), "998", "this API service is disabled")

    def test_on_order(self):
        """A whole call, or the next SKU, fails as it is told to; an answer can be lost after the effect."""
        self.lazada.refuse_next(UPDATE, "513", whole=True)
        self.assert_refused(self.change(self.line(SKU, 1)), "513", "Internal call exception")
        self.lazada.refuse_next(UPDATE, "501")
        answer = self.change(self.line(SKU, 1), self.line(OTHER, 2))
        self.assertEqual((answer["code"], len(answer["detail"]), self.sellable(OTHER)), ("501", 1, 2))
        self.lazada.faults.order("lost_answer", UPDATE)
        with self.assertRaises(ConnectionError):
            self.change(self.line(SKU, 5))
        self.assertEqual(self.sellable(), 5)
        self.lazada.faults.order("busy", UPDATE)
        self.assert_refused(self.change(self.line(SKU, 6)), "901")
        self.assertEqual(self.sellable(), 5)


class TestWarehouses(StockCase):
    def setUp(self):
        super().setUp()
        self.lazada.open_warehouse(self.shop, "SG-WH-2", "Tuas")

    def inventories(self, sku=SKU):
        item_id, sku_id = listing_ids(self.shop, sku)
        skus = self.data("/product/item/get", item_id=str(item_id))["skus"]
        found = next(one for one in skus if one["SkuId"] == sku_id)["multiWarehouseInventories"]
        return {one["warehouseCode"]: one["sellableQuantity"] for one in found}

    def test_listed(self):
        """R16: by the old path and by the new one; which of them answers is a switch."""
        expected = [("dropshipping", True), ("SG-WH-2", False)]
        for path in ("/seller/warehouse/get", "/rc/warehouse/get"):
            answer = self.call(path, addressTypes='["warehouse"]')
            module = answer["result"]["module"]
            self.assertEqual([(one["code"], one["defaultAddress"]) for one in module], expected)
        self.assertEqual(len(self.call("/seller/warehouse/get")["result"]["module"]), 1)
        details = self.call("/rc/warehouse/detail/get", post=True)["result"]["module"]
        self.assertEqual([one["warehouse_code"] for one in details], ["dropshipping", "SG-WH-2"])
        self.lazada.warehouse_paths = frozenset({"/rc/warehouse/get"})
        self.assert_refused(self.call("/seller/warehouse/get", addressTypes='["warehouse"]'), "InvalidApiPath")
        self.shop.warehouses.pop()
        self.assertEqual(len(self.call("/rc/warehouse/get")["result"]["module"]), 1)

    def test_each_has_its_own(self):
        """A warehouse without a piece is not told; one that is not named in a call stays as it is."""
        main = self.sellable()
        self.assertEqual(self.inventories(), {"dropshipping": main})
        self.assert_changed(self.change(self.at(SKU, SG__WH__2=5)))
        self.assertEqual(self.inventories(), {"dropshipping": main, "SG-WH-2": 5})
        self.assert_changed(self.change(self.at(SKU, Dropshipping=1, SG__WH__2=6)))
        self.assertEqual(self.inventories(), {"dropshipping": 1, "SG-WH-2": 6})

    def test_payloads(self):
        """Several warehouses need codes, one warehouse allows none."""
        answer = self.change(self.line(SKU, 1))
        self.assertEqual(self.messages(answer), ["WAREHOUSE_CODE_REQUIRED"])
        self.lazada.several_warehouses_need_codes = False
        self.assert_changed(self.change(self.line(SKU, 1)))
        self.assertEqual(self.inventories(), {"dropshipping": 1})
        self.assertEqual(self.messages(self.change(self.at(SKU, ELSEWHERE=1))), ["WAREHOUSE_NOT_FOUND"])
        self.shop.warehouses.pop()
        answer = self.change(self.at(SKU, dropshipping=1))
        self.assertEqual(self.messages(answer), ["SELLER_IS_NOT_MULTI_WAREHOUSE"])

    def test_orders_come_from_them(self):
        """Pieces are taken from where there are some, and come back there."""
        self.change(self.at(SKU, dropshipping=2, SG__WH__2=2))
        order = self.lazada.place_order(self.shop, [(SKU, 3)])
        codes = [item["warehouse_code"] for item in self.data("/order/items/get", order_id=str(order.order_id))]
        self.assertEqual(codes, ["dropshipping", "dropshipping", "SG-WH-2"])
        self.assertEqual(self.inventories(), {"dropshipping": 0, "SG-WH-2": 1})
        self.lazada.cancel(order, by="buyer", reason="Change of mind")
        self.assertEqual(self.inventories(), {"dropshipping": 2, "SG-WH-2": 2})
