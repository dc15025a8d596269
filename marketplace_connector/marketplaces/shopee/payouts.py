"""What Shopee has settled: the days of a local shop's wallet, or the payout batches of a cross-border shop."""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

from ..errors import Rejected, UnexpectedResponse
from ..payouts import Payout
from ..sites import SITES
from . import reading
from .cross_border import Batch, PayoutBatches
from .fee_types import FEE_TYPES
from .wallet_payouts import DAY, WalletPayouts, midnight

MOST_NAMED = 5  # broken entries in the text of an error


class ShopeePayouts(WalletPayouts, PayoutBatches):
    """Reads what was settled. Nothing here changes anything at Shopee."""

    fee_types = FEE_TYPES

    def list_payouts(self, start: date, end: date) -> Iterator[Payout]:
        """The days of the shop's wallet on which money moved, or its payout batches, with all rows; oldest first.

        The release of an order's money is told by the terms of its escrow, which are those that Shopee has now: what is
        corrected later comes with a movement of its own and leaves them as they were. Where they do not add up to what
        was released, the rest is a row of the unknown type `escrow_difference`.

        Which of the two a shop has is seen by what answers: a cross-border shop's wallet is refused or empty. Raises
        UnexpectedResponse after all others where entries or escrows cannot be understood, naming them: a payout that
        lacks such an entry is not given. Raises Rejected where the app may read neither.
        """
        if start > end:
            return
        zone, errors = ZoneInfo(SITES[self.shop.site].time_zone), []
        stretches = self._read_stretches(start, end, zone)
        first, refused = None, None
        try:
            first = next(stretches)
        except Rejected as error:
            refused = error
        batches = self._batches_instead(start, end, zone, refused) if refused or first.is_empty else None
        if batches is None:
            yield from self._wallet_payouts(chain([first], stretches), start, zone, errors)
        else:
            yield from self._batch_payouts(batches, zone, errors)
        _raise(errors)

    def _batches_instead(self, start, end, zone, refused) -> list[Batch] | None:
        """The batches of the days; None for a local shop. Raises `refused`, its wallet's refusal, where it has one."""
        try:
            return self._read_batches(midnight(start, zone), midnight(end + DAY, zone))
        except Rejected:
            if refused:
                raise refused from None
            return None


def _raise(errors: list[UnexpectedResponse]):
    if errors:
        named = [error.where for error in errors[:MOST_NAMED]]
        more = len(errors) - len(named)
        raise reading.unexpected("; ".join(named) + (f"; and {more} more" if more else ""))
