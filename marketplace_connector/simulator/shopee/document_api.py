"""The calls for labels: which types, ask for one, is it there, give it to me."""

from werkzeug.wrappers import Response

from .fields import MOST_AT_ONCE, body_of, order_of, package_of
from .gateway import ApiError, NotAllowed, shop_api
from .label import label_file, label_lines
from .results import all_or_some


def register(app):
    """Serve the calls."""
    for function in (
        get_shipping_document_parameter,
        create_shipping_document,
        get_shipping_document_result,
        download_shipping_document,
    ):
        shop_api(app, f"/api/v2/logistics/{function.__name__}", function, ["POST"])


def _named(call, entry, text="is not exist."):
    """The order and package of an entry of order_list."""
    order_sn, number = entry.text("order_sn"), entry.package_number()
    order = order_of(call, order_sn, ("logistics.order_not_exist", f"The order_sn {order_sn} {text}"))
    unknown = ("logistics.package_number_not_found", f"The package_number {number} is not exist.")
    return order, package_of(order, number, unknown=unknown)


def get_shipping_document_parameter(call):
    """The types that the labels of up to 50 packages may have, and the suggested one."""

    def types(entry):
        order, package = _named(call, entry, "you provided is not exist. Please check")
        return {
            "suggest_shipping_document_type": call.app.suggested_document_type(order, package),
            "selectable_shipping_document_type": list(call.app.channel_of(order, package).document_types),
        }

    return all_or_some(body_of(call), types)


def create_shipping_document(call):
    """Ask for the labels of up to 50 packages, whose tracking numbers the caller must know."""

    def ask(entry):
        order, package = _named(call, entry, "you provided is not exist. Please check")
        number, document_type = entry.text("tracking_number", ""), entry.text("shipping_document_type", "")
        call.app.ask_for_document(order, package, number, document_type)
        return {}

    return all_or_some(body_of(call), ask)


def get_shipping_document_result(call):
    """Whether the labels are there: READY, FAILED or PROCESSING."""

    def status(entry):
        order, package = _named(call, entry)
        document = call.app.document(order, package, entry.text("shipping_document_type", ""))
        if not document:
            raise _print_first("order_sn")
        reached = call.app.document_status(document)
        failure = {"fail_error": _FAILED, "fail_message": "Some package failed to print, please try again later."}
        return {"status": reached, **(failure if reached == "FAILED" else {})}

    return all_or_some(body_of(call), status)


def download_shipping_document(call):
    """The labels themselves, in one file; an error is told in JSON."""
    body = body_of(call)
    document_type = body.text("shipping_document_type", "")
    named = [_named(call, entry) for entry in body.parts("order_list", MOST_AT_ONCE)]
    channels = {package.logistics_channel_id for _, package in named}
    if len(channels) > 1 and call.app.downloads_need_one_channel:
        detail = "Packages can not download together. Detail: packages of different logistics channels"
        raise NotAllowed("logistics.packages_can_not_download_together", detail)
    for order, package in named:
        _check_ready(call.app, order, package, document_type)
    pairs = [
        (package.package_number, label_lines(order, package, call.app.tracking_number(package)))
        for order, package in named
    ]
    shown_type = document_type or call.app.suggested_document_type(*named[0])
    content, content_type = label_file(call.app.label_format, pairs, shown_type)
    return Response(content, content_type=content_type)


def _check_ready(app, order, package, document_type):
    document = app.document(order, package, document_type)
    if not document:
        raise _print_first(f"these orders: {order.order_sn} should print")
    status = app.document_status(document)
    if status == "PROCESSING":
        raise ApiError(
            "logistics.download_later", f"Processing, please download later. Detail: order_sn {order.order_sn}"
        )
    if status == "FAILED":
        message = f"Some package failed to print, please try again later. Detail: order_sn {order.order_sn}"
        raise ApiError(_FAILED, message)


_FAILED = "logistics.package_print_failed"


def _print_first(detail):
    message = f"The package can not print now, please create shipping document first.Detail: {detail}"
    return ApiError("logistics.shipping_document_should_print_first", message)
