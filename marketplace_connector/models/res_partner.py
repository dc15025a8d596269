from odoo import Command, fields, models

from .personal_texts import WRITTEN, drop_files, drop_messages, drop_sendings, telling, written_fields

KEPT = {"lang", "tz", "type", "name"}
OF_MANY = {"city", "street2"}  # with which one finds half of all messages


class ResPartner(models.Model):
    _inherit = "res.partner"

    marketplace_buyer_ids = fields.One2many("marketplace.buyer", "partner_id", string="Marketplace buyers")

    def _marketplace_family(self):
        """The contacts with all addresses below them, archived ones too."""
        return self.with_context(active_test=False).search([("id", "child_of", self.ids)])

    def _marketplace_used_otherwise(self, orders):
        """Those of the contacts that people use, or an address below them, beside these orders of marketplaces."""
        family = self._marketplace_family()
        used = family.filtered("user_ids")
        for model, ours, names in (
            ("sale.order", orders, ("partner_id", "partner_invoice_id", "partner_shipping_id")),
            ("account.move", orders.invoice_ids, ("partner_id", "partner_shipping_id")),
            ("stock.picking", orders.picking_ids, ("partner_id",)),
        ):
            with_them = fields.Domain.OR([(name, "in", family.ids)] for name in names)
            records = self.env[model].search(with_them & fields.Domain("id", "not in", ours.ids))
            if model == "account.move":
                records = records.filtered(lambda move: move.is_invoice(include_receipts=True))
            for name in names:
                used |= records[name] & family
        above = used
        while above:
            above = above.parent_id - used
            used |= above
        return self & used

    def _marketplace_personal_texts(self):
        names = {*written_fields(self, *WRITTEN), "name"} - OF_MANY - (KEPT - {"name"})
        return telling(partner[name] for partner in self for name in names)

    def _marketplace_name_parts(self, shops):
        """The words of the contacts' names, without names that were made for hidden ones from the shop's."""
        names = [name for name in self.mapped("name") if name and not any(shop.name in name for shop in shops)]
        return telling(word for name in names for word in name.split())

    def _marketplace_namesakes(self, shops):
        """Other contacts of the same name: copies that people may have made."""
        names = [name for name in self.mapped("name") if name and not any(shop.name in name for shop in shops)]
        same = [("name", "in", names), ("id", "not in", self.ids)]
        return self.with_context(active_test=False).search(same) if names else self.browse()

    def _marketplace_forget(self, personal):
        """Leave archived contacts without a name or an address; the number of files that are gone."""
        silent = self.with_context(tracking_disable=True, active_test=False)
        names = set(written_fields(self, *WRITTEN, "binary")) - KEPT
        blank = {
            **dict.fromkeys(names, False),
            "state_id": False,
            "category_id": [Command.clear()],
            "partner_latitude": 0.0,
            "partner_longitude": 0.0,
            "properties": {},
            "active": False,
        }
        silent._marketplace_forget_banks()
        for partner in silent:
            partner.write({**blank, "name": self.env._("Erased buyer %(number)s", number=partner.id)})
        in_each = [name for name in names if self._fields[name].company_dependent]
        for company in self.env["res.company"].search([("active", "in", (True, False))]):
            silent.with_company(company).write(dict.fromkeys(in_each, False))
        drop_messages(self)
        drop_sendings(self.env, self, self.env["mail.message"], personal)
        return drop_files(self)

    def _marketplace_forget_banks(self):
        banks = self.bank_ids
        for bank in banks:
            bank.write({"acc_number": self.env._("Erased %(number)s", number=bank.id), "acc_holder_name": False})
        banks.action_archive()
        drop_messages(banks)
