"""Lazada's statements (API reference GetPayoutStatus, doc 120249), and which rows are theirs.

Two things no page tells, and each is decided here and nowhere else: how the figures add up (`TERMS`, `_terms`), and
which rows a statement has (`match`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from decimal import Decimal
from typing import Any

from ..errors import UnexpectedResponse
from ..types import ZERO
from . import const
from .calls import LazadaCalls
from .reading import amount, flag, optional_amount, required_moment, required_ref, sections, text, unexpected
from .transactions import Period

# Lazada's field, and the term of `Payout` it gives. A statement's rows have their own signs; the sums of them that
# Lazada shows beside do not add up to the payout in recorded answers, so they are shown and nothing follows from them.
TERMS = {
    "opening_balance": "opening",
    "closing_balance": "closing",
    "payout": "paid_out",
    "guarantee_deposit": "held_back",
}
SUMS = (
    "item_revenue",
    "other_revenue_total",
    "fees_total",
    "subtotal1",
    "refunds",
    "fees_on_refunds_total",
    "subtotal2",
    "shipment_fee",
    "shipment_fee_credit",
)
DAY = timedelta(days=1)
CREATED_WITHIN = timedelta(days=6)  # of the end of its period: the next weekly one comes after that
_MONEY = re.compile(r"([A-Z]{3})?\s*([+-]?[\d.,]+)\s*([A-Z]{3})?")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement without its rows; `terms` are those of `Payout`, by name."""

    number: str
    created_on: date  # in the shop's time
    currency: str
    terms: dict[str, Decimal]
    figures: tuple[tuple[str, Decimal], ...]
    is_paid: bool


class StatementList(LazadaCalls):
    """Reads statements. Nothing here changes anything at Lazada."""

    def _read_statements(self, created_after: date) -> tuple[list[Statement], list[UnexpectedResponse]]:
        """Those created since, oldest first, and the errors of those that cannot be understood. One call, no pages."""
        params = {"created_after": created_after.isoformat()}
        content = self._call(const.STATEMENTS, params).content
        entries = sections(content, "data") if content.get("data", "") is not None else []
        statements, errors = {}, []
        for entry in entries:
            try:
                statement = read_statement(entry, self.shop.site)
                statements[statement.number] = statement
            except UnexpectedResponse as error:
                errors.append(error)
        return sorted(statements.values(), key=lambda each: (each.created_on, each.number)), errors


def read_statement(entry: dict[str, Any], site: str) -> Statement:
    """The statement. Raises UnexpectedResponse naming it and what of it is missing or wrong."""
    number = required_ref(entry, "statement_number")
    try:
        paid_out, currency = _money(entry)
        created_at = required_moment(entry, "created_at", site)
        told = {"payout": paid_out}
        for key in (*TERMS, *SUMS):
            if key not in told and (value := optional_amount(entry, key)) is not None:
                told[key] = value
        offset = timezone(timedelta(hours=const.UTC_OFFSETS[site]))
        return Statement(
            number=number,
            created_on=created_at.astimezone(offset).date(),
            currency=currency,
            terms=_terms(told),
            figures=tuple((key, told[key]) for key in (*TERMS, *SUMS) if key in told),
            is_paid=flag(entry, "paid"),
        )
    except UnexpectedResponse as error:
        raise unexpected(f"{error.where} of the statement {number}") from None


def _money(entry):
    """`3962.41 EUR`: the amount, and the currency of the whole statement, which need not be the shop's."""
    match = _MONEY.fullmatch(text(entry, "payout").upper())
    if not match or bool(match[1]) == bool(match[3]):
        raise unexpected("payout")
    return amount({"payout": match[2].removeprefix("+")}, "payout"), match[1] or match[3]


def _terms(told):
    """opening + rows = closing + paid out + held back.

    In Lazada's sample and in recorded answers the closing balance equals the payout: it is told before the money has
    left, and nothing stays behind. Where it does not, it is taken for what stays. Anything else is seen as difference.
    """
    terms = {term: told.get(key, ZERO) for key, term in TERMS.items()}
    if terms["closing"] == terms["paid_out"] + terms["held_back"]:
        terms["closing"] = ZERO
    return terms


def match(statements: Iterable[Statement], periods: Iterable[Period]) -> dict[Period, Statement]:
    """The statement of each period, as far as there is one.

    Rows name the period, statements only a number and when they were created. Inferred from recorded answers, where
    that is in the night after the period: a statement is about the period that ended last before the day it was created
    on (that day's own where none did), and where two would be about one period, it is the first's. `statements` come
    oldest first.
    """
    ended = sorted(set(periods), key=lambda period: (period.end, period.start))
    found: dict[Period, Statement] = {}
    for statement in statements:
        recent = [each for each in ended if each.end <= statement.created_on <= each.end + CREATED_WITHIN]
        before = [each for each in recent if each.end < statement.created_on] or recent
        if before and before[-1] not in found:
            found[before[-1]] = statement
    return found
