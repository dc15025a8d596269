"""The warehouse that stands for what a marketplace keeps of a shop's goods, and ships for it."""

import itertools

from odoo import Command, api, models
from odoo.exceptions import ValidationError


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    @api.constrains("warehouse_id", "platform_warehouse_id")
    def _check_platform_warehouse(self):
        for shop in self:
            if shop.platform_warehouse_id and shop.platform_warehouse_id == shop.warehouse_id:
                raise ValidationError(
                    self.env._(
                        "%(shop)s: the warehouse at the marketplace must be another one than your own, else goods that "
                        "the marketplace ships would leave your own stock.",
                        shop=shop.name,
                    )
                )

    def _ensure_platform_warehouse(self):
        """The warehouse that stands for the goods kept by the platform, made where the shop has none yet."""
        self.ensure_one()
        shop = self.sudo()
        if not shop.platform_warehouse_id:
            label = dict(self.account_id._fields["provider"].selection)[shop.provider]
            Warehouse = self.env["stock.warehouse"].sudo().with_context(active_test=False)
            others = Warehouse.search([("company_id", "=", shop.company_id.id)])
            name = self.env._("At %(marketplace)s: %(shop)s", marketplace=label, shop=shop.name)
            names = itertools.chain([name], (f"{name} ({shop.site} {number})" for number in itertools.count(1)))
            codes = (f"{label[0]}{shop.site}{number}" for number in itertools.count(1))
            shop.platform_warehouse_id = Warehouse.create(
                {
                    "name": _first_free(names, others.mapped("name")),
                    "code": _first_free(codes, others.mapped("code")),
                    "company_id": shop.company_id.id,
                    "reception_steps": "one_step",
                    "delivery_steps": "ship_only",
                }
            )
        return shop.platform_warehouse_id

    def _platform_line_values(self, line):
        """What a sales order line carries for who ships it.

        The delivery route is named, since a route of the product (make to order, dropship) would come first otherwise.
        """
        self.ensure_one()
        if not line.fulfilled_by_platform:
            return {"marketplace_by_platform": False}
        route = self._ensure_platform_warehouse().delivery_route_id
        return {"marketplace_by_platform": True, "route_ids": [Command.set(route.ids)]}


def _first_free(candidates, taken):
    taken = set(taken)
    return next(candidate for candidate in candidates if candidate not in taken)
