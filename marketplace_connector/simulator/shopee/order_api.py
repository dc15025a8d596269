"""The calls that read orders and packages."""

import base64
import binascii
from operator import attrgetter

from ..overrides import override
from .gateway import ApiError, WrongParameters, shop_api
from .order_content import order_content, package_content

LONGEST_WINDOW = 15 * 86400
MOST_ROWS = 100
MOST_AT_ONCE = 50
LIST_FILTERS = (
    "UNPAID",
    "READY_TO_SHIP",
    "PROCESSED",
    "SHIPPED",
    "COMPLETED",
    "IN_CANCEL",
    "CANCELLED",
    "INVOICE_PENDING",
)


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/order/get_order_list", get_order_list)
    shop_api(app, "/api/v2/order/get_order_detail", get_order_detail)
    shop_api(app, "/api/v2/order/get_package_detail", get_package_detail)


# === LIST === #


def get_order_list(call):
    """A page of the order numbers that were created or changed in a window of at most 15 days."""
    field, page_size = _list_parameters(call)
    places = _places(call, field)
    if call.app.list_cursor_is_position:
        places = places[_position(call) :]
    rows = [call.shop.orders[order_sn] for _, order_sn in places[:page_size]]
    more = len(places) > page_size
    with_status = "order_status" in call.names("response_optional_fields")
    return {
        "response": {
            "more": more,
            "next_cursor": _next_cursor(call, places[page_size - 1], page_size) if more else "",
            "order_list": [_row(order, with_status) for order in rows],
        }
    }


def _list_parameters(call):
    field = call.required("time_range_field")
    if field not in ("create_time", "update_time"):
        raise WrongParameters("time_range_field must be one of create_time, update_time.")
    time_from, time_to = call.integer("time_from"), call.integer("time_to")
    if not 0 < time_to - time_from <= LONGEST_WINDOW:
        message = "Start time must be earlier than end time and diff in 15days."
        raise ApiError("order.order_list_invalid_time", message)
    page_size = call.integer("page_size")
    if page_size > MOST_ROWS:
        raise WrongParameters("page_size must be 100 or less.")
    if page_size < 1:
        raise WrongParameters("page_size must be 1 or greater.")
    if call.text("order_status") and call.text("order_status") not in LIST_FILTERS:
        raise WrongParameters(f"order_status must be one of {', '.join(LIST_FILTERS)}.")
    return field, page_size


def _places(call, field):
    """(time, order_sn) of what matches, in the order of the list, from the cursor on where it names a place."""
    time_from, time_to, status = call.integer("time_from"), call.integer("time_to"), call.text("order_status")
    with_pending, newest_first = call.flag("request_order_status_pending"), call.app.list_newest_first
    time_of = attrgetter(field)
    places = [
        (time_of(order), order.order_sn)
        for order in call.shop.orders.values()
        if time_from <= time_of(order) <= time_to
        and (not status or order.order_status == status)
        and (with_pending or order.order_status != "PENDING")
    ]
    if call.text("cursor") and not call.app.list_cursor_is_position:
        last = _cursor_parts(call, 2)
        places = [place for place in places if (place < last if newest_first else place > last)]
    return sorted(places, reverse=newest_first)


# === CURSORS: opaque to callers; the last place shown, or the position of the next one === #


def _next_cursor(call, last, page_size):
    text = str(_position(call) + page_size) if call.app.list_cursor_is_position else "{} {}".format(*last)
    return base64.urlsafe_b64encode(text.encode()).decode()


def _position(call):
    return _cursor_parts(call, 1)[0] if call.text("cursor") else 0


def _cursor_parts(call, count):
    try:
        number, *rest = base64.urlsafe_b64decode(call.text("cursor")).decode().split()
        if len(rest) != count - 1 or not number.isdecimal():
            raise ValueError
    except (binascii.Error, ValueError):
        raise WrongParameters("cursor is invalid.") from None
    return int(number), *rest


def _row(order, with_status):
    row = {"order_sn": order.order_sn}
    if order.booking_sn:
        row["booking_sn"] = order.booking_sn
    if with_status:
        row["order_status"] = order.order_status
    return override(row, order.overrides.get("list", {}))


# === DETAILS === #


def get_order_detail(call):
    """Up to 50 orders, each with what is always returned and the optional fields that were asked for."""
    numbers = _numbers(call, "order_sn_list")
    orders, warning = _found(call, numbers, call.shop.orders.get, "order")
    asked, pending = set(call.names("response_optional_fields")), call.flag("request_order_status_pending")
    contents = [order_content(call.app, order, asked, pending) for order in orders]
    return {"response": {"order_list": contents}, **warning}


def get_package_detail(call):
    """Up to 50 packages."""
    numbers = _numbers(call, "package_number_list")

    def find(package_number):
        order = call.app.packages.get(package_number)
        return order if order and order.shop is call.shop else None

    orders, warning = _found(call, numbers, find, "package")
    packages = [(order, package) for order in orders for package in order.packages if package.package_number in numbers]
    return {"response": {"package_list": [package_content(call.app, *pair) for pair in packages]}, **warning}


def _numbers(call, name):
    call.required(name)
    numbers = list(dict.fromkeys(call.names(name)))
    if not 1 <= len(numbers) <= MOST_AT_ONCE:
        raise WrongParameters(f"{name} must have 1 to {MOST_AT_ONCE} entries.")
    return numbers


def _found(call, numbers, find, what):
    """The orders behind the numbers, each once, and the warning about those that are not this shop's."""
    found = {number: find(number) for number in numbers}
    unknown = [number for number, order in found.items() if not order]
    if unknown and (call.app.unknown_number_fails_call or len(unknown) == len(numbers)):
        raise ApiError("error_not_found", f"Wrong parameters, detail: the {what} is not found.")
    orders = list({order.order_sn: order for order in found.values() if order}.values())
    warning = {"warning": [f"the {what} {number} is not found." for number in unknown]} if unknown else {}
    return orders, warning
