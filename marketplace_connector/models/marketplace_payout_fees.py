"""What the marketplace charged and paid beside the orders' amounts: by fee type and account, with the taxes in it."""

from collections import defaultdict
from dataclasses import dataclass

from odoo import Command, models

from .marketplace_payout_entry import Item


@dataclass
class _TaxTotal:
    """What is booked as one tax item, in debit: `base` in the payout's currency too."""

    values: dict
    amount: float = 0.0
    base: float = 0.0


class MarketplacePayout(models.Model):
    _inherit = "marketplace.payout"

    def _fee_items(self):
        """An item for each fee type and account, one for each tax in them, and one for what is withheld."""
        items, taxes = [], {}
        for (fee_type, account), rows in self._rows_by_account().items():
            items.append(self._fee_item(fee_type, account, rows, taxes))
        return [*items, *self._tax_items(taxes), *self._withheld_items()]

    def _rows_by_account(self):
        """The rows that are booked on the account of their fee type or on one of their own."""
        groups = defaultdict(list)
        for row in self.line_ids:
            account = row.account_id
            if not account and row.kind not in ("order_amount", "bank"):
                account = row.fee_type_id.account_id
            if account:
                groups[row.fee_type_id, account].append(row.id)
        return {key: self.line_ids.browse(ids) for key, ids in groups.items()}

    def _fee_item(self, fee_type, account, rows, taxes):
        """The item of the rows without their taxes, which are added to `taxes`."""
        total = self.currency_id.round(-sum(row._booked_part() for row in rows))
        item = Item(account, total, fee_type.name, self.shop_id.payout_partner_id, rows)
        if rows[0].kind in ("order_amount", "bank") or not fee_type.tax_id:
            return item
        base_lines = self._base_lines(fee_type.tax_id, account, rows, is_refund=total < 0)
        for base_line in base_lines:
            for tax_data in base_line["tax_details"]["taxes_data"]:
                for part in tax_data["tax_reps_data"]:
                    item.amount -= part["tax_amount_currency"]
                    self._add_tax(taxes, part["grouping_key"], tax_data, part["tax_amount_currency"])
        item.values["tax_ids"] = [Command.set(fee_type.tax_id.ids)]
        item.values["tax_tag_ids"] = [Command.set(base_lines[0]["tax_tag_ids"].ids)]
        return item

    def _base_lines(self, tax, account, rows, is_refund):
        """Odoo's tax details of the rows' total: the tax that the marketplace told, computed where it told none."""
        Tax = self.env["account.tax"]
        told = rows.filtered("tax_amount") if len(tax.flatten_taxes_hierarchy()) == 1 else rows.browse()
        base_lines = []
        for part in (told, rows - told):
            if not part:
                continue
            total = -sum(row._booked_part() for row in part)
            in_it = -sum(part.mapped("tax_amount"))
            amounts = {"tax_amount_currency": in_it, "base_amount_currency": total - in_it}
            base_lines.append(
                Tax._prepare_base_line_for_taxes_computation(
                    None,
                    tax_ids=tax,
                    price_unit=self.currency_id.round(total),
                    quantity=1.0,
                    special_mode="total_included",
                    currency_id=self.currency_id,
                    partner_id=self.shop_id.payout_partner_id,
                    account_id=account,
                    is_refund=is_refund,
                    manual_tax_amounts={str(tax.flatten_taxes_hierarchy().id): amounts} if part == told else None,
                )
            )
        Tax._add_tax_details_in_base_lines(base_lines, self.company_id)
        Tax._round_base_lines_tax_details(base_lines, self.company_id)
        Tax._add_accounting_data_in_base_lines_tax_details(base_lines, self.company_id, include_caba_tags=True)
        return base_lines

    def _add_tax(self, taxes, grouping_key, tax_data, amount):
        values = {name: value for name, value in grouping_key.items() if not name.startswith("__")}
        key = tuple((name, str(value)) for name, value in values.items())
        total = taxes.setdefault(key, _TaxTotal(values))
        total.amount += amount
        total.base += tax_data["base_amount_currency"]

    def _tax_items(self, taxes):
        rate = self._company_rate()
        names = ("tax_repartition_line_id", "group_tax_id", "tax_ids", "tax_tag_ids", "analytic_distribution")
        items = []
        for total in taxes.values():
            if self.currency_id.is_zero(total.amount):
                continue
            values = {name: total.values[name] for name in names}
            values["tax_base_amount"] = self.company_id.currency_id.round(total.base * rate)
            account = self.env["account.account"].browse(total.values["account_id"])
            tax = self.env["account.tax.repartition.line"].browse(values["tax_repartition_line_id"]).tax_id
            items.append(Item(account, total.amount, tax.name, self.shop_id.payout_partner_id, values=values))
        return items

    def _withheld_items(self):
        withheld = self.currency_id.round(sum(row._withheld_part() for row in self.line_ids))
        if not withheld:
            return []
        fee_type = self._withheld_type()
        return [Item(fee_type.account_id, -withheld, fee_type.name, self.shop_id.payout_partner_id)]
