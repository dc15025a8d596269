import logging
from contextlib import contextmanager
from datetime import timedelta, timezone

import psycopg2
from odoo import SUPERUSER_ID, api, fields, models

from ..marketplaces.errors import MarketplaceError, NotAuthorized, RateLimited, Rejected, RenewalLost, TransportError
from ..marketplaces.types import ShopKey, Tokens

_logger = logging.getLogger(__name__)

REFRESH_AHEAD = timedelta(minutes=10)
LOCK_SECONDS = 15
ATTEMPTS = 3
RENEWAL_LOCK = 0x4D4B5446  # "MKTF", so that our advisory locks meet nobody else's


def naive(moment):
    """An aware time as Odoo stores it, None as False."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment else False


def aware(moment):
    """A stored time as the clients take it, False as None."""
    return moment.replace(tzinfo=timezone.utc) if moment else None


class MarketplaceToken(models.Model):
    """A chain of refresh tokens. Each refresh token can be spent once, so only `_access_token` reads or spends one."""

    _name = "marketplace.token"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Token"
    _order = "account_id, id"
    _rec_name = "chain_ref"

    account_id = fields.Many2one("marketplace.account", required=True, ondelete="cascade", index=True)
    chain_ref = fields.Char(required=True, readonly=True)
    shop_ref = fields.Char(readonly=True)
    shop_site = fields.Char(readonly=True)
    access_token = fields.Char(groups=fields.NO_ACCESS, copy=False, exportable=False, readonly=True)
    refresh_token = fields.Char(groups=fields.NO_ACCESS, copy=False, exportable=False, readonly=True)
    access_expires_at = fields.Datetime(readonly=True, copy=False)
    refresh_expires_at = fields.Datetime(readonly=True, copy=False)
    renewal_began_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="The refresh token was sent to the marketplace, and no answer has been kept yet.",
    )
    state = fields.Selection([("active", "Active"), ("ended", "Ended")], default="active", readonly=True, copy=False)
    shop_ids = fields.One2many("marketplace.shop", "token_id")
    company_ids = fields.Many2many("res.company", compute="_compute_company_ids", store=True)

    _chain_unique = models.Constraint("UNIQUE (account_id, chain_ref)", "This chain of tokens is already there.")

    @api.depends("shop_ids.company_id", "shop_ids.active")
    def _compute_company_ids(self):
        for token in self:
            token.company_ids = token.with_context(active_test=False).shop_ids.company_id

    @api.model
    def _store(self, account, chain_ref, tokens, shop):
        """Keep the tokens of a chain for good, whatever fails later: what they replace is dead already."""
        token = self.search([("account_id", "=", account.id), ("chain_ref", "=", chain_ref)])
        values = {
            **self._token_values(tokens),
            "account_id": account.id,
            "chain_ref": chain_ref,
            "shop_ref": shop.ref,
            "shop_site": shop.site,
        }
        if token:
            token.write(values)
        else:
            token = self.create(values)
        self.env["ir.cron"]._commit_progress()
        return token

    @api.model
    def _token_values(self, tokens):
        return {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "access_expires_at": naive(tokens.access_expires_at),
            "refresh_expires_at": naive(tokens.refresh_expires_at),
            "state": "active",
            "renewal_began_at": False,
        }

    def _access_token(self, rejected=None):
        """The access token to use now, refreshed where it is about to end or equals the `rejected` one.

        Works on a cursor of its own and commits there, so that two workers never spend one refresh token and a
        rollback never loses the new one. Raises NotAuthorized when the chain has ended, TransportError when
        another worker holds it for too long.
        """
        self.ensure_one()
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.registry.cursor() as cr:
                    return self.with_env(self.env(cr=cr, user=SUPERUSER_ID))._current_or_refreshed(rejected)
            except psycopg2.errors.SerializationFailure:
                continue  # somebody has just connected the shop again: read the new tokens
            except psycopg2.errors.LockNotAvailable:
                break
        raise TransportError("Another process is renewing the access; try again in a moment.")

    def _current_or_refreshed(self, rejected):
        token_sudo = self.sudo()
        if self._usable(token_sudo, rejected):
            return token_sudo.access_token
        with self._alone():
            if not self._usable(token_sudo, rejected):
                self._refresh(token_sudo)
            return token_sudo.access_token

    @contextmanager
    def _alone(self):
        """Within, no other worker renews this chain, also across commits; what others have written is seen.

        Raises LockNotAvailable after waiting too long.
        """
        key = [RENEWAL_LOCK, self.id]
        self.env.cr.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_SECONDS}s"])
        self.env.cr.execute("SELECT pg_advisory_lock(%s, %s)", key)
        try:
            self._commit()
            yield
        except BaseException:
            self.env.cr.rollback()
            raise
        finally:
            self.env.cr.execute("SELECT pg_advisory_unlock(%s, %s)", key)

    def _commit(self):
        self.env.cr.commit()  # pylint: disable=invalid-commit
        self.env.invalidate_all()

    @api.model
    def _usable(self, token_sudo, rejected):
        if token_sudo.state != "active" or not token_sudo.access_token:
            raise NotAuthorized("The authorisation has ended.")
        ends_soon = token_sudo.access_expires_at <= fields.Datetime.now() + REFRESH_AHEAD
        return not ends_soon and token_sudo.access_token != rejected

    @api.model
    def _refresh(self, token_sudo):
        """Spend the refresh token and keep the new pair. That it is being spent is kept first: a worker that dies
        before the new pair is kept leaves a chain of which nobody could tell why it ended."""
        lost_at = token_sudo.renewal_began_at
        token_sudo.renewal_began_at = fields.Datetime.now()
        self._commit()
        try:
            new = self._renewed(token_sudo)
        except NotAuthorized as error:
            token_sudo.write({"state": "ended", "renewal_began_at": False})
            self._commit()
            if lost_at:
                raise RenewalLost(error.message, code=error.code, request_id=error.request_id) from None
            raise
        except MarketplaceError as error:
            if isinstance(error, Rejected | RateLimited):  # anything else may come from behind the renewal
                token_sudo.renewal_began_at = lost_at
                self._commit()
            raise
        token_sudo.write(self._token_values(new))
        self._commit()
        _logger.info("Marketplace token %s was renewed.", token_sudo.id)

    @api.model
    def _renewed(self, token_sudo):
        old = Tokens(
            access_token=token_sudo.access_token,
            refresh_token=token_sudo.refresh_token or "",
            access_expires_at=aware(token_sudo.access_expires_at),
            refresh_expires_at=aware(token_sudo.refresh_expires_at),
        )
        shop = ShopKey(ref=token_sudo.shop_ref or "", site=token_sudo.shop_site or "")
        return token_sudo.account_id._client().refresh_tokens(old, shop)
