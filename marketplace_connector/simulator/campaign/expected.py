"""What the platforms know at the end, as the ERP must show it: plain values, the same for both platforms.

Of each order, by its number: `must` (it has to be in the ERP), `status` in the connector's words, `total` with all its
pieces or None where some are cancelled, `goods` (the live pieces' prices), `pieces` by SKU, `parcels`, each with `ref`,
`number`, `has_left` and `pieces`, `arranged` (the most often that one of its pieces was sent), `by_seller` (the seller
cancelled all of it), `by_platform` (who also ships it), and `placed`, the moment in epoch seconds.
"""

from collections import Counter
from decimal import Decimal

LEFT_AT_LAZADA = ("shipped", "delivered", "confirmed")
SHOPEE_STATUSES = {
    "UNPAID": "unpaid",
    "PENDING": "on_hold",
    "READY_TO_SHIP": "ready_to_ship",
    "PROCESSED": "processed",
    "RETRY_SHIP": "processed",
    "SHIPPED": "shipped",
    "TO_CONFIRM_RECEIVE": "shipped",
    "COMPLETED": "completed",
    "IN_CANCEL": "in_cancel",
    "CANCELLED": "cancelled",
}


def lazada_orders(app, since=0):
    """What is expected of Lazada's orders that were placed since then (epoch seconds), by number."""
    orders = [order for shop in app.shops.values() for order in shop.orders.values()]
    return {str(order.order_id): _lazada(order) for order in orders if order.created_at.timestamp() >= since}


def _lazada(order):
    live = [unit for unit in order.units if unit.status != "canceled"]
    total = sum((unit.item_price + unit.shipping_amount - unit.voucher_seller for unit in live), Decimal(0))
    parcels = {}
    for unit in live:
        if unit.package_id:
            parcels.setdefault(unit.package_id, []).append(unit)
    sent = Counter()
    for package in order.shop.packages.values():
        if package.order is order:
            sent.update(unit.order_item_id for unit in package.units)
    return {
        "placed": int(order.created_at.timestamp()),
        "must": order.state not in ("unpaid", "cancelled"),
        "status": order.state,
        "total": str(total) if len(live) == len(order.units) else None,
        "goods": str(sum((unit.item_price for unit in live), Decimal(0))),
        "pieces": dict(Counter(unit.sku for unit in live)),
        "parcels": [
            {
                "ref": ref,
                "number": units[0].tracking_code,
                "has_left": units[0].status in LEFT_AT_LAZADA,
                "pieces": dict(Counter(unit.sku for unit in units)),
            }
            for ref, units in sorted(parcels.items())
        ],
        "arranged": max(sent.values(), default=0),
        "by_seller": order.state == "cancelled"
        and all(unit.cancel_return_initiator == "cancellation-seller" for unit in order.units),
        "by_platform": any(unit.is_fbl for unit in order.units),
    }


def shopee_orders(app, since=0):
    """What is expected of Shopee's orders that were placed since then (epoch seconds), by number."""
    orders = [order for shop in app.shops.values() for order in shop.orders.values()]
    return {order.order_sn: _shopee(app, order) for order in orders if order.create_time >= since}


def _shopee(app, order):
    is_whole = not any(item.cancelled_quantity for item in order.items)
    total = order.merchant_subtotal + order.shipping_fee - order.seller_voucher
    status = SHOPEE_STATUSES.get(order.order_status, "unknown")
    skus = {item.line_item_id: item.model_sku or item.item_sku for item in order.items}
    live = [package for package in order.packages if not package.is_failed]
    return {
        "placed": order.create_time,
        "must": status not in ("unpaid", "on_hold", "cancelled", "in_cancel"),
        "status": status,
        "total": str(total) if is_whole else None,
        "goods": str(sum((item.discounted_price * item.active_quantity for item in order.items), Decimal(0))),
        "pieces": {skus[item.line_item_id]: item.active_quantity for item in order.items if item.active_quantity},
        "parcels": [
            {
                "ref": package.package_number,
                "number": app.tracking_number(package),
                "has_left": package.is_with_courier,
                "pieces": {skus[line]: number for line, number in package.quantities.items() if number},
            }
            for package in sorted(live, key=lambda package: package.package_number)
        ],
        "arranged": max((_times_arranged(package) for package in order.packages), default=0),
        "by_seller": status == "cancelled" and order.cancel_by == "seller",
        "by_platform": order.fulfilled_by_shopee,
    }


def _times_arranged(package):
    statuses = [status for _moment, status in package.history]
    return statuses.count("LOGISTICS_REQUEST_CREATED") - statuses.count("LOGISTICS_PICKUP_RETRY")
