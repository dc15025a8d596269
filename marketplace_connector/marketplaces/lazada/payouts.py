"""What Lazada has settled: its statements, each with its rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from ..errors import UnexpectedResponse
from ..payouts import Payout
from ..sites import SITES
from . import const
from .fee_types import FEE_TYPES
from .reading import unexpected
from .statements import DAY, Statement, StatementList, match
from .transactions import Period, Transaction, TransactionList, Unreadable

WEEK = timedelta(days=7)
MOST_NAMED = 5  # broken rows in the text of an error


@dataclass(slots=True)
class _Draft:
    """A payout that is being put together. `statement` is None where Lazada has no number for it (yet)."""

    ref: str
    open_ref: str
    period: Period
    statement: Statement | None = None
    transactions: list[Transaction] = field(default_factory=list)
    broken: bool = False


class Payouts(StatementList, TransactionList):
    """Reads what was settled. Nothing here changes anything at Lazada."""

    fee_types = FEE_TYPES

    def list_payouts(self, start: date, end: date) -> Iterator[Payout]:
        """The statements whose period touches the days, both included, with all their rows; oldest first.

        Rows of a period that has no statement yet are a payout of their own, not final and without balances; so are
        those of a week that name no statement that is known. Where a statement does not add up, older rows of it are
        looked for, once. Raises UnexpectedResponse after all others where
        statements or rows cannot be understood, naming them: a payout that lacks such a row is not given.
        """
        statements, errors = self._read_statements(start - const.LATE_ROWS)
        future = max(self._shop_today() + DAY, end)
        currency = statements[-1].currency if statements else SITES[self.shop.site].currency
        first, last = start - const.LATE_ROWS - WEEK, min(end + WEEK, future)
        oldest = first - const.VERY_LATE_ROWS
        while True:
            transactions, unreadable = self._read_transactions(first, last)
            drafts = [
                draft
                for draft in _drafts(statements, transactions, unreadable)
                if draft.period.start <= end and draft.period.end >= start
            ]
            earliest = min((draft.period.start - const.LATE_ROWS for draft in drafts), default=first)
            latest = min(max((draft.period.end for draft in drafts), default=last), future)
            if first <= earliest and latest <= last:
                if first <= oldest or not any(_is_short(draft, currency) for draft in drafts):
                    break
                earliest = oldest
            first, last = min(first, earliest), max(last, latest)
        for draft in sorted(drafts, key=lambda draft: (draft.period, draft.ref)):
            if not draft.broken:
                yield _payout(draft, currency)
        _raise(errors + [each.error for each in unreadable])

    def _shop_today(self):
        return (self._now() + timedelta(hours=const.UTC_OFFSETS[self.shop.site])).date()


def _raise(errors: list[UnexpectedResponse]):
    if errors:
        named = [error.where for error in errors[:MOST_NAMED]]
        more = len(errors) - len(named)
        raise unexpected("; ".join(named) + (f"; and {more} more" if more else ""))


def _drafts(statements, transactions, unreadable) -> list[_Draft]:
    """Every row in one payout: its statement's, or one that is open, by what the row says of its statement."""
    rows = [*transactions, *unreadable]
    numbers = {statement.number: statement for statement in statements}
    periods = {period for each in rows if (period := Period.from_text(each.statement))}
    named = {each.statement for each in rows if each.statement in numbers}
    of_period = match([each for each in statements if each.number not in named], periods)
    drafts: dict[str, _Draft] = {}
    for each in rows:
        draft = _draft_of(each, numbers, of_period)
        if draft is None:  # it tells neither statement nor day, and is named by its error
            continue
        draft = drafts.setdefault(draft.ref, draft)
        if isinstance(each, Unreadable):
            draft.broken = True
            continue
        draft.transactions.append(each)
        if each.statement in numbers:
            day = each.row.happened_on
            draft.period = Period(min(draft.period.start, day), max(draft.period.end, day))
    for statement in statements:
        drafts.setdefault(statement.number, _without_rows(statement))
    return list(drafts.values())


def _draft_of(each, numbers, of_period):
    """The payout that the row's text names: a statement's number or a period; else that of its text and week."""
    if each.statement in numbers:
        return _without_rows(numbers[each.statement])
    period = Period.from_text(each.statement)
    if period:
        open_ref = f"{period.start:%Y%m%d}-{period.end:%Y%m%d}"
        statement = of_period.get(period)
        return _Draft(statement.number if statement else open_ref, open_ref, period, statement)
    day = each.row.happened_on if isinstance(each, Transaction) else each.day
    if day is None:
        return None
    monday = day - timedelta(days=day.weekday())
    open_ref = f"{each.statement or 'no-statement'}-{monday:%Y%m%d}"
    return _Draft(open_ref, open_ref, Period(monday, monday + WEEK - DAY))


def _without_rows(statement):
    """Lazada tells no period of it: the day before it was created is in it."""
    day = statement.created_on - DAY
    return _Draft(statement.number, statement.number, Period(day, day), statement)


def _is_short(draft, currency):
    """Whether a statement leaves something unexplained that older rows may explain."""
    return draft.statement is not None and not draft.broken and _payout(draft, currency).difference != 0


def _payout(draft, currency):
    references = {each.bank_reference for each in draft.transactions} - {""}
    told = {}
    if draft.statement:
        told = {
            "currency": draft.statement.currency,
            "figures": draft.statement.figures,
            "is_final": True,
            "is_paid": draft.statement.is_paid,
            **draft.statement.terms,
        }
    rows = sorted((each.row for each in draft.transactions), key=lambda row: (row.happened_on, row.ref))
    return Payout(
        ref=draft.ref,
        open_ref="" if draft.open_ref == draft.ref else draft.open_ref,
        start=draft.period.start,
        end=draft.period.end,
        rows=tuple(rows),
        bank_reference=references.pop() if len(references) == 1 else "",
        **({"currency": currency} | told),
    )
