"""The wallet of a local shop (v2.payment.get_wallet_transaction_list), read whole, and what each movement says.

Shopee tells a number of each movement that its page does not name (`transaction_id`). Where it is missing, `ref` is
made of what does not change about a movement, and of a counter where several are equal in all that.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from ..errors import UnexpectedResponse
from ..types import ZERO
from . import const, reading
from .calls import ShopeeCalls
from .fee_types import BY_KEY, transaction_key

COMPLETED = "COMPLETED"
MONEY_OUT = "MONEY_OUT"
LASTING = ("order_sn", "refund_sn", "withdrawal_id", "root_withdrawal_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """An entry of the wallet; `amount` is positive for what comes in, `balance` what is there after it."""

    ref: str
    key: str  # its type's name
    amount: Decimal
    balance: Decimal
    happened_at: datetime
    is_completed: bool
    fee: Decimal = ZERO  # ≥ 0
    order_ref: str = ""
    details: str = ""

    @property
    def order(self):
        """How movements sort that happened one after the other, as far as they tell."""
        return self.happened_at, self.ref


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that cannot be understood; `happened_at` where it tells that."""

    error: UnexpectedResponse
    happened_at: datetime | None


class WalletList(ShopeeCalls):
    """Reads wallets. Nothing here changes anything at Shopee."""

    def _read_wallet(
        self, begin: datetime, end: datetime, key: str = ""
    ) -> tuple[list[Movement], list[Unreadable], datetime]:
        """The entries of the time, in any order and each once, and the platform's clock after the last call.

        Entries that two pages have are the same, however many times each of them has them. At most
        `const.PAYMENT_WINDOW`. With `key` only those of that type. N entries cost ceil(N / 100) calls where pages are
        counted from 0. Its page calls page_no an offset too: then a few more, and counted from 1 one more.
        """
        found: dict[tuple, list[dict]] = {}
        page_no, idle, before, is_offset = 0, 0, [], False
        while True:
            entries, more, date = self._wallet_page(begin, end, key, page_no)
            page = [_identity(entry) for entry in entries]
            known = len(found)
            for identity, equals in _grouped(page, entries).items():
                found[identity] = max(equals, found.get(identity, []), key=len)
            if not more:
                return *_understood(found), date
            idle = 0 if len(found) > known else idle + 1
            if idle >= const.IDLE_PAGES:
                raise UnexpectedResponse("Shopee's list of wallet movements goes in a circle.", where="more")
            is_offset = is_offset or (page_no == 1 and len(page) > 1 and page[:-1] == before[1:])
            page_no, before = sum(map(len, found.values())) if is_offset else page_no + 1, page

    def _wallet_page(self, begin, end, key, page_no):
        params = {
            "page_no": page_no,
            "page_size": const.PAYMENT_PAGE,
            "create_time_from": int(begin.timestamp()),
            "create_time_to": int(end.timestamp()),
        }
        if key:
            params["transaction_type"] = key
        content, date = self._read_dated("GET", const.WALLET, params)
        response = reading.section(content, "response")
        more = response.get("more")
        if not isinstance(more, bool):
            raise reading.unexpected("response.more")
        nothing = not more and response.get("transaction_list", ...) is None  # an empty list may be written as null
        where = "response.transaction_list"
        return [] if nothing else reading.sections(response, "transaction_list", where), more, date


def _grouped(page, entries):
    found = defaultdict(list)
    for identity, entry in zip(page, entries, strict=True):
        found[identity].append(entry)
    return found


def _understood(found):
    movements, unreadable = [], []
    for identity, equals in found.items():
        for number, raw in enumerate(equals, 1):
            try:
                movement = _movement(identity, raw)
                own = movement.ref if number == 1 else f"{movement.ref}:{number}"
                movements.append(replace(movement, ref=own))
            except UnexpectedResponse as error:
                unreadable.append(_unreadable(raw, error))
    return movements, unreadable


def _unreadable(raw, error):
    try:
        happened_at = reading.moment(raw, "create_time")
    except UnexpectedResponse:
        happened_at = None
    named = reading.ref(raw, "transaction_id") or reading.text(raw, "order_sn") or "without a number"
    kind = reading.ref(raw, "transaction_type") or "no type"
    return Unreadable(reading.unexpected(f"{error.where} of the wallet movement {named} ({kind})"), happened_at)


def _identity(raw) -> tuple:
    """What does not change about an entry, however Shopee writes its type and its amount."""
    number = reading.ref(raw, "transaction_id")
    if number:
        return (number,)
    key = _key(raw)
    try:
        told = _signed(raw, key), reading.amount(raw, "current_balance")
    except UnexpectedResponse:
        return (repr(raw),)
    told = (format(value.normalize() + 0, "f") for value in told)
    return (reading.ref(raw, "create_time"), key, *told, *(reading.ref(raw, name) for name in LASTING))


def _movement(identity, raw) -> Movement:
    key = _key(raw)
    fee = reading.amount(raw, "transaction_fee") if raw.get("transaction_fee") is not None else ZERO
    named = identity[0] if len(identity) == 1 else hashlib.sha256(repr(identity).encode()).hexdigest()[:20]
    return Movement(
        ref=f"wallet:{named}",
        key=key,
        amount=_signed(raw, key),
        balance=reading.amount(raw, "current_balance"),
        happened_at=reading.required_moment(raw, "create_time"),
        is_completed=reading.text(raw, "status").upper() in ("", COMPLETED),
        fee=abs(fee),
        order_ref=_order_ref(raw),
        details=_details(raw),
    )


def _key(raw):
    return transaction_key(reading.ref(raw, "transaction_type"))


def _signed(raw, key):
    """The amount with its sign: integrators see deductions as negative amounts, no page says that they are."""
    value = reading.amount(raw, "amount")
    if value < 0:
        return value
    flow = reading.text(raw, "money_flow").upper()
    known = BY_KEY.get(key)
    goes_out = flow == MONEY_OUT or (not flow and known is not None and known.direction < 0)
    return -value if goes_out else value


def _order_ref(raw):
    """The order that the movement is for; of several none."""
    if order_ref := reading.text(raw, "order_sn"):
        return order_ref
    listed = raw.get("pay_order_list")
    refs = {reading.text(entry, "order_sn") for entry in listed if isinstance(entry, dict)} if listed else set()
    return refs.pop() if len(refs) == 1 else ""


def _details(raw):
    named = {"withdrawal": "withdrawal_id", "return": "refund_sn"}
    told = [reading.text(raw, "reason"), reading.text(raw, "description")]
    told += [f"{word} {number}" for word, key in named.items() if (number := reading.ref(raw, key))]
    return "; ".join(dict.fromkeys(filter(None, told)))
