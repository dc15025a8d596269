"""What the platform cancels, whole orders and pieces, and that only the end counts, not which steps were seen."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.tests import tagged

from .common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestCancel(MarketplaceCase):
    def ship(self, order, quantity=None):
        """Validate the order's open delivery in Odoo."""
        delivery = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        for move in delivery.move_ids:
            move.quantity = quantity or move.product_uom_qty
        delivery.with_context(skip_backorder=True).button_validate()
        return delivery

    def receipts(self, order):
        return order.picking_ids.filtered(lambda picking: picking.picking_type_code == "incoming")

    # === WHOLE ORDERS === #

    def test_cancelled_at_the_platform(self):
        """R28 R29 R148 R149 R150 R151 R167: order and delivery are cancelled, with reason and author."""
        shopee, lazada = self.place_shopee([(self.sku, 1)]), self.place_lazada([(self.sku, 1)])
        orders = self.import_now(shopee, lazada)
        self.shopee.cancel(shopee, "Out of Stock", "seller")
        self.lazada.cancel(lazada, "Change of mind", "buyer")
        self.later(30)
        self.import_now()
        self.assertEqual(orders.mapped("state"), ["cancel", "cancel"])
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(set(orders.mapped("marketplace_status")), {"cancelled"})
        reasons = {order.marketplace_provider: order.marketplace_cancel_reason for order in orders}
        self.assertEqual(reasons, {"shopee": "Out of Stock", "lazada": "Change of mind"})
        self.assertTrue(all(orders.mapped("marketplace_cancelled_by")))
        notes = orders.message_ids.mapped("body")
        self.assertTrue(any("Out of Stock" in note for note in notes))
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open")]))

    def test_never_creates(self):
        """R27 R28: a cancelled order that Odoo does not know stays unknown, asked for by number too."""
        platform_order = self.place_shopee([(self.sku, 1)])
        self.shopee.cancel(platform_order)
        self.assertFalse(self.import_now(platform_order))
        with self.environment() as env:
            self.shopee_shop.with_env(env)._as_system()._fetch_refs([platform_order.order_sn], create_any=True)
        self.assertFalse(self.order(platform_order.order_sn))
        self.assertFalse(self.problem(platform_order.order_sn))

    def test_locked_order(self):
        """Orders locked at confirmation are cancelled and changed all the same, and stay locked while they live."""
        self.env["res.config.settings"].create({"group_auto_done_setting": True}).execute()
        whole, part = self.place_shopee([(self.sku, 1)]), self.place_shopee([(self.sku, 3)])
        orders = self.import_now(whole, part)
        self.assertEqual(orders.mapped("locked"), [True, True])
        self.shopee.cancel(whole)
        self.shopee.cancel_pieces(part, part.items[0], 1)
        self.later(30)
        self.import_now()
        self.assertEqual(self.order(whole.order_sn).state, "cancel")
        self.assertEqual(self.lines(self.order(part.order_sn)).product_uom_qty, 2)
        self.assertTrue(self.order(part.order_sn).locked)

    def test_cancelled_while_draft(self):
        """A quotation is cancelled as well, and the problem that kept it one is closed."""
        platform_order = self.place_lazada([("NO-SUCH-SKU", 1, 5)])
        order = self.import_now(platform_order)
        self.assertEqual((order.state, self.problem(platform_order.order_id).reason), ("draft", "sku_unlinked"))
        self.lazada.cancel(platform_order)
        self.later(30)
        self.import_now()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(self.problem(platform_order.order_id))

    def test_goods_have_left(self):
        """A delivery that is done is not undone: the order stays and a problem says what to do."""
        platform_order = self.place_shopee([(self.sku, 1)])
        order = self.import_now(platform_order)
        self.ship(order)
        self.shopee.cancel(platform_order, "Fraud suspected", "system")
        self.later(30)
        self.import_now()
        self.assertEqual((order.state, order.marketplace_status), ("sale", "cancelled"))
        problem = self.problem(platform_order.order_sn)
        self.assertEqual((problem.reason, problem.order_id), ("cancelled_after_shipping", order))
        self.assertIn("Take the goods back with a return", problem.message)
        self.assertNotEqual(order.marketplace_amount_state, "differ")
        order._action_cancel()
        self.assertEqual(problem.state, "done", "cancelled by hand: nothing left to do")

    def test_lost_on_the_way(self):
        """A parcel that the courier loses: cancelled at the platform, but goods are gone, so a person decides."""
        platform_order = self.place_shopee([(self.sku, 2)])
        order = self.import_now(platform_order)
        self.shopee.advance(platform_order, "SHIPPED")
        self.shopee.fail(platform_order)
        self.later(30)
        self.import_now()
        self.assertEqual((order.state, order.marketplace_status), ("sale", "failed"))
        self.assertEqual(self.lines(order).product_uom_qty, 2)
        self.assertIn("lost, refused or could not be delivered", self.problem(platform_order.order_sn).message)

    def test_lost_while_draft(self):
        """A lost parcel of an order that was never confirmed does not confirm it."""
        self.shopee_shop.confirm_automatically = False
        platform_order = self.place_shopee([(self.sku, 1)])
        order = self.import_now(platform_order)
        self.shopee_shop.confirm_automatically = True
        self.shopee.advance(platform_order, "SHIPPED")
        self.shopee.fail(platform_order)
        self.later(30)
        self.import_now()
        self.assertEqual((order.state, order.marketplace_status), ("draft", "failed"))
        self.assertTrue(self.problem(platform_order.order_sn))

    def test_cancelled_in_odoo_stays_cancelled(self):
        """R31: an order that a user has cancelled is not revived by anything that happens at the platform."""
        platform_order = self.place_lazada([(self.sku, 1)])
        order = self.import_now(platform_order)
        order._action_cancel()
        self.lazada.advance(platform_order, "shipped")
        self.later(30)
        self.import_now()
        self.assertEqual((order.state, order.marketplace_status), ("cancel", "shipped"))
        self.assertFalse(self.problem(platform_order.order_id))

    def test_request_to_cancel(self):
        """The buyer asks: shown, nothing cancelled; refused: back to work; granted: cancelled."""
        refused, granted = (self.place_shopee([(self.sku, 1)]) for _ in range(2))
        orders = self.import_now(refused, granted)
        for platform_order in (refused, granted):
            self.shopee.request_cancellation(platform_order)
        self.later(30)
        self.import_now()
        self.assertEqual(set(orders.mapped("marketplace_status")), {"in_cancel"})
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        self.shopee.answer_cancellation(refused, accept=False)
        self.shopee.answer_cancellation(granted, accept=True)
        self.later(30)
        self.import_now()
        self.assertEqual(self.order(refused.order_sn).marketplace_status, "ready_to_ship")
        self.assertEqual(self.order(granted.order_sn).state, "cancel")

    # === PIECES === #

    def test_pieces_cancelled_before_packing(self):
        """Line, delivery, vouchers and total shrink to what is left; no receipt is made."""
        lines = [(self.sku, 3), (self.products[1].default_code, 1)]
        facts = {"seller_voucher": "2.00", "shipping_fee": "1.99"}
        shopee, lazada = self.place_shopee(lines, **facts), self.place_lazada(lines, **facts)
        orders = self.import_now(shopee, lazada)
        self.shopee.cancel_pieces(shopee, shopee.items[0], 2)
        self.lazada.cancel(lazada, units=lazada.units[:2])
        self.later(30)
        self.import_now()
        for order in orders:
            line = self.lines(order).filtered(lambda line: line.product_id == self.products[0])
            self.assertEqual(line.product_uom_qty, 1)
            self.assertEqual(sorted(order.picking_ids.move_ids.mapped("product_uom_qty")), [1, 1])
            self.assertFalse(self.receipts(order))
            self.assertEqual((order.state, order.marketplace_amount_state), ("sale", "exact"))
            self.assertFalse(self.problem(order.marketplace_order_ref))

    def test_picked_pieces_are_not_shipped(self):
        """Pieces that were already picked in Odoo do not leave after they were cancelled."""
        platform_order = self.place_shopee([(self.sku, 3)])
        order = self.import_now(platform_order)
        order.picking_ids.move_ids.write({"quantity": 3, "picked": True})
        self.shopee.cancel_pieces(platform_order, platform_order.items[0], 1)
        self.later(30)
        self.import_now()
        self.assertEqual(order.picking_ids.move_ids.mapped("quantity"), [2])
        order.picking_ids.button_validate()
        self.assertEqual(self.lines(order).qty_delivered, 2)

    def test_whole_line_cancelled(self):
        """The last piece of a line: its move is cancelled, the other line still ships."""
        platform_order = self.place_lazada([(self.sku, 1), (self.products[1].default_code, 2)])
        order = self.import_now(platform_order)
        self.lazada.cancel(platform_order, units=platform_order.units[:1])
        self.later(30)
        self.import_now()
        self.assertEqual(sorted(self.lines(order).mapped("product_uom_qty")), [0, 2])
        open_moves = order.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(open_moves.product_id, self.products[1])
        self.assertEqual(order.marketplace_amount_state, "exact")

    def test_pieces_cancelled_after_part_left(self):
        """What waits in a backorder shrinks; what has left is a problem."""
        waiting, left = self.place_shopee([(self.sku, 3)]), self.place_shopee([(self.sku, 3)])
        orders = self.import_now(waiting, left)
        self.ship(self.order(waiting.order_sn), 1)
        self.ship(self.order(left.order_sn))
        for platform_order in (waiting, left):
            self.shopee.cancel_pieces(platform_order, platform_order.items[0], 1)
        self.later(30)
        self.import_now()
        order = self.order(waiting.order_sn)
        open_moves = order.picking_ids.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        self.assertEqual((self.lines(order).product_uom_qty, sum(open_moves.mapped("product_uom_qty"))), (2, 1))
        self.assertFalse(self.problem(waiting.order_sn))
        self.assertEqual(self.lines(self.order(left.order_sn)).product_uom_qty, 3)
        self.assertIn("Pieces were cancelled", self.problem(left.order_sn).message)
        self.assertFalse(self.receipts(orders))

    def test_kit(self):
        """A kit's components shrink with it."""
        if "mrp.bom" not in self.env:
            self.skipTest("needs kits")
        kit, part = self.products[:2]
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": 2})],
            }
        )
        platform_order = self.place_shopee([(kit.default_code, 3)])
        order = self.import_now(platform_order)
        self.shopee.cancel_pieces(platform_order, platform_order.items[0], 1)
        self.later(30)
        self.import_now()
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 4)

    # === ANY ORDER OF EVENTS === #

    LIVES = {
        "shipped": ("pieces", "PROCESSED", "SHIPPED", "COMPLETED"),
        "cancelled late": ("pieces", "PROCESSED", "request", "grant"),
        "kept": ("request", "refuse", "PROCESSED", "SHIPPED"),
        "cancelled": ("pieces", "cancel"),
    }

    def step(self, order, name):
        if name == "pieces":
            self.shopee.cancel_pieces(order, order.items[0], 1)
        elif name == "cancel":
            self.shopee.cancel(order)
        elif name == "request":
            self.shopee.request_cancellation(order)
        elif name in ("grant", "refuse"):
            self.shopee.answer_cancellation(order, name == "grant")
        else:
            self.shopee.advance(order, name)

    def state_of(self, order):
        """What the end must be the same in. Of a cancelled order the platform no longer tells what was left of it."""
        if order.state == "cancel":
            open_deliveries = order.picking_ids.filtered(lambda picking: picking.state != "cancel")
            return [order.marketplace_raw_status, order.marketplace_cancel_reason, len(open_deliveries)]
        moves = order.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        return {
            "status": order.marketplace_status,
            "raw": order.marketplace_raw_status,
            "lines": sorted((line.product_id.id, line.product_uom_qty, line.price_unit) for line in self.lines(order)),
            "total": order.amount_total,
            "moves": sorted((move.product_id.id, move.product_uom_qty, move.state) for move in moves),
            "amounts": order.marketplace_amount_state,
            "problems": len(self.problem(order.marketplace_order_ref)),
        }

    @settings(
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=6,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(sorted(LIVES)), st.lists(st.booleans(), min_size=4, max_size=4), st.booleans())
    def test_any_steps_seen(self, life, seen, moved_back):
        """R163 R172: an order polled at every step and one polled at some of them end alike, pulled twice too."""
        lines = [(self.sku, 2), (self.products[1].default_code, 1)]
        every, some = (self.place_shopee(lines, seller_voucher="1.00", shipping_fee="1.99") for _ in range(2))
        orders = self.import_now(every, some)
        self.assertEqual(len(orders), 2)
        waiting = []
        for name, polled in zip(self.LIVES[life], seen, strict=False):
            self.later(20)
            self.step(every, name)
            waiting.append(name)
            if polled:
                for missed in waiting:
                    self.step(some, missed)
                waiting = []
            self.import_now()
        for missed in waiting:
            self.step(some, missed)
        self.import_now()
        if moved_back:
            self.shopee_shop.last_order_sync = "2026-03-01 00:00:00"
        self.import_now()
        first, second = self.order(every.order_sn), self.order(some.order_sn)
        self.assertEqual(self.state_of(first), self.state_of(second))
        self.assertEqual((len(first.picking_ids), len(second.picking_ids)), (1, 1))
