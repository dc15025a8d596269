"""The API calls about the seller's warehouses (GetWarehouseBySellerId and its details; Lazada doc 121233).

Which of the paths answers today is not settled: `warehouse_paths` of the app says which do.
"""

from .gateway import LazadaError, serve

PATHS = OLD, NEW, DETAILS = "/seller/warehouse/get", "/rc/warehouse/get", "/rc/warehouse/detail/get"


def register(app):
    """Serve the calls."""
    for path, function in ((OLD, get_of_old), (NEW, get_of_new), (DETAILS, get_details)):
        serve(app, path, _where_served(path, function), ("GET", "POST"))


def get_of_old(call):
    """The warehouses, or the main one only where the call does not say that it is warehouses it wants."""
    found = [_warehouse(call.shop, one) for one in call.shop.warehouses]
    whole = "warehouse" in call.text("addressTypes")
    return {"result": {"success": True, "module": found if whole else found[:1], "error_code": {}}}


def get_of_new(call):
    """All warehouses."""
    return _result([_warehouse(call.shop, one) for one in call.shop.warehouses])


def get_details(call):
    """The addresses of the warehouses; of an only one without a list around it, as the reference shows."""
    found = [
        {
            "country": call.shop.country.name,
            "province": call.shop.country.name,
            "city": call.shop.country.name,
            "district": "",
            "name": one.name,
            "detail_address": one.address,
            "post_code": "",
            "warehouse_code": one.code,
            "default_address": one is call.shop.warehouses[0],
            "status": "ACTIVE",
        }
        for one in call.shop.warehouses
    ]
    return _result(found if len(found) > 1 else found[0])


def _where_served(path, function):
    def answer(call):
        if path not in call.app.warehouse_paths:
            raise LazadaError("InvalidApiPath", "The specified API Path is invalid")
        return function(call)

    return answer


def _warehouse(shop, warehouse):
    return {
        "code": warehouse.code,
        "name": warehouse.name,
        "detailAddress": warehouse.address,
        "needToUpdate": False,
        "defaultAddress": warehouse is shop.warehouses[0],
        "status": "ACTIVE",
    }


def _result(module):
    return {
        "result": {
            "not_success": False,
            "success": True,
            "module": module,
            "error_code": None,
            "repeated": False,
            "retry": False,
        }
    }
