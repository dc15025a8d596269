"""Shopee's labels against a scripted platform: made in the background, downloaded one by one, in any format."""

import unittest

import requests

from ..marketplaces.errors import NotAuthorized, RateLimited, Rejected, ServerError, TransportError, UnexpectedResponse
from ..marketplaces.shipping import Label
from ..marketplaces.shopee import const
from ..marketplaces.types import Package
from .shopee_fake import make_client, ok, refusal

PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
ZIP = b"PK\x03\x04\x14\x00\x00\x00label"
HTML = b"<!DOCTYPE html><html><body>OFG1</body></html>"
FIRST = ("logistics.shipping_document_should_print_first", "The package can not print now, please create first.")
CANNOT = ("logistics.package_can_not_print", "The package can not print now.")
ALL_FAILED = "common.batch_api_all_failed"
TYPES, CREATE = "get_shipping_document_parameter", "create_shipping_document"
RESULT, DOWNLOAD = "get_shipping_document_result", "download_shipping_document"


class Printer:
    """Makes labels: `states` says how far each is, `after` what becomes of one that is asked for."""

    def __init__(self, after="PROCESSING", **states):
        self.states, self.after, self.files = states, after, {}
        self.failures = {}  # by call and package number
        self.before = lambda call: None
        self.numbers = True  # whether entries bear the package number

    def __call__(self, call):
        assert call.method == "POST"
        name = call.path.rpartition("/")[2]
        return self.before(call) or (self.download(call) if name == DOWNLOAD else self.listed(name, call))

    def listed(self, name, call):
        assert set(call.body) == {"order_list"} and 1 <= len(call.body["order_list"]) <= 50
        rows = [self.row(name, entry) for entry in call.body["order_list"]]
        if all(row.get("fail_error") for row in rows):
            return refusal(
                ALL_FAILED, "Failed, please check result_list for more details.", response={"result_list": rows}
            )
        warning = [{"order_sn": row["order_sn"]} for row in rows if row.get("fail_error")]
        return ok({"result_list": rows}, warning=warning)

    def row(self, name, entry):
        number = entry["package_number"]
        named = {"order_sn": entry["order_sn"]} | ({"package_number": number} if self.numbers else {})
        failure = self.failures.get((name, number))
        if name == TYPES and not failure:
            assert set(entry) == {"order_sn", "package_number"}
            types = ["THERMAL_AIR_WAYBILL", "NORMAL_AIR_WAYBILL"]
            return named | {"suggest_shipping_document_type": types[0], "selectable_shipping_document_type": types}
        if name == CREATE and not failure:
            assert (
                entry["tracking_number"] == f"T-{number}" and entry["shipping_document_type"] == "THERMAL_AIR_WAYBILL"
            )
            self.states[number] = self.after
            return named
        if name == RESULT and not failure:
            assert entry["shipping_document_type"] == "THERMAL_AIR_WAYBILL"
            if number in self.states:
                return named | {"status": self.states[number]}
            failure = FIRST
        return named | dict(zip(("fail_error", "fail_message"), failure, strict=True))

    def download(self, call):
        (entry,) = call.body["order_list"]
        assert call.body["shipping_document_type"] == "THERMAL_AIR_WAYBILL"
        return self.files.get(entry["package_number"], (200, PDF + entry["package_number"].encode(), "application/pdf"))


def parcel(number=1, **values):
    ref = f"OFG{number}"
    facts = {"status": "ready_to_ship", "raw_status": "LOGISTICS_REQUEST_CREATED", "tracking_number": f"T-{ref}"}
    return f"order-{number}", Package(**{"ref": ref, "contents": (), **facts, **values})


class LabelCase(unittest.TestCase):
    def fetch(self, printer, packages):
        self.client = make_client(printer)
        labels = self.client.fetch_labels(packages)
        self.assertEqual([label.package_ref for label in labels], [package.ref for _order, package in packages])
        return labels

    def label(self, printer, package=None):
        (label,) = self.fetch(printer, [package or parcel()])
        return label

    def names(self):
        return self.client.session.names()


