"""Fetching orders: the poll, its windows and its watermark, and orders asked for by number."""

import functools
import logging
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
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
from ..marketplaces.types import OrderStub, UnreadableOrder
from .error_messages import explain
from .failure_log import kind_of, log_unforeseen
from .marketplace_token import aware, naive

_logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=15)
SETTLING = timedelta(minutes=2)  # what the platform shows late
MOST_REFS = 1000
SHORTEST_WINDOW = timedelta(seconds=1)
LISTINGS = 3
KEEPINGS = 3
BUTTON_SECONDS = 45
LOCK_NAMESPACE = 0x4D4B5443  # "MKTC", so that our advisory locks meet nobody else's


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    # === ENTRANCES: SCHEDULER, BUTTONS === #

    @api.model
    def _cron_sync_orders(self):
        """Fetch the orders of all connected shops; one shop's trouble never stops the others."""
        shops = self.search([("state", "=", "connected")])
        shops._work_in_turn(lambda shop, commit: shop._sync_orders(commit))

    def action_pull_orders(self):
        """Fetch the orders of the shops now, with the same code as the scheduled action, and say what came."""
        self.check_access("read")
        if not self.env.user.has_group("marketplace_connector.group_user"):
            raise UserError(self.env._("Only marketplace users can pull orders. Ask your administrator for the right."))
        deadline = time.monotonic() + BUTTON_SECONDS
        total = Counter()
        errors = []
        for shop in self:
            system = shop._as_system()
            total += system._sync_orders(lambda: self._time_left_after_commit(deadline))
            if not total["finished"]:
                self.env.ref("marketplace_connector.ir_cron_orders").sudo()._trigger()
            shop.invalidate_recordset(["error_message"])
            if shop.error_message:
                errors.append(f"{shop.name}: {shop.error_message}")
        return self.env["marketplace.job"]._notify(
            "\n".join([self._pull_message(total), *errors]), "warning" if errors or total["failed"] else "success"
        )

    def action_sync_orders(self):
        """*Sync Orders* of the developer mode: fetch this shop's orders at once."""
        self.check_access("write")
        return self.action_pull_orders()

    def _time_left_after_commit(self, deadline):
        self.env["ir.cron"]._commit_progress()
        return max(deadline - time.monotonic(), 0)

    def _pull_message(self, total):
        if total["locked"]:
            return self.env._("Another process is fetching these orders right now.")
        message = self.env._(
            "%(created)s new, %(updated)s updated, %(unchanged)s unchanged, %(failed)s need attention.",
            created=total["created"],
            updated=total["updated"],
            unchanged=total["unchanged"],
            failed=total["failed"],
        )
        if total["finished"] < len(self):
            message += " " + self.env._("The scheduled action goes on with the rest.")
        return message

    # === ONE SHOP === #

    def _sync_orders(self, commit):
        """Read every order changed since the watermark; count what came of it.

        `commit()` ends the transaction and gives the seconds left. Counts `created`, `updated`, `unchanged`,
        `failed`; `finished` is 1 when nothing is left to do, `locked` 1 when another worker is at it. Trouble with
        the platform is kept on the shop and not raised.
        """
        self.ensure_one()
        system = self._as_system()
        counts = Counter()
        if system._waits():
            return Counter(finished=1)
        with system._alone() as alone:
            if not alone:
                return Counter(finished=1, locked=1)
            try:
                begin = system.last_order_sync
                system._poll(counts, commit)
                system._note_success()
                system._read_again(begin - OVERLAP, counts)
                commit()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Somebody changed the same rows meanwhile: what is written stays, the rest is read again later.
                self.env.cr.rollback()
                _logger.info("Shop %s: another transaction was faster, the poll goes on later.", self.id)
            except Exception as error:  # noqa: BLE001
                self.env.cr.rollback()
                system._keep(functools.partial(system._note_failed_poll, error), commit)
                counts["finished"] = 1
        system.env["marketplace.hint"]._wake_up_for(system)
        return counts

    @contextmanager
    def _alone(self, namespace=LOCK_NAMESPACE):
        """Give True when no other worker fetches orders of the shop, as long as the block lasts; with another
        namespace, does what that stands for.

        An advisory lock of the database session: it survives our commits, ends with the process, and lets users
        go on editing the shop.
        """
        key = [namespace, self.id]
        self.env.cr.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        alone = self.env.cr.fetchone()[0]
        try:
            yield alone
        except Exception:
            self.env.cr.rollback()
            raise
        finally:
            if alone:
                self.env.cr.execute("SELECT pg_advisory_unlock(%s, %s)", key)

    def _waits(self):
        """Whether the platform has asked us to leave the shop alone for now."""
        return bool(self.wait_until and self.wait_until > fields.Datetime.now())

    def _keep(self, note, commit):
        """Write what `note()` has to tell of a trouble, and commit; again where another transaction was faster, as
        when two workers meet the limit of one app. Gives the seconds left."""
        for _ in range(KEEPINGS):
            try:
                note()
                return commit()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        _logger.info("Shop %s: other transactions were faster, its trouble is noted the next time.", self.id)
        return commit()

    def _note_success(self):
        """The poll went well; a pause that another worker was asked for meanwhile stays."""
        if (self.error_message or self.wait_until) and not self._waits():
            self.write({"error_message": False, "error_date": False, "wait_until": False})

    def _note_failed_poll(self, error):
        if isinstance(error, MarketplaceError):
            return self._note_trouble(error)
        if isinstance(error, UserError):
            return self._note_error(str(error))
        log_unforeseen(_logger, error, "Fetching the orders of shop %s failed", self.id)
        return self._note_error(self.env._("Unforeseen error: %(error)s", error=error))

    def _note_trouble(self, error):
        """Keep a platform's error on the shop, and do what its kind asks for."""
        if isinstance(error, NotAuthorized):
            self.search([("token_id", "=", self.token_id.id), ("state", "=", "connected")])._disconnect(error)
            return
        if isinstance(error, RateLimited):
            until = fields.Datetime.now() + timedelta(seconds=error.retry_after)
            limited = self._limited_by(error)
            limited.filtered(lambda shop: not shop.wait_until or shop.wait_until < until).wait_until = until
            self._wake_up(until)
        self._note_error(explain(self.env, error))

    def _limited_by(self, error):
        """The shops that have to wait: this one, or all that share the app's budget of calls."""
        if not error.whole_app:
            return self
        return self | self.search([("account_id", "=", self.account_id.id), ("state", "=", "connected")])

    def _note_error(self, message):
        self.write({"error_message": message, "error_date": self.error_date or fields.Datetime.now()})

    # === POLL === #

    def _poll(self, counts, commit):
        """Take the windows from the watermark to now, each listed whole before its orders are fetched."""
        client = self._client()
        begin = self.last_order_sync
        start = begin - OVERLAP
        width = client.capabilities.order_window
        now = fields.Datetime.now()
        while True:
            end = min(start + width, now).replace(microsecond=0)
            try:
                most = MOST_REFS if end - start > SHORTEST_WINDOW else None
                listed = client.list_orders(aware(start), aware(end), most)
            except WindowTooWide:
                width = max((end - start) / 2, SHORTEST_WINDOW)
                continue
            if not self._take_window(client, start, end, listed, counts, commit):
                return
            last = end >= now
            moved = self._move_watermark(begin, min(end, naive(listed.read_at) - SETTLING))
            if last or moved is None:
                counts["finished"] = 1
                return
            begin, start = moved, end
            width = min(width * 2, client.capabilities.order_window)

    def _take_window(self, client, start, end, listed, counts, commit):
        """Import the window's orders; False when the time was up before its end.

        Where one of them changed while the list was read page by page, another can have slipped through between two
        pages: then the list is read again for what it did not name before.
        """
        seen = set()
        for _ in range(LISTINGS):
            stubs = sorted((stub for stub in listed.stubs if stub.ref not in seen), key=lambda stub: stub.ref)
            seen |= {stub.ref for stub in stubs}
            counts["moved"] = 0
            if not self._take_stubs(client, stubs, listed, counts, commit):
                return False
            if not counts["moved"]:
                break
            listed = client.list_orders(aware(start), aware(end))
        return True

    def _take_stubs(self, client, stubs, listed, counts, commit):
        """Import the orders in batches; False when the time was up before the last one."""
        size = client.capabilities.order_batch
        for first in range(0, len(stubs), size):
            before = counts["created"] + counts["updated"]
            counts.update(self._import_stubs(client, stubs[first : first + size], listed=listed))
            seconds_left = commit()
            self.env.invalidate_all()
            if self._waits():
                return False  # another worker was told that this shop, or the whole app, has to
            # A batch of known orders costs next to nothing: stopping only after new ones means that each run gets on.
            wrote = counts["created"] + counts["updated"] > before
            if not seconds_left and wrote and first + size < len(stubs):
                return False
        return True

    def _move_watermark(self, begin, end):
        """Move the watermark from `begin` to `end`, never back; None when somebody moved it meanwhile."""
        self.invalidate_recordset(["last_order_sync"])
        if self.last_order_sync != begin:
            return None
        end = max(begin, end.replace(microsecond=0))  # as the database keeps it
        if end > begin:
            self.last_order_sync = end
        return end

    def _read_again(self, polled_from, counts):
        """Fetch what no poll brings: problems whose time has come, amounts and tracking numbers not told yet."""
        if self._waits():
            return
        refs = self.env["marketplace.job"]._due(self).mapped("order_ref")
        refs += self.env["sale.order"]._marketplace_provisional(self, polled_from).mapped("marketplace_order_ref")
        refs += self.env["marketplace.package"]._numberless(self, polled_from)
        if refs:
            counts.update(self._fetch_refs(refs))

    # === ORDERS === #

    def _fetch_refs(self, refs, create_any=False):
        """Read the orders with these numbers again and import them, whatever their update time; count as the poll.

        Trouble with the platform is kept as the reason of the orders' problems. With `create_any` an order comes
        in that the creation filter leaves out.
        """
        return self._fetch_stubs([OrderStub(ref=ref) for ref in dict.fromkeys(refs)], create_any)

    def _fetch_stubs(self, stubs, create_any=False):
        """As `_fetch_refs`, for orders of which a list has told something already: that spares calls."""
        self.ensure_one()
        counts = Counter()
        try:
            client = self._client()
            size = client.capabilities.order_batch
            for first in range(0, len(stubs), size):
                counts.update(self._import_stubs(client, stubs[first : first + size], create_any))
        except MarketplaceError as error:
            self._note_trouble(error)
            self.env["marketplace.job"]._record(
                self, [self._failure_of(UnreadableOrder(ref=stub.ref, error=error)) for stub in stubs]
            )
            counts["failed"] += len(stubs)
        return counts

    def _import_stubs(self, client, stubs, create_any=False, listed=None):
        """Fetch a batch of orders and write what is new or changed; count what came of it.

        With the list that named them, `moved` counts those that changed while it was read.
        """
        SaleOrder = self.env["sale.order"]
        answers = client.fetch_orders(stubs)
        unreadable = [answer for answer in answers if isinstance(answer, UnreadableOrder)]
        readable = [answer for answer in answers if not isinstance(answer, UnreadableOrder)]
        changed = SaleOrder._marketplace_changed(self, readable, create_any)
        changed, doubts = self._with_amounts(client, changed)
        changed = self._with_tracking(client, changed)
        self.env["marketplace.job"]._record(self, [self._failure_of(answer) for answer in unreadable])
        self.env["marketplace.job"]._drop(self, {order.ref for order in readable} - {order.ref for order in changed})
        counts = SaleOrder._marketplace_upsert(self, changed, [self._failure_of(doubt) for doubt in doubts])
        self.env["marketplace.sold.unit"]._follow(self, readable)
        counts["failed"] += len(unreadable)
        counts["unchanged"] += len(stubs) - len(unreadable) - len(changed)
        if listed and listed.read_until:
            counts["moved"] += sum(listed.read_at <= order.updated_at <= listed.read_until for order in readable)
        return counts

    def _with_tracking(self, client, orders):
        """The orders with the tracking numbers of their parcels; those not arranged yet have none."""
        told = {order.ref: order for order in client.add_tracking([o for o in orders if o.status != "ready_to_ship"])}
        return [told.get(order.ref, order) for order in orders]

    def _with_amounts(self, client, orders):
        """The orders with the amounts that the platform tells, and what it told of some that cannot be understood.

        An order without its amounts is good to ship: they are asked for again.
        """
        try:
            told = {answer.ref: answer for answer in client.add_amounts(orders)}
        except (TransportError, ServerError, Rejected, UnexpectedResponse) as error:
            _logger.info("The amounts of %s orders of shop %s wait: %s", len(orders), self.id, kind_of(error))
            return orders, []
        doubts = [answer for answer in told.values() if isinstance(answer, UnreadableOrder)]
        readable = {ref: answer for ref, answer in told.items() if not isinstance(answer, UnreadableOrder)}
        return [readable.get(order.ref, order) for order in orders], doubts

    def _failure_of(self, unreadable):
        error = unreadable.error
        reason = "unreadable"
        if isinstance(error, TransportError | ServerError | RateLimited | NotAuthorized):
            reason = "unreachable"
        elif isinstance(error, Rejected):
            reason = "refused"
        return {
            "order_ref": unreadable.ref,
            "reason": reason,
            "message": explain(self.env, error),
            "details": repr(error),
            "raw": unreadable.raw,
        }
