"""Labels, which Shopee makes in the background: asked for, looked at, and downloaded when they are ready."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ..errors import MarketplaceError, Rejected, ServerError
from ..shipping import Label
from ..types import Package
from . import const, reading, refusals
from .calls import Patience, ShopeeCalls, batches
from .decoding import decode, is_code, item_error

_READY, _PROCESSING, _FAILED, _NONE = "READY", "PROCESSING", "FAILED", ""
_GONE = ("shipped", "delivered", "cancelled")  # statuses of packages whose label cannot be printed any more
_PDF_TAIL = 2048  # bytes in which a whole PDF says that it ends


class ShopeeLabels(ShopeeCalls):
    """The part of the client that fetches labels."""

    def fetch_labels(self, packages: Sequence[tuple[str, Package]]) -> list[Label]:
        """The labels of the packages, each given with the ref of its order; one a package, in their order.

        A label with neither content nor error is still being made: ask again later, nothing is waited for here and
        nothing remembered. A package without a tracking number has none yet and is not asked for. 50 packages a call
        for the kind of label (Shopee v2.logistics.get_shipping_document_parameter), for how far it is
        (get_shipping_document_result), and, where there is none or it failed, to have it made and look again
        (create_shipping_document); then one a call (download_shipping_document). A label that failed and is being made
        anew has a ServerError that says so.

        Raises RateLimited, NotAuthorized, or TransportError where Shopee cannot be reached, as long as no label has
        been downloaded. Everything else is the error of the labels it concerns.
        """
        jobs = {package.ref: _Job(order, package) for order, package in packages if package.tracking_number}
        patience = Patience()
        self._ask(const.DOCUMENT_PARAMETER, jobs.values(), _Job.named, _Job.choose, patience)
        self._ask(const.DOCUMENT_RESULT, jobs.values(), _Job.typed, _Job.look, patience)
        wanted = [job for job in jobs.values() if job.status in (_NONE, _FAILED)]
        self._ask(const.DOCUMENT_CREATE, wanted, _Job.numbered, _Job.created, patience)
        self._ask(const.DOCUMENT_RESULT, wanted, _Job.typed, _Job.look_again, patience)
        for job in jobs.values():
            self._download(job, patience)
        labels = {ref: job.label() for ref, job in jobs.items()}
        return [labels.get(package.ref, Label(package_ref=package.ref)) for _order, package in packages]

    def _ask(self, path, jobs, entry, take, patience):
        """Ask about the jobs that have not failed, 50 a call, and let them take in what is said of them."""
        for batch in batches((job for job in jobs if job.error is None), const.DOCUMENT_BATCH):
            self._ask_batch(path, batch, entry, take, patience)
            if patience.over:
                raise patience.over

    def _ask_batch(self, path, jobs, entry, take, patience):
        if patience.over:
            return
        body = {"order_list": [entry(job) for job in jobs]}
        try:
            # To have a label made twice would do no harm; it is sent once like everything that changes something.
            content = self._write(path, body) if path == const.DOCUMENT_CREATE else self._read("POST", path, body=body)
            told = _by_package(content, jobs)
        except Rejected as error:
            if len(jobs) > 1 and not is_code(error, *const.NO_SUCH_CALL):
                half = len(jobs) // 2
                self._ask_batch(path, jobs[:half], entry, take, patience)
                self._ask_batch(path, jobs[half:], entry, take, patience)
                return
            for job in jobs:
                job.error = error
        except MarketplaceError as error:
            patience.note(error)
            for job in jobs:
                job.error = error
        else:
            patience.note(None)
            for job in jobs:
                take(job, told.get(job.package.ref, {}))

    def _download(self, job, patience):
        if job.error is not None or job.status != _READY:
            return
        if patience.over:
            job.error = patience.over
            return
        kind = {"shipping_document_type": job.kind} if job.kind else {}
        body = {**kind, "order_list": [job.named()]}
        try:
            decoder = partial(decode_label, names=job.names())
            job.content, job.file_type = self._read(
                "POST", const.DOCUMENT_DOWNLOAD, body=body, decoder=decoder, most=const.LABEL_BYTES
            )
        except MarketplaceError as error:
            job.error = error
        patience.note(job.error)


@dataclass(slots=True, eq=False)
class _Job:
    """A label that is being fetched."""

    order_ref: str
    package: Package
    kind: str = ""  # '' is the one that Shopee suggests
    status: str = _NONE
    failure: str = ""
    error: MarketplaceError | None = None
    content: bytes | None = None
    file_type: str = "pdf"

    def named(self):
        return {"order_sn": self.order_ref, "package_number": self.package.ref}

    def names(self):
        return self.order_ref, self.package.ref, self.package.tracking_number

    def typed(self):
        return self.named() | ({"shipping_document_type": self.kind} if self.kind else {})

    def numbered(self):
        return self.typed() | {"tracking_number": self.package.tracking_number}

    def choose(self, raw):
        if not self._fails(raw):
            self.kind = reading.text(raw, "suggest_shipping_document_type")

    def look(self, raw):
        self.status = reading.text(raw, "status").upper()
        if self.status == _FAILED:
            self.failure = reading.text(raw, "fail_message") or reading.text(raw, "fail_error") or "no reason"
        elif self.status not in (_READY, _PROCESSING):
            self.status = _NONE
            code = reading.text(raw, "fail_error")
            if not raw or not code:
                self.error = reading.unexpected("response.result_list.status")
            elif not is_code(item_error(code), refusals.NO_DOCUMENT):
                self._fails(raw)

    def created(self, raw):
        self._fails(raw)

    def look_again(self, raw):
        """A label that was asked for just now may not be seen yet."""
        failure, self.failure = self.failure, ""
        self.look(raw)
        if self.status != _READY and self.error is None and (failure or self.failure):
            said = self.failure or failure
            self.error = ServerError(f"Shopee failed to make the label and was asked anew. (Shopee: {said})")

    def label(self):
        return Label(package_ref=self.package.ref, content=self.content, file_type=self.file_type, error=self.error)

    def _fails(self, raw):
        """Take in the error of the entry, if it has one."""
        code, message = reading.text(raw, "fail_error"), reading.text(raw, "fail_message")
        if code in ("", "-") and not message:
            return False
        error = item_error(code, message)
        if is_code(error, refusals.CANNOT_PRINT_NOW) and self.package.status not in _GONE:
            error = ServerError(error.message, code=error.code)  # it says "now"
        self.error = error
        return True


def _by_package(content, jobs):
    """What is said of each package. Entries of orders with one package may come without its number."""
    response = reading.section(content, "response")
    orders = Counter(job.order_ref for job in jobs)
    only = {job.order_ref: job.package.ref for job in jobs if orders[job.order_ref] == 1}
    told = {}
    for raw in reading.sections(response, "result_list", "response.result_list"):
        told[reading.ref(raw, "package_number") or only.get(reading.text(raw, "order_sn"))] = raw
    return told


def decode_label(response, secrets=(), now=None, names=()):
    """The file and its type; (None, 'pdf') where Shopee says that it is not ready after all.

    What comes is a file or, for an error, JSON; type and status of the answer are not documented, so the first bytes
    tell (v2.logistics.download_shipping_document; HTML and ZIP: guide "Order management"). A web page is a label only
    if it bears one of the `names`: a gateway's own page must not be kept and printed.
    """
    body = response.body
    start = body[:512].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if response.status < 300 and start.startswith(b"%PDF-"):
        if b"%%EOF" not in body[-_PDF_TAIL:]:
            raise ServerError("Shopee's label was cut off on its way.")
        return body, "pdf"
    if response.status < 300 and start.startswith(b"PK\x03\x04"):
        return body, "zip"
    is_html = "html" in response.content_type.lower() or start[:15].lower().startswith((b"<!doctype html", b"<html"))
    if response.status < 300 and is_html and start:
        if not any(name.encode() in body for name in names):
            raise ServerError("Shopee sent a web page that names neither the order nor the parcel.")
        return body, "html"
    try:
        decode(response, secrets, now)
    except MarketplaceError as error:
        if is_code(error, refusals.NO_DOCUMENT, "download_later"):
            return None, "pdf"
        raise
    raise reading.unexpected("label")
