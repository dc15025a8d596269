"""A season of a shop's payouts, seeded: everything that orders, fees and balances can do in them, in any mixture.

Orders and their invoices are made in batches through the ORM, so that many payouts are cheap.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from odoo import Command

from .payout_case import PayoutCase

LAST = date(2026, 3, 1)
FATES = ("whole", "whole", "whole", "parts", "parts", "refunded", "credited", "follows", "short", "more")
TAXES = {"commission": 7, "payment": 11, "logistics": 12, "marketing": 10}
CHARGES = ("marketing", "logistics", "adjustment", "penalty", "revenue")


@dataclass
class Sale:
    """An order with its posted invoice, and what the marketplace pays for each of its pieces."""

    order: object
    invoice: object
    units: dict
    fate: str

    @property
    def total(self):
        return sum(self.units.values())


@dataclass
class Statement:
    """What the next payout says, and what has to become of it: {order: (outcome, what its invoices leave open)}"""

    day: date
    rows: list = field(default_factory=list)
    expected: dict = field(default_factory=dict)
    decisions: dict = field(default_factory=dict)  # order: open or account


class SeasonCase(PayoutCase):
    """Payouts over generated sales; `self.chance` decides."""

    def open_season(self, chance, days):
        """Make the shop's taxes, rates and bank, and sales for so many payouts."""
        self.chance, self.days, self.later_rows = chance, days, {}
        self.closing = self.deposits = 0
        self.unit = self.shop.currency_id.rounding if self.shop.site != "ID" else 1
        self.shop.stray_account_id = self.fee_type("adjustment").account_id.copy({"name": "Before Odoo"})
        values = {"name": "Bank there", "code": "BNKX", "type": "bank"}
        self.bank = self.env["account.journal"].create({**values, "currency_id": self.shop.currency_id.id})
        self.set_taxes()
        self.set_rates()
        self.new_sales = [chance.randint(0, 2) for _day in range(days)]
        self.fresh = self.sell(sum(self.new_sales))

    def set_taxes(self):
        account = self.fee_type("adjustment").account_id.copy({"name": "Input tax"})
        self.rates = {}
        for key, rate in TAXES.items():
            if not self.fee_type(key):
                continue
            tax = self.env["account.tax"].create({"name": f"VAT {rate}", "amount": rate, "type_tax_use": "purchase"})
            parts = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
            parts.filtered(lambda part: part.repartition_type == "tax").account_id = account
            self.fee_type(key).tax_id = tax
            self.rates[self.fee_type(key)] = rate / 100

    def set_rates(self):
        usual = {"SGD": 1.34, "VND": 25000, "IDR": 16000}[self.shop.currency_id.name]
        days = range(0, self.days + 40, 3)
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": self.shop.currency_id.id,
                    "company_id": self.company.id,
                    "name": LAST - timedelta(days=day),
                    "rate": usual * self.chance.uniform(0.93, 1.07),
                }
                for day in days
            ]
        )

    # === SALES === #

    def amount(self, most):
        """A positive amount of at most so many dollars, in steps of what the currency has."""
        dollar = {"SGD": 1, "VND": 20000, "IDR": 12000}[self.shop.currency_id.name]
        steps = max(1, round(self.chance.uniform(0, most) * dollar / self.unit))
        return self.shop.currency_id.round(steps * self.unit)

    def sell(self, count):
        """So many sales, invoiced before the season."""
        partners = self.env["res.partner"].create([{"name": f"Buyer {number}"} for number in range(5)])
        tax = self.env["account.tax"].create({"name": "Sales", "amount": 9, "price_include_override": "tax_included"})
        orders = self.env["sale.order"].create([self.order_values(number, partners) for number in range(count)])
        invoices = self.env["account.move"].create([self.invoice_values(order, tax) for order in orders])
        invoices.action_post()
        return [self.sale_of(*pair) for pair in zip(orders, invoices, strict=True)]

    def order_values(self, number, partners):
        refs = [f"U{number}-{piece}" for piece in range(self.chance.randint(1, 3))]
        lines = [
            {"product_id": self.products[0].id, "price_unit": self.amount(40), "marketplace_unit_refs": [ref]}
            for ref in refs
        ]
        return {
            "partner_id": self.chance.choice(partners).id,
            "marketplace_shop_id": self.shop.id,
            "marketplace_order_ref": f"9{number:07}",
            "order_line": [Command.create(line) for line in lines],
        }

    def invoice_values(self, order, tax, move_type="out_invoice", share=1):
        day = LAST - timedelta(days=self.days + self.chance.randint(1, 30))
        lines = [
            {
                "name": line.name,
                "quantity": 1,
                "price_unit": self.shop.currency_id.round(line.price_unit * share),
                "tax_ids": [Command.set(tax.ids)],
                "sale_line_ids": [Command.set(line.ids)],
            }
            for line in (order.order_line if share == 1 else order.order_line[:1])
        ]
        return {
            "move_type": move_type,
            "partner_id": order.partner_id.id,
            "currency_id": self.shop.currency_id.id,
            "invoice_date": day,
            "invoice_line_ids": [Command.create(line) for line in lines],
        }

    def sale_of(self, order, invoice):
        units = {line.marketplace_unit_refs[0]: line.price_unit for line in order.order_line}
        self.assertAlmostEqual(invoice.amount_total, sum(units.values()))
        fate = self.chance.choice(FATES)
        return Sale(order, invoice, units, "whole" if fate == "parts" and len(units) == 1 else fate)

    def credit(self, sale, settled):
        """A posted credit note over a part of the sale; `settled` with the invoice. Gives its amount."""
        tax = sale.invoice.invoice_line_ids.tax_ids
        share = self.chance.choice((0.5, 0.25, 0.999))
        note = self.env["account.move"].create(self.invoice_values(sale.order, tax, "out_refund", share))
        note.action_post()
        if settled:
            items = (note | sale.invoice).line_ids
            items.filtered(lambda item: item.account_id.account_type == "asset_receivable").reconcile()
        return note.amount_total

    # === STATEMENTS === #

    def next_statement(self, number):
        """What the payout of that day says: new sales, what follows on earlier ones, fees and charges."""
        statement = Statement(LAST - timedelta(days=self.days - number))
        for sale, step in self.later_rows.pop(number, ()):
            step(statement, sale)
        for _sale in range(self.new_sales[number]):
            sale = self.fresh.pop()
            getattr(self, f"pay_{sale.fate}")(statement, sale, number)
        for order in list(statement.expected):
            statement.rows += [self.fee(self.chance.choice(tuple(TAXES)), order) for _fee in range(2)]
        if self.chance.random() < 0.2:
            statement.rows.append(self.row("order_amount", self.amount(30), f"OLD{number}"))
        charges = self.chance.randint(0 if statement.rows else 1, 4)
        statement.rows += [self.fee(self.chance.choice(CHARGES)) for _charge in range(charges)]
        if self.fee_type("bank") and self.chance.random() < 0.2:
            statement.rows.append(self.row("bank", -self.amount(10)))
        return statement

    def fee(self, key, order=None):
        """A fee, sometimes given back, with tax told or not, and withheld tax in it, apart, or none."""
        amount = self.chance.choice((-1, -1, -1, 1)) * self.amount(8)
        key = key if self.fee_type(key) else "adjustment"
        row, part = self.row(key, amount, order), self.shop.currency_id.round(amount * 0.02)
        told = self.rates.get(self.fee_type(key))
        if told and self.chance.random() < 0.5:
            row["tax_amount"] = self.shop.currency_id.round(amount - amount / (1 + told))
        elif self.chance.random() < 0.4:
            row |= self.chance.choice(({"withheld_amount": part}, {"withheld_amount": -part, "withheld_apart": True}))
        return row

    def follow(self, sale, number, step):
        """Some payouts after, if there is one, the sale goes on."""
        self.later_rows.setdefault(number + self.chance.randint(1, 3), []).append((sale, step))

    def pay(self, statement, sale, units, less=0):
        """Rows for the pieces, of one of them with the seller's voucher by itself."""
        for place, (ref, amount) in enumerate(units.items()):
            amount -= 0 if place else less
            voucher = self.unit if self.chance.random() < 0.3 else 0
            statement.rows.append(self.row("order_amount", amount + voucher, sale.order, unit_ref=ref))
            if voucher:
                statement.rows.append(self.row("order_amount", -voucher, sale.order, unit_ref=ref))

    def take_back(self, amount):
        def step(statement, sale):
            statement.rows.append(self.row("order_amount", -amount, sale.order))
            statement.expected[sale.order] = ("settled", 0)

        return step

    def pay_whole(self, statement, sale, number):
        self.pay(statement, sale, sale.units)
        statement.expected[sale.order] = ("settled", 0)

    def pay_parts(self, statement, sale, number):
        first, *others = sale.units
        self.pay(statement, sale, {first: sale.units[first]})
        rest = {ref: sale.units[ref] for ref in others}
        statement.expected[sale.order] = ("part", sum(rest.values()))

        def step(statement, sale):
            self.pay(statement, sale, rest)
            statement.expected[sale.order] = ("settled", 0)

        self.follow(sale, number, step)

    def pay_refunded(self, statement, sale, number):
        self.pay_whole(statement, sale, number)

        def step(statement, sale):
            self.take_back(self.credit(sale, settled=False))(statement, sale)

        self.follow(sale, number, step)

    def pay_credited(self, statement, sale, number):
        self.pay(statement, sale, sale.units)
        self.take_back(self.credit(sale, settled=self.chance.random() < 0.5))(statement, sale)

    def pay_follows(self, statement, sale, number):
        refund = self.credit(sale, settled=True)
        self.pay(statement, sale, sale.units)
        statement.expected[sale.order] = ("refund_follows", 0)
        self.follow(sale, number, self.take_back(refund))

    def pay_short(self, statement, sale, number):
        less = self.shop.currency_id.round(
            max(self.unit, next(iter(sale.units.values())) // 2 // self.unit * self.unit)
        )
        self.pay(statement, sale, sale.units, less)
        statement.expected[sale.order], statement.decisions[sale.order] = ("rest_open", less), "open"

    def pay_more(self, statement, sale, number):
        self.pay(statement, sale, sale.units, -self.amount(3))
        statement.expected[sale.order], statement.decisions[sale.order] = ("on_account", 0), "account"

    # === BALANCES === #

    def told(self, statement, is_last):
        """The payout over the statement's rows: some is held back, some carried on, the rest goes to the bank."""
        chance, opening, day = self.chance, self.closing, {"date_end": statement.day, "date": statement.day}
        moved = sum(row["amount"] for row in statement.rows)
        moved -= sum(row["withheld_amount"] for row in statement.rows if row.get("withheld_apart"))
        rest = self.shop.currency_id.round(opening + moved)
        held = self.unit * 3 if chance.random() < 0.1 and not is_last else 0
        closing = chance.choice((0, 0, self.amount(20))) if rest - held >= 0 else rest - held
        closing = min(closing, rest - held)
        self.closing, self.deposits = self.shop.currency_id.round(closing), self.deposits + held
        values = {"opening": opening, "closing": self.closing, "held_back": held, "date_start": statement.day, **day}
        payout = self.payout(*statement.rows, **values)
        self.assertGreaterEqual(payout.paid_out, 0)
        return payout
