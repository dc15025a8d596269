"""How Shopee names and counts what a shop has on sale: items, and models, which are their variations."""

FIRST_ITEM_ID = 23620850000
FIRST_MODEL_ID = 221404180000

# Statuses of a shelf as Shopee tells them; an item may also have been deleted by Shopee itself.
STATUS_NAMES = {
    "active": "NORMAL",
    "inactive": "UNLIST",
    "pending": "REVIEWING",
    "banned": "BANNED",
    "deleted": "SELLER_DELETE",
}
DELETED_BY_SHOPEE = "SHOPEE_DELETE"
ITEM_STATUSES = (*STATUS_NAMES.values(), DELETED_BY_SHOPEE)


def item_id(product) -> int:
    """The number of the product's item, the same one in each shop."""
    return FIRST_ITEM_ID + product.number


def has_models(product) -> bool:
    """Whether buyers choose among variations."""
    return len(product.variants) > 1 or bool(product.variants[0].options)


def model_id(product, variant) -> int:
    """The number of the variation, 0 for the only variant of an item without variations."""
    return FIRST_MODEL_ID + variant.number if has_models(product) else 0


def item_sku(product) -> str:
    """The item's own SKU: what groups its variations where it has some."""
    return f"PARENT-{product.number}" if has_models(product) else product.variants[0].sku


def find_product(shop, wanted):
    """The product of that item_id, None if the shop never had it."""
    return shop.shelf.product(wanted - FIRST_ITEM_ID)


def find_variant(product, wanted):
    """The variant of that model_id in the product, None if there is none (any more)."""
    return next((variant for variant in product.variants if model_id(product, variant) == wanted), None)


def option_values(product) -> dict[str, list[str]]:
    """The values of each variation in the order of their first appearance."""
    found = {}
    for variant in product.variants:
        for name, value in variant.options:
            found.setdefault(name, dict.fromkeys(()))[value] = None
    return {name: list(values) for name, values in found.items()}
