"""Manual Handling Required: always with a reason, what to do, a button, and one activity."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.marketplace_manual import REASONS
from ..simulator.lazada.state import Line
from .test_flow_shipping import ShippingCase

KINDS = {"seller_own_fleet": "own_fleet", "digital": "digital", "pickup_in_store": "pickup_in_store"}


class ManualCase(ShippingCase):
    def activities(self, document):
        """The activities for Manual Handling on the document."""
        kind = self.env.ref("marketplace_connector.mail_activity_type_manual")
        return document.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def assert_manual(self, picking, reason, says=""):
        """The delivery needs a person for the reason, which is told in its lists, on it, and by one activity."""
        self.assertEqual((picking.marketplace_status, picking.marketplace_manual_reason), ("manual", reason))
        self.assertIn(says, picking.marketplace_manual_text)
        self.assertIn(picking._marketplace_advice(reason), picking.marketplace_manual_text)
        self.assertEqual(self.activities(picking).user_id, self.lazada_shop._responsible())
        self.assertEqual(len(self.activities(picking)), 1)
        for model, domain in (
            ("stock.picking", [("marketplace_status", "=", "manual"), ("id", "=", picking.id)]),
            ("sale.order", [("marketplace_manual_reason", "=", reason), ("id", "=", picking.sale_id.id)]),
        ):
            self.assertEqual(self.env[model].search_count(domain), 1)

    def assert_solved(self, picking, status):
        self.assertEqual((picking.marketplace_status, picking.marketplace_manual_reason), (status, False))
        self.assertFalse(self.activities(picking) | self.activities(picking.sale_id))
        self.assertFalse(picking.sale_id.marketplace_manual_reason)


@tagged("post_install", "-at_install")
class TestByHand(ManualCase):
    def place_by_hand(self, kind, *others):
        return self.place_lazada([Line(self.sku, 2, shipping=kind), *others])

    def test_known_from_the_order(self):
        """R62 R64: own fleet, digital, pick-up in store: shown from the start, not packed, the order is not held up."""
        placed = {kind: self.place_by_hand(kind) for kind in KINDS}
        self.import_now()
        for kind, reason in KINDS.items():
            order = self.order(placed[kind].order_id)
            self.assertEqual((order.state, len(order.picking_ids)), ("sale", 1))
            self.assertTrue(order.marketplace_by_hand)
            self.assert_manual(order.picking_ids, reason)
            self.assertEqual(order.marketplace_manual_text, order.picking_ids.marketplace_manual_text)
            with self.assertRaisesRegex(UserError, "handled by hand"):
                order.action_marketplace_arrange()
        self.assertEqual(self.lazada_shop.manual_count, 3)
        self.assertFalse(self.env["marketplace.job"].search([("state", "=", "open")]))
        self.assertFalse(self.lazada_shop.activity_ids)

    def test_validated_by_hand(self):
        """Validating asks for no tracking number and tells the marketplace nothing; then nobody is needed."""
        self.stock_up()
        placed = self.place_by_hand("seller_own_fleet")
        picking = self.import_now(placed).picking_ids
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assert_solved(picking, "shipped")
        self.act()
        self.assertEqual(placed.state, "ready_to_ship")
        self.later(5)
        self.lazada.advance(placed, "delivered")
        self.sync()
        self.assert_solved(picking, "delivered")

    def test_packed_in_seller_center(self):
        """An own-fleet parcel stays with the seller until it has left, which validates the delivery."""
        placed = self.place_by_hand("seller_own_fleet")
        picking = self.import_now(placed).picking_ids
        self.later(5)
        self.lazada.advance(placed, "ready_to_ship")
        self.sync()
        self.assert_manual(picking, "own_fleet", "ready_to_ship")
        self.assertEqual(picking.marketplace_package_id.manual_reason, "own_fleet")
        self.later(5)
        self.lazada.advance(placed, "shipped")
        self.sync()
        self.assertEqual(picking.state, "done")
        self.assert_solved(picking, "shipped")

    def test_mixed_order(self):
        """What goes by hand has a delivery of its own; the rest is packed as ever, and each is followed by itself."""
        self.stock_up()
        placed = self.place_by_hand("digital", Line(self.products[1].default_code, 1))
        order = self.import_now(placed)
        by_hand = order.picking_ids.filtered("marketplace_by_hand")
        parcel = order.picking_ids - by_hand
        self.assertEqual((len(by_hand), len(parcel)), (1, 1))
        self.assertFalse(order.marketplace_by_hand)
        self.assert_manual(by_hand, "digital")
        order.action_marketplace_arrange()
        self.act()
        self.assertEqual(parcel.marketplace_status, "confirmed")
        self.assert_manual(by_hand, "digital")
        self.later(5)
        self.lazada.advance(placed, "delivered", placed.units[:2])
        self.sync()
        self.assertEqual((by_hand.state, parcel.state), ("done", "assigned"))
        self.assert_solved(by_hand, "shipped")

    def test_two_steps(self):
        """A warehouse with a pick: the pick shows it, then the delivery."""
        self.stock_up()
        self.lazada_shop.warehouse_id.delivery_steps = "pick_ship"
        order = self.import_now(self.place_by_hand("pickup_in_store", Line(self.products[1].default_code, 1)))
        pick = order.picking_ids.filtered("marketplace_by_hand")
        self.assertEqual(len(order.picking_ids), 2)
        self.assert_manual(pick, "pickup_in_store")
        order.picking_ids.button_validate()
        out = order.picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing")
        self.assertEqual(len(out), 2)
        self.assert_manual(out.filtered("marketplace_by_hand"), "pickup_in_store")
        self.assertEqual((pick.marketplace_manual_reason, self.activities(pick).ids), (False, []))

    def test_without_a_delivery(self):
        """Digital goods that are a service in Odoo have no delivery: the order needs the person."""
        self.products[0].type = "service"
        placed = self.place_by_hand("digital")
        order = self.import_now(placed)
        self.assertFalse(order.picking_ids)
        self.assertEqual(order.marketplace_manual_reason, "digital")
        self.assertEqual(len(self.activities(order)), 1)
        self.later(5)
        self.lazada.advance(placed, "delivered")
        self.sync()
        self.assertEqual((order.marketplace_manual_reason, self.activities(order).ids), (False, []))

    def test_cancelled(self):
        placed = self.place_by_hand("digital")
        picking = self.import_now(placed).picking_ids
        self.lazada.cancel(placed)
        self.later(30)
        self.import_now()
        self.assert_solved(picking, "cancelled")

    def test_unchanged_orders_are_not_written(self):
        self.import_now(self.place_by_hand("digital"))
        self.later(1)
        counts = self.sync()
        self.assertEqual((counts["updated"], counts["unchanged"]), (0, 1))


@tagged("post_install", "-at_install")
class TestCourier(ManualCase):
    def setUp(self):
        super().setUp()
        self.stock_up()
        self.shopee_shop.arrange_delay = 0

    def shipped(self, courier_does=None):
        """A Shopee order whose delivery is validated and arranged; then the courier does something."""
        placed = self.place_shopee([(self.sku, 1)])
        picking = self.import_now(placed).picking_ids
        picking.button_validate()
        for _ in range(3):
            self.act()
            self.later(2)
        if courier_does:
            self.courier(placed, courier_does)
        return placed, picking

    def courier(self, placed, *does):
        for status in does:
            self.later(5)
            self.shopee.advance_package(placed, placed.packages[0], f"LOGISTICS_{status}")
        self.sync()

    def test_not_collected(self):
        """R62 R64: the courier did not come: said with Shopee's word, arranged again with the button, solved."""
        placed, picking = self.shipped("PICKUP_RETRY")
        self.assert_manual(picking, "not_collected", "LOGISTICS_PICKUP_RETRY")
        package = picking.marketplace_package_id
        self.assertIn(package, package.search([("manual_reason", "!=", False)]))
        self.assertEqual(self.shopee_shop.manual_count, 1)
        self.assertEqual(
            self.env["sale.order"].search(self.shopee_shop.action_open_manual()["domain"]), picking.sale_id
        )
        self.sync()
        self.later(5)
        self.sync()
        self.assertEqual(len(self.activities(picking)), 1)
        with self.assertRaises(UserError):
            picking.action_marketplace_handled()
        picking.action_marketplace_arrange_by_policy()
        self.act()
        self.assert_manual(picking, "not_collected", "choose another time")
        self.later(24 * 60)  # the next pick-up is another one
        picking.action_marketplace_arrange_by_policy()
        self.act()
        self.assertEqual(placed.packages[0].logistics_status, "LOGISTICS_REQUEST_CREATED")
        self.assert_solved(picking, "ready_to_ship")

    def test_what_couriers_do(self):
        """R62: failed, lost and refused parcels each have their reason; a person says that it is dealt with."""
        for status, reason in (
            ("DELIVERY_FAILED", "undelivered"),
            ("LOST", "lost"),
            ("COD_REJECTED", "refused_at_door"),
        ):
            placed, picking = self.shipped("PICKUP_DONE")
            self.courier(placed, status)
            self.assert_manual(picking, reason, f"LOGISTICS_{status}")
            self.assertFalse(self.shopee_shop.activity_ids, "told on the delivery, not twice")
            if reason == "refused_at_door":  # the marketplace has cancelled the order
                action = picking.action_marketplace_take_back()
                self.assertEqual(self.env["stock.picking"].browse(action["res_id"]).return_id, picking)
            picking.action_marketplace_handled()
            self.assert_solved(picking, "shipped")
            self.later(60)
            self.sync()
            self.assert_solved(picking, "shipped")

    def test_parcel_without_a_delivery(self):
        """R62 R64: what is a service in Odoo has no delivery: the order tells of the parcel, and is ticked off."""
        self.products[0].type = "service"
        placed = self.place_shopee([(self.sku, 1)])
        order = self.import_now(placed)
        self.shopee.arrange(placed)
        self.courier(placed, "PICKUP_RETRY")
        self.assertFalse(order.picking_ids)
        self.assertEqual((order.marketplace_manual_reason, order.marketplace_can_handle), ("not_collected", True))
        self.assertEqual(len(self.activities(order)), 1)
        stranger = new_test_user(self.env, "marketplace_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_marketplace_handled()
        order.action_marketplace_handled()
        self.assertEqual((order.marketplace_manual_reason, order.marketplace_manual_text), (False, False))
        self.assertFalse(self.activities(order))
        self.later(60)
        self.sync()
        self.assertFalse(order.marketplace_manual_reason)
        with self.assertRaisesRegex(UserError, "nothing to tick off"):
            order.action_marketplace_handled()

    def test_lazada_parcel_comes_back(self):
        """R62: each new reason replaces the activity; the return of the goods solves it."""
        placed = self.place_lazada([(self.sku, 1)])
        order = self.import_now(placed)
        picking = order.picking_ids
        self.later(5)
        self.lazada.advance(placed, "shipped")
        self.sync()
        for status, reason in (("failed_delivery", "undelivered"), ("shipped_back_success", "came_back")):
            self.later(5)
            self.lazada.advance(placed, status)
            self.sync()
            self.assert_manual(picking, reason, status)
            self.assertEqual(self.activities(picking).summary, dict(REASONS)[reason])
        action = picking.action_marketplace_take_back()
        returned = self.env["stock.picking"].browse(action["res_id"])
        returned.move_ids.quantity = 1
        returned.button_validate()
        self.assertEqual(returned.state, "done")
        self.assert_solved(picking, "shipped")

    def test_done_with_the_activity(self):
        """Who ticks the activity off is not told again of the same thing."""
        _placed, picking = self.shipped("PICKUP_RETRY")
        self.activities(picking).action_done()
        self.later(5)
        self.sync()
        self.assertFalse(self.activities(picking))

    def test_nobody_gets_a_mail(self):
        """One activity for the responsible, who is somebody else: no mail and no notification."""
        self.shopee_shop.responsible_id = new_test_user(
            self.env, "marketplace_responsible", "stock.group_stock_user", notification_type="email"
        )
        mails, notices = self.env["mail.mail"].search([]), self.env["mail.notification"].search([])
        _placed, picking = self.shipped("PICKUP_RETRY")
        self.assertEqual(self.activities(picking).user_id, self.shopee_shop.responsible_id)
        self.env.flush_all()
        self.assertFalse((self.env["mail.mail"].search([]) - mails).mapped("subject"))
        self.assertFalse((self.env["mail.notification"].search([]) - notices).mapped("res_partner_id.name"))

    def test_rights(self):
        """Packers may press the buttons, strangers may not."""
        placed, picking = self.shipped("PICKUP_RETRY")
        stranger = new_test_user(self.env, "marketplace_stranger", "base.group_user")
        for method in ("action_marketplace_handled", "action_marketplace_retry", "action_marketplace_arrange"):
            with self.assertRaises(AccessError):
                getattr(picking.with_user(stranger), method)()
        packer = new_test_user(self.env, "marketplace_packer", "stock.group_stock_user")
        self.assertIn("Arrange Again", picking.with_user(packer).marketplace_manual_text)
        self.courier(placed, "PICKUP_FAILED")
        picking.with_user(packer).action_marketplace_handled()
        self.assert_solved(picking, "shipped")
