"""Listings whose number at the marketplace was another one than Odoo had sent."""

from odoo import fields, models

AGREED = ("accepted", "unchanged")


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    stock_seen_at = fields.Datetime(
        string="Compared", readonly=True, copy=False, help="When the number there was last read and compared."
    )
    stock_drift_at = fields.Datetime(
        string="Differed",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the marketplace last showed another number than Odoo had sent, until both agree at the next look.",
    )
    stock_drift_there = fields.Integer(readonly=True, copy=False)
    stock_drift_here = fields.Integer(readonly=True, copy=False)
    stock_drift_text = fields.Char(string="Drift", compute="_compute_stock_drift_text")

    def _compute_stock_drift_text(self):
        for listing in self:
            listing.stock_drift_text = listing.stock_drift_at and self.env._(
                "It showed %(there)s, %(here)s was sent again.",
                there=listing.stock_drift_there,
                here=listing.stock_drift_here,
            )

    def _shown_numbers(self):
        """The numbers that may have been sent: some platforms leave out of what they show what a campaign holds."""
        return self.listed_quantity, self.listed_quantity + self._lock_now()

    def _agrees(self, number):
        if self.listed_quantity != number:
            self.listed_quantity = number
        if self.stock_drift_at:
            self.stock_drift_at = False

    def _compare_stock(self, run):
        """Mark those of these listings, just read, that show another number than they should.

        Orders are fetched first: what was sold before the read has lowered Odoo's number too. What changed since is
        sent anyway, and is no drift.
        """
        run.read_orders(at_once=True)
        self.invalidate_recordset(["stock_marked_at"])
        numbers = self._stock_numbers()
        now = fields.Datetime.now()
        known = self - run.unread_sharing(self)
        for listing in known.filtered(lambda listing: listing in numbers):
            number = numbers[listing]
            if number in listing._shown_numbers():
                listing._agrees(number)
            elif not listing.stock_marked_at and number >= listing._lock_now():
                values = {"stock_marked_at": now, "listed_read_at": False}
                if listing.stock_state in AGREED:
                    there = {"stock_drift_there": listing.listed_quantity, "stock_drift_here": number}
                    values |= {"stock_drift_at": now, **there}
                listing.write(values)
        self._watch_locks()
        self._watch_oversold()
        if known.filtered("stock_marked_at"):
            self.env.ref("marketplace_connector.ir_cron_stock").sudo()._trigger()
