"""The HTML of Seller Center's lists, orders, and forms."""

from collections import Counter
from datetime import datetime, timezone
from decimal import Decimal
from html import escape
from itertools import islice

from ..faults import KINDS
from .finance_pages import money_section
from .markup import Html, badge, button, option, order_address, table, tag
from .package_pages import cancel_request_section, packages_section
from .refusals import WORDS
from .render import local_time, mask, mask_phone
from .state import CANCELABLE, SHIPPING_TYPES, targets

LINKS = (
    ("/seller-center", "Orders"),
    ("/seller-center/new", "New test order"),
    ("/seller-center/products", "Products"),
    ("/seller-center/stock", "Stock"),
    ("/seller-center/finance", "Finance"),
    ("/seller-center/settings", "Apps and clock"),
    ("/seller-center/pushes", "Pushes"),
)
STATE_NAMES = {
    "unpaid": "Unpaid",
    "ready_to_ship": "To pack",
    "processed": "To ship",
    "shipped": "Shipping",
    "completed": "Delivered",
    "cancelled": "Cancelled",
}
STATUS_ACTIONS = {
    "pending": "Mark as paid",
    "packed": "Pack",
    "ready_to_ship": "Ready to ship",
    "shipped": "Hand to the courier",
    "delivered": "Deliver",
    "confirmed": "Buyer confirms",
    "failed_delivery": "Delivery fails",
    "returned": "Buyer returns it",
}
PASSING = (("10 minutes", 600), ("1 hour", 3600), ("1 day", 86400))
LONGEST_LIST = 200
FORM_LINES = 4


def _total(order):
    return sum(
        (u.item_price - u.voucher_seller - u.voucher_platform + u.shipping_amount for u in order.units), Decimal(0)
    )


# === LIST === #


def order_list_page(orders, state):
    """The tabs with their numbers, and the newest orders of the chosen one."""
    numbers = Counter(order.state for order in orders)
    tabs = [("", "All", len(orders))] + [(key, name, numbers[key]) for key, name in STATE_NAMES.items()]
    menu = " ".join(
        tag("a", f"{name} ({number})" if key != state else f"<b>{name} ({number})</b>", href=f"?state={key}")
        for key, name, number in tabs
    )
    shown = sorted((order for order in orders if state in ("", order.state)), key=lambda o: o.created_at, reverse=True)
    rows = [
        (
            Html(tag("a", str(order.order_id), href=order_address(order))),
            order.shop.country.code,
            local_time(order.created_at, order.shop),
            mask(order.buyer.name),
            _summary(order),
            Html(tag("span", f"{_total(order):,.2f} {order.shop.country.currency}", class_="amount")),
            order.payment_method,
            Html(" ".join(badge(status) for status in order.statuses)),
        )
        for order in shown[:LONGEST_LIST]
    ]
    head = ("Order", "Site", "Placed", "Buyer", "Products", "To pay", "Payment", "Status of the units")
    more = f"<p>The newest {LONGEST_LIST} of {len(shown)} orders.</p>" if len(shown) > LONGEST_LIST else ""
    return tag("section", menu) + table(head, rows) + more


def _summary(order):
    return ", ".join(f"{number} x {sku}" for sku, number in Counter(unit.sku for unit in order.units).items())


# === ONE ORDER === #


def order_page(app, order, reasons):
    """The order's facts, its units and packages, what can be done with it."""
    requests = cancel_request_section(order)
    parcels = packages_section(app, order)
    return _facts(order) + requests + _units(order, reasons) + parcels + _actions(order) + money_section(order)


def _facts(order):
    buyer, currency = order.buyer, order.shop.country.currency
    sums = {
        "Products": sum((unit.item_price for unit in order.units), Decimal(0)),
        "Seller voucher": -sum((unit.voucher_seller for unit in order.units), Decimal(0)),
        "Lazada voucher": -sum((unit.voucher_platform for unit in order.units), Decimal(0)),
        "Shipping fee": sum((unit.shipping_amount for unit in order.units), Decimal(0)),
        "Buyer pays": _total(order),
    }
    rows = [
        ("Shop", f"{order.shop.name} ({order.shop.short_code})"),
        ("Placed", local_time(order.created_at, order.shop)),
        ("Last change", local_time(order.updated_at, order.shop)),
        ("Ship until", local_time(order.sla, order.shop)),
        ("Payment", order.payment_method + (", paid" if order.payment_time else ", not paid yet")),
        ("Buyer", f"{mask(buyer.name)}, {mask_phone(buyer.phone)}"),
        ("Address", f"{mask(buyer.street)}, {mask(buyer.district)}, {buyer.city} {buyer.post_code}"),
        ("Note of the buyer", order.note or "-"),
        *((name, f"{amount:,.2f} {currency}") for name, amount in sums.items()),
    ]
    return tag("section", table((), rows))


def _units(order, reasons):
    rows = [
        (
            Html(_tick(unit)),
            unit.order_item_id,
            unit.sku,
            f"{unit.name} {unit.variation}",
            unit.item_price,
            unit.voucher_seller,
            unit.voucher_platform,
            badge(unit.status),
            _kind(unit),
            " ".join(filter(None, (unit.package_id, unit.tracking_code, unit.shipment_provider))) or "-",
            unit.reason or "-",
        )
        for unit in order.units
    ]
    head = ("", "Unit", "SKU", "Product", "Price", "Seller voucher", "Lazada voucher", "Status", "Kind")
    head += ("Package", "Reason")
    form = table(head, rows)
    if any(unit.status in CANCELABLE for unit in order.units):
        options = "".join(
            tag("optgroup", "".join(option(f"{by}: {reason}", reason) for reason in texts), label=f"by the {by}")
            for by, texts in reasons.items()
        )
        address = order_address(order)
        form += (
            f'<p><select name="reason">{options}</select> <button>Cancel the ticked units</button> '
            f"{button('The buyer asks to cancel them', action=f'{address}/ask-to-cancel')} "
            f"{button('Pack the ticked units', action=f'{address}/pack')}</p>"
        )
    return tag("section", tag("form", form, method="post", action=f"{order_address(order)}/cancel"))


