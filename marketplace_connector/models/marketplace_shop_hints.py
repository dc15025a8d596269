"""Following pushes: the orders that they name are fetched through the poll's own way in."""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..marketplaces.base import WindowTooWide
from ..marketplaces.errors import (
    MarketplaceError,
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TransportError,
    UnexpectedResponse,
)
from ..marketplaces.push import OF_LISTINGS
from ..marketplaces.types import OrderStub, UnreadableOrder
from .failure_log import kind_of, log_unforeseen
from .marketplace_shop_orders import MOST_REFS, OVERLAP
from .marketplace_token import aware, naive

_logger = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=1)
MANY = 3  # orders for more of which one list is cheaper than their headers one by one
LOOK_AFTER = timedelta(minutes=1)  # so that what changes at the same time is read in the same calls
LAST_PUSH_EVERY = timedelta(minutes=1)


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    last_push = fields.Datetime(
        readonly=True, copy=False, help="When the marketplace has last told by itself that something changed."
    )

    # === ONE SHOP === #

    def _follow_hints(self, hints, commit):
        """Fetch what the hints are about and delete those that are done; False where the time was up before.

        `commit()` ends the transaction and gives the seconds left. Hints stay while the platform cannot be asked. A
        shop that is not connected needs none: what happened meanwhile is polled when it is again.
        """
        shop = self.exists()
        if not shop.active or shop.state != "connected":
            hints._drop()
            return True
        if shop.wait_until and shop.wait_until > fields.Datetime.now():
            hints._wake_up(shop.wait_until)
            return True
        shop = shop._as_system()
        with shop._alone() as alone:
            if not alone:
                hints._wake_up(fields.Datetime.now() + AGAIN_AFTER)
                return True
            commit()  # what the poll has written meanwhile is seen from here on
            return shop._follow_alone(hints.with_env(shop.env).exists(), commit)

    def _follow_alone(self, hints, commit):
        """The same, while no other worker fetches orders of the shop."""
        try:
            client = self._client()
            self._note_last_push(hints)
            self._follow_access(client, hints)
            self._hurry_labels(hints)
            self._look_at_listings(hints)
            orders = hints.filtered(lambda hint: hint.order_ref and hint.kind != "label")
            stubs = self._hinted_stubs(client, orders)
            (hints - orders)._drop()
            commit()
        except Exception as error:  # noqa: BLE001
            self._settle_hints(error, hints)
            commit()
            return True
        of_ref = orders.grouped("order_ref")
        size = client.capabilities.order_batch
        for first in range(0, len(stubs), size):
            batch = stubs[first : first + size]
            in_batch = orders.browse().union(*(of_ref[stub.ref] for stub in batch))
            may_go_on, seconds_left = self._follow_batch(client, batch, in_batch, commit)
            if not may_go_on:
                return True
            if not seconds_left and first + size < len(stubs):
                return False
        return True

    def _follow_batch(self, client, stubs, hints, commit):
        """Import the orders of the hints. Gives whether the rest may be tried too, and the seconds left."""
        may_go_on = True
        try:
            self._import_stubs(client, stubs)
            hints._drop()
            seconds_left = commit()
        except Exception as error:  # noqa: BLE001
            may_go_on = self._settle_hints(error, hints)
            seconds_left = commit()
        self.env.invalidate_all()
        return may_go_on, seconds_left

    def _settle_hints(self, error, hints):
        """Undo what failed, and let its hints wait, or make problems of them; whether others may be tried now."""
        self.env.cr.rollback()
        if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            hints._wake_up(fields.Datetime.now() + AGAIN_AFTER)
            return False
        if isinstance(error, RateLimited | NotAuthorized):
            self._note_trouble(error)
            hints._wake_up(self.wait_until if isinstance(error, RateLimited) else None)
            return False
        if isinstance(error, TransportError | ServerError):
            _logger.info("The pushes about %s orders of shop %s wait: %s", len(hints), self.id, kind_of(error))
            hints._wake_up(fields.Datetime.now() + AGAIN_AFTER)
            return False
        if not isinstance(error, MarketplaceError):
            log_unforeseen(_logger, error, "Following the pushes of shop %s failed", self.id)
        refs = dict.fromkeys(filter(None, hints.mapped("order_ref")))
        self.env["marketplace.job"]._record(self, [self._failure_of_hint(ref, error) for ref in refs])
        hints._drop()
        return True

    def _failure_of_hint(self, ref, error):
        if isinstance(error, MarketplaceError):
            return self._failure_of(UnreadableOrder(ref=ref, error=error))
        message = self.env._("Unforeseen error: %(error)s", error=error)
        return {"order_ref": ref, "reason": "unforeseen", "message": message, "details": repr(error)}

    # === WHAT THEY ARE ABOUT === #

    def _note_last_push(self, hints):
        last = max(hints.mapped("received_at"), default=False)
        if last and not (self.last_push and last - self.last_push < LAST_PUSH_EVERY):
            self.last_push = last

    def _hinted_stubs(self, client, hints):
        """The hinted orders, each once; where many need a call each for their headers, these are listed instead."""
        stubs = {ref: OrderStub(ref=ref) for ref in hints.mapped("order_ref")}
        capabilities = client.capabilities
        if capabilities.reads_headers and len(stubs) > MANY:
            now = fields.Datetime.now()
            start = max(min(hints.mapped("received_at")) - OVERLAP, now - capabilities.order_window)
            try:
                listed = client.list_orders(aware(start), aware(now), MOST_REFS)
                stubs |= {stub.ref: stub for stub in listed.stubs if stub.ref in stubs}
            except (WindowTooWide, Rejected, UnexpectedResponse) as error:
                _logger.info("The pushed orders of shop %s are read one by one: %s", self.id, kind_of(error))
        return list(stubs.values())

    def _hurry_labels(self, hints):
        """Fetch the labels that the marketplace has made now, where we are waiting for them."""
        refs = hints.filtered(lambda hint: hint.kind == "label").mapped("order_ref")
        now = fields.Datetime.now()
        waiting = [("act", "=", "label"), ("state", "=", "open"), ("next_try", ">", now)]
        if refs and (jobs := self.env["marketplace.job"].search([*waiting, ("order_ref", "in", refs)])):
            jobs.filtered(lambda job: job.shop_id == self).next_try = now
            self.env.ref("marketplace_connector.ir_cron_acts").sudo()._trigger()

    def _look_at_listings(self, hints):
        """Let what the shop shows of these listings' stock be read and compared soon, and what has changed in its
        catalogue be read, as far as the shop does such things by itself."""
        of_listings = hints.filtered(lambda hint: hint.kind in OF_LISTINGS)
        refs = {"item": [], "sku": []}
        for hint in of_listings.filtered("listing_ref"):
            kind, _colon, ref = hint.listing_ref.partition(":")
            refs[kind].append(ref)
        soon = fields.Datetime.now() + LOOK_AFTER
        if self.sync_stock and any(refs.values()):
            named = Domain("item_ref", "in", refs["item"]) | Domain("sku_ref", "in", refs["sku"])
            listings = self.env["marketplace.listing"].search(Domain("shop_id", "=", self.id) & named)
            if seen := listings.filtered("stock_seen_at"):
                seen.stock_seen_at = False
                self.env.ref("marketplace_connector.ir_cron_stock_reading").sudo()._trigger(at=soon)
        if self.sync_catalogue and "product" in of_listings.mapped("kind"):
            self._read_catalogue_soon(soon)

    def _follow_access(self, client, hints):
        """Ask the platform whether we are still let in, and until when: who is not is disconnected."""
        of_access = hints.filtered(lambda hint: hint.kind in ("access_ending", "access_ended"))
        if not of_access:
            return
        try:
            told = naive(client.get_shop().authorized_until)
        except (Rejected, UnexpectedResponse) as error:
            _logger.info("Shop %s does not tell until when we are let in: %s", self.id, kind_of(error))
            told = False
        if told:
            self._note_authorized_until(told)
        ends = [told or self.authorized_until, *of_access.filtered("ends_at").mapped("ends_at")]
        if "access_ending" in of_access.mapped("kind") and any(ends):
            self._warn_of_end(min(filter(None, ends)))
