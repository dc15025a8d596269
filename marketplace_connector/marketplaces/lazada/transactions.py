"""The rows of Lazada's transaction list (API reference QueryTransactionDetails), read whole, and what each one says.

Lazada names no unique number of a row: `transaction_number` comes on several, and rows repeat. A row's `ref` is made of
what does not change about it, and of a counter where several are equal in all that.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ..errors import ServerError, UnexpectedResponse
from ..payouts import PayoutRow
from ..types import ZERO
from . import const
from .calls import LazadaCalls
from .fee_types import FEE_NAMES
from .reading import amount, ref, text, unexpected

ALL_TYPES = "-1"
# What does not change about a row; names come in any language, statuses and statement may come later.
LASTING = ("transaction_number", "order_no", "orderItem_no", "seller_sku", "lazada_sku", "reference")
NO = frozenset({"no", "n", "false", "0"})
MONTHS = {name: index for index, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_WORDED_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?,?[ -](\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ].*)?", re.ASCII)
_BETWEEN = re.compile(r"\s+(?:[-–—~]|to)\s+")


def read_day(value: str) -> date | None:
    """A day written as `17 May 2016` or ISO 8601, None where it is neither."""
    try:
        if match := _ISO_DAY.fullmatch(value):
            return date.fromisoformat(match[1])
        if match := _WORDED_DAY.fullmatch(value):
            return date(int(match[3]), MONTHS[match[2].lower()], int(match[1]))
    except (KeyError, ValueError):  # a day that is in no calendar
        return None
    return None


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days that a statement is about, both included."""

    start: date
    end: date

    @classmethod
    def from_text(cls, value: str) -> "Period | None":
        """The period of a row's `statement`: `11 May 2016 - 17 May 2016`, or one day."""
        days = [read_day(part) for part in _BETWEEN.split(value.strip())]
        if None in days or len(days) > 2 or days[0] > days[-1]:
            return None
        return cls(days[0], days[-1])


