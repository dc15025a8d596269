"""Sets how many pieces buyers may buy (API reference UpdateSellableQuantity, doc 121234).

Where Lazada sets only a part of a call it does not say surely which: then the SKUs are read back. What has its number
is accepted, and what the answer names, refused. The rest is sent again without those, or in halves until what is
refused stands alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from ..errors import MarketplaceError, Rejected, ServerError, TransportError
from ..stock import ListingStock, SkuKey, StockOutcome, StockUpdate
from . import const
from .decoding import DataRefused, details
from .products import When, own_stocks
from .reading import moment, text
from .stock import StockReading

_SPAN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s*-\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Change:
    """What a call says of one SKU: its number, or its numbers at several places."""

    key: SkuKey
    updates: tuple[StockUpdate, ...]

    @property
    def xml(self):
        if any(update.place_ref for update in self.updates):
            numbers = "".join(
                "<MultiWarehouseInventory>"
                f"<WarehouseCode>{escape(update.place_ref)}</WarehouseCode>"
                f"<SellableQuantity>{update.quantity}</SellableQuantity>"
                "</MultiWarehouseInventory>"
                for update in self.updates
            )
            numbers = f"<MultiWarehouseInventories>{numbers}</MultiWarehouseInventories>"
        else:
            numbers = f"<SellableQuantity>{self.updates[0].quantity}</SellableQuantity>"
        item_ref, sku_ref = escape(self.key.item_ref), escape(self.key.sku_ref)
        return f"<Sku><ItemId>{item_ref}</ItemId><SkuId>{sku_ref}</SkuId>{numbers}</Sku>"


class StockUpdates(StockReading):
    """The part of the client that changes stock."""

    def send_stock(self, updates: Sequence[StockUpdate]) -> Iterator[list[StockOutcome]]:
        """See `MarketplaceClient`. One call for 20 SKUs, where all are accepted; all places of a SKU in one.

        Codes of refusals are Lazada's, or without a call `no_number` for a SKU whose item and SKU numbers are not both
        known, and `negative`; with one `no_such_sku` where Lazada does not give the SKU when it is read back.

        After a lost answer what has its number is accepted. What shows another one is sent a second time where that
        lowers it, else it is unknown: it may have been set and sold from since.
        """
        outcomes, changes = _changes(updates)
        if outcomes:
            yield outcomes
        sending = Sending(self)
        for batch in _batches(changes):
            outcomes = sending.send(batch)
            if outcomes:
                yield outcomes
            if sending.end:
                raise sending.end


def _changes(updates):
    """Outcomes of what cannot be sent, and the changes in their order; a second number for a place is a change of its
    own."""
    refused, changes, latest = [], [], {}
    for update in updates:
        reason = _not_sent(update)
        if reason:
            refused.append(reason)
            continue
        name = (update.key.listing_key, bool(update.place_ref))
        places = latest.setdefault(name, {})
        if not places or update.place_ref in places:
            places = latest[name] = {}
            changes.append((update.key, places))
        places[update.place_ref] = update
    return refused, [Change(key, tuple(places.values())) for key, places in changes]


def _not_sent(update):
    if "" in (update.key.item_ref, update.key.sku_ref):
        message = "Lazada takes numbers by item and SKU number, which are not known: sync the catalogue."
        return StockOutcome(update=update, result="refused", code="no_number", message=message)
    if update.quantity < 0:
        return StockOutcome(update=update, result="refused", code="negative", message="A number is never below 0.")
    return None


def _batches(changes):
    """Changes for one call each; a SKU stands in a call once."""
    batch, keys = [], set()
    for change in changes:
        if len(batch) == const.STOCK_BATCH or change.key.listing_key in keys:
            yield batch
            batch, keys = [], set()
        batch.append(change)
        keys.add(change.key.listing_key)
    if batch:
        yield batch


class Sending:
    """One run. `end` is the error after which no more calls are made."""

    def __init__(self, client: StockUpdates):
        self.client = client
        self.end: MarketplaceError | None = None
        self._outcomes: list[StockOutcome] = []
        self._next_call = 0.0
        self._same_for_all: set[str] = set()  # codes of refusals that halving was no help against

    def send(self, changes: Sequence[Change]) -> list[StockOutcome]:
        """Send a batch; one outcome for each update that was sent."""
        self._outcomes = []
        self._try(list(changes))
        codes = {outcome.code for outcome in self._outcomes if outcome.result == "refused"}
        if len(self._outcomes) > 1 and len(codes) == 1 and all(each.result == "refused" for each in self._outcomes):
            self._same_for_all |= codes - {const.UPDATE_FAILED}
        return self._outcomes

    def _try(self, changes, *, second=False):
        """`second`: what a lost answer left open has been sent again already."""
        if not changes or self.end:
            return
        error = self._ask(changes)
        if self.end:
            return
        if error is None:
            self._tell(_updates(changes), "accepted")
        elif error.code in const.TOO_MANY_SKUS and _size(changes) > 1:
            self._try_halves(changes)
        else:
            self._look(changes, error, second)

    def _ask(self, changes):
        """Make the call. None where all is set, else the error; sets the end where nothing was done."""
        clock = self.client.http.clock
        if (pause := self._next_call - clock()) > 0:
            self.client.http.sleep(min(pause, const.STOCK_PAUSE))
        self._next_call = clock() + const.STOCK_PAUSE
        skus = "".join(change.xml for change in changes)
        payload = f"<Request><Product><Skus>{skus}</Skus></Product></Request>"
        try:
            self.client._write(const.STOCK_UPDATE, {"payload": payload}, _check_parts)
        except MarketplaceError as error:
            if not _may_be_done(error):
                self.end = error
            return error
        return None

    # === WHAT CAME OF IT === #

    def _look(self, changes, error, second):
        """Read the SKUs back and decide."""
        try:
            stocks, unreadable = self._read_back(changes)
        except MarketplaceError as trouble:
            self.end = trouble
            self._tell(_updates(changes), "unknown", error)
            return
        pending, missing = [], []
        for change in changes:
            stock = stocks.get(change.key.listing_key)
            if stock:
                pending += self._compare(change, stock)
            elif change.key.item_ref in unreadable:
                self._tell(change.updates, "unknown", error)
            else:
                missing.append(change)
        if isinstance(error, Rejected):
            named = _named([*pending, *missing], error)
            self._missing([change for change in missing if change not in named], error)
            self._refused(changes, pending, named, error, stocks)
            return
        self._missing(missing, error)
        if error.code == const.OVERBURDENED and _size(changes) > 1:
            self._try_halves(pending)
        else:
            self._lost(pending, error, stocks, second)

    def _missing(self, changes, error):
        message = "Lazada does not have the SKU (any more)."
        self._tell(_updates(changes), "refused", error, code="no_such_sku", message=message)

    def _read_back(self, changes):
        client, unreadable = self.client, {}
        when = When(client.shop.site, client._now())
        keys = [change.key for change in changes]
        portions = client._stocks(keys, lambda product: own_stocks(product, when, each_place=True), unreadable)
        return {stock.listing_key: stock for portion in portions for stock in portion}, unreadable

    def _compare(self, change, stock):
        """Tell what has its number and what a campaign holds; gives what has not."""
        others = [update for update in change.updates if _at(stock, update) != update.quantity]
        self._tell([update for update in change.updates if update not in others], "accepted", stock=stock)
        wanted = stock.sellable + sum(update.quantity - _at(stock, update) for update in others)
        if others and wanted < stock.locked:
            message = f"A campaign at Lazada holds {stock.locked} pieces."
            self._tell(others, "locked", code="locked", message=message, stock=stock)
            return []
        return [Change(change.key, tuple(others))] if others else []

    def _refused(self, changes, pending, named, error, stocks):
        """Tell those that the refusal names, and send the others again: in smaller calls, so that this ends."""
        rest = [change for change in pending if change not in named]
        alone = _size(changes) == 1 or (error.code in self._same_for_all and not _parts(error))
        if alone and not named:
            named, rest = {change: (error.code, error.message) for change in pending}, []
        for change, (code, message) in named.items():
            self._refuse(change, code, message, stocks.get(change.key.listing_key))
        if _size(rest) < _size(changes):
            self._try(rest)
        else:
            self._try_halves(rest)

    def _refuse(self, change, code, message, stock):
        """Refused; locked where a campaign is the reason. Which places of a SKU are meant, Lazada does not tell."""
        lowered = stock and any(update.quantity < _at(stock, update) for update in change.updates)
        by_campaign = code == const.ONLY_RAISED or "campaign" in message.partition("(Lazada:")[2].lower()
        if lowered and by_campaign:
            # It may not be lowered at all: what is there now is the floor.
            end = _SPAN.search(message)
            until = moment({"end": end[1]}, "end", self.client.shop.site) if end else None
            stock = replace(stock, locked=max(stock.locked, stock.sellable), locked_until=until or stock.locked_until)
            self._tell(change.updates, "locked", code=code, message=message, stock=stock)
        elif lowered and stock.locked and (code == const.NEGATIVE or const.NEGATIVE_WORD in message):
            self._tell(change.updates, "locked", code=code, message=message, stock=stock)
        else:
            self._tell(change.updates, "refused", code=code, message=message, stock=stock)

    def _lost(self, pending, error, stocks, second):
        again = []
        for change in pending:
            stock = stocks[change.key.listing_key]
            if not second and all(update.quantity < _at(stock, update) for update in change.updates):
                again.append(change)
            else:
                self._tell(change.updates, "unknown", error, stock=stock)
        self._try(again, second=True)

    def _try_halves(self, changes):
        for half in _halves(changes):
            self._try(half)

    def _tell(self, updates, result, error=None, *, code="", message="", stock: ListingStock | None = None):
        if error:
            code, message = code or error.code, message or error.message
        if stock and len(stock.by_place) < 2:
            stock = replace(stock, by_place=())
        self._outcomes += [
            StockOutcome(update=update, result=result, code=code, message=message, stock=stock) for update in updates
        ]


def _check_parts(content):
    """Raises DataRefused where a success holds refusals of some SKUs."""
    parts = details(content)
    if parts:
        error = DataRefused("Lazada has set only a part of the numbers.", code=const.UPDATE_FAILED)
        error.details = parts
        raise error


def _may_be_done(error):
    """Whether (a part of) the call may be done, or refused for what was in it."""
    if isinstance(error, Rejected):
        # The gateway's words for app and call are written like InsufficientPermission.
        return isinstance(error, DataRefused) or error.code.isupper()
    lost = isinstance(error, TransportError) and error.outcome_unknown
    return lost or isinstance(error, ServerError)


def _parts(error):
    """The entries of a refusal that tell which SKUs are meant."""
    return getattr(error, "details", ())


def _named(pending, error):
    """Code and message of those changes that the refusal names: by seller SKU, by a number in a text, or by their order
    where there are as many left as entries."""
    named, entries = {}, []
    for entry in _parts(error):
        meant = [change for change in pending if change not in named and _is_meant(change.key, entry)]
        named.update(dict.fromkeys(meant, _reason(entry, error)))
        if not meant and not text(entry, "seller_sku"):
            entries.append(entry)
    rest = [change for change in pending if change not in named]
    if len(rest) == len(entries):
        named.update((change, _reason(entry, error)) for change, entry in zip(rest, entries, strict=True))
    return named


def _is_meant(key, entry):
    seller_sku = text(entry, "seller_sku") or text(entry, "SellerSku")
    if seller_sku:
        return seller_sku == key.seller_sku
    numbers = {number for name in ("field", "message") for number in re.findall(r"\d{6,}", text(entry, name))}
    return key.sku_ref in numbers or key.item_ref in numbers


def _reason(entry, error):
    """Code and sentence of an entry of a refusal."""
    code, message = text(entry, "code") or error.code, text(entry, "message")[:300]
    sentence = const.REFUSED.get(message) or const.REFUSED.get(code) or "Lazada refused the number."
    return code, f"{sentence} (Lazada: {code}{', ' + message if message else ''})"


def _at(stock, update):
    """The pieces that can be bought where the update sets them."""
    return dict(stock.by_place).get(update.place_ref, 0) if update.place_ref else stock.sellable


def _updates(changes):
    return [update for change in changes for update in change.updates]


def _size(changes):
    return sum(len(change.updates) for change in changes)


def _halves(changes):
    if len(changes) == 1:
        change = changes[0]
        changes = [Change(change.key, (update,)) for update in change.updates]
    middle = len(changes) // 2
    return changes[:middle], changes[middle:]
