"""The API calls about the seller and orders."""

import json
import re
from datetime import datetime, timedelta

from .gateway import LazadaError, missing_parameter, serve
from .render import item_json, order_json

DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}")

# What `status` of /orders/get takes, and the unit statuses it finds: some names are Seller Center's tabs.
STATUS_FILTERS = {
    **{
        status: (status,)
        for status in (
            *("unpaid", "pending", "canceled", "ready_to_ship", "delivered", "returned", "shipped", "packed"),
            *("lost_by_3pl", "damaged_by_3pl", "failed_delivery", "shipped_back", "shipped_back_success"),
            *("shipped_back_failed", "package_scrapped"),
        )
    },
    "failed": ("failed", "failed_delivery"),
    "topack": ("pending", "repacked", "topack"),
    "toship": ("packed", "ready_to_ship_pending", "ready_to_ship", "toship"),
    "shipping": ("shipped", "shipping"),
    "lost": ("lost", "lost_by_3pl"),
    "all": (),
}


def register(app):
    """Serve the calls."""
    serve(app, "/seller/get", get_seller)
    serve(app, "/orders/get", get_orders)
    serve(app, "/order/get", get_order)
    serve(app, "/order/items/get", get_order_items)
    serve(app, "/orders/items/get", get_multiple_order_items)


def get_seller(call):
    """The seller whose token it is."""
    shop = call.shop
    return {
        "data": {
            "name": shop.name,
            "name_company": "Kampung Living Pte Ltd",
            "seller_id": shop.seller_id,
            "short_code": shop.short_code,
            "email": shop.email,
            "logo_url": "",
            "cb": shop.is_cb,
            "location": shop.country.name,
            "status": shop.status,
            "verified": shop.verified,
            "marketplaceEaseMode": False,
        }
    }


def get_orders(call):
    """The orders created or changed in a stretch of time, page by page (Lazada doc 121327)."""
    check_verified(call.shop)
    fits = _order_filter(call)
    sort_by, direction = call.text("sort_by"), call.text("sort_direction").upper()
    if direction not in ("", "ASC", "DESC"):
        raise LazadaError("74", "E074: Invalid sort direction.")
    if sort_by not in ("", "created_at", "updated_at"):
        raise LazadaError("75", "E075: Invalid sort filter.")
    sort_by, direction = sort_by or call.app.default_sort[0], direction or call.app.default_sort[1]
    offset = whole_number(call, "offset", 0, 0, call.app.highest_offset, "14", 'E014: "{}" Invalid Offset')
    limit = whole_number(
        call, "limit", call.app.default_limit, 1, call.app.highest_limit, "19", 'E019: "{}" Invalid Limit'
    )
    found = [order for order in call.shop.orders.values() if fits(order)]
    found.sort(key=lambda order: (getattr(order, sort_by), order.order_id), reverse=direction == "DESC")
    shown = [order_json(order, call.app, in_list=True) for order in found[offset : offset + limit]]
    return {"data": {"count": len(shown), "countTotal": len(found), "orders": shown}}


def get_order(call):
    """One order's header."""
    return {"data": order_json(_order(call), call.app, in_list=False)}


def get_order_items(call):
    """The units of one order."""
    order = _order(call)
    return {"data": [item_json(order, unit, alone=True) for unit in order.units]}


def get_multiple_order_items(call):
    """The units of several orders."""
    check_verified(call.shop)
    order_ids = _id_list(call.required("order_ids"))
    if len(order_ids) > call.app.highest_order_count:
        raise LazadaError("38", "E038: Too many orders were requested")
    orders = [call.shop.orders.get(order_id) for order_id in dict.fromkeys(order_ids)]
    if not any(orders):
        raise LazadaError("39", "E039: No orders were found")
    if not all(orders):
        raise LazadaError("37", "E037: One or more order id in the list are incorrect")
    return {
        "data": [
            {
                "order_number": order.order_id,
                "order_id": order.order_id,
                "order_items": [item_json(order, unit, alone=False) for unit in order.units],
            }
            for order in orders
        ]
    }


# === PARAMETERS === #


def check_verified(shop):
    """Refuse calls for a seller whom Lazada has not verified yet."""
    if not shop.verified:
        raise LazadaError("SellerNotVerified", "Seller not verified,please check seller status")


def _order(call):
    check_verified(call.shop)
    text = call.required("order_id")
    order = call.shop.orders.get(int(text)) if text.isdecimal() else None
    if order is None:
        raise LazadaError("16", f'E016: "{text}" Invalid Order ID')
    return order


def _order_filter(call):
    """A function that says whether an order is meant by the call's dates and status."""
    if not call.text("created_after") and not call.text("update_after"):
        raise missing_parameter("created_after")  # the wording is UNSURE, contract 2.7
    limits = [
        (field, after, _moment(call, parameter))
        for parameter, field, after in (
            ("created_after", "created_at", True),
            ("created_before", "created_at", False),
            ("update_after", "updated_at", True),
            ("update_before", "updated_at", False),
        )
        if call.text(parameter)
    ]
    status = call.text("status", "all")
    if status not in STATUS_FILTERS:
        raise LazadaError("36", "E036: Invalid status filter")
    wanted = set(STATUS_FILTERS[status])
    visible_until = call.app.clock.now() - timedelta(seconds=call.app.late_visibility)

    def fits(order):
        return (
            order.updated_at <= visible_until
            and all(_within(getattr(order, field), after, moment, call.app) for field, after, moment in limits)
            and (not wanted or any(unit.status in wanted for unit in order.units))
        )

    return fits


def _within(moment, after, limit, app):
    if moment == limit:
        return app.after_is_inclusive if after else app.before_is_inclusive
    return moment > limit if after else moment < limit


def _moment(call, parameter):
    text = call.text(parameter)
    try:
        if not DATE.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text)
    except ValueError:
        raise LazadaError("17", f'E017: "{text}" Invalid Date Format') from None


def whole_number(call, parameter, default, least, most, code, message):
    """The parameter as a number from `least` to `most`, or the refusal with the code."""
    text = call.text(parameter, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise LazadaError(code, message.format(text))
    return int(text)


def _id_list(text):
    try:
        ids = json.loads(text)
    except ValueError:
        ids = None
    if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
        raise LazadaError("56", "E056: Invalid OrdersIdList format. Must use array format [1,2]")
    return ids
