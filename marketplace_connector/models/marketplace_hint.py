"""Pushes that wait to be followed: a row for each, written by whoever answers the platform, deleted by one worker."""

import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..marketplaces.push import OF_LISTINGS, OF_ORDERS
from .failure_log import log_unforeseen
from .marketplace_token import naive

_logger = logging.getLogger(__name__)

MOST_HINTS = 20_000  # that are followed in one go
TRIES = 3
KEPT_DAYS = 30
FOLLOWED = (*OF_ORDERS, *OF_LISTINGS, "access_ending", "access_ended")


class Link(fields.Many2one):
    """A link without a foreign key: adding a row waits for nobody who holds the row that it is about."""

    def update_db_foreign_key(self, model, column):
        """Make none."""


class MarketplaceHint(models.Model):
    """What a push was about. Never a fact: that is fetched from the platform."""

    _name = "marketplace.hint"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Push"
    _log_access = False
    _order = "id"
    _rec_name = "order_ref"

    account_id = Link("marketplace.account", required=True, readonly=True)
    shop_id = Link("marketplace.shop", readonly=True)
    kind = fields.Char(required=True, readonly=True)
    order_ref = fields.Char(string="Order number", readonly=True)
    listing_ref = fields.Char(string="Item or SKU", readonly=True)
    ends_at = fields.Datetime(string="Access ends", readonly=True)
    received_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    pushes = fields.Integer(
        string="To be counted", readonly=True, help="So many pushes of the account are not in its counters yet."
    )

    # === RECEIVING: few statements, no locks === #

    @api.model
    def _receive(self, account, hints, pushes=1):
        """Keep what an account's pushes are about, `PushHint`s, one row for each shop, and wake the worker.

        `pushes` is how many messages they stand for.
        """
        self.env["marketplace.shop"].flush_model(["account_id", "external_ref", "site", "active"])
        told = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s::timestamp)",
                hint.kind,
                hint.shop.ref if hint.shop else "",
                hint.shop.site if hint.shop else "",
                hint.order_ref,
                hint.listing_ref,
                naive(hint.ends_at) or None,
            )
            for hint in hints
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO marketplace_hint
                       (account_id, shop_id, kind, order_ref, listing_ref, ends_at, received_at, pushes)
                SELECT %(account)s, shop.id,
                       CASE WHEN told.shop_ref != '' AND shop.id IS NULL THEN 'unknown_shop' ELSE told.kind END,
                       told.order_ref, told.listing_ref, told.ends_at, %(now)s,
                       CASE row_number() OVER () WHEN 1 THEN %(pushes)s ELSE 0 END
                  FROM (VALUES %(told)s) AS told (kind, shop_ref, site, order_ref, listing_ref, ends_at)
                  LEFT JOIN marketplace_shop shop
                         ON shop.account_id = %(account)s AND shop.external_ref = told.shop_ref
                        AND told.site IN ('', shop.site) AND shop.active
                """,
                account=account.id,
                now=fields.Datetime.now(),
                pushes=pushes,
                told=told,
            )
        )
        self._wake_up()

    @api.model
    def _wake_up(self, at=None):
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id("marketplace_connector.ir_cron_hints")
        self.env["ir.cron"].sudo().browse(cron_id)._trigger(at=at)

    @api.model
    def _wake_up_for(self, shop):
        """Let pushes be followed that had to wait while the shop's orders were fetched."""
        if self.search_count([("shop_id", "=", shop.id)], limit=1):
            self._wake_up()

    # === FOLLOWING === #

    @api.model
    def _cron_take_hints(self):
        """Follow the hints that are there now, shop by shop; one shop's trouble never stops the others.

        What comes in meanwhile has rows and a wake-up call of its own.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        self._count()
        hints = self.search_fetch([("kind", "in", FOLLOWED)], ["shop_id"], limit=MOST_HINTS)
        of_shops = hints.grouped("shop_id")
        shops = of_shops.keys()
        commit_progress(remaining=len(shops))
        for number, shop in enumerate(shops, 1):
            try:
                finished = shop._follow_hints(of_shops[shop], lambda: commit_progress())
            except Exception as error:  # noqa: BLE001
                self.env.cr.rollback()
                log_unforeseen(
                    _logger, error, "Following the pushes of shop %s failed, it is tried again later", shop.id
                )
                finished = True
            left = len(shops) - number + (not finished)
            if not commit_progress(processed=1 if finished else 0, remaining=left):
                break
        if len(hints) == MOST_HINTS:
            self._wake_up()

    @api.model
    def _count(self):
        """Put what was received into the counters of the accounts, and drop what is not followed."""
        for _ in range(TRIES):
            try:
                self._count_new()
                self.env["ir.cron"]._commit_progress()
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:  # somebody has edited an account meanwhile
                self.env.cr.rollback()
        _logger.info("Pushes are counted later: their accounts are being changed.")

    def _count_new(self):
        hints = self.search_fetch([], ["account_id", "kind", "pushes", "received_at"])
        for account, of_account in hints.grouped("account_id").items():
            if account.exists():
                account._count_pushes(of_account)
        followed = hints.filtered(lambda hint: hint.kind in FOLLOWED)
        (hints - followed)._drop()
        followed.filtered("pushes").pushes = 0
        followed._drop_repeated()

    def _drop_repeated(self):
        """Keep the newest of those that say the same: a shop that has to wait for hours does not pile them up."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM marketplace_hint WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                                   PARTITION BY shop_id, kind, order_ref, listing_ref ORDER BY id DESC
                               ) AS place
                          FROM marketplace_hint WHERE id = ANY(%s)
                    ) AS placed WHERE place > 1
                )
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(flush=False)

    def _drop(self):
        """Delete exactly these."""
        if self.ids:
            self.env.cr.execute(SQL("DELETE FROM marketplace_hint WHERE id = ANY(%s)", self.ids))
        self.invalidate_recordset(flush=False)

    @api.autovacuum
    def _gc_forgotten(self):
        """Drop the hints of shops that did not come back for 30 days: a shop that does is polled for all of it."""
        old = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("received_at", "<", old)])._drop()
