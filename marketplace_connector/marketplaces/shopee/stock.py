"""What Shopee keeps in its own warehouses (Fulfilled by Shopee): `stock_info_v2.shopee_stock` of
v2.product.get_item_base_info and get_model_list."""

from ..errors import Rejected
from ..stock import PlatformStock
from ..types import listing_key
from . import const, reading
from .calls import ShopeeCalls, batches, details
from .decoding import DataRefused


class ShopeePlatformStock(ShopeeCalls):
    """Reads stock. Nothing here changes anything at Shopee."""

    def platform_stock(self, skus):
        """See `MarketplaceClient`. One call for 50 items without variations, one for each item with variations."""
        with_models = dict.fromkeys(key.item_ref for key in skus if key.sku_ref not in ("", "0") and key.item_ref)
        plain = dict.fromkeys(key.item_ref for key in skus if key.item_ref and key.item_ref not in with_models)
        for refs in batches(plain, const.DETAIL_BATCH):
            portion = []
            for item_ref, item in details(self._base_infos, refs, "item_list", "item_id").items():
                if isinstance(item, Rejected):
                    continue
                if item.get("has_model") is True:
                    with_models[item_ref] = None  # it was given variations since
                else:
                    portion.append(_stock(item, item_ref, "", reading.text(item, "item_sku")))
            yield portion
        for item_ref in with_models:
            yield self._models(item_ref)

    def _base_infos(self, joined):
        return self._read("GET", const.ITEM_BASE_INFO, {"item_id_list": joined})

    def _models(self, item_ref):
        """The stock of all variations of the item, nothing where Shopee does not have it any more."""
        try:
            content = self._read("GET", const.MODEL_LIST, {"item_id": item_ref})
        except DataRefused:
            return []
        models = reading.sections(reading.section(content, "response"), "model", "response.model")
        return [
            _stock(model, item_ref, reading.ref(model, "model_id"), reading.text(model, "model_sku"))
            for model in models
        ]


def _stock(raw, item_ref, sku_ref, seller_sku):
    """Shopee takes ordered pieces off at once, paid or not, and does not tell them apart."""
    info = reading.section(raw, "stock_info_v2")
    kept = info.get("shopee_stock") is not None
    places = reading.sections(info, "shopee_stock", "stock_info_v2.shopee_stock") if kept else []
    return PlatformStock(
        listing_key=listing_key(item_ref, sku_ref, seller_sku),
        sellable=sum(reading.quantity(place, "stock", "stock_info_v2.shopee_stock.stock") for place in places),
        warehouse_refs=tuple(sorted(reading.text(place, "location_id") for place in places)),
    )
