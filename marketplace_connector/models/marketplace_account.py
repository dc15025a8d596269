import secrets
from datetime import timedelta
from urllib.parse import quote, urljoin

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..marketplaces.errors import MarketplaceError
from ..marketplaces.http import Http
from ..marketplaces.lazada.client import LazadaClient
from ..marketplaces.shopee.client import ShopeeClient
from ..marketplaces.types import App
from .error_messages import explain
from .marketplace_token import naive

CLIENTS = {"lazada": LazadaClient, "shopee": ShopeeClient}
CALLBACK_PATH = "/marketplace/oauth/return"
STATE_SCOPE = "marketplace_connector.oauth_state"
LABEL_HOSTS = "marketplace_connector.label_hosts"  # domains, with commas
MOVE_SCOPE = "marketplace_connector.move_storefront"
STATE_LIFETIME = timedelta(minutes=60)
DIRECTING = ("environment", "api_url", "auth_url")  # say where requests and tokens go


class MarketplaceAccount(models.Model):
    """An app registered at a marketplace, through which sellers let Odoo into their shops."""

    _name = "marketplace.account"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Account"
    _order = "provider, environment, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    provider = fields.Selection(
        [("lazada", "Lazada"), ("shopee", "Shopee")],
        string="Marketplace",
        required=True,
        help="The platform on which the app is registered.",
    )
    environment = fields.Selection(
        [("production", "Live"), ("sandbox", "Sandbox"), ("simulator", "Simulator")],
        required=True,
        default="production",
        help="Live works with real orders. Sandbox uses the platform's test hosts and test keys. "
        "Simulator talks to the stand-in that comes with this app.",
    )
    app_key = fields.Char(
        required=True, string="App key", help="App Key at Lazada, Partner ID at Shopee, from the developer console."
    )
    app_secret = fields.Char(
        string="App secret",
        groups="base.group_system",
        copy=False,
        exportable=False,
        help="App Secret at Lazada, Partner Key at Shopee. Only system administrators can see it.",
    )
    api_url = fields.Char(
        string="API address",
        help="Empty for the platform's own address. Set it where the platform gives you another one.",
    )
    auth_url = fields.Char(string="Consent page", help="Empty for the platform's own page.")
    order_page_url = fields.Char(
        string="Seller Center address",
        help="The address of an order's page in Seller Center, with {order} where its number stands. Empty for the one "
        "we know. Fill it in where Seller Center on an order opens the wrong page.",
    )
    callback_url = fields.Char(
        string="Callback address",
        compute="_compute_callback_url",
        store=True,
        readonly=False,
        help="Register exactly this address as redirect or callback in the developer console.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Company of new shops",
        required=True,
        default=lambda self: self.env.company,
        help="Shops that are connected through this account belong to this company.",
    )
    shop_ids = fields.One2many("marketplace.shop", "account_id")
    shop_count = fields.Integer(compute="_compute_shop_count")
    token_ids = fields.One2many("marketplace.token", "account_id", groups="base.group_system")
    company_ids = fields.Many2many(
        "res.company", compute="_compute_company_ids", store=True, string="Companies of its shops"
    )
    connection_nonce = fields.Char(groups=fields.NO_ACCESS, copy=False, exportable=False)

    _app_unique = models.Constraint(
        "UNIQUE (provider, environment, app_key)",
        "This app is already there. Open the existing account instead of adding a second one.",
    )

    @api.depends("provider")
    def _compute_callback_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        for account in self:
            account.callback_url = account.callback_url or urljoin(base, CALLBACK_PATH)

    @api.depends("shop_ids")
    def _compute_shop_count(self):
        for account in self:
            account.shop_count = len(account.shop_ids)

    @api.depends("shop_ids.company_id", "shop_ids.active")
    def _compute_company_ids(self):
        for account in self:
            account.company_ids = account.with_context(active_test=False).shop_ids.company_id

    # === WHERE IT TALKS TO === #

    @api.model_create_multi
    def create(self, vals_list):
        """Refuses addresses of their own to managers, as `write` does."""
        for values in vals_list:
            self._check_may_direct({name: values[name] for name in DIRECTING if name in values})
        return super().create(vals_list)

    def write(self, vals):
        """Whoever sets an address names the computer that the tokens are sent to, so that is for administrators."""
        for account in self:
            account._check_may_direct(
                {name: vals[name] for name in (*DIRECTING, "provider") if name in vals and vals[name] != account[name]}
            )
        return super().write(vals)

    def _check_may_direct(self, values):
        elsewhere = {name for name, value in values.items() if value}
        if values.get("environment") in ("production", "sandbox"):
            elsewhere.discard("environment")
        if elsewhere and not self.env.su and not self.env.is_system():
            labels = [self._fields[name]._description_string(self.env) for name in sorted(elsewhere)]
            raise AccessError(
                self.env._("Only system administrators can set this: %(fields)s. Ask yours.", fields=", ".join(labels))
            )

    # === CLIENTS === #

    def _get_client_class(self):
        """The class that talks to this account's marketplace: the one dispatch point."""
        return CLIENTS[self.provider]

    def _client(self, shop=None, access_token=None, on_call=None):
        """A client for the account, and for the shop (a `ShopKey`) if one is given; `on_call` as `Http` takes it.

        Raises UserError where the account has no secret.
        """
        self.ensure_one()
        if not self.sudo().app_secret:
            raise UserError(
                self.env._(
                    "The account %(account)s has no app secret. A system administrator can enter it.",
                    account=self.display_name,
                )
            )
        return self._get_client_class()(self._app(), shop, access_token, Http(on_call=on_call))

    def _app(self):
        account_sudo = self.sudo()
        hosts = self.env["ir.config_parameter"].sudo().get_param(LABEL_HOSTS) or ""
        return App(
            key=account_sudo.app_key,
            secret=account_sudo.app_secret or "",
            environment=account_sudo.environment,
            api_url=account_sudo.api_url or "",
            auth_url=account_sudo.auth_url or "",
            label_hosts=tuple(hosts.replace(",", " ").split()),
        )

    def _order_page(self, shop, order_ref):
        """The address of an order of the shop (a `ShopKey`) in Seller Center; empty where none is known."""
        self.ensure_one()
        if self.order_page_url:
            return self.order_page_url.replace("{order}", quote(order_ref, safe=""))
        return self._get_client_class()(self._app(), shop).order_page(order_ref)

    @api.constrains("order_page_url", "environment")
    def _check_order_page_url(self):
        for account in self.filtered("order_page_url"):
            schemes = ("https://", "http://") if account.environment == "simulator" else ("https://",)
            host, _slash, path = account.order_page_url.partition("://")[2].partition("/")
            if not account.order_page_url.startswith(schemes) or not host or "{order}" in host or "{order}" not in path:
                raise ValidationError(
                    self.env._(
                        "The Seller Center address must begin with https:// and have {order} where the order's number "
                        "stands, as in https://sellercenter.example.com/orders/{order}."
                    )
                )

    # === CONNECTING === #

    def action_connect(self):
        """Send the user to the platform's consent page; the answer comes to the OAuth controller."""
        self._check_manager()
        return {"type": "ir.actions.act_url", "url": self._consent_url(), "target": "self"}

    def _check_manager(self):
        """Raise AccessError unless the user may set up marketplaces and sees this account."""
        self.check_access("read")
        if not self.env.user.has_group("marketplace_connector.group_manager") and not self.env.su:
            raise AccessError(self.env._("Only marketplace managers can do this. Ask your administrator."))

    def _consent_url(self):
        """The consent page's address with a state that only this user can bring back, once, within the hour."""
        self.ensure_one()
        account_sudo = self.sudo()
        account_sudo.connection_nonce = secrets.token_urlsafe(16)
        payload = [self.id, self.env.uid, account_sudo.connection_nonce]
        state = hash_sign(account_sudo.env, STATE_SCOPE, payload, expiration=STATE_LIFETIME)
        try:
            return self._client().consent_url(self.callback_url, state)
        except MarketplaceError as error:
            raise UserError(explain(self.env, error)) from error

    @api.model
    def _account_of_state(self, state):
        """The account that a returning state belongs to, its nonce spent.

        Raises UserError, in words for the page, when the state is forged, old, somebody else's or used.
        """
        try:
            account_id, user_id, nonce = verify_hash_signed(self.sudo().env, STATE_SCOPE, state or "")
        except (TypeError, ValueError):
            raise UserError(
                self.env._("This link is not valid or too old. Open the account in Odoo and press Connect again.")
            ) from None
        account = self.browse(account_id).exists()
        if not account or user_id != self.env.uid:
            raise UserError(
                self.env._("This connection was begun by somebody else. Open the account and press Connect yourself.")
            )
        account_sudo = account.sudo()
        if not account_sudo.connection_nonce or not secrets.compare_digest(account_sudo.connection_nonce, nonce):
            raise UserError(
                self.env._(
                    "This link was already used, or another connection was begun since. "
                    "Open the account and press Connect again."
                )
            )
        account_sudo.connection_nonce = False
        return account

    def _finish_connection(self, query):
        """Trade what came back from the consent page for tokens and connect the shops.

        Returns the connected shops, and a list of (shop, permit) for those that are known in another company or
        archived: they were left there, `_move_storefront` takes the permit.
        Raises UserError with the reason when the platform refuses.
        """
        self.ensure_one()
        self._check_manager()
        try:
            grant = self._client().exchange_code(query)
            token = self.env["marketplace.token"].sudo()._store(self, grant.chain_ref, grant.tokens, grant.shops[0])
            return self._connect_shops(grant, token)
        except MarketplaceError as error:
            raise UserError(explain(self.env, error)) from error

    def _connect_shops(self, grant, token):
        Shop = self.env["marketplace.shop"].sudo()
        connected, elsewhere = Shop, []
        for key in grant.shops:
            shop_token = token
            if grant.split:
                tokens = self._client().refresh_tokens(grant.tokens, key)
                shop_token = token._store(self, f"{grant.chain_ref}/{key.ref}", tokens, key)
            info = self._client(key, shop_token._access_token).get_shop()
            shop = Shop._of_storefront(self.provider, self.environment, info.ref, info.site)
            if not shop and not self.env.su and self.company_id not in self.env.user.company_ids:
                raise AccessError(
                    self.env._(
                        "%(shop)s would belong to %(company)s, which is not one of your companies. Change the company "
                        "on the account, or ask somebody of that company to connect it.",
                        shop=info.name or info.ref,
                        company=self.sudo().company_id.name,
                    )
                )
            if shop and (shop.company_id != self.company_id or not shop.active):
                until = fields.Datetime.to_string(naive(info.authorized_until))
                permit = [self.id, shop_token.id, shop.id, self.env.uid, until]
                elsewhere.append((shop, hash_sign(self.sudo().env, MOVE_SCOPE, permit, expiration=STATE_LIFETIME)))
                continue
            connected |= shop._connect(self, shop_token, info)
        return connected, elsewhere

    @api.model
    def _move_storefront(self, permit):
        """Move the storefront of a permit of `_finish_connection` to the account that connected it, and give it.

        Raises UserError when the permit is forged or old, AccessError when the user has no right to the shop.
        """
        try:
            account_id, token_id, shop_id, user_id, until = verify_hash_signed(
                self.sudo().env, MOVE_SCOPE, permit or ""
            )
        except (TypeError, ValueError):
            user_id = None
        if user_id != self.env.uid:
            raise UserError(self.env._("This button is too old. Open the account and press Connect again."))
        account = self.browse(account_id)
        account._check_manager()
        shop = self.env["marketplace.shop"].browse(shop_id)
        shop.check_access("write")
        token_sudo = self.env["marketplace.token"].sudo().browse(token_id)
        shop._move(account, token_sudo, fields.Datetime.to_datetime(until))
        return shop

    def action_open_shops(self):
        """The list of the account's shops."""
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_shop")
        return {**action, "domain": [("account_id", "in", self.ids)], "context": {}}
