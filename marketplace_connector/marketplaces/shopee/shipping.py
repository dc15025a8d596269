"""Getting parcels on their way: how they can be handed over, and arranging it."""

from collections import defaultdict, deque
from collections.abc import Sequence

from ..errors import MarketplaceError, Rejected, TransportError
from ..shipping import Handover, HandoverOption, Outcome, Shipment
from ..types import Package
from . import arranging, const, handover, reading, refusals
from .calls import Patience, ShopeeCalls, batches
from .decoding import is_already_arranged, is_code, item_error


class ShopeeShipping(ShopeeCalls):
    """The part of the client that sends parcels."""

    _mass_refused = False
    _mass_question_refused = False

    def handover_options(self, order_ref: str, package_ref: str = "") -> tuple[HandoverOption, ...]:
        """How the parcel can be handed over now (Shopee v2.logistics.get_shipping_parameter). One call.

        The same way may come twice where the courier takes either a tracking number or the sender's name. A place
        without slots wants none. Raises Rejected with Shopee's reason where the parcel cannot be arranged: not ready,
        cancelled, arranged already, no pick-up time left; ServerError while Shopee is still choosing a warehouse.
        """
        params = {"order_sn": order_ref}
        numbered = params | ({"package_number": package_ref} if package_ref else {})
        try:
            content = self._read("GET", const.SHIPPING_PARAMETER, numbered)
        except Rejected as error:
            if not package_ref or not is_code(error, *refusals.PACKAGE_NUMBER_NOT_NEEDED):
                raise
            content = self._read("GET", const.SHIPPING_PARAMETER, params)
        return handover.options(reading.section(content, "response"))

    def handover_options_of(self, parcels: Sequence[tuple[str, Package]]) -> list[Handover]:
        """How each parcel can be handed over now, 50 a call where courier and warehouse are the same (Shopee
        v2.logistics.get_mass_shipping_parameter); one by one those that stand alone, and those that the courier failed
        to collect, which have other ways. A refusal, or an order without a numbered parcel, holds up no other.
        """
        groups = defaultdict(list)
        for place, (order_ref, package) in enumerate(parcels):
            together = package.ref and not package.awaits_new_pickup
            groups[package.courier if together else place].append((order_ref, package))
        told = {}
        waiting = deque(batch for group in groups.values() for batch in batches(group, const.SHIP_BATCH))
        while waiting:
            answers, rest = self._ask_together(waiting.popleft())
            told.update(answers)
            waiting.extend(rest)
        return [told[order_ref, package.ref] for order_ref, package in parcels]

    def _ask_together(self, parcels) -> tuple[dict[tuple[str, str], Handover], list]:
        """The answers there are, and the batches in which the other parcels have to be asked for."""
        if len(parcels) == 1 or self._mass_question_refused:
            return {(ref, package.ref): self._handover(ref, package) for ref, package in parcels}, []
        body = {"package_list": [{"package_number": package.ref} for _ref, package in parcels]}
        try:
            content = self._read("POST", const.MASS_SHIPPING_PARAMETER, body=body)
        except Rejected as error:
            if is_code(error, *refusals.NO_WAY_FOR_ANY):
                return {(ref, package.ref): Handover(error=error) for ref, package in parcels}, []
            # Of a whole call that is refused, one parcel may be to blame.
            self._mass_question_refused = is_code(error, *const.NO_SUCH_CALL)
            half = len(parcels) // 2
            return {}, [parcels[:half], parcels[half:]]
        return self._told_together(parcels, content)

    def _told_together(self, parcels, content):
        named = arranging.failures(content)
        shared = _shared_options(content)
        answers, others = {}, []
        for order_ref, package in parcels:
            reason = named.get(package.ref, _UNNAMED)
            if reason is None:
                answers[order_ref, package.ref] = shared
            elif reason is _UNNAMED or _NOT_TOGETHER in reason.lower():
                others.append((order_ref, package))
            else:
                answers[order_ref, package.ref] = Handover(error=item_error("", reason))
        if answers:
            return answers, [others] if others else []
        return {}, [[parcel] for parcel in others]

    def arrange(self, shipments: Sequence[Shipment]) -> list[Outcome]:
        """Arrange the parcels; one outcome a shipment, in their order.

        Looks first, 50 parcels a call (Shopee v2.order.get_order_detail, get_package_detail), and raises what goes
        wrong with that, before anything is sent. A parcel that is arranged already, by whomever, is done. The others go
        50 a call where courier, warehouse and handing over are the same (v2.logistics.mass_ship_order), else one by one
        (v2.logistics.ship_order; update_shipping_order for those the courier failed to collect). Nothing is sent twice:
        where an answer is lost, the outcome is TransportError with `outcome_unknown`, and the rest go on, unless three
        are lost in a row, Shopee cannot be reached, or it asks for fewer calls.

        Rejected codes of our own: `booking` and `fulfilled_by_platform` (never the seller's to arrange), `in_cancel`,
        `cancelled`, `pickup_retry` (say `again`), `not_pickup`, `not_ready`, `no_handover`, `no_such_place`,
        `package_unknown`, `not_found`.
        """
        looked = self._look(shipments)
        parcels = {_key(parcel): parcel for parcel in looked if isinstance(parcel, arranging.Parcel)}
        errors = self._arrange(parcels.values())
        return [
            Outcome(error=errors[_key(found)] if isinstance(found, arranging.Parcel) else found) for found in looked
        ]

    def hand_over(self, package_refs: Sequence[str]) -> list[Outcome]:
        """Nothing: Shopee learns from its courier that parcels were handed over. No call."""
        return [Outcome() for _ref in package_refs]

    # === LOOKING === #

    def _look(self, shipments) -> list[arranging.Parcel | MarketplaceError | None]:
        """For each shipment the parcel to arrange, None where that is done, or why it is not to be."""
        orders = self._order_details((shipment.order_ref for shipment in shipments), const.LOOK_FIELDS)
        numbers = [_caught(_number, shipment, orders) for shipment in shipments]
        packages = self._package_details(number for number in numbers if number and isinstance(number, str))
        return [_caught(_judged, *each, orders, packages) for each in zip(shipments, numbers, strict=True)]

    # === SENDING === #

    def _arrange(self, parcels) -> dict[tuple[str, str], MarketplaceError | None]:
        """What went wrong with each parcel, None where nothing did."""
        errors: dict[tuple[str, str], MarketplaceError | None] = {}
        patience = Patience()
        waiting = deque(arranging.in_batches(parcels))
        while waiting:
            batch = waiting.popleft()
            if patience.over:
                errors.update({_key(parcel): patience.over for parcel in batch})
                continue
            error, alone = None, ()
            try:
                if len(batch) > 1 and not self._mass_refused:
                    found, alone = self._ship_together(batch)
                    errors.update(found)
                elif len(batch) > 1:
                    alone = batch
                else:
                    errors[_key(batch[0])] = self._ship(batch[0])
            except MarketplaceError as caught:
                error = caught
                errors.update({_key(parcel): caught for parcel in batch})
            patience.note(error)
            waiting.extendleft([parcel] for parcel in alone)
        return errors

    def _ship_together(self, parcels):
        """What went wrong with each parcel, and the parcels that have to go one by one, since they were refused only
        for the company they are in: with a batch, and with the call as such."""
        try:
            content = self._write(const.MASS_SHIP_ORDER, arranging.mass_body(parcels))
        except Rejected as error:
            # One refused parcel says nothing about the next batch; an app without this call will not get it.
            self._mass_refused = is_code(error, *const.NO_SUCH_CALL)
            return {}, parcels
        named = arranging.failures(content)
        errors, alone = {}, []
        for parcel in parcels:
            reason = named.get(parcel.number, _UNNAMED)
            if reason is _UNNAMED:
                message = "Shopee's answer does not say whether the parcel was arranged."
                errors[_key(parcel)] = TransportError(message, outcome_unknown=True)
            elif reason is not None and _NOT_TOGETHER in reason.lower():
                alone.append(parcel)
            else:
                errors[_key(parcel)] = None if reason is None else _unless_arranged(item_error("", reason))
        return errors, alone

    def _ship(self, parcel):
        """Arrange one parcel; gives the refusal.

        Whether the number of an order's only package is wanted is not documented: one that is refused for having it,
        or for not having it, is asked for once more, which is another request.
        """
        path = const.UPDATE_SHIPPING_ORDER if parcel.is_again else const.SHIP_ORDER
        with_number = parcel.is_split
        try:
            self._write(path, parcel.body(with_number))
        except Rejected as error:
            other = refusals.PACKAGE_NUMBER_NOT_NEEDED if with_number else refusals.PACKAGE_NUMBER_NEEDED
            if not parcel.number or not is_code(error, *other):
                return _unless_arranged(error)
        else:
            return None
        try:
            self._write(path, parcel.body(not with_number))
        except Rejected as error:
            return _unless_arranged(error)
        return None


_NOT_TOGETHER = "not under the specified"  # fulfilment channel, or warehouse
_UNNAMED = object()


def _shared_options(content):
    try:
        return Handover(options=handover.options(reading.section(content, "response")))
    except MarketplaceError as error:
        return Handover(error=error)


def _key(parcel):
    return parcel.order_ref, parcel.number


def _unless_arranged(error):
    return None if is_already_arranged(error) else error


def _caught(judge, *arguments):
    try:
        return judge(*arguments)
    except MarketplaceError as error:
        return error


def _number(shipment, orders):
    return arranging.package_number(shipment, _told(orders, shipment.order_ref))


def _judged(shipment, number, orders, packages):
    if isinstance(number, MarketplaceError):
        raise number
    order = _told(orders, shipment.order_ref)
    package = _told(packages, number) if number else next(iter(order.get("package_list") or ()), {})
    if number and reading.text(package, "order_sn") not in ("", shipment.order_ref):
        raise Rejected("The parcel belongs to another order: fetch it again.", code="package_unknown")
    return arranging.parcel(shipment, order, number, package)


def _told(details, ref):
    if isinstance(details[ref], MarketplaceError):
        raise details[ref]
    return details[ref]
