"""The simulated Lazada's labels and other documents."""

from base64 import b64decode
from io import BytesIO
from unittest import skipUnless
from urllib.parse import urlsplit

from ..simulator.lazada import Line
from .test_pure_simulator_lazada_packages import MINUTE, OTHER, SKU, PackageCase

try:
    from pypdf import PdfReader
except ImportError:  # Odoo 19 may bring the older one
    try:
        from PyPDF2 import PdfReader
    except ImportError:
        PdfReader = None

PRINT, DOCUMENT, INVOICE = "/order/package/document/get", "/order/document/get", "/order/invoice_number/set"


class LabelCase(PackageCase):
    def packed(self, *lines, **arguments):
        order = self.place(*lines, **arguments)
        self.lazada.pack(order)
        return order, order.units[0].package_id

    def label(self, *package_ids, doc_type="PDF", **more):
        request = {"doc_type": doc_type, **self.packages(*package_ids), **more}
        return self.result(PRINT, getDocumentReq=request)

    def fetch(self, link):
        return self.web.get(urlsplit(link).path)


class TestPrinting(LabelCase):
    def test_pdf_behind_a_link(self):
        """R53, contract 3.3: the file is a page with a frame, the PDF is at the link."""
        _, package_id = self.packed()
        data = self.label(package_id)["data"]
        self.assertEqual((set(data), data["doc_type"]), ({"file", "pdf_url", "doc_type"}, "PDF"))
        self.assertIn(f'<iframe src="{data["pdf_url"]}"', b64decode(data["file"]).decode())
        answer = self.fetch(data["pdf_url"])
        self.assertEqual((answer.status_code, answer.mimetype), (200, "application/pdf"))
        self.assertTrue(answer.data.startswith(b"%PDF-"))

    def test_the_link_dies(self):
        _, package_id = self.packed()
        link = self.label(package_id)["data"]["pdf_url"]
        self.lazada.clock.move(9 * MINUTE)
        self.assertEqual(self.fetch(link).status_code, 200)
        self.lazada.clock.move(MINUTE)
        dead = self.fetch(link)
        self.assertEqual((dead.status_code, dead.mimetype), (403, "application/xml"))
        self.assertIn("Request has expired", dead.text)
        self.assertEqual(self.fetch("http://localhost/labels/unknown.pdf").status_code, 404)

    @skipUnless(PdfReader, "needs pypdf or PyPDF2")
    def test_what_stands_on_it(self):
        first, first_id = self.packed((SKU, 2))
        second, second_id = self.packed(payment_method="COD")
        link = self.label(first_id, second_id, print_item_list=True)["data"]["pdf_url"]
        pages = [one.extract_text() for one in PdfReader(BytesIO(self.fetch(link).data)).pages]
        self.assertEqual(len(pages), 2)
        for text, order in zip(pages, (first, second), strict=True):
            self.assertIn(order.units[0].tracking_code, text)
            self.assertNotIn(order.buyer.name, text)
        self.assertIn(f"2 x {SKU}", pages[0])
        self.assertIn("Cash on delivery", pages[1])

    def test_html(self):
        order, package_id = self.packed()
        data = self.label(package_id, doc_type="HTML")["data"]
        self.assertEqual(set(data), {"file", "doc_type"})
        self.assertIn(order.units[0].tracking_code, b64decode(data["file"]).decode())

    def test_downloads_are_counted_apart_and_can_fail(self):
        _, package_id = self.packed()
        link = self.label(package_id)["data"]["pdf_url"]
        self.lazada.faults.order("server_error", "/labels/")
        self.assertEqual([self.fetch(link).status_code for _ in range(2)], [502, 200])
        self.assertEqual((self.lazada.downloads, sum(self.lazada.calls.values())), (2, 1))

    def test_host_of_the_link(self):
        _, package_id = self.packed()
        self.lazada.label_host = "labels.lazada.example"
        self.assertRegex(
            self.label(package_id)["data"]["pdf_url"], r"^https://labels\.lazada\.example/labels/\w+\.pdf$"
        )

    def test_no_label(self):
        order, package_id = self.packed()
        (own_fleet,) = self.lazada.pack(self.place(Line(SKU, shipping="seller_own_fleet")))
        self.assert_failed(self.label("FP1"), "600001", "package not found")
        self.assert_failed(self.label(own_fleet.package_id), "50008")
        self.assert_failed(self.label(*[package_id] * 21), "700022")
        self.assert_failed(self.label(package_id, doc_type="PNG"), "700004")
        self.assert_failed(self.label(package_id, print_item_list="yes"), "700004")
        self.lazada.cancel(order)
        self.assert_failed(self.label(package_id), "600002", "package already cancelled")

    def test_no_label_before_the_number(self):
        self.lazada.tracking_delay = MINUTE
        _, package_id = self.packed()
        self.assert_failed(self.label(package_id), "700040")
        self.lazada.clock.move(MINUTE)
        self.assertIs(self.label(package_id)["success"], True)

    def test_the_window_closes(self):
        order, package_id = self.packed()
        self.lazada.advance(order, "shipped")
        self.assertIs(self.label(package_id)["success"], True)
        self.lazada.label_closes_when_shipped = True
        self.assert_failed(self.label(package_id), "700040")

    def test_labels_that_fail(self):
        _, package_id = self.packed()
        self.lazada.refuse_next(PRINT, "6", whole=True)
        self.assert_failed(self.label(package_id), "6")
        self.assertIs(self.label(package_id)["success"], True)
        self.lazada.refuse_next(PRINT, "6")
        self.assert_failed(self.label(package_id), "6")
        self.lazada.labels_fail = True
        self.assert_failed(self.label(package_id), "6")


