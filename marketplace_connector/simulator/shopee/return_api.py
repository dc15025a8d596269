"""The calls about returns. There is no sandbox of them: nobody has seen the bodies that these are modelled on."""

from .gateway import ApiError, WrongParameters, shop_api
from .orders import number
from .returns import DAY

LONGEST_WINDOW = 15 * DAY
NO_RETURN = ("error_data", "The return you queried doesn't exist.")
NOT_YOURS = ("error_permission", "Please link shop and partner on seller center.")
STATUSES = ("REQUESTED", "ACCEPTED", "CANCELLED", "JUDGING", "CLOSED", "PROCESSING", "SELLER_DISPUTE")


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/returns/get_return_list", get_return_list)
    shop_api(app, "/api/v2/returns/get_return_detail", get_return_detail)


def get_return_list(call):
    """The shop's returns, the newest first, page by page from page 0 on, with the list under `return`."""
    place, size = call.integer("page_no"), call.integer("page_size")
    if not 1 <= size <= 100:
        raise WrongParameters("page_size must be 1 to 100.")
    found = call.app.returns_of(call.shop)
    for name in ("create_time", "update_time"):
        begin, end = _window(call, name)
        found = [one for one in found if begin <= getattr(one, name) <= end]
    wanted = call.text("status")
    if wanted and wanted not in STATUSES:
        raise ApiError("error_param", "parameter invalid")
    filters = {name: call.text(name) for name in ("negotiation_status", "seller_proof_status")}
    filters["seller_compensation_status"] = call.text("seller_compensation_status")
    rows = [
        {**_common(one), **_statuses(one), "dispute_reason": [], "dispute_text_reason": []}
        for one in found
        if wanted in ("", one.status)
    ]
    rows = [row for row in rows if all(value in ("", row[name]) for name, value in filters.items())]
    first = place * size
    return {"response": {"more": first + size < len(rows), "return": rows[first : first + size]}}


def _window(call, name):
    begin, end = call.integer(f"{name}_from", -1), call.integer(f"{name}_to", -1)
    if begin < 0 and end < 0:
        return 0, call.app.clock.seconds()
    if begin > end:
        raise ApiError("error_param", f"The {name}_to should be later than {name}_from.")
    if begin < 0 or end - begin > LONGEST_WINDOW:
        of = "created_time_of" if name == "create_time" else f"{name}_to"  # the first one is Shopee's slip
        raise ApiError("error_param", f"The period between {name}_from and {of} must not more than 15 days.")
    return begin, end


def get_return_detail(call):
    """One return."""
    return_sn = call.required("return_sn")
    found = call.app.find_return(call.shop, return_sn)
    if not found:
        others = any(call.app.find_return(shop, return_sn) for shop in call.app.shops.values())
        raise ApiError(*NOT_YOURS if others else NO_RETURN)
    content = _common(found)
    for item, (line, quantity) in zip(content["item"], found.pieces, strict=True):
        item["refund_amount"] = number(line.discounted_price * quantity)
    statuses = _statuses(found)
    compensation = statuses["seller_compensation_status"]
    return {
        "response": {
            **content,
            "dispute_reason": 0,
            "dispute_text_reason": "",
            "activity": [],
            "seller_proof": {"seller_proof_status": statuses["seller_proof_status"], "seller_evidence_deadline": 0},
            "seller_compensation": {"seller_compensation_status": compensation, "compensation_amount": 0},
            "negotiation": {
                "negotiation_status": statuses["negotiation_status"],
                "latest_solution": "RETURN_REFUND" if found.goods_come_back else "REFUND",
                "latest_offer_amount": number(found.refund_amount),
                "latest_offer_creator": "",
                "counter_limit": 0,
                "offer_due_date": 0,
            },
            "logistics_status": "",
            "reverse_logistic_status": "",
            "return_address": {"whs_id": ""},
        }
    }


def _statuses(found):
    return {
        "negotiation_status": "PENDING_RESPOND" if found.is_open else "TERMINATED",
        "seller_proof_status": "NOT_NEEDED",
        "seller_compensation_status": "NOT_REQUIRED",  # the samples leave out the prefix that the definition has
    }


def _common(found):
    order = found.order
    return {
        "image": [],
        "reason": found.reason,
        "text_reason": found.text_reason,
        "return_sn": found.return_sn,
        "refund_amount": number(found.refund_amount),
        "currency": order.currency,
        "create_time": found.create_time,
        "update_time": found.update_time,
        "status": found.status,
        "due_date": found.due_date,
        "tracking_number": "",
        "needs_logistics": found.goods_come_back,
        "amount_before_discount": number(sum(item.original_price * quantity for item, quantity in found.pieces)),
        "user": {"username": f"user_{order.buyer.number:x}", "email": "****@shopee.com", "portrait": ""},
        "item": [_item(item, quantity) for item, quantity in found.pieces],
        "order_sn": order.order_sn,
        "return_ship_due_date": found.create_time + 5 * DAY,
        "return_seller_due_date": found.create_time + 9 * DAY,
        "return_refund_type": "RRAOC" if found.after_completion else "RRBOC",
        "return_solution": 0 if found.goods_come_back else 1,
        "is_seller_arrange": False,
        "is_shipping_proof_mandatory": False,
        "return_refund_request_type": 0,
        "validation_type": "seller_validation",
    }


def _item(item, quantity):
    return {
        "item_id": item.item_id,
        "model_id": item.model_id,
        "name": item.item_name,
        "images": [],
        "amount": quantity,
        "item_price": number(item.discounted_price),
        "item_sku": item.item_sku,
        "variation_sku": item.model_sku,
        "is_add_on_deal": False,
        "is_main_item": False,
        "add_on_deal_id": 0,
    }
