"""Reading the shop's catalogue: walks over it that can pause, and what they say of themselves."""

import time
from collections import Counter
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .marketplace_shop_orders import BUTTON_SECONDS
from .marketplace_shop_walks import LEAST_SECONDS, WalkKind
from .marketplace_token import aware

CATALOGUE = WalkKind(
    what="catalogue",
    lock=0x4D4B5443 + 2,  # beside those of the poll and of the acts
    place="catalogue_walk",
    goes_on_at="catalogue_goes_on_at",
    error="catalogue_error",
    wanted="sync_catalogue",
    done_at="catalogue_synced_at",
    cron="ir_cron_catalogue",
)
OVERLAP = timedelta(hours=1)
FULL_EVERY = timedelta(days=7)
WALK_KEPT = timedelta(days=2)
PUSHED_EVERY = timedelta(minutes=10)  # at most, however much is changed


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
        help="The catalogue has been read in part, or something in it has changed since: the scheduled action reads "
        "the rest.",
    )
    catalogue_walk = fields.Json(readonly=True, copy=False, prefetch=False, groups="base.group_system")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("sync_catalogue"):
            self._wake_walk(CATALOGUE)
        return result

    # === ENTRANCES: SCHEDULER, BUTTON === #

    @api.model
    def _cron_sync_catalogue(self):
        """Read the catalogues that are due, and go on with those that are read in part."""
        self._walk_due_shops(CATALOGUE, lambda shop, commit: shop._sync_catalogue(commit))

    def _read_catalogue_soon(self, at):
        """Read what has changed before the day is over; a walk that goes on brings it too."""
        earliest = (self.catalogue_synced_at or at) + PUSHED_EVERY
        if not self.catalogue_goes_on_at:
            self.catalogue_goes_on_at = max(at, earliest)
            self._wake_walk(CATALOGUE, self.catalogue_goes_on_at)

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
            shop._check_connected()
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

        Counts `created`, `updated`, `unchanged` and `gone` SKUs, and what `_walk` counts; `commit` as there.
        """
        self.ensure_one()
        system = self._as_system()
        return system._walk(CATALOGUE, commit, lambda: system._open_catalogue_walk(full), system._walk_catalogue)

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
                self._pause_walk(CATALOGUE, walk, fields.Datetime.now())
                return
        counts["gone"] += self._finish_walk(walk)
        counts["finished"] = 1

    # === THE WALK === #

    def _open_catalogue_walk(self, full):
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
        self._close_walk(CATALOGUE, error or False, catalogue_synced_at=begun)
        if not walk["since"]:
            self.catalogue_full_at = begun
        return len(gone)
