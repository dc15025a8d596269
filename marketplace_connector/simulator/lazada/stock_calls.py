"""The API calls that change stock and prices (Lazada docs 121233, 121234; the references of the three calls)."""

from .calls import check_verified
from .gateway import LazadaError, serve
from .orders import product_of_item, variant_of_sku
from .render import site_time
from .stock_payload import read_payload

WORDS = {
    "212": "INV_NEGATIVE_SELLABLE",
    "501": "E501: Update product failed",
    "513": "Internal call exception",
    "998": "To ensure stability of service, this API service is disabled",
    "1000": "Internal Application Error",
    "4128": "THD_IC_F_IC_DOMAIN_ACTOR_006",
}
IN_CAMPAIGN = (
    "During the {} campaign, there are restrictions for stock adjustments in effect between {} - {}. "
    "Sellers can increase stocks, but may not decrease stocks."
)


class SkuRefused(Exception):
    """Why one SKU of a call is not changed: the element that is wrong, the words, and their code."""

    def __init__(self, field, message, code="501"):
        super().__init__(message)
        self.field = field
        self.message = message
        self.code = code


def register(app):
    """Serve the calls."""
    both = ("GET", "POST")
    serve(app, "/product/stock/sellable/update", lambda call: _each(call, "SellableQuantity", _set_sellable), both)
    serve(app, "/product/stock/sellable/adjust", lambda call: _each(call, "SellableQuantity", _adjust), ("POST",))
    serve(app, "/product/price_quantity/update", lambda call: _each(call, "Quantity", _set_total), ("POST",))


# === WHOLE CALLS === #


def _each(call, quantity, change_sku):
    """Change each SKU of the payload, and tell which ones were refused."""
    app, shop = call.app, call.shop
    check_verified(shop)
    _check_service(call)
    changes = read_payload(call, quantity)
    refused, undo, touched = [], [], set()
    for change in changes:
        try:
            variant = _variant(call, change)
            stocks = _stocks(app, shop, variant, change)
            undo.append((variant, [(stock, stock.sellable) for stock, _ in stocks]))
            change_sku(app, shop, variant, stocks, change)
            touched.add(shop.shelf.product_of(variant.number).number)
        except SkuRefused as refusal:
            refused.append((change, refusal))
    if refused and not app.good_skus_are_applied:
        _undo(shop, undo)
    elif app.stock_moves_updated_time:
        for number in touched:
            shop.shelf.touch(number)
    return _answer(app, refused)


def _undo(shop, done):
    for variant, stocks in reversed(done):
        if shop.shelf.variant(variant.number) is not variant:
            shop.shelf.change_variant(variant.number, prices=variant.prices, sale_prices=variant.sale_prices)
        for stock, sellable in stocks:
            stock.sellable = sellable


def _check_service(call):
    """Refuse more calls a second than a seller may make, and what is switched off for mega campaigns."""
    app, calls = call.app, call.shop.stock_calls
    now = app.clock.now().timestamp()
    while calls and not now - 1 < calls[0] <= now:
        calls.popleft()
    if app.stock_calls_a_second and len(calls) >= app.stock_calls_a_second:
        raise app.call_limit()
    calls.append(now)
    if app.mega_campaign:
        raise LazadaError("998", WORDS["998"], "ISP")
    if code := app.take_refusal(call.path, whole=True):
        raise LazadaError(code, WORDS.get(code, ""), "ISP")


def _answer(app, refused):
    """The two shapes in which refused SKUs were seen, and that of a code of its own for the first of them."""
    if not refused:
        return {"data": {}}
    if app.sku_refusals == "own code":
        raise LazadaError(refused[0][1].code, refused[0][1].message)
    if app.sku_refusals == "0":
        detail = [{"field": why.field, "message": why.message, "code": f"E{why.code:0>4}"} for _, why in refused]
        return {"data": {}, "detail": detail}
    detail = [
        {"field": why.field, "seller_sku": change.seller_sku or _sku(change, app), "message": why.message}
        for change, why in refused
    ]
    raise LazadaError("501", WORDS["501"], detail=detail)


