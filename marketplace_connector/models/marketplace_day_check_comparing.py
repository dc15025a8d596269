"""Comparing a day: the marketplace's list by time of placing against Odoo's orders, by a way of its own.

The list, what need not be in Odoo, and what is equal are told here anew, without the poll's filters; only what is
missing or differs goes through the poll's way in, which heals it.
"""

import hashlib
import logging
import math
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..marketplaces.errors import MarketplaceError, NotAuthorized, RateLimited
from ..marketplaces.http import CLOCK_TOLERANCE
from ..marketplaces.types import OrderStub, UnreadableOrder
from .error_messages import explain, explain_clock
from .failure_log import log_unforeseen
from .marketplace_day_check import EVERY, LEFT_OUT, MARGIN
from .marketplace_token import aware, naive
from .sale_order_checks import OVER

_logger = logging.getLogger(__name__)

SAMPLE = 0.05
SETTLING = timedelta(minutes=2)  # what the marketplace shows late
SECOND = timedelta(seconds=1)
WHOLE_SECONDS = timedelta(seconds=5)  # platforms tell their clock in whole seconds, and answers take their time
CANCELLED_TOO = (*OVER, "in_cancel", "in_return", "returned")  # what an order that is cancelled in Odoo may be there


class ChangedThere:
    """Which orders changed at the platform since when, listed once for all days of a run."""

    def __init__(self):
        self.since, self.refs = None, set()

    def refs_since(self, client, moment):
        """The orders' numbers, among them those that changed earlier; None where the platform tells it otherwise."""
        until = self.since or fields.Datetime.now()
        if moment < until:
            refs = client.list_orders_changed(aware(moment), aware(until))
            if refs is None:
                return None
            self.since, self.refs = moment, self.refs | refs
        return self.refs


