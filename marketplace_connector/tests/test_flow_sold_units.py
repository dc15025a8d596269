"""Units that buyers have bought and that Odoo has no delivery for: kept by the poll, taken off what the shops show."""

from datetime import timedelta

from odoo.tests import tagged

from ..simulator.lazada.state import Line
from .either_platform import AtLazada, AtShopee
from .stock_case import StockCase


class SoldUnits:
    """At either platform: ten pieces of a product that both shops sell, and what buyers do."""

    def setUp(self):
        super().setUp()
        self.put(10)
        self.there = self.listing(shop=(self.shops - self.shop))

    @property
    def rows(self):
        return self.env["marketplace.sold.unit"].search([])

    def buy(self, *lines, **facts):
        return self.place([(self.sku, 3), *lines], **facts)

    def poll(self, minutes=5):
        self.later(minutes)
        self.sync()

    def facts(self):
        return sorted((row.order_ref, row.product_id.default_code, row.quantity, row.why) for row in self.rows)

    def test_unpaid_then_paid(self):
        """R46: units of an unpaid order are taken off in all shops; as a delivery they count there, once."""
        placed = self.buy(paid=False)
        self.poll()
        self.assertEqual(self.facts(), [(self.ref(placed), self.sku, 3, "unpaid")])
        self.assertFalse(self.order(self.ref(placed)))
        here = self.rows.listing_id
        self.assertEqual((here.shop_id, here.product_id), (self.shop, self.product))
        for listing in (here, self.there):
            terms = self.terms(listing)
            self.assertEqual((terms.outgoing, terms.sold_elsewhere, terms.number), (0, 3, 7))
        row = self.rows
        self.poll()
        self.assertEqual(self.rows, row)
        self.pay(placed)
        self.poll()
        self.assertFalse(self.rows)
        self.assertEqual(self.order(self.ref(placed)).state, "sale")
        for listing in (here, self.there):
            terms = self.terms(listing)
            self.assertEqual((terms.outgoing, terms.sold_elsewhere, terms.number), (3, 0, 7))

    def test_unpaid_then_cancelled(self):
        """R46: what is cancelled before it is paid can be sold again."""
        placed = self.buy(paid=False)
        self.poll()
        self.assertEqual(self.number(self.there), 7)
        self.cancel_there(placed)
        self.poll()
        self.assertFalse(self.rows)
        self.assertEqual(self.number(self.there), 10)

    def test_several_lines(self):
        """R46: each listing has its own row; a SKU of no product is counted as soon as it has one."""
        other = self.products[1]
        self.put(5, other)
        placed = self.buy((other.default_code, 2), ("MOONCAKE-2026", 1), paid=False)
        self.poll()
        self.assertEqual(sorted(self.rows.mapped("quantity")), [1, 2, 3])
        self.assertEqual(self.number(self.rows.filtered(lambda row: row.quantity == 2).listing_id), 3)
        unlinked = self.rows.filtered(lambda row: not row.product_id)
        self.assertEqual((unlinked.quantity, unlinked.order_ref), (1, self.ref(placed)))
        unlinked.listing_id.product_id = other
        self.assertEqual(self.number(unlinked.listing_id), 2)

    def test_draft_with_an_unlinked_sku(self):
        """R46: of a quotation that waits for a product the other lines count, until it has a delivery."""
        placed = self.buy(("MOONCAKE-2026", 2))
        self.poll()
        order = self.order(self.ref(placed))
        self.assertEqual((order.state, len(self.rows)), ("draft", 0))
        terms = self.terms(self.there)
        self.assertEqual((terms.outgoing, terms.sold_elsewhere, terms.number), (0, 3, 7))
        waiting = order.order_line.filtered("marketplace_waits_for_product").marketplace_listing_id
        self.put(4, self.products[2])
        waiting.product_id = self.products[2]
        self.assertEqual(self.number(waiting), 2)
        self.poll()
        self.assertEqual(order.state, "sale")
        terms = self.terms(self.there)
        self.assertEqual((terms.outgoing, terms.sold_elsewhere, terms.number), (3, 0, 7))
        self.assertEqual(self.number(waiting), 2)

    def test_draft_cancelled(self):
        """R46: quotations that the platform or somebody here has cancelled take nothing."""
        placed, other = self.buy(("MOONCAKE-2026", 1)), self.buy(("MOONCAKE-2026", 1))
        self.poll()
        self.assertEqual(self.number(self.there), 4)
        self.cancel_there(placed)
        self.poll()
        self.assertEqual(self.number(self.there), 7)
        self.order(self.ref(other))._action_cancel()
        self.act()
        self.assertEqual(self.number(self.there), 10)

    def test_quotations_by_hand(self):
        """R46: where orders wait as quotations for somebody to confirm them."""
        self.shop.confirm_automatically = False
        placed = self.buy()
        self.poll()
        self.assertEqual(self.number(self.there), 7)
        self.order(self.ref(placed)).action_confirm()
        self.assertEqual((self.terms(self.there).outgoing, self.number(self.there)), (3, 7))

    def test_failed_order(self):
        """R46: an order that could not become a sales order is a problem, and takes its pieces."""
        self.env.ref("base.SGD").active = True
        self.shop.currency_id = self.env.ref("base.EUR")
        placed = self.buy()
        self.poll()
        self.assertEqual(self.problem(self.ref(placed)).reason, "currency")
        self.assertEqual(self.facts(), [(self.ref(placed), self.sku, 3, "waiting")])
        self.assertFalse(self.shop._has_unread_orders())
        self.shop.currency_id = self.env.ref("base.SGD")
        self.problem(self.ref(placed)).action_retry()
        self.env.invalidate_all()
        self.assertFalse(self.rows)
        self.assertEqual(self.number(self.there), 7)

    def test_from_before_the_first_day(self):
        """R46: an older order takes its pieces until they have left."""
        self.shop.import_from += timedelta(days=30)
        placed = self.buy()
        self.poll()
        self.assertFalse(self.order(self.ref(placed)))
        self.assertEqual(self.facts(), [(self.ref(placed), self.sku, 3, "waiting")])
        self.move_there(placed, "processed")
        self.poll()
        self.assertEqual(self.number(self.there), 7)
        self.move_there(placed, "shipped")
        self.poll()
        self.assertFalse(self.rows)

    def test_a_piece_is_cancelled(self):
        """R46: the row follows what is left of the order."""
        self.shop.import_from += timedelta(days=30)
        placed = self.buy()
        self.poll()
        self.cancel_some_there(placed)
        self.poll()
        self.assertEqual(self.rows.quantity, 2)

    def test_shipped_by_the_platform(self):
        """R50: what the platform ships takes nothing from the seller's stock."""
        self.place([(self.sku, 3)], paid=False, **self.by_platform())
        self.poll()
        self.assertFalse(self.rows)

    def test_unread_orders(self):
        """R48: an order that nobody could read has sold nobody knows what."""
        self.assertFalse(self.shops._has_unread_orders())
        placed = self.buy(paid=False, overrides=self.unreadable)
        self.poll()
        self.assertTrue(self.shop._has_unread_orders())
        self.assertFalse((self.shops - self.shop)._has_unread_orders())
        placed.overrides = {}
        self.problem(self.ref(placed)).action_retry()
        self.env.invalidate_all()
        self.assertEqual(self.rows.quantity, 3)
        self.assertFalse(self.shop._has_unread_orders())

    def test_unchanged_orders_cost_nothing(self):
        """R48: polled again, nothing is written, and as few queries for many orders as for one."""
        self.poll()

        def poll_again():
            self.sync()
            self.env.flush_all()
            before, ids = self.env.cr.sql_log_count, self.rows.ids
            self.sync()
            self.assertEqual(self.rows.ids, ids)
            return self.env.cr.sql_log_count - before

        self.buy(paid=False)
        self.poll()
        few = poll_again()
        for _ in range(8):
            self.buy(paid=False)
        self.poll()
        self.assertEqual(len(self.rows), 9)
        self.assertLessEqual(poll_again(), few)


