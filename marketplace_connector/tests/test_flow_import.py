from odoo.tests import tagged

from .common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestImport(MarketplaceCase):
    def test_new_orders_of_both_platforms(self):
        """R22 R33 R99 R103: ready orders become confirmed sales orders with a delivery."""
        lazada = self.place_lazada([(self.sku, 2)], shipping_fee="1.99")
        shopee = self.place_shopee([(self.sku, 2)], shipping_fee="1.99")
        self.later(1)
        counts = self.sync()
        self.assertEqual(counts["created"], 2, self.env["marketplace.job"].search([]).mapped("details"))
        for ref in (lazada.order_id, shopee.order_sn):
            order = self.order(ref)
            self.assertEqual(order.state, "sale")
            self.assertEqual(len(order.picking_ids), 1)
            self.assertEqual(order.order_line.filtered(lambda line: line.marketplace_kind == "goods").product_uom_qty, 2)
