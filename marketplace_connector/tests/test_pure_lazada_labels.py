"""Lazada: labels, whose links die after ten minutes and open them to anybody. # R53 R70"""

import base64
import io
import json
import logging
import unittest
from dataclasses import replace

import requests

from ..marketplaces.errors import (
    HostNotAllowed,
    NotAuthorized,
    RateLimited,
    Rejected,
    ServerError,
    TransportError,
    UnexpectedResponse,
)
from ..marketplaces.shipping import Label
from ..marketplaces.types import Package
from .lazada_fake import make_client, ok, refusal

DOCUMENT = "/order/package/document/get"
LINK = "https://labels.example/awb/FP1.pdf?Signature=hidden&Expires=1760000600"
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def package(ref="FP1"):
    return Package(ref=ref, status="confirmed", raw_status="packed", contents=(("10", 1),), tracking_number="T1")


def text64(content):
    return base64.b64encode(content).decode()


class LabelCase(unittest.TestCase):
    def fetch(self, data, file=PDF, packages=("FP1",), **app):
        """The labels, where Lazada gives `data` and `file` lies behind each link."""

        def answer(call):
            if call.api == DOCUMENT:
                return data if not isinstance(data, dict) or "code" in data else result(data)
            return file(call) if callable(file) else file

        client, session = make_client(answer, **app)
        labels = client.fetch_labels([("1", package(ref)) for ref in packages])
        self.assertEqual([label.package_ref for label in labels], list(packages))
        return labels, session

    def assert_failed(self, label, error, code=None):
        self.assertIsInstance(label.error, error)
        self.assertIsNone(label.content)
        self.assertNotIn("hidden", repr(label) + repr(label.error) + str(label.error.message))
        if code is not None:
            self.assertEqual(label.error.code, code)


def result(data):
    return ok(result={"success": True, "data": data})


