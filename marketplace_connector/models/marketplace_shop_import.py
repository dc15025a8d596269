from odoo import models


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    def action_import_file(self):
        """*Import File*: products and links from the Seller Center's export."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_import_marketplace_file")
        return {**action, "context": {"default_shop_id": self.id}}
