"""The shop's items and their SKUs (v2.product.get_item_list, get_item_base_info, get_model_list,
get_item_promotion)."""

from dataclasses import replace

from ..catalogue import CataloguePage, UnreadableItem
from ..errors import Rejected, ServerError, UnexpectedResponse
from . import const, item_list, listed_skus, stock_info
from .calls import Patience, batches, details
from .decoding import is_no_permission
from .stock import ShopeeStock


class ShopeeCatalogue(ShopeeStock):
    """Reads the catalogue. Nothing here changes anything at Shopee."""

    def list_catalogue(self, changed_since=None, position=""):
        """See `MarketplaceClient`. A portion holds 50 items that are not deleted, by their numbers.

        The list costs a call for 100 items and is read first, whole; then a call for 50 items, one for each item with
        variations, and one a portion with promotions. A deleted item costs none, and is named for 90 days.
        `changed_since` goes by the time at which "price, stock and the like" of the item changed.
        """
        items = self._listed_items(changed_since)
        last = items[-1].ref if items else ""
        items = [item for item in items if not position or _number(item.ref) > _number(position)]
        patience = Patience(doubtful=ServerError)
        live = [item for item in items if not item.is_gone]
        gone = [item.ref for item in items if item.is_gone]
        for batch in batches(live, const.DETAIL_BATCH):
            end = batch[-1].ref
            before = [ref for ref in gone if _number(ref) < _number(end)]
            gone = gone[len(before) :]
            yield self._catalogue_page(batch, before, "" if end == last else end, patience)
        if gone:
            yield CataloguePage(skus=(), gone_item_refs=tuple(gone))

    def _listed_items(self, changed_since):
        """The items in the order of their numbers, which new ones do not disturb."""

        def read(offset, start, end):
            self._pace()
            content = self._read("GET", const.ITEM_LIST, item_list.page_params(offset, start, end))
            return item_list.read_page(content)

        items = item_list.ItemWalk(read, self._now()).items(changed_since)
        return sorted(items, key=lambda item: _number(item.ref))

    def _catalogue_page(self, items, gone, position, patience):
        found, unreadable, gone = {}, [], list(gone)
        told = details(self._base_infos, [item.ref for item in items], "item_list", "item_id")
        for item in items:
            try:
                skus = self._skus(item, told[item.ref], patience)
            except (Rejected, ServerError, UnexpectedResponse) as error:
                if is_no_permission(error) or patience.over:
                    raise
                unreadable.append(UnreadableItem(ref=item.ref, error=error))
                continue
            if skus[0].status == "gone":
                gone.append(item.ref)  # since the list was read
            else:
                found[item.ref] = skus
        return CataloguePage(
            skus=tuple(self._promoted(found, told)),
            item_refs=tuple(found),
            gone_item_refs=tuple(gone),
            unreadable=tuple(unreadable),
            position=position,
        )

    def _skus(self, item, told, patience):
        """The SKUs of one item. Raises what makes it unreadable."""
        if isinstance(told, Rejected):
            raise told
        if told.get("has_model") is not True:
            return [listed_skus.only_sku(told, item)]
        try:
            content = self._model_list(item.ref)
        except ServerError as error:  # perhaps about this item only
            patience.note(error)
            raise
        patience.note(None)
        return listed_skus.variations(told, item, content)

    def _promoted(self, found, told):
        """The SKUs, with what promotions hold of those that are in one."""
        refs = [ref for ref, skus in found.items() if _may_be_locked(told[ref], skus)]
        locks = self._locks(refs) if refs else {}
        for item_ref, skus in found.items():
            for sku in skus:
                stock = sku.stock and stock_info.with_locks(sku.stock, locks.get(item_ref))
                yield replace(sku, stock=stock)


def _may_be_locked(item, skus):
    return stock_info.is_promoted(item) or any(sku.stock and sku.stock.locked for sku in skus)


def _number(ref):
    return int(ref) if ref.isdecimal() else 0
