"""Cancelling from Odoo: the dialogue, whole orders and single pieces, what is refused, and that nothing comes twice."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..simulator.catalogue import good_skus
from .either_platform import AtLazada, AtShopee
from .test_flow_shipping import ShippingCase


class CancellingCase(ShippingCase):
    def setUp(self):
        super().setUp()
        (self.lazada_shop | self.shopee_shop).cancel_too = True
        self.stock_up()

    @property
    def unknown_sku(self):
        """A SKU on sale there of which Odoo has no product."""
        return next(sku for sku in good_skus() if sku not in self.products.mapped("default_code"))

    def order_of(self, lines=None, **facts):
        """A new order there, and in Odoo."""
        placed = self.place(lines or [(self.sku, 1)], **facts)
        return placed, self.import_now(placed)

    def dialogue(self, order):
        action = order.action_marketplace_cancel()
        return self.env[action["res_model"]].with_env(order.env).browse(action["res_id"])

    def cancel_items(self, order, *counts):
        """Cancel so many pieces of each line in the dialogue; what it answers."""
        wizard = self.dialogue(order)
        wizard.scope = "lines"
        for line, count in zip(wizard.line_ids, counts, strict=True):
            line.quantity = count
        return wizard.action_cancel_order()

    def later_sync(self, minutes=10):
        self.later(minutes)
        self.sync()

    def act_on(self, rounds=6, minutes=16):
        for _ in range(rounds):
            self.act()
            self.later(minutes)

    def acts(self, order, act="cancel"):
        return self.env["marketplace.job"].search(
            [("order_id", "=", order.id), ("act", "=", act), ("state", "=", "open")]
        )

    def cancelled_there(self, placed):
        """Pieces cancelled at the platform by SKU."""
        if placed in self.lazada_orders():
            gone = [unit.sku for unit in placed.units if unit.status == "canceled"]
            return {sku: gone.count(sku) for sku in gone}
        return {item.line_item_id: item.cancelled_quantity for item in placed.items if item.cancelled_quantity}

    def lazada_orders(self):
        return [order for shop in self.lazada.shops.values() for order in shop.orders.values()]


class Cancelling:
    """On either platform."""

    def test_single_items(self):
        """R134 R166: chosen pieces are cancelled there; line and delivery shrink, no receipt, the rest is shipped."""
        second = self.products[1].default_code
        placed, order = self.order_of([(self.sku, 3), (second, 1)], shipping_fee="1.99")
        self.cancel_items(order, 2, 0)
        self.assertTrue(order.marketplace_cancelling)
        with self.assertRaisesRegex(UserError, "Cancelling"):
            order.picking_ids.button_validate()
        self.act()
        self.assertEqual(sum(self.cancelled_there(placed).values()), 2)
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", False))
        self.assertEqual(self.lines(order).mapped("product_uom_qty"), [1, 1])
        self.assertEqual(order.picking_ids.move_ids.mapped("product_uom_qty"), [1, 1])
        self.assertEqual(order.picking_ids.picking_type_code, "outgoing")
        self.assertEqual(order.marketplace_amount_state, "exact")
        self.assertFalse(self.acts(order))
        self.later_sync()
        self.assertEqual(self.lines(order).mapped("product_uom_qty"), [1, 1])

    def test_all_pieces_are_the_whole_order(self):
        """Every piece chosen one by one cancels the order."""
        _placed, order = self.order_of([(self.sku, 2)])
        self.cancel_items(order, 2)
        self.act()
        self.assertEqual(order.state, "cancel")

    def test_too_many_pieces(self):
        """Quantities that make no sense are refused in the dialogue, and nothing is sent."""
        _placed, order = self.order_of([(self.sku, 2)])
        for count, message in ((0, "Type how many"), (3, "cannot be cancelled"), (-1, "cannot be cancelled")):
            with self.assertRaisesRegex(UserError, message):
                self.cancel_items(order, count)
        self.assertFalse(self.acts(order))

    def test_from_the_list(self):
        """R134: the list's own dialogue passes the hook: marketplace orders are asked for, ordinary ones cancelled."""
        _placed, order = self.order_of()
        other = self.env["sale.order"].create({"partner_id": self.env.user.partner_id.id})
        wizard = self.env["sale.mass.cancel.orders"].create({"sale_order_ids": (order | other).ids})
        self.assertIn("1 orders are cancelled at their marketplace too", wizard.marketplace_note)
        wizard.action_mass_cancel()
        self.assertEqual((order.state, other.state), ("sale", "cancel"))
        self.assertTrue(order.marketplace_cancelling)
        with self.assertRaisesRegex(UserError, "Cancelling"):
            order.picking_ids.button_validate()
        self.act()
        self.assertEqual((order.state, order.marketplace_cancelling), ("cancel", False))
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})

    def test_by_code_and_portal(self):
        """The hook is what every way passes, also as superuser, as the portal does."""
        placed, order = self.order_of()
        order.sudo()._action_cancel()
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", True))
        order._action_cancel()
        self.assertEqual(len(self.acts(order)), 1)
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))

    def test_deleting(self):
        """R154: what lives at the marketplace is not deleted, it would come in again."""
        placed, order = self.order_of([(self.unknown_sku, 1)])
        self.assertEqual((order.state, self.stage_there(placed)), ("draft", "ready_to_ship"))
        with self.assertRaisesRegex(UserError, "Cancel it"):
            order.unlink()

    def test_quotation(self):
        """An order that waits for its SKU is cancelled there too, and is not confirmed meanwhile."""
        placed, order = self.order_of([(self.unknown_sku, 1)])
        self.dialogue(order).action_cancel_order()
        self.assertEqual((order.state, order.marketplace_cancelling), ("draft", True))
        with self.assertRaisesRegex(UserError, "Cancelling"):
            order.action_confirm()
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open")]))

    def test_refused_and_kept(self):
        """R136: refused, all stays as it was; Keep the Order drops the wish, Retry asks again."""
        placed, order = self.order_of()
        self.refuse_cancelling()
        self.dialogue(order).action_cancel_order()
        self.act()
        problem = self.problem(self.ref(placed))
        self.assertIn("Cancelling was refused by the marketplace", problem.message)
        self.assertEqual(order.marketplace_problem, problem.message)
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", False))
        self.assertTrue(order.marketplace_can_keep)
        problem.action_retry()
        self.assertTrue(order.marketplace_cancelling)
        self.refuse_cancelling()
        self.act()
        self.assertFalse(order.marketplace_cancelling)
        problem.action_keep_order()
        self.assertEqual(problem.state, "done")
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("sale", "ready_to_ship"))
        self.dialogue(order).action_cancel_order()
        self.act()
        self.assertEqual(order.state, "cancel")

    def test_locked(self):
        """A locked order has its answer."""
        _placed, order = self.order_of()
        order.action_lock()
        with self.assertRaisesRegex(UserError, "unlock it"):
            order.action_marketplace_cancel()

    def test_asked_already(self):
        """Cancelling twice, and cancelling what is cancelled, say how it stands."""
        _placed, order = self.order_of()
        self.dialogue(order).action_cancel_order()
        with self.assertRaisesRegex(UserError, "asked to cancel .* already"):
            order.action_marketplace_cancel()
        self.act()
        self.assertIn("is cancelled at the marketplace", order.action_marketplace_cancel()["params"]["message"])

    def test_cancelled_there_meanwhile(self):
        """The dialogue was open while somebody cancelled there: nothing is asked twice, the order ends cancelled."""
        placed, order = self.order_of()
        wizard = self.dialogue(order)
        self.cancel_there(placed)
        wizard.action_cancel_order()
        self.act()
        self.assertEqual((order.state, order.marketplace_cancelling), ("cancel", False))
        self.assertFalse(self.acts(order))

    def test_completed(self):
        """What the buyer has is not cancelled there any more; the dialogue says so."""
        self.shop.follow_outside = False
        placed, order = self.order_of()
        self.move_there(placed, "completed")
        self.later_sync()
        wizard = self.dialogue(order)
        self.assertIn("“Completed”", wizard.odoo_only)
        wizard.action_cancel_order()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(self.acts(order))

    def test_goods_have_left(self):
        """What has left cannot be cancelled by any way: a return takes it back."""
        placed, order = self.order_of()
        self.move_there(placed, "shipped")
        self.later_sync()
        self.assertEqual(order.picking_ids.state, "done")
        for cancel in (order.action_marketplace_cancel, order._action_cancel):
            with self.assertRaisesRegex(UserError, "with a return"):
                cancel()
        self.assertEqual(order.state, "sale")

    def test_off(self):
        """R31 R32: without the policy the platform's order stays, and the dialogue says so."""
        self.shop.cancel_too = False
        placed, order = self.order_of([(self.sku, 2)])
        wizard = self.dialogue(order)
        self.assertIn("The order at the marketplace stays", wizard.odoo_only)
        self.assertFalse(wizard.can_choose)
        calls = sum(self.platform.calls.values())
        wizard.action_cancel_order()
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "ready_to_ship"))
        self.assertEqual(sum(self.platform.calls.values()), calls)

    def test_cancelled_there_sends_nothing(self):
        """R28 R148: a cancellation that came from the platform queues nothing back."""
        placed, order = self.order_of()
        self.cancel_there(placed)
        self.later_sync()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(self.env["marketplace.job"].search([("act", "!=", False)]))

    def test_cancelling_and_arranging_at_once(self):
        """Both queued: it is cancelled, and never arranged."""
        placed, order = self.order_of()
        order.picking_ids.sudo()._marketplace_queue_arranging()
        self.dialogue(order).action_cancel_order()
        self.later(61)
        self.act()
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))
        self.assertFalse(self.numbers_there(placed))
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open")]))

    def test_arranged_already(self):
        """R134: packed or arranged, not handed over: the platform cancels it, when its courier lets go."""
        placed, order = self.order_of()
        self.move_there(placed, "processed")
        self.later_sync()
        self.dialogue(order).action_cancel_order()
        self.act()
        with self.assertRaises(UserError):
            order.picking_ids.button_validate()
        self.act_on(3)
        self.assertEqual((order.state, order.marketplace_cancelling), ("cancel", False))
        self.assertFalse(self.problem(self.ref(placed)))

    def test_network_down_in_the_dialogue(self):
        """No answer when the dialogue opens: nothing is changed, and it says to press Cancel again."""
        placed, order = self.order_of([(self.sku, 2)])
        for kind in ("no_connection", "html", "server_error", "truncated", "rate_limited", "lost_answer"):
            self.platform.faults.order(kind, self.asks_at_first, times=9)
            with self.subTest(kind=kind):
                try:
                    said = self.dialogue(order).partial_obstacle
                except UserError as error:
                    said = str(error)
                self.assertRegex(said, "ress Cancel again|could not be understood")
                self.assertTrue(any(fault.times < 9 for fault in self.platform.faults.ordered), "never hit")
            self.platform.faults.ordered.clear()
            self.shop.wait_until = False
        self.assertEqual((order.state, self.stage_there(placed)), ("sale", "ready_to_ship"))

    def test_lost_answers(self):
        """R134: the network dies at the call that cancels: cancelled once, in whole and in part."""
        for kind in ("lost_answer", "no_connection", "html", "server_error", "truncated", "rate_limited"):
            whole, order = self.order_of()
            part, other = self.order_of([(self.sku, 3)])
            self.platform.faults.order(kind, self.cancels_at)
            self.dialogue(order).action_cancel_order()
            self.act()
            self.assertFalse([fault for fault in self.platform.faults.ordered if fault.times], f"{kind} never hit")
            self.platform.faults.order(kind, self.cancels_at)
            self.cancel_items(other, 1)
            self.act_on(8, 7)
            with self.subTest(kind=kind):
                self.assertFalse([fault for fault in self.platform.faults.ordered if fault.times])
                self.assertEqual((order.state, self.stage_there(whole)), ("cancel", "cancelled"))
                self.assertEqual(sum(self.cancelled_there(part).values()), 1)
                self.assertEqual(self.lines(other).product_uom_qty, 2)
                self.assertFalse(other.marketplace_cancelling)
                self.assertFalse(self.acts(order) | self.acts(other))
            self.platform.faults.ordered.clear()

    def test_who_may(self):
        """Sales users without the marketplace group cancel their own orders; those of another company cannot."""
        _placed, order = self.order_of()
        seller = new_test_user(self.env, "plain_seller", "sales_team.group_sale_salesman")
        order.user_id = seller
        self.dialogue(order.with_user(seller)).with_user(seller).action_cancel_order()
        self.assertTrue(order.marketplace_cancelling)
        self.act()
        self.assertEqual(order.state, "cancel")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "sales_team.group_sale_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        _placed, order = self.order_of()
        foreign = order.with_user(stranger)
        for act in (
            foreign.action_marketplace_cancel,
            foreign.action_marketplace_keep,
            foreign.action_marketplace_accept_cancellation,
            lambda: self.env["marketplace.cancel.order"].with_user(stranger).create({"order_id": order.id}),
        ):
            with self.assertRaises(AccessError):
                act()
        packer = new_test_user(self.env, "plain_packer", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            order.with_user(packer).action_marketplace_cancel()

    def test_open_record(self):
        """R152 R153: whoever has a record open that a sync has just cancelled gets a sentence from each button, and
        can still save."""
        placed, order = self.order_of()
        picking = order.picking_ids
        self.cancel_there(placed)
        self.later_sync()
        says = "is cancelled at the marketplace by the seller"
        for press in (
            order.action_confirm,
            order.action_marketplace_arrange,
            picking.action_marketplace_arrange,
            picking.button_validate,
            picking.action_marketplace_label,
        ):
            with self.assertRaisesRegex(UserError, says):
                press()
        self.assertIn("do not ship it", picking.marketplace_cancel_notice)
        self.assertRegex(order.action_marketplace_cancel()["params"]["message"], says)
        saved = order.web_save({"client_order_ref": "typed"}, {"state": {}, "marketplace_cancel_notice": {}})
        self.assertEqual(saved[0]["state"], "cancel")
        self.assertRegex(saved[0]["marketplace_cancel_notice"], says)
        saved = picking.web_save({"note": "typed"}, {"state": {}, "marketplace_cancel_notice": {}})
        self.assertEqual(saved[0]["state"], "cancel")
        self.assertRegex(saved[0]["marketplace_cancel_notice"], says)


@tagged("post_install", "-at_install")
class TestLazadaCancelling(AtLazada, Cancelling, CancellingCase):
    asks_at_first = "/cancel/validate"
    cancels_at = "/cancel/create"

    def refuse_cancelling(self):
        self.lazada.refuse_next("/order/reverse/cancel/create", "700013")

    def test_warning(self):
        """Lazada's own warning stands in the dialogue; mates of a package, which it tells of then, are asked about."""
        placed, order = self.order_of([(self.sku, 3)])
        self.assertEqual(self.dialogue(order).warning, "stock will be set as 0")
        self.lazada.advance(placed, "packed")
        self.later_sync()
        wizard = self.dialogue(order)
        wizard.scope = "lines"
        wizard.line_ids.quantity = 1
        again = wizard.action_cancel_order()
        self.assertEqual((again["res_model"], again["res_id"]), ("marketplace.cancel.order", wizard.id))
        self.assertIn("same package will be cancelled too", wizard.warning)
        self.assertFalse(self.acts(order))
        wizard.action_cancel_order()
        self.act()
        self.assertEqual((order.state, self.stage_there(placed)), ("cancel", "cancelled"))

    def test_no_reasons(self):
        """Lazada offers nothing to choose from: that is said, and nothing happens."""
        _placed, order = self.order_of()
        self.lazada.offers_cancel_reasons = False
        with self.assertRaisesRegex(UserError, "offers no reason"):
            order.action_marketplace_cancel()
        order._action_cancel()
        self.act()
        self.assertIn("offers no reason", self.problem(order.marketplace_order_ref).message)
        self.assertFalse(order.marketplace_cancelling)

    def test_cancelled_units_are_not_named(self):
        """A unit that is cancelled already is not asked about again, which Lazada would refuse."""
        placed, order = self.order_of([(self.sku, 3)])
        self.lazada.cancel(placed, units=placed.units[:1])
        self.later_sync()
        self.dialogue(order).action_cancel_order()
        self.act()
        self.assertEqual(order.state, "cancel")

    def test_part_has_left(self):
        """One parcel is gone: the dialogue offers what is still here, and the whole order is refused."""
        placed, order = self.order_of([(self.sku, 3)])
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True, marketplace_follows=True)._action_done()
        self.assertEqual(len(order.picking_ids), 2)
        wizard = self.dialogue(order)
        self.assertEqual((wizard.scope, wizard.line_ids.open_quantity), ("lines", 2))
        wizard.line_ids.quantity = 2
        wizard.action_cancel_order()
        self.act()
        self.assertEqual(sum(self.cancelled_there(placed).values()), 2)
        self.assertEqual(self.lines(order).product_uom_qty, 1)
        self.assertEqual(sorted(order.picking_ids.mapped("state")), ["cancel", "done"])
        with self.assertRaisesRegex(UserError, "goods have left"):
            order._action_cancel()


