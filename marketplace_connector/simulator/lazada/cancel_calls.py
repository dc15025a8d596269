"""The API calls that cancel (Lazada doc 121329). They are GET, though they change things."""

import json

from .cancelling import seller_reasons
from .gateway import LazadaError, missing_parameter, serve
from .packages import WORDS
from .state import CANCELABLE

TIPS = {
    "fine": "The items will be cancelled.",
    "stock": "stock will be set as 0",
    "mates": "Other items of the same package will be cancelled too.",
    "error": "The current status of the order does not allow cancellation.",
    "fbl": "Orders fulfilled by Lazada cannot be cancelled by the seller.",
}


def register(app):
    """Serve the calls."""
    serve(app, "/order/reverse/cancel/validate", validate)
    serve(app, "/order/reverse/cancel/create", create)
    serve(app, "/order/reverse/cancel/seller/decide", decide)


def validate(call):
    """Whether the units can be cancelled, what else that would do, and the reasons to choose from."""
    order, units = _lines(call)
    obstacle = _obstacle(call.app, order, units)
    if obstacle:
        return {"data": {"tip_content": obstacle, "tip_type": "error", "reason_options": []}}
    mates = len(call.app.canceled_together(order, units)) > len(units)
    reasons = [
        {"reason_id": str(reason.reason_id), "reason_name": reason.name}
        for reason in seller_reasons(call.shop.country.code)
        if call.app.offers_cancel_reasons
    ]
    tip = TIPS["mates"] if mates else TIPS["stock"]
    return {"data": {"tip_content": tip, "tip_type": "warn", "reason_options": reasons}}


def create(call):
    """Cancels; `code` 0 with the tip_type error means that nothing was cancelled."""
    order, units = _lines(call)
    text = call.text("reason_id")
    reasons = {str(reason.reason_id): reason for reason in seller_reasons(call.shop.country.code)}
    if text not in reasons:
        raise _error("104", "reason is empty or invalid")
    refusal = call.app.take_refusal(call.path)
    obstacle = WORDS[refusal] if refusal else _obstacle(call.app, order, units)
    if obstacle:
        return {"data": {"tip_content": obstacle, "tip_type": "error"}}
    call.app.cancel_by_seller(order, reasons[text].name, units)
    emptied = reasons[text].empties_stock and call.app.cancelling_empties_stock
    return {"data": {"tip_content": TIPS["stock" if emptied else "fine"], "tip_type": "success"}}


def decide(call):
    """The seller accepts or refuses a buyer's request."""
    text, answer = call.required("reverse_order_id"), call.required("agree_cancel").lower()
    request = call.shop.cancel_requests.get(int(text)) if text.isdecimal() else None
    if request is None:
        raise _error("105", "reverse order id is empty or invalid")
    if answer not in ("true", "false"):
        raise missing_parameter("agree_cancel")
    if not request.is_open:
        raise _error("131", "no decision for this reverse order")
    call.app.decide_cancel(request, answer == "true")
    return {}


# === HELPERS === #


def _error(code, message):
    return LazadaError(code, f"E0{code}: {message}", "ISP")


def _obstacle(app, order, units):
    if any(unit.is_fbl for unit in units):
        return TIPS["fbl"]
    together = app.canceled_together(order, units)
    early_or_late = any(unit.status in ("unpaid", "canceled") for unit in units)
    late = any(unit.status not in CANCELABLE for unit in together)
    return TIPS["error"] if early_or_late or late else ""


def _lines(call):
    """The order and its units that the call names; ids come as numbers or as text."""
    text = call.text("order_id")
    if not text:
        raise _error("115", "order id is null")
    order = call.shop.orders.get(int(text)) if text.isdecimal() else None
    if order is None:
        raise _error("122", "invalid trade order")
    try:
        ids = json.loads(call.text("order_item_id_list"))
    except ValueError:
        ids = None
    if not isinstance(ids, list) or not ids or not all(str(one).isdecimal() for one in ids):
        raise _error("102", "trade order line id is empty or invalid")
    own = {str(unit.order_item_id): unit for unit in order.units}
    for one in map(str, ids):
        if one not in own and _belongs_to_another(call, one):
            raise _error("124", f"invalid seller id for this order line {one}")
        if one not in own:
            raise _error("123", f"invalid trade order lines {one}")
    return order, [own[one] for one in dict.fromkeys(map(str, ids))]


def _belongs_to_another(call, text):
    others = (shop for shop in call.app.shops.values() if shop is not call.shop)
    return any(
        str(unit.order_item_id) == text for shop in others for order in shop.orders.values() for unit in order.units
    )