class TestSteps(LabelCase):
    def test_made_in_the_background(self):
        """Asked for, not waited for; the next time it is there. # R53"""
        printer = Printer()
        self.assertEqual(self.label(printer), Label(package_ref="OFG1"))
        self.assertEqual(self.names(), [TYPES, RESULT, CREATE, RESULT])
        self.assertEqual(self.client.pauses, [])
        self.assertEqual(self.label(printer), Label(package_ref="OFG1"))
        self.assertEqual(self.names(), [TYPES, RESULT])
        printer.states["OFG1"] = "READY"
        label = self.label(printer)
        self.assertEqual((label.content, label.file_type, label.error), (PDF + b"OFG1", "pdf", None))
        self.assertEqual(self.names(), [TYPES, RESULT, DOWNLOAD])

    def test_made_at_once(self):
        self.assertTrue(self.label(Printer(after="READY")).content)
        self.assertEqual(self.names(), [TYPES, RESULT, CREATE, RESULT, DOWNLOAD])

    def test_bodies(self):
        self.label(Printer(after="READY"))
        named = {"order_sn": "order-1", "package_number": "OFG1"}
        kind = {"shipping_document_type": "THERMAL_AIR_WAYBILL"}
        expected = [named, named | kind, named | kind | {"tracking_number": "T-OFG1"}, named | kind]
        bodies = [call.body for call in self.client.session.calls]
        self.assertEqual(bodies, [*({"order_list": [entry]} for entry in expected), kind | {"order_list": [named]}])

    def test_five_hundred(self):
        """50 a call, downloads one by one. # R171"""
        packages = [parcel(number) for number in range(500)]
        labels = self.fetch(Printer(after="READY"), packages)
        self.assertEqual(
            [label.content for label in labels], [PDF + package.ref.encode() for _order, package in packages]
        )
        names = self.names()
        self.assertEqual([names.count(name) for name in (TYPES, RESULT, CREATE, DOWNLOAD)], [10, 20, 10, 500])
        self.assertEqual(len(names), 540)

    def test_without_tracking_number(self):
        """There is none yet, and so no call."""
        self.assertEqual(self.label(Printer(), parcel(tracking_number="")), Label(package_ref="OFG1"))
        self.assertEqual(self.names(), [])
        self.assertEqual(self.fetch(Printer(), []), [])

    def test_split_order(self):
        """Two parcels of one order keep their labels apart."""
        first, second = (("order-1", parcel(number)[1]) for number in (1, 2))
        labels = self.fetch(Printer(after="READY"), [second, first])
        self.assertEqual([label.content[-4:] for label in labels], [b"OFG2", b"OFG1"])

    def test_entries_without_package_number(self):
        """Shopee leaves it out for orders with one parcel."""
        printer = Printer(after="READY")
        printer.numbers = False
        labels = self.fetch(printer, [parcel(1), parcel(2)])
        self.assertEqual([label.content[-4:] for label in labels], [b"OFG1", b"OFG2"])

    def test_no_suggested_type(self):
        """Then none is said, and Shopee takes its own."""

        def answer(call):
            name = call.path.rpartition("/")[2]
            if name == DOWNLOAD:
                return 200, PDF, "application/pdf"
            return ok({"result_list": [{"order_sn": "order-1"} | ({"status": "READY"} if name == RESULT else {})]})

        self.assertTrue(self.label(answer).content)
        self.assertEqual(
            self.client.session.calls[-1].body, {"order_list": [{"order_sn": "order-1", "package_number": "OFG1"}]}
        )


