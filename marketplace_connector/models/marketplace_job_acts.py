"""Acts at a marketplace: a click writes a row, the call happens after commit, the outcome is read back."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..marketplaces.errors import (
    MarketplaceError,
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TransportError,
    UnexpectedResponse,
)
from ..marketplaces.shipping import Shipment
from .error_messages import explain
from .marketplace_package import TRACKING_GIVEN_UP
from .sale_order_checks import OVER

_logger = logging.getLogger(__name__)

ACTS = [
    ("cancel", "Cancel"),
    ("answer", "Answer the buyer's request"),
    ("arrange", "Arrange shipment"),
    ("hand_over", "Ready to ship"),
    ("tracking", "Tracking number"),
    ("label", "Label"),
]
AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
PASSING = (TransportError, ServerError, RateLimited, UnexpectedResponse)  # tried again: an act looks before it acts
ARRANGED = ("confirmed", "ready_to_ship", "shipped", "delivered")
LEFT = ("shipped", "delivered", "cancelled")


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    kind = fields.Selection(selection_add=[("act", "Act")], ondelete={"act": "cascade"})
    act = fields.Selection(ACTS, readonly=True)
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    package_id = fields.Many2one("marketplace.package", readonly=True, ondelete="cascade", index="btree_not_null")
    arguments = fields.Json(readonly=True)

    _open_unique = models.UniqueIndex(
        "(shop_id, order_ref, kind) WHERE state = 'open' AND kind != 'act'",
        "This problem of the order is already listed.",
    )
    _act_unique = models.UniqueIndex(
        "(act, order_id, COALESCE(picking_id, 0), COALESCE(package_id, 0)) WHERE state = 'open' AND kind = 'act'",
        "This is already being done.",
    )

    # === QUEUEING === #

    @api.model
    def _order_act(self, act, subjects, arguments=None, at=None):
        """Let the scheduled action do `act` for each order, delivery or package, now or `at` a moment (naive UTC).

        What is queued already, or waits for a person, is queued anew.
        """
        if not subjects:
            return self.browse()
        when = at or fields.Datetime.now()
        values = {"next_try": when, "arguments": arguments or {}, "attempts": 0, **self._waiting(act, at)}
        keys = [self._subject_values(subject) for subject in subjects]
        orders = self.env["sale.order"].browse({key["order_id"] for key in keys})
        queued = {
            (job.order_id.id, job.picking_id.id, job.package_id.id): job
            for job in self.search([("act", "=", act), ("state", "=", "open"), ("order_id", "in", orders.ids)])
        }
        jobs = self.browse([queued[tuple(key.values())].id for key in keys if tuple(key.values()) in queued])
        jobs.write(values)
        fresh = []
        for key in keys:
            if tuple(key.values()) in queued:
                continue
            order = orders.browse(key["order_id"])
            of_order = {"shop_id": order.marketplace_shop_id.id, "order_ref": order.marketplace_order_ref}
            fresh.append({**values, **key, **of_order, "ship_by": order.commitment_date, "kind": "act", "act": act})
        jobs |= self.create(fresh)
        self.env.ref("marketplace_connector.ir_cron_acts").sudo()._trigger(at=when if at else None)
        return jobs

    @api.model
    def _subject_values(self, subject):
        """The fields that tie an act to an order, a delivery or a package."""
        values = {"order_id": subject.id, "picking_id": False, "package_id": False}
        if subject._name == "stock.picking":
            values |= {"order_id": subject.sale_id.id, "picking_id": subject.id}
        elif subject._name == "marketplace.package":
            values |= {"order_id": subject.order_id.id, "package_id": subject.id}
        return values

    @api.model
    def _waiting(self, act, at):
        label = dict(self._fields["act"]._description_selection(self.env))[act]
        message = self.env._("%(act)s: sending…", act=label)
        if at:
            moment = format_datetime(self.env, at)
            message = self.env._("%(act)s: waits until %(moment)s, buyers may still cancel.", act=label, moment=moment)
        return {"reason": "queued", "message": message}

    # === DOING === #

    @api.model
    def _cron_run_acts(self):
        """Do what is due at the marketplaces, in as few calls as they allow; one shop's trouble stops no other."""
        now = fields.Datetime.now()
        due = [
            ("kind", "=", "act"),
            ("state", "=", "open"),
            ("next_try", "<=", now),
            ("shop_id.state", "=", "connected"),
        ]
        shops = self.env["marketplace.shop"].search([("id", "in", self.search(due).shop_id.ids)])
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(shops))
        for shop in shops:
            if not (shop.wait_until and shop.wait_until > now):
                shop._as_system().env["marketplace.job"]._run_acts_of(shop, due, lambda: commit_progress())
            if not commit_progress(processed=1):
                break

    @api.model
    def _run_acts_of(self, shop, due, commit):
        shop = shop._as_system()
        handovers = {}
        for act, _label in ACTS:
            jobs = self.search([*due, ("shop_id", "=", shop.id), ("act", "=", act)], order="ship_by, id")
            size = shop._client().capabilities.arrange_batch if jobs else 1
            for first in range(0, len(jobs), size):
                batch = jobs[first : first + size]
                try:
                    getattr(batch.with_context(marketplace_handovers=handovers), f"_do_{act}")(shop, shop._client())
                except MarketplaceError as error:
                    self.env.cr.rollback()
                    shop._note_trouble(error)
                    batch._settle_all(error)
                except Exception as error:  # noqa: BLE001
                    self.env.cr.rollback()
                    _logger.exception("%s failed for jobs %s", act, batch.ids)
                    batch._settle_all(error)
                commit()
                if shop.state != "connected" or (shop.wait_until and shop.wait_until > fields.Datetime.now()):
                    return  # the marketplace asks us to wait, or does not let us in

    def _settle_all(self, error):
        for job in self:
            job._settle(error)

    def _settle(self, error=None, done=None):
        """Close the act, or say why it is not done and when it is tried again."""
        self.ensure_one()
        attempts = self.attempts + 1
        if error is None:
            return self.write({"state": "done", "next_try": False, "attempts": attempts})
        by_itself = isinstance(error, PASSING) or not isinstance(error, MarketplaceError | UserError)
        pause = AGAIN_AFTER[min(attempts, len(AGAIN_AFTER)) - 1]
        if isinstance(error, RateLimited):
            pause = timedelta(seconds=error.retry_after)
        again = by_itself and attempts <= 8
        values = {
            "attempts": attempts,
            "last_try": fields.Datetime.now(),
            "next_try": fields.Datetime.now() + pause if again else False,
            "reason": "unreachable" if by_itself else "refused",
            "message": self._sentence(error, again),
            "details": repr(error),
        }
        self.write(values)
        if isinstance(error, NotAuthorized | RateLimited):
            self.next_try = fields.Datetime.now() + pause  # once the shop is connected again
            self.shop_id._note_trouble(error)
        if not self.next_try:
            self.shop_id._announce_problems()
        return None

    def _sentence(self, error, again):
        """What is shown for an error, and what to do where it is not tried again."""
        if not isinstance(error, MarketplaceError):
            return str(error)[:300]
        if not again and isinstance(error, TransportError | ServerError):
            return self.env._(
                "The marketplace could not be reached, and it is not tried any more. Press Retry later. The reason: "
                "%(reason)s",
                reason=error.message,
            )
        return explain(self.env, error)

    def _shipment(self):
        """What the platform is asked to arrange for the act's delivery."""
        self.ensure_one()
        package = self.picking_id.marketplace_package_id
        return Shipment(
            order_ref=self.order_ref,
            unit_refs=self.picking_id._marketplace_unit_refs(),
            package_ref=package.package_ref or "",
            again=package.status == "manual",
            **(self.arguments or {}),
        )

    def _do_cancel(self, shop, client):
        for job in self:
            error = None
            if job.attempts:
                shop._fetch_refs([job.order_ref])  # an answer may have been lost
            # The marketplace may take a while; it shows as a request then, and must not be asked twice.
            asked = job.arguments.get("sent") or job.order_id.marketplace_status in (*OVER, "in_cancel")
            if not asked:
                try:
                    client.cancel(job.order_ref, job.arguments["reason"], job.order_id._marketplace_live_units())
                    job.arguments = {**job.arguments, "sent": True}
                except MarketplaceError as refusal:
                    error = refusal
            shop._fetch_refs([job.order_ref])
            cancelled = job.order_id.state == "cancel"
            job._settle(None if cancelled else error or ServerError(self.env._("The marketplace is cancelling it.")))
            if not cancelled and not job.next_try:
                job.order_id.marketplace_cancelling = False

    def _do_answer(self, shop, client):
        for job in self:
            error = None
            try:
                client.answer_cancellation(job.order_ref, job.arguments["accept"])
            except MarketplaceError as refusal:
                error = refusal
            shop._fetch_refs([job.order_ref])
            job._settle(None if job.order_id.marketplace_status != "in_cancel" else error)

    def _do_arrange(self, shop, client):
        over = self.filtered(lambda job: job.picking_id.state == "cancel" or job.order_id.state == "cancel")
        over._close()
        waiting = (self - over).filtered("order_id.marketplace_cancelling")
        waiting.next_try = fields.Datetime.now() + AGAIN_AFTER[0]  # until the marketplace has answered that
        jobs = self - over - waiting
        jobs = jobs.browse([job.id for job in jobs if job._prepare(shop)])
        if not jobs:
            return
        outcomes = client.arrange([job._shipment() for job in jobs])
        shop._fetch_refs(jobs.mapped("order_ref"))
        unseen = ServerError(self.env._("The marketplace does not show it as arranged yet."))
        for job, outcome in zip(jobs, outcomes, strict=True):
            arranged = job.picking_id.marketplace_package_id.status in ARRANGED
            job._settle(None if arranged else outcome.error or unseen)
        jobs.picking_id.marketplace_package_ids._complete()

    def _prepare(self, shop):
        """Ask how the parcel can be handed over, once for all parcels of a courier; False where it cannot be."""
        self.ensure_one()
        package = self.picking_id.marketplace_package_id
        try:
            # What was refused with the answer for another parcel is asked for by itself.
            known = None if self.attempts else self.env.context.get("marketplace_handovers")
            self.arguments = shop._handover_arguments(package, self.order_ref, known)
        except (MarketplaceError, UserError) as error:
            self._settle(error)
            return False
        return True

    def _do_hand_over(self, shop, client):
        outcomes = client.hand_over(self.package_id.mapped("package_ref"))
        shop._fetch_refs(self.mapped("order_ref"))
        for job, outcome in zip(self, outcomes, strict=True):
            gone = job.package_id.status in ("ready_to_ship", "shipped", "delivered")
            job._settle(None if gone else outcome.error)

    def _do_tracking(self, shop, client):
        shop._fetch_refs(self.mapped("order_ref"))
        now = fields.Datetime.now()
        for job in self:
            package = job.package_id
            if package.tracking_number or package.status not in ("confirmed", "pending"):
                job._settle()
                package._complete()
            elif job.ship_by and now > job.ship_by + TRACKING_GIVEN_UP:
                job.write(
                    {
                        "next_try": False,
                        "reason": "no_tracking",
                        "message": self.env._(
                            "No tracking number came. Look at the package in the marketplace's Seller Center, type the "
                            "number there if it asks for one, then press Retry."
                        ),
                    }
                )
            else:
                attempts = job.attempts + 1
                pause = AGAIN_AFTER[min(attempts, len(AGAIN_AFTER)) - 1]
                job.write({"attempts": attempts, "next_try": now + pause, "last_try": now})

    def _do_label(self, shop, client):
        wanted = [(job.order_ref, job.package_id._as_told()) for job in self]
        for job, label in zip(self, client.fetch_labels(wanted), strict=True):
            if label.content:
                job.package_id._attach_label(label)
                job._settle()
            elif isinstance(label.error, Rejected) and job.package_id.status in LEFT:
                job._close()  # nobody needs it any more
            elif label.error:
                job._settle(label.error)
            else:
                job._settle(ServerError(self.env._("The label is still being made.")))

    # === WHAT WAITS FOR A PERSON === #

    def action_retry(self):
        """Do the acts again, fetch the orders of the others again; say what came of it."""
        acts = self.filtered(lambda job: job.kind == "act" and job.state == "open")
        if not acts:
            return super().action_retry()
        self.check_access("read")
        self._check_user()
        acts.sudo().write({"next_try": fields.Datetime.now(), "attempts": 0})
        self.env.ref("marketplace_connector.ir_cron_acts").sudo()._trigger()
        if self - acts:
            return super(MarketplaceJob, self - acts).action_retry()
        return self._notify(self.env._("It is being done again."), "info")

    def action_open_delivery(self):
        """The delivery that the problem is about."""
        self.ensure_one()
        return (self.picking_id or self.package_id.picking_id).get_formview_action()

    def action_validate_deliveries(self):
        """Validate the deliveries that the marketplace says have left."""
        self.ensure_one()
        self.check_access("read")
        self._check_user()
        job = self.sudo()
        open_ones = job.order_id.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        left = open_ones.filtered(
            lambda picking: not picking.marketplace_by_platform or picking._marketplace_reported_left()
        )
        left._marketplace_follow(job.order_id.marketplace_updated_at)
        job._close()

    @api.model
    def _refuse_if_off(self, shop):
        """Raise UserError while the shop does not process orders."""
        if not shop.process_orders:
            raise UserError(
                self.env._(
                    "%(shop)s does not process orders: nothing about shipping is sent. A manager can press Start "
                    "on the shop.",
                    shop=shop.name,
                )
            )
