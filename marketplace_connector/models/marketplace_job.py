import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .personal_texts import SHORTEST_ANYWHERE, Personal

RETRY_AFTER = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
RAW_DAYS = 30
RAW_DAYS_KEY = "marketplace_connector.raw_days"
DONE_KEPT = timedelta(days=90)
BY_ITSELF = ("unreachable", "unforeseen")


class MarketplaceJob(models.Model):
    """One thing to do again: what failed for an order of a shop, why, and when it is tried next."""

    _name = "marketplace.job"
    _inherit = ["marketplace.document", "marketplace.access.guard"]
    _description = "Marketplace Problem"
    _order = "state, ship_by, id desc"
    _rec_name = "message"

    kind = fields.Selection([("failure", "Failure")], required=True, default="failure", readonly=True)
    shop_id = fields.Many2one("marketplace.shop", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    provider = fields.Selection(related="shop_id.provider", store=True)
    order_ref = fields.Char(string="Order number", required=True, readonly=True, index=True)
    order_id = fields.Many2one("sale.order", string="Sales order", readonly=True, ondelete="cascade", index=True)
    state = fields.Selection(
        [("open", "Open"), ("done", "Solved")], required=True, default="open", readonly=True, index=True
    )
    reason = fields.Selection(
        [
            ("sku_unlinked", "SKU not linked"),
            ("sku_ambiguous", "SKU fits several products"),
            ("product_archived", "Product archived"),
            ("product_company", "Product of another company"),
            ("no_lines", "Order without lines"),
            ("amounts", "Amounts make no sense"),
            ("amounts_differ", "Amounts differ"),
            ("not_invoiced", "Not invoiced"),
            ("currency", "Currency"),
            ("cancelled_after_shipping", "Cancelled after shipping"),
            ("unreadable", "Answer not understood"),
            ("unreachable", "Marketplace not reached"),
            ("refused", "Refused by the marketplace"),
            ("unforeseen", "Unforeseen error"),
            ("queued", "Being sent"),
            ("no_tracking", "No tracking number"),
            ("no_label", "No label"),
            ("label_host", "Label host not allowed"),
            ("shipped_outside", "Shipped outside Odoo"),
            ("parcels_differ", "Parcels differ from deliveries"),
            ("known_otherwise", "Number taken by another order"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Char(required=True, readonly=True)
    details = fields.Text(readonly=True, groups="marketplace_connector.group_manager")
    raw_payload = fields.Text(string="What the marketplace sent", readonly=True, groups="base.group_system")
    ship_by = fields.Datetime(readonly=True, help="The marketplace counts the order as late after this moment.")
    attempts = fields.Integer(readonly=True, default=1)
    next_try = fields.Datetime(readonly=True, index="btree_not_null")
    last_try = fields.Datetime(readonly=True, default=fields.Datetime.now)
    is_problem = fields.Boolean(
        compute="_compute_is_problem",
        store=True,
        index="btree_not_null",
        help="Waits for a person, not for its next try.",
    )

    _open_unique = models.UniqueIndex(
        "(shop_id, order_ref, kind) WHERE state = 'open'", "This problem of the order is already listed."
    )

    @api.depends("state", "kind", "next_try")
    def _compute_is_problem(self):
        for job in self:
            job.is_problem = job.state == "open" and (job.kind == "failure" or not job.next_try)

    # === RECORDING === #

    @api.model
    def _record(self, shop, failures):
        """Keep one open problem an order. `failures` are dicts with `order_ref`, `reason`, `message` and, where
        known, `ship_by` (naive UTC), `details` and `raw` (what the platform sent)."""
        if not failures:
            return self
        refs = [failure["order_ref"] for failure in failures]
        known = self._open_of(shop, refs)
        orders = self.env["sale.order"]._marketplace_known(shop, refs)
        jobs = self
        for failure in failures:
            order = orders.get(failure["order_ref"], self.env["sale.order"])
            job = known.get(failure["order_ref"], self.browse())
            values = {**self._to_keep(failure, order, job), "order_id": order.id, "last_try": fields.Datetime.now()}
            attempts = job.attempts + 1 if job else 1
            values |= {"attempts": attempts, "next_try": self._next_try(failure["reason"], attempts)}
            if job:
                job.write(values)
            else:
                job = self.create({**values, "shop_id": shop.id})
                known[failure["order_ref"]] = job
            jobs |= job
        shop._announce_problems()
        return jobs

    @api.model
    def _to_keep(self, failure, order, job):
        """What is kept of a failure: of erased buyers nothing personal, of the platform's answer nothing that is older
        than the days set under Privacy, however often it fails again."""
        raw, kept = failure.get("raw"), {name: value for name, value in failure.items() if name != "raw"}
        if job and job.create_date < self._raw_kept_since():
            raw = None
        if order.marketplace_erased:
            raw, kept = None, {**kept, "details": False}
            if failure["reason"] == "unforeseen":
                kept["message"] = self.env._("Unforeseen error about the order of an erased buyer.")
        text = json.dumps(raw, default=str, ensure_ascii=False) if raw else False
        return {"details": False, **kept, "raw_payload": text}

    @api.model
    def _open_of(self, shop, order_refs):
        failures = [("kind", "=", "failure"), ("state", "=", "open")]
        jobs = self.search([("shop_id", "=", shop.id), ("order_ref", "in", order_refs), *failures])
        return {job.order_ref: job for job in jobs}

    @api.model
    def _next_try(self, reason, attempts):
        """When to try again without being asked; False for what only a person can solve."""
        if reason not in BY_ITSELF:
            return False
        return fields.Datetime.now() + RETRY_AFTER[min(attempts, len(RETRY_AFTER)) - 1]

    @api.model
    def _solve(self, shop, order_refs):
        """Close the problems of orders that went well."""
        self.browse().union(*self._open_of(shop, order_refs).values())._close()

    def _close(self):
        if self:
            self.write({"state": "done", "next_try": False, "raw_payload": False, "details": False})
        for shop in self.shop_id:
            shop._announce_problems()

    @api.model
    def _drop(self, shop, order_refs):
        """Close the problems of orders that Odoo does not have and need not have any more."""
        self._solve(shop, [ref for ref, job in self._open_of(shop, list(order_refs)).items() if not job.order_id])

    # === RETRYING === #

    def action_retry(self):
        """Fetch the orders again and import them; say what came of it."""
        self.check_access("read")
        jobs = self.filtered(lambda job: job.state == "open")
        if not jobs:
            raise UserError(self.env._("There is nothing to retry: the selected problems are solved."))
        self._check_user()
        for shop, shop_jobs in jobs.sudo().grouped("shop_id").items():
            shop._as_system()._fetch_refs(shop_jobs.mapped("order_ref"))
        solved = jobs.filtered(lambda job: job.state == "done")
        left = jobs - solved
        return self._notify(
            self.env._("%(solved)s solved, %(left)s left.", solved=len(solved), left=len(left)),
            "success" if not left else "warning",
        )

    def _check_user(self):
        if not self.env.su and not self.env.user.has_group("marketplace_connector.group_user"):
            raise UserError(self.env._("Only marketplace users can retry. Ask your administrator for the right."))

    @api.model
    def _notify(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _queue(self):
        """Let the scheduled action try these again at once."""
        self.sudo().next_try = fields.Datetime.now()
        self.env.ref("marketplace_connector.ir_cron_orders").sudo()._trigger()

    @api.model
    def _due(self, shop):
        """The problems of the shop whose time to be tried again has come."""
        return self.search(
            [
                ("shop_id", "=", shop.id),
                ("kind", "=", "failure"),
                ("state", "=", "open"),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            limit=200,
        )

    def action_open_order(self):
        """The sales order of the problem."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def action_open_listings(self):
        """The listings of the orders that are not linked to a usable product; none where the problem is solved."""
        listings = self.order_id.order_line.filtered("marketplace_waits_for_product").marketplace_listing_id
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_listing")
        return {**action, "domain": [("id", "in", listings.ids)], "context": {}}

    def _marketplace_shop(self):
        return self.shop_id.sudo()

    def _marketplace_ref(self):
        return self.order_ref

    @api.depends("ship_by", "state", "order_id.marketplace_status")
    def _compute_marketplace_due(self):
        super()._compute_marketplace_due()

    def _marketplace_deadline(self):
        order = self.order_id.sudo()
        return self.ship_by, self.state == "done" or bool(order) and order.marketplace_due == "over"

    @api.model
    def _forget(self, companies, order_refs, texts):
        """Drop what the platforms sent about these orders, and what holds one of the texts."""
        personal = Personal(text for text in texts if len(text) >= SHORTEST_ANYWHERE)
        told = ["|", "|", ("raw_payload", "!=", False), ("details", "!=", False), ("reason", "=", "unforeseen")]
        jobs = self.search([("company_id", "in", companies.ids), "|", ("order_ref", "in", order_refs), *told])
        names = ("raw_payload", "details", "message")
        about = jobs.filtered(lambda job: job.order_ref in order_refs or personal.is_in_any(job, names))
        about.write({"raw_payload": False, "details": False})
        for job in about:
            job.message = personal.cut_from(job.message)

    # === HOUSEKEEPING === #

    @api.model
    def _cron_clean_up(self):
        """Drop what the platforms sent, and labels, after the days set under Privacy; solved problems after 90."""
        now = fields.Datetime.now()
        told = ["|", ("raw_payload", "!=", False), ("details", "!=", False)]
        old = self.search([("create_date", "<", self._raw_kept_since()), *told])
        old.write({"raw_payload": False, "details": False})
        self.search([("state", "=", "done"), ("write_date", "<", now - DONE_KEPT)]).unlink()
        self.env["marketplace.package"]._drop_old_labels()
        self.env["marketplace.call.count"]._sum_up()
        self.env["marketplace.shop"]._announce_stopped_crons()

    @api.model
    def _raw_kept_since(self):
        return fields.Datetime.now() - timedelta(days=self._days_kept(RAW_DAYS_KEY, RAW_DAYS))

    @api.model
    def _days_kept(self, key, usual):
        """The days of a setting under Privacy; the usual ones where it says nothing sensible."""
        days = self.env["ir.config_parameter"].sudo().get_param(key) or ""
        return int(days) if days.isdecimal() and int(days) else usual