@tagged("post_install", "-at_install")
class TestAtLazada(SoldUnits, AtLazada, StockCase):
    unreadable = {"created_at": "yesterday"}

    def pay(self, placed):
        self.lazada.advance(placed, "pending")

    def test_one_of_two_shipped(self):
        """R46: units that have left do not count any more."""
        self.shop.import_from += timedelta(days=30)
        placed = self.buy()
        self.lazada.advance(placed, "shipped", placed.units[:1])
        self.poll()
        self.assertEqual(self.rows.quantity, 2)

    def test_mixed_fulfilment(self):
        """R50: of an order that the seller ships in part only that part counts."""
        other = self.products[1].default_code
        self.place([Line(self.sku, 1), Line(other, 2, fulfilled_by_lazada=True)], paid=False)
        self.poll()
        self.assertEqual(self.rows.mapped("quantity"), [1])


@tagged("post_install", "-at_install")
class TestAtShopee(SoldUnits, AtShopee, StockCase):
    unreadable = {"detail": {"create_time": "yesterday"}}

    def pay(self, placed):
        self.shopee.advance(placed, "READY_TO_SHIP")

    def test_held(self):
        """R46: an order that the platform holds back is paid and not to be shipped yet."""
        placed = self.buy(paid=False)
        self.shopee.advance(placed, "PENDING")
        self.poll()
        self.assertEqual(self.rows.why, "on_hold")
        self.assertEqual(self.number(self.there), 7)
        self.shopee.advance(placed, "READY_TO_SHIP")
        self.poll()
        self.assertFalse(self.rows)
        self.assertEqual(self.number(self.there), 7)
