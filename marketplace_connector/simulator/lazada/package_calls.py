"""The API calls that pack and ship (Lazada doc 121328), and the trace of a parcel."""

import json

from .gateway import LazadaError, serve
from .packages import WORDS, WORTH_A_RETRY, Refused

LARGEST_BATCH = 20

# NTFS sellers choose to which of the platform's warehouses they send their parcels.
TRANSFER_WAREHOUSES = {"FM50": "Cainiao Shenzhen", "FM51": "Cainiao Hong Kong"}

# What couriers write, in the docs' sample for the first; the others' codes are a CHOICE.
TRACE = {
    "ready_to_ship_pending": (
        "1200",
        "ready_to",
        "Packed by seller / warehouse",
        "Your parcel has been packed and ready to be handed over to our shipping provider.",
    ),
    "shipped": ("1300", "shipped", "In transit", "Your parcel has been handed over to our shipping provider."),
    "delivered": ("1400", "delivered", "Delivered", "Your parcel has been delivered."),
    "failed_delivery": ("1500", "failed", "Delivery failed", "The delivery of your parcel was not successful."),
    "shipped_back": ("1600", "shipped_back", "On the way back", "Your parcel is being returned to the seller."),
    "shipped_back_success": ("1700", "shipped_back", "Returned to seller", "The seller has got the parcel back."),
    "lost_by_3pl": ("1800", "lost", "Lost", "The shipping provider has lost your parcel."),
    "damaged_by_3pl": ("1900", "damaged", "Damaged", "Your parcel was damaged on its way."),
}


def register(app):
    """Serve the calls."""
    both = ("GET", "POST")
    serve_result(app, "/order/shipment/providers/get", "getShipmentProvidersReq", get_shipment_providers, both)
    serve_result(app, "/order/fulfill/pack", "packReq", pack, ("POST",))
    serve_result(app, "/order/package/rts", "readyToShipReq", _for_packages(app.ready_to_ship), ("POST",))
    serve_result(app, "/order/package/repack", "rePackReq", _for_packages(app.repack), both)
    serve(app, "/logistic/order/trace", get_order_trace, both)


def serve_result(app, path, parameter, function, methods):
    """Answer with what `function(call, request)` puts under result.data; `request` is the parameter's JSON object."""

    def answer(call):
        try:
            request = _object(call.required(parameter))
            refusal = app.take_refusal(call.path, whole=True)
            if refusal:
                raise Refused(refusal)
            return {"result": {"success": True, "data": function(call, request)}}
        except Refused as error:
            names = ("errorCode", "errorMsg") if app.camel_case_errors else ("error_code", "error_msg")
            return {"result": {"success": False, **dict(zip(names, (error.code, str(error)), strict=True))}}

    serve(app, path, answer, methods)


# === CALLS === #


def get_shipment_providers(call, request):
    """Who may carry the orders: the platform decides, but for cross-border shops."""
    for entry in batch(request, "orders"):
        order, item_ids = _entry(call, entry, "order_item_ids")
        if order is None:
            raise Refused("700021")
        units = _units(order)
        if any(item_id not in units for item_id in item_ids):
            raise Refused("700025")
        if any(units[item_id].shipping == "pickup_in_store" for item_id in item_ids):
            raise Refused("700023")
    chooses = call.shop.is_cb
    providers = [{"name": name, "provider_code": code} for code, name in TRANSFER_WAREHOUSES.items()]
    return {
        "platform_default": int(not chooses),
        "shipment_providers": providers if chooses else [],
        "shipping_allocate_type": _allocate_type(call.shop),
    }


def pack(call, request):
    """Packs units of up to 20 orders; each unit has its own outcome."""
    entries = [_entry(call, entry, "order_item_list") for entry in batch(request, "pack_order_list")]
    _check_delivery(call.shop, request)
    shown = []
    for (order, item_ids), entry in zip(entries, request["pack_order_list"], strict=True):
        lines = _pack_order(call, order, item_ids)
        shown.append({"order_item_list": lines, "order_id": entry["order_id"]})
    return {"pack_order_list": shown}


def _pack_order(call, order, item_ids):
    units = _units(order) if order else {}
    codes = {}
    for item_id in item_ids:
        unit = units.get(item_id)
        own = call.app.why_not_pack(unit) if unit else "700025" if order else "700021"
        codes[item_id] = call.app.take_refusal(call.path) or own
    good = [units[item_id] for item_id, code in codes.items() if not code]
    if call.app.mixes_warehouses(good):
        codes |= {unit.order_item_id: "700029" for unit in good}
    elif good:
        call.app.pack(order, good)
    return [_packed_line(item_id, units.get(item_id), code) for item_id, code in codes.items()]