class TestFailures(LabelCase):
    def test_failed_label_is_made_anew(self):
        """Once a call, and it is said."""
        label = self.label(Printer(OFG1="FAILED"))
        self.assertIsInstance(label.error, ServerError)
        self.assertIn("asked anew", label.error.message)
        self.assertEqual(self.names(), [TYPES, RESULT, CREATE, RESULT])
        self.assertTrue(self.label(Printer(after="READY", OFG1="FAILED")).content)
        self.assertIsInstance(self.label(Printer(after="FAILED", OFG1="FAILED")).error, ServerError)
        self.assertEqual(self.names().count(CREATE), 1)

    def test_partial_failure(self):
        """One that cannot be printed keeps no other from it."""
        for name in (TYPES, RESULT, CREATE):
            printer = Printer(after="READY")
            printer.failures[(name, "OFG2")] = (
                "logistics.order_status_error",
                "Order status does not support awb printing.",
            )
            labels = self.fetch(printer, [parcel(1), parcel(2), parcel(3)])
            with self.subTest(name):
                self.assertEqual([bool(label.content) for label in labels], [True, False, True])
                self.assertIsInstance(labels[1].error, Rejected)
                self.assertIn("once the courier has it", labels[1].error.message)

    def test_all_failed(self):
        """The whole answer is an error then; each has its own reason all the same."""
        printer = Printer()
        printer.failures[(TYPES, "OFG1")] = ("logistics.order_not_exist", "The order_sn order-1 is not exist.")
        printer.failures[(TYPES, "OFG2")] = ("logistics.can_not_print_jit_order", "Seller center only.")
        first, second = self.fetch(printer, [parcel(1), parcel(2)])
        self.assertEqual(
            (first.error.code, second.error.code), ("logistics.order_not_exist", "logistics.can_not_print_jit_order")
        )
        self.assertIn("Seller Center only", second.error.message)
        self.assertEqual(self.names(), [TYPES])

    def test_cannot_print_now(self):
        """Later perhaps, unless the courier has the parcel."""
        printer = Printer()
        printer.failures[(CREATE, "OFG1")] = CANNOT
        self.assertIsInstance(self.label(printer).error, ServerError)
        for status in ("shipped", "delivered", "cancelled"):
            self.assertIsInstance(self.label(printer, parcel(status=status)).error, Rejected)

    def test_item_errors(self):
        for code, kind in [
            ("logistics.tracking_number_invalid", Rejected),
            ("logistics.package_number_not_exist", Rejected),
            ("logistics.package_number_not_found", Rejected),
            ("logistics.error_booking_order", Rejected),
            ("logistics.can_not_print_combine_order\t", Rejected),
            ("logistics.shipping_document_type_invalid", Rejected),
            ("logistics.package_print_failed", ServerError),
            ("error_config", ServerError),
        ]:
            printer = Printer()
            printer.failures[(CREATE, "OFG1")] = (code, "No.")
            label = self.label(printer)
            with self.subTest(code):
                self.assertIsInstance(label.error, kind)
                self.assertEqual((label.error.code, label.content), (code.strip(), None))

    def test_batch_refused_for_one(self):
        """A batch that is refused as a whole is halved until the one it is for stands alone."""
        printer = Printer(after="READY")
        bad = refusal("error_not_found", "Wrong parameters, detail: the order is not found.")
        printer.before = lambda call: (
            bad if any(entry["order_sn"] == "order-5" for entry in call.body["order_list"]) else None
        )
        labels = self.fetch(printer, [parcel(number) for number in range(10)])
        self.assertEqual([label.package_ref for label in labels if label.error], ["OFG5"])
        self.assertEqual(sum(bool(label.content) for label in labels), 9)

    def test_call_not_permitted(self):
        """That is about the app, and asking for fewer would not help."""
        printer = Printer()
        printer.before = lambda call: refusal("error_api_permission", "No.")
        labels = self.fetch(printer, [parcel(number) for number in range(60)])
        self.assertEqual({type(label.error) for label in labels}, {Rejected})
        self.assertEqual(self.names(), [TYPES] * 2)

    def test_not_named(self):
        """A label whose state is not told."""
        printer = Printer()
        printer.before = lambda call: ok({"result_list": []}) if call.path.endswith(RESULT) else None
        self.assertIsInstance(self.label(printer).error, UnexpectedResponse)
        printer.before = lambda call: ok({"result_list": "none"})
        self.assertIsInstance(self.label(printer).error, UnexpectedResponse)


