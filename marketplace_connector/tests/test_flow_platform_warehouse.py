"""The warehouse that stands for what a marketplace keeps."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_flow_platform_shipping import PlatformCase


@tagged("post_install", "-at_install")
class TestWarehouse(PlatformCase):
    def test_its_own(self):
        """One step, apart from the own warehouse, made once, with a name and a code that are free."""
        own = self.shopee_shop.warehouse_id
        (self.lazada_shop | self.shopee_shop).platform_warehouse_id = False
        self.lazada_shop.name = self.shopee_shop.name
        lazada = self.lazada_shop._ensure_platform_warehouse()
        shopee = self.shopee_shop._ensure_platform_warehouse()
        self.assertEqual(self.lazada_shop._ensure_platform_warehouse(), lazada)
        self.assertEqual(len(own | lazada | shopee), 3)
        for warehouse in (lazada, shopee):
            self.assertEqual((warehouse.delivery_steps, warehouse.reception_steps), ("ship_only", "one_step"))
            self.assertFalse(warehouse.view_location_id.parent_path.startswith(own.view_location_id.parent_path))
        self.assertIn("At Lazada", lazada.name)
        self.lazada_shop.platform_warehouse_id = False
        self.assertNotIn(self.lazada_shop._ensure_platform_warehouse().name, (lazada.name, shopee.name))

    def test_never_the_own_one(self):
        with self.assertRaisesRegex(ValidationError, "must be another one"):
            self.shopee_shop.platform_warehouse_id = self.shopee_shop.warehouse_id

    def test_ordinary_transfer(self):
        """Goods go there by an ordinary internal transfer, and are not counted as own stock any more."""
        product = self.products[0]
        there = self.lazada_shop._ensure_platform_warehouse()
        own = self.lazada_shop.warehouse_id
        transfer = self.env["stock.picking"].create(
            {
                "picking_type_id": own.int_type_id.id,
                "location_id": own.lot_stock_id.id,
                "location_dest_id": there.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 30,
                            "location_id": own.lot_stock_id.id,
                            "location_dest_id": there.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        transfer.action_confirm()
        transfer.button_validate()
        self.assertEqual(transfer.state, "done")
        self.assertEqual((self.own_stock(product), self.stock_there(self.lazada_shop, product)), (70, 30))
        placed = self.place_lazada([(self.sku, 2)], fulfilled_by_lazada=True)
        order = self.import_now(placed)
        self.assertEqual(order.picking_ids.state, "assigned")
        self.lazada.advance(placed, "shipped")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual((self.own_stock(product), self.stock_there(self.lazada_shop, product)), (70, 28))
