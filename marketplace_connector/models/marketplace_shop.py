import pytz
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

OF_CONNECTION = {"account_id", "token_id", "external_ref", "site", "company_id"}


class MarketplaceShop(models.Model):
    """A storefront in one country, and how its orders become Odoo's."""

    _name = "marketplace.shop"
    _description = "Marketplace Shop"
    _inherit = ["mail.thread", "mail.activity.mixin", "marketplace.access.guard"]
    _order = "company_id, provider, site, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    account_id = fields.Many2one(
        "marketplace.account", required=True, ondelete="restrict", readonly=True, index=True, copy=False
    )
    token_id = fields.Many2one(
        "marketplace.token", readonly=True, copy=False, groups="base.group_system", ondelete="set null"
    )
    provider = fields.Selection(related="account_id.provider", store=True)
    environment = fields.Selection(related="account_id.environment", store=True)
    external_ref = fields.Char(
        string="Shop ID",
        required=True,
        readonly=True,
        copy=False,
        help="The number by which the marketplace knows the shop.",
    )
    site = fields.Char(string="Country", required=True, readonly=True, size=2)
    state = fields.Selection(
        [("connected", "Connected"), ("disconnected", "Not connected")],
        default="connected",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    authorized_until = fields.Datetime(
        readonly=True, copy=False, help="After this moment the seller has to press Connect on the account again."
    )
    warned_days = fields.Integer(readonly=True, copy=False, help="Days before the end of the last warning.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    tz = fields.Selection(
        [(zone, zone) for zone in sorted(pytz.common_timezones)],
        string="Time zone",
        required=True,
        help="The marketplace's days, such as ship-by days, are shown in this zone.",
    )

    # === HOW ORDERS COME IN === #

    last_order_sync = fields.Datetime(
        required=True,
        copy=False,
        help="Every order changed up to here is in Odoo, or listed under Problems. Set it to an earlier time and save "
        "to read all orders changed since then again: nothing is doubled or overwritten.",
    )
    import_from = fields.Datetime(
        string="Orders placed from",
        required=True,
        copy=False,
        help="Orders placed before this moment are not created by themselves. Fetch Order brings single ones.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        check_company=True,
        help="Set on orders and invoices. A team for each marketplace makes the sales reports easy to filter.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        help="Set on the orders. Empty leaves them without a salesperson.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        help="Gets an activity when orders need attention or the access has ended.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", required=True, check_company=True, help="Orders that you ship leave from here."
    )
    platform_warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Warehouse at the marketplace",
        check_company=True,
        copy=False,
        help="Goods that the marketplace keeps and ships for you: such orders leave from here, never from your own "
        "stock. Made when the first such order comes in; bring goods there with ordinary transfers.",
    )
    tax_policy = fields.Selection(
        [("product", "From products"), ("tax", "One tax")],
        string="Taxes",
        required=True,
        default="product",
        help="Marketplace prices include tax. From products: each product's own sales taxes, taken as included. "
        "One tax: the same tax on every line, whatever the product says.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        string="Sales tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
    )
    shipping_product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="Stands on the line with the shipping fee that the buyer paid.",
    )
    voucher_product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="Stands on the line with the vouchers that you, the seller, paid for.",
    )
    customer_policy = fields.Selection(
        [("buyer", "One contact a buyer"), ("shop", "One contact a shop")],
        string="Customers",
        required=True,
        default="buyer",
        help="Marketplaces hide names and addresses. One contact a buyer still tells regular customers apart; "
        "one contact a shop keeps your address book small.",
    )
    customer_id = fields.Many2one(
        "res.partner", string="Shop's contact", check_company=True, help="Customer of orders whose buyer is not known."
    )
    confirm_automatically = fields.Boolean(
        string="Confirm orders by themselves",
        default=True,
        help="Confirm orders as they come in, which makes their deliveries. Off: they wait as quotations.",
    )
    pricelist_id = fields.Many2one("product.pricelist", readonly=True, copy=False)
    fiscal_position_id = fields.Many2one("account.fiscal.position", readonly=True, copy=False)

    # === HOW IT GOES === #

    wait_until = fields.Datetime(readonly=True, copy=False, help="The marketplace asked us to wait until then.")
    error_date = fields.Datetime(readonly=True, copy=False)
    error_message = fields.Char(readonly=True, copy=False)
    order_ids = fields.One2many("sale.order", "marketplace_shop_id")

    _storefront_unique = models.UniqueIndex(
        "(provider, environment, external_ref, site)", "This storefront is already connected."
    )

    @api.depends("name", "site", "provider")
    def _compute_display_name(self):
        label = dict(self._fields["provider"]._description_selection(self.env))
        for shop in self:
            shop.display_name = f"{shop.name} ({label.get(shop.provider, '')} {shop.site})"

    @api.constrains("tax_policy", "tax_id")
    def _check_tax(self):
        for shop in self:
            if shop.tax_policy == "tax" and not shop.tax_id:
                raise ValidationError(
                    self.env._("Choose the sales tax of %(shop)s, or take the taxes from the products.", shop=shop.name)
                )

    def write(self, vals):
        if not self.env.su and (fixed := vals.keys() & OF_CONNECTION):
            raise AccessError(
                self.env._(
                    "Only connecting it sets which storefront a shop is (%(fields)s): press Connect on its account.",
                    fields=", ".join(sorted(fixed)),
                )
            )
        earlier = self.browse()
        if moment := fields.Datetime.to_datetime(vals.get("last_order_sync")):
            earlier = self.filtered(lambda shop: shop.last_order_sync > moment)
        result = super().write(vals)
        if earlier:
            self.env.ref("marketplace_connector.ir_cron_orders").sudo()._trigger()
        return result

    # === WHAT ITS ORDERS CARRY === #

    def _set_up(self):
        """Give the shop the pricelist and the fiscal position that its orders carry."""
        for shop in self.sudo():
            if not shop.pricelist_id:
                shop.pricelist_id = self.env["product.pricelist"].create(
                    {
                        "name": shop.display_name,
                        "currency_id": shop.currency_id.id,
                        "company_id": shop.company_id.id,
                        "active": False,
                    }
                )
            if not shop.fiscal_position_id:
                shop.fiscal_position_id = self.env["account.fiscal.position"].create(
                    {
                        "name": self.env._("%(shop)s: tax included", shop=shop.display_name),
                        "company_id": shop.company_id.id,
                        "marketplace_price_included": True,
                    }
                )

    def _order_taxes(self, product):
        """The taxes of a line with the product, included in its price, by the shop's policy."""
        self.ensure_one()
        taxes = self.tax_id
        if self.tax_policy == "product":
            taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        return self.fiscal_position_id.map_tax(taxes)

    def _customer(self):
        """The contact of orders whose buyer is not told apart, made when it is first needed."""
        self.ensure_one()
        shop = self.sudo()
        if not shop.customer_id:
            shop.customer_id = self.env["res.partner"].create(
                {
                    "name": self.env._("Customers of %(shop)s", shop=shop.display_name),
                    "company_id": shop.company_id.id,
                    "country_id": self.env["res.country"]._marketplace_by_code(shop.site).id,
                    "user_id": False,
                }
            )
        return shop.customer_id

    # === PROBLEMS === #

    def _responsible(self):
        """Who is told what a person has to do for the shop."""
        return self.responsible_id or self.env.ref("base.user_admin")

    def _announce_problems(self):
        """Keep one activity for the responsible while orders of the shop need attention."""
        self.ensure_one()
        shop = self.sudo()
        problems = Domain("shop_id", "=", shop.id) & Domain("is_problem", "=", True)
        count = self.env["marketplace.job"].sudo().search_count(problems & ~self._told_on_documents())
        kind = ["mail.mail_activity_data_todo"]
        if not count:
            shop.activity_unlink(kind)
        elif not shop.activity_search(kind):
            shop.activity_schedule(
                kind[0],
                summary=self.env._("Orders need attention"),
                note=self.env._("Open the shop's Problems: each tells what to do."),
                user_id=shop._responsible().id,
            )

    # === BUTTONS === #

    def action_connect(self):
        """Renew the authorisation through the account."""
        self.ensure_one()
        return self.account_id.action_connect()
