"""The ERP's stock after the campaign, and where it is not what was there at first, less what left, plus what came back;
and the numbers that buyers see."""

from collections import Counter


def read_stock(env):
    """What is in the sellers' own warehouses, what the ERP's rule says is to be shown, and which SKUs it leaves alone
    since the platform keeps them, or says were refused."""
    shops = env["marketplace.shop"].search([])
    own = shops.warehouse_id - shops.platform_warehouse_id
    inside = [("location_id", "child_of", own.view_location_id.ids)]
    rows = env["stock.quant"]._read_group(inside, ["product_id"], ["quantity:sum"])
    listings = env["marketplace.listing"].search([("product_id", "!=", False)])
    shown = {shop.provider: {} for shop in shops}
    for (listing, _place), terms in listings._stock_terms().items():
        shown[listing.shop_id.provider][listing.seller_sku] = terms.number
    kept_there = {shop.provider: set() for shop in shops}
    states = {shop.provider: {} for shop in shops}
    for listing in listings:
        said = (listing.stock_state, listing.stock_update_id.message, listing.shop_id.stock_error)
        states[listing.provider][listing.seller_sku] = ", ".join(filter(None, said))
        if listing.stock_skip == "by_platform":
            kept_there[listing.provider].add(listing.seller_sku)
    refused = env["marketplace.job"]._open_stock(listings)
    return {
        "pieces": {product.default_code: pieces for product, pieces in rows},
        "shown": shown,
        "kept_there": kept_there,
        "states": states,
        "named": {(listing.provider, listing.seller_sku) for listing in refused},
    }


def wrong_stock(start, told, books, stock):
    """What is wrong with the stock: sentences by SKU. There were `start` pieces of each; `told` is what the platforms
    tell: orders and stock, by platform."""
    orders = {ref: order for of_platform in told["orders"].values() for ref, order in of_platform.items()}
    out, wanted = Counter(), Counter()
    for ref, order in orders.items():
        if order["by_platform"]:
            continue
        booked = books.get(ref, [])
        gone = Counter()
        for ours in booked:
            gone.update(ours["moved"])
            gone.subtract(ours["returned"])
        out.update(gone)
        if order["status"] != "cancelled":
            wanted.update({sku: max(count - gone[sku], 0) for sku, count in order["pieces"].items()})
    found = {}
    for sku in sorted({sku for shown in told["stock"].values() for sku in shown}):
        sentences = list(_wrong_of_sku(sku, start - out[sku], wanted[sku], told["stock"], stock))
        if sentences:
            found[sku] = sentences
    return found


def _wrong_of_sku(sku, pieces, wanted, seen, stock):
    there = stock["pieces"].get(sku, 0)
    if there != pieces:
        yield f"{there:g} pieces, not {pieces:g}"
    for provider, by_sku in stock["shown"].items():
        rule, buyers = by_sku.get(sku), seen[provider].get(sku)
        if buyers is None or sku in stock["kept_there"][provider]:
            continue
        if rule != max(there - wanted, 0):
            yield f"{provider}: the rule says {rule}, {there:g} are there and {wanted:g} of them are sold"
        if buyers != rule and (provider, sku) not in stock["named"]:
            yield f"{provider} shows {buyers}, the rule says {rule} ({stock['states'][provider].get(sku)})"
