"""The HTML of the Seller Center."""

from collections import Counter
from html import escape

from ..web import page
from . import action_forms
from .channels import COUNTER, JOB, SELLERS_OWN
from .widgets import COLOR, LINKS, amount_text, local_time, select, table

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
MOST_LISTED = 200
MOST_CHOICES = 500
LINES_OF_A_TEST_ORDER = 4


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
<td>{local_time(order.shop, order.create_time)}
<td class="number">{order.currency} {amount_text(order, order.buyer_total_amount)}
<td>{escape(order.shipping_carrier)}</tr>"""


def order_page(app, order, error=""):
    """All facts of one order and what can be done with it."""
    body = f'<p class="error">{escape(error)}</p>' if error else ""
    body += action_forms.actions(app, order)
    body += f"<section><h3>Packages</h3>{action_forms.packages(app, order)}</section>"
    body += f"<section>{table(_facts(order))}</section><section><h3>Items</h3>{_items(order)}</section>"
    body += f"<section><h3>Amounts</h3>{table(_amounts(order))}</section>"
    return page("Shopee", COLOR, f"Order {order.order_sn}", body, LINKS, status=400 if error else 200)


def _facts(order):
    buyer = order.buyer
    return {
        "Order ID": order.order_sn,
        "Status": order.order_status,
        "Shop": f"{order.shop.name} ({order.shop.shop_id})",
        "Placed": local_time(order.shop, order.create_time),
        "Last update": local_time(order.shop, order.update_time),
        "Paid": local_time(order.shop, order.pay_time),
        "Ship by": local_time(order.shop, order.ship_by_date),
        "Payment": order.payment_method,
        "Courier": order.shipping_carrier,
        "Fulfilled by": "Shopee" if order.fulfilled_by_shopee else "seller",
        "Buyer": f"{buyer.name}, {buyer.phone}",
        "Address": f"{buyer.street}, {buyer.district}, {buyer.city}, {buyer.state} {buyer.post_code}, {buyer.country}",
        "Message to seller": order.message_to_seller,
        "Cancelled by": order.cancel_by,
        "Cancel reason": order.cancel_reason,
        "Buyer's reason": order.buyer_cancel_reason,
        "Income released": local_time(order.shop, order.release_time),
        "Released": amount_text(order, order.released_amount) if order.release_time else "",
        "Returns": ", ".join(f"{one.return_sn} {one.status} {one.refund_amount}" for one in order.returns),
    }


def _items(order):
    rows = "".join(
        f"""<tr><td>{escape(item.model_sku or item.item_sku)}<td>{escape(item.item_name)} {escape(item.model_name)}
<td class="number">{item.quantity}{f" ({item.cancelled_quantity} cancelled)" if item.cancelled_quantity else ""}
<td class="number">{amount_text(order, item.original_price)}
<td class="number">{amount_text(order, item.discounted_price)}
<td class="number">{amount_text(order, item.subtotal)}</tr>"""
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
    return {name: f"{amount_text(order, amount)} {order.currency}" for name, amount in amounts.items() if amount}


def _skus_on_sale(app):
    """The SKUs of all shops with product and variant, the first few hundred of them."""
    found = {}
    for shop in app.shops.values():
        found = {**shop.shelf.skus(), **found}
    return list(found.items())[:MOST_CHOICES]


def new_order_page(app, error=""):
    """The form of a test order."""
    products = {"": ""} | {
        sku: f"{sku}: {product.name} {', '.join(value for _, value in variant.options)}"
        for sku, (product, variant) in _skus_on_sale(app)
    }
    lines = "".join(
        f"""<tr><td>{select(f"sku_{place}", products, "TEE-BLK-M" if place == 0 else "")}
<td><input type="number" name="quantity_{place}" value="1" min="1" max="999" aria-label="quantity"></tr>"""
        for place in range(LINES_OF_A_TEST_ORDER)
    )
    shops = "".join(f'<option value="{shop.shop_id}">{escape(shop.name)}</option>' for shop in app.shops.values())
    couriers = sorted({courier for shop in app.shops.values() for courier in shop.country.couriers})
    couriers += [SELLERS_OWN, COUNTER, JOB]
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
<tr><td>Courier<td>{select("courier", couriers, "Ninja Van")}</tr>
<tr><td>Cash on delivery<td><input type="checkbox" name="cash_on_delivery"></tr>
<tr><td>Bundle deal<td><input type="checkbox" name="bundle"></tr>
<tr><td>Fulfilled by Shopee<td><input type="checkbox" name="fulfilled_by_shopee"></tr>
<tr><td>Not paid yet<td><input type="checkbox" name="unpaid"></tr>
<tr><td>Message to seller<td><input name="message_to_seller" size="50"></tr></table>
<p><button>Create Test Order</button></p></form></section>"""
    return page("Shopee", COLOR, "Create Test Order", body, LINKS, status=400 if error else 200)
