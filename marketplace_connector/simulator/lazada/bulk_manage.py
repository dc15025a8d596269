"""Seller Center's export of prices and stock: *Bulk Manage*, `pricestock.xlsx` (contract section 8).

Headers stand in row 1 in the site's language, instructions in rows 2 to 4, the variants from row 5. Where no export of
a site was seen, its words are a CHOICE: Indonesia's, Vietnam's for name and price.
"""

import hashlib
from io import BytesIO

from openpyxl import Workbook

from .orders import item_id, sku_id
from .product_content import category_id, sale_dates

FIRST_ROW = 5
COMMON = {
    "id": "Product ID",
    "category": "catId",
    "name": "Product Name",
    "currency": "currencyCode",
    "sku_id": "sku.skuId",
    "status": "status",
    "shop_sku": "Shop SKU",
    "sale_price": "SpecialPrice",
    "sale_start": "SpecialPrice Start",
    "sale_end": "SpecialPrice End",
    "price": "Price",
    "seller_sku": "SellerSKU",
    "quantity": "Quantity",
    "options": "Variations Combo",
    "key": "tr(s-wb-product@md5key)",
}
STARRED = {**COMMON, "name": "*Product Name", "price": "*Price", "quantity": "*Quantity"}
HEADERS = {
    "SG": COMMON,
    "MY": STARRED,
    "PH": STARRED,
    "TH": {**COMMON, "name": "ชื่อสินค้า", "shop_sku": "ร้าน sku", "price": "ราคา", "quantity": "{shop}"},
    "VN": {**COMMON, "name": "Tên sản phẩm", "shop_sku": "Lazada SKU", "price": "Giá", "quantity": "Kho hàng"},
    "ID": {**COMMON, "name": "*Nama Produk", "price": "*Harga", "quantity": "*Kuantitas"},
}
EARLY_OPTIONS = {"MY", "ID"}  # sites where the options stand beside the name
IDS_ARE_TEXT = {"TH", "MY", "ID"}
INSTRUCTIONS = (
    "Please do not edit",
    "Mandatory fields are marked with *",
    "Numbers only, at most two decimals",
)


def price_stock_workbook(app, shop) -> bytes:
    """The file that the shop's seller downloads: a row for each variant that is not deleted."""
    columns = _columns(shop)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("template")
    sheet.append([header for _, header in columns])
    for instruction in INSTRUCTIONS:
        sheet.append([instruction] * len(columns))
    for product in shop.shelf.products:
        if shop.shelf.status(product.number) != "deleted":
            for variant in product.variants:
                row = _row(app, shop, product, variant)
                sheet.append([row[name] for name, _ in columns])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _columns(shop):
    """(what, header) from left to right; a column of pieces for each warehouse."""
    headers = HEADERS[shop.country.code]
    names = list(headers)
    if shop.country.code in EARLY_OPTIONS:
        names.remove("options")
        names.insert(names.index("name") + 1, "options")
    columns = []
    for name in names:
        if name == "quantity" and len(shop.warehouses) > 1:
            columns += [(one.code, one.name) for one in shop.warehouses]
        else:
            columns.append((name, headers[name].format(shop=shop.name)))
    return columns


def _row(app, shop, product, variant):
    item, sku, currency = item_id(shop, product), sku_id(shop, variant), shop.country.currency
    as_written = str if shop.country.code in IDS_ARE_TEXT else int
    own = app.own_stock(shop, variant.number)
    sale = variant.sale_prices.get(currency)
    start, end = sale_dates(shop, product) if sale is not None else (None, None)
    return {
        "id": as_written(item),
        "category": as_written(category_id(product)),
        "name": product.name,
        "currency": currency,
        "sku_id": as_written(sku),
        "status": "active" if shop.shelf.is_buyable(variant.number) else "inactive",
        "shop_sku": f"{item}_{shop.country.code}-{sku}",
        "sale_price": None if sale is None else float(sale),
        "sale_start": start,
        "sale_end": end,
        "price": float(variant.prices[currency]),
        "seller_sku": variant.sku or None,
        "quantity": sum(stock.sellable for stock in own.values()),
        "options": ",".join(value for _, value in variant.options) or None,
        "key": hashlib.md5(f"{item}/{sku}".encode(), usedforsecurity=False).hexdigest(),
        **{one.code: own[one.code].sellable if one.code in own else 0 for one in shop.warehouses},
    }
