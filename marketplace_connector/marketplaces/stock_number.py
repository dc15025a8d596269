"""How many pieces a listing may show: the one place where the number is reckoned."""

from dataclasses import dataclass
from decimal import Decimal
from math import floor

CAUSES = ("free", "capped", "none_left", "kept_for_another")


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTerms:
    """What the number of one listing follows from: pieces, or whole kits that the scarcest component allows.

    `outgoing` is the demand of all open moves out of the counted warehouses, reserved or not; `incoming` is 0 unless
    the shop counts it; `sold_elsewhere` are units sold that Odoo has no delivery for yet; `cap` is None for no limit.
    """

    on_hand: Decimal
    outgoing: Decimal = Decimal(0)
    incoming: Decimal = Decimal(0)
    share: Decimal = Decimal(100)  # per cent
    buffer: int = 0
    sold_elsewhere: int = 0
    cap: int | None = None
    kept_for_another: bool = False  # the last units are left to another listing

    @property
    def free(self):
        """What the shop may count on before its share."""
        return self.on_hand - self.outgoing + self.incoming

    @property
    def _unbounded(self):
        return floor(self.share * self.free / 100) - self.buffer - self.sold_elsewhere

    @property
    def number(self):
        """The pieces that buyers may buy: never below 0."""
        if self.kept_for_another:
            return 0
        number = max(self._unbounded, 0)
        return number if self.cap is None else min(number, self.cap)

    @property
    def cause(self):
        """One of `CAUSES`: what decided the number."""
        if self.kept_for_another:
            return "kept_for_another"
        if self._unbounded <= 0:
            return "none_left"
        return "capped" if self.cap is not None and self._unbounded > self.cap else "free"
