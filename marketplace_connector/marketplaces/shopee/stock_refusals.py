"""What Shopee says when it does not set a stock number (v2.product.update_stock, error list), in words for the person
who has to act. One code has many meanings there: the English text tells them apart."""

from types import MappingProxyType

from ..errors import Rejected
from .decoding import decode, item_error

VARIATION, ITEM, SHOP = "variation", "item", "shop"


class StockRefused(Rejected):
    """A number that is not set: `result` is locked or refused, `reach` is who else would be refused for the same."""

    def __init__(self, message, *, result, reach):
        super().__init__(message)
        self.result = result
        self.reach = reach


_LOCKED = "Shopee holds pieces for a promotion: the number can go below them when it has ended."
_FROZEN = "Shopee does not take stock numbers while the promotion runs."
_HOLIDAY = "The shop is in holiday mode: Shopee takes stock numbers when it is over."
_VARIATIONS = "The item has got variations at Shopee: sync the product catalogue."
_BY_SHOPEE = "Shopee keeps the stock of this item in its own warehouse: it cannot be set here."
_GONE = "Shopee does not have the item any more: sync the product catalogue."
_NO_VARIATION = "Shopee does not have this variation any more: sync the product catalogue."
_PLACE_NEEDED = "The shop keeps stock in several places: read its places and say which warehouses stand for each."
_PLACE_WRONG = "Shopee does not have this place for the item: read the shop's places again."
_NO_PLACE = "The shop has one stock only: read its places again, then none is named."
_BUNDLE = "The item is a bundle: its stock follows from its components and cannot be set."
_STATUS = "The item cannot be changed at Shopee in its status (deleted, banned or being checked)."

_CODES = MappingProxyType(
    {
        "error_cannt_edit_stock_in_promotion": ("locked", VARIATION, _FROZEN),
        "error_promotion_cantnot_update_stock": ("locked", VARIATION, _FROZEN),
        "error_model_update_stock_model_in_promotion": ("locked", VARIATION, _FROZEN),
        "error_item_not_found": ("refused", ITEM, _GONE),
        "error_item_not_belong_shop": ("refused", ITEM, "The item belongs to another shop."),
        "error_item_uneditable": ("refused", ITEM, _STATUS),
        "error_edit_item_stock_for_item_has_model": ("refused", ITEM, _VARIATIONS),
        "error_in_item_promotion_nomodel_to_models": ("refused", ITEM, _VARIATIONS),
        "error_busi_cannot_edit_vsku": ("refused", ITEM, _BUNDLE),
        "error_holiday_mode_change_stock": ("refused", SHOP, _HOLIDAY),
        "error_seller_under_penalty": ("refused", SHOP, "Shopee has put the shop under penalty: see Seller Center."),
        "error_wms_shop_block_upate_stock": ("refused", SHOP, "Shopee's warehouse keeps the stock of the whole shop."),
        "error_perm_non_admin": ("refused", SHOP, "Who authorised the app may not change stock at Shopee."),
    }
)
# The first part that is found counts, in lower case, before the codes.
_TEXTS = (
    ("reserved stock", "locked", VARIATION, _LOCKED),
    ("reserve stock", "locked", VARIATION, _LOCKED),
    ("under promotion", "locked", VARIATION, _FROZEN),
    ("in promotion", "locked", VARIATION, _FROZEN),
    ("is promotion", "locked", VARIATION, _FROZEN),
    ("holiday mode", "refused", SHOP, _HOLIDAY),
    ("must be equal to 0", "refused", ITEM, _BY_SHOPEE),
    ("global product", "refused", SHOP, "The shop's stock is kept in its merchant's global products."),
    ("cnsc shop not upgraded", "refused", SHOP, "The shop's items are managed in Shopee's China Seller Centre."),
    ("multi warehouse", "refused", SHOP, _PLACE_NEEDED),
    ("lack of location_id", "refused", ITEM, _PLACE_NEEDED),
    ("not matched the shop's location_id", "refused", VARIATION, _PLACE_WRONG),
    ("invalid stock location", "refused", VARIATION, _PLACE_WRONG),
    ("right to use seller location_id", "refused", ITEM, _NO_PLACE),
    ("different stock structure", "refused", ITEM, _PLACE_WRONG),
    ("repeat model_id", "refused", VARIATION, "The variation was named twice."),
    ("wrong model_id", "refused", VARIATION, _NO_VARIATION),
    ("item while item has models", "refused", ITEM, _VARIATIONS),
    ("vsku", "refused", ITEM, _BUNDLE),
    ("kit item", "refused", ITEM, _BUNDLE),
)


def decode_update(response, secrets=(), now=None):
    """As `decode`, for v2.product.update_stock. Raises StockRefused where the number itself is refused."""
    return decode(response, secrets, now, own_refusal=_refusal)


def wants_all_places(error):
    """Tell whether numbers for some places are refused for want of the others."""
    return isinstance(error, StockRefused) and "lack of location_id" in error.message.lower()


def reason_error(reason):
    """What the reason in `failure_list` means, as `item_error`."""
    return item_error("", reason, own_refusal=_refusal)


def _refusal(bare, lower, told):
    for part, result, reach, sentence in _TEXTS:
        if part in lower:
            return StockRefused(sentence + told, result=result, reach=reach)
    if bare not in _CODES:
        return None
    result, reach, sentence = _CODES[bare]
    return StockRefused(sentence + told, result=result, reach=reach)
