"""Labels as files: a PDF with one page a parcel, a ZIP of such, or a web page."""

import io
import zipfile
from html import escape

PAGE = {"THERMAL": (298, 420), "NORMAL": (595, 842)}  # points: A6 and A4
LINE_HEIGHT, MARGIN, FONT_SIZE = 18, 24, 11


def label_lines(order, package, tracking_number):
    """What is printed on the label of a parcel, top to bottom."""
    buyer = order.buyer
    goods = [
        f"{package.quantities[item.line_item_id]} x {item.model_sku or item.item_sku}"
        for item in package.items
        if package.quantities[item.line_item_id]
    ]
    return [
        package.shipping_carrier,
        f"Tracking No: {tracking_number or '-'}",
        f"Order ID: {order.order_sn}",
        f"Package: {package.package_number}",
        f"From: {order.shop.name}",
        f"To: {buyer.name}",
        f"{buyer.street}, {buyer.district}, {buyer.city} {buyer.post_code}",
        *(["COD"] if order.cod else []),
        *goods,
    ]


def pdf_labels(pages, document_type) -> bytes:
    """A PDF with a page for each list of lines; what its plain font does not have becomes a question mark."""
    size = PAGE["THERMAL" if document_type.startswith("THERMAL") else "NORMAL"]
    first_page = 4  # after the catalogue, the list of pages and the font
    numbers = range(first_page, first_page + 2 * len(pages), 2)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in zip(numbers, pages, strict=True):
        content = _content(lines, size[1])
        box, font = f"[0 0 {size[0]} {size[1]}]", "<< /Font << /F1 3 0 R >> >>"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Resources {font} /Contents {number + 1} 0 R >>"
        objects += [page.encode(), b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)]
    return _file(objects)


def _content(lines, height):
    moves = [f"BT /F1 {FONT_SIZE} Tf {LINE_HEIGHT} TL {MARGIN} {height - 2 * MARGIN} Td"]
    for line in lines:
        text = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        moves.append(f"({text}) Tj T*")
    return "\n".join([*moves, "ET"]).encode("cp1252", "replace")


def _file(objects):
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, count = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start))


def zip_labels(files) -> bytes:
    """A ZIP of the files, which are contents by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def html_labels(pages) -> bytes:
    """A web page with a section for each list of lines."""
    sections = "".join(f"<section>{'<br>'.join(map(escape, lines))}</section>" for lines in pages)
    return f'<!doctype html><meta charset="utf-8"><title>Labels</title>{sections}'.encode()


def label_file(label_format, pairs, document_type):
    """The labels of (package_number, lines) in one file, with its content type."""
    pages = [lines for _, lines in pairs]
    if label_format == "html":
        return html_labels(pages), "text/html; charset=utf-8"
    if label_format == "zip":
        files = {f"{number}.pdf": pdf_labels([lines], document_type) for number, lines in pairs}
        return zip_labels(files), "application/zip"
    return pdf_labels(pages, document_type), "application/pdf"
