"""The books of a shop's payouts: its journal, its intermediary account, and the accounts of fees."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    payout_journal_id = fields.Many2one(
        "account.journal",
        string="Journal",
        check_company=True,
        copy=False,
        domain="[('type', '=', 'general'), ('company_id', '=', company_id)]",
        help="Payouts are booked here, one entry each. Its intermediary account has the money that the marketplace "
        "still holds.",
    )
    payout_account_id = fields.Many2one(
        related="payout_journal_id.marketplace_account_id", string="Intermediary account", related_sudo=True
    )
    payout_partner_id = fields.Many2one(
        "res.partner",
        string="Marketplace as a partner",
        check_company=True,
        copy=False,
        help="Stands on fees and on the intermediary account, and helps to recognise the bank's statement lines.",
    )
    stray_account_id = fields.Many2one(
        "account.account",
        string="Orders that are not in Odoo",
        check_company=True,
        copy=False,
        help="Amounts of orders from before Odoo are booked here. Empty: a payout with such an order waits.",
    )
    read_payouts = fields.Boolean(
        string="Read payouts by itself",
        copy=False,
        help="Every day what the marketplace has settled is read. Nothing is booked before somebody posts it.",
    )
    payouts_from = fields.Date(copy=False, help="Statements that ended before this day are not read.")
    payout_ids = fields.One2many("marketplace.payout", "shop_id")
    payout_count = fields.Integer(string="Payouts", compute="_compute_payout_count")
    payouts_to_post = fields.Integer(compute="_compute_payout_count")
    payouts_missing = fields.Char(
        compute="_compute_payouts_missing", compute_sudo=True, help="What is still needed to book the shop's payouts."
    )

    def _compute_payout_count(self):
        counts, to_post = {}, {}
        if self.env["marketplace.payout"].has_access("read"):
            Payout = self.env["marketplace.payout"]
            counts = dict(Payout._read_group([("shop_id", "in", self.ids)], ["shop_id"], ["__count"]))
            drafts = [("shop_id", "in", self.ids), ("state", "=", "draft"), ("is_final", "=", True)]
            to_post = dict(Payout._read_group(drafts, ["shop_id"], ["__count"]))
        for shop in self:
            shop.payout_count = counts.get(shop, 0)
            shop.payouts_to_post = to_post.get(shop, 0)

    @api.depends("payout_journal_id.marketplace_account_id", "payout_partner_id", "company_id")
    def _compute_payouts_missing(self):
        for shop in self:
            problem = shop._payout_set_up_problem() if shop.company_id else ""
            missing = {
                self.env._("journal"): shop.payout_journal_id,
                self.env._("intermediary account"): shop.payout_journal_id.marketplace_account_id,
                self.env._("partner"): shop.payout_partner_id,
            }
            names = [name for name, record in missing.items() if not record]
            if not problem and names:
                problem = self.env._(
                    "Missing: %(names)s. Set Up Payouts makes what is missing.", names=", ".join(names)
                )
            shop.payouts_missing = problem

    def action_set_up_payouts(self):
        """*Set Up Payouts*: make journal, accounts and partner. Raises UserError with what has to be done before."""
        self.ensure_one()
        self._check_may_read_payouts()
        shop = self._as_system()
        if problem := shop._payout_set_up_problem():
            raise UserError(problem)
        shop._set_up_payouts()
        self.invalidate_recordset()
        return self.env["marketplace.job"]._notify(self.env._("The books of the shop's payouts are ready."), "success")

    def action_open_payouts(self):
        """The shop's payouts."""
        return self._open("action_marketplace_payout", "shop_id")

    def action_new_payout(self):
        """*New Payout*: group documents of the shop by hand."""
        self.ensure_one()
        self.check_access("read")
        self.env["marketplace.payout"]._check_may_group()
        return self.env["marketplace.group.payout"]._open_for(shop=self)

    def _set_up(self):
        result = super()._set_up()
        for shop in self.sudo():
            shop.payouts_from = shop.payouts_from or shop._day_of(shop.import_from)
            if not shop._payout_set_up_problem():
                shop._set_up_payouts()
        return result

    def _payout_set_up_problem(self):
        """Why the books of the shop's payouts cannot be made, in words; empty where they can."""
        self.ensure_one()
        if self.company_id.root_id.sudo().chart_template:
            return ""
        return self.env._(
            "%(company)s has no chart of accounts. Choose one under Invoicing > Configuration > Settings, then press "
            "Set Up Payouts.",
            company=self.company_id.name,
        )

    def _set_up_payouts(self):
        """Make what is missing of the shop's journal, intermediary account, and accounts of fees."""
        self.ensure_one()
        shop = self.with_company(self.company_id).with_context(tracking_disable=True)
        if not shop.payout_partner_id:
            shop.payout_partner_id = self.env["res.partner"].create(
                {"name": shop._provider_name(), "is_company": True, "company_id": shop.company_id.id}
            )
        if not shop.payout_journal_id:
            shop.payout_journal_id = shop._create_payout_journal()
        if not shop.payout_journal_id.marketplace_account_id:
            name = self.env._("%(shop)s: held by the marketplace", shop=shop.display_name)
            shop.payout_journal_id.marketplace_account_id = shop.env["account.account"]._marketplace_make(
                [(name, "asset_current")]
            )
            shop.payout_journal_id.marketplace_account_id.reconcile = True
        shop.env["marketplace.fee.type"]._set_up_accounts()

    def _provider_name(self):
        return dict(self._fields["provider"]._description_selection(self.env))[self.provider]

    def _create_payout_journal(self):
        """A journal named after the shop; its entries are numbered by its code."""
        start = self._provider_name()[:3].upper()
        taken = self.env["account.journal"].with_context(active_test=False)
        codes = set(taken.search([("company_id", "=", self.company_id.id)]).mapped("code"))
        code = next(code for number in range(1, 1000) if (code := f"{start}{number}"[-5:]) not in codes)
        return self.env["account.journal"].create(
            {
                "name": self.env._(
                    "%(marketplace)s Payments: %(shop)s",
                    marketplace=self._provider_name(),
                    shop=f"{self.name} ({self.site})",
                ),
                "code": code,
                "type": "general",
                "company_id": self.company_id.id,
                "show_on_dashboard": True,
            }
        )
