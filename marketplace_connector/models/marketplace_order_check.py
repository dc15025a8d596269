"""Orders of a day that are missing in Odoo, differ, were healed, or need not be there."""

from odoo import api, fields, models
from odoo.tools import SQL

from .marketplace_day_check import FINDINGS

KEPT_DAYS = 366


class MarketplaceOrderCheck(models.Model):
    _name = "marketplace.order.check"
    _inherit = ["marketplace.document", "marketplace.access.guard"]
    _description = "Order of a Checked Day"
    _order = "is_open desc, kind, order_ref"
    _rec_name = "order_ref"

    check_id = fields.Many2one("marketplace.day.check", required=True, readonly=True, index=True, ondelete="cascade")
    shop_id = fields.Many2one(related="check_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    date = fields.Date(related="check_id.date", store=True)
    order_ref = fields.Char(string="Order number", required=True, readonly=True)
    order_id = fields.Many2one("sale.order", string="Sales order", readonly=True, index=True, ondelete="set null")
    kind = fields.Selection(
        [
            ("missing", "Missing"),
            ("differs", "Different"),
            ("unreadable", "Answer not understood"),
            ("unlisted", "Not listed by the marketplace"),
            ("healed", "Healed"),
            ("unpaid", "Not paid"),
            ("on_hold", "Held by the marketplace"),
            ("cancelled", "Cancelled before it came in"),
            ("in_cancel", "Cancellation asked for"),
            ("returned", "Returned"),
            ("fulfilled", "Shipped outside Odoo"),
            ("before", "Placed before the shop's first day"),
        ],
        string="What",
        required=True,
        readonly=True,
        help="Shipped outside Odoo: the shop's setting Create fulfilled orders is off, so such orders stay out.",
    )
    detail = fields.Char(readonly=True)
    accepted_by_id = fields.Many2one("res.users", string="Accepted by", readonly=True)
    accepted_at = fields.Datetime(readonly=True)
    is_open = fields.Boolean(compute="_compute_is_open", store=True, help="Keeps the day from being complete.")

    _order_unique = models.UniqueIndex("(check_id, order_ref)", "This order of the day is already listed.")

    @api.depends("kind", "accepted_at")
    def _compute_is_open(self):
        for line in self:
            line.is_open = line.kind in FINDINGS and not line.accepted_at

    # === BUTTONS === #

    def action_accept(self):
        """Let the days count as complete although these orders are missing or differ; a manager answers for that."""
        self.env["marketplace.day.check"]._check_manager()
        self.check_access("read")
        lines = self.sudo().filtered("is_open")
        lines.write({"accepted_by_id": self.env.uid, "accepted_at": fields.Datetime.now()})
        lines.shop_id._note_complete_until()

    def action_fetch(self):
        """Ask for the order by its number, in the dialog that explains what stands in the way."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_fetch_order")
        context = {"default_shop_id": self.shop_id.id, "default_order_ref": self.order_ref}
        return {**action, "context": context}

    def action_open_order(self):
        """The sales order of the line."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def _marketplace_shop(self):
        return self.shop_id.sudo()

    def _marketplace_ref(self):
        return self.order_ref

    def _marketplace_deadline(self):
        return False, True

    # === WRITING === #

    @api.model
    def _replace(self, day, found):
        """Bring the day's lines to `found`, a dict by order number of (kind, detail).

        What was healed stays listed; what was accepted stays so as long as it says the same.
        """
        there = {line.order_ref: line for line in day.line_ids}
        orders = self.env["sale.order"]._marketplace_known(day.shop_id, found)
        fresh = []
        for ref, (kind, detail) in found.items():
            values = {"kind": kind, "detail": detail, "order_id": orders[ref].id if ref in orders else False}
            line = there.pop(ref, None)
            if not line:
                fresh.append({**values, "check_id": day.id, "order_ref": ref})
            elif (line.kind, line.detail or False, line.order_id.id) != (kind, detail or False, values["order_id"]):
                line.write({**values, "accepted_by_id": False, "accepted_at": False})
        self.union(*(line for line in there.values() if line.kind != "healed")).unlink()
        self.create(fresh)

    # === HOUSEKEEPING === #

    @api.autovacuum
    def _gc_settled(self):
        """Drop the orders of days that are complete and more than a year over, apart from those somebody accepted.

        Past the ORM: the day itself stays, with its state and the numbers that were counted then.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM marketplace_order_check line USING marketplace_day_check day
                 WHERE day.id = line.check_id AND day.state = 'complete' AND day.date < %s
                   AND NOT COALESCE(line.is_open, FALSE) AND line.accepted_at IS NULL
                """,
                fields.Date.subtract(fields.Date.today(), days=KEPT_DAYS),
            )
        )
        self.invalidate_model()
