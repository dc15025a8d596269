"""Seller Center's *Bulk Manage* files: price and stock, basic information, pictures of SKUs, category templates.

The layouts are those of files that sellers have published (doc/lazada, "Bulk Manage"); headers follow the language of
Seller Center, and in some countries the quantity's header is the warehouse's name.
"""

import re
from collections.abc import Iterable

from ..export_files import (
    Export,
    ExportedItem,
    ExportedSku,
    checked,
    find_table,
    plain,
    read_export,
    to_id,
    to_picture,
    to_quantity,
)

_HEADERS = {
    "item_ref": ("Product ID", "Item ID", "รหัสสินค้า", "ID sản phẩm", "Mã sản phẩm", "ID Produk", "产品ID", "商品ID"),
    "sku_ref": ("sku.skuId", "SkuId", "SKU ID"),
    "shop_sku": ("Shop SKU", "Lazada SKU", "ร้าน sku", "SKU Toko", "SKU Cửa hàng", "店铺SKU", "平台SKU"),
    "seller_sku": (
        "SellerSKU",
        "Seller SKU",
        "SKU ของผู้ขาย",
        "SKU ผู้ขาย",
        "SKU người bán",
        "SKU nhà bán hàng",
        "SKU Penjual",
        "卖家SKU",
        "商家SKU",
    ),
    "name": (
        "Product Name",
        "Product Name(English)",
        "Product Name (English)",
        "Name",
        "ชื่อสินค้า",
        "Tên sản phẩm",
        "Nama Produk",
        "产品名称",
        "商品名称",
    ),
    "price": ("Price", "ราคา", "Giá", "Giá bán", "Harga", "价格", "售价"),
    "quantity": (
        "Quantity",
        "Stock",
        "จำนวน",
        "คลัง",
        "คลังสินค้า",
        "Kho hàng",
        "Số lượng",
        "Kuantitas",
        "Kuantiti",
        "Stok",
        "数量",
        "库存",
    ),
    "status": ("status", "สถานะ", "Trạng thái", "状态"),
    "currency": ("currencyCode", "Currency"),
    "variation": ("Variations Combo", "Variation Combo", "Variations"),
    "barcode": ("EAN", "EAN/UPC", "GTIN", "Barcode", "UPC"),
    "picture": (
        "Images1",
        "Images 1",
        "Image 1",
        "Product Images1",
        "Product Image 1",
        "Main Image",
        "MainImage",
        "im1",
        "รูปภาพสินค้า1",
        "Hình ảnh sản phẩm1",
        "Gambar Produk1",
        "产品图片1",
    ),
    # Known, so that they are not taken for the name of a warehouse.
    "other": (
        "catId",
        "SpecialPrice",
        "Special Price",
        "SpecialPrice Start",
        "SpecialPrice End",
        "tr(s-wb-product@md5key)",
        "Brand",
    ),
}
_FIELDS = {plain(header): name for name, headers in _HEADERS.items() for header in headers}
_IDS = ("item_ref", "sku_ref", "shop_sku")
_OTHER_PLATFORM = "et_title_"  # keys of another one, whose headers are alike
_STATUSES = {"active": "active", "live": "active", "inactive": "inactive", "deleted": "gone", "suspended": "banned"}
# The item's number, the country (VNAMZ: an older form), the SKU's number.
_SHOP_SKU = re.compile(r"(?P<item>\d+)_(?P<site>[A-Z]{2})(?:AMZ)?-(?P<sku>\d+)")


def read(contents: Iterable[bytes]) -> Export:
    """The SKUs of the seller's files. Raises UnreadableFile."""
    return read_export(contents, _read_table)


def _read_table(sheet):
    table = find_table(sheet, _FIELDS, _IDS)
    if table is None or any(_OTHER_PLATFORM in text for row in sheet.rows[:2] for text in row.cells.values()):
        return None
    tells_skus = "sku_ref" in table.columns or "shop_sku" in table.columns
    if not tells_skus:
        return Export(items=dict(_items(table)))
    _take_warehouses(table)
    return Export(skus=tuple(_sku(table, number, cells) for number, cells in table.rows))


def _take_warehouses(table):
    """Where no header is known as the quantity, columns of whole numbers are: their headers name warehouses."""
    if "quantity" in table.columns or "price" not in table.columns:
        return
    taken = {column for columns in table.columns.values() for column in columns}
    for column in set(table.headers) - taken:
        texts = [cells[column] for _number, cells in table.rows if column in cells]
        if texts and all(re.fullmatch(r"\d{1,7}", text) for text in texts):
            table.columns.setdefault("quantity", []).append(column)


def _sku(table, number, cells):
    item_ref, item_problem = to_id(table.text(cells, "item_ref"))
    sku_ref, sku_problem = to_id(table.text(cells, "sku_ref"))
    shop_sku = _SHOP_SKU.match(table.text(cells, "shop_sku"))
    if shop_sku:
        item_ref, sku_ref = shop_sku["item"], shop_sku["sku"]
    problem = "" if sku_ref else sku_problem or item_problem or "no_sku"
    status = table.text(cells, "status")
    quantities = [to_quantity(cells[column]) for column in table.columns.get("quantity", ()) if column in cells]
    return checked(
        ExportedSku(
            number=number,
            item_ref=item_ref,
            sku_ref=sku_ref,
            seller_sku=table.text(cells, "seller_sku"),
            name=table.text(cells, "name"),
            variation=table.text(cells, "variation"),
            currency=table.text(cells, "currency").upper(),
            quantity=None if None in quantities or not quantities else sum(quantities),
            barcode=table.text(cells, "barcode"),
            picture_url=to_picture(table.text(cells, "picture")),
            status=_STATUSES.get(plain(status), ""),
            raw_status=status,
            site=shop_sku["site"] if shop_sku else "",
            problem=problem,
        ),
        table.text(cells, "price"),
    )


def _items(table):
    for _number, cells in table.rows:
        item_ref, _problem = to_id(table.text(cells, "item_ref"))
        if item_ref:
            picture = to_picture(table.text(cells, "picture"))
            yield item_ref, ExportedItem(name=table.text(cells, "name"), picture_url=picture)
