"""The HTML of the Seller Center."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from html import escape

from ..catalogue import skus
from ..web import page
from .orders import IMPORTABLE

COLOR = "#d0381a"
LINKS = (
    ("/seller-center", "My Orders"),
    ("/seller-center/new", "Create Test Order"),
    ("/seller-center/settings", "Shops and clock"),
)
STATUSES = (
    "UNPAID",
    "PENDING",
    "READY_TO_SHIP",
    "PROCESSED",
    "RETRY_SHIP",
    "SHIPPED",
    "TO_CONFIRM_RECEIVE",
    "COMPLETED",
    "IN_CANCEL",
    "CANCELLED",
    "TO_RETURN",
)
SELLER_REASONS = ("Out of Stock", "Buyer Request to Cancel", "Undeliverable Area", "COD Unsupported")
MOST_LISTED = 200
LINES_OF_A_TEST_ORDER = 4

# What the page of an order offers in each status: (action, text).
OFFERS = {
    "UNPAID": (("pay", "Buyer pays"), ("hold", "Shopee holds it")),
    "PENDING": (("pay", "Shopee releases it"),),
    "READY_TO_SHIP": (("arrange", "Arrange Shipment"), ("ask", "Buyer asks to cancel")),
    "PROCESSED": (("pickup", "Pickup"), ("miss", "Courier fails to collect"), ("ask", "Buyer asks to cancel")),
    "RETRY_SHIP": (("arrange", "Arrange Shipment again"),),
    "SHIPPED": (("deliver", "Deliver"), ("lose", "Courier loses it")),
    "TO_CONFIRM_RECEIVE": (("complete", "Buyer confirms"), ("return", "Buyer asks for a return")),
    "IN_CANCEL": (("accept", "Accept the cancellation"), ("reject", "Reject the cancellation")),
    "TO_RETURN": (("complete", "Close the return"),),
}
CANCELLABLE = ("UNPAID", "READY_TO_SHIP", "PROCESSED", "RETRY_SHIP")


def order_list(orders, chosen):
    """My Orders: tabs with their numbers, and the newest orders of the chosen status."""
    numbers = Counter(order.order_status for order in orders)
    tabs = " ".join(
        f'<a href="?status={status}">{f"<b>{text}</b>" if status == chosen else text}</a> ({number})'
        for status, text, number in (("", "All", len(orders)), *((name, name, numbers[name]) for name in STATUSES))
    )
    shown = [order for order in orders if chosen in ("", order.order_status)]
    rows = "".join(_order_row(order) for order in shown[:MOST_LISTED])
    body = f"""<section>{tabs}</section><table><tr><th>Order ID<th>Shop<th>Buyer<th>Status<th>Placed
<th class="number">Buyer pays<th>Courier</tr>{rows}</table>"""
    if len(shown) > MOST_LISTED:
        body += f"<p>The newest {MOST_LISTED} of {len(shown)} orders.</p>"
    return page("Shopee", COLOR, "My Orders", body, LINKS)


def _order_row(order):
    problem = ' <span class="badge">SKU trouble</span>' if order.is_problem else ""
    return f"""<tr><td><a href="/seller-center/orders/{escape(order.order_sn)}">{escape(order.order_sn)}</a>{problem}
