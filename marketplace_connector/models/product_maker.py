"""Making products of listings: the one way, for files of sellers and for listings that were synced."""

from collections import defaultdict

from odoo import Command
from odoo.tools import float_round

from .product_variants import VariantAttributes

LONGEST_NAME = 250


class ProductMaker:
    """Makes products for listings of one shop that have none.

    Listings of one item become the variants of one product; two with the same SKU one product. A product that the
    item has already gets a missing variant where its attributes are those of the options. The number of queries does
    not depend on how many products are made.
    """

    def __init__(self, shop):
        self.shop = shop
        self.company = shop.company_id
        self.env = shop.env
        self.notes = defaultdict(list)  # by listing: sentences on what could not be taken over
        self._prices = {}

    def make(self, listings):
        """The products of the listings, made or extended: a dict by listing. What they miss stands in `notes`."""
        first_of = self.first_of_sku(listings)
        firsts = listings.browse(dict.fromkeys(one.id for one in first_of.values()))
        self._free_barcodes = self._find_free_barcodes(firsts)
        self._others_skus = self._find_others_skus(firsts)
        templates = self.templates_of_items(firsts)
        plain, items, additions = [], [], []
        for group in self.items_of(firsts):
            options = self.options_of(group)
            template = templates.get(group[0].item_ref)
            for listing in group:
                if template and extendable(template, options[listing]):
                    additions.append((template, listing, options[listing]))
            rest = [listing for listing in group if all(listing != added for _t, added, _o in additions)]
            if len(rest) == 1 and not options[rest[0]]:
                plain.append(rest[0])
            elif rest:
                items.append({listing: options[listing] for listing in rest})
        made = self._extend(additions)
        for listing, options in ((one, o) for _t, one, o in additions if one not in made):
            items.append({listing: options})
        made |= self._make_plain(plain) | self._make_variants(items)
        return {listing: made[first] for listing, first in first_of.items()}

    # === WHAT BELONGS TOGETHER === #

    def first_of_sku(self, listings):
        """The first listing with the SKU, for each: they become one product."""
        first = {}
        return {one: first.setdefault(one.seller_sku or one.id, one) for one in listings}

    def items_of(self, listings):
        """The listings in lists, those of one item together."""
        groups = defaultdict(list)
        for listing in listings:
            groups[listing.item_ref or listing.id].append(listing)
        return list(groups.values())

    def templates_of_items(self, listings):
        """The product that the item of the listings has already, where it is only one: a dict by item."""
        refs = [ref for ref in set(listings.mapped("item_ref")) if ref]
        siblings = listings.search_fetch(
            [("shop_id", "=", self.shop.id), ("item_ref", "in", refs), ("product_id", "!=", False)],
            ["item_ref", "product_id"],
        )
        templates = defaultdict(self.env["product.template"].browse)
        for sibling in siblings:
            templates[sibling.item_ref] |= sibling.product_id.product_tmpl_id
        return {ref: template for ref, template in templates.items() if len(template) == 1 and template.active}

    def options_of(self, group):
        """The options of an item's listings, with the same names in all and different values: a dict by listing.

        Where the marketplace's do not serve, the SKUs tell the variants apart.
        """
        told = {listing: self._told_options(listing) for listing in group}
        names = {tuple(name for name, _value in options) for options in told.values()}
        if len(group) == 1 or len(names) == 1 and len(set(told.values())) == len(group) and names != {()}:
            return told
        name = generic_name(self.env, 1, 1)
        return {one: ((name, one.seller_sku or one.sku_ref or one.external_key),) for one in group}

    def _told_options(self, listing):
        options = [(name.strip(), value.strip()) for name, value in listing.options or [] if value.strip()]
        names = [name or generic_name(self.env, place, len(options)) for place, (name, _value) in enumerate(options, 1)]
        if len(set(names)) < len(names):
            return ((generic_name(self.env, 1, 1), ", ".join(value for _name, value in options)),)
        return tuple(zip(names, (value for _name, value in options), strict=True))

    # === MAKING === #

    def _make_plain(self, listings):
        products = self.env["product.product"].create(
            [
                {**self._template_values(listing, [listing]), **self._variant_values(listing), "list_price": price}
                for listing in listings
                for price in [self.sales_price(listing)]
            ]
        )
        return dict(zip(listings, products, strict=True))

    def _make_variants(self, items):
        """New products with variants. `items` are dicts from listing to options."""
        if not items:
            return {}
        variants = [list(item.values()) for item in items]
        attributes = VariantAttributes(self.env, variants)
        prices = [_shared_prices({options: self.sales_price(one) for one, options in item.items()}) for item in items]
        templates = (
            self.env["product.template"]
            .with_context(create_product_product=False)  # variants follow, only those on sale
            .create(
                [
                    {
                        **self._template_values(next(iter(item)), item),
                        "list_price": lowest,
                        "attribute_line_ids": attributes.line_commands(options),
                    }
                    for item, options, (lowest, _extras) in zip(items, variants, prices, strict=True)
                ]
            )
        )
        values = self._make_template_values(templates, [extras for _lowest, extras in prices])
        rows = []
        for template, item in zip(templates, items, strict=True):
            lines = template.attribute_line_ids
            for listing, options in item.items():
                chosen = [values[line.id, value] for line, (_name, value) in zip(lines, options, strict=True)]
                rows.append((listing, {"product_tmpl_id": template.id, **self._combined(chosen)}))
        products = self.env["product.product"].create(
            [{**vals, **self._variant_values(listing)} for listing, vals in rows]
        )
        return dict(zip((listing for listing, _vals in rows), products, strict=True))

    def _make_template_values(self, templates, extras):
        """The values on the templates' attribute lines, with what they add to the price: a dict by (line, value)."""
        wanted = []
        for template, extra in zip(templates, extras, strict=True):
            for place, line in enumerate(template.attribute_line_ids):
                wanted += [(line, value, extra.get((place, value.name), 0.0)) for value in line.value_ids]
        made = self.env["product.template.attribute.value"].create(
            [
                {"attribute_line_id": line.id, "product_attribute_value_id": value.id, "price_extra": extra}
                for line, value, extra in wanted
            ]
        )
        return {(line.id, value.name): one for (line, value, _extra), one in zip(wanted, made, strict=True)}

    def _extend(self, additions):
        """Add variants to products that are there already; those whose place is taken are left out."""
        if not additions:
            return {}
        made = {}
        for template, listing, options in additions:
            lines = variant_lines(template)
            chosen = self.env["product.template.attribute.value"]
            for line, value in _values_by_line(lines, options):
                chosen |= self._value_on_line(line, value, listing if len(lines) == 1 else None)
            variant = template._get_variant_for_combination(chosen)
            if variant and (not variant.active or variant.default_code or variant.marketplace_listing_ids):
                continue
            values = self._variant_values(listing)
            if variant:
                variant.write(values)
            else:
                variant = variant.create({"product_tmpl_id": template.id, **self._combined(chosen), **values})
            made[listing] = variant
        return made

    def _value_on_line(self, line, name, priced_by):
        """The value on the template's line, added where it is missing; `priced_by` tells what it adds to the price."""
        found = line.product_template_value_ids.filtered(lambda one: one.ptav_active and one.name == name)
        if found:
            return found[0]
        Value = self.env["product.attribute.value"]
        value = Value.search([("attribute_id", "=", line.attribute_id.id), ("name", "=", name)], limit=1)
        value = value or Value.create({"attribute_id": line.attribute_id.id, "name": name})
        line.value_ids = [Command.link(value.id)]
        found = line.product_template_value_ids.filtered(lambda one: one.product_attribute_value_id == value)
        if priced_by and priced_by.price:
            found.price_extra = self.sales_price(priced_by) - line.product_tmpl_id.list_price
        return found

    def _combined(self, values):
        return {"product_template_attribute_value_ids": [Command.set([value.id for value in values])]}

    # === VALUES === #

    def _template_values(self, listing, listings):
        shared = not any(one.seller_sku in self._others_skus for one in listings)
        return {
            "name": (listing.name or listing.seller_sku or listing.external_key)[:LONGEST_NAME],
            "type": "consu",
            "is_storable": True,
            "company_id": False if shared else self.company.id,
        }

    def _variant_values(self, listing):
        barcode = self._free_barcodes.pop(listing.barcode, None) if listing.barcode else None
        if listing.barcode and not barcode:
            self.notes[listing].append(
                self.env._("Barcode %s belongs to another product and was left out.", listing.barcode)
            )
        return {"default_code": listing.seller_sku or False, "barcode": barcode or False}

    def _find_free_barcodes(self, listings):
        wanted = {listing.barcode: listing.barcode for listing in listings if listing.barcode}
        if not wanted:
            return {}
        everywhere = {"active_test": False}
        for model in ("product.product", "product.uom"):
            found = (
                self.env[model]
                .sudo()
                .with_context(**everywhere)
                .search_fetch([("barcode", "in", list(wanted))], ["barcode"])
            )
            for barcode in found.mapped("barcode"):
                wanted.pop(barcode, None)
        return wanted

    def _find_others_skus(self, listings):
        """SKUs that other companies' products have: ours are not shared, so that nobody finds two."""
        skus = [sku for sku in set(listings.mapped("seller_sku")) if sku]
        ours = [False, *self.company.parent_ids.ids]
        found = (
            self.env["product.product"]
            .sudo()
            .search_fetch([("default_code", "in", skus), ("company_id", "not in", ours)], ["default_code"])
        )
        return set(found.mapped("default_code"))

    def sales_price(self, listing):
        """The listing's price as the company's sales price: in its currency, and without the company's default sales
        tax where that is not part of prices. 0 where the marketplace does not tell, or the currency has no rate."""
        key = (listing.currency_id.id, listing.price)
        if key not in self._prices:
            self._prices[key] = self._reckon_price(*key)
        price = self._prices[key]
        if price is None:
            self.notes[listing].append(
                self.env._("No sales price: the currency %s has no rate.", listing.currency_id.name)
            )
        return price or 0.0

    def _reckon_price(self, currency_id, price):
        currency = self.env["res.currency"].browse(currency_id)
        ours = self.company.currency_id
        if currency != ours:
            if not self._has_rate(currency):
                return None
            price = currency._convert(price, ours, self.company, round=False)
        tax = self.company.account_sale_tax_id
        included = self.shop.sudo().fiscal_position_id.map_tax(tax)
        price = self.env["account.tax"]._adapt_price_unit_to_another_taxes(
            price, self.env["product.product"], included, tax
        )
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return float_round(price, precision_digits=digits)

    def _has_rate(self, currency):
        rates = currency.sudo().rate_ids
        return bool(rates.filtered(lambda rate: rate.company_id in (self.company.browse(), self.company.root_id)))


