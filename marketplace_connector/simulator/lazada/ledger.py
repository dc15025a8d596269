"""What Lazada writes down of a shop's money: rows, weekly statements, movements to the bank."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

ZERO = Decimal(0)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

# Some numbers of fee_type, with name and transaction type (contract 5.2, doc 120956).
FEES = {
    "13": ("Item Price Credit", "Orders-Sales"),
    "14": ("Reversal Item Price", "Refunds-Sales"),
    "8": ("Shipping Fee (Paid By Customer)", "Orders-Logistics"),
    "142": ("Reversal Shipping Fee (Paid by Customer)", "Refunds-Logistics"),
    "7": ("Shipping Fee Paid by Seller", "Orders-Logistics"),
    "157": ("Auto. Shipping fee subsidy (by Lazada)", "Orders-Logistics"),
    "118": ("Promotional Charges Vouchers", "Orders-Marketing Fees"),
    "121": ("Reversal Promotional Charges Vouchers", "Refunds-Marketing Fees"),
    "16": ("Commission", "Orders-Lazada Fees"),
    "15": ("Reversal Commission", "Refunds-Lazada Fees"),
    "3": ("Payment Fee", "Orders-Lazada Fees"),
    "4": ("Payment Fee Credit", "Refunds-Lazada Fees"),
    "20": ("Other Fee", "Orders-Lazada Fees"),
    "54": ("Penalty", "Orders-Lazada Fees"),
    "22": ("FBL Handling Fee", "3P Services-Logistics"),
    "254": ("FBL Storage Fee", "3P Services-Logistics"),
    "26": ("Return To Seller Fee", "Orders-Logistics"),
    "85": ("Lost Claim", "Refunds-Claims"),
    "206": ("Damaged Claim", "Refunds-Claims"),
    "112": ("Sponsored Product Fee", "Other Services"),
    "235": ("Seller balance adjustment debit", "Orders-Sales"),
    "236": ("Seller balance adjustment credit", "Orders-Sales"),
}
REVERSALS = {"13": "14", "118": "121", "8": "142", "16": "15", "3": "4"}
CLAIMS = {
    "lost_by_3pl": "85",
    "shipped_back_failed": "85",
    "damaged_by_3pl": "206",
    "package_scrapped": "206",
}
SERVICES = frozenset({"16", "15", "3", "4", "7", "20", "22", "254", "112"})  # that Lazada bills the seller for


@dataclass(eq=False)
class Row:
    """One amount, + to the seller."""

    number: str  # of the transaction, which may be on several rows
    fee_type: str
    fee_name: str
    transaction_type: str
    amount: Decimal
    day: date  # the transaction's, in the shop's time
    booked_at: datetime
    vat: Decimal = ZERO  # part of the amount, with its sign
    wht: Decimal = ZERO  # the same, unless it stands apart
    wht_apart: bool = False
    order: object = None
    unit: object = None
    details: str = ""
    statement: "Statement | None" = None  # once it is closed
    hidden: bool = False  # for tests: no answer shows it
    overrides: dict = field(default_factory=dict)  # for tests: fields of its answer

    @property
    def moves(self):
        """What it does to the balance."""
        return self.amount - (self.wht if self.wht_apart else ZERO)


@dataclass(eq=False)
class Statement:
    """The rows of a week, and what follows from them. `balance` is what there is to pay or to carry on."""

    number: str
    start: date
    end: date  # the last day in it
    created_at: datetime
    opening: Decimal
    rows: list[Row]
    deposit: Decimal = ZERO  # what more is held back, less than 0 where some is let go
    payout: Decimal = ZERO
    paid_at: datetime | None = None
    reference: str = ""  # of the payment
    updated_at: datetime | None = None
    overrides: dict = field(default_factory=dict)

    @property
    def balance(self):
        """What the opening balance has become by the rows."""
        return self.opening + sum((row.moves for row in self.rows), ZERO)

    @property
    def carried(self):
        """The opening balance of the next one."""
        return self.balance - self.payout - self.deposit

    @property
    def by_fee(self):
        """Sums by fee type."""
        return _sums(self.rows, lambda row: row.fee_type)

    @property
    def by_order(self):
        """Sums by order id, None for what is about no order."""
        return _sums(self.rows, lambda row: row.order and row.order.order_id)


@dataclass(eq=False)
class Movement:
    """Money between the shop's account at Lazada and its bank, + into the account."""

    number: str
    moment: datetime
    kind: str  # Deposit, Withdrawal, Payment
    sub_kind: str
    amount: Decimal
    reference: str


def _sums(rows, key):
    found = {}
    for row in rows:
        found[key(row)] = found.get(key(row), ZERO) + row.amount
    return found


def shop_zone(shop):
    """The shop's time zone."""
    return timezone(timedelta(hours=shop.country.utc_offset))


def shop_day(shop, moment) -> date:
    """The day that it is in the shop."""
    return moment.astimezone(shop_zone(shop)).date()


def midnight_after(shop, day) -> datetime:
    """The moment at which the day ends in the shop."""
    return datetime.combine(day + DAY, datetime.min.time(), shop_zone(shop))


def period_of_day(shop, day) -> tuple[date, date]:
    """The first and last day of the statement that is not closed yet and has what is booked on the day."""
    closed = shop.statements[-1].end if shop.statements else date.min
    start = max(day - timedelta(days=day.weekday()), closed + DAY if shop.statements else date.min)
    return start, start + timedelta(days=6 - start.weekday())


def period_of_row(shop, row) -> tuple[date, date]:
    """The first and last day of the row's statement, closed or not."""
    if row.statement:
        return row.statement.start, row.statement.end
    return period_of_day(shop, shop_day(shop, row.booked_at))
