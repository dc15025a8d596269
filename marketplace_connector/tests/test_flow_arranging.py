"""Arranging shipments: the dialogue, the shop's policy, many parcels at once, couriers that did not come."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..simulator.shopee.channels import COUNTER, SELLERS_OWN
from .test_flow_shipping import ShippingCase

LOGISTICS = "/api/v2/logistics"
DAY = 24 * 60


class ArrangingCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.stock_up()
        self.shopee_shop.write({"arrange_delay": 0, "arrange_policy": "manual", "require_tracking": False})

    def place(self, **facts):
        """An order of one parcel and its delivery."""
        placed = self.place_shopee([(self.sku, 1)], **facts)
        return placed, self.import_now(placed).picking_ids

    def dialogue(self, picking):
        """The dialogue of the button, with what the shop's policy chose."""
        action = picking.action_marketplace_arrange()
        self.assertEqual((action["res_model"], action["target"]), ("marketplace.arrange.shipment", "new"))
        return picking.env[action["res_model"]].browse(action["res_id"])

    def names(self, wizard, kind, parent=None):
        choices = wizard.choice_ids.filtered(lambda choice: choice.kind == kind)
        return (choices.filtered(lambda choice: choice.parent_id == parent) if parent else choices).mapped("name")

    def hand_over(self, placed):
        return placed.packages[0].hand_over

    def told(self, name):
        """How often a call of logistics was made."""
        return self.shopee.calls[f"{LOGISTICS}/{name}"]


