"""Which movement of the wallet released an order's escrow: only that one is told by the escrow's terms, any other by
its type. So each term is told once, by the same ref whenever it is read.

Nothing but the amounts links the two, and nearly always that is enough. Where it is not, more is asked: what had been
paid before as fast escrow, and when Shopee says that the escrow was released (v2.payment.get_escrow_list).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from ..errors import Rejected, UnexpectedResponse
from ..types import ZERO
from . import const, reading
from .escrow_rows import Escrow
from .fee_types import ESCROW_ADD, ESCROW_MINUS, FAST_ESCROW, FAST_ESCROW_DEDUCT, FAST_ESCROW_REST
from .wallet import Movement, WalletList

RELEASING = frozenset({ESCROW_ADD, ESCROW_MINUS, FAST_ESCROW_REST})
# It takes fast escrow back: of an order that came to nothing, or what an order with a return came to less.
MAY_BE_RELEASE = RELEASING | {FAST_ESCROW_DEDUCT}
FAST_ESCROW_BEFORE = timedelta(days=60)  # how long before the rest the first part is looked for; not documented
NEAR = timedelta(days=1)  # of the release time that Shopee tells

Advances = tuple[tuple[str, Decimal], ...]


def may_release(movement: Movement) -> bool:
    return movement.key in MAY_BE_RELEASE and bool(movement.order_ref)


class Releases(WalletList):
    """Finds releases. Nothing here changes anything at Shopee."""

    def _find_releases(
        self, movements: Iterable[Movement], escrows: Mapping[str, Escrow | None], released: set[str]
    ) -> dict[str, Advances]:
        """The refs of the movements that released their order's escrow, at most one an order, each with what had been
        paid before it. `released` are the orders that have theirs already; those that are found are put into it."""
        found: dict[str, Advances] = {}
        doubtful: dict[str, list[Movement]] = {}
        for order_ref, candidates in _by_order(movements).items():
            escrow = escrows.get(order_ref)
            if order_ref in released:
                continue
            sure = [each for each in candidates if each.key in RELEASING]
            exact = [each for each in sure if escrow is None or _is_exact(escrow, each)]
            if exact:
                found[exact[0].ref] = ()
                released.add(order_ref)
            elif escrow and (sure or escrow.terms):
                doubtful[order_ref] = candidates
        for each, advances in self._settle_doubts(doubtful, escrows):
            found[each.ref] = advances
            released.add(each.order_ref)
        return found

    def _settle_doubts(self, doubtful, escrows):
        if not doubtful:
            return
        paid_before = self._read_fast_escrow(doubtful)
        open_doubts: dict[str, list[Movement]] = {}
        for order_ref, candidates in doubtful.items():
            pairs = [(each, _advances(each, paid_before.get(order_ref, ()))) for each in candidates]
            explained = [pair for pair in pairs if pair[1] and _is_exact(escrows[order_ref], *pair)]
            if explained:
                yield explained[0]
            else:
                open_doubts[order_ref] = candidates
        times = self._read_release_times(open_doubts)
        for order_ref, candidates in open_doubts.items():
            candidates = [each for each in candidates if each.key in RELEASING]
            near = candidates if times is None else _near(candidates, times.get(order_ref, ()))
            if near:
                yield near[0], ()

    def _read_fast_escrow(self, doubtful) -> dict[str, list[Movement]]:
        """What the orders were paid before they were completed, and what was taken back of it, by order."""
        times = [each.happened_at for candidates in doubtful.values() for each in candidates]
        stretch = min(times) - FAST_ESCROW_BEFORE, max(times)
        paid = self._read_of_type(FAST_ESCROW, *stretch)
        concerned = {each.order_ref for each in paid} & set(doubtful)
        taken_back = self._read_of_type(FAST_ESCROW_DEDUCT, *stretch) if concerned else []
        found = defaultdict(list)
        for each in [*paid, *taken_back]:
            found[each.order_ref].append(each)
        return found

    def _read_of_type(self, key, begin, last) -> list[Movement]:
        found = {}
        while begin < last:
            end = min(begin + const.PAYMENT_WINDOW, last)
            try:
                movements, _unreadable, _clock = self._read_wallet(begin, end, key)
            except Rejected:  # the type cannot be asked for by this name
                return []
            found |= {each.ref: each for each in movements if each.key == key}
            begin = end
        return list(found.values())

    def _read_release_times(self, doubtful) -> dict[str, list[datetime]] | None:
        """When the orders' escrows were released, as far as that was near; None where Shopee does not tell."""
        if not doubtful:
            return {}
        times = [each.happened_at for candidates in doubtful.values() for each in candidates]
        begin, last = min(times) - NEAR, max(times) + NEAR
        found = defaultdict(list)
        while begin < last:
            end = min(begin + const.PAYMENT_WINDOW, last)
            try:
                for order_ref, released_at in self._escrow_list(begin, end):
                    found[order_ref].append(released_at)
            except Rejected:
                return None
            begin = end
        return found

    def _escrow_list(self, begin, end):
        """The orders whose escrow was released in the time, with when; its amount is told in a unit that the samples
        disagree about, hence not used."""
        page_no, more, known, idle = 0, True, set(), 0
        while more:
            page_no += 1
            params = {
                "release_time_from": int(begin.timestamp()),
                "release_time_to": int(end.timestamp()),
                "page_size": const.PAYMENT_PAGE,
                "page_no": page_no,
            }
            response = reading.section(self._read("GET", const.ESCROW_LIST, params), "response")
            more = response.get("more") is True
            nothing = not more and response.get("escrow_list", ...) is None
            entries = [] if nothing else reading.sections(response, "escrow_list", "response.escrow_list")
            page = [(reading.text(each, "order_sn"), reading.moment(each, "escrow_release_time")) for each in entries]
            idle = 0 if set(page) - known else idle + 1
            if idle >= const.IDLE_PAGES:
                raise UnexpectedResponse("Shopee's list of released escrows goes in a circle.", where="more")
            known.update(page)
            yield from ((order_ref, released_at) for order_ref, released_at in page if released_at)


def _by_order(movements):
    """Those that may be about a release, by order, oldest first."""
    found = defaultdict(list)
    for each in sorted(movements, key=lambda each: each.order):
        if may_release(each):
            found[each.order_ref].append(each)
    return found


def _advances(movement, paid_before) -> Advances:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for each in paid_before:
        if each.happened_at <= movement.happened_at and each.ref != movement.ref:
            totals[each.key] += each.amount
    return tuple((key, total) for key, total in sorted(totals.items()) if total)


def _is_exact(escrow, movement, advances: Advances = ()):
    amount = movement.amount + sum((value for _key, value in advances), ZERO)
    return escrow.adjustments_in(amount, int(movement.happened_at.timestamp())) is not None


def _near(candidates, times):
    """The one that is nearest to when its order was released, as a list; empty where none is near."""
    pairs = [(abs(each.happened_at - released_at), each) for each in candidates for released_at in times]
    pairs = [pair for pair in pairs if pair[0] <= NEAR]
    return [min(pairs, key=lambda pair: pair[0])[1]] if pairs else []
