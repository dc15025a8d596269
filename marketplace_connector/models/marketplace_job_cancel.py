"""The acts that cancel at the marketplace, and that answer buyers: looked at first, read back, never done twice."""

from odoo import fields, models

from ..marketplaces.errors import MarketplaceError, Rejected, ServerError
from .marketplace_job_acts import AGAIN_AFTER, MOST_ATTEMPTS
from .sale_order_cancel import GONE
from .sale_order_checks import OVER

UNREAD = ("unreachable", "unreadable")


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    def action_retry(self):
        """A cancellation that was refused is asked for anew, and its order shows it again."""
        refused = self.filtered(lambda job: job.act == "cancel" and job.is_problem).sudo()
        result = super().action_retry()
        for job in refused:
            job.arguments = {
                key: value for key, value in job.arguments.items() if key not in ("asked", "was_in_cancel")
            }
            job.order_id.marketplace_cancelling = True
        return result

    def action_keep_order(self):
        """Drop the wish to cancel, or the answer: the order goes on as before."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id.action_marketplace_keep()

    def _can_be_dropped(self):
        """Whether the marketplace has not taken the wish up yet."""
        self.ensure_one()
        return not self.next_try or not (self.arguments or {}).get("asked")

    # === CANCELLING === #

    def _do_cancel(self, shop, client):
        in_part = self.filtered(lambda job: job.arguments.get("left"))
        if in_part:
            shop._fetch_refs(in_part.mapped("order_ref"))  # a part must not be cancelled twice after a lost answer
        asked_before = self.filtered(lambda job: job.arguments.get("asked"))
        errors = {job: job._ask_to_cancel(client) for job in self - asked_before - in_part._carried_out()}
        shop._fetch_refs(self.mapped("order_ref"))
        unread = self._unread(shop)
        for job in self:
            job._settle_cancellation(errors.get(job), job in asked_before, job in unread)

    def _unread(self, shop):
        """The acts whose orders could not be read back."""
        failures = self._open_of(shop, self.mapped("order_ref"))
        return self.filtered(lambda job: job.order_ref in failures and failures[job.order_ref].reason in UNREAD)

    def _ask_to_cancel(self, client):
        """Ask for what the act wants to have cancelled; what went wrong, or None.

        Where the buyer wants the whole order cancelled too, that is accepted.
        """
        self.ensure_one()
        units = self._units_to_cancel()
        try:
            reason = self.arguments.get("reason") or self._first_reason(client, tuple(units))
            client.cancel(self.order_ref, reason, tuple(units), units)
        except Rejected as refusal:
            if refusal.code != "in_cancel" or units:
                return refusal
            return self._accept_request(client)
        except MarketplaceError as error:
            return error
        self.arguments = {**self.arguments, "asked": True}
        return None

    def _accept_request(self, client):
        """The order is being cancelled: accept what the buyer asks. Where nothing is to be accepted it is our own wish,
        whose answer got lost."""
        error = None
        try:
            client.answer_cancellation(self.order_ref, True)
        except MarketplaceError as refusal:
            error = refusal
        if error and not isinstance(error, Rejected):
            return error
        self.arguments = {**self.arguments, "asked": True}
        return None

    def _first_reason(self, client, unit_refs):
        reasons = client.cancel_reasons(self.order_ref, unit_refs or self.order_id._marketplace_live_units())
        if not reasons:
            raise Rejected("It offers no reason to cancel this order.", code="no_reason")
        return reasons[0].ref

    def _pieces_to_cancel(self):
        """What is still to be cancelled of the lines that the act is about; nothing where it is the whole order."""
        left = self.arguments.get("left") or {}
        pieces = {}
        for line in self.order_id.order_line.filtered(lambda line: str(line.id) in left):
            count = int(line.product_uom_qty - line.marketplace_to_return - left[str(line.id)])
            if count > 0:
                pieces[line] = count
        return pieces

    def _units_to_cancel(self):
        return self.order_id._marketplace_units_of(self._pieces_to_cancel())

    def _carried_out(self):
        """The acts whose orders or pieces are cancelled."""
        return self.filtered(
            lambda job: (
                job.order_id.state == "cancel"
                or job.order_id.marketplace_status in OVER
                or (job.arguments.get("left") and not job._pieces_to_cancel())
            )
        )

    def _settle_cancellation(self, error, asked_before, is_unread):
        """Close the act where the marketplace shows it as cancelled; wait, or say why not."""
        if self._carried_out():
            self.order_id.marketplace_cancelling = False
            self._settle()
            return
        if not error and not is_unread:
            if not self._shows_refusal(asked_before):
                self._wait_to_see_it()
                return
            error = Rejected("It has not cancelled it. The courier may have the parcel already.")
        self._settle(error or ServerError(self.env._("The marketplace does not show it as cancelled yet.")))
        if not self.next_try:
            self.order_id.marketplace_cancelling = False
            if isinstance(error, Rejected):
                self.message = self.env._(
                    "Cancelling was refused by the marketplace: %(reason)s Everything stays as it was. Press Retry to "
                    "ask again, or Keep the Order.",
                    reason=error.message + (f" [{error.code}]" if error.code else ""),
                )

    def _shows_refusal(self, asked_before):
        """Whether the order, which is not cancelled, tells that what was asked for will not come.

        It has gone back to where it was, it has left, or nothing came of it for hours: platforms show what they have
        accepted minutes later.
        """
        status = self.order_id.marketplace_status
        if status == "in_cancel":
            return False
        back = self.arguments.get("was_in_cancel") or (status in GONE and not self.arguments.get("left"))
        return bool(back) or (asked_before and self.attempts >= MOST_ATTEMPTS)

    def _wait_to_see_it(self):
        attempts = self.attempts + 1
        message = self.env._("Cancel: the marketplace has accepted it, and does not show it as cancelled yet.")
        if self.order_id.marketplace_status == "in_cancel":
            self.arguments = {**self.arguments, "was_in_cancel": True}
            message = self.env._("Cancel: the marketplace is cancelling it, and waits for the courier.")
        now = fields.Datetime.now()
        self.write(
            {
                "attempts": attempts,
                "last_try": now,
                "next_try": now + AGAIN_AFTER[min(attempts, len(AGAIN_AFTER)) - 1],
                "reason": "queued",
                "message": message,
            }
        )

    # === ANSWERING BUYERS === #

    def _do_answer(self, shop, client):
        errors = {}
        for job in self:
            try:
                client.answer_cancellation(job.order_ref, job.arguments["accept"])
            except MarketplaceError as error:
                errors[job] = error
        shop._fetch_refs(self.mapped("order_ref"))
        unread = self._unread(shop)
        for job in self:
            job._settle_answer(errors.get(job), job in unread)
        # What the request has held up goes on at once, or is dropped.
        held = self.search([("act", "=", "arrange"), ("state", "=", "open"), ("order_id", "in", self.order_id.ids)])
        held.filtered("next_try").next_try = fields.Datetime.now()

    def _settle_answer(self, error, is_unread):
        """Close the act where the marketplace waits for no answer any more, and say where it came otherwise."""
        order = self.order_id
        waits = order.marketplace_status == "in_cancel" and order.marketplace_cancel_request != "agreed"
        if waits or is_unread:
            self._settle(error)
            return
        self._settle()
        agreed = order.state == "cancel" or order.marketplace_status in (*OVER, "in_cancel")
        if error and agreed and not self.arguments["accept"]:
            order.message_post(
                body=self.env._(
                    "The refusal came too late: the cancellation was accepted meanwhile, in the Seller Center or by "
                    "the marketplace itself."
                )
            )
        elif error and not agreed and self.arguments["accept"]:
            order.message_post(
                body=self.env._(
                    "There was nothing to accept any more: the buyer has withdrawn the request, or it was refused in "
                    "the Seller Center. The order goes on."
                )
            )
