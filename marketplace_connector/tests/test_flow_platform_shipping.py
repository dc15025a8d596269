"""Fulfilled by Lazada / by Shopee: what the marketplace ships itself, out of a warehouse that stands for its own."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..simulator.lazada.state import Line
from .test_flow_shipping import ShippingCase


class PlatformCase(ShippingCase):
    """Orders that the marketplace ships, wholly or in part; the warehouses for them are made once: they take long."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouses = cls.env["stock.warehouse"].create(
            [{"name": f"There {code}", "code": code, "company_id": cls.company.id} for code in ("TH1", "TH2")]
        )

    def setUp(self):
        super().setUp()
        self.lazada_shop.platform_warehouse_id, self.shopee_shop.platform_warehouse_id = self.warehouses
        self.stock_up()

    def own_stock(self, product):
        return product.with_context(warehouse_id=self.lazada_shop.warehouse_id.id).qty_available

    def stock_there(self, shop, product):
        return product.with_context(warehouse_id=shop.platform_warehouse_id.id).qty_available

    def assert_nothing_sent(self, app):
        """No call about packing, arranging or labels was made."""
        words = ("pack", "rts", "ship_order", "shipping_document", "document/get", "shipping_parameter")
        self.assertFalse([path for path in app.calls if any(word in path for word in words)])


