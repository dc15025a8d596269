"""What kits are made of, where the app that knows bills of materials is installed."""

from functools import cache

from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _marketplace_kit_parts(self, company):
        """What one piece of each kit among the products takes: {kit: {component: amount in the component's unit}}.

        Nested kits are taken apart. Components that Odoo keeps no stock of are left out; a kit of nothing else has no
        parts. Products that are no kits in the company are not in it.
        """
        if "mrp.bom" not in self.env:
            return {}
        direct = self._marketplace_direct_parts(company)

        @cache
        def parts_of(kit):
            total = {}
            for component, amount in direct[kit]:
                deeper = parts_of(component) if component in direct else {component: 1}
                for part, times in deeper.items():
                    total[part] = total.get(part, 0) + amount * times
            return {part: amount for part, amount in total.items() if part.is_storable and amount > 0}

        return {product: parts_of(product) for product in self if product in direct}

    def _marketplace_direct_parts(self, company):
        """The components of the kits among the products, and of the kits in them: {kit: [(component, amount)]}."""
        Bom = self.env["mrp.bom"].sudo()
        direct, level, seen = {}, self, self
        while level:
            boms = Bom._bom_find(level, company_id=company.id, bom_type="phantom")
            for product in level:
                if bom := boms.get(product):
                    direct[product] = product._marketplace_bom_parts(bom)
            level = self.union(*(part for product in level for part, _amount in direct.get(product, ()))) - seen
            seen |= level
        return direct

    def _marketplace_bom_parts(self, bom):
        """The components of one piece of the product: a list of (component, amount in its unit)."""
        times = self.uom_id._compute_quantity(1, bom.product_uom_id, round=False) / (bom.product_qty or 1)
        return [
            (
                line.product_id,
                line.product_uom_id._compute_quantity(line.product_qty * times, line.product_id.uom_id, round=False),
            )
            for line in bom.bom_line_ids
            if not line._skip_bom_line(self)
        ]

    def _marketplace_kits_with(self):
        """The products themselves, what kits among them are made of, and all kits that contain any of these.

        In every company, and a few more where a bill of materials holds for some variants only.
        """
        if "mrp.bom.line" not in self.env:
            return self
        Line = self.env["mrp.bom.line"].sudo()
        kit = [("bom_id.type", "=", "phantom")]
        below = level = self
        while level:
            of_kit = ["|", ("bom_id.product_id", "in", level.ids)]
            of_template = ["&", ("bom_id.product_id", "=", False)]
            of_template.append(("bom_id.product_tmpl_id", "in", level.product_tmpl_id.ids))
            level = Line.search([*kit, *of_kit, *of_template]).product_id - below
            below |= level
        found = level = below
        while level:
            boms = Line.search([*kit, ("product_id", "in", level.ids)]).bom_id
            level = boms.product_id | boms.filtered(lambda bom: not bom.product_id).product_tmpl_id.product_variant_ids
            level -= found
            found |= level
        return found.with_env(self.env)
