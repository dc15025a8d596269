"""Cancelling orders, answering buyers who want to, and splitting orders into parcels."""

from collections.abc import Mapping, Sequence

from ..errors import MarketplaceError, Rejected, UnexpectedResponse
from ..shipping import CancelReason
from ..types import Package
from . import const, parsing, reading, refusals
from .calls import ShopeeCalls
from .decoding import is_code

OUT_OF_STOCK = "OUT_OF_STOCK"
# v2.order.cancel_order, cancel_reason; the countries are those that the page names.
_REASONS = (
    (CancelReason(ref=OUT_OF_STOCK, text="Out of stock", names_items=True), ()),
    (CancelReason(ref="CUSTOMER_REQUEST", text="The buyer asked for it"), ()),
    (CancelReason(ref="UNDELIVERABLE_AREA", text="Undeliverable area"), ("TW", "MY")),
    (CancelReason(ref="COD_NOT_SUPPORTED", text="Cash on delivery is not supported"), ()),
)


class ShopeeCancelling(ShopeeCalls):
    """The part of the client that takes orders back or apart."""

    def cancel_reasons(self, order_ref: str, unit_refs: Sequence[str] = ()) -> tuple[CancelReason, ...]:
        """The reasons that v2.order.cancel_order documents for the shop's country. No call: there is none to ask."""
        site = self.shop.site.upper() if self.shop else ""
        return tuple(reason for reason, sites in _REASONS if not sites or site in sites)

    def check_partial_cancel(self, order_ref: str) -> None:
        """Looks whether Shopee offers it (v2.order.get_order_detail, or get_package_detail where that does not tell).

        Raises Rejected with the codes `partial_cancel` and `all_or_nothing`, as `cancel` does.
        """
        self._refuse_partial(self._order(order_ref))

    def cancel(
        self,
        order_ref: str,
        reason_ref: str,
        unit_refs: Sequence[str] = (),
        quantities: Mapping[str, int] | None = None,
    ) -> None:
        """Cancel the order, or the units: all their pieces, or as many as `quantities` says (v2.order.cancel_order).

        Looks first (v2.order.get_order_detail): an order that is cancelled, or whose cancellation the seller has asked
        for, is done. Whether it is cancelled at once is not documented: read it back. Sent once. Raises Rejected with
        Shopee's reason; with the codes `in_cancel` where a cancellation is waiting already, `partial_cancel` where
        Shopee does not offer to cancel a part of this order, `all_or_nothing` where the buyer wants to have all or
        nothing, and `no_such_unit`.
        """
        order = self._order(order_ref)
        status, by_whom = reading.text(order, "order_status"), reading.text(order, "cancel_by").lower()
        if status == "CANCELLED" or (status == "IN_CANCEL" and by_whom == "seller"):
            return
        if status == "IN_CANCEL":
            raise Rejected(
                "The order is being cancelled already: answer the buyer's wish, or wait for the courier.",
                code="in_cancel",
            )
        units = parsing.live_units(order)
        wanted = _wanted(units, unit_refs, quantities)
        body = {"order_sn": order_ref, "cancel_reason": reason_ref}
        if reason_ref == OUT_OF_STOCK:
            body["item_list"] = _unique(_product(units[ref][0]) for ref in wanted)
        if any(wanted.get(ref, 0) != count for ref, (_item, count) in units.items()):
            self._refuse_partial(order)
            body["partial_cancel_item_list"] = [_pieces(units[ref][0], count) for ref, count in wanted.items()]
        self._write(const.CANCEL_ORDER, body)

    def answer_cancellation(self, order_ref: str, accept: bool, unit_refs: Sequence[str] = ()) -> None:
        """Accept or refuse the buyer's wish to cancel (v2.order.handle_buyer_cancellation).

        It is about the whole order, whatever units are named. Sent once. Raises Rejected where there is nothing to
        answer any more, unless the order stands as the answer wants it: then it is done.
        """
        body = {"order_sn": order_ref, "operation": "ACCEPT" if accept else "REJECT"}
        try:
            self._write(const.ANSWER_CANCELLATION, body)
        except Rejected as error:
            if not is_code(error, *refusals.NO_REQUEST_TO_ANSWER):
                raise
            status = reading.text(self._order(order_ref), "order_status")
            if status == "IN_CANCEL" or (status == "CANCELLED") != accept:
                raise

    def split(self, order_ref: str, groups: Sequence[Sequence[tuple[str, int]]]) -> tuple[Package, ...]:
        """Split the order into a package for each group of (unit ref, pieces), and give them (v2.order.split_order).

        What no group names goes into one more package, since Shopee wants to be told of all. Looks first: an order that
        is split that way is done. Sent once. Raises Rejected with Shopee's reason: the shop may not, not this product,
        not a bundle, too many parcels; with the code `no_such_unit` where the groups hold more than the order has, and
        `not_ready` where the order is arranged or on its way already.
        """
        order = self._order(order_ref)
        units = parsing.live_units(order)
        groups = _complete(units, groups)
        found = _packages(order)
        if len(found) == len(groups) and _same_contents(found, groups):
            return found
        if len(groups) < 2 or reading.text(order, "order_status") != "READY_TO_SHIP":
            raise Rejected("Only an order that is ready to ship and not arranged can be split.", code="not_ready")
        whole = [ref for group in groups for ref, _count in group]
        lists = [
            [_split_item(units[ref][0], count, is_divided=whole.count(ref) > 1) for ref, count in group]
            for group in groups
        ]
        body = {"order_sn": order_ref, "package_list": [{"item_list": items} for items in lists]}
        try:
            content = self._write(const.SPLIT_ORDER, body)
            return _made(order, content)
        except (Rejected, UnexpectedResponse) as error:
            # The order is split, only its packages were not told.
            if isinstance(error, Rejected) and not is_code(error, refusals.SPLIT_WITHOUT_ANSWER):
                raise
        return _packages(self._order(order_ref))

    def _refuse_partial(self, order):
        """Where Shopee does not offer it, the list of pieces might be overlooked, and all of the order cancelled."""
        offered = order.get("can_partial_cancel_order")
        if offered is None:
            numbers = [package.ref for package in _packages(order)]
            details = self._package_details(numbers).values()
            told = [raw.get("can_partial_cancel_order") for raw in details if isinstance(raw, dict)]
            offered = bool(told) and all(value is True for value in told)
        if offered is not True:
            raise Rejected(
                "Shopee does not offer to cancel a part of this order: cancel all of it, or ship all of it.",
                code="partial_cancel",
            )
        if order.get("buyer_preference_for_partial_cancellation") == 1:
            raise Rejected(
                "The buyer wants the whole order or nothing: cancel all of it, or ship all of it.",
                code="all_or_nothing",
            )

    def _order(self, order_ref):
        order = self._order_details([order_ref], const.LOOK_FIELDS)[order_ref]
        if isinstance(order, MarketplaceError):
            raise order
        return order


