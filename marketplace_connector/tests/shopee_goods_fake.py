"""A shop with items for the pure tests of catalogue and stock: what is asked for is checked against the documented
limits. Items and answers have the form of Shopee's own samples."""

import unittest
from collections import Counter

from ..marketplaces.errors import MarketplaceError
from ..marketplaces.stock import SkuKey, StockUpdate
from .shopee_fake import NOW, make_client, ok, refusal

STATUSES = {"NORMAL", "BANNED", "UNLIST", "REVIEWING", "SELLER_DELETE", "SHOPEE_DELETE"}
PICTURE = "https://cf.shopee.sg/file/"


def stock_info(*own, shopee=(), reserved=0):
    """`stock_info_v2` with (location, pieces) at the seller's and at Shopee's."""
    return {
        "summary_info": {"total_reserved_stock": reserved, "total_available_stock": sum(count for _, count in own)},
        "seller_stock": [{"location_id": place, "stock": count, "if_saleable": True} for place, count in own],
        "shopee_stock": [{"location_id": place, "stock": count} for place, count in shopee],
    }


def price(original, current=None, currency="SGD", taxed=None):
    return {
        "currency": currency,
        "original_price": original,
        "current_price": current or original,
        "inflated_price_of_original_price": taxed or original,
        "inflated_price_of_current_price": taxed or current or original,
    }


def goods(item_id, pieces=5, **values):
    """An item without variations, as v2.product.get_item_base_info tells it."""
    return {
        "item_id": item_id,
        "item_name": f"Item {item_id}",
        "item_sku": f"SKU-{item_id}",
        "create_time": NOW - 9000,
        "update_time": NOW - 1000,
        "price_info": [price(122.02, 99)],
        "image": {"image_url_list": [f"{PICTURE}{item_id}"], "image_id_list": [str(item_id)]},
        "item_status": "NORMAL",
        "has_model": False,
        "has_promotion": False,
        "promotion_id": 0,
        "gtin_code": "",
        "is_fulfillment_by_shopee": False,
        "tag": {"kit": False},
        "stock_info_v2": stock_info(("SGZ", pieces)),
        **values,
    }


def model(model_id, index=(0,), pieces=5, **values):
    """A variation, as v2.product.get_model_list tells it."""
    return {
        "model_id": model_id,
        "model_sku": f"SKU-{model_id}",
        "model_status": "MODEL_NORMAL",
        "tier_index": list(index),
        "price_info": [price(100)],
        "promotion_id": 0,
        "has_promotion": False,
        "gtin_code": "",
        "is_fulfillment_by_shopee": False,
        "stock_info_v2": stock_info(("SGZ", pieces)),
        **values,
    }


def tier(name, *options, pictures=()):
    listed = [{"option": option} for option in options]
    for option, picture in zip(listed, pictures, strict=False):
        option["image"] = {"image_id": "-", "image_url": picture}
    return {"name": name, "option_list": listed}


def promotion(model_id, reserved, end, staging="ongoing"):
    """A promotion, as v2.product.get_item_promotion tells it."""
    return {
        "promotion_type": "Discount Promotions",
        "promotion_id": 649305216139969,
        "model_id": model_id,
        "start_time": NOW - 100,
        "end_time": end,
        "promotion_price_info": [{"promotion_price": 160}],
        "promotion_staging": staging,
        "promotion_stock_info_v2": {"summary_info": {"total_reserved_stock": reserved}},
    }


