"""Workbooks as the platforms' Seller Centers export them, in the layouts of files that sellers have published."""

import io
import re
import zipfile

import openpyxl

LAZADA_HEADERS = {
    "en": {"name": "Product Name", "shop_sku": "Shop SKU", "price": "*Price", "quantity": "*Quantity"},
    "th": {"name": "ชื่อสินค้า", "shop_sku": "ร้าน sku", "price": "ราคา", "quantity": "บุญสวัสดิ์นำชัย"},
    "vi": {"name": "Tên sản phẩm", "shop_sku": "Lazada SKU", "price": "Giá", "quantity": "Kho hàng"},
    "id": {"name": "*Nama Produk", "shop_sku": "Shop SKU", "price": "*Harga", "quantity": "*Stok"},
    "zh": {"name": "商品名称", "shop_sku": "店铺SKU", "price": "*价格", "quantity": "*库存"},
}
SHOPEE_KEYS = (
    "et_title_product_id",
    "et_title_product_name",
    "et_title_variation_id",
    "et_title_variation_name",
    "et_title_parent_sku",
    "et_title_variation_sku",
    "et_title_variation_price",
    "ps_gtin_code",
    "et_title_variation_stock",
    "et_title_reason",
)
SHOPEE_HEADERS = {
    "en": (
        "Product ID",
        "Product Name",
        "Variation ID",
        "Variation Name",
        "Parent SKU",
        "SKU",
        "Price",
        "GTIN",
        "Stock",
    ),
    "th": (
        *("รหัสสินค้า", "ชื่อสินค้า", "รหัสตัวเลือกสินค้า", "ชื่อตัวเลือกสินค้า", "Parent SKU", "เลข SKU"),
        *("ราคา", "GTIN", "คลัง"),
    ),
    "vi": (
        *("Mã Sản phẩm", "Tên Sản phẩm", "Mã Phân loại", "Tên phân loại", "SKU Sản phẩm", "SKU", "Giá", "GTIN"),
        "Số lượng",
    ),
    "id": ("Kode Produk", "Nama Produk", "Kode Variasi", "Nama Variasi", "SKU Induk", "SKU", "Harga", "GTIN", "Stok"),
}


def workbook(rows, title="Sheet1"):
    """The bytes of a workbook with one sheet."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book):
    """The bytes of an openpyxl workbook."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def lazada_price_stock(skus, language="en", site="SG", currency="SGD", as_text=False):
    """Bulk Manage's price and stock file: headers in row 1, instructions in rows 2 to 4, data from row 5.

    `skus` are dicts with item, sku (whole numbers), seller_sku, name, price, quantity, combo, status.
    """
    words = LAZADA_HEADERS[language]
    seller_sku = "SellerSku" if language == "vi" else "SellerSKU"
    headers = ["Product ID", "catId", words["name"], "currencyCode", "sku.skuId", "status", words["shop_sku"]]
    headers += ["SpecialPrice", "SpecialPrice Start", "SpecialPrice End", words["price"], seller_sku]
    headers += [words["quantity"], "Variations Combo", "tr(s-wb-product@md5key)"]
    rows = [headers, ["Do not edit", None, "Optional"], ["", "", "Mandatory"], ["The ID of the product"]]
    shape = str if as_text else (lambda value: value)
    for sku in skus:
        rows.append(
            [
                *(shape(sku["item"]), shape(10000123), sku.get("name"), currency, shape(sku["sku"])),
                *(sku.get("status", "active"), f"{sku['item']}_{site}-{sku['sku']}", shape(1.5), "", ""),
                *(shape(sku.get("price", 12.9)), sku.get("seller_sku"), shape(sku.get("quantity", 5))),
                *(sku.get("combo"), "0123456789abcdef"),
            ]
        )
    return with_shared_texts(workbook(rows, "template"))


def shopee_sales_info(skus, language="en", shop_ref="100200300", first_row=7):
    """Mass Update's sales information: keys in row 1, the shop in row 2, headers in row 3, data from row 7.

    `skus` are dicts with item, model (0 for an only variant), parent_sku, sku, name, variation, price, quantity, gtin.
    """
    rows = [
        SHOPEE_KEYS,
        ("sales_info", "35b74571cd927608dc4cc2b998b916cb", "0", shop_ref, '{"search_condition":{}}'),
        SHOPEE_HEADERS[language],
        ("", "", "", "", "", "", "Mandatory", "", "Mandatory"),
        *([("", "Cannot be edited here")] * (first_row - 5)),
    ]
    for sku in skus:
        model = str(sku.get("model", 0))
        rows.append(
            (
                *(str(sku["item"]), sku.get("name"), model, sku.get("variation", ""), sku.get("parent_sku", "")),
                *(sku.get("sku", ""), str(sku.get("price", 12.9)), sku.get("gtin", ""), str(sku.get("quantity", 5))),
            )
        )
    return with_broken_pane(workbook(rows))


def shopee_media_info(items):
    """Mass Update's media information, a row an item. `items` are dicts with item, name, cover, option, values."""
    headers = ["et_title_product_id", "et_title_parent_sku", "et_title_product_name", "et_title_product_category"]
    headers += ["ps_item_cover_image", "ps_item_image.1", "et_title_variation_1"]
    for place in (1, 2, 3):
        headers += [f"et_title_option_{place}_for_variation_1", f"et_title_option_image_{place}_for_variation_1"]
    rows = [headers, ("media_info", "cafe", "0", "100200300", "{}"), ("Product ID",), (), (), ("",)]
    for item in items:
        options = [part for pair in item.get("values", ()) for part in pair]
        rows.append((str(item["item"]), "", item["name"], "Bags", item["cover"], "", item.get("option", ""), *options))
    return with_broken_pane(workbook(rows))


def with_shared_texts(content):
    """The workbook with its texts in a table of their own, as most programs write them."""
    texts = []

    def share(found):
        texts.append(found[2])
        return f'<c{found[1]} t="s"><v>{len(texts) - 1}</v></c>'

    def change(data):
        return re.sub(r'<c([^>]*) t="inlineStr"><is>(.*?)</is></c>', share, data.decode(), flags=re.S).encode()

    content = changed(content, "xl/worksheets/sheet1.xml", b"<row", b"", change)
    table = "".join(f"<si>{text}</si>" for text in texts)
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr("xl/sharedStrings.xml", f'<?xml version="1.0"?><sst xmlns="{name}">{table}</sst>')
        # openpyxl reads them only where the package names them.
        types = archive.read("[Content_Types].xml").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    return changed(
        target.getvalue(), "[Content_Types].xml", b"</Types>", b"", lambda _d: types.replace("</Types>", part).encode()
    )


def with_broken_pane(content):
    """The workbook with the pane as Shopee names it, which openpyxl refuses."""
    return changed(content, "xl/worksheets/sheet1.xml", b"<sheetView ", b"<sheetView ", _add_pane)


def changed(content, part, old, new, change=None):
    """The workbook with a part's bytes replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data, data[:300]
                data = change(data) if change else data.replace(old, new)
            archive.writestr(name, data)
    return target.getvalue()


def _add_pane(data):
    begin = data.index(b"<selection")
    return data[:begin] + b'<pane ySplit="6" topLeftCell="A7" activePane="bottom_left" state="frozen"/>' + data[begin:]