<td>{escape(order.shop.name)}<td>{escape(order.buyer.name)}<td><span class="badge">{escape(order.order_status)}</span>
<td>{_local(order.shop, order.create_time)}
<td class="number">{order.currency} {_amount(order, order.buyer_total_amount)}
<td>{escape(order.shipping_carrier)}</tr>"""


def order_page(app, order, error=""):
    """All facts of one order and what can be done with it."""
    body = f'<p class="error">{escape(error)}</p>' if error else ""
    body += _actions(order)
    body += f"<section>{_table(_facts(order))}</section><section><h3>Items</h3>{_items(order)}</section>"
    body += f"<section><h3>Amounts</h3>{_table(_amounts(order))}</section>"
    body += f"<section><h3>Packages</h3>{_packages(app, order)}</section>"
    return page("Shopee", COLOR, f"Order {order.order_sn}", body, LINKS, status=400 if error else 200)


def _facts(order):
    buyer = order.buyer
    return {
        "Order ID": order.order_sn,
        "Status": order.order_status,
        "Shop": f"{order.shop.name} ({order.shop.shop_id})",
        "Placed": _local(order.shop, order.create_time),
        "Last update": _local(order.shop, order.update_time),
        "Paid": _local(order.shop, order.pay_time),
        "Ship by": _local(order.shop, order.ship_by_date),
        "Payment": order.payment_method,
        "Courier": order.shipping_carrier,
        "Fulfilled by": "Shopee" if order.fulfilled_by_shopee else "seller",
        "Buyer": f"{buyer.name}, {buyer.phone}",
        "Address": f"{buyer.street}, {buyer.district}, {buyer.city}, {buyer.state} {buyer.post_code}, {buyer.country}",
        "Message to seller": order.message_to_seller,
        "Cancelled by": order.cancel_by,
        "Cancel reason": order.cancel_reason,
        "Buyer's reason": order.buyer_cancel_reason,
    }


def _items(order):
    rows = "".join(
        f"""<tr><td>{escape(item.model_sku or item.item_sku)}<td>{escape(item.item_name)} {escape(item.model_name)}
<td class="number">{item.quantity}{f" ({item.cancelled_quantity} cancelled)" if item.cancelled_quantity else ""}
<td class="number">{_amount(order, item.original_price)}<td class="number">{_amount(order, item.discounted_price)}
<td class="number">{_amount(order, item.subtotal)}</tr>"""
        for item in order.items
    )
    return f"""<table><tr><th>SKU<th>Item<th class="number">Quantity<th class="number">List price
<th class="number">Price<th class="number">Subtotal</tr>{rows}</table>"""


def _amounts(order):
    amounts = {
        "Goods": order.merchant_subtotal,
        "Shipping": order.shipping_fee,
        "Seller voucher": -order.seller_voucher,
        "Shopee voucher": -order.platform_voucher,
        "Shopee coins": -order.coins,
        "Service fee": order.buyer_service_fee,
        "Tax": order.buyer_tax_amount,
        "Buyer pays": order.buyer_total_amount,
    }
    return {name: f"{_amount(order, amount)} {order.currency}" for name, amount in amounts.items() if amount}


def _packages(app, order):
    rows = "".join(
        f"""<tr><td>{escape(package.package_number)}<td>{escape(package.logistics_status)}
<td>{escape(app.tracking_number(package) or "not yet")}<td>{len(package.items)}</tr>"""
        for package in order.packages
    )
    return f"<table><tr><th>Package<th>Status<th>Tracking number<th>Lines</tr>{rows}</table>"


def _actions(order):
    offers = list(OFFERS.get(order.order_status, ()))
    if order.order_status == "READY_TO_SHIP" and len(order.items) > 1 and not order.split_up:
        offers.append(("split", "Pack each line by itself"))
    buttons = " ".join(f'<button name="action" value="{action}">{text}</button>' for action, text in offers)
    cancel = ""
    if order.order_status in CANCELLABLE:
        cancel = f"""<p>{_select("reason", SELLER_REASONS, "")}
<button name="action" value="cancel">Cancel This Order</button></p>"""
    if not buttons and not cancel:
        return ""
    return f'<section><form method="post"><p>{buttons}</p>{cancel}</form></section>'


def new_order_page(app, error=""):
    """The form of a test order."""
    products = {"": ""} | {
        sku: f"{sku}: {product.name} {', '.join(value for _, value in variant.options)}"
        for sku, (product, variant) in skus().items()
    }
    lines = "".join(
        f"""<tr><td>{_select(f"sku_{place}", products, "TEE-BLK-M" if place == 0 else "")}
