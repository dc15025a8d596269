"""Reading back what the marketplaces show of our stock: what differs is sent again, and listed."""

import logging
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..marketplaces.errors import MarketplaceError, NotAuthorized, RateLimited
from .error_messages import explain
from .failure_log import log_unforeseen
from .marketplace_shop_stock_sending import PORTION
from .stock_run import StockRun

_logger = logging.getLogger(__name__)

READ_AGAIN = timedelta(hours=20)  # a day, less what runs come early
READING_LOCK = 0x4D4B5452  # "MKTR"


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    @api.model
    def _cron_read_stock(self):
        """Compare what the connected shops show with what Odoo has, once a day, and let what differs be sent again."""
        wanted = Domain("sync_stock", "=", True) | Domain("stock_preview_wanted", "=", True)
        shops = self.search(Domain("state", "=", "connected") & wanted)
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(shops))
        run = StockRun(shops, lambda: commit_progress())
        for number, shop in enumerate(shops, 1):
            system = shop._as_system()
            finished = system._read_stock_back(run) if shop.sync_stock else system._read_for_preview(run.commit)
            if not commit_progress(processed=1, remaining=len(shops) - number + (not finished)):
                break

    def _read_stock_back(self, run):
        """Read what the shop shows, and mark what differs; False where the time was up before the end."""
        waits = self.wait_until and self.wait_until > fields.Datetime.now()
        if waits or self.state != "connected":
            return True
        with self._alone(READING_LOCK) as alone:
            if not alone:
                return True
            run.commit()
            with self._keeping_stock_trouble():
                unseen = self._unseen_listings()
                finished = self._read_listed_stock(run.commit, unseen, lambda portion: portion._compare_stock(run))
                self._announce_stock()
                return finished
            run.commit()
        return True

    @contextmanager
    def _keeping_stock_trouble(self):
        """Keep what goes wrong with the shop's stock on the shop, and do what its kind asks for."""
        try:
            yield
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            _logger.info("Stock of shop %s: another transaction was faster, it goes on later.", self.id)
        except MarketplaceError as error:
            self.env.cr.rollback()
            if isinstance(error, NotAuthorized | RateLimited):
                self._note_trouble(error)
            self.stock_error = explain(self.env, error)
        except Exception as error:  # noqa: BLE001
            self.env.cr.rollback()
            log_unforeseen(_logger, error, "The stock of shop %s", self.id)
            self.stock_error = self.env._("Unforeseen error: %(error)s", error=error)

    def _read_listed_stock(self, commit, listings, then=None):
        """Read what the shop shows of the listings, and do `then` with each portion; False where the time was up before
        the end."""
        client = self._client()
        for first in range(0, len(listings), PORTION):
            portion = listings[first : first + PORTION]
            portion._read_stock(client, commit)
            portion.stock_seen_at = fields.Datetime.now()
            if then:
                then(portion)
            left = commit()
            if not left and first + PORTION < len(listings):
                return False
        return True

    def _unseen_listings(self):
        """The listings whose stock Odoo sends, and has not looked at in the shop for a day; the longest ago first."""
        since = fields.Datetime.now() - READ_AGAIN
        unseen = Domain("stock_seen_at", "=", False) | Domain("stock_seen_at", "<", since)
        ours = Domain("shop_id", "=", self.id) & Domain("product_id", "!=", False) & Domain("by_platform", "=", False)
        listings = self.env["marketplace.listing"].search(ours & unseen, order="stock_seen_at nulls first, id")
        return listings.filtered(lambda listing: not listing.stock_skip)
