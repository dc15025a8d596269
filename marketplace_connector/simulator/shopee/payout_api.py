"""The calls about payouts of cross-border shops; local shops have none."""

from .fields import Fields
from .gateway import ApiError, WrongParameters, shop_api
from .orders import number
from .wallet_api import WRONG_PAGE_SIZE, page_size
from .wallet_types import INCOME, tab_of

LONGEST_WINDOW = 15 * 86400
FIRST_MOMENT = 1651334400  # 1 May 2022 on Shopee's clock
MOST_PAYOUTS = 100
CROSS_BORDER_ONLY = ("error_param", "This payment API is only applicable for cross boarder shop")
TOO_EARLY = (
    "error_param",
    "The selected payout start time is not supported. Please choose a start time no earlier than May 1, 2022.",
)
WRONG_TIME = ("error_param", "invalid payout_time format, please check")
WRONG_WINDOW = (
    "error_param",
    "invalid time range, please ensure payout_time_to is greater than payout_time_from but within 15 days",
)
WRONG_CURSOR = ("error_param", "cursor is required and format should be correct. Please check")
NEED_SIZE = ("error_param", "page_size is required, format should be correct and input within 1-100")
NEED_KIND = ("error_param", "billing_transaction_info_type is required")
WRONG_KIND = (
    "error_param",
    "billing_transaction_info_type provided is invalid, please use one of the support billing item type values: "
    "1 - To Release, 2 - Released.",
)
NEED_PAYOUTS = ("error_param", "payout ids can not be empty when querying Released info")
TOO_MANY_PAYOUTS = ("error_param", "payout ids length exceed limit")
TO_RELEASE, RELEASED = 1, 2


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/payment/get_payout_detail", get_payout_detail)
    shop_api(app, "/api/v2/payment/get_payout_info", get_payout_info)
    shop_api(app, "/api/v2/payment/get_billing_transaction_info", get_billing_transaction_info, ["POST"])


# === PAYOUTS === #


def get_payout_detail(call):
    """The payouts in a window of at most 15 days with all they consist of, page by page from page 1 on."""
    _check_cross_border(call)
    if not call.text("page_size"):
        raise ApiError(*WRONG_PAGE_SIZE)
    size, place = page_size(call), call.integer("page_no")
    if place < 1:
        raise WrongParameters("page_no must be 1 or greater.")
    found = _payouts(call)
    first = (place - 1) * size
    rows = [_payout_detail(call, payout) for payout in found[first : first + size]]
    return {"response": {"more": first + size < len(found), "payout_list": rows}}


def _payout_detail(call, payout):
    currency = call.shop.country.currency
    return {
        "payout_info": _payout_info(call, payout),
        "escrow_list": [
            {"escrow_amount": number(one.amount), "currency": currency, "order_sn": one.order_sn}
            for one in payout.movements
            if _is_escrow(one)
        ],
        "offline_adjustment_list": [
            {
                "adjustment_amount": number(one.amount),
                "module": one.transaction_type,
                "remark": one.description,
                "scenario": one.reason,
                "adjustment_level": "order" if one.order_sn else "shop",
                "order_sn": one.order_sn,
            }
            for one in payout.movements
            if not _is_escrow(one)
        ],
    }


def get_payout_info(call):
    """The payouts in a window of at most 15 days, from a cursor on; what they consist of is told by
    get_billing_transaction_info."""
    _check_cross_border(call)
    size, first = _size(call.text("page_size")), _cursor(call.request.args.get("cursor"))
    found = _payouts(call)
    rows = [
        {**_payout_info(call, payout), "encrypted_payout_id": str(payout.number)}
        for payout in found[first : first + size]
    ]
    return {"response": {"payout_list": rows, **_next(first + size, found)}}


def _payout_info(call, payout):
    return {
        "from_currency": call.shop.country.currency,
        "payout_currency": payout.paid_currency,
        "from_amount": number(payout.amount),
        "payout_amount": number(payout.paid_amount),
        "exchange_rate": call.app.told_rate(payout),
        "payout_time": payout.time,
        "pay_service": "Payoneer",
        "payee_id": f"2790{call.shop.shop_id}",
    }


def _payouts(call):
    """The payouts in the window of the query, the last one first."""
    for name in ("payout_time_from", "payout_time_to"):
        if not call.text(name):
            raise ApiError("error_param", f"{name} is required")
        if not call.text(name).isdecimal():
            raise ApiError(*WRONG_TIME)
    begin, end = int(call.text("payout_time_from")), int(call.text("payout_time_to"))
    if begin < FIRST_MOMENT:
        raise ApiError(*TOO_EARLY)
    if not 0 < end - begin <= LONGEST_WINDOW:
        raise ApiError(*WRONG_WINDOW)
    return [payout for payout in reversed(call.shop.ledger.payouts) if begin <= payout.time <= end]


# === WHAT THEY CONSIST OF === #


def get_billing_transaction_info(call):
    """What payouts consist of (type 2, by their ids), or what is not paid out yet (type 1)."""
    _check_cross_border(call)
    body = call.body()
    kind = body.get("billing_transaction_info_type")
    payout_ids = Fields(body).values("encrypted_payout_ids", str)
    if kind is None:
        raise ApiError(*NEED_KIND)
    if kind not in (TO_RELEASE, RELEASED):
        raise ApiError(*WRONG_KIND)
    size, first = _size(str(body.get("page_size", ""))), _cursor(body.get("cursor"))
    movements = _paid(call, payout_ids) if kind == RELEASED else call.app.unpaid_movements(call.shop)
    rows = [_transaction(call, one, kind) for one in movements[first : first + size]]
    return {"response": {"transactions": rows, **_next(first + size, movements)}}


def _paid(call, payout_ids):
    if not payout_ids:
        raise ApiError(*NEED_PAYOUTS)
    if len(payout_ids) > MOST_PAYOUTS:
        raise ApiError(*TOO_MANY_PAYOUTS)
    payouts = {str(payout.number): payout for payout in call.shop.ledger.payouts}
    unknown = [payout_id for payout_id in payout_ids if payout_id not in payouts]
    if unknown:
        names = ",".join(unknown)
        raise ApiError("error_param", f"payout ids{{{names}}} not found, please recheck if the id is correct or not")
    return [movement for payout_id in dict.fromkeys(payout_ids) for movement in payouts[payout_id].movements]


def _transaction(call, movement, kind):
    escrow = _is_escrow(movement)
    return {
        "amount": number(movement.amount),
        "currency": call.shop.country.currency,
        "order_sn": movement.order_sn,
        "cost_header": "Order Income" if escrow else movement.transaction_type,
        "scenario": "Order Income" if escrow else movement.reason,
        "remark": movement.description,
        "level": "ORDER" if movement.order_sn else "SHOP",
        "billing_transaction_type": "ESCROW" if escrow else "ADJUSTMENT",
        "billing_transaction_status": "RELEASED" if kind == RELEASED else "TO_RELEASE",
    }


# === HELPERS === #


def _check_cross_border(call):
    if not call.shop.is_cb:
        raise ApiError(*CROSS_BORDER_ONLY)


def _is_escrow(movement):
    return tab_of(movement.transaction_type) == INCOME


def _size(text):
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise ApiError(*NEED_SIZE)
    return int(text)


def _cursor(value):
    if value is None or (value and not str(value).isdecimal()):
        raise ApiError(*WRONG_CURSOR)
    return int(value or 0)


def _next(reached, found):
    more = reached < len(found)
    return {"more": more, "next_cursor": str(reached) if more else ""}
