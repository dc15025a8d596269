"""How a shop comes to Odoo, keeps its access and loses it."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..marketplaces.errors import MarketplaceError, NotAuthorized
from ..marketplaces.types import ShopKey
from .error_messages import explain
from .marketplace_token import naive

FIRST_IMPORT = timedelta(days=15)
WARNING_DAYS = (1, 7, 30)
AFTER_ORDERS = timedelta(minutes=10)  # what goes on later where a shop is connected again


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    access_warning = fields.Char(compute="_compute_access_warning")

    # === CONNECTING === #

    @api.model
    def _of_storefront(self, provider, environment, ref, site):
        """The shop of a storefront, of whatever company, archived or not; empty if it was never connected."""
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("provider", "=", provider),
                    ("environment", "=", environment),
                    ("external_ref", "=", ref),
                    ("site", "=", site),
                ]
            )
        )

    @api.model
    def _connect(self, account, token, info):
        """Make or renew the shop that the platform describes in `info`, ready to fetch orders."""
        shop = self._of_storefront(account.provider, account.environment, info.ref, info.site)
        values = self._connected_values(account, token, naive(info.authorized_until))
        if not shop:
            # Not polled at once: there is time to look at its settings before the first orders come in.
            shop = self.create({**values, **self._first_values(account, info)})
            shop._set_up()
            return shop
        shop.write(values)
        shop._go_on()
        return shop

    @api.model
    def _connected_values(self, account, token, until):
        """What is true of a shop from the moment on at which it is let in, `until` when the platform tells that."""
        return {
            "account_id": account.id,
            "token_id": token.id,
            "state": "connected",
            "authorized_until": until or token.refresh_expires_at,
            "error_date": False,
            "error_message": False,
            "wait_until": False,
            "warned_days": 0,
        }

    def _go_on(self):
        """What was missed without access is made up for: orders, acts and stock at once, then payouts and catalogue,
        and the days that could not be compared."""
        self.activity_unlink(["mail.mail_activity_data_warning"])
        self.day_check_ids.filtered("failure").next_check = fields.Datetime.now()
        self._wake_up()
        for name in ("ir_cron_payouts", "ir_cron_catalogue", "ir_cron_day_checks"):
            self.env.ref(f"marketplace_connector.{name}").sudo()._trigger(at=fields.Datetime.now() + AFTER_ORDERS)

    @api.model
    def _first_values(self, account, info):
        currency = self.env["res.currency"].with_context(active_test=False).search([("name", "=", info.currency)])
        if not currency:
            raise UserError(self.env._("Odoo does not know the currency %(currency)s.", currency=info.currency))
        currency.active = True
        begin = fields.Datetime.now() - FIRST_IMPORT
        return {
            "name": info.name or info.ref,
            "external_ref": info.ref,
            "site": info.site,
            "currency_id": currency.id,
            "tz": info.time_zone,
            "last_order_sync": begin,
            "import_from": begin,
            **self._company_values(account),
        }

    @api.model
    def _company_values(self, account):
        """What a shop takes from the company it belongs to."""
        return {
            "company_id": account.company_id.id,
            "responsible_id": self.env.uid,
            "warehouse_id": self._default_warehouse(account.company_id).id,
            "team_id": self._default_team(account).id,
            "shipping_product_id": self.env.ref("marketplace_connector.product_shipping").id,
            "voucher_product_id": self.env.ref("marketplace_connector.product_voucher").id,
        }

    def _move(self, account, token, until):
        """Take over a known storefront under the account: unarchive it, and let its coming orders belong to the
        account's company. Orders that Odoo has stay where they are. `until` is when the access ends (naive UTC), where
        the platform tells that."""
        self.ensure_one()
        shop = self.sudo()
        values = {**self._connected_values(account, token, until), "active": True}
        if shop.company_id != account.company_id:
            own = ("pricelist_id", "fiscal_position_id", "customer_id", "platform_warehouse_id", "tax_id", "user_id")
            own += ("payout_journal_id", "payout_partner_id", "stray_account_id")  # books stay in their company
            own += ("sync_stock", "stock_warehouse_ids")  # the other company's warehouses are looked at anew
            shop.stock_place_ids.warehouse_ids = False
            values |= {**dict.fromkeys(own, False), "tax_policy": "product", **self._company_values(account)}
            foreign = ("product_id.company_id", "not in", [False, account.company_id.id])
            self.env["marketplace.listing"].sudo().search([("shop_id", "=", shop.id), foreign]).product_id = False
        shop.write(values)
        shop._set_up()
        shop._go_on()

    @api.model
    def _wake_up(self, at=None):
        """Let the scheduled actions go on with the shops, now or `at` a moment (naive UTC)."""
        for name in ("ir_cron_orders", "ir_cron_acts", "ir_cron_stock"):
            self.env.ref(f"marketplace_connector.{name}").sudo()._trigger(at=at)

    @api.model
    def _default_warehouse(self, company):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        if not warehouse:
            raise UserError(
                self.env._(
                    "%(company)s has no warehouse. Create one under Inventory > Configuration > Warehouses, "
                    "then press Connect again.",
                    company=company.name,
                )
            )
        return warehouse

    @api.model
    def _default_team(self, account):
        """The company's sales team with the marketplace's name."""
        name = dict(account._fields["provider"].selection)[account.provider]
        company = account.company_id
        team = self.env["crm.team"].search([("name", "=", name), ("company_id", "in", [False, company.id])], limit=1)
        return team or self.env["crm.team"].create({"name": name, "company_id": company.id})

    # === ACCESS === #

    def _as_system(self):
        """The shop as the scheduled action sees it: all rights, its own company only, no mail to anybody."""
        self.ensure_one()
        return (
            self.with_user(SUPERUSER_ID)
            .with_company(self.company_id)
            .with_context(
                allowed_company_ids=self.company_id.ids,
                mail_auto_subscribe_no_notify=True,
                mail_create_nosubscribe=True,
                lang=self.sudo().responsible_id.lang or self.env.user.lang,
            )
        )

    def _client(self):
        """The client that talks for the shop."""
        self.ensure_one()
        shop_sudo = self.sudo()
        if not shop_sudo.token_id:
            raise NotAuthorized("The shop has no authorisation.")
        key = ShopKey(ref=shop_sudo.external_ref, site=shop_sudo.site)
        on_call = self.env["marketplace.call.count"]._counter(self)
        return shop_sudo.account_id._client(key, shop_sudo.token_id._access_token, on_call)

    def action_test_connection(self):
        """Ask the platform who we are, and say until when."""
        self.ensure_one()
        self.account_id._check_manager()
        try:
            info = self._client().get_shop()
        except MarketplaceError as error:
            raise UserError(explain(self.env, error)) from error
        shop_sudo = self.sudo()
        if info.authorized_until:
            shop_sudo._note_authorized_until(naive(info.authorized_until))
        message = self.env._("Connected as %(name)s (%(ref)s, %(site)s).", name=info.name, ref=info.ref, site=info.site)
        if shop_sudo.authorized_until:
            day = fields.Date.to_string(self._local_date(shop_sudo.authorized_until))
            message += " " + self.env._("The authorisation ends on %(day)s.", day=day)
        return self.env["marketplace.job"]._notify(message, "success")

    def _note_authorized_until(self, until):
        """Keep what the platform says of the end; where the seller has put it off, the warnings begin anew."""
        if self.authorized_until and until > self.authorized_until:
            self.warned_days = 0
            self.activity_unlink(["mail.mail_activity_data_warning"])
        self.authorized_until = until

    @api.depends("state", "authorized_until", "tz")
    @api.depends_context("lang")
    def _compute_access_warning(self):
        now = fields.Datetime.now()
        for shop in self:
            until = shop.authorized_until
            shop.access_warning = False
            if shop.state != "connected":
                shop.access_warning = self.env._("The access has ended: no orders come in, and nothing is sent.")
            elif until and until <= now + timedelta(days=max(WARNING_DAYS)):
                shop.access_warning = self.env._("The access ends on %(time)s.", time=shop._local_time(until))

    @api.model
    def _cron_warn_of_end(self):
        """Tell the responsible 30, 7 and 1 days before an authorisation ends; connecting again clears it."""
        horizon = fields.Datetime.now() + timedelta(days=max(WARNING_DAYS))
        for shop in self.search([("state", "=", "connected"), ("authorized_until", "<=", horizon)]):
            shop._warn_of_end(shop.authorized_until)

    def _warn_of_end(self, end):
        """Tell the responsible that the authorisation ends, unless a warning of as many days was given before."""
        left = end - fields.Datetime.now()
        days = next((days for days in WARNING_DAYS if left <= timedelta(days=days)), 0)
        if not days or (self.warned_days and self.warned_days <= days):
            return
        self.warned_days = days
        self._demand_connection(
            self.env._(
                "Access to %(shop)s ends on %(day)s", shop=self.name, day=fields.Date.to_string(self._local_date(end))
            ),
            self.env._("Press Connect Again on the shop before that day, and orders go on coming in."),
        )

    def _demand_connection(self, summary, note):
        """Keep one activity for the responsible to connect the shop again."""
        self.ensure_one()
        self.activity_unlink(["mail.mail_activity_data_warning"])
        self.activity_schedule(
            "mail.mail_activity_data_warning", summary=summary, note=note, user_id=self._responsible().id
        )

    def _disconnect(self, error):
        """Stop polling the shops of the ended authorisation and tell the responsible, once."""
        message = explain(self.env, error)
        for shop in self.sudo():
            shop.write({"state": "disconnected", "error_date": fields.Datetime.now(), "error_message": message})
            shop._demand_connection(self.env._("Connect the shop again"), message)
