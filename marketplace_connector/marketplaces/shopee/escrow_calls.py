"""Escrow details of many orders, in the fewest calls."""

from collections.abc import Iterable
from typing import Any

from ..errors import Rejected
from . import const, escrow, reading
from .calls import ShopeeCalls, batches
from .decoding import DataRefused, is_not_found


class EscrowCalls(ShopeeCalls):
    """Reads escrow details. Nothing here changes anything at Shopee."""

    _escrow_batch_refused = False

    def _escrow_details(self, refs: Iterable[str]) -> dict[str, Any]:
        """The escrow details by order number, 20 a call, one a call where the app may not use the batch form; None or
        nothing for an order that Shopee has none for."""
        found: dict[str, Any] = {}
        for batch in batches(dict.fromkeys(refs), const.ESCROW_BATCH_SIZE):
            found.update(self._escrow_batch(batch))
        return found

    def _escrow_batch(self, refs):
        if not self._escrow_batch_refused:
            try:
                return escrow.details(self._read("POST", const.ESCROW_BATCH, body={"order_sn_list": refs}))
            except Rejected as error:
                # One unknown order says nothing about the next batch, anything else does.
                self._escrow_batch_refused = not is_not_found(error.code)
        return {ref: self._escrow_single(ref) for ref in refs}

    def _escrow_single(self, ref):
        try:
            content, _date = self._shop_call("GET", const.ESCROW_SINGLE, {"order_sn": ref})
        except DataRefused:
            return None
        return reading.section(content, "response")
