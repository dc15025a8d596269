"""What the Lazada client reads of the seller's own stock and of the places it lies at."""

import unittest

from ..marketplaces.errors import RateLimited, Rejected, UnexpectedResponse
from ..marketplaces.stock import ListingStock, SkuKey, StockPlace
from .lazada_fake import make_client, ok, refusal
from .lazada_products_fake import ITEM, PRODUCT, PRODUCTS, SKU, LazadaShop, place, product, sku, sku_ref
from .test_pure_lazada_catalogue import SAMPLES


def key(number, **values):
    return SkuKey(
        **{"item_ref": str(ITEM + number), "sku_ref": str(SKU + number), "seller_sku": f"SKU-{number}", **values}
    )


class TestReadStock(unittest.TestCase):
    """R10, R14: the numbers that buyers see, in the fewest calls."""

    def read(self, answer, *keys):
        """The stocks by listing key, and the session."""
        client, session = make_client(answer)
        portions = list(client.read_stock(keys))
        return {stock.listing_key: stock for portion in portions for stock in portion}, session

    def test_calls(self):
        """50 items or 100 SKUs a call; one without a seller SKU, or renamed, costs a call of its own."""
        shop = LazadaShop(*(product(number) for number in range(120)))
        found, _session = self.read(shop, *(key(number) for number in range(120)))
        self.assertEqual((len(found), shop.count(PRODUCTS), shop.count(PRODUCT)), (120, 3, 0))
        shop.calls.clear()
        found, _session = self.read(shop, key(1, seller_sku=""), key(2, seller_sku="OLD"), key(3))
        self.assertEqual(set(found), {f"sku:{sku_ref(number)}" for number in (1, 2, 3)})
        self.assertEqual((shop.count(PRODUCTS), shop.count(PRODUCT)), (1, 2))

    def test_numbers(self):
        places = [place("dropshipping", 4, withholdQuantity=1), place("WH-2", 3, occupyQuantity="2")]
        shop = LazadaShop(product(1, sku(1, multiWarehouseInventories=places)), product(2))
        found, _session = self.read(shop, key(1), key(2))
        expected = ListingStock(
            listing_key=key(1).listing_key, sellable=7, reserved=3, by_place=(("dropshipping", 4), ("WH-2", 3))
        )
        self.assertEqual(found[key(1).listing_key], expected)
        self.assertEqual(found[key(2).listing_key].by_place, ())

    def test_gone(self):
        """What is deleted, or not the shop's, is left out."""
        shop = LazadaShop(product(1, status="Deleted"), product(2))
        found, _session = self.read(shop, key(1), key(2), key(3))
        self.assertEqual(set(found), {key(2).listing_key})

    def test_unreadable(self):
        """R21: an item that cannot be understood is told after all others have been read."""
        shop = LazadaShop(product(1, sku(1, multiWarehouseInventories=[{"warehouseCode": "A"}])), product(2))
        client, _session = make_client(shop)
        stocks = []
        with self.assertRaises(UnexpectedResponse) as caught:
            for portion in client.read_stock([key(1), key(2)]):
                stocks += portion
        self.assertEqual([stock.listing_key for stock in stocks], [key(2).listing_key])
        self.assertIn("sellableQuantity", caught.exception.where)

    def test_list_without_stock(self):
        """Where the list does not tell the stock, the item does."""
        silent = product(1, sku(1, multiWarehouseInventories=None))
        listed = ok(data={"total_products": 1, "products": [silent]})
        found, _session = self.read(lambda call: listed if call.api == PRODUCTS else ok(data=product(1)), key(1))
        self.assertEqual(found[key(1).listing_key].sellable, 5)


def warehouse(code, **values):
    return {"code": code, "name": f"Name {code}", "detailAddress": "1 Street", "status": "ACTIVE", **values}


def module(*entries, **values):
    return ok(result={"module": list(entries), "success": True, "not_success": False, **values})


class TestPlaces(unittest.TestCase):
    """R15: the warehouses of a seller who has several."""

    def places(self, *answers):
        """What is told where the two calls are answered so, and the names of the calls made."""
        answers = iter(answers)
        client, session = make_client(lambda call: next(answers))
        return client.stock_places(), [call.api for call in session.calls]

    def test_several(self):
        found, calls = self.places(
            module(warehouse("dropshipping"), warehouse("SG-WH-2", name=""), warehouse("", name="x"))
        )
        expected = (
            StockPlace(ref="dropshipping", name="Name dropshipping"),
            StockPlace(ref="SG-WH-2", name="SG-WH-2"),
        )
        self.assertEqual((found, calls), (expected, ["/rc/warehouse/get"]))

    def test_one(self):
        """One warehouse is no place to choose; neither is one that is not in use."""
        for answer in (module(warehouse("dropshipping")), module(warehouse("A"), warehouse("B", status="INACTIVE"))):
            self.assertEqual(self.places(answer), ((), ["/rc/warehouse/get"]))
        self.assertEqual(self.places(SAMPLES["/rc/warehouse/detail/get"])[0], ())

    def test_older_call(self):
        """The call of the older document is made where the one of the newer list does not tell."""
        told = module(warehouse("A"), warehouse("B"))
        for answer in (
            refusal("InvalidApiPath", "The specified API Path is invalid"),
            SAMPLES["/rc/warehouse/get"],
            module(),
            ok(result=None),
            ok(result={"success": False, "error_code": "X"}),
            ok(result={"not_success": "true", "module": [warehouse("A")]}),
        ):
            found, calls = self.places(answer, told)
            self.assertEqual(([one.ref for one in found], calls[1:]), (["A", "B"], ["/seller/warehouse/get"]))
        client, session = make_client(lambda call: module() if "/rc/" in call.api else told)
        client.stock_places()
        self.assertEqual(session.calls[1].params["addressTypes"], '["warehouse"]')

    def test_nothing(self):
        """A seller without warehouses, and calls that this app may not make."""
        refused = refusal("InsufficientPermission", "no")
        self.assertEqual(self.places(module(), refused)[0], ())
        self.assertEqual(self.places(refused, module())[0], ())
        with self.assertRaises(Rejected):
            self.places(refused, refused)
        with self.assertRaises(RateLimited):
            self.places(refusal("901", "E901"))
