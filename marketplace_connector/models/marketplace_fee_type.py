"""What a marketplace pays and charges for, and where the books have it."""

from odoo import api, fields, models
from odoo.fields import Domain

from .marketplace_account import CLIENTS

KINDS = [
    ("order_amount", "Order amount"),
    ("revenue", "Revenue"),
    ("commission", "Commission"),
    ("payment", "Payment fee"),
    ("logistics", "Logistics"),
    ("marketing", "Marketing"),
    ("penalty", "Penalty"),
    ("tax", "Tax"),
    ("adjustment", "Adjustment"),
    ("bank", "To or from the bank"),
    ("unknown", "Unknown"),
]
ACCOUNT_TYPES = {"revenue": "income_other", "tax": "asset_current"}  # of the accounts of fees, else expenses
NOT_ON_AN_ACCOUNT = ("order_amount", "bank", "unknown")
BY_HAND = "by_hand"  # the key of what documents grouped by hand settle of orders
BILL = "bill"  # and of bills of the marketplace
WITHHELD = "withheld"  # the key of what the platform keeps of its fees for the tax office
OUR_OWN = [
    (WITHHELD, "Withholding tax", "tax"),
    (BY_HAND, "Settled by hand", "order_amount"),
    (BILL, "Vendor bill", "adjustment"),
]


class MarketplaceFeeType(models.Model):
    """A kind of row on a marketplace's statements, and how it is booked."""

    _name = "marketplace.fee.type"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Fee Type"
    _order = "provider, kind, name, id"

    provider = fields.Selection(
        selection=lambda self: self.env["marketplace.account"]._fields["provider"]._description_selection(self.env),
        string="Marketplace",
        required=True,
        readonly=True,
    )
    key = fields.Char(required=True, readonly=True, help="The marketplace's own name or number for it.")
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="unknown",
        help="Order amount: settles the customer's invoice (prices, shipping paid by the buyer, your own vouchers, and "
        "what is given back of them). To or from the bank: moves between the marketplace and your bank. Everything "
        "else is booked on its account. Payouts with an unknown one cannot be posted.",
    )
    account_id = fields.Many2one(
        "account.account",
        company_dependent=True,
        check_company=True,
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', 'off_balance'))]",
        help="Where it is booked in this company.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        company_dependent=True,
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase')]",
        help="The tax that the marketplace's amounts contain, such as the VAT on commission. Empty: none is taken out.",
    )
    needs_account = fields.Boolean(compute="_compute_needs_account", search="_search_needs_account")
    mapping = fields.Selection(
        [("unknown", "Unknown"), ("no_account", "No account"), ("mapped", "Mapped")],
        string="Status",
        compute="_compute_needs_account",
        help="Unknown: choose its kind. No account: choose where it is booked in this company. Payouts with such a fee "
        "type wait until then.",
    )

    _key_unique = models.UniqueIndex("(provider, key)", "This fee type of the marketplace exists already.")

    @api.depends("kind", "account_id")
    @api.depends_context("company")
    def _compute_needs_account(self):
        for fee_type in self:
            booked = fee_type.kind not in NOT_ON_AN_ACCOUNT
            fee_type.needs_account = fee_type.kind == "unknown" or (booked and not fee_type.account_id)
            fee_type.mapping = "mapped"
            if fee_type.needs_account:
                fee_type.mapping = "unknown" if fee_type.kind == "unknown" else "no_account"

    def _search_needs_account(self, operator, value):
        if operator != "in":
            return NotImplemented
        unmapped = [
            "|",
            ("kind", "=", "unknown"),
            "&",
            ("kind", "not in", NOT_ON_AN_ACCOUNT),
            ("account_id", "=", False),
        ]
        return unmapped if True in value else ["!", *unmapped]

    @api.model
    def _make_documented(self):
        """Make the fee types that the platforms document, and our own, where they are not there yet."""
        known = {(fee_type.provider, fee_type.key) for fee_type in self.search([("provider", "!=", False)])}
        values = []
        for provider, client in CLIENTS.items():
            documented = [(each.key, each.name, each.kind) for each in client.fee_types]
            documented += OUR_OWN
            values += [
                {"provider": provider, "key": key, "name": name, "kind": kind}
                for key, name, kind in documented
                if (provider, key) not in known
            ]
        return self.create(values)

    @api.model
    def _of_rows(self, provider, rows):
        """The fee types of rows (`PayoutRow`s): a dict by key. One that is not known yet is made, to be looked at."""
        names = {row.fee_key: row.fee_key for row in rows} | {row.fee_key: row.fee_name for row in rows if row.fee_name}
        found = self.search([("provider", "=", provider), ("key", "in", list(names))])
        found |= self.create(
            [
                {"provider": provider, "key": key, "name": names[key], "kind": "unknown"}
                for key in names.keys() - set(found.mapped("key"))
            ]
        )
        return {fee_type.key: fee_type for fee_type in found}

    @api.model
    def _of_delivery(self):
        """Those of sending parcels: what it costs, what the buyer pays for it, and who adds to that."""
        domains = [
            Domain("provider", "=", provider)
            & Domain("key", "in", [each.key for each in client.fee_types if each.is_delivery])
            for provider, client in CLIENTS.items()
        ]
        return self.search(Domain.OR(domains))

    @api.model
    def _of_key(self, provider, key):
        """The fee type of a marketplace with this key; empty where there is none."""
        return self.search([("provider", "=", provider), ("key", "=", key)], limit=1)

    def write(self, vals):
        """A new kind changes what rows that are not booked yet are booked as, and brings the account of its kind."""
        changed = self.filtered(lambda fee_type: fee_type.kind != vals.get("kind", fee_type.kind))
        result = super().write(vals)
        if changed:
            changed._follow_kind(vals)
        return result

    def _follow_kind(self, vals):
        lacking = self.filtered(lambda fee_type: fee_type.needs_account and fee_type.kind != "unknown")
        if "account_id" not in vals and lacking:
            same = [("kind", "=", vals["kind"]), ("account_id", "!=", False)]
            lacking.account_id = self.search(same, limit=1).account_id
        rows = self.env["marketplace.payout.line"].sudo()
        drafts = rows._read_group(
            [("fee_type_id", "in", self.ids), ("state", "=", "draft")], [], ["payout_id:recordset"]
        )
        drafts[0][0]._gather_orders()

    @api.model
    def _set_up_accounts(self):
        """Give each fee type that has no account in the current company the one of its kind."""
        fee_types = self.search([("kind", "not in", NOT_ON_AN_ACCOUNT)])
        kinds = {kind: each.account_id[:1] for kind, each in fee_types.grouped("kind").items()}
        new = [kind for kind, account in kinds.items() if not account]
        labels = dict(self._fields["kind"]._description_selection(self.env))
        made = self.env["account.account"]._marketplace_make(
            [
                (self.env._("Marketplaces: %(kind)s", kind=labels[kind]), ACCOUNT_TYPES.get(kind, "expense"))
                for kind in new
            ]
        )
        kinds |= dict(zip(new, made, strict=True))
        lacking = fee_types.filtered(lambda fee_type: not fee_type.account_id)
        for kind, of_kind in lacking.grouped("kind").items():
            of_kind.account_id = kinds[kind]
