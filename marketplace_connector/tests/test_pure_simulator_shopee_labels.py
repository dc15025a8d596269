"""The simulated Shopee's labels: asked for, made after a while, downloaded as the files they are."""

import io
import re
import zipfile

from ..simulator.shopee.channels import COUNTER
from .test_pure_simulator_shopee_shipping import LOGISTICS, ShippingCase

try:
    from pypdf import PdfReader
except ImportError:
    PdfReader = None

TYPES, CREATE = LOGISTICS + "get_shipping_document_parameter", LOGISTICS + "create_shipping_document"
RESULT, DOWNLOAD = LOGISTICS + "get_shipping_document_result", LOGISTICS + "download_shipping_document"
THERMAL, NORMAL = "THERMAL_AIR_WAYBILL", "NORMAL_AIR_WAYBILL"
CANNOT = ("logistics.package_can_not_print", "The package can not print now.")
ALL_FAILED = ("common.batch_api_all_failed", "Failed, please check result_list for more details.")
FIRST = "The package can not print now, please create shipping document first.Detail: "


class LabelCase(ShippingCase):
    def arranged(self, **facts):
        order = self.order(**facts)
        self.shopee.arrange(order)
        return order

    def entry(self, order, **changes):
        package = order.packages[0]
        named = {"package_number": package.package_number} if order.split_up else {}
        return {"order_sn": order.order_sn, **named, "tracking_number": package.tracking_number, **changes}

    def create(self, *orders, **changes):
        answer = self.send_shop(CREATE, body={"order_list": [self.entry(order, **changes) for order in orders]})
        return answer.json()

    def results(self, *orders, **changes):
        entries = [{"order_sn": order.order_sn, **changes} for order in orders]
        return self.send_shop(RESULT, body={"order_list": entries}).json()["response"]["result_list"]

    def download(self, *orders, **changes):
        entries = [{"order_sn": order.order_sn} for order in orders]
        return self.send_shop(DOWNLOAD, body={"order_list": entries, **changes})

    def failure(self, answer):
        self.assertEqual((answer["error"], answer["message"]), ALL_FAILED)
        (row,) = answer["response"]["result_list"]
        return row["fail_error"], row["fail_message"]

    def printed(self, order):
        """A ready label of the order."""
        self.assertEqual(self.create(order)["error"], "")
        self.shopee.clock.move(self.shopee.document_delay)
        return order


