"""Reading what a marketplace has settled with a shop: every day, or when an accountant asks."""

import logging
import time
from collections import Counter
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .failure_log import why_not_done
from .marketplace_shop_orders import BUTTON_SECONDS
from .marketplace_shop_walks import LEAST_SECONDS, WalkKind

_logger = logging.getLogger(__name__)

PAYOUTS = WalkKind(
    what="payouts",
    lock=0x4D4B5450,  # "MKTP": payouts of a shop and polls of it do not wait for each other
    place="payouts_walk",
    goes_on_at="payouts_go_on_at",
    error="payouts_error",
    wanted="read_payouts",
    done_at="payouts_read_at",
    cron="ir_cron_payouts",
)
DAY = timedelta(days=1)
UNCONFIRMED = timedelta(days=3)  # since the first reading
MOST_CHECKED = 100  # payouts with something in their way that are looked at again with a reading
MOST_NAMED = 5  # payouts that could not be written, in the text of an error
READERS = ("account.group_account_invoice", "marketplace_connector.group_manager")


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    payouts_read_at = fields.Datetime(string="Payouts read", readonly=True, copy=False)
    payouts_error = fields.Char(string="Payouts not read", readonly=True, copy=False)
    payouts_go_on_at = fields.Datetime(
        string="Reading of payouts goes on",
        readonly=True,
        copy=False,
        help="The payouts have been read in part: the scheduled action goes on with the rest.",
    )
    payouts_walk = fields.Json(readonly=True, copy=False, prefetch=False, groups="base.group_system")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("read_payouts"):
            self._wake_walk(PAYOUTS)
        return result

    # === ENTRANCES: SCHEDULER, BUTTON === #

    @api.model
    def _cron_read_payouts(self):
        """Read the payouts of the shops that are due, and go on with those that are read in part."""
        self._walk_due_shops(PAYOUTS, lambda shop, commit: shop._read_payouts(commit))

    def action_read_payouts(self):
        """*Read Payouts*: read now what the marketplaces have settled with the shops, and say what came of it."""
        return self._read_payouts_now()

    def _read_payouts_now(self, start=None, end=None):
        """The same for some days of the shops. Raises UserError for who may not, and for shops not connected."""
        self._check_may_read_payouts()
        deadline = time.monotonic() + BUTTON_SECONDS
        total = Counter()
        for shop in self:
            shop._check_connected()
            total += shop._read_payouts(lambda: self._time_left_after_commit(deadline), start, end)
        self.invalidate_recordset()
        errors = [f"{shop.name}: {shop.payouts_error}" for shop in self if shop.payouts_error]
        return self.env["marketplace.job"]._notify(
            "\n".join([*self._payout_sentences(total), *errors]), "warning" if errors else "success"
        )

    def _check_may_read_payouts(self):
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in READERS):
            raise UserError(
                self.env._("Only accountants and marketplace managers can do that. Ask for one of these rights.")
            )

    def _payout_sentences(self, total):
        """What came of a walk."""
        if total["locked"]:
            return [self.env._("Another process is reading these payouts right now.")]
        sentences = [
            self.env._(
                "%(created)s new payouts, %(updated)s changed, %(unchanged)s unchanged.",
                created=total["created"],
                updated=total["updated"],
                unchanged=total["unchanged"],
            )
        ]
        if total["supplements"]:
            sentences.append(
                self.env._("%(count)s with late rows of posted ones, to be posted too.", count=total["supplements"])
            )
        if total["finished"] < len(self):
            sentences.append(self.env._("The scheduled action goes on with the rest."))
        return sentences

    # === ONE SHOP === #

    def _read_payouts(self, commit, start=None, end=None):
        """Read what was settled on the days of the shop from `start` to `end`, both included; without, what can have
        changed since the last time. Count what came of it.

        Counts payouts `created`, `updated`, `unchanged`, and `supplements` with the late rows of posted ones, and what
        `_walk` counts; `commit` as there.
        """
        self.ensure_one()
        system = self._as_system()
        return system._walk(PAYOUTS, commit, lambda: system._open_payout_walk(start, end), system._walk_payouts)

    def _walk_payouts(self, walk, counts, commit):
        """Take payout after payout, until the end or as long as there is time."""
        Payout = self.env["marketplace.payout"]
        started = time.monotonic()
        start, end = date.fromisoformat(walk["start"]), date.fromisoformat(walk["end"])
        taken, gone, seconds_left = [], [], 1
        for told in self._client().list_payouts(start, end):
            if taken and not seconds_left and time.monotonic() - started >= LEAST_SECONDS:
                self._pause_walk(PAYOUTS, walk, fields.Datetime.now())
                return
            payouts, vanished = self._take_payout(told, walk, counts)
            taken += payouts.ids
            gone += vanished.ids
            walk["start"] = max(walk["start"], min(told.end + DAY, end).isoformat())
            seconds_left = commit()
            self.env.invalidate_all()
        if not walk["refused"]:
            Payout._drop_vanished(self, self.env["marketplace.payout.line"].browse(gone), taken, start, end)
        blocked = [("shop_id", "=", self.id), ("state", "=", "draft"), ("obstacle_count", "!=", 0)]
        if walk["usual"]:  # what was in their way may be solved by now
            Payout.search(blocked, order="checked_at, id", limit=MOST_CHECKED)._check()
        self._finish_payouts(walk)
        counts["finished"] = 1

    def _take_payout(self, told, walk, counts):
        """Write one payout; what cannot be written is named in the walk and does not stop the others."""
        Payout = self.env["marketplace.payout"]
        results = []
        reason = why_not_done(
            self.env,
            lambda: results.append(Payout._take(self, told)),
            _logger,
            "Payout %s of shop %s could not be written",
            told.ref,
            self.id,
        )
        if reason:
            walk["refused"].append(f"{told.ref}: {reason}")
            return Payout, self.env["marketplace.payout.line"]
        [(done, payouts, vanished)] = results
        counts.update(done)
        return payouts, vanished

    # === THE WALK === #

    def _open_payout_walk(self, start, end):
        """The walk to begin, or to go on with where no days are asked for."""
        known = self.payouts_walk
        if known and not start:
            return {**known, "refused": []}
        today = self._day_of(fields.Datetime.now())
        return {
            "begun": fields.Datetime.now().isoformat(),
            "usual": not start,
            "start": min(start or self._payouts_changed_from(), today).isoformat(),
            "end": min(end or today, today).isoformat(),
            "refused": [],
        }

    def _payouts_changed_from(self):
        """The first day whose payouts can be other ones than when they were read last."""
        first = self.payouts_from or self._day_of(self.import_from)
        if not self.payouts_read_at:
            return first
        late = self._day_of(self.payouts_read_at) - self.account_id._get_client_class().capabilities.payouts_change_for
        read = [("shop_id", "=", self.id), ("source", "=", "read"), ("supplement_of_id", "=", False)]
        draft = [*read, ("state", "=", "draft")]
        oldest = self.env["marketplace.payout"].search([*draft, ("is_final", "=", False)], order="date_start", limit=1)
        start = min(late, oldest.date_start or late)
        # What lacks rows may lack all of those of the days before it, which Odoo knows nothing of then.
        gap = self.env["marketplace.payout"].search([*draft, ("difference", "!=", 0)], order="date_start", limit=1)
        if gap:
            before = [*read, ("date_end", "<", gap.date_start), ("difference", "=", 0)]
            whole = self.env["marketplace.payout"].search(before, order="date_end desc", limit=1)
            start = min(start, whole.date_end or first)
        # Days that the first reading left out leave no trace but a balance, so some more readings confirm that one.
        earliest = self.env["marketplace.payout"].search(read, order="date_start", limit=1)
        if earliest.opening and earliest.create_date > fields.Datetime.now() - UNCONFIRMED:
            start = first
        return max(first, start)

    def _day_of(self, moment):
        """The day on the shop's clock of a moment (naive UTC)."""
        return fields.Datetime.context_timestamp(self.with_context(tz=self.tz), moment).date()

    def _finish_payouts(self, walk):
        refused = walk["refused"]
        if refused:
            text = "; ".join(refused[:MOST_NAMED]) + ("; …" if len(refused) > MOST_NAMED else "")
            self._close_walk(PAYOUTS, self.env._("Payouts that could not be read: %(names)s", names=text))
        elif walk["usual"]:
            begun = fields.Datetime.to_datetime(walk["begun"].replace("T", " ")[:19])
            self._close_walk(PAYOUTS, payouts_read_at=begun)
        else:
            self._close_walk(PAYOUTS)
