"""What would become of a listing's number, for the preview."""

from odoo import models

RANKS = ("zero", "down", "up", "same", "skipped")


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    def _preview_values(self, reckoned):
        """The listing's line of a preview; `reckoned` is what its number follows from at each place, None where it is
        not touched."""
        self.ensure_one()
        number = sum(one.terms.number for one in reckoned or ())
        change = self._preview_change(number) if reckoned else "skipped"
        return {
            "listing_id": self.id,
            "product_id": self.product_id.id,
            "there": self.listed_quantity,
            "is_known": bool(self.listed_read_at),
            "number": number,
            "change": change,
            "rank": RANKS.index(change),
            "why": self._preview_reason(number, reckoned),
        }

    def _preview_change(self, number):
        if self.listed_read_at and number == self.listed_quantity:
            return "same"
        if not number:
            return "zero"
        return "up" if number > self.listed_quantity else "down"

    def _preview_reason(self, number, reckoned):
        if not reckoned:
            return dict(self._fields["stock_skip"]._description_selection(self.env)).get(self.stock_skip)
        lock = self._lock_now()
        if number < lock:
            return self._locked_sentence(lock)
        updates = (
            self.env["marketplace.stock.update"].new({"listing_id": self.id, **one.values()}) for one in reckoned
        )
        return " + ".join(update.explanation for update in updates)
