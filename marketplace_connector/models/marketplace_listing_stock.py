"""The stock of a SKU: what buyers see of it at the marketplace."""

from odoo import fields, models


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    listed_quantity = fields.Integer(
        string="Stock there", readonly=True, help="Pieces that buyers could buy when it was last read or sent."
    )
    listed_locked = fields.Integer(
        string="Locked by a campaign", readonly=True, help="Pieces that a campaign holds: no number below is accepted."
    )
    listed_locked_until = fields.Datetime(string="Locked until", readonly=True)
    listed_read_at = fields.Datetime(
        string="Stock there known", readonly=True, help="When the number there was last read or sent. Empty: never."
    )
