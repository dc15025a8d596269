"""What comes of a number that was reckoned: sent, kept back, taken or refused by the marketplace."""

from odoo import api, fields, models

from ..marketplaces.stock import StockUpdate
from .marketplace_listing_sending import LOCK_AGAIN, REFUSED_AGAIN, SOON

WORST_FIRST = ("refused", "unknown", "locked", "accepted")


class MarketplaceStockUpdate(models.Model):
    _inherit = "marketplace.stock.update"

    def _as_told(self):
        """The number as the client sends it."""
        self.ensure_one()
        place = self.place_id.ref or ""
        return StockUpdate(key=self.listing_id._sku_key(), quantity=self.number, place_ref=place)

    def _total(self):
        """The pieces that the listing is to show at all its places together."""
        if not self.place_id:
            return self.number
        return sum(self.listing_id.stock_update_ids.filtered("is_newest").mapped("number"))

    # === KEPT BACK === #

    def _keep_back(self, read, held_back, run):
        """Those that are not sent now; each says why. `read` are listings whose number there was looked at just now."""
        sharing = run.unread_sharing(self.listing_id)
        refused = self.env["marketplace.job"]._open_stock(self.listing_id)
        kept = self.browse()
        for listing, updates in self.grouped("listing_id").items():
            number = updates._total()
            reason = (
                updates._locked(listing, number)
                or updates._refused_before(listing, number, refused.get(listing))
                or updates._held_back(number, listing in held_back)
                or (listing in sharing and updates._not_raised(listing, number, listing in read, run))
            )
            if reason:
                result, message, next_try = reason
                updates.write({"result": result, "message": message, "locked": listing._lock_now()})
                listing.write({"stock_marked_at": False, "stock_next_try": next_try})
                kept |= updates
        return kept

    def _locked(self, listing, number):
        lock = listing._lock_now()
        if number >= lock:
            return None
        again = listing.listed_locked_until or fields.Datetime.now() + LOCK_AGAIN
        return "locked", listing._locked_sentence(lock), again

    def _refused_before(self, listing, number, problem):
        """The same number was refused: it is not sent again before its time."""
        waits = listing.stock_next_try and listing.stock_next_try > fields.Datetime.now()
        if not (problem and waits and problem.refused_number == number):
            return None
        return "refused", problem.message, listing.stock_next_try

    def _held_back(self, number, is_held):
        if number or not is_held:
            return None
        message = self.env._("Most of the shop would fall to 0. It waits until a manager has looked at it.")
        return "waiting", message, fields.Datetime.now() + SOON

    def _not_raised(self, listing, number, is_read, run):
        """Pieces may have been sold that Odoo does not know of."""
        known = is_read if listing.shop_id in run.unread else listing.listed_read_at
        if known and number < listing.listed_quantity:
            return None
        message = self.env._(
            "Not raised: the orders of %(shops)s are not all in Odoo. It goes on by itself when they are; see Problems "
            "and the shop.",
            shops=", ".join(run.unread.mapped("name")),
        )
        return "waiting", message, fields.Datetime.now() + SOON

    # === ANSWERED === #

    @api.model
    def _take_outcomes(self, shop, answers):
        """Write what came of the updates: pairs of an update and its `StockOutcome`."""
        of_listing = {}
        for update, outcome in answers:
            of_listing.setdefault(update.listing_id, []).append((update, outcome))
        refusals, taken = [], self.env["marketplace.listing"]
        for listing, pairs in of_listing.items():
            outcome = min((outcome for _update, outcome in pairs), key=lambda one: WORST_FIRST.index(one.result))
            updates = self.union(*(update for update, _outcome in pairs))
            listing.write(updates._listing_values(listing, outcome))
            for update, answer in pairs:
                update.write(update._answer_values(listing, answer))
            if outcome.result == "refused":
                refusals.append((listing, updates._total(), self._reason_told(outcome)))
            else:
                taken |= listing
        self.env["marketplace.job"]._record_stock(shop, refusals)
        self.env["marketplace.job"]._solve_stock(taken)

    def _listing_values(self, listing, outcome):
        """What the listing keeps of the worst outcome of its updates."""
        now = fields.Datetime.now()
        values = {"stock_next_try": False}
        if outcome.stock:
            values |= {**listing._listed_values(outcome.stock), "listed_read_at": now}
        elif outcome.result == "accepted":
            values |= {"listed_quantity": self._total(), "listed_read_at": now}
        elif outcome.result != "refused":
            values["listed_read_at"] = False
        if outcome.result == "refused":
            values["stock_next_try"] = now + REFUSED_AGAIN
        elif outcome.result == "unknown":
            values["stock_next_try"] = now + SOON
        elif outcome.result == "locked":
            until = values.get("listed_locked_until")
            values["stock_next_try"] = until if until and until > now else now + LOCK_AGAIN
        return values

    def _answer_values(self, listing, outcome):
        message = self._reason_told(outcome)
        lock = outcome.stock.locked if outcome.stock else 0
        if outcome.result == "locked" and lock:
            message = listing._locked_sentence(lock)
        now = fields.Datetime.now()
        return {"result": outcome.result, "message": message, "locked": lock, "sent_at": now}

    def _pass_over(self, unanswered, error):
        """The call that begins with this update had no answer that can be understood: the others come first now."""
        batch = self.shop_id._capabilities().stock_batch
        item = self.listing_id.item_ref
        with_it = unanswered[:batch] | unanswered.filtered(lambda one: item and one.listing_id.item_ref == item)
        with_it.write({"result": "unknown", "message": str(error)[:300], "sent_at": fields.Datetime.now()})
        with_it.listing_id.write({"listed_read_at": False, "stock_next_try": fields.Datetime.now() + SOON})

    @api.model
    def _reason_told(self, outcome):
        """The platform's own words, with its code."""
        return " ".join(filter(None, (outcome.message, outcome.code and f"[{outcome.code}]"))) or False
