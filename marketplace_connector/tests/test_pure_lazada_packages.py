"""Lazada: packages handed over and dissolved."""

import json
import unittest

from ..marketplaces.errors import RateLimited, Rejected, ServerError, TransportError
from ..marketplaces.shipping import Outcome
from .lazada_fake import make_client, ok, refusal
from .lazada_parcels_fake import LOST_ANSWERS

READY, REPACK = "/order/package/rts", "/order/package/repack"


class TestPackages(unittest.TestCase):
    """Handing over and dissolving: the same shape of call."""

    calls = ((READY, "readyToShipReq", "hand_over"), (REPACK, "rePackReq", "repack"))

    def each(self, refs, answer):
        for path, name, method in self.calls:
            client, session = make_client(answer)
            outcomes = getattr(client, method)(refs)
            self.assertEqual(len(outcomes), len(refs))
            self.assertEqual({call.api for call in session.calls} - {path}, set())
            yield outcomes, session, name

    def good(self, call):
        (body,) = (text for name, text in call.params.items() if name.endswith("Req"))
        packages = [
            {"package_id": each["package_id"], "msg": "success", "item_err_code": "0", "retry": False}
            for each in json.loads(body)["packages"]
        ]
        assert len(packages) <= 20
        return ok(result={"success": True, "data": {"packages": packages[::-1]}})

    def test_as_documented(self):
        """# R59"""
        for outcomes, session, name in self.each(["FP1", "FP2"], self.good):
            self.assertEqual(outcomes, [Outcome(), Outcome()])
            (call,) = session.calls
            self.assertEqual(call.method, "POST")
            self.assertEqual(call.params[name], '{"packages":[{"package_id":"FP1"},{"package_id":"FP2"}]}')

    def test_fewest_calls(self):
        for number, calls in ((0, 0), (20, 1), (21, 2), (500, 25)):
            for outcomes, session, _name in self.each([f"FP{each}" for each in range(number)], self.good):
                self.assertEqual(outcomes, [Outcome()] * number)
                self.assertEqual(len(session.calls), calls)

    def test_refused(self):
        for code, error in (
            ("600001", Rejected),
            ("600002", Rejected),
            ("700000", Rejected),
            ("700024", ServerError),
            ("6", ServerError),
        ):
            lines = [{"package_id": "FP1", "msg": "package already cancelled", "item_err_code": code, "retry": "false"}]
            lines.append({"package_id": "FP2", "msg": "", "item_err_code": "0"})
            answer = ok(result={"success": "true", "error_code": "11", "data": {"packages": lines}})
            for (bad, good), session, _name in self.each(["FP1", "FP2"], answer):
                self.assertIsInstance(bad.error, error)
                self.assertEqual((bad.error.code, good.error, len(session.calls)), (code, None, 1))
                self.assertIn("package already cancelled", bad.error.message)

    def test_refused_as_a_whole(self):
        def spoiled(call):
            return refusal("600001") if "FP7" in str(call.params) else self.good(call)

        for outcomes, _session, _name in self.each([f"FP{each}" for each in range(20)], spoiled):
            codes = [outcome.error and outcome.error.code for outcome in outcomes]
            self.assertEqual(codes, [None] * 7 + ["600001"] + [None] * 12)

    def test_lost(self):
        for lost in (*LOST_ANSWERS, ok(result={"success": True, "data": {"packages": []}})):
            for (outcome,), session, _name in self.each(["FP1"], lost):
                self.assertIsInstance(outcome.error, TransportError, lost)
                self.assertEqual((outcome.error.outcome_unknown, len(session.calls)), (True, 1))

    def test_waiting(self):
        for outcomes, session, _name in self.each([f"FP{each}" for each in range(60)], refusal("ApiCallLimit")):
            self.assertTrue(all(isinstance(outcome.error, RateLimited) for outcome in outcomes))
            self.assertEqual(len(session.calls), 1)

    def test_no_package(self):
        for (outcome, good), session, _name in self.each(["", "FP1"], self.good):
            self.assertIsInstance(outcome.error, Rejected)
            self.assertEqual((good.error, len(session.calls)), (None, 1))
