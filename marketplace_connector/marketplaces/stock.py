"""What a marketplace keeps of a shop's goods in its own warehouses: frozen values, whole pieces."""

from dataclasses import dataclass

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
