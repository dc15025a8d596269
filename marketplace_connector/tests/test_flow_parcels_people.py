"""Whose parcels they are: companies, packers who validate by hand, whoever prints at the first step."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..simulator.lazada.state import Line
from .label_reading import pages_of
from .test_flow_parcels import ParcelCase


@tagged("post_install", "-at_install")
class TestCompanies(ParcelCase):
    def stock_of(self, company):
        """Quantities and reservations in the company's own locations."""
        quants = self.env["stock.quant"].search(
            [("company_id", "=", company.id), ("location_id.usage", "=", "internal")], order="id"
        )
        return [(quant.id, quant.location_id.id, quant.quantity, quant.reserved_quantity) for quant in quants]

    def packer(self, company):
        return new_test_user(
            self.env,
            f"packer_{company.id}",
            "stock.group_stock_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_each_their_own(self):
        """The scheduler makes, divides and follows the parcels of a second company's shop in that company; the first
        sees none of it, and its stock is not touched."""
        self.stock_up()
        company, shop, seller = self.another_company()
        shop.process_orders = True
        before = self.stock_of(self.company)
        lines = [Line(self.sku, 2), Line(self.other_sku, 1, shipping="express")]
        placed = self.lazada.place_order(seller.shops[0], lines)
        order = self.import_now(placed)
        packer, stranger = self.packer(company), self.packer(self.company)
        order.picking_ids.with_user(packer).action_marketplace_arrange()
        self.act()
        self.act()
        packages, pickings = order.marketplace_package_ids, order.picking_ids
        self.assertEqual((len(packages), len(pickings)), (2, 2))
        self.assert_fits(order)
        records = (packages, pickings, pickings.move_ids, packages.job_ids, packages.label_id)
        for found in records:
            self.assertTrue(found)
            self.assertEqual(found.company_id, company)
            with self.assertRaises(AccessError):
                found.with_user(stranger).check_access("read")
        for model in ("marketplace.package", "stock.picking"):
            domain = [("id", "in", (packages if model == "marketplace.package" else pickings).ids)]
            self.assertFalse(self.env[model].with_user(stranger).search(domain))
            self.assertEqual(len(self.env[model].with_user(packer).search(domain)), 2)
        first, second = pickings.with_user(packer)
        first.move_ids.quantity = first.move_ids.product_uom_qty
        first.button_validate()
        self.assertEqual(first.state, "done")
        self.lazada.advance(placed, "shipped")
        self.see()
        self.assertEqual(second.state, "done")
        warehouses = pickings.picking_type_id.warehouse_id | pickings.location_id.warehouse_id
        self.assertEqual(warehouses, shop.warehouse_id)
        self.assertEqual(warehouses.company_id, company)
        self.assertEqual(self.stock_of(self.company), before)
        self.assertEqual(sorted(quantity for _id, _place, quantity, _held in self.stock_of(company)), [-2, -1])


@tagged("post_install", "-at_install")
class TestByHand(ParcelCase):
    def shipped_outside(self):
        """An order whose parcel has left, which is not followed: its delivery and its problem."""
        self.lazada_shop.follow_outside = False
        placed = self.place_lazada([(self.sku, 2)])
        picking = self.import_now(placed).picking_ids
        self.lazada.advance(placed, "shipped")
        self.see()
        problem = self.problem(placed.order_id)
        self.assertEqual((problem.reason, picking.state == "done"), ("shipped_outside", False))
        return placed, picking, problem

    def test_packer_validates(self):
        """Following off: a packer without sales rights validates what has left, and the problem is closed."""
        self.stock_up()
        packer = new_test_user(self.env, "marketplace_packer", "stock.group_stock_user")
        placed, picking, problem = self.shipped_outside()
        picking.with_user(packer).button_validate()
        self.assertEqual((picking.state, problem.state), ("done", "done"))
        self.see()
        self.assertFalse(self.problem(placed.order_id))
        self.assertEqual(self.lazada.calls["/rest/order/package/rts"], 0)

    def test_without_stock(self):
        """What has left has left: missing stock does not stop the button, the quantity is negative."""
        _placed, picking, problem = self.shipped_outside()
        problem.with_user(self.user).action_validate_deliveries()
        self.assertEqual((picking.state, problem.state), ("done", "done"))
        self.assertEqual(self.products[0].qty_available, -2)

    def test_followed_without_stock(self):
        """R162: nor does it stop following; goods that are gone are not reserved for another order any more."""
        product, place = self.products[0], self.lazada_shop.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, place, 3)
        kept = self.import_now(self.place_lazada([(self.sku, 2)])).picking_ids
        placed = self.place_lazada([(self.sku, 4)])
        order = self.import_now(placed)
        self.assertEqual(kept.state, "assigned")
        self.lazada.advance(placed, "shipped")
        self.see()
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.lines(order).qty_delivered, 4)
        self.assertEqual(product.qty_available, -1)
        self.assertNotEqual(kept.state, "assigned")
        self.assertFalse(self.problem(placed.order_id))


