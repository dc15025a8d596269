"""Seller Centre's *Mass Update* files: sales information, and beside it basic and media information.

Row 1 holds keys that are the same in every language, row 2 what the file is and the shop's number, row 3 the headers
that people read; the data begin in row 7, in older files in row 5. The layouts are those of files that sellers have
published. A parent SKU stands only in the first row of its item.
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

# The key first, then what people read, in English, Thai, Vietnamese, Indonesian, Malay and Chinese.
_HEADERS = {
    "item_ref": (
        "et_title_product_id",
        "Product ID",
        "รหัสสินค้า",
        "Mã Sản phẩm",
        "Kode Produk",
        "ID Produk",
        "商品ID",
        "商品選項貨號ID",
    ),
    "sku_ref": (
        "et_title_variation_id",
        "Variation ID",
        "รหัสตัวเลือกสินค้า",
        "Mã Phân loại",
        "Kode Variasi",
        "ID Variasi",
        "規格ID",
        "规格ID",
        "商品選項ID",
    ),
    "name": ("et_title_product_name", "Product Name", "ชื่อสินค้า", "Tên Sản phẩm", "Nama Produk", "商品名稱", "商品名称"),
    "variation": (
        "et_title_variation_name",
        "Variation Name",
        "ชื่อตัวเลือกสินค้า",
        "Tên phân loại",
        "Nama Variasi",
        "規格名稱",
        "规格名称",
        "商品選項名稱",
    ),
    "parent_sku": ("et_title_parent_sku", "Parent SKU", "SKU Sản phẩm", "SKU Induk", "主商品貨號", "主商品货号"),
    "seller_sku": (
        "et_title_variation_sku",
        "SKU",
        "เลข SKU",
        "SKU Phân loại",
        "Kode Variasi SKU",
        "商品選項貨號",
        "规格货号",
    ),
    "price": ("et_title_variation_price", "Price", "ราคา", "Giá", "Harga", "價格", "价格"),
    "quantity": (
        "et_title_variation_stock",
        "Stock",
        "Seller Stock",
        "คลัง",
        "สินค้าในคลัง",
        "Số lượng",
        "Kho hàng",
        "Stok",
        "庫存",
        "库存",
    ),
    "barcode": ("ps_gtin_code", "GTIN", "GTIN (EAN)"),
    "picture": ("ps_item_cover_image", "Cover image", "ภาพปก", "Ảnh bìa", "Foto Sampul", "主商品圖片"),
    "option_name": ("et_title_variation_1",),
    "description": ("et_title_product_description",),
    "category": ("et_title_product_category", "et_title_category"),
}
_FIELDS = {plain(header): name for name, headers in _HEADERS.items() for header in headers}
_IDS = ("item_ref", "sku_ref")
_OPTION = re.compile(r"et_title_option_(image_)?(\d+)_for_variation_1")
_STOCK_OF_PLACE = re.compile(r"et_title_variation_stock\W.+")
_OTHER_PLATFORM = ("skuskuid", "trswbproductmd5key", "catid")  # headers of another one, which are alike elsewhere
_KINDS = ("sales_info", "basic_info", "media_info", "shipping_info", "dts_info")


def read(contents: Iterable[bytes]) -> Export:
    """The SKUs of the seller's files. Raises UnreadableFile."""
    return read_export(contents, _read_table)


def _read_table(sheet):
    table = find_table(sheet, _FIELDS, _IDS)
    if table is None or any(plain(header) in _OTHER_PLATFORM for header in table.headers.values()):
        return None
    shop_ref = _shop_of(table)
    if "sku_ref" not in table.columns:
        return Export(items=dict(_items(table)), shop_ref=shop_ref)
    places = [column for column, header in table.headers.items() if _STOCK_OF_PLACE.fullmatch(header)]
    table.columns.setdefault("quantity", []).extend(places)
    skus = []
    parents = {}
    for number, cells in table.rows:
        item_ref = table.text(cells, "item_ref")
        parents.setdefault(item_ref, table.text(cells, "parent_sku"))
        skus.append(_sku(table, number, cells, parents[item_ref]))
    return Export(skus=tuple(skus), shop_ref=shop_ref)


def _shop_of(table):
    """The shop's number from the row below the keys: what the file is, a checksum, a number, the shop, the search."""
    for cells in table.above:
        if cells.get(0) in _KINDS and cells.get(3, "").isdecimal():
            return cells[3]
    return ""


def _sku(table, number, cells, parent_sku):
    item_ref, item_problem = to_id(table.text(cells, "item_ref"))
    variation_id = table.text(cells, "sku_ref")
    sku_ref, sku_problem = to_id(variation_id) if variation_id not in ("", "0", "-") else ("", "")
    own_sku = table.text(cells, "seller_sku")
    quantities = [to_quantity(cells[column]) for column in table.columns.get("quantity", ()) if column in cells]
    return checked(
        ExportedSku(
            number=number,
            item_ref=item_ref,
            sku_ref=sku_ref,
            seller_sku=own_sku if sku_ref else own_sku or parent_sku,
            name=table.text(cells, "name"),
            variation=table.text(cells, "variation") if sku_ref else "",
            quantity=None if None in quantities or not quantities else sum(quantities),
            barcode=_barcode(table.text(cells, "barcode")),
            problem=item_problem or sku_problem,
        ),
        table.text(cells, "price"),
    )


def _barcode(text):
    """Sellers write 00 where an item has no barcode."""
    return text if text.strip("0") else ""


def _items(table):
    options = {
        column: (found[1], found[2]) for column, header in table.headers.items() if (found := _OPTION.fullmatch(header))
    }
    for _number, cells in table.rows:
        item_ref, _problem = to_id(table.text(cells, "item_ref"))
        if not item_ref:
            continue
        values = {place: cells[column] for column, (image, place) in options.items() if not image and column in cells}
        pictures = {place: cells[column] for column, (image, place) in options.items() if image and column in cells}
        yield (
            item_ref,
            ExportedItem(
                name=table.text(cells, "name"),
                picture_url=to_picture(table.text(cells, "picture")),
                option_name=table.text(cells, "option_name"),
                option_pictures={value: to_picture(pictures.get(place, "")) for place, value in values.items()},
            ),
        )
