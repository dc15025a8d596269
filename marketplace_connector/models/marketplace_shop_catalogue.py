"""Reading the shop's catalogue: walks over it that can pause, and what they say of themselves."""

import logging
import time
from collections import Counter
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..marketplaces.errors import MarketplaceError, NotAuthorized, RateLimited, ServerError, TransportError
from .error_messages import explain
from .failure_log import log_unforeseen
from .marketplace_shop_orders import BUTTON_SECONDS
from .marketplace_token import aware

_logger = logging.getLogger(__name__)

CATALOGUE_LOCK = 0x4D4B5443 + 2  # beside those of the poll and of the acts
OVERLAP = timedelta(hours=1)
EVERY = timedelta(hours=20)  # less than a day, so that a daily run that is early finds it due
FULL_EVERY = timedelta(days=7)
WALK_KEPT = timedelta(days=2)
AGAIN_AFTER = timedelta(minutes=30)
LEAST_SECONDS = 30  # of a run: to find the place where an earlier one stopped takes calls, too


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    sync_catalogue = fields.Boolean(
        string="Sync the catalogue by itself",
        copy=False,
        help="Every day what has changed in the marketplace's catalogue is read, every week all of it. SKUs on sale "
        "come in and are linked to their products; of those off sale, only what Odoo has already is updated.",
    )
    catalogue_synced_at = fields.Datetime(
        string="Catalogue read",
        readonly=True,
        copy=False,
        help="What changed in the marketplace's catalogue up to here is in Odoo.",
    )
    catalogue_full_at = fields.Datetime(string="All of it read", readonly=True, copy=False)
    catalogue_error = fields.Char(string="Catalogue not read", readonly=True, copy=False)
    catalogue_goes_on_at = fields.Datetime(
        string="Reading goes on",
        readonly=True,
        copy=False,
        help="The catalogue has been read in part: the scheduled action goes on with the rest.",
    )
    catalogue_walk = fields.Json(readonly=True, copy=False, prefetch=False, groups="base.group_system")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("sync_catalogue"):
            self._wake_catalogue()
        return result

    # === ENTRANCES: SCHEDULER, BUTTON === #

    @api.model
    def _cron_sync_catalogue(self):
        """Read the catalogues that are due, and go on with those that are read in part."""
        shops = self.search(self._catalogue_due(fields.Datetime.now()))
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(shops))
        for number, shop in enumerate(shops, 1):
            finished = shop._sync_catalogue(lambda: commit_progress())["finished"]
            left = len(shops) - number + (not finished)
            if not commit_progress(processed=1 if finished else 0, remaining=left):
                break

    @api.model
    def _catalogue_due(self, now):
        return [
            ("state", "=", "connected"),
            "|",
            ("catalogue_goes_on_at", "<=", now),
            "&",
            ("sync_catalogue", "=", True),
            "|",
            ("catalogue_synced_at", "=", False),
            ("catalogue_synced_at", "<=", now - EVERY),
        ]

    @api.model
    def _wake_catalogue(self, at=None):
        self.env.ref("marketplace_connector.ir_cron_catalogue").sudo()._trigger(at=at)

    def action_sync_catalogue(self):
        """*Sync Product Catalogue*: read all that the shops have on sale now, match it, and say what came of it."""
        self.check_access("read")
        if not self.env.user.has_group("marketplace_connector.group_user"):
            raise UserError(
                self.env._("Only marketplace users can sync the catalogue. Ask your administrator for the right.")
            )
        deadline = time.monotonic() + BUTTON_SECONDS
        total = Counter()
        for shop in self:
            if shop.state != "connected":
                raise UserError(self.env._("%(shop)s is not connected: press Connect Again first.", shop=shop.name))
            total += shop._as_system()._sync_catalogue(lambda: self._time_left_after_commit(deadline), full=True)
        self.invalidate_recordset()
        errors = [f"{shop.name}: {shop.catalogue_error}" for shop in self if shop.catalogue_error]
        return self.env["marketplace.job"]._notify(
            "\n".join([*self._catalogue_sentences(total), *errors]), "warning" if errors else "success"
        )

    def _catalogue_sentences(self, total):
        """What came of a walk, and how the listings stand now."""
        if total["locked"]:
            return [self.env._("Another process is reading this catalogue right now.")]
        sentences = [
            self.env._(
                "%(created)s new, %(updated)s changed, %(unchanged)s unchanged, %(gone)s gone.",
                created=total["created"],
                updated=total["updated"],
                unchanged=total["unchanged"],
                gone=total["gone"],
            ),
            self.env._(
                "Now %(matched)s are linked, %(unmatched)s are not, %(ambiguous)s fit several products.",
                matched=sum(self.mapped("matched_count")),
                unmatched=sum(self.mapped("unmatched_count")),
                ambiguous=sum(self.mapped("ambiguous_count")),
            ),
        ]
        if total["finished"] < len(self):
            sentences.append(self.env._("The scheduled action goes on with the rest."))
        return sentences

    # === ONE SHOP === #

    def _sync_catalogue(self, commit, full=False):
        """Read what has changed in the catalogue, all of it with `full` or where that is due, and match it; count what
        came of it.

        `commit()` ends the transaction and gives the seconds left. Counts `created`, `updated`, `unchanged` and `gone`
        SKUs; `finished` is 1 when nothing is left to do now, `locked` 1 when another worker is at it. Trouble with the
        platform is kept on the shop and not raised.
        """
        self.ensure_one()
        system = self._as_system()
        counts = Counter()
        with system._alone(CATALOGUE_LOCK) as alone:
            if not alone:
                return Counter(finished=1, locked=1)
            commit()  # what another worker has done meanwhile is seen from here on
            if system.wait_until and system.wait_until > fields.Datetime.now():
                system._wait_with_catalogue(full)
                commit()
                return Counter(finished=1)
            walk = system._open_walk(full)
            try:
                system._walk_catalogue(walk, counts, commit)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Somebody changed the same rows meanwhile: what is written stays, the rest is read again soon.
                self.env.cr.rollback()
                system._pause_walk(walk, fields.Datetime.now())
            except MarketplaceError as error:
                self.env.cr.rollback()
                system._note_catalogue_trouble(error, walk)
                counts["finished"] = 1
            except Exception as error:  # noqa: BLE001
                self.env.cr.rollback()
                log_unforeseen(_logger, error, "Reading the catalogue of shop %s failed", self.id)
                system._close_walk(catalogue_error=self.env._("Unforeseen error: %(error)s", error=error))
                counts["finished"] = 1
            commit()
        return counts

    def _walk_catalogue(self, walk, counts, commit):
        """Take portion after portion, until the end or as long as there is time."""
        Listing = self.env["marketplace.listing"]
        Listing.search([("shop_id", "=", self.id), ("state", "in", ("unmatched", "ambiguous"))])._match()
        started = time.monotonic()
        since = datetime.fromisoformat(walk["since"]) if walk["since"] else None
        pages = iter(self._client().list_catalogue(aware(since) if since else None, walk["position"]))
        while True:
            read_at = fields.Datetime.now()
            page = next(pages, None)
            if page is None:
                break
            counts.update(Listing._take_catalogue(self, page, read_at))
            self._note_portion(walk, page)
            seconds_left = commit()
            self.env.invalidate_all()
            if page.position and not seconds_left and time.monotonic() - started >= LEAST_SECONDS:
                self._pause_walk(walk, fields.Datetime.now())
                return
        counts["gone"] += self._finish_walk(walk)
        counts["finished"] = 1

    # === THE WALK === #

    def _open_walk(self, full):
        """The walk to go on with, or a new one. `since` is None for the whole catalogue; `seen` are the items of the
        portions so far."""
        now = fields.Datetime.now()
        walk = self.catalogue_walk
        if walk and datetime.fromisoformat(walk["begun"]) > now - WALK_KEPT and not (full and walk["since"]):
            return walk
        is_due = not self.catalogue_full_at or self.catalogue_full_at <= now - FULL_EVERY
        since = None if full or is_due else (self.catalogue_synced_at - OVERLAP).isoformat()
        return {"begun": now.isoformat(), "since": since, "position": "", "seen": [], "unreadable": [], "lost": False}

    def _note_portion(self, walk, page):
        walk["position"] = page.position
        unreadable = [item.ref for item in page.unreadable]
        walk["seen"] += [*page.item_refs, *page.gone_item_refs, *unreadable]
        walk["unreadable"] += [f"{item.ref or '?'}: {item.error}" for item in page.unreadable]
        walk["lost"] = walk["lost"] or not all(unreadable)

    def _finish_walk(self, walk):
        """Say what is gone, which only a walk over everything knows; gives how many are."""
        Listing = self.env["marketplace.listing"]
        gone = Listing
        if not walk["since"] and not walk["lost"]:
            gone = Listing._mark_unseen(self, set(walk["seen"]))
        begun = datetime.fromisoformat(walk["begun"])
        error = walk["unreadable"] and self.env._(
            "%(count)s items could not be understood and stay as they are, the first: %(first)s",
            count=len(walk["unreadable"]),
            first=walk["unreadable"][0],
        )
        self._close_walk(catalogue_synced_at=begun, catalogue_error=error or False)
        if not walk["since"]:
            self.catalogue_full_at = begun
        return len(gone)

    def _pause_walk(self, walk, until):
        """Keep how far the walk has come; the scheduled action goes on `until` then."""
        self.write({"catalogue_walk": walk, "catalogue_goes_on_at": until})
        self._wake_catalogue(until)

    def _close_walk(self, **values):
        self.write({"catalogue_walk": False, "catalogue_goes_on_at": False, **values})

    def _wait_with_catalogue(self, full):
        """The marketplace asked us to wait: go on when it lets us."""
        self._pause_walk(self._open_walk(full), self.wait_until)
        self.catalogue_error = self.env._("The marketplace asked us to wait. It is read after that.")

    def _note_catalogue_trouble(self, error, walk):
        """Keep the platform's error on the shop; what passes by itself is tried again from where the walk was."""
        if isinstance(error, NotAuthorized | RateLimited):
            self._note_trouble(error)
        if isinstance(error, RateLimited):
            self._pause_walk(walk, self.wait_until)
        elif isinstance(error, TransportError | ServerError):
            self._pause_walk(walk, fields.Datetime.now() + AGAIN_AFTER)
        else:
            self._close_walk()
        self.catalogue_error = explain(self.env, error)
