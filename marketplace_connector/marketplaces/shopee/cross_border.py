"""The payout batches of a cross-border shop (v2.payment.get_payout_detail), in its currency and in the bank's."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from ..errors import UnexpectedResponse
from ..payouts import Payout, PayoutRow
from . import const, reading
from .escrow_calls import EscrowCalls
from .escrow_rows import escrow_rows, read_escrow
from .fee_types import FEE_NAMES, offline_adjustment_key

EARLIEST = datetime(2022, 5, 1, tzinfo=timezone(timedelta(hours=8)))  # before that the call is refused


@dataclass(frozen=True, slots=True)
class Batch:
    """A payout and its parts as Shopee tells them. Several at one moment to one account have different `number`s."""

    info: dict[str, Any]
    escrows: tuple[dict[str, Any], ...]
    adjustments: tuple[dict[str, Any], ...]
    number: int = 1

    @property
    def paid_at(self):
        return reading.required_moment(self.info, "payout_time")

    @property
    def ref(self):
        told = [reading.ref(self.info, "payout_time"), reading.ref(self.info, "payee_id")]
        told += [str(self.number)] if self.number > 1 else []
        return "-".join(filter(None, told))


class PayoutBatches(EscrowCalls):
    """Reads payout batches. Nothing here changes anything at Shopee."""

    def _read_batches(self, begin: datetime, end: datetime) -> list[Batch]:
        """Those that were paid out in the time, oldest first. Raises Rejected for a local shop, and
        UnexpectedResponse where one tells no moment."""
        found: dict[tuple, tuple[dict, Counter, Counter]] = {}
        begin, last = max(begin, EARLIEST), min(end, self._now()) + const.WINDOW_MARGIN
        while begin < last:
            stop = min(begin + const.PAYMENT_WINDOW, last)
            for entry in self._payout_entries(begin, stop):
                info = reading.section(entry, "payout_info")
                _info, escrows, adjustments = found.setdefault(_frozen(info), (info, Counter(), Counter()))
                # Of one that comes again, on the next page or in the next window, each part is the same part.
                escrows |= _parts(entry, "escrow_list")
                adjustments |= _parts(entry, "offline_adjustment_list")
            begin = stop
        batches = [Batch(info, *map(_elements, parts)) for info, *parts in found.values()]
        batches = [batch for batch in batches if batch.paid_at < end]
        return _numbered(sorted(batches, key=lambda batch: (batch.paid_at, _frozen(batch.info))))

    def _payout_entries(self, begin, end):
        page_no, more, before, idle = 0, True, [], 0
        while more:
            page_no += 1
            params = {
                "payout_time_from": int(begin.timestamp()),
                "payout_time_to": int(end.timestamp()),
                "page_size": const.PAYMENT_PAGE,
                "page_no": page_no,
            }
            response = reading.section(self._read("GET", const.PAYOUT_DETAIL, params), "response")
            more = response.get("more")
            if not isinstance(more, bool):
                raise reading.unexpected("response.more")
            nothing = not more and response.get("payout_list", ...) is None
            entries = [] if nothing else reading.sections(response, "payout_list", "response.payout_list")
            idle = idle + 1 if entries == before else 0
            if idle >= const.IDLE_PAGES:
                raise UnexpectedResponse("Shopee's list of payouts goes in a circle.", where="more")
            before = entries
            yield from entries

    def _batch_payouts(
        self, batches: Iterable[Batch], zone: tzinfo, errors: list[UnexpectedResponse]
    ) -> Iterator[Payout]:
        """Each batch as a payout; what cannot be understood is put into `errors`, and its batch is not given."""
        for batch in batches:
            try:
                yield self._batch_payout(batch, batch.paid_at.astimezone(zone).date())
            except UnexpectedResponse as error:
                errors.append(reading.unexpected(f"{error.where} of the payout {batch.ref}"))

    def _batch_payout(self, batch, day):
        info = batch.info
        currency = reading.required_text(info, "from_currency").upper()
        bank_currency = reading.required_text(info, "payout_currency").upper()
        paid_to = (reading.text(info, "pay_service"), reading.ref(info, "payee_id"))
        return Payout(
            ref=batch.ref,
            start=day,
            end=day,
            currency=currency,
            paid_out=reading.amount(info, "from_amount"),
            rows=(*self._escrow_rows(batch, day, currency), *_adjustment_rows(batch, day)),
            is_final=True,
            is_paid=True,
            paid_at=batch.paid_at,
            bank_currency=bank_currency,
            bank_amount=reading.amount(info, "payout_amount"),
            rate=_rate(info),
            bank_reference=" ".join(filter(None, paid_to)),
        )

    def _escrow_rows(self, batch, day, currency) -> list[PayoutRow]:
        """The rows of the batch's orders, of each by the terms of its escrow."""
        parts = [(reading.required_text(part, "order_sn"), part) for part in batch.escrows]
        details = self._escrow_details(order_ref for order_ref, _part in parts)
        seen, rows = Counter(), []
        for order_ref, part in parts:
            if reading.text(part, "currency").upper() not in ("", currency):
                raise reading.unexpected(f"currency of order {order_ref}")
            seen[order_ref] += 1
            ref = f"{batch.ref}:{order_ref}" + (f":{seen[order_ref]}" if seen[order_ref] > 1 else "")
            detail = details.get(order_ref)
            amount = reading.amount(part, "escrow_amount", f"escrow_amount of order {order_ref}")
            escrow = read_escrow(detail) if detail else None
            rows += escrow_rows(escrow, order_ref, ref, amount, day, int(batch.paid_at.timestamp()))
        return rows


def _adjustment_rows(batch, day):
    rows, seen = [], Counter()
    for part in batch.adjustments:
        module, order_ref = reading.text(part, "module"), reading.text(part, "order_sn")
        key = offline_adjustment_key(module)
        amount = reading.amount(part, "adjustment_amount")
        own = f"{batch.ref}:{key}:{order_ref}:{amount.normalize() + 0:f}"
        seen[own] += 1
        told = (reading.text(part, "scenario"), reading.text(part, "remark"))
        rows.append(
            PayoutRow(
                ref=own if seen[own] == 1 else f"{own}:{seen[own]}",
                fee_key=key,
                fee_name=FEE_NAMES.get(key) or module or key,
                amount=amount,
                order_ref=order_ref,
                happened_on=day,
                details="; ".join(dict.fromkeys(filter(None, told))),
            )
        )
    return rows


def _rate(info) -> Decimal | None:
    """The rate, None where Shopee rounds it to nothing, as in its sample."""
    rate = reading.amount(info, "exchange_rate") if info.get("exchange_rate") not in (None, "") else None
    return rate or None


def _parts(entry, key) -> Counter:
    """The entries of the list, each as often as it is there."""
    listed = entry.get(key)
    return Counter(_frozen(part) for part in (reading.sections(entry, key) if listed else ()))


def _elements(parts: Counter):
    return tuple(dict(part) for part in sorted(parts.elements(), key=repr))


def _frozen(raw) -> tuple:
    return tuple(sorted((key, value) for key, value in raw.items() if isinstance(value, str | int | Decimal)))


def _numbered(batches):
    seen, result = Counter(), []
    for batch in batches:
        seen[batch.ref] += 1
        result.append(Batch(batch.info, batch.escrows, batch.adjustments, seen[batch.ref]))
    return result