class TestLabels(LabelCase):
    def test_asked_for_made_and_downloaded(self):
        order = self.arranged()
        types = self.call(TYPES, body={"order_list": [{"order_sn": order.order_sn}]})["response"]["result_list"][0]
        self.assertEqual(types["suggest_shipping_document_type"], THERMAL)
        self.assertEqual(types["selectable_shipping_document_type"], [THERMAL, NORMAL])
        answer = self.create(order)
        self.assertEqual((answer["error"], answer["response"]), ("", {"result_list": [{"order_sn": order.order_sn}]}))
        self.assertEqual(self.results(order), [{"order_sn": order.order_sn, "status": "PROCESSING"}])
        later = f"Processing, please download later. Detail: order_sn {order.order_sn}"
        self.assert_error(self.download(order), "logistics.download_later", later)
        self.shopee.clock.move(3)
        self.assertEqual(self.results(order)[0]["status"], "READY")
        answer = self.download(order)
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/pdf"))
        self.assertTrue(answer.content.startswith(b"%PDF-"))
        self.assertIn(order.packages[0].tracking_number.encode(), answer.content)

    def test_a_real_pdf(self):
        """One page a parcel, whose text somebody else's reader finds, whatever the letters of a name."""
        if PdfReader is None:
            self.skipTest("pypdf is not installed")
        orders = [self.printed(self.arranged()) for _ in range(3)]
        orders[0].shop.name = "Kampung (Living) \\ ฝากไว้"
        for document_type, width in (("", 298), (THERMAL, 298)):
            changes = {"shipping_document_type": document_type} if document_type else {}
            reader = PdfReader(io.BytesIO(self.download(*orders, **changes).content), strict=True)
            self.assertEqual((len(reader.pages), int(reader.pages[0].mediabox.width)), (3, width))
            for page, order in zip(reader.pages, orders, strict=True):
                text = page.extract_text()
                self.assertIn(order.packages[0].tracking_number, text)
                self.assertIn(order.order_sn, text)
        self.assertIn("Kampung (Living) \\", reader.pages[0].extract_text())

    def test_each_type_is_asked_for(self):
        order = self.printed(self.arranged())
        normal = {"shipping_document_type": NORMAL}
        failed = self.results(order, **normal)[0]
        self.assertEqual(failed["fail_error"], "logistics.shipping_document_should_print_first")
        self.create(order, **normal)
        self.assertEqual(self.results(order, **normal)[0]["status"], "PROCESSING")
        self.assertEqual(self.results(order)[0]["status"], "READY")
        wrong = "The shipping_document_type is not invalid. Please check the shipping_document_type."
        answer = self.create(order, shipping_document_type="THERMAL_JOB_AIR_WAYBILL")
        self.assertEqual(self.failure(answer), ("logistics.shipping_document_type_invalid", wrong))

    def test_only_with_a_number(self):
        self.shopee.tracking_delay = 60
        order, waiting = self.arranged(), self.order()
        self.assertEqual(self.failure(self.create(waiting)), CANNOT)
        self.assertEqual(self.failure(self.create(order)), CANNOT)
        self.shopee.clock.move(60)
        invalid = (
            "logistics.tracking_number_invalid",
            "The tracking number is invalid. Please check the tracking number.",
        )
        for number in ("", "SPX1"):
            self.assertEqual(self.failure(self.create(order, tracking_number=number)), invalid)
        self.assertEqual(self.create(order)["error"], "")
        preprinted = self.order(courier=COUNTER)
        self.assertEqual(self.create(preprinted)["error"], "")

    def test_the_window_closes(self):
        """Any number of prints until the courier has the parcel, none afterwards."""
        order, cancelled = self.printed(self.arranged()), self.arranged()
        first = self.download(order).content
        self.assertEqual(self.download(order).content, first)
        self.shopee.advance(order, "SHIPPED")
        print_first = f"{FIRST}these orders: {order.order_sn} should print"
        self.assert_error(self.download(order), "logistics.shipping_document_should_print_first", print_first)
        self.assertEqual(self.failure(self.create(order)), CANNOT)
        self.shopee.cancel(cancelled)
        status = ("logistics.order_status_error", "Order status does not support awb printing.")
        self.assertEqual(self.failure(self.create(cancelled)), status)
        warehouse = self.order(fulfilled_by_shopee=True)
        self.shopee.advance(warehouse, "PROCESSED")
        self.assertEqual(self.failure(self.create(warehouse)), CANNOT)

    def test_one_fails(self):
        order, other = self.arranged(), self.arranged()
        self.shopee.failing_documents = 1
        self.create(order, other)
        self.shopee.clock.move(3)
        failed, ready = self.results(order, other)
        self.assertEqual((failed["status"], ready["status"]), ("FAILED", "READY"))
        self.assertEqual(failed["fail_error"], "logistics.package_print_failed")
        answer = self.download(order).json()
        self.assertEqual(answer["error"], "logistics.package_print_failed")
        self.printed(order)
        self.assertEqual(self.results(order)[0]["status"], "READY")

    def test_some_are_refused(self):
        """An answer without an error can still hold failures; each is told in the list and in the warning."""
        order, waiting = self.arranged(), self.order()
        answer = self.create(order, waiting)
        self.assertEqual((answer["error"], answer["warning"]), ("", [{"order_sn": waiting.order_sn}]))
        good, bad = answer["response"]["result_list"]
        self.assertNotIn("fail_error", good)
        self.assertEqual((bad["fail_error"], bad["fail_message"]), CANNOT)

    def test_unknown_and_split(self):
        foreign, split = self.order(shop=self.other_shop), self.split_order()
        self.shopee.arrange(split)
        text = f"The order_sn {foreign.order_sn} you provided is not exist. Please check"
        self.assertEqual(self.failure(self.create(foreign)), ("logistics.order_not_exist", text))
        needed = ("logistics.package_number_not_exist", "Please request with package_number for this split order.")
        self.assertEqual(
            self.failure(self.send_shop(CREATE, body={"order_list": [{"order_sn": split.order_sn}]}).json()), needed
        )
        for package in split.packages:
            entry = {"package_number": package.package_number, "tracking_number": package.tracking_number}
            self.assertEqual(self.create(split, **entry)["error"], "")
        self.shopee.clock.move(3)
        numbers = [{"order_sn": split.order_sn, "package_number": one.package_number} for one in split.packages]
        content = self.send_shop(DOWNLOAD, body={"order_list": numbers}).content
        self.assertEqual(len(re.findall(rb"/Type /Page\b", content)), 2)

    def test_limits(self):
        entries = [{"order_sn": f"250101{place:08}"} for place in range(51)]
        for path in (TYPES, CREATE, RESULT, DOWNLOAD):
            for given, text in ((entries, "must have 1 to 50 entries."), ([], "is a required field.")):
                self.refused(path, "error_param", f"Wrong parameters, detail: order_list {text}", order_list=given)
        order = self.arranged()
        entries = [{"order_sn": order.order_sn, "package_number": ""}]
        empty = "Wrong parameters, detail: package_number must not be an empty string."
        self.refused(CREATE, "error_param", empty, order_list=entries)

    def test_different_couriers_not_in_one_file(self):
        orders = [self.printed(self.arranged()), self.printed(self.arranged(courier="SingPost"))]
        answer = self.download(*orders).json()
        self.assertEqual(answer["error"], "logistics.packages_can_not_download_together")
        self.shopee.downloads_need_one_channel = False
        self.assertTrue(self.download(*orders).content.startswith(b"%PDF-"))

    def test_other_formats(self):
        orders = [self.printed(self.arranged()) for _ in range(2)]
        self.shopee.label_format = "zip"
        answer = self.download(*orders)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            self.assertEqual(archive.namelist(), [f"{order.packages[0].package_number}.pdf" for order in orders])
            for order, name in zip(orders, archive.namelist(), strict=True):
                self.assertIn(order.packages[0].tracking_number.encode(), archive.read(name))
        self.shopee.label_format = "html"
        answer = self.download(*orders)
        self.assertIn("text/html", answer.headers["Content-Type"])
        self.assertIn(orders[0].packages[0].tracking_number, answer.text)

    def test_faults(self):
        """Half a file, no answer, and the label is there all the same."""
        order = self.arranged()
        self.shopee.faults.order("lost_answer", "create_shipping_document")
        with self.assertRaises(OSError):
            self.create(order)
        self.shopee.clock.move(3)
        whole = self.download(order).content
        self.shopee.faults.order("truncated", "download_shipping_document")
        self.assertEqual(self.download(order).content, whole[: len(whole) // 2])
