"""The calls about money that is there: wallet transactions, and the escrows that were released."""

from .gateway import ApiError, WrongParameters, shop_api
from .orders import number
from .wallet_types import TABS, TYPES, tab_of, type_number

LONGEST_WINDOW = 15 * 86400
NO_PERMISSION = ("error_auth", "No permission to current api.")
TOO_LONG = ("time_period_too_large", "The param error: time period too large.")
TURNED = ("time_invalid", "The param error: create_time_from bigger than create_time_to.")
NO_TIME = ("time_invalid", "The param error: time is invalid")
WRONG_PAGE_SIZE = (
    "error_param",
    "Invalid page_size parameter. Please provide a valid value between 1 and 100. "
    "If left empty, the default value of 40 will be applied.",
)
WRONG_RELEASE_TIME = (
    "error_param",
    "release_time_from and/or release_time_to parameter is missing or invalid. "
    "Please provide both a valid start date, and end date to query.",
)
TURNED_RELEASE_TIME = (
    "error_param",
    "release_time_from and/or release_time_to parameter is invalid. "
    "Please provide both a valid start date, and end date to query where start date cannot be later than the end date.",
)


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/payment/get_wallet_transaction_list", get_wallet_transaction_list)
    shop_api(app, "/api/v2/payment/get_escrow_list", get_escrow_list)


# === WALLET === #


def get_wallet_transaction_list(call):
    """The wallet transactions of a local shop in a window of at most 15 days, page by page from page 0 on."""
    if call.shop.is_cb:
        raise ApiError(*NO_PERMISSION)  # UNSURE: its page only says that it is for local shops
    app, size, place = call.app, page_size(call), call.integer("page_no")
    found = _chosen(call)
    if app.wallet_newest_first:
        found.reverse()
    first = place if app.wallet_page_no_is_offset else place * size
    first = max(first - app.wallet_shift, 0) if place else 0
    entries = [_entry(app, call.shop, movement, balance) for movement, balance in found[first : first + size]]
    return {"response": {"transaction_list": entries, "more": first + size < len(found)}}


def _chosen(call):
    begin, end = _window(call)
    wanted, flow, tab = call.text("transaction_type"), call.text("money_flow"), call.text("transaction_tab_type")
    names = {str(type_number(name)): name for name in TYPES}
    wanted = names.get(wanted, wanted)
    if wanted and wanted not in TYPES or flow not in ("", "MONEY_IN", "MONEY_OUT"):
        raise ApiError("error_param", "parameter invalid")
    ledger = call.shop.ledger
    return [
        (movement, balance)
        for movement, balance in zip(ledger.movements, ledger.balances, strict=True)
        if begin <= movement.create_time <= end
        and wanted in ("", movement.transaction_type)
        and flow in ("", _flow(movement))
        and (tab not in TABS or tab == tab_of(movement.transaction_type))  # an unknown tab filters nothing
    ]


def _window(call):
    begin, end = call.text("create_time_from"), call.text("create_time_to")
    if not begin and not end:
        return 0, call.app.clock.seconds()
    if not begin.isdecimal() or not end.isdecimal():
        raise ApiError(*NO_TIME)
    begin, end = int(begin), int(end)
    if begin > end:
        raise ApiError(*TURNED)
    if end - begin > LONGEST_WINDOW:
        raise ApiError(*TOO_LONG)
    return begin, end


def _flow(movement):
    return "MONEY_OUT" if movement.amount < 0 else "MONEY_IN"


def _entry(app, shop, movement, balance):
    name, withdrawal = movement.transaction_type, movement.withdrawal
    amount = movement.amount
    if name == "WITHDRAWAL_COMPLETED" and not app.completed_withdrawals_have_amount:
        amount = 0
    orders = [{"order_sn": movement.order_sn, "shop_name": shop.name}] if movement.order_sn else []
    entry = {
        "status": _status(app, movement),
        "transaction_type": str(type_number(name)) if app.wallet_type_is_number else name,
        "amount": number(abs(amount) if app.wallet_amounts_are_positive else amount),
        "current_balance": number(balance),
        "create_time": movement.create_time,
        "order_sn": movement.order_sn,
        "refund_sn": movement.refund_sn,
        "withdrawal_type": withdrawal.kind if withdrawal else "",
        "transaction_fee": 0,
        "description": movement.description,
        "buyer_name": movement.buyer_name,
        "pay_order_list": orders,
        "shop_name": shop.name,
        "withdrawal_id": withdrawal.number if withdrawal else 0,
        "reason": movement.reason,
        "root_withdrawal_id": withdrawal.root_number if withdrawal else 0,
        "transaction_tab_type": tab_of(name),
        "money_flow": _flow(movement),
    }
    if app.wallet_shows_transaction_id:
        entry |= {"transaction_id": movement.number, "wallet_type": "shopee_pay"}
    return entry


def _status(app, movement):
    if movement.withdrawal and movement is movement.withdrawal.created and app.open_withdrawals_are_pending:
        return {"CREATED": "PENDING", "CANCELLED": "FAILED"}.get(movement.withdrawal.status, movement.status)
    return movement.status


# === RELEASES === #


def get_escrow_list(call):
    """The orders whose escrow was released in the window, the last one first, page by page from page 1 on."""
    begin, end = call.text("release_time_from"), call.text("release_time_to")
    if not begin.isdecimal() or not end.isdecimal():
        raise ApiError(*WRONG_RELEASE_TIME)
    if int(begin) > int(end):
        raise ApiError(*TURNED_RELEASE_TIME)
    size, place = page_size(call, 40), call.integer("page_no", 1)
    if place < 1:
        raise WrongParameters("page_no must be 1 or greater.")
    found = [order for order in call.shop.orders.values() if order.release_time]
    found = [order for order in found if int(begin) <= order.release_time <= int(end)]
    found.sort(key=lambda order: (order.release_time, order.order_sn), reverse=True)
    first, unit = (place - 1) * size, call.app.escrow_list_unit
    rows = [
        {
            "order_sn": order.order_sn,
            "payout_amount": number(order.released_amount * unit),
            "escrow_release_time": order.release_time,
        }
        for order in found[first : first + size]
    ]
    return {"response": {"escrow_list": rows, "more": first + size < len(found)}}


def page_size(call, default=None) -> int:
    """The page_size of the query, 1 to 100; without a default it must be there."""
    text = call.text("page_size")
    if not text and default:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise ApiError(*WRONG_PAGE_SIZE)
    return int(text)
