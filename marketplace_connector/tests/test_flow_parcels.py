"""How the platform's parcels and Odoo's deliveries fit each other, whatever happens to either."""

from odoo.tests import tagged

from ..marketplaces.types import OrderStub
from ..simulator.lazada.state import Line
from .test_flow_shipping import ShippingCase


class ParcelCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.shopee_shop.arrange_delay = 0
        self.other_sku = self.products[1].default_code

    def see(self, minutes=5):
        """Poll a while later."""
        self.later(minutes)
        self.sync()

    def parcels(self, order):
        """The order's deliveries: state, package, pieces by product."""
        return sorted(
            (
                picking.state == "done",
                picking.marketplace_package_id.package_ref or "",
                [(move.product_id.default_code, move.product_uom_qty) for move in picking.move_ids.sorted("id")],
            )
            for picking in self.deliveries(order)
        )

    def deliveries(self, order):
        return order.picking_ids.filtered(lambda picking: picking.state != "cancel")

    def assert_fits(self, order):
        """Each live package has a delivery of its own with the same pieces, and the same number."""
        packages = order._marketplace_live_packages()
        self.assertEqual(len(packages.picking_id), len(packages))
        for package in packages:
            picking = package.picking_id
            self.assertEqual(picking._marketplace_quantities(), package._quantities())
            self.assertEqual(picking.carrier_tracking_ref or "", package.tracking_number or "")
            self.assertEqual(picking.marketplace_status, package.status)
        for line in self.lines(order):
            held = order._marketplace_deliveries().move_ids.filtered(lambda move, line=line: move.sale_line_id == line)
            self.assertEqual(sum(held.mapped("product_uom_qty")), line.product_uom_qty)