class TestLink(LabelCase):
    def test_as_documented(self):
        """The link is followed at once, and nothing that belongs to Lazada goes along. # R53"""
        data = {"file": text64(b"<iframe src='x'>"), "doc_type": "PDF", "pdf_url": LINK}
        labels, session = self.fetch(data)
        self.assertEqual(labels, [Label(package_ref="FP1", content=PDF)])
        ask, file = session.calls
        self.assertEqual(ask.method, "GET")
        self.assertEqual(
            ask.params["getDocumentReq"], '{"doc_type":"PDF","packages":[{"package_id":"FP1"}],"print_item_list":false}'
        )
        self.assertEqual((file.method, file.host, file.path), ("GET", "labels.example", "/awb/FP1.pdf"))
        self.assertEqual(file.params, {"Signature": "hidden", "Expires": "1760000600"})
        self.assertFalse({"Authorization", "Cookie"} & set(file.headers))

    def test_one_package_a_call(self):
        """Each delivery has its own label; one that fails leaves the others alone."""

        def file(call):
            return (404, b"gone") if call.path.endswith("FP2") else PDF + call.path.encode()

        def answer(call):
            if call.api != DOCUMENT:
                return file(call)
            (asked,) = json.loads(call.params["getDocumentReq"])["packages"]
            return result({"pdf_url": f"https://labels.example/{asked['package_id']}"})

        client, session = make_client(answer)
        first, second, third = client.fetch_labels([("1", package(f"FP{each}")) for each in (1, 2, 3)])
        self.assertEqual((first.content, third.content), (PDF + b"/FP1", PDF + b"/FP3"))
        self.assert_failed(second, ServerError, "404")
        self.assertEqual(session.count(DOCUMENT), 3)

    def test_dead_link(self):
        """The next try asks for a new one."""
        for status in (403, 404, 410):
            (label,), session = self.fetch({"pdf_url": LINK}, (status, b"<Error>Request has expired</Error>"))
            self.assert_failed(label, ServerError, str(status))
            self.assertEqual(len(session.calls), 2)

    def test_trouble_on_the_way(self):
        for file, error in (
            (requests.ReadTimeout(), TransportError),
            (requests.ConnectionError(LINK), TransportError),
            ((503, b""), ServerError),
        ):
            (label,), session = self.fetch({"pdf_url": LINK}, file)
            self.assert_failed(label, error)
            self.assertEqual(len(session.calls), 4, "asked once, fetched three times")

    def test_no_label_behind_it(self):
        for file, words in (
            (b"<!DOCTYPE html><html>Welcome</html>", "a web page"),
            (b"", "something else"),
            (b"PK\x03\x04", "something else"),
            (b"x" + PDF, "something else"),
            (PDF[:30], "cut off"),
            (PDF + b" " * 5000, "cut off"),
            (PDF + b" " * (10 * 2**20), "too large"),
        ):
            (label,), _session = self.fetch({"pdf_url": LINK}, file)
            self.assert_failed(label, UnexpectedResponse)
            self.assertIn(words, label.error.message)

    def test_http_becomes_https(self):
        """Lazada's own sample has http. Nothing ever goes out without encryption."""
        for link in ("http://labels.example/a.pdf", "//labels.example/a.pdf", "http://labels.example:80/a.pdf"):
            (label,), session = self.fetch({"pdf_url": link})
            self.assertTrue(session.urls[-1].startswith("https://labels.example"), link)
            self.assertEqual(label.content, PDF)

    def test_addresses_that_must_not_be_asked(self):
        links = ["http://localhost:8069/web", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/", "https://"]
        links += ["https://169.254.169.254/latest", "https://192.168.1.1/", "https://2130706433/", "https://0x7f.1/"]
        links += ["ftp://labels.example/", "file:///etc/passwd", "javascript:alert(1)", "labels", "https://[bad/"]
        for link in links:
            (label,), session = self.fetch({"pdf_url": link})
            self.assert_failed(label, Rejected, "host")
            self.assertEqual(len(session.calls), 1, link)

    def test_the_simulator_is_on_this_machine(self):
        link = "http://127.0.0.1:8099/labels/1.pdf"
        app = {"environment": "simulator", "api_url": "http://127.0.0.1:8099/rest"}
        (label,), session = self.fetch({"pdf_url": link}, **app)
        self.assertEqual((label.content, session.urls[-1]), (PDF, link))

    def test_hosts_that_are_not_allowed(self):
        for domains in ((), ("slatic.net",), ("bels.example", "my.labels.example")):
            (label,), session = self.fetch({"pdf_url": LINK}, label_hosts=domains)
            self.assert_failed(label, HostNotAllowed, "host")
            self.assertEqual(label.error.host, "labels.example")
            self.assertEqual(len(session.calls), 1)
        for domains in (("slatic.net", "labels.example"), ("example",), None):
            (label,), session = self.fetch({"pdf_url": LINK}, label_hosts=domains)
            self.assertEqual(label.content, PDF)

    def test_the_host_of_the_api_is_allowed(self):
        app = {"api_url": "https://api.lazada.sg/rest", "label_hosts": ()}
        for link in ("https://api.lazada.sg/labels/1.pdf", "https://below.api.lazada.sg/1.pdf"):
            (label,), _session = self.fetch({"pdf_url": link}, **app)
            self.assertEqual(label.content, PDF)
        (label,), _session = self.fetch({"pdf_url": "https://lazada.sg/1.pdf"}, **app)
        self.assert_failed(label, HostNotAllowed, "host")

    def test_a_redirect_to_a_host_that_is_not_allowed(self):
        (label,), session = self.fetch(
            {"pdf_url": LINK},
            lambda call: (302, b"", {"Location": "https://other.example/a"}) if "FP1" in call.path else PDF,
            label_hosts=("labels.example",),
        )
        self.assert_failed(label, HostNotAllowed, "host")
        self.assertEqual((label.error.host, len(session.calls)), ("other.example", 2))

    def test_redirects(self):
        """As far as they stay with https and hosts that may be asked."""

        def to(target):
            return lambda call: (302, b"", {"Location": target}) if call.path == "/awb/FP1.pdf" else PDF

        for target in ("https://cdn.example/a", "/a", "//cdn.example/a"):
            (label,), session = self.fetch({"pdf_url": LINK}, to(target))
            self.assertEqual((label.content, len(session.calls)), (PDF, 3))
        for target in ("http://cdn.example/a", "http://localhost/a", "https://10.0.0.1/a", "ftp://cdn.example/a"):
            (label,), session = self.fetch({"pdf_url": LINK}, to(target))
            self.assert_failed(label, Rejected, "host")
            self.assertEqual(len(session.calls), 2)
        for answer in (lambda call: (302, b"", {"Location": LINK}), (302, b"")):
            (label,), _session = self.fetch({"pdf_url": LINK}, answer)
            self.assert_failed(label, UnexpectedResponse)

    def test_the_link_stays_out_of_logs(self):
        log = io.StringIO()
        handler = logging.StreamHandler(log)
        logger = logging.getLogger("")
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        try:
            for file in (PDF, (404, b""), requests.ConnectionError(LINK)):
                self.fetch({"pdf_url": LINK}, file)
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)
        self.assertIn("labels.example", log.getvalue())
        self.assertNotIn("hidden", log.getvalue())


