"""A buyer's request to cancel, its answer, and what is said of cancellations on orders and deliveries."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class SaleOrder(models.Model):
    _inherit = "sale.order"

    marketplace_cancel_request = fields.Selection(
        [("open", "Waits for our answer"), ("agreed", "Agreed, being carried out")],
        string="Buyer's request to cancel",
        readonly=True,
        copy=False,
    )
    marketplace_answer_by = fields.Datetime(
        string="Answer by",
        readonly=True,
        copy=False,
        help="After this moment the marketplace accepts the buyer's request to cancel by itself. Not every marketplace "
        "tells it.",
    )
    marketplace_asked_at = fields.Datetime(
        string="Asked to cancel", readonly=True, copy=False, help="When the order was first seen with the request."
    )
    marketplace_can_answer = fields.Boolean(compute="_compute_marketplace_cancel_notice")
    marketplace_cancel_notice = fields.Char(
        compute="_compute_marketplace_cancel_notice", help="What has to be known of a cancellation before shipping."
    )

    @api.depends(
        "state",
        "marketplace_status",
        "marketplace_cancelling",
        "marketplace_cancel_request",
        "marketplace_cancel_reason",
        "marketplace_answer_by",
        "marketplace_job_ids.state",
        "marketplace_job_ids.next_try",
        "order_line.qty_delivered",
    )
    def _compute_marketplace_cancel_notice(self):
        for order in self:
            asked = order.marketplace_status == "in_cancel" and order.state != "cancel"
            undecided = order.marketplace_cancel_request != "agreed" and not order.marketplace_cancelling
            order.marketplace_can_answer = asked and undecided
            order.marketplace_cancel_notice = order._marketplace_say_of_cancellation(asked, undecided)

    def _marketplace_say_of_cancellation(self, asked, undecided):
        if self.marketplace_status == "cancelled" or (self.state == "cancel" and self.marketplace_shop_id):
            return self._marketplace_cancelled_sentence()
        if asked and undecided:
            return self._marketplace_request_sentence()
        if asked:
            return self.env._(
                "The cancellation is agreed, and the marketplace is carrying it out. Nothing can be shipped meanwhile."
            )
        if self.marketplace_cancelling:
            return self.env._(
                "Cancelling… this order, or a part of it, is being cancelled at the marketplace. Nothing can be "
                "shipped until it answers."
            )
        return False

    def _marketplace_cancelled_sentence(self):
        """That the order is cancelled, by whom and why."""
        self.ensure_one()
        if self.marketplace_status != "cancelled":
            return self.env._("%(order)s is cancelled in Odoo: do not ship it.", order=self.name)
        reason = self.marketplace_cancel_reason or self.env._("no reason given")
        return self.env._(
            "%(order)s is cancelled at the marketplace by %(author)s (%(reason)s): do not ship it.",
            order=self.name,
            author=self.marketplace_author,
            reason=reason,
        )

    def _marketplace_request_sentence(self):
        """What the buyer asks, until when that must be answered, and what has happened to the goods."""
        parts = [self.env._("The buyer asks to cancel this order.")]
        if self.marketplace_cancel_reason:
            parts[0] = self.env._("The buyer asks to cancel this order: %(why)s.", why=self.marketplace_cancel_reason)
        if self.marketplace_answer_by:
            parts.append(
                self.env._(
                    "Answer by %(moment)s: after that the marketplace cancels it by itself.",
                    moment=self._marketplace_moment(self.marketplace_answer_by),
                )
            )
        elif self.marketplace_asked_at:
            parts.append(
                self.env._("It waits since %(moment)s.", moment=self._marketplace_moment(self.marketplace_asked_at))
            )
        if not self.marketplace_answer_by and self.marketplace_ship_by:
            parts.append(
                self.env._(
                    "If it goes on, it is to be shipped by %(moment)s.",
                    moment=self._marketplace_moment(self.marketplace_ship_by),
                )
            )
        if self._marketplace_delivered_lines():
            parts.append(
                self.env._(
                    "Its delivery is done already: if the parcel is still here, do not hand it over; if it is on its "
                    "way, refuse, or accept and take the goods back with a return."
                )
            )
        else:
            parts.append(self.env._("Nothing can be shipped before that is decided."))
        answers = self.sudo().marketplace_job_ids.filtered(lambda job: job.state == "open" and job.act == "answer")
        if answers.filtered("next_try"):
            parts.append(self.env._("Your answer is being sent."))
        return " ".join(parts)

    def _marketplace_moment(self, moment):
        zone = self.marketplace_shop_id.sudo().tz
        return f"{format_datetime(self.env, moment, tz=zone, dt_format='short')} ({zone})"

    # === ANSWERING === #

    def action_marketplace_accept_cancellation(self):
        """Accept the buyer's request: the marketplace cancels the order, Odoo follows."""
        return self._marketplace_answer(True)

    def action_marketplace_refuse_cancellation(self):
        """Refuse the buyer's request: the order goes on."""
        return self._marketplace_answer(False)

    def _marketplace_answer(self, accept):
        self.ensure_one()
        self._marketplace_check_sales()
        if not self.marketplace_can_answer:
            raise UserError(
                self.env._(
                    "There is no request to cancel %(order)s any more: it was answered, or the buyer has withdrawn it. "
                    "Reload the page.",
                    order=self.name,
                )
            )
        self.env["marketplace.job"]._refuse_if_off(self.marketplace_shop_id.sudo())
        self.env["marketplace.job"].sudo()._order_act("answer", self.sudo(), {"accept": accept})
        return self.env["marketplace.job"]._notify(self.env._("The answer is being sent to the marketplace."), "info")

    # === NO WAY ROUND === #

    def _confirmation_error_message(self):
        """Say who cancelled, or is about to, instead of that the order is not in a state to be confirmed."""
        self.ensure_one()
        if self.marketplace_shop_id and (self.state == "cancel" or self.marketplace_cancelling):
            return self.marketplace_cancel_notice
        return super()._confirmation_error_message()
