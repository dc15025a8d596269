"""A Lazada that has products and takes numbers, in memory, for the pure tests: `LazadaShop(...)` is an `answer` of
`lazada_fake.make_client`. What it refuses and how it fails is told to it."""

import json
from datetime import datetime, timezone
from xml.etree import ElementTree

from .lazada_fake import NOW, ok, refusal

PRODUCTS, PRODUCT, UPDATE = "/products/get", "/product/item/get", "/product/stock/sellable/update"
ITEM, SKU = 3_500_000_000, 13_500_000_000


def sku_ref(number):
    return str(SKU + number)


def place(code, sellable, **values):
    return {
        "warehouseCode": code,
        "sellableQuantity": sellable,
        "quantity": sellable,
        "totalQuantity": sellable,
        "occupyQuantity": 0,
        "withholdQuantity": 0,
        **values,
    }


def sku(number, sellable=5, **values):
    """A SKU with the types of recorded answers."""
    return {
        "SkuId": SKU + number,
        "SellerSku": f"SKU-{number}",
        "ShopSku": f"{ITEM + number}_SG-{SKU + number}",
        "Status": "active",
        "quantity": sellable,
        "Available": sellable,
        "price": 12.5,
        "special_price": 0.0,
        "Images": [],
        "saleProp": {},
        "multiWarehouseInventories": [place("dropshipping", sellable)],
        "fblWarehouseInventories": [],
        "channelInventories": [],
        **values,
    }


def product(number, *skus, **values):
    """A product, of one SKU with its number where none are given; each a minute younger than the one before."""
    moment = str((NOW - 86_400 * 30 + 60 * number) * 1000)
    return {
        "item_id": ITEM + number,
        "status": "Active",
        "subStatus": "",
        "created_time": moment,
        "updated_time": moment,
        "images": [],
        "marketImages": [],
        "attributes": {"name": f"Product {number}"},
        "variation": {},
        "skus": list(skus) or [sku(number)],
        "suspendedSkus": [],
        **values,
    }


class LazadaShop:
    """`refuse` gives entries of `detail` for the SKUs it has a reason against, by SKU number. `sold` is called after
    each call, with the number of calls made, and may change what is there."""

    def __init__(self, *products):
        self.products = list(products)
        self.refuse = {}
        self.applies_the_good = True
        self.answer_of_refusal = "501"  # the code, or "0" for a success with refusals
        self.names_refused = True
        self.answers = []  # of the next updates, in place of the own: a function of the sent (SKU, place, number)
        self.read_answers = []
        self.sent = []
        self.calls = []
        self.after_call = lambda call: None

    def __call__(self, call):
        self.calls.append(call)
        try:
            if call.api == UPDATE:
                return self._update(call)
            if self.read_answers and (answer := self.read_answers.pop(0)) is not None:
                return answer
            return self._list(call) if call.api == PRODUCTS else self._item(call)
        finally:
            self.after_call(call)

    def count(self, api):
        return sum(call.api == api for call in self.calls)

    # === READING === #

    def _list(self, call):
        found = [one for one in self.products if self._fits(one, call.params)]
        first = int(call.params["offset"])
        assert first <= 10_000 and int(call.params["limit"]) <= 50
        page = found[first : first + int(call.params["limit"])]
        return ok(data={"total_products": len(found), "products": page} if found else {})

    def _fits(self, one, params):
        wanted = json.loads(params.get("sku_seller_list", "[]"))
        if wanted and not any(each.get("SellerSku") in wanted for each in one["skus"]):
            return False
        is_deleted = str(one.get("status")).lower() == "deleted"
        if params["filter"] not in ("all", "deleted") or (params["filter"] == "deleted" and not is_deleted):
            return False
        for name in ("create", "update"):
            moment = int(one[f"{name}d_time"]) / 1000 if f"{name}d_time" in one else NOW
            if name + "_after" in params and moment < _second(params[name + "_after"]):
                return False
            if name + "_before" in params and moment > _second(params[name + "_before"]):
                return False
        return True

    def _item(self, call):
        found = [one for one in self.products if str(one["item_id"]) == call.params["item_id"]]
        return ok(data=found[0]) if found else refusal("208", "E208: Item not exist")

    def sku(self, ref):
        return next((each for one in self.products for each in one["skus"] if str(each["SkuId"]) == str(ref)), None)

    def sellable(self, ref, code="dropshipping"):
        places = self.sku(ref)["multiWarehouseInventories"]
        return next(each["sellableQuantity"] for each in places if each["warehouseCode"] == code)

    # === UPDATES === #

    def _update(self, call):
        wanted = read_payload(call.params["payload"])
        self.sent.append(wanted)
        if self.answers and (answer := self.answers.pop(0)) is not None:
            return answer(wanted) if callable(answer) else answer
        bad = [number for number in wanted if self._reason(number)]
        if self.applies_the_good or not bad:
            self.apply([number for number in wanted if number not in bad])
        if not bad:
            return ok(data={})
        detail = [self._entry(number) for number in bad] if self.names_refused else None
        more = {"detail": detail} if detail else {}
        if self.answer_of_refusal == "0":
            return ok(data={}, **more)
        return refusal(self.answer_of_refusal, "E501: Update product failed", **more)

    def _reason(self, number):
        ref, _code, pieces = number
        if self.sku(ref) is None:
            return "SKU_NOT_FOUND"
        reason = self.refuse.get(ref)
        return reason(pieces) if callable(reason) else reason

    def _entry(self, number):
        found = self.sku(number[0])
        entry = {"field": "SkuId", "message": self._reason(number)}
        return {**entry, "seller_sku": found["SellerSku"]} if found else entry

    def apply(self, numbers):
        for ref, code, pieces in numbers:
            for each in self.sku(ref)["multiWarehouseInventories"]:
                if each["warehouseCode"] == (code or "dropshipping"):
                    each["sellableQuantity"] = pieces


def read_payload(payload):
    """The (SKU, warehouse, pieces) of an update."""
    numbers = []
    for one in ElementTree.fromstring(payload).findall("./Product/Skus/Sku"):
        ref = one.findtext("SkuId")
        assert one.findtext("ItemId")
        places = one.findall("./MultiWarehouseInventories/MultiWarehouseInventory")
        for each in places:
            numbers.append((ref, each.findtext("WarehouseCode"), int(each.findtext("SellableQuantity"))))
        if not places:
            numbers.append((ref, "", int(one.findtext("SellableQuantity"))))
    return numbers


def _second(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").astimezone(timezone.utc).timestamp()