class MarketplaceDayCheck(models.Model):
    _inherit = "marketplace.day.check"

    def _check(self, commit, changed_there):
        """Compare the day, heal what is missing or differs, and write what came of it. Never raises for trouble with
        the platform or with one order; `commit()` ends the transaction."""
        self.ensure_one()
        now = fields.Datetime.now()
        try:
            values, found = self._compare(commit, changed_there)
            self.env["marketplace.order.check"]._replace(self, found)
            self.write({**values, "failure": False, "checked_at": now, "check_count": self.check_count + 1})
            self.next_check = self._plan_next(now)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            self.next_check = now + timedelta(minutes=5)
        except (MarketplaceError, UserError) as error:
            self.env.cr.rollback()
            self._note_failure(error, now)
        except Exception as error:  # noqa: BLE001
            self.env.cr.rollback()
            log_unforeseen(_logger, error, "Checking %s of shop %s failed", self.date, self.shop_id.id)
            self._note_failure(UserError(self.env._("Unforeseen error: %(error)s", error=type(error).__name__)), now)

    def _note_failure(self, error, now):
        shop = self.shop_id
        told = explain(self.env, error) if isinstance(error, MarketplaceError) else str(error)
        if isinstance(error, NotAuthorized | RateLimited):
            shop._note_trouble(error)
        self.failure = told
        self.next_check = max(self._plan_next(now) or now + EVERY, shop.wait_until or now)

    def _compare(self, commit, changed_there):
        """Give the numbers of the comparison and the lines, a dict by order number of (kind, detail)."""
        shop, SaleOrder = self.shop_id, self.env["sale.order"]
        client = shop._client()
        start, end = self._bounds()
        until = min(end, fields.Datetime.now() - SETTLING)
        placed = client.list_orders_placed(aware(start), aware(until)) if start < until else []
        until = min(until, (self._now_there(client) - SETTLING).replace(microsecond=0))
        known = SaleOrder._marketplace_known(shop, [order.ref for order in placed])
        beside = {ref for ref, order in known.items() if order.date_order in (start - SECOND, until)}
        placed = [order for order in placed if order.ref not in beside]
        found = self._account_for_absent(client, [order for order in placed if order.ref not in known], commit)
        known = SaleOrder._marketplace_known(shop, [order.ref for order in placed])
        there = [order for order in placed if order.ref in known]
        suspects = self._suspects(client, there, known, changed_there)
        compared = self._compare_known(client, there, suspects, known, found, commit)
        found |= self._find_unlisted(client, start, until, {order.ref for order in placed} | beside)
        values = {
            "listed_count": len(placed),
            "known_count": len(known),
            "compared_count": compared,
            "checked_until": until,
        }
        return values, found

    def _now_there(self, client):
        """The time on the platform's clock where it is behind ours, else on ours. Raises UserError for clocks so far
        apart that nobody knows which day is over."""
        clock_off = client.http.clock_off or timedelta(0)
        if abs(clock_off) > CLOCK_TOLERANCE:
            raise UserError(explain_clock(self.env, clock_off))
        is_behind = clock_off < -WHOLE_SECONDS
        return fields.Datetime.now() + (clock_off if is_behind else timedelta(0))

    # === WHAT ODOO DOES NOT HAVE === #

    def _account_for_absent(self, client, placed, commit):
        """Say why Odoo need not have these orders, and fetch the others."""
        reasons = {order.ref: self._reason_to_leave_out(order.status, order.created_at) for order in placed}
        found = {ref: (reason, False) for ref, reason in reasons.items() if reason}
        suspects = [order.stub for order in placed if not reasons[order.ref]]
        if not suspects:
            return found
        self._heal(client, suspects, commit)
        known = self.env["sale.order"]._marketplace_known(self.shop_id, [stub.ref for stub in suspects])
        found |= {stub.ref: ("healed", self.env._("It was missing.")) for stub in suspects if stub.ref in known}
        absent = [stub for stub in suspects if stub.ref not in known]
        jobs = self.env["marketplace.job"]._open_of(self.shop_id, [stub.ref for stub in absent])
        for answer in client.fetch_orders(absent):
            found[answer.ref] = self._explain_absent(answer, jobs.get(answer.ref))
        return found

    def _explain_absent(self, answer, job):
        if isinstance(answer, UnreadableOrder):
            return "unreadable", explain(self.env, answer.error)
        reason = self._reason_to_leave_out(answer.status, answer.created_at)
        return (reason, False) if reason else ("missing", job.message if job else answer.raw_status)

    def _reason_to_leave_out(self, status, created_at):
        """Why an order of this state need not be in Odoo, or None: it belongs there."""
        shop = self.shop_id
        if (naive(created_at) or self._bounds()[1] - SECOND) < shop.import_from:
            return "before"
        if status in ("shipped", "completed") and not shop.create_fulfilled:
            return "fulfilled"
        return LEFT_OUT.get(status)

    def _heal(self, client, stubs, commit):
        """Bring these orders in again through the ordinary way, portion by portion. Trouble with the platform is
        raised: it is the day's, not the orders'."""
        size = client.capabilities.order_batch
        for first in range(0, len(stubs), size):
            self.shop_id._import_stubs(client, stubs[first : first + size])
            commit()
            self.env.invalidate_all()

    # === WHAT ODOO HAS === #

    def _compare_known(self, client, placed, suspects, known, found, commit):
        """Compare the suspects, and a sample of the others, with fresh answers; heal once, compare again. Adds to
        `found`; gives how many were compared."""
        stubs = {order.ref: order.stub for order in placed}
        refs = [*suspects, *self._sample([ref for ref in stubs if ref not in suspects])]
        differences = self._differences(client, [stubs[ref] for ref in refs], known, found)
        if differences:
            self.env["sale.order"].union(*(known[ref] for ref in differences)).marketplace_digest = False
            self._heal(client, [stubs[ref] for ref in differences], commit)
            left = self._differences(client, [stubs[ref] for ref in differences], known, found)
            found |= {ref: ("differs", difference) for ref, difference in left.items()}
            for ref, difference in differences.items():
                found.setdefault(ref, ("healed", difference))
        return len(refs)

    def _suspects(self, client, placed, known, changed_there):
        """The orders that the list contradicts, that have a problem, or that changed, here or there, since the day was
        last checked: a set of their numbers. Where the list does not tell when they changed there, all of a day that
        was never checked."""
        suspects = {order.ref for order in placed if self._may_differ(order, known[order.ref])}
        suspects |= self.env["marketplace.job"]._open_of(self.shop_id, [order.ref for order in placed]).keys()
        untold = {order.ref for order in placed if not order.stub.updated_at}
        changed = None
        if self.checked_at and untold:
            changed = changed_there.refs_since(client, self.checked_at - MARGIN)
        return suspects | (untold if changed is None else untold & changed)

    def _may_differ(self, placed, order):
        newer = naive(placed.stub.updated_at)
        changed = order.marketplace_updated_at
        since = self.checked_at and self.checked_at - MARGIN  # the platform, the database and we have a clock each
        return (
            placed.status != order.marketplace_status
            or (order.state == "cancel") != (placed.status in OVER)
            or bool(newer and changed and newer > changed)
            or bool(since and changed and changed > since)
            or order.write_date > (since or order.create_date)
        )

    def _sample(self, refs):
        """One in twenty of them, others at each check."""
        salt = f"{self.id} {self.check_count} "
        ranked = sorted(refs, key=lambda ref: hashlib.sha256((salt + ref).encode()).digest())
        return ranked[: math.ceil(len(refs) * SAMPLE)]

    def _differences(self, client, stubs, known, found):
        """What differs from fresh answers, by order number; answers that cannot be read go to `found`."""
        differences = {}
        size = client.capabilities.order_batch
        for first in range(0, len(stubs), size):
            answers = client.fetch_orders(stubs[first : first + size])
            answers = [answer for answer in answers if not self._unreadable(answer, found)]
            for answer in client.add_amounts(answers):
                if not self._unreadable(answer, found) and (told := self._difference(known[answer.ref], answer)):
                    differences[answer.ref] = told
        return differences

    def _unreadable(self, answer, found):
        if isinstance(answer, UnreadableOrder):
            found[answer.ref] = ("unreadable", explain(self.env, answer.error))
        return isinstance(answer, UnreadableOrder)

    def _difference(self, order, fresh):
        """In words how the sales order differs from the platform's; '' where it does not."""
        told = []
        words = dict(order._fields["marketplace_status"]._description_selection(self.env))
        ours, theirs = words.get(order.marketplace_status, ""), words.get(fresh.status, "")
        if order.marketplace_status != fresh.status:
            told.append(self.env._("State: %(ours)s in Odoo, %(theirs)s there.", ours=ours, theirs=theirs))
        if order.state == "cancel" and fresh.status not in CANCELLED_TOO:
            told.append(self.env._("Cancelled in Odoo, %(theirs)s there.", theirs=theirs))
        if order.state != "cancel" and fresh.status in OVER and not order.marketplace_open_job_ids:
            told.append(self.env._("Not cancelled in Odoo, %(theirs)s there.", theirs=theirs))
        over = order.state == "cancel" or fresh.status in OVER
        if not over and order.currency_id.compare_amounts(order.amount_total, float(fresh.live_total)):
            told.append(
                self.env._(
                    "Total: %(ours)s in Odoo, %(theirs)s there.",
                    ours=order.currency_id.format(order.amount_total),
                    theirs=order.currency_id.format(float(fresh.live_total)),
                )
            )
        return " ".join(told)

    # === WHAT THE LIST DOES NOT NAME === #

    def _find_unlisted(self, client, start, until, listed):
        """Odoo's orders of the day that the list does not name: as long as there are any, it proves nothing."""
        orders = self.env["sale.order"].search(
            [
                ("marketplace_shop_id", "=", self.shop_id.id),
                ("date_order", ">=", start),
                ("date_order", "<", until),
                ("marketplace_order_ref", "not in", list(listed)),
            ]
        )
        found = {}
        for answer in client.fetch_orders([OrderStub(ref=ref) for ref in orders.mapped("marketplace_order_ref")]):
            if self._unreadable(answer, found) or start <= naive(answer.created_at) < until:
                found[answer.ref] = ("unlisted", found.get(answer.ref, (None, False))[1])
        return found
