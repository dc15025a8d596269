"""What is in stock, at the seller's places and in Shopee's own warehouse: an order lowers what can be bought at once,
and what is cancelled before a courier has it can be bought again."""

from collections import Counter

from .gateway import NotAllowed
from .items import item_id

MOST_PIECES = 999_999
VIRTUAL = ("error_busi_cannot_edit_vsku", "Can not use OpenAPI to edit/create VSKU, please connect with your manager")
AT_SHOPEE = ("error_auth", "The current item belong to the full FBS or B2C shop, so normal stock must be equal to 0")

# How Shopee says that promotions hold more than the new number: its page lists all of these.
RESERVE_REFUSALS = (
    ("error_auth", "Stock should be larger than reserved stock."),
    ("error_auth", "Total stock must be more than reserved stock."),
    ("error.param", "Can not update item with stock less than reserved stock"),
    ("error_param", "Can not update item with stock less than reserve stock"),
    ("error_cannt_edit_stock_in_promotion", "Normal_stock cannot be edited when item is under promotion."),
    ("error_promotion_cantnot_update_stock", "Cannot change stock when item is under promotion."),
    (
        "error_model_update_stock_model_in_promotion",
        "Model stock cannot be editted when item/model is promotion.",
    ),
)


class SoldOut(ValueError):
    """A buyer wanted more than can be bought now."""


