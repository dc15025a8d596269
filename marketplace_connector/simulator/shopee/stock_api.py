"""The calls that change products (v2.product.update_stock, update_price, unlist_item): one item, or up to 50."""

from decimal import Decimal
from functools import partial

from .fields import Fields
from .gateway import ApiError, NotAllowed, WrongParameters, shop_api
from .items import find_product, find_variant, has_models
from .orders import number
from .stock import MOST_PIECES, RESERVE_REFUSALS, VIRTUAL

MOST_ENTRIES = 50
WITH_CENTS = ("SG", "MY", "BR", "MX", "PL", "ES", "AR")
CLOSED_STATUSES = ("BANNED", "SELLER_DELETE", "SHOPEE_DELETE")

NOT_FOUND = ("error_item_not_found", "Item_id is not found.")
NOT_OF_SHOP = ("error_item_not_belong_shop", "Item not belong to shop.")
UNEDITABLE = ("error_item_uneditable", "Can't edit this item. item status can not support editing.")
REPEATED = ("error_param", "Repeat model_id.")
WRONG_MODEL = ("error_param", "Wrong model_id.")
STOCK_OF_ITEM = ("error_edit_item_stock_for_item_has_model", "Can't to edit item stock directly while item has models.")
PRICE_OF_ITEM = ("error_edit_item_price_for_item_has_model", "Can't edit item price directly while item has models.")
ON_HOLIDAY = ("error_holiday_mode_change_stock", "Cannot change stock in holiday mode.")
NO_LOCATION = (
    "error_auth",
    "You do not have right to use seller location_id, please only fill seller_stock filed.",  # (sic)
)
NEEDS_LOCATION = ("error_busi", "The merchant/shop has multi warehouse, please input location id")
LACKS_LOCATION = ("error_auth", "Lack of location_id, please double check.")
WRONG_LOCATION = (
    "error_auth",
    "The location_id input is not matched the shop's location_id(more/wrong). Please double check.",
)
STOCK_FAILED = {
    "error": "error_busi_update_stock_failed",
    "message": "Update stock failed, please check failure_list for detailed reason",
}
PRICE_LOCKED = ("error_cannt_edit_price_in_promotion", "Original_price cannot be edited when item is under promotion.")
WRONG_PRICE = ("error_invalid_price", "Invalid price, please use the correct format")
NOT_DELISTED = ("error_busi_cannot_delist_reviewing_or_banned_item", "Banned and Reviewing Products cannot be delisted")
UNLIST_LOCKED = ("error_in_item_promotion_unlsit_lock", "Can't unlist item when item is under promotion.")
UNLIST_FAILED = {"error": "error_unlist_item_all_failed", "message": "Unlist item all failed."}


def register(app):
    """Serve the calls."""
    shop_api(app, "/api/v2/product/update_stock", update_stock, methods=("POST",))
    shop_api(app, "/api/v2/product/update_price", update_price, methods=("POST",))
    shop_api(app, "/api/v2/product/unlist_item", unlist_item, methods=("POST",))


class EntryFailed(ApiError):
    """Why one entry failed; it does not concern the others."""


def update_stock(call):
    """Set the seller's stock of one item, of up to 50 of its variations. The numbers are absolute.

    What concerns the whole item or the form of the call fails it, with nothing set; else each entry succeeds or fails
    by itself.
    """
    body, app, shop = _body(call, "item_id", "stock_list"), call.app, call.shop
    product = _product(call, body.integer("item_id"))
    if product.is_kit:
        raise ApiError(*VIRTUAL)
    if shop.on_holiday:
        raise ApiError(*ON_HOLIDAY)
    entries = body.parts("stock_list", MOST_ENTRIES)
    _refuse_repeated(entries)
    wanted = [(entry.integer("model_id", 0), _amounts(call, entry)) for entry in entries]

    def check(model, amounts):
        variant = _variant(call, product, model, STOCK_OF_ITEM)
        pieces = {place or shop.product_location_id: number for place, number in amounts}
        try:
            app.check_stock(shop, variant.number, pieces)
        except NotAllowed as error:
            if app.reserve_fails_call and (error.error, error.message) in RESERVE_REFUSALS:
                raise
            raise EntryFailed(error.error, error.message) from None
        rows = [{"model_id": model, "location_id": place, "stock": number} for place, number in amounts]
        return rows, partial(app.set_stock, shop, variant.number, pieces)

    return _each(call, "model_id", wanted, check, STOCK_FAILED)


def update_price(call):
    """Set the usual price of one item, of up to 50 of its variations."""
    body, shop = _body(call, "item_id", "price_list"), call.shop
    product = _product(call, body.integer("item_id"))
    entries = body.parts("price_list", MOST_ENTRIES)
    _refuse_repeated(entries)
    wanted = [(entry.integer("model_id", 0), _price(shop, entry)) for entry in entries]

    def check(model, price):
        variant = _variant(call, product, model, PRICE_OF_ITEM)
        if call.app.promotions_of(shop, variant.number):
            raise EntryFailed(*PRICE_LOCKED)
        prices = variant.prices | {shop.country.currency: price}
        rows = [{"model_id": model, "original_price": number(price)}]
        return rows, partial(shop.shelf.change_variant, variant.number, prices=prices)

    return _each(call, "model_id", wanted, check)