def _kind(unit):
    return "fulfilled by Lazada" if unit.is_fbl else unit.shipping.replace("_", " ")


def _tick(unit):
    if unit.status not in CANCELABLE:
        return ""
    return f'<input type="checkbox" name="unit" value="{unit.order_item_id}" checked aria-label="this unit">'


def _actions(order):
    buttons = " ".join(
        tag("button", escape(STATUS_ACTIONS[status]), name="status", value=status)
        for status in targets(order)
        if status in STATUS_ACTIONS
    )
    if not buttons:
        return ""
    return tag("section", tag("form", buttons, method="post", action=f"{order_address(order)}/advance"))


# === NEW ORDER === #


def new_order_page(app):
    """What a buyer would fill in."""
    shops = "".join(option(s.seller_id, f"{s.name} ({s.country.currency})") for s in app.shops.values())
    on_sale = dict(pair for shop in app.shops.values() for pair in islice(shop.shelf.skus().items(), LONGEST_LIST))
    products = option("", "-") + "".join(
        option(sku, f"{sku}: {product.name} {', '.join(value for _, value in variant.options)}")
        for sku, (product, variant) in on_sale.items()
    )
    line = (
        f'<p><select name="sku">{products}</select> '
        '<input name="quantity" value="1" size="3" inputmode="numeric" aria-label="quantity"></p>'
    )
    names = sorted({courier for shop in app.shops.values() for courier in shop.country.couriers})
    couriers = option("", "Lazada's own") + "".join(option(name, name) for name in names)
    fields = (
        _field("Item discount in %", "item_discount", "0")
        + _field("Seller voucher", "seller_voucher", "0")
        + _field("Lazada voucher", "platform_voucher", "0")
        + _field("Shipping fee", "shipping_fee", "0")
        + _field("Note of the buyer", "note", "")
    )
    kinds = "".join(option(kind, kind.replace("_", " ")) for kind in SHIPPING_TYPES)
    payments = option("MIXEDCARD", "Card") + option("COD", "Cash on delivery")
    return f"""<section><form method="post">
{_choice("Shop", "shop", shops)}{line * FORM_LINES}{fields}
{_choice("Courier", "courier", couriers)}{_choice("Shipping", "shipping", kinds)}
{_choice("Payment", "payment_method", payments)}
<p><label><input type="checkbox" name="unpaid"> not paid yet</label>
<label><input type="checkbox" name="fulfilled_by_lazada"> fulfilled by Lazada</label></p>
<p><button>Place the order</button></p></form></section>"""


def _choice(label, name, options):
    return f'<p class="field"><label>{escape(label)} <select name="{name}">{options}</select></label></p>'


def _field(label, name, value):
    return f'<p class="field"><label>{escape(label)} <input name="{name}" value="{value}"></label></p>'


# === APPS AND CLOCK === #


def settings_page(app):
    """Who has authorised the app, what time it is at Lazada, which calls were made."""
    rows = [(account.email, _shop_names(account), Html(_authorisation(app, account))) for account in app.accounts]
    passing = " ".join(button(text, seconds, name="seconds") for text, seconds in PASSING)
    clock = f"""<p>It is {app.clock.now():%d %b %Y %H:%M:%S} UTC at Lazada, {app.clock.ahead:,.0f} seconds ahead.</p>
<form method="post" action="/seller-center/clock"><label>Seconds ahead
<input name="ahead_seconds" value="{app.clock.ahead:.0f}" inputmode="numeric"></label> <button>Set the clock</button>
</form><form method="post" action="/seller-center/tend">Let time go by: {passing}</form>"""
    return (
        tag("section", tag("h3", "Applications") + table(("Seller", "Shops", "Application"), rows))
        + tag("section", tag("h3", "Clock") + clock)
        + tag("section", tag("h3", "What goes wrong next") + _fault_form(app))
        + tag("section", tag("h3", "API calls") + table(("Path", "Calls"), sorted(app.calls.items())))
        + tag("section", f"Labels fetched by their links: {app.downloads}")
    )


def _fault_form(app):
    kinds = [(kind, kind.replace("_", " ")) for kind in KINDS]
    codes = [(code, f"{code}: {words}") for code, words in WORDS.items()]
    choices = "".join(
        tag("optgroup", "".join(option(*one) for one in ones), label=label)
        for label, ones in (("the whole call", kinds), ("a unit or package of it", codes))
    )
    paths = "".join(option(path, path) for path in (*app.api_paths(), app.file_prefix))
    inner = tag("select", paths, name="path") + tag("select", choices, name="kind") + "<button>Fail once</button>"
    return tag("form", inner, method="post", action="/seller-center/faults")


def _shop_names(account):
    return ", ".join(f"{shop.name} ({shop.short_code})" for shop in account.shops)


def _authorisation(app, account):
    given = [authorisation for authorisation in app.authorisations if authorisation.account is account]
    ends = ", ".join(f"{datetime.fromtimestamp(a.refresh_end, timezone.utc):%d %b %Y}" for a in given)
    text = f"{escape(app.app_key)}, until {ends}" if given else "not authorised"
    hidden = f'<input type="hidden" name="account" value="{escape(account.email)}">'
    button = '<button name="do" value="revoke">Revoke</button>' if given else '<button name="do">Authorise</button>'
    return f'{text} <form class="inline" method="post" action="/seller-center/authorisations">{hidden}{button}</form>'
