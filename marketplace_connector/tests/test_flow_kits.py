"""Kits: one piece at the platform, several products in Odoo's deliveries."""

from odoo import Command
from odoo.tests import tagged

from .test_flow_parcels import ParcelCase


@tagged("post_install", "-at_install")
class TestKits(ParcelCase):
    def setUp(self):
        super().setUp()
        if "mrp.bom" not in self.env:
            self.skipTest("needs kits")
        self.stock_up()

    def kit(self, *amounts):
        """The SKU of a kit of so much of each of its parts."""
        kit, parts = self.products[0], self.products[2:]
        lines = [
            Command.create({"product_id": part.id, "product_qty": amount})
            for part, amount in zip(parts, amounts, strict=False)
        ]
        values = {"product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom", "bom_line_ids": lines}
        self.env["mrp.bom"].create(values)
        return kit.default_code

    def open_quantities(self, order):
        moves = order.picking_ids.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        return sorted(moves.mapped("product_uom_qty"))

    def receive(self, order, quantity=None):
        """Prepare the return of what has to come back, and receive it, or so much of each part."""
        returned = self.env["stock.picking"].browse(order.action_marketplace_prepare_return()["res_id"])
        for move in returned.move_ids:
            move.quantity = quantity if quantity is not None else move.product_uom_qty
        returned.move_ids.picked = True
        returned.with_context(skip_backorder=True, picking_ids_not_to_backorder=returned.ids).button_validate()
        self.assertEqual(returned.state, "done")

    def test_packed_in_part(self):
        """A kit packs, loses a piece, and leaves with its components."""
        placed = self.place_lazada([(self.kit(2), 3)])
        order = self.import_now(placed)
        self.lazada.pack(placed, placed.units[:1])
        self.see()
        self.assertEqual(self.open_quantities(order), [2, 4])
        self.lazada.set_status(placed, "canceled", placed.units[2:])
        self.see()
        self.assertEqual(self.open_quantities(order), [2, 2])
        self.lazada.advance(placed, "shipped", placed.units[:2])
        self.see()
        self.assertEqual(self.lines(order).qty_delivered, 2)

    def test_cancelled_off_two_deliveries(self):
        """Three of four pieces in two parcels are cancelled: exactly one kit's parts stay."""
        placed = self.place_lazada([(self.kit(1, 3), 4)])
        order = self.import_now(placed)
        self.lazada.pack(placed, placed.units[:2])
        self.see()
        self.assertEqual(self.open_quantities(order), [2, 2, 6, 6])
        self.lazada.set_status(placed, "canceled", placed.units[1:])
        self.see()
        self.assertEqual(self.open_quantities(order), [1, 3])
        self.assertEqual(order.picking_ids.filtered(lambda one: one.state != "cancel").marketplace_status, "confirmed")

    def test_cancelled_in_two_turns(self):
        """Pieces of two units of one delivery are cancelled at different times."""
        placed = self.place_lazada([(self.kit(2), 4)])
        order = self.import_now(placed)
        for unit, left in ((placed.units[3], 6), (placed.units[2], 4), (placed.units[1], 2)):
            self.lazada.set_status(placed, "canceled", [unit])
            self.see()
            self.assertEqual(self.open_quantities(order), [left])

    def test_all_cancelled_after_leaving(self):
        """R29: all pieces of a kit were cancelled on their way and came back; the order's other parcel goes on."""
        placed = self.place_lazada([(self.kit(1, 1), 2), (self.other_sku, 1)])
        order = self.import_now(placed)
        self.lazada.pack(placed, placed.units[:2])
        self.lazada.advance(placed, "shipped", placed.units[:2])
        self.see()
        self.lazada.set_status(placed, "canceled", placed.units[:2])
        self.see()
        self.receive(order)
        self.assertEqual(self.lines(order).mapped("product_uom_qty"), [0, 1])
        self.lazada.pack(placed, placed.units[2:])
        self.see()
        self.assertFalse(self.problem(placed.order_id))
        rest = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        self.assertEqual((rest.marketplace_status, self.open_quantities(order)), ("confirmed", [1]))

    def test_failed_kit_comes_back(self):
        """One of two failed kits is back: the other one still has to come."""
        placed = self.place_lazada([(self.kit(1, 1), 3)])
        order = self.import_now(placed)
        for units in (placed.units[:2], placed.units[2:]):
            self.lazada.pack(placed, units)
        self.lazada.advance(placed, "shipped")
        self.see()
        self.lazada.advance(placed, "shipped_back_success", placed.units[:2])
        self.see()
        self.assertEqual(order._marketplace_pieces_to_return(), {self.lines(order): 2})
        self.receive(order, 1)
        self.assertEqual(order._marketplace_pieces_to_return(), {self.lines(order): 1})
        self.receive(order)
        self.assertFalse(order.marketplace_return_due)
