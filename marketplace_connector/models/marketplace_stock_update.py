"""The numbers that were reckoned for a listing, with all they follow from."""

from odoo import api, fields, models

KEPT_DAYS = 90
AT_ONCE = 10_000  # rows that are dropped in one go


class MarketplaceStockUpdate(models.Model):
    """How many pieces of a listing buyers may buy, why, and what came of telling the marketplace."""

    _name = "marketplace.stock.update"
    _inherit = ["marketplace.access.guard"]
    _description = "Marketplace Stock Update"
    _order = "id desc"
    _rec_name = "listing_id"

    listing_id = fields.Many2one("marketplace.listing", required=True, readonly=True, index=True, ondelete="cascade")
    place_id = fields.Many2one(
        "marketplace.stock.place",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The place at the marketplace that the number is for; empty where it knows one stock only.",
    )
    shop_id = fields.Many2one(related="listing_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="listing_id.company_id", store=True, index=True)
    product_id = fields.Many2one("product.product", readonly=True, index=True, ondelete="cascade")
    is_newest = fields.Boolean(readonly=True, default=True)
    on_hand = fields.Float(readonly=True, digits="Product Unit", help="In the warehouses that count for the shop.")
    outgoing = fields.Float(
        string="To deliver",
        readonly=True,
        digits="Product Unit",
        help="What all open moves out of these warehouses will take, reserved or not.",
    )
    incoming = fields.Float(
        string="To come",
        readonly=True,
        digits="Product Unit",
        help="What open receipts will bring; 0 where the shop does not count it.",
    )
    share = fields.Float(string="Share (%)", readonly=True, default=100)
    buffer = fields.Integer(string="Kept back", readonly=True)
    sold_elsewhere = fields.Integer(
        string="Sold, not in Odoo",
        readonly=True,
        help="Pieces in orders of all shops that Odoo has no delivery for yet: not paid, held by the marketplace, or "
        "waiting for somebody to solve a problem.",
    )
    has_cap = fields.Boolean(readonly=True)
    cap = fields.Integer(string="At most", readonly=True)
    kept_for_id = fields.Many2one(
        "marketplace.listing",
        string="Last pieces kept for",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The listing in another shop, or in this one, that goes on showing the last pieces of the product.",
    )
    scarcest_id = fields.Many2one(
        "product.product",
        string="Scarcest component",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The component of the kit that allows the fewest kits. On hand, to deliver and to come are told in kits.",
    )
    number = fields.Integer(readonly=True, help="The pieces that buyers may buy.")
    cause = fields.Selection(
        [
            ("free", "Free stock"),
            ("capped", "Upper limit"),
            ("none_left", "None left"),
            ("kept_for_another", "Last pieces kept for another listing"),
        ],
        readonly=True,
    )
    result = fields.Selection(
        [
            ("waiting", "To be sent"),
            ("accepted", "Sent"),
            ("unchanged", "Shown already"),
            ("locked", "Locked by a campaign"),
            ("refused", "Refused"),
            ("unknown", "Not known whether it was set"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    message = fields.Char(string="Answer", readonly=True)
    locked = fields.Integer(string="Locked by a campaign", readonly=True)
    marked_at = fields.Datetime(readonly=True, help="When what it follows from changed.")
    reckoned_at = fields.Datetime(string="Reckoned", readonly=True, default=fields.Datetime.now)
    sent_at = fields.Datetime(string="Sent", readonly=True)

    _newest_unique = models.UniqueIndex(
        "(listing_id, COALESCE(place_id, 0)) WHERE is_newest", "A listing has one newest number."
    )
    _waiting = models.Index("(shop_id) WHERE result = 'waiting'")

    # === RECKONING === #

    def _is_outdated(self, values):
        """Whether the values, as of a new number, say anything else than this newest one of the listing; True for none.

        One whose answer was lost, or that the marketplace no longer shows, is to be sent again.
        """
        if not self:
            return True
        listing = self.listing_id
        drifted = not self.place_id and self.result in ("accepted", "unchanged") and listing.listed_read_at
        if self.result == "unknown" or (drifted and listing.listed_quantity != self.number):
            return True
        return any(self._says(name) != value for name, value in values.items() if name != "marked_at")

    def _says(self, name):
        return self._fields[name].convert_to_write(self[name], self)

    def _replace(self):
        """Make room for newer numbers."""
        replaced = self - self._drop_unsent()
        replaced.is_newest = False
        replaced.flush_recordset(["is_newest"])  # before the index sees the newer ones

    def _drop_unsent(self):
        """A number that was never sent is no part of the history; gives those that are gone."""
        unsent = self.filtered(lambda update: update.result == "waiting")
        unsent.unlink()
        return unsent

    # === HOUSEKEEPING === #

    @api.autovacuum
    def _gc_replaced(self):
        """Drop what was replaced by newer numbers more than 90 days ago; the newest of a listing stays."""
        old = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        replaced = self.search([("is_newest", "=", False), ("reckoned_at", "<", old)], limit=AT_ONCE)
        replaced.unlink()
        return len(replaced), len(replaced) == AT_ONCE
