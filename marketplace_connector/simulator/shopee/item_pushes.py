"""What Shopee pushes about items: pieces that promotions hold (push code 8), and items it takes off the shelf (16)."""

from .items import item_id, model_id

RESERVED, VIOLATION = 8, 16
TAKEN_DOWN = ("BANNED", "SHOPEE_DELETE", "REVIEWING")


def item_state(app, shop):
    """What a change is told by: the pieces that promotions hold of each variant, and the items that are taken down."""
    reserved = {number: app.reserved(shop, number) for number in shop.promotions}
    statuses = {product.number: shop.item_status(product) for product in shop.shelf.products}
    return reserved, {number: status for number, status in statuses.items() if status in TAKEN_DOWN}


def item_news(app, shop, before, after):
    """(subject, push code, data) of each change from one state to the other."""
    told, told_down = before
    reserved, down = after
    for number, pieces in reserved.items():
        if pieces != told.get(number, 0):
            yield "reserved stock", RESERVED, _reserved(app, shop, number, told.get(number, 0), pieces)
    for number, status in down.items():
        if told_down.get(number) != status:
            product = shop.shelf.product(number)
            data = {"item_id": item_id(product), "item_name": product.name, "item_status": status}
            yield "item violation", VIOLATION, {**data, "update_time": app.clock.seconds()}


def _reserved(app, shop, number, old, new):
    product, variant = shop.shelf.product_of(number), shop.shelf.variant(number)
    promotion = next(reversed(shop.promotions[number]))
    return {
        "shop_id": shop.shop_id,
        "item_id": item_id(product),
        "variation_id": model_id(product, variant),
        "changed_values": [{"name": "reserved_stock", "old": old, "new": new}],
        "promotion_type": promotion.kind,
        "promotion_id": promotion.promotion_id,
        "action": "",
        "ordersn": "",
        "update_time": app.clock.seconds(),
    }
