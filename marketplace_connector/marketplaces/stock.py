"""What a shop can sell, and what the marketplace keeps of it: frozen values, whole pieces, times aware and in UTC."""

from dataclasses import dataclass
from datetime import datetime

from .types import listing_key


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuKey:
    """A SKU on sale, by all the names that the platform and the seller have for it; what is not known is empty."""

    item_ref: str = ""
    sku_ref: str = ""
    seller_sku: str = ""

    @property
    def listing_key(self):
        """What tells the SKU from all others of its shop."""
        return listing_key(self.item_ref, self.sku_ref, self.seller_sku)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformStock:
    """Pieces of one SKU in the platform's own warehouses, all of them together.

    `sellable` can be bought now; `unpaid` is held back for orders that are not paid yet, where the platform tells that
    apart. What paid orders wait for is in neither. No `warehouse_refs`: the platform keeps nothing of the SKU.
    """

    listing_key: str
    sellable: int = 0
    unpaid: int = 0
    warehouse_refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingStock:
    """Pieces of one SKU in the seller's own stock, as the platform shows them.

    `sellable` can be bought now and is what an update sets; `reserved` are ordered and have not left, where the
    platform tells. A campaign holds `locked` of the sellable ones until `locked_until`, where it tells: no update can
    go below.
    `by_place` are the sellable ones at each place of a seller with several.
    """

    listing_key: str
    sellable: int
    reserved: int = 0
    locked: int = 0
    locked_until: datetime | None = None
    by_place: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPlace:
    """A place of a seller who keeps stock in several."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockUpdate:
    """The number of pieces that buyers may buy of a SKU from now on, at one place where the seller has several."""

    key: SkuKey
    quantity: int
    place_ref: str = ""


STOCK_RESULTS = ("accepted", "locked", "refused", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class StockOutcome:
    """What came of a `StockUpdate`: accepted; locked by a campaign; refused for the reason in `message`; or unknown, as
    after a lost answer: it may be set or not. `stock` is what was read back, where it was."""

    update: StockUpdate
    result: str  # one of STOCK_RESULTS
    code: str = ""
    message: str = ""
    stock: ListingStock | None = None
