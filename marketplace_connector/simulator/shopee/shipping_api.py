"""The calls that arrange shipment."""

from . import hand_over_errors as errors
from .channels import BATCH_CHANNEL_ID, branches_of
from .fields import MOST_AT_ONCE, Fields, body_of, given_package_number, order_of, package_of, package_of_shop
from .gateway import ApiError, WrongParameters, shop_api
from .hand_over import METHODS
from .orders import HandOver
from .results import all_or_some

NO_BATCH = (
    "error_permission",
    "Sorry you don't have the permission, detail: only channel 90003 has the permission of this API.",
)
WRONG_CHANNEL = ("error_param", "Package is not under the specified fulfilment channel")
WRONG_PLACE = ("logistics.error_param", "Package is not under the specified warehouse")
DUPLICATE_PACKAGE = ("logistics.error_param", "Duplicate package number")
TOO_MANY_PACKAGES = ("logistics.error_param", "Package exceeds limit.")


def register(app):
    """Serve the calls."""
    folder = "/api/v2/logistics/"
    shop_api(app, f"{folder}get_shipping_parameter", get_shipping_parameter)
    for function in (
        get_mass_shipping_parameter,
        ship_order,
        mass_ship_order,
        batch_ship_order,
        update_shipping_order,
    ):
        shop_api(app, folder + function.__name__, function, ["POST"])


# === WHAT IS NEEDED === #


def get_shipping_parameter(call):
    """The methods allowed for a package, with addresses, time slots and branches."""
    order = order_of(call, call.required("order_sn"))
    number = given_package_number(call.request.args.get("package_number"))
    package = package_of(order, number, errors.NEED_PACKAGE_TO_READ)
    _check_readable(call.app, order, package)
    return {"response": _parameters(call.app, order, package)}


def _check_readable(app, order, package):
    if order.order_status == "CANCELLED":
        raise ApiError(*errors.CANCELLED)
    if app.is_being_allocated(order):
        raise ApiError(*errors.BEING_ALLOCATED)
    if package.logistics_status not in ("LOGISTICS_READY", "LOGISTICS_PICKUP_RETRY"):
        raise ApiError(*errors.NO_PARAMETERS_YET)
    if not package.waits or order.order_status == "IN_CANCEL" or order.fulfilled_by_shopee:
        raise ApiError(*errors.NOT_TO_PROCESS)


def _parameters(app, order, package):
    shop, needed = order.shop, app.info_needed(order, package)
    has_slots = app.channel_of(order, package).has_slots
    slots = app.time_slots(shop) if has_slots else app.missing_slots
    if "pickup_time_id" in needed.get("pickup", ()) and has_slots and not slots:
        raise ApiError(*errors.NO_SLOTS)
    pickup = [
        {**address.content("address_id"), "address_flag": list(address.flags), "time_slot_list": slots}
        for address in app.pickup_addresses(shop)
    ]
    branches = [branch.content("branch_id") for branch in branches_of(shop.region)]
    drop_off = {"branch_list": branches if "branch_id" in needed.get("dropoff", ()) else None, "slug_list": []}
    return {
        "info_needed": needed,
        "dropoff": drop_off if "dropoff" in needed else None,
        "pickup": {"address_list": pickup} if "pickup" in needed else None,
    }


def get_mass_shipping_parameter(call):
    """The same for up to 50 packages of one channel and one place, with those that are not among them."""
    packages, failures = _group(call, body_of(call), _check_readable)
    parameters = _parameters(call.app, *packages[0]) if packages else {"info_needed": {}, "dropoff": {}, "pickup": {}}
    lists = _lists([package for _, package in packages], failures)
    return {"response": {**parameters, **lists}}


# === ONE PACKAGE === #


def ship_order(call):
    """Arrange shipment of one package; the answer is only the envelope."""
    body = body_of(call)
    order = order_of(call, body.text("order_sn"))
    hand_over = _hand_over(body)
    _ship(call.app, order, body.package_number(), hand_over)
    return {}


def _ship(app, order, package_number, hand_over):
    if package_number.isdecimal():
        raise ApiError(*errors.NO_FORDER_ID)
    if package_number and not order.split_up and app.refuses_needless_package_number:
        raise ApiError(*errors.NEEDLESS_PACKAGE)
    app.ship(order, package_of(order, package_number, errors.NEED_PACKAGE), hand_over)


