"""Labels of Lazada's packages: asked for one package at a time, so that each delivery has its own (doc 121328)."""

import base64
import binascii
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

from ..addresses import LOOPBACK
from ..errors import MarketplaceError, Rejected, ServerError, UnexpectedResponse
from ..shipping import Label
from ..types import Package
from . import const
from .calls import Attempts, LazadaCalls, compact
from .reading import section, text, unexpected

_PDF_END = 2048  # bytes from the end in which a whole PDF says that it ends


class Labels(LazadaCalls):
    """The part of the client that fetches labels."""

    def fetch_labels(self, packages: Sequence[tuple[str, Package]]) -> list[Label]:
        """The labels of the packages, each named with its order; one answer a package, in their order.

        Two calls each: Lazada gives a link that dies after ten minutes, which is followed at once (API reference
        printawb). A label with neither content nor error is not ready yet, such as that of a
        package without a tracking number. Errors: Rejected where Lazada has none to
        give or points to an address that must not be asked (HostNotAllowed where only its host is not among the app's
        `label_hosts`), ServerError for a dead link,
        UnexpectedResponse for what is no label; once the shop must wait, the rest have that error without a call.
        """
        attempt = Attempts()
        labels = []
        for _order_ref, package in packages:
            label = attempt(self._fetch_label, package.ref)
            if isinstance(label, MarketplaceError):
                early = label.code in const.NO_LABEL and not package.tracking_number
                label = Label(package_ref=package.ref, error=None if early else label)
            labels.append(label)
        return labels

    def _fetch_label(self, package_ref):
        if not package_ref:
            raise Rejected("There is no package yet.", code="no_package")
        request = {"doc_type": "PDF", "packages": [{"package_id": package_ref}], "print_item_list": False}
        result = section(self._call(const.DOCUMENT, {"getDocumentReq": compact(request)}).content, "result")
        data = result.get("data") or {}
        if not isinstance(data, dict):
            raise unexpected("result.data")
        link = text(data, "pdf_url")
        file = b"" if link else _decoded(text(data, "file"))
        if file and not _is_pdf(file):
            link = _framed(file)
            if not link:
                return Label(package_ref=package_ref, content=file, file_type="html")
        if link:
            file = self._download(link)
            _check_pdf(file)
        return Label(package_ref=package_ref, content=file or None)

    def _download(self, link):
        """The file behind the link, which never appears in an error or log: it opens the label to anybody."""
        response = self.http.download(
            _over_https(link),
            most=const.LABEL_BYTES,
            local=self.app.environment == "simulator",
            domains=self._label_domains(),
        )
        if response.status != 200:
            raise ServerError(f"The link to the label leads to HTTP {response.status}.", code=str(response.status))
        return response.body

    def _label_domains(self):
        if self.app.label_hosts is None:
            return None
        return (*self.app.label_hosts, urlsplit(self._rest_url(const.API_URLS[self.shop.site])).hostname or "")


def _over_https(link):
    """Lazada's reference shows a link with http: it is followed by https. Only a simulator has it on this machine."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    if parts.scheme in ("", "http") and parts.netloc and parts.hostname not in LOOPBACK:
        return parts._replace(scheme="https").geturl()
    return link


def _decoded(file):
    """The bytes of the file, b'' where there is none yet."""
    try:
        file = "".join(file.split()).rstrip("=")
        content = base64.b64decode(file + "=" * (-len(file) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise unexpected("result.data.file") from None
    if len(content) > const.LABEL_BYTES:
        raise UnexpectedResponse("Lazada's label is too large.", where="size")
    return content


def _is_pdf(content):
    return content.startswith(b"%PDF")


def _check_pdf(content):
    if not _is_pdf(content):
        kind = "a web page" if content.lstrip()[:1] == b"<" else "something else"
        raise UnexpectedResponse(f"Lazada sent {kind} instead of a label ({len(content)} bytes).", where="label")
    if b"%%EOF" not in content[-_PDF_END:]:
        raise UnexpectedResponse(f"Lazada's label is cut off ({len(content)} bytes).", where="label")


class _Frames(HTMLParser):
    """Finds where the first iframe points to."""

    link = ""

    def handle_starttag(self, tag, attrs):
        if tag == "iframe" and not self.link:
            self.link = (dict(attrs).get("src") or "").strip()


def _framed(content):
    """The link in the page that Lazada wraps around a PDF, '' where there is none."""
    frames = _Frames()
    frames.feed(content.decode(errors="replace"))
    return frames.link
