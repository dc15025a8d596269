"""The stock of a SKU: what buyers see of it at the marketplace."""

from collections import Counter

from odoo import api, fields, models

WATCHED = {
    "product_id",
    "by_platform",
    "is_bundle",
    "listing_status",
    "ignored",
    "listed_locked",
    "listed_locked_until",
    "own_stock_rule",
    "stock_share",
    "stock_buffer",
    "stock_has_cap",
    "stock_cap",
}


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
    sold_unit_ids = fields.One2many("marketplace.sold.unit", "listing_id", string="Sold, not in Odoo")
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

    @api.model_create_multi
    def create(self, vals_list):
        listings = super().create(vals_list)
        listings._mark_stock()
        return listings

    def write(self, vals):
        changed = self.filtered(
            lambda listing: any(listing._differs(name, vals[name]) for name in WATCHED & vals.keys())
        )
        changed._mark_stock()
        result = super().write(vals)
        changed._mark_stock()
        return result

    def unlink(self):
        self._mark_stock()
        return super().unlink()

    def _differs(self, name, value):
        return self._fields[name].convert_to_write(self[name], self) != value

    def _mark_stock(self):
        """Have the numbers looked at again, and those of the product's other listings: they may have left the last
        pieces to these, or have to leave them now."""
        if self:
            self.env["marketplace.stock.mark"]._note(products=self.product_id, listings=self)

    # === WHAT IS NOT TOUCHED === #

    @api.depends(
        "by_platform",
        "is_bundle",
        "listing_status",
        "ignored",
        "product_id.active",
        "product_id.is_storable",
        "shop_id.stock_warehouse_ids",
        "shop_id.stock_place_ids.warehouse_ids",
    )
    def _compute_stock_skip(self):
        for company, listings in self.sudo().grouped("company_id").items():
            skips = listings._stock_skips(listings.product_id._marketplace_kit_parts(company))
            for listing in listings:
                listing.stock_skip = skips[listing]

    def _stock_skips(self, kits):
        """Why each listing's number is not touched, False where it is: {listing: reason}.

        `kits` are the parts of those of their products that are kits.
        """
        counted = {shop: bool(shop._stock_places()) for shop in self.shop_id}
        return {listing: listing._stock_skip_reason(kits, counted[listing.shop_id]) for listing in self}

    def _stock_skip_reason(self, kits, has_warehouses):
        product = self.product_id
        troubles = {
            "by_platform": self.by_platform,
            "is_bundle": self.is_bundle,
            "gone": self.listing_status == "gone",
            "banned": self.listing_status == "banned",
            "ignored": self.ignored,
            "unlinked": not product,
            "archived": product and not product.active,
            "not_stored": product and not (kits[product] if product in kits else product.is_storable),
            "no_warehouse": not has_warehouses,
        }
        return next((reason for reason, is_so in troubles.items() if is_so), False)

    # === RECKONING === #

    def _reckon_stock(self, again=False):
        """Keep what has changed of the listings' numbers, as updates; gives those to be sent, newest mark first.

        With `again` the numbers that have not changed are to be sent too.
        """
        reckoned = self._stock_reckoned()
        Update = self.env["marketplace.stock.update"].sudo()
        newest = {
            (update.listing_id, update.place_id): update
            for update in Update.search([("listing_id", "in", self.ids), ("is_newest", "=", True)])
        }
        totals = Counter()
        for (listing, _place), one in reckoned.items():
            totals[listing] += one.terms.number
        fresh = {}
        sunk = self._sold_since_known()
        for (listing, place), one in reckoned.items():
            last = newest.get((listing, place), Update)
            values = listing._stock_update_values(place, one)
            resend = again or listing in sunk
            if resend or last._is_outdated(values):
                is_locked = totals[listing] < values["locked"]
                result = "locked" if is_locked else listing._stock_result(place, values, last, resend)
                fresh[listing, place] = {**values, "result": result}
        outdated = Update.union(*(newest[key] for key in newest if key in fresh))
        outdated._replace()
        untouched = Update.union(*(newest[key] for key in newest if key not in reckoned))
        untouched._drop_unsent()
        created = Update.create([*fresh.values()])
        for listing, updates in created.grouped("listing_id").items():
            listing.stock_update_id = updates[-1]
        self.filtered("stock_marked_at").stock_marked_at = False
        kept = Update.union(*newest.values()) - outdated - untouched
        waiting = (created | kept).filtered(lambda update: update.result == "waiting")
        never = fields.Datetime.to_datetime("1970-01-01")
        return waiting.sorted(lambda one: (one.marked_at or never, one.id), reverse=True)

    def _stock_update_values(self, place, reckoned):
        return {
            "listing_id": self.id,
            "place_id": place.id,
            "product_id": self.product_id.id,
            "locked": self._lock_now(),
            "marked_at": self.stock_marked_at,
            **reckoned.values(),
        }

    def _lock_now(self):
        """The pieces that a campaign holds at this moment."""
        over = self.listed_locked_until and self.listed_locked_until <= fields.Datetime.now()
        return 0 if over else self.listed_locked

    def _stock_result(self, place, values, last, again):
        """Whether the number is to be sent or is shown there already."""
        is_known = self.listed_read_at and not place and last.result not in ("waiting", "unknown")
        is_shown = is_known and self.listed_quantity == values["number"]
        return "unchanged" if is_shown and not again else "waiting"

    def _sold_since_known(self):
        """Those of the listings of which pieces were ordered there since their number was read or sent: it has sunk by
        itself, also where as much became free elsewhere."""
        known = self.filtered("listed_read_at")
        if not known:
            return known
        since = min(known.mapped("listed_read_at"))
        latest = {}
        for model, name in (("sale.order.line", "marketplace_listing_id"), ("marketplace.sold.unit", "listing_id")):
            ordered = [(name, "in", known.ids), ("create_date", ">", since)]
            for listing, moment in self.env[model].sudo()._read_group(ordered, [name], ["create_date:max"]):
                latest[listing.id] = max(moment, latest.get(listing.id, moment))
        return known.filtered(lambda one: one.id in latest and latest[one.id] > one.listed_read_at)
