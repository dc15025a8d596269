from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    marketplace_buyer_ids = fields.One2many("marketplace.buyer", "partner_id", string="Marketplace buyers")
