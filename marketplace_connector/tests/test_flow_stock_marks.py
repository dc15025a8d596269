"""What changes a listing's number marks it, at the end of the transaction, for next to nothing."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockMarks(StockCase):
    def setUp(self):
        super().setUp()
        self.here, self.there = (self.listing(shop=shop) for shop in self.shops)
        self.other = self.listing(self.products[1])
        self.both = self.here | self.there
        self.put(10)
        self.put(10, self.products[1])
        self.settle()

    def assert_marks(self, listings):
        """The listings are to be looked at, and no others."""
        self.assertEqual(self.marked(), listings)
        self.settle()

    @property
    def triggers(self):
        cron = self.env.ref("marketplace_connector.ir_cron_stock")
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

    def test_moves(self):
        """R48: demand that comes, changes and goes; reserving changes nothing."""
        order = self.demand(2)
        self.assert_marks(self.both)
        picking = order.picking_ids
        picking.do_unreserve()
        self.assert_marks(self.env["marketplace.listing"])
        picking.action_assign()
        self.assert_marks(self.env["marketplace.listing"])
        order.order_line.product_uom_qty = 3
        self.assert_marks(self.both)
        picking.move_ids.location_id = self.warehouse.lot_stock_id.copy()
        self.assert_marks(self.both)
        order._action_cancel()
        self.assert_marks(self.both)

    def test_validation(self):
        """R48: goods leave."""
        picking = self.demand(2).picking_ids
        self.settle()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assert_marks(self.both)

    def test_receipt(self):
        """R48: goods are awaited and arrive."""
        receipt = self.receipt(3)
        self.assert_marks(self.both)
        receipt.button_validate()
        self.assert_marks(self.both)

    def test_count(self):
        """R48: an inventory adjustment."""
        quant = self.env["stock.quant"].search([("product_id", "=", self.product.id), ("quantity", "=", 10)])
        quant.with_context(inventory_mode=True).inventory_quantity = 7
        quant.action_apply_inventory()
        self.assert_marks(self.both)

    def test_other_products(self):
        """R48: products that no shop sells leave no mark."""
        self.put(1, self.products[5])
        self.demand(1, self.products[6])
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertFalse(self.env["marketplace.stock.mark"].search([]))

    def test_shops_that_send_nothing(self):
        """R48: where no shop sends its stock nothing is marked; the start marks all."""
        self.shops.sync_stock = False
        self.settle()
        self.put(1)
        self.assert_marks(self.env["marketplace.listing"])
        self.lazada_shop.sync_stock = True
        self.assert_marks(self.here | self.other)

    def test_rules(self):
        """R48: the rule of a shop, its warehouses and places, the rule of a listing and its product."""
        self.lazada_shop.stock_buffer = 1
        self.assert_marks(self.here | self.other)
        self.lazada_shop.stock_warehouse_ids |= self.another_warehouse()
        self.assert_marks(self.here | self.other)
        self.env["marketplace.stock.place"].create({"shop_id": self.shopee_shop.id, "ref": "1", "name": "A"})
        self.assert_marks(self.there)
        self.there.write({"own_stock_rule": True, "stock_share": 50})
        self.assertIn(self.there, self.marked())
        self.settle()
        self.there.name = "Another name"
        self.there.stock_share = 50
        self.assert_marks(self.env["marketplace.listing"])
        self.other.product_id = self.products[2]
        self.assert_marks(self.other)
        self.other.product_id = self.product
        self.assert_marks(self.both | self.other)

    def test_product(self):
        """R48: archived, or no stock kept any more."""
        self.products[1].active = False
        self.assert_marks(self.other)
        self.product.product_tmpl_id.is_storable = False
        self.assert_marks(self.both)

    def test_quotations(self):
        """R46 R48: a quotation of a marketplace, not one by hand."""
        self.demand(1, confirm=False)
        self.assert_marks(self.env["marketplace.listing"])
        placed = self.place_lazada([(self.sku, 1), ("MOONCAKE-2026", 1, "3.00")])
        order = self.import_now(placed)
        self.assertEqual(order.state, "draft")
        self.env["marketplace.stock.mark"]._consume()
        self.assertTrue(self.here.stock_marked_at)
        self.settle()
        order._action_cancel()
        self.assertLessEqual(self.both, self.marked())

    def test_only_marks_that_were_seen(self):
        """R48: what is marked meanwhile stays for the next run."""
        self.put(1)
        self.env.flush_all()
        self.env.cr.precommit.run()
        mark = self.env["marketplace.stock.mark"]
        self.assertEqual(mark.search([]).product_id, self.product)
        self.assertEqual(mark._consume(), 1)
        self.assertFalse(mark.search([]))
        self.assertEqual(mark._consume(), 0)

    def test_at_most_once_a_minute(self):
        """R48: the first change wakes the scheduled action, what follows waits for a minute."""
        self.triggers.unlink()
        for product in self.products[:2]:
            for _ in range(3):
                self.put(1, product)
                self.env.flush_all()
                self.env.cr.precommit.run()
        self.assertEqual(len(self.triggers), 2)
        now = fields.Datetime.now()
        self.assertEqual(self.triggers.mapped("call_at"), [now, now + timedelta(minutes=1)])

    def test_scheduled_action(self):
        """R48: marks become numbers."""
        self.put(1)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env["marketplace.stock.mark"]._consume()
        self.both._reckon_stock()
        self.assertEqual(self.both.stock_update_id.mapped("number"), [11, 11])
        self.assertFalse(self.env["marketplace.listing"].search([("stock_marked_at", "!=", False)]))

    def test_cost(self):
        """R48: validating a delivery takes two queries more where its products are on sale, one where they are not."""

        def queries(listed):
            products = self.products[:2] if listed else self.products[7:9]
            pickings = self.env["stock.picking"]
            for product in products:
                self.put(5, product)
                pickings |= self.demand(1, product).picking_ids
            self.settle()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            pickings.with_context(skip_sms=True).button_validate()
            self.env.flush_all()
            done = self.env.cr.sql_log_count
            self.env["marketplace.stock.mark"].sudo()._mark_noted()
            return done - before, self.env.cr.sql_log_count - done

        for listed in (False, True):  # caches are warm then
            queries(listed)
        (plain, unlisted), (marked, listed) = queries(False), queries(True)
        self.assertEqual((marked, unlisted, listed), (plain, 1, 2))

    def test_transfer_of_many(self):
        """R48: one statement for a transfer of many products."""
        moves = [
            Command.create(
                {
                    "product_id": product.id,
                    "product_uom_qty": 1,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                }
            )
            for product in self.products
        ]
        places = {name: moves[0][2][name] for name in ("location_id", "location_dest_id")}
        picking = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id, "move_ids": moves, **places}
        )
        picking.action_confirm()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env.cr.precommit.run()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 5)  # it wakes the scheduled action too
        self.assert_marks(self.both | self.other)
