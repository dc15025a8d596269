"""Lazada: the numbers of invoices, on each unit. # R82"""

import unittest

from ..marketplaces.errors import RateLimited, Rejected, TransportError
from ..marketplaces.lazada.client import LazadaClient
from .lazada_fake import make_client, ok, refusal
from .lazada_parcels_fake import ITEMS, LOST_ANSWERS, Platform, piece
from .test_pure_lazada_simulator import SimulatorCase

INVOICE = "/order/invoice_number/set"
SAMPLE = ok(data={"order_item_id": "1", "invoice_number": "INV-20"})


class TestCalls(unittest.TestCase):
    def client(self, *items, answer=None):
        return make_client(Platform(*items, whole={INVOICE: SAMPLE if answer is None else answer}))

    def told(self, session):
        return [
            (call.method, call.params["order_item_id"], call.params["invoice_number"])
            for call in session.calls
            if call.api == INVOICE
        ]

    def test_as_documented(self):
        """One call a unit, by POST; cancelled units are left out."""
        self.assertTrue(LazadaClient.capabilities.takes_invoice_numbers)
        client, session = self.client(piece(1), piece(1, 1, status="canceled"), piece(1, 2), piece(2))
        outcomes = client.set_invoice_numbers([("1", "INV/2026/0001"), ("2", " INV/2026/0002 ")])
        self.assertEqual([outcome.error for outcome in outcomes], [None, None])
        self.assertEqual(
            self.told(session),
            [("POST", "10", "INV/2026/0001"), ("POST", "12", "INV/2026/0001"), ("POST", "20", "INV/2026/0002")],
        )
        self.assertEqual(session.count(ITEMS), 1)

    def test_told_already(self):
        """What has the number is not told again; what has another one is."""
        client, session = self.client(piece(1, invoice_number="INV-1"), piece(1, 1, invoice_number="INV-0"))
        client.set_invoice_numbers([("1", "INV-1")])
        self.assertEqual(self.told(session), [("POST", "11", "INV-1")])

    def test_refused(self):
        """Lazada's word ends an order, and leaves the others alone."""

        def answer(call):
            return refusal("34", "E034: Order Item must be packed") if call.params["order_item_id"] == "10" else SAMPLE

        client, session = self.client(piece(1), piece(1, 1), piece(2), piece(3, status="canceled"), answer=answer)
        invoices = [("1", "A"), ("2", "B"), ("3", "C"), ("none", "D"), ("2", "")]
        errors = [outcome.error for outcome in client.set_invoice_numbers(invoices)]
        self.assertEqual([error and error.code for error in errors], ["34", None, "cancelled", "16", "number"])
        self.assertEqual([unit for _method, unit, _number in self.told(session)], ["10", "20"])

    def test_must_wait(self):
        """No calls are made once the shop must wait or is not let in."""
        client, session = self.client(piece(1), piece(2), answer=refusal("SellerCallLimit"))
        outcomes = client.set_invoice_numbers([("1", "A"), ("2", "B")])
        self.assertEqual([type(outcome.error) for outcome in outcomes], [RateLimited] * 2)
        self.assertEqual({unit for _method, unit, _number in self.told(session)}, {"10"})

    def test_lost(self):
        """Nobody knows what became of it: not sent again by itself."""
        for answer in LOST_ANSWERS[2:-2]:
            client, session = self.client(piece(1), answer=answer)
            (outcome,) = client.set_invoice_numbers([("1", "A")])
            self.assertIsInstance(outcome.error, TransportError)
            self.assertTrue(outcome.error.outcome_unknown)
            self.assertEqual(len(self.told(session)), 1)


class TestSimulated(SimulatorCase):
    def test_once_packed(self):
        """R82: refused while nothing is packed; then once a unit, whatever answer got lost."""
        order = self.place(("TEE-BLK-M", 2), ("TOTE-NAT", 1))
        self.lazada.cancel(order, units=order.units[2:])
        invoice = (str(order.order_id), "INV/2026/0001")
        (outcome,) = self.client.set_invoice_numbers([invoice])
        self.assertIsInstance(outcome.error, Rejected)
        self.assertEqual(outcome.error.code, "34")
        self.lazada.pack(order)
        self.lazada.faults.order("lost_answer", INVOICE)
        (outcome,) = self.client.set_invoice_numbers([invoice])
        self.assertTrue(outcome.error.outcome_unknown)
        self.lazada.calls.clear()
        (outcome,) = self.client.set_invoice_numbers([invoice])
        self.assertIsNone(outcome.error)
        self.assertEqual([unit.invoice_number for unit in order.units], ["INV/2026/0001"] * 2 + [""])
        self.assertEqual(self.lazada.calls[f"/rest{INVOICE}"], 1)
