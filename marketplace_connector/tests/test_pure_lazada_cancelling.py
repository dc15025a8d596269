"""Lazada: cancelling, and answers to buyers who want to. # R134 R136 R150"""

import unittest

from ..marketplaces.errors import (
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TransportError,
    UnexpectedResponse,
)
from ..marketplaces.shipping import CancelReason
from .lazada_fake import TokenBox, make_client, ok, refusal
from .lazada_parcels_fake import ITEMS, LOST_ANSWERS, Platform, piece

VALIDATE, CREATE = "/order/reverse/cancel/validate", "/order/reverse/cancel/create"
DECIDE = "/order/reverse/cancel/seller/decide"
REFUSALS = ("102", "104", "115", "116", "117", "118", "122", "123", "124")
OPTIONS = [
    {"reason_id": "10000019", "reason_name": "Sourcing Delay"},
    {"reason_id": 10000021, "reason_name": "Out of Stock"},
    {"reason_id": "10000023", "reason_name": ""},
    {"reason_id": "", "reason_name": "none"},
]


class CancelCase(unittest.TestCase):
    def answering(self, path, answer, *items):
        return make_client(Platform(*(items or (piece(1), piece(1, 1))), whole={path: answer}))


class TestReasons(CancelCase):
    def test_as_documented(self):
        """They differ by country and order, so they are always asked for. # R136"""
        data = {"tip_content": "stock will be set as 0", "tip_type": "warn", "reason_options": OPTIONS}
        client, session = self.answering(VALIDATE, ok(data=data))
        reasons = client.cancel_reasons("1", ["10", "11"])
        (call,) = session.calls
        self.assertEqual((call.method, call.api), ("GET", VALIDATE))
        self.assertEqual((call.params["order_id"], call.params["order_item_id_list"]), ("1", '["10","11"]'))
        warning = "stock will be set as 0"
        self.assertEqual(
            reasons,
            (
                CancelReason(ref="10000019", text="Sourcing Delay", warning=warning),
                CancelReason(ref="10000021", text="Out of Stock", warning=warning),
                CancelReason(ref="10000023", text="10000023", warning=warning),
            ),
        )

    def test_whole_order(self):
        """What is cancelled already is not asked for."""
        answer = ok(data={"reason_options": OPTIONS})
        client, session = self.answering(VALIDATE, answer, piece(1), piece(1, 1, status="canceled"), piece(1, 2))
        self.assertEqual(client.cancel_reasons("1")[0].warning, "")
        self.assertEqual([call.api for call in session.calls], [ITEMS, VALIDATE])
        self.assertEqual(session.calls[-1].params["order_item_id_list"], '["10","12"]')

    def test_cannot_be_cancelled(self):
        data = {"tip_content": "The order is with the courier.", "tip_type": "error", "reason_options": OPTIONS}
        for tip in ("error", "ERROR", " error "):
            client, _session = self.answering(VALIDATE, ok(data={**data, "tip_type": tip}))
            with self.assertRaisesRegex(Rejected, "The order is with the courier.") as caught:
                client.cancel_reasons("1", ["10"])
            self.assertEqual(caught.exception.code, "not_cancelled")

    def test_cancelled_already(self):
        client, session = self.answering(VALIDATE, ok(data={}), piece(1, status="canceled"))
        with self.assertRaises(Rejected) as caught:
            client.cancel_reasons("1")
        self.assertEqual((caught.exception.code, session.count(VALIDATE)), ("cancelled", 0))

    def test_refused(self):
        for code in REFUSALS:
            client, _session = self.answering(VALIDATE, refusal(code, f"E0{code}: words"))
            with self.assertRaises(Rejected) as caught:
                client.cancel_reasons("1", ["10"])
            self.assertEqual(caught.exception.code, code)
            self.assertIn("words", caught.exception.message)

    def test_no_reasons(self):
        for data in ({}, {"reason_options": None}, {"reason_options": [], "tip_type": "warning"}):
            client, _session = self.answering(VALIDATE, ok(data=data))
            self.assertEqual(client.cancel_reasons("1", ["10"]), ())
        for data in (None, {"reason_options": "x"}, {"reason_options": [1]}):
            client, _session = self.answering(VALIDATE, ok(data=data))
            with self.assertRaises(UnexpectedResponse):
                client.cancel_reasons("1", ["10"])

    def test_reading_is_repeated(self):
        client, session = self.answering(VALIDATE, refusal("6"))
        with self.assertRaises(ServerError):
            client.cancel_reasons("1", ["10"])
        self.assertEqual(session.count(VALIDATE), 3)

    def test_nonsense(self):
        for order_ref, units in (("1],[2", ["10"]), ("1", ['10","11']), ("", ["10"])):
            client, session = self.answering(VALIDATE, ok(data={}))
            with self.assertRaises(Rejected):
                client.cancel_reasons(order_ref, units)
            with self.assertRaises(Rejected):
                client.cancel(order_ref, "1", units)
            self.assertEqual(session.calls, [])