@tagged("post_install", "-at_install")
class TestLazada(PlatformCase):
    def test_wholly_shipped_by_the_platform(self):
        """Never packed by us, leaves by itself from the platform's warehouse when shipped, once, with its date."""
        product = self.products[0]
        placed = self.place_lazada([(self.sku, 2)], fulfilled_by_lazada=True)
        order = self.import_now(placed)
        shop = self.lazada_shop
        picking = order.picking_ids
        self.assertEqual(picking.picking_type_id.warehouse_id, shop.platform_warehouse_id)
        self.assertTrue(picking.marketplace_by_platform)
        self.assertFalse(picking.marketplace_can_arrange or order.marketplace_can_arrange)
        for action in (picking.action_marketplace_arrange, order.action_marketplace_arrange):
            with self.assertRaisesRegex(UserError, "nothing to arrange"):
                action()
        with self.assertRaisesRegex(UserError, "shipped by the marketplace"):
            picking.button_validate()
        shop.follow_outside = False  # it is not ours that is followed
        for step in ("packed", "ready_to_ship"):
            self.lazada.advance(placed, step)
            self.later(1)
            self.sync(shop)
            self.act()
            self.assertNotEqual(picking.state, "done")
        self.assertEqual(picking.marketplace_status, "ready_to_ship")
        self.assertEqual((picking.marketplace_due, order.marketplace_due), ("over", "over"))  # not ours to be late
        self.later(5)
        self.lazada.advance(placed, "shipped")
        self.later(5)
        self.sync(shop)
        self.sync(shop)
        self.act()
        self.assertEqual(picking.mapped("state"), ["done"])
        self.assertEqual(picking.marketplace_status, "shipped")
        self.assertEqual(picking.date_done, placed.updated_at.replace(tzinfo=None))
        self.assertEqual(order.order_line[0].qty_delivered, 2)
        self.assertEqual((self.own_stock(product), self.stock_there(shop, product)), (100, -2))
        self.lazada.advance(placed, "delivered")
        self.later(5)
        self.sync(shop)
        self.assertEqual(picking.marketplace_status, "delivered")
        self.assertFalse(self.env["marketplace.job"].search([("shop_id", "=", shop.id), ("state", "=", "open")]))
        self.assert_nothing_sent(self.lazada)

    def test_packer(self):
        """A packer without sales rights is told that there is nothing to do, and sees how it goes on."""
        packer = new_test_user(self.env, "packer_there", "stock.group_stock_user")
        placed = self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True)
        picking = self.import_now(placed).picking_ids.with_user(packer)
        with self.assertRaisesRegex(UserError, "nothing to arrange"):
            picking.action_marketplace_arrange()
        with self.assertRaisesRegex(UserError, "nothing to pack"):
            picking.button_validate()
        self.lazada.advance(placed, "shipped")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual((picking.state, picking.marketplace_status), ("done", "shipped"))

    def test_validated_by_hand_is_not_doubled(self):
        """Where the shop is not connected any more a person may validate; a later pull does not do it again."""
        placed = self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True)
        picking = self.import_now(placed).picking_ids
        self.lazada_shop.state = "disconnected"
        picking.move_ids.quantity = 1
        picking.button_validate()
        self.lazada_shop.state = "connected"
        self.lazada.advance(placed, "shipped")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual(picking.sale_id.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.stock_there(self.lazada_shop, self.products[0]), -1)

    def test_serial_numbers(self):
        """What needs a serial number cannot leave by itself: a problem, which a person solves by validating."""
        self.products[0].tracking = "serial"
        placed = self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True)
        picking = self.import_now(placed).picking_ids
        self.lazada.advance(placed, "shipped")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual(self.problem(placed.order_id).reason, "shipped_outside")
        serial = self.env["stock.lot"].create({"name": "S1", "product_id": self.products[0].id})
        picking.move_ids.move_line_ids = [
            Command.clear(),
            Command.create({"product_id": self.products[0].id, "lot_id": serial.id, "quantity": 1}),
        ]
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def mixed(self):
        """An order of which Lazada ships the first SKU and we the second."""
        lines = [Line(self.sku, 2, fulfilled_by_lazada=True), Line(self.products[1].default_code, 1)]
        placed = self.place_lazada(lines)
        order = self.import_now(placed)
        theirs = order.picking_ids.filtered("marketplace_by_platform")
        return placed, order, theirs, order.picking_ids - theirs

    def test_mixed_ours_first(self):
        """Two deliveries from two warehouses: ours is packed, labelled and validated, theirs follows Lazada."""
        placed, order, theirs, ours = self.mixed()
        self.assertEqual(order.marketplace_fulfilment, "mixed")
        self.assertEqual((len(theirs), len(ours)), (1, 1))
        order.action_marketplace_arrange()
        self.act()
        self.assertEqual([unit.status for unit in placed.units], ["pending", "pending", "packed"])
        self.act()
        self.assertTrue(ours.marketplace_label_id)
        ours.button_validate()
        self.act()
        self.assertEqual((ours.state, theirs.state), ("done", "confirmed"))
        self.lazada.advance(placed, "shipped", placed.units[:2])
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual(theirs.state, "done")
        self.assertEqual(self.own_stock(self.products[0]), 100)
        self.assertEqual(self.own_stock(self.products[1]), 99)
        self.assertEqual(self.stock_there(self.lazada_shop, self.products[0]), -2)
        self.assertEqual(len(order.picking_ids), 2)

    def test_mixed_theirs_first(self):
        """Theirs leaves while ours is not packed; ours is still packed and leaves afterwards."""
        placed, order, theirs, ours = self.mixed()
        self.lazada.advance(placed, "delivered", placed.units[:2])
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual((theirs.state, ours.state), ("done", "assigned"))
        self.assertEqual((theirs.marketplace_status, ours.marketplace_status), ("delivered", "pending"))
        order.picking_ids.action_marketplace_arrange()
        self.act()
        self.assertTrue(ours.carrier_tracking_ref)
        ours.button_validate()
        self.assertEqual(ours.state, "done")

    @settings(
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=2,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @example(["theirs", "ours", "cancel"], {1})
    @example(["cancel", "theirs", "ours"], {0, 1})
    @given(st.permutations(["theirs", "ours", "cancel"]), st.sets(st.integers(0, 2)))
    def test_mixed_any_order(self, events, polled_after):
        """Whatever happens first, and whenever Odoo looks: own stock loses ours, the platform's what it shipped."""
        product, other = self.products[:2]
        before = [self.own_stock(product), self.own_stock(other), self.stock_there(self.lazada_shop, product)]
        placed, order, theirs, ours = self.mixed()
        shipped = 2
        for place, event in enumerate(events):
            self.later(5)
            if event == "theirs":
                self.lazada.advance(placed, "shipped", placed.units[:2])
            elif event == "ours":
                order.action_marketplace_arrange()
                self.act()
                ours.button_validate()
                self.act()
            elif "theirs" not in events[:place]:
                self.lazada.cancel(placed, "Out of Stock", "system", placed.units[:1])
                shipped = 1
            if place in polled_after:
                self.sync(self.lazada_shop)
        self.later(5)
        self.sync(self.lazada_shop)
        self.assertEqual((theirs.state, ours.state, len(order.picking_ids)), ("done", "done", 2))
        after = [self.own_stock(product), self.own_stock(other), self.stock_there(self.lazada_shop, product)]
        self.assertEqual(after, [before[0], before[1] - 1, before[2] - shipped])
        self.assertFalse(self.problem(placed.order_id))

    def test_followed_by_ids_without_a_package(self):
        """Units say that they have left also where Lazada names no package for them."""
        placed, _order, theirs, ours = self.mixed()
        self.lazada.advance(placed, "shipped", placed.units[:2])
        for unit in placed.units:
            unit.package_id = ""
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual((theirs.state, ours.state), ("done", "assigned"))

    def test_units_cancelled_there(self):
        """A unit cancelled before it left is taken off the open delivery; the rest leaves."""
        placed = self.place_lazada([(self.sku, 3)], fulfilled_by_lazada=True)
        order = self.import_now(placed)
        self.lazada.cancel(placed, "Out of Stock", "seller", placed.units[:1])
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)
        self.lazada.advance(placed, "shipped")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.stock_there(self.lazada_shop, self.products[0]), -2)

    def test_cancelled(self):
        """A cancelled order takes its delivery with it; no stock moves."""
        placed = self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True)
        order = self.import_now(placed)
        self.lazada.cancel(placed, "Out of Stock", "seller")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual((order.state, order.picking_ids.state), ("cancel", "cancel"))
        self.assertEqual(self.stock_there(self.lazada_shop, self.products[0]), 0)

    def test_returned(self):
        """What a buyer sends back to Lazada is taken in there with a return, never into the own stock."""
        placed = self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True)
        order = self.import_now(placed)
        self.lazada.advance(placed, "returned")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual(order.picking_ids.state, "done")
        wizard = self.env["stock.return.picking"].create({"picking_id": order.picking_ids.id})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.button_validate()
        self.assertEqual(self.stock_there(self.lazada_shop, self.products[0]), 0)
        self.assertEqual(self.own_stock(self.products[0]), 100)

    def test_lost_by_its_courier(self):
        """A parcel of Lazada's that failed has left; the delivery tells what to do, which is nothing to arrange."""
        placed = self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True)
        order = self.import_now(placed)
        self.lazada.advance(placed, "failed_delivery")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.marketplace_manual_reason, "undelivered")
        self.assertIn("ships this parcel itself", order.picking_ids.marketplace_manual_text)
        self.assertIn("return on the delivery", order.picking_ids.marketplace_manual_text)

    def test_validate_of_a_problem_leaves_the_platform_alone(self):
        """*Validate* on a problem of our parcel does not validate what Lazada has still to ship."""
        self.lazada_shop.follow_outside = False
        placed, _order, theirs, ours = self.mixed()
        self.lazada.advance(placed, "shipped", placed.units[2:])
        self.later(1)
        self.sync(self.lazada_shop)
        self.problem(placed.order_id).action_validate_deliveries()
        self.assertEqual((ours.state, theirs.state), ("done", "confirmed"))

    def test_product_routes_do_not_interfere(self):
        """A product that is made to order or dropshipped leaves from the platform's warehouse all the same."""
        route = self.env["stock.route"].create(
            {"name": "Elsewhere", "product_selectable": True, "sequence": 0, "company_id": self.company.id}
        )
        self.env["stock.rule"].create(
            {
                "name": "Elsewhere",
                "route_id": route.id,
                "action": "pull",
                "picking_type_id": self.lazada_shop.warehouse_id.out_type_id.id,
                "location_src_id": self.lazada_shop.warehouse_id.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        self.products[0].route_ids = [Command.link(route.id)]
        order = self.import_now(self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True))
        self.assertEqual(order.picking_ids.picking_type_id.warehouse_id, self.lazada_shop.platform_warehouse_id)

    def test_created_fulfilled(self):
        """With *Create fulfilled orders* what is first seen shipped comes in delivered; what is only packed, open."""
        self.lazada_shop.create_fulfilled = True
        shipped = self.place_lazada([(self.sku, 2)], fulfilled_by_lazada=True)
        packed = self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True)
        self.lazada.advance(shipped, "delivered")
        self.lazada.advance(packed, "packed")
        first, second = self.import_now(shipped), self.order(packed.order_id)
        self.assertEqual(first.picking_ids.state, "done")
        self.assertNotEqual(second.picking_ids.state, "done")
        self.lazada.advance(packed, "shipped")
        self.later(1)
        self.sync(self.lazada_shop)
        self.assertEqual(second.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.stock_there(self.lazada_shop, self.products[0]), -3)
        self.assertEqual(self.own_stock(self.products[0]), 100)

    def test_by_itself(self):
        """Lazada's own warehouses work by their timetable; hourly polls end with every delivery done once."""
        placed = [self.place_lazada([(self.sku, 1)], fulfilled_by_lazada=True) for _ in range(3)]
        orders = self.import_now(*placed)
        for _ in range(8):
            self.later(60)
            self.sync(self.lazada_shop)
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"done"})
        self.assertEqual(len(orders.picking_ids), 3)
        self.assertEqual(self.stock_there(self.lazada_shop, self.products[0]), -3)