class TestLostAnswers(LabelCase):
    def test_create_is_sent_once(self):
        """The next look shows whether it was taken."""
        for answer in (requests.ReadTimeout("lost"), (502, b"<html></html>"), b"{"):
            printer = Printer()
            printer.before = lambda call, answer=answer: answer if call.path.endswith(CREATE) else None
            label = self.label(printer)
            self.assertIsInstance(label.error, (TransportError, ServerError))
            self.assertEqual(self.names(), [TYPES, RESULT, CREATE])

    def test_reads_are_repeated(self):
        answers = [requests.ReadTimeout("lost"), (502, b""), None, None]
        printer = Printer(OFG1="READY")
        printer.before = lambda call: answers.pop(0) if answers else None
        self.assertTrue(self.label(printer).content)

    def test_nothing_can_be_asked(self):
        for answer, kind in [
            (requests.ConnectTimeout("no"), TransportError),
            (refusal("error_rate_limit", "Too many requests."), RateLimited),
            (refusal("shop_no_linked", "No."), NotAuthorized),
        ]:
            client = make_client(lambda call, answer=answer: answer)
            with self.assertRaises(kind):
                client.fetch_labels([parcel()])

    def test_rate_limit_while_downloading(self):
        """What was downloaded is kept, the rest waits."""
        printer = Printer(OFG1="READY", OFG2="READY", OFG3="READY")
        printer.files["OFG2"] = refusal("error_rate_limit", "Too many requests.")
        labels = self.fetch(printer, [parcel(1), parcel(2), parcel(3)])
        self.assertTrue(labels[0].content)
        self.assertEqual([type(label.error) for label in labels[1:]], [RateLimited, RateLimited])
        self.assertEqual(self.names().count(DOWNLOAD), 2)


class TestFiles(LabelCase):
    def file(self, *answer, number=1):
        printer = Printer(OFG1="READY", OFG2="READY")
        printer.files[f"OFG{number}"] = answer if len(answer) > 1 else answer[0]
        label, other = self.fetch(printer, [parcel(1), parcel(2)])
        self.assertTrue(other.content)
        return label

    def test_formats(self):
        """PDF as a rule; ZIP for thermal printers, HTML in Taiwan. The first bytes tell, whatever the type says."""
        for content, kind, expected in [
            (PDF, "application/pdf", "pdf"),
            (PDF, "application/octet-stream", "pdf"),
            (PDF, "application/json", "pdf"),
            (b"\r\n" + PDF, "", "pdf"),
            (ZIP, "application/zip", "zip"),
            (ZIP, "application/pdf", "zip"),
            (HTML, "text/html; charset=utf-8", "html"),
            (b"\xef\xbb\xbf<html><body>T-OFG1</body></html>", "", "html"),
            (b"<div>order-1</div>", "text/html", "html"),
        ]:
            label = self.file(200, content, kind)
            with self.subTest(kind=kind, expected=expected):
                self.assertEqual((label.content, label.file_type, label.error), (content, expected, None))

    def test_json_instead_of_a_file(self):
        for code, kind in [
            ("logistics.order_not_exist", Rejected),
            ("logistics.packages_can_not_download_together", Rejected),
            ("logistics.package_print_failed", ServerError),
            ("logistics.error_network", ServerError),
        ]:
            label = self.file(refusal(code, "Detail: order-1"))
            with self.subTest(code):
                self.assertIsInstance(label.error, kind)
                self.assertIsNone(label.content)

    def test_not_ready_after_all(self):
        """Asked again later, and not within this call."""
        for code in ("logistics.download_later", FIRST[0]):
            self.assertEqual(self.file(refusal(code, "Processing, please download later.")), Label(package_ref="OFG1"))
            self.assertEqual(self.names().count(DOWNLOAD), 2)

    def test_no_file(self):
        for answer, kind in [
            ((200, b"", "application/pdf"), UnexpectedResponse),
            ((200, b"GIF89a", "image/gif"), UnexpectedResponse),
            ((200, b'{"error": "", "message": ""}'), UnexpectedResponse),
            ((200, b'{"error": "logistics.download_la'), UnexpectedResponse),
            ((502, HTML, "text/html"), ServerError),
            ((404, HTML, "text/html"), Rejected),
            ((200, b"<html>Maintenance</html>", "text/html"), ServerError),
            ((200, PDF[:20], "application/pdf"), ServerError),
            ((200, PDF + b" " * const.LABEL_BYTES, "application/pdf"), UnexpectedResponse),
        ]:
            label = self.file(*answer)
            with self.subTest(answer[1][:40]):
                self.assertIsInstance(label.error, kind)
                self.assertIsNone(label.content)

    def test_no_label_in_a_log(self):
        """It bears name and address."""
        self.assertNotIn("PDF", repr(self.file(200, PDF, "application/pdf")))


if __name__ == "__main__":
    unittest.main()