# === CANCELLING === #


def _wanted(units, unit_refs, quantities):
    """The pieces to cancel by unit; all of the order where no unit is named."""
    quantities = quantities or {}
    wanted = {}
    for ref in unit_refs or quantities or units:
        if ref not in units:
            raise Rejected("The order has no such product, or it is cancelled already.", code="no_such_unit")
        count = quantities.get(ref, units[ref][1])
        if not 0 < count <= units[ref][1]:
            raise Rejected("The order does not have that many pieces to cancel.", code="no_such_unit")
        wanted[ref] = count
    return wanted


def _product(item):
    return {key: _id(item, key) for key in ("item_id", "model_id")}


def _order_item(item):
    """What names an item of the order: its product, and the bundle or add-on deal it is in."""
    more = {key: _id(item, key) for key in ("order_item_id", "promotion_group_id") if item.get(key) is not None}
    return _product(item) | more


def _id(item, key):
    """An id as the number that Shopee gave; 0 is none."""
    return 0 if item.get(key) is None else reading.quantity(item, key, f"item_list.{key}")


def _pieces(item, count):
    return _order_item(item) | {"model_quantity": count}


def _unique(entries):
    unique = []
    for entry in entries:
        if entry not in unique:
            unique.append(entry)
    return unique


# === SPLITTING === #


def _complete(units, groups):
    """The groups, and one more of what they leave."""
    left = {ref: count for ref, (_item, count) in units.items()}
    for ref, count in (each for group in groups for each in group):
        if not 0 < count <= left.get(ref, 0):
            raise Rejected("The order does not have that many pieces of the product.", code="no_such_unit")
        left[ref] -= count
    rest = [(ref, count) for ref, count in left.items() if count]
    return [list(group) for group in groups if group] + ([rest] if rest else [])


def _split_item(item, count, is_divided):
    """Shopee takes a number of pieces only from shops that may divide the pieces of one product."""
    return _pieces(item, count) if is_divided else _order_item(item)


def _packages(order):
    packages = parsing.order_packages(order)
    return tuple(package for package in packages if package.status != "cancelled")


def _same_contents(packages, groups):
    return sorted(sorted(package.contents) for package in packages) == sorted(sorted(group) for group in groups)


def _made(order, content):
    """The packages that the answer tells of: what is split is ready to be arranged."""
    listed = reading.sections(reading.section(content, "response"), "package_list", "response.package_list")
    ready = [{"logistics_status": "LOGISTICS_READY", **raw} for raw in listed]
    return parsing.order_packages({**order, "package_list": ready})