def unlist_item(call):
    """Take up to 50 items off the shop's pages, or put them back."""
    body, shop = _body(call, "item_list"), call.shop
    wanted = [(entry.integer("item_id"), entry.flag("unlist", None)) for entry in body.parts("item_list", MOST_ENTRIES)]

    def check(wanted_id, unlist):
        product = find_product(shop, wanted_id)
        if product is None or shop.item_status(product) in ("SELLER_DELETE", "SHOPEE_DELETE"):
            raise EntryFailed("error_item_not_found", "Product not found")
        if shop.item_status(product) in ("BANNED", "REVIEWING"):
            raise EntryFailed(*NOT_DELISTED)
        if unlist and any(call.app.promotions_of(shop, variant.number) for variant in product.variants):
            raise EntryFailed(*UNLIST_LOCKED)
        rows = [{"item_id": wanted_id, "unlist": unlist}]
        return rows, partial(shop.set_item_status, product, "UNLIST" if unlist else "NORMAL")

    return _each(call, "item_id", wanted, check, UNLIST_FAILED)


# === PARTS === #


def _each(call, name, wanted, check, all_failed=None):
    """The rows of what succeeded, and why the rest did not; `all_failed` is what the call says if nothing did.

    `check(*entry)` gives the rows and the change to make, or raises EntryFailed; `name` is that of an entry's first
    part. Nothing is changed before all entries are checked.
    """
    succeeded, failed, changes = [], [], []
    for entry in wanted:
        try:
            rows, change = check(*entry)
        except EntryFailed as error:
            failed.append({name: entry[0], "failed_reason": error.message})
        else:
            succeeded += rows
            changes.append(change)
    for change in changes:
        change()
    content = {"response": {"success_list": succeeded, "failure_list": failed}}
    if not succeeded and all_failed and call.app.all_failed_is_error:
        return {**all_failed, **content}
    return content


def _body(call, *names):
    """The body, in which these fields must stand."""
    body = Fields(call.body())
    for name in names:
        if name not in body:
            field = "".join(part.capitalize() for part in name.split("_"))
            raise ApiError("product.error_param", f"invalid field {field}: value must  Not Null")  # (sic)
    return body


def _product(call, wanted):
    """The item, which must be one that can be changed."""
    product = find_product(call.shop, wanted)
    if product is None:
        elsewhere = any(find_product(shop, wanted) for shop in call.app.shops.values())
        raise ApiError(*NOT_OF_SHOP if elsewhere else NOT_FOUND)
    if call.shop.item_status(product) in CLOSED_STATUSES:
        raise ApiError(*UNEDITABLE)
    return product


def _refuse_repeated(entries):
    models = [entry.integer("model_id", 0) for entry in entries]
    if len(models) > len(set(models)):
        raise ApiError(*REPEATED)


def _variant(call, product, model, of_item):
    if not model and has_models(product):
        raise ApiError(*of_item)
    variant = find_variant(product, model)
    if variant is None:
        raise (ApiError if call.app.wrong_model_fails_call else EntryFailed)(*WRONG_MODEL)
    return variant


def _amounts(call, entry):
    """(location, pieces) of one entry, the location empty where the shop has only one."""
    places = entry.parts("seller_stock")
    amounts = [(place.text("location_id", ""), place.integer("stock")) for place in places]
    _check_locations(call, [place for place, _ in amounts])
    if any(not 0 <= pieces <= MOST_PIECES for _, pieces in amounts):
        raise ApiError("error_param", f"Parameter is not match the constraints, stock must be 0 to {MOST_PIECES}.")
    return amounts


def _check_locations(call, given):
    locations = call.shop.locations
    if not call.shop.warehouses:
        if any(given):
            raise ApiError(*NO_LOCATION)
        if len(given) > 1:
            raise ApiError(*LACKS_LOCATION)
        return
    if not any(given):
        raise ApiError(*NEEDS_LOCATION)
    if not all(given) or (call.app.needs_all_locations and len(set(given)) < len(locations)):
        raise ApiError(*LACKS_LOCATION)
    if len(given) > len(set(given)) or not set(given) <= set(locations):
        raise ApiError(*WRONG_LOCATION)


def _price(shop, entry):
    given = entry.content.get("original_price")
    if type(given) not in (int, float):
        raise WrongParameters("original_price is a required field.")
    price = Decimal(str(given))
    if price <= 0 or price != price.quantize(Decimal("0.01") if shop.region in WITH_CENTS else Decimal(1)):
        raise ApiError(*WRONG_PRICE)
    return price
