"""What Shopee says when it does not arrange a parcel, and what is done when it says nothing."""

import unittest

import requests

from ..marketplaces.errors import RateLimited, Rejected, ServerError, TransportError
from ..marketplaces.shipping import Outcome
from .shopee_fake import refusal
from .shopee_shipping_fake import ArrangeCase, Parcels, bodies, numbered, shipment

READ_TIMEOUT = requests.ReadTimeout("no answer")


class TestRefusals(ArrangeCase):
    def test_words(self):
        """Every documented refusal is said once, in words, with Shopee's own. # R138"""
        for code, message, words in [
            ("logistics.ship_order_not_ready_to_ship", "The order is not ready to ship.", "not ready to ship"),
            ("logistics.ship_order_only_support_one_type", "Please select just one way", "one way"),
            ("logistics.ship_order_need_address_pickup_time", "required", "address and a pick-up time"),
            ("logistics.ship_order_need_branch_id", "required", "branch"),
            ("logistics.ship_order_need_sender_real_name", "can not be null.", "name of the sender"),
            ("logistics.ship_order_need_tracking_number", "can not be null.", "tracking number"),
            ("logistics.ship_order_pickup_time_invalid", "Invalid pickup time id.", "choose another"),
            ("error_param", "The pickup_time_id received is invalid and not expected.", "choose another"),
            ("logistics.error_param", "Selected pickup timeslot is unavailable. Please reselect.", "choose another"),
            ("logistics.error_param", "Invalid pickup time. Please select another pickup time.", "choose another"),
            ("logistics.ship_order_unsupport_pickup", "does not support", "cannot be picked up"),
            ("logistics.ship_order_unsupport_dropoff", "does not support", "cannot be dropped off"),
            ("logistics.ship_order_unsupport_non_integrated", "does not support", "courier of your own"),
            ("logistics.ship_order_pff_init", "You can not ship warehouse order.", "own warehouse"),
            ("logistics.package_not_exist", "The package is not exist.", "does not exist any more"),
            ("logistics.lack_of_invoice_data", "Pending invoice data, can not arrange shipment.", "invoice data"),
            ("lack_of_invoice_data", "Pending invoice data, can not arrange shipment.", "invoice data"),
            ("logistics.error_booking_order", "matched order with booking", "advance fulfilment"),
            ("logistics.error_param", "The order status is not ready to ship.", "not ready to ship"),
            ("logistics.error_param", "The tracking number has been used by other orders", "another order"),
            ("logistics.warehouse_stock_insufficient", "No stock.", "enough stock"),
            ("error_status", "Buyer hasn’t completed pre-authorization yet.", "not confirmed the payment"),
            ("logistics.error_other", "Pick up address not support COD.", "refused"),
            ("logistics.error_limit", "Can not update order logistics in current status.", "cannot be changed"),
            ("error_api_permission", "No.", "may not use this function"),
        ]:
            shop = Parcels()
            shop.refused = {"OFG1": (code, message)}
            error = self.error(shop)
            with self.subTest(code, message=message):
                self.assertIsInstance(error, Rejected)
                self.assertIn(words, error.message)
                self.assertIn(message, error.message)
                self.assertEqual((error.code, self.names().count("ship_order")), (code, 1))

    def test_arranged_meanwhile(self):
        """Shopee's code bears a blank, sometimes; either way the parcel is arranged."""
        message = "This package has already been arranged shipment and you can't call this API again."
        for code in (
            " logistics.package_already_shipped",
            "logistics.package_already_shipped",
            "package_already_shipped",
        ):
            shop = Parcels()
            shop.refused = {"OFG1": (code, message)}
            self.assertIsNone(self.error(shop))

    def test_what_passes(self):
        """Tried again later, but never by itself: it may have been done."""
        for code, message in [
            ("logistics.error_param", "The order is being allocated, please wait until the allocate is completed."),
            ("logistics.error_param", "System error, please try again later."),
            ("logistics.error_other", "System error, please try again later."),
            ("error_server", "Something wrong. Please try later.\t"),
            ("error_network", "Inner http call failed"),
            ("logistics.error_timeout", "Timeout to call external system."),
            ("logistics.logistic_order_is_locked_on_creating", "Fail to get the lock."),
        ]:
            shop = Parcels()
            shop.refused = {"OFG1": (code, message)}
            with self.subTest(code, message=message):
                self.assertIsInstance(self.error(shop), ServerError)
                self.assertEqual(self.names().count("ship_order"), 1)

    def test_number_wanted_or_not(self):
        """A definite refusal for the number leads to the other request, once."""
        for split, code in [
            (False, "logistics.ship_order_need_pacakge_number"),
            (True, "logistics.ship_order_not_need_pacakge_number"),
        ]:
            shop = Parcels(0)
            shop.add("order-1", "OFG1", order={"split_up": split})

            def insist(call, split=split, code=code):
                if call.path.endswith("/ship_order") and ("package_number" in call.body) == split:
                    return refusal(code, "The other way.")
                return None

            shop.before = insist
            self.assertIsNone(self.error(shop))
            said = ["package_number" in body for body in bodies(self.client, "ship_order")]
            self.assertEqual(said, [split, not split])
            self.assertEqual(shop.arranged, {"OFG1": 1})
            shop.before = lambda call, code=code: refusal(code, "No.") if call.path.endswith("/ship_order") else None
            self.assertIsInstance(self.error(shop), Rejected)
            self.assertEqual(self.names().count("ship_order"), 2)

    def test_pickup_unchanged(self):
        """Arranged again with the same time and address."""
        shop = Parcels(status="LOGISTICS_PICKUP_RETRY")
        message = "You can’t update shipping with all the same parameters."
        shop.refused = {"OFG1": ("logistics.update_shipping_order_no_param_change", message)}
        self.assertIn("another time", self.error(shop, [shipment(again=True)]).message)


