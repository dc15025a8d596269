"""What Lazada pushes about products (docs 120197 to 120206): made, edited, deleted, under review, and low in stock."""

from .orders import item_id, sku_id

QUALITY, CREATED, EDITED, DELETED, LOW_STOCK = 1, 3, 4, 5, 6
LOW = 5  # pieces: fewer are low
VERDICTS = {"pending": "PENDING", "banned": "LOCK", "active": "APPROVED"}
NOT_JUDGED = (None, "inactive", "deleted")


def product_state(shop):
    """What a change is told by: each product's status and last change, and the stocks that are low."""
    shelf = shop.shelf
    products = {one.number: (shelf.status(one.number), shelf.changed_at(one.number)) for one in shelf.products}
    return products, {place for place, stock in shop.stock.items() if stock.sellable < LOW}


def product_news(shop, before, after):
    """(subject, message type, data) of each change from one state to the other."""
    told, told_low = before
    products, low = after
    for number, (status, changed_at) in products.items():
        old_status, old_change = told.get(number, (None, None))
        if status != old_status:
            yield from _moved(shop, number, old_status, status)
        elif changed_at != old_change:
            yield "product edited", EDITED, _about(shop, number, "edit")
    for number, warehouse in sorted(low - told_low):
        yield "low stock", LOW_STOCK, _low(shop, number, warehouse)


def _moved(shop, number, old, new):
    if old is None:
        yield "product created", CREATED, _about(shop, number, "create")
    elif new == "deleted":
        yield "product deleted", DELETED, _about(shop, number, "delete")
    elif new in VERDICTS and old not in NOT_JUDGED:
        product = shop.shelf.product(number)
        data = {"itemId": item_id(shop, product), "status": VERDICTS[new], "reason": "", "seller_id": shop.seller_id}
        yield "product quality", QUALITY, data
    else:
        yield "product edited", EDITED, _about(shop, number, "edit")


def _about(shop, number, action):
    product = shop.shelf.product(number)
    skus = [
        {"shop_sku": f"{sku_id(shop, variant)}", "seller_sku": variant.sku, "sku_id": sku_id(shop, variant)}
        for variant in product.variants
    ]
    return {"item_id": item_id(shop, product), "sku_list": skus, "action": action}


def _low(shop, number, warehouse):
    variant, stock = shop.shelf.variant(number), shop.stock[number, warehouse]
    return {
        "seller_sku": variant.sku if variant else "",
        "sku_id": sku_id(shop, variant) if variant else number,
        "warehouse": warehouse,
        "real_quantity": stock.sellable,
        "withhold_quantity": stock.withhold,
        "occupy_quantity": stock.occupy,
        "pre_order_quantity": 0,
    }
