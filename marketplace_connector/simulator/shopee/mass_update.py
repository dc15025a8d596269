"""Seller Center's *Mass Update* file with sales information, as sellers download, edit and send it back.

Shopee documents it nowhere. The layout is what sellers' own scripts on public repositories expect of files of 2026:
six rows of headers (technical names, what the file is, names in the seller's language, what is mandatory, an empty one,
instructions), then one row for each variation, all cells text, the parent SKU on the first variation of an item only.
What an item without variations has for a Variation ID is UNSURE: nothing, or 0; so are the further columns of a shop
with several warehouses. The sheet carries a view that breaks the standard (`activePane="bottom_left"`): Excel opens it,
strict readers, openpyxl among them, refuse the file as it comes.
"""

from datetime import datetime, timedelta, timezone
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from .items import has_models, item_id, item_sku, model_id
from .orders import number

LISTED_STATUSES = ("NORMAL", "UNLIST")
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE = "35b74571cd927608dc4cc2b998b916cb"  # which layout it is
STOCK = "et_title_variation_stock"
COLUMNS = (
    "et_title_product_id",
    "et_title_product_name",
    "et_title_variation_id",
    "et_title_variation_name",
    "et_title_parent_sku",
    "et_title_variation_sku",
    "et_title_variation_price",
    "ps_gtin_code",
    STOCK,
    "ps_minimum_purchase_quantity",
    "ps_maximum_purchase_quantity",
    "ps_maximum_purchase_quantity_start_date",
    "ps_maximum_purchase_quantity_time_period",
    "ps_maximum_purchase_quantity_end_date",
    "et_title_reason",
)
ENGLISH = (
    *("Product ID", "Product Name", "Variation ID", "Variation Name", "Parent SKU", "SKU", "Price", "GTIN", "Stock"),
    *("Min. Purchase Quantity", "Max. Purchase Quantity", "Max. Purchase Quantity - Start Date"),
    *("Max. Purchase Quantity - No. of Days", "Max. Purchase Quantity - End Date", "Fail Reason"),
)
NAMES = {
    "ID": (
        *("Kode Produk", "Nama Produk", "Kode Variasi", "Nama Variasi", "SKU Induk", "SKU", "Harga", "GTIN", "Stok"),
        *("Min. Jumlah Pembelian", "Maks. Jumlah Pembelian", "Maks. Jumlah Pembelian - Tanggal Mulai"),
        *("Maks. Jumlah Pembelian - Jumlah Hari", "Maks. Jumlah Pembelian - Tanggal Berakhir", "Alasan Gagal"),
    ),
    "TH": (
        *("รหัสสินค้า", "ชื่อสินค้า", "รหัสตัวเลือกสินค้า", "ชื่อตัวเลือกสินค้า"),
        *("Parent SKU", "เลข SKU", "ราคา", "GTIN", "คลัง"),
        *("จำนวนซื้อขั้นต่ำ", "จำนวนซื้อสูงสุด", "จำนวนซื้อสูงสุด - วันที่เริ่มต้น"),
        *("จำนวนซื้อสูงสุด - จำนวนวัน", "จำนวนซื้อสูงสุด - วันที่สิ้นสุด", "เหตุผล"),
    ),
    "VN": (
        *(
            "Mã Sản phẩm",
            "Tên Sản phẩm",
            "Mã Phân loại",
            "Tên phân loại",
            "SKU Sản phẩm",
            "SKU",
            "Giá",
            "GTIN",
            "Số lượng",
        ),
        *("Số lượng mua tối thiểu", "Số lượng mua tối đa", "Số lượng mua tối đa - Ngày bắt đầu"),
        *("Số lượng mua tối đa - Số ngày", "Số lượng mua tối đa - Ngày kết thúc", "Lý do"),
    ),
}
MANDATORY = {"ID": "Wajib", "TH": "จำเป็นต้องกรอก", "VN": "Bắt buộc"}
INSTRUCTIONS = {
    "et_title_variation_price": "The price of the dearest variation divided by that of the cheapest one: 5 at most",
    "ps_minimum_purchase_quantity": "Buyers may reach it with different variations. Empty means 1.",
    "ps_maximum_purchase_quantity": "[Per Order + Per Period] Please enter 1 to 999,999.",
    "ps_maximum_purchase_quantity_start_date": "[Per Period only] Tomorrow at the earliest, as YYYY-MM-DD.",
}


def sales_info_file(app, shop, plain_variation_id="") -> bytes:
    """The workbook (.xlsx) with the shop's listed and unlisted items, as Seller Center makes it today.

    `plain_variation_id` stands in the rows of items without variations.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.freeze_panes = "A7"
    for row in _header(shop):
        sheet.append(row)
    for product in shop.products_in(LISTED_STATUSES):
        for row in _rows(app, shop, product, plain_variation_id):
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    return _as_shopee_writes(file)


def file_name(app, shop) -> str:
    """What the browser saves it as."""
    zone = timezone(timedelta(hours=shop.country.utc_offset))
    now = datetime.fromtimestamp(app.clock.seconds(), zone)
    return f"mass_update_sales_info_{shop.shop_id}_{now:%Y%m%d%H%M%S}.xlsx"


# === ROWS === #


def _header(shop):
    names, columns = list(NAMES.get(shop.region, ENGLISH)), list(COLUMNS)
    place = columns.index(STOCK) + 1
    further = range(2, len(shop.locations) + 1)
    names[place:place] = [f"{names[place - 1]} {one}" for one in further]
    columns[place:place] = [f"{STOCK}.{one}" for one in further]
    must = MANDATORY.get(shop.region, "Mandatory")
    is_must = {"et_title_variation_price", STOCK, *(f"{STOCK}.{one}" for one in further)}
    yield columns
    yield ["sales_info", TEMPLATE, "0", str(shop.shop_id), '{"search_condition":{}}']
    yield names
    yield [must if column in is_must else "" for column in columns]
    yield [""] * len(columns)
    yield [INSTRUCTIONS.get(column, "") for column in columns]


def _rows(app, shop, product, plain_variation_id):
    varied = has_models(product)
    for place, variant in enumerate(product.variants):
        yield [
            str(item_id(product)),
            product.name,
            str(model_id(product, variant)) if varied else plain_variation_id,
            ",".join(value for _, value in variant.options),
            item_sku(product) if varied and not place else "",
            variant.sku,
            str(number(variant.prices[shop.country.currency])),
            variant.barcode,
            *(str(pieces) for pieces in app.by_location(shop, variant.number).values()),
        ]


def _as_shopee_writes(file):
    """The file with the view that Shopee's own writer gives its sheets."""
    written = BytesIO()
    with ZipFile(file) as source, ZipFile(written, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                content = content.replace(b'activePane="bottomLeft"', b'activePane="bottom_left"')
            target.writestr(entry.filename, content)
    return written.getvalue()
