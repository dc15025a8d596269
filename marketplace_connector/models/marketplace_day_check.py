"""Days of a shop: is every order that was placed on them in Odoo, in the right state, with the right total?"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

UNPROVEN = ("unreadable", "unlisted")
FINDINGS = ("missing", "differs", *UNPROVEN)
LEFT_OUT = {  # state at the marketplace: why Odoo need not have the order
    "unpaid": "unpaid",
    "on_hold": "on_hold",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "in_cancel": "in_cancel",
    "in_return": "returned",
    "returned": "returned",
}
MARGIN = timedelta(hours=1)  # after the end of a day, before it is compared
AGAIN_UNKNOWN = timedelta(hours=1)
EVERY = timedelta(hours=20)  # less than a day, so that a daily run that is early finds it due
LATE_CHANGES = timedelta(days=3)  # days so young are compared again, since statuses go on changing
GIVE_UP = timedelta(days=30)  # what has not healed by then waits for a person
NOT_DECIDED = ("unpaid", "on_hold", "in_cancel")  # such orders may belong in Odoo some day
AT_REST = ("completed", "cancelled", "failed", "returned")


class MarketplaceDayCheck(models.Model):
    """One day of a shop, on the shop's own clock, as it was last compared with the marketplace's list of orders."""

    _name = "marketplace.day.check"
    _inherit = ["marketplace.access.guard"]
    _description = "Completeness of a Day"
    _order = "date desc, shop_id"
    _rec_name = "date"

    shop_id = fields.Many2one("marketplace.shop", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    provider = fields.Selection(related="shop_id.provider", store=True)
    date = fields.Date(required=True, readonly=True, index=True, help="In the shop's time zone.")
    state = fields.Selection(
        [
            ("waiting", "Not checked yet"),
            ("complete", "Complete"),
            ("incomplete", "Incomplete"),
            ("unknown", "Unknown"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        help="Complete: each order that the marketplace lists for the day is in Odoo or need not be, and all that was "
        "compared is equal. Unknown: it could not be proved, so it counts as incomplete.",
    )
    why = fields.Char(compute="_compute_why")
    failure = fields.Char(readonly=True, help="Why the check could not be finished.")
    checked_at = fields.Datetime(string="Checked", readonly=True)
    checked_until = fields.Datetime(readonly=True, help="Orders placed up to here were compared.")
    next_check = fields.Datetime(readonly=True, index="btree_not_null")
    check_count = fields.Integer(string="Times checked", readonly=True)
    listed_count = fields.Integer(string="At the marketplace", readonly=True, help="Orders that it lists for the day.")
    known_count = fields.Integer(string="In Odoo", readonly=True)
    compared_count = fields.Integer(
        string="Compared in full",
        readonly=True,
        help="Orders whose state and total were compared with a fresh answer: those that changed since the check "
        "before, and one in twenty of the others.",
    )
    left_out_count = fields.Integer(string="Need not be in Odoo", compute="_compute_counts", store=True)
    missing_count = fields.Integer(string="Missing", compute="_compute_counts", store=True)
    differing_count = fields.Integer(string="Different", compute="_compute_counts", store=True)
    unproven_count = fields.Integer(string="Not proved", compute="_compute_counts", store=True)
    healed_count = fields.Integer(string="Healed", compute="_compute_counts", store=True)
    line_ids = fields.One2many("marketplace.order.check", "check_id", readonly=True)

    _day_unique = models.UniqueIndex("(shop_id, date)", "This day of the shop is already there.")

    @api.depends("date", "shop_id")
    def _compute_display_name(self):
        for day in self:
            day.display_name = f"{day.shop_id.name} {fields.Date.to_string(day.date)}"

    @api.depends("line_ids.kind", "line_ids.is_open")
    def _compute_counts(self):
        for day in self:
            kinds = day.line_ids.mapped("kind")
            left_open = day.line_ids.filtered("is_open").mapped("kind")
            day.healed_count = kinds.count("healed")
            day.left_out_count = len(kinds) - sum(kind in (*FINDINGS, "healed") for kind in kinds)
            day.missing_count = left_open.count("missing")
            day.differing_count = left_open.count("differs")
            day.unproven_count = sum(kind in UNPROVEN for kind in left_open)

    @api.depends("checked_at", "failure", "missing_count", "differing_count", "unproven_count")
    def _compute_state(self):
        for day in self:
            if day.missing_count or day.differing_count:
                day.state = "incomplete"
            elif day.failure or day.unproven_count:
                day.state = "unknown"
            else:
                day.state = "complete" if day.checked_at else "waiting"

    @api.depends("state", "failure")
    @api.depends_context("lang")
    def _compute_why(self):
        for day in self:
            reasons = [day.failure] if day.failure else []
            if day.missing_count:
                reasons.append(self.env._("Missing orders: %(count)s.", count=day.missing_count))
            if day.differing_count:
                reasons.append(self.env._("Different orders: %(count)s.", count=day.differing_count))
            if day.unproven_count:
                reasons.append(self.env._("Orders that could not be compared: %(count)s.", count=day.unproven_count))
            day.why = " ".join(reasons)

    # === TIME === #

    def _bounds(self):
        """The day's first moment and that of the next day, naive UTC."""
        return self.shop_id._midnight(self.date), self.shop_id._midnight(self.date + timedelta(days=1))

    def _is_whole(self):
        """Whether the day was over when it was compared."""
        return bool(self.checked_until) and self.checked_until >= self._bounds()[1]

    def _plan_next(self, now):
        """When the day is checked again by itself; False where that is not needed any more."""
        self.ensure_one()
        end = self._bounds()[1]
        if self.state == "unknown":
            return now + (AGAIN_UNKNOWN if now < end + GIVE_UP else EVERY)
        if not self._is_whole():
            return max(end + MARGIN, now + AGAIN_UNKNOWN)
        age = now - end
        if age < (GIVE_UP if self.state == "incomplete" else LATE_CHANGES):
            return now + EVERY
        return now + max(EVERY, age / 4) if age < GIVE_UP and self._may_still_change() else False

    def _may_still_change(self):
        """Whether an order of the day is on its way, or is not in Odoo for a reason that may pass."""
        if set(self.line_ids.mapped("kind")) & set(NOT_DECIDED):
            return True
        start, end = self._bounds()
        on_its_way = [("date_order", ">=", start), ("date_order", "<", end), ("marketplace_status", "not in", AT_REST)]
        return bool(
            self.env["sale.order"].search_count([("marketplace_shop_id", "=", self.shop_id.id), *on_its_way], limit=1)
        )

    # === BUTTONS === #

    def action_check_again(self):
        """Compare these days with the marketplace now."""
        self._check_manager()
        for shop, days in self.grouped("shop_id").items():
            shop._check_dates(days.mapped("date"))
        return True

    @api.model
    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("marketplace_connector.group_manager"):
            raise AccessError(self.env._("Only marketplace managers can do this. Ask your administrator."))
        self.check_access("read")

    def action_open_lines(self):
        """The day's orders that are missing, differ, were healed or need not be in Odoo."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_order_check")
        return {**action, "domain": [("check_id", "in", self.ids)], "context": {}}
