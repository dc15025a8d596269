"""How the number of a listing is sent: when, what came of it, and what is to be done about it."""

from collections import defaultdict
from datetime import timedelta
from math import ceil

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..marketplaces.stock import SkuKey
from .marketplace_token import naive

SETTLING = timedelta(minutes=2)  # by which clocks may differ
SOON = timedelta(minutes=5)
LOCK_AGAIN = timedelta(hours=1)
REFUSED_AGAIN = timedelta(days=1)


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    stock_next_try = fields.Datetime(
        string="Looked at again",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When its number is sent again without having changed.",
    )
    below_locks = fields.Boolean(
        string="Less free than locked",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Campaigns of all shops together hold more pieces of the product than are free.",
    )
    oversold = fields.Integer(
        string="Sold too many",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Pieces that buyers have ordered in all shops and that are not there.",
    )

    # === WHICH === #

    @api.model
    def _due_stock(self, shop):
        """The shop's listings whose number is to be looked at, the newest change first."""
        left_over = Domain("stock_state", "=", "waiting") & Domain("stock_next_try", "=", False)
        changed = Domain("stock_marked_at", "!=", False)
        due = Domain.OR([changed, left_over, Domain("stock_next_try", "<=", fields.Datetime.now())])
        return self.search(Domain("shop_id", "=", shop.id) & due, order="stock_marked_at desc nulls last, id")

    def _send_again(self):
        """Let the scheduled action send the numbers of these listings, changed or not."""
        again = {"stock_marked_at": fields.Datetime.now(), "stock_next_try": False, "listed_read_at": False}
        self.sudo().write(again)
        self.env.ref("marketplace_connector.ir_cron_stock").sudo()._trigger()

    def _doubt_stock(self, since):
        """What the marketplace shows of these changed by itself at that moment (naive UTC): unless it was read or sent
        later, their numbers are sent again, changed or not."""
        doubted = self.sudo().filtered(
            lambda listing: listing.listed_read_at and listing.listed_read_at < since + SETTLING
        )
        if doubted:
            doubted.listed_read_at = False
            self.env["marketplace.stock.mark"]._note(listings=doubted)

    def _sku_key(self):
        """The SKU by all its names."""
        self.ensure_one()
        return SkuKey(item_ref=self.item_ref or "", sku_ref=self.sku_ref or "", seller_sku=self.seller_sku or "")

    def _reckon_due_stock(self):
        """The updates to be sent now, the newest change first; what was refused long ago is sent again."""
        now = fields.Datetime.now()
        again = self.filtered(
            lambda listing: (
                not listing.listed_read_at
                or (listing.stock_state == "refused" and listing.stock_next_try and listing.stock_next_try <= now)
            )
        )
        updates = (self - again)._reckon_stock()
        if again:
            updates = (updates | again._reckon_stock(again=True)).sorted(lambda one: (one.marked_at or now, one.id))[
                ::-1
            ]
        settled = self - updates.listing_id
        settled.filtered(lambda one: one.stock_next_try and one.stock_next_try <= now).stock_next_try = False
        settled.filtered(lambda one: one.stock_state == "locked")._wait_for_lock()
        return updates

    def _wait_for_lock(self):
        """Look again when the campaign has ended, or in an hour where the marketplace does not tell."""
        now = fields.Datetime.now()
        for listing in self:
            until = listing.listed_locked_until
            listing.stock_next_try = until if until and until > now else now + LOCK_AGAIN

    def _stock_numbers(self):
        """The pieces that each listing is to show at all places together; without those that are not to be touched."""
        numbers = {}
        for (listing, _place), terms in self._stock_terms().items():
            numbers[listing] = numbers.get(listing, 0) + terms.number
        return numbers

    # === WHAT IS THERE === #

    def _take_listed_stock(self, told):
        """Keep what the marketplace told of the listings' stock: `ListingStock` by listing."""
        now = fields.Datetime.now()
        for listing, stock in told.items():
            listing.write({**listing._listed_values(stock), "listed_read_at": now})

    def _listed_values(self, stock):
        """What the listing keeps of a `ListingStock`: the pieces at places that are not touched are none of ours."""
        touched = {place.ref for place in self.shop_id._stock_places() if place}
        shown = sum(pieces for ref, pieces in stock.by_place if ref in touched) if touched else stock.sellable
        return {
            "listed_quantity": shown,
            "listed_locked": stock.locked,
            "listed_locked_until": naive(stock.locked_until),
        }

    def _look_first(self, client, run):
        """Read what the marketplace shows of those whose number there is in doubt; gives the ones that it told."""
        now = fields.Datetime.now()
        doubtful = self.filtered(
            lambda listing: (
                listing.stock_state == "unknown"
                or listing.shop_id in run.unread
                or (listing.stock_state == "locked" and listing.stock_next_try and listing.stock_next_try <= now)
            )
        )
        read = doubtful._read_stock(client, run.commit)
        for listing in read.filtered(lambda listing: listing.stock_state == "unknown" and not listing.stock_has_places):
            if listing.listed_quantity == listing.stock_update_id.number:
                listing.stock_update_id.result = "accepted"
        return read

    def _read_stock(self, client, commit):
        """Keep what the marketplace shows of the listings; gives those that it told."""
        read = self.browse()
        of_key = {listing.external_key: listing for listing in self}
        for stocks in client.read_stock([listing._sku_key() for listing in self]) if self else ():
            told = {of_key[stock.listing_key]: stock for stock in stocks if stock.listing_key in of_key}
            self._take_listed_stock(told)
            read = read.union(*told)
            commit()
        return read

    # === CAMPAIGNS === #

    def _locked_sentence(self, lock):
        """What a campaign does to the listing's number, and when it is sent."""
        if not self.listed_locked_until:
            return self.env._("Locked by a campaign at %(lock)s. It is tried again every hour.", lock=lock)
        until = format_datetime(self.env, self.listed_locked_until, tz=self.shop_id.tz)
        return self.env._(
            "Locked by a campaign at %(lock)s until %(until)s. It is sent when the campaign has ended.",
            lock=lock,
            until=until,
        )

    def _watch_oversold(self):
        """Note of which of the listings' products more pieces are ordered than there are."""
        updates = self.env["marketplace.stock.update"].search(
            [("listing_id", "in", self.ids), ("is_newest", "=", True)]
        )
        of_listing = updates.grouped("listing_id")
        for listing in self:
            newest = of_listing.get(listing, updates.browse())
            ordered = sum(newest.mapped("outgoing")) + sum(newest.mapped("sold_elsewhere"))
            missing = ceil(max(ordered - sum(newest.mapped("on_hand")), 0))
            if listing.oversold != missing:
                listing.oversold = missing

    def _watch_locks(self):
        """Note which of the listings promise more pieces to campaigns than are free, over all shops."""
        promised = defaultdict(int)
        locked = self.sudo().search([("product_id", "in", self.product_id.ids), ("listed_locked", ">", 0)])
        for listing in locked:
            promised[listing.product_id] += listing._lock_now()
        for listing in self:
            newest = listing.stock_update_id
            free = newest.on_hand - newest.outgoing + newest.incoming - newest.sold_elsewhere
            below = bool(listing._lock_now()) and free < promised[listing.product_id]
            if listing.below_locks != below:
                listing.below_locks = below
