"""What keeps a shop from harm: a sudden fall of most listings to 0 waits, and campaigns that hold too much are told."""

from odoo import fields, models
from odoo.exceptions import UserError

FEWEST_FALLS = 10  # a small shop may well sell out within a day
ALARM = "marketplace_connector.mail_activity_type_stock"


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    stock_fall_count = fields.Integer(
        string="Held back", readonly=True, copy=False, help="Listings that would fall to 0 and wait for a manager."
    )
    stock_fall_allowed = fields.Boolean(readonly=True, copy=False)

    # === MOST WOULD FALL TO 0 === #

    def _falls_held_back(self, due):
        """Those of the due listings that would fall to 0 together with most of the shop, until a manager agrees."""
        Listing = self.env["marketplace.listing"]
        considered = due
        if self.stock_fall_count:
            considered |= Listing.search([("shop_id", "=", self.id), ("stock_state", "=", "waiting")])
        fallen = Listing
        if not self.stock_fall_allowed:
            fallen = self._falling(considered)
        if self.stock_fall_count != len(fallen):
            self.stock_fall_count = len(fallen)
            self._announce_stock()
        return fallen

    def _falling(self, listings):
        """The listings that would fall to 0, where they are most of those that show anything; else none."""
        live = listings.search_count([("shop_id", "=", self.id), ("listed_quantity", ">", 0)])
        showing = listings.filtered("listed_quantity")
        if len(showing) < FEWEST_FALLS or len(showing) * 2 <= live:
            return listings.browse()
        numbers = showing._stock_numbers()
        fallen = showing.filtered(lambda listing: numbers.get(listing) == 0)
        return fallen if len(fallen) >= FEWEST_FALLS and len(fallen) * 2 > live else listings.browse()

    def action_allow_fall(self):
        """*Send Them*: the fall to 0 is right, it is sent."""
        self.ensure_one()
        self.account_id._check_manager()
        self.check_access("write")
        if not self.stock_fall_count:
            raise UserError(self.env._("Nothing is held back."))
        system = self._as_system()
        system.stock_fall_allowed = True
        system.env["marketplace.listing"].search(
            [("shop_id", "=", system.id), ("stock_state", "=", "waiting")]
        ).stock_next_try = False
        self.env.ref("marketplace_connector.ir_cron_stock").sudo()._trigger()
        return self.env["marketplace.job"]._notify(self.env._("The numbers are being sent."), "info")

    # === ACTIVITY === #

    def _announce_stock(self):
        """Keep one activity for the responsible while stock of the shop needs a look."""
        self.ensure_one()
        locked = self.env["marketplace.listing"].search_count([("shop_id", "=", self.id), ("below_locks", "=", True)])
        notes = []
        if self.stock_fall_count:
            notes.append(
                self.env._(
                    "%(count)s listings would fall to 0, most of what the shop shows. Open the shop: look at the list, "
                    "then press Send Them, or put the warehouses right.",
                    count=self.stock_fall_count,
                )
            )
        if locked:
            notes.append(
                self.env._(
                    "Campaigns hold more pieces of %(count)s listings than are free. Get more pieces, or take the "
                    "listings out of the campaign in Seller Center: buyers can order what you do not have.",
                    count=locked,
                )
            )
        oversold = self.env["marketplace.listing"].search_count([("shop_id", "=", self.id), ("oversold", ">", 0)])
        if oversold:
            notes.append(
                self.env._(
                    "More pieces of %(count)s listings are ordered than there are. Get more pieces, or cancel orders "
                    "before they are late: Sold Too Many under Stock on Marketplaces shows them.",
                    count=oversold,
                )
            )
        known = self.activity_search([ALARM])
        note = " ".join(notes)
        if not notes:
            known.unlink()
        elif not known:
            self.activity_schedule(
                ALARM, summary=self.env._("Stock needs a look"), note=note, user_id=self._responsible().id
            )
        elif known[0].note != note:
            known[0].note = note
