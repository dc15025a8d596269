"""SKUs that are not exactly one usable product: the order is kept, says why, and completes itself once solved."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestSkus(MarketplaceCase):
    def waiting(self, reason, sentence, sku="NO-SUCH-SKU"):
        """An order of the SKU and of a good one, kept unconfirmed; returns (sales order, problem, listing)."""
        platform_order = self.place_lazada([(sku, 2, 5), (self.products[1].default_code, 1)], shipping_fee="1.99")
        good = self.place_lazada([(self.products[1].default_code, 1)])
        order = self.import_now(platform_order)
        self.assertTrue(self.import_now(good).state == "sale")
        self.assertEqual((order.state, len(order.order_line)), ("draft", 3))
        self.assertAlmostEqual(order.amount_total, float(sum(unit.item_price for unit in platform_order.units)) + 1.99)
        self.assertFalse(order.picking_ids)
        problem = self.problem(platform_order.order_id)
        self.assertEqual((problem.reason, problem.order_id), (reason, order))
        self.assertIn(sentence, problem.message)
        self.assertEqual(order.marketplace_problem, problem.message)
        self.assertEqual(problem.ship_by, order.commitment_date)
        line = order.order_line.filtered("marketplace_waits_for_product")
        self.assertEqual((len(line), line.marketplace_seller_sku), (1, sku))
        with self.assertRaisesRegex(UserError, "cannot be confirmed"):
            order.action_confirm()
        return order, problem, line.marketplace_listing_id

    def assert_complete(self, order, product):
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.problem(order.marketplace_order_ref))
        self.assertFalse(order.order_line.filtered("marketplace_waits_for_product"))
        line = self.lines(order).filtered(lambda line: line.product_id == product)
        self.assertEqual((line.product_uom_qty, line.price_unit, line.product_uom_id), (2, 5.0, product.uom_id))
        self.assertEqual(order.picking_ids.move_ids.product_id, product | self.products[1])
        self.assertEqual(order.marketplace_amount_state, "exact")

    def test_unknown_sku_linked_and_retried(self):
        """D10: the listing is made; linked by hand and retried by a user, the order completes."""
        order, problem, listing = self.waiting("sku_unlinked", "SKU NO-SUCH-SKU is not linked")
        self.assertEqual(
            (listing.seller_sku, listing.state, listing.waiting_order_count), ("NO-SUCH-SKU", "unmatched", 1)
        )
        total = order.amount_total
        listing.with_user(self.manager).product_id = self.products[5]
        problem.with_user(self.user).action_retry()
        self.assert_complete(order, self.products[5])
        self.assertEqual(order.amount_total, total)

    def test_unknown_sku_linked(self):
        """D10: linking alone is enough: the scheduled action does the rest."""
        order, _problem, listing = self.waiting("sku_unlinked", "SKU NO-SUCH-SKU is not linked")
        listing.product_id = self.products[5]
        self.sync()
        self.assert_complete(order, self.products[5])

    def test_product_made_afterwards(self):
        """A product with that internal reference, then Retry: the match is tried again."""
        order, problem, _listing = self.waiting("sku_unlinked", "SKU NO-SUCH-SKU is not linked")
        product = self.env["product.product"].create(
            {"name": "New", "default_code": "NO-SUCH-SKU", "is_storable": True, "taxes_id": False}
        )
        problem.action_retry()
        self.assert_complete(order, product)

    def test_sku_of_two_products(self):
        """D10: nobody guesses."""
        twins = self.products.create([{"name": name, "default_code": "TWIN", "is_storable": True} for name in "AB"])
        order, problem, listing = self.waiting("sku_ambiguous", "SKU TWIN fits several products", "TWIN")
        self.assertEqual((listing.state, listing.candidate_count), ("ambiguous", 2))
        listing.product_id = twins[1]
        problem.action_retry()
        self.assert_complete(order, twins[1])

    def test_archived_product(self):
        """Archived before the listing was linked, or afterwards: said so, and good again once it is back."""
        product = self.products[5]
        product.active = False
        order, problem, _listing = self.waiting("product_archived", "is archived", product.default_code)
        product.active = True
        problem.action_retry()
        self.assert_complete(order, product)
        product.active = False
        order, problem, listing = self.waiting("product_archived", "is archived", product.default_code)
        self.assertEqual((listing.product_id, listing.state), (product, "unusable"))
        product.active = True
        problem.action_retry()
        self.assert_complete(order, product)

    def test_product_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        product = self.products[5]
        product.company_id = company
        order, problem, _listing = self.waiting("product_company", "belongs to another company", product.default_code)
        product.company_id = False
        problem.action_retry()
        self.assert_complete(order, product)

    def test_vanished_product(self):
        """The linked product was deleted: the SKU is not linked any more."""
        product = self.products.create({"name": "Short-lived", "default_code": "GONE", "is_storable": True})
        first = self.place_lazada([("GONE", 1, 5)])
        self.import_now(first)
        self.order(first.order_id)._action_cancel()
        self.order(first.order_id).picking_ids.unlink()
        self.order(first.order_id).unlink()
        listing = self.env["marketplace.listing"].search([("seller_sku", "=", "GONE")])
        self.assertEqual(listing.product_id, product)
        product.unlink()
        _order, _problem, same = self.waiting("sku_unlinked", "SKU GONE is not linked", "GONE")
        self.assertEqual(same, listing)

    def test_two_unknown_skus(self):
        """Both have to be solved; one problem an order, which then names the other."""
        platform_order = self.place_lazada([("NO-1", 1, 5), ("NO-2", 1, 5)])
        order = self.import_now(platform_order)
        for sku in ("NO-1", "NO-2"):
            problem = self.problem(platform_order.order_id)
            self.assertEqual(len(problem), 1)
            self.assertIn(sku, problem.message)
            self.env["marketplace.listing"].search([("seller_sku", "=", sku)]).product_id = self.products[5]
            problem.action_retry()
            self.env.invalidate_all()
        self.assertEqual((order.state, problem.state), ("sale", "done"))

    def test_no_sku_at_all(self):
        """A listing without a seller SKU goes by its name."""
        platform_order = self.place_lazada([(self.sku, 1)], item_overrides={"sku": "", "name": "Mug"})
        self.assertEqual(self.import_now(platform_order).state, "draft")
        self.assertIn("Mug", self.problem(platform_order.order_id).message)

    def test_ships_while_waiting(self):
        """The platform goes on meanwhile; linking later still completes the order."""
        platform_order = self.place_lazada([("NO-SUCH-SKU", 2, 5), (self.products[1].default_code, 1)])
        order = self.import_now(platform_order)
        self.lazada.advance(platform_order, "shipped")
        self.import_now()
        self.assertEqual((order.state, order.marketplace_status), ("draft", "shipped"))
        order.order_line.marketplace_listing_id.filtered(lambda x: not x.product_id).product_id = self.products[5]
        self.sync()
        self.assert_complete(order, self.products[5])