@tagged("post_install", "-at_install")
class TestDialogue(ArrangingCase):
    def test_pick_up(self):
        """R137 R140: the ways there are now, with the policy's address and time; what is chosen is what is sent."""
        placed, picking = self.place()
        wizard = self.dialogue(picking)
        self.assertEqual(self.names(wizard, "way"), ["Courier picks up", "We drop off"])
        self.assertEqual(wizard.way_id.name, "Courier picks up")
        addresses = self.shopee.pickup_addresses(placed.shop)
        self.assertEqual(wizard.place_id.ref, str(addresses[0].number))
        self.assertIn("(recommended)", wizard.slot_id.name)
        self.assertIn("03/05/2026 09:00 - 13:00", wizard.slot_id.name)
        with Form(wizard) as form:
            other = wizard.choice_ids.filtered(lambda choice: choice.ref == str(addresses[1].number))
            form.place_id = other
            self.assertEqual(form.slot_id.parent_id, other)
            form.slot_id = other.child_ids[2]
        wizard.action_arrange()
        self.assertEqual(self.told("ship_order"), 0)
        self.act()
        chosen = self.hand_over(placed)
        self.assertEqual((chosen.method, chosen.address_id), ("pickup", addresses[1].number))
        self.assertEqual(chosen.pickup_time_id, wizard.slot_id.ref)
        self.assertEqual(picking.marketplace_status, "ready_to_ship")

    def test_drop_off(self):
        """The other way than the shop's; branches are chosen among those of the platform."""
        placed, picking = self.place(courier="J&T Express")
        wizard = self.dialogue(picking)
        with Form(wizard) as form:
            form.way_id = wizard.choice_ids.filtered(lambda choice: choice.ref == "dropoff")
            self.assertTrue(form.place_id)
            form.place_id = form.way_id.child_ids[1]
        wizard.action_arrange()
        self.act()
        self.assertEqual((self.hand_over(placed).method, self.hand_over(placed).branch_id), ("dropoff", 5302))

    def test_own_courier(self):
        """The number of the seller's own courier is typed, sent, and comes back as the delivery's tracking number."""
        placed, picking = self.place(courier=SELLERS_OWN)
        with self.assertRaisesRegex(UserError, "nothing"):
            self.env["stock.picking"].action_marketplace_arrange_by_policy()
        wizard = self.dialogue(picking)
        self.assertTrue(wizard.needs_tracking_number)
        with self.assertRaisesRegex(UserError, "Tracking [nN]umber"):
            wizard.action_arrange()
        wizard.tracking_number = " OWN-7 "
        wizard.action_arrange()
        self.act()
        self.assertEqual(self.hand_over(placed).tracking_number, "OWN-7")
        self.assertEqual((picking.carrier_tracking_ref, placed.order_status), ("OWN-7", "SHIPPED"))
        self.assertEqual(picking.state, "done")

    def test_own_courier_by_policy(self):
        """Without the dialogue the number is missing: the delivery says what to press."""
        _placed, picking = self.place(courier=SELLERS_OWN)
        picking.action_marketplace_arrange_by_policy()
        self.act()
        self.assertIn("Press Arrange Shipment", picking.marketplace_message)
        wizard = self.dialogue(picking)
        wizard.tracking_number = "OWN-8"
        wizard.action_arrange()
        self.act()
        self.assertEqual(picking.carrier_tracking_ref, "OWN-8")
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))

    def test_sender(self):
        """A counter wants the sender's name: the company's, until another is typed."""
        placed, picking = self.place(courier=COUNTER)
        wizard = self.dialogue(picking)
        self.assertEqual(wizard.sender_name, self.company.name)
        wizard.sender_name = "Ana Lim"
        wizard.action_arrange()
        self.act()
        self.assertEqual(self.hand_over(placed).sender_real_name, "Ana Lim")

    def test_slot_gone(self):
        """A time that is gone meanwhile is refused with the reason; the dialogue then has fresh ones."""
        placed, picking = self.place()
        wizard = self.dialogue(picking)
        gone = wizard.slot_id.ref
        wizard.action_arrange()
        self.shopee.closed_slots.add(gone)
        self.act()
        self.assertIn("The pick-up time is gone", picking.marketplace_message)
        self.assertIn("Press Arrange Shipment", picking.marketplace_message)
        problem = self.env["marketplace.job"].search([("is_problem", "=", True)])
        self.assertEqual(problem.act, "arrange")
        wizard = self.dialogue(picking)
        self.assertNotEqual(wizard.slot_id.ref, gone)
        wizard.action_arrange()
        self.act()
        self.assertEqual((placed.order_status, problem.state), ("PROCESSED", "done"))

    def test_not_reached(self):
        """A marketplace that cannot be reached is said, and nothing is queued."""
        _placed, picking = self.place()
        self.shopee.faults.order("no_connection", "/get_shipping_parameter", times=20)
        with self.assertRaisesRegex(UserError, "could not be reached"):
            picking.action_marketplace_arrange()
        self.assertFalse(picking.marketplace_act_ids)

    def test_refused(self):
        """R146: the platform's reason, in plain words."""
        placed, picking = self.place()
        self.shopee.cancel(placed, "Out of Stock", "seller")
        with self.assertRaisesRegex(UserError, "is cancelled"):
            picking.action_marketplace_arrange()

    def test_packer(self):
        """R51: packers without sales rights use the dialogue; strangers do not."""
        placed, picking = self.place()
        packer = new_test_user(self.env, "marketplace_packer", "stock.group_stock_user")
        wizard = self.dialogue(picking.with_user(packer))
        self.assertEqual(wizard.env.user, packer)
        wizard.action_arrange()
        self.act()
        self.assertEqual(placed.order_status, "PROCESSED")
        stranger = new_test_user(self.env, "marketplace_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            wizard.with_user(stranger).action_arrange()

    def test_where_it_opens(self):
        """From an order with one such delivery; not where the platform asks nothing, nor for several, nor by list."""
        placed, picking = self.place()
        self.assertEqual(picking.sale_id.action_marketplace_arrange()["res_model"], "marketplace.arrange.shipment")
        message = picking.action_marketplace_arrange_by_policy()["params"]["message"]
        self.assertEqual(message, "The delivery is being sent to the marketplace.")
        lazada = self.place_lazada([(self.sku, 1)])
        pickings = self.import_now(lazada).picking_ids
        self.assertEqual(pickings.action_marketplace_arrange()["tag"], "display_notification")
        other = self.place()[1] | picking
        message = other.action_marketplace_arrange()["params"]["message"]
        self.assertEqual(message, "2 deliveries are being sent to the marketplace.")
        self.act()
        self.assertEqual(placed.order_status, "PROCESSED")


@tagged("post_install", "-at_install")
class TestPolicy(ArrangingCase):
    def test_slots(self):
        """The pick-up time by the shop's policy, at the default address."""
        for policy, place in (("recommended", 0), ("earliest", 0), ("latest", -1)):
            self.shopee_shop.pickup_slot = policy
            placed, picking = self.place()
            slots = self.shopee.time_slots(placed.shop)
            picking.action_marketplace_arrange_by_policy()
            self.act()
            self.assertEqual(self.hand_over(placed).pickup_time_id, slots[place]["pickup_time_id"])
            self.assertEqual(self.hand_over(placed).address_id, self.shopee.pickup_addresses(placed.shop)[0].number)

    def test_delay(self):
        """R139: validated early, the arrangement waits, says until when, and the scheduled action wakes up then."""
        self.shopee_shop.write({"arrange_delay": 60, "arrange_policy": "validation", "tz": "Asia/Singapore"})
        placed, picking = self.place()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        cron = self.env.ref("marketplace_connector.ir_cron_acts")
        wakes = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).mapped("call_at")
        self.assertIn("2026-03-04 06:06:00", [str(moment) for moment in wakes])
        self.assertRegex(picking.marketplace_message, r"waits until .*2:06:00.PM, buyers may still cancel")
        self.act()
        self.assertEqual(placed.order_status, "READY_TO_SHIP")
        self.later(60)
        self.act()
        self.assertEqual(placed.order_status, "PROCESSED")

    def test_cancelled_in_the_delay(self):
        """A buyer cancels between validation and arrangement: guidance, and nothing is arranged."""
        self.shopee_shop.write({"arrange_delay": 60, "arrange_policy": "validation"})
        placed, picking = self.place()
        picking.button_validate()
        self.later(10)
        self.shopee.cancel(placed, "Change of mind", "buyer")
        self.later(60)
        self.act()
        self.assertFalse(picking.marketplace_act_ids)
        problem = self.problem(placed.order_sn)
        self.assertEqual((problem.kind, problem.reason), ("failure", "cancelled_after_shipping"))
        self.assertEqual(self.told("ship_order"), 0)

    def test_a_choice_outlives_validation(self):
        """What was chosen in the dialogue is kept when the delivery is validated before it was sent."""
        self.shopee_shop.write({"arrange_delay": 60, "arrange_policy": "validation"})
        placed, picking = self.place(courier=SELLERS_OWN)
        with self.assertRaisesRegex(UserError, "Press Arrange Shipment"):
            picking.button_validate()
        wizard = self.dialogue(picking)
        wizard.tracking_number = "OWN-9"
        wizard.action_arrange()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.later(61)
        self.act()
        self.assertEqual((self.hand_over(placed).tracking_number, picking.carrier_tracking_ref), ("OWN-9", "OWN-9"))


