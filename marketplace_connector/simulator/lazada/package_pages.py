"""The HTML of Seller Center about packages, and buyers who want to cancel."""

from datetime import datetime, timezone
from html import escape

from .markup import Html, badge, button, table, tag
from .render import local_time
from .state import TRANSITIONS

ACTIONS = {
    "ready_to_ship": "Ready to ship",
    "repack": "Repack",
    "shipped": "Hand to the courier",
    "delivered": "Deliver",
    "failed_delivery": "Delivery fails",
    "lost_by_3pl": "Lost",
    "damaged_by_3pl": "Damaged",
    "shipped_back": "Send back",
    "shipped_back_success": "Came back",
    "shipped_back_failed": "Lost on the way back",
    "package_scrapped": "Scrapped",
    "confirmed": "Buyer confirms",
    "returned": "Buyer returns it",
}


def package_actions(package):
    """What can be done with the package now."""
    if package.status == "packed":
        return ["ready_to_ship"] if package.is_fbl else ["ready_to_ship", "repack"]
    return [status for status in TRANSITIONS.get(package.status, ()) if status in ACTIONS]


def packages_section(app, order):
    """The order's packages, each with its buttons."""
    packages = [package for package in order.shop.packages.values() if package.order is order]
    if not packages:
        return ""
    rows = [
        (
            package.package_id,
            badge("dissolved" if package.dissolved else package.status),
            package.shipment_provider,
            package.tracking_number or "-",
            ", ".join(unit.sku for unit in package.units) or "-",
            Html(_label(app, package)),
            Html(_buttons(package)),
        )
        for package in packages
    ]
    head = ("Package", "Status", "Courier", "Tracking number", "Units", "Label", "")
    return tag("section", tag("h3", "Packages") + table(head, rows))


def _label(app, package):
    if app.why_no_label(package):
        return "-"
    return tag("a", "Print", href=f"/seller-center/labels/{package.order.shop.seller_id}/{package.package_id}")


def _buttons(package):
    inner = " ".join(button(ACTIONS[action], action) for action in package_actions(package))
    if package.status != "canceled" and not package.tracking_number:
        typed = '<input name="tracking_number" size="14" aria-label="tracking number">'
        inner += f" {typed} {button('Save the number', 'type_tracking')}"
    address = f"/seller-center/packages/{package.order.shop.seller_id}/{package.package_id}"
    return tag("form", inner, class_="inline", method="post", action=address)


def cancel_request_section(order):
    """What the buyer asks for, and the seller has to answer."""
    requests = [one for one in order.shop.cancel_requests.values() if one.order is order and one.is_open]
    return "".join(_request(order, request) for request in requests)


def _request(order, request):
    deadline = min(unit.cancel_trigger_time for unit in request.units if unit.need_cancel_confirm)
    moment = local_time(datetime.fromtimestamp(deadline / 1000, timezone.utc), order.shop)
    skus = ", ".join(unit.sku for unit in request.units if unit.need_cancel_confirm)
    text = f"The buyer wants to cancel {skus}: {request.reason}. Without an answer it is cancelled at {moment}."
    address = f"/seller-center/cancel-requests/{order.shop.seller_id}/{request.reverse_order_id}"
    buttons = f"{button('Accept', 'accept')} {button('Refuse', 'refuse')}"
    return tag("section", escape(text) + tag("form", buttons, method="post", action=address))
