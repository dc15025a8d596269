"""The one entry of a payout: what orders settle, what the marketplace charged, and what it still holds, to the cent."""

from dataclasses import dataclass, field

from odoo import Command, models
from odoo.exceptions import UserError


@dataclass
class Item:
    """A journal item to be made: `amount` in the payout's currency, positive in debit."""

    account: object
    amount: float
    name: str
    partner: object
    rows: object = None  # rows of the payout that it books
    settlement: object = None
    values: dict = field(default_factory=dict)


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def _entry_items(self, books):
        """All journal items of the payout's entry; they add up to zero. `books` as from _books_of_orders."""
        items = [*self._order_items(books), *self._stray_items(), *self._fee_items(), *self._held_items()]
        for item in items:
            item.amount = self.currency_id.round(item.amount)
        return items

    def _entry_values(self, items):
        """Values of the entry with these items."""
        lines = [
            {
                "account_id": item.account.id,
                "partner_id": item.partner.id,
                "name": item.name,
                "currency_id": self.currency_id.id,
                "amount_currency": item.amount,
                "balance": balance,
                **item.values,
            }
            for item, balance in zip(items, self._balances(items), strict=True)
        ]
        return {
            "move_type": "entry",
            "journal_id": self.shop_id.payout_journal_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "ref": self.env._("%(shop)s: payout %(ref)s", shop=self.shop_id.display_name, ref=self.ref),
            "marketplace_shop_id": self.shop_id.id,
            "line_ids": [Command.create(values) for values in lines],
        }

    def _balances(self, items):
        """The items in the company's currency: each converted, and what rounding leaves on the intermediary account."""
        currency = self.company_id.currency_id
        if currency == self.currency_id:
            return [item.amount for item in items]
        rate = self._company_rate()
        balances = [currency.round(item.amount * rate) for item in items]
        held = [number for number, item in enumerate(items) if item.values.get("marketplace_part")]
        main = max(held or range(len(items)), key=lambda number: abs(items[number].amount))
        balances[main] = currency.round(balances[main] - sum(balances))
        return balances

    def _company_rate(self):
        """By what an amount of the payout is multiplied for the company's currency, on the accounting date."""
        return self.currency_id._get_conversion_rate(
            self.currency_id, self.company_id.currency_id, self.company_id, self.date
        )

    def _check_entry(self, entry, items):
        """Raise UserError where the entry is not exactly the items: Odoo adds a line to what does not balance."""
        made = entry.line_ids.sorted("id")
        exact = len(made) == len(items) and all(
            line.account_id == item.account and not self.currency_id.compare_amounts(line.amount_currency, item.amount)
            for line, item in zip(made, items, strict=True)
        )
        rest = self.currency_id.round(sum(made.mapped("amount_currency")))
        if not exact or not self.currency_id.is_zero(rest):
            raise UserError(
                self.env._(
                    "The entry of %(payout)s would not be what the statement says: %(rest)s are left over, in "
                    "%(made)s journal items instead of %(items)s. Nothing was posted.",
                    payout=self.ref,
                    rest=self._in_words(sum(item.amount for item in items)),
                    made=len(made),
                    items=len(items),
                )
            )

    # === ORDERS === #

    def _order_items(self, books):
        """One item for each order on each of its receivables, and one for a difference that the accountant books."""
        items = []
        for settlement in self.settlement_ids:
            rows = settlement.line_ids._settling_orders()
            if not rows:
                continue
            settled, booked, account = settlement._split_amount()
            name = self.env._("Order %(order)s", order=settlement.order_ref)
            shares = settlement._shares(settled, books[settlement.order_id].open)
            for receivable, partner, share in shares:
                # As on invoices: no analytic account for what customers owe.
                values = {"analytic_distribution": False}
                items.append(Item(receivable, -share, name, partner, rows, settlement, values))
            if account:
                if shares:
                    name = self.env._("Difference of order %(order)s", order=settlement.order_ref)
                about = (None, None) if shares else (rows, settlement)
                items.append(Item(account, -booked, name, self.shop_id.payout_partner_id, *about))
        return items

    def _stray_items(self):
        """Order amounts that name no order, on the shop's account for orders that are not in Odoo."""
        rows = self.line_ids.filtered(
            lambda line: line.kind == "order_amount" and not line.order_ref and not line.account_id
        )
        account, partner = self.shop_id.stray_account_id, self.shop_id.payout_partner_id
        return [Item(account, -row.amount, row.name or row.row_ref, partner, row) for row in rows]

    # === WHAT THE MARKETPLACE HOLDS === #

    def _held_items(self):
        """Items on the intermediary account: together what the payout adds to the money that the marketplace holds."""
        words = {"ref": self.ref, "shop": self.shop_id.display_name}
        parts = [
            ("brought", -self.opening, self.env._("%(shop)s: brought forward into %(ref)s", **words), None),
            ("bank", self.paid_out, self.env._("%(shop)s: paid out by %(ref)s", **words), None),
            ("held", self.held_back, self.env._("%(shop)s: held back in %(ref)s", **words), None),
            ("carried", self.closing, self.env._("%(shop)s: carried forward from %(ref)s", **words), None),
        ]
        moved = self.line_ids.filtered(lambda line: line.kind == "bank" and not line.account_id)
        parts += [("bank", -row._booked_part(), row.name or row.fee_type_id.name, row) for row in moved]
        account, partner = self._held_account(), self.shop_id.payout_partner_id
        return [
            Item(account, amount, name, partner, row, values={"marketplace_part": part})
            for part, amount, name, row in parts
            if row or not self.currency_id.is_zero(amount)
        ]
