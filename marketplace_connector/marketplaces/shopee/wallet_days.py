"""The days of a wallet: what was there before and after, and which of its entries moved money.

From one balance to the next is what the movements say: where the balances tell more, an entry is missing, and the day
does not add up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from ..types import ZERO
from .fee_types import WITHDRAWAL_COMPLETED, WITHDRAWAL_CREATED
from .wallet import Movement

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement and by how much it changed the balance: its amount, or that less a fee that is taken beside it."""

    movement: Movement
    effect: Decimal

    @property
    def before(self):
        return self.movement.balance - self.effect

    @property
    def fee_beside(self):
        return self.movement.amount - self.effect


@dataclass(slots=True)
class WalletDay:
    """A day with money moved. `opening` and `closing` are as exact as Shopee tells them."""

    day: date
    opening: Decimal
    closing: Decimal = ZERO
    moved: list[Moved] = field(default_factory=list)

    @property
    def rounding(self):
        """What whole cents leave of balances that are told finer; 0 where they are not, whatever is missing."""
        if all(value == _in_cents(value) for value in (self.opening, self.closing)):
            return ZERO
        rest = _in_cents(self.closing) - _in_cents(self.opening) - sum((each.effect for each in self.moved), ZERO)
        return rest if abs(rest) <= CENT else ZERO

    @property
    def opening_in_cents(self):
        return _in_cents(self.opening)

    @property
    def closing_in_cents(self):
        return _in_cents(self.closing)


def wallet_days(movements: Iterable[Movement], zone: tzinfo, balance: Decimal | None = None) -> list[WalletDay]:
    """The days on which money moved, oldest first.

    `balance` is what was there before the first, where that is known. A day opens with what the day before closed with.
    """
    found = _by_day(_chain(movements, balance), zone)
    days: list[WalletDay] = []
    for place, (day, moved) in enumerate(found):
        following = found[place + 1][1] if place + 1 < len(found) else []
        opening = _opening(moved, following) if balance is None else balance
        balance = _closing(moved, opening)
        days.append(WalletDay(day, opening, balance, moved))
    return days


def _by_day(chain, zone):
    found = defaultdict(list)
    for each in chain:
        if each.effect:
            found[each.movement.happened_at.astimezone(zone).date()].append(each)
    return sorted(found.items())


def _opening(moved, following):
    """The balance that nothing of the day ends with, whatever order the movements of one second came in; of a day that
    ends as it began, what the next day begins with."""
    starts = _surplus(_befores(moved), _afters(moved))
    if len(starts) == 1:
        return starts[0]
    later = _surplus(_befores(following), _afters(following))
    if not starts and len(later) == 1 and later[0] in _befores(moved):
        return later[0]
    return moved[0].before


def _closing(moved, opening):
    """The balance that nothing of the day begins with."""
    ends = _surplus(_afters(moved), _befores(moved))
    if len(ends) == 1:
        return ends[0]
    return opening if not ends and opening in _befores(moved) else moved[-1].movement.balance


def _befores(moved):
    return Counter(each.before for each in moved)


def _afters(moved):
    return Counter(each.movement.balance for each in moved)


def _surplus(some, others):
    return list((some - others).elements())


# === WHICH ENTRIES MOVED MONEY === #


def _chain(movements, balance):
    """The entries one after the other, each with what it did to the balance before it."""
    seconds = defaultdict(list)
    for movement in sorted(movements, key=lambda movement: movement.order):
        seconds[movement.happened_at].append(movement)
    for _second, group in sorted(seconds.items()):
        while group:
            moved = _following(group, balance) or _first(group)
            group.remove(moved.movement)
            balance = moved.movement.balance
            yield moved


def _following(group, balance):
    """The entry that goes on from the balance, None where none does."""
    if balance is None:
        return None
    fitting = (
        Moved(movement, effect)
        for effects in (_certain_effects, _doubtful_effects)
        for movement in group
        for effect in effects(movement)
        if movement.balance - effect == balance
    )
    return next(fitting, None)


def _first(group):
    """The entry to begin with where the balance before is not known: one that follows none of the others."""
    reached = Counter(movement.balance for movement in group)
    for movement in group:
        moved = Moved(movement, _usual_effect(movement))
        if moved.effect and reached[moved.before] == 0:
            return moved
    return Moved(group[0], _usual_effect(group[0]))


def _certain_effects(movement):
    """What the entry has done if it moved money at all, the likeliest first."""
    if movement.key == WITHDRAWAL_COMPLETED:
        return (ZERO,)
    return (movement.amount, movement.amount - movement.fee) if movement.fee else (movement.amount,)


def _doubtful_effects(movement):
    """One that is not COMPLETED moved money if the balances say so: a withdrawal leaves the wallet when it is asked
    for, whatever becomes of it."""
    return () if movement.is_completed else (ZERO,)


def _usual_effect(movement):
    moves = movement.is_completed or movement.key == WITHDRAWAL_CREATED
    return movement.amount if moves and movement.key != WITHDRAWAL_COMPLETED else ZERO


def _in_cents(value):
    return value.quantize(CENT, ROUND_HALF_UP)