class TestCancel(CancelCase):
    def test_as_documented(self):
        """# R134"""
        for data in ({"tip_type": "success"}, {"tip_type": "warn", "tip_content": "stock will be set as 0"}, {}, None):
            client, session = self.answering(CREATE, ok(data=data))
            self.assertIsNone(client.cancel("1", "10000021", ["10", "11"], {"10": 1, "11": 1}))
            (call,) = session.calls
            names = ("order_id", "order_item_id_list", "reason_id")
            self.assertEqual([call.params[name] for name in names], ["1", '["10","11"]', "10000021"])
            self.assertEqual(call.method, "GET")

    def test_whole_order(self):
        client, session = self.answering(CREATE, ok(data={}), piece(1, status="canceled"), piece(1, 1))
        client.cancel("1", "10000021")
        self.assertEqual(session.calls[-1].params["order_item_id_list"], '["11"]')

    def test_code_0_is_not_success(self):
        client, session = self.answering(CREATE, ok(data={"tip_type": "error", "tip_content": "Packed by now."}))
        with self.assertRaisesRegex(Rejected, "Packed by now.") as caught:
            client.cancel("1", "10000021", ["10"])
        self.assertEqual((caught.exception.code, session.count(CREATE)), ("not_cancelled", 1))

    def test_refused(self):
        for code in REFUSALS:
            client, session = self.answering(CREATE, refusal(code, f"E0{code}: words"))
            with self.assertRaises(Rejected) as caught:
                client.cancel("1", "10000021", ["10"])
            self.assertEqual((caught.exception.code, session.count(CREATE)), (code, 1))

    def test_lost(self):
        """A GET that changes something is never repeated."""
        for lost in LOST_ANSWERS:
            if isinstance(lost, dict) and lost.get("code") == "0":
                continue  # that is what success looks like here
            client, session = self.answering(CREATE, lost)
            with self.assertRaises(TransportError) as caught:
                client.cancel("1", "10000021", ["10"])
            self.assertEqual((caught.exception.outcome_unknown, session.count(CREATE)), (True, 1))

    def test_internal_error(self):
        """Whether it was cancelled before Lazada failed is not told."""
        client, session = self.answering(CREATE, refusal("106", "E0106: ROC internal error"))
        with self.assertRaises(TransportError) as caught:
            client.cancel("1", "10000021", ["10"])
        self.assertEqual((caught.exception.outcome_unknown, session.count(CREATE)), (True, 1))

    def test_waiting(self):
        for answer, error in ((refusal("SellerCallLimit"), RateLimited), (refusal("InvalidAppKey"), NotAuthorized)):
            client, session = self.answering(CREATE, answer)
            with self.assertRaises(error):
                client.cancel("1", "10000021", ["10"])
            self.assertEqual(session.count(CREATE), 1)


