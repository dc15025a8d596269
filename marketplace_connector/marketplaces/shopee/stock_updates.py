"""Sets stock numbers (v2.product.update_stock): a call an item."""

import logging
from collections import deque

from ..errors import MarketplaceError, Rejected, ServerError, TransportError, UnexpectedResponse
from . import const
from .calls import Patience
from .decoding import is_no_permission
from .stock import ShopeeStock
from .stock_batches import answered, batched, is_sendable, refused, settled, unknown
from .stock_refusals import ITEM, SHOP, decode_update, wants_all_places

_logger = logging.getLogger(__name__)

_NO_NUMBER = Rejected("The item's number at Shopee is not known: sync the product catalogue.", code="no_item")


class ShopeeStockUpdates(ShopeeStock):
    """The part of the client that changes stock."""

    def send_stock(self, updates):
        """See `MarketplaceClient`. A call an item with its variations, 50 at most, where its first update stands.

        A call is sent once. One that is refused as a whole for what may be about one variation is made again for each
        variation; one that has to name all places of a SKU, with the numbers that stand at the others. What was refused
        for a promotion, and what may have been set, is read back. When Shopee refuses for the whole shop (holiday mode,
        penalty), the rest gets the same answer without a call.
        """
        nameless = [update for update in updates if not is_sendable(update)]
        if nameless:
            yield [refused(update, _NO_NUMBER) for update in nameless]
        patience, shop_refusal = Patience(doubtful=ServerError), None
        for batch in batched(filter(is_sendable, updates)):
            if shop_refusal and not batch.names_places:
                yield [refused(update, shop_refusal) for update in batch.updates]
                continue
            outcomes, refusal = self._sent(batch, patience)
            shop_refusal = refusal or shop_refusal
            if not patience.over:
                outcomes = self._read_back(outcomes, patience)
            if outcomes:
                yield outcomes
            if patience.over:
                raise patience.over

    def _sent(self, batch, patience):
        """What came of the updates that were sent, and the refusal that the whole shop would meet, None for none."""
        outcomes, shop_refusal, waiting = [], None, deque([batch])
        while waiting and not patience.over:
            part, trouble = waiting.popleft(), None
            try:
                self._pace()
                outcomes += answered(part, self._write(const.UPDATE_STOCK, part.body(), decode_update))
            except Rejected as error:
                if completed := self._completed(part, error, patience):
                    waiting.append(completed)
                    continue
                reach = SHOP if is_no_permission(error) else getattr(error, "reach", None)
                if reach == SHOP:
                    shop_refusal = error
                if reach not in (ITEM, SHOP) and len(part.models) > 1:
                    waiting.extend(part.alone())
                else:
                    outcomes += [refused(update, error) for update in part.updates]
            except MarketplaceError as error:
                if not _may_be_done(error):
                    patience.over = error
                    break
                trouble = error
                outcomes += [unknown(update, error) for update in part.updates]
            patience.note(trouble)
        return outcomes, shop_refusal

    def _completed(self, batch, error, patience):
        """The batch with all places of its variations, None where that is not what the refusal is about."""
        if batch.kept or not batch.names_places or not wants_all_places(error):
            return None
        completed = batch.completed(self._shown(batch.updates, patience))
        return completed if completed.kept else None

    def _read_back(self, outcomes, patience):
        """The outcomes of one item, those that are in doubt or locked with what Shopee shows now."""
        doubtful = [outcome.update for outcome in outcomes if outcome.result in ("unknown", "locked")]
        stocks = self._shown(doubtful, patience) if doubtful else {}
        return [settled(outcome, stocks.get(outcome.update.key.listing_key)) for outcome in outcomes]

    def _shown(self, updates, patience):
        """What Shopee shows of the updates' SKUs, by listing key; nothing where that cannot be read."""
        try:
            portions = list(self.read_stock([update.key for update in updates]))
        except (Rejected, ServerError, UnexpectedResponse) as error:
            _logger.info("Stock could not be read back: %s", error.code or type(error).__name__)
        except MarketplaceError as error:
            patience.over = error
        else:
            return {stock.listing_key: stock for portion in portions for stock in portion}
        return {}


def _may_be_done(error):
    return isinstance(error, ServerError) or (isinstance(error, TransportError) and error.outcome_unknown)
