"""What a shop has on sale: frozen values, prices with tax included, whole pieces, times aware and in UTC."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .errors import MarketplaceError
from .stock import ListingStock
from .types import listing_key

# On sale, taken off by the seller, waiting for the platform's check, taken off by the platform, deleted.
LISTING_STATUSES = ("active", "inactive", "pending", "banned", "gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSku:
    """A SKU of the shop's catalogue. `options` are (name, value), as ("Color", "Black"), empty for an only variant.

    `price` is the regular one, None where the platform does not tell. `by_platform`: the platform keeps and ships it.
    `is_bundle`: its stock follows from its components at the platform and cannot be set.
    """

    item_ref: str
    sku_ref: str = ""
    seller_sku: str = ""
    name: str
    options: tuple[tuple[str, str], ...] = ()
    barcode: str = ""
    price: Decimal | None = None
    currency: str = ""
    picture_url: str = ""
    status: str  # one of LISTING_STATUSES
    raw_status: str = ""
    updated_at: datetime | None = None
    by_platform: bool = False
    is_bundle: bool = False
    stock: ListingStock | None = None

    @property
    def listing_key(self):
        """What tells the SKU from all others of its shop."""
        return listing_key(self.item_ref, self.sku_ref, self.seller_sku)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableItem:
    """An item that is there and could not be understood; `ref` is empty where not even that could be read."""

    ref: str
    error: MarketplaceError


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePage:
    """A portion of the catalogue: whole items with all their SKUs, and items that are deleted at the platform.

    A SKU that Odoo has of one of the `item_refs` and that is not among the `skus` is gone. Nothing is told of the SKUs
    of an `unreadable` item: they stay as they are. `position` is where another walk can go on behind this portion;
    empty where it cannot, or behind the last one.
    """

    skus: tuple[ListedSku, ...]
    item_refs: tuple[str, ...] = ()
    gone_item_refs: tuple[str, ...] = ()
    unreadable: tuple[UnreadableItem, ...] = ()
    position: str = ""
