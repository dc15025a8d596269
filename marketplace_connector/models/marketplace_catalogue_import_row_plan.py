"""What happens with the rows of an import: the same reckoning shows it beforehand and carries it out."""

from odoo import models

from .product_maker import ProductMaker, extendable

MADE = ("new", "variant", "added", "shared")  # shared: the product of another row
KEPT_OF_ROW = ("item_ref", "sku_ref", "seller_sku", "name", "variation", "barcode", "picture_url", "raw_status")


class MarketplaceCatalogueImportRow(models.Model):
    _inherit = "marketplace.catalogue.import.row"

    def _system_shop(self):
        return self.import_id.shop_id

    def _plan_only(self):
        """Write on each row what would happen with it now."""
        listings = self._listings(make=False)
        for row, values in self._plan(listings, ProductMaker(self._system_shop())).items():
            row.write(_stored(values))

    def _carry_out(self):
        """Make and link the products of the rows, all of one import, and keep what came of each row."""
        rows = self.import_id._system_rows(self)
        bad = rows.filtered("bad")
        bad.done = True
        if rows != bad:
            (rows - bad).sorted("number")._make_and_link()

    def _make_and_link(self):
        listings = self._listings(make=True)
        Listing = self.env["marketplace.listing"]
        maker = ProductMaker(self._system_shop())
        plan = self._plan(listings, maker)
        links = {
            listings[row]: (self.env["product.product"].browse(values["product_id"]), values["origin"])
            for row, values in plan.items()
            if values["outcome"] == "link"
        }
        to_make = [listings[row] for row in self if plan[row]["outcome"] in MADE]
        made = maker.make(Listing.union(*to_make))
        Listing._link(links | {listing: (product, "made") for listing, product in made.items()})
        for row, values in plan.items():
            row._keep_result(values, listings[row], made, maker)

    def _keep_result(self, planned, listing, made, maker):
        values = {**planned, "done": True, "listing_id": listing.id}
        if listing in made:
            values["product_id"] = made[listing].id
            notes = [planned["message"], *maker.notes.get(listing, ())]
            values["message"] = " ".join(note for note in notes if note)
            if planned["outcome"] != "shared" and listing.picture_url and self.import_id.with_pictures:
                values["picture_state"] = "waiting"
        self.write(_stored(values))

    # === WHAT WILL HAPPEN === #

    def _plan(self, listings, maker):
        """What happens with each row: a dict by row to its values; `listings` maps rows to their listings, which need
        not be stored yet. `origin` is the rule that found the product, not a field."""
        found, troubles = self._find_products(listings)
        plan = {}
        open_rows = []
        for row in self:
            listing = listings[row]
            products, origin = found.get(row, ((), False))
            if listing.product_id:
                plan[row] = _outcome("linked", product=listing.product_id)
            elif listing.ignored:
                plan[row] = _outcome("skipped", self.env._("It is ignored: press Take Back on its listing first."))
            elif len(products) == 1:
                plan[row] = _outcome("link", product=products, origin=origin)
            elif products:
                plan[row] = _outcome(
                    "skipped",
                    self.env._("%(count)s products have this SKU: choose one on its listing.", count=len(products)),
                )
            elif troubles.get(row) == "product_archived":
                plan[row] = _outcome(
                    "skipped", self.env._("The product with this SKU is archived: unarchive it, and import again.")
                )
            else:
                open_rows.append(row)
        return plan | self._plan_new(open_rows, listings, maker)

    def _find_products(self, listings):
        """The products that fit, as `_fitting` tells them, and why there is none: two dicts by row."""
        shop = self._system_shop()
        found, troubles = {}, {}
        rows = [row for row in self if not listings[row].product_id and not listings[row].ignored]
        stored = [row for row in rows if listings[row].id]
        for part in (stored, [row for row in rows if not listings[row].id]):
            union = self.env["marketplace.listing"].union(*(listings[row] for row in part))
            fitting, absent = union._fitting(shop), union._absent_product_troubles()
            found |= {row: fitting[listings[row]] for row in part if listings[row] in fitting}
            troubles |= {row: absent[listings[row]] for row in part}
        return found, troubles

    def _plan_new(self, rows, listings, maker):
        """What happens with the rows whose SKUs no product has."""
        row_of = {listings[row]: row for row in rows}
        union = self.env["marketplace.listing"].union(*row_of)
        firsts = maker.first_of_sku(union)
        plan = {}
        for listing, first in firsts.items():
            if first != listing:
                number = row_of[first].number
                plan[row_of[listing]] = _outcome("shared", self.env._("The product of row %(row)s.", row=number))
        own = union.filtered(lambda listing: firsts[listing] == listing)
        templates = maker.templates_of_items(own)
        for group in maker.items_of(own):
            options = maker.options_of(group)
            template = templates.get(group[0].item_ref)
            for listing in group:
                if template and extendable(template, options[listing]):
                    note = self.env._("Of %(product)s.", product=template.display_name)
                    plan[row_of[listing]] = _outcome("added", note)
                elif len(group) > 1:
                    plan[row_of[listing]] = _outcome("variant")
                else:
                    plan[row_of[listing]] = _outcome("new")
        return plan

    # === LISTINGS === #

    def _listings(self, make):
        """The listing of each row: a dict. Missing ones are created where `make`, else only thought of."""
        shop = self._system_shop()
        Listing = self.env["marketplace.listing"]
        known = Listing.search(
            [("shop_id", "=", shop.id), ("external_key", "in", self.mapped("external_key"))]
        ).grouped("external_key")
        missing = [row for row in self if row.external_key not in known]
        values = [row._listing_values() for row in missing]
        if make:
            created = Listing._create_listings(values)
            for row in self.filtered(lambda row: row.external_key in known):
                row._complete(known[row.external_key])
        else:
            created = [Listing.new(vals) for vals in values]
        found = dict(zip(missing, created, strict=True))
        return {row: found[row] if row in found else known[row.external_key] for row in self}

    def _listing_values(self):
        values = {name: self[name] for name in KEPT_OF_ROW}
        return {
            **values,
            "shop_id": self._system_shop().id,
            "external_key": self.external_key,
            "options": self.options or [],
            "price": self.price,
            "currency_id": self.currency_id.id,
            "listing_status": self.listing_status or False,
        }

    def _complete(self, listing):
        """Give a known listing what it lacks; what it has from the marketplace itself stays."""
        lacking = {name: value for name, value in self._listing_values().items() if value and not listing[name]}
        if lacking:
            listing.write(lacking)


def _outcome(outcome, message=False, product=None, origin=False):
    values = {"outcome": outcome, "message": message, "product_id": product.id if product else False}
    return {**values, "origin": origin} if origin else values


def _stored(values):
    """The values as fields: a product that rows share is a link for all but the first."""
    stored = {name: value for name, value in values.items() if name != "origin"}
    return {**stored, "outcome": "link"} if values["outcome"] == "shared" else stored
