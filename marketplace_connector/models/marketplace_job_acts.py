"""Acts at a marketplace: a click writes a row, the call happens after commit, the outcome is read back."""

import functools
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
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
from .error_messages import explain, first_line
from .failure_log import log_unforeseen

_logger = logging.getLogger(__name__)

ACTS = [
    ("cancel", "Cancel"),
    ("answer", "Answer the buyer's request"),
    ("arrange", "Arrange shipment"),
    ("hand_over", "Ready to ship"),
    ("tracking", "Tracking number"),
    ("label", "Label"),
    ("invoice", "Invoice number"),
]
ACTS_LOCK = 0x4D4B5441  # "MKTA": acts of a shop and polls of it do not wait for each other
ONE_BY_ONE = {"label": 50, "invoice": 50}  # a call each, so not too many before what came of them is safe
NOT_SHIPPING = ("tracking", "label", "invoice")  # acts that go on while the shop does not process orders
AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MOST_ATTEMPTS = 8
PASSING = (TransportError, ServerError, RateLimited, UnexpectedResponse)  # tried again: an act looks before it acts


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

        What is queued already, or waits for a person, is queued anew, with its own arguments where none are given.
        """
        if not subjects:
            return self.browse()
        when = at or fields.Datetime.now()
        values = {"next_try": when, "attempts": 0} | ({} if arguments is None else {"arguments": arguments})
        keys = [self._subject_values(subject) for subject in subjects]
        orders = self.env["sale.order"].browse({key["order_id"] for key in keys})
        queued = {
            (job.order_id.id, job.picking_id.id, job.package_id.id): job
            for job in self.search([("act", "=", act), ("state", "=", "open"), ("order_id", "in", orders.ids)])
        }
        jobs = self.browse([queued[tuple(key.values())].id for key in keys if tuple(key.values()) in queued])
        for shop, shop_jobs in jobs.grouped("shop_id").items():
            shop_jobs.write({**values, **self._waiting(act, at, shop)})
        fresh = []
        for key in keys:
            if tuple(key.values()) in queued:
                continue
            order = orders.browse(key["order_id"])
            shop = order.marketplace_shop_id
            of_order = {"shop_id": shop.id, "order_ref": order.marketplace_order_ref, "ship_by": order.commitment_date}
            fresh.append(
                {
                    "arguments": {},
                    **values,
                    **self._waiting(act, at, shop),
                    **key,
                    **of_order,
                    "kind": "act",
                    "act": act,
                }
            )
        jobs |= self.create(fresh)
        self.env.ref("marketplace_connector.ir_cron_acts").sudo()._trigger(at=at)
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
    def _waiting(self, act, at, shop):
        """Reason and message of an act that waits for its turn."""
        label = dict(self._fields["act"]._description_selection(self.env))[act]
        message = self.env._("%(act)s: sending…", act=label)
        if act == "tracking":
            message = self._waiting_for_number(at or fields.Datetime.now(), shop)
        elif at:
            message = self.env._(
                "%(act)s: waits until %(moment)s, buyers may still cancel.", act=label, moment=self._told(at, shop)
            )
        return {"reason": "queued", "message": message}

    @api.model
    def _told(self, moment, shop):
        """The moment on the shop's clock."""
        return format_datetime(self.env, moment, tz=shop.tz)

    # === DOING === #

    @api.model
    def _cron_run_acts(self):
        """Do what is due at the marketplaces, in as few calls as they allow; one shop's trouble stops no other."""
        now = fields.Datetime.now()
        shops = self.search([*self._due_acts(now), ("shop_id.state", "=", "connected")]).shop_id
        shops = shops.filtered(lambda shop: shop.active and not (shop.wait_until and shop.wait_until > now))
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(shops))
        for number, shop in enumerate(shops, 1):
            finished = shop._as_system().env["marketplace.job"]._run_acts_of(shop, lambda: commit_progress())
            left = len(shops) - number + (not finished)
            if not commit_progress(processed=1 if finished else 0, remaining=left):
                break

    @api.model
    def _due_acts(self, now):
        return [("kind", "=", "act"), ("state", "=", "open"), ("next_try", "<=", now)]

    @api.model
    def _run_acts_of(self, shop, commit):
        """Do the shop's due acts; False where the time was up before the last one.

        `commit()` ends the transaction and gives the seconds left. One worker at a time does the acts of a shop, so
        that none is done twice; who comes second leaves them to the first.
        """
        shop = shop._as_system()
        with shop._alone(ACTS_LOCK) as alone:
            if not alone:
                return True
            commit()  # what another worker has done meanwhile is seen from here on
            client = functools.cache(shop._client)
            for act in [act for act, _label in ACTS if shop.process_orders or act in NOT_SHIPPING]:
                jobs = self.search(
                    [*self._due_acts(fields.Datetime.now()), ("shop_id", "=", shop.id), ("act", "=", act)],
                    order="ship_by, id",
                )
                size = self._batch_size(shop, act)
                for first in range(0, len(jobs), size):
                    seconds_left = jobs[first : first + size]._run_batch(act, shop, client, commit)
                    if shop.state != "connected" or (shop.wait_until and shop.wait_until > fields.Datetime.now()):
                        return True  # the marketplace asks us to wait, or does not let us in
                    if not seconds_left:
                        return False
            self._wake_for_next(shop)
        return True

    @api.model
    def _batch_size(self, shop, act):
        """How many acts share calls, and a transaction: what cannot share a call is kept on its own."""
        if act in ("cancel", "answer"):
            return 1
        return min(shop._capabilities().arrange_batch, ONE_BY_ONE.get(act, 1000))

    def _run_batch(self, act, shop, client, commit):
        """Do the acts; what goes wrong with all of them is kept on each. Gives the seconds left."""
        try:
            getattr(self.with_context(marketplace_told_later=True), f"_do_{act}")(shop, client())
            self._tell_all(shop)
            return commit()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            return shop._keep(self._look_again, commit)
        except MarketplaceError as error:
            self.env.cr.rollback()
            return shop._keep(functools.partial(self._note_trouble_of_all, shop, error), commit)
        except Exception as error:  # noqa: BLE001
            self.env.cr.rollback()
            refs = ", ".join(self.filtered("order_ref").mapped("order_ref"))
            log_unforeseen(_logger, error, "%s of orders %s of shop %s failed", act, refs, shop.id)
            return shop._keep(functools.partial(self._settle_all, shop, error), commit)

    def _note_trouble_of_all(self, shop, error):
        shop._note_trouble(error)
        self._settle_all(shop, error)

    def _look_again(self):
        """Somebody changed the same rows, and what was noted of the calls is lost: look soon at what came of them."""
        for job in self:
            job.write({"attempts": job.attempts + 1, "next_try": fields.Datetime.now() + AGAIN_AFTER[0]})

    @api.model
    def _wake_for_next(self, shop):
        """Wake up at the moment of the shop's next act; the regular runs may come later."""
        ahead = [("kind", "=", "act"), ("state", "=", "open"), ("next_try", ">", fields.Datetime.now())]
        if job := self.search([*ahead, ("shop_id", "=", shop.id)], order="next_try", limit=1):
            self.env.ref("marketplace_connector.ir_cron_acts").sudo()._trigger(at=job.next_try)

    def _settle_all(self, shop, error):
        for job in self.with_context(marketplace_told_later=True):
            job._settle(error)
        self._tell_all(shop)

    def _tell_all(self, shop):
        """Let orders, deliveries and shop show what has come of a whole batch: once, not for each act."""
        self.order_id._marketplace_announce_all()
        shop._announce_problems()

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
        again = by_itself and attempts <= MOST_ATTEMPTS
        of_shop = isinstance(error, NotAuthorized | RateLimited)  # it goes on once the shop is let in again
        values = {
            "attempts": attempts,
            "last_try": fields.Datetime.now(),
            "next_try": fields.Datetime.now() + pause if again or of_shop else False,
            "reason": "unreachable" if by_itself else "refused",
            "message": self._sentence(error, again),
            "details": repr(error),
        }
        self.write(values)
        if of_shop:
            self._note_once(error)
        return None

    def _note_once(self, error):
        """Keep on the shop what keeps it from going on, unless an act of the batch has done so."""
        shop = self.shop_id
        is_waiting = shop.wait_until and shop.wait_until > fields.Datetime.now()
        if shop.state == "connected" and not (is_waiting and isinstance(error, RateLimited)):
            shop._note_trouble(error)

    def _sentence(self, error, again):
        """What is shown for an error, and what to do where it is not tried again."""
        if not isinstance(error, MarketplaceError):
            return str(error)[:300] if isinstance(error, UserError) else first_line(self.env, error)
        if not again and isinstance(error, TransportError | ServerError):
            return self.env._(
                "The marketplace could not be reached, and it is not tried any more. Press Retry later. The reason: "
                "%(reason)s",
                reason=error.message,
            )
        sentence = explain(self.env, error)
        if isinstance(error, Rejected) and (self.arguments or {}).get("handover"):
            sentence += " " + self.env._("Press Arrange Shipment on the delivery to choose anew.")
        return sentence

    # === WHAT WAITS FOR A PERSON === #

    def action_retry(self):
        """Do the acts again, fetch the orders of the others again; say what came of it."""
        acts = self.filtered(lambda job: job.kind == "act" and job.state == "open")
        if not acts:
            return super().action_retry()
        self.check_access("read")
        self._check_user()
        stuck = acts.filtered(lambda job: job.is_problem or job.reason != "queued")
        if not stuck and acts == self:
            raise UserError(self.env._("There is nothing to retry: it is being sent, or waits for its time."))
        for shop in stuck.filtered(lambda job: job.act not in NOT_SHIPPING).shop_id.sudo():
            self._refuse_if_off(shop)
        stuck.sudo()._try_now()
        if self - acts:
            return super(MarketplaceJob, self - acts).action_retry()
        return self._notify(self.env._("It is being done again."), "info")

    def action_open_delivery(self):
        """The delivery that the problem is about."""
        self.ensure_one()
        return (self.picking_id or self.package_id.picking_id).get_formview_action()

    def _try_now(self):
        """Let the scheduled action do the acts at once, after a look at what came of the earlier tries."""
        now = fields.Datetime.now()
        for (shop, act), jobs in self.grouped(lambda job: (job.shop_id, job.act)).items():
            jobs.write({"next_try": now, "attempts": 1, **self._waiting(act, None, shop)})
        self.env.ref("marketplace_connector.ir_cron_acts").sudo()._trigger()

    def action_validate_deliveries(self):
        """Validate the deliveries that the marketplace says have left."""
        self.ensure_one()
        self.check_access("read")
        self._check_user()
        if self.reason != "shipped_outside" or self.state != "open":
            raise UserError(self.env._("There is nothing to validate: this problem is solved, or another one."))
        order = self.sudo().order_id
        order._marketplace_validate_left()
        order._marketplace_solve_shipped_outside()

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