class Goods:
    """Items by number; `models[item_id]` are (tiers, variations) of those that have some. `before(call)` may answer
    instead; `refused[model_id]` is why a number is not set, `longest` from which offset the list is refused."""

    def __init__(self, *items, longest=None):
        self.items = {item["item_id"]: item for item in items}
        self.models, self.promotions, self.refused, self.gone = {}, {}, {}, {}
        self.longest = longest
        self.before = lambda call: None
        self.sent = Counter()

    def vary(self, item_id, tiers, models, **values):
        """Add an item with variations."""
        item = goods(item_id, **{"has_model": True, "item_sku": f"PARENT-{item_id}", **values})
        del item["price_info"], item["stock_info_v2"]
        self.items[item_id], self.models[item_id] = item, (tiers, models)
        return self

    def client(self):
        client = make_client(self)
        self.session = client.session
        return client

    def __call__(self, call):
        return self.before(call) or getattr(self, call.path.rpartition("/")[2])(call)

    def get_item_list(self, call):
        offset, size = int(call.params["offset"]), int(call.params["page_size"])
        assert call.method == "GET" and 1 <= size <= 100 and set(call.repeated["item_status"]) == STATUSES
        if self.longest is not None and offset >= self.longest:
            return refusal("product.error_param", "get items offset over limit, please use the next field")
        start, end = int(call.params.get("update_time_from", 0)), int(call.params.get("update_time_to", 2**40))
        assert start < end
        listed = [item for item in self.items.values() if start <= item["update_time"] <= end]
        rows = [
            {key: item[key] for key in ("item_id", "item_status", "update_time", "tag")}
            for item in listed[offset : offset + size]
        ]
        content = {"item": rows, "total_count": len(listed), "has_next_page": len(listed) > offset + size}
        return ok(content | ({"next_offset": offset + size} if content["has_next_page"] else {}))

    def get_item_base_info(self, call):
        refs = call.params["item_id_list"].split(",")
        assert call.method == "GET" and 1 <= len(refs) <= 50 and len(set(refs)) == len(refs)
        found = [self.items[int(ref)] for ref in refs if int(ref) in self.items]
        assert not any(item["item_status"].endswith("DELETE") for item in found)
        return ok({"item_list": found}) if found else refusal("error_item_not_found", "Item_id is not found.")

    def get_model_list(self, call):
        item_id = int(call.params["item_id"])
        if item_id not in self.models:
            return refusal("error_item_not_found", "Item_id is not found.")
        tiers, models = self.models[item_id]
        return ok({"tier_variation": tiers, "model": models, "standardise_tier_variation": []})

    def get_item_promotion(self, call):
        refs = call.params["item_id_list"].split(",")
        assert call.method == "GET" and 1 <= len(refs) <= 50 and len(set(refs)) == len(refs)
        rows = [{"item_id": int(ref), "promotion": self.promotions.get(int(ref), [])} for ref in refs]
        return ok({"success_list": rows, "failure_list": []})

    def update_stock(self, call):
        item_id, entries = call.body["item_id"], call.body["stock_list"]
        assert call.method == "POST" and set(call.body) == {"item_id", "stock_list"} and 1 <= len(entries) <= 50
        assert len({entry["model_id"] for entry in entries}) == len(entries)
        done, failed = [], []
        for entry in entries:
            model_id = entry["model_id"]
            assert all(type(place["stock"]) is int and place["stock"] >= 0 for place in entry["seller_stock"])
            if reason := self.refused.get(model_id or item_id):
                failed.append({"model_id": model_id, "failed_reason": reason})
                continue
            done += [self._set(item_id, model_id, **place) for place in entry["seller_stock"]]
        content = {"success_list": done, "failure_list": failed}
        if failed and not done:
            return refusal(
                "error_busi_update_stock_failed", "Update stock failed, check failure_list", response=content
            )
        return ok(content)

    def _set(self, item_id, model_id, stock, location_id=""):
        raw = next(one for one in self.models[item_id][1] if one["model_id"] == model_id) if model_id else None
        places = (raw or self.items[item_id])["stock_info_v2"]["seller_stock"]
        place = next(one for one in places if location_id in ("", one["location_id"]))
        place["stock"] = stock
        self.sent[item_id, model_id, location_id] += 1
        return {"model_id": model_id, "location_id": location_id or place["location_id"], "stock": stock}


def update(item, number=0, quantity=3, place="", seller_sku=""):
    return StockUpdate(
        key=SkuKey(item_ref=str(item), sku_ref=str(number), seller_sku=seller_sku), quantity=quantity, place_ref=place
    )


class SendCase(unittest.TestCase):
    def send(self, shop, *updates):
        """The outcomes; what ended the run is in `self.over`."""
        self.client, self.over, found = shop.client(), None, []
        try:
            for portion in self.client.send_stock(updates):
                self.assertTrue(portion)
                found += portion
        except MarketplaceError as error:
            self.over = error
        return found

    def results(self, shop, *updates):
        return [outcome.result for outcome in self.send(shop, *updates)]

    def names(self):
        return self.client.session.names()

    def bodies(self):
        return [call.body for call in self.client.session.calls if call.path.endswith("update_stock")]
