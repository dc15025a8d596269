"""A part of an order leaves, the rest later."""

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .test_flow_parcels import ParcelCase


@tagged("post_install", "-at_install")
class TestInPart(ParcelCase):
    """A part of an order leaves, the rest later: where the platform has made the parcel, it splits the order first."""

    def setUp(self):
        super().setUp()
        self.stock_up()

    def place(self):
        """An order of two products, its delivery, and the first product counted."""
        placed = self.place_shopee([(self.sku, 2), (self.other_sku, 1)])
        picking = self.import_now(placed).picking_ids
        picking.move_ids[1].quantity = 0
        return placed, picking

    def validate(self, picking, drop=False):
        """Validate, and answer Odoo's question."""
        wizard = Form.from_action(self.env, picking.button_validate()).save()
        return (wizard.process_cancel_backorder if drop else wizard.process)()

    @property
    def splits(self):
        return self.shopee.calls["/api/v2/order/split_order"]

    def test_part_and_rest(self):
        """The order is split, the part is arranged; the rest keeps a delivery and a package and is arranged later."""
        placed, part = self.place()
        order = part.sale_id
        part.button_validate()
        self.assertEqual((part.state, self.splits), ("assigned", 0))
        self.validate(part)
        rest = order.picking_ids - part
        self.assertEqual((part.state, rest.state, self.splits), ("done", "assigned", 1))
        self.act()
        self.see()
        self.assertEqual([package.is_shipment_arranged for package in placed.packages], [True, False])
        self.assertEqual(part.marketplace_package_id.package_ref, placed.packages[0].package_number)
        self.assertEqual(rest.marketplace_package_id.package_ref, placed.packages[1].package_number)
        self.assert_fits(order)
        rest.button_validate()
        self.act()
        self.see()
        self.assertEqual([package.is_shipment_arranged for package in placed.packages], [True, True])
        self.assertEqual(len(order.picking_ids), 2)
        self.assert_fits(order)
        self.assertFalse(self.problem(placed.order_sn))

    def test_pieces_of_one_line(self):
        placed = self.place_shopee([(self.sku, 3)])
        placed.shop.may_split_quantity = True
        part = self.import_now(placed).picking_ids
        part.move_ids.quantity = 1
        self.validate(part)
        self.assertEqual([list(package.quantities.values()) for package in placed.packages], [[1], [2]])
        self.assertEqual(part.sale_id.picking_ids.mapped("move_ids.product_uom_qty"), [1, 2])
        self.assert_fits(part.sale_id)

    def test_packer(self):
        """Who packs needs no other rights for it."""
        packer = new_test_user(self.env, "marketplace_packer", "stock.group_stock_user")
        _placed, part = self.place()
        action = part.with_user(packer).button_validate()
        Form.from_action(self.env(user=packer), action).save().process()
        self.assertEqual((part.state, self.splits), ("done", 1))

    def test_refused(self):
        """A shop that may not split: the ways out are named, and nothing has changed on either side."""
        placed, part = self.place()
        placed.shop.may_split = False
        with self.assertRaisesRegex(UserError, "may not split.*Ship all of .*, or cancel the missing pieces"):
            self.validate(part)
        self.assertEqual((len(part.sale_id.picking_ids), part.state), (1, "assigned"))
        self.assertEqual(part.marketplace_package_id.package_ref, placed.packages[0].package_number)
        self.assertFalse(placed.split_up)

    def test_pieces_of_one_line_refused(self):
        placed = self.place_shopee([(self.sku, 3)])
        part = self.import_now(placed).picking_ids
        part.move_ids.quantity = 1
        with self.assertRaisesRegex(UserError, "may not divide the pieces of one product"):
            self.validate(part)

    def test_lost_answer(self):
        """The platform is asked before anything is repeated."""
        _placed, part = self.place()
        self.shopee.faults.order("lost_answer", "/split_order")
        self.validate(part)
        self.assertEqual((part.state, self.splits), ("done", 1))
        self.assert_fits(part.sale_id)

    def test_no_answer(self):
        """Nothing leaves. Where the order was split, the next sync divides the delivery the same way."""
        placed, part = self.place()
        self.shopee.faults.order("lost_answer", "/split_order", times=2)
        with self.assertRaisesRegex(UserError, "it does not answer"), self.env.cr.savepoint():
            wizard = Form.from_action(self.env, part.button_validate()).save()
            self.shopee.faults.order("no_connection", "/get_order_detail", times=20)
            wizard.process()
        self.assertEqual((part.state, len(part.sale_id.picking_ids), self.splits), ("assigned", 1, 0))
        self.shopee.faults.ordered.clear()
        self.shopee.split(placed, [[placed.items[0]], [placed.items[1]]])
        self.see()
        self.assertEqual(len(part.sale_id.picking_ids), 2)
        self.assert_fits(part.sale_id)
        part.sale_id.picking_ids.button_validate()
        self.assertEqual(set(part.sale_id.picking_ids.mapped("state")), {"done"})

    def test_rest_is_not_dropped(self):
        """Without a back-order the marketplace would wait for ever."""
        for place in (self.place_shopee, self.place_lazada):
            picking = self.import_now(place([(self.sku, 3)])).picking_ids
            self.lazada_shop.require_tracking = False
            picking.move_ids.quantity = 1
            with self.assertRaisesRegex(UserError, "would go on waiting"):
                self.validate(picking, drop=True)

    def test_arranged_parcel_leaves_whole(self):
        placed = self.place_lazada([(self.sku, 3)])
        picking = self.import_now(placed).picking_ids
        picking.action_marketplace_arrange()
        self.act()
        picking.move_ids.quantity = 1
        with self.assertRaisesRegex(UserError, "one parcel, which is arranged"):
            picking.button_validate()

    def test_always_a_back_order(self):
        """Where the warehouse asks no question, the order is split at once."""
        _placed, part = self.place()
        part.picking_type_id.create_backorder = "always"
        part.button_validate()
        self.assertEqual((part.state, self.splits), ("done", 1))
        self.assert_fits(part.sale_id)
