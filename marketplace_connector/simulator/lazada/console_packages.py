"""Seller Center's actions about packages, buyers who want to cancel, passing time and faults."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from ..faults import KINDS
from .cancelling import BUYER_REASONS
from .console_frame import bound, find_order, refused
from .markup import order_address
from .package_pages import package_actions

LONGEST_WAIT = 366 * 86400


def register(app):
    """Serve the pages."""
    for path, function, methods in (
        ("/orders/<int:seller_id>/<int:order_id>/pack", pack, ("POST",)),
        ("/orders/<int:seller_id>/<int:order_id>/ask-to-cancel", ask_to_cancel, ("POST",)),
        ("/packages/<int:seller_id>/<package_id>", act_on_package, ("POST",)),
        ("/labels/<int:seller_id>/<package_id>", print_label, ("GET",)),
        ("/cancel-requests/<int:seller_id>/<int:reverse_order_id>", answer_buyer, ("POST",)),
        ("/tend", let_time_pass, ("POST",)),
        ("/faults", order_fault, ("POST",)),
    ):
        app.route(f"/seller-center{path}", bound(app, function), methods)


def pack(app, request, seller_id, order_id):
    """Pack the ticked units."""
    return _with_ticked(app, request, seller_id, order_id, app.pack)


def ask_to_cancel(app, request, seller_id, order_id):
    """The buyer asks to cancel the ticked units."""
    by, _, reason = request.form.get("reason", "").partition(": ")
    if by != "buyer" or reason not in BUYER_REASONS:
        return refused("Choose a reason that a buyer has.")
    return _with_ticked(app, request, seller_id, order_id, lambda order, units: app.ask_to_cancel(order, reason, units))


def act_on_package(app, request, seller_id, package_id):
    """Do with a package what its button says."""
    package = _package(app, seller_id, package_id)
    action = request.form.get("do", "")
    if package is None:
        return refused("There is no such package.")
    try:
        if action == "type_tracking":
            app.type_tracking(package, request.form.get("tracking_number", "").strip())
        elif action not in package_actions(package):
            return refused("The package does not allow that now.")
        elif action == "repack":
            app.repack(package)
        elif action == "ready_to_ship" and not package.is_fbl:
            app.ready_to_ship(package)
        else:
            app.advance(package.order, action, package.units)
    except ValueError as error:
        return refused(str(error))
    return redirect(order_address(package.order), 303)


def print_label(app, request, seller_id, package_id):
    """The package's label."""
    package = _package(app, seller_id, package_id)
    try:
        return Response(app.label_pdf([package]), content_type="application/pdf")
    except ValueError as error:
        return refused(str(error))


def answer_buyer(app, request, seller_id, reverse_order_id):
    """Accept or refuse a cancellation."""
    shop = app.shops.get(seller_id)
    asked = shop.cancel_requests.get(reverse_order_id) if shop else None
    answer = request.form.get("do")
    if asked is None or answer not in ("accept", "refuse"):
        return refused("There is no such request.")
    try:
        app.decide_cancel(asked, answer == "accept")
    except ValueError as error:
        return refused(str(error))
    return redirect(order_address(asked.order), 303)


def let_time_pass(app, request):
    """Move the clock, and let Lazada's own warehouses and all deadlines take their course."""
    text = request.form.get("seconds", "")
    if not text.isdecimal() or int(text) > LONGEST_WAIT:
        return refused("Seconds are a whole number, a year's at most.")
    app.tend(int(text))
    return redirect("/seller-center/settings", 303)


def order_fault(app, request):
    """Let the next call to an API path fail: the whole of it, or its next unit or package."""
    path, kind = request.form.get("path", ""), request.form.get("kind", "")
    try:
        if kind in KINDS:
            app.faults.order(kind, path)
        else:
            app.refuse_next(path, kind)
    except ValueError as error:
        return refused(str(error))
    return redirect("/seller-center/settings", 303)


# === HELPERS === #


def _with_ticked(app, request, seller_id, order_id, act):
    order = find_order(app, seller_id, order_id)
    if order is None:
        return refused("There is no such order.")
    ticked = set(request.form.getlist("unit"))
    units = [unit for unit in order.units if str(unit.order_item_id) in ticked]
    if not units:
        return refused("Tick at least one unit.")
    try:
        act(order, units)
    except ValueError as error:
        return refused(str(error))
    return redirect(order_address(order), 303)


def _package(app, seller_id, package_id):
    shop = app.shops.get(seller_id)
    return shop.packages.get(package_id) if shop else None
