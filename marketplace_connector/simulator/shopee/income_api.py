"""The calls behind Seller Center's "My Income": what is released, and what is still to come."""

from datetime import date, datetime, timedelta, timezone

from .escrow_terms import escrow_amount, escrow_terms
from .gateway import ApiError, WrongParameters, shop_api
from .orders import ZERO, number
from .wallet_types import ADJUSTMENTS, INCOME, tab_of

TO_RELEASE, RELEASED, PENDING = 0, 1, 2
LONGEST_DAYS = 14
WRONG_STATUS = (
    "error_param",
    "The income_status provided is invalid or not applicable. Please use one of the supported values: "
    "0 - To Release, 1 - Released, 2 - Pending. Local shops do not have the “To Release” status.",
)
WRONG_DAYS = (
    "error_param",
    "release_time_from and/or release_time_to parameter is missing or invalid. Please provide both a valid start date "
    "and end date to query, where the start date cannot be later than the end date, and the date range must not "
    "exceed 14 days.",
)
STATUS_TEXTS = {
    TO_RELEASE: "The payment is queued for the next payout.",
    RELEASED: "The payment has been successfully transferred.",
    PENDING: "The payment is released when the order is completed.",
}


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/payment/get_income_overview", get_income_overview)
    shop_api(app, "/api/v2/payment/get_income_detail", get_income_detail)


def get_income_overview(call):
    """The sums by status, or that of one: at top level as in the sample, or under `response`."""
    names = {TO_RELEASE: "to_release_amount", RELEASED: "released_amount", PENDING: "pending_amount"}
    wanted = _status(call, needed=False)
    statuses = _statuses(call.shop) if wanted is None else [wanted]
    sums = {names[status]: number(sum((one["amount"] for one in _rows(call, status)), ZERO)) for status in statuses}
    content = {"total_income": sums}
    return {"response": content} if call.app.income_is_in_response else content


def get_income_detail(call):
    """The orders and adjustments of one status; released ones of the days `date_from` to `date_to` in shop time."""
    status = _status(call)
    begin, end = _days(call)
    size = call.integer("page_size")
    if not 1 <= size <= 100:
        raise WrongParameters("page_size must be 1 to 100.")
    cursor = call.text("cursor")
    if cursor and not cursor.isdecimal():
        raise ApiError("error_param", "parameter invalid")
    rows = _rows(call, status)
    if status == RELEASED:
        rows = [row for row in rows if begin <= _day(call.shop, row["actual_payout_time"]) <= end]
    first = int(cursor or 0)
    reached = first + size
    name = "income_detail_list_item" if call.app.income_rows_have_long_name else "list"
    next_page = {"cursor": str(reached) if reached < len(rows) else "", "page_size": size}
    shown = [_shown(call, row, status) for row in rows[first:reached]]
    content = {"income_detail_list": {"next_page": next_page, name: shown}}
    return {"response": content} if call.app.income_is_in_response else content


def _statuses(shop):
    return [TO_RELEASE, RELEASED, PENDING] if shop.is_cb else [RELEASED, PENDING]


def _status(call, needed=True):
    text = call.text("income_status")
    if not text and not needed:
        return None
    if not text.isdecimal() or int(text) not in _statuses(call.shop):
        raise ApiError(*WRONG_STATUS)
    return int(text)


def _days(call):
    try:
        begin, end = date.fromisoformat(call.text("date_from")), date.fromisoformat(call.text("date_to"))
    except ValueError:
        raise ApiError(*WRONG_DAYS) from None
    if not timedelta(0) <= end - begin <= timedelta(days=LONGEST_DAYS):
        raise ApiError(*WRONG_DAYS)
    return begin, end


def _day(shop, seconds):
    return datetime.fromtimestamp(seconds, timezone(timedelta(hours=shop.country.utc_offset))).date()


def _rows(call, status):
    """What is in the status, the newest first: order, amount, and for what is released when that was."""
    shop, app = call.shop, call.app
    if status == PENDING:
        waiting = [order for order in app.orders(shop) if order.is_income_pending]
        amounts = [escrow_amount(escrow_terms(app, order)) - order.paid_ahead for order in waiting]
        return [{"order_sn": order.order_sn, "amount": one} for order, one in zip(waiting, amounts, strict=True)]
    if status == TO_RELEASE:
        return [_told(one) for one in reversed(app.unpaid_movements(shop))]
    if shop.is_cb:
        payouts = [(payout.time, one) for payout in shop.ledger.payouts for one in payout.movements]
    else:
        earned = [one for one in shop.ledger.movements if tab_of(one.transaction_type) in (INCOME, ADJUSTMENTS)]
        payouts = [(one.create_time, one) for one in earned]
    return [{**_told(one), "actual_payout_time": moment} for moment, one in reversed(payouts)]


def _told(movement):
    description = "Order Income" if tab_of(movement.transaction_type) == INCOME else "Adjustment"
    return {"order_sn": movement.order_sn, "amount": movement.effect, "description": description}


def _shown(call, row, status):
    order = call.shop.orders.get(row["order_sn"])
    amount = {TO_RELEASE: "to_release_amount", RELEASED: "released_amount", PENDING: "estimated_escrow_amount"}[status]
    shown = {
        "order_sn": row["order_sn"],
        "payment_method": order.payment_method if order else "",
        "description": row.get("description", "Order Income"),
        "status": STATUS_TEXTS[status],
        "currency": call.shop.country.currency,
        amount: number(row["amount"]),
    }
    if order:
        shown["creation_date"] = order.create_time
    if "actual_payout_time" in row:
        shown["actual_payout_time"] = row["actual_payout_time"]
    return shown
