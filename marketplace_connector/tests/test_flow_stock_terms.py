"""What the number of a listing follows from, each term alone and all together."""

from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockTerms(StockCase):
    def test_on_hand(self):
        """R46: what is in the shop's warehouses."""
        listing = self.listing()
        self.put(12)
        self.assertEqual(self.number(listing), 12)

    def test_open_demand_reserved_or_not(self):
        """R46: all open moves out count, whether anything is reserved for them or not."""
        listing = self.listing()
        self.put(12)
        self.demand(3)
        waiting = self.demand(4)
        waiting.picking_ids.do_unreserve()
        terms = self.terms(listing)
        self.assertEqual((terms.on_hand, terms.outgoing, terms.number), (12, 7, 5))
        self.demand(2, confirm=False)
        self.assertEqual(self.number(listing), 5)

    def test_more_demand_than_stock(self):
        """R46: never below 0."""
        listing = self.listing()
        self.put(3)
        self.demand(10)
        terms = self.terms(listing)
        self.assertEqual((terms.free, terms.number, terms.cause), (-7, 0, "none_left"))

    def test_incoming_if_wanted(self):
        """R46: confirmed receipts count where the shop wants that."""
        listing = self.listing()
        self.put(1)
        self.receipt(5)
        self.assertEqual(self.number(listing), 1)
        self.lazada_shop.stock_count_incoming = True
        self.assertEqual(self.number(listing), 6)

    def test_share_buffer_cap(self):
        """R46: the share is of what is free, pieces kept back come off, never more than the limit."""
        listing = self.listing()
        self.put(12)
        self.demand(2)
        self.lazada_shop.stock_share = 80
        self.assertEqual(self.number(listing), 8)
        self.lazada_shop.stock_buffer = 1
        self.assertEqual(self.number(listing), 7)
        self.lazada_shop.write({"stock_has_cap": True, "stock_cap": 5})
        terms = self.terms(listing)
        self.assertEqual((terms.number, terms.cause), (5, "capped"))

    def test_own_rule(self):
        """R46: a SKU's own rule goes before the shop's."""
        listing = self.listing(own_stock_rule=True, stock_share=50, stock_has_cap=True, stock_cap=3)
        other = self.listing(self.products[1])
        self.put(10)
        self.put(10, self.products[1])
        self.lazada_shop.stock_buffer = 4
        self.assertEqual((self.number(listing), self.number(other)), (3, 6))

    def test_all_together(self):
        """R46: the number that is kept is the formula over what the tables say."""
        listing = self.listing()
        self.lazada_shop.write({"stock_share": 70, "stock_buffer": 2, "stock_count_incoming": True})
        self.put(31)
        self.demand(4)
        self.receipt(6)
        unpaid = {"shop_id": self.shopee_shop.id, "order_ref": "U1", "quantity": 3, "why": "unpaid"}
        self.env["marketplace.sold.unit"].create({**unpaid, "listing_id": self.listing(shop=self.shopee_shop).id})
        (update,) = self.reckon(listing)
        on_hand, outgoing, incoming = self.in_database(self.product)
        self.assertEqual((update.on_hand, update.outgoing, update.incoming), (on_hand, outgoing, incoming))
        self.assertEqual(update.sold_elsewhere, 3)
        self.assertEqual(update.number, int(Decimal("0.7") * 33) - 2 - 3)

    def test_units_of_measure(self):
        """R46: a move in dozens is twelve pieces; a part of a piece is not shown."""
        listing = self.listing()
        self.put(30)
        order = self.demand(1, confirm=False)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.action_confirm()
        self.assertEqual(self.number(listing), 18)
        weighed = self.products[1]
        weighed.uom_id = self.env.ref("uom.product_uom_kgm")
        self.put(2.75, weighed)
        self.assertEqual(self.number(self.listing(weighed)), 2)

    def test_only_listed_warehouses(self):
        """R47: what lies elsewhere is never counted; several are counted together."""
        listing = self.listing()
        second, third = self.another_warehouse(), self.another_warehouse()
        self.put(1)
        self.put(10, warehouse=second)
        self.put(100, warehouse=third)
        self.demand(3, warehouse=third)
        self.assertEqual(self.number(listing), 1)
        self.lazada_shop.stock_warehouse_ids = self.warehouse | second
        self.assertEqual(self.number(listing), 11)
        self.demand(4, warehouse=second)
        self.assertEqual(self.number(listing), 7)

    def test_no_warehouse_touches_nothing(self):
        """R47: none is "do not touch", never 0."""
        listing = self.listing()
        self.put(5)
        self.lazada_shop.stock_warehouse_ids = False
        self.assertEqual(listing._stock_terms(), {})
        self.assertFalse(self.reckon(listing))
        self.assertFalse(listing.stock_update_ids)
        self.assertEqual(listing.stock_skip, "no_warehouse")

    def test_marketplaces_own_warehouse_cannot_count(self):
        """R47: goods at a marketplace are sold there only."""
        there = self.shopee_shop._ensure_platform_warehouse()
        with self.assertRaisesRegex(ValidationError, "sold there only"):
            self.lazada_shop.stock_warehouse_ids = self.warehouse | there
        with self.assertRaisesRegex(ValidationError, "sold there only"):
            self.lazada_shop.platform_warehouse_id = self.lazada_shop.stock_warehouse_ids = self.another_warehouse()

    def test_what_is_not_touched(self):
        """R50: each has its reason, and no number."""
        self.put(5)
        service = self.env["product.product"].create({"name": "Wrapping", "type": "service"})
        consumable = self.env["product.product"].create({"name": "Sticker", "type": "consu"})
        archived = self.env["product.product"].create({"name": "Old", "is_storable": True, "active": False})
        listings = {
            "by_platform": self.listing(by_platform=True),
            "is_bundle": self.listing(is_bundle=True),
            "gone": self.listing(listing_status="gone"),
            "banned": self.listing(listing_status="banned"),
            "ignored": self.listing(ignored=True, product_id=False),
            "unlinked": self.listing(product_id=False),
            "archived": self.listing(archived),
            "not_stored": self.listing(consumable),
        }
        for reason, listing in listings.items():
            self.assertEqual(listing.stock_skip, reason)
        everything = self.env["marketplace.listing"].union(*listings.values(), self.listing(service))
        self.assertEqual(everything._stock_terms(), {})
        good = self.listing() | self.listing(listing_status="inactive") | self.listing(listing_status=False)
        self.assertEqual(good.mapped("stock_skip"), [False] * 3)
        self.assertEqual(len(self.reckon(good | everything)), 3)

    def test_steps_of_a_delivery(self):
        """R46: a demand counts once, wherever its goods are on their way through the warehouse."""
        for steps, count in (("ship_only", 1), ("pick_ship", 2), ("pick_pack_ship", 3)):
            warehouse = self.another_warehouse(delivery_steps=steps)
            self.lazada_shop.stock_warehouse_ids = warehouse
            product = self.products[count]
            listing = self.listing(product)
            self.put(10, product, warehouse)
            order = self.demand(4, product, warehouse)
            for done in range(count):
                with self.subTest(steps=steps, done=done):
                    self.assertEqual(self.number(listing), 6)
                    self.assertEqual(self.in_database(product, warehouse)[1], 4)
                picking = order.picking_ids.filtered(lambda one: one.state not in ("done", "cancel"))
                picking.move_ids.picked = True
                picking.button_validate()
            terms = self.terms(listing)
            self.assertEqual((terms.on_hand, terms.outgoing, terms.number), (6, 0, 6))

    def test_steps_made_beforehand(self):
        """R46: the same where all steps of a delivery are there from the start, one made to order of the other."""
        warehouse = self.another_warehouse(delivery_steps="pick_ship")
        self.lazada_shop.stock_warehouse_ids = warehouse
        picking, shipping = warehouse.delivery_route_id.rule_ids.sorted("sequence")
        if picking.action != "pull":
            picking, shipping = shipping, picking
        picking.write({"location_dest_id": warehouse.wh_output_stock_loc_id.id, "location_dest_from_rule": True})
        shipping.write({"action": "pull", "procure_method": "make_to_order"})
        listing = self.listing()
        self.put(10, warehouse=warehouse)
        order = self.demand(4, warehouse=warehouse)
        self.assertEqual(len(order.picking_ids | order.picking_ids.move_ids.move_orig_ids.picking_id), 2)
        self.assertEqual(self.number(listing), 6)

    def test_steps_of_a_receipt(self):
        """R46: what is to come counts once."""
        warehouse = self.another_warehouse(reception_steps="three_steps")
        self.lazada_shop.write({"stock_warehouse_ids": [Command.set(warehouse.ids)], "stock_count_incoming": True})
        listing = self.listing()
        receipt = self.receipt(5, warehouse=warehouse)
        self.assertEqual(self.number(listing), 5)
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(self.number(listing), 5)

    def test_between_warehouses(self):
        """R46: what leaves for a warehouse that counts too stays, what leaves for another one goes."""
        second, third = self.another_warehouse(), self.another_warehouse()
        self.lazada_shop.stock_warehouse_ids = self.warehouse | second
        listing = self.listing()
        self.put(10)
        for target, left in ((second, 10), (third, 7)):
            places = {"location_id": self.warehouse.lot_stock_id.id, "location_dest_id": target.lot_stock_id.id}
            move = {**places, "product_id": self.product.id, "product_uom_qty": 3}
            transfer = {"picking_type_id": self.warehouse.int_type_id.id, **places, "move_ids": [Command.create(move)]}
            self.env["stock.picking"].create(transfer).action_confirm()
            self.assertEqual(self.number(listing), left)

    def test_places(self):
        """R47: each place of a shop shows its own warehouses; units sold are taken off once."""
        second = self.another_warehouse()
        place = self.env["marketplace.stock.place"]
        shop = {"shop_id": self.lazada_shop.id}
        here = place.create({**shop, "ref": "1", "name": "A", "warehouse_ids": [Command.set(self.warehouse.ids)]})
        there = place.create({**shop, "ref": "2", "name": "B", "warehouse_ids": [Command.set(second.ids)]})
        place.create({**shop, "ref": "3", "name": "C"})
        listing = self.listing()
        self.put(4)
        self.put(10, warehouse=second)
        sold = {"order_ref": "1", "listing_id": listing.id, "quantity": 6, "why": "unpaid"}
        self.env["marketplace.sold.unit"].create({**shop, **sold})
        numbers = {place: terms.number for (_listing, place), terms in listing._stock_terms().items()}
        self.assertEqual(numbers, {here: 0, there: 8})
        self.assertEqual(len(self.reckon(listing)), 2)
        self.assertFalse(self.reckon(listing) - listing.stock_update_ids)
        with self.assertRaisesRegex(ValidationError, "shown twice"):
            here.warehouse_ids |= second

    # === WHAT IS KEPT === #

    def test_only_what_has_changed(self):
        """R48: reckoned again without a change nothing is written; each change has a row of its own."""
        listing = self.listing(listed_quantity=0, listed_read_at=fields.Datetime.now())
        self.put(5)
        (update,) = self.reckon(listing)
        self.assertEqual((update.number, update.result, listing.stock_state), (5, "waiting", "waiting"))
        self.assertEqual(self.reckon(listing), update)
        update.result = "accepted"
        listing.listed_quantity = 5
        self.assertFalse(self.reckon(listing))
        self.demand(2)
        (newer,) = self.reckon(listing)
        self.assertEqual((newer.number, listing.stock_update_id, update.is_newest), (3, newer, False))
        self.put(1)
        (newest,) = self.reckon(listing)
        self.assertFalse(newer.exists(), "it was never sent")
        self.assertEqual(listing.stock_update_ids, update | newest)

    def test_shown_already(self):
        """R48: a number that the marketplace shows is not sent, unless its buyers have lowered it meanwhile."""
        listing = self.listing(listed_quantity=5, listed_read_at=self.later_by(-60))
        self.lazada_shop.write({"stock_has_cap": True, "stock_cap": 5})
        self.put(9)
        self.assertFalse(self.reckon(listing))
        self.assertEqual(listing.stock_state, "unchanged")
        self.put(2)
        self.assertFalse(self.reckon(listing))
        self.demand(1)
        self.assertFalse(self.reckon(listing))
        sold = {"shop_id": self.lazada_shop.id, "order_ref": "1", "listing_id": listing.id, "why": "unpaid"}
        self.env["marketplace.sold.unit"].create({**sold, "quantity": 1})
        (update,) = self.reckon(listing)
        self.assertEqual((update.number, update.cause), (5, "capped"))

    def test_answer_lost(self):
        """R48: nobody knows what is shown: the number is sent again."""
        listing = self.listing(listed_quantity=5, listed_read_at=fields.Datetime.now())
        self.put(5)
        self.reckon(listing)
        listing.stock_update_id.result = "unknown"
        self.assertEqual(self.reckon(listing).number, 5)

    def test_drift(self):
        """R49: another number than the one sent is shown there: it is sent again."""
        listing = self.listing(listed_quantity=5, listed_read_at=fields.Datetime.now())
        self.put(5)
        self.reckon(listing)
        listing.listed_quantity = 8
        self.assertEqual(self.reckon(listing).number, 5)

    def test_again(self):
        """R49: a full resend sends what has not changed too."""
        listing = self.listing(listed_quantity=5, listed_read_at=fields.Datetime.now())
        self.put(5)
        self.assertFalse(self.reckon(listing))
        self.assertEqual(listing._reckon_stock(again=True).number, 5)

    def test_campaign_lock(self):
        """R48: a number below the lock waits until the lock has ended."""
        lock_ends = fields.Datetime.now() + timedelta(hours=1)
        listing = self.listing(listed_quantity=8, listed_locked=6, listed_locked_until=lock_ends)
        self.put(4)
        self.assertFalse(self.reckon(listing))
        self.assertEqual((listing.stock_state, listing.stock_update_id.locked), ("locked", 6))
        self.settle()
        self.later(61)
        self.assertEqual(self.marked(), listing)
        self.assertEqual(self.reckon(listing).number, 4)

    def test_newest_mark_first(self):
        """R48: what changed last is sent first."""
        listings = [self.listing(product) for product in self.products[:3]]
        for listing, minutes in zip(listings, (2, 9, 5), strict=True):
            listing.stock_marked_at = self.later_by(minutes)
        updates = self.reckon(*listings)
        self.assertEqual([*updates.listing_id], [listings[1], listings[2], listings[0]])
        self.assertFalse(any(listing.stock_marked_at for listing in listings))

    # === MANY === #

    def test_queries_do_not_grow(self):
        """R48: as many queries for forty listings of two shops as for four."""
        products = self.env["product.product"].create(
            [{"name": f"Many {number}", "default_code": f"MANY-{number}", "is_storable": True} for number in range(40)]
        )
        for product in products:
            self.put(7, product)
        listings = [self.listing(product, shop) for product in products for shop in self.shops]

        def queries(few):
            few = self.env["marketplace.listing"].union(*few)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(few._reckon_stock()), len(few))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(listings[:4])
        few, many = queries(listings[4:8]), queries(listings[8:])
        self.assertEqual(few, many)
        self.assertLess(many, 45)
