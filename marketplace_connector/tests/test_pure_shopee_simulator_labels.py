"""Labels, cancelling and splitting with the Shopee client against the simulated Shopee."""

import io
import unittest
import zipfile

from ..marketplaces.errors import Rejected, ServerError, TransportError
from ..marketplaces.types import OrderStub
from .test_pure_shopee_simulator_shipping import LOGISTICS, ORDER, ShippingCase

TYPES, CREATE = LOGISTICS + "get_shipping_document_parameter", LOGISTICS + "create_shipping_document"
RESULT, DOWNLOAD = LOGISTICS + "get_shipping_document_result", LOGISTICS + "download_shipping_document"


class LabelCase(ShippingCase):
    def labels(self, *made):
        """The labels of all packages, as they are now."""
        wanted = [(order.ref, package) for order in self.read(*made) for package in order.packages]
        self.shopee.calls.clear()
        return self.client.fetch_labels(wanted)

    def arranged(self, **facts):
        made = self.place(**facts)
        self.shopee.arrange(made)
        return made

    def later(self):
        self.shopee.clock.move(self.shopee.document_delay)


class TestLabels(LabelCase):
    def test_asked_for_and_fetched_later(self):
        """The label names the parcel. # R53"""
        made = self.arranged()
        (label,) = self.labels(made)
        self.assertEqual((label.content, label.error), (None, None))
        self.assertEqual(self.calls(TYPES, RESULT, CREATE, DOWNLOAD), [1, 2, 1, 0])
        (label,) = self.labels(made)
        self.assertEqual(self.calls(TYPES, RESULT, CREATE, DOWNLOAD), [1, 1, 0, 0])
        self.later()
        (label,) = self.labels(made)
        self.assertEqual((label.file_type, label.error), ("pdf", None))
        self.assertIn(made.packages[0].tracking_number.encode(), label.content)
        self.assertEqual(self.calls(TYPES, RESULT, CREATE, DOWNLOAD), [1, 1, 0, 1])

    def test_two_hundred(self):
        """4 calls of each kind, then one a label; none is another's. # R171"""
        made = [self.arranged() for _ in range(200)]
        self.labels(*made)
        self.assertEqual(self.calls(TYPES, RESULT, CREATE, DOWNLOAD), [4, 8, 4, 0])
        self.later()
        labels = self.labels(*made)
        self.assertEqual(self.calls(TYPES, RESULT, CREATE, DOWNLOAD), [4, 4, 0, 200])
        for order, label in zip(made, labels, strict=True):
            self.assertEqual(label.package_ref, order.packages[0].package_number)
            self.assertIn(order.packages[0].tracking_number.encode(), label.content)

    def test_no_number_yet(self):
        self.shopee.tracking_delay = 300
        made = self.arranged()
        (label,) = self.labels(made)
        self.assertEqual((label.content, label.error, sum(self.shopee.calls.values())), (None, None, 0))

    def test_split_order(self):
        made = self.place(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        self.shopee.split(made, [[item] for item in made.items])
        self.shopee.arrange(made)
        self.labels(made)
        self.later()
        labels = self.labels(made)
        for package, label in zip(made.packages, labels, strict=True):
            self.assertIn(package.tracking_number.encode(), label.content)

    def test_one_fails(self):
        """It is asked for anew, which is said, and comes the next time."""
        made = [self.arranged(), self.arranged()]
        self.shopee.failing_documents = 1
        self.labels(*made)
        self.later()
        failed, ready = self.labels(*made)
        self.assertIsInstance(failed.error, ServerError)
        self.assertTrue(ready.content)
        self.assertEqual(self.calls(CREATE), [1])
        self.later()
        self.assertTrue(self.labels(*made)[0].content)

    def test_the_window_has_closed(self):
        """Once the courier has the parcel there is no label, and no use in asking again."""
        made, good = self.arranged(), self.arranged()
        self.labels(good)
        self.later()
        self.shopee.advance(made, "SHIPPED")
        gone, label = self.labels(made, good)
        self.assertIsInstance(gone.error, Rejected)
        self.assertTrue(label.content)

    def test_formats(self):
        made = self.arranged()
        number = made.packages[0].tracking_number
        self.labels(made)
        self.later()
        self.shopee.label_format = "zip"
        (label,) = self.labels(made)
        self.assertEqual(label.file_type, "zip")
        with zipfile.ZipFile(io.BytesIO(label.content)) as archive:
            self.assertIn(number.encode(), archive.read(archive.namelist()[0]))
        self.shopee.label_format = "html"
        (label,) = self.labels(made)
        self.assertEqual(label.file_type, "html")
        self.assertIn(number, label.content.decode())

    def test_every_fault_of_every_call(self):
        """Whatever breaks, asking again brings the label."""
        for kind in ("lost_answer", "no_connection", "server_error", "busy", "html", "truncated", "rate_limited"):
            for path in (TYPES, RESULT, CREATE, DOWNLOAD):
                made = self.arranged()
                if path == DOWNLOAD:
                    self.labels(made)
                    self.later()
                self.shopee.faults.order(kind, path)
                with self.subTest(kind, path=path):
                    try:
                        (label,) = self.labels(made)
                        self.assertTrue(label.content is None or label.file_type == "pdf")
                    except Exception as error:
                        self.assertEqual(getattr(error, "retry_after", 0) > 0, kind == "rate_limited")
                    self.assertLessEqual(self.shopee.calls[CREATE], 1)
                    self.labels(made)
                    self.later()
                    (label,) = self.labels(made)
                    self.assertIn(made.packages[0].tracking_number.encode(), label.content)


class TestCancel(ShippingCase):
    def reread(self, made):
        return self.client.fetch_orders([OrderStub(ref=made.order_sn)])[0]

    def test_before_arranging(self):
        """With each reason; and again, which changes nothing. # R134 R136 R166 R172"""
        for reason in self.client.cancel_reasons("any"):
            made = self.place(("TEE-BLK-M", 2), ("TOTE-NAT", 1), cash_on_delivery=True)
            self.client.cancel(made.order_sn, reason.ref)
            order = self.reread(made)
            self.assertEqual((order.status, order.cancelled_by), ("cancelled", "seller"))
            self.assertTrue(order.cancel_reason)
            self.shopee.calls.clear()
            self.client.cancel(made.order_sn, reason.ref)
            self.assertEqual(self.calls(ORDER + "cancel_order"), [0])

    def test_after_arranging(self):
        """The courier is asked first: only reading the order tells."""
        made = self.place()
        self.shopee.arrange(made)
        self.client.cancel(made.order_sn, "OUT_OF_STOCK")
        self.assertEqual(self.reread(made).status, "in_cancel")
        with self.assertRaises(Rejected) as caught:
            self.client.cancel(made.order_sn, "OUT_OF_STOCK")
        self.assertEqual(caught.exception.code, "in_cancel")
        self.shopee.clock.move(self.shopee.cancel_delay)
        self.assertEqual(self.reread(made).status, "cancelled")

    def test_too_late_or_not_ours(self):
        shipped, theirs, foreign = self.place(), self.place(fulfilled_by_shopee=True), self.place(shop=self.other_shop)
        self.shopee.advance(shipped, "SHIPPED")
        for made, words in ((shipped, "cannot be changed"), (theirs, "own warehouse"), (foreign, "does not have")):
            with self.assertRaisesRegex(Rejected, words):
                self.client.cancel(made.order_sn, "CUSTOMER_REQUEST")

    def test_some_pieces(self):
        made = self.place(("TEE-BLK-M", 3), ("TOTE-NAT", 2))
        tee, tote = (line.units[0].ref for line in self.reread(made).lines)
        self.client.cancel(made.order_sn, "OUT_OF_STOCK", (tee, tote), {tee: 1})
        order = self.reread(made)
        self.assertEqual([line.live_quantity for line in order.lines], [2, 0])
        self.assertEqual((order.status, order.packages[0].contents), ("ready_to_ship", ((tee, 2),)))
        self.client.cancel(made.order_sn, "OUT_OF_STOCK", (tee,))
        self.assertEqual(self.reread(made).status, "cancelled")

    def test_some_pieces_not_offered(self):
        """Nothing is cancelled where only all could be."""
        self.shopee.partial_cancel_allowed = False
        made = self.place(("TEE-BLK-M", 3), ("TOTE-NAT", 2))
        tee = self.reread(made).lines[0].units[0].ref
        with self.assertRaises(Rejected) as caught:
            self.client.cancel(made.order_sn, "OUT_OF_STOCK", (tee,))
        self.assertEqual((caught.exception.code, made.order_status), ("partial_cancel", "READY_TO_SHIP"))

    def test_lost_answer(self):
        made = self.place()
        self.shopee.faults.order("lost_answer", "cancel_order")
        with self.assertRaises(TransportError) as caught:
            self.client.cancel(made.order_sn, "OUT_OF_STOCK")
        self.assertTrue(caught.exception.outcome_unknown)
        self.client.cancel(made.order_sn, "OUT_OF_STOCK")
        self.assertEqual((self.reread(made).status, self.shopee.calls[ORDER + "cancel_order"]), ("cancelled", 1))

    def test_buyers_wish(self):
        """Accepted or refused, and given twice."""
        for accept, status in ((True, "cancelled"), (False, "ready_to_ship")):
            made = self.place()
            self.shopee.request_cancellation(made, "Change of mind")
            self.assertEqual(self.reread(made).status, "in_cancel")
            for _ in range(2):
                self.client.answer_cancellation(made.order_sn, accept)
                self.assertEqual(self.reread(made).status, status)
            with self.assertRaises(Rejected):
                self.client.answer_cancellation(made.order_sn, not accept)

    def test_buyers_wish_and_faults(self):
        made = self.place()
        self.shopee.request_cancellation(made)
        self.shopee.courier_refuses_cancelling = True
        with self.assertRaisesRegex(Rejected, "could not cancel the parcel"):
            self.client.answer_cancellation(made.order_sn, True)
        self.shopee.courier_refuses_cancelling = False
        self.shopee.faults.order("lost_answer", "handle_buyer_cancellation")
        with self.assertRaises(TransportError):
            self.client.answer_cancellation(made.order_sn, True)
        self.client.answer_cancellation(made.order_sn, True)
        self.assertEqual(self.reread(made).status, "cancelled")


class TestSplit(ShippingCase):
    def units(self, made):
        (order,) = self.client.fetch_orders([OrderStub(ref=made.order_sn)])
        return [line.units[0].ref for line in order.lines]

    def test_whole_lines(self):
        """One parcel a line, each arranged by itself afterwards; asked again it is done. # R63 R172"""
        made = self.place(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        tee, tote = self.units(made)
        packages = self.client.split(made.order_sn, [[(tote, 2)]])
        self.assertEqual([package.contents for package in packages], [((tote, 2),), ((tee, 1),)])
        self.assertEqual({package.ref for package in packages}, {one.package_number for one in made.packages})
        self.shopee.calls.clear()
        again = self.client.split(made.order_sn, [[(tee, 1)], [(tote, 2)]])
        self.assertEqual({package.ref for package in again}, {package.ref for package in packages})
        self.assertEqual(self.calls(ORDER + "split_order"), [0])
        first = next(one for one in made.packages if one.package_number == packages[0].ref)
        self.assertEqual(self.arrange(self.shipment(made, first)), [None])
        (order,) = self.read(made)
        self.assertEqual({one.ref: one.status for one in order.packages}[packages[0].ref], "ready_to_ship")

    def test_pieces_of_a_line(self):
        made = self.place(("TEE-BLK-M", 3))
        (tee,) = self.units(made)
        with self.assertRaisesRegex(Rejected, "one product over several parcels"):
            self.client.split(made.order_sn, [[(tee, 1)]])
        self.shop.may_split_quantity = True
        packages = self.client.split(made.order_sn, [[(tee, 1)]])
        self.assertEqual([package.contents for package in packages], [((tee, 1),), ((tee, 2),)])

    def test_refused(self):
        lines = (("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        bundle, theirs, arranged, forbidden = (
            self.place(*lines, **facts) for facts in ({"bundle": True}, {"fulfilled_by_shopee": True}, {}, {})
        )
        self.shopee.arrange(arranged)
        for made, words in (
            (bundle, "must stay in one parcel"),
            (theirs, "own warehouse"),
            (arranged, "not arranged"),
            (forbidden, "may not split"),
        ):
            self.shop.may_split = made is not forbidden
            with self.assertRaisesRegex(Rejected, words):
                self.client.split(made.order_sn, [[(self.units(made)[0], 1)]])

    def test_lost_answer(self):
        made = self.place(("TEE-BLK-M", 1), ("TOTE-NAT", 2))
        tee, tote = self.units(made)
        self.shopee.faults.order("lost_answer", "split_order")
        with self.assertRaises(TransportError):
            self.client.split(made.order_sn, [[(tee, 1)]])
        packages = self.client.split(made.order_sn, [[(tee, 1)]])
        self.assertEqual(sorted(package.contents for package in packages), sorted([((tee, 1),), ((tote, 2),)]))
        self.assertEqual(self.shopee.calls[ORDER + "split_order"], 1)


if __name__ == "__main__":
    unittest.main()
