from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..models.marketplace_job import RAW_DAYS, RAW_DAYS_KEY
from ..models.marketplace_package_label import LABEL_DAYS, LABEL_DAYS_KEY

LONGEST = 3650


class MarketplacePrivacy(models.TransientModel):
    """What is kept of buyers as persons, how much of it, until when, and why."""

    _name = "marketplace.privacy"
    _inherit = ["marketplace.access.guard"]
    _description = "Privacy of Marketplace Buyers"

    buyer_count = fields.Integer(string="Buyers", compute="_compute_counts")
    label_count = fields.Integer(string="Labels", compute="_compute_counts")
    label_until = fields.Date(string="The oldest label is deleted on", compute="_compute_counts")
    payload_count = fields.Integer(string="Answers of marketplaces", compute="_compute_counts")
    payload_until = fields.Date(string="The oldest answer is deleted on", compute="_compute_counts")
    erased_count = fields.Integer(string="Orders of erased buyers", compute="_compute_counts")
    label_days = fields.Integer(
        string="Keep labels for (days)",
        required=True,
        default=lambda self: self._days(LABEL_DAYS_KEY, LABEL_DAYS),
        help="Labels show the buyer's name and address. They are deleted this many days after they were fetched, once "
        "the parcel has left. A lost label can be fetched again only for some days, so do not choose too few.",
    )
    may_save = fields.Boolean(compute="_compute_may_save")
    raw_days = fields.Integer(
        string="Keep answers for (days)",
        required=True,
        default=lambda self: self._days(RAW_DAYS_KEY, RAW_DAYS),
        help="What a marketplace sent about an order is kept only while that order has a problem, for finding the "
        "reason, and at most this many days.",
    )

    @api.model
    def _days(self, key, usual):
        return self.env["marketplace.job"]._days_kept(key, usual)

    def _compute_display_name(self):
        self.display_name = self.env._("Privacy")

    @api.depends("label_days", "raw_days")
    def _compute_counts(self):
        labelled = self.env["marketplace.package"].search([("label_id", "!=", False)])
        told = self.env["marketplace.job"].sudo()._search([("raw_payload", "!=", False)])
        jobs = self.env["marketplace.job"].search([("id", "in", told)], order="create_date, id")
        oldest = min(labelled.sudo().label_id.mapped("create_date"), default=None)
        for page in self:
            page.buyer_count = self.env["marketplace.buyer"].search_count([])
            page.erased_count = self.env["sale.order"].search_count([("marketplace_erased", "=", True)])
            page.label_count = len(labelled)
            page.label_until = oldest and oldest.date() + timedelta(days=page.label_days)
            page.payload_count = len(jobs)
            page.payload_until = jobs and jobs[0].create_date.date() + timedelta(days=page.raw_days)

    def _compute_may_save(self):
        self.may_save = self.env.is_system()

    @api.constrains("label_days", "raw_days")
    def _check_days(self):
        for page in self:
            if not (1 <= page.label_days <= LONGEST and 1 <= page.raw_days <= LONGEST):
                raise ValidationError(self.env._("Choose between 1 and %(most)s days.", most=LONGEST))

    def write(self, vals):
        """Changed days hold from now on, in all companies."""
        done = super().write(vals)
        if {"label_days", "raw_days"} & vals.keys():
            self._keep_days()
        return done

    def _keep_days(self):
        self._check_manager()
        if not self.env.is_system():
            raise AccessError(
                self.env._("The days hold for all companies: only system administrators can change them. Ask yours.")
            )
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(LABEL_DAYS_KEY, str(self.label_days))
        parameters.set_param(RAW_DAYS_KEY, str(self.raw_days))

    @api.model
    def _open_page(self):
        """The action that shows the page as it is now."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_privacy"),
            "res_id": self.create({}).id,
        }

    def action_save(self):
        """Keep labels and answers for as many days from now on, in all companies."""
        self._keep_days()
        return self.env["marketplace.job"]._notify(self.env._("Saved: the next cleaning up goes by that."), "success")

    def action_clean_up(self):
        """Delete at once what is older."""
        self._check_manager()
        self.env["marketplace.job"].sudo()._cron_clean_up()
        return self.env["marketplace.job"]._notify(self.env._("What is older is deleted."), "success")

    def _check_manager(self):
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("marketplace_connector.group_manager"):
            raise AccessError(self.env._("Only marketplace managers can change this. Ask one of them."))

    def action_open_buyers(self):
        """The buyers who have contacts."""
        return self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_buyer")

    def action_open_labels(self):
        """The packages whose labels are kept."""
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_package")
        return {**action, "domain": [("label_id", "!=", False)], "context": {}}

    def action_open_answers(self):
        """The problems with which an answer of a marketplace is kept."""
        kept = self.env["marketplace.job"].sudo().search([("raw_payload", "!=", False)])
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_job")
        return {**action, "domain": [("id", "in", kept.ids)], "context": {}}
