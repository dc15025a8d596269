"""What Lazada keeps in its own warehouses (Fulfilled by Lazada; doc 121233, API references GetProducts and
GetProductItem): `fblWarehouseInventories` of each SKU."""

from ..errors import Rejected
from ..stock import PlatformStock
from ..types import listing_key
from . import const
from .calls import LazadaCalls, compact
from .decoding import DataRefused
from .reading import count, ref, sections, text, unexpected


class PlatformStockReading(LazadaCalls):
    """Reads stock. Nothing here changes anything at Lazada."""

    def platform_stock(self, skus):
        """See `MarketplaceClient`. One call for 100 seller SKUs of at most 50 items; items that are not found by their
        seller SKUs, a call each."""
        for batch in _batches(skus):
            found = self._products_of(sorted({key.seller_sku for keys in batch.values() for key in keys} - {""}))
            read = {item_ref: _stocks(product) for item_ref, product in found.items()}
            yield [stock for stocks in read.values() for stock in stocks]
            told = {stock.listing_key for stocks in read.values() for stock in stocks}
            for item_ref, keys in batch.items():
                if item_ref and any(key.listing_key not in told for key in keys):
                    yield self._stock_of_item(item_ref)

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

    def _stock_of_item(self, item_ref):
        try:
            data = self._call(const.PRODUCT, {"item_id": item_ref}).content.get("data")
        except Rejected as error:
            if isinstance(error, DataRefused) or error.code == const.NOT_OURS:
                return []
            raise
        if not isinstance(data, dict):
            raise unexpected("data")
        return _stocks(data)


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


def _stocks(product):
    """The stock of each SKU of the product that tells what Lazada keeps of it."""
    return [
        _stock(ref(product, "item_id"), sku)
        for sku in sections(product, "skus", "skus")
        if isinstance(sku.get("fblWarehouseInventories"), list)
    ]


def _stock(item_ref, sku):
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
