"""The API calls about money (API references GetPayoutStatus, QueryTransactionDetails, QueryAccountTransactions)."""

from collections import Counter
from datetime import date, datetime, timedelta

from ..overrides import override
from .calls import whole_number
from .gateway import LazadaError, serve
from .ledger import FEES, ZERO, period_of_row, shop_day
from .render import site_time

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONGEST_RANGE = timedelta(days=180)
MOST = 10**9  # where the documentation names no limit
SHIPPING_FEES = ("7", "22", "26", "157")
# The only words that are documented for another language (QueryAccountTransactions).
LOCAL_WORDS = {"ID": {"Withdrawal": "Penarikan Dana", "Auto Withdrawal": "Penarikan Dana Otomatis"}}


def register(app):
    """Serve the calls."""
    serve(app, "/finance/payout/status/get", get_payout_status)
    serve(app, "/finance/transaction/details/get", get_transaction_details)
    serve(app, "/finance/transaction/accountTransactions/query", query_account_transactions, ("POST",))


# === STATEMENTS === #


def get_payout_status(call):
    """The statements that were created since the day."""
    since = _day(call, "created_after")
    found = [each for each in call.shop.statements if shop_day(call.shop, each.created_at) >= since]
    return {"data": [statement_json(call.app, call.shop, each) for each in found]}


def statement_json(app, shop, statement) -> dict:
    """The statement, every value as text. Signs of sums are those of a recorded answer, where fees are less than 0."""
    sums = Counter(statement.by_fee)
    item_revenue, refunds = sums["13"], sums["14"]
    back = sum((sums[fee] for fee, (_, kind) in FEES.items() if kind.startswith("Refunds") and fee != "14"), ZERO)
    rest = {fee: amount for fee, amount in sums.items() if fee not in ("13", "14")}
    other = sum((amount for amount in rest.values() if amount > 0), ZERO)
    fees = sum((amount for amount in rest.values() if amount < 0), ZERO)
    closing = statement.balance if app.closing_before_payout else statement.carried
    content = {
        "statement_number": statement.number,
        "created_at": site_time(statement.created_at, shop),
        "updated_at": site_time(statement.updated_at, shop),
        "opening_balance": _text(statement.opening),
        "closing_balance": _text(closing),
        "payout": f"{_text(statement.payout)} {shop.country.currency}",
        "paid": "1" if statement.paid_at else "0",
        "guarantee_deposit": _text(statement.deposit) if statement.deposit else "0",
        "item_revenue": _text(item_revenue),
        "other_revenue_total": _text(other),
        "fees_total": _text(fees),
        "refunds": _text(refunds),
        "fees_on_refunds_total": _text(back),
        "shipment_fee": _text(sum((sums[fee] for fee in SHIPPING_FEES), ZERO)),
        "shipment_fee_credit": _text(sums["8"]),
        "subtotal1": _text(item_revenue + other - fees),
        "subtotal2": _text(item_revenue + other - fees - refunds),
    }
    return override(content, statement.overrides)


# === ROWS === #


def get_transaction_details(call):
    """The rows of the days, a page of them; nothing tells how many there are."""
    fits = _row_filter(call)
    offset = whole_number(call, "offset", 0, 0, MOST, "14", 'E014: "{}" Invalid Offset')
    limit = whole_number(call, "limit", call.app.default_transaction_limit, 1, MOST, "19", 'E019: "{}" Invalid Limit')
    rows = [row for row in call.shop.rows if fits(row)]
    rows.sort(key=lambda row: row.day)
    if call.app.newest_rows_first:
        rows.reverse()
    shown = rows[offset : offset + min(limit, call.app.highest_transaction_limit)]
    return {"data": [row_json(call.app, call.shop, row) for row in shown]}


def _row_filter(call):
    start, end = _day(call, "start_time"), _day(call, "end_time")
    if end - start >= LONGEST_RANGE:
        raise LazadaError("1000012", "endTime - startTime must should be less than 180 days")
    if not call.app.end_day_is_included:
        end -= timedelta(days=1)
    fee_type = call.text("trans_type", "-1")
    if fee_type not in ("-1", *FEES) and all(row.fee_type != fee_type for row in call.shop.rows):
        raise LazadaError("1000014", "Can not find that transactionType")
    order_id, unit_id = call.text("trade_order_id"), call.text("trade_order_line_id")
    visible_until = call.app.clock.now() - timedelta(seconds=call.app.row_delay)

    def fits(row):
        return (
            start <= row.day <= end
            and row.booked_at <= visible_until
            and not row.hidden
            and fee_type in ("-1", row.fee_type)
            and order_id in ("", _order_no(row))
            and unit_id in ("", _unit_no(row))
        )

    return fits


