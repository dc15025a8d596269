from odoo import fields, models

from .personal_texts import drop_files, telling

KEPT = {"lang", "tz", "type", "name"}
OF_MANY = {"city", "street2"}  # with which one finds half of all messages


class ResPartner(models.Model):
    _inherit = "res.partner"

    marketplace_buyer_ids = fields.One2many("marketplace.buyer", "partner_id", string="Marketplace buyers")

    def _marketplace_used_otherwise(self, orders):
        """Those of the contacts that people use beside these orders of marketplaces."""
        sold = self.env["sale.order"].search([("partner_id", "in", self.ids), ("id", "not in", orders.ids)])
        moves = self.env["account.move"].search(
            [("partner_id", "in", self.ids), ("id", "not in", orders.invoice_ids.ids)]
        )
        moves = moves.filtered(lambda move: move.is_invoice(include_receipts=True))
        used = sold.partner_id | moves.partner_id
        return self.filtered(lambda partner: partner in used or partner.with_context(active_test=False).user_ids)

    def _marketplace_written_fields(self):
        """The names of the fields with what people write about a contact."""
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.type in ("char", "text", "html", "binary")
            and name not in KEPT
            and not field.related
            and not (field.compute and field.readonly)
        ]

    def _marketplace_personal_texts(self):
        written = set(self._marketplace_written_fields()) - OF_MANY
        names = [name for name in written if self._fields[name].type != "binary"]
        return telling(partner[name] for partner in self for name in (*names, "name"))

    def _marketplace_forget(self):
        """Leave archived contacts without a name or an address; the number of files that are gone."""
        blank = dict.fromkeys(self._marketplace_written_fields(), False)
        for partner in self:
            name = self.env._("Erased buyer %(number)s", number=partner.id)
            partner.write({**blank, "name": name, "state_id": False, "active": False})
        self.env["mail.message"].search([("model", "=", self._name), ("res_id", "in", self.ids)]).unlink()
        self.with_context(active_test=False).activity_ids.unlink()
        return drop_files(self)
