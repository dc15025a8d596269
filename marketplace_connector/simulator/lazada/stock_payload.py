"""The XML in which stock and prices are changed (Lazada doc 121234)."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from .gateway import LazadaError

MOST_SKUS = 50
INTEGER = re.compile(r"[+-]?\d{1,12}")


@dataclass
class SkuChange:
    """What a call says of one SKU. `pieces` are by warehouse code, the only one's of a seller with one is empty."""

    item_id: str
    sku_id: str
    seller_sku: str
    pieces: dict[str, int] = field(default_factory=dict)
    by_warehouse: bool = False
    price: Decimal | None = None
    sale_price: Decimal | None = None


def read_payload(call, quantity) -> list[SkuChange]:
    """The SKUs of the call's payload; `quantity` is the name of the element that holds a number of pieces."""
    text = call.required("payload")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _unreadable()
    try:
        root = ElementTree.fromstring(text.strip())
    except ElementTree.ParseError:
        raise _unreadable() from None
    if root.tag != "Request":
        raise _unreadable()
    skus = root.findall("Product/Skus/Sku")
    if not skus:
        raise LazadaError("30", "E030: Empty Request")
    if len(skus) > MOST_SKUS:
        raise LazadaError(*call.app.too_many_skus)
    return [_change(sku, quantity) for sku in skus]


def _change(sku, quantity):
    change = SkuChange(_text(sku, "ItemId"), _text(sku, "SkuId"), _text(sku, "SellerSku"))
    if change.seller_sku and not change.sku_id:
        raise LazadaError("4193", "The seller sku is not supported, please use SkuId")
    change.price, change.sale_price = _amount(sku, "Price"), _amount(sku, "SalePrice")
    several = sku.findall("MultiWarehouseInventories/MultiWarehouseInventory")
    if several:
        change.by_warehouse = True
        change.pieces = {_text(one, "WarehouseCode"): _integer(one, quantity) for one in several}
    elif sku.find(quantity) is not None:
        change.pieces = {"": _integer(sku, quantity)}
    return change


def _text(element, name):
    return (element.findtext(name) or "").strip()


def _integer(element, name):
    text = _text(element, name)
    if not INTEGER.fullmatch(text):
        raise _unreadable()
    return int(text)


def _amount(element, name):
    text = _text(element, name)
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        raise _unreadable() from None


def _unreadable():
    return LazadaError("5", "E005: Invalid Request Format")
