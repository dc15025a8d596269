"""What owners and accountants see of payouts: on orders, lists and the shop's page."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .payout_facts import PayoutFacts


@tagged("post_install", "-at_install")
class TestOrders(PayoutFacts):
    def states(self, orders):
        return orders.mapped("marketplace_payout_state")

    def test_expected_against_paid(self):
        """D9 D19: what an order brings after fees, and what is missing."""
        paid, short, waiting = orders = self.delivered(2, 1, 1)
        self.assertEqual(self.states(orders), ["waiting"] * 3)
        payout = self.payout(
            [
                (paid, "order_amount", paid.amount_total),
                (paid, "commission", -3),
                (paid, "payment", -1),
                (short, "order_amount", short.amount_total - 2),
                (None, "marketing", -9),
            ]
        )
        self.assertEqual(self.states(orders), ["paid", "differs", "waiting"])
        self.assertAlmostEqual(paid.marketplace_expected, paid.invoice_ids.amount_total)
        self.assertAlmostEqual(paid.marketplace_paid, paid.amount_total)
        self.assertAlmostEqual(paid.marketplace_fees, -4)
        self.assertAlmostEqual(paid.marketplace_net, paid.amount_total - 4)
        self.assertAlmostEqual(paid.marketplace_commission_rate, 400 / paid.amount_total, 2)
        self.assertAlmostEqual(short.marketplace_payout_difference, -2)
        self.assertEqual(paid.action_marketplace_payouts()["res_id"], payout.id)
        payout.state = "cancelled"
        self.assertEqual(self.states(orders), ["waiting"] * 3)
        self.assertEqual(paid.marketplace_net, 0)

    def test_piece_by_piece(self):
        """Where a marketplace pays for each piece, some of them are a part, not a difference."""
        order = self.delivered(2)
        half = order.amount_total / 2
        self.payout([(order, "order_amount", half, {"unit_ref": "1"})])
        self.assertEqual(order.marketplace_payout_state, "partly")
        self.assertAlmostEqual(order.marketplace_unpaid_amount, half)
        self.payout([(order, "order_amount", half, {"unit_ref": "2"})], ref="S2")
        self.assertEqual((order.marketplace_payout_state, order.marketplace_payout_count), ("paid", 2))

    def test_withheld_apart(self):
        """What is withheld besides the amounts is a cost of the order."""
        order = self.delivered(1)
        withheld = {"withheld_amount": 0.5, "withheld_apart": True}
        self.payout([(order, "order_amount", order.amount_total, withheld)])
        self.assertEqual(order.marketplace_payout_state, "paid")
        self.assertAlmostEqual(order.marketplace_fees, -0.5)

    def test_refunded(self):
        """D2: credited and taken back, or never paid: nothing is expected any more."""
        taken_back, never_paid = orders = self.delivered(1, 1)
        total = taken_back.amount_total
        self.payout([(taken_back, "order_amount", total), (taken_back, "order_amount", -total)])
        self.assertEqual(self.states(orders), ["waiting", "waiting"])
        for invoice in orders.invoice_ids:
            invoice._reverse_moves([{"invoice_date": "2026-03-10"}], cancel=True)
        self.assertEqual(self.states(orders), ["refunded", "refunded"])
        self.assertAlmostEqual(never_paid.marketplace_refunded, total)

    def test_delivered_not_paid(self):
        """D9: with its age, red after the shop's days; the shop counts and sums them."""
        orders = self.delivered(1, 2)
        shop = self.lazada_shop.with_user(self.accountant)
        self.assertEqual(shop.unpaid_count, 2)
        self.assertAlmostEqual(shop.unpaid_amount, sum(orders.mapped("amount_total")))
        self.later(60 * 24 * 15 + 5)
        self.env.invalidate_all()
        self.assertEqual((orders[0].marketplace_unpaid_days, orders[0].marketplace_payout_late), (15, True))
        self.assertEqual(shop.unpaid_late_count, 2)
        shop.sudo().payout_days = 30
        self.env.invalidate_all()
        self.assertEqual((orders[0].marketplace_payout_late, shop.unpaid_late_count), (False, 0))
        found = self.env["sale.order"].with_user(self.accountant).search(shop.action_open_unpaid()["domain"])
        self.assertLessEqual(orders, found)
        self.payout([(order, "order_amount", order.amount_total + 1) for order in orders])
        self.env.invalidate_all()
        self.assertEqual((shop.unpaid_count, shop.paid_differs_count), (0, 2))

    def test_unusual_commission(self):
        """D7: a rate far from the shop's usual one is found, with the amount."""
        orders = self.delivered(*[1] * 5)
        rows = [(order, "order_amount", order.amount_total) for order in orders]
        rates = [0.06, 0.06, 0.06, 0.065, 0.12]
        rows += [(order, "commission", -order.amount_total * rate) for order, rate in zip(orders, rates, strict=True)]
        self.payout(rows)
        self.env.invalidate_all()
        mine = self.env["sale.order"].with_user(self.accountant).search([("id", "in", orders.ids)], order="id")
        unusual = mine.search([("id", "in", orders.ids), ("marketplace_unusual_fees", "=", True)])
        self.assertEqual(unusual, orders[4])
        self.assertAlmostEqual(unusual.marketplace_usual_rate, 6, 1)
        self.assertAlmostEqual(unusual.marketplace_excess_fee, orders[4].amount_total * 0.06, 1)
        self.assertEqual(mine.filtered_domain([("marketplace_unusual_fees", "=", False)]), orders[:4])

    def test_overcharged_shipping(self):
        """D7: shipping that was charged above what buyer and marketplace paid for it is found, with its amount and the
        day of the charge."""
        keys = {
            self.lazada_shop: ("8", "7", "157"),
            self.shopee_shop: ("buyer_paid_shipping_fee", "actual_shipping_fee", "shopee_shipping_rebate"),
        }
        for shop, (paid, cost, added) in keys.items():
            with self.subTest(shop=shop.provider):
                place = self.place_lazada if shop == self.lazada_shop else self.place_shopee
                orders = self.import_now(*(place([(self.sku, 1)]) for _order in range(5)))
                of_key = {key: {"fee_type_id": self.fee(key, shop=shop).id} for key in (paid, cost, added)}
                charged = [3, 3, 3, 3, 11.5]
                rows = [
                    row
                    for order, fee in zip(orders, charged, strict=True)
                    for row in (
                        (order, "order_amount", order.amount_total - 2),
                        (order, "order_amount", 2, of_key[paid]),
                        (order, "logistics", -fee, of_key[cost]),
                        (order, "logistics", 1, of_key[added]),
                    )
                ]
                self.payout(rows, shop=shop)
                self.env.invalidate_all()
                mine = self.env["sale.order"].with_user(self.accountant)
                found = mine.search([("id", "in", orders.ids), ("marketplace_unusual_fees", "=", True)])
                self.assertEqual(found, orders[4])
                self.assertAlmostEqual(found.marketplace_shipping_cost, 8.5)
                self.assertAlmostEqual(found.marketplace_excess_shipping, 8.5)
                self.assertEqual(found.marketplace_charged_on, orders[4].marketplace_payout_line_ids[0].date)
                self.assertEqual(set(orders[:4].mapped("marketplace_shipping_cost")), {0})

    def test_usual_shipping_at_own_cost(self):
        """D7: who always pays a part of the shipping is not told of each order, only of what is far above."""
        orders = self.delivered(*[1] * 6)
        rows = [(order, "order_amount", order.amount_total) for order in orders]
        charged = {"fee_type_id": self.fee("7").id}
        rows += [(order, "logistics", -cost, charged) for order, cost in zip(orders, [4, 4, 5, 5, 6, 20], strict=True)]
        self.payout(rows)
        self.env.invalidate_all()
        mine = self.env["sale.order"].with_user(self.accountant)
        found = mine.search([("id", "in", orders.ids), ("marketplace_unusual_fees", "=", True)])
        self.assertEqual(found, orders[5])
        self.assertAlmostEqual(found.marketplace_excess_shipping, 15)

    def test_who_sees(self):
        """Payouts are for accountants and managers: others read neither rows nor sums, nor search by them."""
        order = self.delivered(1)
        payout = self.payout([(order, "order_amount", 1), (order, "commission", -1)])
        for user in (self.accountant, self.manager):
            self.assertEqual(order.with_user(user).marketplace_net, 0)
            self.assertTrue(payout.with_user(user).line_ids)
        with self.assertRaises(AccessError):
            order.with_user(self.user).read(["marketplace_net"])
        with self.assertRaises(AccessError):
            order.with_user(self.user).search([("marketplace_payout_state", "=", "paid")])
        with self.assertRaises(AccessError):
            payout.with_user(self.user).read(["ref"])
        arch = order.with_user(self.user).get_view(view_type="form")["arch"]
        self.assertNotIn("marketplace_net", arch)
        company = self.env["res.company"].create({"name": "Other"})
        elsewhere = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        outsider = new_test_user(self.env, "outsider", "account.group_account_invoice", **elsewhere)
        self.assertFalse(self.env["marketplace.payout.line"].with_user(outsider).search([]))
