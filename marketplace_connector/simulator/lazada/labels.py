"""Shipping labels: small real PDFs behind links that die, and HTML (Lazada doc 121328)."""

from collections import Counter
from html import escape

from werkzeug.wrappers import Response

from .packages import Refused
from .render import mask

LABEL_STATUSES = {"packed", "ready_to_ship_pending", "ready_to_ship", "shipped", "delivered", "confirmed"}
A6 = (298, 420)  # points
LABEL = """<div style="width:10cm;height:14cm;border:1px solid;padding:4mm;font-family:sans-serif;\
page-break-after:always">{}</div>"""


class LabelPrinter:
    """The part of the platform that prints."""

    labels_fail = False  # True: no label can be printed; for single failures see refuse_next
    label_link_lifetime = 600  # seconds, doc 121328
    label_host = ""  # of the links; empty: the host that was called
    label_closes_when_shipped = False  # whether labels of parcels that have left can still be printed; UNSURE

    def __init__(self):
        self._label_links = {}  # name: (content, end)

    def why_no_label(self, package) -> str:
        """The code of the refusal to print the package's label, empty where it can be printed."""
        if package is None:
            return "600001"
        if package.status == "canceled":
            return "600002"
        if package.shipping == "seller_own_fleet":
            return "50008"
        late = self.label_closes_when_shipped and package.status not in ("packed", *_BEFORE_SHIPPING)
        if package.status not in LABEL_STATUSES or not package.tracking_number or late:
            return "700040"
        return "6" if self.labels_fail else ""

    def label_pdf(self, packages, with_items=False) -> bytes:
        """The packages' labels, a page each; raises Refused for the first that has none."""
        return make_pdf(self._texts(packages, with_items))

    def label_html(self, packages, with_items=False) -> str:
        """The packages' labels as a web page; raises Refused for the first that has none."""
        texts = self._texts(packages, with_items)
        return "".join(LABEL.format("<br>".join(escape(line) for line in lines)) for lines in texts)

    def _texts(self, packages, with_items):
        hidden = mask if self.masks_buyers else str
        return [label_lines(package, with_items, hidden) for package in self._printable(packages)]

    def label_link(self, content, host_url) -> str:
        """An address that serves the PDF until the link dies."""
        name = self._secret("")
        self._label_links[name] = (content, self.clock.seconds() + self.label_link_lifetime)
        base = f"https://{self.label_host}/" if self.label_host else host_url
        return f"{base}labels/{name}.pdf"

    def serve_label(self, name):
        """The PDF, or what a storage service says of a link that is dead or never was."""
        content, end = self._label_links.get(name, (b"", 0))
        if not content:
            return _storage_error("NoSuchKey", "The specified key does not exist.", 404)
        if self.clock.seconds() >= end:
            return _storage_error("AccessDenied", "Request has expired.", 403)
        return Response(content, content_type="application/pdf")

    def _printable(self, packages):
        for package in packages:
            code = self.why_no_label(package)
            if code:
                raise Refused(code)
        return packages


_BEFORE_SHIPPING = ("ready_to_ship_pending", "ready_to_ship")


def label_lines(package, with_items=False, hidden=mask) -> list[str]:
    """What stands on the label, name and street as `hidden` shows them."""
    order = package.order
    lines = [
        package.shipment_provider,
        package.tracking_number,
        f"Package {package.package_id}",
        f"Order {order.order_id}",
        f"To {hidden(order.buyer.name)}, {hidden(order.buyer.street)}",
        f"{order.buyer.post_code} {order.buyer.city}, {order.shop.country.name}",
        f"From {order.shop.name}",
        "Cash on delivery" if order.payment_method == "COD" else "Paid",
    ]
    if with_items:
        live = Counter(unit.sku for unit in package.units if unit.status != "canceled")
        lines += [f"{number} x {sku}" for sku, number in live.items()]
    return lines


def make_pdf(pages) -> bytes:
    """A PDF with a page for each list of lines; what Latin-1 lacks becomes a question mark."""
    fonts = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    size = f"[0 0 {A6[0]} {A6[1]}]"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox {size} >>",
        fonts,
    ]
    for place, lines in enumerate(pages):
        text = _page_content(lines)
        resources = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {5 + 2 * place} 0 R >>")
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}\nendstream")
    return _pdf_file(objects)


def _page_content(lines):
    shown = [
        f"/F1 {16 if place < 2 else 10} Tf 0 -{26 if place < 3 else 18} Td ({_pdf_text(line)}) Tj"
        for place, line in enumerate(lines)
    ]
    return f"12 12 {A6[0] - 24} {A6[1] - 24} re S BT 24 {A6[1] - 24} Td {' '.join(shown)} ET"


def _pdf_text(line):
    plain = line.encode("latin-1", "replace").decode("latin-1")
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _pdf_file(objects):
    content, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def _storage_error(code, message, status):
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(text, status, content_type="application/xml")
