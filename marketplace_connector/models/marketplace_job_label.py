"""Labels as acts: fetched as soon as there is a number, asked for again while they are being made."""

from odoo import models
from odoo.exceptions import AccessError

from ..marketplaces.errors import HostNotAllowed, MarketplaceError, ServerError
from .marketplace_account import LABEL_HOSTS
from .marketplace_job_acts import MOST_ATTEMPTS, PASSING
from .marketplace_package_label import LEFT


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    def _do_label(self, shop, client):
        """Fetch the labels of the packages that still need one."""
        needed = self.filtered(lambda job: job.package_id._needs_label())
        (self - needed)._close()
        if not needed:
            return
        labels = client.fetch_labels([(job.order_ref, job.package_id._as_told()) for job in needed])
        for job, label in zip(needed, labels, strict=True):
            job._take_label(label)

    def _take_label(self, label):
        """Keep the label, or say why there is none and when it is asked for again."""
        error = label.error
        if label.content:
            try:
                self.package_id._attach_label(label)
                return self._settle()
            except MarketplaceError as unusable:
                error = unusable
        settled = error or ServerError(self.env._("The label is still being made."))
        if self.package_id.status in LEFT and (not isinstance(settled, PASSING) or self.attempts >= MOST_ATTEMPTS):
            self.package_id._note_missed_labels()
            return self._close()
        self._settle(settled)
        if error is None:
            self.write(self._still_being_made())
        elif isinstance(error, HostNotAllowed):
            self.write(self._of_unknown_host(error.host))
        return None

    def _still_being_made(self):
        if self.next_try:
            message = self.env._("Label: the marketplace is still making it. It is asked for again by itself.")
            return {"reason": "queued", "message": message}
        return {
            "reason": "no_label",
            "message": self.env._(
                "The marketplace has made no label for package %(package)s. Press Retry; if none comes, print it in "
                "Seller Center.",
                package=self.package_id.package_ref,
            ),
        }

    def _of_unknown_host(self, host):
        return {
            "reason": "label_host",
            "arguments": {"host": host},
            "message": self.env._(
                "The label lies at %(host)s, and labels are not fetched from there. If it belongs to the marketplace, "
                "a system administrator can press “Allow this host” on this problem.",
                host=host,
            ),
        }

    def action_allow_label_host(self):
        """Fetch labels from the hosts of these problems from now on, beginning with those that were refused."""
        self.check_access("read")
        if not self.env.is_system():
            raise AccessError(self.env._("Only system administrators can allow a host. Ask yours."))
        refused = self.search([("reason", "=", "label_host"), ("state", "=", "open")])
        hosts = sorted({job.arguments["host"] for job in self & refused})
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(LABEL_HOSTS, ", ".join([parameters.get_param(LABEL_HOSTS) or "", *hosts]).strip(", "))
        refused.filtered(lambda job: job.arguments["host"] in hosts).sudo().action_retry()
        return self._notify(
            self.env._("Labels are fetched from %(hosts)s from now on.", hosts=", ".join(hosts)), "success"
        )
