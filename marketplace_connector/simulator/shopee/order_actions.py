"""What the buttons of an order's page do."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from . import seller_pages
from .cancelling import REASONS
from .label import label_file, label_lines

ADVANCES = {"pay": "READY_TO_SHIP", "hold": "PENDING", "complete": "COMPLETED"}

# What couriers do: the statuses of a parcel that it can be done to, and the one it then has.
PARCEL_STEPS = {
    "pickup": (("LOGISTICS_REQUEST_CREATED",), "LOGISTICS_PICKUP_DONE"),
    "miss": (("LOGISTICS_REQUEST_CREATED",), "LOGISTICS_PICKUP_RETRY"),
    "give_up": (("LOGISTICS_REQUEST_CREATED", "LOGISTICS_PICKUP_RETRY"), "LOGISTICS_PICKUP_FAILED"),
    "deliver": (("LOGISTICS_PICKUP_DONE",), "LOGISTICS_DELIVERY_DONE"),
    "undeliverable": (("LOGISTICS_PICKUP_DONE",), "LOGISTICS_DELIVERY_FAILED"),
    "lose": (("LOGISTICS_PICKUP_DONE",), "LOGISTICS_LOST"),
    "refuse": (("LOGISTICS_PICKUP_DONE",), "LOGISTICS_COD_REJECTED"),
}
NUMBERS, TEXTS = ("address_id", "branch_id"), ("pickup_time_id", "sender_real_name", "tracking_number")


def act(app, order, form):
    """Take the action of the form, then show the order again, with what was refused."""
    try:
        _take(app, order, form.get("action", ""), form)
    except ValueError as error:
        return seller_pages.order_page(app, order, getattr(error, "message", str(error)))
    return redirect(f"/seller-center/orders/{order.order_sn}", 303)


def _take(app, order, action, form):
    if action in ADVANCES:
        app.advance(order, ADVANCES[action])
    elif action in PARCEL_STEPS:
        _move_parcels(app, order, action, form)
    elif action in ACTIONS:
        ACTIONS[action](app, order, form)
    else:
        raise ValueError("There is no such action")


def _package(order, form):
    """The package that the form names, None for all of them."""
    number = form.get("package_number")
    named = [package for package in order.packages if package.package_number == number]
    if number and not named:
        raise ValueError("There is no such package any more")
    return named[0] if named else None


def _move_parcels(app, order, action, form):
    before, after = PARCEL_STEPS[action]
    chosen = _package(order, form)
    packages = [
        package for package in order.packages if package.logistics_status in before and chosen in (None, package)
    ]
    if not packages:
        raise ValueError("No parcel of this order is where that can happen to it")
    for package in packages:
        app.advance_package(order, package, after)


def _arrange(app, order, form):
    choice = {name: form[name].strip() for name in TEXTS if form.get(name, "").strip()}
    choice |= {name: int(form[name]) for name in NUMBERS if form.get(name)}
    package, method = _package(order, form), form.get("method", "")
    if package and method:
        asked = set(app.info_needed(order, package).get(method, ()))
        asked |= {"tracking_number"} if "tracking_no" in asked else set()
        choice = {name: value for name, value in choice.items() if name in asked}
    app.arrange(order, method, package, **choice)


def _cancel(app, order, form):
    codes = {text: code for code, text in REASONS.items()}
    app.cancel_by_seller(order, codes.get(form.get("reason") or "Out of Stock", ""))


def _cancel_pieces(app, order, form):
    wanted = [(item, int(form.get(f"pieces_{item.line_item_id}") or 0)) for item in order.items]
    app.cancel_some(order, [(item, quantity) for item, quantity in wanted if quantity])


def _split(app, order, form):
    app.split(order, [[item] for item in order.items if item.active_quantity])


def _ask_return(app, order, form):
    app.return_order(order, accept=False)


def _decide_returns(decide, order):
    for asked in order.returns:
        if asked.is_open:
            decide(asked)


def _close_return(app, order, form):
    """The buyer gets nothing back."""
    _decide_returns(app.cancel_return, order)
    if order.order_status == "TO_RETURN":
        app.advance(order, "COMPLETED")


ACTIONS = {
    "return": _ask_return,
    "refund": lambda app, order, form: _decide_returns(app.accept_return, order),
    "close_return": _close_return,
    "release": lambda app, order, form: app.release(order),
    "arrange": _arrange,
    "cancel": _cancel,
    "cancel_pieces": _cancel_pieces,
    "split": _split,
    "unsplit": lambda app, order, form: app.unsplit(order),
    "warehouse": lambda app, order, form: app.run_warehouse(order),
    "ask": lambda app, order, form: app.request_cancellation(order, form.get("buyer_reason") or "Change of mind"),
    "buyer_cancels": lambda app, order, form: app.cancel(order, form.get("buyer_reason") or "Change of mind", "buyer"),
    "accept": lambda app, order, form: app.answer_cancellation(order, True),
    "reject": lambda app, order, form: app.answer_cancellation(order, False),
}


def print_label(app, order, package_number):
    """The label of a package as the Seller Center prints it: at once."""
    package = _package(order, {"package_number": package_number}) or order.packages[0]
    document_type = app.suggested_document_type(order, package)
    try:
        app.check_printable(order, package, package.tracking_number, document_type)
    except ValueError as error:
        return seller_pages.order_page(app, order, error.message)
    lines = label_lines(order, package, app.tracking_number(package))
    content, content_type = label_file("pdf", [(package.package_number, lines)], document_type)
    return Response(content, content_type=content_type)
