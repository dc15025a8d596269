from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    marketplace_account_id = fields.Many2one(
        "account.account",
        string="Intermediary account",
        check_company=True,
        domain="[('account_type', '=', 'asset_current'), ('reconcile', '=', True)]",
        help="The money that the marketplace holds for you: payouts raise it, the bank's statement lines lower it.",
    )
    marketplace_shop_ids = fields.One2many("marketplace.shop", "payout_journal_id", string="Marketplace shops")