@tagged("post_install", "-at_install")
class TestShopee(PlatformCase):
    def test_wholly_shipped_by_the_platform(self):
        """Shopee says so per order (`fulfillment_flag`); validating and arranging stay away from it."""
        placed = self.place_shopee([(self.sku, 2)], fulfilled_by_shopee=True)
        ours = self.place_shopee([(self.sku, 1)])
        orders = self.import_now(placed, ours)
        order = self.order(placed.order_sn)
        picking = order.picking_ids
        self.assertEqual(picking.picking_type_id.warehouse_id, self.shopee_shop.platform_warehouse_id)
        orders.picking_ids.action_marketplace_arrange()
        self.assertFalse(picking.marketplace_act_ids)
        with self.assertRaisesRegex(UserError, "shipped by the marketplace"):
            picking.button_validate()
        self.shopee_shop.follow_outside = False
        moment = None
        while placed.order_status != "COMPLETED":
            self.shopee.run_warehouse(placed)
            if placed.order_status == "SHIPPED":
                moment = self.shopee.clock.now().replace(tzinfo=None, microsecond=0)
            self.later(30)
            self.sync(self.shopee_shop)
            self.act()
            self.assertEqual(picking.state == "done", placed.order_status not in ("READY_TO_SHIP", "PROCESSED"))
        self.assertLess(abs(picking.date_done - moment), timedelta(seconds=5))
        self.assertEqual(order.order_line[0].qty_delivered, 2)
        self.assertEqual(
            (self.own_stock(self.products[0]), self.stock_there(self.shopee_shop, self.products[0])), (100, -2)
        )
        self.assertFalse(picking.marketplace_label_id)
        self.assertFalse(self.env["marketplace.job"].search([("order_id", "=", order.id), ("state", "=", "open")]))

    def test_cancelled(self):
        """Cancelled by Shopee before it left: the delivery goes, no stock moves."""
        placed = self.place_shopee([(self.sku, 1)], fulfilled_by_shopee=True)
        order = self.import_now(placed)
        self.shopee.cancel(placed, by="system")
        self.later(1)
        self.sync(self.shopee_shop)
        self.assertEqual((order.state, order.picking_ids.state), ("cancel", "cancel"))

    def test_created_fulfilled(self):
        """With *Create fulfilled orders* a completed order comes in delivered, out of Shopee's warehouse."""
        self.shopee_shop.create_fulfilled = True
        placed = self.place_shopee([(self.sku, 1)], fulfilled_by_shopee=True)
        self.shopee.advance(placed, "COMPLETED")
        order = self.import_now(placed)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.stock_there(self.shopee_shop, self.products[0]), -1)
