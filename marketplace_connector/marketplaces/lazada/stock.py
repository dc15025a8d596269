"""What lies in the seller's and in Lazada's own warehouses (Fulfilled by Lazada; doc 121233, API references GetProducts
and GetProductItem): `multiWarehouseInventories` and `fblWarehouseInventories` of each SKU."""

from collections.abc import Callable, Iterator, Sequence

from ..errors import Rejected, UnexpectedResponse
from ..stock import PlatformStock, SkuKey
from ..types import listing_key
from . import const
from .calls import LazadaCalls, compact
from .decoding import DataRefused
from .products import When, own_stocks
from .reading import count, ref, sections, text, unexpected


class StockReading(LazadaCalls):
    """Reads stock. Nothing here changes anything at Lazada."""

    def platform_stock(self, skus):
        """See `MarketplaceClient`. One call for 100 seller SKUs of at most 50 items; items that are not found by their
        seller SKUs, a call each. Raises UnexpectedResponse after all others, where an item cannot be understood."""
        return self._all_stocks(skus, _platform_stocks)

    def read_stock(self, skus):
        """See `MarketplaceClient`; calls and errors as with `platform_stock`."""
        when = When(self.shop.site, self._now())
        return self._all_stocks(skus, lambda product: own_stocks(product, when))

    def _all_stocks(self, skus, read):
        unreadable = {}
        yield from self._stocks(skus, read, unreadable)
        for error in unreadable.values():
            raise error

    def _stocks(self, skus: Sequence[SkuKey], read: Callable, unreadable: dict) -> Iterator[list]:
        """What `read` makes of the products, by portions. `unreadable` gets the error of each item that it cannot."""

        def attempt(item_ref, product):
            try:
                stocks = read(product)
                unreadable.pop(item_ref, None)
                return stocks
            except UnexpectedResponse as error:
                unreadable.setdefault(item_ref, error)
                return []

        for batch in _batches(skus):
            found = self._products_of(sorted({key.seller_sku for keys in batch.values() for key in keys} - {""}))
            stocks = [stock for item_ref, product in found.items() for stock in attempt(item_ref, product)]
            yield stocks
            told = {stock.listing_key for stock in stocks}
            for item_ref, keys in batch.items():
                if item_ref and any(key.listing_key not in told for key in keys):
                    product = self._product(item_ref)
                    yield attempt(item_ref, product) if product else []

    def _products_of(self, seller_skus):
        """The products that have these seller SKUs, by item id; nothing where Lazada cannot read the SKUs."""
        found, offset, total = {}, 0, 1 if seller_skus else 0
        while offset < total:
            params = {
                "filter": "all",
                "options": "1",
                "sku_seller_list": compact(seller_skus),
                "offset": str(offset),
                "limit": str(const.PRODUCT_PAGE),
            }
            try:
                data = self._call(const.PRODUCTS, params).content.get("data") or {}
            except DataRefused as error:
                if error.code != const.UNREADABLE_SKUS:
                    raise
                return found
            total = count(data, "total_products", "data.total_products") or 0
            if total:
                found.update((ref(one, "item_id"), one) for one in sections(data, "products", "data.products"))
            offset += const.PRODUCT_PAGE
        return found

    def _product(self, item_ref):
        """The product, None where the shop does not have it."""
        try:
            data = self._call(const.PRODUCT, {"item_id": item_ref}).content.get("data")
        except Rejected as error:
            if isinstance(error, DataRefused) or error.code == const.NOT_OURS:
                return None
            raise
        if not isinstance(data, dict):
            raise unexpected("data")
        return data


def _batches(skus):
    """The SKUs by item in groups that one call can ask for: of 50 items at most, and of 100 SKUs."""
    of_item = {}
    for key in dict.fromkeys(skus):
        of_item.setdefault(key.item_ref, []).append(key)
    parts = [
        (item_ref, keys[first : first + const.SKU_BATCH])
        for item_ref, keys in of_item.items()
        for first in range(0, len(keys), const.SKU_BATCH)
    ]
    batch, size = {}, 0
    for item_ref, keys in parts:
        if batch and (len(batch) == const.PRODUCT_PAGE or size + len(keys) > const.SKU_BATCH or item_ref in batch):
            yield batch
            batch, size = {}, 0
        batch[item_ref] = keys
        size += len(keys)
    if batch:
        yield batch


def _platform_stocks(product):
    """What Lazada keeps of each SKU of the product that tells it."""
    return [
        _platform_stock(ref(product, "item_id"), sku)
        for sku in sections(product, "skus", "skus")
        if isinstance(sku.get("fblWarehouseInventories"), list)
    ]


def _platform_stock(item_ref, sku):
    places = sections(sku, "fblWarehouseInventories")
    return PlatformStock(
        listing_key=listing_key(item_ref, ref(sku, "SkuId"), text(sku, "SellerSku")),
        sellable=sum(_pieces(place, "sellableQuantity") for place in places),
        unpaid=sum(count(place, "withholdQuantity") or 0 for place in places),
        warehouse_refs=tuple(sorted({text(place, "warehouseCode") for place in places})),
    )


def _pieces(place, key):
    pieces = count(place, key)
    if pieces is None:
        raise unexpected(f"fblWarehouseInventories.{key}")
    return pieces
