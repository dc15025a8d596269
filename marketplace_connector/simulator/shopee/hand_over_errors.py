"""Shopee's words for what it refuses when shipment is arranged, blanks and misspellings included."""

NOT_READY = ("logistics.ship_order_not_ready_to_ship", "The order is not ready to ship.")
ALREADY_SHIPPED = (
    " logistics.package_already_shipped",
    "This package has already been arranged shipment and you can't call this API again.",
)
NOT_FROM_WAREHOUSE = ("logistics.ship_order_pff_init", "You can not ship warehouse order.")
BOOKED = (
    "logistics.error_booking_order",
    "This order is matched order with booking, don't need arrange shipment through seller side.",
)
BEING_ALLOCATED = (
    "logistics.error_param",
    "The order is being allocated, please wait until the allocate is completed.",
)
ONE_METHOD = (
    "logistics.ship_order_only_support_one_type",
    "Please select just one way to ship order: pickup or dropoff or non_integrated.",
)
UNSUPPORTED = {
    method: (f"logistics.ship_order_unsupport_{method}", f"This order does not support ship with {method}.")
    for method in ("pickup", "dropoff", "non_integrated")
}
NO_SUCH_PACKAGE = ("logistics.package_not_exist", "The package is not exist.")
NO_FORDER_ID = (
    "error_param",
    "Invalid package number, please get package number from field `package_number` instead of `forder_id`.",
)
NEED_PACKAGE = ("logistics.ship_order_need_pacakge_number", "Please request with package_number for this split order.")
NEEDLESS_PACKAGE = (
    "logistics.ship_order_not_need_pacakge_number",
    "Please don’t request with package_number for this unsplit order.",
)
NEED_ADDRESS_AND_TIME = (
    "logistics.ship_order_need_address_pickup_time",
    "Parameter address_id and pickup_time_id are required.",
)
NO_SUCH_ADDRESS = ("logistics.address_not_found", "Address is not found.")
WRONG_SLOT = ("logistics.ship_order_pickup_time_invalid", "Invalid pickup time id. Please check the pick up time id.")
UNEXPECTED_SLOT = (
    "error_param",
    "The pickup_time_id received is invalid and not expected. Please check and reselect one from the time_slot_list.",
)
SLOT_GONE = ("logistics.error_param", "Selected pickup timeslot is unavailable. Please reselect.")
NEED_BRANCH = ("logistics.ship_order_need_branch_id", "Parameter branch_id is required.")
NO_SUCH_BRANCH = ("logistics.error_store_not_found", "Store is not found.")
NEED_NAME = ("logistics.ship_order_need_sender_real_name", "Parameter sender_real_name can not be null.")
NEED_NAME_OR_NUMBER = (
    "logistics.ship_order_invalid_job_param",
    "Parameter sender_real_name or tracking_number is required.",
)
LONG_NAME = (
    "logistics.ship_order_long_sender_real_name",
    "Parameter sender_real_name can not be longer than 64.",
)
NEED_NUMBER = ("logistics.ship_order_need_tracking_number", "Parameter tracking_number can not be null.")
LONG_NUMBER = ("logistics.ship_order_long_tracking_number", "Parameter tracking_number can not be longer than 64.")
NO_NUMBER = (
    "error_param",
    "Please do not request with tracking_no for this channel which does not require tracking_no.",
)
NUMBER_IS_USED = (
    "logistics.error_param",
    "The tracking number has been used by other orders, please fill in a valid one.",
)
NO_SLUG = ("error_param", "Slug not required.")

# === update_shipping_order === #

NOT_READY_TO_UPDATE = ("logistics.order_not_ready_to_update", "The order status is not ready to update.")
NO_CHANGE = (
    "logistics.update_shipping_order_no_param_change",
    "You can’t update shipping with all the same parameters.",
)

# === get_shipping_parameter === #

CANCELLED = ("error_status", "The order has been cancelled.")
NOT_TO_PROCESS = ("error_param", "OFG list type is not TO_PROCESS")
NO_PARAMETERS_YET = ("error_param", "Shipping parameters can only be obtained when package is ready to be shipped")
NO_SLOTS = ("logistics.no_available_time_slot", "There is no available pickup time slot.")
NEED_PACKAGE_TO_READ = (
    "logistics.package_number_not_exist",
    "Please request with package_number for this split order.",
)