class TestFile(LabelCase):
    """Where there is no link, the file itself is looked at."""

    def test_pdf(self):
        for file in (text64(PDF), text64(PDF).rstrip("="), "\n".join(text64(PDF)[i : i + 8] for i in range(0, 99, 8))):
            (label,), session = self.fetch({"file": file, "doc_type": "PDF"})
            self.assertEqual((label.content, label.file_type, len(session.calls)), (PDF, "pdf", 1))

    def test_page_around_a_link(self):
        for page in (
            f"<html><body><iframe src='{LINK}' width='100%'></iframe></body></html>",
            f'<iframe width="1" src="{LINK.replace("&", "&amp;")}"></iframe><iframe src="https://other.example/">',
        ):
            (label,), session = self.fetch({"file": text64(page.encode()), "pdf_url": ""})
            self.assertEqual((label.content, session.calls[-1].params["Expires"]), (PDF, "1760000600"))

    def test_page_that_is_the_label(self):
        page = b"<html><body>LEX SG T1<iframe></iframe></body></html>"
        (label,), session = self.fetch({"file": text64(page), "doc_type": "HTML"})
        self.assertEqual((label.content, label.file_type, label.error), (page, "html", None))

    def test_page_around_a_forbidden_link(self):
        (label,), session = self.fetch({"file": text64(b'<iframe src="https://127.0.0.1/x">')})
        self.assert_failed(label, Rejected, "host")

    def test_not_ready(self):
        """Neither content nor error: ask again. # R146"""
        for data in ({}, {"file": "", "pdf_url": ""}, {"file": None, "pdf_url": None, "doc_type": "PDF"}):
            labels, _session = self.fetch(data)
            self.assertEqual(labels, [Label(package_ref="FP1")])
        labels, _session = self.fetch(ok(result={"success": True}))
        self.assertEqual(labels, [Label(package_ref="FP1")])

    def test_too_early(self):
        """Lazada has no label before the tracking number, and says no more than that it has none."""
        for code in ("700040", "30012"):
            client, _session = make_client(refusal(code))
            packages = [("1", replace(package(), tracking_number="")), ("1", package("FP2"))]
            early, late = client.fetch_labels(packages)
            self.assertEqual(early, Label(package_ref="FP1"))
            self.assert_failed(late, Rejected, code)

    def test_no_file(self):
        for file in ("§§§", "ä", text64(b"x" * (10 * 2**20 + 1))):
            (label,), _session = self.fetch({"file": file})
            self.assert_failed(label, UnexpectedResponse)


class TestRefused(LabelCase):
    def test_by_lazada(self):
        for answer, error, code in (
            (refusal("700040", "There are no packages that support printing!"), Rejected, "700040"),
            (refusal("30012", "rts package not found"), Rejected, "30012"),
            (refusal("50008", "ot support operation for sof order"), Rejected, "50008"),
            (ok(result={"success": False, "error_code": "123", "error_msg": "package not found"}), Rejected, "123"),
            (ok(result={"success": "false", "errorCode": "600001"}), Rejected, "600001"),
            (refusal("6"), ServerError, "6"),
            (ok(result=None), UnexpectedResponse, None),
            (ok(result={"success": True, "data": [1]}), UnexpectedResponse, None),
            (b'{"code":"0"', UnexpectedResponse, None),
        ):
            (label,), _session = self.fetch(answer)
            self.assert_failed(label, error, code)

    def test_waiting(self):
        for answer, error in ((refusal("ApiCallLimit"), RateLimited), (refusal("InvalidAppKey"), NotAuthorized)):
            labels, session = self.fetch(answer, packages=("FP1", "FP2", "FP3"))
            self.assertTrue(all(isinstance(label.error, error) for label in labels))
            self.assertEqual(len(session.calls), 1)

    def test_no_package(self):
        labels, session = self.fetch({"pdf_url": LINK}, packages=("", "FP1"))
        self.assert_failed(labels[0], Rejected, "no_package")
        self.assertEqual(labels[1].content, PDF)

    def test_nothing_to_do(self):
        self.assertEqual(self.fetch({}, packages=())[0], [])
