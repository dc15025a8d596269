"""What orders, refunds and charges do to a shop's balance at Lazada: each amount a row of its own."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from ..catalogue import money
from .ledger import CLAIMS, FEES, REVERSALS, SERVICES, ZERO, Row, shop_day
from .state import WITHOUT_COURIER

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PAID_FOR = ("delivered", "confirmed")
ONE = Decimal(1)


class Bookkeeper:
    """The part of the platform that writes down what it owes the seller, and what the seller owes. Rates are switches.

    Money of a unit is the seller's once it is delivered. No page tells how Lazada rounds: here each row is rounded.
    """

    commission_rate = Decimal("0.04")  # of the price less the seller's voucher
    payment_fee_rate = Decimal("0.02")  # of what the buyer pays
    shipping_charge = ONE  # for a parcel, of what parcels usually cost in the country
    shipping_subsidy = Decimal("0.25")  # what Lazada gives back of that
    fbl_handling_fee = Decimal("0.5")  # for a unit from Lazada's warehouse, of the same
    return_fee = ZERO  # for a parcel that comes back, of the same
    reversed_with_refund = ("13", "118", "16")  # fee types; shipping ("8") and the payment fee ("3") stay
    fees_have_cents = False  # recorded statements in VND have them
    vat_rate = ZERO  # contained in what Lazada charges for its services
    withholding_rate = ZERO  # of the fee types below
    withheld_from = frozenset({"16", "3"})
    withholding_is_apart = False  # WHT_included_in_amount: No

    def __init__(self):
        self._last_transaction = int("1P9VK1A", 36)

    # === ORDERS === #

    def _book_move(self, order, units, status):
        if status in PAID_FOR:
            self._book_delivery(order, [unit for unit in units if not unit.is_credited])
        elif status == "returned":
            self._book_refund(order, units, ONE)
            self._book_return_fee(order, units)
        elif status in CLAIMS:
            self._book(order, CLAIMS[status], [(unit, unit.item_price) for unit in units])
        elif status == "shipped_back_success":
            self._book_return_fee(order, units)
        self._book_shipping_paid(order)

    def _book_delivery(self, order, units):
        for unit in units:
            unit.is_credited = True
        self._book(order, "13", [(unit, unit.item_price) for unit in units])
        self._book(order, "118", [(unit, -unit.voucher_seller) for unit in units])
        commission = [(unit, (unit.item_price - unit.voucher_seller) * self.commission_rate) for unit in units]
        self._book(order, "16", [(unit, -max(fee, ZERO)) for unit, fee in commission])
        payment = [(unit, _paid_by_buyer(unit) * self.payment_fee_rate) for unit in units]
        self._book(order, "3", [(unit, -max(fee, ZERO)) for unit, fee in payment])
        usual = order.shop.country.shipping_fee
        self._book(order, "22", [(unit, -usual * self.fbl_handling_fee) for unit in units if unit.is_fbl])
        parcels = _first_of_parcels(order, units, "7")
        charged = [(unit, self._round(order.shop, usual * self.shipping_charge)) for unit in parcels]
        self._book(order, "7", [(unit, -fee) for unit, fee in charged])
        self._book(order, "157", [(unit, fee * self.shipping_subsidy) for unit, fee in charged])

    def _book_shipping_paid(self, order):
        """What the buyer paid for shipping comes with what is delivered; a cancelled unit's part is not paid back
        where the order goes on counting it."""
        paid_for = [unit for unit in order.units if unit.is_credited]
        if not paid_for:
            return
        if self.header_keeps_canceled_units:
            paid_for += [unit for unit in order.units if unit.status == "canceled"]
        due = [(unit, unit.shipping_amount) for unit in paid_for if not _booked(unit, "8")]
        self._book(order, "8", due)

    def _book_return_fee(self, order, units):
        fee = order.shop.country.shipping_fee * self.return_fee
        self._book(order, "26", [(unit, -fee) for unit in _first_of_parcels(order, units, "26")])

    def refund(self, order, units=None, share=1):
        """The buyer keeps the goods and gets the money back, or a share of it. Raises ValueError where none was paid
        to the seller, or all of it was paid back."""
        rows = self._book_refund(order, units or order.units, Decimal(share))
        if not rows:
            raise ValueError("Nothing of it was paid to the seller that could be paid back.")
        return rows

    def _book_refund(self, order, units, share):
        rows = []
        for fee_type in self.reversed_with_refund:
            back = REVERSALS[fee_type]
            parts = []
            for unit in units:
                paid = sum((row.amount for row in unit.rows if row.fee_type == fee_type), ZERO)
                left = paid + sum((row.amount for row in unit.rows if row.fee_type == back), ZERO)
                part = self._round(order.shop, paid * share)
                parts.append((unit, -(left if abs(part) > abs(left) or share >= 1 else part)))
            rows += self._book(order, back, parts)
        return rows

    # === CHARGES === #

    def charge(self, shop, fee_type, amount, *, name="", order=None, unit=None, times=1, days_ago=0, details=""):
        """Write down an amount, + to the seller, of a documented fee type or any other; gives its rows.

        With `times` the row is there so many times, the same in everything. `days_ago` makes it late: the transaction
        is so many days old, and on the statement of today.
        """
        parts = [(unit, Decimal(amount))] * times
        return self._book(order, fee_type, parts, shop, name, timedelta(days=days_ago), details)

    def advertise(self, shop, amount):
        """Sponsored products cost the seller so much."""
        return self.charge(shop, "112", -Decimal(amount), details="Sponsored Discovery")

    def store_at_lazada(self, shop, amount):
        """Goods in Lazada's warehouses cost the seller so much."""
        return self.charge(shop, "254", -Decimal(amount), details="Storage")

    def penalise(self, shop, amount, order=None):
        """The seller has done something wrong."""
        return self.charge(shop, "54", -Decimal(amount), order=order, details="Late shipment")

    # === ROWS === #

    def _book(self, order, fee_type, parts, shop=None, name="", late=timedelta(0), details=""):
        """A row for each (unit, amount) that is not 0, all with one transaction number."""
        shop = shop or order.shop
        moment, rows = self._now(), []
        names = FEES.get(fee_type, (f"Fee {fee_type}", "Other Services"))
        for unit, part in parts:
            amount = self._round(shop, part)
            if amount:
                rows.append(
                    Row(
                        number=f"{shop.short_code}-{_base36(self._last_transaction)}",
                        fee_type=fee_type,
                        fee_name=name or names[0],
                        transaction_type=names[1],
                        amount=amount,
                        day=shop_day(shop, moment - late),
                        booked_at=moment,
                        vat=self._vat(shop, fee_type, amount),
                        wht=self._wht(shop, fee_type, amount),
                        wht_apart=self.withholding_is_apart,
                        order=order,
                        unit=unit,
                        details=details,
                    )
                )
                if unit:
                    unit.rows.append(rows[-1])
        if rows:
            self._last_transaction += 40_507
        shop.rows += rows
        return rows

    def _vat(self, shop, fee_type, amount):
        if fee_type not in SERVICES:
            return ZERO
        return self._round(shop, amount * self.vat_rate / (1 + self.vat_rate))

    def _wht(self, shop, fee_type, amount):
        return self._round(shop, amount * self.withholding_rate) if fee_type in self.withheld_from else ZERO

    def _round(self, shop, amount):
        if self.fees_have_cents:
            return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return money(amount, shop.country.currency)


def _booked(unit, fee_type):
    return any(row.fee_type == fee_type for row in unit.rows)


def _paid_by_buyer(unit):
    return unit.item_price - unit.voucher_seller - unit.voucher_platform + unit.shipping_amount


def _first_of_parcels(order, units, fee_type):
    """One unit of each parcel that a courier carried and that has no such row yet."""
    done = {unit.package_id for unit in order.units if _booked(unit, fee_type)}
    firsts = {unit.package_id: unit for unit in reversed(units) if unit.shipping not in WITHOUT_COURIER}
    return [unit for package_id, unit in firsts.items() if package_id and package_id not in done]


def _base36(number):
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text
