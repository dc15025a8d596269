"""Whether the shop's connection is alive: last successes, what waits, calls, clock, scheduled actions."""

from datetime import timedelta

from odoo import api, fields, models

from ..marketplaces.http import CLOCK_TOLERANCE
from .error_messages import explain_clock

RATE_DAYS = timedelta(days=7)
LATE = timedelta(hours=1)  # beside twice the interval: then a scheduled action is overdue
NEEDED = ("ir_cron_orders", "ir_cron_acts", "ir_cron_day_checks", "ir_cron_housekeeping")
ALARM = "marketplace_connector.mail_activity_type_stopped"


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    sent_at = fields.Datetime(string="Sent last", compute="_compute_last_acts", help="Packing, shipping or cancelling.")
    label_at = fields.Datetime(string="Label fetched last", compute="_compute_last_acts")
    waiting_act_count = fields.Integer(string="Waiting to be sent", compute="_compute_waiting_acts")
    waiting_since = fields.Datetime(string="The oldest since", compute="_compute_waiting_acts")
    call_count = fields.Integer(string="Calls in 7 days", compute="_compute_calls")
    call_success_rate = fields.Float(
        string="Answered as asked",
        compute="_compute_calls",
        help="The share of the calls of the last seven days. Marketplaces expect 85 % of an app.",
    )
    clock_warning = fields.Char(compute="_compute_calls")
    schedule_warning = fields.Char(compute="_compute_schedule_warning")

    def _compute_last_acts(self):
        done = [("shop_id", "in", self.ids), ("kind", "=", "act"), ("state", "=", "done")]
        rows = self.env["marketplace.job"].sudo()._read_group(done, ["shop_id", "act"], ["write_date:max"])
        for shop in self:
            times = {act: moment for owner, act, moment in rows if owner.id == shop._origin.id}
            shop.label_at = times.pop("label", False)
            shop.sent_at = max(times.values(), default=False)

    def _compute_waiting_acts(self):
        waiting = [("shop_id", "in", self.ids), ("kind", "=", "act"), ("state", "=", "open"), ("next_try", "!=", False)]
        rows = self.env["marketplace.job"].sudo()._read_group(waiting, ["shop_id"], ["__count", "create_date:min"])
        found = {shop.id: (count, oldest) for shop, count, oldest in rows}
        for shop in self:
            shop.waiting_act_count, shop.waiting_since = found.get(shop._origin.id, (0, False))

    @api.depends_context("lang")
    def _compute_calls(self):
        Count = self.env["marketplace.call.count"].sudo()
        recent = [("shop_id", "in", self.ids), ("date", ">", fields.Datetime.now().date() - RATE_DAYS)]
        sums = {
            shop.id: (good, failed)
            for shop, good, failed in Count._read_group(recent, ["shop_id"], ["good_count:sum", "failed_count:sum"])
        }
        last = Count._read_group(recent, ["shop_id"], ["id:max"])
        off = {count.shop_id.id: timedelta(seconds=count.clock_off) for count in Count.browse(id for _, id in last)}
        for shop in self:
            good, failed = sums.get(shop._origin.id, (0, 0))
            shop.call_count = good + failed
            shop.call_success_rate = good / (good + failed) if good + failed else 0.0
            clock_off = off.get(shop._origin.id, timedelta(0))
            shop.clock_warning = explain_clock(self.env, clock_off) if abs(clock_off) > CLOCK_TOLERANCE else False

    # === SCHEDULED ACTIONS === #

    @api.depends_context("lang")
    def _compute_schedule_warning(self):
        self.schedule_warning = self._schedule_sentence(self._stopped_crons())

    @api.model
    def _stopped_crons(self):
        """Our scheduled actions that are overdue, or switched off although shops need them or after failures."""
        ours = self.env["ir.model.data"].sudo()
        known = ours.search([("module", "=", "marketplace_connector"), ("model", "=", "ir.cron")])
        names = {data.res_id: data.name for data in known}
        now = fields.Datetime.now()
        crons = self.env["ir.cron"].sudo().with_context(active_test=False).browse(names).exists()
        return crons.filtered(
            lambda cron: (
                cron.nextcall + _interval(cron) * 2 + LATE < now
                if cron.active
                else names[cron.id] in NEEDED or cron.failure_count
            )
        )

    @api.model
    def _schedule_sentence(self, crons):
        if not crons:
            return False
        return self.env._(
            "These scheduled actions have stopped or are overdue: %(names)s. A system administrator finds them under "
            "Settings > Technical > Scheduled Actions.",
            names=", ".join(crons.mapped("name")),
        )

    @api.model
    def _announce_stopped_crons(self):
        """Keep one activity for the responsible of each connected shop while scheduled actions stand still."""
        sentence = self._schedule_sentence(self._stopped_crons())
        for shop in self.search([("state", "=", "connected")]):
            known = shop.activity_search([ALARM])
            if not sentence:
                known.unlink()
            elif not known:
                shop.activity_schedule(
                    ALARM,
                    summary=self.env._("Scheduled actions stand still"),
                    note=sentence,
                    user_id=shop._responsible().id,
                )


def _interval(cron):
    """How often the scheduled action runs."""
    units = {"minutes": 1, "hours": 60, "days": 24 * 60, "weeks": 7 * 24 * 60, "months": 31 * 24 * 60}
    return timedelta(minutes=cron.interval_number * units[cron.interval_type])
