"""The calls that change orders: cancel, answer a buyer, split, unsplit, note."""

from .cancelling import reasons_in
from .fields import Fields, body_of, order_of
from .gateway import ApiError, NotAllowed, WrongParameters, shop_api
from .order_content import package_items
from .splitting import DUPLICATE, NOT_EXIST

ARCHIVED_AFTER = 90 * 86400
TOO_OLD = ("error_archived_order_update", "Cannot update old order")


def register(app):
    """Serve the calls."""
    for function in (cancel_order, handle_buyer_cancellation, split_order, unsplit_order, set_note):
        shop_api(app, f"/api/v2/order/{function.__name__}", function, ["POST"])


# === CANCELLING === #


def cancel_order(call):
    """Cancel an order, or some of its pieces, before it is shipped. Read the order to see what came of it."""
    body = body_of(call)
    order = order_of(call, body.text("order_sn"))
    reason = body.text("cancel_reason")
    _check_reason(order, reason)
    if reason == "OUT_OF_STOCK" and "partial_cancel_item_list" not in body:
        for entry in body.parts("item_list"):
            _item(order, entry)
    if "partial_cancel_item_list" in body:
        call.app.cancel_some(order, _pieces(order, body.parts("partial_cancel_item_list")), reason)
    else:
        call.app.cancel_by_seller(order, reason)
    return {"response": {"update_time": order.update_time}}


def _check_reason(order, reason):
    known = reasons_in(order.shop.region)
    if reason not in known:
        raise WrongParameters(f"cancel_reason must be one of {', '.join(known)}.")


def _pieces(order, entries):
    """The (item, quantity) of partial_cancel_item_list, each line once."""
    pieces = [(_item(order, entry), entry.integer("model_quantity")) for entry in entries]
    if len({item.line_item_id for item, _ in pieces}) != len(pieces):
        raise WrongParameters("partial_cancel_item_list names an item twice.")
    return pieces


def handle_buyer_cancellation(call):
    """Accept or reject what the buyer asked for."""
    body = body_of(call)
    order = order_of(call, body.text("order_sn"))
    operation = body.text("operation")
    if operation not in ("ACCEPT", "REJECT"):
        raise WrongParameters("operation must be one of ACCEPT, REJECT.")
    call.app.answer_cancellation(order, operation == "ACCEPT")
    return {"response": {"update_time": order.update_time}}


# === PARCELS === #


def split_order(call):
    """Pack the order in several parcels, which get new package numbers."""
    body = body_of(call)
    order = order_of(call, body.text("order_sn"))
    groups = [_group(order, parcel) for parcel in body.parts("package_list")]
    call.app.split(order, groups)
    return {
        "response": {
            "order_sn": order.order_sn,
            "package_list": [
                {"package_number": package.package_number, "item_list": package_items(package)}
                for package in order.packages
            ],
        }
    }


def _group(order, parcel):
    group = []
    for entry in parcel.parts("item_list"):
        item = _item(order, entry, NOT_EXIST)
        if any(item is other for other, _ in group):
            raise NotAllowed(*DUPLICATE)
        group.append((item, entry.integer("model_quantity", item.active_quantity)))
    return group


def unsplit_order(call):
    """Pack the order in one parcel again; the answer is only the envelope."""
    call.app.unsplit(order_of(call, body_of(call).text("order_sn")))
    return {}


def _item(order, entry: Fields, unknown=("error_param", "Wrong parameters, detail: the item is not in the order.")):
    """The line that the entry means; order_item_id and promotion_group_id tell lines of the same model apart."""
    wanted = {"item_id": entry.integer("item_id"), "model_id": entry.integer("model_id")}
    for name in ("order_item_id", "promotion_group_id"):
        if name in entry:
            wanted[name] = entry.integer(name)
    for item in order.items:
        if all(getattr(item, name) == value for name, value in wanted.items()):
            return item
    raise ApiError(*unknown)


# === NOTE === #


def set_note(call):
    """The seller's note, which nobody else sees; the answer is only the envelope."""
    body = body_of(call)
    order = order_of(call, body.text("order_sn"))
    note, now = body.text("note"), call.app.clock.seconds()
    if now - order.create_time > ARCHIVED_AFTER:
        raise ApiError(*TOO_OLD)
    order.note, order.note_update_time = note, now
    return {}
