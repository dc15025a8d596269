"""Promotions of items: campaigns and flash sales that hold pieces of a variation for themselves until they end."""

from dataclasses import dataclass
from decimal import Decimal

from ..catalogue import money

DAY = 86_400
# As get_item_promotion calls them.
KINDS = ("Campaign", "Discount Promotions", "Flash Sale", "In Shop Flash Sale")
FIRST_PROMOTION_ID = 649305216139969


@dataclass
class ItemPromotion:
    """One variation in a promotion. `reserved` pieces are still held for it; times are epoch seconds."""

    promotion_id: int
    kind: str
    variant_number: int
    reserved: int
    start_time: int
    end_time: int
    price: Decimal | None = None  # what buyers pay, None: the usual price

    def is_over(self, now) -> bool:
        """Whether it holds nothing any more."""
        return self.end_time <= now

    def is_ongoing(self, now) -> bool:
        """Whether buyers see it."""
        return self.start_time <= now < self.end_time


class Promotions:
    """The part of the platform that runs promotions. Needs `clock` and a Stockroom beside it."""

    def __init__(self):
        self._promotion_id = FIRST_PROMOTION_ID - 1

    def start_promotion(self, shop, numbers, reserved=0, *, lasts=DAY, begins_in=0, kind="Campaign", price=None) -> int:
        """Put the variants into a promotion that holds `reserved` pieces of each; returns the promotion_id.

        `lasts` and `begins_in` are seconds. Raises ValueError if there are not so many free pieces.
        """
        if reserved < 0 or lasts <= 0 or begins_in < 0:
            raise ValueError("A promotion holds pieces for some time")
        for number in numbers:
            if reserved > self.whole_stock(shop, number) - self.reserved(shop, number):
                raise ValueError("There are not so many free pieces")
        self._promotion_id += 1
        start = self.clock.seconds() + begins_in
        for number in numbers:
            made = ItemPromotion(self._promotion_id, kind, number, reserved, start, start + lasts, price)
            shop.promotions.setdefault(number, []).append(made)
            self.note_change(shop, number)
        return self._promotion_id

    def end_promotion(self, shop, promotion_id):
        """End the promotion now, for all its variants. Raises ValueError if none of that number goes on."""
        now = self.clock.seconds()
        found = [
            promotion
            for number in shop.promotions
            for promotion in self.promotions_of(shop, number)
            if promotion.promotion_id == promotion_id
        ]
        if not found:
            raise ValueError("There is no such promotion")
        for promotion in found:
            promotion.end_time = now
            self.note_change(shop, promotion.variant_number)

    def promotions_of(self, shop, number) -> list[ItemPromotion]:
        """The variant's promotions that go on or are to come."""
        now = self.clock.seconds()
        return [promotion for promotion in shop.promotions.get(number, ()) if not promotion.is_over(now)]

    def ongoing_promotion(self, shop, number) -> ItemPromotion | None:
        """The promotion that buyers of the variant see now."""
        now = self.clock.seconds()
        return next((one for one in self.promotions_of(shop, number) if one.is_ongoing(now)), None)

    def reserved(self, shop, number, *, only_upcoming=False) -> int:
        """The pieces that the variant's promotions hold."""
        now = self.clock.seconds()
        found = self.promotions_of(shop, number)
        return sum(one.reserved for one in found if not (only_upcoming and one.is_ongoing(now)))

    def current_price(self, shop, variant) -> Decimal:
        """What a buyer pays for one piece now."""
        currency = shop.country.currency
        promotion = self.ongoing_promotion(shop, variant.number)
        if promotion and promotion.price is not None:
            return money(promotion.price, currency)
        return variant.sale_prices.get(currency) or variant.prices[currency]
