"""Attributes and values for the variants of products made from listings, found by name before they are made."""

from math import prod

from odoo import Command

VARIANT_MODES = ("always", "dynamic")


class VariantAttributes:
    """The attributes and values of some items, read and made together, whatever the number of items.

    An item is a list of options tuples ((name, value), …), one for each variant, with the same names in all of them.
    """

    def __init__(self, env, items):
        self.env = env
        self.items = items
        self._attributes = self._find_attributes()
        self._make_dynamic()
        self._values = self._find_values()

    def attributes_of(self, variants):
        """The item's attributes in the order of its options: such that only the variants on sale come to be.

        Dynamic ones make no variants by themselves; one that makes all of them will do where all are on sale.
        """
        names = [name for name, _value in variants[0]]
        chosen = [self._attributes.get((name, "dynamic")) or self._attributes[name, "always"] for name in names]
        if self._wants_dynamic(variants):
            chosen[0] = self._attributes[names[0], "dynamic"]
        return chosen

    def line_commands(self, variants):
        """The attribute lines of a new template with these variants."""
        commands = []
        for place, attribute in enumerate(self.attributes_of(variants)):
            values = {self.value(attribute, options[place][1]).id: None for options in variants}
            commands.append(Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(list(values))]}))
        return commands

    def value(self, attribute, name):
        """The attribute's value of that name."""
        return self._values[attribute.id, name]

    def _find_attributes(self):
        names = {name for variants in self.items for options in variants for name, _value in options}
        found = {}
        # The oldest one where several have the name.
        for attribute in self.env["product.attribute"].search(
            [("name", "in", list(names)), ("create_variant", "in", VARIANT_MODES)], order="id desc"
        ):
            found[attribute.name, attribute.create_variant] = attribute
        return found

    def _make_dynamic(self):
        """Make the attributes that no existing one can stand for."""
        missing = {}
        for variants in self.items:
            names = [name for name, _value in variants[0]]
            missing |= {name: None for name in names if not any((name, m) in self._attributes for m in VARIANT_MODES)}
            if self._wants_dynamic(variants) and names[0] not in missing:
                missing[names[0]] = None
        made = self.env["product.attribute"].create(
            [{"name": name, "create_variant": "dynamic", "display_type": "radio"} for name in missing]
        )
        self._attributes |= {(attribute.name, "dynamic"): attribute for attribute in made}

    def _wants_dynamic(self, variants):
        """Whether variants that are not on sale would come to be with the attributes there are."""
        names = [name for name, _value in variants[0]]
        if any((name, "dynamic") in self._attributes for name in names):
            return False
        if any((name, "always") not in self._attributes for name in names):
            return False  # it will be made, and be dynamic
        return prod(len(set(values)) for values in zip(*variants, strict=True)) != len(variants)

    def _find_values(self):
        wanted = {}
        for variants in self.items:
            for place, attribute in enumerate(self.attributes_of(variants)):
                wanted |= {(attribute.id, options[place][1]): None for options in variants}
        Value = self.env["product.attribute.value"]
        known = Value.search_fetch(
            [
                ("attribute_id", "in", list({attribute for attribute, _name in wanted})),
                ("name", "in", list({name for _attribute, name in wanted})),
            ],
            ["attribute_id", "name"],
        )
        found = {(value.attribute_id.id, value.name): value for value in known}
        missing = [key for key in wanted if key not in found]
        made = Value.create([{"attribute_id": attribute, "name": name} for attribute, name in missing])
        return found | dict(zip(missing, made, strict=True))
