"""What is in stock: an order lowers what can be bought, before anybody packs anything (Lazada doc 121233)."""

from dataclasses import dataclass

from .state import OWN_WAREHOUSE, fbl_warehouse

# Where a unit's piece is counted while the unit has the status; afterwards it has left.
BUCKETS = {"unpaid": "withhold", "pending": "occupy", "repacked": "occupy", "packed": "occupy"}
UNKNOWN_SKU_STOCK = 100


@dataclass
class Stock:
    """A SKU in one warehouse."""

    sellable: int
    withhold: int = 0  # ordered, not paid
    occupy: int = 0  # paid, not ready to ship

    @property
    def total(self):
        """All there is, sold or not."""
        return self.sellable + self.withhold + self.occupy


class Stockroom:
    """The part of the platform that counts pieces. It accepts every order: what is missing is taken as restocked."""

    cancelling_empties_stock = True  # whether out of stock and wrong price set it to 0: the docs say they may

    def stock(self, shop, sku, warehouse=OWN_WAREHOUSE) -> Stock:
        """The shop's stock in a warehouse of a SKU, or of the variant of a number, to read or to change."""
        number = _number(shop, sku)
        key = (number, warehouse)
        if key not in shop.stock:
            variant = shop.shelf.variant(number)
            shop.stock[key] = Stock(variant.stock if variant else UNKNOWN_SKU_STOCK)
        return shop.stock[key]

    def stock_at_lazada(self, shop, sku) -> dict[str, Stock]:
        """What lies in Lazada's own warehouses, by their codes; nothing for what was never there."""
        key = (_number(shop, sku), fbl_warehouse(shop))
        return {key[1]: shop.stock[key]} if key in shop.stock else {}

    def receive(self, shop, sku, pieces):
        """Pieces that the seller has sent arrive in Lazada's warehouse. Raises ValueError for nonsense."""
        number = _number(shop, sku)
        if shop.shelf.variant(number) is None or pieces < 1:
            raise ValueError("Receive at least one piece of a product that is on sale.")
        shop.stock.setdefault((number, fbl_warehouse(shop)), Stock(0)).sellable += pieces
        shop.shelf.touch(shop.shelf.product_of(number).number)

    def _sell(self, shop, unit):
        """A new unit: its piece can no longer be bought by others."""
        stock = self.stock(shop, unit.stock_key, unit.warehouse_code)
        stock.sellable = max(stock.sellable - 1, 0)
        bucket = BUCKETS[unit.status]
        setattr(stock, bucket, getattr(stock, bucket) + 1)

    def _restock(self, shop, unit, status):
        """The unit is about to get the status: its piece changes the bucket, or can be bought again."""
        stock = self.stock(shop, unit.stock_key, unit.warehouse_code)
        left, entered = BUCKETS.get(unit.status), "sellable" if status == "canceled" else BUCKETS.get(status)
        if unit.status == status or left == entered:
            return
        if left:
            setattr(stock, left, getattr(stock, left) - 1)
        if entered:
            setattr(stock, entered, getattr(stock, entered) + 1)


def _number(shop, sku):
    """The variant's number, by its SKU or as it is; the SKU itself where the shelf does not have it."""
    return shop.shelf.skus()[sku][1].number if sku in shop.shelf.skus() else sku
