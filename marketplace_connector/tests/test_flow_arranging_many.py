"""Many parcels at once: as few calls as the platforms' batches allow, and no parcel with another's answer."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_flow_arranging import LOGISTICS, ArrangingCase

HOUR = 60


class ManyCase(ArrangingCase):
    def place_many(self, count, **facts):
        placed = [self.place_shopee([(self.sku, 1)], **facts) for _ in range(count)]
        return placed, self.import_now(*placed).picking_ids

    def counted(self, platform, doing):
        """The calls of the platform that `doing` made, by the last part of their path; those with tokens left out."""
        before = platform.calls.copy()
        doing()
        calls = platform.calls - before
        return {path.rpartition("/")[2]: count for path, count in calls.items() if "/auth/" not in path}


@tagged("post_install", "-at_install")
class TestManyParcels(ManyCase):
    def test_shopee_calls(self):
        """60 parcels: questions, looks, arrangements and read-backs 50 a call, none of them one by one."""
        placed, pickings = self.place_many(60)
        pickings.action_marketplace_arrange()
        calls = self.counted(self.shopee, self.act)
        self.assertEqual({order.order_status for order in placed}, {"PROCESSED"})
        self.assertEqual(
            {name: count for name, count in calls.items() if "document" not in name},
            {
                "get_mass_shipping_parameter": 2,
                "mass_ship_order": 2,
                "get_order_detail": 4,  # the look before and the read-back
                "get_package_detail": 4,
            },
        )

    def test_lazada_calls(self):
        """60 orders: packed and made ready twenty a call, looked at and read back fifty a call."""
        placed = [self.place_lazada([(self.sku, 1)]) for _ in range(60)]
        pickings = self.import_now(*placed).picking_ids
        pickings.action_marketplace_arrange()
        calls = self.counted(self.lazada, self.act)
        self.assertEqual(calls.pop("pack"), 3)
        calls.pop("get", None)  # labels and items share the last part of their path
        self.assertEqual(self.lazada.calls["/rest/order/get"], 0)
        self.act()
        pickings.button_validate()
        calls = self.counted(self.lazada, self.act)
        self.assertEqual(calls, {"rts": 3, "get": 2})
        self.assertEqual(set(pickings.mapped("marketplace_status")), {"ready_to_ship"})

    def test_refusals_are_told_together(self):
        """R64: twenty refused parcels take hardly more queries each than two, and each has its activity."""
        taken = {}
        for count in (2, 20):
            pickings = self.import_now(*[self.place_lazada([(self.sku, 1)]) for _ in range(count)]).picking_ids
            pickings.action_marketplace_arrange()
            self.lazada.refuse_next("/order/fulfill/pack", "1003", times=count)
            before = self.env.cr.sql_log_count
            self.act()
            taken[count] = self.env.cr.sql_log_count - before
            self.assertEqual(set(pickings.mapped("marketplace_manual_reason")), {"refused"})
            self.assertEqual([len(picking.activity_ids) for picking in pickings], [1] * count)
        self.assertLess((taken[20] - taken[2]) / 18, 3, taken)

    def test_validation_asks_once(self):
        """R138: 60 deliveries validated at once: two questions; one refused parcel is named with its reason."""
        self.shopee_shop.arrange_policy = "validation"
        placed, pickings = self.place_many(60)
        self.shopee.cancel(placed[7], "Change of mind", "buyer")
        with self.assertRaises(UserError) as caught:
            pickings.button_validate()
        refused = pickings.filtered(lambda picking: picking.marketplace_order_ref == placed[7].order_sn)
        self.assertIn(f"{refused.name}: The marketplace refused: The order is cancelled.", str(caught.exception))
        self.assertEqual(str(caught.exception).count("\n"), 0)
        self.assertEqual(set(pickings.mapped("state")), {"assigned"})
        calls = self.counted(self.shopee, (pickings - refused).button_validate)
        self.assertEqual(calls, {"get_mass_shipping_parameter": 2})
        self.assertEqual(set((pickings - refused).mapped("state")), {"done"})

    def test_network_stops_nobody(self):
        """R138: a marketplace that does not answer does not stop the validation."""
        self.shopee_shop.arrange_policy = "validation"
        placed, pickings = self.place_many(3)
        self.shopee.faults.order("no_connection", "shipping_parameter", times=20)
        pickings.button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.shopee.faults.ordered.clear()
        self.act()
        self.assertEqual({order.order_status for order in placed}, {"PROCESSED"})

    def test_couriers(self):
        """Parcels of several couriers, with different ways and times: each gets its own answer."""
        couriers = ("SPX Express", "J&T Express", "SingPost")
        placed = [self.place_shopee([(self.sku, 1)], courier=courier) for _ in range(4) for courier in couriers]
        pickings = self.import_now(*placed).picking_ids
        pickings.action_marketplace_arrange()
        calls = self.counted(self.shopee, self.act)
        self.assertEqual({order.order_status for order in placed}, {"PROCESSED"})
        self.assertEqual(calls["get_mass_shipping_parameter"], 3)
        slots = [bool(self.hand_over(order).pickup_time_id) for order in placed]
        self.assertEqual(slots, [True, False, True] * 4)  # the second courier names no times

    def test_one_fails(self):
        """What is refused for one parcel stays with it, also where the call is made for all."""
        placed, pickings = self.place_many(4)
        placed[1].allocated_at = self.shopee.clock.seconds() + 600
        pickings.action_marketplace_arrange()
        self.act()
        statuses = [order.order_status for order in placed]
        self.assertEqual(statuses, ["PROCESSED", "READY_TO_SHIP", "PROCESSED", "PROCESSED"])
        for _ in range(4):
            self.later(10)
            self.act()
        self.assertEqual(placed[1].order_status, "PROCESSED")
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))

    def test_lost(self):
        """The network dies at each of the calls for many: all parcels are arranged, none of them twice."""
        for path in ("get_mass_shipping_parameter", "mass_ship_order"):
            for kind in ("lost_answer", "no_connection", "server_error", "truncated", "rate_limited"):
                with self.subTest(path=path, kind=kind):
                    placed, pickings = self.place_many(3)
                    self.shopee.faults.order(kind, path)
                    pickings.action_marketplace_arrange()
                    before = self.shopee.calls[f"{LOGISTICS}/mass_ship_order"]
                    for _ in range(4):
                        self.act()
                        self.later(2)
                    self.assertEqual({order.order_status for order in placed}, {"PROCESSED"})
                    self.assertEqual(set(pickings.mapped("marketplace_status")), {"ready_to_ship"})
                    effects = self.shopee.calls[f"{LOGISTICS}/mass_ship_order"] - before
                    took_none = path == "mass_ship_order" and kind != "lost_answer" and kind != "truncated"
                    self.assertEqual(effects, 2 if took_none else 1)
                    self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))


@tagged("post_install", "-at_install")
class TestTracking(ManyCase):
    def test_late_numbers(self):
        """R142 R144: asked after 1, 5, 15 and 60 minutes, then hourly, 50 packages a call; the bar says when."""
        self.shopee.tracking_delay = 200 * 60
        placed, pickings = self.place_many(60)
        pickings.action_marketplace_arrange()
        self.act()
        self.assertEqual(set(pickings.mapped("marketplace_status")), {"confirmed"})
        self.assertRegex(pickings[0].marketplace_message, "^Waiting for the tracking number. .* at ")
        asked = []
        for minute in range(1, 300):
            self.later(1)
            calls = self.counted(self.shopee, self.act)
            if calls.get("get_mass_tracking_number"):
                asked.append(minute)
                if len(asked) < 5:
                    self.assertEqual(
                        calls, {"get_order_detail": 2, "get_package_detail": 2, "get_mass_tracking_number": 2}
                    )
            if minute > 201 and all(pickings.mapped("carrier_tracking_ref")):
                break
        self.assertEqual(asked[:5], [1, 6, 21, 81, 141])
        numbers = {self.shopee.tracking_number(order.packages[0]) for order in placed}
        self.assertEqual(set(pickings.mapped("carrier_tracking_ref")), numbers)
        self.assertEqual(set(pickings.mapped("marketplace_status")), {"ready_to_ship"})

    def test_late_number_at_lazada(self):
        """R54: a number that Lazada makes later than the package comes by itself."""
        placed = self.place_lazada([(self.sku, 1)])
        picking = self.import_now(placed).picking_ids
        picking.action_marketplace_arrange()
        self.lazada.tracking_delay = 20 * 60
        self.act()
        self.assertEqual((picking.marketplace_status, picking.carrier_tracking_ref), ("confirmed", False))
        self.assertIn("Waiting for the tracking number", picking.marketplace_message)
        with self.assertRaisesRegex(UserError, "no tracking number yet"):
            picking.button_validate()
        for _ in range(5):
            self.later(10)
            self.act()
        self.assertEqual(picking.carrier_tracking_ref, placed.units[0].tracking_code)

    def test_no_number(self):
        """No number two days after the ship-by time: a problem that says what to do; Retry asks again."""
        self.shopee.tracking_delay = 30 * 24 * 3600
        placed, pickings = self.place_many(1)
        pickings.action_marketplace_arrange_by_policy()
        self.act()
        self.later(24 * HOUR)
        self.act()
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))
        self.later(6 * 24 * HOUR)
        self.act()
        problem = self.env["marketplace.job"].search([("is_problem", "=", True)])
        self.assertEqual((problem.act, problem.reason), ("tracking", "no_tracking"))
        self.assertIn("No tracking number came", pickings.marketplace_message)
        placed[0].packages[0].tracking_time = 0
        problem.action_retry()
        self.act()
        self.assertTrue(pickings.carrier_tracking_ref)
        self.assertEqual(problem.state, "done")
