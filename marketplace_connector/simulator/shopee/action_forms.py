"""The forms of an order's page: what a seller, a buyer or a courier can do with it now."""

from html import escape

from .cancelling import reasons_in
from .channels import branches_of
from .widgets import local_time, select

BUYER_REASONS = (
    "Change of mind",
    "Need to change delivery address",
    "Found a cheaper price",
    "Seller is not responsive",
)
METHOD_NAMES = {"pickup": "Pickup", "dropoff": "Drop-off", "non_integrated": "Seller's own courier"}

# What happens to the whole order: (action, text).
OFFERS = {
    "UNPAID": (("pay", "Buyer pays"), ("hold", "Shopee holds it")),
    "PENDING": (("pay", "Shopee releases it"),),
    "TO_CONFIRM_RECEIVE": (("complete", "Buyer confirms"), ("return", "Buyer asks for a return")),
    "TO_RETURN": (("close_return", "Close the return"),),
}
# What a courier does with a parcel.
PARCEL_OFFERS = {
    "LOGISTICS_REQUEST_CREATED": (("pickup", "Pickup"), ("miss", "Courier fails to collect")),
    "LOGISTICS_PICKUP_RETRY": (("give_up", "Courier gives up collecting"),),
    "LOGISTICS_PICKUP_DONE": (
        ("deliver", "Deliver"),
        ("undeliverable", "Delivery fails"),
        ("lose", "Courier loses it"),
        ("refuse", "Buyer refuses to pay"),
    ),
}


def actions(app, order):
    """What can be done with the order now."""
    buttons = list(OFFERS.get(order.order_status, ())) + _money_offers(order)
    if order.fulfilled_by_shopee:
        if order.order_status in ("READY_TO_SHIP", "PROCESSED", "SHIPPED"):
            buttons.append(("warehouse", "Shopee's warehouse takes the next step"))
    elif len(order.packages) == 1:
        buttons += _parcel_offers(order, order.packages[0])
    if app.may_split(order) and len(order.items) > 1:
        buttons.append(("split", "Pack each line by itself"))
    if app.may_unsplit(order):
        buttons.append(("unsplit", "Pack everything together"))
    forms = [_form(" ".join(_button(*offer) for offer in buttons))] if buttons else []
    forms += [_arrange_form(app, order, package) for package in order.packages if _may_arrange(app, order, package)]
    if app.may_cancel(order):
        forms.append(_cancel_form(app, order))
    forms.append(_buyer_form(order))
    return "".join(f"<section>{form}</section>" for form in forms if form)


def _money_offers(order):
    """What can become of the money of an order that was sent."""
    offers = [("refund", "Refund the buyer")] if any(one.is_open for one in order.returns) else []
    if order.is_releasable:
        offers.append(("release", "Release this order"))
    if order.order_status == "COMPLETED" and not order.returns:
        offers.append(("return", "Buyer asks for a return"))
    return offers


def packages(app, order):
    """The parcels with what couriers can do with each of several."""
    rows = "".join(_package_row(app, order, package) for package in order.packages)
    return f"""<table><tr><th>Package<th>Status<th>Courier<th>Handed over by<th>Tracking number<th>Pieces<th></tr>
{rows}</table>"""


def _package_row(app, order, package):
    number = app.tracking_number(package)
    links = ""
    if app.is_printable(order, package):
        address = f"/seller-center/orders/{order.order_sn}/label?package_number={package.package_number}"
        links = f'<a href="{escape(address)}">Print label</a> '
    if len(order.packages) > 1 and not order.fulfilled_by_shopee:
        buttons = " ".join(_button(*offer) for offer in _parcel_offers(order, package))
        links += _form(buttons, package) if buttons else ""
    return f"""<tr><td>{escape(package.package_number)}<td>{escape(package.logistics_status)}
<td>{escape(package.shipping_carrier)}<td>{escape(_handed_over(order, package))}
<td>{escape(number or ("being made" if package.is_shipment_arranged else "not yet"))}
<td>{sum(package.quantities.values())}<td>{links}</tr>"""


def _handed_over(order, package):
    chosen = package.hand_over
    if not chosen:
        return ""
    slot = local_time(order.shop, int(chosen.pickup_time_id)) if chosen.pickup_time_id.isdecimal() else ""
    return f"{METHOD_NAMES[chosen.method]} {slot}"