class Stockroom:
    """The part of the platform that counts pieces.

    It accepts every order, unless `refuse_oversold`: what is missing is taken as restocked, and does not come back with
    a cancellation.
    """

    # === SWITCHES: nobody knows for sure === #

    refuse_oversold = False  # what a buyer cannot buy now is then no order, see SoldOut
    # Whether the stock that Shopee shows leaves out what promotions hold. What an update sets includes it.
    reserved_is_deducted = False
    reserve_refusal = 0  # which one of RESERVE_REFUSALS is told
    reserve_fails_call = False  # else only the entry of the call that is below the reserve fails
    all_failed_is_error = True  # whether a call says so in `error` when each of its entries failed
    wrong_model_fails_call = True  # else only its entry fails
    needs_all_locations = False  # whether each update has to name every location of the shop
    orders_touch_items = False  # whether an order changes the update_time of its items

    # === LOOKING === #

    def by_location(self, shop, number) -> dict[str, int]:
        """The variant's pieces at each of the seller's places; a kit's follow from its components."""
        parts = self._parts(shop, number)
        return {
            place: min(self._level(shop, part).get(place, 0) // each for part, each in parts)
            for place in shop.locations
        }

    def at_seller(self, shop, number) -> int:
        """The variant's pieces at the seller's."""
        return sum(self.by_location(shop, number).values())

    def at_shopee(self, shop, number) -> int | None:
        """The variant's pieces in Shopee's warehouse, None if it never had any."""
        return self._level(shop, number).get(shop.location_at_shopee)

    def whole_stock(self, shop, number) -> int:
        """All pieces of the variant, wherever they lie."""
        return self.at_seller(shop, number) + (self.at_shopee(shop, number) or 0)

    def buyable(self, shop, sku, at_shopee=False) -> int:
        """How many pieces a buyer can order now from the seller's places, or from Shopee's.

        `sku` is a seller SKU or the number of a variant; there is nothing of what the shop does not know.
        """
        number = _number(shop, sku)
        if shop.on_holiday or not shop.shelf.is_buyable(number):
            return 0
        if at_shopee:
            return self.at_shopee(shop, number) or 0
        return max(self.at_seller(shop, number) - self.reserved(shop, number, only_upcoming=True), 0)

    def sellable(self, shop, at_shopee=False) -> dict[str, int]:
        """The pieces of each SKU. At Shopee's only SKUs that were ever there."""
        count = self.at_shopee if at_shopee else self.at_seller
        counts = {sku: count(shop, variant.number) for sku, (_, variant) in shop.shelf.skus().items()}
        return {sku: pieces for sku, pieces in counts.items() if pieces is not None}

    # === BY HAND === #

    def set_stock(self, shop, number, pieces: dict[str, int]):
        """Set the seller's pieces of the variant at the locations named. Raises NotAllowed in Shopee's words."""
        self.check_stock(shop, number, pieces)
        if self.by_location(shop, number) | pieces != self.by_location(shop, number):
            self._level(shop, number).update(pieces)
            self.note_change(shop, number)

    def check_stock(self, shop, number, pieces: dict[str, int]):
        """Raise NotAllowed where `set_stock` does."""
        if shop.shelf.product_of(number).is_kit:
            raise NotAllowed(*VIRTUAL)
        new = self.by_location(shop, number) | pieces
        if self.at_shopee(shop, number) is not None and any(new.values()):
            raise NotAllowed(*AT_SHOPEE)
        if sum(new.values()) + (self.at_shopee(shop, number) or 0) < self.reserved(shop, number):
            raise NotAllowed(*RESERVE_REFUSALS[self.reserve_refusal % len(RESERVE_REFUSALS)])

    def receive(self, shop, sku, pieces):
        """Pieces that the seller has sent arrive in Shopee's warehouse. Raises ValueError for nonsense.

        A number in place of the SKU is that of the variant.
        """
        number = _number(shop, sku)
        if shop.shelf.variant(number) is None or pieces < 1:
            raise ValueError("Receive at least one piece of a product that is on sale.")
        level = self._level(shop, number)
        level[shop.location_at_shopee] = level.get(shop.location_at_shopee, 0) + pieces
        self.note_change(shop, number)

    def note_change(self, shop, number):
        """Something about the variant's stock was changed now."""
        if shop.shelf.variant(number):
            shop.stock_changes[shop.shelf.product_of(number).number] = self.clock.seconds()

    # === ORDERS === #

    def take_out(self, order):
        """The pieces of a new order are gone. Raises SoldOut, with nothing done, if that is to be."""
        shop = order.shop
        if self.refuse_oversold:
            self._check_buyable(order)
        places = self._places(order)
        for item in order.items:
            for part, each in self._parts(shop, item.variant_number):
                self._take(item, self._level(shop, part), part, each * item.quantity, places)
            item.promotion = self.ongoing_promotion(shop, item.variant_number)
            if item.promotion:
                item.from_promotion = min(item.promotion.reserved, item.quantity)
                item.promotion.reserved -= item.from_promotion
            if self.orders_touch_items:
                self.note_change(shop, item.variant_number)

    def put_back(self, order, item, kept):
        """All pieces of the line but `kept` can be bought again; those of a promotion that goes on, in it."""
        each_of = dict(self._parts(order.shop, item.variant_number))
        for (part, place), taken in item.taken.items():
            held = sum(pieces for (other, _), pieces in item.taken.items() if other == part)
            back = min(taken, max(held - each_of.get(part, 1) * kept, 0))
            item.taken[part, place] -= back
            self._level(order.shop, part)[place] += back
        if item.from_promotion > kept:
            if not item.promotion.is_over(self.clock.seconds()):
                item.promotion.reserved += item.from_promotion - kept
            item.from_promotion = kept
        if self.orders_touch_items:
            self.note_change(order.shop, item.variant_number)

    def _check_buyable(self, order):
        shop, wanted = order.shop, Counter()
        for item in order.items:
            wanted[item.variant_number] += item.quantity
        for number, pieces in wanted.items():
            if pieces > self.buyable(shop, number, order.fulfilled_by_shopee):
                raise SoldOut(f"There are not {pieces} pieces of item {item_id(shop.shelf.product_of(number))}")
        components = {part: pieces for part, pieces in self._needs(order).items() if pieces > wanted[part]}
        for part, pieces in components.items():  # they may be ordered by themselves too
            if pieces > self.at_seller(shop, part) - self.reserved(shop, part, only_upcoming=True):
                raise SoldOut("There are not so many pieces for the kits")

    def _needs(self, order):
        """The pieces that the order takes, those of kits as their components."""
        needs = Counter()
        for item in order.items:
            for part, each in self._parts(order.shop, item.variant_number):
                needs[part] += each * item.quantity
        return needs

    def _places(self, order):
        """Where the goods of the order are taken from, one that has all of them first."""
        shop = order.shop
        if order.fulfilled_by_shopee:
            for item in order.items:  # what Shopee sends was there, even if nobody saw it come
                stock = shop.shelf.variant(item.variant_number).stock
                self._level(shop, item.variant_number).setdefault(shop.location_at_shopee, stock)
            return [shop.location_at_shopee]
        needs = self._needs(order)
        lacking = {
            place: any(self._level(shop, part).get(place, 0) < pieces for part, pieces in needs.items())
            for place in shop.locations
        }
        return sorted(lacking, key=lacking.get)

    def _take(self, item, level, part, wanted, places):
        for place in places:
            taken = min(level.get(place, 0), wanted)
            if taken:
                level[place] -= taken
                wanted -= taken
                item.taken[part, place] = item.taken.get((part, place), 0) + taken

    def _level(self, shop, number):
        """The pieces of the variant by location; at first all that the shelf tells of, at the first place."""
        if number not in shop.stock:
            shop.stock[number] = {shop.product_location_id: shop.shelf.variant(number).stock}
        return shop.stock[number]

    def _parts(self, shop, number):
        """(variant, pieces of it) that one piece of the variant is made of: itself, unless it is a kit."""
        return shop.kits.get(number) or ((number, 1),)


def _number(shop, sku):
    """The number of the first variant with the SKU, None if there is none; a number is one already."""
    if isinstance(sku, int):
        return sku
    found = shop.shelf.skus().get(sku)
    return found[1].number if found else None