def _hand_over(body) -> HandOver:
    """The one method that is given, be its object empty."""
    given = [method for method in METHODS if method in body]
    if len(given) != 1:
        raise ApiError(*errors.ONE_METHOD)
    return _chosen(given[0], body.part(given[0]))


def _chosen(method, part, number_of=None):
    return HandOver(
        method=method,
        address_id=part.integer("address_id", 0),
        pickup_time_id=part.text("pickup_time_id", ""),
        branch_id=part.integer("branch_id", 0),
        sender_real_name=part.text("sender_real_name", ""),
        tracking_number=part.text("tracking_number", "") if number_of is None else number_of,
        slug=part.text("slug", ""),
    )


def update_shipping_order(call):
    """Let the courier come again; the answer is only the envelope."""
    body = body_of(call)
    order = order_of(call, body.text("order_sn"))
    package = package_of(order, body.package_number(), errors.NEED_PACKAGE)
    pickup = body.part("pickup")
    call.app.reschedule(order, package, _chosen("pickup", pickup))
    return {}


# === MANY PACKAGES === #


def mass_ship_order(call):
    """Arrange shipment of up to 50 packages of one channel and place the same way."""
    body = body_of(call)
    given = [method for method in METHODS if method in body]
    if len(given) != 1:
        raise ApiError(*errors.ONE_METHOD)
    numbers = _given_numbers(body) if given == ["non_integrated"] else {}
    packages, failures = _group(call, body)
    shipped = []
    for order, package in packages:
        number = numbers.get(package.package_number, "") if given == ["non_integrated"] else None
        part = Fields({}) if given == ["non_integrated"] else body.part(given[0])
        try:
            call.app.ship(order, package, _chosen(given[0], part, number))
            shipped.append(package)
        except ApiError as error:
            failures.append((package.package_number, error.message))
    lists = _lists(shipped, failures)
    return lists if call.app.mass_lists_at_top else {"response": lists}


def _given_numbers(body):
    """The tracking numbers that the seller's own courier gave, by package."""
    part = body.part("non_integrated")
    entries = part.parts("tracking_number", MOST_AT_ONCE) if "tracking_number" in part else []
    return {entry.text("package_number"): entry.text("tracking_number") for entry in entries}


def _group(call, body, check=None):
    """The (order, package) of the group, and why the others are not in it as (package_number, reason).

    The group's channel and place are those that are named, else those of its first package.
    """
    numbers = package_numbers(body)
    channel_id, place = body.integer("logistics_channel_id", 0), body.text("product_location_id", "")
    packages, failures = [], []
    for number in numbers:
        try:
            order, package = package_of_shop(call, number)
            channel_id = channel_id or package.logistics_channel_id
            if package.logistics_channel_id != channel_id:
                raise ApiError(*WRONG_CHANNEL)
            place = place or order.package_location(package)
            if place != order.package_location(package):
                raise ApiError(*WRONG_PLACE)
            if check:
                check(call.app, order, package)
            packages.append((order, package))
        except ApiError as error:
            failures.append((number, error.message))
    return packages, failures


def package_numbers(body) -> list[str]:
    """The package numbers of a mass call: 1 to 50, each once."""
    numbers = []
    for entry in body.parts("package_list"):
        number = entry.package_number()
        if not number:
            raise WrongParameters("package_number is a required field.")
        numbers.append(number)
    if len(numbers) > MOST_AT_ONCE:
        raise ApiError(*TOO_MANY_PACKAGES)
    if len(numbers) != len(set(numbers)):
        raise ApiError(*DUPLICATE_PACKAGE)
    return numbers


def _lists(packages, failures):
    return {
        "success_list": [{"package_number": package.package_number} for package in packages],
        "fail_list": [{"package_number": number, "fail_reason": reason} for number, reason in failures],
    }


def batch_ship_order(call):
    """Arrange shipment of up to 50 orders of the one channel that may do so."""
    body = body_of(call)
    if BATCH_CHANNEL_ID not in call.shop.channels:
        raise ApiError(*NO_BATCH)
    hand_over = _hand_over(body)

    def ship(entry):
        order = order_of(call, entry.text("order_sn"))
        if package_of(order, entry.package_number(), errors.NEED_PACKAGE).logistics_channel_id != BATCH_CHANNEL_ID:
            raise ApiError(*NO_BATCH)
        _ship(call.app, order, entry.package_number(), hand_over)
        return {}

    return all_or_some(body, ship)