class TestAnswer(CancelCase):
    """The buyer has asked to cancel."""

    def asked(self, number=0, request=777, **values):
        return piece(1, number, need_cancel_confirm=True, reverse_order_id=request, **values)

    def test_as_documented(self):
        for accept, word in ((True, "true"), (False, "false")):
            client, session = self.answering(DECIDE, ok(), self.asked(), self.asked(1), piece(1, 2))
            self.assertIsNone(client.answer_cancellation("1", accept))
            self.assertEqual([call.api for call in session.calls], [ITEMS, DECIDE])
            call = session.calls[-1]
            self.assertEqual((call.method, call.params["reverse_order_id"]), ("GET", "777"))
            self.assertEqual(call.params["agree_cancel"], word)
            self.assertNotIn("reason_code", call.params)

    def test_several_requests(self):
        items = (self.asked(), self.asked(1, 888), self.asked(2, 888))
        client, session = self.answering(DECIDE, ok(), *items)
        client.answer_cancellation("1", True)
        self.assertEqual([call.params["reverse_order_id"] for call in session.calls[1:]], ["777", "888"])
        client, session = self.answering(DECIDE, ok(), *items)
        client.answer_cancellation("1", True, ["11"])
        self.assertEqual([call.params["reverse_order_id"] for call in session.calls[1:]], ["888"])

    def test_nothing_to_answer(self):
        """What the seller has agreed to waits for the courier, not for an answer."""
        for item in (
            piece(1),
            piece(1, is_cancel_pending=True, need_cancel_confirm=False, reverse_order_id=777),
            piece(1, need_cancel_confirm="false", reverse_order_id=777),
        ):
            client, session = self.answering(DECIDE, ok(), item)
            with self.assertRaises(Rejected) as caught:
                client.answer_cancellation("1", True)
            self.assertEqual((caught.exception.code, session.count(DECIDE)), ("no_request", 0))
        client, _session = self.answering(DECIDE, ok(), self.asked())
        with self.assertRaises(Rejected):
            client.answer_cancellation("1", True, ["11"])

    def test_request_without_number(self):
        for number in (None, 0, ""):
            client, session = self.answering(DECIDE, ok(), self.asked(request=number))
            with self.assertRaises(UnexpectedResponse):
                client.answer_cancellation("1", True)

    def test_refused(self):
        for code in ("105", "116", "131"):
            client, session = self.answering(DECIDE, refusal(code, f"E0{code}: words"), self.asked())
            with self.assertRaises(Rejected) as caught:
                client.answer_cancellation("1", False)
            self.assertEqual((caught.exception.code, session.count(DECIDE)), (code, 1))

    def test_the_others_are_answered_all_the_same(self):
        def first(call):
            return refusal("131", "E0131: no decision") if call.params["reverse_order_id"] == "777" else ok()

        client, session = self.answering(DECIDE, first, self.asked(), self.asked(1, 888))
        with self.assertRaisesRegex(Rejected, "nothing .* to decide"):
            client.answer_cancellation("1", True)
        self.assertEqual(session.count(DECIDE), 2)

    def test_lost(self):
        for lost in LOST_ANSWERS:
            if isinstance(lost, dict) and lost.get("code") == "0":
                continue
            client, session = self.answering(DECIDE, lost, self.asked())
            with self.assertRaises(TransportError) as caught:
                client.answer_cancellation("1", True)
            self.assertEqual((caught.exception.outcome_unknown, session.count(DECIDE)), (True, 1))

    def test_token_ends(self):
        def old(call):
            return refusal("IllegalAccessToken") if call.params["access_token"] == "access-token-1" else ok()

        client, session = make_client(Platform(self.asked(), whole={DECIDE: old}), token=TokenBox())
        client.answer_cancellation("1", True)
        self.assertEqual(session.count(DECIDE), 2)

    def test_unknown_order(self):
        client, _session = self.answering(ITEMS, refusal("37"))
        for order_ref in ("1", "A"):
            with self.assertRaises(Rejected):
                client.answer_cancellation(order_ref, True)
