"""Pushes of a marketplace's app: the address they come to, the key that signs them, and how many came."""

import logging
import secrets
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..marketplaces.errors import MarketplaceError
from ..marketplaces.push import PushHint
from ..marketplaces.types import App
from .failure_log import kind_of
from .push_throttle import Throttle

_logger = logging.getLogger(__name__)

PUSH_PATH = "/marketplace/push/"
VERIFY_FOR = timedelta(minutes=10)
REFUSALS_A_MINUTE = 60  # that are written down; of more only the number is
LOST_PORTIONS = 20
REFUSALS = Throttle(REFUSALS_A_MINUTE)
SYSTEM = "base.group_system"
MANAGER = "marketplace_connector.group_manager"


class MarketplaceAccount(models.Model):
    _inherit = "marketplace.account"

    push_token = fields.Char(compute="_compute_push_token", store=True, copy=False, exportable=False, groups=SYSTEM)
    push_url = fields.Char(
        string="Push address",
        compute="_compute_push_url",
        store=True,
        readonly=False,
        copy=False,
        exportable=False,
        groups=MANAGER,
        help="Register this address for push messages in the developer console. Where you have to register another one "
        "that leads here, write it here exactly as it stands there: some signatures are made with it.",
    )
    push_key = fields.Char(
        copy=False,
        exportable=False,
        groups=SYSTEM,
        help="The key that signs push messages, where the console shows one beside the app's own (Live Push Partner "
        "Key). Empty: the app secret signs them.",
    )
    push_verify_until = fields.Datetime(copy=False, readonly=True, groups=MANAGER)
    push_discarded = fields.Integer(
        string="Test calls",
        copy=False,
        readonly=True,
        help="Came wrongly signed while the address was verified the last time: answered as good, and not used.",
    )
    push_accepted = fields.Integer(string="Pushes received", copy=False, readonly=True)
    push_ignored = fields.Integer(
        string="Of them not used",
        copy=False,
        readonly=True,
        help="About what Odoo does not follow by pushes: chats, reviews, test messages.",
    )
    push_unknown = fields.Integer(
        string="Of unknown shops", copy=False, readonly=True, help="About shops that are not connected to this account."
    )
    push_last = fields.Datetime(string="Last push", copy=False, readonly=True)
    push_refused = fields.Integer(
        string="Pushes refused", copy=False, readonly=True, help="Their signature does not fit, so they were not used."
    )
    push_refused_last = fields.Datetime(string="Last refused", copy=False, readonly=True)
    push_state = fields.Selection(
        [("none", "None yet"), ("verifying", "Being verified"), ("good", "Coming in"), ("refused", "Refused")],
        string="Pushes",
        compute="_compute_push_state",
    )

    _push_token_unique = models.UniqueIndex(
        "(push_token) WHERE push_token IS NOT NULL", "This push address belongs to another account."
    )

    @api.depends("provider")
    def _compute_push_token(self):
        for account in self:
            account.push_token = account.push_token or secrets.token_urlsafe(24)

    @api.depends("push_token")
    def _compute_push_url(self):
        for account in self:
            account.push_url = account.push_url or self._push_address(account.push_token)

    @api.model
    def _push_address(self, token):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        return urljoin(base, PUSH_PATH + token)

    @api.depends("push_last", "push_refused_last", "push_verify_until")
    def _compute_push_state(self):
        now = fields.Datetime.now()
        for account in self:
            last, refused, until = account.push_last, account.push_refused_last, account.sudo().push_verify_until
            account.push_state = "good" if last else "none"
            if refused and not (last and last >= refused):
                account.push_state = "refused"
            if until and until > now:
                account.push_state = "verifying"

    @api.constrains("push_url", "environment")
    def _check_push_url(self):
        for account in self.sudo().filtered("push_url"):
            url = urlsplit(account.push_url)
            is_clean = account.push_url.isascii() and account.push_url.isprintable() and " " not in account.push_url
            if url.scheme not in ("http", "https") or not url.netloc or not is_clean:
                raise ValidationError(
                    self.env._(
                        "The push address must be a whole address, as https://erp.example.com/marketplace/push/…"
                    )
                )

    # === RECEIVING === #

    @api.model
    def _of_push_token(self, token):
        """The account whose push address has this token; empty where none has."""
        names = ["provider", "app_key", "app_secret", "push_key", "push_url", "push_verify_until"]
        if not token or not token.isprintable():
            return self.browse()
        return self.sudo().search_fetch([("push_token", "=", token)], names, limit=1)

    def _take_push(self, headers, body):
        """Verify a push and keep what it is about; whether it is to be answered as good.

        Nothing of the account is written: any number of pushes may come at the same time.
        """
        self.ensure_one()
        client_class = self._get_client_class()
        app = App(key=self.app_key or "", secret=self.push_key or self.app_secret or "")
        if client_class.verify_push(app, self.push_url or "", headers, body):
            self.env["marketplace.hint"]._receive(self, client_class.read_push(body))
            return True
        is_verifying = self.push_verify_until and self.push_verify_until > fields.Datetime.now()
        if pushes := REFUSALS.take((self.env.cr.dbname, self.id, bool(is_verifying))):
            told = PushHint(kind="discarded" if is_verifying else "refused")
            self.env["marketplace.hint"]._receive(self, [told], pushes)
        return bool(is_verifying)

    def _count_pushes(self, hints):
        """Add hints that are not counted yet to the counters."""
        refused = hints.filtered(lambda hint: hint.kind == "refused")
        discarded = hints.filtered(lambda hint: hint.kind == "discarded")
        accepted = (hints - refused - discarded).filtered("pushes")
        unused = accepted.filtered(lambda hint: hint.kind in ("test", "other"))
        unknown = accepted.filtered(lambda hint: hint.kind == "unknown_shop")
        if not any(hints.mapped("pushes")):
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE marketplace_account
                   SET push_accepted = COALESCE(push_accepted, 0) + %s, push_ignored = COALESCE(push_ignored, 0) + %s,
                       push_unknown = COALESCE(push_unknown, 0) + %s, push_refused = COALESCE(push_refused, 0) + %s,
                       push_discarded = COALESCE(push_discarded, 0) + %s,
                       push_last = GREATEST(push_last, %s), push_refused_last = GREATEST(push_refused_last, %s)
                 WHERE id = %s
                """,
                *(sum(some.mapped("pushes")) for some in (accepted, unused, unknown, refused, discarded)),
                max(accepted.mapped("received_at"), default=None),
                max(refused.mapped("received_at"), default=None),
                self.id,
            )
        )
        self.invalidate_recordset()

    # === WHAT GOT LOST === #

    @api.model
    def _cron_read_lost_pushes(self):
        """Ask the platforms for the pushes that they could not deliver; the poll brings what they do not tell."""
        for account in self.search([("shop_ids.state", "=", "connected")]):
            try:
                account._read_lost_pushes()
            except (MarketplaceError, UserError) as error:
                self.env.cr.rollback()
                _logger.info("The lost pushes of account %s could not be read: %s", account.id, kind_of(error))

    def _read_lost_pushes(self):
        """Keep the lost pushes as hints, and confirm each portion once it is safe."""
        client = self._client()
        position = None
        for _ in range(LOST_PORTIONS):
            lost = client.lost_pushes()
            if not lost.hints or not lost.position or lost.position == position:
                return
            position = lost.position
            self.env["marketplace.hint"]._receive(self, lost.hints)
            self.env["ir.cron"]._commit_progress()
            client.confirm_lost_pushes(position)
            if not lost.has_more:
                return

    # === BUTTONS === #

    def action_verify_push_url(self):
        """Answer also what is signed wrongly as good for ten minutes, for the test call of the platform's console."""
        self.ensure_one()
        self._check_manager()
        self.sudo().write({"push_verify_until": fields.Datetime.now() + VERIFY_FOR, "push_discarded": 0})
        return self.env["marketplace.job"]._notify(
            self.env._(
                "Press Verify or Save in the marketplace's console within ten minutes. Until then also wrongly signed "
                "messages are answered as good, and thrown away."
            ),
            "info",
        )

    def action_new_push_address(self):
        """Give the account another push address; what comes to the old one is not known any more."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.is_system():
            raise AccessError(self.env._("Only system administrators can change the push address. Ask yours."))
        account, token = self.sudo(), secrets.token_urlsafe(24)
        old = account.push_token
        url = account.push_url or ""
        has_token = old and old in url
        account.write(
            {"push_token": token, "push_url": url.replace(old, token) if has_token else self._push_address(token)}
        )
        return self.env["marketplace.job"]._notify(
            self.env._("Register the new push address in the marketplace's console: the old one is dead."), "warning"
        )