class TestLostAnswers(ArrangeCase):
    def lost(self, *kinds):
        """A shop that does what it is asked, but whose answers to writes are these; None is the true one."""
        shop, kinds = Parcels(150), list(kinds)

        def answer(call):
            if not call.path.endswith(("ship_order", "update_shipping_order")):
                return None
            content = getattr(shop, call.path.rpartition("/")[2])(call)
            kind = kinds.pop(0) if kinds else None
            return content if kind is None else kind

        shop.before = answer
        return shop

    def test_alone(self):
        """The next one goes on; the lost one is known as done when it is asked for again. # R138"""
        shop = self.lost(READ_TIMEOUT)
        wanted = [shipment(1), shipment(2, slot_ref="77")]
        first, second = self.arrange(shop, wanted)
        self.assertTrue(isinstance(first.error, TransportError) and first.error.outcome_unknown)
        self.assertIsNone(second.error)
        self.assertEqual(self.names()[2:], ["ship_order"] * 2)
        for number in ("OFG1", "OFG2"):
            shop.packages[number]["is_shipment_arranged"] = True
        self.assertEqual(self.arrange(shop, wanted), [Outcome(), Outcome()])
        self.assertEqual(shop.arranged, {"OFG1": 1, "OFG2": 1})

    def test_batch(self):
        """All of the call are unknown, the others are not."""
        shop = self.lost(None, READ_TIMEOUT)
        errors = [outcome.error for outcome in self.arrange(shop, numbered(150))]
        self.assertEqual(
            [type(error) for error in errors], [type(None)] * 50 + [TransportError] * 50 + [type(None)] * 50
        )
        self.assertTrue(all(error.outcome_unknown for error in errors if error))
        self.assertEqual(self.names().count("mass_ship_order"), 3)

    def test_answer_that_cannot_be_read(self):
        """It says nothing of what was done, so it is as good as lost."""
        for body in (b'{"error": "", "mess', b"<html>Bad gateway</html>", b"[]"):
            error = self.error(self.lost(body))
            self.assertTrue(isinstance(error, TransportError) and error.outcome_unknown)
            self.assertEqual(self.names().count("ship_order"), 1)

    def test_server_error(self):
        """Never repeated by itself."""
        for answer in ((502, b"<html></html>"), (500, {"error": "error_server", "message": "No."})):
            error = self.error(self.lost(answer))
            self.assertIsInstance(error, ServerError if isinstance(answer[1], dict) else (ServerError, TransportError))
            self.assertEqual(self.names().count("ship_order"), 1)

    def test_again(self):
        shop = self.lost(READ_TIMEOUT)
        shop.packages["OFG1"]["fulfillment_status"] = "LOGISTICS_PICKUP_RETRY"
        error = self.error(shop, [shipment(again=True)])
        self.assertTrue(error.outcome_unknown)
        self.assertEqual(self.names().count("update_shipping_order"), 1)

    def test_no_connection(self):
        """Nothing was sent, and the rest would meet the same."""
        shop = self.lost(requests.ConnectTimeout("no"))
        wanted = [shipment(number, slot_ref=str(number)) for number in range(1, 11)]
        errors = [outcome.error for outcome in self.arrange(shop, wanted)]
        self.assertEqual(self.names().count("ship_order"), 1)
        self.assertTrue(all(isinstance(error, TransportError) and not error.outcome_unknown for error in errors))

    def test_three_lost_in_a_row(self):
        """The network has died: 500 parcels do not wait 20 seconds each."""
        shop = self.lost(READ_TIMEOUT, READ_TIMEOUT, None, *[READ_TIMEOUT] * 9)
        wanted = [shipment(number, slot_ref=str(number)) for number in range(1, 11)]
        errors = [outcome.error for outcome in self.arrange(shop, wanted)]
        self.assertEqual(
            [error and error.outcome_unknown for error in errors], [True] * 2 + [None] + [True] * 3 + [False] * 4
        )
        self.assertEqual(self.names().count("ship_order"), 6)

    def test_rate_limit(self):
        """What was done is told, the rest waits."""
        shop = self.lost(None, refusal("error_rate_limit", "Too many requests."))
        wanted = [shipment(number, slot_ref=str(number)) for number in range(1, 6)]
        errors = [outcome.error for outcome in self.arrange(shop, wanted)]
        self.assertEqual([type(error) for error in errors], [type(None)] + [RateLimited] * 4)
        self.assertEqual(self.names().count("ship_order"), 2)

    def test_expired_token(self):
        """What is refused for its token has changed nothing, so it is sent with the new one."""
        shop = self.lost(refusal("invalid_acceess_token", "Invalid access_token."))
        self.assertIsNone(self.error(shop))
        self.assertEqual(
            [call.params["access_token"] for call in self.client.session.calls[-2:]],
            ["access-token-1", "access-token-2"],
        )


if __name__ == "__main__":
    unittest.main()
