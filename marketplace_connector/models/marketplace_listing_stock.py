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
    stock_marked_at = fields.Datetime(
        readonly=True, index="btree_not_null", copy=False, help="Since when its number is to be looked at again."
    )
    own_stock_rule = fields.Boolean(
        string="Own stock rule", help="The numbers below hold for this SKU, not those of the shop."
    )
    stock_share = fields.Float(string="Share (%)", default=100, help="How much of the free stock the SKU shows.")
    stock_buffer = fields.Integer(string="Keep back", help="Pieces that the SKU never shows.")
    stock_has_cap = fields.Boolean(string="Upper limit", help="Never show more than a number of pieces of the SKU.")
    stock_cap = fields.Integer(string="At most", help="The most pieces that the SKU shows.")
    stock_update_ids = fields.One2many("marketplace.stock.update", "listing_id", string="Numbers sent")
    stock_update_id = fields.Many2one(
        "marketplace.stock.update", string="Newest number", readonly=True, copy=False, ondelete="set null"
    )
    stock_state = fields.Selection(related="stock_update_id.result", string="Stock", store=True, index=True)
    stock_skip = fields.Selection(
        [
            ("no_warehouse", "No warehouse counts for the shop"),
            ("by_platform", "Kept by the marketplace"),
            ("is_bundle", "Bundle at the marketplace"),
            ("gone", "Gone from the catalogue"),
            ("banned", "Banned by the marketplace"),
            ("ignored", "Ignored"),
            ("unlinked", "Not linked to a product"),
            ("archived", "Product archived"),
            ("not_stored", "Odoo keeps no stock of the product"),
        ],
        string="Not sent because",
        compute="_compute_stock_skip",
        help="Why the marketplace's number is left as it is.",
    )

    _stock_share_sane = models.Constraint(
        "CHECK (stock_share >= 0 AND stock_share <= 100)", "The share of the stock is between 0 and 100 %."
    )
    _stock_buffer_sane = models.Constraint("CHECK (stock_buffer >= 0)", "The pieces kept back cannot be below 0.")
    _stock_cap_sane = models.Constraint("CHECK (stock_cap >= 0)", "The upper limit cannot be below 0.")

    def _compute_stock_skip(self):
        self.stock_skip = False

    def _stock_terms(self):
        """What the number of each listing follows from now: `StockTerms` by (listing, place); nothing is written.

        The place is empty where the shop has none. A listing that is not to be touched is not in it.
        """
        return {}

    def _reckon_stock(self):
        """Keep what has changed of the listings' numbers, as updates; gives those to be sent, newest mark first."""
        return self.env["marketplace.stock.update"]
