"""Telling a marketplace the numbers of the invoices, where it wants to know them."""

from odoo import models


class MarketplaceJob(models.Model):
    _inherit = "marketplace.job"

    def _do_invoice(self, shop, client):
        """Tell the numbers of the orders' posted invoices."""
        numbers = {job: job.order_id._marketplace_posted_invoice().name for job in self}
        told = self.filtered(lambda job: numbers[job])
        (self - told)._close()
        outcomes = client.set_invoice_numbers([(job.order_ref, numbers[job]) for job in told]) if told else []
        for job, outcome in zip(told, outcomes, strict=True):
            job._settle(outcome.error)