@tagged("post_install", "-at_install")
class TestShopeeCancelling(AtShopee, Cancelling, CancellingCase):
    asks_at_first = "/get_order_detail"
    cancels_at = "/cancel_order"

    def refuse_cancelling(self):
        self.shopee.refuse("cancel_order", "order.error_limit", "Can not cancel this order.")

    def test_out_of_stock_names_the_items(self):
        """R136: the dialogue says which products Shopee is told to be out of stock."""
        _placed, order = self.order_of([(self.sku, 2), (self.products[1].default_code, 1)])
        wizard = self.dialogue(order)
        first, second = wizard.line_ids
        self.assertEqual(wizard.reason_id.ref, "OUT_OF_STOCK")
        self.assertIn(first.name, wizard.warning)
        self.assertIn(second.name, wizard.warning)
        wizard.scope = "lines"
        second.quantity = 1
        self.assertNotIn(first.name, wizard.warning)
        wizard.reason_id = wizard.reason_ids.filtered(lambda reason: reason.ref == "CUSTOMER_REQUEST")
        self.assertFalse(wizard.warning)

    def test_not_in_part(self):
        """Where Shopee does not offer it, the dialogue says so instead of the choice."""
        self.shopee.partial_cancel_allowed = False
        _placed, order = self.order_of([(self.sku, 2)])
        wizard = self.dialogue(order)
        self.assertIn("does not offer to cancel a part", wizard.partial_obstacle)
        self.assertFalse(wizard.can_choose)

    def test_courier_does_not_let_go(self):
        """The order goes back to where it was: that is a refusal, and it is not asked again by itself."""
        placed, order = self.order_of()
        self.shopee.courier_refuses_cancelling = True
        self.shopee.arrange(placed)
        self.later_sync()
        self.dialogue(order).action_cancel_order()
        self.act_on(4)
        self.assertEqual(self.shopee.calls["/api/v2/order/cancel_order"], 1)
        self.assertIn("The courier may have the parcel", self.problem(placed.order_sn).message)
        self.assertEqual((order.state, order.marketplace_cancelling), ("sale", False))

    def test_courier_takes_days(self):
        """As long as Shopee is cancelling it, Odoo waits, and the wish cannot be dropped."""
        placed, order = self.order_of()
        self.shopee.cancel_delay = 3 * 86400
        self.shopee.arrange(placed)
        self.later_sync()
        self.dialogue(order).action_cancel_order()
        self.act_on(12, 61)
        self.assertTrue(order.marketplace_cancelling)
        self.assertFalse(order.marketplace_can_answer)
        self.assertFalse(self.problem(placed.order_sn))
        with self.assertRaisesRegex(UserError, "cannot be called back"):
            order.action_marketplace_keep()
        self.later(3 * 1440)
        self.act()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.shopee.calls["/api/v2/order/cancel_order"], 1)

    def test_many(self):
        """Thirty orders cancelled from the list: one call each that cancels, reasons are not asked for."""
        placed = [self.place([(self.sku, 1)]) for _ in range(30)]
        orders = self.import_now(*placed)
        orders._action_cancel()
        self.act()
        self.assertEqual(set(orders.mapped("state")), {"cancel"})
        self.assertEqual(self.shopee.calls["/api/v2/order/cancel_order"], 30)