def _parcel_offers(order, package):
    if order.order_status == "IN_CANCEL":
        return []
    offers = PARCEL_OFFERS.get(package.logistics_status, ())
    return [offer for offer in offers if offer[0] != "refuse" or order.cod]


# === FORMS === #


def _button(action, text):
    return f'<button name="action" value="{action}">{escape(text)}</button>'


def _form(content, package=None):
    number = f'<input type="hidden" name="package_number" value="{package.package_number}">' if package else ""
    return f'<form method="post">{number}{content}</form>'


def _may_arrange(app, order, package):
    is_open = order.order_status in ("READY_TO_SHIP", "RETRY_SHIP") and package.waits
    return is_open and not order.fulfilled_by_shopee and not app.is_being_allocated(order)


def _arrange_form(app, order, package):
    """Arrange Shipment, with the choices that the package's channel asks for."""
    needed = app.info_needed(order, package)
    asked = {name for names in needed.values() for name in names}
    fields = [select("method", {method: METHOD_NAMES[method] for method in needed}, next(iter(needed), ""))]
    if "address_id" in asked:
        addresses = {str(one.number): f"{one.address}, {one.city}" for one in app.pickup_addresses(order.shop)}
        fields.append(select("address_id", addresses, ""))
    if "pickup_time_id" in asked and app.channel_of(order, package).has_slots:
        slots = {
            slot["pickup_time_id"]: f"{local_time(order.shop, slot['date'])[:10]} {slot['time_text']}"
            for slot in app.time_slots(order.shop)
        }
        fields.append(select("pickup_time_id", slots, ""))
    if "branch_id" in asked:
        branches = {str(one.number): f"{one.address}, {one.city}" for one in branches_of(order.shop.region)}
        fields.append(select("branch_id", branches, ""))
    if "sender_real_name" in asked:
        fields.append('<label>Sender <input name="sender_real_name"></label>')
    if "tracking_no" in asked:
        fields.append('<label>Tracking number <input name="tracking_number"></label>')
    again = " again" if package.logistics_status == "LOGISTICS_PICKUP_RETRY" else ""
    title = f"Arrange Shipment{again}" + (f": {package.package_number}" if order.split_up else "")
    return f"<h3>{title}</h3>" + _form(" ".join([*fields, _button("arrange", f"Arrange Shipment{again}")]), package)


def _cancel_form(app, order):
    """Cancel Order: all of it, or so many pieces of its lines."""
    reasons = select("reason", tuple(reasons_in(order.shop.region).values()), "")
    content = f"<p>{reasons} {_button('cancel', 'Cancel This Order')}</p>"
    pieces = sum(item.active_quantity for item in order.items)
    if pieces > 1 and app.partial_cancel_allowed:
        lines = "".join(
            f"""<p><label><input type="number" name="pieces_{item.line_item_id}" value="0" min="0"
max="{item.active_quantity}"> of {item.active_quantity} {escape(item.model_sku or item.item_sku)}</label></p>"""
            for item in order.items
            if item.active_quantity
        )
        content += f"<p>Or only some pieces:</p>{lines}<p>{_button('cancel_pieces', 'Cancel These Pieces')}</p>"
    return "<h3>Cancel Order</h3>" + _form(content)


def _buyer_form(order):
    """What the buyer can do about cancelling, and the seller's answer to it."""
    if order.order_status == "IN_CANCEL":
        if not order.buyer_asked_at:
            return "<p>The courier is asked to stop the parcel.</p>"
        buttons = _button("accept", "Accept the cancellation") + " " + _button("reject", "Reject the cancellation")
        return f"<p>The buyer asks to cancel: {escape(order.buyer_cancel_reason)}</p>" + _form(buttons)
    offers = []
    if order.order_status in ("READY_TO_SHIP", "PROCESSED"):
        offers.append(_button("ask", "Buyer asks to cancel"))
    if order.order_status in ("UNPAID", "READY_TO_SHIP"):
        offers.append(_button("buyer_cancels", "Buyer cancels"))
    if not offers:
        return ""
    return "<h3>The buyer</h3>" + _form(select("buyer_reason", BUYER_REASONS, "") + " " + " ".join(offers))
