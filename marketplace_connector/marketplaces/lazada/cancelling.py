"""Cancelling at Lazada (doc 121329). Two of these calls change something by GET: they are sent once all the same."""

from collections.abc import Mapping, Sequence

from ..errors import MarketplaceError, Rejected
from ..shipping import CancelReason
from . import const
from .calls import NUMBER, LazadaCalls, compact
from .reading import flag, ref, section, sections, text, unexpected
from .units import Unit, distinct, read_units


class Cancelling(LazadaCalls):
    """The part of the client that cancels. No units named means all that are not cancelled yet."""

    def cancel_reasons(self, order_ref: str, unit_refs: Sequence[str] = ()) -> tuple[CancelReason, ...]:
        """The reasons that Lazada accepts for these units now, in its words, each with its warning (API reference
        ordercancelvalidate). They differ by country and order.

        Raises Rejected with Lazada's own sentence where the units cannot be cancelled, and where all are already.
        """
        params = self._cancel_params(order_ref, unit_refs)
        data = section(self._call(const.CANCEL_REASONS, params).content, "data")
        _refuse_tip(data)
        options = sections(data, "reason_options", "data.reason_options") if data.get("reason_options") else []
        warning = text(data, "tip_content")
        reasons = [(ref(option, "reason_id"), text(option, "reason_name")) for option in options]
        return tuple(CancelReason(ref=key, text=name or key, warning=warning) for key, name in reasons if key)

    def check_partial_cancel(self, order_ref: str) -> None:
        """Lazada cancels by unit (doc 121329); what shares a package goes along, which says its warning. No call."""

    def cancel(
        self,
        order_ref: str,
        reason_ref: str,
        unit_refs: Sequence[str] = (),
        quantities: Mapping[str, int] | None = None,
    ) -> None:
        """Cancel the units for a reason of `cancel_reasons` (API reference initreverseordercancel).

        Lazada cancels the units that share a package with them too, and may set stock to 0: the warning says so. Each
        unit is one piece, so `quantities` says nothing more. Sent once. Raises Rejected where Lazada did not cancel,
        TransportError with `outcome_unknown` where nobody knows: read back, a repetition may be refused.
        """
        params = {**self._cancel_params(order_ref, unit_refs), "reason_id": reason_ref}
        content = self._write(const.CANCEL, params, method="GET")
        data = content.get("data")
        _refuse_tip(data if isinstance(data, dict) else {})

    def answer_cancellation(self, order_ref: str, accept: bool, unit_refs: Sequence[str] = ()) -> None:
        """Accept or refuse what the buyer has asked to cancel (API reference initreverseordercanceldecide).

        Looks which requests wait for the seller and answers each, once. Raises Rejected where none does; where one of
        several answers fails the others are given, then its error is raised.
        """
        units = [unit for unit in self._chosen(order_ref, unit_refs) if flag(unit.raw, "need_cancel_confirm")]
        if not units:
            raise Rejected("No request to cancel waits for an answer.", code="no_request")
        requests = distinct(ref(unit.raw, "reverse_order_id") for unit in units)
        if not requests:
            raise unexpected("order_items.reverse_order_id")
        errors = []
        for request in requests:
            params = {"reverse_order_id": request, "agree_cancel": "true" if accept else "false"}
            try:
                self._write(const.ANSWER_CANCELLATION, params, method="GET")
            except MarketplaceError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _cancel_params(self, order_ref, unit_refs):
        refs = list(unit_refs)
        if not refs:
            refs = [unit.ref for unit in self._chosen(order_ref, ()) if not unit.cancelled]
            if not refs:
                raise Rejected("The order is cancelled at Lazada already.", code="cancelled")
        if not all(map(NUMBER.fullmatch, [order_ref, *refs])):
            raise Rejected("These are not numbers of a Lazada order and its units.", code="no_such_unit")
        return {"order_id": order_ref, "order_item_id_list": compact(refs)}

    def _chosen(self, order_ref, unit_refs) -> list[Unit]:
        units = read_units(self._order_items(order_ref), priced=False)
        return [unit for unit in units if not unit_refs or unit.ref in set(unit_refs)]


def _refuse_tip(data):
    """Code "0" is not yet success: `tip_type` error means that the order was not, or cannot be, cancelled."""
    if text(data, "tip_type").lower() == "error":
        raise Rejected(text(data, "tip_content")[:300] or "Lazada does not allow to cancel this.", code="not_cancelled")
