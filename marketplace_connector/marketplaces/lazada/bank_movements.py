"""Money between the shop's account at Lazada and its bank (API reference QueryAccountTransactions)."""

from datetime import date, timedelta
from types import MappingProxyType

from ..errors import ServerError
from ..payouts import BankMovement
from . import const
from .calls import LazadaCalls
from .reading import amount, count, ref, required_moment, required_ref, section, sections, text, unexpected

# The values that Lazada takes for `transaction_type`. Its answers have them in the shop's language.
KINDS = MappingProxyType({"deposit": "Deposit", "withdrawal": "Withdrawal", "payment": "Payment"})


class BankMovements(LazadaCalls):
    """Reads withdrawals and the like. These calls go by POST and change nothing."""

    def list_bank_movements(self, start: date, end: date) -> list[BankMovement]:
        """What moved on the days, both included, and maybe the day after; oldest first.

        Costs one call for 100 movements; where Lazada writes their types in another language than English, as many
        again: then it is asked for each type by itself. Raises UnexpectedResponse naming a movement that cannot be
        understood, ServerError where the list kept changing.
        """
        entries = self._read_movements(start, end)
        kinds = {}
        if any(text(each, "type").lower() not in KINDS for equals in entries.values() for each in equals):
            for kind, name in KINDS.items():
                kinds |= dict.fromkeys(self._read_movements(start, end, name), kind)
        found = []
        for identity, equals in entries.items():
            for number, entry in enumerate(equals, 1):
                kind = kinds.get(identity) or text(entry, "type").lower()
                found.append(_movement(entry, kind if kind in KINDS else "unknown", number, self.shop.site))
        return sorted(found, key=lambda movement: (movement.happened_at, movement.ref))

    def _read_movements(self, start, end, name=""):
        """Those that are equal in what does not change, by that. Whether Lazada counts the last day in is not
        documented: one more is asked for."""
        found: dict[tuple, list] = {}
        while start <= end:
            last = min(end + timedelta(days=1), start + const.TRANSACTION_WINDOW)
            stretch: dict[tuple, list] = {}
            for entry in self._read_movement_pages(start, last, name):
                stretch.setdefault(_identity(entry), []).append(entry)
            for identity, entries in stretch.items():
                found[identity] = max(found.get(identity, []), entries, key=len)
            if last > end:
                break
            start = last
        return found

    def _read_movement_pages(self, first, last, name):
        entries, page = [], 1
        while True:
            params = {
                "page_num": str(page),
                "page_size": str(const.BANK_PAGE),
                "start_time": first.strftime("%Y%m%d"),
                "end_time": last.strftime("%Y%m%d"),
                "transaction_type": name,
            }
            content = self._shop_call("POST", const.BANK_MOVEMENTS, params, repeatable=True).content
            data = section(content, "data") if content.get("data", "") is not None else {}
            found = sections(data, "transactions", "data.transactions") if data.get("transactions") else []
            entries += found
            info = section(data, "page_info") if data.get("page_info") else {}
            total = count(info, "total_count", "data.page_info.total_count")
            done = len(found) < const.BANK_PAGE if total is None else len(entries) >= total or not found
            if done:
                break
            page += 1
        if total is not None and len(entries) != total:
            raise ServerError("Lazada's list of bank movements changed while it was read.")
        return entries


def _identity(entry):
    return tuple(text(entry, key) for key in ("transaction_number", "transaction_time", "amount", "currency"))


def _movement(entry, kind, number, site):
    where = f"of the bank movement {text(entry, 'transaction_number') or 'without a number'}"
    value = text(entry, "amount").removeprefix("+")
    value = amount({"amount": value}, "amount", f"amount {where}")
    happened_at = required_moment(entry, "transaction_time", site, f"transaction_time {where}")
    own = required_ref(entry, "transaction_number", f"transaction_number {where}")
    currency = text(entry, "currency").upper()
    if not currency:
        raise unexpected(f"currency {where}")
    payee = entry.get("payee_account") if isinstance(entry.get("payee_account"), dict) else {}
    steps = entry.get("tracking_list") if isinstance(entry.get("tracking_list"), list) else []
    steps = [step for step in steps if isinstance(step, dict)]
    newest = max(steps, key=lambda step: text(step, "update_time"), default={})
    names = dict.fromkeys(filter(None, (text(entry, "type"), text(entry, "sub_type"))))
    plain = format(value.normalize() + 0, "f")
    return BankMovement(
        ref=f"{own}:{happened_at:%Y%m%d%H%M%S}:{plain}" + (f":{number}" if number > 1 else ""),
        number=own,
        kind=kind,
        name=" - ".join(names),
        amount=value,
        currency=currency,
        happened_at=happened_at,
        bank_account=text(payee, "account"),
        bank_reference=ref(entry, "pmt_reference"),
        status=text(newest, "status") or text(newest, "name"),
        details=text(entry, "remarks"),
    )