def _sku(change, app):
    found = [variant_of_sku(shop, change.sku_id) for shop in app.shops.values()]
    return next((variant.sku for variant in found if variant), "")


# === ONE SKU === #


def _variant(call, change):
    """The variant that is meant. Raises SkuRefused for what the seller does not have, or may not change."""
    shop, shelf = call.shop, call.shop.shelf
    if code := call.app.take_refusal(call.path):
        raise SkuRefused("SkuId", WORDS.get(code, "Update product failed"), code)
    product = product_of_item(shop, change.item_id)
    if product is None or shelf.status(product.number) == "deleted":
        others = [product_of_item(one, change.item_id) for one in call.app.shops.values() if one is not shop]
        raise SkuRefused("ItemId", "EDIT_ITEM_NOT_BELONG_SELLER" if any(others) else "ITEM_NOT_FOUND")
    variant = variant_of_sku(shop, change.sku_id)
    if variant is None or shelf.product_of(variant.number) is not product:
        raise SkuRefused("SkuId", "SKU_NOT_FOUND")
    if shelf.status(product.number) == "banned" or shelf.is_suspended(variant.number):
        raise SkuRefused("ItemId", WORDS["4128"], "4128")
    return variant


def _stocks(app, shop, variant, change):
    """(stock, pieces) for each warehouse that is named. Raises SkuRefused where the seller may not name it."""
    if not change.pieces:
        return []
    if variant.number in shop.kept_by_lazada:
        raise SkuRefused("SellableQuantity", "FBL_SKU_INVENTORY_CANNOT_BE_EDITED")
    codes = {warehouse.code.casefold(): warehouse.code for warehouse in shop.warehouses}
    if change.by_warehouse and len(codes) == 1:
        raise SkuRefused("MultiWarehouseInventories", "SELLER_IS_NOT_MULTI_WAREHOUSE")
    if not change.by_warehouse and len(codes) > 1 and app.several_warehouses_need_codes:
        raise SkuRefused("MultiWarehouseInventories", "WAREHOUSE_CODE_REQUIRED")
    unknown = [code for code in change.pieces if code and code.casefold() not in codes]
    if unknown:
        raise SkuRefused("WarehouseCode", "WAREHOUSE_NOT_FOUND")
    named = {codes.get(code.casefold(), shop.warehouses[0].code): pieces for code, pieces in change.pieces.items()}
    return [(app.stock(shop, variant.number, code), pieces) for code, pieces in named.items()]


def _set_sellable(app, shop, variant, stocks, change):
    if any(pieces < 0 for _, pieces in stocks):
        raise SkuRefused("SellableQuantity", WORDS["212"], "212")
    _set(app, shop, variant, stocks)


def _adjust(app, shop, variant, stocks, change):
    wanted = [(stock, stock.sellable + pieces) for stock, pieces in stocks]
    _set_sellable(app, shop, variant, wanted, change)


def _set_total(app, shop, variant, stocks, change):
    """`Quantity` is all there is, what was sold and has not left among it."""
    wanted = [(stock, pieces - stock.withhold - stock.occupy) for stock, pieces in stocks]
    _set_sellable(app, shop, variant, wanted, change)
    currency, changes = shop.country.currency, {}
    if change.price is not None:
        changes["prices"] = {**variant.prices, currency: change.price}
    if change.sale_price is not None:
        changes["sale_prices"] = {**variant.sale_prices, currency: change.sale_price}
    if changes:
        shop.shelf.change_variant(variant.number, **changes)


def _set(app, shop, variant, wanted):
    """Set what can be bought, unless a campaign forbids it: what it locks lies in no certain warehouse."""
    now = app.sellable(shop, variant.number)
    later = now + sum(pieces - stock.sellable for stock, pieces in wanted)
    campaigns = app.running_campaigns(shop, variant.number)
    least = now if campaigns and app.campaign_forbids_decrease else app.locked(shop, variant.number)
    if wanted and later < least:
        moments = (site_time(campaigns[0].start, shop), site_time(campaigns[0].end, shop))
        raise SkuRefused("SellableQuantity", IN_CAMPAIGN.format(campaigns[0].name, *moments), "4170")
    for stock, pieces in wanted:
        stock.sellable = pieces
