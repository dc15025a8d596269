"""Which stock numbers share a call of v2.product.update_stock, and what its answer says of each."""

from dataclasses import dataclass, field

from ..errors import MarketplaceError, ServerError
from ..stock import StockOutcome, StockUpdate
from . import const, reading
from .stock_refusals import StockRefused, reason_error

_UNNAMED = "Shopee's answer does not say whether the number was set."


@dataclass(frozen=True, slots=True)
class ItemBatch:
    """Numbers of one item that go in one call: by variation, and there by place ('' where the shop has only one).

    `kept` are the numbers of other places, by variation, that are sent along as they are.
    """

    item_ref: str
    models: dict[str, dict[str, StockUpdate]]
    kept: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def updates(self):
        return [update for places in self.models.values() for update in places.values()]

    @property
    def names_places(self):
        return any(place for places in self.models.values() for place in places)

    def alone(self):
        """A batch for each variation."""
        return [ItemBatch(self.item_ref, {model: places}, self.kept) for model, places in self.models.items()]

    def completed(self, stocks):
        """The batch with the numbers that stand at its variations' other places; `stocks` are by listing key."""
        kept = {}
        for model, places in self.models.items():
            stock = stocks.get(next(iter(places.values())).key.listing_key)
            others = {place: count for place, count in (stock.by_place if stock else ()) if place not in places}
            if others:
                kept[model] = others
        return ItemBatch(self.item_ref, self.models, kept)

    def body(self):
        """The body of v2.product.update_stock."""
        return {
            "item_id": int(self.item_ref),
            "stock_list": [
                {
                    "model_id": int(model or 0),
                    "seller_stock": [
                        ({"location_id": place} if place else {}) | {"stock": count}
                        for place, count in self._numbers(model).items()
                    ],
                }
                for model in self.models
            ],
        }

    def _numbers(self, model):
        own = {place: update.quantity for place, update in self.models[model].items()}
        return own | self.kept.get(model, {})


def is_sendable(update):
    """Tell whether the update names its item and variation by Shopee's numbers."""
    return update.key.item_ref.isdecimal() and (not update.key.sku_ref or update.key.sku_ref.isdecimal())


def batched(updates):
    """The updates in calls, an item's where its first one stands. A SKU that comes twice is set in two calls."""
    items = {}
    for update in updates:
        model = "" if update.key.sku_ref == "0" else update.key.sku_ref
        chunks = items.setdefault(update.key.item_ref, [])
        last = chunks[-1] if chunks else None
        known = last.get(model) if last else None
        full = last is None or (known is None and len(last) == const.STOCK_BATCH)
        if full or (known and update.place_ref in known):
            last = {}
            chunks.append(last)
        last.setdefault(model, {})[update.place_ref] = update
    return [ItemBatch(item_ref, chunk) for item_ref, chunks in items.items() for chunk in chunks]


def answered(batch, content):
    """What the answer says of each update: one that it names neither as set nor as failed is unknown."""
    response = content.get("response")
    failed = {reading.ref(entry, "model_id"): entry for entry in _entries(response, "failure_list")}
    told = {}
    for entry in _entries(response, "success_list"):
        told.setdefault(reading.ref(entry, "model_id"), []).append(entry)
    return [
        _answer(update, model, place, told.get(model, ()), failed.get(model))
        for model, places in batch.models.items()
        for place, update in places.items()
    ]


def refused(update, error):
    """The outcome of an update that Shopee does not take."""
    result = error.result if isinstance(error, StockRefused) else "refused"
    return StockOutcome(update=update, result=result, code=error.code, message=error.message)


def unknown(update, error):
    """The outcome of an update that may have been made."""
    return StockOutcome(update=update, result="unknown", code=error.code, message=error.message)


def settled(outcome, stock):
    """The outcome with what was read back (None where nothing was): an unknown one is accepted if its number stands.

    Whether pieces that a promotion holds are still in the number that is shown is not documented.
    """
    if stock is None:
        return outcome
    update, result = outcome.update, outcome.result
    shown = dict(stock.by_place).get(update.place_ref) if update.place_ref and stock.by_place else stock.sellable
    if result == "unknown" and shown is not None and update.quantity in (shown, shown + stock.locked):
        return StockOutcome(update=update, result="accepted", stock=stock)
    return StockOutcome(update=update, result=result, code=outcome.code, message=outcome.message, stock=stock)


def _answer(update, model, place, told, failure):
    """Success names the place, where one was sent or at all; failure only the variation."""
    entries = [entry for entry in told if not place or reading.text(entry, "location_id") in ("", place)]
    if not entries and failure:
        return _failed(update, reason_error(reading.text(failure, "failed_reason")))
    numbers = [entry.get("stock") for entry in entries if entry.get("stock") is not None]
    if entries and (not numbers or [str(number) for number in numbers] == [str(update.quantity)]):
        return StockOutcome(update=update, result="accepted")
    said = f"Shopee says that it set {', '.join(map(str, numbers))} instead." if numbers else _UNNAMED
    return unknown(update, MarketplaceError(said))


def _failed(update, error):
    return unknown(update, error) if isinstance(error, ServerError) else refused(update, error)


def _entries(response, key):
    listed = response.get(key) if isinstance(response, dict) else None
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
