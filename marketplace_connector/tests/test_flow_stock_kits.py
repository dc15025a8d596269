"""The numbers of kits: what their scarcest component allows."""

from odoo import Command
from odoo.tests import tagged

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockKits(StockCase):
    def setUp(self):
        super().setUp()
        if "mrp.bom" not in self.env:
            self.skipTest("needs kits")
        self.kit_product, self.other_kit, self.box, self.ribbon, self.card = self.products[:5]

    def kit(self, product, parts, **values):
        """A kit of so much of each component."""
        lines = [Command.create({"product_id": part.id, "product_qty": amount}) for part, amount in parts.items()]
        kit = {"product_tmpl_id": product.product_tmpl_id.id, "type": "phantom", "bom_line_ids": lines}
        return self.env["mrp.bom"].create({**kit, **values})

    def kits_free(self, parts):
        """What the tables say: whole kits of what is on hand and not to be delivered."""
        free = []
        for part, amount in parts.items():
            on_hand, outgoing, _incoming = self.in_database(part)
            free.append((on_hand - outgoing) // amount)
        return min(free)

    def sell(self, listing, quantity, order_ref="1"):
        """Units of an order that is not paid."""
        values = {"shop_id": listing.shop_id.id, "order_ref": order_ref, "quantity": quantity, "why": "unpaid"}
        return self.env["marketplace.sold.unit"].create({**values, "listing_id": listing.id})

    def test_scarcest_component(self):
        """R46: demand is taken off each component by itself, not off the kits it makes."""
        parts = {self.box: 1, self.ribbon: 2}
        self.kit(self.kit_product, parts)
        listing = self.listing(self.kit_product)
        self.put(10, self.box)
        self.put(11, self.ribbon)
        self.demand(6, self.box)
        (update,) = self.reckon(listing)
        self.assertEqual((update.number, update.scarcest_id), (4, self.box))
        self.assertEqual((update.on_hand, update.outgoing), (10, 6))
        self.assertEqual(update.number, self.kits_free(parts))
        self.demand(4, self.ribbon)
        (update,) = self.reckon(listing)
        self.assertEqual((update.number, update.scarcest_id), (3, self.ribbon))
        self.assertEqual((update.on_hand, update.outgoing), (5, 2))
        self.assertEqual(update.number, self.kits_free(parts))

    def test_kit_that_is_not_storable(self):
        """R46: whether the kit itself is storable is all the same; one of things without stock is not touched."""
        self.kit_product.is_storable = False
        self.kit(self.kit_product, {self.box: 2})
        self.put(5, self.box)
        self.assertEqual(self.number(self.listing(self.kit_product)), 2)
        self.card.is_storable = False
        self.kit(self.other_kit, {self.card: 1})
        self.assertEqual(self.listing(self.other_kit).stock_skip, "not_stored")

    def test_demand_for_kits(self):
        """R46: an order for kits takes components, and a component sold by itself takes kits."""
        self.kit(self.kit_product, {self.box: 2})
        kit, single = self.listing(self.kit_product), self.listing(self.box)
        self.put(11, self.box)
        self.assertEqual((self.number(kit), self.number(single)), (5, 11))
        self.demand(2, self.kit_product)
        self.assertEqual((self.number(kit), self.number(single)), (3, 7))
        self.demand(2, self.box)
        self.assertEqual((self.number(kit), self.number(single)), (2, 5))

    def test_units_sold(self):
        """R46: units of kits that Odoo has no delivery for take components of every kit that needs them."""
        self.kit(self.kit_product, {self.box: 2, self.ribbon: 1})
        self.kit(self.other_kit, {self.box: 1})
        kit, other, single = (self.listing(product) for product in (self.kit_product, self.other_kit, self.box))
        self.put(11, self.box)
        self.put(4, self.ribbon)
        self.assertEqual((self.number(kit), self.number(other), self.number(single)), (4, 11, 11))
        self.sell(kit, 1)
        self.sell(single, 3, "2")
        terms = self.terms(kit)
        self.assertEqual((terms.free, terms.sold_elsewhere, terms.number), (4, 1, 3))
        self.assertEqual((self.number(other), self.number(single)), (6, 6))
        self.sell(other, 3, "3")
        terms = self.terms(kit)
        self.assertEqual((terms.free, terms.sold_elsewhere, terms.number), (4, 3, 1))
        self.assertEqual((self.number(other), self.number(single)), (3, 3))

    def test_nested(self):
        """R46: a kit in a kit is taken apart to what is in the warehouse."""
        self.kit(self.other_kit, {self.ribbon: 3, self.card: 1})
        self.kit(self.kit_product, {self.other_kit: 2, self.card: 1})
        listing = self.listing(self.kit_product)
        self.put(20, self.ribbon)
        self.put(8, self.card)
        self.assertEqual(self.number(listing), 2)
        self.assertEqual(self.kits_free({self.ribbon: 6, self.card: 3}), 2)
        self.put(4, self.ribbon)
        self.assertEqual(self.number(listing), 2)
        self.put(1, self.card)
        self.assertEqual(self.number(listing), 3)

    def test_units_of_measure(self):
        """R46: a bill for several kits, in dozens."""
        dozen = self.env.ref("uom.product_uom_dozen")
        bom = self.kit(self.kit_product, {self.box: 1}, product_qty=3)
        bom.bom_line_ids.product_uom_id = dozen
        self.put(26, self.box)
        self.assertEqual(self.number(self.listing(self.kit_product)), 6)

    def test_of_the_company_and_of_the_variant(self):
        """R46: another company's bill, and another variant's, are nothing to this product."""
        company = self.env["res.company"].create({"name": "Other"})
        self.kit(self.kit_product, {self.box: 5}, company_id=company.id, sequence=1)
        listing = self.listing(self.kit_product)
        self.put(3, self.kit_product)
        self.put(9, self.box)
        self.assertEqual(self.number(listing), 3)
        self.kit(self.kit_product, {self.box: 2}, sequence=2)
        self.assertEqual(self.number(listing), 4)
        self.kit(self.kit_product, {self.box: 1}, sequence=0, product_id=self.kit_product.id)
        self.assertEqual(self.number(listing), 9)

    def test_share_and_buffer_are_of_kits(self):
        """R46: shares and pieces kept back are counted in kits."""
        self.kit(self.kit_product, {self.box: 2})
        listing = self.listing(self.kit_product)
        self.put(21, self.box)
        self.lazada_shop.write({"stock_share": 75, "stock_buffer": 1})
        self.reckon(listing)
        self.assertEqual(listing.stock_update_id.number, 6)

    def test_marks(self):
        """R48: what changes for a component changes for all kits with it, those in kits too."""
        self.kit(self.other_kit, {self.box: 1})
        bom = self.kit(self.kit_product, {self.other_kit: 1, self.ribbon: 1})
        inner, outer, ribbon = (self.listing(one) for one in (self.other_kit, self.kit_product, self.ribbon))
        self.settle()
        self.put(1, self.box)
        self.assertEqual(self.marked(), inner | outer)
        self.settle()
        self.put(1, self.ribbon)
        self.assertEqual(self.marked(), outer | ribbon)
        self.settle()
        self.sell(outer, 1)
        self.assertEqual(self.marked(), inner | outer | ribbon)
        self.settle()
        bom.bom_line_ids[0].product_qty = 2
        self.assertIn(outer, self.marked())
        self.settle()
        self.assertFalse(self.marked())
        bom.bom_line_ids[1].unlink()
        self.assertIn(outer, self.marked())
        self.reckon(outer)
        bom.unlink()
        self.assertIn(outer, self.marked())
        self.assertTrue(self.reckon(outer))

    def test_queries_do_not_grow(self):
        """R46: as many queries for twenty kits as for two."""
        parts = self.env["product.product"].create([{"name": f"Part {n}", "is_storable": True} for n in range(20)])
        products = self.env["product.product"].create([{"name": f"Kit {n}", "is_storable": True} for n in range(24)])
        for number, product in enumerate(products):
            self.kit(product, {parts[number % 20]: 1, parts[(number * 7 + 3) % 20]: 2})
        listings = [self.listing(product, seller_sku=product.name) for product in products]

        def queries(few):
            few = self.env["marketplace.listing"].union(*few)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(few._stock_terms()), len(few))
            return self.env.cr.sql_log_count - before

        queries(listings[:2])
        self.assertEqual(queries(listings[2:4]), queries(listings[4:]))
