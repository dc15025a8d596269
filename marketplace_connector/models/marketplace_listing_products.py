"""Products made of listings that have none."""

from odoo import fields, models
from odoo.exceptions import UserError


class MarketplaceListing(models.Model):
    _inherit = "marketplace.listing"

    link_origin = fields.Selection(selection_add=[("made", "Product made from it")])

    def action_create_products(self):
        """*Create Products*: show what will be made of the listings without a product, before anything is."""
        self.check_access("read")
        Import = self.env["marketplace.catalogue.import"]
        listings = self.filtered(lambda one: not one.product_id and not one.ignored and one.listing_status != "gone")
        if not listings:
            raise UserError(
                self.env._("Nothing to create: the selected SKUs have a product, are ignored, or are gone.")
            )
        imports = Import.create([{"shop_id": shop.id} for shop in listings.shop_id])
        imports.sudo().source = "listings"
        for one in imports:
            one._check_may_import()
            of_shop = listings.filtered(lambda listing, one=one: listing.shop_id == one.shop_id)
            self.env["marketplace.catalogue.import.row"].sudo()._create_of_listings(one, of_shop)
            one.action_preview()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_connector.action_marketplace_catalogue_import"
        )
        if len(imports) == 1:
            return {**action, "view_mode": "form", "views": [(False, "form")], "res_id": imports.id}
        return {**action, "domain": [("id", "in", imports.ids)]}
