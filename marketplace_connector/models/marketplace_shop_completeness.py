"""Up to when a shop is complete: its days are compared with the marketplace, by the scheduled action or on demand."""

import logging
import time
from datetime import datetime, timedelta
from datetime import time as clock_time

import pytz
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .failure_log import log_unforeseen
from .marketplace_day_check import MARGIN
from .marketplace_day_check_comparing import ChangedThere
from .marketplace_shop_orders import BUTTON_SECONDS

_logger = logging.getLogger(__name__)

FIRST_SALE = datetime(2012, 1, 1)  # no marketplace that we know has older orders
DAYS_LOCK = 0x4D4B5444  # "MKTD": checks of a shop's days and polls of it do not wait for each other
GRACE = timedelta(hours=5)  # after the margin, before a day that is not compared counts as incomplete
ALARM = "marketplace_connector.mail_activity_type_incomplete"


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    day_check_ids = fields.One2many("marketplace.day.check", "shop_id")
    complete_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Each order placed since the shop's first day up to here is in Odoo, or it is known why it need not be: "
        "the marketplace's own list was compared day by day.",
    )
    completeness = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete")], compute="_compute_completeness"
    )
    completeness_text = fields.Char(string="Orders proved", compute="_compute_completeness")
    open_day_count = fields.Integer(string="Days not complete", compute="_compute_open_day_count")

    @api.depends("complete_until", "day_check_ids.state", "tz")
    @api.depends_context("lang")
    def _compute_completeness(self):
        now = fields.Datetime.now()
        bad_states = [("shop_id", "in", self.ids), ("state", "in", ("incomplete", "unknown"))]
        bad = self.env["marketplace.day.check"].sudo().search(bad_states, order="date desc")
        first_bad = {day.shop_id.id: day for day in bad}
        for shop in self:
            due = shop._midnight(shop._local_date(now - MARGIN - GRACE))
            is_late = not shop.complete_until or shop.complete_until < due
            day = first_bad.get(shop._origin.id)
            shop.completeness = "incomplete" if day or is_late else "complete"
            shop.completeness_text = shop._completeness_sentence(day, is_late)

    def _completeness_sentence(self, day, is_late):
        """What the shop's badge says; `day` is the first one that is not complete, if there is one."""
        if day:
            name = fields.Date.to_string(day.date)
            return self.env._("Incomplete, first on %(day)s: %(why)s", day=name, why=day.why)
        if not self.complete_until:
            return self.env._("Incomplete: the shop's first day has not been checked yet")
        until = self._local_time(self.complete_until)
        if is_late:
            return self.env._("Incomplete: no later day than up to %(time)s has been checked", time=until)
        return self.env._("Complete up to %(time)s", time=until)

    def _compute_open_day_count(self):
        counts = {}
        Day = self.env["marketplace.day.check"]
        if Day.has_access("read"):
            counts = dict(
                Day._read_group([("shop_id", "in", self.ids), ("state", "!=", "complete")], ["shop_id"], ["__count"])
            )
        for shop in self:
            shop.open_day_count = counts.get(shop, 0)

    def write(self, vals):
        """What was proved under other settings is proved anew."""
        moved = self.filtered(lambda shop: "tz" in vals and shop.tz != vals["tz"])
        wants_more = self.filtered(lambda shop: vals.get("create_fulfilled") and not shop.create_fulfilled)
        result = super().write(vals)
        now = fields.Datetime.now()
        days = self.env["marketplace.day.check"].sudo()
        days.search([("shop_id", "in", moved.ids)]).write(
            {"checked_at": False, "checked_until": False, "failure": False, "next_check": now}
        )
        left_out = [("shop_id", "in", wants_more.ids), ("line_ids.kind", "=", "fulfilled")]
        days.search(left_out).next_check = now
        if moved or "import_from" in vals:
            self._note_complete_until()
        return result

    @api.constrains("import_from")
    def _check_import_from(self):
        """Each day since then is compared: a year with a digit too few would be hundreds of thousands."""
        if any(shop.import_from < FIRST_SALE for shop in self):
            raise ValidationError(
                self.env._("Orders placed from: choose a day since %(year)s.", year=str(FIRST_SALE.year))
            )

    # === DAYS ON THE SHOP'S CLOCK === #

    def _local_date(self, moment):
        """The date on the shop's clock at a moment (naive UTC)."""
        self.ensure_one()
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self.tz)).date()

    def _midnight(self, date):
        """The moment (naive UTC) at which a date begins on the shop's clock."""
        self.ensure_one()
        midnight = pytz.timezone(self.tz).localize(datetime.combine(date, clock_time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def _plan_days(self, dates):
        """The records of the days, those that were not there yet made."""
        self.ensure_one()
        Day = self.env["marketplace.day.check"]
        there = Day.search([("shop_id", "=", self.id), ("date", "in", dates)])
        missing = sorted(set(dates) - set(there.mapped("date")))
        now = fields.Datetime.now()
        return there | Day.create([{"shop_id": self.id, "date": date, "next_check": now} for date in missing])

    def _ended_days(self):
        """All dates from the shop's first day on whose day is over, a margin ago."""
        first = self._local_date(self.import_from)
        last = self._local_date(fields.Datetime.now() - MARGIN) - timedelta(days=1)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    def _note_complete_until(self):
        """Follow the days from the first one as far as one after the other is complete."""
        Day = self.env["marketplace.day.check"].sudo()
        for shop in self.sudo():
            expected, until = shop._local_date(shop.import_from), False
            for day in Day.search([("shop_id", "=", shop.id), ("date", ">=", expected)], order="date"):
                if day.date != expected or day.state != "complete":
                    break
                until = day.checked_until
                if not day._is_whole():
                    break
                expected += timedelta(days=1)
            if shop.complete_until != until:
                shop.complete_until = until

    # === ENTRANCES: SCHEDULER, BUTTONS === #

    @api.model
    def _cron_check_days(self):
        """Compare the days that are due, of all connected shops; one shop's trouble never stops the others."""
        self._announce_stopped_crons()
        shops = self.search([("state", "=", "connected")]).filtered("is_pulled")
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(shops))
        for number, shop in enumerate(shops, 1):
            try:
                system = shop._as_system()
                system._plan_days(system._ended_days())
                finished = system._check_due_days(lambda: commit_progress())
            except Exception as error:  # noqa: BLE001
                self.env.cr.rollback()
                log_unforeseen(_logger, error, "The days of shop %s could not be compared", shop.id)
                finished = True
            left = len(shops) - number + (not finished)
            if not commit_progress(processed=1 if finished else 0, remaining=left):
                break

    def _check_due_days(self, commit):
        """Compare one due day after the other, the latest first, each in a transaction; False when the time was up."""
        self.ensure_one()
        with self._alone(DAYS_LOCK) as alone:
            if not alone:
                return True
            commit()  # what another worker has done meanwhile is seen from here on
            changed_there = ChangedThere()
            while self.state == "connected" and not self._waits() and (day := self._due_day()):
                try:
                    day._check(commit, changed_there)
                    self._note_complete_until()
                    self._announce_incomplete()
                    seconds_left = commit()
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    self.env.cr.rollback()  # somebody works on the same day: it stays due
                    return False
                self.env.invalidate_all()
                if not seconds_left:
                    return self._waits() or not self._due_day()
        return True

    def _due_day(self):
        due = [("shop_id", "=", self.id), ("next_check", "<=", fields.Datetime.now())]
        return self.env["marketplace.day.check"].search(due, limit=1)

    def _check_dates(self, dates):
        """Compare these days as soon as possible: some now, the rest by the scheduled action."""
        self.ensure_one()
        if self.state != "connected":
            raise UserError(self.env._("%(shop)s is not connected: press Connect Again first.", shop=self.name))
        shop = self._as_system()
        shop._plan_days(dates).next_check = fields.Datetime.now()
        deadline = time.monotonic() + BUTTON_SECONDS
        if not shop._check_due_days(lambda: self._time_left_after_commit(deadline)):
            self.env.ref("marketplace_connector.ir_cron_day_checks").sudo()._trigger()
        self.invalidate_recordset()

    def action_open_day_checks(self):
        """The shop's days and how they compare, those that are not complete first."""
        return self._open("action_marketplace_day_check", "shop_id")

    def _announce_incomplete(self):
        """Keep one activity for the responsible while orders are missing or differ and did not heal by themselves."""
        bad = self.env["marketplace.day.check"].search_count(
            [("shop_id", "=", self.id), ("state", "=", "incomplete")], limit=1
        )
        known = self.activity_search([ALARM])
        if not bad:
            known.unlink()
        elif not known:
            self.activity_schedule(
                ALARM,
                summary=self.env._("Orders are missing or differ"),
                note=self.env._("Open the shop's Days: each order that is missing or differs has a button."),
                user_id=self._responsible().id,
            )
