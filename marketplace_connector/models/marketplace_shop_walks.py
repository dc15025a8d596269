"""Walks over what a marketplace lists at length: by one worker at a time, paused when time is up, and gone on with."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..marketplaces.errors import MarketplaceError, NotAuthorized, RateLimited, ServerError, TransportError
from .error_messages import explain
from .failure_log import log_unforeseen

_logger = logging.getLogger(__name__)

EVERY = timedelta(hours=20)  # less than a day, so that a daily run that is early finds it due
AGAIN_AFTER = timedelta(minutes=30)
LEAST_SECONDS = 30  # of a run: to find the place where an earlier one stopped takes calls, too


@dataclass(frozen=True)
class WalkKind:
    """What is walked over, in a word for the log; its advisory lock, and the names of its fields on shops and of its
    scheduled action."""

    what: str
    lock: int
    place: str  # how far a walk has come, a dict
    goes_on_at: str
    error: str
    wanted: str  # whether it is done every day
    done_at: str
    cron: str


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    # === WHEN === #

    @api.model
    def _walk_due_shops(self, kind, work):
        """In a scheduled action: `work(shop, commit)` for the shops that are due, or are in the middle; it gives counts
        as `_walk` does."""
        due = [
            ("state", "=", "connected"),
            "|",
            (kind.goes_on_at, "<=", fields.Datetime.now()),
            "&",
            (kind.wanted, "=", True),
            "|",
            (kind.done_at, "=", False),
            (kind.done_at, "<=", fields.Datetime.now() - EVERY),
        ]
        self.search(due)._work_in_turn(work)

    def _work_in_turn(self, work):
        """In a scheduled action: `work(shop, commit)` for each of the shops, as long as there is time; of the counts
        that it gives, `finished` says whether it is done with the shop."""
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(self))
        for number, shop in enumerate(self, 1):
            finished = work(shop, lambda: commit_progress())["finished"]
            left = len(self) - number + (not finished)
            if not commit_progress(processed=1 if finished else 0, remaining=left):
                break

    @api.model
    def _wake_walk(self, kind, at=None):
        self.env.ref(f"marketplace_connector.{kind.cron}").sudo()._trigger(at=at)

    def _check_connected(self):
        """Raise UserError naming one of the shops that is not connected."""
        if others := self.filtered(lambda shop: shop.state != "connected")[:1]:
            raise UserError(self.env._("%(shop)s is not connected: press Connect Again first.", shop=others.name))

    # === ONE SHOP === #

    def _walk(self, kind, commit, begin, go):
        """Go on with the shop's walk, or begin it; count what came of it.

        `begin()` gives the walk as it stands, a dict that `go(walk, counts, commit)` keeps up to date; `commit()` ends
        the transaction and gives the seconds left. Of the counts, `finished` is 1 when nothing is left to do now,
        `locked` 1 when another worker is at it. Trouble with the platform is kept on the shop and not raised; what
        came before it stays.
        """
        counts, walk = Counter(), None
        with self._alone(kind.lock) as alone:
            if not alone:
                return Counter(finished=1, locked=1)
            commit()  # what another worker has done meanwhile is seen from here on
            try:
                walk = begin()
                if self.wait_until and self.wait_until > fields.Datetime.now():
                    self._pause_walk(kind, walk, self.wait_until)
                    self[kind.error] = self.env._("The marketplace asked us to wait. It is read after that.")
                    counts["finished"] = 1
                else:
                    go(walk, counts, commit)
                commit()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Somebody changed the same rows meanwhile: what is written stays, the rest is read again soon.
                self.env.cr.rollback()
                self._pause_walk(kind, walk, fields.Datetime.now())
                counts["finished"] = 0
            except MarketplaceError as error:
                self.env.cr.rollback()
                self._note_walk_trouble(kind, error, walk)
                counts["finished"] = 1
            except Exception as error:  # noqa: BLE001
                self.env.cr.rollback()
                log_unforeseen(_logger, error, "Reading the %s of shop %s failed", kind.what, self.id)
                self._close_walk(kind, self.env._("Unforeseen error: %(error)s", error=type(error).__name__))
                counts["finished"] = 1
            commit()
        return counts

    def _pause_walk(self, kind, walk, until):
        """Keep how far the walk has come; the scheduled action goes on `until` then."""
        self.write({kind.place: walk, kind.goes_on_at: until})
        self._wake_walk(kind, until)

    def _close_walk(self, kind, error=False, **values):
        self.write({kind.place: False, kind.goes_on_at: False, kind.error: error, **values})

    def _note_walk_trouble(self, kind, error, walk):
        """Keep the platform's error on the shop; what passes by itself is tried again from where the walk was."""
        if isinstance(error, NotAuthorized | RateLimited):
            self._note_trouble(error)
        if isinstance(error, RateLimited):
            self._pause_walk(kind, walk, self.wait_until)
        elif isinstance(error, TransportError | ServerError):
            self._pause_walk(kind, walk, fields.Datetime.now() + AGAIN_AFTER)
        else:
            self._close_walk(kind)
        self[kind.error] = explain(self.env, error)
