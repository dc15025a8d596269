"""Reads what can be bought of the seller's goods: from his own stock, and from Shopee's warehouses (Fulfilled by
Shopee)."""

import logging

from ..errors import Rejected, ServerError, UnexpectedResponse
from ..stock import StockPlace
from . import const, reading, stock_info
from .calls import Patience, ShopeeCalls, batches, details
from .decoding import DataRefused, is_code

_logger = logging.getLogger(__name__)


class ShopeeStock(ShopeeCalls):
    """Reads stock. Nothing here changes anything at Shopee."""

    def platform_stock(self, skus):
        """See `MarketplaceClient`. One call for 50 items without variations, one for each item with variations."""
        for portion in self._told(skus):
            yield [stock_info.platform_stock(told) for told in portion]

    def read_stock(self, skus):
        """See `MarketplaceClient`. Calls as for `platform_stock`, and one for 50 items that are in a promotion.

        `reserved` is always 0: ordered pieces are not in Shopee's numbers. A SKU whose numbers cannot be understood is
        left out and logged.
        """
        waiting = {}  # SKUs in promotions, by item, until a call for them is full
        for portion in self._told(skus):
            free = []
            for told in portion:
                stock = _understood(told)
                if stock and (stock.locked or stock_info.is_promoted(told.raw)):
                    waiting.setdefault(told.key.item_ref, []).append(stock)
                elif stock:
                    free.append(stock)
            yield free
            while len(waiting) >= const.DETAIL_BATCH:
                refs = list(waiting)[: const.DETAIL_BATCH]
                yield self._with_locks({ref: waiting.pop(ref) for ref in refs})
        if waiting:
            yield self._with_locks(waiting)

    def stock_places(self):
        """The places that hold stock of their own (v2.shop.get_warehouse_detail, one call).

        Several warehouses may share one stock and are one place. Nothing for a shop that is not let into this function,
        which is the usual case.
        """
        try:
            content = self._read("GET", const.WAREHOUSES)
        except Rejected as error:
            if is_code(error, *const.NO_PLACES):
                return ()
            raise
        names = {}
        for warehouse in reading.sections(content, "response"):
            names.setdefault(reading.text(warehouse, "location_id"), []).append(
                reading.text(warehouse, "warehouse_name")
            )
        names.pop("", None)
        places = [StockPlace(ref=ref, name=", ".join(filter(None, names[ref])) or ref) for ref in names]
        return tuple(places) if len(places) > 1 else ()

    # === WHAT SHOPEE TELLS OF SKUS === #

    def _told(self, skus):
        """The SKUs with their siblings, a list after each call; what Shopee does not have is in none."""
        with_models = dict.fromkeys(key.item_ref for key in skus if key.sku_ref not in ("", "0") and key.item_ref)
        without = dict.fromkeys(key.item_ref for key in skus if key.item_ref and key.item_ref not in with_models)
        for refs in batches(without, const.DETAIL_BATCH):
            portion = []
            for item_ref, item in details(self._base_infos, refs, "item_list", "item_id").items():
                if isinstance(item, Rejected):
                    continue
                if item.get("has_model") is True:
                    with_models[item_ref] = None  # it was given variations since
                else:
                    portion.append(stock_info.plain(item_ref, item))
            yield portion
        patience = Patience(doubtful=ServerError)
        for item_ref in with_models:
            try:
                portion, trouble = stock_info.variations(item_ref, self._model_list(item_ref)), None
            except DataRefused:
                portion, trouble = [], None
            except ServerError as error:  # perhaps about this item only
                portion, trouble = [], error
            patience.note(trouble)
            if patience.over:
                raise patience.over
            yield portion

    def _base_infos(self, joined):
        self._pace()
        return self._read("GET", const.ITEM_BASE_INFO, {"item_id_list": joined})

    def _model_list(self, item_ref):
        self._pace()
        return self._read("GET", const.MODEL_LIST, {"item_id": item_ref})

    # === PROMOTIONS === #

    def _with_locks(self, stocks_by_item):
        """The stocks of at most 50 items with what promotions hold of them."""
        found = self._locks(stocks_by_item)
        return [
            stock_info.with_locks(stock, found.get(item_ref))
            for item_ref, stocks in stocks_by_item.items()
            for stock in stocks
        ]

    def _locks(self, item_refs):
        """What promotions hold of at most 50 items, as `stock_info.locks`; nothing where the call is refused."""
        self._pace()
        try:
            content = self._read("GET", const.ITEM_PROMOTION, {"item_id_list": ",".join(item_refs)})
        except Rejected as error:
            _logger.info("Shopee does not tell of promotions: %s", error.code or "refused")
            return {}
        return stock_info.locks(content)


def _understood(told):
    try:
        return stock_info.listing_stock(told)
    except UnexpectedResponse as error:
        _logger.warning(
            "Stock of item %s, variation %s: %s is not understood", told.key.item_ref, told.key.sku_ref, error.where
        )
        return None