<td><input type="number" name="quantity_{place}" value="1" min="1" max="999" aria-label="quantity"></tr>"""
        for place in range(LINES_OF_A_TEST_ORDER)
    )
    shops = "".join(f'<option value="{shop.shop_id}">{escape(shop.name)}</option>' for shop in app.shops.values())
    couriers = sorted({courier for shop in app.shops.values() for courier in shop.country.couriers})
    amounts = (
        ("item_discount", "Item discount in %"),
        ("seller_voucher", "Seller voucher"),
        ("platform_voucher", "Shopee voucher"),
        ("coins", "Shopee coins"),
        ("shipping_fee", "Shipping fee paid by the buyer"),
    )
    fields = "".join(
        f'<tr><td><label for="{name}">{text}</label><td><input id="{name}" name="{name}" value="0" inputmode="decimal">'
        for name, text in amounts
    )
    body = f"""{f'<p class="error">{escape(error)}</p>' if error else ""}<section><form method="post"><table>
<tr><td>Shop<td><select name="shop_id">{shops}</select></tr><tr><th>SKU<th>Quantity</tr>{lines}{fields}
<tr><td>Courier<td>{_select("courier", couriers, "Ninja Van")}</tr>
<tr><td>Cash on delivery<td><input type="checkbox" name="cash_on_delivery"></tr>
<tr><td>Bundle deal<td><input type="checkbox" name="bundle"></tr>
<tr><td>Fulfilled by Shopee<td><input type="checkbox" name="fulfilled_by_shopee"></tr>
<tr><td>Not paid yet<td><input type="checkbox" name="unpaid"></tr>
<tr><td>Message to seller<td><input name="message_to_seller" size="50"></tr></table>
<p><button>Create Test Order</button></p></form></section>"""
    return page("Shopee", COLOR, "Create Test Order", body, LINKS, status=400 if error else 200)


def settings_page(app):
    """The shops with their authorisation, the clock, and a count of API calls."""
    rows = "".join(_shop_row(shop) for shop in app.shops.values())
    now = app.clock.now().strftime("%Y-%m-%d %H:%M:%S UTC")
    body = f"""<section><table><tr><th>Shop<th>Id<th>Region<th>Status<th class="number">Orders<th class="number">To do
<th>Authorised until<th></tr>{rows}</table></section>
<section><h3>Clock</h3><form method="post" action="/seller-center/clock"><p>It is {now} at Shopee, {app.clock.ahead:.0f}
seconds ahead. <label>Seconds ahead <input name="ahead_seconds" value="{app.clock.ahead:.0f}" size="8"></label>
<button>Move the clock</button></p></form></section>
<section><h3>Random test orders</h3><form method="post" action="/seller-center/test-orders">
<label>How many <input name="count" value="10" size="5"></label> <button>Create</button></form></section>
<section><h3>API calls</h3>{_table(dict(sorted(app.calls.items())))}</section>"""
    return page("Shopee", COLOR, "Shops and clock", body, LINKS)


def _shop_row(shop):
    to_do = sum(order.order_status in IMPORTABLE for order in shop.orders.values())
    revoke = f"""<form class="inline" method="post" action="/seller-center/authorisations">
<input type="hidden" name="shop_id" value="{shop.shop_id}">
<button>Revoke authorisation</button></form>"""
    return f"""<tr><td>{escape(shop.name)}<td>{shop.shop_id}<td>{shop.region}<td>{escape(shop.status)}
<td class="number">{len(shop.orders)}<td class="number">{to_do}<td>{_local(shop, shop.expire_time) or "not authorised"}
<td>{revoke if shop.expire_time else ""}</tr>"""


# === HELPERS === #


def _select(name, texts, chosen):
    """A choice of texts, which are the values too, or of a dict of texts by value."""
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in (texts if isinstance(texts, dict) else dict(zip(texts, texts, strict=True))).items()
    )
    return f'<select name="{name}" aria-label="{name.replace("_", " ")}">{options}</select>'


def _table(facts):
    rows = "".join(f"<tr><th>{escape(name)}<td>{escape(str(value))}</tr>" for name, value in facts.items() if value)
    return f"<table>{rows}</table>"


def _amount(order, amount):
    return f"{amount:,.{order.shop.country.decimals}f}"


def _local(shop, seconds):
    """The time on the shop's clock, empty for none."""
    if not seconds:
        return ""
    zone = timezone(timedelta(hours=shop.country.utc_offset))
    return datetime.fromtimestamp(seconds, zone).strftime("%Y-%m-%d %H:%M")
