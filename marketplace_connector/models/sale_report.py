"""Sales and invoice analysis by shop and marketplace."""

from odoo import fields, models
from odoo.tools import SQL


def _providers(record):
    return record.env["marketplace.account"]._fields["provider"]._description_selection(record.env)


class SaleReport(models.Model):
    _inherit = "sale.report"

    marketplace_shop_id = fields.Many2one("marketplace.shop", string="Marketplace shop", readonly=True)
    marketplace_provider = fields.Selection(_providers, string="Marketplace", readonly=True)

    def _select_additional_fields(self):
        return {
            **super()._select_additional_fields(),
            "marketplace_shop_id": "s.marketplace_shop_id",
            "marketplace_provider": "marketplace_shop.provider",
        }

    def _from_sale(self):
        return f"""{super()._from_sale()}
            LEFT JOIN marketplace_shop ON marketplace_shop.id = s.marketplace_shop_id"""

    def _group_by_sale(self):
        return f"""{super()._group_by_sale()},
            s.marketplace_shop_id,
            marketplace_shop.provider"""


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"
    _depends = {"account.move": ["marketplace_shop_id", "team_id"], "marketplace.shop": ["provider"]}

    marketplace_shop_id = fields.Many2one("marketplace.shop", string="Marketplace shop", readonly=True)
    marketplace_provider = fields.Selection(_providers, string="Marketplace", readonly=True)

    def _select(self) -> SQL:
        return SQL("%s, move.marketplace_shop_id, marketplace_shop.provider AS marketplace_provider", super()._select())

    def _from(self) -> SQL:
        return SQL("%s LEFT JOIN marketplace_shop ON marketplace_shop.id = move.marketplace_shop_id", super()._from())
