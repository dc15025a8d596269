"""Manual Handling Required: what was asked of the marketplace and came to nothing."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models.marketplace_manual import REASONS
from .test_flow_manual import ManualCase


@tagged("post_install", "-at_install")
class TestManualActs(ManualCase):
    def test_refused_arrangement(self):
        """R64: a refusal is shown on the delivery with its reason; Arrange Again solves it."""
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        self.lazada.refuse_next("/order/fulfill/pack", "1003")
        picking.action_marketplace_arrange()
        self.assertEqual(picking.marketplace_status, "pending")
        self.act()
        self.assert_manual(picking, "refused", "found no courier")
        self.assertEqual(picking.marketplace_manual_act, "arrange")
        self.assertFalse(picking.sale_id.marketplace_manual_text, "the order's problem tells it")
        self.assertFalse(self.lazada_shop.activity_ids, "told on the delivery, not twice")
        self.lazada.refuse_next("/order/fulfill/pack", "1003")
        picking.action_marketplace_arrange()
        self.act()
        self.assert_manual(picking, "refused", "found no courier")
        picking.action_marketplace_arrange()
        self.act()
        self.assert_solved(picking, "confirmed")

    def test_unit_cancelled_meanwhile(self):
        """R64 R148: a unit is cancelled just before it is packed: the rest is packed by itself, nobody is needed."""
        placed = self.place_lazada([(self.sku, 3)])
        picking = self.import_now(placed).picking_ids
        picking.action_marketplace_arrange()
        self.lazada.cancel(placed, units=placed.units[:1])
        self.act()
        self.assertFalse(picking.marketplace_manual_reason)
        self.act()
        self.assert_solved(picking, "confirmed")
        self.assertEqual(picking.move_ids.product_uom_qty, 2)
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))

    def test_refused_and_packed_outside(self):
        """Packed in Seller Center after a refusal: nothing is left to do."""
        placed = self.place_lazada([(self.sku, 1)])
        picking = self.import_now(placed).picking_ids
        self.lazada.refuse_next("/order/fulfill/pack", "1003")
        picking.action_marketplace_arrange()
        self.act()
        self.later(5)
        self.lazada.advance(placed, "packed")
        self.sync()
        self.assert_solved(picking, "confirmed")
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))

    def test_no_tracking_number(self):
        """R64: no number until two days after the ship-by time: said on the delivery; Retry finds it."""
        self.lazada.gives_tracking = False
        placed = self.place_lazada([(self.sku, 1)])
        picking = self.import_now(placed).picking_ids
        picking.action_marketplace_arrange()
        self.act()
        self.assertEqual(picking.marketplace_status, "confirmed")
        for _ in range(3):
            self.later(2 * 24 * 60)
            self.act()
        self.assertEqual((picking.marketplace_status, picking.marketplace_manual_reason), ("manual", "no_tracking"))
        self.assertEqual(picking.marketplace_package_id.manual_reason, "no_tracking")
        self.assertIn("type the number there", picking.marketplace_manual_text)
        self.assertEqual(len(self.activities(picking)), 1)
        self.lazada.type_tracking(next(iter(placed.shop.packages.values())), "TYPED-1")
        packer = new_test_user(self.env, "marketplace_packer", "stock.group_stock_user")
        picking.with_user(packer).action_marketplace_retry()
        self.act()
        self.assertEqual(picking.carrier_tracking_ref, "TYPED-1")
        self.assert_solved(picking, "confirmed")

    def test_refused_hand_over(self):
        """R64: refused after the delivery is done."""
        self.stock_up()
        placed = self.place_lazada([(self.sku, 1)])
        picking = self.import_now(placed).picking_ids
        picking.action_marketplace_arrange()
        self.act()
        self.act()
        self.lazada.refuse_next("/order/package/rts", "700000")
        picking.button_validate()
        self.act()
        self.assert_manual(picking, "refused", "does not allow this")
        self.assertEqual(picking.marketplace_manual_act, "hand_over")
        picking.action_marketplace_retry()
        self.act()
        self.later(2)
        self.sync()
        self.assert_solved(picking, "ready_to_ship")

    def test_refused_label(self):
        """R64: a label that cannot be made; Retry fetches it."""
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        self.lazada.refuse_next("/order/package/document/get", "50008")
        picking.action_marketplace_arrange()
        self.act()
        self.act()
        self.assert_manual(picking, "no_label", "50008")
        self.assertEqual(picking.marketplace_package_id.manual_reason, "no_label")
        picking.action_marketplace_retry()
        self.act()
        self.assertTrue(picking.marketplace_label_id)
        self.assert_solved(picking, "confirmed")

    def test_given_up(self):
        """R64: the marketplace was not reached so often that it is not tried any more."""
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        self.lazada.faults.order("no_connection", "/order/fulfill/pack", 50)
        picking.action_marketplace_arrange()
        for _ in range(12):
            self.act()
            self.later(61)
        self.assertEqual(picking.marketplace_manual_reason, "unreachable")
        self.assertEqual(len(self.activities(picking)), 1)

    def test_nothing_to_retry(self):
        picking = self.import_now(self.place_lazada([(self.sku, 1)])).picking_ids
        with self.assertRaisesRegex(UserError, "nothing to retry"):
            picking.action_marketplace_retry()

    def test_each_reason_says_what_to_do(self):
        for reason, _label in REASONS:
            self.assertGreater(len(self.env["stock.picking"]._marketplace_advice(reason)), 40)
