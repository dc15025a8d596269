"""Why a parcel needs a person: the marketplace's status, or an act for it that waits for one."""

from odoo import api, fields, models

from .marketplace_manual import OF_ACTS, REASONS


class MarketplacePackage(models.Model):
    _inherit = "marketplace.package"

    platform_reason = fields.Selection(REASONS, readonly=True, help="Why the marketplace's status needs a person.")
    manual_reason = fields.Selection(
        REASONS,
        string="Manual handling",
        compute="_compute_manual_reason",
        store=True,
        index="btree_not_null",
        help="Why a person has to see to the package.",
    )

    @api.depends("status", "platform_reason", "job_ids.is_problem", "job_ids.reason", "job_ids.act")
    def _compute_manual_reason(self):
        for package in self:
            reason = False
            if package.status == "manual":
                reason = package.platform_reason or "unknown_status"
            elif package.status in ("pending", "confirmed", "ready_to_ship"):
                reason = package.job_ids._manual_reason()
            package.manual_reason = reason

    def _awaits_new_pickup(self):
        """Whether the courier failed to collect it, and comes again once that is arranged."""
        return self.platform_reason == "not_collected"


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    def _manual_reason(self):
        """Why an act among these needs a person, or False."""
        waiting = self.filtered(lambda job: job.kind == "act" and job.is_problem)[:1]
        if not waiting:
            return False
        if waiting.act == "label":
            return "no_label"
        return waiting.reason if waiting.reason in OF_ACTS else "refused"

    @api.model_create_multi
    def create(self, vals_list):
        jobs = super().create(vals_list)
        jobs.filtered("is_problem")._tell_deliveries()
        return jobs

    def write(self, vals):
        before = self.filtered("is_problem")
        result = super().write(vals)
        after = self.filtered("is_problem")
        if before or after:
            (before | after)._tell_deliveries()
        return result

    def _tell_deliveries(self):
        """Let the deliveries of acts, or their orders, show that they need a person or do not any more.

        While a batch of acts is done, that waits for its end.
        """
        if self.env.context.get("marketplace_told_later"):
            return
        acts = self.filtered(lambda job: job.kind == "act")
        orders = (acts.picking_id | acts.package_id.picking_id).sale_id | acts.package_id.order_id
        orders._marketplace_announce_all()
