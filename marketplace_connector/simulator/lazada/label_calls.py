"""The API calls about documents: labels by package or by unit (Lazada docs 121328), invoice numbers."""

import json
from base64 import b64encode
from html import escape

from .gateway import LazadaError, missing_parameter, serve
from .package_calls import batch, package_id_of, serve_result
from .packages import WORDS, Refused

DOCUMENT_TYPES = ("invoice", "shippingLabel", "carrierManifest")
NOT_PACKED = {"unpaid", "pending", "repacked", "canceled"}


def register(app):
    """Serve the calls, and the files that they link to."""
    serve_result(app, "/order/package/document/get", "getDocumentReq", print_awb, ("GET", "POST"))
    serve(app, "/order/document/get", get_document)
    serve(app, "/order/invoice_number/set", set_invoice_number, ("POST",))
    app.route("/labels/<name>.pdf", lambda request, name: app.serve_label(name), ("GET",))


def print_awb(call, request):
    """The labels of up to 20 packages in one file. For PDF the file is a page that shows the link in a frame."""
    if request.get("doc_type") not in ("PDF", "HTML"):
        raise Refused("700004" if request.get("doc_type") else "700017")
    with_items = request.get("print_item_list") or False
    if not isinstance(with_items, bool):
        raise Refused("700004")
    packages = [call.shop.packages.get(package_id_of(entry)) for entry in batch(request, "packages")]
    refusals = [code for code in (call.app.take_refusal(call.path) for _ in packages) if code]
    if refusals:
        raise Refused(refusals[0])
    if request["doc_type"] == "HTML":
        return {"file": _encoded(call.app.label_html(packages, with_items)), "doc_type": "HTML"}
    link = call.app.label_link(call.app.label_pdf(packages, with_items), call.host_url)
    frame = f'<iframe src="{escape(link)}" style="width:100%;height:100%;border:0"></iframe>'
    return {"file": _encoded(frame), "pdf_url": link, "doc_type": "PDF"}


def get_document(call):
    """The document of some units' packages, as HTML."""
    doc_type = call.required("doc_type")
    if doc_type not in DOCUMENT_TYPES:
        raise LazadaError("32", f'E032: Document type "{doc_type}" is not valid')
    units = _units(call, call.required("order_item_ids"))
    ids = list(dict.fromkeys(unit.package_id for unit in units))
    packages = [call.shop.packages.get(package_id) for package_id in ids]
    if doc_type == "shippingLabel":
        text = _shipping_label(call.app, units, packages)
    else:
        text = _list_of_units(doc_type, units)
    document = {"file": _encoded(text), "mime_type": "text/html", "document_type": doc_type}
    return {"data": {"document": document}}


def set_invoice_number(call):
    """Notes the seller's invoice number on a unit."""
    text, number = call.required("order_item_id"), call.required("invoice_number")
    unit = _unit(call.shop, text)
    if unit is None:
        raise LazadaError("20", f'"E020: {text} Invalid Order Item ID"')
    if unit.status in NOT_PACKED:
        raise LazadaError("34", '"E034: Order Item must be packed. Please call setStatusToReadyToShip before"')
    unit.invoice_number = number
    return {"data": {"order_item_id": unit.order_item_id, "invoice_number": number}}


# === HELPERS === #


def _shipping_label(app, units, packages):
    codes = [app.why_no_label(package) for package in packages]
    if any(unit.status in NOT_PACKED for unit in units) or any(code.startswith("6000") for code in codes):
        raise LazadaError("700040", WORDS["700040"], "ISP")
    for code in codes:
        if code:
            raise LazadaError(code, WORDS[code], "ISP")
    return app.label_html(packages)


def _list_of_units(doc_type, units):
    if doc_type == "invoice" and any(unit.status in NOT_PACKED for unit in units):
        raise LazadaError("34", "E034: Order Item must be packed. Please call SetStatusToReadyToShip before")
    if doc_type == "carrierManifest" and any(
        unit.status not in ("packed", "ready_to_ship_pending", "ready_to_ship") for unit in units
    ):
        raise LazadaError("30012", "rts package not found", "ISP")
    rows = "".join(
        f"<tr><td>{escape(unit.tracking_code)}</td><td>{escape(unit.sku)}</td><td>{escape(unit.name)}</td></tr>"
        for unit in units
    )
    return f"<h1>{escape(doc_type)}</h1><table>{rows}</table>"


def _units(call, text):
    try:
        ids = json.loads(text)
    except ValueError:
        ids = None
    if not isinstance(ids, list):
        raise LazadaError("6", f'For input string: "{text}"', "ISP")
    if not ids:
        raise missing_parameter("order_item_ids")
    if not all(str(one).isdecimal() for one in ids):
        raise LazadaError("20", f'E020: "{text}" Invalid Order Item IDs')
    found = [_unit(call.shop, str(one)) for one in ids]
    for one, unit in zip(ids, found, strict=True):
        if unit is None:
            raise LazadaError("35", f'E035: "{one}" was not found')
    return found


def _unit(shop, text):
    units = (unit for order in shop.orders.values() for unit in order.units if str(unit.order_item_id) == text)
    return next(units, None)


def _encoded(text):
    return b64encode(text.encode()).decode()
