"""*Erase this buyer*: what is personal goes, orders and books stay."""

import logging

from odoo import fields, models
from odoo.exceptions import AccessError

from .personal_texts import drop_files, redact, telling

_logger = logging.getLogger(__name__)


class MarketplaceBuyer(models.Model):
    _inherit = "marketplace.buyer"

    order_count = fields.Integer(string="Orders", compute="_compute_order_count")

    def _compute_order_count(self):
        ours = [("partner_id", "in", self.partner_id.ids), ("marketplace_shop_id", "!=", False)]
        counts = dict(self.env["sale.order"].sudo()._read_group(ours, ["partner_id"], ["__count"]))
        for buyer in self:
            buyer.order_count = counts.get(buyer.partner_id, 0)

    def action_erase(self):
        """Take away for good what Odoo knows of these buyers as persons; say what was done.

        Orders, deliveries, invoices and books stay whole, with a contact that names nobody. Raises UserError while
        something is still to be shipped to one of them.
        """
        self.check_access("unlink")
        if not self.env.su and not self.env.user.has_group("marketplace_connector.group_manager"):
            raise AccessError(self.env._("Only marketplace managers can erase buyers. Ask one of them."))
        buyers = self.sudo()
        orders = buyers._orders()
        orders._marketplace_refuse_to_erase()
        count, others = len(buyers), buyers.partner_id._marketplace_used_otherwise(orders)
        files = buyers._erase(orders, buyers.partner_id - others)
        _logger.info("User %s erased %s marketplace buyers with %s orders", self.env.uid, count, len(orders))
        message = self.env._(
            "Erased buyers: %(buyers)s. Their orders (%(orders)s) stay, without name, address and note; %(files)s "
            "files and labels are deleted. Posted invoices keep their numbers, amounts and files.",
            buyers=count,
            orders=len(orders),
            files=files,
        )
        if others:
            message += " " + self.env._(
                "These contacts are used outside marketplaces too, and were left as they are: %(names)s.",
                names=", ".join(others.mapped("display_name")),
            )
        return self.env["marketplace.job"]._notify(message, "success")

    def _orders(self):
        """The marketplace orders of these buyers."""
        people = self.partner_id.ids
        asked = ["|", ("partner_id", "child_of", people), ("partner_shipping_id", "child_of", people)]
        return self.env["sale.order"].search([("marketplace_shop_id", "!=", False), *asked])

    def _erase(self, orders, partners):
        """Do it, for the contacts `partners`; the number of files that are gone."""
        people = self.env["res.partner"].with_context(active_test=False).search([("id", "child_of", partners.ids)])
        texts = people._marketplace_personal_texts() | telling(orders.mapped("marketplace_buyer_note"))
        companies, invoices = self.company_id, orders.invoice_ids
        self.unlink()
        files = orders._marketplace_forget_buyer() + people._marketplace_forget()
        self.env["marketplace.job"]._forget(companies, orders.mapped("marketplace_order_ref"), texts)
        for records in (orders, orders.picking_ids):
            files += drop_files(records)
            redact(records, texts)
        redact(invoices, texts)
        return files