@dataclass(frozen=True, slots=True)
class Transaction:
    """A row, and the text that names its statement."""

    row: PayoutRow
    statement: str
    bank_reference: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot be understood; `statement` and `day` as far as they can."""

    error: UnexpectedResponse
    statement: str
    day: date | None


class TransactionList(LazadaCalls):
    """Reads rows. Nothing here changes anything at Lazada."""

    def _read_transactions(self, first: date, last: date) -> tuple[list[Transaction], list[Unreadable]]:
        """All rows of the days, both included, each once. Raises ServerError where the list would not stand still.

        Whether Lazada counts the last day in is not documented: one more is asked for. Rows that two stretches give are
        the same, however many times each of them gives them.
        """
        found: dict[tuple, list[dict[str, Any]]] = {}
        while first <= last:
            end = min(last + timedelta(days=1), first + const.TRANSACTION_WINDOW)
            stretch: dict[tuple, list[dict[str, Any]]] = {}
            for raw in self._read_stretch(first, end):
                stretch.setdefault(_identity(raw), []).append(raw)
            for identity, raws in stretch.items():
                found[identity] = max(found.get(identity, []), raws, key=len)
            if end > last:
                break
            first = end
        return _understood(found)

    def _read_stretch(self, first, end):
        for _attempt in range(const.TRANSACTION_ATTEMPTS):
            rows = self._read_pages(first, end)
            if rows is not None:
                return rows
        raise ServerError("Lazada's list of transactions kept changing while it was read.")

    def _read_pages(self, first, end):
        """The rows, None where the list moved meanwhile: each page begins with the last row of the one before."""
        rows: list[Any] = []
        while True:
            page = self._read_transaction_page(first, end, max(len(rows) - 1, 0))
            if rows and (not page or _identity(page[0]) != _identity(rows[-1])):
                return None
            rows += page[1:] if rows else page
            if len(page) < const.TRANSACTION_PAGE:
                return rows

    def _read_transaction_page(self, first, end, offset):
        params = {
            "start_time": first.isoformat(),
            "end_time": end.isoformat(),
            "trans_type": ALL_TYPES,
            "offset": str(offset),
            "limit": str(const.TRANSACTION_PAGE),
        }
        content = self._call(const.TRANSACTIONS, params).content
        rows = content.get("data", "")
        if rows is None:
            return []
        if not isinstance(rows, list):
            raise unexpected("data")
        return rows


def _identity(raw) -> tuple:
    """What does not change about a row, in whatever way it is written."""
    if not isinstance(raw, dict):
        return (repr(raw),)
    try:
        value = format(_amount(raw, "amount").normalize() + 0, "f")
    except UnexpectedResponse:
        value = repr(raw.get("amount"))
    day = text(raw, "transaction_date")
    known = read_day(day)
    kind = ref(raw, "fee_type") or f"{text(raw, 'transaction_type')}/{text(raw, 'fee_name')}"
    return (known.isoformat() if known else day, kind, value, *(ref(raw, key) for key in LASTING))


def _understood(found):
    transactions, unreadable = [], []
    for identity, raws in found.items():
        equals = []
        for raw in raws:
            try:
                equals.append(_transaction(identity, raw))
            except UnexpectedResponse as error:
                statement, day = (text(raw, "statement"), text(raw, "transaction_date")) if _is_row(raw) else ("", "")
                unreadable.append(Unreadable(error, statement, read_day(day)))
        equals.sort(key=_rank)
        for number, each in enumerate(equals, 1):
            if number > 1:
                each = replace(each, row=replace(each.row, ref=f"{each.row.ref}:{number}"))
            transactions.append(each)
    return transactions, unreadable


def _is_row(raw):
    return isinstance(raw, dict)


def _rank(each):
    """The order of rows that are equal in what does not change: by statement, then by what else they say."""
    period = Period.from_text(each.statement) or Period(date.max, date.max)
    row = each.row
    return (period, each.statement, row.tax, row.withheld, row.withheld_apart, row.details, each.bank_reference)


def _transaction(identity: Sequence[str], raw) -> Transaction:
    """The row. Raises UnexpectedResponse naming the row and what of it is missing or wrong."""
    if not _is_row(raw):
        raise unexpected("data")
    try:
        row = _row(raw)
    except UnexpectedResponse as error:
        number = text(raw, "transaction_number") or "without a number"
        order = ref(raw, "order_no")
        where = f"{error.where} of the transaction {number}" + (f" of order {order}" if order else "")
        raise unexpected(where) from None
    digest = hashlib.sha256(repr(tuple(identity)).encode()).hexdigest()[:16]
    number = text(raw, "transaction_number")
    return Transaction(
        row=replace(row, ref=f"{number}:{digest}" if number else digest),
        statement=text(raw, "statement"),
        bank_reference=ref(raw, "payment_ref_id"),
    )


def _row(raw):
    value = _amount(raw, "amount")
    happened_on = read_day(text(raw, "transaction_date"))
    if happened_on is None:
        raise unexpected("transaction_date")
    key = ref(raw, "fee_type")
    name = text(raw, "fee_name") or text(raw, "transaction_type")
    if not key and not name:
        raise unexpected("fee_type")
    return PayoutRow(
        ref="",
        fee_key=key or name,
        fee_name=name or FEE_NAMES.get(key, key),
        amount=value,
        tax=_part(raw, "VAT_in_amount", value),
        withheld=_part(raw, "WHT_amount", value),
        withheld_apart=text(raw, "WHT_included_in_amount").lower() in NO,
        order_ref=ref(raw, "order_no"),
        unit_ref=ref(raw, "orderItem_no"),
        seller_sku=text(raw, "seller_sku"),
        happened_on=happened_on,
        details="; ".join(dict.fromkeys(filter(None, (text(raw, "details"), text(raw, "comment"))))),
    )


def _part(raw, key, whole) -> Decimal:
    """A part of the amount, with its sign: Lazada's sample has a positive one of a negative amount."""
    if raw.get(key) in (None, "", "null"):
        return ZERO
    part = abs(_amount(raw, key))
    return -part if whole < 0 else part


def _amount(raw, key) -> Decimal:
    """An amount, where Lazada also writes a + before it."""
    value = raw.get(key)
    return amount({key: value.strip().removeprefix("+")} if isinstance(value, str) else raw, key)
