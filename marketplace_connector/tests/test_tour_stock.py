from odoo.tests import tagged

from ..simulator.shopee.items import item_id, model_id
from .tour_common import TourCase

SOLD = ("TEE-BLK-M", "LAMP-WHT", "TOTE-NAT", "BATIK-BLU-M")


@tagged("post_install", "-at_install")
class TestTourStock(TourCase):
    def setUp(self):
        super().setUp()
        self.shop = self.connect("shopee")
        self.shop.stock_warehouse_ids = self.shop.warehouse_id
        self.there = self.shopee.shop("SG")
        products = self.env["product.product"].search([("default_code", "in", SOLD)]).grouped("default_code")
        values = [self.listing_values(sku, products[sku]) for sku in SOLD]
        values.append(self.listing_values("TOTE-BLK", self.env["product.product"]))
        self.listings = self.env["marketplace.listing"].create(values)

    def listing_values(self, sku, product):
        found, variant = self.there.shelf.skus()[sku]
        refs = {"item_ref": str(item_id(found)), "sku_ref": str(model_id(found, variant) or "")}
        key = f"sku:{refs['sku_ref']}" if refs["sku_ref"] else f"item:{refs['item_ref']}"
        values = {"shop_id": self.shop.id, "seller_sku": sku, "name": found.name, "product_id": product.id}
        return {**refs, **values, "external_key": key, "listing_status": "active"}

    def of(self, sku):
        return self.listings.filtered(lambda listing: listing.seller_sku == sku)

    def send(self):
        """What the scheduled action does after a transaction of somebody's."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        with self.environment() as env:
            env["marketplace.shop"]._cron_send_stock()

    def correct(self, sku, quantity):
        """Somebody counts, and finds so many pieces."""
        place = self.shop.warehouse_id.lot_stock_id
        product = self.of(sku).product_id
        on_hand = product.with_context(warehouse_id=self.shop.warehouse_id.id).qty_available
        self.env["stock.quant"]._update_available_quantity(product, place, quantity - on_hand)

    def test_preview_and_start(self):
        """R46: nothing is sent before somebody has looked at the preview and pressed Start."""
        self.tour("stock_preview")
        self.assertTrue(self.shop.sync_stock)
        self.send()
        number = self.there.shelf.skus()["LAMP-WHT"][1].number
        self.assertEqual(self.shopee.at_seller(self.there, number), 50)

    def test_why_and_refused(self):
        """R46 R73: why a listing shows its number; locked by a campaign; a refused number and Retry."""
        self.shop.sync_stock = True
        shelf = self.there.shelf
        self.of("TEE-BLK-M").write({"own_stock_rule": True, "stock_share": 80, "stock_buffer": 1})
        self.correct("TEE-BLK-M", 12)
        order = {
            "partner_id": self.env["res.partner"].create({"name": "Walk in"}).id,
            "warehouse_id": self.shop.warehouse_id.id,
            "order_line": [(0, 0, {"product_id": self.of("TEE-BLK-M").product_id.id, "product_uom_qty": 2})],
        }
        self.env["sale.order"].create(order).action_confirm()
        self.shopee.start_promotion(self.there, [shelf.skus()["LAMP-WHT"][1].number], 30, begins_in=60)
        self.correct("LAMP-WHT", 10)
        shelf.set_status(shelf.skus()["TOTE-NAT"][0].number, "banned")
        self.listings.stock_marked_at = "2026-01-01"
        self.send()
        self.assertEqual(self.of("TOTE-NAT").stock_state, "refused")
        self.tour("stock_why")
        self.tour("stock_refused", login="ravi")
        shelf.set_status(shelf.skus()["TOTE-NAT"][0].number, "active")
        self.send()
        self.assertEqual(self.of("TOTE-NAT").stock_state, "accepted")
        self.assertFalse(self.env["marketplace.job"].search([("kind", "=", "stock"), ("state", "=", "open")]))
