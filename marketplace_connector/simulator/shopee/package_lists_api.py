"""The calls that list what is to be shipped."""

from .fields import Fields, body_of
from .gateway import WrongParameters, shop_api

MOST_ROWS = 100
ALL, PENDING, TO_PROCESS, PROCESSED = range(4)
STATUS_OF_PACKAGE = {
    "LOGISTICS_NOT_START": PENDING,
    "LOGISTICS_READY": TO_PROCESS,
    "LOGISTICS_PICKUP_RETRY": TO_PROCESS,
    "LOGISTICS_REQUEST_CREATED": PROCESSED,
}
BY_SHOPEE, BY_SELLER = 1, 2
SORT_KEYS = {1: "ship_by_date", 2: "create_time", 3: "pay_time"}


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/order/get_shipment_list", get_shipment_list)
    shop_api(app, "/api/v2/order/search_package_list", search_package_list, ["POST"])


def get_shipment_list(call):
    """The packages of orders that are to be shipped, page by page."""
    page_size = call.integer("page_size")
    _check_page_size(page_size)
    cursor = call.text("cursor") or "0"
    if not cursor.isdecimal():
        raise WrongParameters("cursor is invalid.")
    rows = [
        {"order_sn": order.order_sn, "package_number": package.package_number}
        for order in sorted(call.shop.orders.values(), key=lambda order: (order.create_time, order.order_sn))
        if order.order_status in ("READY_TO_SHIP", "RETRY_SHIP")
        for package in order.packages
    ]
    first, last = int(cursor), int(cursor) + page_size
    more = len(rows) > last
    return {"response": {"order_list": rows[first:last], "more": more, "next_cursor": str(last) if more else ""}}


def _check_page_size(page_size):
    if page_size > MOST_ROWS:
        raise WrongParameters("page_size must be 100 or less.")
    if page_size < 1:
        raise WrongParameters("page_size must be 1 or greater.")


# === SEARCH === #


def search_package_list(call):
    """The packages that have not left, by status, channel and who fulfils them, in the order asked for."""
    body = body_of(call)
    pagination = body.part("pagination")
    page_size, cursor = pagination.integer("page_size"), pagination.text("cursor", "")
    _check_page_size(page_size)
    sort = body.part("sort") if "sort" in body else Fields({})
    sort_type, ascending = sort.integer("sort_type", 1), sort.flag("ascending", True)
    if sort_type not in SORT_KEYS:
        raise WrongParameters("sort_type must be one of 1, 2, 3.")
    found = _sorted(_matching(call, body.part("filter") if "filter" in body else Fields({})), sort_type, ascending)
    rest = _after(found, cursor, ascending)
    more = len(rest) > page_size
    return {
        "response": {
            "packages_list": [_row(order, package) for _, order, package in rest[:page_size]],
            "pagination": {
                "total_count": len(found),
                "next_cursor": _cursor(rest[page_size - 1]) if more else "",
                "more": more,
            },
            "sort": {"sort_type": sort_type, "ascending": ascending},
        }
    }


def _matching(call, wanted):
    status, fulfilment = wanted.integer("package_status", TO_PROCESS), wanted.integer("fulfillment_type", BY_SELLER)
    if status not in range(4) or fulfilment not in range(3):
        raise WrongParameters("package_status or fulfillment_type is invalid.")
    channels, places = wanted.values("logistics_channel_ids", int), wanted.values("product_location_ids", str)
    for order in call.shop.orders.values():
        by = BY_SHOPEE if order.fulfilled_by_shopee else BY_SELLER
        if order.order_status == "UNPAID" or fulfilment not in (0, by):
            continue
        for package in order.packages:
            if places and order.package_location(package) not in places:
                continue
            reached = STATUS_OF_PACKAGE.get(package.logistics_status)
            if reached and status in (ALL, reached) and (not channels or package.logistics_channel_id in channels):
                yield order, package


def _sorted(pairs, sort_type, ascending):
    """(place in the list, order, package), a place being a time and the number in the package_number."""
    rows = []
    for order, package in pairs:
        time = getattr(order, SORT_KEYS[sort_type]) or order.create_time
        rows.append(((time, int(package.package_number.removeprefix("OFG"))), order, package))
    return sorted(rows, key=lambda row: row[0], reverse=not ascending)


def _cursor(row):
    return "{},{}".format(*row[0])


def _after(rows, cursor, ascending):
    if not cursor:
        return rows
    parts = cursor.split(",")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise WrongParameters("cursor is invalid.")
    last = (int(parts[0]), int(parts[1]))
    return [row for row in rows if (row[0] > last if ascending else row[0] < last)]


def _row(order, package):
    return {
        "order_sn": order.order_sn,
        "package_number": package.package_number,
        "logistics_channel_id": package.logistics_channel_id,
        "product_location_id": order.package_location(package),
        "sorting_group": "",
        "is_shipment_arranged": package.is_shipment_arranged,
    }
