"""Turns the platform-neutral plans of `simulator/seed.py` into Shopee orders."""

from ..seed import CANCELLERS

REASONS = {
    "out_of_stock": "Out of Stock",
    "wrong_price": "Other",
    "changed_mind": "Change of mind",
    "not_paid": "Unpaid Order",
}
STATUS_OF_STEP = {
    "paid": "READY_TO_SHIP",
    "arranged": "PROCESSED",
    "missed": "RETRY_SHIP",
    "shipped": "SHIPPED",
    "completed": "COMPLETED",
}


def carry_out(app, shop, plan):
    """Place the order of the plan and take it through the plan's steps, each at its time."""
    (_, age), *later = plan.steps
    with app.clock.ago(age):
        order = app.place_order(
            shop,
            [_line(shop, line) for line in plan.lines],
            seller_voucher=plan.seller_voucher,
            platform_voucher=plan.platform_voucher,
            shipping_fee=plan.shipping_fee,
            courier=_courier(shop, plan),
            cash_on_delivery=plan.cash_on_delivery,
            paid=False,
            buyer=plan.buyer,
            message_to_seller=plan.note,
            fulfilled_by_shopee=plan.fulfilled_by_platform,
        )
    for step, ago in later:
        with app.clock.ago(ago):
            _take(app, order, plan, step)
    return order


def _line(shop, line):
    _, variant = shop.shelf.skus()[line.sku]
    return line.sku, line.quantity, variant.prices[shop.country.currency] - line.discount


def _courier(shop, plan):
    """Who pays for shipping chose a courier; the others take the first."""
    couriers = shop.country.couriers
    return couriers[plan.buyer.number % len(couriers)] if plan.shipping_fee else couriers[0]


def _take(app, order, plan, step):
    if step == "cancelled":
        app.cancel(order, REASONS[plan.cancel_reason], CANCELLERS[plan.cancel_reason])
    elif step == "partly_cancelled":
        for item, line in zip(order.items, plan.lines, strict=True):
            if line.cancelled:
                app.cancel_pieces(order, item, line.cancelled)
    else:
        app.advance(order, STATUS_OF_STEP[step])