def variant_lines(template):
    """The template's attribute lines that tell variants apart."""
    return template.attribute_line_ids.filtered(lambda line: line.attribute_id.create_variant != "no_variant")


def extendable(template, options):
    """Whether a variant with the options can be added to the template, and no others would come with it."""
    lines = variant_lines(template)
    return bool(_values_by_line(lines, options)) and (template.has_dynamic_attributes() or len(lines) == 1)


def _values_by_line(lines, options):
    """The value that the options have on each attribute line: pairs, none where they do not belong together.

    By the attributes' names, by their place where it was not known how the marketplace names them.
    """
    names = [line.attribute_id.name for line in lines]
    values = dict(options)
    if sorted(names) == sorted(values):
        return [(line, values[name]) for line, name in zip(lines, names, strict=True)]
    unnamed = [generic_name(lines.env, place, len(names)) for place in range(1, len(names) + 1)]
    if names == unnamed and len(options) == len(names):
        return [(line, value) for line, (_name, value) in zip(lines, options, strict=True)]
    return []


def generic_name(env, place, count):
    """What an option is called whose name nobody has told."""
    return env._("Variation") if count == 1 else env._("Variation %s", place)


def _shared_prices(prices):
    """The lowest price, and what values add to it: a dict by (place of the option, value).

    `prices` maps options to the price of the variant. Where prices do not follow from one option alone, all variants
    have the lowest one.
    """
    lowest = min(prices.values(), default=0.0)
    if len(set(prices.values())) <= 1:
        return lowest, {}
    for place in range(len(next(iter(prices)))):
        by_value = defaultdict(set)
        for options, price in prices.items():
            by_value[options[place][1]].add(price)
        if all(len(found) == 1 for found in by_value.values()):
            return lowest, {(place, value): found.pop() - lowest for value, found in by_value.items()}
    return lowest, {}
