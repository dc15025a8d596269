"""*Erase this buyer*: what is personal goes, orders and books stay."""

import logging

from odoo import fields, models
from odoo.exceptions import AccessError

from .personal_texts import Personal, drop_files, redact, telling

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
        buyers |= buyers.partner_id.marketplace_buyer_ids  # contacts that were merged are one person
        orders = buyers._orders()
        orders._marketplace_refuse_to_erase()
        partners, shops = buyers.partner_id, orders.marketplace_shop_id
        others = partners._marketplace_used_otherwise(orders)
        namesakes = (partners - others)._marketplace_family()._marketplace_namesakes(shops)
        count, elsewhere = len(buyers), buyers._companies_elsewhere() & self.env.user.company_ids
        files, kept = buyers._erase(orders, partners - others)
        _logger.info("User %s erased %s marketplace buyers with %s orders", self.env.uid, count, len(orders))
        told = [
            self.env._(
                "Erased buyers: %(buyers)s. Their orders (%(orders)s) stay, without name, address and note; %(files)s "
                "files and labels are deleted. Posted invoices keep their numbers, amounts and files.",
                buyers=count,
                orders=len(orders),
                files=files,
            ),
            *self._what_is_left(others, elsewhere, kept, namesakes),
        ]
        answer = self.env["marketplace.job"]._notify(" ".join(told), "success" if len(told) == 1 else "warning")
        if namesakes:
            answer["params"]["next"] = self._open_namesakes(namesakes)
        return answer

    def _what_is_left(self, others, elsewhere, kept, namesakes):
        """The sentences about what a person has to look at."""
        if others:
            yield self.env._(
                "These contacts are used outside marketplaces too, and were left as they are: %(names)s.",
                names=", ".join(others.mapped("display_name")),
            )
        if elsewhere:
            yield self.env._(
                "The same persons have bought from %(companies)s too: erase them there as well.",
                companies=", ".join(elsewhere.mapped("name")),
            )
        if kept:
            yield self.env._(
                "The restricted audit trail of the books keeps %(count)s notes about posted invoices.", count=len(kept)
            )
        if namesakes:
            yield self.env._(
                "Contacts of the same name that are no buyers: %(count)s. See whether they are the same person.",
                count=len(namesakes),
            )

    def _open_namesakes(self, namesakes):
        action = self.env["ir.actions.act_window"]._for_xml_id("base.action_partner_form")
        return {**action, "domain": [("id", "in", namesakes.ids)], "context": {"active_test": False}}

    def _orders(self):
        """The marketplace orders of these buyers."""
        people = self.partner_id._marketplace_family().ids
        names = ("partner_id", "partner_invoice_id", "partner_shipping_id")
        theirs = fields.Domain.OR([(name, "in", people)] for name in names)
        return self.env["sale.order"].search(theirs & fields.Domain("marketplace_shop_id", "!=", False))

    def _companies_elsewhere(self):
        """The other companies from which the same persons have bought at the same marketplaces."""
        keys = {(buyer.provider, buyer.site, buyer.buyer_hash) for buyer in self}
        same = self.search([("buyer_hash", "in", self.mapped("buyer_hash")), ("id", "not in", self.ids)])
        same = same.filtered(lambda buyer: (buyer.provider, buyer.site, buyer.buyer_hash) in keys)
        return same.company_id - self.company_id

    def _erase(self, orders, partners):
        """Do it, for the contacts `partners`; how many files are gone, and the messages that have to stay."""
        people = partners._marketplace_family()
        texts = people._marketplace_personal_texts() | telling(orders.mapped("marketplace_buyer_note"))
        words = people._marketplace_name_parts(orders.marketplace_shop_id)
        said = telling(orders.mapped("marketplace_cancel_reason"))
        personal = Personal(texts | words | said)
        companies, kept = self.company_id | orders.company_id, self.env["mail.message"]
        self.unlink()
        files = orders._marketplace_forget_buyer() + people._marketplace_forget(personal)
        self.env["marketplace.job"]._forget(companies, orders.mapped("marketplace_order_ref"), texts)
        for records in (orders, orders.picking_ids):
            files += drop_files(records)
        for records in (orders, orders.picking_ids, orders.invoice_ids):
            kept |= redact(records, people, personal)
        orders._marketplace_blank(Personal(texts | words))
        return files, kept