@tagged("post_install", "-at_install")
class TestCourierDidNotCome(ArrangingCase):
    def missed(self):
        """A parcel that the courier failed to collect, and its delivery."""
        placed, picking = self.place()
        picking.action_marketplace_arrange_by_policy()
        self.act()
        self.later(DAY)
        self.shopee.advance(placed, "RETRY_SHIP")
        self.import_now()
        self.assertEqual((picking.marketplace_status, placed.order_status), ("manual", "RETRY_SHIP"))
        self.assertEqual(self.told("ship_order"), 1)
        return placed, picking

    def arranged_again(self, placed, picking):
        self.assertEqual((self.told("ship_order"), self.told("update_shipping_order")), (1, 1))
        self.assertEqual(self.told("mass_ship_order"), 0)
        self.assertEqual((placed.order_status, picking.marketplace_status), ("PROCESSED", "ready_to_ship"))
        self.assertFalse(self.env["marketplace.job"].search([("is_problem", "=", True)]))

    def test_arrange_again(self):
        """RETRY_SHIP: the button asks anew and arranges with the call that is for this, never a second ship_order."""
        placed, picking = self.missed()
        number = picking.carrier_tracking_ref
        wizard = self.dialogue(picking)
        self.assertEqual(self.names(wizard, "way"), ["Courier picks up"])
        wizard.action_arrange()
        self.act()
        self.arranged_again(placed, picking)
        self.assertEqual(picking.carrier_tracking_ref, number)

    def test_refused_then_retry(self):
        """A refusal is a problem; Retry on it arranges once."""
        placed, picking = self.missed()
        self.shopee.refuse("update_shipping_order", "logistics.order_not_ready_to_update", "not now")
        picking.action_marketplace_arrange_by_policy()
        self.act()
        problem = self.env["marketplace.job"].search([("is_problem", "=", True), ("act", "=", "arrange")])
        self.assertIn("cannot be arranged again now", problem.message)
        problem.action_retry()
        self.act()
        self.assertEqual(self.told("update_shipping_order"), 2)
        self.assertEqual((self.told("ship_order"), placed.order_status), (1, "PROCESSED"))

    def test_lost_answer(self):
        """The answer is lost: the platform is looked at first, and the courier is not ordered twice."""
        placed, picking = self.missed()
        self.shopee.faults.order("lost_answer", "/update_shipping_order")
        picking.action_marketplace_arrange_by_policy()
        self.act()
        self.later(5)
        self.act()
        self.arranged_again(placed, picking)

    def test_given_up(self):
        """A parcel that the courier gave up on is not ours to arrange."""
        placed, picking = self.place()
        picking.action_marketplace_arrange_by_policy()
        self.act()
        self.shopee.advance_package(placed, placed.packages[0], "LOGISTICS_LOST")
        self.import_now()
        with self.assertRaisesRegex(UserError, "nothing to arrange"):
            picking.action_marketplace_arrange()


@tagged("post_install", "-at_install")
class TestOthersBusiness(ArrangingCase):
    def test_booking(self):
        """A parcel of advance fulfilment is never arranged by us, and the delivery says what to do instead."""
        placed, picking = self.place(advance_package=True, booking_sn="2404098R48U37H")
        picking.action_marketplace_arrange_by_policy()
        self.act()
        self.assertIn("served by a booking", picking.marketplace_message)
        self.assertIn("Send no second one", picking.marketplace_message)
        self.assertEqual((self.told("ship_order"), self.told("mass_ship_order")), (0, 0))
        self.assertEqual(placed.order_status, "READY_TO_SHIP")
