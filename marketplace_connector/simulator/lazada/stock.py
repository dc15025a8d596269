"""What is in stock: an order lowers what can be bought, before anybody packs anything (Lazada doc 121233)."""

from collections import Counter
from dataclasses import dataclass

from .state import OWN_WAREHOUSE, Warehouse, fbl_warehouse

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


class SoldOut(ValueError):
    """A buyer cannot have that: it is not on sale, or there are not so many pieces."""


class Stockroom:
    """The part of the platform that counts pieces, for each variant in each warehouse.

    Methods take a SKU or the number of a variant: only the latter tells apart what has no SKU, or the same one.
    """

    cancelling_empties_stock = True  # whether out of stock and wrong price set it to 0: the docs say they may
    refuse_oversold = False  # else every order is accepted: what is missing is taken as restocked

    def find_variant(self, shop, sku):
        """The variant of the SKU or of the number, None where the shop does not have it."""
        return shop.shelf.variant(_number(shop, sku))

    def stock(self, shop, sku, warehouse=OWN_WAREHOUSE) -> Stock:
        """The shop's stock in a warehouse, to read or to change."""
        number = _number(shop, sku)
        key = (number, warehouse)
        if key not in shop.stock:
            shop.stock[key] = Stock(self._opening(shop, number, warehouse))
            shop.warehouse_codes.setdefault(warehouse)
        return shop.stock[key]

    def own_stock(self, shop, sku) -> dict[str, Stock]:
        """The stock in each of the seller's own warehouses that ever had a piece, the main one first."""
        number = _number(shop, sku)
        first = shop.warehouses[0].code
        found = {first: self.stock(shop, number, first)}
        others = [code for code in shop.warehouse_codes if code not in (first, fbl_warehouse(shop))]
        return found | {code: shop.stock[number, code] for code in others if (number, code) in shop.stock}

    def sellable(self, shop, sku) -> int:
        """What buyers can buy from the seller's own warehouses, the locked pieces among it."""
        return sum(stock.sellable for stock in self.own_stock(shop, sku).values())

    def buyable(self, shop, sku, at_lazada=False) -> int:
        """How many pieces a buyer can order now from the seller's own warehouses, or from Lazada's."""
        number = _number(shop, sku)
        if not shop.shelf.is_buyable(number):
            return 0
        if at_lazada:
            return sum(stock.sellable for stock in self.stock_at_lazada(shop, number).values())
        return self.sellable(shop, number)

    def stock_at_lazada(self, shop, sku) -> dict[str, Stock]:
        """What lies in Lazada's own warehouses, by their codes; nothing for what was never there."""
        key = (_number(shop, sku), fbl_warehouse(shop))
        return {key[1]: shop.stock[key]} if key in shop.stock else {}

    # === THE SELLER === #

    def receive(self, shop, sku, pieces):
        """Pieces that the seller has sent arrive in Lazada's warehouse. Raises ValueError for nonsense."""
        number = _number(shop, sku)
        if shop.shelf.variant(number) is None or pieces < 1:
            raise ValueError("Receive at least one piece of a product that is on sale.")
        shop.stock.setdefault((number, fbl_warehouse(shop)), Stock(0)).sellable += pieces
        shop.shelf.touch(shop.shelf.product_of(number).number)

    def keep_at_lazada(self, shop, sku, pieces):
        """From now on Lazada alone keeps the SKU and ships it: there is nothing of it at the seller's."""
        self.receive(shop, sku, pieces)
        number = _number(shop, sku)
        for stock in self.own_stock(shop, number).values():
            stock.sellable = 0
        shop.kept_by_lazada.add(number)

    def set_sellable(self, shop, sku, pieces, warehouse=OWN_WAREHOUSE):
        """What a seller types into Seller Center. Raises ValueError for nonsense, and below what a campaign locks."""
        variant = self.find_variant(shop, sku)
        if variant is None or pieces < 0:
            raise ValueError("Choose a product that is on sale, and no negative number.")
        stock = self.stock(shop, variant.number, warehouse)
        if self.sellable(shop, variant.number) - stock.sellable + pieces < self.locked(shop, variant.number):
            raise ValueError(f"A campaign locks {self.locked(shop, variant.number)} pieces.")
        stock.sellable = pieces
        shop.shelf.touch(shop.shelf.product_of(variant.number).number)

    def open_warehouse(self, shop, code, name="") -> Warehouse:
        """One more warehouse of the seller, empty as yet: from now on stock is told for each."""
        shop.warehouses.append(Warehouse(code, name or code))
        return shop.warehouses[-1]

    # === BUYERS === #

    def _choose_places(self, shop, ordered) -> list[list[str]]:
        """For each piece of each ordered line the warehouse that it comes from. Raises SoldOut."""
        taken, places = Counter(), []
        for line in ordered:
            if self.refuse_oversold and line.variant and not shop.shelf.is_buyable(line.variant.number):
                raise SoldOut(f"{line.name} is not on sale.")
            codes = self._possible_places(shop, line)
            chosen = []
            for _ in range(line.quantity):
                code = next((one for one in codes if self._left(shop, line, one, taken) > 0), None)
                if code is None and self.refuse_oversold:
                    raise SoldOut(f"There are not {line.quantity} pieces of {line.name}.")
                chosen.append(code or codes[0])
                taken[line.stock_key, chosen[-1]] += 1
            places.append(chosen)
        return places

    def _opening(self, shop, number, warehouse):
        """What there was in the warehouse at first: all in the main one, or wherever a buyer's order says it lies."""
        empty = {one.code for one in shop.warehouses[1:]}
        if self.refuse_oversold:
            empty.add(fbl_warehouse(shop))
        variant = shop.shelf.variant(number)
        return 0 if warehouse in empty else variant.stock if variant else UNKNOWN_SKU_STOCK

    def _possible_places(self, shop, line):
        if line.is_fbl:
            return [fbl_warehouse(shop)]
        return [line.warehouse] if line.warehouse else [one.code for one in shop.warehouses]

    def _left(self, shop, line, code, taken):
        return self.stock(shop, line.stock_key, code).sellable - taken[line.stock_key, code]

    def _sell(self, shop, unit):
        """A new unit: its piece can no longer be bought by others."""
        self._sell_in_campaign(shop, unit)
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
    found = None if isinstance(sku, int) else shop.shelf.skus().get(sku)
    return found[1].number if found else sku