def _packed_line(item_id, unit, code):
    line = {"order_item_id": item_id, **outcome(code), "tracking_number": "", "shipment_provider": "", "package_id": ""}
    if not code:
        line["tracking_number"] = unit.tracking_code
        line["shipment_provider"] = unit.shipment_provider
        line["package_id"] = unit.package_id
    return line


def _for_packages(act):
    """A call that acts on each package; each has its own outcome."""

    def function(call, request):
        shown = []
        for entry in batch(request, "packages"):
            package_id = package_id_of(entry)
            code = call.app.take_refusal(call.path) or _try(act, call.shop.packages.get(package_id))
            shown.append({**outcome(code), "package_id": package_id})
        return {"packages": shown}

    return function


def _try(act, package):
    if package is None:
        return "600001"
    try:
        act(package)
    except Refused as error:
        return error.code
    return ""


def get_order_trace(call):
    """What has happened to the order's parcels, from ready to ship on."""
    text = call.required("order_id")
    order = call.shop.orders.get(int(text)) if text.isdecimal() else None
    if order is None:
        raise LazadaError("LD_INPUT_PARAM_VALID", "orderId is wrong", "ISP")
    packages = [package for package in call.shop.packages.values() if package.order is order]
    wanted = _package_ids(call.text("ofcPackageIdList", "[]"))
    if wanted - {package.package_id for package in packages}:
        raise LazadaError("INPUT_PARAM_VALID", "query trade failed", "ISP")
    shown = [
        {
            "order_line_info_list": [{"trade_order_line_id": str(unit.order_item_id)} for unit in package.units],
            "tracking_number": package.tracking_number,
            "ofc_package_id": package.package_id,
            "logistic_detail_info_list": _trace(package),
        }
        for package in packages
        if _trace(package) and (not wanted or package.package_id in wanted)
    ]
    module = {"warehouse_detail_info": None, "ofc_order_id": None, "package_detail_info_list": shown}
    return {
        "result": {
            "success": True,
            "not_success": False,
            "repeated": False,
            "retry": False,
            "error_code": {"displayMessage": None},
            "module": [module] if shown else [],
        }
    }


def _trace(package):
    events = [(TRACE[status], moment) for status, moment in package.events if status in TRACE]
    return [
        {
            "title": title,
            "description": description,
            "detail_type": detail_type,
            "status_code": status_code,
            "event_time": int(moment.timestamp() * 1000),
            "event_date": None,
            "receive_time": 0,
            "package_location_name": None,
            "proof_images": [],
            "icon": None,
        }
        for (status_code, detail_type, title, description), moment in reversed(events)
    ]


# === PARAMETERS === #


def batch(request, name) -> list:
    """The list of that name: one to twenty objects."""
    entries = request.get(name)
    if entries is None:
        raise Refused("700017")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Refused("700004")
    if not entries:
        raise Refused("700019")
    if len(entries) > LARGEST_BATCH:
        raise Refused("700022")
    return entries


def package_id_of(entry) -> str:
    """The entry's package_id."""
    if not entry.get("package_id"):
        raise Refused("700017")
    if not isinstance(entry["package_id"], str):
        raise Refused("700004")
    return entry["package_id"]


def outcome(code) -> dict:
    """How a unit or a package came off; no code: well."""
    message = WORDS[code] if code else "success"
    return {"msg": message, "item_err_code": code or "0", "retry": code in WORTH_A_RETRY}


def _object(text):
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Refused("700004")
    return content


def _entry(call, entry, list_name):
    """The order, None where the shop has none of that number, and the unit ids."""
    order_id, item_ids = entry.get("order_id"), entry.get(list_name)
    if order_id is None or item_ids is None:
        raise Refused("700017")
    if not isinstance(item_ids, list) or not all(type(number) is int for number in (order_id, *item_ids)):
        raise Refused("700004")
    if not item_ids:
        raise Refused("700019")
    return call.shop.orders.get(order_id), item_ids


def _units(order):
    return {unit.order_item_id: unit for unit in order.units}


def _allocate_type(shop):
    return "NTFS" if shop.is_cb else "TFS"


def _check_delivery(shop, request):
    """Local shops send no provider, cross-border ones must (Lazada doc 121328)."""
    if not request.get("delivery_type") or not request.get("shipping_allocate_type"):
        raise Refused("700017")
    if request["delivery_type"] != "dropship" or request["shipping_allocate_type"] != _allocate_type(shop):
        raise Refused("700004")
    provider = request.get("shipment_provider_code")
    if provider and not shop.is_cb:
        raise Refused("700004")
    if shop.is_cb and not provider:
        raise Refused("700017")
    if provider and provider not in TRANSFER_WAREHOUSES:
        raise Refused("700016")


def _package_ids(text):
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, list) or not all(isinstance(one, str) for one in content):
        raise LazadaError("INPUT_PARAM_VALID", "query trade failed", "ISP")
    return set(content)