@tagged("post_install", "-at_install")
class TestFirstStep(ParcelCase):
    def test_labels_of_two_packages(self):
        """Whoever picks for two parcels prints both labels at once, before there is a delivery; then one each."""
        self.stock_up()
        self.lazada_shop.warehouse_id.delivery_steps = "pick_ship"
        packer = new_test_user(self.env, "marketplace_packer", "stock.group_stock_user")
        placed = self.place_lazada([Line(self.sku, 2), Line(self.other_sku, 1, shipping="express")])
        order = self.import_now(placed)
        pick = order.picking_ids.with_user(packer)
        self.assertEqual(pick.picking_type_code, "internal")
        self.lazada.pack(placed)
        self.see()
        self.act()
        numbers = sorted(unit.tracking_code for unit in (placed.units[0], placed.units[2]))
        self.assertEqual(self.numbers_on(pick), numbers)
        self.assertEqual(pick.carrier_tracking_ref.split(", "), numbers)
        pick.button_validate()
        deliveries = self.deliveries(order) - pick
        self.assert_fits(order)
        self.assertEqual(sorted(self.numbers_on(picking)[0] for picking in deliveries), numbers)
        self.assertEqual(self.numbers_on(deliveries.with_user(packer)), numbers)

    def numbers_on(self, pickings):
        """The parcels' numbers on the labels that the button opens, one a page."""
        url = pickings.action_marketplace_label()["url"]
        ids = [int(number) for number in url.rpartition("/")[2].split(",")]
        content = self.env["marketplace.package"].browse(ids)._labels_file()
        parcels = self.env["marketplace.package"].search([]).mapped("tracking_number")
        return sorted(number for page in pages_of(content) for number in parcels if number in page)


@tagged("post_install", "-at_install")
class TestDoneEarly(ParcelCase):
    def test_split_while_it_waits(self):
        """An order that is split in Seller Center while its done delivery waits to be arranged: all its parcels are
        arranged, each once, and the problem says that they were packed otherwise."""
        self.stock_up()
        self.shopee_shop.arrange_delay = 60
        placed = self.place_shopee([(self.sku, 2), (self.other_sku, 1)])
        order = self.import_now(placed)
        picking = order.picking_ids
        picking.button_validate()
        self.act()
        self.assertFalse(placed.has_arranged_package)
        self.shopee.split(placed, [[item] for item in placed.items])
        self.see()
        self.later(60)
        self.act()
        self.assertEqual(self.times_arranged(placed), [1, 1])
        self.assertFalse(picking.marketplace_act_ids)
        self.assertIn("Send them as the marketplace has them", self.problem(placed.order_sn).message)
        self.see()
        self.act()
        self.act()
        self.assertEqual(self.times_arranged(placed), [1, 1])
        numbers = [self.shopee.tracking_number(package) for package in placed.packages]
        self.assertEqual(sorted(picking.carrier_tracking_ref.split(", ")), sorted(numbers))
        self.shopee.advance(placed, "SHIPPED")
        self.see()
        self.assertEqual((len(order.picking_ids), picking.marketplace_status), (1, "shipped"))
        self.assertFalse(self.problem(placed.order_sn))

    def test_one_of_them_is_refused(self):
        """The others are arranged; the refusal stands on the delivery, and Retry arranges what is left, once."""
        self.shopee_shop.arrange_delay = 60
        placed = self.place_shopee([(self.sku, 2), (self.other_sku, 1)])
        picking = self.import_now(placed).picking_ids
        self.stock_up()
        picking.action_assign()
        picking.button_validate()
        self.shopee.split(placed, [[item] for item in placed.items])
        self.see()
        self.later(60)
        self.shopee.refuse("mass_ship_order", "logistics.error_permission", "not for this shop")
        self.shopee.refuse("logistics/ship_order", "logistics.ship_order_not_ready_to_ship", "not ready")
        self.act()
        self.assertEqual(sum(package.is_shipment_arranged for package in placed.packages), 1)
        refused = picking.marketplace_act_ids
        self.assertEqual((refused.reason, refused.is_problem), ("refused", True))
        refused.action_retry()
        self.act()
        self.assertEqual(self.times_arranged(placed), [1, 1])
        self.assertEqual(refused.state, "done")

    def times_arranged(self, placed):
        """How often each parcel was arranged."""
        return [
            sum(status == "LOGISTICS_REQUEST_CREATED" for _moment, status in package.history)
            for package in placed.packages
        ]