@tagged("post_install", "-at_install")
class TestBatches(ParcelCase):
    def told(self, shop, orders):
        """Sales orders with what the platform says of them."""
        refs = orders.mapped("marketplace_order_ref")
        told = shop._as_system()._client().fetch_orders([OrderStub(ref=ref) for ref in refs])
        return list(zip(orders, told, strict=True))

    def queries(self, pairs, shop):
        """How many queries it takes to compare the orders with the platform's word."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["marketplace.package"]._take_over(pairs)
        self.env["sale.order"]._marketplace_follow_platform(shop, pairs)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_nothing_to_do(self):
        """Orders that need nothing cost as many queries together as a few of them."""
        for place, shop, move in (
            (self.place_lazada, self.lazada_shop, lambda placed: self.lazada.advance(placed, "packed")),
            (self.place_shopee, self.shopee_shop, self.shopee.arrange),
        ):
            placed = [place([(self.sku, 1)]) for _ in range(30)]
            orders = self.import_now(*placed)
            for order in placed:
                move(order)
            self.see()
            self.assertEqual(len(orders.picking_ids.marketplace_package_ids), 30)
            few, many = (self.queries(self.told(shop, some), shop) for some in (orders[:3], orders))
            self.assertLess(many, few + 10)

    def test_many_shipped_outside(self):
        """R162: what has left is validated together; one that cannot be does not hold up the others."""
        serial = self.products[1]
        serial.tracking = "serial"
        placed = [self.place_lazada([(self.sku, 1)]) for _ in range(30)]
        bad = self.place_lazada([(serial.default_code, 1)])
        orders = self.import_now(*placed)
        self.import_now(bad)
        for order in [*placed, bad]:
            self.lazada.advance(order, "shipped")
        self.see()
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"done"})
        self.assertNotEqual(self.order(bad.order_id).picking_ids.state, "done")
        self.assertIn("Validate it by hand", self.problem(bad.order_id).message)
        self.assertEqual(self.env["marketplace.job"].search_count([("is_problem", "=", True)]), 1)


@tagged("post_install", "-at_install")
class TestLazada(ParcelCase):
    def two_ways(self):
        """An order whose pieces go two ways."""
        placed = self.place_lazada([Line(self.sku, 2), Line(self.other_sku, 1, shipping="express")])
        return placed, self.import_now(placed)

    def test_two_packages_at_once(self):
        """One pack call, two packages: the delivery is divided the same way, each with its own number."""
        placed, order = self.two_ways()
        order.picking_ids.action_marketplace_arrange()
        self.act()
        self.act()
        self.assertEqual(len(order.picking_ids), 2)
        self.assert_fits(order)
        self.assertEqual(len(set(order.picking_ids.mapped("carrier_tracking_ref"))), 2)
        self.assertEqual(len(order.picking_ids.marketplace_label_id), 2)
        self.assertFalse(self.problem(placed.order_id))

    def test_two_packages_in_two_polls(self):
        placed = self.place_lazada([(self.sku, 3)])
        order = self.import_now(placed)
        whole = order.picking_ids
        for units in (placed.units[:1], placed.units[1:]):
            self.lazada.pack(placed, units)
            self.see()
        self.assertEqual(len(order.picking_ids), 2)
        self.assert_fits(order)
        self.assertEqual(whole.move_ids.product_uom_qty, 2)
        self.assertEqual(len(whole.move_ids), 1)

    def test_tied_delivery_shrinks(self):
        """One package becomes two: its delivery keeps what is left of it, the rest gets a delivery of its own."""
        placed = self.place_lazada([(self.sku, 3)])
        order = self.import_now(placed)
        self.lazada.pack(placed)
        self.see()
        whole = order.picking_ids
        self.assert_fits(order)
        self.lazada.set_status(placed, "repacked", placed.units[2:])
        self.see()
        rest = order.picking_ids - whole
        self.assertEqual((whole.move_ids.product_uom_qty, rest.move_ids.product_uom_qty), (2, 1))
        self.assertFalse(rest.carrier_tracking_ref)
        self.lazada.pack(placed, placed.units[2:])
        self.see()
        self.assert_fits(order)
        self.assertTrue(rest.carrier_tracking_ref)

    def test_repacked(self):
        """A dissolved package is cancelled; the delivery takes the new one, its number and its label."""
        self.stock_up()
        placed = self.place_lazada([(self.sku, 2)])
        order = self.import_now(placed)
        picking = order.picking_ids
        picking.action_marketplace_arrange()
        self.act()
        self.act()
        old, number, label = picking.marketplace_package_id, picking.carrier_tracking_ref, picking.marketplace_label_id
        picking.button_validate()
        waiting = old.job_ids.filtered(lambda job: job.state == "open")
        self.assertEqual(waiting.act, "hand_over")
        self.lazada.repack(next(iter(placed.shop.packages.values())))
        self.see()
        self.assertEqual((old.status, picking.marketplace_status), ("cancelled", "pending"))
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertFalse(label.exists())
        self.assertEqual(waiting.state, "done")
        self.lazada.pack(placed)
        self.see()
        self.act()
        self.assert_fits(order)
        self.assertEqual(picking.marketplace_package_ids, old | picking.marketplace_package_id)
        self.assertNotEqual(picking.carrier_tracking_ref, number)
        self.assertTrue(picking.marketplace_label_id)
        self.act()
        self.see()
        self.assertEqual(picking.marketplace_status, "ready_to_ship")

    def test_repacked_between_polls(self):
        """Only the new package is seen."""
        placed = self.place_lazada([(self.sku, 2)])
        order = self.import_now(placed)
        self.lazada.pack(placed)
        self.see()
        old = order.marketplace_package_ids
        self.lazada.repack(next(iter(placed.shop.packages.values())))
        self.lazada.pack(placed)
        self.see()
        self.assertEqual(old.status, "cancelled")
        self.assertEqual(len(order.picking_ids), 1)
        self.assert_fits(order)

    def test_divided_after_it_left(self):
        """A delivery that is done is not divided: the problem says what the marketplace has."""
        self.stock_up()
        self.lazada_shop.require_tracking = False
        placed, order = self.two_ways()
        picking = order.picking_ids
        picking.button_validate()
        self.act()
        self.act()
        self.assertEqual(len(order.picking_ids), 1)
        self.assertEqual(len(picking.marketplace_package_ids), 2)
        problem = self.problem(placed.order_id)
        self.assertIn("the marketplace has its goods otherwise", problem.message)
        self.assertEqual(len(picking.carrier_tracking_ref.split(", ")), 2)
        self.lazada.advance(placed, "shipped")
        self.see()
        self.assertEqual(problem.state, "done")

    def test_one_of_two_has_left(self):
        """R162: only the parcel that has left is validated, dated by the platform; the other stays open."""
        placed, order = self.two_ways()
        self.lazada.pack(placed)
        self.see()
        self.later(60)
        self.lazada.advance(placed, "shipped", placed.units[2:])
        left_at = self.lazada._now().replace(tzinfo=None, microsecond=0)
        self.see(120)
        self.assert_fits(order)
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        self.assertEqual(done.move_ids.product_id, self.products[1])
        self.assertEqual(done.date_done, left_at)
        self.assertNotEqual((order.picking_ids - done).state, "done")
        self.assertEqual(self.lines(order).mapped("qty_delivered"), [0, 1])

    def test_unit_of_one_package_cancelled(self):
        """The unit is taken off its own parcel, not off the youngest delivery."""
        placed = self.place_lazada([(self.sku, 4)])
        order = self.import_now(placed)
        self.lazada.pack(placed, placed.units[:2])
        self.lazada.pack(placed, placed.units[2:])
        self.see()
        parcels = {package.package_ref: package.picking_id for package in order.marketplace_package_ids}
        self.lazada.set_status(placed, "canceled", placed.units[:1])
        self.see()
        self.assertEqual(parcels[placed.units[0].package_id].move_ids.product_uom_qty, 1)
        self.assertEqual(parcels[placed.units[3].package_id].move_ids.product_uom_qty, 2)
        self.assert_fits(order)

    def test_waits_for_a_sku(self):
        """A package of an order that waits is tied once the SKU is linked and the order confirmed."""
        product = self.products[0]
        sku, product.default_code = self.sku, "another"
        placed = self.place_lazada([(sku, 2)])
        order = self.import_now(placed)
        self.lazada.pack(placed)
        self.see()
        self.assertEqual((order.state, order.marketplace_package_ids.status), ("draft", "confirmed"))
        self.assertFalse(order.picking_ids)
        self.lines(order).marketplace_listing_id.product_id = product
        self.problem(placed.order_id).action_retry()
        self.assertEqual(order.state, "sale")
        self.assert_fits(order)
        self.act()
        self.assertTrue(order.picking_ids.marketplace_label_id)


@tagged("post_install", "-at_install")
class TestShopee(ParcelCase):
    def test_split_that_keeps_a_number(self):
        """The first parcel keeps its number and holds less: its open delivery shrinks, the rest gets one of its own."""
        placed = self.place_shopee([(self.sku, 2), (self.other_sku, 1)])
        order = self.import_now(placed)
        whole, number = order.picking_ids, placed.packages[0].package_number
        self.assertEqual(whole.marketplace_package_id.package_ref, number)
        self.shopee.split_keeps_first_number = True
        self.shopee.split(placed, [[item] for item in placed.items])
        self.see()
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(whole.marketplace_package_id.package_ref, number)
        self.assert_fits(order)
        self.assertEqual(whole.move_ids.mapped("product_uom_qty"), [2])

    def test_split_and_joined_again(self):
        placed = self.place_shopee([(self.sku, 2), (self.other_sku, 1)])
        order = self.import_now(placed)
        before = self.parcels(order)
        self.shopee.split(placed, [[item] for item in placed.items])
        self.see()
        self.assertEqual(len(self.deliveries(order)), 2)
        self.assert_fits(order)
        self.shopee.unsplit(placed)
        self.see()
        self.assertEqual(len(self.deliveries(order)), 1)
        self.assert_fits(order)
        self.assertEqual([pieces for _done, _ref, pieces in self.parcels(order)], [before[0][2]])
        self.assertEqual(sorted(order.marketplace_package_ids.mapped("status")), ["cancelled"] * 3 + ["pending"])

    def test_pieces_of_one_line_split_and_joined_again(self):
        placed = self.place_shopee([(self.sku, 3)])
        order = self.import_now(placed)
        placed.shop.may_split_quantity = True
        item = placed.items[0]
        self.shopee.split(placed, [[(item, 1)], [(item, 2)]])
        self.see()
        self.assertEqual(sorted(self.deliveries(order).mapped("move_ids.product_uom_qty")), [1, 2])
        self.assert_fits(order)
        self.shopee.unsplit(placed)
        self.see()
        self.assertEqual(self.deliveries(order).move_ids.mapped("product_uom_qty"), [3])
        self.assert_fits(order)

    def test_split_after_it_was_counted(self):
        """Quantities that a packer has entered for the whole are not those of a part."""
        self.stock_up()
        placed = self.place_shopee([(self.sku, 3)])
        order = self.import_now(placed)
        order.picking_ids.move_ids.quantity = 3
        order.picking_ids.move_ids.picked = True
        placed.shop.may_split_quantity = True
        self.shopee.split(placed, [[(placed.items[0], 1)], [(placed.items[0], 2)]])
        self.see()
        self.assert_fits(order)
        self.assertEqual(sorted(order.picking_ids.move_ids.mapped("quantity")), [1, 2])
        self.assertEqual(set(order.picking_ids.move_ids.mapped("picked")), {False})

    def test_one_of_two_has_left(self):
        placed = self.place_shopee([(self.sku, 2), (self.other_sku, 1)])
        order = self.import_now(placed)
        self.shopee.split(placed, [[item] for item in placed.items])
        self.see()
        first = placed.packages[0]
        self.shopee.arrange(placed)
        self.shopee.advance_package(placed, first, "LOGISTICS_PICKUP_DONE")
        self.see()
        self.assert_fits(order)
        self.assertEqual(
            {package.package_ref: package.picking_id.state == "done" for package in order.marketplace_package_ids[1:]},
            {package.package_number: package is first for package in placed.packages},
        )
        self.assertEqual(self.lines(order).mapped("qty_delivered"), [2, 0])


@tagged("post_install", "-at_install")
class TestFollowing(ParcelCase):
    def test_button(self):
        """Following off: the problem's button validates what has left, for a marketplace user, and solves it."""
        self.lazada_shop.follow_outside = False
        placed = self.place_lazada([Line(self.sku, 2), Line(self.other_sku, 1, shipping="express")])
        order = self.import_now(placed)
        self.lazada.pack(placed)
        self.see()
        self.lazada.advance(placed, "shipped", placed.units[2:])
        self.see()
        self.assertNotIn("done", order.picking_ids.mapped("state"))
        problem = self.problem(placed.order_id)
        problem.with_user(self.user).action_validate_deliveries()
        self.assertEqual(problem.state, "done")
        self.assertEqual(sorted(picking.state == "done" for picking in order.picking_ids), [False, True])
        self.assertEqual(self.lines(order).mapped("qty_delivered"), [0, 1])

    def test_steps(self):
        """R162: one of two parcels has left before anything was picked: its pieces go through all steps, no others."""
        for steps in ("pick_ship", "pick_pack_ship"):
            self.lazada_shop.warehouse_id.delivery_steps = steps
            placed = self.place_lazada([Line(self.sku, 2), Line(self.other_sku, 1, shipping="express")])
            order = self.import_now(placed)
            pick = order.picking_ids
            self.lazada.pack(placed)
            self.see()
            self.assertEqual(pick.marketplace_status, "confirmed")
            self.assertEqual(len(pick.carrier_tracking_ref.split(", ")), 2)
            self.lazada.advance(placed, "shipped", placed.units[2:])
            self.see()
            self.assertEqual(self.lines(order).mapped("qty_delivered"), [0, 1])
            self.assertEqual((pick.state == "done", pick.move_ids.product_uom_qty), (False, 2))
