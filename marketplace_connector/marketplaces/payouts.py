"""What a platform has settled: frozen values, signed amounts (+ to the seller) with tax included, aware times."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .types import ZERO

# What a row of a payout is booked as: `order_amount` settles the customer's invoice, `bank` is on its way to the bank.
FEE_KINDS = (
    "order_amount",
    "revenue",
    "commission",
    "payment",
    "logistics",
    "marketing",
    "penalty",
    "tax",
    "adjustment",
    "bank",
    "unknown",
)
BANK_MOVEMENT_KINDS = ("deposit", "withdrawal", "payment", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeType:
    """A kind of row that the platform documents."""

    key: str
    name: str
    kind: str  # one of FEE_KINDS
    is_delivery: bool = False  # what sending the parcel costs, what the buyer pays for that, and who adds to it


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRow:
    """One amount of a payout. `ref` is the same whenever the row is read again, and no other row of the shop has it.

    `amount` is signed; `tax` (VAT) and `withheld` tax are parts of it with its sign, unless `withheld_apart`: then the
    withheld tax is not in it. `happened_on` is a day of the shop. Rows without `order_ref` belong to the shop.
    """

    ref: str
    fee_key: str
    fee_name: str = ""
    amount: Decimal
    tax: Decimal = ZERO
    withheld: Decimal = ZERO
    withheld_apart: bool = False
    order_ref: str = ""
    unit_ref: str = ""
    seller_sku: str = ""
    happened_on: date | None = None
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """A statement of the platform, or a slice of its wallet, with all its rows.

    What must hold: opening + Σ rows = closing + paid_out + held_back; `difference` is what is missing, named and never
    plugged. A wallet's withdrawals are rows of the kind `bank`, its `paid_out` is 0. `figures` are sums that the
    platform itself shows, by its names. `ref` is unique within the shop. `rate` and `bank_amount` (in `bank_currency`)
    where the platform changes money.
    """

    ref: str
    start: date
    end: date  # the last day in it
    currency: str
    opening: Decimal = ZERO
    closing: Decimal = ZERO
    paid_out: Decimal = ZERO
    held_back: Decimal = ZERO
    rows: tuple[PayoutRow, ...] = ()
    figures: tuple[tuple[str, Decimal], ...] = ()
    is_final: bool = False  # the platform has closed it
    open_ref: str = ""  # its `ref` before the platform had closed it, where that was another one
    is_paid: bool = False
    paid_at: datetime | None = None
    bank_currency: str = ""
    bank_amount: Decimal | None = None
    rate: Decimal | None = None
    bank_reference: str = ""  # what the platform says stands on the bank's side

    @property
    def difference(self):
        """What its rows and balances leave unexplained; 0 where it adds up."""
        moved = sum((row.amount - (row.withheld if row.withheld_apart else ZERO) for row in self.rows), ZERO)
        return self.opening + moved - self.closing - self.paid_out - self.held_back


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMovement:
    """Money that went from the platform's account of the shop to its bank (-), or came into that account (+).

    `ref` is the same whenever it is read again. `kind` is one of BANK_MOVEMENT_KINDS; `name` and `status` are the
    platform's own words, in the language of the shop.
    """

    ref: str
    number: str
    kind: str
    name: str
    amount: Decimal
    currency: str
    happened_at: datetime
    bank_account: str = ""
    bank_reference: str = ""
    status: str = ""
    details: str = ""