class TestDocuments(LabelCase):
    def ids(self, order):
        return str([unit.order_item_id for unit in order.units])

    def test_by_unit(self):
        order, _ = self.packed((SKU, 1), (OTHER, 1))
        for doc_type in ("shippingLabel", "carrierManifest", "invoice"):
            document = self.data(DOCUMENT, doc_type=doc_type, order_item_ids=self.ids(order))["document"]
            self.assertEqual((document["mime_type"], document["document_type"]), ("text/html", doc_type))
            self.assertIn(order.units[0].tracking_code, b64decode(document["file"]).decode())

    def test_refusals(self):
        order = self.place()
        own_fleet, _ = self.packed(Line(SKU, shipping="seller_own_fleet"))
        for parameters, code in (
            ({"doc_type": "poem", "order_item_ids": "[1]"}, "32"),
            ({"doc_type": "invoice", "order_item_ids": "1"}, "6"),
            ({"doc_type": "invoice", "order_item_ids": '["x"]'}, "20"),
            ({"doc_type": "invoice", "order_item_ids": "[1]"}, "35"),
            ({"doc_type": "invoice", "order_item_ids": self.ids(order)}, "34"),
            ({"doc_type": "carrierManifest", "order_item_ids": self.ids(order)}, "30012"),
            ({"doc_type": "shippingLabel", "order_item_ids": self.ids(order)}, "700040"),
            ({"doc_type": "shippingLabel", "order_item_ids": self.ids(own_fleet)}, "50008"),
            ({"doc_type": "shippingLabel"}, "MissingParameter"),
        ):
            with self.subTest(parameters=parameters):
                self.assert_refused(self.call(DOCUMENT, **parameters), code)

    def test_invoice_number(self):
        order, _ = self.packed()
        unit = order.units[0]
        answer = self.call(INVOICE, post=True, order_item_id=str(unit.order_item_id), invoice_number="INV-20")
        self.assertEqual(answer["data"], {"order_item_id": unit.order_item_id, "invoice_number": "INV-20"})
        item = self.data("/order/items/get", order_id=str(order.order_id))[0]
        self.assertEqual(item["invoice_number"], "INV-20")
        unknown = self.call(INVOICE, post=True, order_item_id="1", invoice_number="INV-20")
        self.assert_refused(unknown, "20", "E020: 1 Invalid Order Item ID")
        pending = str(self.place().units[0].order_item_id)
        self.assert_refused(self.call(INVOICE, post=True, order_item_id=pending, invoice_number="I"), "34", "E034")
