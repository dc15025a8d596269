"""What the number of a listing follows from: stock, demand, units sold that Odoo does not have, the last pieces."""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor

from odoo import models

from ..marketplaces.stock_number import StockTerms

TOLERANCE = 1e-6  # of a piece, for amounts in floating point


@dataclass(frozen=True)
class Supply:
    """What there is of a product in the warehouses that count, in its unit."""

    on_hand: float = 0
    outgoing: float = 0
    incoming: float = 0
    sold: float = 0

    @property
    def free(self):
        return self.on_hand - self.outgoing + self.incoming


@dataclass(frozen=True)
class Reckoned:
    """The terms of a listing's number, and the records that they come from."""

    terms: StockTerms
    scarcest: models.BaseModel  # component of the kit; empty for what is no kit
    kept_for: models.BaseModel  # listing

    def values(self):
        """The fields of `marketplace.stock.update` that say the same."""
        terms = self.terms
        return {
            "on_hand": float(terms.on_hand),
            "outgoing": float(terms.outgoing),
            "incoming": float(terms.incoming),
            "share": float(terms.share),
            "buffer": terms.buffer,
            "sold_elsewhere": terms.sold_elsewhere,
            "has_cap": terms.cap is not None,
            "cap": terms.cap or 0,
            "number": terms.number,
            "cause": terms.cause,
            "scarcest_id": self.scarcest.id,
            "kept_for_id": self.kept_for.id,
        }


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    def _stock_terms(self):
        """What the number of each listing follows from now: `StockTerms` by (listing, place); nothing is written.

        The place is empty where the shop has none. A listing that is not to be touched is not in it.
        """
        return {key: reckoned.terms for key, reckoned in self._stock_reckoned().items()}

    def _stock_reckoned(self):
        """What the number of each listing follows from: `Reckoned` by (listing, place), as for `_stock_terms`."""
        found = {}
        for company, listings in self.sudo().grouped("company_id").items():
            ours = listings.with_company(company)
            reckoned = (ours | ours._of_same_group())._stock_of_company(company)
            found |= ours._leave_last_pieces(reckoned)
        asked = set(self._ids)
        return {
            (listing.with_env(self.env), place.with_env(self.env)): one
            for (listing, place), one in found.items()
            if listing.id in asked
        }

    # === STOCK === #

    def _stock_of_company(self, company):
        """What the listings' numbers follow from, before the last pieces are left to one of them."""
        kits = self.product_id._marketplace_kit_parts(company)
        skipped = self._stock_skips(kits)
        listings = self.filtered(lambda listing: not skipped[listing])
        supplies = listings._stock_supplies(company, kits)
        return {
            (listing, place): listing._stock_reckoned_at(supply, kits.get(listing.product_id))
            for listing in listings
            for place, supply in supplies[listing].items()
        }

    def _stock_supplies(self, company, kits):
        """The supply of what each listing takes: {listing: {place: {product: Supply}}}."""
        parts = {listing: kits.get(listing.product_id, {listing.product_id: 1}) for listing in self}
        sold = self._sold_parts(company, kits)
        products_in = defaultdict(self.env["product.product"].browse)
        places = {shop: shop._stock_places() for shop in self.shop_id}
        for shop, listings in self.grouped("shop_id").items():
            for warehouses in places[shop].values():
                products_in[warehouses] |= self.env["product.product"].union(
                    *(part for listing in listings for part in parts[listing])
                )
        quantities = {
            warehouses: warehouses._marketplace_quantities(products, company)
            for warehouses, products in products_in.items()
        }
        supplies = {}
        for listing in self:
            counts_incoming = listing.shop_id.stock_count_incoming
            supplies[listing] = {place: {} for place in places[listing.shop_id]}
            for part in parts[listing]:
                there = {
                    place: Supply(on_hand, outgoing, incoming if counts_incoming else 0)
                    for place, warehouses in places[listing.shop_id].items()
                    for on_hand, outgoing, incoming in [quantities[warehouses][part.id]]
                }
                for place, supply in _take_sold(there, sold.get(part, 0)).items():
                    supplies[listing][place][part] = supply
        return supplies

    def _sold_parts(self, company, kits):
        """The pieces of each product sold that Odoo has no delivery for, kits as their components."""
        pieces = self.env["marketplace.sold.unit"]._pieces(company)
        products = self.env["product.product"].union(*pieces)
        kits = kits | (products - self.env["product.product"].union(*kits))._marketplace_kit_parts(company)
        sold = defaultdict(float)
        for product, quantity in pieces.items():
            for part, amount in kits.get(product, {product: 1}).items():
                sold[part] += amount * quantity
        return sold

    def _stock_reckoned_at(self, supply, kit):
        """The number at one place; `kit` are the amounts of its components where the product is one."""
        rule = self if self.own_stock_rule else self.shop_id
        terms = {
            "share": Decimal(str(rule.stock_share)),
            "buffer": rule.stock_buffer,
            "cap": rule.stock_cap if rule.stock_has_cap else None,
        }
        nobody, nothing = self.browse(), self.env["product.product"]
        if not kit:
            one = supply[self.product_id]
            amounts = [Decimal(str(amount)) for amount in (one.on_hand, one.outgoing, one.incoming)]
            names = ("on_hand", "outgoing", "incoming")
            terms |= {**dict(zip(names, amounts, strict=True)), "sold_elsewhere": ceil(one.sold - TOLERANCE)}
            return Reckoned(StockTerms(**terms), nothing, nobody)
        scarcest = min(kit, key=lambda part: (_kits(supply[part].free, kit[part]), part.id))
        one, amount = supply[scarcest], kit[scarcest]
        on_hand, free = _kits(one.on_hand, amount), _kits(one.free, amount)
        without_incoming = _kits(one.on_hand - one.outgoing, amount)
        after = min(_kits(supply[part].free - supply[part].sold, kit[part]) for part in kit)
        terms |= {
            "on_hand": Decimal(on_hand),
            "outgoing": Decimal(on_hand - without_incoming),
            "incoming": Decimal(free - without_incoming),
            "sold_elsewhere": free - after,
        }
        return Reckoned(StockTerms(**terms), scarcest, nobody)

    # === THE LAST PIECES === #

    def _of_same_group(self):
        """The other listings of these products in the groups of these listings' shops that Odoo sends numbers for."""
        shops = self.shop_id._stock_group().filtered("last_units").line_ids.shop_id
        sending = shops.filtered(lambda shop: shop.active and shop.sync_stock) | (shops & self.shop_id)
        if not sending:
            return self.browse()
        return self.search([("shop_id", "in", sending.ids), ("product_id", "in", self.product_id.ids)]) - self

    def _leave_last_pieces(self, reckoned):
        """The same, the last pieces of each product left to one listing of its group of shops."""
        places = defaultdict(dict)
        for (listing, place), one in reckoned.items():
            places[listing][place] = one
        sellers = defaultdict(self.browse)
        for listing in places:
            if (group := listing.shop_id._stock_group()) and group.last_units > 0:
                sellers[group, listing.product_id] |= listing
        found = dict(reckoned)
        for (group, product), listings in sellers.items():
            free = {listing: sum(_unsold(one) for one in places[listing].values()) for listing in listings}
            if len(listings) < 2 or not 0 < max(free.values()) <= group.last_units:
                continue
            shown = {listing: sum(one.terms.number for one in places[listing].values()) for listing in listings}
            keeper = group._keeper_among(listings, product, shown)
            for listing in listings - keeper:
                for place, one in places[listing].items():
                    terms = replace(one.terms, kept_for_another=True)
                    found[listing, place] = replace(one, terms=terms, kept_for=keeper)
        return found


def _kits(pieces, amount):
    """How many whole kits the pieces of a component make."""
    return floor(pieces / amount + TOLERANCE)


def _unsold(reckoned):
    return floor(reckoned.terms.free) - reckoned.terms.sold_elsewhere


def _take_sold(supplies, sold):
    """The supplies of one product by place, the pieces sold taken from what is free, one place after the other."""
    left, found = sold, {}
    for number, (place, supply) in enumerate(supplies.items(), 1):
        taken = left if number == len(supplies) else min(left, max(supply.free, 0))
        found[place] = replace(supply, sold=taken)
        left -= taken
    return found
