"""What buyers see of the stock, by the platforms themselves."""


def lazada_stock(app):
    """The pieces of each SKU that one product of the ERP stands for, in the seller's own warehouses."""
    shop = next(iter(app.shops.values()))
    return {sku: app.sellable(shop, sku) for sku in shop.shelf.good_skus()}


def shopee_stock(app):
    """The same at Shopee."""
    shop = next(iter(app.shops.values()))
    pieces = app.sellable(shop)
    return {sku: pieces[sku] for sku in shop.shelf.good_skus()}
