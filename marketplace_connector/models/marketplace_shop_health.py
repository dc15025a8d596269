"""Whether the shop's connection is alive: last successes, what waits, calls, clock, scheduled actions."""

from datetime import timedelta

from odoo import api, fields, models

from ..marketplaces.http import CLOCK_TOLERANCE
from .error_messages import explain_clock

RATE_DAYS = timedelta(days=7)
LATE = timedelta(hours=1)  # beside twice the interval: then a scheduled action is overdue
OFTEN = 3  # failures in a row after which a scheduled action does not just have a bad day
UNWANTED = {  # scheduled actions that may be switched off as long as no connected shop is like this
    "ir_cron_stock": [("sync_stock", "=", True)],
    "ir_cron_stock_reading": [("sync_stock", "=", True)],
    "ir_cron_platform_stock": [("platform_warehouse_id", "!=", False)],
    "ir_cron_payouts": [("read_payouts", "=", True)],
    "ir_cron_invoice": ["|", ("invoice_orders", "=", "delivered"), ("create_fulfilled", "=", True)],
}
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

    def action_open_calls(self):
        """The shop's calls of the last days, as bars and as a list."""
        return self._open("action_marketplace_call_count", "shop_id")

    # === SCHEDULED ACTIONS === #

    @api.depends_context("lang")
    def _compute_schedule_warning(self):
        self.schedule_warning = self._schedule_sentence(self._stopped_crons())

    @api.model
    def _stopped_crons(self):
        """Our scheduled actions that are overdue, or fail each time, or are switched off although shops need them.

        Odoo itself switches off what fails for a week, and leaves no trace of that on the record.
        """
        ours = self.env["ir.model.data"].sudo()
        known = ours.search([("module", "=", "marketplace_connector"), ("model", "=", "ir.cron")])
        names = {data.res_id: data.name for data in known}
        crons = self.env["ir.cron"].sudo().with_context(active_test=False).browse(names).exists()
        switched_off = {names[cron.id] for cron in crons if not cron.active}
        missed = {name for name in switched_off if self._needs_cron(name)}
        return crons.filtered(lambda cron: _is_stuck(cron) if cron.active else names[cron.id] in missed)

    @api.model
    def _needs_cron(self, name):
        connected = [("state", "=", "connected"), *UNWANTED.get(name, [])]
        return bool(self.sudo().search_count(connected, limit=1))

    @api.model
    def _schedule_sentence(self, crons):
        if not crons:
            return False
        return self.env._(
            "These scheduled actions are switched off, overdue, or fail each time: %(names)s. A system administrator "
            "finds them under Settings > Technical > Scheduled Actions, and the reason in the server's log.",
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


def _is_stuck(cron):
    """Whether the scheduled action should have run long ago, will not run for long, or fails each time."""
    now, patience = fields.Datetime.now(), _interval(cron) * 2 + LATE
    return abs(cron.nextcall - now) > patience or cron.failure_count >= OFTEN


def _interval(cron):
    """How often the scheduled action runs."""
    units = {"minutes": 1, "hours": 60, "days": 24 * 60, "weeks": 7 * 24 * 60, "months": 31 * 24 * 60}
    return timedelta(minutes=cron.interval_number * units[cron.interval_type])
