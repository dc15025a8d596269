from odoo import Command, fields, models


class AccountFiscalPosition(models.Model):
    _inherit = "account.fiscal.position"

    marketplace_price_included = fields.Boolean(
        string="Marketplace prices",
        readonly=True,
        help="Maps every sales tax to its twin with the tax included in the price, as marketplaces give their prices.",
    )

    def map_tax(self, taxes):
        """Make missing twins first, so that any product on a marketplace order keeps its tax, included."""
        if not self.marketplace_price_included:
            return super().map_tax(taxes)
        self.sudo()._marketplace_add_twins(taxes)
        # Core lets a position without taxes remove all of them; ours is empty where all taxes are included already.
        return super().map_tax(taxes) if self.tax_ids else taxes

    def _marketplace_add_twins(self, taxes):
        for tax in taxes - self.tax_ids.original_tax_ids - self.tax_ids:
            parts = tax.children_tax_ids if tax.amount_type == "group" else tax
            if not all(part.price_include for part in parts):
                self._marketplace_twin(tax).fiscal_position_ids |= self
                self.invalidate_recordset(["tax_ids", "tax_map"])

    def _marketplace_twin(self, tax):
        """The price-included twin of the tax that another shop of the company uses, or did before the addon was
        installed again; or a new one."""
        twin = tax.replacing_tax_ids.filtered(
            lambda other: (
                other.company_id == tax.company_id
                and (
                    any(other.fiscal_position_ids.mapped("marketplace_price_included"))
                    or other.name == self._twin_name(tax)
                )
            )
        )[:1]
        if twin:
            return twin
        values = {
            "price_include_override": "tax_included",
            "original_tax_ids": [Command.set(tax.ids)],
            "fiscal_position_ids": [Command.set(self.ids)],
        }
        if tax.amount_type == "group":
            children = [part if part.price_include else self._included_part(part) for part in tax.children_tax_ids]
            values["children_tax_ids"] = [Command.set([child.id for child in children])]
        return tax.copy({**values, "name": self._twin_name(tax)})

    def _included_part(self, part):
        """The copy of a group's part for the group's twin; by itself it replaces no tax in any position."""
        return part.copy(
            {
                "name": self._twin_name(part),
                "price_include_override": "tax_included",
                "original_tax_ids": [Command.clear()],
                "fiscal_position_ids": [Command.clear()],
            }
        )

    def _twin_name(self, tax):
        return self.env._("%(tax)s (included)", tax=tax.name)