def row_json(app, shop, row) -> dict:
    """The row, every value as text."""
    order, unit = row.order, row.unit
    start, end = period_of_row(shop, row)
    has_period = row.statement or app.open_rows_name_period
    content = {
        "transaction_date": _written(row.day),
        "transaction_type": row.transaction_type,
        "transaction_number": row.number,
        "fee_type": row.fee_type,
        "fee_name": row.fee_name,
        "amount": _text(row.amount),
        "VAT_in_amount": _text(abs(row.vat)),
        "WHT_amount": _text(abs(row.wht)),
        "WHT_included_in_amount": "No" if row.wht_apart else "Yes",
        "statement": f"{_written(start)} - {_written(end)}" if has_period else "",
        "paid_status": "paid" if row.statement and row.statement.paid_at else "Not paid",
        "payment_ref_id": row.statement.reference if row.statement else "",
        "order_no": _order_no(row),
        "orderItem_no": _unit_no(row) if app.rows_name_units else "",
        "orderItem_status": unit.status if unit else "",
        "reference": _unit_no(row) if app.rows_name_units else "",
        "seller_sku": unit.sku if unit else "",
        "lazada_sku": f"{unit.item_id}_{shop.country.code}-{unit.sku_id}" if unit else "",
        "details": row.details or (unit.name if unit else ""),
        "comment": "",
        "shipping_provider": unit.shipment_provider if unit else "",
        "shipping_speed": unit.shipping if unit else "",
        "shipment_type": ("Warehouse" if unit.is_fbl else "Dropshipping") if order and unit else "",
    }
    return override(content, row.overrides)


# === THE BANK === #


def query_account_transactions(call):
    """What left the shop's account at Lazada, or came in, a page of it."""
    start, end = _day(call, "start_time", "%Y%m%d"), _day(call, "end_time", "%Y%m%d")
    number, size = (
        whole_number(call, name, call.required(name), 1, MOST, "19", 'E019: "{}" Invalid Limit')
        for name in ("page_num", "page_size")
    )
    if not call.app.end_day_is_included:
        end -= timedelta(days=1)
    wanted = {
        "kind": call.text("transaction_type"),
        "sub_kind": call.text("sub_transaction_type"),
        "number": call.text("transaction_number"),
    }
    found = [
        each
        for each in call.shop.movements
        if start <= shop_day(call.shop, each.moment) <= end
        and all(getattr(each, name) == value for name, value in wanted.items() if value)
    ]
    info = {"page_num": number, "page_size": size, "total_page": -(-len(found) // size), "total_count": len(found)}
    shown = [_movement_json(call.shop, each) for each in found[(number - 1) * size : number * size]]
    data = {"page_info": info, "transactions": shown}
    return {"success": True, "msg": None, "error_code": None, "data": data}


def _movement_json(shop, movement):
    words = LOCAL_WORDS.get(shop.country.code, {})
    moment = site_time(movement.moment, shop)
    step = {"name": "WITHDRAWAL_INITIATED", "status": "Withdrawal initiated", "update_time": moment, "remark": ""}
    return {
        "transaction_number": movement.number,
        "transaction_time": moment,
        "type": words.get(movement.kind, movement.kind),
        "sub_type": words.get(movement.sub_kind, movement.sub_kind),
        "amount": f"{movement.amount:+.2f}",
        "currency": shop.country.currency,
        "pmt_reference": movement.reference,
        "payee_account": {"account": "****1001", "description": "Kampung Bank"},
        "remarks": "",
        "tracking_list": [step] if movement.kind == "Withdrawal" else [],
    }


# === HELPERS === #


def _day(call, parameter, form="%Y-%m-%d") -> date:
    text = call.required(parameter)
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        raise LazadaError("17", f'E017: "{text}" Invalid Date Format') from None


def _written(day):
    """`17 May 2016`"""
    return f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}"


def _text(amount):
    return f"{amount:.2f}"


def _order_no(row):
    return str(row.order.order_id) if row.order else ""


def _unit_no(row):
    return str(row.unit.order_item_id) if row.unit else ""
